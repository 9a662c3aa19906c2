# The command `tributary` for operators, on a machine that needs nothing but a container runtime:
#   docker build -t tributary .
#   docker run --rm tributary --help
#   docker run --rm --env-file admin.env --volume "$HOME/.config/gcloud:/home/tributary/.config/gcloud:ro" tributary admin status
# What runs a cloud on one machine (sync, demo, up, ask) is left out: it takes ten times the room.

FROM python:3.13-slim-bookworm AS packages
COPY infra/tools/locks/command.txt /
RUN python -m venv /opt/tributary \
    && /opt/tributary/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
        -r /command.txt \
    && /opt/tributary/bin/pip uninstall --yes --quiet pip

FROM python:3.13-slim-bookworm
COPY --from=packages /opt/tributary /opt/tributary
COPY pyproject.toml LICENSE /app/
COPY shared /app/shared
COPY infra /app/infra
# Compiled here, because the one who runs it may write nowhere but at home.
RUN python -m compileall -q /app \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin tributary
ENV PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /home/tributary
ENTRYPOINT ["/opt/tributary/bin/python", "-m", "infra.cli"]
CMD ["--help"]

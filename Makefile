# Tributary on one machine. Needs Python 3.11 to 3.13, make and git; everything else goes into .venv.
#   make demo                       make test PYTHON=python3.12                       make help

PYTHON ?= python3
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
READY := .venv/.ready-$(VERSION)
RUN := .venv/bin/python
FUNCTIONS := $(patsubst functions/%/requirements.in,%,$(wildcard functions/*/requirements.in))
TOOLS := $(patsubst infra/tools/locks/%.in,%,$(wildcard infra/tools/locks/*.in))
# Holes that an audit passes over; the file says why.
KNOWN := $(shell sed -n 's/^\([A-Z][A-Za-z0-9-]*\) .*/--ignore-vuln \1/p' infra/tools/locks/audit-known.txt)
# Every package with the digests of its files, and only files that are built already: an installation runs no code of
# theirs, and takes nothing else than what was locked.
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header \
	--annotation-style=line --generate-hashes --only-binary :all: --emit-build-options

# The tests start hundreds of Pythons: what they import is compiled once, also where the environment says otherwise.
unexport PYTHONDONTWRITEBYTECODE

# One worker per core, each taking the next file: as tests/conftest.py orders them, and not those with most tests first.
SPREAD := -n auto --dist loadfile --no-loadscope-reorder

.PHONY: help demo demo-mail ask up test check coverage mutants googlesql powerquery axe pictures pythons release sign audit docs lint tf \
	bench chaos lock upgrade clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(READY) ## connect all eleven platforms, sync, change, sync again, compare every table with the truth
	@$(RUN) -m infra.demo

demo-mail: $(READY) ## the same with three e-mail platforms, in a quarter of the time
	@$(RUN) -m infra.demo --platform constant_contact --platform emailoctopus --platform mailchimp

ask: $(READY) ## the first, then left running, so that its marts can be asked
	@$(RUN) -m infra.demo --ask

up: $(READY) ## the same world, left running, with links to open in a browser
	@$(RUN) -m infra.demo --stay

test: $(READY) ## every test; which ones take long: make test MORE=--durations=30
	@mkdir -p build
	@$(RUN) -m pytest $(SPREAD) --junitxml=build/tests.xml $(MORE)

check: lint ## lint, and the quick tests of every room: before each commit
	@$(RUN) -m pytest $(SPREAD) -m "not slow" --durations=5 $(MORE)

coverage: $(READY) ## which lines the tests reach: build/coverage/index.html; of a part: make coverage PART=tests/oauth
	@$(RUN) -m pytest $(SPREAD) --cov --cov-report=term:skip-covered --cov-report=html $(PART)

mutants: $(READY) ## what was broken on purpose, and whether a test noticed
	@$(RUN) -m tests.mutants

googlesql: ## install GoogleSQL's own analyzer, with npm: the tests then ask it about every statement
	@mkdir -p build/googlesql && cp tests/googlesql/package.json tests/googlesql/package-lock.json build/googlesql/
	@npm ci --prefix build/googlesql --ignore-scripts --no-audit --no-fund

powerquery: ## install Microsoft's own parser of M, with npm: the tests then ask it about every query
	@mkdir -p build/powerquery && cp tests/powerquery/package.json tests/powerquery/package-lock.json build/powerquery/
	@npm ci --prefix build/powerquery --ignore-scripts --no-audit --no-fund

axe: ## install axe-core, with npm: the tests then judge every page by it, in the Chromium of this machine
	@mkdir -p build/axe && cp tests/browser/package.json tests/browser/package-lock.json build/axe/
	@npm ci --prefix build/axe --ignore-scripts --no-audit --no-fund

pictures: $(READY) ## every page of the console as a picture, on a phone and on desks, light and dark: build/pictures
	@$(RUN) -m tests.browser.pictures

pythons: $(READY) ## environments of the other Pythons on this machine: the tests then start every archive on them
	@$(RUN) -m infra.tools.pythons

release: $(READY) ## archives of the functions with their digests, in build/release, for Terraform to use without building
	@$(RUN) -m infra.tools.bundle --release build/release

sign: build/tools/sign/.ready ## sign the digests of that release as whoever runs this: docs/releasing.md
	@build/tools/sign/bin/python -m sigstore sign --overwrite build/release/SHA256SUMS

audit: build/tools/audit/.ready ## whether a package that is locked here has a hole that is known
	@build/tools/audit/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off $(KNOWN) \
		$(addprefix -r ,requirements-dev.txt infra/tools/locks/command.txt $(FUNCTIONS:%=functions/%/requirements.txt) $(TOOLS:%=infra/tools/locks/%.txt))

docs: build/tools/docs/.ready ## the documentation as a site that can be searched, in build/site
	@build/tools/docs/bin/python -m sphinx -q -W --keep-going -j auto -c infra/site -d build/tools/docs/cache . build/site
	@echo "build/site/index.html"

lint: $(READY) ## ruff and mypy, as strict as they get, who may import whom, and API versions that end soon
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy shared functions infra tests
	@.venv/bin/lint-imports --no-logo --cache-dir build/imports
	@$(RUN) -m infra.tools.sunsets

tf: $(READY) ## terraform fmt, validate and test, and the plan against the code
	@$(RUN) -m pytest -n0 -rs tests/terraform

bench: $(READY) build/tools/bench/.ready ## speed, memory and cold starts; the last line is JSON
	@$(RUN) -m infra.bench

chaos: $(READY) ## 10,000 random lives of a sync; the last line is JSON
	@$(RUN) -m tests.flow.chaos

lock: $(READY) ## write the locks after a change of an .in file; versions stay: for developers, the command, functions, tools
	@$(COMPILE) $(LOCK) requirements-dev.in --output-file requirements-dev.txt
	@$(COMPILE) pyproject.toml --constraint requirements-dev.txt --output-file infra/tools/locks/command.txt
	@$(foreach name,$(FUNCTIONS),cd functions/$(name) && ../../$(COMPILE) requirements.in \
		--constraint ../../requirements-dev.txt --output-file requirements.txt && cd ../.. &&) true
	@$(foreach name,$(TOOLS),$(COMPILE) $(LOCK) infra/tools/locks/$(name).in --output-file infra/tools/locks/$(name).txt &&) true
	@$(MAKE) $(READY)

upgrade: ## choose versions anew, and lock them
	@$(MAKE) lock LOCK=--upgrade

clean: ## remove the environment, caches and what local clouds kept
	rm -rf .venv build .tributary .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, made anew for another Python and brought up to date when the locked versions change; the command
# `tributary` in it runs what stands here.
$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
		echo "Tributary needs Python 3.11, 3.12 or 3.13; '$(PYTHON)' is $$($(PYTHON) -V 2>&1 || true)." >&2; \
		echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@test "$$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$(VERSION)" || { \
		echo "Making .venv with Python $(VERSION) ..." >&2; $(PYTHON) -m venv --clear .venv; }
	@echo "Installing what is missing ..." >&2
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@told=$$(.venv/bin/python -m pip check --disable-pip-version-check) || { echo "$$told" >&2; exit 1; }
	@rm -f .venv/.ready-* && touch $@

# A tool in an environment of its own, so that what it needs is not what the tests run with.
build/tools/%/.ready: infra/tools/locks/%.txt
	@echo "Installing what make $* needs ..." >&2
	@$(PYTHON) -m venv --clear build/tools/$*
	@build/tools/$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

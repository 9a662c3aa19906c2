"""`python -m infra.sandbox serve mailchimp=9001 constant_contact=9002 …`: platforms on this machine."""

import argparse
import threading

from infra.sandbox import PLATFORMS, create_any
from infra.sandbox.serve import Serving

SIZES = {"small": 0.05, "medium": 1.0, "large": 20.0}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.sandbox", description=__doc__)
    parser.add_argument("command", choices=["serve"])
    parser.add_argument("platforms", nargs="+", help="name=port; port 0 takes a free one")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--size", default="medium", help="small, medium, large, or a factor")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--no-limits", action="store_true")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--redirect-uri", action="append", help="the only addresses consent may return to")
    said = parser.parse_args()
    size = SIZES[said.size] if said.size in SIZES else float(said.size)
    wanted = [name.partition("=") for name in said.platforms]
    for name, _, _ in wanted:
        if name not in PLATFORMS:
            parser.error(f"unknown platform {name!r}; known: {', '.join(PLATFORMS)}")
    running = []
    for name, _, port in wanted:
        box = create_any(
            name,
            seed=said.seed,
            size=size,
            latency=said.latency,
            limits=not said.no_limits,
            redirect_uris=said.redirect_uri,
        )
        serving = Serving(box, int(port or 0), said.host).start()
        running.append(serving)
        print(f"{name} {serving.url}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        for serving in running:
            serving.close()


if __name__ == "__main__":
    main()

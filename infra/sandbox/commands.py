"""`tributary sandbox serve mailchimp=9001 constant_contact=9002 …`: platforms on this machine."""

from __future__ import annotations

import argparse
import threading
from contextlib import ExitStack, suppress

from infra.cli.parsing import Group

SIZES = {"small": 0.05, "medium": 1.0, "large": 20.0}


def add(group: Group) -> None:
    serve = group.group("sandbox").command("serve", _serve, "serve platforms until Ctrl-C, and print their addresses")
    serve.set_defaults(complain=serve.error)
    serve.add_argument("platforms", nargs="+", help="name=port; port 0 takes a free one")
    serve.add_argument("--seed", type=int, default=7)
    serve.add_argument("--size", default="medium", help="small, medium, large, or a factor")
    serve.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    serve.add_argument("--no-limits", action="store_true")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--redirect-uri", action="append", help="the only addresses consent may return to")


def _serve(args: argparse.Namespace) -> int:
    from infra.sandbox import PLATFORMS, create_any  # which no help needs
    from infra.sandbox.serve import Serving

    size = SIZES[args.size] if args.size in SIZES else float(args.size)
    wanted = [name.partition("=") for name in args.platforms]
    for name, _, _ in wanted:
        if name not in PLATFORMS:
            args.complain(f"unknown platform {name!r}; known: {', '.join(PLATFORMS)}")
    with suppress(KeyboardInterrupt), ExitStack() as running:
        for name, _, port in wanted:
            box = create_any(
                name,
                seed=args.seed,
                size=size,
                latency=args.latency,
                limits=not args.no_limits,
                redirect_uris=args.redirect_uri,
            )
            serving = Serving(box, int(port or 0), args.host).start()
            running.callback(serving.close)
            print(f"{name} {serving.url}", flush=True)
        threading.Event().wait()
    return 0

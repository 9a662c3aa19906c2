"""`tributary cost --clients 3 --connections 5`: the monthly bill of an installation, by item."""

from __future__ import annotations

import argparse
from dataclasses import asdict, fields

from infra.admin import output
from infra.cli.parsing import Group
from infra.cost.bill import Bill, bill
from infra.cost.installation import Installation
from infra.cost.limits import LOADS_A_DAY, loads_a_day, most_clients
from infra.cost.prices import GIB
from infra.cost.usage import usage
from shared.platforms import PLATFORMS
from shared.prices import LOOKED_UP

ABOUT = (
    "Plans the syncs as `plan` does and multiplies with the price table in infra/cost/prices.py. Nothing is asked of "
    "any cloud. What the figures rest on is said in docs/costs.md and, for each item, with --why."
)
HELP = {
    "clients": "workspaces",
    "people": "who look at what is published, of all clients together",
    "connections": "of each client",
    "syncs": "of each connection in a day",
    "versions": "of each client's published marts in a day: 1 where nobody looks, 24 where it is hourly",
    "looks": "at people (contacts, what one did) of each client in a day",
    "feeds": "that are read every hour",
    "programs": "that ask through the API 20 times an hour, day and night",
    "agents": "that ask by /mcp 20 times an hour, eight hours a day",
    "rows": "records of each stream of an account",
    "parents": "records that another stream asks for one by one: lists, campaigns",
    "changed": "which part of the records a day changes",
    "months": "how long it has been running: history and pages pile up",
    "kept_days": "how long staged pages are kept",
    "conditions": "of alert policies",
    "series": "time series that the conditions on metrics read",
    "asked": "time series that the conditions in PromQL read",
    "zones": "in which syncs are scheduled",
    "deployments": "in a month",
}


def add(group: Group) -> None:
    made = group.command("cost", _cost, description=ABOUT)
    for each in fields(Installation):
        if each.name in HELP:
            kind = float if isinstance(each.default, float) else int
            made.add_argument(
                f"--{each.name.replace('_', '-')}",
                type=_at_least_none(kind),
                default=each.default,
                metavar="NUMBER",
                help=f"{HELP[each.name]} (default: {each.default})",
            )
    made.add_argument(
        "--platform", action="append", choices=sorted(PLATFORMS), help="of the connections, in turn; may be repeated"
    )
    made.add_argument(
        "--colder", action="store_true", help="pages are larger than 128 KiB, so they move to colder classes"
    )
    made.add_argument("--own-key", action="store_true", help="everything is encrypted with a key of yours (kms_key)")
    made.add_argument("--network", action="store_true", help="functions call out through a VPC connector (network)")
    made.add_argument("--domain", action="store_true", help="the connect pages have a domain of yours (connect_domain)")
    made.add_argument(
        "--sharing",
        choices=("alone", "together", "full"),
        default=Installation().sharing,
        help="what shares an instance: one connection's work at a time, that of a client's connections, or as much as "
        "it takes (default: together)",
    )
    made.add_argument("--no-free-tier", action="store_true", help="another project has used it up")
    made.add_argument("--why", action="store_true", help="how each amount comes about")
    made.add_argument("--json", action="store_true", help="print JSON")


def _at_least_none(kind: type[int] | type[float]) -> type[int] | type[float]:
    def number(text: str) -> int | float:
        value = kind(text)
        if value < 0:
            raise argparse.ArgumentTypeError(f"{text} is less than nothing")
        return value

    return number  # type: ignore[return-value]


def _cost(args: argparse.Namespace) -> int:
    given = {each.name: getattr(args, each.name) for each in fields(Installation) if each.name in HELP}
    given |= {name: getattr(args, name) for name in ("colder", "sharing", "own_key", "network", "domain")}
    if args.platform:
        given["platforms"] = tuple(args.platform)
    installation = Installation(**given)
    made = bill(usage(installation), free_tier=not args.no_free_tier)
    if args.json:
        told_of = {"usd": made.usd, "prices_of": LOOKED_UP, "of": asdict(installation), "lines": made.lines}
        print(output.json({**told_of, "loads_a_day": loads_a_day(installation)}))
    else:
        print(as_text(made, args.why))
        print(room(installation))
    return 0


def room(installation: Installation) -> str:
    needed, most = loads_a_day(installation), most_clients(installation)
    text = f"{needed:,} load jobs a day, of the {LOADS_A_DAY:,} that BigQuery takes from a project."
    return f"{text} Keep to about {most:,} such clients in one." if most else text


def as_text(made: Bill, why: bool = False) -> str:
    head = ("item", "a month", "beyond the free tier", "$", *(("how",) if why else ()))
    rows = [
        (
            line.item,
            amount(line.quantity, line.unit),
            amount(line.charged, line.unit) if line.charged else "",
            f"{line.usd:.2f}",
            *((line.because,) if why else ()),
        )
        for line in made.lines
    ]
    total = f"${made.usd:.2f} a month, at the prices looked up on {LOOKED_UP}. Taxes and support are not in it."
    return f"{output.table(head, rows)}\n\n{total}"


def amount(quantity: float, unit: str) -> str:
    if unit == "bytes":
        return f"{quantity / GIB:,.2f} GiB"
    return f"{quantity:,.0f} {unit}"

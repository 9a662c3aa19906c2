"""The picture of the flow, as the README and the site show it: one for a light page, one for a dark one.

A topic is an arrow with its name; tests hold what is drawn to `FLOW` in shared/messages.py and to functions/."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal

WIDTH, HEIGHT = 1180, 926
SAYS = (
    "A request for a sync reaches fan_out_sync, which plans slices; extract_page reads them page by page into Cloud "
    "Storage; load_batch loads the pages into BigQuery; tell_run adds what the run came to; "
    "open_workspace makes datasets; publish_mart writes the marts as files, feed answers spreadsheets from them; "
    "console lets people in, look_up shows them rows of persons, and send_letter hands their letters over; "
    "keep_access asks for access, renews and ends it; api answers programs."
)


@dataclass(frozen=True)
class Colours:
    text: str
    faint: str
    line: str
    function: str
    store: str
    outside: str


LIGHT = Colours("#1f2933", "#5f6b7a", "#7b8794", "#dbeafe", "#dcfce7", "#f3f4f6")
DARK = Colours("#e6edf3", "#9aa7b4", "#7d8a97", "#1e3a5f", "#14432a", "#2a3038")

Kind = Literal["function", "store", "outside"]


@dataclass(frozen=True)
class Box:
    x: int  # of its middle
    y: int
    name: str
    below: str = ""
    kind: Kind = "function"
    width: int = 168
    height: int = 54


BOXES = (
    Box(100, 60, "a client", "with a connect link", "outside"),
    Box(385, 60, "oauth_start", "says who asks"),
    Box(640, 60, "oauth_callback", "keeps access, connects"),
    Box(915, 60, "the platforms", "their APIs", "outside"),
    Box(100, 190, "Cloud Scheduler", "or an operator", "outside"),
    Box(385, 190, "fan_out_sync", "plans; ticks each minute"),
    Box(640, 190, "extract_page", "reads, page by page"),
    Box(915, 190, "load_batch", "loads and merges"),
    Box(1094, 190, "BigQuery", "rows, history, marts", "store", 140),
    Box(385, 320, "load_rates", "the central bank's rates"),
    Box(550, 320, "seal_audit", "binds what was done", width=150),
    Box(190, 320, "open_workspace", "makes its datasets", width=150),
    Box(780, 320, "Cloud Storage", "staged pages", "store"),
    Box(1060, 320, "tell_run", "what a run came to"),
    Box(100, 430, "a platform", "tells us something", "outside"),
    Box(385, 430, "platform_calls", "checks and keeps it"),
    Box(700, 430, "answer_call", "ends, erases, clears"),
    Box(880, 430, "publish_mart", "marts, as files"),
    Box(1060, 430, "record_failure", "dead letters of everyone"),
    Box(100, 522, "people", "who sign in", "outside"),
    Box(385, 522, "console", "lets in whom it knows"),
    Box(700, 522, "send_letter", "hands letters over"),
    Box(1060, 522, "a mail server", "of yours", "outside"),
    Box(385, 612, "look_up", "persons and records"),
    Box(700, 612, "keep_access", "asks, renews, ends it"),
    Box(100, 704, "a spreadsheet", "with a feed's key", "outside"),
    Box(385, 704, "feed", "answers from marts, as files"),
    Box(100, 796, "programs", "with a key", "outside"),
    Box(385, 796, "api", "answers, and takes wishes"),
    Box(490, 888, "Firestore: connections, runs, slices, pages, batches, cursors", "what is true", "store", 948, 46),
    Box(1080, 888, "Secret Manager", "credentials", "store", 168, 46),
)


@dataclass(frozen=True)
class Arrow:
    """Along its corners. `topic`: the name of what is said; empty: something is fetched, written or shown."""

    corners: tuple[tuple[int, int], ...]
    topic: str = ""
    at: tuple[int, int] = (0, 0)  # of the middle of the topic's name
    to: str = ""  # the function that reads the topic


ARROWS = (
    Arrow(((184, 60), (301, 60))),
    Arrow(((469, 60), (556, 60))),
    Arrow(((184, 190), (301, 190)), "sync-requested", (242, 180), "fan_out_sync"),
    Arrow(((100, 217), (100, 262), (355, 262), (355, 217)), "minute-tick", (228, 254), "fan_out_sync"),
    Arrow(((640, 87), (640, 112), (385, 112), (385, 163)), "sync-requested", (512, 104), "fan_out_sync"),
    Arrow(((469, 190), (556, 190)), "slice-ready", (512, 180), "extract_page"),
    Arrow(((670, 163), (670, 138), (610, 138), (610, 163)), "slice-ready", (566, 142), "extract_page"),
    Arrow(((831, 60), (778, 60), (778, 178), (724, 178))),
    Arrow(((724, 200), (831, 200)), "table-ready", (778, 218), "load_batch"),
    Arrow(((640, 217), (640, 320), (696, 320))),
    Arrow(((864, 320), (888, 320), (888, 217))),
    Arrow(((999, 190), (1024, 190))),
    Arrow(((970, 217), (970, 250), (1075, 250), (1075, 293)), "run-changed", (1024, 242), "tell_run"),
    Arrow(((976, 320), (930, 320), (930, 217)), "table-ready", (978, 284), "load_batch"),
    Arrow(((910, 217), (910, 403)), "data-changed", (962, 376), "publish_mart"),
    Arrow(((830, 403), (830, 347))),
    Arrow(((415, 217), (415, 293)), "rates-due", (452, 262), "load_rates"),
    Arrow(((340, 217), (340, 280), (200, 280), (200, 293)), "workspace-wanted", (272, 274), "open_workspace"),
    Arrow(((469, 205), (530, 205), (530, 293)), "audit-due", (563, 262), "seal_audit"),
    Arrow(((184, 430), (301, 430))),
    Arrow(((469, 430), (616, 430)), "platform-called", (542, 420), "answer_call"),
    Arrow(((184, 522), (301, 522))),
    Arrow(((469, 522), (616, 522)), "letter-wanted", (542, 512), "send_letter"),
    Arrow(((784, 522), (976, 522))),
    Arrow(((385, 549), (385, 585))),
    Arrow(((184, 704), (301, 704))),
    Arrow(((469, 704), (880, 704), (880, 457)), "data-changed", (560, 694), "publish_mart"),
    Arrow(((184, 796), (301, 796))),
    Arrow(((301, 784), (278, 784), (278, 205), (301, 205)), "sync-requested", (226, 376), "fan_out_sync"),
    Arrow(((469, 784), (640, 784), (640, 639)), "access-wanted", (584, 774), "keep_access"),
)


def picture(colours: Colours) -> str:
    """The whole of it."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="says">',
        f'<title id="says">{SAYS}</title>',
        "<defs>",
        '<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0L10 5L0 10z" fill="{colours.line}"/></marker>',
        "</defs>",
        '<g font-family="ui-sans-serif, system-ui, sans-serif" font-size="14" text-anchor="middle">',
        *(line for arrow in ARROWS for line in _arrow(arrow, colours)),
        *(line for box in BOXES for line in _box(box, colours)),
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _box(box: Box, colours: Colours) -> list[str]:
    left, top = box.x - box.width // 2, box.y - box.height // 2
    fill = getattr(colours, box.kind)
    dashes = ' stroke-dasharray="4 3"' if box.kind == "outside" else ""
    corner = 18 if box.kind == "store" else 6
    return [
        f'<rect x="{left}" y="{top}" width="{box.width}" height="{box.height}" rx="{corner}" fill="{fill}"'
        f' stroke="{colours.line}"{dashes}/>',
        f'<text x="{box.x}" y="{box.y - 3}" fill="{colours.text}" font-weight="600">{escape(box.name)}</text>',
        f'<text x="{box.x}" y="{box.y + 15}" fill="{colours.faint}" font-size="12">{escape(box.below)}</text>',
    ]


def _arrow(arrow: Arrow, colours: Colours) -> list[str]:
    path = "M" + "L".join(f"{x} {y}" for x, y in arrow.corners)
    lines = [f'<path d="{path}" fill="none" stroke="{colours.line}" stroke-width="1.5" marker-end="url(#head)"/>']
    if arrow.topic:
        x, y = arrow.at
        lines.append(
            f'<text x="{x}" y="{y}" fill="{colours.text}" font-family="ui-monospace, monospace" font-size="11.5">'
            f"{arrow.topic}</text>"
        )
    return lines


def light() -> str:
    return picture(LIGHT)


def dark() -> str:
    return picture(DARK)

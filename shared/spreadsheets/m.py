"""The query in M, for Excel and Power BI. Its root is one literal text, since else no service refreshes it by itself.
No key stands in it: who reads is asked once, and whatever runs the query keeps that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from shared.handing import texts
from shared.handing.table import Heading
from shared.spreadsheets.source import FORMAT, Source

# A moment comes with a Z, which `type datetime` does not know: it is taken away before, and the moment is one of UTC.
_TYPES: Mapping[str, str] = {
    "text": "type text",
    "int": "Int64.Type",
    "float": "type number",
    "money": "type number",
    "bool": "type logical",
    "date": "type date",
    "time": "type datetime",
}
_BY_HAND = "400, 404, 422"  # refusals with a sentence; 429 and 503 are asked again by the engine itself


def text(value: str) -> str:
    """A text of M, whatever is in it: on one line, and nothing in it that is not seen."""
    found = texts.legal(value).replace('"', '""').replace("#(", "#(#)(")
    return '"' + "".join(each if each.isprintable() else _escaped(each) for each in found) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    return f"#({code:04X})" if code < 0x10000 else f"#({code:08X})"


def query(source: Source) -> str:
    """The whole of a .pq file, or of a query in the advanced editor."""
    types = ",\n".join(f"            {{{text(each.name)}, {_TYPES[each.kind]}}}" for each in source.headings)
    return f"""let
    Response = Web.Contents(
        {text(source.root)},
        [
            RelativePath = {text(source.path)},
            Query = [format = {text(FORMAT)}],
            ManualStatusHandling = {{{_BY_HAND}}},
            Timeout = #duration(0, 0, 5, 0)
        ]
    ),
    Status = Value.Metadata(Response)[Response.Status],
    Lines = Csv.Document(Response, [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),
    Rows = Table.PromoteHeaders(Lines, [PromoteAllScalars = true]),
    Answer =
        if Status = 200 then
            Rows
        else
            error [
                Reason = "Tributary",
                Message = {text(f"{source.name}: ")} & Rows{{0}}[message],
                Detail = Rows{{0}}[details]
            ],
{"".join(_readable(source.headings))}    Typed = Table.TransformColumnTypes(
        Readable,
        {{
{types}
        }},
        "en-US"
    )
in
    Typed
"""


def _readable(headings: Sequence[Heading]) -> Iterator[str]:
    """Steps after which each cell can be read as its type: one in which nothing stands is null, not an empty text."""
    found, moments = "Answer", [text(each.name) for each in headings if each.kind == "time"]
    others = [text(each.name) for each in headings if each.kind != "text"]
    if others:
        yield (f'    Empty = Table.ReplaceValue({found}, "", null, Replacer.ReplaceValue, {{{", ".join(others)}}}),\n')
        found = "Empty"
    if moments:
        shorter = ", ".join(f'{{{name}, each Text.Replace(_, "Z", ""), type text}}' for name in moments)
        yield f"    Moments = Table.TransformColumns({found}, {{{shorter}}}),\n"
        found = "Moments"
    yield f"    Readable = {found},\n"

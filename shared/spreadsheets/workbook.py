"""A workbook whose first sheet is a table that a query fills: when it is opened, and whenever somebody refreshes. It
holds no figures, no key and no macro. Excel asks for the key once, and keeps it where it keeps passwords."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from zipfile import ZipFile

from shared.handing import as_xlsx, texts
from shared.handing.cells import Styles, format_of, letters
from shared.handing.parts import DECLARED, DOCUMENT, MAIN, SHEET, Besides, parts, relations
from shared.handing.table import Heading, Table
from shared.spreadsheets import mashup
from shared.spreadsheets.m import query
from shared.spreadsheets.source import Source
from shared.spreadsheets.steps import in_workbook

NAME = "Feed"  # of the query and of its table: =SUM(Feed[clicks])
_RANGE = "ExternalData_1"
_ITEM = "{7B1D6E0A-3B0C-4C2B-9C43-1F6E2A5D7C10}"  # one workbook has one, so all have the same
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def write(source: Source) -> bytes:
    headings, styles = source.headings, Styles()
    first = Table(name=source.name, headings=headings, rows=[(None,) * len(headings)], about={})
    names = (as_xlsx.sheet_name(source.name), as_xlsx.ABOUT)
    table = f'<tableParts count="1"><tablePart xmlns:r="{DOCUMENT}" r:id="r1"/></tableParts>'
    where = f"A1:{letters(len(headings))[-1]}2"
    sheets = (as_xlsx.worksheet(first, styles, table), as_xlsx.worksheet(_about(source), styles))
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for number, sheet in enumerate(sheets, 1):
            archive.writestr(as_xlsx.entry(f"xl/worksheets/sheet{number}.xml"), "".join(sheet))
        for name, content in parts(names, styles, _besides(names[0], where, headings)):
            archive.writestr(as_xlsx.entry(name), content)
        for name, content in _query_parts(headings, where):
            archive.writestr(as_xlsx.entry(name), content)
        archive.writestr(as_xlsx.entry("customXml/item1.xml"), mashup.part(NAME, query(source)))
    return file.getvalue()


def _about(source: Source) -> Table:
    """What to click, then what each column is."""
    columns = [(each.name, as_xlsx.described(each)) for each in source.headings]
    headings = tuple(Heading(name=name, kind="text") for name in ("what", "it_is"))
    return Table(name=as_xlsx.ABOUT, headings=headings, rows=[*in_workbook(source), *columns], about={})


def _besides(sheet: str, where: str, headings: Sequence[Heading]) -> Besides:
    quoted = sheet if _PLAIN.fullmatch(sheet) else "'" + sheet.replace("'", "''") + "'"
    first, last = (re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", each) for each in where.split(":"))
    return Besides(
        types=(
            ("/xl/connections.xml", f"{SHEET}.connections+xml"),
            ("/xl/tables/table1.xml", f"{SHEET}.table+xml"),
            ("/xl/queryTables/queryTable1.xml", f"{SHEET}.queryTable+xml"),
            ("/customXml/itemProps1.xml", "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"),
        ),
        relations=(("connections", "connections.xml"), ("customXml", "../customXml/item1.xml")),
        names=((_RANGE, f"{quoted}!{first}:{last}"),),
        formats=tuple(map(_format, headings)),
    )


def _format(heading: Heading) -> str:
    return "General" if heading.kind in ("text", "bool") else format_of(heading)


def _query_parts(headings: Sequence[Heading], where: str) -> Iterator[tuple[str, str]]:
    """From the sheet to the query: the table, what fills it, the connection by which that asks."""
    yield "xl/worksheets/_rels/sheet1.xml.rels", relations([("table", "../tables/table1.xml")])
    yield "xl/tables/_rels/table1.xml.rels", relations([("queryTable", "../queryTables/queryTable1.xml")])
    yield "customXml/_rels/item1.xml.rels", relations([("customXmlProps", "itemProps1.xml")])
    numbered = list(enumerate((texts.escaped(each.name) for each in headings), 1))
    columns = "".join(
        f'<tableColumn id="{number}" uniqueName="{number}" name="{name}" queryTableFieldId="{number}"'
        f' dataDxfId="{number - 1}"/>'
        for number, name in numbered
    )
    yield (
        "xl/tables/table1.xml",
        f'{DECLARED}<table xmlns="{MAIN}" id="1" name="{NAME}" displayName="{NAME}" ref="{where}"'
        f' tableType="queryTable" totalsRowShown="0"><autoFilter ref="{where}"/>'
        f'<tableColumns count="{len(numbered)}">{columns}</tableColumns><tableStyleInfo name="TableStyleLight1"'
        ' showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>',
    )
    fields = "".join(
        f'<queryTableField id="{number}" name="{name}" tableColumnId="{number}"/>' for number, name in numbered
    )
    yield (
        "xl/queryTables/queryTable1.xml",
        f'{DECLARED}<queryTable xmlns="{MAIN}" name="{_RANGE}" refreshOnLoad="1" connectionId="1" autoFormatId="16"'
        ' applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="0" applyPatternFormats="0"'
        ' applyAlignmentFormats="0" applyWidthHeightFormats="0">'
        f'<queryTableRefresh nextId="{len(numbered) + 1}"><queryTableFields count="{len(numbered)}">{fields}'
        "</queryTableFields></queryTableRefresh></queryTable>",
    )
    asks = f"SELECT * FROM [{NAME}]"  # noqa: S608  of no database
    yield (
        "xl/connections.xml",
        f'{DECLARED}<connections xmlns="{MAIN}"><connection id="1" keepAlive="1" name="Query - {NAME}"'
        f' description="Connection to the \'{NAME}\' query in the workbook." type="5" refreshedVersion="8"'
        ' background="1" refreshOnLoad="1" saveData="1"><dbPr connection="Provider=Microsoft.Mashup.OleDb.1;'
        f'Data Source=$Workbook$;Location={NAME};Extended Properties=&quot;&quot;" command="{asks}"/>'
        "</connection></connections>",
    )
    yield (
        "customXml/itemProps1.xml",
        f'{DECLARED}<ds:datastoreItem ds:itemID="{_ITEM}" xmlns:ds="{DOCUMENT.rpartition("/")[0]}/customXml">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{mashup.NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>',
    )

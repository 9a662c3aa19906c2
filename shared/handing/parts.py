"""The parts of a workbook besides its sheets (ECMA-376), as small as Excel and others take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.handing import texts
from shared.handing.cells import Styles

DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FIRST_CODE = 164  # of number formats that are not Excel's own
_HEAD = "FFE3EAF2"  # behind headings


@dataclass(frozen=True, slots=True)
class Besides:
    """What a workbook has besides sheets and styles."""

    types: Sequence[tuple[str, str]] = ()  # a part → its content type
    relations: Sequence[tuple[str, str]] = ()  # of the workbook: kind, target
    names: Sequence[tuple[str, str]] = ()  # hidden names of ranges on the first sheet
    formats: Sequence[str] = ()  # of cells that a table will add


NOTHING = Besides()


def parts(sheets: Sequence[str], styles: Styles, besides: Besides = NOTHING) -> Iterator[tuple[str, str]]:
    """Name and content of each. `sheets`: their names, in order."""
    numbers = range(1, len(sheets) + 1)
    yield "[Content_Types].xml", _types(numbers, besides.types)
    yield "_rels/.rels", relations([("officeDocument", "xl/workbook.xml")])
    yield "xl/workbook.xml", _workbook(sheets, besides.names)
    targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    yield "xl/_rels/workbook.xml.rels", relations([*targets, ("styles", "styles.xml"), *besides.relations])
    yield "xl/styles.xml", _styles(styles, besides.formats)


def _types(numbers: Sequence[int], more: Sequence[tuple[str, str]]) -> str:
    kinds = [("/xl/workbook.xml", f"{SHEET}.sheet.main+xml"), ("/xl/styles.xml", f"{SHEET}.styles+xml")]
    kinds += [(f"/xl/worksheets/sheet{number}.xml", f"{SHEET}.worksheet+xml") for number in numbers]
    said = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in (*kinds, *more))
    links = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    plain = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'{DECLARED}<Types xmlns="{_PACKAGE}/content-types">{links}{plain}{said}</Types>'


def relations(targets: Sequence[tuple[str, str]]) -> str:
    said = "".join(
        f'<Relationship Id="r{number}" Type="{DOCUMENT}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">{said}</Relationships>'


def _workbook(sheets: Sequence[str], names: Sequence[tuple[str, str]]) -> str:
    said = "".join(
        f'<sheet name="{texts.escaped(name)}" sheetId="{number}" r:id="r{number}"/>'
        for number, name in enumerate(sheets, 1)
    )
    ranges = "".join(
        f'<definedName name="{name}" localSheetId="0" hidden="1">{texts.escaped(where)}</definedName>'
        for name, where in names
    )
    ranges = f"<definedNames>{ranges}</definedNames>" if ranges else ""
    return f'{DECLARED}<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{said}</sheets>{ranges}</workbook>'


def _styles(styles: Styles, added: Sequence[str]) -> str:
    """A cell's style is the place of its number format; the second one is that of headings."""
    codes = list(dict.fromkeys(code for code in (*styles.codes[2:], *added) if code != "General"))
    ids = {code: number for number, code in enumerate(codes, _FIRST_CODE)}
    formats = "".join(f'<numFmt numFmtId="{ids[code]}" formatCode="{texts.escaped(code)}"/>' for code in codes)
    formats = f'<numFmts count="{len(codes)}">{formats}</numFmts>' if codes else ""
    plain, head = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"', '<xf numFmtId="0" fontId="1" fillId="2"'
    used = [
        f'{plain} xfId="0"/>',
        f'{head} borderId="0" xfId="0" applyFont="1" applyFill="1"/>',
        *(
            f'<xf numFmtId="{ids.get(code, 0)}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
            for code in styles.codes[2:]
        ),
    ]
    differences = "".join(
        f'<dxf><numFmt numFmtId="{ids.get(code, 0)}" formatCode="{texts.escaped(code)}"/></dxf>' for code in added
    )
    differences = f'<dxfs count="{len(added)}">{differences}</dxfs>' if added else ""
    font = '<sz val="11"/><name val="Calibri"/><family val="2"/>'
    solid = f'<patternFill patternType="solid"><fgColor rgb="{_HEAD}"/><bgColor indexed="64"/></patternFill>'
    return (
        f'{DECLARED}<styleSheet xmlns="{MAIN}">{formats}'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        f'<fill><patternFill patternType="gray125"/></fill><fill>{solid}</fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        f'<cellStyleXfs count="1">{plain}/></cellStyleXfs><cellXfs count="{len(used)}">{"".join(used)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        f"{differences}</styleSheet>"
    )

"""The parts of a workbook besides its sheets (ECMA-376), as small as Excel and others take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.handing import texts
from shared.handing.cells import Styles

_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FIRST_CODE = 164  # of number formats that are not Excel's own
_HEAD = "FFE3EAF2"  # behind headings


def parts(sheets: Sequence[str], styles: Styles) -> Iterator[tuple[str, str]]:
    """Name and content of each. `sheets`: their names, in order."""
    numbers = range(1, len(sheets) + 1)
    yield "[Content_Types].xml", _types(numbers)
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    yield "xl/workbook.xml", _workbook(sheets)
    targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
    yield "xl/styles.xml", _styles(styles)


def _types(numbers: Sequence[int]) -> str:
    kinds = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    kinds += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in numbers]
    said = "".join(f'<Override PartName="{part}" ContentType="{_SHEET}.{kind}+xml"/>' for part, kind in kinds)
    relations = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    plain = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types">{relations}{plain}{said}</Types>'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    said = "".join(
        f'<Relationship Id="r{number}" Type="{_DOCUMENT}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">{said}</Relationships>'


def _workbook(sheets: Sequence[str]) -> str:
    said = "".join(
        f'<sheet name="{texts.escaped(name)}" sheetId="{number}" r:id="r{number}"/>'
        for number, name in enumerate(sheets, 1)
    )
    return f'{_DECLARED}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>{said}</sheets></workbook>'


def _styles(styles: Styles) -> str:
    """A cell's style is the place of its number format; the second one is that of headings."""
    codes = [code for code in styles.codes[2:] if code != "General"]
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
    font = '<sz val="11"/><name val="Calibri"/><family val="2"/>'
    solid = f'<patternFill patternType="solid"><fgColor rgb="{_HEAD}"/><bgColor indexed="64"/></patternFill>'
    return (
        f'{_DECLARED}<styleSheet xmlns="{_MAIN}">{formats}'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        f'<fill><patternFill patternType="gray125"/></fill><fill>{solid}</fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        f'<cellStyleXfs count="1">{plain}/></cellStyleXfs><cellXfs count="{len(used)}">{"".join(used)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )

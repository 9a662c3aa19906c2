"""Where Excel keeps queries: one binary (MS-QDEFF) with a package that has their text, what may be done with them, and
what the workbook knows of them. Excel adds what proves that a machine of its own wrote it; without that, it asks."""

from __future__ import annotations

import io
import struct
from base64 import b64encode
from zipfile import ZIP_DEFLATED, ZipFile

from shared.handing.as_xlsx import entry

NAMESPACE = "http://schemas.microsoft.com/DataMashup"
_VERSION = 0
_MARK = "\ufeff"
_DECLARED = f'{_MARK}<?xml version="1.0" encoding="utf-8"?>'
_SCHEMA = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_PACKAGE = f"{_DECLARED}<Package {_SCHEMA}><Version>2.99.202.0</Version><MinVersion>2.21.0.0</MinVersion>"
_TYPES = (
    f'{_DECLARED}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="text/xml" /><Default Extension="m" ContentType="application/x-ms-m" />'
    "</Types>"
)
# Sources are kept apart, as Excel has it by default, and no query is run that the package does not have.
_PERMISSIONS = (
    f"{_DECLARED}<PermissionList {_SCHEMA}><CanEvaluateFuturePackages>false</CanEvaluateFuturePackages>"
    "<FirewallEnabled>true</FirewallEnabled></PermissionList>"
)
_NO_CONTENT = b"PK\x05\x06" + bytes(18)  # an archive without a part: no earlier answer is kept
_NO_PROOF = b""


def part(name: str, query: str) -> bytes:
    """The part of the workbook that holds one query, whose answer is loaded into a table of the same name."""
    pieces = (_package(name, query), _PERMISSIONS.encode(), _metadata(name), _NO_PROOF)
    binary = struct.pack("<I", _VERSION) + b"".join(struct.pack("<I", len(each)) + each for each in pieces)
    told = b64encode(binary).decode()
    return f'{_MARK}<?xml version="1.0" encoding="utf-16"?><DataMashup xmlns="{NAMESPACE}">{told}</DataMashup>'.encode(
        "utf-16-le"
    )


def _package(name: str, query: str) -> bytes:
    """`name` is a plain identifier of M."""
    section = f"section Section1;\r\n\r\nshared {name} = {query.strip()};"
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr(entry("Config/Package.xml"), f"{_PACKAGE}<Culture>en-US</Culture></Package>")
        archive.writestr(entry("[Content_Types].xml"), _TYPES)
        archive.writestr(entry("Formulas/Section1.m"), section.replace("\r\n", "\n").replace("\n", "\r\n"))
    return file.getvalue()


def _metadata(name: str) -> bytes:
    """What comes first says of what it is: l a whole number, s a text."""
    facts = {
        "IsPrivate": "l0",
        "FillEnabled": "l1",
        "FillObjectType": "sTable",
        "FillToDataModelEnabled": "l0",
        "FillTarget": f"s{name}",
        "FillTargetNameCustomized": "l1",
        "NameUpdatedAfterFill": "l0",
        "AddedToDataModel": "l0",
        "BufferNextRefresh": "l1",
        "ResultType": "sTable",
        "NavigationStepName": "sNavigation",
    }
    entries = "".join(f'<Entry Type="{fact}" Value="{value}" />' for fact, value in facts.items())
    items = _item("AllFormulas", "", "") + _item("Formula", f"Section1/{name}", entries)
    document = f"{_DECLARED}<LocalPackageMetadataFile {_SCHEMA}><Items>{items}</Items></LocalPackageMetadataFile>"
    told = document.encode()
    return struct.pack("<II", 0, len(told)) + told + struct.pack("<I", len(_NO_CONTENT)) + _NO_CONTENT


def _item(kind: str, path: str, entries: str) -> str:
    where = f"<ItemPath>{path}</ItemPath>" if path else "<ItemPath />"
    told = f"<StableEntries>{entries}</StableEntries>" if entries else "<StableEntries />"
    return f"<Item><ItemLocation><ItemType>{kind}</ItemType>{where}</ItemLocation>{told}</Item>"

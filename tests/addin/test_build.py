"""The files of the task pane: for one host and one API, and nothing left to fill in."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from infra.addin import build
from infra.cli.__main__ import main

HOST, API = "https://sheets.example.com", "https://api.example.com"
NAMESPACE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
# As the schema of Office asks for them; in another order it refuses the whole.
ORDER = [
    "Id",
    "Version",
    "ProviderName",
    "DefaultLocale",
    "DisplayName",
    "Description",
    "IconUrl",
    "HighResolutionIconUrl",
    "SupportUrl",
    "AppDomains",
    "Hosts",
    "Requirements",
    "DefaultSettings",
    "Permissions",
]


def test_the_manifest_names_the_host_in_the_order_that_office_takes() -> None:
    made = build.files(f"{HOST}/", API)
    root = ElementTree.fromstring(made["manifest.xml"])
    assert [each.tag.removeprefix(NAMESPACE) for each in root] == ORDER
    told = {each.tag.removeprefix(NAMESPACE): each for each in root.iter()}
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", told["Id"].text or "")
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", told["Version"].text or "")
    assert told["SourceLocation"].get("DefaultValue") == f"{HOST}/pane.html"
    addresses = re.findall(r'="(https://[^"]+)"', made["manifest.xml"].decode())
    named = [each.removeprefix(f"{HOST}/") for each in addresses if each.startswith(HOST)]
    assert set(named) <= made.keys()
    assert len(named) == 4


def test_another_host_is_another_add_in() -> None:
    ids = {
        ElementTree.fromstring(build.files(host, API)["manifest.xml"])[0].text
        for host in (HOST, HOST, "https://other.example.com")
    }
    assert len(ids) == 2


def test_nothing_is_left_to_fill_in_and_scripts_are_ours_or_offices() -> None:
    made = build.files(HOST, API)
    for name, content in made.items():
        if not name.endswith(".png"):
            assert not re.search("%[A-Z]+%", content.decode()), name
    page = _Page()
    page.feed(made["pane.html"].decode())
    assert page.scripts[0] == "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
    assert set(page.scripts[1:]) | set(page.styles) <= made.keys()
    assert page.api == API
    assert "'unsafe-inline'" not in page.policy["script-src"]
    assert API in page.policy["connect-src"]
    assert page.labelled == page.inputs


def test_every_file_that_is_kept_for_later_is_there() -> None:
    made = build.files(HOST, API)
    (kept,) = re.findall(r"OURS = \[(.*?)\]", made["offline.js"].decode())
    assert set(re.findall("'([^']+)'", kept)) <= made.keys()


def test_an_icon_is_a_picture_of_its_size() -> None:
    for size in build.ICONS:
        data = build.icon(size)
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        assert int.from_bytes(data[16:20]) == int.from_bytes(data[20:24]) == size


@pytest.mark.parametrize(
    "host", ["http://sheets.example.com", "https://", "https://a/b", 'https://a"b', "sheets.example.com", "https://A.b"]
)
def test_what_office_would_not_take_is_refused(host: str) -> None:
    with pytest.raises(build.NotAnAddress):
        build.files(host, API)


def test_the_command_writes_them_into_an_empty_folder_and_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["addin", "--host", HOST, "--api", API, "--to", str(tmp_path / "pane")]
    assert main(words) == 0
    assert {path.name for path in (tmp_path / "pane").iterdir()} == set(build.files(HOST, API))
    with pytest.raises(SystemExit):
        main(words)
    assert "is not empty" in capsys.readouterr().err


class _Page(HTMLParser):
    """What the page loads, and which of its fields have a label."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.api = ""
        self.policy: dict[str, str] = {}
        self.inputs: set[str] = set()
        self.labelled: set[str] = set()
        self._in_label = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "script":
            self.scripts.append(told["src"])
        elif tag == "link":
            self.styles.append(told["href"])
        elif tag == "meta" and told.get("name") == "api":
            self.api = told["content"]
        elif tag == "meta" and "http-equiv" in told:
            self.policy = {part.split()[0]: part for part in told["content"].split(";")}
        elif tag in ("input", "select"):
            self.inputs.add(told["id"])
            if self._in_label:
                self.labelled.add(told["id"])
        elif tag == "label":
            self._in_label = "for" not in told
            self.labelled |= {told["for"]} if "for" in told else set()

    def handle_endtag(self, tag: str) -> None:
        self._in_label = self._in_label and tag != "label"

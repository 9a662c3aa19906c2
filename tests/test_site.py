"""The picture shows the flow as the code has it, and a page of the repository becomes one of the site."""

from __future__ import annotations

import re
import subprocess
import sys
from fnmatch import fnmatch
from xml.etree import ElementTree

import pytest

from infra.site import flow
from infra.site.pages import MENU, ROOT, for_the_site
from infra.tools import bundle
from shared.messages import FLOW

SPHINX = ROOT / "build" / "tools" / "docs" / "bin" / "python"


def test_every_function_is_in_the_picture() -> None:
    assert {box.name for box in flow.BOXES if box.kind == "function"} == set(bundle.functions())


def test_every_topic_leads_to_the_function_that_reads_it() -> None:
    assert {(arrow.topic, arrow.to) for arrow in flow.ARROWS if arrow.topic} == {
        (topic, function) for topic, (_, function) in FLOW.items()
    }
    boxes = {box.name: box for box in flow.BOXES}
    for arrow in flow.ARROWS:
        if arrow.to:
            box, (x, y) = boxes[arrow.to], arrow.corners[-1]
            assert abs(x - box.x) <= box.width / 2, arrow
            assert abs(y - box.y) <= box.height / 2, arrow


@pytest.mark.parametrize("picture", [flow.light(), flow.dark()], ids=["light", "dark"])
def test_nothing_is_drawn_outside_of_the_picture_or_over_another_box(picture: str) -> None:
    ElementTree.fromstring(picture)
    for number, box in enumerate(flow.BOXES):
        assert box.width / 2 <= box.x <= flow.WIDTH - box.width / 2
        assert box.height / 2 <= box.y <= flow.HEIGHT - box.height / 2
        for other in flow.BOXES[number + 1 :]:
            apart_across = abs(box.x - other.x) >= (box.width + other.width) / 2
            assert apart_across or abs(box.y - other.y) >= (box.height + other.height) / 2, (box.name, other.name)


def test_a_picture_is_one_for_light_and_one_for_dark_pages() -> None:
    told = for_the_site("README", (ROOT / "README.md").read_text())
    assert "<picture>" not in told
    assert re.findall(r"```\{image\} (\S+)\n:alt: .+\n:class: (\S+)\n```", told) == [
        ("docs/pictures/flow-light.svg", "only-light"),
        ("docs/pictures/flow-dark.svg", "only-dark"),
    ]


def test_a_folder_has_no_page_and_so_no_link() -> None:
    assert for_the_site("docs/x", "[marts](marts.md), [all](platforms)") == "[marts](marts.md), all"


def test_every_page_is_in_the_menu() -> None:
    named = [name for parts in MENU.values() for pages in parts.values() for name in pages]
    for pattern in ("*.md", "docs/**/*.md", "infra/*/README.md", "terraform/README.md"):
        for page in ROOT.glob(pattern):
            name = str(page.relative_to(ROOT).with_suffix(""))
            found = name == "README" or any(fnmatch(name, each) for each in named)
            assert found, f"{name} is in no menu (infra/site/pages.py)"
    for name in named:
        assert list(ROOT.glob(f"{name}.md")), name


@pytest.mark.skipif(not SPHINX.exists(), reason="needs what `make docs` installs, in build/tools/docs")
def test_the_site_is_built_without_a_warning() -> None:
    done = subprocess.run(
        ["make", "docs", f"PYTHON={sys.executable}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]

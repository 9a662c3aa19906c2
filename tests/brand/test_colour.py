"""Whatever colour somebody chooses, what is written in it and on it can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.brand.colour import ENOUGH, contrast, mixed, on_paper
from shared.oauth.style import CSS, DARK, LIGHT

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),  # known for just missing it; #767676 just does not
        ("#767676", "#ffffff", 4.54),
        ("#1F5EFF", "#1f5eff", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(one, other) == contrast(other, one)


@given(COLOURS, st.sampled_from([LIGHT, DARK]))
def test_any_colour_can_be_read_on_the_paper_and_written_on(colour: str, paper: str) -> None:
    pair = on_paper(colour, paper)
    assert contrast(pair.go, paper) >= ENOUGH
    assert contrast(pair.deep, paper) >= ENOUGH
    assert contrast(pair.on, pair.go) >= ENOUGH
    assert contrast(pair.on, pair.deep) >= ENOUGH
    for made in (pair.go, pair.deep, pair.on):
        assert re.fullmatch("#[0-9a-f]{6}", made)


def test_a_colour_that_is_good_stays_as_it_is() -> None:
    assert on_paper("#8a1538", LIGHT).go == "#8a1538"
    assert on_paper("#ffd400", LIGHT).go != "#ffd400"
    assert on_paper("#ffd400", DARK).go == "#ffd400"


def test_halfway_is_halfway() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#102030", "#ffffff", 0) == "#102030"


def test_the_papers_are_those_of_the_pages_on_which_it_is_hardest() -> None:
    light, dark = CSS.split("@media (prefers-color-scheme: dark)")[:2]
    for text, hardest, ink in ((light, LIGHT, "#000000"), (dark, DARK, "#ffffff")):
        grounds = re.findall(r"--(?:paper|ground|tint): (#[0-9a-f]{6})", text)
        assert len(grounds) == 3
        assert min(grounds, key=lambda ground: contrast(ground, ink)) == hardest

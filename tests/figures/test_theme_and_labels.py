"""Colours can be told apart and read; names are escaped, cut and never markup."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec_core.figures.labels import arrow_path, clean, fit, full, text_px
from seqrec_core.figures.theme import DARK, LIGHT, LOWERS, RAISES, Theme, contrast, hues, theme_of

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1.0


@THEMES
def test_text_reads_and_marks_stand_out(theme: Theme):
    assert contrast(theme.text, theme.background) >= 7
    assert contrast(theme.muted, theme.background) >= 4.5
    for color in (theme.raises, theme.lowers, theme.outline, theme.loss, theme.accent):
        assert contrast(color, theme.background) >= 3


@THEMES
def test_direction_colours_are_no_hue_of_an_event(theme: Theme):
    assert not {theme.raises, theme.lowers, RAISES, LOWERS} & {color.upper() for color in theme.palette}
    assert len(set(theme.palette)) == len(theme.palette)


def test_light_directions_are_the_two_kept_colours():
    assert (LIGHT.direction(0.1), LIGHT.direction(-0.1)) == ("#0072B2", "#D55E00")


def test_the_app_has_the_colours_of_the_figures():
    for theme in (LIGHT, DARK):
        section = CONFIG["theme"][theme.name]
        assert section["backgroundColor"] == theme.background
        assert section["textColor"] == theme.text
        assert tuple(section["chartCategoricalColors"]) == theme.palette
        assert len(section["chartSequentialColors"]) == len(section["chartDivergingColors"]) == 10


def test_the_app_stays_on_this_machine_and_tells_nobody():
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "type"
    assert CONFIG["server"]["enableXsrfProtection"] is True
    assert not re.search(r"https?://", str(CONFIG))


def test_a_name_keeps_its_hue_in_the_same_order_and_its_place_in_both_themes():
    names = ["view", "cart", "buy"]
    assert hues(names) == hues(iter(names))
    assert [LIGHT.palette.index(color) for color in hues(names, LIGHT).values()] == [
        DARK.palette.index(color) for color in hues(names, DARK).values()
    ]
    assert hues(["view", "view", "cart"])["cart"] == LIGHT.palette[1]
    assert hues(map(str, range(50)))["49"] == LIGHT.palette[-1]


def test_theme_of_takes_a_flag_or_a_theme():
    assert (theme_of(False), theme_of(True), theme_of(DARK)) == (LIGHT, DARK, DARK)


def test_names_are_one_line_without_direction_marks():
    assert clean("a\n\tb\u202e c\x00") == "a b c"
    assert clean(" \u200f ") == "∅"


def test_names_are_escaped_once():
    assert fit("<b>&", 1000) == "&lt;b&gt;&amp;"
    assert full("<i>") == "&lt;i&gt;"


def test_a_long_name_ends_in_an_ellipsis_and_a_short_one_stays():
    assert fit("product_view", 1000) == "product_view"
    assert fit("x" * 300, 80).endswith("…")
    assert full("x" * 300).endswith("…")


@given(st.text(max_size=40), st.floats(20, 400))
def test_a_fitted_name_is_no_markup_and_no_wider_than_asked(name: str, px: float):
    text = fit(name, px)
    assert not re.search(r"[<>]|&(?!lt;|gt;|amp;)", text)
    shown = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert text_px(shown) <= px + 1e-6


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=8))
def test_a_path_keeps_each_step(names: list[str]):
    assert arrow_path(names, 200).count(" → ") >= len(names) - 1


def test_a_path_cuts_the_long_names_first():
    assert arrow_path(["home", "a_very_long_event_name_that_does_not_fit", "cart"], 190).startswith("home → a_")
    assert arrow_path(["home", "a_very_long_event_name_that_does_not_fit", "cart"], 190).endswith("… → cart")


def test_wide_characters_count_twice():
    assert text_px("名") == pytest.approx(13)
    assert text_px("名名") > text_px("aa")

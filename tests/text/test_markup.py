"""Names of a log stay text on a page."""

import pytest

from seqrec_core.text.markup import JOINER, plain


@pytest.mark.parametrize("name", ["http://a.b/c", "HTTPS://a.b", "www.a.b", "mail a.b@c.de now"])
def test_an_address_is_kept_from_becoming_a_link(name: str):
    shown = plain(name)
    assert JOINER in shown
    assert shown.replace(JOINER, "").replace("\\", "") == name


def test_markup_is_escaped_and_plain_names_stay():
    assert plain("**a** [b](c)") == "\\*\\*a\\*\\* \\[b\\]\\(c\\)"
    assert plain("Trail tent 2P") == "Trail tent 2P"


@pytest.mark.parametrize("name", [":material/home:", "a :smile: b", ":+1:"])
def test_a_shortcode_is_kept_from_becoming_an_icon(name: str):
    shown = plain(name)
    assert f":{JOINER}" in shown
    assert shown.replace(JOINER, "").replace("\\", "") == name


def test_times_and_lists_keep_their_colons():
    assert JOINER not in plain("at 10:30:15; note: two")


def test_an_endless_word_is_cut_and_its_neighbours_stay():
    shown = plain(f"{'A' * 10_000} → tent")
    assert shown == f"{'A' * 120}… → tent"


def test_a_mark_of_direction_does_not_turn_the_sentence():
    assert plain("txt\u202eexe.pdf is in 20 %") == "txtexe.pdf is in 20 %"

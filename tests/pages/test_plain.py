"""Names of a log stay text on a page."""

import pytest

from seqrec_core.ui.errors import JOINER, plain


@pytest.mark.parametrize("name", ["http://a.b/c", "HTTPS://a.b", "www.a.b", "mail a.b@c.de now"])
def test_an_address_is_kept_from_becoming_a_link(name: str):
    shown = plain(name)
    assert JOINER in shown
    assert shown.replace(JOINER, "").replace("\\", "") == name


def test_markup_is_escaped_and_plain_names_stay():
    assert plain("**a** [b](c)") == "\\*\\*a\\*\\* \\[b\\]\\(c\\)"
    assert plain("Trail tent 2P") == "Trail tent 2P"

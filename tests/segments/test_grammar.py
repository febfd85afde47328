"""Rules read as people write them; what cannot be read is refused with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec_core.errors import BadInput
from seqrec_core.segments.grammar import DEEPEST, All, Comparison, Either, Holds, Not, holding, parse, quoted


def test_and_binds_more_than_or_and_not_more_than_and():
    a, b, c = (Comparison(name, "=", ("1",), at, at + 4) for name, at in (("a", 1), ("b", 10), ("c", 24)))
    assert parse("a = 1 or b = 1 and not c = 1") == Either((a, All((b, Not(c)))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("purchases>=2", Comparison("purchases", ">=", ("2",), 1, 12)),
        ("purchases ≥ 2", Comparison("purchases", ">=", ("2",), 1, 13)),
        ("channel == search engine", Comparison("channel", "=", ("search engine",), 1, 12)),
        ("Channel <> 'x'", Comparison("Channel", "!=", ("'x'",), 1, 12)),
        ('"add to cart" > 1', Comparison("add to cart", ">", ("1",), 1, 17)),
        ("device in (mobile, my tablet)", Comparison("device", "in", ("mobile", "my tablet"), 1, 12)),
        ("DID checkout", Holds(("checkout",), None, None, (5,))),
        ("without purchase", Not(Holds(("purchase",), None, None, (9,)))),
        ("contains a -> b→c within 2 steps", Holds(("a", "b", "c"), None, 2, (10, 15, 17))),
        ("contains event cart->purchase within 1 step", Holds(("cart", "purchase"), "event", 1, (16, 22))),
        ("contains item", Holds(("item",), None, None, (10,))),
        ('contains category "and" -> "say \\"hi\\""', Holds(("and", 'say "hi"'), "category", None, (19, 28))),
        ("(((did x)))", Holds(("x",), None, None, (8,))),
        ("TENT-02 = 3", Comparison("TENT-02", "=", ("3",), 1, 11)),
    ],
)
def test_each_form_of_a_test(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "at", "expected", "found"),
    [
        ("", 1, "a test", "the end"),
        ("purchases >", 12, "a value", "the end"),
        ("purchases >> 2", 12, "a value", "“>”"),
        ("purchases 2", 12, "one of", "the end"),
        ("a = 1 and", 10, "a test", "the end"),
        ("(a = 1", 7, "“)”", "the end"),
        ("a = 1)", 6, "“and”", "“)”"),
        ("a = 1 b = 2", 9, "“and”", "“=”"),
        ('a = "b', 5, "closing quote", '“"”'),
        ("a ! 1", 3, "a name, a value or a sign", "“!”"),
        ("did and", 5, "the name of an event", "“and”"),
        ("contains a -> ", 15, "the name of an event", "the end"),
        ("contains a within two steps", 19, "number of steps", "“two”"),
        ("contains a within 2 hours", 21, "number of steps", "“hours”"),
        ("contains a within 0 steps", 19, "number of steps", "“0”"),
        ("a in mobile", 6, "“(”", "“mobile”"),
        ("a in (mobile", 13, "“)”", "the end"),
        ("or a = 1", 1, "a test", "“or”"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text, at, expected, found):
    with pytest.raises(BadInput) as caught:
        parse(text)
    assert caught.value.code == "rule_syntax"
    assert caught.value.values["at"] == at
    assert expected in caught.value.message
    assert found in caught.value.message


@pytest.mark.parametrize("text", ["not " * 5_000 + "a = 1", "(" * (DEEPEST + 1) + "a = 1", "not " * (DEEPEST + 1) + "a = 1"])
def test_a_rule_that_would_exhaust_the_reader_is_refused(text):
    with pytest.raises(BadInput) as caught:
        parse(text)
    assert caught.value.code in ("rule_too_long", "rule_too_deep")


LABEL = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(
    labels=st.lists(LABEL, min_size=1, max_size=4), of=st.sampled_from([None, "event", "item"]), gap=st.sampled_from([None, 3])
)
def test_the_rule_of_a_pattern_is_read_back_as_it_is(labels, of, gap):
    found = parse(holding(labels, of, gap))
    assert isinstance(found, Holds)
    assert (list(found.labels), found.of, found.max_gap) == (labels, of, gap)


@given(text=st.text(st.sampled_from('ab01 "\\()=<>!,→->andortid\n'), max_size=40))
def test_any_text_is_read_or_refused(text):
    refused = []
    try:
        parse(text)
    except BadInput as error:
        refused.append(int(str(error.values["at"])))
    assert all(1 <= at <= len(text) + 1 for at in refused)


@given(text=LABEL)
def test_a_quoted_value_is_read_back_as_it_is(text):
    assert parse(f"a = {quoted(text)}").values == (text,)

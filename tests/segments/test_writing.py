"""Rules that are written read back as what was meant, whatever stands in names and labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec_core.segments.grammar import All, Comparison, Either, Holds, Not, parse
from seqrec_core.segments.writing import compared, inverted, joined, word

NAMES = st.text(min_size=1, max_size=12).filter(lambda text: text.strip())
ODD = ["in", "event", "a b", "within", 'say "x"', "a\\b", "a->b", "x,y", "(", "≤", "Ünï"]


@given(name=NAMES, values=st.lists(NAMES, min_size=1, max_size=3), operator=st.sampled_from(["=", "!=", "<", ">=", "in"]))
def test_a_written_comparison_is_read_as_it_was_meant(name, values, operator):
    found = parse(compared(name, operator, values))
    assert isinstance(found, Comparison)
    assert (found.name, found.operator) == (name, operator)
    assert found.values == (tuple(values) if operator == "in" else (values[0],))


@pytest.mark.parametrize("label", ODD)
def test_a_label_is_read_back(label):
    found = parse(f"did {word(label)}")
    assert isinstance(found, Holds)
    assert found.labels == (label,)


def test_or_keeps_its_meaning_beside_and():
    found = parse(joined("did a or did b", "and", "without c"))
    assert isinstance(found, All)
    assert [type(part) for part in found.parts] == [Either, Not]
    found = parse(joined("did a and did b", "or", "without c"))
    assert isinstance(found, Either)
    assert [type(part) for part in found.parts] == [All, Not]


def test_an_empty_rule_adds_nothing():
    assert joined(" ", "and", "did a or did b") == "did a or did b"
    assert joined("did a", "or", "") == "did a"


@pytest.mark.parametrize("rule", ["did a", "did a and did b", "not did a", "(did a or did b) and did c"])
def test_the_opposite_of_the_opposite_is_the_same_rule(rule):
    once = parse(inverted(rule))
    assert isinstance(once, Not)
    again = parse(inverted(inverted(rule)))
    assert isinstance(again, Not)
    assert isinstance(again.part, Not)

"""The first funnel: by the usual names of events, else by where they come."""

from dataclasses import replace

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.journeys.funnel import funnel
from seqrec_core.journeys.suggest import basket, goal, suggested_steps
from tests.journeys.brute import made

SHOP = ("purchase", "view", "cart", "add_to_cart", "payment", "home")


def test_the_usual_names_make_the_steps_in_order():
    sequences = made([["home", "view", "add_to_cart", "cart", "payment", "purchase"]], labels=SHOP)
    assert suggested_steps(sequences) == ("view", "add_to_cart", "payment", "purchase")
    assert goal(sequences) == "purchase"
    assert basket(sequences) == "cart"


def test_a_step_that_most_buyers_skip_is_left_out():
    rows = [["view", "add_to_cart", "purchase"]] * 3 + [["view", "add_to_cart", "payment", "purchase"]]
    assert suggested_steps(made(rows, labels=SHOP)) == ("view", "add_to_cart", "purchase")


def test_without_usual_names_the_most_reached_events_come_in_the_order_of_their_place():
    rows = [["d", "a", "c"], ["d", "a"], ["d", "c", "a"], ["d", "b", "a", "c"]]
    assert suggested_steps(made(rows)) == ("d", "b", "a", "c")
    assert goal(made(rows)) is None


def test_the_name_of_an_item_says_no_step():
    items = replace(made([["view", "purchase"]], labels=SHOP), of="item")
    assert goal(items) is None
    assert basket(items) is None


def test_at_least_half_of_the_buyers_of_the_real_log_pass_the_suggested_funnel(demo: SequenceDataset):
    sequences = demo.sequences("session", "event")
    steps = suggested_steps(sequences)
    assert (steps[0], steps[-1]) == ("product_view", "purchase")
    assert funnel(sequences, steps).steps["count"][-1] >= 0.5 * funnel(sequences, steps[-1:]).steps["count"][0]

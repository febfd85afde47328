"""Small results to draw; the numbers are chosen so that a wrong figure shows."""

from types import SimpleNamespace

import polars as pl

LINK = 'a & b <a href="http://x">y</a>'
HOSTILE = ["<b>bold</b>", LINK, "%{x}", "2024-01-01", "x" * 300, "\u202egnp.exe", "名" * 60, "", "a\nb"]


def flow(first: str = "home") -> SimpleNamespace:
    """Ten sequences over three steps: 6 begin on `first`, 4 on cart; two have left before step 2 and four before step 3."""
    nodes = [
        (1, first, 6, 0.6, "event"),
        (1, "cart", 4, 0.4, "event"),
        (2, "cart", 5, 0.5, "event"),
        (2, "Other", 3, 0.3, "other"),
        (2, "Left before", 2, 0.2, "left"),
        (3, first, 6, 0.6, "event"),
        (3, "Left before", 4, 0.4, "left"),
    ]
    links = [
        (1, first, "cart", 3),
        (1, first, "Other", 3),
        (1, "cart", "cart", 2),
        (1, "cart", "Left before", 2),
        (2, "cart", first, 4),
        (2, "cart", "Left before", 1),
        (2, "Other", first, 2),
        (2, "Other", "Left before", 1),
        (2, "Left before", "Left before", 2),
    ]
    return SimpleNamespace(
        nodes=pl.DataFrame(nodes, schema=["step", "event", "count", "share", "kind"], orient="row"),
        links=pl.DataFrame(links, schema=["step", "from", "to", "count"], orient="row"),
        n=10,
    )


def funnel(name: str = "cart") -> pl.DataFrame:
    """The known funnel of a shop: 1,022 → 512 → 173."""
    return pl.DataFrame(
        {
            "event": [name, "shipping_details", "purchase"],
            "count": [1022, 512, 173],
            "rate_of_start": [1.0, 512 / 1022, 173 / 1022],
            "rate_of_previous": [1.0, 512 / 1022, 173 / 512],
            "median_seconds": [None, 123.0, 64.0],
            "p90_seconds": [None, 800.0, 300.0],
        }
    )


def matrix(name: str = "a") -> pl.DataFrame:
    """Three events and an end that is only a target."""
    rows = [(name, "b", 6, 0.6), (name, "(end)", 4, 0.4), ("b", name, 5, 1.0), ("c", "b", 1, 0.5), ("c", "c", 1, 0.5)]
    return pl.DataFrame(rows, schema=["from", "to", "count", "rate"], orient="row")


def side(name: str = "a") -> pl.DataFrame:
    """What surrounds an event."""
    rows = [(name, 6, 0.6, "event"), ("b", 3, 0.3, "event"), ("(start)", 1, 0.1, "start")]
    return pl.DataFrame(rows, schema=["event", "count", "share", "kind"], orient="row")


def paths(name: str = "a") -> pl.DataFrame:
    """Two paths."""
    return pl.DataFrame({"events": [[name, "b"], ["b"]], "count": [30, 10], "share": [0.3, 0.1]})


def changes(name: str = "payment_details") -> pl.DataFrame:
    """A fall, a rise, and a rise with too few cases."""
    return pl.DataFrame(
        {
            "from": [name, "cart", "promo"],
            "to": ["purchase", "shipping", "home"],
            "rate_a": [0.194, 0.40, 0.12],
            "rate_b": [0.061, 0.44, 0.22],
            "difference": [-0.133, 0.04, 0.10],
            "low": [-0.18, 0.01, -0.05],
            "high": [-0.08, 0.07, 0.25],
            "n_a": [900, 2000, 20],
            "n_b": [210, 700, 12],
            "small": [False, False, True],
        }
    )


def patterns(name: str = "a") -> pl.DataFrame:
    """Three patterns, one without a lift."""
    return pl.DataFrame(
        {
            "items": [[name, "b"], ["b", "c", "d"], ["d"]],
            "support_count": [50, 20, 10],
            "support": [0.5, 0.2, 0.1],
            "lift": [2.0, 7.3, None],
            "low": [0.4, 0.15, 0.06],
            "high": [0.6, 0.26, 0.15],
        }
    )


def items(name: str = "a") -> pl.DataFrame:
    """Top items, two of them with the same title."""
    return pl.DataFrame(
        {"item_id": ["1", "2", "3"], "title": [name, "same", "same"], "count": [60, 30, 10], "share": [0.6, 0.3, 0.1]}
    )


def mix(name: str = "view") -> pl.DataFrame:
    """Event types."""
    return pl.DataFrame({"event_type": [name, "cart"], "count": [75, 25], "share": [0.75, 0.25]})


def group(name: str = "Events") -> pl.DataFrame:
    """A group with more events than the rest and shorter sessions."""
    rows = [
        ("events", name, 6.0, 4.0, 2.0, 1.5, 2.5, 0.5, False),
        ("pause", "Pause", 30.0, 40.0, -10.0, -14.0, -6.0, -0.25, False),
    ]
    names = ["feature", "title", "mean_in", "mean_rest", "difference", "low", "high", "standardised", "small"]
    return pl.DataFrame(rows, schema=names, orient="row")

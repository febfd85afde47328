"""Every feature by name: what it is called, how it is computed, in which unit, when it is empty, and what it needs.

`docs/features.md` holds the same rows, and a test holds them together.
"""

from dataclasses import dataclass
from typing import Literal

from seqrec_core.text import say

FeatureOf = Literal["user", "item", "sequence"]
Need = Literal["times", "clock", "types", "items", "values", "categories", "title", "tags", "price", "text"]
ANY = "*"  # at the end of a name: one column for each event type
MOST_TYPES = 30  # so many event types get columns of their own, the most frequent ones


@dataclass(frozen=True)
class Feature:
    """One column, or one column for each event type where the name ends in `*`.

    Args:
        name: of the column, such as `recency_days` or `count_*`.
        of: what one row is.
        part: columns of one part are computed together.
        unit: key of the unit's name.
        needs: what the log must have; without it the column is absent.
        empty: key of when a cell is empty; "never" where it cannot be.
        is_compared: whether a mean of it says something, so that groups are compared by it.
    """

    name: str
    of: FeatureOf
    part: str
    unit: str
    needs: tuple[Need, ...] = ()
    empty: str = "never"
    is_compared: bool = True

    @property
    def is_family(self) -> bool:
        """Whether it stands for one column an event type."""
        return self.name.endswith(ANY)

    @property
    def stem(self) -> str:
        """The name without the `*` of a family."""
        return self.name.removesuffix(ANY)

    @property
    def key(self) -> str:
        """Its sentence in the catalogue."""
        return f"features.{self.of}.{self.stem.rstrip('_')}{'_any' if self.is_family else ''}"

    @property
    def title(self) -> str:
        """What people call it."""
        return say(self.key)

    @property
    def formula(self) -> str:
        """How it is computed, in words."""
        return say(f"{self.key}.formula")

    @property
    def unit_name(self) -> str:
        """Its unit in words."""
        return say(f"features.unit.{self.unit}")

    @property
    def empty_case(self) -> str:
        """When a cell is empty, in words."""
        return say(f"features.empty.{self.empty}")


def _user(part: str, name: str, unit: str, *needs: Need, empty: str = "never", is_compared: bool = True) -> Feature:
    return Feature(name, "user", part, unit, needs, empty, is_compared)


def _item(part: str, name: str, unit: str, *needs: Need, empty: str = "never", is_compared: bool = True) -> Feature:
    return Feature(name, "item", part, unit, needs, empty, is_compared)


def _sequence(part: str, name: str, unit: str, *needs: Need, empty: str = "never", is_compared: bool = True) -> Feature:
    return Feature(name, "sequence", part, unit, needs, empty, is_compared)


USER = (
    _user("activity", "events", "events"),
    _user("activity", "sessions", "sessions"),
    _user("activity", "events_a_session", "events"),
    _user("items", "items", "items", "items"),
    _user("items", "repeat_share", "share", "items"),
    _user("types", "count_*", "events", "types"),
    _user("types", "share_*", "share", "types"),
    _user("times", "first_seen", "moment", "times", is_compared=False),
    _user("times", "last_seen", "moment", "times", is_compared=False),
    _user("times", "recency_days", "days", "times"),
    _user("times", "tenure_days", "days", "times"),
    _user("times", "active_days", "days", "times"),
    _user("times", "sessions_a_week", "sessions_a_week", "times"),
    _user("times", "mean_gap_days", "days", "times", empty="one_session"),
    _user("pauses", "mean_pause_seconds", "seconds", "clock", empty="no_pause"),
    _user("hours", "main_hour", "hour", "clock", is_compared=False),
    _user("hours", "active_hours", "hours", "clock"),
    _user("weekend", "weekend_share", "share", "times"),
    _user("variety", "categories", "categories", "categories"),
    _user("variety", "diversity_bits", "bits", "categories", empty="no_category"),
    _user("values", "value_sum", "value", "values"),
    _user("values", "value_mean", "value", "values", empty="no_value"),
    _user("values", "value_*", "value", "values", "types"),
)
ITEM = (
    _item("described", "title", "text", is_compared=False),
    _item("described", "category", "text", "categories", empty="not_known", is_compared=False),
    _item("described", "tags", "text", "tags", empty="not_known", is_compared=False),
    _item("described", "price", "price", "price", empty="not_known"),
    _item("activity", "events", "events"),
    _item("activity", "share", "share"),
    _item("activity", "rank", "rank", is_compared=False),
    _item("people", "users", "users"),
    _item("people", "sessions", "sessions"),
    _item("people", "events_a_user", "events", empty="no_event"),
    _item("people", "repeat_share", "share", empty="no_event"),
    _item("types", "count_*", "events", "types"),
    _item("types", "share_*", "share", "types", empty="no_event"),
    _item("times", "first_seen", "moment", "times", empty="no_event", is_compared=False),
    _item("times", "last_seen", "moment", "times", empty="no_event", is_compared=False),
    _item("times", "age_days", "days", "times", empty="no_event"),
    _item("times", "recency_days", "days", "times", empty="no_event"),
    _item("trend", "trend_recent", "events", "times"),
    _item("trend", "trend_before", "events", "times"),
    _item("trend", "trend", "doublings", "times", empty="no_trend"),
    _item("trend", "trend_low", "doublings", "times", empty="no_trend", is_compared=False),
    _item("trend", "trend_high", "doublings", "times", empty="no_trend", is_compared=False),
    _item("place", "mean_position", "position", empty="no_place"),
    _item("place", "first_share", "share", empty="no_event"),
    _item("place", "last_share", "share", empty="no_event"),
    _item("values", "value_sum", "value", "values"),
    _item("values", "value_mean", "value", "values", empty="no_value"),
    _item("text", "text_length", "characters", "text"),
    _item("text", "words", "words", "text"),
    _item("text", "keywords", "text", "text", empty="no_word", is_compared=False),
)
SEQUENCE = (
    _sequence("whose", "user_id", "text", is_compared=False),
    _sequence("whose", "number", "rank"),
    _sequence("length", "events", "events"),
    _sequence("items", "items", "items", "items"),
    _sequence("items", "distinct_share", "share", "items"),
    _sequence("items", "repeats", "events", "items"),
    _sequence("items", "returns", "events", "items"),
    _sequence("types", "count_*", "events", "types"),
    _sequence("times", "start", "moment", "times", is_compared=False),
    _sequence("times", "end", "moment", "times", is_compared=False),
    _sequence("times", "since_previous_days", "days", "times", empty="first_session"),
    _sequence("gaps", "duration_seconds", "seconds", "clock"),
    _sequence("gaps", "median_gap_seconds", "seconds", "clock", empty="one_event"),
    _sequence("gaps", "p90_gap_seconds", "seconds", "clock", empty="one_event"),
    _sequence("gaps", "max_gap_seconds", "seconds", "clock", empty="one_event"),
    _sequence("times", "weekday", "weekday", "times", is_compared=False),
    _sequence("hours", "hour", "hour", "clock", is_compared=False),
    _sequence("ends", "first_event", "text", "types", is_compared=False),
    _sequence("ends", "last_event", "text", "types", is_compared=False),
    _sequence("ends", "first_item", "text", is_compared=False),
    _sequence("ends", "last_item", "text", is_compared=False),
    _sequence("variety", "categories", "categories", "categories"),
    _sequence("variety", "diversity_bits", "bits", "categories", empty="no_category"),
    _sequence("order", "switch_share", "share", empty="one_event"),
    _sequence("order", "order_bits", "bits", empty="one_event"),
    _sequence("values", "value_sum", "value", "values"),
)
FEATURES: dict[FeatureOf, tuple[Feature, ...]] = {"user": USER, "item": ITEM, "sequence": SEQUENCE}
OWN_NAMES = frozenset(feature.name for table in FEATURES.values() for feature in table if not feature.is_family)


def definition(of: FeatureOf, column: str) -> Feature | None:
    """Return the definition behind a column, that of its family where it belongs to one; None where there is none."""
    families = [feature for feature in FEATURES[of] if feature.is_family]
    exact = [feature for feature in FEATURES[of] if feature.name == column]
    return next(iter([*exact, *(feature for feature in families if column.startswith(feature.stem))]), None)


def title_of(of: FeatureOf, column: str) -> str:
    """Return what people call a column: of a family with its event type; the column itself where it has no definition."""
    feature = definition(of, column)
    if feature is None:
        return column
    if not feature.is_family:
        return feature.title
    return say("features.typed", title=feature.title, type=column.removeprefix(feature.stem))

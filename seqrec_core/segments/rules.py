"""From a rule to who meets it: names are looked up among features, event types and columns of the log."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.features.registry import FeatureOf
from seqrec_core.data.features.source import Source
from seqrec_core.data.features.table import available, feature_table
from seqrec_core.data.sequences import Of, Sequences, Unit
from seqrec_core.errors import BadInput
from seqrec_core.mining.matching import supporting
from seqrec_core.segments.columns import as_text, first_values, usable_columns
from seqrec_core.segments.grammar import All, Comparison, Either, Holds, Not, Operator, Rule

Mask = NDArray[np.bool_]
Kind = Literal["label", "feature", "count", "column"]
TABLE: dict[Unit, FeatureOf] = {"session": "sequence", "user": "user"}
LABELS: dict[str, Of] = {"event": "event", c.EVENT: "event", "item": "item", c.ITEM: "item", "category": "category"}
OF_USER = "user."
NEAR, SHOWN = 5, 40
COMPARE: dict[str, Callable[[pl.Series, object], pl.Series]] = {
    "=": lambda column, value: column == value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
}


def is_met(rule: Rule, source: Source, unit: Unit) -> Mask:
    """Say which sessions or users meet a rule.

    A test of an empty value is not met, and `!=` is always the opposite of `=`.

    Args:
        rule: what was parsed.
        source: the log and its arrays.
        unit: whom the rule speaks of.

    Returns:
        bool[n_sessions] or bool[n_users].

    Raises:
        BadInput: a name, a label or a value that the log does not have or that does not fit, with its place.
    """
    return Meeting(source, unit).mask(rule)


def suggested_unit(rule: Rule, source: Source) -> Unit:
    """Say whom a rule speaks of: sessions, unless it names what only users have (such as recency_days).

    Raises:
        BadInput: it speaks of neither; as `is_met`.
    """
    session, user = Meeting(source, "session"), Meeting(source, "user")
    names = _comparisons(rule)
    only_user = [one for one in names if session.find(one.name) is None and user.find(one.name) is not None]
    return "user" if only_user and all(user.find(one.name) is not None for one in names) else "session"


def decided_by(rule: Rule, source: Source, unit: Unit) -> frozenset[str]:
    """Return the features that a rule decides by: two groups made by it differ in them by definition."""
    meeting = Meeting(source, unit)
    found = [meeting.find(one.name) for one in _comparisons(rule)]
    named = {f"count_{one.name}" if one.kind == "count" else one.name for one in found if one and not one.is_of_user}
    labels = {f"count_{held.labels[0]}" for held in _tests(rule) if isinstance(held, Holds) and len(held.labels) == 1}
    events = {f"count_{value}" for one in _comparisons(rule) if LABELS.get(one.name) == "event" for value in one.values}
    return frozenset(named | labels | events)


@dataclass(frozen=True)
class Named:
    """What a name stands for.

    Args:
        kind: label (event, item, category), feature, count of an event type, or column of the log.
        name: of the feature, the event type or the column.
        is_of_user: whether it is the user's in a rule about sessions.
    """

    kind: Kind
    name: str
    is_of_user: bool = False


@dataclass(frozen=True)
class Meeting:
    """A log looked at by one rule."""

    source: Source
    unit: Unit

    @property
    def n(self) -> int:
        """Sessions or users."""
        return self.source.dataset.n_sessions if self.unit == "session" else self.source.dataset.n_users

    @cached_property
    def of_user(self) -> "Meeting":
        """The same log by users."""
        return Meeting(self.source, "user")

    @cached_property
    def features(self) -> dict[str, object]:
        """The features that the log has for this unit."""
        return dict(available(TABLE[self.unit], self.source))

    @property
    def types(self) -> tuple[str, ...]:
        """The event types, none where the log has but one."""
        return self.source.dataset.event_names if self.source.log.has_event_types else ()

    def find(self, name: str) -> Named | None:
        """Say what a name stands for: `purchases` is the count of `purchase` where no feature is called so."""
        if self.unit == "session" and name.startswith(OF_USER):
            found = self.of_user.find(name.removeprefix(OF_USER))
            return found and Named(found.kind, found.name, True)
        if name in LABELS:
            return Named("label", LABELS[name])
        if name in self.features:
            return Named("feature", name)
        for form in (name, name.removesuffix("s")):
            if form in self.types:
                return Named("count", form)
        return Named("column", name) if name in usable_columns(self.source.log) else None

    def mask(self, rule: Rule) -> Mask:
        """Return who meets a rule, bool[n]."""
        if isinstance(rule, Not):
            return ~self.mask(rule.part)
        if isinstance(rule, All):
            return np.logical_and.reduce([self.mask(part) for part in rule.parts])
        if isinstance(rule, Either):
            return np.logical_or.reduce([self.mask(part) for part in rule.parts])
        if isinstance(rule, Holds):
            return self._holding(rule)
        if rule.operator == "!=":
            return ~self._compared(Comparison(rule.name, "=", rule.values, rule.at, rule.value_at))
        return self._compared(rule)

    def _compared(self, test: Comparison) -> Mask:
        found = self.find(test.name)
        if found is None:
            raise self._unknown(test)
        if found.is_of_user:
            own = Comparison(test.name.removeprefix(OF_USER), test.operator, test.values, test.at, test.value_at)
            return self.of_user._compared(own)[self.source.dataset.session_user]
        if found.kind == "label":
            if test.operator not in ("=", "in"):
                raise BadInput("segments", "rule_operator", at=test.at, name=test.name, operator=test.operator)
            of: Of = next(one for one in LABELS.values() if one == found.name)
            held = [self._holding(Holds((value,), of, None, (test.value_at,))) for value in test.values]
            return np.logical_or.reduce(held)
        if found.kind == "column":
            return self._column(test, found.name)
        return _matches(self._values(found), test)

    def _values(self, found: Named) -> pl.Series:
        """Return the numbers, times or texts behind a feature or a count."""
        source = self.source
        if found.kind == "feature":
            return feature_table(TABLE[self.unit], source.log, source.dataset, names=[found.name]).frame[found.name]
        is_type = source.dataset.event_types == source.dataset.event_names.index(found.name)
        if self.unit == "user":
            return pl.Series(source.users.count(is_type))
        return pl.Series(source.sessions.count(is_type[source.session_rows]))

    def _column(self, test: Comparison, name: str) -> Mask:
        """A column of the log: what a session begins with; a user meets it in any session."""
        column = first_values(self.source.log, self.source.dataset, name)
        if test.operator in ("=", "in"):
            column = as_text(column)
            self._check_values(column, test, name)
        met = _matches(column, test)
        if self.unit == "session":
            return met
        return np.bincount(self.source.dataset.session_user[met], minlength=self.n) > 0

    def _check_values(self, column: pl.Series, test: Comparison, name: str) -> None:
        """Refuse a value that the column has nowhere: most often it is written otherwise."""
        lacking = [value for value in test.values if not (column == value).any()]
        if not lacking:
            return
        known = as_text(self.source.log.frame[name].unique()).drop_nulls().sort().to_list()
        for value in lacking:
            if value not in known:
                near = _near(value, [one for one in known if one])
                raise BadInput("segments", "rule_value", at=test.value_at, name=test.name, value=value, known=near)

    def _holding(self, held: Holds) -> Mask:
        sequences = self._sequences(held)
        met = np.zeros(self.n, bool)
        met[supporting(sequences, held.labels, held.max_gap)] = True
        return met

    def _sequences(self, held: Holds) -> Sequences:
        """Return sequences over what the labels are: as said, else the first of event, category and item that has them all."""
        dataset = self.source.dataset
        kinds: list[Of] = [held.of] if held.of else ["event", "category", "item"]
        if dataset.categories is None and held.of != "category":
            kinds = [of for of in kinds if of != "category"]
        known: dict[str, None] = {}
        for of in kinds:
            sequences = dataset.sequences(self.unit, of)
            labels = set(sequences.labels)
            if labels.issuperset(held.labels):
                return sequences
            known |= dict.fromkeys(sequences.labels)
        missing = next((n for n, label in enumerate(held.labels) if label not in known), 0)
        label = held.labels[missing]
        raise BadInput("segments", "rule_label", at=held.at[missing], label=label, known=_near(label, list(known)))

    def _unknown(self, test: Comparison) -> BadInput:
        names = list(dict.fromkeys([*self.features, *self.types, *LABELS, *usable_columns(self.source.log)]))
        if self.unit == "session":
            names += [f"{OF_USER}{name}" for name in self.of_user.features]
        return BadInput("segments", "rule_name", at=test.at, name=test.name, unit=self.unit, known=_near(test.name, names))


def _matches(column: pl.Series, test: Comparison) -> Mask:
    if column.dtype == pl.String and test.operator not in ("=", "in"):
        numbers = column.cast(pl.Float64, strict=False)
        if numbers.null_count() == len(numbers):
            raise BadInput("segments", "rule_operator", at=test.at, name=test.name, operator=test.operator)
        column = numbers
    operator: Operator = "=" if test.operator == "in" else test.operator
    met = np.zeros(len(column), bool)
    for value in test.values:
        met |= COMPARE[operator](column, _value(column, value, test)).fill_null(False).to_numpy()
    return met


def _value(column: pl.Series, text: str, test: Comparison) -> object:
    """Read a value as what the column holds.

    Raises:
        BadInput: it is no number or no time.
    """
    if column.dtype == pl.String:
        return text
    try:
        if column.dtype.is_temporal():
            time = datetime.fromisoformat(text)
            return time if time.tzinfo else time.replace(tzinfo=UTC)
        number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        kind = "moment" if column.dtype.is_temporal() else "number"
        raise BadInput("segments", f"rule_{kind}", at=test.value_at, name=test.name, found=text)
    return number


def _near(name: str, known: list[str]) -> str:
    """Return what a name may have been meant for; where nothing is near, the first ones there are."""
    by_lower = {one.lower(): one for one in reversed(known)}
    holding = [one for one in known if name.lower() in one.lower()][:NEAR]
    alike = [by_lower[one] for one in get_close_matches(name.lower(), list(by_lower), NEAR, 0.6)]
    close = list(dict.fromkeys([*alike, *holding]))[:NEAR]
    shown = close or known[:SHOWN]
    return ", ".join(f"“{one}”" for one in shown) + (" …" if not close and len(known) > SHOWN else "")


def _comparisons(rule: Rule) -> list[Comparison]:
    return [one for one in _tests(rule) if isinstance(one, Comparison)]


def _tests(rule: Rule) -> list[Comparison | Holds]:
    """Return the tests that a rule is made of."""
    if isinstance(rule, Comparison | Holds):
        return [rule]
    if isinstance(rule, Not):
        return _tests(rule.part)
    return [one for part in rule.parts for one in _tests(part)]

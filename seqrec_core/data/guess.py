"""Which column plays which role, proposed from names and from values; a name alone never decides against the values."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from seqrec_core.data.evidence import Evidence
from seqrec_core.data.hints import EXACT, HEAD, ITEM_WORDS, WORD, hint, item_hint
from seqrec_core.data.profile import SAMPLE_ROWS, ColumnProfile
from seqrec_core.data.table import Table
from seqrec_core.data.times import CLOCK_ALONE, as_text
from seqrec_core.text import percent, say

ENOUGH = HEAD - 0.01  # a name hint that may stand for a role
MAX_EVENT_TYPES = 500
FEW = 30  # up to so many distinct numbers may be codes of event types


@dataclass(frozen=True)
class Guess:
    """Proposed roles (role → column) and why."""

    roles: dict[str, str]
    evidence: tuple[Evidence, ...]


def guess_roles(frame: pl.DataFrame, profiles: tuple[ColumnProfile, ...], has_names: bool = True) -> Guess:
    """Propose a column for each role.

    Args:
        frame: the table, or its head.
        profiles: of its columns.
        has_names: False where the columns have only numbers for names, so that values and position decide alone.
    """
    return _Guesser(frame.head(SAMPLE_ROWS), profiles, has_names).run()


def guess_table(table: Table, profiles: tuple[ColumnProfile, ...]) -> Guess:
    """Propose a column for each role: as the format of the file says, else from names and values."""
    if not table.roles:
        return guess_roles(table.frame, profiles, table.has_header is not False)
    reason = say("data.guess.by_format")
    return Guess(dict(table.roles), tuple(Evidence(role, column, 1.0, reason) for role, column in table.roles.items()))


class _Guesser:
    """Fills the roles one after the other; each takes its best column among those left."""

    def __init__(self, frame: pl.DataFrame, profiles: tuple[ColumnProfile, ...], has_names: bool) -> None:
        self.frame, self.profiles, self.has_names = frame, {profile.name: profile for profile in profiles}, has_names
        self.roles: dict[str, str] = {}
        self.evidence: list[Evidence] = []

    def run(self) -> Guess:
        self._time()
        self._pick("user", self._may_be_user)
        self._pick("event", self._may_be_event, fit=lambda profile: 0.3 * profile.known_events)
        self._pick("session", self._may_be_session)
        self._pick("item", self._may_be_item, fit=lambda p: 0.1 * min(1.0, math.log(max(1, p.n_distinct)) / math.log(100)))
        self._event_by_values()
        self._user_from_session()
        self._by_position()
        self._pick("order", self._may_be_order)
        self._pick("value", lambda profile: profile.numbers > 0.9)
        if not self.has_names:
            self._value_by_values()
        return Guess(self.roles, tuple(self.evidence))

    def _free(self) -> list[ColumnProfile]:
        used = {part for column in self.roles.values() for part in (column, *column.split("+"))}
        return [profile for name, profile in self.profiles.items() if name not in used]

    def _take(self, role: str, profile: ColumnProfile, confidence: float, reason: str, **values: object) -> None:
        self.roles[role] = profile.name
        sentence = say(f"data.guess.{reason}", column=profile.name, n=profile.n_distinct, **values)
        self.evidence.append(Evidence(role, profile.name, round(confidence, 2), sentence))

    def _pick(
        self, role: str, fits: Callable[[ColumnProfile], bool], fit: Callable[[ColumnProfile], float] | None = None
    ) -> None:
        """Give a role to the column whose name speaks for it most, among those whose values allow it."""
        scored = [(hint(p.name, role) + (fit(p) if fit else 0.0), -index, p) for index, p in enumerate(self._free()) if fits(p)]
        named = [entry for entry in scored if hint(entry[2].name, role) >= ENOUGH]
        if named:
            score, _, profile = max(named, key=lambda entry: entry[:2])
            self._take(role, profile, min(0.95, 0.3 + score), "name")

    def _time(self) -> None:
        """A time is what parses as one; names, finer shapes and dates rather than bare numbers win."""
        scored = []
        for index, profile in enumerate(self.profiles.values()):
            named = hint(profile.name, "time")
            if profile.times > 0.5 and (named >= ENOUGH or not profile.unix or profile.times > 0.99):
                plain = 0.0 if profile.unix else 0.2
                scored.append((profile.times + named + plain + 0.01 * min(20.0, profile.mean_length), -index, profile))
        if scored:
            _, _, profile = max(scored, key=lambda entry: entry[:2])
            sure = 0.95 if hint(profile.name, "time") >= ENOUGH or not profile.unix else 0.7
            self._take("time", profile, sure * profile.times, "time", share=percent(profile.times))
            self._with_clock(profile.name)
        else:
            self._time_in_parts()

    def _with_clock(self, date: str) -> None:
        """Join days without a clock with the one column that holds times of day (`date+time`)."""
        days = as_text(self.frame[date])
        if self.frame[date].dtype != pl.String or days.str.contains(r"[:时時点]|\d{9}").any():
            return
        clocks = [p.name for p in self._free() if _share_of_clocks(self.frame[p.name]) > 0.9]
        if len(clocks) == 1:
            joined = f"{date}+{clocks[0]}"
            self.roles["time"] = joined
            self.evidence[-1] = Evidence("time", joined, 0.9, say("data.guess.date_and_clock", date=date, clock=clocks[0]))

    def _time_in_parts(self) -> None:
        """Year, month and day in columns of their own stand for a time together (`year+month+day`)."""
        by_name = {profile.name.lower(): profile.name for profile in self.profiles.values() if profile.integers > 0.99}
        if all(part in by_name for part in ("year", "month", "day")):
            joined = "+".join(by_name[part] for part in ("year", "month", "day"))
            self.roles["time"] = joined
            self.evidence.append(Evidence("time", joined, 0.8, say("data.guess.date_parts", column=joined)))

    def _may_be_user(self, profile: ColumnProfile) -> bool:
        return not (profile.is_decimal or profile.is_time or self._is_rather_attribute(profile)) and profile.missing < 0.9

    def _may_be_event(self, profile: ColumnProfile) -> bool:
        if profile.is_time or profile.is_decimal or profile.n_distinct > min(MAX_EVENT_TYPES, max(20, 0.2 * profile.n)):
            return False
        return profile.numbers < 0.5 or profile.n_distinct <= FEW

    def _may_be_session(self, profile: ColumnProfile) -> bool:
        """A session holds several events, at least now and then."""
        if profile.is_time or profile.is_decimal or not profile.n_distinct:
            return False
        return profile.n_distinct < profile.n * (1 - profile.missing) or profile.n < 20

    def _may_be_item(self, profile: ColumnProfile) -> bool:
        return not (profile.is_time or profile.is_decimal or self._is_rather_attribute(profile)) and profile.n_distinct > 0

    def _may_be_order(self, profile: ColumnProfile) -> bool:
        """Whole numbers that do not repeat inside a session (or a user)."""
        group = self.roles.get("session") or self.roles.get("user")
        if profile.integers < 0.99 or group is None or group == profile.name:
            return False
        pairs = self.frame.select(as_text(self.frame[group]).alias("group"), as_text(self.frame[profile.name]).alias("order"))
        groups = pairs.group_by("group").agg(pl.len().alias("n"), pl.col("order").n_unique().alias("distinct"))
        return bool((groups["n"] == groups["distinct"]).mean() >= 0.9)  # type: ignore[operator]

    @staticmethod
    def _is_rather_attribute(profile: ColumnProfile) -> bool:
        """Whether a name such as `product_category` or `user_name` says more of a property than of an id."""
        if hint(profile.name, "user") >= EXACT or hint(profile.name, "item") >= EXACT:
            return False
        return any(item_hint(profile.name, part) >= HEAD for part in ITEM_WORDS)

    def _event_by_values(self) -> None:
        """Without a named event column: one whose values are the usual event names."""
        if "event" in self.roles:
            return
        known = [p for p in self._free() if p.known_events > 0.5 and p.n_distinct <= MAX_EVENT_TYPES]
        if known:
            profile = max(known, key=lambda p: p.known_events)
            self._take("event", profile, 0.3 + 0.6 * profile.known_events, "event_values", share=percent(profile.known_events))

    def _user_from_session(self) -> None:
        if "user" not in self.roles and "session" in self.roles:
            profile = self.profiles[self.roles["session"]]
            self._take("user", profile, 0.7, "user_is_session")

    def _by_position(self) -> None:
        """Without names that help: user and item are the id columns, from left to right."""
        for role in ("user", "item"):
            if role in self.roles or (role == "item" and "event" in self.roles and self.has_names):
                continue
            left = [profile for profile in self._free() if self._is_id_like(profile)]
            if left:
                self._take(role, left[0], 0.4 if self.has_names else 0.5, "position")

    def _is_id_like(self, profile: ColumnProfile) -> bool:
        if profile.is_time or profile.is_decimal or not profile.n_distinct or self._is_rather_attribute(profile):
            return False
        if any(hint(profile.name, role) > WORD for role in ("time", "order", "value", "event")):
            return False
        return profile.n < 100 or profile.n_distinct > (20 if self.has_names else 1)

    def _value_by_values(self) -> None:
        """Without names: a column of few different numbers is how much or how good."""
        few = [profile for profile in self._free() if profile.numbers > 0.99 and 1 < profile.n_distinct <= 100]
        if few and "value" not in self.roles:
            self._take("value", few[0], 0.5, "value_values")


def _share_of_clocks(column: pl.Series) -> float:
    filled = as_text(column.drop_nulls().head(1_000))
    filled = filled.filter(filled != "")
    return float(filled.str.contains(CLOCK_ALONE).mean() or 0.0) if len(filled) else 0.0  # type: ignore[arg-type]


def repeated_roles(roles: Mapping[str, str], repeated: tuple[str, ...]) -> dict[str, str]:
    """Return the roles whose column name occurs more than once in the header."""
    return {role: column for role, column in roles.items() if column in repeated}

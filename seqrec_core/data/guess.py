"""Which column plays which role, proposed from names and from values; a name alone never decides against the values.

Where several columns fit a role about equally, the first of them is proposed and a person is asked.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from seqrec_core.data.candidates import Candidate, are_the_same, are_times_alike, close_ones, question_of
from seqrec_core.data.evidence import Evidence
from seqrec_core.data.hints import EXACT, HEAD, LAST, WORD, hint, is_property, item_hint, names_a, weight, words_of
from seqrec_core.data.likeness import likes, quickness
from seqrec_core.data.numbers import parse_numbers
from seqrec_core.data.profile import SAMPLE_ROWS, ColumnProfile, spread
from seqrec_core.data.role_words import BESIDE_EVENTS, FOREMOST, ID_WORDS, ITEM_WORDS, LESS, ROLE_WORDS, TOGETHER
from seqrec_core.data.table import Table
from seqrec_core.data.times import CLOCK_ALONE, CLOCK_DIGITS, as_text, parse_times
from seqrec_core.errors import BadInput, Question
from seqrec_core.text import percent, say

ENOUGH = HEAD - 0.01  # a name hint that may stand for a role
MAX_EVENT_TYPES = 500
FEW = 30  # up to so many distinct numbers may be codes of event types
SHORT = 20  # in a log of fewer rows, a session may hold one event each
HIGHEST = 100  # of a column without a name that is how much or how good
MISSING = 0.3  # taken off the weight of a column without any value
MOSTLY_MISSING = 0.9  # of the values: such a column is taken only where nothing else can be
FIRST = 0.06  # added for a name that outweighs others of its kind
QUICKER = 3.0  # so many times as often a thing follows at once: that column is rather the user


@dataclass(frozen=True)
class Guess:
    """Proposed roles (role → column), why, and what only a person can decide."""

    roles: dict[str, str]
    evidence: tuple[Evidence, ...]
    questions: tuple[Question, ...] = ()


def guess_roles(
    frame: pl.DataFrame,
    profiles: tuple[ColumnProfile, ...],
    has_names: bool = True,
    answers: Mapping[str, str] | None = None,
) -> Guess:
    """Propose a column for each role.

    Args:
        frame: the table, or its head.
        profiles: of its columns.
        has_names: False where the columns have only numbers for names, so that values and position decide alone.
        answers: by code; `user_column` names the column of the user.

    Raises:
        BadInput: an answer names no column of the table.
    """
    return _Guesser(spread(frame, SAMPLE_ROWS), profiles, has_names, answers or {}).run()


def guess_table(table: Table, profiles: tuple[ColumnProfile, ...], answers: Mapping[str, str] | None = None) -> Guess:
    """Propose a column for each role: as the format of the file says, else from names and values."""
    if not table.roles:
        return guess_roles(table.frame, profiles, table.has_header is not False, answers)
    reason = say("data.guess.by_format")
    return Guess(dict(table.roles), tuple(Evidence(role, column, 1.0, reason) for role, column in table.roles.items()))


class _Guesser:
    """Fills the roles one after the other; each takes its best column among those left."""

    def __init__(
        self, frame: pl.DataFrame, profiles: tuple[ColumnProfile, ...], has_names: bool, answers: Mapping[str, str]
    ) -> None:
        self.frame, self.profiles, self.has_names = frame, {profile.name: profile for profile in profiles}, has_names
        self.answers = answers
        self.roles: dict[str, str] = {}
        self.evidence: list[Evidence] = []
        self.questions: list[Question] = []

    def run(self) -> Guess:
        self._answered()
        self._together()
        self._time()
        self._pick("user", self._may_be_user)
        self._pick("event", self._may_be_event, fit=lambda profile: 0.3 * profile.known_events)
        self._pick("session", self._may_be_session)
        self._pick("item", self._may_be_item, fit=lambda p: 0.1 * min(1.0, math.log(max(1, p.n_distinct)) / math.log(100)))
        self._event_by_values()
        self._user_from_session()
        self._by_last_resort()
        self._by_values_or_position()
        self._pick("order", self._may_be_order)
        self._pick("value", lambda profile: profile.numbers > 0.9)
        if not self.has_names:
            self._value_by_values()
        return Guess(self.roles, tuple(self.evidence), tuple(self.questions))

    def _answered(self) -> None:
        """Obey what a person said."""
        for role in ROLE_WORDS:
            column = self.answers.get(f"{role}_column")
            if column is None:
                continue
            if column not in self.profiles and not set(column.split("+")) <= self.profiles.keys():
                raise BadInput("data", "unknown_column", role=role, column=column, found=", ".join(list(self.profiles)[:30]))
            self.roles[role] = column
            self.evidence.append(Evidence(role, column, 1.0, say("data.guess.answered")))

    def _together(self) -> None:
        """Obey exports whose names only mean something together."""
        for there, roles in TOGETHER:
            if there <= self.profiles.keys():
                for role, column in roles.items():
                    if role not in self.roles:
                        self._take(role, self.profiles[column], 0.9, "together")

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
        if role in self.roles:
            return
        named = [p for p in self._free() if hint(p.name, role) >= ENOUGH and fits(p)]
        scored = [Candidate(p, self._weight(p, role) + (fit(p) if fit else 0.0)) for p in named]
        if not scored:
            return
        best = max(scored, key=lambda candidate: candidate.score)
        rivals = close_ones(best, scored, lambda a, b: are_the_same(self.frame, a, b)) if role in ("user", "item") else []
        self._settle(role, best, rivals, min(0.95, 0.3 + best.score), "name")

    def _weight(self, profile: ColumnProfile, role: str) -> float:
        first = FIRST if "".join(words_of(profile.name)) in FOREMOST[role] else 0.0
        return weight(profile.name, role) + first - MISSING * profile.missing

    def _settle(self, role: str, best: Candidate, rivals: Sequence[Candidate], confidence: float, reason: str) -> None:
        """Give a role to the best column, and ask where others fit as well."""
        if rivals:
            self.questions.append(question_of(role, [best, *rivals]))
            confidence = min(confidence, 1 / (1 + len(rivals)))
        self._take(role, best.profile, confidence, reason)

    def _is_time(self, profile: ColumnProfile) -> bool:
        """Whether values are times; bare digits under the name of an id are not."""
        return profile.is_time and not (profile.is_digits and self._is_called_an_id(profile))

    def _is_amount(self, profile: ColumnProfile) -> bool:
        """Whether values have decimals; some ids are written so too (183.17), and their name says id."""
        return profile.is_decimal and not (ID_WORDS & set(words_of(profile.name)) and self._is_called_an_id(profile))

    @staticmethod
    def _is_called_an_id(profile: ColumnProfile) -> bool:
        called = max(hint(profile.name, role) for role in ("user", "item", "session"))
        return called >= ENOUGH and called > hint(profile.name, "time")

    def _time(self) -> None:
        """A time is what parses as one; names, finer shapes and dates rather than bare numbers win."""
        if "time" in self.roles:
            return
        scored = []
        for profile in self._free():
            named = hint(profile.name, "time")
            sure = named >= ENOUGH or not profile.is_digits or (profile.times > 0.95 and not is_property(profile.name))
            if profile.times > 0.5 and sure and not (profile.is_digits and self._is_called_an_id(profile)):
                scored.append(Candidate(profile, self._time_score(profile, named)))
        if not scored:
            self._time_in_parts()
            return
        best = max(scored, key=lambda candidate: candidate.score)
        bare = [one for one in scored if one.profile.is_digits and hint(one.profile.name, "time") < ENOUGH]
        near = [Candidate(one.profile, best.score) for one in bare if one is not best] if best in bare else scored
        rivals = close_ones(best, near, lambda a, b: are_times_alike(self.frame, a, b))
        profile = best.profile
        sure_of = 0.95 if hint(profile.name, "time") >= ENOUGH or not profile.unix else 0.7
        if rivals:
            self.questions.append(question_of("time", [best, *rivals]))
            sure_of = 1 / (1 + len(rivals))
        self._take("time", profile, sure_of * profile.times, "time", share=percent(profile.times))
        self._with_clock(profile.name)

    def _time_score(self, profile: ColumnProfile, named: float) -> float:
        plain = 0.0 if profile.is_digits and named < ENOUGH else 0.2
        readable = 0.0 if profile.unix else 0.1
        fine = 0.2 if profile.unix or profile.mean_length > 10.5 else 0.0
        return profile.times + max(weight(profile.name, "time"), min(named, WORD)) + plain + readable + fine

    def _with_clock(self, date: str) -> None:
        """Join days without a clock with the one column that holds times of day (`date+time`)."""
        days = as_text(self.frame[date])
        if self.frame[date].dtype not in (pl.String, pl.Date) or days.str.contains(r"[:时時点]|\d{9}").any():
            self._with_offset(date)
            return
        clocks = [p.name for p in self._free() if self._is_clock(p)]
        if len(clocks) == 1:
            joined = f"{date}+{clocks[0]}"
            self.roles["time"] = joined
            self.evidence[-1] = Evidence("time", joined, 0.9, say("data.guess.date_and_clock", date=date, clock=clocks[0]))

    def _is_clock(self, profile: ColumnProfile) -> bool:
        """Whether a column holds times of day: 8:30, or 830 under the name of a time."""
        column = self.frame[profile.name]
        if _share_of(column, CLOCK_ALONE) > 0.9:
            return True
        named = hint(profile.name, "time") >= ENOUGH and profile.integers > 0.99 and profile.mean_length > 2
        return named and _share_of(column, CLOCK_DIGITS) > 0.99

    def _with_offset(self, begin: str) -> None:
        """Join the halves of `[10/Oct/2023:13:55:36 -0700]`, which a blank cuts."""
        names = list(self.profiles)
        after = names[names.index(begin) + 1 : names.index(begin) + 2]
        if after and _share_of(self.frame[begin], r"^\[") > 0.99 and _share_of(self.frame[after[0]], r"^[+-]\d{4}\]$") > 0.99:
            self.roles["time"] = f"{begin}+{after[0]}"
            reason = say("data.guess.date_and_offset", date=begin, offset=after[0])
            self.evidence[-1] = Evidence("time", self.roles["time"], 0.9, reason)

    def _time_in_parts(self) -> None:
        """Year, month and day in columns of their own stand for a time together (`year+month+day`)."""
        by_name = {profile.name.lower(): profile.name for profile in self.profiles.values() if profile.integers > 0.99}
        if all(part in by_name for part in ("year", "month", "day")):
            joined = "+".join(by_name[part] for part in ("year", "month", "day"))
            self.roles["time"] = joined
            self.evidence.append(Evidence("time", joined, 0.8, say("data.guess.date_parts", column=joined)))
            return
        halves = [name for name, p in self.profiles.items() if _share_of(self.frame[name], r"^\[\d{1,2}/\w{3}/\d{4}:") > 0.99]
        if halves:
            self.evidence.append(Evidence("time", halves[0], 0.9, ""))
            self._with_offset(halves[0])
            if "time" not in self.roles:
                self.evidence.pop()

    def _may_be_user(self, profile: ColumnProfile) -> bool:
        return (
            not (self._is_amount(profile) or self._is_time(profile) or self._is_rather_attribute(profile))
            and profile.missing < MOSTLY_MISSING
        )

    def _may_be_event(self, profile: ColumnProfile) -> bool:
        if profile.is_time or profile.is_decimal or profile.n_distinct > min(MAX_EVENT_TYPES, max(20, 0.2 * profile.n)):
            return False
        if profile.numbers > 0.5 and LESS["event"] & set(words_of(profile.name)):
            return False
        return (profile.numbers < 0.5 or profile.n_distinct <= FEW) and profile.n_distinct > 0

    def _may_be_session(self, profile: ColumnProfile) -> bool:
        """A session holds several events, at least now and then; and most events are in one."""
        if self._is_time(profile) or profile.is_decimal or not profile.n_distinct or profile.missing > 0.5:
            return False
        filled = round(profile.n * (1 - profile.missing))
        return profile.n_distinct < filled or (profile.n < SHORT and weight(profile.name, "session") >= EXACT)

    def _may_be_item(self, profile: ColumnProfile) -> bool:
        return (
            not (self._is_time(profile) or self._is_amount(profile) or self._is_rather_attribute(profile))
            and profile.n_distinct > 0
        )

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
        """Without users, a session stands for one; and the column that was said to be the user may be the session too."""
        if "user" not in self.roles and "session" in self.roles:
            named = [p for p in self._free() if names_a(p.name, "user") and self._may_be_user_name(p)]
            if not named:
                self._take("user", self.profiles[self.roles["session"]], 0.7, "user_is_session")
        elif "session" not in self.roles and "user_column" in self.answers and hint(self.roles["user"], "session") >= ENOUGH:
            self._take("session", self.profiles[self.roles["user"]], 0.7, "name")

    @staticmethod
    def _may_be_user_name(profile: ColumnProfile) -> bool:
        return profile.is_text and profile.missing < 0.5

    def _by_last_resort(self) -> None:
        """Without an id: the column of names, one well named though mostly empty, or one whose name may stand for the role."""
        fits = {"user": self._may_be_user_name, "item": lambda p: p.is_text and p.n_distinct > 0}
        for role, fit in fits.items():
            named = [p for p in self._free() if names_a(p.name, role) and fit(p)]
            named += [p for p in self._free() if hint(p.name, role) >= EXACT and p.missing >= MOSTLY_MISSING]
            if role not in self.roles and named:
                self._take(role, named[0], 0.6, "name")
        if self.has_names:
            for role, may in (("user", self._may_be_user), ("event", self._may_be_event), ("item", self._may_be_item)):
                if role == "event" and "item" in self.roles:
                    continue
                beside = role == "item" and "event" in self.roles
                last = [p for p in self._free() if weight(p.name, role) == LAST and may(p) and (not beside or _is_beside(p))]
                if role not in self.roles and last:
                    self._take(role, last[0], 0.5, "last_resort")

    def _by_values_or_position(self) -> None:
        """Without names that help: values that look like ids of users or items, else the id columns from left to right."""
        for role, other in (("user", "item"), ("item", "user")):
            if role in self.roles or (role == "item" and "event" in self.roles and self.has_names):
                continue
            left = [profile for profile in self._free() if self._is_id_like(profile)]
            left = [p for p in left if not self._is_row_number(p)] or left
            like = [p for p in left if likes(self.frame[p.name], role)]
            rest = [p for p in left if not likes(self.frame[p.name], other)]
            if len(like) == 1:
                self._take(role, like[0], 0.7, f"like_{role}")
            elif left:
                self._in_doubt(role, like or rest or left)

    def _in_doubt(self, role: str, left: list[ColumnProfile]) -> None:
        """Take the leftmost column and ask about the others; without names the place decides, if nothing speaks against it."""
        others = left[1:6]
        unclear = any(p.is_time for p in left) or (role == "user" and self._is_slower(left[0], others))
        if not self.has_names and not unclear:
            others = []
        candidates = [Candidate(profile, 0.0) for profile in left]
        self._settle(role, candidates[0], candidates[1 : 1 + len(others)], 0.4 if self.has_names else 0.5, "position")

    def _is_slower(self, first: ColumnProfile, others: Sequence[ColumnProfile]) -> bool:
        """Whether things follow each other much faster under another column: then that one is rather the user."""
        name = self.roles.get("time", "")
        if first.n < 10 * SHORT or name not in self.profiles:
            return False
        times = parse_times(self.frame[name], "dmy").values
        own = quickness(self.frame[first.name], times)
        return any(quickness(self.frame[p.name], times) > max(0.2, QUICKER * own) for p in others)

    def _is_row_number(self, profile: ColumnProfile) -> bool:
        """Whether no value comes twice, as in a column that numbers the rows."""
        return profile.n >= SHORT and profile.missing == 0 and profile.n_distinct == profile.n

    def _is_id_like(self, profile: ColumnProfile) -> bool:
        if (profile.is_time and not profile.is_digits) or profile.is_decimal or not profile.n_distinct:
            return False
        if self._is_rather_attribute(profile) or (profile.is_time and "time" not in self.roles):
            return False
        if any(hint(profile.name, role) > WORD for role in ("time", "order", "value", "event")) or is_property(profile.name):
            return False
        return profile.n < 100 or profile.n_distinct > (20 if self.has_names else 1)

    def _value_by_values(self) -> None:
        """Without names: a column of few different numbers is how much or how good."""
        few = [p for p in self._free() if p.numbers > 0.99 and 1 < p.n_distinct <= 100 and self._is_low(p)]
        if few and "value" not in self.roles:
            self._take("value", few[0], 0.5, "value_values")

    def _is_low(self, profile: ColumnProfile) -> bool:
        """Whether no number is above what people rate by, or buy of a thing at once."""
        return float(parse_numbers(self.frame[profile.name]).abs().max() or 0.0) <= HIGHEST  # type: ignore[arg-type]


def _is_beside(profile: ColumnProfile) -> bool:
    return any(word in profile.name.lower() for word in BESIDE_EVENTS)


def _share_of(column: pl.Series, pattern: str) -> float:
    """Share of the first non-empty values that have a shape, in [0, 1]."""
    filled = as_text(column.drop_nulls().head(1_000))
    filled = filled.filter(filled != "")
    return float(filled.str.contains(pattern).mean() or 0.0) if len(filled) else 0.0  # type: ignore[arg-type]


def repeated_roles(roles: Mapping[str, str], repeated: tuple[str, ...]) -> dict[str, str]:
    """Return the roles whose column name occurs more than once in the header."""
    return {role: column for role, column in roles.items() if column in repeated}

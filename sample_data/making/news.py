"""The news site: articles read, saved, shared, commented, and now and then a subscription, over eleven weeks."""

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from . import truths
from .rows import Desk, Event, Item, Visitor, in_order, start_of_session, utc, visit_days
from .walk import FILL, Cause, Walk, interleave, zipf_weights
from .words_news import SECTIONS

SEED = 20260713
FIRST_DAY, DAYS = utc(2026, 7, 13), 77
READERS, BOT, BOT_EVENTS, BOT_SECONDS = 620, 207, 330, 3
CAUSE = ("Ferry hits Harbour pier, nobody hurt", "Drawn: how a ferry steers, and what failed")
SEQUENCES = (
    (tuple(f"The water files, part {n}" for n in (1, 2, 3, 4)), 70),
    (("Review: Hamlet at the Old Theatre", "Ten novels for the autumn", "Recipe: plum cake"), 55),
)
CAUSE_SESSIONS, ENDS, PLANTED_FROM_DAY = 100, 20, 4
CHANNELS = ("direct", "search engine", "social", "newsletter", "app notice")
ACTIONS = (("save", 0.07), ("share", 0.06), ("comment", 0.08))


def _articles(rng: np.random.Generator) -> tuple[list[Item], NDArray[np.int64]]:
    """Return the articles and the day (0 = first) on which each appears; planted ones appear on the first day."""
    old = {title for titles, _ in SEQUENCES for title in titles} | set(CAUSE)
    found: list[Item] = []
    days: list[int] = []
    for section, (code, _, lines) in SECTIONS.items():
        number = 0
        for headline, variants, tags, description in lines:
            for variant in variants:
                number += 1
                title = headline.format(v=variant)
                day = 0 if title in old else max(0, int(rng.integers(-9, DAYS - 3)))
                published = (("published", f"{FIRST_DAY + timedelta(days=day):%Y-%m-%d}"),)
                found.append(Item(f"{code}-{number:02d}", title, section, tags, description.format(v=variant), published))
                days.append(day)
    return found, np.array(days)


class NewsWalk(Walk):
    """A walk among articles that have already appeared; fresh ones draw most."""

    def on_day(self, day: int, appeared: NDArray[np.int64], lasting: NDArray[np.float64]) -> None:
        """Set what may be read on this day."""
        age = day - appeared
        self.popularity = np.where(age >= 0, lasting * (np.exp(-np.maximum(age, 0) / 4.0) + 0.04), 0.0)


def _near(articles: list[Item], appeared: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """For each article: those of its own and the next sections that appear within a week of it."""
    sections = np.array([article.category for article in articles])
    close = np.abs(appeared[:, None] - appeared[None, :]) <= 7
    related = [np.isin(sections, [article.category, *SECTIONS[article.category][1]]) for article in articles]
    return [np.flatnonzero(row & near) for row, near in zip(close, related, strict=True)]


class Site:
    """Simulates visits; `events` grows."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(SEED)
        self.items, self.appeared = _articles(self.rng)
        self.index = {item.title: position for position, item in enumerate(self.items)}
        weights = zipf_weights(self.rng, len(self.items), exponent=0.8)
        cause = Cause(self.index[CAUSE[0]], self.index[CAUSE[1]])
        self.walk = NewsWalk(self.rng, weights, _near(self.items, self.appeared), cause)
        self.lasting = self.walk.popularity
        self.events: list[Event] = []
        self.sessions = 0

    def visit(self, visitor: Visitor, day: int, script: list[int], last: bool) -> None:
        """Add one session. `last`: it ends with its script."""
        self.sessions += 1
        self.walk.on_day(day, self.appeared, self.lasting)
        channel = str(self.rng.choice(CHANNELS, p=[0.34, 0.24, 0.18, 0.14, 0.1]))
        start = start_of_session(self.rng, FIRST_DAY + timedelta(days=day))
        desk = Desk(self.events, self.rng, start, visitor, f"{self.sessions}", channel, 30)
        person = visitor.person
        person.script = script
        steps = len(script) if last else max(len(script), int(self.rng.geometric(0.3)))
        taken = 0
        while taken < steps or person.script:
            code = self.items[self.walk.step(person)].item_id
            seconds = 8 + int(min(500, self.rng.exponential(70)))
            desk.add("read", code, f"{seconds}", seconds + 2)
            taken += 1
            if not last:
                for action, chance in ACTIONS:
                    if self.rng.random() < chance:
                        desk.add(action, code)
        if not last and self.rng.random() < 0.006 * taken:
            desk.add("subscribe", code)


def _bot(site: Site) -> None:
    start, visitor = utc(2026, 9, 2, 2), Visitor(f"r{BOT:04d}", "desktop", "US")
    site.sessions += 1
    desk = Desk(site.events, site.rng, start, visitor, f"{site.sessions}", "direct")
    readable = [item for item, day in zip(site.items, site.appeared, strict=True) if day < 40]
    for n in range(BOT_EVENTS):
        desk.add("read", readable[n % len(readable)].item_id, "1", BOT_SECONDS)


def make() -> tuple[list[Item], list[Event], dict[str, object]]:
    """Return catalogue, clean events in time order, and what is true of them."""
    site = Site()
    rng = site.rng
    plans = {f"r{n:04d}": visit_days(rng, DAYS, 4.6) for n in range(1, READERS + 1) if n != BOT}
    scripts: list[list[int]] = [[site.walk.cause.cause] for _ in range(CAUSE_SESSIONS)]
    for titles, n in SEQUENCES:
        scripts += [interleave(rng, [site.index[title] for title in titles], most=1) for _ in range(n)]
    places = [(user, day) for user, days in plans.items() for day in days if day >= PLANTED_FROM_DAY]
    chosen = rng.permutation(len(places))[: len(scripts)]
    planted = {places[place]: script for place, script in zip(chosen, scripts, strict=True)}
    ends = sorted(
        rng.choice([user for user, days in plans.items() if days[-1] >= PLANTED_FROM_DAY], ENDS, replace=False).tolist()
    )
    for user, days in plans.items():
        device = str(rng.choice(["mobile", "desktop", "tablet"], p=[0.62, 0.28, 0.1]))
        visitor = Visitor(user, device, str(rng.choice(["GB", "IE", "US"], p=[0.7, 0.2, 0.1])))
        for day in days:
            last = user in ends and day == days[-1]
            script = planted.get((user, day), [])
            if last:
                script = [FILL, site.walk.cause.cause, *[FILL] * int(rng.integers(1, 3)), site.walk.cause.effect]
            site.visit(visitor, day, script, last)
    _bot(site)
    events = in_order(site.events, "v{:05d}")
    return site.items, events, _truths(site, events, ends)


def _truths(site: Site, events: list[Event], ends: list[str]) -> dict[str, object]:
    code = {title: site.items[index].item_id for title, index in site.index.items()}
    sequences = [truths.sequence_truth(events, [code[title] for title in titles], "item") for titles, _ in SEQUENCES]
    sequences.append(truths.sequence_truth(events, ("read", "comment", "read"), "event"))
    return {
        "clean": truths.summary(events),
        "sequences": sequences,
        "cause": truths.cause_truth(events, code[CAUSE[0]], code[CAUSE[1]], ends),
        "bot": truths.bot_truth(events, f"r{BOT:04d}", BOT_SECONDS),
    }

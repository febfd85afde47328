"""The outdoor shop: home, search, view, add_to_cart, cart, checkout, payment_details, purchase over twelve weeks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from . import truths
from .rows import Desk, Event, Item, Visitor, in_order, start_of_session, utc, visit_days
from .walk import FILL, Cause, Person, Walk, interleave, near_categories, zipf_weights
from .words_shop import CATEGORIES

SEED = 20260706
FIRST_DAY, DAYS = utc(2026, 7, 6), 84
INCIDENT = (utc(2026, 8, 17), utc(2026, 8, 31))
USERS, BOT, BOT_EVENTS, BOT_SECONDS = 920, 413, 480, 2
CAUSE = ("Gas stove, two burners", "Windshield, for two burners")
# (titles, sessions in which they are planted)
SEQUENCES = (
    (("Trail tent 2P", "Down sleeping bag 0 °C", "Air mat, insulated, R 4.2"), 95),
    (("Hiking boot, mid, women", "Merino hiking socks, medium", "Boot wax, 75 ml"), 60),
    (("Trekking backpack 55+10 l", "Rain cover 45–60 l", "Trekking poles, carbon, pair", "Trekking meal, lentil curry"), 45),
)
FAVOURITES = ("Gas stove, two burners", "Trail tent 2P", "Hiking boot, mid, women", "Headlamp 350 lm", "Rain jacket 2.5 l, M")
CAUSE_SESSIONS, ENDS = 110, 26
LOOKS_ON = 0.92  # of those who put something into the cart, bought or not, so many look at two or three more items
CHANNELS = ("search engine", "direct", "newsletter", "advert", "social")
EVENT_SEQUENCES = (("search", "view", "add_to_cart"), ("cart", "checkout", "purchase"), ("home", "view", "purchase"))


@dataclass(frozen=True)
class Rates:
    """How likely a visitor goes one step further."""

    add_to_cart: float
    cart: float = 0.78
    checkout: float = 0.72
    payment_details: float = 0.82
    purchase: float = 0.74
    purchase_in_incident: float = 0.2
    retry: float = 0.3


RATES = {"desktop": Rates(0.21), "mobile": Rates(0.13, cart=0.7, checkout=0.66), "tablet": Rates(0.17)}


def items() -> list[Item]:
    """Return the catalogue."""
    found: list[Item] = []
    for category, (code, _, lines) in CATEGORIES.items():
        number = 0
        for title, variants, price, step, tags, description in lines:
            for place, variant in enumerate(variants):
                number += 1
                cost = (("price", f"{price + place * step:.2f}"),)
                text = description.format(v=variant)
                found.append(Item(f"{code}-{number:02d}", title.format(v=variant), category, tags, text, cost))
    return found


class Shop:
    """Simulates visits; `events` grows."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(SEED)
        self.items = items()
        self.index = {item.title: position for position, item in enumerate(self.items)}
        weights = zipf_weights(self.rng, len(self.items))
        for title in FAVOURITES:
            weights[self.index[title]] = 0.012
        cause = Cause(self.index[CAUSE[0]], self.index[CAUSE[1]])
        follows = {name: (name, *after) for name, (_, after, _) in CATEGORIES.items()}
        near = near_categories([item.category for item in self.items], follows)
        self.walk = Walk(self.rng, weights / weights.sum(), near, cause)
        self.events: list[Event] = []
        self.sessions = 0

    def visit(self, visitor: Visitor, day: datetime, script: list[int], last: bool) -> None:
        """Add one session. `last`: it ends with its script, without buying."""
        self.sessions += 1
        channel = str(self.rng.choice(CHANNELS, p=[0.36, 0.28, 0.14, 0.14, 0.08]))
        desk = Desk(self.events, self.rng, start_of_session(self.rng, day), visitor, f"{self.sessions}", channel)
        rates = RATES[visitor.device]
        visitor.person.script = script
        steps = len(script) if last else max(len(script), int(self.rng.geometric(0.28)))
        opening = ("home", "search", "view")[int(self.rng.choice(3, p=[0.42, 0.27, 0.31]))]
        carted = self._browse(desk, visitor.person, steps, opening, 0.0 if last else rates.add_to_cart)
        if carted:
            self._buy(desk, carted, rates)
            if self.rng.random() < LOOKS_ON:
                self._browse(desk, visitor.person, int(self.rng.integers(2, 4)), "view", 0.0)

    def _browse(self, desk: Desk, person: Person, steps: int, opening: str, add_to_cart: float) -> list[int]:
        """Add so many steps from item to item, and what is planted; return what was put into the cart."""
        carted: list[int] = []
        taken = 0
        while taken < steps or person.script:
            planned = bool(person.script) and person.script[0] != FILL
            kind = "view" if planned else opening if taken == 0 else "search" if self.rng.random() < 0.09 else "view"
            item = self.walk.step(person)
            desk.add(kind, self.items[item].item_id)
            taken += 1
            if kind == "view" and self.rng.random() < add_to_cart:
                carted.append(item)
                desk.add("add_to_cart", self.items[item].item_id)
        return carted

    def _buy(self, desk: Desk, carted: list[int], rates: Rates) -> None:
        item = self.items[carted[-1]].item_id
        for kind in ("cart", "checkout", "payment_details"):
            if self.rng.random() > getattr(rates, kind):
                return
            desk.add(kind, item)
        inside = INCIDENT[0] <= desk.time < INCIDENT[1]
        for _ in range(3):
            if self.rng.random() < (rates.purchase_in_incident if inside else rates.purchase):
                total = sum(float(self.items[one].extra[0][1]) for one in carted)
                desk.add("purchase", item, f"{total:.2f}")
                return
            if self.rng.random() > rates.retry:
                return
            desk.add("payment_details", item)


def _planned_scripts(shop: Shop, visits: int) -> list[list[int]]:
    """Return the planted script of each visit, most of them empty, in random order."""
    scripts: list[list[int]] = []
    for titles, n in SEQUENCES:
        scripts += [interleave(shop.rng, [shop.index[title] for title in titles]) for _ in range(n)]
    scripts += [[shop.walk.cause.cause] for _ in range(CAUSE_SESSIONS)]
    scripts += [[] for _ in range(visits - len(scripts))]
    return [scripts[place] for place in shop.rng.permutation(len(scripts))]


def _bot(shop: Shop) -> None:
    start, user = utc(2026, 9, 8, 3), f"u{BOT:04d}"
    shop.sessions += 1
    for n in range(BOT_EVENTS):
        time = start + timedelta(seconds=n * BOT_SECONDS)
        code = shop.items[n % len(shop.items)].item_id
        shop.events.append(Event(user, f"s{shop.sessions:05d}", time, "view", code, "desktop", "direct", "US"))


def make() -> tuple[list[Item], list[Event], dict[str, object]]:
    """Return catalogue, clean events in time order, and what is true of them."""
    shop = Shop()
    rng = shop.rng
    plans = {f"u{n:04d}": visit_days(rng, DAYS, 2.7) for n in range(1, USERS + 1) if n != BOT}
    scripts = _planned_scripts(shop, sum(map(len, plans.values())))
    ends = sorted(rng.choice(sorted(plans), size=ENDS, replace=False).tolist())
    cause = shop.walk.cause
    for user, days in plans.items():
        device = str(rng.choice(list(RATES), p=[0.4, 0.52, 0.08]))
        country = str(rng.choice(["DE", "NL", "SE", "GB", "FR"], p=[0.4, 0.2, 0.15, 0.15, 0.1]))
        visitor = Visitor(user, device, country)
        for visit, day in enumerate(days):
            last = user in ends and visit == len(days) - 1
            script = scripts.pop()
            if last:
                script = [FILL, cause.cause, *[FILL] * int(rng.integers(1, 3)), cause.effect]
            shop.visit(visitor, FIRST_DAY + timedelta(days=day), script, last)
    _bot(shop)
    events = in_order(shop.events, "s{:05d}")
    return shop.items, events, _truths(shop, events, ends)


def _truths(shop: Shop, events: list[Event], ends: list[str]) -> dict[str, object]:
    code = {title: shop.items[index].item_id for title, index in shop.index.items()}
    sequences = [truths.sequence_truth(events, [code[title] for title in titles], "item") for titles, _ in SEQUENCES]
    sequences += [truths.sequence_truth(events, names, "event") for names in EVENT_SEQUENCES]
    return {
        "clean": truths.summary(events),
        "sequences": sequences,
        "cause": truths.cause_truth(events, code[CAUSE[0]], code[CAUSE[1]], ends),
        "incident": truths.incident_truth(events, *INCIDENT),
        "bot": truths.bot_truth(events, f"u{BOT:04d}", BOT_SECONDS),
    }

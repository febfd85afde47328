"""Card payments of twelve weeks: authorised, declined, refunded, charged back. A session is one day of one card.

Planted: three days of a kind (a commute, a journey, a fraud that tests a stolen card small and then takes all), a filling station
whose reader is skimmed, two weeks in which online payments are declined, and a tester of stolen cards that never sleeps.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from . import truths
from .rows import Desk, Event, Item, Visitor, in_order, iso, utc, visit_days
from .walk import FILL, Cause, Walk, interleave, near_categories, zipf_weights
from .words_finance import CATEGORIES

SEED = 20260706
FIRST_DAY, DAYS = utc(2026, 7, 6), 84
COLUMNS = {"device": "entry_mode", "value": "amount"}
INCIDENT = (utc(2026, 8, 10), utc(2026, 8, 24))
CARDS, BOT, BOT_EVENTS, BOT_SECONDS = 430, 271, 420, 20
CAUSE = ("Pump & Go, Ring Road", "Voucher Planet")
FRAUD = ("Open Hand Charity", "Pixelhaus Electronics", "CashNow machine, Central Station")
# (merchants, days on which they are planted)
SEQUENCES = (
    (("City Transit, gate North Gate", "Blue Door Coffee, North Gate", "Noon Noodles, Market Square"), 95),
    (("Skylark Airlines", "Harbour Hotels", "Metro Car Hire"), 50),
    (FRAUD, 48),
)
FAVOURITES = ("Pump & Go, Ring Road", "Greenfield Market, Riverside", "City Transit, gate Central Station", "Parcelbird")
CAUSE_DAYS, ENDS = 95, 20
DECLINED, DECLINED_IN_INCIDENT, RETRY = 0.03, 0.42, 0.6
REFUNDED = {"Clothing": 0.12, "Online shops": 0.12, "Electronics": 0.06, "Travel": 0.04}
MOST_PAUSE = 75  # minutes; so that a day stays a day
EVENT_SEQUENCES = (("auth", "decline", "auth"), ("decline", "auth", "auth"))
MEANING = {
    "clean": "the file without its dirty rows; everything below is counted on it, the tester of cards included",
    "incident": "window [from, to); payments on the web (auth or decline), and how many of them are declined",
    "fraud": "sessions = days on which the third planted sequence is authorised in this order, the first for 1.00; "
    "chargebacks = events of this type; each takes back the payment at Pixelhaus Electronics of such a day, to the cent",
    "bot": "one card that is tried at a fixed interval with small amounts, mostly declined",
}


def items() -> list[Item]:
    """Return the merchants."""
    found: list[Item] = []
    for category, (code, _, _, merchants) in CATEGORIES.items():
        number = 0
        for name, branches, amount, tags, description in merchants:
            for branch in branches:
                number += 1
                text = (name.format(v=branch), category, tags, description.format(v=branch))
                found.append(Item(f"{code}-{number:02d}", *text, (("price", f"{amount:.2f}"),)))
    return found


class Bank:
    """Simulates payments; `events` grows. An item is a merchant; its price is what a payment there usually costs."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(SEED)
        self.items = items()
        self.index = {item.title: position for position, item in enumerate(self.items)}
        weights = zipf_weights(self.rng, len(self.items))
        for title in FAVOURITES:
            weights[self.index[title]] = 0.012
        follows = {name: (name, *after) for name, (_, after, _, _) in CATEGORIES.items()}
        cause = Cause(self.index[CAUSE[0]], self.index[CAUSE[1]])
        near = near_categories([item.category for item in self.items], follows)
        self.walk = Walk(self.rng, weights / weights.sum(), near, cause)
        self.events: list[Event] = []
        self.frauds: list[str] = []

    def day(self, card: Visitor, day: datetime, script: list[int], last: bool, is_fraud: bool) -> None:
        """Add one day of a card. `last`: it ends with its script, and nothing comes back."""
        rng = self.rng
        steps = len(script) if last else max(len(script), min(8, int(rng.geometric(0.3))))
        latest = max(7, 23 - (5 * (steps + 4)) // 4)  # so that a day ends before midnight
        start = day + timedelta(hours=int(rng.integers(6, latest)), seconds=int(rng.integers(0, 3600)))
        desk = Desk(self.events, rng, start, card, f"{card.user_id}/{day:%m%d}", "")
        card.person.script = script
        taken = 0
        while taken < steps or card.person.script:
            planned = bool(card.person.script) and card.person.script[0] != FILL
            merchant = self.items[self.walk.step(card.person)]
            self._pay(desk, merchant, planned or last, is_fraud and merchant.title in FRAUD)
            taken += 1
            if not planned and not last and rng.random() < REFUNDED.get(merchant.category, 0.0):
                self._later(desk, "refund", 3, 15)
        if is_fraud:
            self.frauds.append(desk.session_id)

    def _pay(self, desk: Desk, merchant: Item, planned: bool, is_stolen: bool) -> None:
        rng = self.rng
        where = CATEGORIES[merchant.category][2]
        desk.channel, desk.device = where, {"web": "online", "cash machine": "chip"}.get(where, "")
        amount = float(merchant.extra[0][1]) * float(rng.lognormal(0, 0.35))
        if is_stolen:
            amount = 1.0 if merchant.title == FRAUD[0] else amount * 2.5
        inside = where == "web" and INCIDENT[0] <= desk.time < INCIDENT[1]
        chance = 0.0 if planned else DECLINED_IN_INCIDENT if inside else DECLINED
        pause = 60 * (6 + min(MOST_PAUSE - 6, float(rng.exponential(55.0))))
        if rng.random() < chance:
            desk.add("decline", merchant.item_id, f"{amount:.2f}", int(rng.integers(15, 60)))
            if rng.random() > RETRY or rng.random() < chance:
                desk.time += timedelta(seconds=int(pause))
                return
        desk.add("auth", merchant.item_id, f"{amount:.2f}", pause)
        if is_stolen and merchant.title == FRAUD[1]:
            self._later(desk, "chargeback", 10, 24)

    def _later(self, desk: Desk, kind: str, first: int, last: int) -> None:
        """Book something some days later, at night, for the payment just made; what falls after the end is not seen."""
        paid = self.events[-1]
        day = paid.time.replace(hour=0, minute=0, second=0) + timedelta(days=int(self.rng.integers(first, last)))
        time = day + timedelta(hours=3, seconds=int(self.rng.integers(0, 7200)))
        if time < FIRST_DAY + timedelta(days=DAYS):
            session = f"{paid.user_id}/{time:%m%d}"
            self.events.append(replace(paid, session_id=session, time=time, event_type=kind))


def _bot(bank: Bank) -> None:
    start, card = utc(2026, 9, 3, 1), Visitor(f"c{BOT:04d}", "online", "DE")
    desk = Desk(bank.events, bank.rng, start, card, f"{card.user_id}/{start:%m%d}", "web")
    shops = [item for item in bank.items if CATEGORIES[item.category][2] == "web" and item.title != CAUSE[1]]
    for n in range(BOT_EVENTS):
        kind = "auth" if bank.rng.random() < 0.15 else "decline"
        desk.add(kind, shops[n % len(shops)].item_id, f"{0.5 + n % 4 * 0.5:.2f}", BOT_SECONDS)


def make() -> tuple[list[Item], list[Event], dict[str, object]]:
    """Return catalogue, clean events in time order, and what is true of them."""
    bank = Bank()
    rng, cause = bank.rng, bank.walk.cause
    plans = {f"c{n:04d}": visit_days(rng, DAYS, 6.0) for n in range(1, CARDS + 1) if n != BOT}
    ends = sorted(rng.choice(sorted(plans), size=ENDS, replace=False).tolist())
    scripts: list[tuple[list[int], bool]] = [([cause.cause], False) for _ in range(CAUSE_DAYS)]
    for titles, n in SEQUENCES:
        scripts += [(interleave(rng, [bank.index[title] for title in titles]), titles == FRAUD) for _ in range(n)]
    scripts += [([], False) for _ in range(sum(map(len, plans.values())) - len(scripts))]
    scripts = [scripts[place] for place in rng.permutation(len(scripts))]
    for user, days in plans.items():
        usual = str(rng.choice(["contactless", "chip", "phone"], p=[0.5, 0.2, 0.3]))
        card = Visitor(user, usual, str(rng.choice(["DE", "NL", "AT"], p=[0.6, 0.25, 0.15])))
        for day in days:
            last = user in ends and day == days[-1]
            script, is_fraud = scripts.pop()
            if user in ends:
                script, is_fraud = [], False
            if last:
                script = [FILL, cause.cause, *[FILL] * int(rng.integers(1, 3)), cause.effect]
            bank.day(card, FIRST_DAY + timedelta(days=day), script, last, is_fraud)
    _bot(bank)
    keep = {user: FIRST_DAY + timedelta(days=plans[user][-1]) for user in ends}
    seen = [e for e in bank.events if e.event_type == "auth" or e.user_id not in keep or e.time < keep[e.user_id]]
    events = in_order(seen, "d{:05d}")
    days_of = {(event.user_id, f"{event.time:%m%d}"): event.session_id for event in events}
    return bank.items, events, _truths(bank, events, ends, [days_of[*key.split("/")] for key in bank.frauds])


def _truths(bank: Bank, events: list[Event], ends: list[str], frauds: list[str]) -> dict[str, object]:
    code = {title: bank.items[index].item_id for title, index in bank.index.items()}
    sequences = [truths.sequence_truth(events, [code[title] for title in titles], "item") for titles, _ in SEQUENCES]
    sequences += [truths.sequence_truth(events, names, "event") for names in EVENT_SEQUENCES]
    return {
        "clean": truths.summary(events),
        "sequences": sequences,
        "cause": truths.cause_truth(events, code[CAUSE[0]], code[CAUSE[1]], ends),
        "incident": _incident(events),
        "fraud": {
            "items": [code[title] for title in FRAUD],
            "sessions": sorted(frauds),
            "chargebacks": sum(event.event_type == "chargeback" for event in events),
        },
        "bot": truths.bot_truth(events, f"c{BOT:04d}", BOT_SECONDS),
    }


def _incident(events: list[Event]) -> dict[str, object]:
    """Count payments on the web and those declined, inside the window and outside; the tester of cards left out."""
    counts = {True: [0, 0], False: [0, 0]}
    for event in events:
        if event.channel == "web" and event.event_type in ("auth", "decline") and event.user_id != f"c{BOT:04d}":
            side = counts[INCIDENT[0] <= event.time < INCIDENT[1]]
            side[0] += 1
            side[1] += event.event_type == "decline"
    rates = {
        name: {"payments": n, "declined": k, "rate": round(k / n, 4)}
        for name, (n, k) in (("inside", counts[True]), ("outside", counts[False]))
    }
    return {"from": iso(INCIDENT[0]), "to": iso(INCIDENT[1]), "channel": "web", "without_user": f"c{BOT:04d}", **rates}

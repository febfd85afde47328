"""Care pathways of a hospital over twelve weeks, from referral to discharge. A session is one episode of care.

Planted: three pathways, a check-up of the kidneys that a contrast agent causes, two weeks of referrals that wait long because a
scanner stands still, and a patient who does not exist, through whom the interface is tested.
"""

import statistics
from datetime import datetime, timedelta

import numpy as np

from . import truths
from .rows import Desk, Event, Item, Visitor, in_order, iso, utc
from .walk import FILL, Cause, Walk, interleave, near_categories, zipf_weights
from .words_medicine import DEPARTMENTS, ENDINGS, REFERRALS, WARDS

SEED = 20260629
FIRST_DAY, DAYS = utc(2026, 7, 6), 86
COLUMNS = {"device": "setting", "channel": "urgency", "country": "region"}
INCIDENT = (utc(2026, 8, 3), utc(2026, 8, 17))
PATIENTS, BOT, BOT_EVENTS, BOT_SECONDS = 640, 333, 400, 60
CAUSE = ("CT with contrast agent", "Kidney function recheck")
# (procedures, episodes in which they are planted)
SEQUENCES = (
    (("ECG, 12 leads", "Troponin", "Coronary angiography", "Stent, coronary"), 75),
    (("X-ray, hip", "Hip replacement", "Physiotherapy, gait training"), 70),
    (("Colonoscopy", "Biopsy, bowel", "Tumour board"), 50),
)
FAVOURITES = ("Full blood count", "ECG, 12 leads", "Chest X-ray", "CT with contrast agent", "C-reactive protein")
CAUSE_EPISODES, ENDS = 90, 22
EVENT_SEQUENCES = (("referral", "test", "treatment"), ("test", "test", "admission"), ("admission", "treatment", "discharge"))
WAIT_DAYS, WAIT_IN_INCIDENT = 3.0, 15.0
OPEN = 0.12  # of episodes that have no discharge by the end
MEANING = {
    "clean": "the file without its dirty rows; everything below is counted on it, the patient who does not exist included",
    "incident": "window [from, to) of routine referrals; median days from the referral to the event after it",
    "bot": "a patient who does not exist: the interface is tested through this record, at a fixed interval",
}


class Hospital:
    """Simulates episodes; `events` grows. Only tests, treatments and talks are walked; what frames them is not."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(SEED)
        self.walked, self.kinds, frame = _items()
        self.referrals, self.wards, self.endings = frame
        self.index = {item.title: position for position, item in enumerate(self.walked)}
        weights = zipf_weights(self.rng, len(self.walked))
        for title in FAVOURITES:
            weights[self.index[title]] = 0.02
        follows = {name: (name, *after) for name, (_, after, _) in DEPARTMENTS.items()}
        near = near_categories([item.category for item in self.walked], follows)
        cause = Cause(self.index[CAUSE[0]], self.index[CAUSE[1]])
        self.walk = Walk(self.rng, weights / weights.sum(), near, cause)
        self.events: list[Event] = []

    @property
    def items(self) -> list[Item]:
        """The catalogue."""
        return [*self.referrals, *self.walked, *self.wards, *self.endings]

    def episode(self, patient: Visitor, day: int, script: list[int], last: bool) -> int:
        """Add one episode and return the day after it. `last`: it ends with its script, without admission or discharge."""
        rng = self.rng
        is_urgent = not last and rng.random() < 0.22
        referral = self.referrals[-1 if is_urgent else int(rng.choice(len(REFERRALS) - 1, p=[0.26, 0.2, 0.22, 0.14, 0.08, 0.1]))]
        desk = Desk(self.events, rng, self._hour(day), patient, f"{patient.user_id}/{day}", "urgent" if is_urgent else "routine")
        desk.device = "emergency" if is_urgent else "outpatient"
        inside = not is_urgent and INCIDENT[0] <= desk.time < INCIDENT[1]
        wait = 0.1 if is_urgent else float(rng.gamma(4.0, (WAIT_IN_INCIDENT if inside else WAIT_DAYS) / 4.0))
        desk.add("referral", referral.item_id, seconds=3600)
        self._wait(desk, wait)
        patient.person.script = script
        steps = len(script) if last else max(len(script), min(11, 1 + int(rng.geometric(0.26))))
        admitted_at = -1 if last or rng.random() > (0.8 if is_urgent else 0.38) else int(rng.integers(1, 4))
        self._steps(desk, steps, admitted_at)
        if not last and rng.random() > OPEN:
            self._discharge(desk)
        return (desk.time - FIRST_DAY).days + 1

    def _steps(self, desk: Desk, steps: int, admitted_at: int) -> None:
        person, taken = desk.visitor.person, 0
        while taken < steps or person.script:
            if taken == admitted_at:
                desk.device = "inpatient"
                desk.add("admission", self.wards[int(self.rng.integers(len(self.wards)))].item_id, seconds=1800)
            at = self.walk.step(person)
            desk.add(self.kinds[at], self.walked[at].item_id, seconds=900)
            self._wait(desk, float(self.rng.exponential(0.35 if desk.device == "inpatient" else 1.6)))
            taken += 1

    def _discharge(self, desk: Desk) -> None:
        stay = [event.time for event in self.events if event.session_id == desk.session_id and event.event_type == "admission"]
        hours = f"{(desk.time - stay[0]).total_seconds() / 3600:.1f}" if stay else ""
        place = int(self.rng.choice(3, p=[0.7, 0.18, 0.12])) if stay else 3
        desk.add("discharge", self.endings[place].item_id, hours, 60)

    def _hour(self, day: int) -> datetime:
        return FIRST_DAY + timedelta(days=day, hours=int(self.rng.integers(7, 17)), seconds=int(self.rng.integers(0, 3600)))

    def _wait(self, desk: Desk, days: float) -> None:
        """Let time pass, to an hour of the day at which people work."""
        later = desk.time + timedelta(days=days)
        if later.date() > desk.time.date():
            hours = timedelta(hours=int(self.rng.integers(7, 17)), seconds=int(self.rng.integers(0, 3600)))
            later = later.replace(hour=0, minute=0, second=0, microsecond=0) + hours
        desk.time = max(later, desk.time + timedelta(minutes=5)).replace(microsecond=0)


def _items() -> tuple[list[Item], list[str], tuple[list[Item], list[Item], list[Item]]]:
    """Return the walked items, the event type of each, and the items that frame an episode."""
    walked: list[Item] = []
    kinds: list[str] = []
    for department, (code, _, procedures) in DEPARTMENTS.items():
        for number, (name, kind, tags, description) in enumerate(procedures, start=1):
            walked.append(Item(f"{code}-{number:02d}", name, department, tags, description, (("kind", kind),)))
            kinds.append(kind)
    referrals = [
        Item(f"REF-{n:02d}", name, "Referrals", tags, text, (("kind", "referral"),))
        for n, (name, _, tags, text) in enumerate(REFERRALS, start=1)
    ]
    wards = [
        Item(f"ADM-{n:02d}", name, "Wards", tags, text, (("kind", "admission"),)) for n, (name, tags, text) in enumerate(WARDS, 1)
    ]
    endings = [
        Item(f"DIS-{n:02d}", name, "Discharge", tags, text, (("kind", "discharge"),))
        for n, (name, tags, text) in enumerate(ENDINGS, 1)
    ]
    return walked, kinds, (referrals, wards, endings)


def _bot(hospital: Hospital) -> None:
    start, patient = utc(2026, 8, 25, 2), Visitor(f"p{BOT:04d}", "outpatient", "Central")
    desk = Desk(hospital.events, hospital.rng, start, patient, f"{patient.user_id}/0", "routine")
    tests = [
        item for item, kind in zip(hospital.walked, hospital.kinds, strict=True) if kind == "test" and item.title not in CAUSE
    ]
    for n in range(BOT_EVENTS):
        desk.add("test", tests[n % len(tests)].item_id, "", BOT_SECONDS)


def make() -> tuple[list[Item], list[Event], dict[str, object]]:
    """Return catalogue, clean events in time order, and what is true of them."""
    hospital = Hospital()
    rng, cause = hospital.rng, hospital.walk.cause
    patients = [f"p{n:04d}" for n in range(1, PATIENTS + 1) if n != BOT]
    ends = sorted(rng.choice(patients, size=ENDS, replace=False).tolist())
    scripts: list[list[int]] = [[cause.cause] for _ in range(CAUSE_EPISODES)]
    for titles, n in SEQUENCES:
        scripts += [interleave(rng, [hospital.index[title] for title in titles], most=1) for _ in range(n)]
    scripts += [[] for _ in range(len(patients) - len(scripts))]
    scripts = [scripts[place] for place in rng.permutation(len(scripts))]
    for user in patients:
        region = str(rng.choice(["Central", "North", "South", "Hill country"], p=[0.4, 0.25, 0.2, 0.15]))
        patient = Visitor(user, "outpatient", region)
        first, day, script = True, int(rng.integers(0, 50)), scripts.pop()
        while first or (day < DAYS - 25 and rng.random() < 0.5):
            last = first and user in ends
            if last:
                script = [FILL, cause.cause, *[FILL] * int(rng.integers(1, 3)), cause.effect]
            day = hospital.episode(patient, day, script if first else [], last) + int(rng.integers(3, 20))
            first = False
            if last:
                break
    _bot(hospital)
    end = FIRST_DAY + timedelta(days=DAYS)
    events = in_order([event for event in hospital.events if event.time < end], "e{:05d}")
    return hospital.items, events, _truths(hospital, events, ends)


def _truths(hospital: Hospital, events: list[Event], ends: list[str]) -> dict[str, object]:
    code = {item.title: item.item_id for item in hospital.items}
    sequences = [truths.sequence_truth(events, [code[title] for title in titles], "item") for titles, _ in SEQUENCES]
    sequences += [truths.sequence_truth(events, names, "event") for names in EVENT_SEQUENCES]
    return {
        "clean": truths.summary(events),
        "sequences": sequences,
        "cause": truths.cause_truth(events, code[CAUSE[0]], code[CAUSE[1]], ends),
        "incident": _incident(events),
        "bot": truths.bot_truth(events, f"p{BOT:04d}", BOT_SECONDS),
    }


def _incident(events: list[Event]) -> dict[str, object]:
    """Measure how long routine referrals wait for what comes after them, inside the window and outside."""
    days: dict[bool, list[float]] = {True: [], False: []}
    for own in truths.grouped(events, lambda event: event.session_id).values():
        if own[0].event_type == "referral" and own[0].channel == "routine" and len(own) > 1:
            days[INCIDENT[0] <= own[0].time < INCIDENT[1]].append((own[1].time - own[0].time).total_seconds() / 86_400)
    waits = {name: {"referrals": len(days[side]), "median_days": round(statistics.median(days[side]), 2)} for name, side in
             (("inside", True), ("outside", False))}  # fmt: skip
    return {"from": iso(INCIDENT[0]), "to": iso(INCIDENT[1]), "urgency": "routine", **waits}

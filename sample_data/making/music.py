"""The music player: tracks played, skipped, liked and put on a playlist over ten weeks. Favourites come again."""

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from . import truths
from .rows import Desk, Event, Item, Visitor, in_order, start_of_session, utc, visit_days
from .walk import FILL, Cause, Person, Walk, interleave, zipf_weights
from .words_music import FIRST_WORDS, GENRES, SECOND_WORDS, TRACKS_PER_ALBUM

SEED = 20260720
FIRST_DAY, DAYS = utc(2026, 7, 20), 70
LISTENERS, BOT, BOT_EVENTS, BOT_SECONDS = 340, 118, 360, 31
# Planted tracks by their place: (artist, track number).
CAUSE = (("Harbour Lights Club", 2), ("Luma Fields", 5))
SEQUENCES = (
    ((("Nora Vale", 1), ("Ida Sol", 3), ("Oslo Summer", 4)), 70),
    ((("Elias Brandt Trio", 2), ("Clara Winther, piano", 1), ("Mara Okoye", 6)), 50),
)
CAUSE_SESSIONS, ENDS = 90, 18
REPLAY = 0.22
CHANNELS = ("library", "playlist", "radio", "search")


def _tracks(rng: np.random.Generator) -> tuple[list[Item], dict[tuple[str, int], int], list[int]]:
    """Return the tracks, their index by (artist, track number), and their lengths in seconds."""
    pairs = rng.permutation(len(FIRST_WORDS) * len(SECOND_WORDS)).tolist()
    found: list[Item] = []
    index: dict[tuple[str, int], int] = {}
    lengths: list[int] = []
    for genre, (code, _, moods, artists) in GENRES.items():
        number = 0
        for artist, album, year in artists:
            for track in range(1, TRACKS_PER_ALBUM + 1):
                number += 1
                pair = pairs.pop()
                title = f"{FIRST_WORDS[pair // len(SECOND_WORDS)]} {SECOND_WORDS[pair % len(SECOND_WORDS)]}"
                seconds = int(rng.integers(140, 330))
                index[artist, track] = len(found)
                lengths.append(seconds)
                about = f"Track {track} of “{album}” ({year}) by {artist}, {seconds // 60}:{seconds % 60:02d}."
                tags = f"{moods[int(rng.integers(len(moods)))]}|{year // 10 * 10}s"
                found.append(Item(f"{code}-{number:02d}", title, genre, tags, about, (("artist", artist),)))
    return found, index, lengths


def _near(tracks: list[Item]) -> list[NDArray[np.int64]]:
    """For each track: those of its own and of the next genres."""
    genres = np.array([track.category for track in tracks])
    return [np.flatnonzero(np.isin(genres, [track.category, *GENRES[track.category][1]])) for track in tracks]


class MusicWalk(Walk):
    """A walk in which people come back to tracks they heard before, and albums go on."""

    def ordinary(self, person: Person, without: set[int]) -> int:
        """Return an unplanned next track: an old favourite, else as others do."""
        if len(person.history) > 12 and self.rng.random() < REPLAY:
            heard = person.history[: len(person.history) // 2]
            item = heard[int(self.rng.integers(len(heard)))]
            if item not in {self.cause.cause, self.cause.effect, *person.history[-3:], *without}:
                return item
        return super().ordinary(person, without)


class Player:
    """Simulates listening; `events` grows."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(SEED)
        self.items, self.index, self.lengths = _tracks(self.rng)
        weights = zipf_weights(self.rng, len(self.items))
        weights[self.index[CAUSE[0]]] = 0.004
        self.cause = Cause(self.index[CAUSE[0]], self.index[CAUSE[1]])
        self.walk = MusicWalk(self.rng, weights / weights.sum(), _near(self.items), self.cause)
        self.events: list[Event] = []
        self.sessions = 0

    def listen(self, visitor: Visitor, genres: set[str], day: int, script: list[int], last: bool) -> None:
        """Add one session. `last`: it ends with its script."""
        self.sessions += 1
        channel = str(self.rng.choice(CHANNELS, p=[0.3, 0.34, 0.24, 0.12]))
        start = start_of_session(self.rng, FIRST_DAY + timedelta(days=day))
        desk = Desk(self.events, self.rng, start, visitor, f"{self.sessions}", channel)
        person = visitor.person
        person.script = script
        steps = len(script) if last else max(len(script), min(12, 1 + int(self.rng.geometric(0.22))))
        taken = 0
        while taken < steps or person.script:
            planned = last or (bool(person.script) and person.script[0] != FILL)
            self._track(desk, self.walk.step(person), genres, planned)
            taken += 1

    def _track(self, desk: Desk, track: int, genres: set[str], planned: bool) -> None:
        item = self.items[track]
        liked = item.category in genres
        if not planned and self.rng.random() < (0.1 if liked else 0.28):
            seconds = int(self.rng.integers(3, 30))
            desk.add("skip", item.item_id, f"{seconds}", seconds + 1)
            return
        seconds = int(self.lengths[track] * self.rng.choice([1.0, 1.0, 0.9, 0.7]))
        chance = self.rng.random()
        desk.add("play", item.item_id, f"{seconds}", seconds + 1)
        if not planned and chance < (0.14 if liked else 0.04):
            desk.add("like" if chance < 0.08 else "playlist_add", item.item_id, "", 2)


def _bot(player: Player) -> None:
    start, visitor = utc(2026, 8, 26, 1), Visitor(f"l{BOT:04d}", "desktop", "US")
    player.sessions += 1
    desk = Desk(player.events, player.rng, start, visitor, f"{player.sessions}", "playlist")
    loop = [player.index["Candy Arcade", track] for track in (1, 2, 3)]
    for n in range(BOT_EVENTS):
        desk.add("play", player.items[loop[n % 3]].item_id, f"{BOT_SECONDS - 1}", BOT_SECONDS)


def make() -> tuple[list[Item], list[Event], dict[str, object]]:
    """Return catalogue, clean events in time order, and what is true of them."""
    player = Player()
    rng, cause = player.rng, player.cause
    plans = {f"l{n:04d}": visit_days(rng, DAYS, 5.2) for n in range(1, LISTENERS + 1) if n != BOT}
    scripts: list[list[int]] = [[cause.cause] for _ in range(CAUSE_SESSIONS)]
    for places, n in SEQUENCES:
        scripts += [interleave(rng, [player.index[place] for place in places]) for _ in range(n)]
    scripts += [[] for _ in range(sum(map(len, plans.values())) - len(scripts))]
    scripts = [scripts[place] for place in rng.permutation(len(scripts))]
    ends = sorted(rng.choice(sorted(plans), size=ENDS, replace=False).tolist())
    for user, days in plans.items():
        device = str(rng.choice(["phone", "desktop", "speaker", "car"], p=[0.55, 0.2, 0.17, 0.08]))
        visitor = Visitor(user, device, str(rng.choice(["SE", "DE", "FR", "BR"], p=[0.3, 0.3, 0.2, 0.2])))
        genres = set(rng.choice(list(GENRES), size=3, replace=False).tolist())
        for day in days:
            last = user in ends and day == days[-1]
            script = scripts.pop()
            if last:
                script = [FILL, cause.cause, *[FILL] * int(rng.integers(1, 3)), cause.effect]
            player.listen(visitor, genres, day, script, last)
    _bot(player)
    events = in_order(player.events, "m{:05d}")
    return player.items, events, _truths(player, events, ends)


def _truths(player: Player, events: list[Event], ends: list[str]) -> dict[str, object]:
    code = {place: player.items[index].item_id for place, index in player.index.items()}
    sequences = [truths.sequence_truth(events, [code[place] for place in places], "item") for places, _ in SEQUENCES]
    sequences.append(truths.sequence_truth(events, ("skip", "skip", "play", "like"), "event"))
    return {
        "clean": truths.summary(events),
        "sequences": sequences,
        "cause": truths.cause_truth(events, code[CAUSE[0]], code[CAUSE[1]], ends),
        "bot": truths.bot_truth(events, f"l{BOT:04d}", BOT_SECONDS),
    }

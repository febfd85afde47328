"""Bots of many kinds planted in a real log are found, and none of its people is called one."""

import numpy as np
import polars as pl
import pytest

from seqrec_core import columns as c
from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.steps.pace import is_bot, paces, usual_bots

DAY = 86_400


def planted(items, start, rng):
    """Return what each kind of bot does: its times in seconds, and its items."""

    def some(n, of=items):
        return rng.choice(of, n)

    nights = np.arange(1_500) * 120 + rng.normal(0, 25, 1_500)  # two days and nights, a person's pauses
    bursts = np.concatenate([day * DAY + np.cumsum(rng.exponential(2, 60)) for day in range(8)])
    return {
        "crawler": (start + np.cumsum(rng.exponential(1.2, 600)), some(600), "fast"),
        "metronome": (start + np.arange(400) * 61, some(400), "regular"),
        "hourly": (start + np.arange(200) * 3_600, some(200, items[:5]), "regular"),
        "hammer": (start + np.cumsum(rng.exponential(20, 500)), [items[0]] * 500, "one_item"),
        "nightday": (start + nights, some(1_500), "sleepless"),
        "burst": (start + bursts, some(480), "fast"),
        "sweeper": (start + np.cumsum(rng.exponential(6, 3_000)), np.resize(rng.permutation(items), 3_000), "many"),
    }


@pytest.fixture(scope="module")
def films(logs):
    return import_log(ImportRequest(path=logs / "movietweetings" / "ratings.dat"))


def test_people_of_a_real_log_are_no_bots(films):
    assert "bots" not in {one.name for one in films.report.proposed}


@pytest.mark.parametrize("seed", [1, 2])
def test_bots_of_every_kind_are_found_and_said_why(films, seed):
    rng = np.random.default_rng(seed)
    frame = films.log.frame.select(c.USER, c.ITEM, c.TIME)
    items = frame[c.ITEM].unique().sort().to_numpy()
    kinds = planted(items, int(frame[c.TIME].min().timestamp()) + DAY, rng)
    rows = [
        (name, item, int(at) * 1_000_000)
        for name, (times, theirs, _) in kinds.items()
        for at, item in zip(times, theirs, strict=True)
    ]
    more = pl.DataFrame(rows, schema={c.USER: pl.String, c.ITEM: pl.String, c.TIME: pl.Int64}, orient="row")
    whole = pl.concat([frame, more.with_columns(pl.col(c.TIME).cast(c.TIME_DTYPE))])
    users = paces(whole, 100)
    found = {user: why for user, why in is_bot(usual_bots(users, len(items)), users).select(c.USER, "why").iter_rows()}
    assert set(found) == set(kinds)
    for name, (_, _, why) in kinds.items():
        assert why in found[name], name


def test_what_times_cannot_show_is_not_looked_for(films):
    users = paces(films.log.frame.with_columns(pl.col(c.TIME).dt.truncate("1d")), 100)
    step = usual_bots(users, 100)
    assert (step.max_pause, step.max_awake) == (None, None)
    assert usual_bots(users, 3).one_item is None

"""What-ifs: the history is what was asked for, the candidates stay, and ranks are the definition's."""

import numpy as np
import pytest

from seqrec_core.data.history import History
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.jobs.run_here import run_here
from seqrec_core.serving.answer import ReadyRun, open_run
from seqrec_core.serving.what_if import ADDED, BEFORE, Added, WhatIf, edit, explain_edited, ranked
from seqrec_core.store.datasets import ensure_sample
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore


@pytest.fixture(scope="module", params=["exclude", "include"])
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ReadyRun:
    """A Markov run on the shop sample, with seen items left out or not."""
    home = Home(tmp_path_factory.mktemp("home"))
    ensure_sample(home, "shop")
    run_here(home, "train", {"dataset": "sample:shop", "model": "markov", "seen": request.param})
    return open_run(home, RunStore(home).list()[0].id)


@pytest.fixture
def history(ready: ReadyRun) -> History:
    counts = np.diff(ready.dataset.user_offsets)
    user = int(np.flatnonzero((counts >= 6) & (counts <= 12))[0])
    return ready.case(ready.dataset.user_ids[user]).history


def naive_place(ready: ReadyRun, scores: np.ndarray, item: int, seen: History) -> int:
    out = set(seen.items.tolist()) if ready.card.exclude_seen else set()
    candidates = [i for i in range(1, ready.card.n_candidates + 1) if i not in out]
    return sorted(candidates, key=lambda i: (-scores[i], i)).index(item) + 1


def test_an_edit_drops_and_appends(ready: ReadyRun, history: History) -> None:
    event = ready.dataset.event_names[1]
    edited = edit(ready.dataset, history, WhatIf((1, 3), (Added(ready.dataset.vocabulary.id(7), event),)))
    kept = [position for position in range(len(history)) if position not in (1, 3)]
    assert edited.positions == (*kept, ADDED)
    assert edited.history.items.tolist() == [*history.items[kept], 7]
    assert edited.history.event_types.tolist() == [*history.event_types[kept], 1]
    assert edited.history.times[-1] == history.times[-1], "what is added happens with the newest event"
    assert edited.seen.items.tolist() == [*history.items, 7]


def test_no_edit_is_the_history_itself(ready: ReadyRun, history: History) -> None:
    edited = edit(ready.dataset, history, WhatIf())
    assert edited.history.items.tolist() == history.items.tolist()
    table = ranked(ready, edited, history)
    assert table["item_id"].to_list() == ready.recommend(history)["item_id"].to_list()
    assert table["rank"].to_list() == table[BEFORE].to_list() == list(range(1, 11))


def test_something_can_be_added_to_nothing(ready: ReadyRun, history: History) -> None:
    empty = history.take([])
    edited = edit(ready.dataset, empty, WhatIf(add=(Added(ready.dataset.vocabulary.id(3), "view"),)))
    assert edited.history.items.tolist() == [3]
    assert ranked(ready, edited, empty).height == 10


def test_ranks_are_the_definition_over_the_candidates_before_the_edit(ready: ReadyRun, history: History) -> None:
    edited = edit(ready.dataset, history, WhatIf((len(history) - 1,)))
    items = range(1, ready.card.n_candidates + 1)
    table = ranked(ready, edited, history, k=5, also=tuple(items))
    now, before = ready.model.score([edited.history, history])
    candidates = [i for i in items if not (ready.card.exclude_seen and i in set(history.items.tolist()))]
    assert set(table["item_id"]) == set(ready.dataset.vocabulary.external(candidates))
    for row in table[5:].iter_rows(named=True):
        item = ready.dataset.vocabulary.index(row["item_id"])
        assert row["rank"] == naive_place(ready, now, item, history)
        assert row[BEFORE] == naive_place(ready, before, item, history)
    moved = table.filter(table["rank"] != table[BEFORE])
    assert moved.height, "the newest event matters to a Markov chain"


def test_the_explanation_has_the_rank_of_the_list(ready: ReadyRun, history: History) -> None:
    edited = edit(ready.dataset, history, WhatIf((len(history) - 1,)))
    target = ready.dataset.vocabulary.index(ranked(ready, edited, history)["item_id"][2])
    told = explain_edited(ready, edited, target)
    assert told.rank == naive_place(ready, ready.model.score([edited.history])[0], target, history)
    assert len(told.history) == len(history) - 1
    assert [single.position for single in told.leave_one_out] == list(range(len(history) - 1))


def test_what_cannot_be_is_refused(ready: ReadyRun, history: History) -> None:
    with pytest.raises(BadInput, match="taken out"):
        edit(ready.dataset, history, WhatIf((len(history),)))
    with pytest.raises(NotFound):
        edit(ready.dataset, history, WhatIf(add=(Added("nosuch", "view"),)))

"""The Explain page: a case, a what-if that rewrites list and sentence, and every way the address can be wrong."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.explain.what_if import Ranking
from seqrec_core.jobs.requests import TrainRequest
from seqrec_core.jobs.run_here import run_here
from seqrec_core.serving.answer import ReadyRun, open_run
from seqrec_core.serving.what_if import Added, WhatIf
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore
from seqrec_core.ui.explain.state import parse, write_add, write_drop
from tests.pages.conftest import Open

ITEM, RANK, DELTA = "Item", "#", "Δ"


@pytest.fixture
def ready(trained_home: Home) -> ReadyRun:
    return open_run(trained_home, RunStore(trained_home).list()[0].id)


def user_with(dataset: SequenceDataset, least: int, most: int) -> str:
    """The first user with that many events."""
    lengths = dataset.user_offsets[1:] - dataset.user_offsets[:-1]
    return next(user for user, n in zip(dataset.user_ids, lengths, strict=True) if least <= n <= most)


def chips(page: AppTest) -> list:
    return [button for button in page.button if (button.key or "").startswith("chip_")]


def top(page: AppTest):
    return page.dataframe[0].value


def headline(page: AppTest) -> str:
    return page.header[0].value.replace("\\", "")


def in_address(page: AppTest, name: str) -> str:
    value = page.query_params[name]
    return value if isinstance(value, str) else value[0]


def rank_without(ready: ReadyRun, user: str, item: str, positions: list[int]) -> int:
    """The rank among the candidates that the whole history leaves."""
    history, target = ready.case(user).history, ready.dataset.vocabulary.index(item)
    ranking = Ranking(ready.model, history, target, ready.card.exclude_seen, ready.card.n_candidates)
    return int(ranking.without([positions])[0])


def button(page: AppTest, key: str):
    return next(one for one in page.button if one.key == key)


def fine(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    assert not page.error, [error.value for error in page.error]
    return page


def test_a_first_case_is_shown_without_any_choice(ready: ReadyRun, open_page: Open):
    page = fine(open_page("explain"))
    user = page.selectbox(key=next(box.key for box in page.selectbox if box.key.startswith("explain_user"))).value
    n = len(ready.case(user).history)
    assert len(chips(page)) == min(n, 15)
    assert list(top(page)[RANK])[:10] == list(range(1, 11))
    assert re.match(r"(Recommended at|At) #\d+", headline(page))
    took = ready.catalog.title(ready.dataset.vocabulary.id(ready.case(user).target))
    assert f"✓ {took}" in list(top(page)[ITEM]), "what was taken next is marked"


def test_taking_an_event_out_moves_the_item_and_rewrites_the_sentence(ready: ReadyRun, open_page: Open):
    page = fine(open_page("explain"))
    before = headline(page)
    chips(page)[0].click().run()
    fine(page)
    assert page.query_params["drop"]
    assert page.query_params["i"]
    assert page.query_params["u"]
    after = headline(page)
    assert after != before
    assert re.match(r"(Falls|Rises) from #\d+ to #\d+ without|Stays at #\d+ without", after)
    user = in_address(page, "u")
    newest = len(ready.case(user).history) - 1
    rank = rank_without(ready, user, in_address(page, "i"), [newest])
    assert f"to #{rank} without" in after or f"Stays at #{rank} without" in after
    assert DELTA in top(page).columns
    assert "~~" in chips(page)[0].label, "what was taken out stays and can be put back"
    chips(page)[0].click().run()
    assert headline(page) == before
    assert "drop" not in page.query_params


def test_an_event_can_be_added_and_the_what_if_reset(ready: ReadyRun, open_page: Open):
    user = user_with(ready.dataset, 4, 9)
    page = fine(open_page("explain", u=user))
    before = headline(page)
    item = page.selectbox(key="explain_add_item").options[4]
    page.selectbox(key="explain_add_item").select_index(4)
    button(page, "explain_add").click().run()
    fine(page)
    assert f"with “{item}” added" in headline(page)
    assert any((one.key or "").startswith("added_") for one in page.button)
    button(page, "explain_reset").click().run()
    assert headline(fine(page)) == before


def test_the_address_opens_the_same_what_if(ready: ReadyRun, open_page: Open):
    user = user_with(ready.dataset, 5, 9)
    history = ready.case(user).history
    target = ready.recommend(history)["item_id"][4]
    page = fine(open_page("explain", u=user, i=target, drop="0-1"))
    assert [("~~" in chip.label) for chip in chips(page)] == [False] * (len(history) - 2) + [True, True]
    rank = rank_without(ready, user, target, [0, 1])
    assert re.search(rf"#{rank}\b", headline(page))


@pytest.mark.parametrize("tab", ["Remove", "Patterns", "Check", "Rather than", "Compare", "Attention"])
def test_every_tab_opens(ready: ReadyRun, open_page: Open, tab: str):
    page = open_page("explain")
    page.session_state["explain_tab"] = tab
    fine(page.run())
    shown = " ".join(text.value for text in [*page.markdown, *page.caption, *page.subheader])
    said = {
        "Remove": "top 10",
        "Patterns": "pattern",
        "Check": "history adds",
        "Rather than": "Ahead of",
        "Compare": "puts it at",
        "Attention": "no attention",
    }
    assert said[tab] in shown


def test_an_item_below_the_list_is_brought_in_by_the_edit_that_is_offered(ready: ReadyRun, open_page: Open):
    user = user_with(ready.dataset, 5, 9)
    target = ready.recommend(ready.case(user).history, 40)["item_id"][-1]
    page = open_page("explain", u=user, i=target)
    page.session_state["explain_tab"] = "Remove"
    fine(page.run())
    assert any("enters the top 10" in text.value for text in page.markdown)
    button(page, "explain_bring_in").click().run()
    assert target in fine(page).query_params["i"]
    assert int(re.search(r"#(\d+)", headline(page).split("Recommended at")[1]).group(1)) <= 10


def test_attention_is_shown_with_its_agreement_and_by_head(trained_home: Home, open_page: Open):
    dataset = RunStore(trained_home).list()[0].dataset
    settings = {"epochs": "1", "layers": "1", "heads": "2", "width": "16"}
    request = TrainRequest(dataset=dataset, model="sasrec", preset="quick", set=settings, baselines=())
    assert run_here(trained_home, "train", request).status == "finished"
    page = open_page("explain")
    page.session_state["explain_tab"] = "Attention"
    fine(page.run())
    shown = " ".join(text.value for text in [*page.markdown, *page.caption, *page.subheader])
    assert "looked most at" in shown
    assert "rank correlation" in shown
    box = next(one for one in page.selectbox if one.label == "Attention")
    assert list(box.options) == [
        "All layers and heads, averaged",
        "Through all layers (rollout)",
        "Layer 1, head 1",
        "Layer 1, head 2",
    ]
    fine(box.select_index(3).run())


def test_a_long_history_is_folded(ready: ReadyRun, open_page: Open):
    user = user_with(ready.dataset, 60, 10_000)
    n = len(ready.case(user).history)
    page = fine(open_page("explain", u=user))
    assert len(chips(page)) == 15
    assert any(box.label == f"{n - 15} older events" for box in page.expander)
    button(page, "explain_older").click().run()
    assert in_address(page, "drop") == f"0-{n - 16}"
    assert f"without {n - 15} events" in headline(fine(page))


def test_nobody_before_anything_is_a_cold_start(ready: ReadyRun, open_page: Open):
    user = user_with(ready.dataset, 2, 3)
    page = fine(open_page("explain", u=user, drop=f"0-{len(ready.case(user).history) - 1}"))
    assert "without any history" in headline(page)


@pytest.mark.parametrize(
    "wrong",
    [{"u": "nosuch"}, {"drop": "x"}, {"drop": "900000"}, {"add": "nosuch:view"}, {"add": "TENT-01"}, {"i": "nosuch"}],
    ids=str,
)
def test_what_the_address_names_wrongly_is_said_with_a_way_out(trained_home, open_page: Open, wrong: dict[str, str]):
    page = open_page("explain", **wrong)
    assert not page.exception
    assert len(page.error) == 1
    page.button[-1].click().run()
    fine(page)
    assert headline(page)
    assert not set(wrong) & set(page.query_params)


def test_without_a_run_the_page_says_so_and_links_to_train(home, open_page: Open):
    page = open_page("explain")
    assert not page.exception
    assert "no trained model" in page.info[0].value
    assert any(one.label == "Train a model" for one in page.button)


def test_the_users_offered_are_those_of_the_chosen_group(ready: ReadyRun, open_page: Open):
    page = fine(open_page("explain", seg="device=mobile"))
    offered = next(box for box in page.selectbox if box.key.startswith("explain_user")).options
    frame = ready.log.frame
    inside = set(frame.filter(frame["device"] == "mobile")["user_id"])
    assert len(offered) > 0
    assert {option.split(" · ")[-1] for option in offered} <= inside


def test_a_what_if_is_read_as_it_is_written():
    assert write_drop({0, 1, 2, 7, 9, 10}) == "0-2,7,9-10"
    added = (Added("a:b,c d", "view,x"), Added("é", "buy"))
    assert parse("0-2,7,9-10", write_add(added)) == WhatIf((0, 1, 2, 7, 9, 10), added)
    assert not parse("", "")


def test_names_from_a_log_are_shown_as_they_are(tmp_path, home: Home, open_page: Open):
    names = ["*star* [x](y)", ":red[hot]", "<b>b</b>", "$a$ `c`", "plain"]
    rows = [f"u{u},{names[(u + j) % 5]},view,2026-01-{1 + u % 9:02d}T10:{j:02d}:00Z" for u in range(40) for j in range(3)]
    (tmp_path / "log.csv").write_text("user_id,item_id,event_type,timestamp\n" + "\n".join(rows))
    job = run_here(home, "import", ImportRequest(path=tmp_path / "log.csv", name="odd"))
    dataset = (job.result or {})["dataset"]
    run_here(home, "train", TrainRequest(dataset=dataset, model="markov"))
    page = fine(open_page("explain", ds=dataset))
    shown = " ".join([page.header[0].value, *(chip.label for chip in chips(page))])
    for raw in ("*star*", "[x](y)", ":red[hot]", "<b>", "$a$", "`c`"):
        assert raw not in shown, "markup of a name would be interpreted"


@pytest.mark.slow
def test_a_mix_shows_its_parts_and_the_words_of_the_item(trained_home: Home, open_page: Open):
    small = {"epochs": "1", "width": "16", "valid_users": "60"}
    job = run_here(trained_home, "train", TrainRequest(dataset="sample:shop", model="hybrid", preset="quick", set=small))
    run = job.result["run"]
    page = open_page("explain", run=run)
    page.session_state["explain_tab"] = "Sources"
    shown = [one.value for one in fine(page.run()).subheader]
    assert any(line.startswith("Most of it is") for line in shown)
    assert any("speak" in line for line in shown)

"""The Train page: what it says before, while and after a training, and what becomes of a click."""

from types import SimpleNamespace

import pytest

from seqrec_core.errors import SeqrecError
from seqrec_core.jobs.job import ProgressRow
from seqrec_core.jobs.requests import TrainRequest
from seqrec_core.jobs.submit import Submitted, submit
from seqrec_core.jobs.table import JobTable
from seqrec_core.models.config import GruConfig, ItemKnnConfig
from seqrec_core.store.datasets import DatasetStore, ensure_sample
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore
from seqrec_core.ui import job_status
from seqrec_core.ui.train import job as train_job
from seqrec_core.ui.train.form import limits
from tests.pages.conftest import Open


def words(shown) -> str:
    """Everything that the page says outside its widgets."""
    found = [*shown.header, *shown.subheader, *shown.caption, *shown.info, *shown.error, *shown.warning, *shown.markdown]
    return " ".join(element.value for element in found).replace("\\", "")


def button(shown, label: str):
    return next(button for button in shown.button if label in button.label)


def address(shown, name: str) -> str:
    value = shown.query_params[name]
    return value[0] if isinstance(value, list) else value


def metrics(shown) -> dict[str, str]:
    return {metric.label: metric.value for metric in shown.metric}


def queued(home: Home, **more) -> str:
    """A training of the shop log that waits."""
    return submit(home, "train", TrainRequest(dataset=ensure_sample(home, "shop").id, preset="quick", seed=7, **more)).id


def running(home: Home) -> tuple[JobTable, str, str]:
    """A training of the shop log in its third epoch of ten, as its worker reports it."""
    table, job = JobTable(home.jobs_db), queued(home)
    claimed = table.claim("here", "owner")
    assert claimed is not None
    table.set_device(job, "owner", "CPU, 2 threads")
    for step, values in ((0, {"stage": 1.0}), (13, fit(1, 5.0)), (22, fit(3, 4.5, 0.2)), (24, fit(3, 4.25, 0.2))):
        table.progress(job, "owner", step, 100, values)
    return table, job, "owner"


def fit(epoch: int, loss: float, ndcg: float | None = None) -> dict[str, float]:
    values = {"stage": 2.0, "epoch": float(epoch), "loss": loss, "events_per_second": 51_000.0, "memory_mb": 812.0}
    return values | {"eta_seconds": 31.0} | ({} if ndcg is None else {"ndcg": ndcg})


def test_before_the_start_it_says_what_the_training_takes(trained_home, open_page: Open):
    shown = open_page("train")
    assert not shown.exception
    facts = metrics(shown)
    info = DatasetStore(trained_home).list()[0]
    rows = int(facts["Training events"].replace(",", ""))
    asked = int(facts["Users asked"].replace(",", ""))
    assert info.n_events - 2 * info.n_users <= rows < info.n_events
    assert rows + 2 * asked >= info.n_events - info.n_users
    assert 0 < asked <= info.n_users
    assert facts["Parameters"] != "only counts"
    assert "No worker is running" in words(shown)


def test_another_model_and_split_change_what_is_said(trained_home, open_page: Open):
    shown = open_page("train")
    before = metrics(shown)
    shown.selectbox(key="train_model").set_value("markov").run()
    assert metrics(shown)["Parameters"] == "only counts"
    shown.selectbox(key="train_split").set_value("temporal").run()
    assert not shown.exception
    assert metrics(shown)["Users asked"] != before["Users asked"]
    assert "Times are cut once for all" in words(shown)


def test_the_button_queues_what_the_form_says_and_the_address_names_the_job(trained_home, open_page: Open):
    shown = open_page("train")
    next(field for field in shown.number_input if field.label == "Width").set_value(24)
    shown.selectbox(key="train_seen").set_value("include").run()
    shown.button(key="train_start").click().run()
    assert not shown.exception
    (job,) = JobTable(trained_home.jobs_db).list(status="queued")
    asked = TrainRequest.model_validate(job.request)
    assert (asked.model, asked.preset, asked.set, asked.seen) == ("gru", "quick", {"width": "24"}, "include")
    assert address(shown, "job") == job.id
    assert "waits for its turn" in words(shown)
    assert words(shown).count("No worker is running") == 1, "said once, by the job that waits"


def test_another_time_is_asked_for_first_and_plans_the_training_anew(trained_home, open_page: Open):
    shown = open_page("train")
    before = next(field for field in shown.number_input if field.label == "Most epochs").value
    shown.select_slider(key="train_budget_quick").set_value(300.0).run()
    assert not shown.exception
    assert next(field for field in shown.number_input if field.label == "Most epochs").value > before
    shown.button(key="train_start").click().run()
    (job,) = JobTable(trained_home.jobs_db).list(status="queued")
    assert TrainRequest.model_validate(job.request).budget == 300


def test_the_same_training_again_is_the_job_under_way_and_it_says_so(trained_home, open_page: Open):
    there = submit(trained_home, "train", TrainRequest(dataset=ensure_sample(trained_home, "shop").id, preset="quick"))
    shown = open_page("train", run=RunStore(trained_home).list()[0].id)
    shown.button(key="train_start").click().run()
    assert address(shown, "job") == there.id
    assert "already under way" in words(shown)
    assert len(JobTable(trained_home.jobs_db).list(status="queued")) == 1


def test_what_was_trained_already_is_shown_and_said(trained_home, open_page: Open, monkeypatch):
    card = RunStore(trained_home).list()[0]
    monkeypatch.setattr(train_job, "submit", lambda *_: Submitted(card.job, True, card.id))
    shown = open_page("train")
    shown.button(key="train_start").click().run()
    assert address(shown, "run") == card.id
    assert "job" not in shown.query_params
    assert "trained already" in words(shown)


def test_a_finished_job_is_its_run_and_the_bar_names_it(trained_home, open_page: Open):
    card = RunStore(trained_home).list()[0]
    shown = open_page("train", job=card.job)
    assert not shown.exception
    assert address(shown, "run") == card.id
    assert "NDCG@10" in words(shown)
    assert "GRU network" in shown.header[0].value
    assert any(button.label == "Open the scorecard" for button in shown.button)


def test_a_running_job_shows_epoch_loss_speed_and_can_be_cancelled(trained_home, open_page: Open):
    table, job, owner = running(trained_home)
    shown = open_page("train", job=job)
    assert not shown.exception
    facts = metrics(shown)
    assert (facts["Loss"], facts["NDCG@10"], facts["Events a second"], facts["Memory"]) == ("4.250", "0.200", "51,000", "812 MB")
    assert "The loss fell from 5.00 to 4.25" in words(shown)
    assert "NDCG@10 is best after epoch 2: 0.200" in words(shown)
    button(shown, "Cancel").click().run()
    assert table.beat(job, owner) == "cancel"


def test_the_line_of_a_running_job_names_epoch_device_and_time_left(trained_home, open_page: Open):
    table, job, _ = running(trained_home)
    found = table.find(job)
    assert found is not None
    assert train_job.where(found) == "epoch 3 of 10"


def test_without_a_job_in_the_address_the_one_under_way_is_shown(trained_home, open_page: Open):
    running(trained_home)
    assert "is learning" in open_page("train").header[0].value


@pytest.mark.parametrize("end", ["failed", "cancelled", "lost"])
def test_a_bad_end_says_why_and_offers_a_way_out(trained_home, open_page: Open, end: str):
    table, job, owner = running(trained_home)
    if end == "failed":
        table.fail(job, owner, {"code": "x", "message": "There was not enough memory.", "hint": "Take a smaller preset."})
    elif end == "cancelled":
        table.stop(job, owner)
    else:
        with table._connection() as connection:  # its worker dies, and no attempt is left
            connection.execute("update job set lease = 0, attempt = max_attempts where id = ?", (job,))
    shown = open_page("train", job=job)
    assert not shown.exception
    assert {"failed": "failed", "cancelled": "cancelled", "lost": "lost"}[end] in shown.header[0].value
    if end == "failed":
        assert "There was not enough memory." in words(shown)
        button(shown, "Try smaller").click().run()
        assert TrainRequest.model_validate(table.list(status="queued")[0].request).set == {"width": "32", "length": "25"}
    else:
        button(shown, "Try again").click().run()
        assert TrainRequest.model_validate(table.list(status="queued")[0].request).seed == 7


def test_an_unknown_job_is_said_and_the_rest_stays(trained_home, open_page: Open):
    shown = open_page("train", job="nosuchjob")
    assert not shown.exception
    assert "no longer in the table" in words(shown)
    assert shown.button(key="train_start")


def test_a_log_without_a_run_says_so(home, open_page: Open):
    ensure_sample(home, "shop")
    shown = open_page("train")
    assert not shown.exception
    assert "No model has learnt" in shown.header[0].value


def test_the_first_run_on_the_sample_is_shown_while_it_works(home, open_page: Open):
    ensure_sample(home, "shop")
    submit(home, "welcome", {"sample": "shop"})
    assert "waits for its turn" in open_page("train").header[0].value


def test_a_setting_that_cannot_be_is_refused_in_words_and_nothing_can_be_started(trained_home, open_page: Open, monkeypatch):
    def refuse(*_args, **_more):
        raise SeqrecError("data", "no_cases", protocol="temporal", users=3)

    monkeypatch.setattr("seqrec_core.ui.train.form.split", refuse)
    shown = open_page("train")
    assert not shown.exception
    assert len(shown.error) == 1
    assert shown.button(key="train_start").disabled


# Without a page


def test_curves_follow_the_reports_and_a_later_attempt_replaces_an_earlier_one():
    rows = [
        ProgressRow(0, 0, 100, {"stage": 1.0}),
        ProgressRow(1, 22, 100, fit(3, 4.5, 0.2)),
        ProgressRow(2, 47, 100, fit(5, 4.0, 0.3)),
        ProgressRow(3, 39, 100, fit(5, 4.1, 0.25)),
        ProgressRow(4, 90, 100, fit(10, 3.0, 0.4)),
        ProgressRow(5, 95, 100, {"stage": 3.0}),
    ]
    found = train_job.curves(rows, 10)
    assert found.loss == (4.5, 4.1, 3.0)
    assert found.loss_at == (2.0, 4.0, 10.0)
    assert dict(zip(found.ndcg_at, found.ndcg, strict=True)) == {2.0: 0.2, 4.0: 0.25, 10.0: 0.4}


def test_smaller_is_the_next_preset_then_half_until_nothing_is_left():
    request = TrainRequest(dataset="d", preset="thorough")
    seen = []
    while request is not None and len(seen) < 12:
        seen.append((request.preset, request.set.get("width")))
        request = train_job.smaller(request)
    assert seen[:4] == [("thorough", None), ("balanced", None), ("quick", None), ("quick", "32")]
    assert request is None
    assert train_job.smaller(TrainRequest(dataset="d", model="markov", preset="quick")) is None


def test_the_form_keeps_to_the_bounds_of_each_setting():
    assert limits(GruConfig.model_fields["width"], True) == (4, 1024)
    low, high = limits(GruConfig.model_fields["dropout"], False)
    assert low == 0
    assert 0.99 < high < 1
    assert limits(ItemKnnConfig.model_fields["neighbours"], True) == (1, None)


def test_a_job_that_began_is_told_of_by_the_whole_page(monkeypatch: pytest.MonkeyPatch):
    """The live part alone would leave title, form and list saying that it waits."""
    reruns: list[str] = []
    shown: list[str] = []
    monkeypatch.setattr(job_status.st, "rerun", lambda: reruns.append("all"))
    monkeypatch.setattr(job_status, "_show", lambda job, draw, where, worded: shown.append(job.status))
    job = SimpleNamespace(status="running")
    monkeypatch.setattr(job_status, "table", lambda: SimpleNamespace(find=lambda job_id: job))
    job_status._live("x", "running", None, None, str)
    assert (reruns, shown) == ([], ["running"])
    job_status._live("x", "queued", None, None, str)
    assert (reruns, shown) == (["all"], ["running"])


def opened(shown):
    """The page with the part about worker, disk and log open."""
    toggle = next(toggle for toggle in shown.toggle if toggle.key == "machine_open")
    return toggle.set_value(True).run()


def test_the_machine_part_is_closed_at_first_and_says_what_takes_room(trained_home, open_page: Open):
    shown = open_page("train")
    assert not any(frame.key == "machine_rooms" for frame in shown.dataframe)
    trained_home.worker_log.write_text("one <b>line</b>\n\x1b[31mred\n")
    shown = opened(shown)
    assert not shown.exception
    assert {"Datasets", "Runs"} <= set(shown.dataframe[-1].value["What"])
    assert "Nothing here was last used" in words(shown)
    log = shown.code[-1].value
    assert "one <b>line</b>" in log
    assert "\x1b" not in log


def test_what_is_old_is_shown_before_it_goes(trained_home, open_page: Open, monkeypatch):
    from seqrec_core.jobs import retention

    later = retention.time.time() + 400 * 86_400
    monkeypatch.setattr(retention.time, "time", lambda: later)
    shown = opened(open_page("train"))
    names = set(shown.dataframe[-1].value["Kind"])
    assert names == {"Run", "Dataset"}
    assert RunStore(trained_home).list()
    button(shown, "Delete these").click()
    freed = []
    monkeypatch.setattr("seqrec_core.ui.train.machine.carry_out", lambda home, removals: freed.extend(removals) or 5 * 2**20)
    shown = shown.run()
    assert not shown.exception
    assert {old.kind for old in freed} == {"run", "dataset"}
    assert "5.0 MB were freed" in words(shown)

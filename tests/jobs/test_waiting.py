"""Jobs that wait for what another job gives."""

from pathlib import Path

import pytest

from seqrec_core.errors import BadInput, NotFound
from seqrec_core.jobs.execute import validated
from seqrec_core.jobs.submit import submit
from seqrec_core.jobs.table import JobTable
from seqrec_core.jobs.waiting import filled
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from tests.store.making import imported


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def table(home: Home) -> JobTable:
    return JobTable(home.jobs_db)


def test_a_training_waits_for_the_import_and_uses_its_dataset(home: Home, table: JobTable) -> None:
    first = table.submit("import", {"path": "log.csv"})[0]
    job = table.find(submit(home, "train", {"dataset": f"job:{first.id[:6]}", "model": "markov"}).id)
    assert job.waits_for == first.id
    then = table.find(submit(home, "recommend", {"run": f"job:{job.id}"}).id)
    assert then.waits_for == job.id
    table.claim("w", "me", ("import",))
    info = DatasetStore(home).save(imported(), "Clicks")
    table.finish(first.id, "me", {"dataset": info.id})
    assert table.claim("w", "you").id == job.id
    assert filled(validated("train", job.request), table).dataset == info.id


def test_what_is_there_already_is_used_at_once(home: Home, table: JobTable) -> None:
    info = DatasetStore(home).save(imported(), "Clicks")
    first = table.submit("import", {"path": "log.csv"})[0]
    table.claim("w", "me")
    table.finish(first.id, "me", {"dataset": info.id})
    job = table.find(submit(home, "train", {"dataset": f"job:{first.id}", "model": "markov"}).id)
    assert (job.waits_for, job.request["dataset"]) == (None, info.id)


def test_a_job_that_will_give_nothing_is_refused(home: Home, table: JobTable) -> None:
    failed = table.submit("import", {"path": "log.csv"})[0]
    table.claim("w", "me")
    table.fail(failed.id, "me", {"code": "x"})
    with pytest.raises(BadInput, match="failed"):
        submit(home, "train", {"dataset": f"job:{failed.id}"})
    other = table.submit("recommend", {"run": "r"})[0]
    table.claim("w", "me")
    table.finish(other.id, "me", {"out": "x.csv"})
    with pytest.raises(BadInput, match="no dataset"):
        submit(home, "train", {"dataset": f"job:{other.id}"})
    with pytest.raises(NotFound):
        submit(home, "train", {"dataset": "job:zzz"})


def test_kinds_that_somebody_waits_for_go_first(home: Home, table: JobTable) -> None:
    first = table.submit("train", {"dataset": "d"})[0]
    later = submit(home, "clean", {"dataset": f"job:{first.id}"})
    assert table.find(later.id).priority > table.find(submit(home, "faithfulness", {"run": f"job:{first.id}"}).id).priority

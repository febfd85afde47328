"""JobTable: every job, its progress and its end, in one SQLite file that processes and threads share.

A job is claimed in one statement; its owner keeps a lease alive by heartbeats, and every later write names the owner, so
that a worker that was taken for dead cannot overwrite what its successor does. A lease that runs out gives the job back
to the queue while attempts last, each time with a longer pause before the next attempt; then it is lost. Of the queued jobs
the most urgent is claimed, of these the oldest; one that waits for another job is claimed once that has finished, and fails
if that ends otherwise. Transitions other than these change nothing:

    queued → running, cancelled, failed · running → finished, failed, cancelled, lost, queued
"""

import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seqrec_core.errors import Damaged, Failed, NotFound
from seqrec_core.jobs.clock import instant
from seqrec_core.jobs.held import Held
from seqrec_core.jobs.job import Job, ProgressRow, Pulse, job_of
from seqrec_core.jobs.plain import plain
from seqrec_core.jobs.schema import CLAIMABLE, EXPIRED, HOPELESS, LONGEST_PAUSE, PAUSE, prepare
from seqrec_core.settings import settings
from seqrec_core.text import say

HISTORY = 2_000


DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
Jobs = list[Job]
Rows = list[ProgressRow]


class JobTable:
    """The jobs of a home. Cheap to make; each thread and process has its own connection, so that any may use it.

    Args:
        path: the file; made if it is not there.

    Raises:
        Damaged: the file is no job table.
        Failed: the disk is full or cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._held = Held()
        with self._connection() as connection:
            prepare(connection)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._held.connection(self.path)
        except sqlite3.DatabaseError as error:
            self._held.drop()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in DISK:  # the low byte is the kind
                raise Failed("jobs", "table_not_writable", path=self.path, reason=error) from error
            if type(error) is not sqlite3.DatabaseError:  # its subclasses mean other things: busy, not unique
                raise
            raise Damaged("jobs", "table_damaged", path=self.path) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:  # a full disk has ended it already
                    connection.execute("rollback")
                raise
            connection.execute("commit")

    def _change(self, statement: str, values: dict[str, Any]) -> bool:
        """Run one UPDATE; tell whether it changed a row."""
        with self._connection() as connection:
            return connection.execute(statement, values).rowcount > 0

    def submit(
        self,
        kind: str,
        request: dict[str, Any],
        *,
        key: str | None = None,
        max_attempts: int | None = None,
        priority: int = 0,
        waits_for: str | None = None,
    ) -> tuple[Job, bool]:
        """Queue a job, or return the one under way with the same key; and whether it was already there.

        `max_attempts`: None = as set; the others as in `Job`.
        """
        with self._transaction() as connection:
            query = "select * from job where key = ? and status in ('queued', 'running') order by n limit 1"
            there = connection.execute(query, (key,)).fetchone()
            if there:
                return job_of(there), True
            row = _insert(connection, kind, request, key, max_attempts or settings().max_attempts, priority, waits_for)
            return job_of(row), False

    def start(self, kind: str, request: dict[str, Any], owner: str, worker: str, *, key: str | None = None) -> Job:
        """Write a job that this process runs itself: running from the start, with one attempt."""
        with self._transaction() as connection:
            row = _insert(connection, kind, request, key, 1)
            return job_of(_claim(connection, row["id"], owner, worker))

    def claim(self, worker: str, owner: str, kinds: tuple[str, ...] | None = None) -> Job | None:
        """Take the most urgent queued job (of these kinds), of these the oldest, in one transaction; None where there is none.

        Args:
            worker: name of who takes it, for people.
            owner: secret of this claim; every later write has to name it.
            kinds: only jobs of these kinds.
        """
        self.reap()
        now, kinds = instant(), kinds or ()
        of_kinds = f" and kind in ({', '.join('?' * len(kinds))})" if kinds else ""
        query = f"select id from job where {CLAIMABLE}{of_kinds} order by priority desc, n limit 1"
        given = (now.boot, now.at, *kinds)
        with self._connection() as connection:
            if connection.execute(query, given).fetchone() is None:
                return None
        with self._transaction() as connection:
            found = connection.execute(query, given).fetchone()
            return job_of(_claim(connection, found["id"], owner, worker)) if found else None

    def beat(self, job: str, owner: str) -> Pulse:
        """Extend the lease: `go` on, `cancel` was asked for, or the job is `lost` to this owner."""
        statement = """update job set heartbeat = ?, lease = ?, boot = ? where id = ? and owner = ? and status = 'running'
            returning cancel"""
        with self._connection() as connection:
            row = connection.execute(statement, (time.time(), *_lease(), job, owner)).fetchone()
        if row is None:
            return "lost"
        return "cancel" if row["cancel"] else "go"

    def progress(self, job: str, owner: str, step: int, total: int, values: dict[str, Any]) -> Pulse:
        """Record how far the job is, for the page and for its charts; a heartbeat too."""
        now, numbers = time.time(), json.dumps(plain(values))
        statement = """update job set step = ?, total = ?, "values" = ?, heartbeat = ?, lease = ?, boot = ?
            where id = ? and owner = ? and status = 'running' returning cancel"""
        given = (step, total, numbers, now, *_lease(), job, owner)
        with self._transaction() as connection:
            row = connection.execute(statement, given).fetchone()
            if row is None:
                return "lost"
            insert = 'insert into progress (job, at, step, total, "values") values (?, ?, ?, ?, ?)'
            connection.execute(insert, (job, now, step, total, numbers))
            _thin(connection, job)
        return "cancel" if row["cancel"] else "go"

    def set_device(self, job: str, owner: str, device: str) -> bool:
        """Record where the job computes."""
        statement = "update job set device = :device where id = :job and owner = :owner and status = 'running'"
        return self._change(statement, {"device": device, "job": job, "owner": owner})

    def finish(self, job: str, owner: str, result: dict[str, Any]) -> bool:
        """End a running job with its result; False where it is no longer this owner's."""
        statement = """update job set status = 'finished', finished = :now, result = :result, error = null,
            step = max(step, total) where id = :job and owner = :owner and status = 'running'"""
        return self._change(statement, {"now": time.time(), "result": _dump(result), "job": job, "owner": owner})

    def fail(self, job: str, owner: str, error: dict[str, Any]) -> bool:
        """End a running job with an error; False where it is no longer this owner's."""
        statement = """update job set status = 'failed', finished = :now, error = :error
            where id = :job and owner = :owner and status = 'running'"""
        return self._change(statement, {"now": time.time(), "error": _dump(error), "job": job, "owner": owner})

    def stop(self, job: str, owner: str) -> bool:
        """End a running job because somebody cancelled it; False where it is no longer this owner's."""
        statement = (
            "update job set status = 'cancelled', finished = :now where id = :job and owner = :owner and status = 'running'"
        )
        return self._change(statement, {"now": time.time(), "job": job, "owner": owner})

    def requeue(self, job: str, owner: str, *, count: bool = True) -> bool:
        """Give a running job back to the queue.

        Args:
            job: the job.
            owner: its claim.
            count: whether this attempt counts, and a pause goes before the next; one that was asked to stop for a restart
                does not.
        """
        now = instant()
        statement = f"""update job set status = 'queued', owner = null, lease = 0, attempt = attempt - :refund,
            ready = :now + iif(:refund, 0, {PAUSE}), boot = :boot
            where id = :job and owner = :owner and status = 'running' and cancel = 0"""
        given = {"refund": 0 if count else 1, "job": job, "owner": owner, "now": now.at, "boot": now.boot}
        return self._change(statement, given | _pause())

    def cancel(self, job: str) -> bool:
        """Ask for a stop: a queued job is cancelled at once, a running one is told; False where it had ended."""
        statement = """update job set cancel = 1,
            finished = case status when 'queued' then :now end,
            status = case status when 'queued' then 'cancelled' else status end
            where id = :job and status in ('queued', 'running')"""
        return self._change(statement, {"now": time.time(), "job": job})

    def reap(self) -> int:
        """Settle jobs whose lease ran out, and those that wait for a job that will not finish; return how many."""
        now = instant()
        given = {"now": now.at, "boot": now.boot}
        with self._connection() as connection:
            if connection.execute(f"select 1 from job where {EXPIRED} union all {HOPELESS} limit 1", given).fetchone() is None:
                return 0
        return self._reap_expired(given) + self._reap_hopeless()

    def _reap_expired(self, given: dict[str, Any]) -> int:
        """Back to the queue, lost on the last attempt, cancelled if that was asked for."""
        lost = {"code": "lost", "message": say("jobs.error.lost"), "hint": say("jobs.error.lost.hint")}
        statement = f"""update job set owner = null,
            status = case when cancel then 'cancelled' when attempt < max_attempts then 'queued' else 'lost' end,
            error = case when not cancel and attempt >= max_attempts then :lost else error end,
            finished = case when cancel or attempt >= max_attempts then :wall end,
            ready = :now + {PAUSE}, boot = :boot where {EXPIRED}"""
        with self._connection() as connection:
            return connection.execute(statement, given | _pause() | {"lost": _dump(lost), "wall": time.time()}).rowcount

    def _reap_hopeless(self) -> int:
        """Fail what waits for a job that ended without a result, and then what waits for that."""
        message, hint = say("jobs.error.needed"), say("jobs.error.needed.hint")
        error = _dump({"code": "needed", "message": message, "hint": hint})
        statement = f"""update job set status = 'failed', finished = :wall, error = :error
            where status = 'queued' and id in ({HOPELESS})"""
        settled = 0
        with self._connection() as connection:
            while changed := connection.execute(statement, {"wall": time.time(), "error": error}).rowcount:
                settled += changed
        return settled

    def find(self, job: str) -> Job | None:
        """Return a job as it is now, None where there is none of this id."""
        self.reap()
        with self._connection() as connection:
            row = connection.execute("select * from job where id = ?", (job,)).fetchone()
        return job_of(row) if row else None

    def resolve(self, ref: str) -> Job:
        """Return the job of this id or unique beginning of an id.

        Raises:
            NotFound: none or several answer.
        """
        self.reap()
        with self._connection() as connection:
            query = "select * from job where substr(id, 1, length(?)) = ? order by n desc limit 6"
            rows = connection.execute(query, (ref, ref)).fetchall()
        exact = [row for row in rows if row["id"] == ref]
        if exact or (ref and len(rows) == 1):
            return job_of((exact or rows)[0])
        raise NotFound("jobs", "unknown_job", ref=ref, candidates=", ".join(row["id"] for row in rows) or "–")

    def list(self, status: str | None = None, kind: str | None = None, limit: int = 200) -> Jobs:
        """Return jobs (of a status, of a kind), the newest first."""
        self.reap()
        query = """select * from job where (:status is null or status = :status) and (:kind is null or kind = :kind)
            order by n desc limit :limit"""
        with self._connection() as connection:
            rows = connection.execute(query, {"status": status, "kind": kind, "limit": limit}).fetchall()
        return [job_of(row) for row in rows]

    def ahead_of(self, job: Job) -> int:
        """Return how many queued jobs are claimed before a queued one: more urgent, or as urgent and older."""
        query = """select count(*) from job where status = 'queued' and (priority > :priority
            or (priority = :priority and n < (select n from job where id = :id)))"""
        with self._connection() as connection:
            return int(connection.execute(query, {"priority": job.priority, "id": job.id}).fetchone()[0])

    def newest_with(self, key: str) -> Job | None:
        """Return the newest job that was submitted with this key."""
        with self._connection() as connection:
            row = connection.execute("select * from job where key = ? order by n desc limit 1", (key,)).fetchone()
        return job_of(row) if row else None

    def history(self, job: str) -> Rows:
        """Return what the job reported, oldest first; at most 2,000 rows, evenly thinned."""
        query = 'select at, step, total, "values" from progress where job = ? order by n'
        with self._connection() as connection:
            rows = connection.execute(query, (job,)).fetchall()
        return [ProgressRow(row["at"], row["step"], row["total"], json.loads(row["values"])) for row in rows]


def _insert(
    connection: sqlite3.Connection,
    kind: str,
    request: dict[str, Any],
    key: str | None,
    max_attempts: int,
    priority: int = 0,
    waits_for: str | None = None,
) -> sqlite3.Row:
    statement = """insert into job (id, kind, request, key, status, created, max_attempts, priority, waits_for)
        values (?, ?, ?, ?, 'queued', ?, ?, ?, ?) returning *"""
    values = (uuid.uuid4().hex[:10], kind, _dump(request), key, time.time(), max_attempts, priority, waits_for)
    row: sqlite3.Row = connection.execute(statement, values).fetchone()
    return row


def _claim(connection: sqlite3.Connection, job: str, owner: str, worker: str) -> sqlite3.Row:
    now = time.time()
    statement = """update job set status = 'running', owner = ?, worker = ?, started = ?, heartbeat = ?, lease = ?, boot = ?,
        attempt = attempt + 1, finished = null, error = null where id = ? and status = 'queued' returning *"""
    values = (owner, worker, now, now, *_lease(), job)
    row: sqlite3.Row = connection.execute(statement, values).fetchone()
    return row


def _lease() -> tuple[float, str]:
    """Until when, and by which clock, a claim holds from now on without a heartbeat."""
    now = instant()
    return now.at + settings().lease_seconds, now.boot


def _pause() -> dict[str, float]:
    return {"backoff": settings().backoff_seconds, "longest": LONGEST_PAUSE}


def _thin(connection: sqlite3.Connection, job: str) -> None:
    """Drop every second report once there are too many."""
    if connection.execute("select count(*) from progress where job = ?", (job,)).fetchone()[0] <= HISTORY:
        return
    connection.execute(
        """delete from progress where n in (select n from
        (select n, row_number() over (order by n) as place from progress where job = ?) where place % 2 = 0)""",
        (job,),
    )


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(plain(value), ensure_ascii=False)

"""The tables of the job file, conditions on their rows, and how a file of an earlier version becomes one of this."""

import sqlite3
import time

BUSY_SECONDS = 30
VERSION = 2
LONGEST_PAUSE = 60.0  # seconds before another attempt, at most

TABLES = """
create table if not exists job (
    n integer primary key autoincrement, id text not null unique, kind text not null, request text not null,
    key text, status text not null, step integer not null default 0, total integer not null default 0,
    "values" text not null default '{}', created real not null, started real, finished real, heartbeat real,
    lease real not null default 0, attempt integer not null default 0, max_attempts integer not null,
    owner text, worker text, device text, result text, error text, cancel integer not null default 0);
create index if not exists job_by_status on job (status, n);
create index if not exists job_by_key on job (key);
create table if not exists progress (
    n integer primary key autoincrement, job text not null, at real not null, step integer not null,
    total integer not null, "values" text not null);
create index if not exists progress_by_job on progress (job, n);
"""
# `boot` is the machine's start that `lease` and `ready` count from; a queued job is not claimed before `ready`.
SINCE_2 = (
    "alter table job add column priority integer not null default 0",
    "alter table job add column waits_for text",
    "alter table job add column ready real not null default 0",
    "alter table job add column boot text not null default ''",
)

CLAIMABLE = """status = 'queued' and (boot <> ? or ready <= ?) and (waits_for is null or exists
    (select 1 from job as first where first.id = job.waits_for and first.status = 'finished'))"""
EXPIRED = "status = 'running' and (lease < :now or boot <> :boot)"
HOPELESS = """select job.id from job join job as first on first.id = job.waits_for
    where job.status = 'queued' and first.status in ('failed', 'cancelled', 'lost')"""
# Doubles with each attempt: 1, 2, 4 … times the setting.
PAUSE = "min(:longest, :backoff * (1 << min(attempt - 1, 20)))"


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables, or bring older ones up to date; several processes may try at once."""
    if connection.execute("pragma user_version").fetchone()[0] >= VERSION:
        return
    _write_ahead(connection)
    connection.execute("begin immediate")
    try:
        before = connection.execute("pragma user_version").fetchone()[0]
        if before < 1:
            for statement in TABLES.split(";"):
                connection.execute(statement)
        if before < 2:
            for statement in SINCE_2:
                connection.execute(statement)
            connection.execute(f"pragma user_version = {VERSION}")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise
    connection.execute("commit")


def _write_ahead(connection: sqlite3.Connection) -> None:
    deadline = time.monotonic() + BUSY_SECONDS
    while connection.execute("pragma journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError:  # the switch does not wait for others by itself
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)

"""Cut the sessions of an imported log anew, as if it had been imported with another gap."""

from dataclasses import replace

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.importing import Imported
from seqrec_core.data.log import EventLog
from seqrec_core.data.report import Fix, ImportReport
from seqrec_core.data.sessions import resession

OF_SESSIONS = (
    "data.fix.sessions_by_gap",
    "data.fix.whole_history",
    "data.fix.sessions_shared",
    "data.fix.no_session",
    "data.fix.user_is_session",
)


def recut(imported: Imported, gap_minutes: float) -> Imported:
    """Return the import with its sessions cut by a gap; replaying its recipe on the file gives the same sessions.

    Args:
        imported: a log with times.
        gap_minutes: a longer pause of a user starts a new session.

    Raises:
        BadInput: the log has no times.
    """
    gap_minutes = float(gap_minutes)
    log = resession(_with_sessions_of_file(imported), gap_minutes)
    return Imported(log, imported.catalog, _account(imported.report, log, gap_minutes))


def _with_sessions_of_file(imported: Imported) -> EventLog:
    """Keep the sessions that came with the file as an attribute, as an import with a gap does."""
    log, mapping = imported.log, imported.report.mapping
    if log.session_gap is not None or mapping.session in (None, mapping.user):
        return log
    sessions = pl.col(c.SESSION)
    if any(fix.key == "data.fix.sessions_shared" for fix in imported.report.fixes):
        sessions = sessions.str.strip_prefix(pl.concat_str(pl.col(c.USER), pl.lit("/")))
    return replace(log, frame=log.frame.with_columns(sessions.alias(f"{mapping.session} (file)")))


def _account(report: ImportReport, log: EventLog, gap_minutes: float) -> ImportReport:
    fixes = [fix for fix in report.fixes if fix.key not in OF_SESSIONS]
    fixes.append(Fix("data.fix.sessions_by_gap", log.n_sessions, {"minutes": gap_minutes}))
    return replace(report, fixes=tuple(fixes), recipe={**report.recipe, "session_gap_minutes": gap_minutes})

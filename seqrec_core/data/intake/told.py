"""What an account says of steps, sources and sessions."""

from collections.abc import Sequence

from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.report import Channels, Fix
from seqrec_core.data.sessions import NO_IDS, SessionIds
from seqrec_core.data.steps.types import DUPLICATES, Effect

NOTED = (
    "itemless_events", "naive_times", "skipped_hour", "twice_hour", "unread_times", "power_times", "early_times", "late_times",
    "mixed_times", "unix_times", "value_unread", "no_event_types", "no_items", "no_session",
)  # fmt: skip
AFTER_STEPS = {f"data.fix.{name}" for name in NOTED}  # what stands behind the steps in an account
APART = "channels.fix.sessions_apart"
OF_SESSIONS = ("sessions_by_gap", "sessions_shared", "one_session_a_user", "whole_history", "user_is_session")
MADE_ANEW = {f"data.fix.{name}" for name in (*OF_SESSIONS, "duplicates", "no_session", "item_conflict", "items_without_row")}
MADE_ANEW_BY_SUBJECT = ("steps.", "channels.", "catalog.")


def of_reading(fixes: Sequence[Fix]) -> list[Fix]:
    """Return what of an account tells of the file, rather than of steps, sources, sessions and items."""
    return [fix for fix in fixes if fix.key not in MADE_ANEW and not fix.key.startswith(MADE_ANEW_BY_SUBJECT)]


def step_fixes(effects: Sequence[Effect]) -> list[Fix]:
    """Return what the steps did; duplicates are told elsewhere, with those among rejected rows."""
    return [
        Fix(f"steps.fix.{effect.name}", effect.rows_removed + effect.changed) for effect in effects if effect.name != DUPLICATES
    ]


def source_fixes(told: Channels | None) -> list[Fix]:
    """Return what the sources have in common, and those of which nothing is left."""
    if told is None or len(told.sources) < 2:
        return []
    meeting = told.meeting
    examples = "; ".join(f"{source}: {', '.join(ids)}" for source, ids in meeting.examples.items() if ids)
    found = [Fix("channels.fix.empty_source", one.rows_read, {"source": one.source}) for one in told.sources if not one.rows_kept]
    found += [Fix("channels.fix.overlap", one.events, {"first": one.first, "source": one.source}) for one in meeting.overlap]
    if meeting.users:
        return [*found, Fix("channels.fix.users_meet", meeting.users)]
    return [*found, Fix("channels.fix.no_users_meet", len(told.sources), {"examples": examples})]


def session_fixes(
    cut: str, gap: float | None, n: int, mapping: ColumnMapping, whole: bool, ids: SessionIds = NO_IDS
) -> list[Fix]:
    """Return how sessions came to be.

    Args:
        cut: the sentence that says so, where there is something to say.
        gap: minutes, where they were cut by one.
        n: how many there are.
        mapping: of the columns.
        whole: whether each user's whole history is one.
        ids: what is known of the ids of the file, where these count.
    """
    found = [Fix(cut, n, {} if gap is None else {"minutes": gap})] if cut else []
    if gap is None and not whole and mapping.session is not None and mapping.session == mapping.user:
        found.append(Fix("data.fix.user_is_session", n))
    if ids.meeting:
        found.append(Fix(APART, ids.meeting) if ids.apart else Fix("channels.fix.sessions_meet", ids.meeting))
    return found

"""What computes here, what takes room on the disk, and what may go: the foot of the Train page."""

import polars as pl
import streamlit as st

from seqrec_core.jobs.retention import Old, carry_out, disk_use, free_mb, plan
from seqrec_core.jobs.worker_state import last_lines, worker_state
from seqrec_core.text import count, decimal, integer, say
from seqrec_core.ui import job_status, loaders
from seqrec_core.ui.errors import shown

MB = 1 << 20
DAYS = (7, 30, 90, 365)
USUAL_DAYS = 90
DONE = "machine_done"


def machine() -> None:
    """Show worker, disk and log once they are asked for; a closed part costs nothing."""
    if st.toggle(say("page_train.machine"), key="machine_open", help=say("page_train.machine.help")):
        with shown():
            _worker()
            left, right = st.columns(2, gap="large")
            with left:
                _rooms()
            with right:
                _old()
            _log()


def _worker() -> None:
    state = worker_state(loaders.home())
    if not state.alive:
        job_status.no_worker()
        return
    st.caption(say("page_train.machine.worker", pid=state.pid, device=state.device))


def _rooms() -> None:
    rooms = [room for room in disk_use(loaders.home()) if room.bytes]
    total = sum(room.bytes for room in rooms)
    st.markdown(f"**{say('page_train.machine.disk', used=_mb(total), free=integer(free_mb(loaders.home())))}**")
    rows = {
        say("page_train.machine.room"): [say(f"page_train.machine.room.{room.name}") for room in rooms],
        say("page_train.machine.things"): [integer(room.things) if room.things else "–" for room in rooms],
        say("page_train.machine.mb"): [decimal(room.bytes / MB, 1) for room in rooms],
    }
    st.dataframe(pl.DataFrame(rows), hide_index=True, key="machine_rooms")


def _old() -> None:
    """Choose an age, see what would go, and only then let it go."""
    done = st.session_state.pop(DONE, None)
    if done:
        st.info(done, icon=":material/check_circle:")
    label = say("page_train.machine.age")
    days = st.segmented_control(label, DAYS, default=USUAL_DAYS, format_func=_days, key="machine_days", required=True)
    found = plan(loaders.home(), days=days)
    if not found.removals:
        st.caption(say("page_train.machine.nothing_old", age=_days(days or USUAL_DAYS)))
        return
    st.markdown(say("page_train.machine.would_go", n=len(found.removals), mb=_mb(found.bytes_before - found.bytes_after)))
    st.dataframe(_table(found.removals), hide_index=True, key=f"machine_old_{days}")
    label = say("page_train.machine.let_go")
    st.button(label, key="machine_delete", icon=":material/delete:", on_click=_let_go, args=(found.removals,))


def _table(removals: tuple[Old, ...]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            say("page_train.machine.what"): [say(f"page_train.machine.kind.{old.kind}") for old in removals],
            say("page_train.machine.name"): [old.name for old in removals],
            say("page_train.machine.mb"): [decimal(old.bytes / MB, 1) for old in removals],
        }
    )


def _let_go(removals: tuple[Old, ...]) -> None:
    freed = carry_out(loaders.home(), removals)
    st.session_state[DONE] = say("page_train.machine.gone", mb=_mb(freed))


def _log() -> None:
    lines = last_lines(loaders.home())
    st.markdown(f"**{say('page_train.machine.log')}**")
    st.code(lines or say("page_train.machine.no_log"), language=None, height=220 if lines else "content", wrap_lines=True)


def _days(days: int) -> str:
    return count(days, "day")


def _mb(n_bytes: int) -> str:
    return say("page_train.machine.size", n=decimal(n_bytes / MB, 1))

"""What to mind before believing anything that is computed from a log, and what can be done about it."""

import streamlit as st

from seqrec_core.data.again import Terms
from seqrec_core.data.quality import Check
from seqrec_core.data.report import ImportReport
from seqrec_core.data.steps.types import Bots, ExactDuplicates, KCore, MinHistory, Step, steps_of, with_steps
from seqrec_core.errors import SeqrecError
from seqrec_core.text import integer, percent, say
from seqrec_core.ui import errors
from seqrec_core.ui.context import Context
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import recipe as data_recipe
from seqrec_core.ui.data import recipe_calls as calls

USUAL = ("ties", "lone_sessions", "missing")  # what a good log may well have
SMALL_SHARE = 0.001
LEAST_OF_USER, RARE = 2, 5  # a user with one event has no next one; an item with fewer events is rare


def show(now: Context) -> None:
    """List what to mind before believing anything that is computed from this log."""
    checks = data_calls.quality(now.dataset)
    found = sorted((check for check in checks if check.n), key=_weight)
    titles = {0: say("page_data.quality.none"), 1: say("page_data.quality.one")}
    st.subheader(titles.get(len(found), say("page_data.quality.title", n=len(found))), anchor=False)
    st.caption(say("page_data.quality.subtitle", n=len({check.key for check in checks})))
    for check in found:
        left, right = st.columns([3.4, 1], gap="small", vertical_alignment="top")
        with left:
            _check(check)
        with right:
            _fix(now, check)
    absent = [say(f"page_data.absent.{check.key}") for check in checks if not check.n]
    if absent:
        st.markdown(say("page_data.quality.absent", names=", ".join(absent)))


def _weight(check: Check) -> tuple[bool, bool, float]:
    """Put what may mislead first, what is usual after it, the optional columns with gaps last; within each, the most first."""
    return check.key == "missing", check.key in USUAL, -check.share


def _check(check: Check) -> None:
    icon = ":material/info:" if check.key in USUAL else ":material/warning:"
    head = say("page_data.quality.found", icon=icon, n=integer(check.n), share=_seen(check.share))
    lines = [f"{head} {errors.plain(check.sentence)}"]
    if check.examples:
        wording = "page_data.quality.column" if check.key == "missing" else "page_data.quality.examples"
        examples = errors.plain(say(wording, examples=" · ".join(check.examples[:3])))
        lines.append(f":small[:gray[{examples}]]")
    st.markdown("  \n".join(lines))


def _seen(share: float) -> str:
    """Write a share that is there so that it never reads as nothing."""
    return percent(share) if share >= SMALL_SHARE else say("page_data.below", share=percent(SMALL_SHARE))


def fix_of(check: Check, report: ImportReport) -> Step | None:
    """Return the step of cleaning that mends what a check found; None where there is none, or it was done."""
    suggested = {proposed.name: proposed.step for proposed in report.proposed}
    bots = steps_of([suggested["bots"]])[0] if "bots" in suggested else Bots()
    steps: dict[str, Step] = {
        "duplicates": ExactDuplicates(),
        "bots": bots,
        "lone_users": MinHistory(events=LEAST_OF_USER),
        "rare_items": KCore(users=1, items=RARE),
    }
    step = steps.get(check.key)
    return None if step is None or step in report.steps else step


def _fix(now: Context, check: Check) -> None:
    """Offer the fix; what it would do is shown before it is done."""
    report = data_calls.report(now.dataset)
    step = fix_of(check, report)
    if step is None:
        return
    key = f"data_fix_{check.key}_{now.dataset.id}"
    with st.popover(say("page_cleaning.fix"), key=key, type="tertiary", on_change="rerun") as opened:
        if not opened.open:
            return
        old = Terms.of(report)
        steps = with_steps(old.steps, add=[step])
        st.markdown(f"**{errors.plain(data_recipe.title(step))}**  \n{say(f'page_cleaning.about.{step.name}')}")
        data_recipe.settings(step)
        if calls.is_tried(now.dataset):
            try:
                with st.spinner(say("page_cleaning.trying")):
                    before, after = calls.outcome(now.dataset, steps)
            except SeqrecError as error:
                errors.show(error)
                return
            st.markdown(say("page_cleaning.add.would", change=data_recipe.changes(before, after)))
        if st.button(say("page_cleaning.do"), key=f"{key}_do", type="primary"):
            data_recipe.apply(now, Terms(steps, old.gap, old.whole))

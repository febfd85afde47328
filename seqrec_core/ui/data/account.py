"""What an import would keep, change and leave out, counted before anything is stored."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.recipe import recipe_of
from seqrec_core.data.report import Channels, Fix, unsaid
from seqrec_core.data.safe_csv import to_csv
from seqrec_core.data.trial import Trial
from seqrec_core.errors import NeedsDecision, Question, SeqrecError
from seqrec_core.text import count, integer, say
from seqrec_core.ui import errors, loaders
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import channels as data_channels
from seqrec_core.ui.data import preview as data_preview
from seqrec_core.ui.data.told import Told

WANTED, COUNTED = "data_count_wanted", "data_counted"
SOON = "0.3s"
SIZES = Sizes(piece_bytes=4 << 20, piece_rows=100_000, bucket_rows=100_000)  # other visitors share the memory of this process
MOST_SHOWN = 100
Ask = Callable[[Sequence[Question]], None]


@dataclass(frozen=True)
class Account:
    """What an import would do.

    Args:
        n_read, n_kept: rows.
        rejected: reason in words → rows.
        rejects: rejected rows: `line, reason, raw`.
        fixes: what would be changed; None where only the beginning was looked at.
        whole: whether all of the file was looked at.
        channels: what each channel would give and what they have in common; None of a file by itself.
    """

    n_read: int
    n_kept: int
    rejected: dict[str, int]
    rejects: pl.DataFrame
    fixes: tuple[Fix, ...] | None
    whole: bool
    channels: Channels | None = None

    @property
    def n_rejected(self) -> int:
        """Rows left out."""
        return sum(self.rejected.values())

    @classmethod
    def of_trial(cls, trial: Trial) -> "Account":
        """Return what is known from the beginning of a file."""
        return cls(trial.n_read, trial.n_kept, trial.rejected, trial.rejects, None, trial.whole)


@dataclass(frozen=True)
class Plan:
    """An import that may be counted.

    Args:
        request: everything that decides it.
        n_rows: as far as known.
        ask: takes the questions that come up.
    """

    request: ImportRequest
    n_rows: int
    ask: Ask

    @property
    def key(self) -> str:
        """What tells it apart from the same files read otherwise."""
        stamps = [data_calls.stamp(path) for channel in self.request.each() for path in channel.paths]
        return f"{self.request.model_dump_json()} {stamps}"


def counted(plan: Plan, is_short: bool) -> Account | SeqrecError | None:
    """Return what counting all of some files gave; None where that was not done. Short ones are counted here.

    It is kept by the session: a cache over all sessions would hold rejected rows of everybody.
    """
    key = plan.key
    if st.session_state.get(COUNTED, ("", None))[0] != key and is_short:
        st.session_state[COUNTED] = (key, _counted(plan))
    known, found = st.session_state.get(COUNTED, ("", None))
    return found if known == key else None


def count_soon(plan: Plan) -> bool:
    """Count all of some files once the page stands, so that it can be read meanwhile; say whether that is to come."""
    if st.session_state.get(COUNTED, ("", None))[0] == plan.key:
        return False  # done, and the import itself has a question
    st.fragment(_count, run_every=SOON)(plan)
    return True


def _count(plan: Plan) -> None:
    """Say that all rows are being counted; at the second time, which is a moment later, count them."""
    st.info(say("page_data.account.counting", n=count(plan.n_rows, "row")), icon=":material/hourglass_top:")
    if st.session_state.get(WANTED) != plan.key:
        st.session_state[WANTED] = plan.key
        return
    st.session_state[COUNTED] = (plan.key, _counted(plan))
    st.rerun()


def _counted(plan: Plan) -> Account | SeqrecError | None:
    """Import into a folder that goes at once; a question comes to the page as if the import had asked it."""
    try:
        report = loaders.datasets().counted(plan.request, SIZES)
    except SeqrecError as error:
        return error
    except NeedsDecision as decision:
        plan.ask(decision.questions)
        st.rerun()
    return Account(report.rows_read, report.rows_kept, report.rejected, report.rejects, report.fixes, True, report.channels)


def show(account: Account, stem: str, recipe: Callable[[], bytes] | None) -> None:
    """Draw the counts, what is done and left out, what channels have in common, and the ways to take it away.

    Args:
        account: what the import would do.
        stem: how downloaded files begin.
        recipe: makes the recipe; None where there is none before the import.
    """
    rows = count(account.n_read, "row")
    title = say("page_data.account.whole", n=rows) if account.whole else say("page_data.account.first", n=rows)
    with st.container(border=True):
        st.markdown(title)
        left, right = st.columns([1, 1.4], gap="medium")
        with left:
            _numbers(account)
            _downloads(account, stem[:60], recipe)
        with right:
            _lines(account)
        if account.channels is not None:
            data_channels.before(account.channels)


def _numbers(account: Account) -> None:
    fixed = None if account.fixes is None else sum(1 for fix in account.fixes if fix.n)
    done = "–" if fixed is None else integer(fixed)
    numbers = (("kept", integer(account.n_kept)), ("left_out", integer(account.n_rejected)), ("done", done))
    for cell, (name, number) in zip(st.columns(3, gap="small"), numbers, strict=True):
        cell.metric(say(f"page_data.account.{name}"), number)


def _lines(account: Account) -> None:
    """List what is changed and what is left out, with reasons."""
    lines = [errors.plain(fix.sentence) for fix in account.fixes or ()]
    left_out = unsaid(account.fixes or (), account.rejected)
    lines += [errors.plain(say("page_data.done.left_out", n=count(n, "row"), reason=reason)) for reason, n in left_out.items()]
    st.markdown("\n".join(f"- {line}" for line in lines) if lines else say("page_data.account.nothing"))
    if account.rejects.height:
        with st.expander(say("page_data.rejects.show", n=count(account.n_rejected, "row"))):
            st.dataframe(
                account.rejects.head(MOST_SHOWN),
                key="data_preview_rejects",
                hide_index=True,
                column_config=data_preview.reject_columns(),
            )


def _downloads(account: Account, stem: str, recipe: Callable[[], bytes] | None) -> None:
    with st.container(horizontal=True, gap="small"):
        if account.rejects.height:
            st.download_button(
                say("page_data.export.rejects"),
                data=lambda: to_csv(account.rejects),
                file_name=f"{stem}-rejected.csv",
                mime="text/csv",
                key="data_draft_rejects",
                on_click="ignore",
                icon=":material/download:",
                help=say("page_data.export.rejects.help"),
            )
        if recipe is None:
            return
        st.download_button(
            say("page_data.export.recipe"),
            data=recipe,
            file_name=f"{stem}-recipe.json",
            mime="application/json",
            key="data_draft_recipe",
            on_click="ignore",
            icon=":material/download:",
            help=say("page_data.export.recipe.help"),
        )


def recipe_bytes(request: ImportRequest, told: Told) -> bytes:
    """Return the recipe of an import that has not been made yet, as JSON."""
    mapping = request.mapping or told.proposal.mapping_with(told.roles)
    recipe = recipe_of(request, mapping, told.proposal.read, request.session_gap_minutes)
    return json.dumps(recipe, indent=1, ensure_ascii=False).encode()

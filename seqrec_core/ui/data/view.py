"""What came in: the headline, what was done to the file, what to mind, and what can be taken away."""

import io
import json
from datetime import datetime

import polars as pl
import streamlit as st

from seqrec_core.data.report import ImportReport, unsaid
from seqrec_core.data.safe_csv import to_csv
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.text import count, integer, percent, say
from seqrec_core.ui import errors, frame, loaders
from seqrec_core.ui.context import Context
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import importing as data_import
from seqrec_core.ui.data import preview as data_preview
from seqrec_core.ui.data import reading as data_reading

MONTH_DAYS, WEEK_DAYS = 30.44, 7
ENOUGH_SHARE, ENOUGH_USERS = 0.05, 50
FILE_LIMIT = 60


def headline(now: Context) -> None:
    """State what the log holds and whether it is usable, and lead on."""
    info, report = now.dataset, data_calls.report(now.dataset)
    data_import.done(info.id, info.name, report.seconds)
    left, right = st.columns([3, 1.2], vertical_alignment="top", gap="medium")
    with left:
        st.header(errors.plain(_finding(info, report)), anchor=False)
        st.caption(errors.plain(_subtitle(info)))
        _verdict(now)
    with right, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if st.button(say("page_data.to_journeys"), type="primary", key="data_to_journeys", icon=":material/arrow_forward:"):
            frame.go("journeys")
        if st.button(say("page_data.to_train"), key="data_to_train", icon=":material/model_training:"):
            frame.go("train")


def _finding(info: DatasetInfo, report: ImportReport) -> str:
    amounts = {"events": count(info.n_events, "event"), "users": count(info.n_users, "user")}
    share = report.rows_kept / max(1, report.rows_read)
    kept = say("page_data.kept.all") if not report.rows_rejected else say("page_data.kept.some", share=_floored(share))
    if info.first is None or info.last is None:
        return say("page_data.headline.no_times", kept=kept, **amounts)
    return say("page_data.headline", span=span(info.first, info.last), kept=kept, **amounts)


def _floored(share: float) -> str:
    """Write a share below one so that it never reads as all."""
    return percent(min(share, 0.999))


def span(first: str, last: str) -> str:
    """Say how long a log runs, in the unit that fits: '4 months', '12 weeks', '3 days'."""
    days = (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds() / 86_400
    if days >= 3.5 * MONTH_DAYS:
        return say("page_data.months", n=round(days / MONTH_DAYS))
    if days >= 3 * WEEK_DAYS:
        return say("page_data.weeks", n=round(days / WEEK_DAYS))
    return count(round(days), "day") if days >= 1.5 else count(max(1, round(days * 24)), "hour")


def _subtitle(info: DatasetInfo) -> str:
    parts = [info.name, count(info.n_sessions, "session")]
    if info.has_items:
        parts.append(count(info.n_items, "item"))
    several = info.has_event_types and len(info.event_types) > 1
    parts.append(say("page_data.types", n=len(info.event_types)) if several else say("page_data.one_type"))
    if info.first is not None and info.last is not None:
        parts.append(say("page_data.from_to", first=info.first[:10], last=info.last[:10]))
    return " · ".join(parts)


def _verdict(now: Context) -> None:
    """Say what the log is good for."""
    n, total = data_calls.whole(now.dataset).trainable, now.dataset.n_users
    values = {"n": integer(n), "users": count(total, "user"), "share": percent(n / max(1, total)), "least": data_calls.TRAINABLE}
    if n >= ENOUGH_USERS and n >= ENOUGH_SHARE * total:
        st.markdown(say("page_data.verdict.good", **values))
    elif n >= ENOUGH_SHARE * total:
        st.markdown(say("page_data.verdict.few", **values))
    else:
        st.markdown(say("page_data.verdict.thin", **values))


def done(now: Context) -> None:
    """List what was done to the file, and account for every row."""
    report = data_calls.report(now.dataset)
    st.subheader(say("page_data.done.title"), anchor=False)
    st.caption(errors.plain(_account(now.dataset, report)))
    lines = _readings(report)
    lines += [errors.plain(fix.sentence) for fix in report.fixes if fix.key != "data.fix.encoding"]  # the first line says it
    left_out = unsaid(report.fixes, report.rejected)
    lines += [errors.plain(say("page_data.done.left_out", n=count(n, "row"), reason=reason)) for reason, n in left_out.items()]
    st.markdown("\n".join(f"- {line}" for line in lines if line))
    if report.rows_rejected:
        _rejected(report)


def _as_dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _account(info: DatasetInfo, report: ImportReport) -> str:
    numbers = {"read": integer(report.rows_read), "kept": integer(report.rows_kept), "rejected": integer(report.rows_rejected)}
    return say("page_data.done.account", file=info.source[:FILE_LIMIT] or info.name, **numbers)


def _readings(report: ImportReport) -> list[str]:
    """Say how each file was read and what its columns were taken for; of channels, one line each."""
    channels = report.recipe.get("channels")
    if not isinstance(channels, list) or len(channels) < 2:
        return [data_reading.told(_as_dict(report.recipe.get("read"))), errors.plain(_roles(report.mapping.roles()))]
    lines = []
    for channel in map(_as_dict, channels):
        roles = {role: str(column) for role, column in _as_dict(channel.get("mapping")).items()}
        told = f"{data_reading.told(_as_dict(channel.get('read')))}. {errors.plain(_roles(roles))}"
        lines.append(say("page_channels.read", source=errors.plain(str(channel.get("source", ""))), told=told))
    return lines


def _roles(roles: dict[str, str]) -> str:
    """Say which column plays which role."""
    parts = [
        say("page_data.done.role", role=say(f"page_data.role.{role}.short"), column=column) for role, column in roles.items()
    ]
    return say("page_data.done.columns", roles=", ".join(parts))


def _rejected(report: ImportReport) -> None:
    """Show rejected rows with their lines; the download has all that are kept."""
    with st.expander(say("page_data.rejects.show", n=count(report.rows_rejected, "row"))):
        st.dataframe(report.rejects.head(100), key="data_rejects", hide_index=True, column_config=data_preview.reject_columns())
        if report.rejects.height < report.rows_rejected:
            st.caption(say("page_data.rejects.first", n=integer(report.rejects.height)))


def exports(now: Context) -> None:
    """Offer the cleaned log, the rejected rows and the recipe; each is made only when asked for."""
    info, report = now.dataset, data_calls.report(now.dataset)
    log = loaders.arrays(info).log
    name = "".join(character if character.isalnum() or character in "-_." else "_" for character in info.name)[:FILE_LIMIT]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(say("page_data.export"))
        _download("parquet", lambda: _parquet(log.frame), f"{name}.parquet", "application/vnd.apache.parquet")
        _download("csv", lambda: to_csv(log.frame), f"{name}.csv", "text/csv")
        if report.rows_rejected:
            _download("rejects", lambda: to_csv(report.rejects), f"{name}-rejected.csv", "text/csv")
        _download("recipe", lambda: _recipe(report), f"{name}-recipe.json", "application/json")


def _download(kind: str, make: "object", file_name: str, mime: str) -> None:
    st.download_button(
        say(f"page_data.export.{kind}"),
        data=make,  # type: ignore[arg-type]
        file_name=file_name,
        mime=mime,
        key=f"data_export_{kind}",
        on_click="ignore",
        icon=":material/download:",
        help=say(f"page_data.export.{kind}.help"),
    )


def _parquet(table: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _recipe(report: ImportReport) -> bytes:
    return json.dumps(report.recipe, indent=1, ensure_ascii=False).encode()

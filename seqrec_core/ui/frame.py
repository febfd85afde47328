"""The frame of every page: navigation above, one context bar, and the guards that a page begins with."""

from datetime import date, datetime, timedelta

import streamlit as st

from seqrec_core.errors import SeqrecError
from seqrec_core.segments.columns import values_of
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.store.runs import RunCard
from seqrec_core.text import count, decimal, say
from seqrec_core.ui import chart, context, errors, loaders
from seqrec_core.ui.context import Context

PAGES = {
    "understand": ("data", "journeys", "patterns"),
    "predict": ("train", "scorecard"),
    "explain": ("explain",),
}
FIRST = "journeys"
MOST_LABEL = 30  # characters of a group's name in the bar, so that it stays on one line


def navigation() -> "st.Page":
    """Declare the pages, grouped as the story reads, and return the chosen one."""
    groups = {
        say(f"ui.group.{group}"): [
            st.Page(f"pages/{group}/{page}.py", title=say(f"ui.page.{page}"), url_path=page, default=page == FIRST)
            for page in pages
        ]
        for group, pages in PAGES.items()
    }
    return st.navigation(groups, position="top")


def page_path(page: str) -> str:
    """Return the script of a page, for links."""
    group = next(group for group, pages in PAGES.items() if page in pages)
    return f"pages/{group}/{page}.py"


def go(page: str, **values: str | None) -> None:
    """Open a page with these values in the address."""
    context.put(**values)
    st.switch_page(page_path(page), query_params=st.session_state.get(context.STATE, {}))


def bar() -> None:
    """Draw the context bar; an address that names something gone is answered in words."""
    context.read()
    now = context.current()
    if chart.is_dark():
        # On the light blue of the dark theme Streamlit writes white, 2.4 : 1; this is 7 : 1.
        st.html(
            """<style>
            button[kind^="primary"]:not(:disabled), [data-testid="stMultiSelectTagsContainer"] span span,
            [data-testid="stMultiSelectTagsContainer"] span button { color: #0F1720; }
            </style>"""
        )
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="xsmall", key="context_bar"):
        _dataset(now)
        _unit(now)
        _filter(now)
        _run(now)
        _link()
    context.write()
    if now.missing is not None:
        _missing(now)


def _missing(now: Context) -> None:
    assert now.missing is not None
    errors.show(now.missing)
    if now.missing.code == "unknown_segment":
        gone, label = "seg", "ui.show_everyone"
    elif now.missing.code.endswith("_run") or now.missing.code == "run_elsewhere":
        gone, label = "run", "ui.open_newest_run"
    else:
        gone, label = "ds", "ui.open_sample"
    if st.button(say(label), type="primary"):
        context.put(**({"seg": None} if gone == "seg" else {gone: None, "run": None}))
        st.rerun()
    st.stop()


def _dataset(now: Context) -> None:
    options = {info.id: info for info in loaders.datasets().list()} | {now.dataset.id: now.dataset}
    key = f"bar_dataset_{now.dataset.id}"
    st.selectbox(
        say("ui.dataset"),
        list(options),
        index=list(options).index(now.dataset.id),
        format_func=lambda ref: say("ui.dataset_option", name=options[ref].name, events=count(options[ref].n_events, "event")),
        key=key,
        on_change=context.put_from,
        args=(key, "ds"),
        label_visibility="collapsed",
    )


def _unit(now: Context) -> None:
    key = f"bar_unit_{now.unit}"
    st.segmented_control(
        say("ui.unit"),
        ["session", "user"],
        default=now.unit,
        required=True,
        format_func=lambda unit: say(f"words.{unit}s"),
        key=key,
        on_change=context.put_from,
        args=(key, "unit", "session"),
        label_visibility="collapsed",
    )


def _filter(now: Context) -> None:
    label = context.segment_label() or say("ui.filter.everyone")
    shown = label if len(label) <= MOST_LABEL else label[: MOST_LABEL - 1] + "…"
    with st.popover(errors.plain(shown), icon=":material/filter_alt:"):
        _segment(now.dataset)
        _dates(now.dataset)


def _segment(dataset: DatasetInfo) -> None:
    options = {"": say("words.everyone")}
    for column, values in values_of(loaders.arrays(dataset).log).items():
        options |= {f"{column}={value}": say("ui.segment.option", column=column, value=value) for value in values}
    saved = loaders.saved_segments(dataset.id)
    options |= {f"{context.SAVED}{name}": say("ui.segment.saved", name=name) for name in saved}
    chosen = context.get("seg")
    if chosen not in options:
        options[chosen] = chosen
    key = f"bar_segment_{chosen}"
    st.selectbox(
        say("ui.segment"),
        list(options),
        index=list(options).index(chosen),
        format_func=lambda option: options[option],
        key=key,
        on_change=context.put_from,
        args=(key, "seg"),
    )
    name = chosen.removeprefix(context.SAVED)
    if chosen.startswith(context.SAVED) and name in saved:
        st.button(say("ui.segment.delete"), key="bar_delete_segment", on_click=_delete_segment, args=(dataset.id, name))


def _delete_segment(dataset: str, name: str) -> None:
    loaders.segments().delete(dataset, name)
    context.put(seg=None)


def _dates(dataset: DatasetInfo) -> None:
    if not dataset.has_times or dataset.first is None or dataset.last is None:
        st.caption(say("ui.dates.none"))
        return
    first, last = datetime.fromisoformat(dataset.first).date(), datetime.fromisoformat(dataset.last).date()
    start, end = context.day("from"), context.day("to")
    left, right = st.columns(2)
    values = (start.date() if start else first, end.date() - timedelta(days=1) if end else last)
    for column, name, value in ((left, "from", values[0]), (right, "to", values[1])):
        key = f"bar_{name}_{value}"
        column.date_input(
            say(f"ui.dates.{name}"),
            value=min(max(value, first), last),
            min_value=first,
            max_value=last,
            key=key,
            on_change=_put_date,
            args=(key, name, first, last),
        )
    if start or end:
        st.button(say("ui.dates.clear"), on_click=context.put, kwargs={"from": None, "to": None}, key="bar_all_dates")


def _put_date(key: str, name: str, first: date, last: date) -> None:
    """Store a chosen day; the end is stored as the day after it, which is excluded. The whole range is no filter."""
    chosen: date = st.session_state[key]
    if name == "from":
        context.put(**{"from": None if chosen <= first else chosen.isoformat()})
    else:
        context.put(to=None if chosen >= last else (chosen + timedelta(days=1)).isoformat())


def run_label(card: RunCard) -> str:
    """Name a run with its quality."""
    ndcg = card.metrics.get("ndcg@10", {}).get("mean")
    if ndcg is None:
        return say("ui.run.option.bare", name=card.name)
    return say("ui.run.option", name=card.name, ndcg=decimal(ndcg, 3))


def _run(now: Context) -> None:
    cards: dict[str, RunCard] = {}
    if now.run is not None:
        cards = {card.id: card for card in loaders.runs().list(now.dataset.id)} | {now.run.id: now.run}
    options = list(cards) or [""]
    chosen = now.run.id if now.run else ""
    key = f"bar_run_{chosen}_{len(options)}"
    st.selectbox(
        say("ui.run"),
        options,
        index=options.index(chosen),
        format_func=lambda ref: run_label(cards[ref]) if ref in cards else say("ui.run.none"),
        key=key,
        on_change=context.put_from,
        args=(key, "run"),
        disabled=not cards,
        label_visibility="collapsed",
    )


def _link() -> None:
    with st.popover(say("ui.link"), icon=":material/link:", type="tertiary"):
        st.caption(say("ui.link.help"))
        st.code(address(), language=None, wrap_lines=True)


def address() -> str:
    """Return the whole address of this view."""
    state = st.session_state.get(context.STATE, {})
    return address_of(**{"ds": context.current().dataset.id, **state})


def address_of(**named: str) -> str:
    """Return the address of this page with these values."""
    from urllib.parse import urlencode

    base = (st.context.url or "").split("?")[0]
    return f"{base}?{urlencode(named)}"


def need_run(now: Context) -> RunCard:
    """Return the run, or say what is missing, link to Train and stop the page."""
    if now.run is not None:
        return now.run
    from seqrec_core.ui import job_status

    st.info(f"{say('ui.no_run')} {say('ui.no_run.hint')}", icon=":material/model_training:")
    job_status.welcome(now.dataset)
    if st.button(say("ui.go_train"), type="primary", icon=":material/play_arrow:"):
        go("train")
    st.stop()


def need_people(now: Context) -> None:
    """Stop the page in words where the chosen group is empty, or asks for what this log does not have."""
    try:
        if len(loaders.members(now.dataset, now.unit, now.segment)):
            return
        st.info(f"{errors.plain(say('ui.empty_segment', label=context.segment_label()))} {say('ui.empty_segment.hint')}")
    except SeqrecError as error:
        errors.show(error)
    st.button(say("ui.show_everyone"), on_click=context.put, kwargs={"seg": None, "from": None, "to": None}, type="primary")
    st.stop()

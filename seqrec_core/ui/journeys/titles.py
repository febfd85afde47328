"""The finding of each view of the Journeys page, as a sentence with its numbers."""

import re
from itertools import pairwise

import polars as pl

from seqrec_core import columns as c
from seqrec_core.journeys.around import Around
from seqrec_core.journeys.flow import StepFlow
from seqrec_core.journeys.funnel import Funnel
from seqrec_core.journeys.suggest import basket, goal
from seqrec_core.text import count, percent, say
from seqrec_core.ui.journeys import calls as journeys_calls
from seqrec_core.ui.journeys.panel import Room

PAYS = r"purchase[sd]?|orders?|transactions?|buy|bought|paid|pay"
CARTS = r"(view[_ -])?(cart|basket|bag)"


def flow(room: Room, found: StepFlow) -> str:
    """Say how journeys start and how many get to the goal; with a start or an end, what comes next or before."""
    chosen = room.chosen
    if found.n == 0:
        return say("page_journeys.empty", units=room.units)
    if chosen.end:
        return _before(room, found, chosen.end)
    if chosen.start:
        return _after(room, found, chosen.start)
    headline, reached = journeys_calls.first(room.key, room.sequences)
    names = [name for name, _, _ in headline.starts]
    values = {"share": percent(sum(share for _, _, share in headline.starts)), "units": room.units}
    if len(names) < 2:
        starts = say("page_journeys.title.starts.one", a=names[0], **values)
    else:
        starts = say("page_journeys.title.starts", a=names[0], b=names[1], **values)
    ends = _reached(room, reached)
    if not ends:
        half = say("page_journeys.title.half", n=count(int(headline.median_length), "event"))
        return say("page_journeys.title.two", first=starts, second=half)
    if len(ends) == 1:
        return say("page_journeys.title.two", first=starts, second=ends[0])
    return say("page_journeys.title.three", first=starts, second=ends[0], third=ends[1])


def _reached(room: Room, reached: dict[str, float]) -> list[str]:
    """Say how many reach the cart and the goal, where events have such names."""
    found = []
    cart, aim = basket(room.sequences), goal(room.sequences)
    if cart and cart in reached:
        is_plain = re.fullmatch(CARTS, cart.lower()) is not None
        share = percent(reached[cart])
        found.append(
            say("page_journeys.title.reach_cart", share=share)
            if is_plain
            else say("page_journeys.title.reach", share=share, event=cart)
        )
    if aim and aim in reached:
        share = percent(reached[aim])
        pays = re.fullmatch(PAYS, aim.lower()) is not None
        found.append(
            say("page_journeys.title.pay", share=share) if pays else say("page_journeys.title.reach", share=share, event=aim)
        )
    return found


def _after(room: Room, found: StepFlow, start: str) -> str:
    nodes = found.nodes.filter((pl.col(c.STEP) == 2) & (pl.col("kind") == "event"))
    if not nodes.height:
        return say("page_journeys.title.after.nothing", n=count(found.n, room.unit), event=start)
    event, share = nodes.select("event", c.SHARE).row(0)
    return say("page_journeys.title.after", event=start, share=percent(share), next=event)


def _before(room: Room, found: StepFlow, end: str) -> str:
    nodes = found.nodes.filter((pl.col(c.STEP) == room.chosen.steps - 1) & (pl.col("kind") == "event"))
    if not nodes.height:
        return say("page_journeys.title.before.nothing", n=count(found.n, room.unit), event=end)
    event, share = nodes.select("event", c.SHARE).row(0)
    return say("page_journeys.title.before", event=end, share=percent(share), previous=event)


def funnel(room: Room, found: Funnel) -> str:
    """Say how many get through, and before which step most are lost."""
    rows = list(found.steps.select("event", c.COUNT, c.RATE_OF_START).iter_rows())
    if rows[0][1] == 0:
        return say("page_journeys.title.funnel.none", units=room.units, first=rows[0][0])
    if len(rows) == 1:
        return say("page_journeys.title.funnel.one", n=count(rows[0][1], room.unit), first=rows[0][0])
    lost = [before[1] - row[1] for before, row in pairwise(rows)]
    worst = rows[1 + max(range(len(lost)), key=lambda at: lost[at])][0]
    return say(
        "page_journeys.title.funnel",
        share=percent(rows[-1][2]),
        units=room.units,
        first=rows[0][0],
        last=rows[-1][0],
        worst=worst,
    )


def most_frequent(found: pl.DataFrame) -> pl.DataFrame:
    """Return the steps between two named events, the most frequent first: “Other” is no event that one could ask about."""
    others = found.filter(pl.col("kind") == "other")[c.TO].unique().to_list()
    named = found.filter((pl.col("kind") == "event") & ~pl.col(c.FROM).is_in(others))
    return named.sort([c.COUNT, c.FROM, c.TO], descending=[True, False, False])


def matrix(found: pl.DataFrame) -> str:
    """Say the most frequent step."""
    rows = most_frequent(found)
    if not rows.height:
        return say("page_journeys.title.matrix.none")
    source, target, share = rows.select(c.FROM, c.TO, "rate").row(0)
    return say("page_journeys.title.matrix", source=source, target=target, share=percent(share))


def around(found: Around, event: str) -> str:
    """Say what most often comes before and after."""
    before, after = (side.filter(pl.col("kind") != "other").row(0, named=True) for side in (found.before, found.after))
    first = "is_start" if before["kind"] == "start" else "follows"
    then = "ends" if after["kind"] == "end" else "leads"
    return say(
        "page_journeys.title.two",
        first=say(f"page_journeys.title.around.{first}", event=event, before=before["event"], share=percent(before[c.SHARE])),
        second=say(f"page_journeys.title.around.{then}", after=after["event"], share=percent(after[c.SHARE])),
    )


def paths(room: Room, found: pl.DataFrame, at_once: float) -> str:
    """Say the most common path of two or more events, and how many end after one."""
    if room.chosen.aim and found.height:
        best = found.sort(["conversion", c.COUNT], descending=True, maintain_order=True).row(0, named=True)
        path, n = " → ".join(best[c.EVENTS]), count(best[c.COUNT], room.unit)
        return say("page_journeys.title.paths.aim", path=path, event=room.chosen.aim, rate=percent(best["conversion"]), n=n)
    ways = found.filter(pl.col(c.EVENTS).list.len() > 1)
    one = say("page_journeys.title.at_once", share=percent(at_once))
    if not ways.height:
        return one
    events, share = ways.select(c.EVENTS, c.SHARE).row(0)
    way = say("page_journeys.title.paths", path=" → ".join(events), share=percent(share), units=room.units)
    return say("page_journeys.title.two", first=way, second=one) if at_once else way


def did(room: Room, event: str, found: pl.DataFrame, reaching: tuple[str, float, float] | None) -> str | None:
    """Say how those with an event differ from those without: in reaching the goal, else in the strongest sure step."""
    if reaching is not None:
        aim, with_it, without = reaching
        shares = {"did": percent(with_it), "did_not": percent(without)}
        return say("page_journeys.title.did", units=room.units, event=event, aim=aim, **shares)
    _, best = changes(room, found)
    if best is None:
        return None
    row = found.filter((pl.col(c.FROM) == best[0]) & (pl.col(c.TO) == best[1])).row(0, named=True)
    shares = {"did": percent(row["rate_b"]), "did_not": percent(row["rate_a"])}
    return say("page_journeys.title.did.step", event=event, source=best[0], target=best[1], **shares)


def changes(room: Room, found: pl.DataFrame, group: str = "") -> tuple[str, tuple[str, str] | None]:
    """Say the strongest sure change, one that leads to the goal first; return also which step it is.

    Args:
        room: the page.
        found: compared steps.
        group: name of B where the groups are segments, not periods.
    """
    sure = found.filter((pl.col("p_corrected") < 0.05) & ~pl.col("small"))
    if not sure.height:
        return say("page_journeys.title.same"), None
    to_goal = sure.filter(pl.col(c.TO) == (goal(room.sequences) or ""))
    row = (to_goal if to_goal.height else sure).row(0, named=True)
    names = {"source": row[c.FROM], "target": row[c.TO], "a": percent(row["rate_a"]), "b": percent(row["rate_b"])}
    if group:
        return say("page_journeys.title.segment", group=group, **names), (row[c.FROM], row[c.TO])
    key = "page_journeys.title.rose" if row["difference"] > 0 else "page_journeys.title.fell"
    return say(key, **names), (row[c.FROM], row[c.TO])

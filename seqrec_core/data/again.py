"""Clean a stored log again: other steps, other sessions; from what is stored alone, as if its file were imported so."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.attributes import Described, described
from seqrec_core.data.before import Before, scan_parts, write_part
from seqrec_core.data.cleaning import DUPLICATE
from seqrec_core.data.events import PIECE_BITS
from seqrec_core.data.importing import Stored
from seqrec_core.data.intake.decisions import Decisions
from seqrec_core.data.intake.ordered import n_threads, ordered
from seqrec_core.data.intake.ordering import Chosen, Ordered, chosen_sessions, with_sessions
from seqrec_core.data.intake.run import Gathered, known_sessions, learn, order
from seqrec_core.data.intake.spill import Spill
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.intake.tally import Tally
from seqrec_core.data.intake.told import AFTER_STEPS, of_reading, session_fixes, source_fixes, step_fixes
from seqrec_core.data.intake.work import Progress, no_progress
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.memory import peak_rss_mb
from seqrec_core.data.report import Channels, Fix, ImportReport
from seqrec_core.data.steps.aside import CHANGED, POSITION
from seqrec_core.data.steps.cleaning import stage_of
from seqrec_core.data.steps.pace import paces
from seqrec_core.data.steps.proposing import Evidence
from seqrec_core.data.steps.types import DUPLICATES, Bots, Effect, Proposed, Step, check_steps
from seqrec_core.data.table import MAX_REJECTS
from seqrec_core.errors import BadInput
from seqrec_core.text import say


@dataclass(frozen=True)
class Terms:
    """What is to be done to the events as they were before any step.

    Args:
        steps: in their order.
        gap: minutes; None = sessions as the log names them, or the usual gap.
        whole: each user's whole history is one session.
    """

    steps: tuple[Step, ...]
    gap: float | None = None
    whole: bool = False

    @classmethod
    def of(cls, report: ImportReport) -> "Terms":
        """Return what was done when a log was imported or cleaned."""
        gap = report.recipe.get("session_gap_minutes")
        return cls(report.steps, float(gap) if isinstance(gap, int | float) else None, bool(report.recipe.get("whole_history")))


def as_before(request: ImportRequest, report: ImportReport) -> ImportRequest:
    """Return a request with what it leaves open taken from the import of the log that its files are added to."""
    terms = Terms.of(report)
    update: dict[str, object] = {"raw": bool(report.recipe.get("raw"))}
    if request.session_gap_minutes is None and not request.whole_history:
        update |= {"session_gap_minutes": terms.gap, "whole_history": terms.whole}
    return request.model_copy(update=update)


def clean_again(
    folder: Path,
    before: Before,
    report: ImportReport,
    item_rows: pl.DataFrame | None,
    terms: Terms,
    progress: Progress = no_progress,
) -> Stored:
    """Clean a stored log again and write it into a folder; never more than a part of it is in memory.

    Args:
        folder: gets what `import_into` writes.
        before: the events before any step.
        report: of the import.
        item_rows: of its item file, if it had one.
        terms: what is to be done.
        progress: called with (percent, 100, numbers).

    Raises:
        BadInput: a step looks at a column that the log lacks, sessions are asked for that it does not have, or no event is left.
    """
    return _Again(before, report, item_rows, terms, progress).into(folder)


def proposals(before: Before, sources: tuple[str, ...] = (), item_rows: pl.DataFrame | None = None) -> tuple[Proposed, ...]:
    """Return the steps that a log suggests, as it was before any.

    Args:
        before: its events.
        sources: of the log, in their order.
        item_rows: of its item file, if it had one.
    """
    columns = before.columns()
    known = {*c.LOG_REQUIRED, *c.LOG_OPTIONAL}
    attributes = tuple(name for name in columns if name not in known and not name.startswith("\x1f"))
    evidence = Evidence(before.mapping, attributes, sources)
    for number in before.rows.nonzero()[0]:
        events = before.read(int(number))
        evidence.join(evidence.of(events))
        if len(sources) > 1:
            evidence.join(evidence.of_users(events))
        evidence.users.append(paces(events, Bots().min_events))
    evidence.catalog = None if item_rows is None or before.mapping.item is None else item_rows[c.ITEM]
    return evidence.propose()


def _gathered(before: Before) -> Gathered:
    nothing = pl.Series([], dtype=pl.String)
    return Gathered((Decisions(),), before, Spill(None, 1), nothing)


class _Again:
    def __init__(
        self, before: Before, report: ImportReport, item_rows: pl.DataFrame | None, terms: Terms, progress: Progress
    ) -> None:
        self.begun = time.perf_counter()
        self.before, self.report, self.item_rows, self.terms, self.progress = before, report, item_rows, terms, progress
        self.tally = Tally()
        self.rejects: list[pl.DataFrame] = []
        told = report.channels
        self.sources = () if told is None else tuple(one.source for one in told.sources)

    def into(self, folder: Path) -> Stored:
        """Do it."""
        before, terms, total = self.before, self.terms, int(self.before.counts.sum())
        gathered = _gathered(before)
        self._check()
        chosen = chosen_sessions(before.mapping, terms.gap, terms.whole, partial(known_sessions, gathered, self.sources))
        parts = self._recut(chosen, folder) if self.stays else self._cleaned(gathered, chosen, folder)
        done = 0
        for part, rows in parts:
            self.tally.add(part)
            self._show(part)
            done += rows
            self.progress(min(95, round(95 * done / max(1, total))), 100, {"rows": done, "rows_total": total})
        if not self.tally.n_events:
            reasons = ", ".join(
                f"{say(f'data.reason.{_reason(one.name)}')}: {one.rows_removed:,}" for one in self._effects() if one.rows_removed
            )
            raise BadInput("data", "all_rejected", n=total, reasons=reasons)
        items = described(scan_parts(folder), self.tally.items, before.mapping, self.item_rows)
        facts = self.tally.facts(chosen.gap and chosen.gap * 60, before.mapping)
        return Stored(facts, items.catalog, self._account(chosen, items), self.item_rows)

    @property
    def stays(self) -> bool:
        """Whether the steps are those that were done: then only sessions are made anew."""
        return self.terms.steps == self.report.steps

    def _cleaned(self, gathered: Gathered, chosen: Chosen, folder: Path) -> Iterator[tuple[Ordered, int]]:
        """Do the steps; yield the parts of the log, and how many events each has before."""
        settled = learn(gathered, self.terms.steps, Sizes())
        for part in order(gathered, chosen.make, settled, Sizes(), partial(write_part, folder), self.sources):
            yield part, part.stages[0].rows

    def _recut(self, chosen: Chosen, folder: Path) -> Iterator[tuple[Ordered, int]]:
        """Give the events that the steps left other sessions, as `_cleaned` does; what was left out stays as it is."""

        def work(place: tuple[int, int]) -> tuple[Ordered | None, int]:
            number, bucket = place
            self.before.copy_aside(bucket, folder, number)
            events = self.before.kept(bucket)
            if not events.height:
                return None, int(self.before.rows[bucket])
            part = with_sessions(events, chosen.make, stage_of(events))
            write_part(folder, number, part)
            return part, int(self.before.rows[bucket])

        buckets = [int(bucket) for bucket in self.before.rows.nonzero()[0]]
        for part, rows in ordered(work, enumerate(buckets), n_threads()):
            if part is not None:
                yield part, rows

    def _check(self) -> None:
        check_steps(self.terms.steps, {*self.before.columns()} | {*c.LOG_REQUIRED} | {*self.report.mapping.roles().values()})

    def _effects(self) -> tuple[Effect, ...]:
        return self.report.effects if self.stays else self.tally.effects(self.terms.steps)

    def _show(self, part: Ordered) -> None:
        """Keep the text of rows that new steps leave out; the lines of their file are no longer known."""
        if self.stays:
            return
        shown, kept = sum(frame.height for frame in self.rejects), self._kept_steps()
        for number, (step, stage) in enumerate(zip(self.terms.steps, part.stages[1:], strict=True)):
            if number < kept or part.aside is None or not len(stage.places) or shown >= MAX_REJECTS:
                continue
            rows = stage.places.to_numpy() & ((1 << PIECE_BITS) - 1)  # their positions in the part
            events = part.aside.filter(~pl.col(CHANGED) & pl.col(POSITION).is_in(pl.Series(rows).implode()))
            cells = [pl.col(name).cast(pl.String).fill_null("") for name in (c.USER, c.ITEM, c.EVENT, c.TIME)]
            reason = pl.lit(say(f"data.reason.{_reason(step.name)}")).alias(c.REASON)
            line = pl.lit(None, pl.Int64).alias(c.LINE)
            shown_rows = events.select(line, reason, pl.concat_str(cells, separator=",").alias(c.RAW))
            self.rejects.append(shown_rows.head(MAX_REJECTS - shown))
            shown += self.rejects[-1].height

    def _kept_steps(self) -> int:
        """Return how many steps at the beginning are those of the recipe before: what they left out is known with its lines."""
        old, new = self.report.steps, self.terms.steps
        return next((n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))

    def _account(self, chosen: Chosen, items: Described) -> ImportReport:
        effects, old = self._effects(), self.report
        rejected = dict(old.rejected)
        for sign, done in ((-1, old.effects), (1, effects)):
            for effect in (one for one in done if one.rows_removed):
                reason = say(f"data.reason.{_reason(effect.name)}")
                rejected[reason] = rejected.get(reason, 0) + sign * effect.rows_removed
        rejected = {reason: n for reason, n in rejected.items() if n}
        recipe = {**old.recipe, "steps": [step.model_dump(mode="json") for step in self.terms.steps]}
        recipe |= {"session_gap_minutes": chosen.gap}
        recipe.pop("whole_history", None)
        told = self._by_source()
        return replace(
            old,
            rows_kept=self.tally.n_events,
            rejected=dict(sorted(rejected.items(), key=lambda entry: (-entry[1], entry[0]))),
            rejects=self._rejects(),
            fixes=tuple(self._fixes(chosen, effects, told, items)),
            recipe=recipe | ({"whole_history": True} if self.terms.whole else {}),
            effects=effects,
            proposed=old.proposed or proposals(self.before, self.sources, self.item_rows),
            channels=told,
            catalog=None if old.catalog is None else replace(items.account, columns=old.catalog.columns),
            seconds=time.perf_counter() - self.begun,
            peak_rss_mb=peak_rss_mb(),
        )

    def _by_source(self) -> Channels | None:
        if self.report.channels is None or self.stays:
            return self.report.channels
        sources = self.report.channels.sources
        return self.tally.sources.account(
            {one.source: one.files for one in sources}, {one.source: one.rows_read for one in sources}
        )

    def _rejects(self) -> pl.DataFrame:
        """Return the rejected rows: those of the file, those of steps that stay, and those of new steps, without their lines."""
        gone = {
            say(f"data.reason.{_reason(effect.name)}")
            for effect in self.report.effects[self._kept_steps() :]
            if effect.rows_removed
        }
        old = self.report.rejects.filter(~pl.col(c.REASON).is_in(list(gone)))
        return pl.concat([old, *self.rejects], how="diagonal").select(old.columns).head(MAX_REJECTS)

    def _fixes(self, chosen: Chosen, effects: tuple[Effect, ...], told: Channels | None, items: Described) -> list[Fix]:
        notes = self.tally.notes
        itemless = "data.fix.itemless_events"
        counted = self.report.fixes if self.stays else None
        old = counted or [replace(fix, n=notes["itemless_events"]) if fix.key == itemless else fix for fix in self.report.fixes]
        stays = of_reading(old)
        duplicates = self.report.rejected.get(say(f"data.reason.{DUPLICATE}"), 0)
        for done, sign in ((self.report.effects, -1), (effects, 1)):
            duplicates += sign * sum(effect.rows_removed for effect in done if effect.name == DUPLICATES)
        place = next((n for n, fix in enumerate(stays) if fix.key in AFTER_STEPS), len(stays))
        found = [
            *stays[:place],
            Fix("data.fix.duplicates", duplicates),
            *step_fixes(effects),
            *stays[place:],
            Fix("data.fix.no_session", notes["no_session"]),
            *source_fixes(told),
        ]
        found += session_fixes(chosen.cut, chosen.gap, self.tally.n_sessions, self.before.mapping, self.terms.whole, chosen.ids)
        return [fix for fix in (*found, *items.told()) if fix.n]


def _reason(step: str) -> str:
    """Return the reason under which a step's rows are counted."""
    return DUPLICATE if step == DUPLICATES else step

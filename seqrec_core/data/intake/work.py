"""Import: one import under way, from its request to a log in order, its items and its account."""

import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.attributes import from_file, from_rows, ids_of, of_log
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.cleaning import DUPLICATE
from seqrec_core.data.facts import LogFacts
from seqrec_core.data.intake.channels import open_channels
from seqrec_core.data.intake.onto import Onto
from seqrec_core.data.intake.ordering import Sessions, chosen_sessions
from seqrec_core.data.intake.run import Gathered, Keep, gather, known_sessions, learn, look, order, text_of
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.intake.tally import Tally
from seqrec_core.data.intake.told import session_fixes, source_fixes, step_fixes
from seqrec_core.data.mapping import ImportRequest, ReadOptions
from seqrec_core.data.memory import peak_rss_mb
from seqrec_core.data.reading import read_items
from seqrec_core.data.recipe import recipe_of
from seqrec_core.data.report import Channels, Fix, ImportReport
from seqrec_core.data.sessions import SessionIds
from seqrec_core.data.steps.proposing import Evidence
from seqrec_core.data.steps.types import DUPLICATES, Proposed, Step, check_steps, steps_of
from seqrec_core.data.times import unix_unit
from seqrec_core.data.zones import UTC
from seqrec_core.errors import BadInput

Progress = Callable[[int, int, dict[str, float]], None]
STAGES = 5
REASON_OF = {DUPLICATES: DUPLICATE}  # a step leaves rows out for a reason of its own name, but for this one
READ, ORDER, ITEMS = (1, 55), (55, 95), 97  # percent at which reading and ordering begin and end, and items are described


def no_progress(percent: int, whole: int, values: dict[str, float]) -> None:
    """Report to nobody."""


class Import:
    """An import under way.

    Args:
        request: everything that decides it.
        folder: for what is put aside, empty.
        progress: told how far it is.
        sizes: how much is held in memory at once.
        onto: a stored log that the files are added to.
    """

    def __init__(self, request: ImportRequest, folder: Path, progress: Progress, sizes: Sizes, onto: Onto | None = None) -> None:
        self.begun = time.perf_counter()
        self.request, self.folder, self.progress, self.sizes = request, folder, progress, sizes
        self.onto = onto
        self.channels = open_channels(request, folder, sizes, None if onto is None else onto.opened())
        self.mapping = self.channels.mapping
        self.tally = Tally()
        self.gap: float | None = None  # minutes, where sessions were cut by one
        self.cut = ""  # the sentence that says how sessions came to be, where there is something to say
        self.ids = SessionIds()
        items = request.items_path
        self.item_table = None if items is None else read_items(items, request.answers)
        self.steps: tuple[Step, ...] = ()
        self.proposed: tuple[Proposed, ...] = ()
        self._tell(READ[0], 1, {"columns": len(self.mapping.roles())})

    def _tell(self, percent: float, stage: int, values: dict[str, float]) -> None:
        self.progress(min(99, round(percent)), 100, {"stage": stage, "stages": STAGES, **values})

    def _part(self, stage: int, bounds: tuple[int, int], values: dict[str, float]) -> None:
        low, high = bounds
        self._tell(low + (high - low) * values["rows"] / max(1.0, values["rows_total"]), stage, values)

    def order(self, keep: Keep) -> LogFacts:
        """Read the file and put its events in order; `keep` gets the parts of the log with their numbers."""
        request, mapping = self.request, self.mapping
        gathered = gather(self.channels, request.raw, self.folder, self.sizes, partial(self._part, 2, READ), self._evidence)
        self.account, self.accounts = gathered.account, gathered.accounts
        self.itemless = frozenset[str]().union(*(decisions.itemless for decisions in gathered.decisions))
        total = int(gathered.events.rows.sum())
        if not total:
            self._refuse()
        settled = learn(gathered, self._steps(gathered), self.sizes)
        self.steps = settled.steps
        if any(step.name == DUPLICATES for step in self.steps):
            self.account.repeat_refused(gathered.refused)
        sessions = self._sessions(gathered)
        done = 0
        for part in order(gathered, sessions, settled, self.sizes, keep, self.channels.sources):
            self.tally.add(part)
            for step, (old, new) in zip(self.steps, pairwise(part.stages), strict=True):
                self.account.leave_out(old.rows - new.rows, new.places, REASON_OF.get(step.name, step.name))
            done += part.stages[0].rows
            self._part(
                3, ORDER, {"rows": done, "rows_total": total, "users": self.tally.n_users, "sessions": self.tally.n_sessions}
            )
        gathered.events.clear()
        if not self.tally.n_events:
            self._refuse()
        if gathered.evidence is not None:
            self.proposed = gathered.evidence.propose()
        return self.tally.facts(self.gap and self.gap * 60, mapping)

    def _evidence(self) -> Evidence | None:
        """What is shown all events where the log itself shall suggest the steps."""
        if self.request.raw or self.request.steps is not None:
            return None
        known = {*self.mapping.roles().values(), *c.LOG_REQUIRED, *c.LOG_OPTIONAL}
        attributes = tuple(name for name in self.channels.columns if name not in known)
        return Evidence(self.mapping, attributes, self.channels.sources)

    def _steps(self, gathered: Gathered) -> tuple[Step, ...]:
        """Return the steps that were asked for, else those that the log suggests."""
        request, steps = self.request, self.request.steps
        if steps is None and request.raw:
            return ()
        if steps is None:
            evidence = gathered.evidence or Evidence(self.mapping)
            if len(self.channels.sources) > 1:
                look(gathered, evidence, self.sizes)
            if self.item_table is not None and self.mapping.item is not None:
                evidence.catalog = ids_of(self.item_table, evidence.logged(), self.mapping.item)
            elif self.onto is not None and self.onto.item_rows is not None:
                evidence.catalog = self.onto.item_rows[c.ITEM]
            steps = steps_of(one.step for one in evidence.propose() if one.on)
        optional = {name for name in c.LOG_OPTIONAL if name != c.SOURCE or self.channels.sources}
        check_steps(steps, {*self.channels.columns, *c.LOG_REQUIRED, *optional})
        return tuple(step for step in steps if step.name not in request.without)

    def _refuse(self) -> None:
        """Say why there is not one event."""
        account = self.account
        if self.mapping.time is not None and account.rows_read and not sum(account.shapes.values()):
            example = next((text for text in account.times if text), "")
            raise BadInput("data", "no_time_read", column=self.mapping.time, example=example)
        raise BadInput("data", "all_rejected", n=account.rows_read, reasons=account.in_words())

    def _sessions(self, gathered: Gathered) -> Sessions:
        """Choose how events get their session."""
        request = self.request
        chosen = chosen_sessions(
            self.mapping,
            request.session_gap_minutes,
            request.whole_history,
            partial(known_sessions, gathered, self.channels.sources),
        )
        self.gap, self.cut, self.ids = chosen.gap, chosen.cut, chosen.ids
        return chosen.make

    def describe(self, frame: pl.LazyFrame) -> ItemCatalog:
        """Make the catalogue of items.

        Args:
            frame: the log, in order.
        """
        self._tell(ITEMS, 4, {"items": len(self.tally.items)})
        mapping, items = self.mapping, self.tally.items
        described = of_log(frame, items, mapping)
        if self.item_table is not None:
            described = from_file(self.item_table, items, described, mapping.item)
        elif self.onto is not None and self.onto.item_rows is not None:
            described = from_rows(self.onto.item_rows, items, described)
        self.described = described
        return described.catalog

    def report(self) -> ImportReport:
        """Return the account of the import."""
        rejects = self.account.rejects(text_of(self.channels, self.account.missing()), self.channels.files)
        report = ImportReport(
            rows_read=self.account.rows_read,
            rows_kept=self.tally.n_events,
            rejected=self.account.counts(),
            rejects=rejects,
            fixes=tuple(self._fixes()),
            mapping=self.mapping,
            recipe=self._recipe(),
            effects=self.tally.effects(self.steps),
            proposed=self.proposed,
            channels=self._by_source(),
            catalog=self.described.account if self.mapping.item is not None else None,
            seconds=time.perf_counter() - self.begun,
            peak_rss_mb=peak_rss_mb(),
        )
        self.progress(100, 100, {"stage": 5, "stages": STAGES, "rows": report.rows_kept, "rejected": report.rows_rejected})
        return report

    def _recipe(self) -> dict[str, object]:
        recipe = recipe_of(self._settled(), self.mapping, self._read, self.gap, self.steps)
        told = recipe.get("channels")
        return (
            recipe if self.onto is None or not isinstance(told, list) else {**recipe, "channels": [*self.onto.recipes(), *told]}
        )

    @property
    def _read(self) -> ReadOptions:
        return self.channels.opened[0].options()

    def _settled(self) -> ImportRequest:
        """Return the request with what was settled for each channel."""
        told = tuple(
            one.channel.model_copy(update={"mapping": one.mapping, "read": one.options(), "answers": one.request.answers})
            for one in self.channels.opened[0 if self.onto is None else 1 :]
        )
        return self.request.model_copy(update={"channels": told}) if self.request.channels else self.request

    def _by_source(self) -> Channels | None:
        """Return what each source gave; None where the log has none."""
        if not self.channels.sources:
            return None
        pairs = zip(self.channels.opened, self.accounts, strict=True)
        shares = [share for one, account in pairs for share in one.shares(account)]
        files, read = {name: files for name, files, _ in shares}, {name: rows for name, _, rows in shares}
        return self.tally.sources.account(files, read)

    def _fixes(self) -> list[Fix]:
        """Return what was done, in order."""
        mapping, tally, account = self.mapping, self.tally, self.account
        shapes, n = account.shapes, tally.n_events
        types = ", ".join(sorted(self.itemless)[:10])
        found = [
            *account.fixes,
            Fix("data.fix.duplicates", account.rejected.get(DUPLICATE, 0)),
            *step_fixes(self.tally.effects(self.steps)),
            Fix("data.fix.itemless_events", tally.notes["itemless_events"], {"types": types}),
            *self._time_fixes(),
            Fix("data.fix.mixed_times", sum(shapes.values()) if len(shapes) > 1 else 0, {"shapes": len(shapes)}),
        ]
        if set(shapes) == {"unix"} and mapping.time is not None:
            # A log that is added to one in the store does not answer for times that were dates already.
            found.append(
                Fix("data.fix.unix_times", min(n, shapes["unix"]), {"column": mapping.time, "unit": unix_unit(account.times)})
            )
        found.append(Fix("data.fix.value_unread", tally.notes["value_unread"], {"column": mapping.value or ""}))
        found.append(Fix("data.fix.no_event_types", n if mapping.event is None else 0))
        found.append(Fix("data.fix.no_items", n if mapping.item is None else 0))
        found.append(Fix("data.fix.no_session", tally.notes["no_session"]))
        found += source_fixes(self._by_source())
        found += session_fixes(self.cut, self.gap, tally.n_sessions, mapping, self.request.whole_history, self.ids)
        return [fix for fix in (*found, *self.described.told()) if fix.n]

    def _time_fixes(self) -> list[Fix]:
        """What was noticed about times, whichever way they are written."""
        notes, zone = self.tally.notes, self._read.time_zone or UTC
        found = [Fix(f"data.fix.{name}", notes[name], {"zone": zone}) for name in ("naive_times", "skipped_hour", "twice_hour")]
        account = self.account
        examples = ", ".join(f"“{text}”" for text in account.unread_times)
        found.append(Fix("data.fix.unread_times", account.rejected.get("time_unread", 0), {"examples": examples}))
        found.append(Fix("data.fix.power_times", account.shapes.get("power", 0)))
        if self.tally.first is not None and self.tally.last is not None:
            found.append(Fix("data.fix.early_times", notes["early_times"], {"first": f"{self.tally.first:%Y-%m-%d}"}))
            found.append(Fix("data.fix.late_times", notes["late_times"], {"last": f"{self.tally.last:%Y-%m-%d}"}))
        return found

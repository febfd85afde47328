"""DatasetStore: imported logs on disk, each under the fingerprint of its content."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ConfigDict, ValidationError

from seqrec_core.data.again import Terms, as_before, clean_again
from seqrec_core.data.before import Before
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.channels import source_name
from seqrec_core.data.facts import LogFacts, dataset_fingerprint
from seqrec_core.data.importing import Imported, Stored, import_into
from seqrec_core.data.intake.onto import Onto
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.log import EventLog
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.report import ImportReport
from seqrec_core.data.samples import SAMPLES, sample
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.store import dataset_files as files
from seqrec_core.store import lookup
from seqrec_core.store.atomic import ASIDE, MANIFEST, check, filling, is_whole, put, remove, sweep, write_file
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore
from seqrec_core.text import say
from seqrec_core.training.options import Progress, no_progress

INFO = "info.json"
LABEL = "label.json"
ID_LENGTH = 12
SAMPLE_PREFIX = "sample:"


class DatasetInfo(BaseModel):
    """What is known of a dataset without reading its events.

    Args:
        id: the first 12 hex digits of `fingerprint`.
        created: ISO 8601, UTC.
        source: name of the file it came from.
        first, last: ISO 8601, UTC; None without times.
        session_gap: seconds; None where sessions came with the log.
        bytes: size on disk.
        sample: name of the bundled sample that it is, None for an own log.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    fingerprint: str
    created: str
    source: str
    n_events: int
    n_users: int
    n_sessions: int
    n_items: int
    event_types: tuple[str, ...]
    first: str | None
    last: str | None
    session_gap: float | None
    has_times: bool
    has_event_types: bool
    has_items: bool
    bytes: int = 0
    sample: str | None = None


@dataclass(frozen=True)
class LoadedDataset:
    """A dataset with all that is stored of it."""

    info: DatasetInfo
    log: EventLog
    catalog: ItemCatalog
    report: ImportReport


@dataclass(frozen=True)
class Added:
    """A dataset that was imported, the account of it, and whether it was there already."""

    info: DatasetInfo
    report: ImportReport
    existing: bool


Infos = list[DatasetInfo]


class DatasetStore:
    """The datasets of a home."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def save(self, imported: Imported, name: str, source: str = "", sample: str | None = None) -> DatasetInfo:
        """Store an imported log; the same content is stored once, under the name that it has.

        Raises:
            Failed: the disk is full or cannot be written to; nothing is left behind.
        """
        sweep(self.home.datasets)
        made = Stored(LogFacts.of(imported.log), imported.catalog, imported.report)
        info = self._describe(made, name, source, sample)
        folder = self.home.datasets / info.id
        if not is_whole(folder):
            with filling(self.home.datasets) as aside:
                files.write_log(imported.log, aside)
                self._keep(aside, made, info)
        return _read_info(folder)

    def add(
        self, request: ImportRequest, name: str, source: str = "", progress: Progress = no_progress, sample: str | None = None
    ) -> Added:
        """Import a log straight into the store: its events are never all in memory.

        Args:
            request: everything that decides the import.
            name: of the dataset, made unique; the same content is stored once, under the name that it has.
            source: name of the file.
            progress: as in `import_log`; what it raises ends the import, and nothing is left behind.
            sample: name of the bundled sample that it is.

        Raises:
            NotFound, BadInput, NeedsDecision: as `import_log`.
            Failed: the disk is full or cannot be written to; nothing is left behind.
        """
        sweep(self.home.datasets)
        with filling(self.home.datasets) as aside:
            made = self._imported(aside, request, progress)
            return self._added(aside, made, self._describe(made, name, source, sample))

    def counted(self, request: ImportRequest, sizes: Sizes | None = None) -> ImportReport:
        """Return the account that an import would give; nothing of it is kept.

        Args:
            request: everything that decides the import.
            sizes: how much is held in memory at once.

        Raises:
            as `add`.
        """
        with TemporaryDirectory(prefix="seqrec-") as folder:
            return self._imported(Path(folder), request, sizes=sizes).report

    def _imported(
        self, folder: Path, request: ImportRequest, progress: Progress = no_progress, sizes: Sizes | None = None
    ) -> Stored:
        """Import into a folder; where the request names a dataset, onto that."""
        onto = None if request.append is None else self._onto(request.append)
        return import_into(folder, request if onto is None else as_before(request, onto.report), progress, sizes, onto)

    def _onto(self, ref: str) -> Onto:
        """Return a dataset as what files are added to."""
        info = self.find(ref)
        folder = self.home.datasets / info.id
        check(folder, hashes=True)
        report = files.read_report(folder)
        return Onto(files.read_before(folder, report), report, files.read_item_rows(folder), source_name(info.name))

    def before(self, ref: str) -> Before:
        """Return the events of a dataset before the steps of its recipe.

        Raises:
            NotFound: no such dataset.
            BadInput: it was stored without what its steps left out.
        """
        folder = self.folder(ref)
        return files.read_before(folder, files.read_report(folder))

    def clean(self, ref: str, terms: Terms, name: str, progress: Progress = no_progress) -> Added:
        """Make a dataset of one that is stored, with other steps or other sessions; the first stays as it is.

        Args:
            ref: of the dataset.
            terms: what is to be done to its events as they were before any step.
            name: of the new dataset, made unique.
            progress: what it raises ends the work, and nothing is left behind.

        Raises:
            NotFound: no such dataset.
            BadInput: as `clean_again`; or it was stored without what its steps left out.
            Failed: the disk is full or cannot be written to; nothing is left behind.
        """
        old = self.find(ref)
        folder = self.home.datasets / old.id
        check(folder, hashes=True)
        sweep(self.home.datasets)
        report = files.read_report(folder)
        before = files.read_before(folder, report)
        with filling(self.home.datasets) as aside:
            made = clean_again(aside, before, report, files.read_item_rows(folder), terms, progress)
            return self._added(aside, made, self._describe(made, name, old.source, None))

    def _added(self, aside: Path, made: Stored, info: DatasetInfo) -> Added:
        """Keep what was made, unless it is there already."""
        folder = self.home.datasets / info.id
        existing = is_whole(folder)
        if not existing:
            self._keep(aside, made, info)
        return Added(_read_info(folder), made.report, existing)

    def _keep(self, aside: Path, made: Stored, info: DatasetInfo) -> None:
        """Complete a folder that holds the events, and give it its name in place of a damaged one."""
        files.write_catalog(made.catalog, aside)
        files.write_item_rows(made.item_rows, aside)
        files.write_report(made.report, aside)
        (aside / INFO).write_text(info.model_dump_json(indent=1), encoding="utf-8")
        folder = self.home.datasets / info.id
        if folder.exists() and not is_whole(folder):
            remove(folder)
        put(aside, folder)

    def list(self) -> Infos:
        """Return all whole datasets, the newest first."""
        infos = []
        for folder in self.home.datasets.iterdir():
            if folder.name.startswith(ASIDE) or not is_whole(folder):
                continue
            try:
                infos.append(_read_info(folder))
            except (OSError, ValidationError):
                continue
        return sorted(infos, key=lambda info: (info.created, info.id), reverse=True)

    def find(self, ref: str) -> DatasetInfo:
        """Return the dataset of this id, unique beginning of an id, name, or `sample:<name>`.

        Raises:
            NotFound: nothing or more than one answers; the candidates are named.
        """
        infos = self.list()
        if not ref.startswith(SAMPLE_PREFIX):
            return lookup.find(infos, ref, "dataset", self.home.datasets)
        name = ref.removeprefix(SAMPLE_PREFIX)
        for info in infos:
            if info.sample == name:
                return info
        if name not in SAMPLES:
            raise NotFound("samples", "unknown_sample", found=name, known=", ".join(SAMPLES))
        raise NotFound("store", "sample_not_imported", ref=ref)

    def load(self, ref: str) -> LoadedDataset:
        """Read a dataset.

        Raises:
            NotFound: no such dataset.
            Damaged: its files are not what was written.
        """
        info = self.find(ref)
        folder = self.home.datasets / info.id
        check(folder, hashes=True)
        log = files.read_log(folder, session_gap=info.session_gap, has_items=info.has_items, has_event_types=info.has_event_types)
        return LoadedDataset(info, log, files.read_catalog(folder), files.read_report(folder))

    def report(self, ref: str) -> ImportReport:
        """Read the account of a dataset's import, without its events.

        Raises:
            NotFound: no such dataset.
        """
        return files.read_report(self.folder(ref))

    def folder(self, ref: str) -> Path:
        """Return the folder of a dataset."""
        return self.home.datasets / self.find(ref).id

    def rename(self, ref: str, name: str) -> DatasetInfo:
        """Give a dataset another name.

        Raises:
            NotFound: no such dataset.
            BadInput: the name is empty or taken.
        """
        info, name = self.find(ref), name.strip()
        if not name:
            raise BadInput("store", "empty_name")
        if any(other.name == name and other.id != info.id for other in self.list()):
            raise BadInput("store", "name_taken", name=name)
        folder = self.home.datasets / info.id
        write_file(folder / LABEL, json.dumps({"name": name}).encode())
        return _read_info(folder)

    def delete(self, ref: str) -> tuple[str, ...]:
        """Delete a dataset, even a damaged one by its id, and return the ids of the runs trained on it; they stay.

        Raises:
            NotFound: no such dataset.
        """
        named = lookup.is_id(ref) and (self.home.datasets / ref).is_dir()
        dataset = ref if named else self.find(ref).id
        depending = tuple(card.id for card in RunStore(self.home).list(dataset))
        remove(self.home.datasets / dataset)
        return depending

    def _describe(self, made: Stored, name: str, source: str, sample: str | None) -> DatasetInfo:
        facts = made.facts
        fingerprint = dataset_fingerprint(facts, made.catalog)
        return DatasetInfo(
            id=fingerprint[:ID_LENGTH],
            name=self._free_name(name),
            fingerprint=fingerprint,
            created=now(),
            source=source,
            n_events=facts.n_events,
            n_users=facts.n_users,
            n_sessions=facts.n_sessions,
            n_items=facts.n_items,
            event_types=facts.event_types,
            first=facts.first.isoformat() if facts.first else None,
            last=facts.last.isoformat() if facts.last else None,
            session_gap=facts.session_gap,
            has_times=facts.has_times,
            has_event_types=facts.has_event_types,
            has_items=facts.has_items,
            sample=sample,
        )

    def _free_name(self, name: str) -> str:
        taken = {info.name for info in self.list()}
        name = name.strip() or say("store.unnamed")
        candidate, n = name, 2
        while candidate in taken:
            candidate, n = f"{name} ({n})", n + 1
        return candidate


def now() -> str:
    """Return the present moment, ISO 8601 in UTC with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _read_info(folder: Path) -> DatasetInfo:
    label = folder / LABEL
    stamp = label.stat().st_mtime_ns if label.exists() else 0
    return _read_info_once(folder, (folder / MANIFEST).stat().st_mtime_ns, stamp)


@lru_cache(maxsize=256)
def _read_info_once(folder: Path, sealed: int, labelled: int) -> DatasetInfo:
    """Read the description of a folder that was sealed and named at these times."""
    info = DatasetInfo.model_validate_json((folder / INFO).read_bytes())
    label = json.loads((folder / LABEL).read_text(encoding="utf-8")) if labelled else {}
    return info.model_copy(update={"bytes": check(folder), **label})


def ensure_sample(home: Home, name: str, progress: Progress = no_progress) -> DatasetInfo:
    """Return a bundled sample, imported first if it is not there; one process imports it, the others wait.

    Raises:
        NotFound: no such sample.
    """
    found, store = sample(name), DatasetStore(home)
    with _alone(home.locks / f"sample-{name}.lock"):
        for info in store.list():
            if info.sample == name:
                return info
        title = say(found.title)
        request = ImportRequest(path=found.events, items_path=found.items, name=title)
        return store.add(request, title, found.events.name, progress, sample=name).info


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock file, so that one process at a time is inside; the system frees it when a process dies."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

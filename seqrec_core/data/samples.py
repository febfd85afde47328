"""The bundled sample logs: where their files lie. They are made by `sample_data/make_samples.py`."""

from dataclasses import dataclass
from pathlib import Path

from seqrec_core.errors import NotFound

FOLDER = Path(__file__).resolve().parents[2] / "sample_data"


@dataclass(frozen=True)
class Sample:
    """One bundled log.

    Args:
        name: what `sample:<name>` calls it.
        title, about: keys of the catalogue of sentences.
        events: the log (CSV).
        items: its item catalogue (CSV).
        truths: what is known to be true of it (JSON), for tests.
    """

    name: str
    title: str
    about: str
    events: Path
    items: Path
    truths: Path


def _at(name: str) -> Sample:
    files = (FOLDER / name / file for file in ("events.csv", "items.csv", "truths.json"))
    return Sample(name, f"samples.{name}", f"samples.{name}.about", *files)


SAMPLES = {name: _at(name) for name in ("shop", "news", "music", "finance", "medicine")}


def sample(name: str) -> Sample:
    """Return a bundled sample by its name.

    Raises:
        NotFound: no sample has this name, or its files are gone.
    """
    if name not in SAMPLES:
        raise NotFound("samples", "unknown_sample", found=name, known=", ".join(SAMPLES))
    found = SAMPLES[name]
    if not found.events.is_file():
        raise NotFound("samples", "sample_gone", name=name, path=found.events)
    return found

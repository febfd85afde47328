"""The card of a run: how it was made, from what, by which versions."""

from seqrec_core.evaluation.protocol import protocol_line
from seqrec_core.report.entries import model_title
from seqrec_core.store.runs import RunCard
from seqrec_core.text import decimal, duration, integer, say

JOULES = 3_600  # of a watt hour


def rows_of_card(card: RunCard) -> list[tuple[str, str]]:
    """Return the run card as (what, value), both for people."""
    settings = {**{name: value for name, value in card.config.items() if name != "name"}, **card.options}
    rows = {
        "name": card.name,
        "id": card.id,
        "model": model_title(card.model),
        "preset": say(f"training.preset.{card.preset}"),
        "dataset": card.dataset_name,
        "fingerprint": card.fingerprint,
        "split": say(f"evaluation.split.{card.split}"),
        "protocol": "–" if card.protocol is None else protocol_line(card.protocol),
        "seen": card.seen_reason or "–",
        "seed": str(card.seed),
        "created": card.created,
        "device": card.device or "–",
        "seconds": duration(card.seconds),
        "energy": energy_told(card.energy_joules, card.energy_parts),
        "parameters": integer(card.parameters),
        "settings": ", ".join(f"{name} = {value}" for name, value in settings.items()),
        "versions": ", ".join(f"{name} {value}" for name, value in card.versions.items()),
        "notes": " ".join(card.notes) or "–",
    }
    return [(say(f"report.run.{name}"), value) for name, value in rows.items()]


def energy_told(joules: float | None, parts: list[str] | None) -> str:
    """Write the energy of a fit in watt hours with what it is of, or why it is not known."""
    if joules is None:
        return say("report.energy.unasked" if parts is None else "report.energy.unreadable")
    hours = joules / JOULES
    number, unit = (hours / 1000, "kWh") if hours >= 1000 else (hours, "Wh")
    digits = 1 if number >= 1 else 4
    of = say("report.energy.both") if len(parts or ()) > 1 else "".join(parts or ()).upper()
    return say("report.energy", number=decimal(number, digits), unit=unit, of=of)

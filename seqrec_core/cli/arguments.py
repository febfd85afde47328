"""Options that several commands share, and how their values are read."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from seqrec_core.errors import BadInput
from seqrec_core.text import say


class Unit(StrEnum):
    """What one sequence is."""

    session = "session"
    user = "user"


class Of(StrEnum):
    """What is counted in a sequence."""

    item = "item"
    event = "event"
    category = "category"


class Seen(StrEnum):
    """Whether seen items can be recommended."""

    auto = "auto"
    exclude = "exclude"
    include = "include"


class SplitName(StrEnum):
    """How events are held out."""

    leave_one_out = "leave_one_out"
    temporal = "temporal"
    session = "session"
    none = "none"


DatasetArgument = Annotated[str, typer.Argument(metavar="DATASET", help=say("cli.option.dataset"), show_default=False)]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help=say("cli.option.run"), show_default=False)]
UnitOption = Annotated[Unit, typer.Option("--unit", help=say("cli.option.unit"))]
SeenOption = Annotated[Seen, typer.Option("--seen", help=say("cli.option.seen"))]
QueueOption = Annotated[bool, typer.Option("--queue", help=say("cli.option.queue"))]
FromOption = Annotated[str | None, typer.Option("--from", metavar="TIME", help=say("cli.option.from"))]
ToOption = Annotated[str | None, typer.Option("--to", metavar="TIME", help=say("cli.option.to"))]
SessionsOption = Annotated[str | None, typer.Option("--sessions", metavar="gap:MINUTES|id|user", help=say("cli.option.sessions"))]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=say("cli.option.out"))]


def pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    """Read `key=value` options.

    Raises:
        BadInput: one without an equals sign, or a key given twice.
    """
    found: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise BadInput("cli", "no_pair", option=option, found=text)
        if key.strip() in found:
            raise BadInput("cli", "twice", option=option, key=key.strip())
        found[key.strip()] = value
    return found


def sessions_told(text: str) -> dict[str, Any]:
    """Read how sessions are made: `gap:30`, `id` (as the log names them) or `user` (each user's whole history is one).

    Raises:
        BadInput: none of these.
    """
    kind, _, minutes = text.partition(":")
    gap = _number(minutes) if kind == "gap" else None
    if kind not in ("gap", "id", "user") or (kind == "gap") != (gap is not None) or (kind != "gap" and minutes):
        raise BadInput("cli", "sessions", found=text)
    return {"session_gap_minutes": gap, "whole_history": kind == "user"}


def _number(text: str) -> float | None:
    try:
        return float(text) if 0 < float(text) < float("inf") else None
    except ValueError:
        return None


def listed(text: str) -> list[str]:
    r"""Read a list separated by commas; a comma inside an entry is written `\,`."""
    entries, current, escaped = [], "", False
    for character in text:
        if escaped or character not in ",\\":
            current += character if not escaped or character in ",\\" else "\\" + character
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            entries.append(current)
            current = ""
    return [entry.strip() for entry in [*entries, current + ("\\" if escaped else "")] if entry.strip()]


def moment(option: str, text: str | None) -> datetime | None:
    """Read a day or a time, ISO 8601; without an offset it is UTC.

    Raises:
        BadInput: neither.
    """
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("cli", "no_time", option=option, found=text) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)

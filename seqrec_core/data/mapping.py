"""ColumnMapping and ImportRequest: which column plays which role, and everything that decides an import."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from seqrec_core.data.steps.types import Step
from seqrec_core.errors import BadInput

OF_CHANNEL = ":"  # between a source and the code of a question about it


class ColumnMapping(BaseModel):
    """Column of the file for each role. A user and a time (or an order) are needed, and an item or an event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: str
    item: str | None = None
    time: str | None = None
    event: str | None = None
    session: str | None = None
    order: str | None = None
    value: str | None = None

    def roles(self) -> dict[str, str]:
        """Return role → column for the roles that are set."""
        return {role: column for role, column in self.model_dump().items() if column is not None}


class ReadOptions(BaseModel):
    """How the bytes of a file become rows, and its rows times. None = proposed from the content.

    Args:
        format, encoding: of the file.
        delimiter: between fields; " " stands for a run of blanks.
        has_header: whether the first row of the table names the columns.
        quote: character around fields that hold a delimiter or a line end; "" = none, a quote stands for itself.
        escape: how a quote stands inside quotes: doubled, or after a backslash.
        skip_lines: lines before the table.
        comment: what a line begins with that is no row; "" = every line is one.
        time_zone: IANA name in which times without an offset are read (None = UTC).
        sheet: of a workbook.

    Raises:
        BadInput: a time zone that is not known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = Field(None, min_length=1)
    has_header: bool | None = None
    quote: Literal['"', "'", ""] | None = None
    escape: Literal["double", "backslash"] | None = None
    skip_lines: int | None = Field(None, ge=0)
    comment: str | None = None
    time_zone: str | None = None
    sheet: str | None = None

    def with_answers(self, answers: Mapping[str, str]) -> "ReadOptions":
        """Return these options with what is not set taken from answers; an answer's code is the option's name.

        Raises:
            BadInput: an answer that the option does not take.
        """
        given = {name: answers[name] for name in type(self).model_fields if name in answers and getattr(self, name) is None}
        if not given:
            return self
        try:
            return type(self).model_validate(self.model_dump() | given)
        except ValidationError as error:
            code = str(error.errors()[0]["loc"][0])
            raise BadInput("data", "not_that_option", code=code, found=answers.get(code, "")) from error

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str | None) -> str | None:
        if name is not None and name not in _zones():
            raise BadInput("data", "unknown_time_zone", found=name)
        return name


@cache
def zone_names() -> tuple[str, ...]:
    """Return the names of the time zones that are known, UTC first."""
    return ("UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


class Channel(BaseModel):
    """One source of a log: a file, or several that are parts of one.

    Args:
        source: what its events are told apart by; "" where all events have one source.
        paths: its files, in order; `files`: what people call them, where they lie under other names.
        mapping, read, answers: as in `ImportRequest`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = ""
    paths: tuple[Path, ...] = Field(min_length=1)
    files: tuple[str, ...] = ()
    mapping: ColumnMapping | None = None
    read: ReadOptions = ReadOptions()
    answers: dict[str, str] = Field(default_factory=dict)

    def names(self) -> tuple[str, ...]:
        """Return what people call each file."""
        return tuple(self.files[n] if n < len(self.files) else path.name for n, path in enumerate(self.paths))


class ImportRequest(BaseModel):
    """Everything that decides an import; its JSON (without paths) is the recipe, and replaying it gives the same fingerprint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    items_path: Path | None = None
    name: str | None = None
    mapping: ColumnMapping | None = Field(None, description="None = the proposal")
    read: ReadOptions = ReadOptions()
    session_gap_minutes: float | None = Field(None, gt=0, description="None = the session column, else 30")
    whole_history: bool = Field(False, description="each user's whole history is one session")
    raw: bool = Field(False, description="no cleaning beyond what cannot be kept")
    steps: tuple[Step, ...] | None = Field(None, description="of cleaning, in order; None = those that the log suggests")
    without: tuple[str, ...] = Field((), description="names of steps that are left out")
    answers: dict[str, str] = Field(default_factory=dict, description="answers to questions, by their code")
    source: str | None = Field(None, description="what people call the file, where it lies under another name")
    items_source: str | None = Field(None, description="the same of the item file")
    append: str | None = Field(None, description="a stored dataset that the files are added to")
    channels: tuple[Channel, ...] = Field((), description="all files where there are several; `path` is the first of them")

    def each(self) -> tuple[Channel, ...]:
        """Return the channels; a file by itself is one without a source."""
        if self.channels:
            return self.channels
        files = () if self.source is None else (self.source,)
        return (Channel(paths=(self.path,), files=files, mapping=self.mapping, read=self.read, answers=self.answers),)

    def of(self, channel: Channel, path: Path) -> "ImportRequest":
        """Return the request for one file of a channel alone."""
        plain = {code: answer for code, answer in self.answers.items() if OF_CHANNEL not in code}
        prefix = f"{channel.source}{OF_CHANNEL}"
        own = {code.removeprefix(prefix): answer for code, answer in self.answers.items() if code.startswith(prefix)}
        answers = {**plain, **own, **channel.answers} if channel.source else {**self.answers, **channel.answers}
        told = {"mapping": channel.mapping, "read": channel.read, "answers": answers}
        return self.model_copy(update={"path": path, "channels": (), **told})

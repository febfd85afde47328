"""Segment: the rule that names a group of sessions or users. Plain JSON."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Segment(BaseModel):
    """A group of sessions; the users of a segment are those with at least one session in it.

    Args:
        name: what people call it.
        where: column → value, both as text; all have to match on a session's first event.
        start, end: a session's first event lies in [start, end); a time without an offset is UTC; None = open.
        sessions: only these session ids; None = all.

    Example:
        >>> Segment(name="Phones", where={"device": "mobile"}).model_dump(exclude_defaults=True)
        {'name': 'Phones', 'where': {'device': 'mobile'}}
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    where: dict[str, str] = Field(default_factory=dict)
    start: datetime | None = None
    end: datetime | None = None
    sessions: tuple[str, ...] | None = None

    @field_validator("start", "end")
    @classmethod
    def _in_utc(cls, time: datetime | None) -> datetime | None:
        if time is None:
            return None
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)

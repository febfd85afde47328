"""Segment: what names a group of sessions or users. Plain JSON; files written before there were rules read the same."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, field_validator

from seqrec_core.data.sequences import Unit
from seqrec_core.segments.grammar import parse


class Segment(BaseModel):
    """A group of sessions; the users of a segment are those with at least one session in it.

    Args:
        name: what people call it.
        where: column → value, both as text; all have to match on a session's first event.
        start, end: a session's first event lies in [start, end); a time without an offset is UTC; None = open.
        sessions: only these session ids; None = all.
        rule: what has to be met besides, as people write it (`segments/grammar.py`); "" = nothing.
        unit: whom the rule speaks of; a user's sessions belong together under a rule about users.

    Example:
        >>> Segment(name="Phones", where={"device": "mobile"}).model_dump(exclude_defaults=True)
        {'name': 'Phones', 'where': {'device': 'mobile'}}
        >>> Segment(name="Loyal", rule="purchases >= 2 and recency_days < 30", unit="user").unit
        'user'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    where: dict[str, str] = Field(default_factory=dict)
    start: datetime | None = None
    end: datetime | None = None
    sessions: tuple[str, ...] | None = None
    rule: str = ""
    unit: Unit = "session"

    @field_validator("rule")
    @classmethod
    def _is_read(cls, rule: str) -> str:
        """Refuse a rule that does not follow the grammar, with the place: BadInput goes through as it is."""
        if rule.strip():
            parse(rule)
        return rule.strip()

    @field_validator("start", "end")
    @classmethod
    def _in_utc(cls, time: datetime | None) -> datetime | None:
        if time is None:
            return None
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)

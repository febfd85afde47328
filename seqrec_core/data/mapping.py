"""ColumnMapping and ImportRequest: which column plays which role, and everything that decides an import."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


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
    """How the bytes of a file become rows. None = proposed from the content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None


class ImportRequest(BaseModel):
    """Everything that decides an import; its JSON (without paths) is the recipe, and replaying it gives the same fingerprint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    items_path: Path | None = None
    name: str | None = None
    mapping: ColumnMapping | None = Field(None, description="None = the proposal")
    read: ReadOptions = ReadOptions()
    session_gap_minutes: float | None = Field(None, gt=0, description="None = the session column, else 30")
    raw: bool = Field(False, description="no cleaning beyond what cannot be kept")
    answers: dict[str, str] = Field(default_factory=dict, description="answers to questions, by their code")

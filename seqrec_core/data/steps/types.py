"""The steps of cleaning: what each is told. A list of them is part of a recipe, and says all that decides the outcome."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from seqrec_core import columns as c
from seqrec_core.errors import BadInput
from seqrec_core.text import say


class _Step(BaseModel):
    """Base of all steps: frozen, unknown settings refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ExactDuplicates(_Step):
    """Leave out rows that equal an earlier one in every column."""

    name: Literal["exact_duplicates"] = "exact_duplicates"


class SourceOverlap(_Step):
    """Leave out events that equal one of an earlier source in user, item, type and time."""

    name: Literal["source_overlap"] = "source_overlap"
    sources: tuple[str, ...] = Field(min_length=2, description="which comes before which; the event of the first stays")


class NonProductCodes(_Step):
    """Leave out events whose item is no product: postage, fees, corrections."""

    name: Literal["non_product_codes"] = "non_product_codes"
    codes: tuple[str, ...] = Field(min_length=1)


class Returns(_Step):
    """Leave out what takes a purchase back: negative values, and rows whose `column` begins with `prefix` and a digit."""

    name: Literal["returns"] = "returns"
    negative: bool = True
    column: str | None = Field(None, description="of the log: session_id, or the name of an attribute")
    prefix: str | None = Field(None, min_length=1)
    purchases: bool = Field(False, description="also the latest purchase of the same user, item and amount before it")


class Prices(_Step):
    """Leave out events with a price of zero or less."""

    name: Literal["prices"] = "prices"
    column: str


class MergeItems(_Step):
    """Give items that are the same one id: old id → id."""

    name: Literal["merge_items"] = "merge_items"
    into: dict[str, str] = Field(min_length=1)


class MergeZeros(_Step):
    """Give items whose numbers differ only in zeros before them one id: old id → id."""

    name: Literal["merge_zeros"] = "merge_zeros"
    into: dict[str, str] = Field(min_length=1)


class MatchItems(_Step):
    """Give items the ids that the item file writes otherwise: old id → id."""

    name: Literal["match_items"] = "match_items"
    into: dict[str, str] = Field(min_length=1)


class MergeEvents(_Step):
    """Rename event types, or merge several into one: old type → type."""

    name: Literal["merge_events"] = "merge_events"
    into: dict[str, str] = Field(min_length=1)


class HideEvents(_Step):
    """Leave out events of some types."""

    name: Literal["hide_events"] = "hide_events"
    types: tuple[str, ...] = Field(min_length=1)


class CollapseRepeats(_Step):
    """Keep the first of several events in a row of one user that have the same item and type."""

    name: Literal["collapse_repeats"] = "collapse_repeats"
    within_seconds: float | None = Field(None, gt=0, description="only where the event before it is no older; None = any pause")


class Bots(_Step):
    """Leave out users that no person can be: too fast, too many events, too regular, sleepless, or always at one item.

    What is None is not looked at.

    Args:
        min_events: users with fewer are never called bots.
        max_pause: seconds; a median pause of so little or less is too fast. Events at the same time count as one.
        max_events: more are too many.
        spread: 9th decile of the pauses less the 1st, as a share of their median; so little or less is too regular.
        max_awake: hours; a longer time without a pause of two hours is sleepless.
        one_item: share of the events that are at the item most frequent with the user; so much or more is a machine at work.
    """

    name: Literal["bots"] = "bots"
    min_events: int = Field(100, ge=2)
    max_pause: float | None = Field(3.0, gt=0)
    max_events: int | None = Field(None, ge=1)
    spread: float | None = Field(0.05, ge=0)
    max_awake: float | None = Field(None, gt=0)
    one_item: float | None = Field(None, gt=0, le=1)


class KCore(_Step):
    """Leave out users with fewer than `users` events and items with fewer than `items`, again until none is left."""

    name: Literal["k_core"] = "k_core"
    users: int = Field(5, ge=1)
    items: int = Field(5, ge=1)


class MinHistory(_Step):
    """Leave out users with fewer events."""

    name: Literal["min_history"] = "min_history"
    events: int = Field(2, ge=1)


Step = Annotated[
    ExactDuplicates
    | SourceOverlap
    | NonProductCodes
    | Returns
    | Prices
    | MergeItems
    | MergeZeros
    | MatchItems
    | MergeEvents
    | HideEvents
    | CollapseRepeats
    | Bots
    | KCore
    | MinHistory,
    Field(discriminator="name"),
]
_KINDS: tuple[type[BaseModel], ...] = get_args(get_args(Step)[0])
_STEPS: TypeAdapter[tuple[Step, ...]] = TypeAdapter(tuple[Step, ...])
DUPLICATES = "exact_duplicates"
NAMES = (
    DUPLICATES, "source_overlap", "hide_events", "merge_events", "returns", "non_product_codes", "prices", "merge_items",
    "merge_zeros", "match_items", "bots", "collapse_repeats", "k_core", "min_history",
)  # fmt: skip


def known_step(name: str) -> str:
    """Return the name of a step.

    Raises:
        BadInput: there is none of that name.
    """
    if name not in NAMES:
        raise BadInput("steps", "unknown", found=name, known=", ".join(NAMES))
    return name


def listed_settings(name: str) -> frozenset[str]:
    """Return the settings of a step that are lists."""
    fields = next(kind for kind in _KINDS if kind.model_fields["name"].default == name).model_fields
    return frozenset(setting for setting, field in fields.items() if get_origin(field.annotation) is tuple)


def steps_of(given: Iterable[object]) -> tuple[Step, ...]:
    """Return steps from what a recipe says of them.

    Raises:
        BadInput: one is none.
    """
    try:
        return _STEPS.validate_python(tuple(given))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        raise BadInput("steps", "not_a_step", found=where or str(first["input"])[:80], why=first["msg"]) from error


def with_steps(steps: tuple[Step, ...], add: Iterable[Step] = (), without: Iterable[str] = ()) -> tuple[Step, ...]:
    """Return steps with others added and some left out.

    Args:
        steps: in their order.
        add: each takes the place of the step of its name; a new one comes before the first that is usually done after it.
        without: names of steps; one that is not there is left out already.
    """
    found = [step for step in steps if step.name not in set(without)]
    for step in add:
        same = next((n for n, other in enumerate(found) if other.name == step.name), None)
        if same is not None:
            found[same] = step
            continue
        later = NAMES[NAMES.index(step.name) + 1 :]
        found.insert(next((n for n, other in enumerate(found) if other.name in later), len(found)), step)
    return tuple(found)


def check_steps(steps: tuple[Step, ...], columns: set[str]) -> None:
    """Refuse steps that look at a column that the log does not have.

    Raises:
        BadInput: it has none of that name.
    """
    for step in steps:
        column = c.SOURCE if isinstance(step, SourceOverlap) else getattr(step, "column", None)
        if column is not None and column not in columns:
            raise BadInput("steps", "no_column", step=step.name, column=column, found=", ".join(sorted(columns)[:30]))


@dataclass(frozen=True)
class Effect:
    """What a step did.

    Args:
        name: of the step.
        rows_before, rows_after, users_before, users_after, items_before, items_after: how many there were and are.
        changed: rows that stayed with another item or type.
    """

    name: str
    rows_before: int
    rows_after: int
    users_before: int
    users_after: int
    items_before: int
    items_after: int
    changed: int = 0

    @property
    def rows_removed(self) -> int:
        """Rows that the step left out."""
        return self.rows_before - self.rows_after


@dataclass(frozen=True)
class Proposed:
    """A step that the log itself suggests.

    Args:
        step: with all its settings, as it stands in a recipe.
        on: whether it is done unless somebody says otherwise.
        n: rows that speak for it; for bots, users.
        values: of the sentence `steps.evidence.<name>`.
    """

    step: dict[str, object]
    on: bool
    n: int
    values: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the step."""
        return str(self.step["name"])

    @property
    def sentence(self) -> str:
        """Why it is proposed, in words."""
        kind = ".negative" if self.name == "returns" and not self.values.get("cancelled") else ""
        return say(f"steps.evidence.{self.name}{kind}", n=self.n, **self.values)

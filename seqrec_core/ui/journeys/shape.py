"""How events are read before anything is counted: several as one, some left out; in the address, so that it can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import quote, unquote

from seqrec_core.ui import context

MOST_GROUPS = 50


@dataclass(frozen=True)
class Shape:
    """What was asked for, and what it means in this log.

    Args:
        groups: (name, names or wildcards) of each group, in order; those that fit nothing are in `unknown`.
        hide: names or wildcards left out, after grouping.
        names: old name → new name of every event that a group holds.
        hidden: names left out.
        unknown: what fits no event.
    """

    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    hide: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    hidden: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells two readings apart."""
        return repr((self.names, self.hidden)) if self.names or self.hidden else ""


def fitting(labels: Sequence[str], pattern: str) -> list[str]:
    """Return the labels that a name or a wildcard means; a label of exactly this name wins."""
    return [pattern] if pattern in labels else [label for label in labels if fnmatchcase(label, pattern)]


def shape_of(labels: Sequence[str], shown: Sequence[str] = ()) -> Shape:
    """Read the address.

    Args:
        labels: events of the log.
        shown: names that are never left out, since the view starts or ends at them.
    """
    names: dict[str, str] = {}
    unknown: list[str] = []
    known = set(labels)
    for group, patterns in asked_groups():
        for pattern in patterns:
            found = [pattern] if pattern in known else fitting(labels, pattern)
            unknown += [] if found else [pattern]
            for label in found:
                names.setdefault(label, group)
    after = list(dict.fromkeys(names.get(label, label) for label in labels))
    hidden: list[str] = []
    for pattern in asked_hidden():
        found = fitting(after, pattern)
        unknown += [] if found else [pattern]
        hidden += [label for label in found if label not in hidden and label not in shown]
    return Shape(asked_groups(), asked_hidden(), tuple(names.items()), tuple(hidden), tuple(unknown))


def asked_groups() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the groups that the address names: `browse=catalog,product*;pay=pay*`."""
    found = []
    for part in context.get("group").split(";")[:MOST_GROUPS]:
        name, _, patterns = part.partition("=")
        listed = tuple(unquote(pattern) for pattern in patterns.split(",") if pattern)
        if name and listed:
            found.append((unquote(name), listed))
    return tuple(found)


def asked_hidden() -> tuple[str, ...]:
    """Return the names and wildcards that the address leaves out."""
    return tuple(dict.fromkeys(unquote(part) for part in context.get("hide").split(",") if part))


def written(groups: Sequence[tuple[str, Sequence[str]]]) -> str | None:
    """Write groups as one value of the address."""
    parts = [f"{quote(name, safe=' /')}={','.join(quote(one, safe=' /') for one in patterns)}" for name, patterns in groups]
    return ";".join(parts) or None

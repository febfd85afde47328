"""The files of an import as channels, and what the options say of each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from seqrec_core.cli.arguments import listed, pairs
from seqrec_core.errors import BadInput, NeedsDecision

if TYPE_CHECKING:
    from seqrec_core.data.mapping import Channel, ColumnMapping

NEEDED = (("user",), ("item", "event"), ("time", "order"))


def of_channel(given: Sequence[str], channel: "Channel", channels: Sequence["Channel"]) -> list[str]:
    """Return what an option says of a channel: what is said of all, and what is said of it by `FILE:` or `SOURCE:`.

    Raises:
        BadInput: something is said of a file that is not imported.
    """
    found = []
    for text in given:
        key, colon, rest = _key(text, channels)
        if not colon or key in _keys(channel):
            found.append(rest)
    return found


def _key(text: str, channels: Sequence["Channel"]) -> tuple[str, str, str]:
    """Cut `FILE:rest`; a text without it is all rest."""
    known = [key for channel in channels for key in _keys(channel)]
    for key in sorted(known, key=len, reverse=True):
        if text.startswith(f"{key}:"):
            return key, ":", text.removeprefix(f"{key}:")
    before = text.partition("=")[0]
    if ":" in before and not before.endswith("\\"):
        raise BadInput("channels", "unknown_source", found=before.rpartition(":")[0], known=", ".join(known))
    return "", "", text


def _keys(channel: "Channel") -> list[str]:
    """Return what a channel may be called on the command line."""
    return [key for key in (channel.source, *channel.names(), *map(str, channel.paths)) if key]


def mapping_of_channel(texts: Sequence[str], channel: "Channel", answers: dict[str, str]) -> "ColumnMapping":
    r"""Read `user=COL,item=COL,…`: as given where it names all that a log needs; else it corrects the proposal.

    A comma inside a name is written `\,`.
    """
    from seqrec_core.cli.working import ask
    from seqrec_core.data.mapping import ColumnMapping

    roles = pairs("--map", [entry for text in texts for entry in listed(text)])
    if not all(any(role in roles for role in either) for either in NEEDED):
        return _corrected(channel, answers, roles)
    unknown = [role for role in roles if role not in ColumnMapping.model_fields]
    if unknown:
        raise BadInput("data", "unknown_role", found=unknown[0], known=", ".join(ColumnMapping.model_fields))
    mapping: ColumnMapping = ask(ColumnMapping, roles)
    return mapping


def _corrected(channel: "Channel", answers: dict[str, str], roles: dict[str, str]) -> "ColumnMapping":
    """Return the proposed mapping with some roles given.

    Raises:
        NeedsDecision: for a role that was not given, several columns fit.
    """
    from seqrec_core.data.importing import propose

    chosen = {f"{role}_column": column for role, column in roles.items()}
    proposal = propose(channel.paths[0], channel.read, {**answers, **chosen})
    if any(question.code.endswith("_column") for question in proposal.questions):
        raise NeedsDecision(proposal.questions)
    return proposal.mapping_with(roles)

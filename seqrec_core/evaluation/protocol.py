"""The line that stands beside every number: under which rules it holds."""

from seqrec_core.evaluation.report import ProtocolLine
from seqrec_core.text import count, has_sentence, say


def protocol_line(protocol: ProtocolLine) -> str:
    """Return the protocol in one line, for people."""
    line = say(
        "evaluation.protocol",
        items=count(protocol.n_candidates, "item"),
        split=say(f"evaluation.split.{protocol.split}"),
        part=say(f"evaluation.part.{protocol.part}"),
        users=count(protocol.n_users, "user"),
        seen=say("evaluation.seen.excluded" if protocol.exclude_seen else "evaluation.seen.included"),
        k=", ".join(map(str, protocol.k)),
        seed=protocol.seed,
    )
    return line + say("evaluation.protocol.left_out", n=protocol.left_out) if protocol.left_out else line


def protocol_told(protocol: ProtocolLine) -> list[str]:
    """Return what has to be known beside the line: what leaks, what the order of the file decides, and what to prefer."""
    told = [say(protocol.leak)] if has_sentence(protocol.leak) else []
    if protocol.tied_in_time:
        told.append(say("evaluation.protocol.tied", n=count(protocol.tied_in_time, "held-out event")))
    if protocol.split == "leave_one_out":
        told.append(say("evaluation.protocol.prefer_temporal"))
    return told

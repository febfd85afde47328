"""Evidence: why something is proposed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Evidence:
    """Why something was proposed: the part (a role, or encoding, delimiter, header), its value, confidence, a sentence."""

    part: str
    value: str
    confidence: float
    reason: str

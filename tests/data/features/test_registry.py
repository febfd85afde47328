"""The registry, the documentation and the code say the same."""

import re
from pathlib import Path

import pytest

from seqrec_core.data.features.registry import FEATURES, FeatureOf
from seqrec_core.data.features.table import PARTS

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "features.md"
SECTION: dict[FeatureOf, str] = {"user": "Users", "item": "Items", "sequence": "Sessions"}


@pytest.mark.parametrize("of", list(FEATURES))
def test_the_document_defines_each_column_in_the_same_words(of: FeatureOf):
    section = DOCUMENT.read_text(encoding="utf-8").split(f"\n## {SECTION[of]}\n")[1].split("\n## ")[0]
    rows = [re.split(r" (?<!\\)\| ", line.removeprefix("| ").removesuffix(" |")) for line in section.splitlines()[2:] if line]
    said = [[f"`{f.name}`", f.title, f.formula.replace("|", r"\|"), f.unit_name, f.empty_case] for f in FEATURES[of]]
    assert rows == said


@pytest.mark.parametrize("of", list(FEATURES))
def test_every_part_is_computed_and_every_name_is_there_once(of: FeatureOf):
    assert {feature.part for feature in FEATURES[of]} == set(PARTS[of])
    names = [feature.name for feature in FEATURES[of]]
    assert len(set(names)) == len(names)

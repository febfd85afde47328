"""Every sentence that code asks for exists, is filled, and is used; every error says what to do."""

import ast
import re
import string
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from seqrec_core.models.registry import REGISTRY
from seqrec_core.text import has_sentence, percent, say
from seqrec_core.text.catalogue import sentences
from tests import source
from tests.source import CORE, dotted, tree

CATALOGUE = CORE / "text" / "en"
ERRORS = {"SeqrecError", "BadInput", "NotFound", "Damaged", "Failed", "Stopped"}
# Keys that no code spells, since a registry names them.
REGISTERED = frozenset(spec.title for spec in REGISTRY.values())
MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|&[a-z]+;|&#\d+;|\bHTML\b")


def subjects() -> list[str]:
    return sorted(path.stem for path in CATALOGUE.glob("*.py") if path.stem != "__init__")


@cache
def catalogue() -> dict[str, str]:
    """Every sentence by its key."""
    return {f"{subject}.{name}": sentence for subject in subjects() for name, sentence in sentences(subject).items()}


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@dataclass(frozen=True)
class Use:
    """One place that asks for a sentence: its key, the values given, whether more come from a `**` or a `*`."""

    place: str
    key: str
    given: frozenset[str]
    is_open: bool


def code() -> list[Path]:
    return [path for path in source.product() if CATALOGUE not in path.parents]


def last(node: ast.AST) -> str:
    return dotted(node).split(".")[-1]


@cache
def error_names() -> frozenset[str]:
    """The error family, classes that others derive from it included."""
    found = set(ERRORS)
    for _ in range(3):
        for path in code():
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.ClassDef) and any(last(base) in found for base in node.bases):
                    found.add(node.name)
    return frozenset(found)


def uses() -> tuple[list[Use], list[Use], list[Use]]:
    """Return the literal uses of sentences, of errors (key without `.hint`) and of nouns."""
    said: list[Use] = []
    raised: list[Use] = []
    nouns: list[Use] = []
    for path in code():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            function, texts = (
                last(node.func),
                [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)],
            )
            is_open = any(keyword.arg is None for keyword in node.keywords) or any(isinstance(a, ast.Starred) for a in node.args)
            given = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            place = f"{source.name_of(path)}:{node.lineno}"
            if function in ("say", "has_sentence") and node.args and isinstance(node.args[0], ast.Constant):
                said.append(Use(place, texts[0], given, is_open or function == "has_sentence"))
            elif function in error_names() and len(texts) >= 2:
                raised.append(Use(place, f"{texts[0]}.error.{texts[1]}", given, is_open))
            elif dotted(node.func) in ("count", "text.count") and len(node.args) == 2 and isinstance(node.args[1], ast.Constant):
                nouns.append(Use(place, f"nouns.{node.args[1].value}", given, True))
    return said, raised, nouns


@cache
def constants() -> frozenset[str]:
    """Every string that code spells."""
    nodes = (node for path in code() for node in ast.walk(tree(path)))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def pattern(node: ast.JoinedStr) -> str:
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+" for part in node.values)


@cache
def patterns() -> dict[str, str]:
    """f-strings that begin with a subject, as a pattern → one place: f"ui.page.{page}" fits ui.page.data."""
    found = {}
    for path in code():
        for node in ast.walk(tree(path)):
            place = f"{source.name_of(path)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
                start = str(node.values[0].value)
                if "." in start and start.split(".", 1)[0] in subjects():
                    found[pattern(node)] = place
            elif isinstance(node, ast.Call) and last(node.func) in error_names() and len(node.args) == 2:
                subject, named = node.args
                if isinstance(subject, ast.Constant) and isinstance(named, ast.JoinedStr):
                    found[rf"{subject.value}\.error\.{pattern(named)}(\.hint)?"] = place
    return found


def test_every_sentence_that_code_asks_for_exists():
    said, raised, nouns = uses()
    assert len(said) > 50
    assert len(raised) > 20
    missing = [f"{use.place} asks for {use.key}" for use in [*said, *raised, *nouns] if use.key not in catalogue()]
    assert not missing, "\n".join(missing)


def test_a_key_put_together_fits_a_sentence():
    missing = [f"{place} asks for {p}" for p, place in patterns().items() if not any(re.fullmatch(p, key) for key in catalogue())]
    assert not missing, "\n".join(missing)


def test_placeholders_and_values_match():
    said, raised, _ = uses()
    wrong = []
    for use in said:
        wanted = fields(catalogue().get(use.key, ""))
        if not use.is_open and wanted != use.given:
            wrong.append(f"{use.place}: {use.key} wants {sorted(wanted)} and gets {sorted(use.given)}")
    for use in raised:
        wanted = fields(catalogue().get(use.key, "") + catalogue().get(f"{use.key}.hint", ""))
        if not use.is_open and wanted - use.given:
            wrong.append(f"{use.place}: {use.key} wants {sorted(wanted)} and gets {sorted(use.given)}")
    assert not wrong, "\n".join(wrong)


def test_every_sentence_is_used():
    said, raised, nouns = uses()
    used = {use.key for use in [*said, *raised, *nouns]} | {f"{use.key}.hint" for use in raised} | constants()
    # An error whose code is a variable is used where its code is spelled.
    spelled = {
        f"{s}.error.{name}{end}" for s in subjects() for name in constants() if name.isidentifier() for end in ("", ".hint")
    }
    idle = []
    for key in catalogue():
        put_together = key in REGISTERED or any(re.fullmatch(p, key) for p in patterns())
        noun = key.startswith("nouns.") and key.removeprefix("nouns.") in constants()
        singular = key.removesuffix(".one") in used  # of a fix that touched one thing
        if not (key in used or key in spelled or put_together or noun or singular):
            idle.append(key)
    assert not idle, "\n".join(idle)


def test_every_registered_model_has_a_name_for_people():
    assert [name for name, spec in REGISTRY.items() if not has_sentence(spec.title)] == []


def test_every_error_says_what_to_do():
    errors = {key for key in catalogue() if ".error." in key and not key.endswith(".hint")}
    hints = {key.removesuffix(".hint") for key in catalogue() if ".error." in key and key.endswith(".hint")}
    assert len(errors) > 10
    assert errors - hints == set()
    assert hints - errors == set()


def test_no_sentence_holds_markup():
    assert [key for key, sentence in catalogue().items() if MARKUP.search(sentence)] == []


def test_placeholders_are_plain_names():
    """An attribute or an index in a placeholder would reach into an object."""
    assert {key: bad for key, s in catalogue().items() if (bad := [f for f in fields(s) if not f.isidentifier()])} == {}


def test_no_sentence_is_empty_or_spelled_twice_in_one_file():
    assert [key for key, sentence in catalogue().items() if not sentence.strip()] == []
    twice = {}
    for path in CATALOGUE.glob("*.py"):
        spelled = [
            ast.literal_eval(key) for node in ast.walk(tree(path)) if isinstance(node, ast.Dict) for key in node.keys if key
        ]
        twice |= {f"{path.stem}.{name}": n for name, n in Counter(spelled).items() if n > 1}
    assert twice == {}


def test_pages_and_widgets_spell_no_sentence():
    """Two words or more in quotes, given to Streamlit, belong in the catalogue."""
    found = []
    for path in source.files("pages", "seqrec_core/ui", "app.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and dotted(node.func).startswith("st.") and last(node.func) not in ("code", "html"):
                spelled = [a for a in [*node.args, *(k.value for k in node.keywords)] if isinstance(a, ast.Constant)]
                words = [
                    a.value for a in spelled if isinstance(a.value, str) and re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", a.value)
                ]
                found += [f"{source.name_of(path)}:{node.lineno} {word!r}" for word in words]
    assert not found, "\n".join(found)


def test_a_missing_value_is_an_error_and_not_a_hole():
    key = next(key for key, sentence in catalogue().items() if fields(sentence))
    with pytest.raises(KeyError):
        say(key)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.1234, "12.3 %"),
        (0.00049, "0.05 %"),
        (0.00041, "0.04 %"),
        (0.000004, "0.0004 %"),
        (0, "0.0 %"),
        (1e-12, "0.0 %"),
        (None, "–"),
    ],
)
def test_a_share_that_is_there_never_reads_as_nothing(share: float | None, written: str):
    assert percent(share) == written

"""Look a sentence up by its key and fill its placeholders.

A key is `subject.name`; the sentences of a subject are the dict `SENTENCES` in `text/<language>/<subject>.py`.
"""

import importlib
from functools import cache

LANGUAGE = "en"


@cache
def sentences(subject: str, language: str = LANGUAGE) -> dict[str, str]:
    """Return the sentences of one subject, by name."""
    module = importlib.import_module(f"seqrec_core.text.{language}.{subject}")
    return dict(module.SENTENCES)


def has_sentence(key: str) -> bool:
    """Whether the catalogue holds this key."""
    subject, _, name = key.partition(".")
    try:
        return name in sentences(subject)
    except ModuleNotFoundError:
        return False


def say(key: str, /, **values: object) -> str:
    """Return the sentence of `key` with its placeholders filled.

    Args:
        key: `subject.name`, such as `data.title`.
        values: one for each `{placeholder}` of the sentence; a format such as `{n:,}` is allowed.

    Raises:
        KeyError: the catalogue has no such sentence, or a placeholder is left without a value.

    Example:
        >>> say("words.left_before")
        'Left before'
    """
    subject, _, name = key.partition(".")
    return sentences(subject)[name].format(**values)

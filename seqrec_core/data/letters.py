"""How often languages use their letters beyond ASCII, to tell 8-bit encodings apart by the words that they give.

The figures are rough parts in a hundred of the letters beyond ASCII in running text; only their order of size matters.
"""

import math
import re
import unicodedata
from collections.abc import Iterable

# Other encodings of the same languages; one that gives the same words as another counts as the first.
ALSO = {
    "iso8859-15": "cp1252", "mac_roman": "cp1252", "cp850": "cp1252", "iso8859-2": "cp1250", "iso8859-9": "cp1254",
    "cp866": "cp1251",
}  # fmt: skip
GREEK = "\u0370"  # from here on letters are of other alphabets
FLOOR = 1e-4  # of a letter that a language does not have
SYMBOL = 0.03  # of a sign that stands where signs stand
SIGNS = frozenset("£€¥§©®™°²³½¼¾±·•–—…“”„‘’«»¡¿ªº†×÷¢¬µ¶¹")
RUSSIAN = {
    "о": 11, "е": 8.5, "а": 8, "и": 7.4, "н": 6.7, "т": 6.3, "с": 5.5, "р": 4.7, "в": 4.5, "л": 4.4, "к": 3.5, "м": 3.2, "д": 3,
    "п": 2.8, "у": 2.6, "я": 2, "ы": 1.9, "ь": 1.7, "г": 1.7, "з": 1.6, "б": 1.6, "ч": 1.4, "й": 1.2, "х": 1, "ж": 0.9, "ш": 0.7,
    "ю": 0.6, "ц": 0.5, "щ": 0.4, "э": 0.3, "ф": 0.3, "ъ": 0.1, "ё": 0.3,
}  # fmt: skip
LETTERS: dict[str, dict[str, dict[str, float]]] = {
    "cp1252": {
        "French": {"é": 55, "è": 13, "à": 12, "ê": 6, "ç": 4, "ô": 3, "â": 2, "î": 2, "ù": 1.5, "û": 1, "ë": 0.6, "ï": 0.7,
            "œ": 0.8},
        "German": {"ü": 33, "ä": 29, "ö": 19, "ß": 15},
        "Spanish": {"ó": 29, "í": 26, "á": 20, "é": 13, "ñ": 7, "ú": 5, "ü": 0.3},
        "Portuguese": {"ã": 21, "ç": 17, "á": 13, "é": 13, "í": 10, "ó": 9, "ê": 6, "õ": 4, "à": 3, "ú": 3, "â": 2, "ô": 2},
        "Italian": {"è": 33, "à": 29, "ù": 11, "ò": 12, "ì": 7, "é": 8},
        "Swedish": {"ä": 38, "å": 31, "ö": 29, "é": 2},
        "Danish": {"ø": 36, "å": 37, "æ": 24, "é": 2},
        "Dutch": {"ë": 40, "é": 35, "ï": 15, "ö": 5, "ü": 5},
        "Icelandic": {"í": 18, "á": 18, "ð": 24, "þ": 8, "ö": 8, "æ": 8, "ó": 8, "é": 5, "ú": 5, "ý": 2},
    },
    "cp1250": {
        "Czech": {
            "í": 21, "á": 17, "ě": 12, "é": 10, "ř": 9, "č": 8, "ž": 8, "š": 7, "ý": 7, "ů": 4, "ú": 1, "ó": 0.4, "ň": 0.6,
            "ť": 0.3,
            "ď": 0.3,
        },
        "Slovak": {
            "á": 21, "í": 13, "č": 12, "é": 9, "š": 9, "ý": 10, "ž": 9, "ú": 8, "ľ": 4, "ť": 6, "ň": 2, "ô": 2, "ó": 1,
            "ä": 1, "ď": 1,
        },
        "Polish": {"ł": 23, "ę": 15, "ą": 14, "ó": 12, "ż": 12, "ś": 10, "ć": 6, "ń": 4, "ź": 1.5},
        "Hungarian": {"á": 32, "é": 29, "ö": 10, "ő": 9, "ó": 9, "ü": 5, "í": 5, "ú": 2, "ű": 2},
        "Romanian": {"ă": 34, "î": 20, "ş": 18, "ţ": 17, "â": 10},
        "Croatian": {"š": 29, "č": 27, "ž": 20, "ć": 14, "đ": 9},
    },
    "cp1254": {"Turkish": {"ı": 31, "ü": 15, "ş": 13, "ğ": 11, "ç": 11, "ö": 9, "İ": 4, "â": 1}},
    "cp1257": {
        "Lithuanian": {"ė": 24, "ų": 18, "š": 17, "ž": 10, "į": 9, "ą": 8, "ū": 6, "č": 5, "ę": 3},
        "Latvian": {"ā": 36, "ī": 16, "ē": 16, "š": 11, "ņ": 6, "ū": 5, "ļ": 4, "ž": 3, "č": 1, "ģ": 1, "ķ": 1},
    },
    "cp1251": {"Russian": RUSSIAN, "Ukrainian": {**RUSSIAN, "і": 6, "ї": 0.6, "є": 0.6, "ґ": 0.02}},
    "koi8-r": {"Russian": RUSSIAN},
    "cp1253": {
        "Greek": {
            "α": 11, "ο": 9, "ι": 7, "ε": 7, "τ": 8, "σ": 5, "ν": 6, "η": 4, "υ": 4, "ρ": 4, "κ": 4, "π": 4, "μ": 3, "λ": 3,
            "ς": 4,
            "ω": 2, "γ": 2, "δ": 2, "χ": 1, "θ": 1, "φ": 1, "ά": 2, "έ": 2, "ή": 2, "ί": 3, "ό": 3, "ύ": 1, "ώ": 1, "β": 1,
            "ξ": 0.5,
            "ζ": 0.4, "ψ": 0.2,
        },
    },
    "cp1255": {
        "Hebrew": {
            "י": 11, "ו": 10, "ה": 9, "ל": 7, "א": 6, "ר": 6, "מ": 6, "ב": 5, "ת": 5, "ש": 5, "נ": 4, "כ": 3, "ד": 3,
            "ע": 3, "ח": 3, "ם": 3, "פ": 2, "ק": 2, "ן": 1.5, "ג": 1.5, "ס": 1.5, "ט": 1, "ז": 1, "צ": 1, "ך": 0.8,
            "ף": 0.3, "ץ": 0.3
        },
    },
    "cp1256": {
        "Arabic": {
            "ا": 13, "ل": 11, "ي": 7, "م": 6.5, "و": 6, "ن": 6, "ر": 5, "ت": 5, "ب": 4.5, "ة": 4, "ع": 4, "د": 3.5,
            "س": 3, "ف": 3, "ه": 3, "ك": 2.5, "ق": 2.5, "أ": 2.5, "ح": 2.5, "ج": 1.7, "ش": 1.7, "ص": 1.3, "ط": 1.2,
            "خ": 1.1, "إ": 1, "ى": 1, "ز": 1, "ض": 0.9, "ذ": 0.8, "ث": 0.8, "ئ": 0.5, "غ": 0.5, "ء": 0.4, "ظ": 0.2,
            "ؤ": 0.2, "آ": 0.2
        },
    },
    "cp874": {
        "Thai": {
            "า": 8, "น": 7, "ร": 7, "อ": 6, "ก": 5, "เ": 5, "ง": 5, "่": 5, "ม": 4.5, "ย": 4, "ว": 4, "ล": 4, "้": 4,
            "ั": 4, "ต": 3.5, "ท": 3.5, "ด": 3, "ี": 3, "ส": 3, "ิ": 3, "ค": 3, "บ": 3, "ป": 2.5, "จ": 2.5, "ห": 2.5,
            "แ": 2.5, "ะ": 2, "พ": 2, "ข": 1.7, "ุ": 1.5, "ู": 1.5, "ไ": 1.5, "ช": 1.5, "์": 1.5, "ื": 1.5, "ใ": 1.3,
            "โ": 1, "ำ": 1, "ึ": 1, "ถ": 1, "ผ": 1, "ณ": 0.8, "็": 0.8, "ซ": 0.7, "ษ": 0.6, "ธ": 0.6, "ศ": 0.6, "ภ":
            0.5, "ญ": 0.4, "ฟ": 0.4, "ๆ": 0.3, "ฝ": 0.2, "ฉ": 0.2, "ฐ": 0.2
        },
    },
}  # fmt: skip
SURELY = 6.0  # in natural logarithms: four hundred times as likely
WORD = re.compile(rb"[^\s,;|\"\t\x00-\x1f]*[\x80-\xff][^\s,;|\"\t\x00-\x1f]*")
MOST_WORDS = 2_000


def words_beyond(data: bytes) -> list[bytes]:
    """Return the different words of a text that have bytes beyond ASCII, in order, at most 2,000."""
    found = dict.fromkeys(match[0] for match in WORD.finditer(data))
    return list(found)[:MOST_WORDS]


def likeliest(words: Iterable[bytes], encoding: str) -> float:
    """Return how likely words are under an encoding, as a logarithm; -inf where it does not have these bytes.

    One language has to explain all words; only the Western ones may mix, as the names of goods and people do.
    """
    try:
        texts = [word.decode(encoding) for word in words]
    except UnicodeDecodeError:
        return -math.inf
    languages = [{letter: share / 100 for letter, share in of.items()} for of in LETTERS[ALSO.get(encoding, encoding)].values()]
    by_word = [[_likelihood(text, language) for language in languages] for text in texts]
    if ALSO.get(encoding, encoding) == "cp1252":
        return sum(max(of) for of in by_word)
    return max(map(sum, zip(*by_word, strict=True)), default=0.0)


def _likelihood(text: str, language: dict[str, float]) -> float:
    return sum(_weighed(letter, text, place, language) for place, letter in enumerate(text) if not letter.isascii())


def _weighed(letter: str, text: str, place: int, language: dict[str, float]) -> float:
    """Return how likely one letter is where it stands, as a logarithm."""
    before, after = text[place - 1 : place] if place else "", text[place + 1 : place + 2]
    never = math.log(FLOOR)
    if unicodedata.category(letter) == "Cc":
        return 3 * never
    if letter in SIGNS:
        return never if (before + after).isalpha() and before and after and letter not in "’‘–—·" else math.log(SYMBOL)
    if before.isdigit() or after.isdigit():
        return 2 * never
    if letter >= GREEK and (_is_latin(before) or _is_latin(after)):
        return never  # beside letters of another alphabet
    if letter.isupper() and before.islower():
        return never  # a capital inside a word
    share = language.get(letter, 0.0) or language.get(letter.lower(), 0.0) / 10
    alone = not (before.isalpha() or after.isalpha())
    return math.log(max(FLOOR, share / 10 if alone else share))


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and letter < GREEK


def single_bytes(words: list[bytes]) -> list[tuple[str, float]]:
    """Return the 8-bit encodings that words may be in and how likely each is, as a logarithm, the likeliest first.

    Encodings that give the same words count as one, the Western one before the others.
    """
    found: dict[tuple[str, ...], tuple[str, float]] = {}
    for name in (*LETTERS, *ALSO):
        likely = likeliest(words, name)
        if likely > -math.inf:
            read = tuple(word.decode(name) for word in words)
            first, before = found.get(read, (name, likely))
            found[read] = (first, max(before, likely))
    return sorted(found.values(), key=lambda entry: -entry[1])


def surely(ranked: list[tuple[str, float]]) -> str:
    """Return the encoding that is far likelier than all others; empty where none is."""
    if not ranked or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < SURELY):
        return ""
    return ranked[0][0]

"""Names as text: what Markdown would interpret is escaped."""

import re

# What turns into a link without any markup: addresses of the web and of mail. An invisible joiner inside keeps it text.
AUTOLINK = re.compile(r"https?:/|www\.|[\w.+-]@(?=[\w-]+\.[\w-])", re.IGNORECASE)
# What turns into an icon or an emoji even where its colons are escaped: `:material/home:`, `:smile:`.
SHORTCODE = re.compile(r":(?=[^\W\d][\w+-]*(?:/\w+)?:|[+-]1:)|(?<!\d):(?=\d+:)")
JOINER = "\u2060"
# Marks of direction: one in a name would turn the sentence round it.
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A word so long that it fills a page of its own is cut.
ENDLESS, KEPT = re.compile(r"\S{121,}"), 120


def plain(text: str) -> str:
    """Escape what Markdown would interpret, so that names from a log are shown as they are: no link, no icon, no flood."""
    text = DIRECTION.sub("", text)
    text = ENDLESS.sub(lambda found: f"{found[0][:KEPT]}…", text)
    text = AUTOLINK.sub(lambda found: f"{found[0][:-1]}{JOINER}{found[0][-1]}", text)
    text = SHORTCODE.sub(f":{JOINER}", text)
    escaped = "".join(f"\\{character}" if character in r"\`*_{}[]()#+!|<>$~:" else character for character in text)
    return escaped.replace("\n", " ")

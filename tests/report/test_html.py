"""The page: a name can be no markup, whatever it holds and wherever it stands."""

from html.parser import HTMLParser

import plotly.graph_objects as go
import pytest

from seqrec_core.report.html import Chart, Grid, Heading, Paragraph, page
from seqrec_core.report.latex import escaped

HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title><b>x", "</script><script>alert(1)//", "a & b")


class Tags(HTMLParser):
    """Collect every tag outside scripts, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_text_everywhere(name):
    figure = go.Figure(go.Bar(x=[1], y=["a"], customdata=[[name]], hovertext=["plain"]))
    text = page(name, name, [Heading(name), Paragraph(name), Grid([name], [[name]]), Chart(figure, name, name)])
    parser = Tags()
    parser.feed(text)
    plain = page("x", "x", [Heading("x"), Paragraph("x"), Grid(["x"], [["x"]]), Chart(figure, "x", "x")])
    same = Tags()
    same.feed(plain)
    assert parser.tags == same.tags, "a name adds no tag"
    assert parser.text.count(name) >= 6


def test_plotly_stands_in_the_page_once():
    figure = go.Figure(go.Bar(x=[1], y=["a"]))
    one, two = (page("t", "s", [Chart(figure, "c", "d")] * n) for n in (1, 2))
    assert len(two) < 1.01 * len(one)
    assert "cdn.plot.ly" not in one.split("Plotly.newPlot")[-1]


def test_latex_reads_names_as_text():
    assert escaped(r"50% of_a\b{c}") == r"50\% of\_a\textbackslash{}b\{c\}"

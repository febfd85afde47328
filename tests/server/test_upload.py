"""The upload route: only an open page of this address may send, whole files alone are kept, and names are never paths."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.applications import Starlette

from seqrec_core.errors import Failed
from seqrec_core.server.upload import routes
from seqrec_core.settings import settings
from seqrec_core.store.home import Home
from seqrec_core.store.uploads import KEPT_SECONDS, Uploads, cleaned
from seqrec_core.ui.upload_route import PATH

HOST = "127.0.0.1:8501"
ROWS = b"user,item,time\n" + b"u1,a,1717200000\n" * 5000


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Uploads]:
    """The uploads of the home that the route uses."""
    monkeypatch.setenv("SEQREC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEQREC_MAX_STREAM_MB", "1")
    settings.cache_clear()
    yield Uploads(Home(tmp_path / "home"))
    settings.cache_clear()


def send(
    ticket: str, body: bytes = ROWS, *, method: str = "POST", breaks: bool = False, **headers: str | None
) -> tuple[int, dict]:
    """Send a file as a browser would, in pieces; a header of None is left out. Returns status and answer."""
    given = {
        "host": HOST,
        "origin": f"http://{HOST}",
        "content-length": str(len(body)),
        "x-seqrec-ticket": ticket,
        "x-seqrec-name": quote("orders.csv"),
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    pieces = [body[start : start + 10_000] for start in range(0, len(body), 10_000)] or [b""]
    events = [{"type": "http.request", "body": piece, "more_body": n < len(pieces) - 1} for n, piece in enumerate(pieces)]
    if breaks:
        events = [{**events[0], "more_body": True}, {"type": "http.disconnect"}]
    told = []

    async def receive() -> dict:
        return events.pop(0) if events else {"type": "http.disconnect"}

    async def tell(message: dict) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items() if value is not None],
    }
    with ThreadPoolExecutor(1) as pool:  # a browser test before this one leaves its loop running in the main thread
        pool.submit(asyncio.run, Starlette(routes=routes())(scope, receive, tell)).result()
    answer = b"".join(message.get("body", b"") for message in told)
    return told[0]["status"], json.loads(answer) if answer.startswith(b"{") else {}


def left(uploads: Uploads) -> list[Path]:
    return [path for path in uploads.home.uploads.rglob("*") if path.is_file()]


def test_a_file_arrives_whole_under_a_name_of_ours(uploads: Uploads):
    upload = uploads.new()
    assert send(uploads.ticket(upload), x_seqrec_name=quote("../../etc/订单.csv")) == (200, {"bytes": len(ROWS)})
    sent = uploads.find(upload)
    assert sent is not None
    assert sent.path.read_bytes() == ROWS
    assert sent.name == "_.._etc_订单.csv"
    assert sent.path.parent == uploads.home.uploads / upload / "log"
    assert "订单" not in str(sent.path)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"origin": "http://evil.example"}, 403, "elsewhere"),
        ({"origin": None}, 403, "elsewhere"),
        ({"origin": "null"}, 403, "elsewhere"),
        ({"origin": "http://127.0.0.1:9999"}, 403, "elsewhere"),
        ({"origin": "http://rebound.example", "host": "rebound.example"}, 403, "elsewhere"),
        ({"sec_fetch_site": "cross-site"}, 403, "elsewhere"),
        ({"x_seqrec_ticket": None}, 403, "ticket_unknown"),
        ({"x_seqrec_ticket": "a.log.9999999999.b"}, 403, "ticket_unknown"),
        ({"x_seqrec_ticket": "../../x"}, 403, "ticket_unknown"),
        ({"content_length": None}, 411, "no_length"),
        ({"content_length": "-5"}, 411, "no_length"),
        ({"content_length": "0"}, 400, "empty"),
        ({"content_length": str(2 << 20)}, 413, "too_large"),
        ({"content_length": "100"}, 413, "too_large"),
        ({"content_length": str(len(ROWS) + 1)}, 400, "broken_off"),
    ],
)
def test_what_is_not_allowed_is_refused_in_words_and_leaves_nothing(uploads: Uploads, headers, status, code, monkeypatch):
    monkeypatch.setattr("streamlit.net_util.get_external_ip", lambda: None)
    ticket = uploads.ticket(uploads.new())
    got, answer = send(ticket, **headers)
    assert (got, answer["error"]["code"]) == (status, code)
    assert answer["error"]["message"]
    assert answer["error"]["hint"]
    assert not left(uploads)


def test_a_ticket_is_for_one_upload_its_time_and_its_home(uploads: Uploads, tmp_path: Path):
    upload = uploads.new()
    assert send(uploads.ticket(upload, seconds=-1))[1]["error"]["code"] == "ticket_over"
    assert send(Uploads(Home(tmp_path / "other")).ticket(upload))[1]["error"]["code"] == "ticket_unknown"
    ticket = uploads.ticket(upload)
    head, signature = ticket.rsplit(".", 1)
    other = head.replace(upload, uploads.new())
    assert send(f"{other}.{signature}")[1]["error"]["code"] == "ticket_unknown"
    assert send(ticket)[0] == 200
    assert send(ticket, b"again")[1]["error"]["code"] == "there_already"
    sent = uploads.find(upload)
    assert sent is not None
    assert sent.path.read_bytes() == ROWS


def test_an_upload_that_breaks_off_leaves_nothing_and_may_come_again(uploads: Uploads):
    ticket = uploads.ticket(uploads.new())
    status, answer = send(ticket, breaks=True)
    assert (status, answer["error"]["code"]) == (400, "broken_off")
    assert not left(uploads)
    assert send(ticket)[0] == 200


def test_a_full_disk_is_said_and_leaves_nothing(uploads: Uploads, monkeypatch: pytest.MonkeyPatch):
    ticket = uploads.ticket(uploads.new())
    with monkeypatch.context() as patch:
        patch.setattr("seqrec_core.store.uploads.SPARE_MB", 1 << 40)
        assert send(ticket)[1]["error"]["code"] == "disk_full"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("seqrec_core.server.upload._write", full)
        status, answer = send(ticket)
    assert (status, answer["error"]["code"]) == (507, "disk_full")
    assert not left(uploads)


def test_only_a_post_is_answered(uploads: Uploads):
    for method in ("GET", "OPTIONS", "PUT"):
        assert send(uploads.ticket(uploads.new()), method=method)[0] == 405


def test_the_key_is_private_and_made_once(uploads: Uploads):
    first = uploads.ticket(uploads.new())
    assert (uploads.home.path / "upload.key").stat().st_mode & 0o077 == 0
    assert Uploads(uploads.home).redeem(first)[1] == "log"


def test_old_uploads_are_swept_but_for_those_that_a_job_waits_for(uploads: Uploads, monkeypatch: pytest.MonkeyPatch):
    old, waiting = (uploads.keep(uploads.new(), "log", "a.csv", [ROWS]) for _ in range(2))
    now = old.path.stat().st_mtime
    monkeypatch.setattr("seqrec_core.store.uploads.time.time", lambda: now + KEPT_SECONDS + 60)
    assert uploads.sweep([waiting.path]) == 1
    assert set(left(uploads)) == {waiting.path, waiting.path.parent / ".name"}


def test_a_disk_that_fills_while_a_widget_file_is_kept_is_an_error_of_the_family(uploads: Uploads):
    def pieces() -> Iterator[bytes]:
        yield b"user"
        raise OSError(28, "No space left on device")

    with pytest.raises(Failed, match="disk is full"):
        uploads.keep(uploads.new(), "log", "a.csv", pieces())
    assert not left(uploads)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a" * 300 + ".csv", "a" * 120 + ".csv"),
        ("", "log"),
        ("订单.csv", "订单.csv"),
        ("x\u202egpj.csv", "x_gpj.csv"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("..", "log"),
    ],
)
def test_a_shown_name_has_no_folder_control_or_direction_mark(given, kept):
    assert cleaned(given) == kept

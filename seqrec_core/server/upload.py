"""The route that takes a large file: what arrives goes to disk piece by piece and is never held in memory.

Streamlit does not protect routes of others, so this one looks for itself: the request comes from a page of this address
(Host and Origin), it carries a ticket that a page of this home was given, and its size is allowed, announced and kept to.
"""

from collections.abc import AsyncIterator
from typing import IO
from urllib.parse import unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit.web.server.server_util import is_url_from_allowed_origins

from seqrec_core.errors import BadInput, Failed, SeqrecError
from seqrec_core.settings import settings
from seqrec_core.store.home import Home
from seqrec_core.store.uploads import MB, Uploads
from seqrec_core.text import decimal, integer
from seqrec_core.ui.upload_route import NAME_HEADER, PATH, TICKET_HEADER

PIECE = 1 << 20  # bytes written at once
STATUS = {
    "elsewhere": 403,
    "ticket_unknown": 403,
    "ticket_over": 403,
    "no_length": 411,
    "too_large": 413,
    "there_already": 409,
    "under_way": 409,
    "disk_full": 507,
    "cannot_write": 507,
}


def routes() -> list[BaseRoute]:
    """Return what the server answers beside the pages."""
    return [Route(PATH, receive, methods=["POST"])]


async def receive(request: Request) -> Response:
    """Take one file; answer with its size, or with an error in the family's words."""
    try:
        uploads = Uploads(Home(settings().home))
        await run_in_threadpool(_check_origin, request)  # may look up the addresses of this machine
        upload, room = uploads.redeem(request.headers.get(TICKET_HEADER, ""))
        expected = _length(request)
        uploads.check_room(expected)
        name = unquote(request.headers.get(NAME_HEADER, ""), errors="replace")
        with uploads.receiving(upload, room, name) as stream:
            await _write(request.stream(), stream, expected)
    except SeqrecError as error:
        status = STATUS.get(error.code, 400)
        return JSONResponse({"error": error.as_dict()}, status, headers={"Connection": "close"})
    return JSONResponse({"bytes": expected})


def _check_origin(request: Request) -> None:
    """Check that a page of this very address asks: its Origin is the Host, and the Host is one that Streamlit serves.

    Raises:
        BadInput: it is not.
    """
    origin, host = request.headers.get("origin", ""), request.headers.get("host", "")
    same = bool(host) and urlsplit(origin).netloc == host and is_url_from_allowed_origins(origin)
    if not same or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise BadInput("upload", "elsewhere", origin=origin[:100] or "–")


def _length(request: Request) -> int:
    """Return the announced size in bytes.

    Raises:
        BadInput: none, nothing, or more than is allowed.
    """
    announced = request.headers.get("content-length", "")
    if not (announced.isascii() and announced.isdigit()):
        raise BadInput("upload", "no_length")
    if int(announced) == 0:
        raise BadInput("upload", "empty")
    limit = settings().max_stream_mb
    if int(announced) > limit * MB:
        raise BadInput("upload", "too_large", found=decimal(int(announced) / MB, 0), limit=integer(limit))
    return int(announced)


async def _write(arriving: AsyncIterator[bytes], stream: IO[bytes], expected: int) -> None:
    """Write what arrives, piece by piece, off the event loop.

    Raises:
        BadInput: more or less arrived than was announced.
        Failed: the disk is full.
    """
    n, waiting = 0, bytearray()
    try:
        async for part in arriving:
            n += len(part)
            if n > expected:
                raise BadInput("upload", "too_large", found=decimal(n / MB, 1), limit=decimal(expected / MB, 1))
            waiting += part
            if len(waiting) >= PIECE:
                await run_in_threadpool(stream.write, bytes(waiting))
                waiting.clear()
    except ClientDisconnect as error:
        raise _broken_off(n, expected) from error
    if n < expected:
        raise _broken_off(n, expected)
    await run_in_threadpool(stream.write, bytes(waiting))


def _broken_off(n: int, expected: int) -> SeqrecError:
    return Failed("upload", "broken_off", found=decimal(n / MB, 1), expected=decimal(expected / MB, 1))

"""ZIP files: a spreadsheet, one file in a wrapping, or an archive that is refused with its members named."""

import io
import struct
import zipfile
from pathlib import Path, PurePosixPath

from seqrec_core.errors import BadInput

SHOWN = 5
NAME_LENGTH = 60
MAX_DIRECTORY = 8 << 20  # bytes; a list of members longer than this is no table in a wrapping
ENCRYPTED = 0x1
JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
WORKBOOKS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "word/document.xml": "Word", "content.xml": "OpenDocument"}


def members(path: Path) -> tuple[zipfile.ZipInfo, ...]:
    """List the files of an archive; folders and what operating systems add are left out.

    Raises:
        BadInput: no archive that can be read, or one of hundreds of thousands of members.
    """
    if _directory_bytes(path) > MAX_DIRECTORY:
        raise BadInput("data", "archive_many", path=path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadInput("data", "zip_damaged", path=path.name) from error
    return tuple(member for member in found if not member.is_dir() and not _is_junk(member.filename))


def document_of(found: tuple[zipfile.ZipInfo, ...]) -> str | None:
    """Say which kind of document an archive is, such as xlsx; None where it is a plain archive."""
    names = {member.filename for member in found}
    return next((kind for name, kind in WORKBOOKS.items() if name in names), None)


def the_member(path: Path, found: tuple[zipfile.ZipInfo, ...]) -> zipfile.ZipInfo:
    """Return the one file of an archive.

    Raises:
        BadInput: there are none or several, or it has a password.
    """
    if len(found) != 1:
        raise BadInput("data", "archive_members", path=path.name, n=len(found), members=names_of(found) or "–")
    if found[0].flag_bits & ENCRYPTED:
        raise BadInput("data", "zip_encrypted", path=path.name)
    return found[0]


def names_of(found: tuple[zipfile.ZipInfo, ...]) -> str:
    """Name the first members, without their folders: such a name is shown, never used as a path."""
    names = [PurePosixPath(member.filename.replace("\\", "/")).name[:NAME_LENGTH] for member in found[:SHOWN]]
    shown = ", ".join("".join(letter if letter.isprintable() else "?" for letter in name) for name in names)
    return f"{shown}, …" if len(found) > SHOWN else shown


def _is_junk(name: str) -> bool:
    return name.startswith(JUNK[0]) or PurePosixPath(name).name in JUNK[1:] or PurePosixPath(name).name.startswith("._")


def _directory_bytes(path: Path) -> int:
    """Read how long the list of members is, before it is loaded (APPNOTE.TXT, sections 4.3.14 and 4.3.16)."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - (1 << 16) - 22 - 76))
        tail = file.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) < end + 22:
        return 0
    wide = tail[end - 76 : end - 20] if tail[end - 20 : end - 16] == b"PK\6\7" else b""
    if wide.startswith(b"PK\6\6"):
        return int(struct.unpack_from("<Q", wide, 40)[0])
    return int(struct.unpack_from("<I", tail, end + 12)[0])

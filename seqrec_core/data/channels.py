"""Which files are one log: parts of the same, or channels of their own; and what each channel is called."""

import glob
import re
from collections.abc import Sequence
from pathlib import Path

from seqrec_core.data.mapping import OF_CHANNEL, Channel
from seqrec_core.data.reading import read_table
from seqrec_core.errors import BadInput, NeedsDecision, NotFound

EXTENSIONS = {"csv", "tsv", "txt", "gz", "parquet", "dat", "json", "jsonl", "ndjson", "log", "xlsx", "zip"}
EXTENSIONS |= {"zst", "xz", "bz2", "lz4", "arrow", "feather", "ipc", "inter", "item"}
COUNTED = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+", re.IGNORECASE)  # what tells parts of one log apart
EDGES = " -_.()[]#"
HIDDEN = (".", "_")  # files that tools leave beside parts: .crc, _SUCCESS


def plain_name(name: str) -> str:
    """Return the name of a file without its extensions: 'eshop.csv.gz' → 'eshop'."""
    for _ in range(2):
        stem, dot, extension = name.rpartition(".")
        name = stem if stem and dot and extension.lower() in EXTENSIONS else name
    return name


def source_name(name: str) -> str:
    """Return a name that can name a source."""
    return name.replace(OF_CHANNEL, "-").replace("=", "-").strip()


def found_files(given: Sequence[str]) -> list[Path]:
    """Return the files that paths, folders and patterns with * name, absolute, each once.

    Args:
        given: a folder stands for all files in it and below; parts are put in the order of their numbers.

    Raises:
        NotFound: a path or a pattern answers to no file.
        BadInput: one file is given twice.
    """
    files: list[Path] = []
    for text in given:
        path = Path(text)
        if path.is_dir():
            files += _in_order(_shown(path))
        elif path.is_file() or not glob.has_magic(text):
            files.append(path)
        else:
            files += _in_order([Path(one) for one in glob.glob(text, recursive=True) if Path(one).is_file()]) or [path]
    for path in files:
        if not path.is_file():
            raise NotFound("cli", "no_file", path=path)
    absolute = [path.absolute() for path in files]
    twice = next((path for n, path in enumerate(absolute) if path in absolute[:n]), None)
    if twice is not None:
        raise BadInput("channels", "same_file", path=twice.name)
    return absolute


def _shown(folder: Path) -> list[Path]:
    """Return the files of a folder, not those that tools hide.

    Raises:
        BadInput: it has none.
    """
    found = [
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(HIDDEN) for part in path.relative_to(folder).parts)
    ]
    if not found:
        raise BadInput("channels", "empty_folder", path=folder)
    return found


def _in_order(paths: list[Path]) -> list[Path]:
    def numbered(path: Path) -> list[tuple[int, str]]:
        return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(path)) if part]

    return sorted(paths, key=numbered)


def as_channels(
    paths: Sequence[Path], files: Sequence[str] = (), sources: Sequence[str] = (), named: bool = False
) -> tuple[Channel, ...]:
    """Group files into channels: files whose names differ only in numbers and that have the same columns are parts of one.

    Args:
        paths: in order.
        files: what people call them, where they lie under other names.
        sources: what the channels are called, in order: one a channel, or one a file (files of one name are parts of one).

        named: whether a single channel has a name too.

    Raises:
        BadInput: the sources are as many as neither channels nor files, or not usable as names.
    """
    names = [files[n] if n < len(files) else path.name for n, path in enumerate(paths)]
    if len(sources) == len(paths) and len(set(sources)) < len(sources):
        groups = [[n for n, other in enumerate(sources) if other == source] for source in dict.fromkeys(sources)]
        sources = list(dict.fromkeys(sources))
    else:
        groups = _groups(paths, names)
        if len(sources) == len(paths) > len(groups):
            groups = [[n] for n in range(len(paths))]
    if sources and len(sources) != len(groups):
        raise BadInput("channels", "sources", n=len(sources), channels=len(groups), files=len(paths))
    called = list(sources) or (_called(groups, paths, names) if named or len(groups) > 1 else [""])
    for source in sources:
        if not source.strip() or OF_CHANNEL in source or "=" in source:
            raise BadInput("channels", "bad_source", found=source)
    return tuple(
        Channel(
            source=source.strip(), paths=tuple(paths[n] for n in group), files=tuple(files[n] for n in group if n < len(files))
        )
        for source, group in zip(called, groups, strict=True)
    )


def _groups(paths: Sequence[Path], names: Sequence[str]) -> list[list[int]]:
    """Return the places of the files of each channel."""
    groups: dict[tuple[str, object], list[int]] = {}
    alike = [COUNTED.sub("#", name) for name in names]
    for n, path in enumerate(paths):
        columns = _columns(path) if alike.count(alike[n]) > 1 else None
        groups.setdefault((alike[n], columns), []).append(n)
    return list(groups.values())


def _columns(path: Path) -> frozenset[str] | None:
    """Return the columns of a file; None where a person has to say first how it is read."""
    try:
        return frozenset(read_table(path, head=True).frame.columns)
    except NeedsDecision:
        return None


def _called(groups: list[list[int]], paths: Sequence[Path], names: Sequence[str]) -> list[str]:
    """Return a name for each channel: that of its file, or what the names of its parts have in common."""
    called: list[str] = []
    for group in groups:
        name = plain_name(names[group[0]])
        if len(group) > 1:
            name = COUNTED.sub("#", name).replace("#", "").strip(EDGES) or paths[group[0]].parent.name
        called.append(source_name(name))
    for n, group in enumerate(groups):
        if called.count(called[n]) > 1:
            name = source_name(f"{paths[group[0]].parent.name}/{called[n]}")
            called[n] = name if name not in called else f"{called[n]} ({n + 1})"
    return called

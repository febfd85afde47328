"""A wrapping gives its bytes back, stops at the limits, and what is no table is named."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from random import Random

import pyarrow as pa
import pytest

from seqrec_core.data.container import expanded_file, open_stream, read_contents
from seqrec_core.errors import BadInput
from seqrec_core.settings import Settings

MB = 1 << 20
TEXT = b"user,item,time\n" + b"".join(b"u%d,i%d,2024-05-01\n" % (n % 97, n % 31) for n in range(20_000))


NOISE = Random(0).randbytes(200_000).hex().encode()


def zstd(data):
    return bytes(pa.Codec("zstd").compress(data))


def lz4(data):
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "lz4") as stream:
        stream.write(data)
    return out.getvalue().to_pybytes()


def zipped(data, *names, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or ("log.csv",):
            archive.writestr(name, data)
    return out.getvalue()


def streamed_zstd(data):
    """A frame that does not declare its size."""
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as stream:
        stream.write(data)
    return out.getvalue().to_pybytes()


WRAPPINGS = {
    "plain": bytes, "gzip": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zstd": zstd, "lz4": lz4, "zip": zipped,
    "streamed_zstd": streamed_zstd,
}  # fmt: skip


def put(tmp_path, data, name="a name that says nothing"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_every_wrapping_gives_its_bytes_back(tmp_path, wrapping):
    path = put(tmp_path, WRAPPINGS[wrapping](TEXT))
    with open_stream(path) as stream:
        assert b"".join(iter(lambda: stream.read(10_007), b"")) == TEXT
        assert stream.expanded == len(TEXT)
        assert 0 < stream.consumed <= stream.stored
        assert stream.wrapping.declared in (len(TEXT), None)
    assert read_contents(path).data == TEXT
    head = read_contents(path, head=1000)
    assert (head.data, head.complete, head.kind) == (TEXT[:1000], False, "text")
    with expanded_file(path) as plain:
        assert plain.read_bytes() == TEXT
    assert plain == path or not plain.exists()


@pytest.mark.parametrize("wrapping", ["gzip", "bz2", "xz", "zstd", "lz4"])
def test_members_one_after_the_other_are_one_file(tmp_path, wrapping):
    wrap = WRAPPINGS[wrapping]
    assert read_contents(put(tmp_path, wrap(TEXT) + wrap(b"more,of,it\n"))).data == TEXT + b"more,of,it\n"


def test_zeros_after_a_gzip_member_are_padding(tmp_path):
    assert read_contents(put(tmp_path, gzip.compress(TEXT) + bytes(70_000) + gzip.compress(b"x") + bytes(5))).data == TEXT + b"x"


@pytest.mark.parametrize("wrapping", ["gzip", "bz2", "xz", "zstd", "zip", "streamed_zstd"])
@pytest.mark.parametrize("fault", ["cut", "followed"])
def test_damage_is_named(tmp_path, wrapping, fault):
    data = bytearray(WRAPPINGS[wrapping](NOISE))
    if fault == "cut":
        data = data[:-30]
    elif wrapping == "zip":
        pytest.skip("the list of members is looked for from the end")
    else:
        data += b"and then some text"
    with pytest.raises(BadInput) as error:
        read_contents(put(tmp_path, bytes(data)))
    assert error.value.code in ("compressed_damaged", "zip_damaged")


@pytest.mark.parametrize("wrapping", ["gzip", "bz2", "xz", "zip"])
def test_a_changed_byte_is_damage_wherever_it_is(tmp_path, wrapping):
    """Also where what comes out first looks like a picture or a program: a checksum comes last."""
    stored = WRAPPINGS[wrapping](NOISE)
    for at in range(300, len(stored) - 100, 7001):
        data = bytearray(stored)
        data[at] ^= 0xFF
        with pytest.raises(BadInput) as error:
            read_contents(put(tmp_path, bytes(data)))
        assert error.value.code == "compressed_damaged", at


@pytest.mark.parametrize("wrapping", ["gzip", "bz2", "xz", "zstd", "lz4", "zip", "streamed_zstd"])
@pytest.mark.parametrize("limit", ["size", "ratio"])
def test_limits_stop_what_expands(tmp_path, wrapping, limit):
    size = 70 if limit == "ratio" else 3
    path = put(tmp_path, WRAPPINGS[wrapping](b"a,b\n" * (size * MB // 4)))
    limits = Settings(max_expanded_mb=2 if limit == "size" else 100, max_expansion_ratio=20)
    with pytest.raises(BadInput) as error:
        read_contents(path, limits=limits)
    assert error.value.code == {"size": "too_large", "ratio": "expands_too_much"}[limit]
    assert read_contents(path, head=100, limits=Settings(max_expanded_mb=100, max_expansion_ratio=1e9)).data[:4] == b"a,b\n"


@pytest.mark.parametrize("wrapping", ["xz", "zstd", "zip"])
def test_what_a_file_declares_refuses_it_unread(tmp_path, wrapping):
    path = put(tmp_path, WRAPPINGS[wrapping](b"a,b\n" * MB))
    with pytest.raises(BadInput) as error:
        open_stream(path, Settings(max_expanded_mb=2))
    assert error.value.code == "too_large"


def test_a_size_that_is_declared_too_small_admits_nothing(tmp_path):
    data = bytearray(zstd(b"a,b\n" * MB))
    assert data[4] >> 6 == 2  # the size stands in four bytes
    at = 5 if data[4] & 0x20 else 6
    data[at : at + 4] = (12).to_bytes(4, "little")
    with pytest.raises(BadInput) as error:
        read_contents(put(tmp_path, bytes(data)), limits=Settings(max_expanded_mb=2))
    assert error.value.code in ("too_large", "compressed_damaged")


def tarred(data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("log.csv")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "named"),
    [
        (gzip.compress(gzip.compress(TEXT)), "nested", "gzip"),
        (gzip.compress(zipped(TEXT)), "nested", "zip"),
        (zipped(zstd(TEXT)), "nested", "zstd"),
        (gzip.compress(tarred(TEXT)), "nested", "tar"),
        (tarred(TEXT), "archive", "tar"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "archive", "7-Zip"),
        (b"Rar!\x1a\x07\x01\0" + bytes(100), "archive", "RAR"),
        (zipped(TEXT, "../../a.csv", "/etc/b\x1b[31m.csv", "c:\\d.csv"), "archive_members", "a.csv, b?[31m.csv, d.csv"),
        (zipped(TEXT, *(f"{n}.csv" for n in range(9))), "archive_members", "…"),
        (zipped(b"", "folder/"), "archive_members", "0 files"),
        (zipped(TEXT, "word/document.xml", "[Content_Types].xml"), "binary_file", "Word"),
        (zipped(TEXT, "xl/workbook.bin", "[Content_Types].xml"), "binary_file", "xlsb"),
        (b"%PDF-1.7\n" + b"words " * 50, "binary_file", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "binary_file", "PNG"),
        (b"SQLite format 3\0" + bytes(100), "binary_file", "SQLite"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "binary_file", ".xls"),
        (b"\x80\x04\x95" + bytes(100), "binary_file", "pickle"),
        (b"\x93NUMPY\x01\0" + bytes(100), "binary_file", "NumPy"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "binary_file", "HDF5"),
        (b"Obj\x01" + bytes(100), "binary_file", "Avro"),
        (b"ORC" + bytes(100), "binary_file", "ORC"),
        (bytes(8) + b"DUCK" + bytes(100), "binary_file", "DuckDB"),
        (b"\n<!DOCTYPE html><table><tr><td>user", "binary_file", "HTML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><log/>", "binary_file", "XML"),
        (Random(1).randbytes(5000), "binary_file", "binary"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_named_with_a_way_out(tmp_path, data, code, named):
    with pytest.raises(BadInput) as error:
        read_contents(put(tmp_path, data, "log.csv"))
    assert error.value.code == code
    assert named in error.value.message
    assert error.value.hint


def test_what_an_operating_system_adds_to_an_archive_is_no_member(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("logs/", "logs/log.csv", "__MACOSX/logs/._log.csv", "logs/.DS_Store"):
            archive.writestr(name, TEXT if name == "logs/log.csv" else b"")
    assert read_contents(put(tmp_path, out.getvalue())).data == TEXT


def test_an_archive_of_very_many_members_is_not_listed(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(400):
            archive.writestr(f"{n:0>60000}", b"")
    with pytest.raises(BadInput) as error:
        read_contents(put(tmp_path, out.getvalue()))
    assert error.value.code == "archive_many"


@pytest.mark.parametrize("start", [b"ORCHARD", b"DUCK", b"ID3", b"BZh", b"GIF8", b"RIFF", b"OggS"])
def test_text_that_begins_like_a_binary_is_text(tmp_path, start):
    path = put(tmp_path, start + b",item,time\nu,i,2024-05-01\n")
    assert read_contents(path).kind == "text"

"""One small log, written by independent writers in every format that can be read."""

import bz2
import gzip
import json
import lzma
import zipfile
from datetime import datetime, timedelta

import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import xlsxwriter

START = datetime(2024, 5, 1, 8, 30)
NOTES = ["red", "=1+1", "", 'é,"x"']
ROWS = [
    (f"{n % 7:03}", f"i{n % 5}", ("view", "view", "buy")[n % 3], START + timedelta(seconds=61 * n), NOTES[n % 4])
    for n in range(60)
]  # fmt: skip
NAMES = ("user_id", "item_id", "event_type", "timestamp", "note")
FRAME = pl.DataFrame(
    ROWS, schema=dict(zip(NAMES, (pl.String, pl.String, pl.String, pl.Datetime("us"), pl.String), strict=True)), orient="row"
)
TEXT = FRAME.with_columns(pl.col("timestamp").dt.strftime("%Y-%m-%d %H:%M:%S"))
DICTS = TEXT.to_dicts()


def csv_text(separator=","):
    return TEXT.write_csv(separator=separator).encode()


def sheet_book(path, sheets=("log",), above=(), rows=ROWS, names=NAMES, **options):
    with xlsxwriter.Workbook(
        path, {"default_date_format": "yyyy-mm-dd hh:mm:ss", "strings_to_numbers": False, **options}
    ) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for row, cells in enumerate([*above, names, *rows]):
                for column, cell in enumerate(cells):
                    write = sheet.write_string if isinstance(cell, str) else sheet.write
                    if cell != "":
                        write(row, column, cell)


def one_document(**options):
    return json.dumps({"exported": "2024", "events": DICTS}, ensure_ascii=False, **options).encode()


def arrow(writer, **options):
    def write(path):
        table = FRAME.to_arrow(compat_level=pl.CompatLevel.oldest())
        with pa.OSFile(str(path), "wb") as sink, writer(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as out:
            for batch in table.to_batches(max_chunksize=17):
                out.write_batch(batch)

    return write


def feather(path):
    pa.feather.write_feather(FRAME.to_arrow(), path, compression="zstd")


def compressed(compress, data):
    return lambda path: path.write_bytes(compress(data()))


def parquet_bytes():
    sink = pa.BufferOutputStream()
    pq.write_table(FRAME.to_arrow(), sink)
    return sink.getvalue().to_pybytes()


def zipped(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/inside.csv", csv_text())


def recbole(path):
    header = "user_id:token\titem_id:token\tevent_type:token\ttimestamp:token\tnote:token_seq\n"
    rows = ["\t".join(row.values()) for row in DICTS]
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")


# name → (format that is recognised, writer)
WRITTEN = {
    "csv": ("csv", lambda path: path.write_bytes(csv_text())),
    "tsv": ("csv", lambda path: path.write_bytes(csv_text("\t"))),
    "json lines": ("jsonl", lambda path: path.write_text("\n".join(json.dumps(row) for row in DICTS), encoding="utf-8")),
    "json array": ("jsonl", lambda path: path.write_text(json.dumps(DICTS), encoding="utf-8")),
    "json array, pretty": ("jsonl", lambda path: path.write_text(json.dumps(DICTS, indent=2), encoding="utf-8")),
    "json objects, pretty": (
        "jsonl", lambda path: path.write_text("\n".join(json.dumps(row, indent=1) for row in DICTS), encoding="utf-8"),
    ),
    "parquet": ("parquet", FRAME.write_parquet),
    "arrow file": ("arrow", arrow(pa.ipc.new_file)),
    "arrow stream": ("arrow", arrow(pa.ipc.new_stream)),
    "arrow file, zstd": ("arrow", arrow(pa.ipc.new_file, compression="zstd")),
    "arrow stream, lz4": ("arrow", arrow(pa.ipc.new_stream, compression="lz4")),
    "feather": ("arrow", feather),
    "polars ipc": ("arrow", lambda path: FRAME.write_ipc(path, compat_level=pl.CompatLevel.oldest())),
    "polars ipc, views": ("arrow", lambda path: FRAME.write_ipc(path, compression="lz4")),
    "xlsx": ("xlsx", sheet_book),
    "xlsx, inline": ("xlsx", lambda path: sheet_book(path, constant_memory=True)),
    "xlsx, titles above": ("xlsx", lambda path: sheet_book(path, above=[("Exported log",), (), ("by", "me")])),
    "recbole": ("recbole", recbole),
    "csv.gz": ("csv", compressed(gzip.compress, csv_text)),
    "csv.zst": ("csv", compressed(lambda data: bytes(pa.Codec("zstd").compress(data)), csv_text)),
    "csv.xz": ("csv", compressed(lzma.compress, csv_text)),
    "json.bz2": ("jsonl", compressed(bz2.compress, one_document)),
    "parquet.gz": ("parquet", compressed(gzip.compress, parquet_bytes)),
    "zip": ("csv", zipped),
}  # fmt: skip

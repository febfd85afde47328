"""Write the bundled sample logs anew: `python sample_data/make_samples.py [--out FOLDER]`. The same bytes each time."""

import argparse
import json
from pathlib import Path

import numpy as np
from making import finance, medicine, music, news, shop, truths
from making.rows import HEADER, dirty, write_csv, write_items

HERE = Path(__file__).resolve().parent
SAMPLES = {"shop": shop, "news": news, "music": music, "finance": finance, "medicine": medicine}


def write(name: str, folder: Path) -> None:
    """Write events.csv, items.csv and truths.json of one sample."""
    maker = SAMPLES[name]
    folder.mkdir(parents=True, exist_ok=True)
    items, events, known = maker.make()
    rows, found = dirty(np.random.default_rng(maker.SEED + 1), events)
    write_items(folder / "items.csv", items)
    called: dict[str, str] = getattr(maker, "COLUMNS", {})
    write_csv(folder / "events.csv", [called.get(name, name) for name in HEADER], rows)
    meaning = truths.MEANING | getattr(maker, "MEANING", {})
    known = {"seed": maker.SEED, "meaning": meaning, **known, "rows_in_file": len(rows), "dirty_rows": found}
    text = json.dumps(known, indent=2, ensure_ascii=False)
    (folder / "truths.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Write all samples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, help="folder that gets one folder a sample")
    out = parser.parse_args().out
    for name in SAMPLES:
        write(name, out / name)


if __name__ == "__main__":
    main()

"""The peak of memory is this process's own, whoever started it."""

import subprocess
import sys

import numpy as np

from seqrec_core.data import memory

ASK = "from seqrec_core.data.memory import peak_rss_mb; print(peak_rss_mb())"


def test_it_grows_with_what_is_held_and_a_child_does_not_inherit_it():
    before = memory.peak_rss_mb()
    held = np.ones(200_000_000 // 8)
    assert memory.peak_rss_mb() >= max(before, held.nbytes / 1e6 * 0.9)
    child = float(subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, text=True).stdout)
    assert 0 < child < held.nbytes / 1e6


def test_where_proc_is_absent_the_system_is_asked(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "STATUS", tmp_path / "none")
    assert memory.peak_rss_mb() > 0

"""Energy of a fit: counters are added up, also over their end, and what cannot be read is said to be so."""

import ctypes
from pathlib import Path

import pytest

from seqrec_core.jobs.energy import Counter, counters_here, measured
from seqrec_core.report.card import energy_told


def package(folder: Path, name: str, micro: int, end: int = 1_000_000_000) -> Path:
    """A package as the kernel shows it."""
    one = folder / name
    one.mkdir()
    (one / "energy_uj").write_text(f"{micro}\n")
    (one / "max_energy_range_uj").write_text(f"{end}\n")
    return one


def of_cpu(folder: Path) -> list[Counter]:
    """The packages alone, whatever GPU this machine has."""
    return [found for found in counters_here(folder) if found.part == "cpu"]


def test_packages_are_added_and_their_parts_are_not_counted_twice(tmp_path):
    first, second = package(tmp_path, "intel-rapl:0", 5_000_000), package(tmp_path, "intel-rapl:1", 0)
    package(tmp_path, "intel-rapl:0:0", 0)
    with measured(lambda: of_cpu(tmp_path)) as energy:
        (first / "energy_uj").write_text("12000000")
        (second / "energy_uj").write_text("3000000")
        (tmp_path / "intel-rapl:0:0" / "energy_uj").write_text("7000000")
    assert (energy.joules, energy.parts) == (pytest.approx(10), ["cpu"])


def test_a_counter_that_starts_again_loses_nothing(tmp_path):
    one = package(tmp_path, "intel-rapl:0", 990_000_000)
    with measured(lambda: of_cpu(tmp_path)) as energy:
        (one / "energy_uj").write_text("20000000")
    assert energy.joules == pytest.approx(30)


def test_it_is_looked_at_again_and_again():
    values = iter([0.0, *([8.0, 3.0] * 10_000)])
    counter = Counter("cpu", lambda: next(values), 10.0)
    with measured(lambda: [counter], every=0.001) as energy:
        while counter.joules < 100:
            pass
    assert energy.joules == counter.joules > 100


def test_what_cannot_be_read_is_none(tmp_path):
    one = package(tmp_path, "intel-rapl:0", 1)
    with measured(lambda: []) as none:
        pass
    with measured(lambda: of_cpu(tmp_path)) as lost:
        (one / "energy_uj").unlink()
    assert none.joules is lost.joules is None
    assert none.parts == lost.parts == []


class Driver:
    """Two GPUs, of which the second is too old to count its energy."""

    def __init__(self) -> None:
        self.milli = 1_000

    def nvmlInit_v2(self) -> int:
        return 0

    def nvmlDeviceGetCount_v2(self, n) -> int:
        n._obj.value = 2
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, index, handle) -> int:
        handle._obj.value = index + 1
        return 0

    def nvmlDeviceGetTotalEnergyConsumption(self, handle, value) -> int:
        value._obj.value = self.milli
        return 3 if handle.value == 2 else 0


def test_a_gpu_counts_its_own_energy(tmp_path, monkeypatch):
    driver = Driver()
    monkeypatch.setattr(ctypes, "CDLL", lambda name: driver)
    with measured(lambda: counters_here(tmp_path)) as energy:
        driver.milli = 43_000
    assert (energy.joules, energy.parts) == (pytest.approx(42), ["gpu"])


def test_the_card_says_what_was_read_or_that_nothing_was():
    assert energy_told(7_200.0, ["cpu", "gpu"]).startswith("2.0 Wh (CPU and GPU")
    assert energy_told(7_200_000.0, ["gpu"]).startswith("2.0 kWh (GPU")
    assert energy_told(1.8, ["cpu"]).startswith("0.0005 Wh")
    assert "not readable" in energy_told(None, [])
    assert "not measured" in energy_told(None, None)

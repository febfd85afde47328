"""Energy that the machine took while something ran, where its counters can be read: CPU packages (RAPL) and GPUs (NVML).

The counters are of the whole machine, so other work of the same time is in them; memory, disks and the power supply are not.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

POWERCAP = Path("/sys/class/powercap")
NVML = "libnvidia-ml.so.1"
EVERY_S = 30.0  # RAPL counters start again after some minutes at full load, at the earliest
MICRO, MILLI = 1e-6, 1e-3


@dataclass
class Counter:
    """A counter of energy that only rises, and starts again at its end.

    Args:
        part: what it counts: `cpu` or `gpu`.
        read: gives joules since some moment; OSError where it cannot.
        range: joules after which it starts again; None = never.
    """

    part: str
    read: Callable[[], float]
    range: float | None = None
    last: float = 0.0
    joules: float = 0.0

    def look(self) -> None:
        """Add what was taken since the last look.

        Raises:
            OSError: it cannot be read any more.
        """
        now = self.read()
        gone = now - self.last
        self.joules += gone if gone >= 0 else gone + (self.range or 0.0)
        self.last = now


@dataclass
class Energy:
    """What was taken: joules, None where nothing can be read, and the parts that they are of."""

    joules: float | None = None
    parts: list[str] = field(default_factory=list)


@contextmanager
def measured(find: Callable[[], list[Counter]] | None = None, every: float = EVERY_S) -> Iterator[Energy]:
    """Fill the energy that is given when the block ends.

    Args:
        find: the counters; by default those of this machine.
        every: seconds between two looks.
    """
    energy, done = Energy(), Event()
    counters = [counter for counter in (find or counters_here)() if _begins(counter)]

    def watch() -> None:
        while not done.wait(every):
            _look(counters)

    thread = Thread(target=watch, daemon=True)
    if counters:
        thread.start()
    try:
        yield energy
    finally:
        done.set()
        if counters:
            thread.join()
            _look(counters)
        if counters:
            energy.joules = sum(counter.joules for counter in counters)
            energy.parts = sorted({counter.part for counter in counters})


def counters_here(powercap: Path = POWERCAP) -> list[Counter]:
    """Return every counter of this machine that there is, readable or not."""
    return [*_packages(powercap), *_gpus()]


def _begins(counter: Counter) -> bool:
    try:
        counter.last = counter.read()
    except (OSError, ValueError):
        return False
    return True


def _look(counters: list[Counter]) -> None:
    """Look at all; one that cannot be read any more is given up, since what it has is too little."""
    for counter in tuple(counters):
        try:
            counter.look()
        except (OSError, ValueError):
            counters.remove(counter)


def _packages(powercap: Path) -> Iterator[Counter]:
    """CPU packages: `intel-rapl:0`, …, on AMD under the same name; their parts (`intel-rapl:0:0`) are inside them."""
    for folder in sorted(powercap.glob("intel-rapl:*")):
        if folder.name.count(":") == 1:
            end = None
            with suppress(OSError, ValueError):
                end = _number(folder / "max_energy_range_uj")
            yield Counter("cpu", _reader(folder / "energy_uj"), end)


def _reader(path: Path) -> Callable[[], float]:
    return lambda: _number(path)


def _number(path: Path) -> float:
    return int(path.read_text()) * MICRO


def _gpus() -> Iterator[Counter]:
    """GPUs that count energy themselves (NVIDIA, Volta and newer); none without the driver."""
    try:
        nvml = ctypes.CDLL(NVML)
    except OSError:
        return
    n = ctypes.c_uint()
    if nvml.nvmlInit_v2() or nvml.nvmlDeviceGetCount_v2(ctypes.byref(n)):
        return
    for index in range(n.value):
        handle = ctypes.c_void_p()
        if not nvml.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(handle)):
            yield Counter("gpu", _gpu_reader(nvml, handle))


def _gpu_reader(nvml: ctypes.CDLL, handle: ctypes.c_void_p) -> Callable[[], float]:
    def read() -> float:
        value = ctypes.c_ulonglong()
        if nvml.nvmlDeviceGetTotalEnergyConsumption(handle, ctypes.byref(value)):
            raise OSError("the GPU does not count its energy")
        return value.value * MILLI

    return read

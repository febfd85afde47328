"""How much memory this process has held."""

import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_rss_mb() -> float:
    """Return the most resident memory of this process so far, in MB; 0 where the platform does not say.

    Linux counts it anew for each program (VmHWM), where `ru_maxrss` starts from the peak of whoever started this one.
    """
    try:
        lines = STATUS.read_text().splitlines()
        return round(int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024, 1)
    except (OSError, StopIteration, ValueError):
        return _of_resource()


def _of_resource() -> float:
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)

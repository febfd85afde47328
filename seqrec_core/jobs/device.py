"""Where jobs of this machine will compute, found out without loading torch: the idle worker has to stay small."""

import importlib.util
import os
import platform
import shutil
import subprocess
from functools import cache
from pathlib import Path

from seqrec_core.settings import settings
from seqrec_core.text import say

CUDA_LIBRARY = "libtorch_cuda.so"


@cache
def device_name() -> str:
    """Return the device that a training job will choose, as people name it: CUDA, else MPS, else CPU."""
    if has_cuda_build():
        gpu = _first_gpu()
        if gpu:
            return gpu
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        return say("jobs.device.mps")
    threads = settings().threads or _cores()
    return say("jobs.device.cpu", n=threads) if threads > 1 else say("jobs.device.cpu_one")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def has_cuda_build() -> bool:
    """Whether the installed torch has CUDA inside, seen from its files."""
    found = importlib.util.find_spec("torch")
    return found is not None and found.origin is not None and (Path(found.origin).parent / "lib" / CUDA_LIBRARY).exists()


def _first_gpu() -> str:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ""
    try:
        query = [tool, "--query-gpu=name", "--format=csv,noheader"]
        names = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True).stdout.split("\n")
    except (OSError, subprocess.SubprocessError):
        return ""
    return names[0].strip() or say("jobs.device.cuda")

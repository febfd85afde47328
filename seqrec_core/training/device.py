"""Where a fit runs: CUDA, else MPS, else CPU; how people name it; how many threads; whether bf16 pays."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch

from seqrec_core.errors import BadInput
from seqrec_core.training.estimate import cpu_name, usable_cores

MOST_THREADS = 8  # more parts of a batch than this are too small to be worth a thread


def choose(option: str = "auto", threads: int = 0) -> tuple[torch.device, str]:
    """Return the device and its name for people, such as `CPU, 2 threads` or `NVIDIA H100`.

    Raises:
        BadInput: a device was asked for that is not there.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if option != "auto" and not there[option]:
        raise BadInput(
            "training", "no_device", found=option, known=", ".join(name for name, is_there in there.items() if is_there)
        )
    kind = option if option != "auto" else next(name for name, is_there in there.items() if is_there)
    if kind == "cuda":
        return torch.device("cuda"), torch.cuda.get_device_name()
    return torch.device(kind), "Apple GPU" if kind == "mps" else cpu_name(thread_count(threads))


def thread_count(asked: int = 0) -> int:
    """Return how many threads a fit on the CPU uses; 0 asks for all cores that this process may use."""
    return min(asked or usable_cores(), MOST_THREADS)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Give torch one OpenMP thread inside; the parts of a batch run in threads of their own.

    OpenMP barriers on small matrices cost more than they give, above all beside another busy process. Denormal numbers
    are flushed to 0 inside: exp of very low scores makes them, and they are ten times slower.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_num_threads(before)
        torch.set_flush_denormal(False)


@cache
def low_precision(kind: str) -> torch.dtype:
    """Return bfloat16 where its matrix products are measured to be faster than float32's, else float32.

    Server CPUs with AMX or AVX512-BF16 are 3–15 times faster in bf16; others are many times slower, and are not measured,
    so that one machine always decides alike, as a repeated fit needs.
    """
    if kind == "cpu" and not has_bf16_units():
        return torch.float32
    device = torch.device(kind)
    try:
        seconds = {dtype: _product_seconds(device, dtype) for dtype in (torch.float32, torch.bfloat16)}
    except RuntimeError:
        return torch.float32
    return torch.bfloat16 if seconds[torch.bfloat16] < seconds[torch.float32] else torch.float32


def has_bf16_units() -> bool:
    """Whether this CPU multiplies bf16 numbers itself."""
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def _product_seconds(device: torch.device, dtype: torch.dtype, repeats: int = 12) -> float:
    """Best time of a product of the size that a loss chunk has; the best of many, since other work may be in the way."""
    a, b = torch.ones(256, 64, device=device, dtype=dtype), torch.ones(64, 2048, device=device, dtype=dtype)
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        float((a @ b)[0, 0])
        best = min(best, time.perf_counter() - start)
    return best

"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent


# A change is judged by the same examples each time; SEQREC_EXPLORE=1 looks for new ones.
settings.register_profile("same", derandomize=True)
if not os.environ.get("SEQREC_EXPLORE"):
    settings.load_profile("same")


@pytest.fixture(scope="session")
def logs() -> Path:
    """Folder of the real logs; absent on some machines, but never in CI."""
    folder = Path(os.environ.get("SEQREC_TEST_LOGS", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the real logs are not at {folder}: set SEQREC_TEST_LOGS")
        pytest.skip(f"the real logs are not at {folder}: set SEQREC_TEST_LOGS")
    return folder

"""The real worker, with children that run the stub handler."""

import logging
import sys
from pathlib import Path

from seqrec_core.jobs.worker import main
from seqrec_core.store.home import Home

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    sys.exit(main(Home(Path(sys.argv[1])), once="--once" in sys.argv, module="tests.jobs.stub_child"))

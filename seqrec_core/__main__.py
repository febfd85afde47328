"""`python -m seqrec_core`: the same work without a browser."""

import signal
import sys

from seqrec_core.cli import main

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` ends a job as Ctrl-C does: cancelled, nothing half
    sys.exit(main())

"""The way of a file into a log, piece by piece: a file larger than memory takes the same way as a small one."""

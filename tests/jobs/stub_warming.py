"""Stands for the process that compiles the searches: it takes long."""

import time

time.sleep(600)

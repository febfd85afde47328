# Set-up, start, tests. `make` or `make help` lists the targets; each sets up what it needs first.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first Python of these that is new enough (3.11).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
PORT ?= $(or $(SEQREC_PORT),8501)
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --quiet --no-input --disable-pip-version-check --constraint constraints.txt
COLOR := $(if $(MAKE_TERMOUT),--color=yes)
# Tests have a home of their own, so that a stray one never touches yours. A run in which nothing passed is no success.
PYTEST = set -o pipefail; home=$$(mktemp -d); trap 'rm -rf "$$home"' EXIT; code=0; \
	SEQREC_HOME="$$home/home" $(PY) -m pytest -rs $(COLOR) $(1) $(ARGS) | tee "$$home/log" || code=$$?; \
	grep -Eq '[0-9]+ passed' "$$home/log" || { echo "No test passed: that is no success." >&2; exit 1; }; exit $$code

.PHONY: help run stop test test-slow check worker bench

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sort | awk -F ':.*## ' '{ printf "make %-10s %s\n", $$1, $$2 }'
	@echo
	@echo "PORT=8600 make run starts at another port; SEQREC_HOME says where data lives."
	@echo "ARGS adds to pytest: make test ARGS='tests/data -x'"

run: $(VENV)/.ready ## Set up, start the worker and the dashboard, print the address
	@SEQREC_PORT=$(PORT) exec $(PY) -m seqrec_core.launch run

stop: ## Stop the dashboard and the worker
	@if [ -x $(PY) ]; then exec $(PY) -m seqrec_core.launch stop; else echo "Nothing was running: nothing is installed here."; fi

worker: $(VENV)/.ready ## Run a worker in this terminal
	@exec $(PY) -m seqrec_core worker

test: $(VENV)/.ready-dev ## Run the tests, without the slow ones
	@$(call PYTEST,-m "not slow")

test-slow: $(VENV)/.ready-dev ## Run the slow tests (kills, long shuffles)
	@$(call PYTEST,-m slow)

check: $(VENV)/.ready-dev ## Formatting, lint, types, layers
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m pytest -rs $(COLOR) tests/test_architecture.py

bench: $(VENV)/.ready-dev ## Run the benchmarks one after the other, briefly
	@set -e; for script in benchmarks/*.py; do echo "== $$script"; PYTHONPATH=. $(PY) "$$script" $(ARGS); done

# The environment is made anew where it is missing, broken or belongs to another Python; it is ready once its stamp is written.
$(VENV)/.ready: requirements.txt constraints.txt
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed; name yours: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Setting up $(VENV): a minute or two, once."
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	@echo "Setting up what tests and checks need."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

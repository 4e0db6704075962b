# Lotse. Two commands to begin: `make demo`, then open a link it prints.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PY := .venv/bin/python
# Two processes share the tests; both hash alike, so that both find the same ones. `make test SHARED=` runs one process.
SHARED ?= -n 2 --dist worksteal
PYTEST := PYTHONHASHSEED=$$RANDOM $(PY) -m pytest -q $(SHARED)
# The databases of the fast tests and of the conversations lie in memory where there is room; the slow part is about disks.
IN_MEMORY := $(shell [ -w /dev/shm ] && [ "$$(df --output=avail -k /dev/shm | tail -1)" -gt 3000000 ] && echo TMPDIR=/dev/shm)
# Hundreds of processes are started by the tests; none shall compile the program anew.
unexport PYTHONDONTWRITEBYTECODE
LAYERS := bot handlers storage flows locales
BROWSER_PACKAGES := chromium fonts-noto-core fonts-noto-color-emoji
NOTO := /usr/share/fonts/truetype/noto
PIP_COMPILE := .venv/bin/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: help demo demo-reset test check lint types contracts security quick-tests transcripts transcripts-by-halves bench faults messages screenshots lock clean

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# ---------------------------------------------------------------- running

demo: .venv/.main ## set everything up and start the assistant with the demo world
	$(PY) -m bot demo

demo-reset: .venv/.main ## the same, from an empty database
	$(PY) -m bot demo --reset

# ---------------------------------------------------------------- checking

test: check transcripts-by-halves .venv/.browser .venv/.bench ## everything, PostgreSQL and browser included
	$(PYTEST) -m "slow and not browser"
	$(PY) -m pytest -q -m browser  # in one process: the browser keeps an event loop open in its process, and wants both cores

check: .venv/.dev ## the fast part, without browser, processes and pulled plugs
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint types contracts security
	$(MAKE) --no-print-directory quick-tests

lint: .venv/.dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: .venv/.dev
	.venv/bin/mypy

contracts: .venv/.dev
	.venv/bin/lint-imports

security: .venv/.dev
	.venv/bin/bandit --quiet --recursive --configfile pyproject.toml $(LAYERS)

quick-tests: .venv/.dev
	$(IN_MEMORY) $(PYTEST) -m "not slow and not browser"

transcripts-by-halves: .venv/.dev
	$(IN_MEMORY) $(PYTEST) tests/transcripts --through web --share even
	$(IN_MEMORY) $(PYTEST) tests/transcripts --through telegram --share odd

transcripts: .venv/.dev ## all conversations through people's pages, and all through both Telegram bots
	$(IN_MEMORY) $(PYTEST) tests/transcripts --through web
	$(IN_MEMORY) $(PYTEST) tests/transcripts --through telegram

bench: .venv/.bench ## measure beside the usual stack and beside what the machine allows
	$(PY) -m benchmarks

faults: .venv/.dev ## crash it at more than three thousand points on both databases, and print what came of it
	LOTSE_FAULT_POINTS=$${LOTSE_FAULT_POINTS:-400} $(PYTEST) tests/faults

# ---------------------------------------------------------------- tending

messages: .venv/.dev ## bring every catalogue up to date with the code
	$(PY) -m locales.gathering

screenshots: .venv/.browser ## take the pictures in docs/img anew
	$(PY) -m tests.e2e.screenshots

lock: .venv/.dev ## new versions and hashes in requirements/*.txt
	$(PIP_COMPILE) --upgrade --output-file=requirements/main.txt requirements/main.in
	$(PIP_COMPILE) --upgrade --output-file=requirements/dev.txt requirements/dev.in
	$(PIP_COMPILE) --upgrade --output-file=benchmarks/requirements.txt benchmarks/requirements.in

clean: ## remove the environment and every cache; var/ with its database stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------- setting up; a stamp says that a step is done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Lotse needs Python 3.11 or newer as '$(PYTHON)'. Another one is used by: make PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make environments. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv .venv

.venv/.main: requirements/main.txt | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/main.txt
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.main
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@touch $@

.venv/.bench: benchmarks/requirements.txt .venv/.dev
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement benchmarks/requirements.txt
	@touch $@

.venv/.browser: | .venv/.dev
	@if command -v chromium >/dev/null && [ -e $(NOTO)/NotoSansArabic-Regular.ttf ] && [ -e $(NOTO)/NotoColorEmoji.ttf ]; then \
		:; \
	elif ! command -v apt-get >/dev/null; then \
		echo "The browser tests need these packages: $(BROWSER_PACKAGES). Please install them." >&2; exit 2; \
	elif [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(BROWSER_PACKAGES); \
	elif command -v sudo >/dev/null; then \
		sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(BROWSER_PACKAGES); \
	else \
		echo "The browser tests need these packages: $(BROWSER_PACKAGES). As root: apt-get install $(BROWSER_PACKAGES)" >&2; exit 2; \
	fi
	@touch $@

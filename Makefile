# make run: start the town. make test: check everything. Both make and refresh the Python environment by themselves.
.DEFAULT_GOAL := help
.PHONY: help run test screens benchmarks lint system-packages clean
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What was compiled stays so: of our own modules each start, and of the tests each worker, would do it again (some ten seconds).
unexport PYTHONDONTWRITEBYTECODE
# Files in the order of conftest.py, the long ones first: xdist would begin with those that hold the most tests.
SIDE_BY_SIDE := -n 2 --dist loadfile --no-loadscope-reorder
KEEP_TABLES := yiwang/kernel yiwang/registers yiwang/cases yiwang/intake yiwang/indicators yiwang/plan tests/properties
TEST_PACKAGES := chromium fonts-noto-cjk gettext mosquitto mosquitto-clients postgresql-15

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp ## start the town at http://127.0.0.1:8000 (Ctrl-C stops it)
	@$(BIN)/yiwang up $(UP)

test: system-packages lint ## everything: style, types, contracts, tests on PostgreSQL 18; one row of each of the rooms that keep tables on 15 too
	$(BIN)/pytest $(SIDE_BY_SIDE)
	YIWANG_TEST_POSTGRES=15 $(BIN)/pytest $(SIDE_BY_SIDE) $(KEEP_TABLES) -m "database and not (browser or processes or once)"

screens: system-packages $(VENV)/test.stamp ## take all pictures in docs/screens again
	YIWANG_SHOTS=docs/screens $(BIN)/pytest tests/journeys/test_main_job.py tests/journeys/test_promise_job.py tests/journeys/test_screens.py

benchmarks: $(VENV)/test.stamp ## how fast it is with up to a million cases: fills towns in TOWNS (var/benchmarks) once, then a quarter of an hour
	@$(BIN)/python -m benchmarks $(or $(TOWNS),var/benchmarks)

lint: $(VENV)/test.stamp ## style, import contracts, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy yiwang

system-packages: ## what tests need from Debian: installed as root, else named
	@missing=""; for package in $(TEST_PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then \
	    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing; \
	  else \
	    echo "The tests need$$missing. Install them with:"; \
	    echo "  sudo apt-get install --no-install-recommends$$missing"; exit 2; \
	  fi; \
	fi

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Yiwang needs Python 3.11 or later. On Debian 12:  sudo apt-get install python3 python3-venv"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv is missing. On Debian 12:  sudo apt-get install python3-venv"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing what Yiwang needs into $(VENV), some minutes the first time …"
	$(BIN)/pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable .
	@$(BIN)/python -m compileall -q yiwang
	@touch $@

$(VENV)/test.stamp: pyproject.toml constraints.txt | $(VENV)/bin/pip
	$(BIN)/pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable '.[dev]'
	@$(BIN)/python -m compileall -q yiwang
	@touch $@ $(VENV)/run.stamp

clean: ## remove the Python environment and caches; the data folder stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info build

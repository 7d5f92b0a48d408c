# `make demo` and `make test` work on a machine with python3 (3.11+), make and git.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# The tests start hundreds of processes, which need not compile the same modules each.
unexport PYTHONDONTWRITEBYTECODE

# One worker more than there are cores, since many tests wait for processes of their own.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

# A module goes to one worker as a whole, since many deploy or generate something for all their tests.
SPREAD := --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help install demo test check lint iam-cases bench torture lock browser second-opinions clean

help: ## list the recipes
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: .venv/.installed ## set up .venv with .venv/bin/craton

.venv/.installed: requirements/dev.lock pyproject.toml scripts/compile_records.py $(wildcard src/craton/logs/compiled/*)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "craton needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q -j 0 .venv/lib >/dev/null || true  # packages hold templates that are no Python
	@$(BIN)/craton --version
	touch $@

demo: install ## build the example organization's lake, serve it, and deploy the example to an emulated organization
	$(BIN)/craton demo

browser: ## install Chromium for the browser tests where it is missing (Debian and Ubuntu, as root)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || echo "no Chromium here: browser tests will be skipped" >&2

second-opinions: install ## set up the AWS CLI and ministack, each in an environment of its own under .venvs
	$(BIN)/python benchmarks/environments.py awscli ministack

lint: install ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Within two minutes: what needs emulated accounts or many commands is left to `make test`.
check: lint ## the fast subset: lint, and the tests of single modules that take no seconds
	$(BIN)/pytest -q -n $(WORKERS) $(SPREAD) -m "not slow and not browser" tests/unit tests/golden tests/cases \
	  --ignore tests/unit/emulator --ignore tests/unit/engine

test: ## everything CI runs
	$(MAKE) --no-print-directory -j3 browser second-opinions lint
	$(BIN)/pytest -q -n $(WORKERS) $(SPREAD)

iam-cases: install ## count the IAM cases by operator, policy kind and source
	$(BIN)/python -m scripts.count_iam_cases

bench: install ## the figures of benchmarks/RESULTS.md
	$(BIN)/python benchmarks/run.py

torture: install ## what is long: kills, many rows, soak; writes benchmarks/TORTURE.md
	$(BIN)/python benchmarks/torture.py

lock: ## resolve requirements/*.lock again
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 --universal pyproject.toml -o requirements/run.lock
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 --universal pyproject.toml --group dev -o requirements/dev.lock
	for name in peers awscli ministack; do \
	  $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 --universal requirements/$$name.in -o requirements/$$name.lock || exit 1; \
	done

clean: ## remove what was built
	rm -rf .venv .venvs .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

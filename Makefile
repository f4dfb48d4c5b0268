# Names the commands; the logic is in pyproject.toml, scripts/ and pyhelm itself.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
DEV = $(VENV)/.dev

.PHONY: demo test lint bench control-plane peers cluster repo-index

demo: $(READY)
	$(BIN)/pyhelm demo

test: $(DEV)
	$(BIN)/python -X warn_default_encoding -m pytest -m "not cluster"

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32
	$(BIN)/mypy --platform darwin
	$(BIN)/lint-imports

bench: $(DEV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python -m benchmarks

control-plane: $(DEV)
	$(BIN)/python -m tests.control_plane.build

peers:
	scripts/peers.sh

cluster: control-plane peers
	$(BIN)/python -X warn_default_encoding -m pytest -m cluster tests

repo-index: $(READY)
	$(BIN)/python scripts/repo_index.py

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
# The command that older pips write imports "re" first, a sixth of a small chart's time.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.2"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEV): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

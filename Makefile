# Names the commands; the logic is in pyproject.toml, scripts/ and pyhelm itself.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
DEV = $(VENV)/.dev
# The first pip that takes a project's versions and hashes from a list of all that may be installed.
# Older ones write a command, too, that imports "re" first, a sixth of a small chart's time.
PIP = pip==26.3
# Python compiles what is imported, a small part of the Kubernetes client, in half of the time.
INSTALL = $(BIN)/python -m pip install --no-compile --quiet --disable-pip-version-check
LOCKED = $(INSTALL) --no-require-hashes --constraint requirements.lock --build-constraint requirements.lock

# The variable makes a file without a named encoding an error; workers don't have this Python's -X.
# With MEASURED=1 the tests record which lines and branches they reach, for `make coverage`.
PYTEST = PYTHONWARNDEFAULTENCODING=1 $(BIN)/python -m pytest $(if $(MEASURED),--cov --cov-report=)
# Each worker has a control plane of its own.
PLANES ?= 3
# Where tests for it are: a worker that looks through all others starts ten seconds later.
ON_CLUSTER = tests/cluster tests/differential tests/peers tests/storage

.PHONY: demo test coverage lint types types-win32 types-darwin lowest newest pythons environments bench control-plane peers cluster repo-index functions lock

demo: $(READY)
	$(BIN)/pyhelm demo

test: $(DEV)
	$(PYTEST) -n auto -m "not cluster"

coverage: $(DEV)
	$(BIN)/python scripts/covered.py

lowest newest pythons: $(DEV)
	$(BIN)/python scripts/environments.py $@

environments: $(DEV)
	$(BIN)/python scripts/environments.py lowest newest pythons

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory --jobs 2 types types-win32 types-darwin

types: $(DEV)
	$(BIN)/mypy

# What one platform alone has; each has a cache of its own, since mypy keeps one for one platform.
types-win32 types-darwin: types-%: $(DEV)
	$(BIN)/mypy --platform $* --cache-dir .mypy_cache/$* pyhelm

bench: $(DEV)
	$(LOCKED) --group bench
	$(BIN)/python -m benchmarks

control-plane: $(DEV)
	$(BIN)/python -m tests.control_plane.build

peers:
	scripts/peers.sh

cluster: control-plane peers
	$(PYTEST) -n $(PLANES) -m cluster $(ON_CLUSTER)

repo-index: $(READY)
	$(BIN)/python scripts/repo_index.py

functions: $(READY)
	$(BIN)/python scripts/functions.py

lock: $(DEV)
	$(BIN)/uv pip compile pyproject.toml --extra sql --group build --group dev --group bench --upgrade \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --quiet \
		--custom-compile-command "make lock" --output-file requirements.lock

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) $(PIP)
	$(LOCKED) --editable .
	@touch $@

$(DEV): $(READY)
	$(LOCKED) --group dev
	@touch $@

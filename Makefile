# station-edge: `make run` shows it, `make test` proves it. Everything happens in .venv, from locked dependencies.

PYTHON ?= python3
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
LOCKED := $(PIP) --require-hashes --only-binary :all:

# One stamp a lock: its name is a digest of what it was made from, so that an old environment is never taken for a new one.
digest  = $(shell { $(PYTHON) -V; cat $(1) pyproject.toml; } 2>&1 | cksum | cut -d' ' -f1)
RUN    := .venv/.run-$(call digest,requirements/run.txt)
DEMO   := .venv/.demo-$(call digest,requirements/demo.txt)
DEV    := .venv/.dev-$(call digest,requirements/run.txt requirements/dev.txt)

# The demo's broker: mosquitto where it is installed, else one in Python.
MOSQUITTO := $(shell PATH="$$PATH:/usr/sbin:/usr/local/sbin" command -v mosquitto)

.PHONY: help run test lint types check bench torture schemas lock clean debian .venv

help:
	@echo "make run    a simulated station, a broker, the daemon and the kiosk, in this terminal"
	@echo "make test   all tests          make lint    ruff             make types   mypy"
	@echo "make check  all of these       make bench   the figures      make clean   as cloned"
	@echo "make torture  the fault tests at length: an adversarial device, kills, crashes, disk, network, clock, hangs, torn files, backlog, 200 stations; PARTS=crash for one of them"
	@echo "make .venv  the locked environment alone, for a station (systemd/README.md)"
	@echo "make schemas  the shipped JSON Schemas anew, after a message has grown"
	@echo "make lock   resolve the dependencies anew (requirements/*.in)"

run: $(RUN) $(if $(MOSQUITTO),,$(DEMO))
	@exec $(BIN)/station-edge demo

.venv: $(RUN)

test: debian $(DEV)
	@$(BIN)/pytest -n 4 --dist loadfile

lint: $(DEV)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "not formatted: $(BIN)/ruff format ."; exit 1; }

types: $(DEV)
	@$(BIN)/mypy

check: lint types test

bench: debian $(DEV)
	@PYTHONPATH=tests $(BIN)/python tests/bench

schemas: $(RUN)
	@$(BIN)/station-edge schema --write agent/schemas

torture: debian $(DEV)
	@PYTHONPATH=tests $(BIN)/python -m torture $(PARTS)

debian:
	@sh requirements/debian.sh

lock:
	@$(PYTHON) -m venv .lock && .lock/bin/pip install --quiet pip-tools==7.6.2
	@cd requirements && for name in run demo dev; do \
	  CUSTOM_COMPILE_COMMAND="make lock" ../.lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options $$name.in -o $$name.txt || exit 1; \
	done

clean:
	@rm -rf .venv .lock build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "$(PYTHON) is $$($(PYTHON) -V 2>/dev/null || echo not there): station-edge needs Python 3.11 or newer; name one with make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make an environment: sudo apt-get install python3-venv"; exit 1; }
	@echo "setting up .venv from requirements/run.txt …"
	@$(PYTHON) -m venv --clear .venv
	@$(LOCKED) -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m kiosk.pinyin
	@touch $@

$(DEMO): $(RUN)
	@$(LOCKED) -r requirements/demo.txt
	@touch $@

$(DEV): $(RUN)
	@echo "setting up .venv from requirements/dev.txt …"
	@$(LOCKED) -r requirements/dev.txt
	@touch $@

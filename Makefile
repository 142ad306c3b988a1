# Two commands do all the set-up, on a machine with Python 3.11, pip, make and git:
#   make run    plan the sample county and say where the map lies
#   make test   install what the tests need and run them all
# For developers: make lint types contracts docs, or make check for all of these and the tests.

PYTHON ?= python3
PYTEST_ARGS ?=
SAMPLE := data/sample
OUT := out/sample

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check

.DEFAULT_GOAL := run
.PHONY: run test coverage browser lint types contracts docs picture check clean

run: $(VENV)/run.done
	@echo "==> Checking the data of $(SAMPLE)"
	@$(BIN)/layoutplan check $(SAMPLE)
	@echo "==> Planning: travel times, the best plan, its outputs"
	@$(BIN)/layoutplan optimize $(SAMPLE) --out $(OUT)
	@echo "==> Checking the written plan against the data, without the solver"
	@$(BIN)/layoutplan verify $(SAMPLE) $(OUT)
	@echo
	@echo "Done. Open the map in any browser, no network needed:"
	@echo "  $(CURDIR)/$(OUT)/map.html"
	@echo "The tables lie beside it: schools.csv (what becomes of each school), assignments.csv"
	@echo "(who goes where), plan.json (totals and proof), plan.gpkg (layers for QGIS); and for the"
	@echo "meeting report.xlsx (the tables) and report.docx (the text)."

test: $(VENV)/test.done browser
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile $(PYTEST_ARGS)

# Half as long again as the tests alone.
coverage:
	@$(MAKE) test PYTEST_ARGS="--quiet --cov --cov-report=term:skip-covered --cov-fail-under=90"

browser:
	@.ci/browser

lint: $(VENV)/dev.done
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(VENV)/dev.done
	@$(BIN)/mypy

contracts: $(VENV)/dev.done
	@$(BIN)/lint-imports

docs: $(VENV)/dev.done
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs --quiet build --strict && echo "Documentation: site/index.html"

picture: $(VENV)/test.done run
	@$(BIN)/python docs/images/draw.py

check: lint types contracts docs test

clean:
	rm -rf $(VENV) out site

$(VENV)/run.done: pyproject.toml | $(VENV)/made
	@echo "==> Installing layoutplan into $(VENV) (a minute or two, the first time only)"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/test.done: pyproject.toml | $(VENV)/made
	@echo "==> Installing layoutplan and what its tests need into $(VENV)"
	@$(PIP) install --editable ".[test]"
	@touch $(VENV)/run.done $@

$(VENV)/dev.done: pyproject.toml | $(VENV)/made
	@echo "==> Installing layoutplan and the developers' tools into $(VENV)"
	@$(PIP) install --editable ".[dev]"
	@touch $(VENV)/run.done $(VENV)/test.done $@

# Debian ships venv without ensurepip unless python3-venv is installed: pip then comes from outside.
$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "layoutplan needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || \
	  { $(PYTHON) -m venv --clear --without-pip $(VENV) && \
	    $(PYTHON) -m pip -qq --python $(BIN)/python install pip; } || \
	  { rm -rf $(VENV); \
	    echo "No environment could be made: install Python's venv (Debian: apt-get install python3-venv)"; \
	    exit 1; }
	@touch $@

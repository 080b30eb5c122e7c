# Two commands: `make report` and `make test`. Needs a system Python (3.11 to 3.14, with venv) and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
EXTRAS ?= dev,notebooks,analysis,calibration
REPORT ?= report
SVG ?= auto

.PHONY: dist docs notebooks-html report lint quick test verify matrix notebooks bench peers clean venv
.DEFAULT_GOAL := report

venv: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 15) else "Lazaretto needs Python 3.11 to 3.14; %s is %d.%d. Say: make PYTHON=python3.12" % (sys.executable, v[0], v[1]))'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[$(EXTRAS)]"
	@touch $(STAMP)

report: $(STAMP)
	$(BIN)/lazaretto sweep three-situations --out $(REPORT)/results --resume
	$(BIN)/lazaretto report $(REPORT)/results --out $(REPORT)

# Tests in tiers; see CONTRIBUTING.md. Kernels are compiled once, before two processes share the tests.
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist loadfile $(if $(JUDGES),--judges $(JUDGES))
COMPILE := $(BIN)/python -m pytest -q -p no:xdist tests/regression

lint: $(STAMP)
	$(BIN)/ruff check model tests benchmarks notebooks docs
	$(BIN)/ruff format --check model tests benchmarks docs

quick: lint
	$(PYTEST) -m "not slow and not verify and not processes" tests/project tests/parameters tests/exact tests/regression

test: lint
	$(BIN)/mypy
	$(COMPILE)
	$(PYTEST) -m "not verify"

verify: lint
	$(BIN)/mypy
	$(COMPILE)
	$(PYTEST)

# sdist and wheel in dist/, checked, installed into a clean environment and used there; it says what
# it does.
dist: $(STAMP)
	$(BIN)/python tests/verification/dist.py --out dist

matrix: $(STAMP)
	$(BIN)/python tests/verification/matrix.py

notebooks: $(STAMP)
	LAZARETTO_PROFILE=$${LAZARETTO_PROFILE:-smoke} $(BIN)/python -m pytest -q tests/notebooks

bench: $(STAMP)
	$(BIN)/lazaretto bench

peers: $(STAMP)
	$(BIN)/python -m pip install --quiet --editable ".[peers]"
	$(BIN)/python benchmarks/peers.py

# The site in site/html, offline. Notebooks and figures are drawn once for each version of the package;
# PICTURES=0 leaves them out.
PICTURES ?= 1

docs: $(STAMP)
	$(BIN)/python -m sphinx -W --keep-going -q -c docs -d site/doctrees -D lazaretto_run=$(PICTURES) -b html . site/html
	@echo "site/html/index.html"

# Pages of the notebooks with pictures, in site/notebooks-html/html.
notebooks-html: $(STAMP)
	$(BIN)/lazaretto notebooks site/notebooks-html --render --profile $${LAZARETTO_PROFILE:-smoke}

clean:
	rm -rf $(VENV) .matrix $(REPORT) site .pytest_cache .mypy_cache .ruff_cache .hypothesis

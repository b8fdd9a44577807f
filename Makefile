# `make help` lists what there is. Needs Python 3.11 or newer; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 6

.DEFAULT_GOAL := help
.PHONY: help demo up test campaign drift taken-out check fix bench bench-drift clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/run ## Change an account's contact end to end on embedded parts
	@$(BIN)/handover demo

up: $(VENV)/run ## Run Redis, sandbox, workers and beat until Ctrl-C
	@$(BIN)/handover up

test: $(VENV)/dev ## Run the whole suite on real parts of its own
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

campaign: $(VENV)/dev ## Play every fault at every call of the job, or CASES="NAME ..."
	$(BIN)/python -m tests.faults $(CASES)
	EVERY_POINT=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadfile tests/faults -k killed

drift: $(VENV)/dev ## Scan for planted drift under fire: ACCOUNTS=100000 DIFFERENCES=1000
	$(BIN)/python -m tests.drift $(or $(ACCOUNTS),100000) $(or $(DIFFERENCES),1000)

taken-out: $(VENV)/dev ## Take each step out of its workflow: do its tests turn red? STEPS="WORKFLOW:STEP ..."
	$(BIN)/python -m tests.rules $(STEPS)

check: $(VENV)/dev ## Lint, format, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/dev ## Let the linter mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/dev ## Measure overhead, throughput, recovery, scans; prints ratios
	$(BIN)/python -m tests.benchmarks

bench-drift: $(VENV)/dev ## Measure full scans alone: ACCOUNTS="10000 100000 1000000"
	ACCOUNTS="$(ACCOUNTS)" $(BIN)/python -m tests.benchmarks drift

clean: ## Remove the environment and the state folder
	rm -rf $(VENV) .handover *.egg-info

$(VENV)/run: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Handover needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# Two commands are the whole set-up: `make demo` and `make test`. `make help` lists the others.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVE ?= yes
PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUNBUFFERED := 1

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/app.stamp: requirements/app.lock pyproject.toml
	@bash scripts/environment.sh app "$(PYTHON)"

$(VENV)/dev.stamp: requirements/dev.lock pyproject.toml
	@bash scripts/environment.sh dev "$(PYTHON)"

demo: $(VENV)/app.stamp ## Load the fictitious demonstration, analyse it, publish it and serve it (SERVE=no: stop after publication)
	@SERVE=$(SERVE) PORT=$(PORT) bash scripts/demo.sh

dev: $(VENV)/dev.stamp ## Serve the instance of this folder with automatic reload
	@export FABRIQUE_DEBUG=1; $(BIN)/fabrique migrate --verbosity 0 && $(BIN)/fabrique runserver 127.0.0.1:$(PORT)

test: $(VENV)/dev.stamp ## Run every check that CI runs
	@bash scripts/test.sh

check-long: $(VENV)/dev.stamp ## Minutes-long checks on real data (two identical analyses of 21,295 answers)
	@$(BIN)/pytest tests/check_long -m long -q --timeout 3000

bench: $(VENV)/dev.stamp ## Measure, as ratios against a named yardstick (see benchmarks/)
	@$(BIN)/python -m benchmarks

lock: ## Remake the lock files from pyproject.toml
	@bash scripts/lock.sh

clean: ## Remove the environment and the instance of this folder
	rm -rf $(VENV) var build src/*.egg-info

.PHONY: help demo dev test check-long bench lock clean

# Everything here needs only Python ≥ 3.11 with venv, and make. `make help` lists the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?= data
SOURCES := src core/src services/ingest/src services/enrich/src services/stories/src services/index/src services/alerts/src \
  services/deliver/src services/api/src tests bench deploy/servers deploy/compose deploy/image
MEMBERS := core services/ingest services/enrich services/stories services/index \
  services/alerts services/deliver services/api
STAMP  := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Rasad needs Python 3.11 or newer; name one with PYTHON=python3.12 make …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): $(BIN)/python deploy/locks/embedded.txt pyproject.toml core/pyproject.toml \
  $(wildcard services/*/pyproject.toml) services/api/build_assets.py $(wildcard services/api/package*.json)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r deploy/locks/embedded.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	  $(foreach member,$(MEMBERS),-e ./$(member)) -e .
	$(BIN)/python services/api/build_assets.py
	$(BIN)/python -m rasad_core.query.engine
	@touch $@

$(DEV_STAMP): $(STAMP) deploy/locks/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r deploy/locks/dev.txt
	@touch $@

.PHONY: sync
sync: $(DEV_STAMP) ## Install everything, development tools included, into .venv

.PHONY: up
up: $(STAMP) ## Install, and run the whole program on sample news: open the address it prints
	@RASAD_LOG_LEVEL=warning $(BIN)/rasad up --demo --data $(DATA)

.PHONY: tour
tour: $(STAMP) ## The command line on sample files: what goes in, and what finds it
	@sh docs/tour/tour.sh $(BIN)/rasad $(DATA)-tour

# SERVERS=--require fails where a JDK (21 or newer) or Maven is missing, instead of testing less.
SERVERS ?=

.PHONY: test
test: $(DEV_STAMP) lint types ## Lint, type-check, and run every test; on real servers where there is a JDK
	$(BIN)/python deploy/servers/run.py $(SERVERS) -- \
	  $(BIN)/python -m pytest -n 2 --ignore tests/faults

.PHONY: faults
faults: $(DEV_STAMP) ## Kill, cut off and shuffle a cluster on real servers, and count what came out
	$(BIN)/python deploy/servers/run.py --require -- $(BIN)/python -m pytest -n 0 -s tests/faults

.PHONY: compose-check
compose-check: ## Build the images and prove compose.yaml on a Docker engine
	$(PYTHON) deploy/compose/check.py

.PHONY: lint
lint: $(DEV_STAMP) ## Check style, format and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

.PHONY: fmt
fmt: $(DEV_STAMP) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: types
types: $(DEV_STAMP) ## Type-check source, tests and benchmarks
	$(BIN)/mypy $(SOURCES)

.PHONY: docs
docs: $(DEV_STAMP) ## Write the generated pages: docs/settings.md, docs/contracts.md
	$(BIN)/python docs/generate.py

.PHONY: bench
bench: $(DEV_STAMP) ## Run the benchmarks; each prints ratios against a peer in the same run
	$(BIN)/python bench/enrich.py
	$(BIN)/python bench/stories.py
	$(BIN)/python bench/parse.py
	$(BIN)/python bench/match.py --alerts 10000 --wildcards 0.38
	$(BIN)/python bench/live.py
	$(BIN)/python bench/ingest.py
	$(BIN)/python bench/search.py

.PHONY: bench-lucene
bench-lucene: $(DEV_STAMP) ## Match 100,000 alerts against Lucene Monitor; half an hour, needs a JDK and Maven
	$(BIN)/python bench/match.py --alerts 100000 --engines compiled --lucene

.PHONY: agreement
agreement: $(DEV_STAMP) ## Compare evaluator, engines, SQLite and Elasticsearch on random queries and articles
	$(BIN)/python deploy/servers/run.py --require -- $(BIN)/python bench/agreement.py

.PHONY: locks
locks: $(DEV_STAMP) ## Resolve again and write deploy/locks/*.txt
	$(BIN)/python deploy/locks/export.py

.PHONY: clean
clean: ## Remove the environment and what builds left; data stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  services/api/src/rasad_api/web/assets/vendor tests/web/.browser*

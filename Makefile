# Everything runs in ./.venv, which the first target builds from requirements.lock. `make` alone explains itself.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPARK_VENV := .venv-spark
SPARK_READY := $(SPARK_VENV)/.ready
# Dagster's configuration lies here, its files in the workspace (see dagster.yaml).
DAGSTER_ENV = VIRTUAL_ENV="$(CURDIR)/$(VENV)" DAGSTER_HOME="$(CURDIR)" TIEOUT_DAGSTER="$$($(BIN)/python -m pipelines.console.dagster_home)"
PORT ?= 3000
# The sample group reports January to March 2026; its night is dated soon after, so that nothing later is owed yet.
SAMPLE_NIGHT := 2026-04-10

.DEFAULT_GOAL := help
.PHONY: help run test lint dev benchmark spark java postgres lock format clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY) data/landing  ## one night over the sample group: take in, build, audit, publish
	@$(BIN)/tieout run --date $(SAMPLE_NIGHT)

test: $(READY)  ## all tests
	@$(BIN)/pytest -n 2 --dist worksteal

lint: $(READY)  ## style, types, layers, SQL, contracts and branch folders, Dagster definitions
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/tieout check
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project
	$(DAGSTER_ENV) $(BIN)/dg check yaml
	$(DAGSTER_ENV) $(BIN)/dg check defs

dev: $(READY) data/landing  ## Dagster's pages on http://127.0.0.1:3000 (PORT=… for another port)
	$(DAGSTER_ENV) $(BIN)/dagster dev -m pipelines.definitions -h 127.0.0.1 -p $(PORT)

benchmark: $(READY)  ## speed: five million lines, the sample's night, fifty branches (BENCHMARK=--quick for a look)
	@$(BIN)/python tests/benchmarks $(BENCHMARK)

spark: $(SPARK_READY)  ## proof that the models give the same on Spark (optional; needs Java, downloads 0.5 GB once)
	@$(SPARK_VENV)/bin/python -m pytest tests/spark

# Spark 4 runs on Java 17 or newer, which no Python package brings.
java:
	@java="$${JAVA_HOME:+$$JAVA_HOME/bin/}java"; \
		release=$$("$$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1); \
		test "$${release:-0}" -ge 17 || { \
		echo "Spark needs Java 17 or newer; $$java is $${release:+Java }$${release:-not there}. Install it with: sudo apt-get install -y openjdk-17-jre-headless"; exit 1; }

format: $(READY)  ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

postgres: $(READY)  ## add the driver for Dagster's storage in Postgres to .venv (optional: docs/server.md)
	@VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/uv pip install --quiet --require-hashes -r requirements-postgres.lock

lock: $(READY)  ## resolve the dependencies into the three lock files (UPGRADE=--upgrade for newer versions)
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --quiet $(UPGRADE) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group spark --universal --generate-hashes --no-emit-index-url \
		--constraint requirements.lock --custom-compile-command "make lock" --quiet $(UPGRADE) -o requirements-spark.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --extra postgres --universal --generate-hashes --no-emit-index-url \
		--constraint requirements.lock --custom-compile-command "make lock" --quiet $(UPGRADE) -o requirements-postgres.lock

clean:  ## remove the environment and what nights made; deliveries in data/landing stay
	rm -rf $(VENV) $(SPARK_VENV) data/dagster data/lake data/warehouse data/reports

# The sample branches' deliveries, copied once: from then on data/landing is yours to add files to.
data/landing:
	@mkdir -p data
	@rm -rf data/.landing && cp -R seeds/deliveries data/.landing && mv data/.landing data/landing

# The stamp is the last thing written, so an interrupted installation starts again.
$(READY): requirements.lock
$(SPARK_READY): requirements-spark.lock | java
$(READY) $(SPARK_READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tieout needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another with: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ echo "Python's venv is incomplete here (Debian packs it apart). Install it with: sudo apt-get install -y python3-venv"; exit 1; }
	@test -x $(@D)/bin/python || { echo "Making $(@D) …"; $(PYTHON) -m venv $(@D); }
	@test -x $(@D)/bin/uv || $(@D)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@echo "Installing what $(filter %.lock,$^) names …"
	@VIRTUAL_ENV="$(CURDIR)/$(@D)" $(@D)/bin/uv pip sync --quiet --require-hashes $(filter %.lock,$^)
	@VIRTUAL_ENV="$(CURDIR)/$(@D)" $(@D)/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

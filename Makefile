# `make help` lists what there is. Everything runs in .venv/, from the lock files; nothing is installed elsewhere.

PORT ?= 8000
PYTHON ?= python3
WORKERS ?= 1
TEST_WORKERS ?= 2
export PORT

# Where it is set, each of the many processes that tests start would compile the site anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
MANAGE := $(BIN)/python manage.py
# The tests with a browser are one group: they share a Chromium and a running site. -rs says what was skipped, and why.
PYTEST := $(BIN)/python -m pytest -n $(TEST_WORKERS) -rs
LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-strip-extras --no-annotate --no-emit-index-url --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help run admin dev load draw copy check test test-sqlite test-coverage test-postgres test-deep test-faults test-browser bench lint format lock sbom audit clean always

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | while IFS='	' read -r name words; do \
		printf '  make %-14s %s\n' "$$name" "$$words"; done

# --- the site
# Threads: each holds a connection to the database. The time-out: now and then a worker that is told to stop twice at once,
# by the terminal and by its parent, does not stop by itself.

run: .venv/.run  ## serve the site on http://127.0.0.1:8000 (PORT=8123 make run: on another port)
	@DEBUG=no $(MANAGE) prepare --port $(PORT)
	@DEBUG=no exec $(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers $(WORKERS) --blocking-threads 4 \
		--backpressure 64 --workers-kill-timeout 3 --log-level warning sma_site.wsgi:application

admin: .venv/.run  ## make the first administrator (or one more)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) createsuperuser

dev: .venv/.test  ## serve it for a developer: reloads when a file changes, shows errors
	@DEBUG=yes $(MANAGE) prepare --port $(PORT)
	@DEBUG=yes $(MANAGE) runserver 127.0.0.1:$(PORT)

load: .venv/.run  ## load the fixtures; what an editor has changed stays
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_fixtures

draw: .venv/.run  ## draw the charts and pictures that are missing or stale; the site does so by itself
	@$(MANAGE) draw

FOLDER ?= copy
copy: .venv/.run  ## write the whole public site to a folder: FOLDER=/srv/copy make copy
	@$(MANAGE) collectstatic --noinput -v0
	@$(MANAGE) static_copy $(FOLDER)

check: .venv/.run  ## check the data, and the settings for a public site
	@$(MANAGE) check_data
	@SITE_URL=https://sma.example DEBUG=no $(MANAGE) check --deploy --database default --fail-level WARNING

# --- the code

# What is heavy runs a sample here, another one each day, and what hardly depends on the database takes turns: the marks
# in pyproject.toml, and tests/conftest.py. The day is that of the start, also where midnight is in between.
SAMPLE_SEED ?= $(shell date -u +%F)
export SAMPLE_SEED
test: .venv/.test .venv/.checker  ## the tests, on SQLite and on PostgreSQL
	@sqlite=passed; postgres=passed; \
	TURNS=yes $(MAKE) --no-print-directory test-sqlite || sqlite=FAILED; \
	TURNS=yes $(MAKE) --no-print-directory test-postgres || postgres=FAILED; \
	echo "On SQLite: $$sqlite. On PostgreSQL: $$postgres."; \
	test "$$sqlite$$postgres" = passedpassed

test-sqlite: .venv/.test .venv/.checker  ## all of them on SQLite alone, of the heavy ones a sample
	@echo "--- tests on SQLite"
	@env -u DATABASE_URL $(PYTEST)

# It takes more than half as long again, so it stands apart.
test-coverage: .venv/.test .venv/.checker  ## the same, and how much of the code they run: less than 95 % fails
	@echo "--- tests on SQLite, with coverage"
	@env -u DATABASE_URL $(PYTEST) --cov --cov-report=term

test-postgres: .venv/.test .venv/.checker  ## the same, on a PostgreSQL started for them
	@echo "--- tests on PostgreSQL"
	@$(BIN)/python -m tests.postgres -- $(PYTEST)

HEAVY := "deep or browser or not (both or faults)"
test-deep: .venv/.test .venv/.checker  ## what `make test` runs a sample of, or on one database a day, in full on both
	@echo "--- in full on SQLite"
	@env -u DATABASE_URL DEEP=yes $(PYTEST) -m $(HEAVY)
	@echo "--- in full on PostgreSQL"
	@DEEP=yes $(BIN)/python -m tests.postgres -- $(PYTEST) -m $(HEAVY)

test-faults: .venv/.test  ## processes killed, databases restarted, disks filled, deploy/ driven, in full, on both databases
	@echo "--- in full on SQLite"
	@env -u DATABASE_URL FAULTS=yes $(BIN)/python -m pytest -rs -v -s tests/faults tests/deploy
	@echo "--- in full on PostgreSQL"
	@FAULTS=yes $(BIN)/python -m tests.postgres -- $(BIN)/python -m pytest -rs -v -s tests/faults tests/deploy

test-browser: .venv/.test .venv/.checker  ## the tests with a browser alone, on SQLite
	@env -u DATABASE_URL $(BIN)/python -m pytest -rs tests/browser

SIZES ?= 10000 100000 1000000
PARTS ?=
DATABASES ?= sqlite postgres
PEERS ?= plain_django wagtail_site datasette
bench: .venv/.test  ## measure the site beside its peers: SIZES="10000" PARTS="timeline feed" DATABASES=sqlite make bench
	@env -u DATABASE_URL $(BIN)/python -m tests.benchmarks.side_by_side --sizes $(SIZES) --databases $(DATABASES) \
		--peers $(PEERS) $(if $(PARTS),--parts $(PARTS))

lint: .venv/.test  ## formatting, style, types, layers, templates
	@$(BIN)/ruff format --check --output-format concise .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@find timeline/templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +

format: .venv/.test  ## format and mend what can be mended by machine
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .
	@find timeline/templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} + || true

lock:  ## remake the lock files (needs uv; UPGRADE=--upgrade takes the newest versions)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	@$(LOCK) $(UPGRADE) --output-file requirements.txt
	@$(LOCK) $(UPGRADE) --group dev --constraint requirements.txt --output-file requirements-dev.txt

BOM ?= var/sbom.cdx.json
sbom: .venv/.run  ## write what the site is made of, as CycloneDX: BOM=file make sbom
	@mkdir -p $(dir $(BOM))
	@$(BIN)/python -m sma_site.sbom >$(BOM).part && mv $(BOM).part $(BOM)
	@echo "Wrote $(BOM)"

# --strict: a package about which nothing can be asked is no good news.
audit: .venv/.test  ## ask which packages, of the site and of the tests, have known vulnerabilities (needs the network)
	@$(BIN)/pip-audit --strict --requirement requirements-dev.txt --require-hashes --disable-pip --progress-spinner off

clean:  ## remove the environment and the caches; the data in var/ stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov \
		tests/browser/node_modules

# --- the environment: made once, brought up to date when a lock file changes

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed as $(PYTHON). On Debian 12: apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing. On Debian: apt install python3-venv" >&2; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv

# Each stamp is a copy of the lock file that was installed: times say nothing after a checkout or a copy of the folder.
.venv/.run: always | .venv/bin/pip
	@cmp -s requirements.txt $@ || { echo "Installing what the site needs into .venv …"; \
		$(PIP) install --require-hashes -r requirements.txt && cp requirements.txt $@; }

# The checker of HTML (which needs Java) and TimelineJS come from npm. Without them their tests are skipped, and say so.
.venv/.checker: tests/browser/package-lock.json | .venv/bin/pip
	@if command -v npm >/dev/null; then npm ci --silent --prefix tests/browser && touch $@ || \
		echo "npm could not install the checker of HTML and TimelineJS: their tests are skipped."; fi

.venv/.test: always | .venv/bin/pip
	@cmp -s requirements-dev.txt $@ || { echo "Installing what the tests need into .venv …"; \
		$(PIP) install --require-hashes -r requirements-dev.txt && cp requirements-dev.txt $@; }

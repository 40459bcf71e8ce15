# Two commands matter: `make run` (needs Python 3.11, venv and pip, nothing else) and `make test`.
# The rest is for development; `make check` is what CI runs.

PYTHON ?= python3
BIN := .venv/bin
MAKEFLAGS += --no-print-directory

.PHONY: setup setup-dev run test check lint types fmt demo worker bench load screenshots

# Installs only when the list changed since the last time.
define install
@test -x $(BIN)/pip || { $(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 …" if sys.version_info < (3, 11) else 0)' && $(PYTHON) -m venv .venv; }
@cat requirements.txt $(1) | cksum | cmp -s - .venv/$(1).installed || { \
	echo "· 安装依赖（只在第一次和清单变化时）"; \
	$(BIN)/pip install --quiet --disable-pip-version-check -r $(1) && cat requirements.txt $(1) | cksum > .venv/$(1).installed; }
endef

setup:
	$(call install,requirements.txt)

setup-dev:
	$(call install,requirements-dev.txt)

# PORT=8000 HOST=127.0.0.1 DEMO_PASSWORD=… are honoured.
run: setup
	@exec $(BIN)/python -m config.embedded

test: setup-dev
	$(BIN)/pytest -n 2 --dist worksteal

# Everything, with nothing skipped: needs PostgreSQL, Redis, Chromium and LibreOffice Writer (.ci/run installs and starts them).
TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/sanli
check: setup-dev
	@$(MAKE) -j 2 lint types
	env -u TEST_DATABASE_URL SANLI_REQUIRE=redis,chromium,soffice $(BIN)/pytest -n 2 --dist worksteal
	TEST_DATABASE_URL=$(TEST_DATABASE_URL) SANLI_REQUIRE=postgres,redis $(BIN)/pytest -n 2 --dist worksteal

# What reads the code without running the product; `check` does both at once.
lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --check --target-version 5.2
	$(BIN)/lint-imports
	SANLI_EMBEDDED=1 $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.deploy_check

types:
	$(BIN)/mypy

fmt: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2

# make demo ARGS="--stage quarter_end --seed 7 --branches 40"
demo: setup
	$(BIN)/python manage.py demo $(ARGS)

# A worker with the beat in it, on whatever broker the environment names.
worker: setup
	$(BIN)/celery -A config worker -B --loglevel INFO

# Ratios to a bare page of the same stack; FULL=1 for the full size, which also writes docs/performance.md. Not part of CI.
bench: setup-dev
	$(BIN)/python -m tests.bench $(if $(FULL),--full) $(ARGS)

# Many people at once, and processes killed in the middle of a save. Not part of CI.
load: setup-dev
	$(BIN)/python -m tests.load
	$(BIN)/python -m tests.room_load 2000

# The README's pictures, of a fresh demo city. Needs Chromium and a Chinese font.
screenshots: setup-dev
	$(BIN)/python -m tests.screenshots

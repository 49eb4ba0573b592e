#!/usr/bin/env bash
# Every check, in the order that fails fastest. Says what it does; ends on the first failure.
set -euo pipefail
bin=.venv/bin
started=$SECONDS
step() { echo; echo "→ [$((SECONDS - started)) s] $1"; }
export DJANGO_SETTINGS_MODULE=fabrique.settings.test
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
workers=${TEST_WORKERS:-2}

step "Style (ruff)"
$bin/ruff check src tests benchmarks scripts
$bin/ruff format --check src tests benchmarks scripts
step "Couches (import-linter)"
$bin/lint-imports
step "Types (mypy)"
$bin/mypy src/fabrique_core src/fabrique
step "Migrations complètes"
$bin/fabrique makemigrations --check --dry-run
step "Messages et références à jour"
$bin/python scripts/messages.py --check
$bin/python scripts/reference.py --check
step "Tests (SQLite)"
$bin/pytest -q -n "$workers" --dist loadfile -m "not long"
step "Tests marqués pour les deux bases (PostgreSQL)"
$bin/python scripts/with_postgres.py $bin/pytest -q -m "both_databases and not e2e"
echo
echo "Tout est vert en $((SECONDS - started)) s."

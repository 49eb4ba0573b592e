#!/usr/bin/env bash
# Every check, in the order that fails fastest. Says what it does; ends on the first failure.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
started=$SECONDS
current=""
step() { current=$1; echo; echo "→ [$((SECONDS - started)) s] $1"; }
trap 'echo; echo "Fabrique : la vérification « $current » a échoué ; le détail est juste au-dessus." >&2' ERR
export DJANGO_SETTINGS_MODULE=fabrique.settings.test
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
workers=${TEST_WORKERS:-2}
[ "$(df -Pk "${TMPDIR:-/tmp}" | awk 'NR == 2 {print $4}')" -gt 500000 ] \
  || { echo "Fabrique : il reste moins de 500 Mo dans ${TMPDIR:-/tmp} : faites de la place, puis relancez." >&2; exit 1; }

# a folder of this run alone: two runs at once do not meet, and nothing stays behind
FABRIQUE_VAR=$(mktemp -d "${TMPDIR:-/tmp}/fabrique-test.XXXXXX")
export FABRIQUE_VAR
mkdir "$FABRIQUE_VAR/static"
trap 'rm -rf "$FABRIQUE_VAR"' EXIT

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
step "Tests (SQLite, $workers processus)"
$bin/pytest -q -n "$workers" --dist loadfile -m "not long" ${TEST_DURATIONS:+--durations "$TEST_DURATIONS"}
step "Tests marqués pour les deux bases (PostgreSQL)"
$bin/python scripts/with_postgres.py $bin/pytest -q -n "$workers" --dist loadfile -m "both_databases and not e2e"
echo
echo "Tout est vert en $((SECONDS - started)) s."

#!/usr/bin/env bash
# Every check, in the order that fails fastest. Says what it does; ends on the first failure.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
started=$SECONDS
current="" since=$SECONDS took=()
ended() { [ -z "$current" ] || took+=("$(printf '%6d s  %s' $((SECONDS - since)) "$current")"); }
step() { ended; current=$1; since=$SECONDS; echo; echo "→ [$((SECONDS - started)) s] $1"; }
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
preparing=""
trap '[ -z "$preparing" ] || kill "$preparing" 2>/dev/null || true; rm -rf "$FABRIQUE_VAR"' EXIT

# the tests' database is migrated once, on one core, while the other reads the sources
FABRIQUE_VAR="$FABRIQUE_VAR/prepared" $bin/python -m tests.migrated &
preparing=$!

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
step "Base de données des tests"
wait "$preparing"
preparing=""
# files in the order in which they are collected: tests/conftest.py puts the longest first
step "Tests (SQLite, $workers processus)"
$bin/pytest -q -n "$workers" --dist loadfile --no-loadscope-reorder -m "not long" \
  ${TEST_DURATIONS:+--durations "$TEST_DURATIONS"}
step "Tests marqués pour les deux bases (PostgreSQL)"
mapfile -t marked < <(grep -rl --include="test_*.py" both_databases tests | sort)
$bin/python scripts/with_postgres.py $bin/pytest -q -n "$workers" --dist loadfile \
  -m "both_databases and not e2e" "${marked[@]}"
ended
echo
echo "Durée de chaque étape :"
printf '%s\n' "${took[@]}"
echo "Tout est vert en $((SECONDS - started)) s."

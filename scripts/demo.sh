#!/usr/bin/env bash
# The demonstration from nothing: database, territories, responses, analysis, publication, then the server.
set -euo pipefail
fabrique=.venv/bin/fabrique
export DJANGO_SETTINGS_MODULE=fabrique.settings.dev FABRIQUE_DEMONSTRATION=1
export FABRIQUE_VAR="${FABRIQUE_VAR:-$PWD/var/demo}"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
port=${PORT:-8000}
fail() { echo "Fabrique : $1" >&2; exit 1; }

if [ "${SERVE:-yes}" = yes ] && .venv/bin/python -c "import socket,sys; s=socket.socket(); sys.exit(s.connect_ex(('127.0.0.1', $port)))" 2>/dev/null; then
  fail "le port $port est déjà pris. Arrêtez l’autre serveur, ou choisissez : make demo PORT=8001."
fi
mkdir -p "$FABRIQUE_VAR"
started=$SECONDS
echo "→ Base de données ($FABRIQUE_VAR)"
$fabrique migrate --verbosity 0
echo "→ Territoires"
$fabrique territories load
echo "→ Démonstration fictive"
$fabrique demo ${DEMO_SIZE:+--size "$DEMO_SIZE"}
echo "→ Fichiers de présentation"
$fabrique collectstatic --noinput --verbosity 0
echo "  Prête en $((SECONDS - started)) s."
$fabrique demo --accounts
[ "${SERVE:-yes}" = yes ] || exit 0
echo
echo "→ Site sur http://127.0.0.1:$port (Ctrl-C pour arrêter)"
$fabrique worker &
worker=$!
trap 'kill $worker 2>/dev/null || true' EXIT INT TERM
.venv/bin/gunicorn fabrique.wsgi --bind "127.0.0.1:$port" --workers 2 --threads 4 --access-logfile /dev/null

#!/usr/bin/env bash
# The demonstration from nothing: database, territories, responses, analysis, publication, then the server.
# It is built beside its place and moved there once whole: an interrupted loading leaves nothing half-done.
set -euo pipefail
cd "$(dirname "$0")/.."
fabrique=.venv/bin/fabrique
export DJANGO_SETTINGS_MODULE=fabrique.settings.dev FABRIQUE_DEMONSTRATION=1 FABRIQUE_DATABASE=sqlite
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
place=${FABRIQUE_VAR:-$PWD/var/demo}
port=${PORT:-8000}
serve=${SERVE:-yes}
fail() { echo "Fabrique : $1" >&2; exit 1; }

case $port in '' | *[!0-9]*) fail "PORT doit être un nombre, par exemple : make demo PORT=8001." ;; esac
if [ "$serve" = yes ]; then
  .venv/bin/python -c "import socket; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('127.0.0.1', $port))" 2>/dev/null \
    || fail "le port $port est déjà pris ou interdit. Arrêtez l’autre serveur, ou choisissez : make demo PORT=8001."
fi

build() {
  local building="$place.en-cours" started=$SECONDS
  rm -rf "$building"
  mkdir -p "$building" 2>/dev/null || fail "le dossier $building ne peut pas être créé : vérifiez les droits et l’espace disque."
  [ "$(df -Pk "$building" | awk 'NR == 2 {print $4}')" -gt 500000 ] \
    || fail "il reste moins de 500 Mo sur le disque de $building : faites de la place, puis relancez."
  export FABRIQUE_VAR=$building
  echo "→ [1/4] Base de données"
  $fabrique migrate --verbosity 0 || fail "la base de données n’a pas pu être créée dans $building."
  echo "→ [2/4] Territoires"
  $fabrique territories load || fail "les territoires n’ont pas pu être chargés."
  echo "→ [3/4] Démonstration fictive (trois à cinq minutes)"
  $fabrique demo ${DEMO_SIZE:+--size "$DEMO_SIZE"} || fail "la démonstration n’a pas pu être chargée ; rien n’a été gardé. Relancez « make demo »."
  echo "→ [4/4] Fichiers de présentation"
  $fabrique collectstatic --noinput --verbosity 0 || fail "les fichiers de présentation n’ont pas pu être rassemblés."
  mv "$building" "$place"
  echo "  Prête en $((SECONDS - started)) s, dans $place"
}

if [ -f "$place/demonstration.txt" ]; then
  echo "→ Démonstration déjà chargée dans $place : rien n’est effacé (« make clean » pour repartir de rien)"
  export FABRIQUE_VAR=$place
  $fabrique migrate --verbosity 0 || fail "la base de données de $place n’a pas pu être mise à jour."
  gathered=$place/static/staticfiles.json
  if [ ! -f "$gathered" ] || [ -n "$(find src/fabrique/static .venv/app.stamp -newer "$gathered" -print -quit)" ]; then
    echo "→ Fichiers de présentation, qui ont changé"
    $fabrique collectstatic --noinput --verbosity 0 || fail "les fichiers de présentation n’ont pas pu être rassemblés."
  fi
elif [ -e "$place" ]; then
  fail "le dossier $place existe mais ne contient pas de démonstration entière. Effacez-le, puis relancez."
else
  build
fi
export FABRIQUE_VAR=$place
$fabrique demo --accounts
[ "$serve" = yes ] || exit 0

echo
echo "→ Site sur http://127.0.0.1:$port (Ctrl-C pour arrêter)"
$fabrique worker &
worker=$!
.venv/bin/gunicorn fabrique.wsgi --bind "127.0.0.1:$port" --workers 2 --threads 4 --log-level warning &
server=$!
stop() {
  trap - EXIT INT TERM
  kill -TERM "$server" "$worker" 2>/dev/null || true
  wait "$server" "$worker" 2>/dev/null || true
  echo
  echo "Site arrêté ; les données restent dans $place."
}
trap 'stop; exit 0' INT TERM
trap stop EXIT
wait -n "$server" "$worker" || true
fail "le site ou les travaux de fond se sont arrêtés d’eux-mêmes : le message est ci-dessus."

#!/usr/bin/env bash
# Builds .venv from a lock file with pip alone. usage: environment.sh app|dev PYTHON
set -euo pipefail
kind=$1
python=$2
fail() { echo "Fabrique : $1" >&2; exit 1; }
recent() { command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if [ ! -x .venv/bin/python ]; then
  if ! recent "$python"; then
    for other in python3.11 python3.12 python3.13; do recent "$other" && python=$other && break; done
  fi
  command -v "$python" >/dev/null || fail "Python est introuvable ($python). Installez Python 3.11 ou plus récent, puis relancez."
  recent "$python" || fail "il faut Python 3.11 ou plus récent ($("$python" --version 2>&1) ici)."
  "$python" -c 'import venv, ensurepip' 2>/dev/null || fail "le module venv manque (sous Debian : apt install python3-venv)."
  [ "$(df -Pk . | awk 'NR == 2 {print $4}')" -gt 2500000 ] \
    || fail "il faut 2,5 Go libres sur le disque pour installer les paquets : faites de la place, puis relancez."
  echo "→ Environnement Python (.venv)"
  "$python" -m venv .venv || fail "l’environnement .venv n’a pas pu être créé ; relancez après « make clean »."
fi
echo "→ Installation des paquets verrouillés ($kind) ; environ une minute la première fois"
.venv/bin/pip install -qq --require-hashes -r "requirements/$kind.lock" \
  || fail "l’installation des paquets a échoué. Vérifiez l’accès à l’index de paquets Python et l’espace disque, puis relancez."
.venv/bin/pip install -qq --no-deps --no-build-isolation --editable . \
  || fail "l’installation de fabrique dans .venv a échoué ; relancez après « make clean »."
.venv/bin/python scripts/messages.py --compile >/dev/null || fail "les traductions n’ont pas pu être compilées."
touch .venv/app.stamp
if [ "$kind" = dev ]; then touch .venv/dev.stamp; fi
echo "  $(du -sh .venv | cut -f1) dans .venv"

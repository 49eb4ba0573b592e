#!/usr/bin/env bash
# Builds .venv from a lock file with pip alone. usage: environment.sh app|dev PYTHON
set -euo pipefail
kind=$1
python=$2
fail() { echo "Fabrique : $1" >&2; exit 1; }
command -v "$python" >/dev/null || fail "Python est introuvable ($python). Installez Python 3.11 ou plus récent, puis relancez."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "il faut Python 3.11 ou plus récent ($("$python" --version) ici)."
"$python" -c 'import venv, ensurepip' 2>/dev/null || fail "le module venv manque (sous Debian : apt install python3-venv)."
[ -x .venv/bin/python ] || { echo "→ Environnement Python (.venv)"; "$python" -m venv .venv; }
echo "→ Installation des paquets verrouillés ($kind) ; environ une minute la première fois"
.venv/bin/pip install --quiet --require-hashes -r "requirements/$kind.lock" \
  || fail "l’installation des paquets a échoué. Vérifiez l’accès à l’index de paquets Python et l’espace disque, puis relancez."
.venv/bin/pip install --quiet --no-deps --no-build-isolation --editable . \
  || fail "l’installation de fabrique dans .venv a échoué ; relancez après « make clean »."
.venv/bin/python scripts/messages.py --compile >/dev/null || fail "les traductions n’ont pas pu être compilées."
touch .venv/app.stamp
[ "$kind" = dev ] && touch .venv/dev.stamp
echo "  $(du -sh .venv | cut -f1) dans .venv"

#!/usr/bin/env bash
# Remakes requirements/*.lock with hashes and without any index address. Needs pip-tools (in the dev lock).
set -euo pipefail
compile=(.venv/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host)
"${compile[@]}" --extra engine --extra names --extra documents -o requirements/app.lock pyproject.toml
"${compile[@]}" --all-extras -c requirements/app.lock -o requirements/dev.lock pyproject.toml

#!/usr/bin/env bash
# Lock every dependency with its hashes. The files name no package host.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/set-up.sh run
lock() { .tools/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header "$@"; }
lock --output-file requirements.txt
lock --extra production --output-file requirements-production.txt
lock --extra production --group dev --output-file requirements-dev.txt

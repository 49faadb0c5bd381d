#!/usr/bin/env bash
# Everything that can be said of the code without running the product. All of it runs, then it fails if any of it did.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
failed=()

step() {
    local name=$1; shift
    if "$@" >var/check.log 2>&1; then echo "ok      $name"; else echo "FAILED  $name"; cat var/check.log; failed+=("$name"); fi
}

as_production() {
    env COUNTERSIGN_MODE=production SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        DATABASE_URL=postgres://countersign@127.0.0.1:5432/countersign REDIS_URL=redis://127.0.0.1:6379/0 \
        ALLOWED_HOSTS=countersign.example COUNTERSIGN_SITE_URL=https://countersign.example COUNTERSIGN_TRUSTED_PROXIES=1 \
        COUNTERSIGN_LEDGER_KEY_FILE=/run/secrets/ledger_key COUNTERSIGN_SEAL_KEY=/run/secrets/seal_key \
        "$@"
}

mkdir -p var
rooms="cms courses people progress reports bench"
step "ruff (lint)" ruff check .
step "ruff (format)" ruff format --check .
step "mypy" mypy $rooms
step "djLint" djlint templates --lint --quiet
step "imports" lint-imports
step "dependencies" deptry .
step "migrations" python manage.py makemigrations --check --dry-run
step "deployment" as_production python manage.py check --deploy --fail-level WARNING

[ ${#failed[@]} = 0 ] || { echo "Failed: ${failed[*]}"; exit 1; }

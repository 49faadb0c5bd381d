#!/usr/bin/env bash
# Make this machine ready: `set-up.sh run` to try the product, `set-up.sh test` to develop it.
# A second run finds nothing to do and takes well under a second.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:?run or test}
UV_VERSION=0.13.9

find_python() {
    for name in python3.13 python3.12 python3.14 python3.11 python3; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
            echo "$name"; return
        fi
    done
    echo "Countersign needs Python 3.11, 3.12, 3.13 or 3.14. Install one, then run this again." >&2
    exit 1
}

make_environment() {
    [ -x .venv/bin/python ] && return
    "$(find_python)" -m venv .venv 2>/dev/null && return
    rm -rf .venv
    echo "Python cannot make an environment here. On Debian or Ubuntu type: sudo apt-get install python3-venv" >&2
    exit 1
}

install_packages() {
    local file=$1 stamp wanted
    stamp=.venv/installed-$file
    wanted=$(cksum <"$file")
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    echo "Installing what Countersign needs …"
    # uv is quick; where it cannot be had or does not get through, pip does the same, with the same hashes.
    # The machine's own certificates: behind a workplace's proxy no others are believed.
    if { [ -x .tools/bin/uv ] || { .venv/bin/python -m venv .tools && .tools/bin/pip install --quiet "uv==$UV_VERSION"; }; } &&
        .tools/bin/uv pip sync --quiet --system-certs --python .venv/bin/python --require-hashes "$file"; then
        :
    else
        .venv/bin/pip install --quiet --require-hashes -r "$file"
    fi
    rm -f .venv/installed-*
    echo "$wanted" >"$stamp"
}

# Install Debian packages where we may, or say exactly what to type.
system_packages() {
    local missing="$*"
    [ -z "$missing" ] && return 0
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        echo "Installing $missing …"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1 && return 0
    fi
    echo "This machine lacks: $missing" >&2
    echo "  On Debian or Ubuntu type: sudo apt-get install $missing" >&2
    echo "  On a Mac type:            brew install pango" >&2
    return 1
}

lacks_pango() { ! .venv/bin/python -c 'import weasyprint' >/dev/null 2>&1; }

make_environment
if [ "$purpose" = run ]; then
    # Somebody who develops has these and more already.
    [ -f .venv/installed-requirements-dev.txt ] || install_packages requirements.txt
    if lacks_pango; then
        system_packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 ||
            echo "  Until then everything works except the PDF." >&2
    fi
    exit 0
fi

install_packages requirements-dev.txt
wanted=""
if lacks_pango; then wanted="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"; fi
command -v chromium >/dev/null || wanted="$wanted chromium"
command -v pdftoppm >/dev/null || wanted="$wanted poppler-utils"
command -v npm >/dev/null || wanted="$wanted nodejs npm"
# The validator of PDF/UA and PDF/A is written in Java.
command -v java >/dev/null || wanted="$wanted default-jre-headless"
[ -f /usr/share/java/jaxb-runtime.jar ] || wanted="$wanted libjaxb-java"
# What a hostile log does is watched from outside.
command -v strace >/dev/null || wanted="$wanted strace"
# The same record makes the same bytes on any day: libfaketime moves the clock of a whole process.
command -v faketime >/dev/null || wanted="$wanted faketime"
# A hardware key module made of software: the seal is tested with it.
command -v softhsm2-util >/dev/null || wanted="$wanted softhsm2"
system_packages $wanted
if [ ! -f node_modules/axe-core/axe.min.js ]; then
    npm ci --ignore-scripts --no-audit --no-fund --silent
fi

#!/bin/sh
# Installs the peers of the interop tests into a directory: `sh setup.sh target/interop`. Quick when they are there.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=${1:?"say where to: sh setup.sh target/interop"}

need() {
    command -v "$1" >/dev/null 2>&1 && return
    echo "the interop tests need $1: install $2" >&2
    exit 1
}
need node "Node.js 20 or newer (Debian: apt-get install nodejs)"
need npm "npm (Debian: apt-get install npm)"
need python3 "Python 3.10 or newer (Debian: apt-get install python3 python3-venv)"
need curl "curl (Debian: apt-get install curl)"

mkdir -p "$target"
# One at a time, where the system can.
if command -v flock >/dev/null 2>&1; then
    exec 9>"$target/lock"
    flock 9
fi
# Scripts of Node find their packages beside themselves.
cp "$here"/*.mjs "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$target"

wanted=$(cat "$here/setup.sh" "$here/package-lock.json" "$here/requirements.txt" | cksum; node --version; python3 --version)
if [ "$(cat "$target/installed" 2>/dev/null || true)" = "$wanted" ]; then
    exit 0
fi
rm -rf "$target/installed" "$target/venv"
(cd "$target" && npm ci --loglevel=error) >&2
python3 -m venv "$target/venv" || {
    echo "python3 cannot make a virtual environment: install its venv module (Debian: apt-get install python3-venv)" >&2
    exit 1
}
"$target/venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" >&2
echo "$wanted" >"$target/installed"

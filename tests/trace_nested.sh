#!/usr/bin/env bash
# Tensors in the JSON form are what Python reads and writes. DOTGRAD_SEED chooses other traces than
# usual, DOTGRAD_TRACES how many.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

python=$(command -v python3) || skip 'python3 is not here'
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 7))' || skip 'python3 is older than 3.7'

PYTHONDONTWRITEBYTECODE=1 PYTHONIOENCODING=utf-8 \
    "$python" "$top_src/tests/trace_nested.py" "$dotgrad" "${DOTGRAD_TRACES:-40}" "${DOTGRAD_SEED:-1}"
status=$?
last='tests/trace_nested.py'
checks=$((checks + 1))
[ $status -eq 0 ] || fail "exit status $status"

finish

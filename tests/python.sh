#!/usr/bin/env bash
# Random programs draw what Python draws of them. DOTGRAD_SEED chooses other programs than usual,
# DOTGRAD_PROGRAMS how many.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

python=$(command -v python3) || skip 'python3 is not here'
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 7))' || skip 'python3 is older than 3.7'

PYTHONDONTWRITEBYTECODE=1 PYTHONIOENCODING=utf-8 PYTHONHASHSEED=0 \
    "$python" "$top_src/tests/draw_dot.py" "$dotgrad" . "${DOTGRAD_PROGRAMS:-300}" "${DOTGRAD_SEED:-1}"
status=$?
last='tests/draw_dot.py'
checks=$((checks + 1))
[ $status -eq 0 ] || fail "exit status $status"

finish

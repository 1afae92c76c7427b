#!/usr/bin/env bash
# Random programs of tensors compute what NumPy computes, with gradients by central differences.
# DOTGRAD_SEED chooses other programs than usual, DOTGRAD_PROGRAMS how many.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

# Debian's NumPy belongs to Debian's Python, which another may stand before.
for python in python3 /usr/bin/python3 ''; do
    "$python" -c 'import numpy' 2>/dev/null && break
done
[ -n "$python" ] || skip 'there is no python3 with NumPy'

PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1 \
    "$python" "$top_src/tests/lang_tensor.py" "$dotgrad" "${DOTGRAD_PROGRAMS:-300}" "${DOTGRAD_SEED:-1}"
status=$?
last='tests/lang_tensor.py'
checks=$((checks + 1))
[ $status -eq 0 ] || fail "exit status $status"

finish

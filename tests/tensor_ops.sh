#!/usr/bin/env bash
# Ops on whole tensors compute what PyTorch computes, with gradients, for random shapes: 500 of each op where
# DOTGRAD_TEST_ALL is set. DOTGRAD_SEED chooses others than usual.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

library=$top_build/.libs/libdotgrad.so
[ -e "$library" ] || skip 'there is no shared library in this build'
! nm -D "$library" | grep -q __asan_ || skip 'Python does not load a library with sanitizers'
for python in python3 /usr/bin/python3 ''; do
    "$python" -c 'import numpy, torch' 2>/dev/null && break
done
[ -n "$python" ] || skip 'there is no python3 with PyTorch'

count=20
[ -z "${DOTGRAD_TEST_ALL:-}" ] || count=500
PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1 \
    "$python" "$top_src/tests/tensor_ops.py" "$library" "$count" "${DOTGRAD_SEED:-1}"
status=$?
last='tests/tensor_ops.py'
checks=$((checks + 1))
[ $status -eq 0 ] || fail "exit status $status"

finish

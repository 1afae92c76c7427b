#!/usr/bin/env bash
# The Python module: values, pictures, speed, and the types of the package.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

package=$top_build/src/python
[ -e "$package/dotgrad/_core.abi3.so" ] || skip 'the Python module is not built here'
python=$(sed -n 's/^PYTHON = //p' "$top_build/Makefile")
export PYTHONPATH=$package:$top_src/tests PYTHONDONTWRITEBYTECODE=1 DOTGRAD=$dotgrad IPYTHONDIR=$tmp
unset PYTHONHOME

for suite in value draw tensor torch notebooks; do
    [ ! -e "$top_src/tests/python_$suite.py" ] || run 0 "$python" "$top_src/tests/python_$suite.py" || tail -n 60 "$tmp/err"
done
run 0 "$python" "$top_src/tests/python_speed.py" || cat "$tmp/err"
cat "$tmp/out"

# The extension uses the limited API alone, and nothing of what is private.
last="nm -D $package/dotgrad/_core.abi3.so"
nm -D --undefined-only "$package/dotgrad/_core.abi3.so" | awk '{ print $2 }' | sed 's/@.*//' >undefined
checks=$((checks + 1))
! grep -E '^(_Py|dgi_)' undefined |
    grep -vE '^_Py(_(Dealloc|NoneStruct|TrueStruct|FalseStruct|NotImplementedStruct)|Object_New|.*_SizeT)$' || fail 'private symbols are used'
checks=$((checks + 1))
[ "$(nm -D --defined-only "$package/dotgrad/_core.abi3.so" | grep -c ' T ')" = 1 ] || fail 'more than PyInit__core is exported'

if "$python" -c 'import mypy' 2>/dev/null; then
    # The types of foreign packages are not ours, and those of NumPy take it a minute to read.
    printf '%s\n' '[mypy]' 'strict = True' 'ignore_missing_imports = True' '[mypy-numpy.*,IPython.*,torch.*]' \
        'follow_imports = skip' >mypy.ini
    run 0 "$python" -m mypy --config-file=mypy.ini --cache-dir="$tmp/mypy" "$top_src/src/python/dotgrad" || cat "$tmp/out"
else
    note 'mypy is not here; the types are not checked'
fi

# pip install . with the library of this build.
if "$python" -m pip --version >/dev/null 2>&1 && thorough 'pip install'; then
    cp -r "$top_src/src" "$top_src/include" "$top_src/configure.ac" "$top_src/pyproject.toml" .
    run 0 env DOTGRAD_BUILD="$top_build" PIP_CACHE_DIR="$tmp/pip" "$python" -m pip install --no-index --no-deps \
        --target="$tmp/target" .
    run 0 env -u LD_LIBRARY_PATH PYTHONPATH="$tmp/target" "$python" -c 'import dotgrad; print((dotgrad.Value(2.0) * 3).data)'
    out_is 6.0
fi

finish

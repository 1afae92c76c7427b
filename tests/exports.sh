#!/usr/bin/env bash
# The shared library exports what the headers declare, and nothing else.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

command -v nm >/dev/null || skip 'nm is not here'
library=$top_build/.libs/libdotgrad.so
[ -e "$library" ] || skip 'there is no shared library in this build'
list=$top_src/tests/exports.txt

# The linker's own marks and the sanitizers' tables aside.
nm -D --defined-only "$library" | awk '$2 != "A" { print $3 }' |
    grep -vE '^(_init|_fini|_edata|_end|__bss_start|__(asan|ubsan|odr_asan|lsan|start|stop)_.*|___asan_.*)$' |
    LC_ALL=C sort >exported
last="nm -D --defined-only $library"
same "$list" exported ||
    echo "  an addition is entered in tests/exports.txt; a removal breaks programs"

# The headers' functions: the name before the first bracket after DG_API.
grep -hv '^ *#' "$top_src"/include/dotgrad/*.h | tr '\n' ' ' | grep -oE 'DG_API [^;(]*\(' |
    sed -E 's/.*[ *]([a-z_0-9]+)\($/\1/' | LC_ALL=C sort -u >declared
last='the functions of include/dotgrad/*.h'
same declared exported

checks=$((checks + 1))
[ "$(wc -l <exported)" -ge 50 ] || fail "only $(wc -l <exported) functions were found"

if command -v readelf >/dev/null; then
    checks=$((checks + 1))
    readelf -d "$library" | grep -q 'SONAME.*\[libdotgrad\.so\.1\]' || fail 'the soname is not libdotgrad.so.1'
else
    note 'readelf is not here; the soname is not looked at'
fi

finish

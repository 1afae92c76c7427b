#!/usr/bin/env bash
# The pictures in doc/pictures are what the command draws of the samples of the same names.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

n=0
for picture in "$top_src"/doc/pictures/*.svg; do
    [ -e "$picture" ] || continue
    n=$((n + 1))
    name=$(basename "$picture" .svg)
    program=$samples/$name.dg
    checks=$((checks + 1))
    if [ ! -e "$program" ]; then
        fail "doc/pictures/$name.svg is there, but samples/$name.dg is not"
        continue
    fi
    run 0 "$dotgrad" --check -o "$picture" "$program" && err_empty ||
        echo '  all of them are refreshed by: make pictures'
done
# It would tell.
run 1 "$dotgrad" --check --root=a -o "$top_src/doc/pictures/lecture.svg" "$samples/lecture.dg"
checks=$((checks + 1))
[ $n -gt 0 ] || fail "there is no picture in $top_src/doc/pictures"

finish

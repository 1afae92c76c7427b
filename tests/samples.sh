#!/usr/bin/env bash
# Every sample does what it is there to show: programs are drawn, C programs run.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

n=0
for program in "$samples"/*.dg "$samples"/lectures/*.dg; do
    [ -e "$program" ] || continue
    n=$((n + 1))
    for format in svg svg_inline dot json table; do
        run 0 "$dotgrad" -T$format "$program"
        err_empty
        checks=$((checks + 1))
        [ -s "$tmp/out" ] || fail 'nothing was drawn'
        case $format in
        svg*)
            out_has 'class="dg-value'
            if command -v xmllint >/dev/null; then
                cp "$tmp/out" drawn.svg
                run 0 xmllint --nonet --noout drawn.svg
            fi
            ;;
        esac
    done
    # A sample that shows no gradient has forgotten its backward pass.
    run 0 "$dotgrad" -Tjson "$program"
    out_has '"grad": -?[0-9"]'
done
checks=$((checks + 1))
[ $n -gt 0 ] || fail "there is no $samples/*.dg"
command -v xmllint >/dev/null || note 'xmllint is not here; the SVGs are not parsed'

n=0
for source in "$samples"/*.c; do
    [ -e "$source" ] || continue
    name=${source##*/}
    built=$top_build/samples/${name%.c}
    if [ ! -x "$built" ]; then
        note "${name%.c} is not built; it is left out"
        continue
    fi
    n=$((n + 1))
    mkdir "${name%.c}"
    # Each runs in a folder of its own, since some write files.
    # shellcheck disable=SC2016
    run 0 bash -c 'cd "$1" && exec "$2"' - "${name%.c}" "$built"
    err_empty
    checks=$((checks + 1))
    [ -s "$tmp/out" ] || [ -n "$(ls -A "${name%.c}")" ] || fail 'the program shows nothing'
done
note "$n C programs ran"

finish

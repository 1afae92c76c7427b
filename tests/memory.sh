#!/usr/bin/env bash
# Memory that ends while the command does what needs no foreign library: it says so, or the result
# is right; the files are the old or the new ones.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

is_sanitized && skip 'a sanitizer has an allocator of its own'
library=$(find "$top_build/tests" -name 'fail_memory.so' | head -n 1)
if [ -z "$library" ] || [ ! -e "$top_build/.libs/libdotgrad.so" ]; then
    skip 'this build has no shared library'
fi

echo 'a = 2.0; b = a*a; b.backward()' >ok.dg
echo 'a = oops' >bad.dg
long=$(printf 'x%.0s' {1..1500})

# Each allocation in turn fails, once, and all from it on, until the command ends as without that.
with_little() # STATUS CHECK COMMAND-LINE-TAIL...: CHECK looks at out and err after an end with STATUS
{
    local wanted=$1 look=$2 n step=1 mode status in_a_row=0
    shift 2
    thorough 'every allocation' >/dev/null || step=7
    for ((n = 1; n < 2000 && in_a_row < 4; n += step)); do
        for mode in '' +; do
            rm -rf out && mkdir out && echo old >out/x.dot && echo old >out/x.d
            LD_PRELOAD=$library DOTGRAD_TEST_MEMORY=$n$mode \
                "$dotgrad" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
            status=$?
            checks=$((checks + 1))
            last="allocation $n$mode of dotgrad $*"
            last=${last:0:200}
            if [ $status -ne "$wanted" ] && [ $status -ne 2 ]; then
                fail "exit status $status"
                show "$tmp/err"
            elif [ $status -eq "$wanted" ] || [ "$look" = is_json ]; then
                $look
            elif [ ! -s "$tmp/err" ]; then
                fail 'not a word'
            fi
            checks=$((checks + 1))
            [ "$(find out -name '.dotgrad*')" = '' ] || fail 'a temporary file is left'
            [ $status -eq "$wanted" ] && [ "$mode" = + ] && in_a_row=$((in_a_row + 1))
        done
        [ $status -eq "$wanted" ] || in_a_row=0
    done
}

run 0 "$dotgrad" -Tdot ok.dg -o ok.dot -MD -MT "$long"
is_written() { same ok.dot out/x.dot && same ok.d out/x.d; }
with_little 0 is_written -Tdot ok.dg -o out/x.dot -MD -MT "$long"

is_stale() { err_lines 1 && err_has 'is stale; (refresh it with: .*x+|there is no memory)'; }
with_little 1 is_stale --check --title "$long" -Tdot ok.dg -o out/x.dot

is_json()
{
    checks=$((checks + 1))
    python3 -c 'import json, sys; found = json.load(sys.stdin); assert len(found) == 1, found' <"$tmp/err" 2>/dev/null ||
        { fail 'no JSON array of one diagnostic'; show "$tmp/err"; }
}
if command -v python3 >/dev/null; then
    with_little 1 is_json -fdiagnostics-format=json --input-name="$long" -Tdot bad.dg
fi

finish

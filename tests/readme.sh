#!/usr/bin/env bash
# The README's programs run, its shell sessions print what they show, and its C program compiles and runs.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
readme=$top_src/README.md

# What it links to is there, and not empty.
sed -nE 's/.*\]\(([^)#:]+)\).*/\1/p' "$readme" | sort -u >links
while IFS= read -r page; do
    checks=$((checks + 1))
    [ -s "$top_src/$page" ] || fail "the README links to $page, which is missing or empty"
done <links

block() # LANGUAGE NUMBER: the code block of that language that comes at that place
{
    awk -v fence="\`\`\`$1" -v wanted="$2" '
        $0 == fence && ++seen == wanted { inside = 1; next }
        /^```/ { inside = 0 }
        inside' "$readme"
}

block python 1 >lecture.dg
block python 2 >tensors.dg
block c 1 >L.c
checks=$((checks + 1))
[ -s lecture.dg ] && [ -s tensors.dg ] && [ -s L.c ] || fail 'the README lacks a program'

# A session is an indented block; each command begins with "$ dotgrad", and what it prints follows.
mkdir bin && ln -s "$dotgrad" bin/dotgrad
PATH=$PWD/bin:$PATH
sed '/^```[a-z]/,/^```$/d' "$readme" | sed -n 's/^    //p' | sed -n '/^\$ dotgrad/,$p' >sessions
grep -c '^\$ dotgrad' sessions >count
checks=$((checks + 1))
[ "$(cat count)" -ge 6 ] || fail 'the README has lost its sessions'
ln -s "$top_src/samples" samples
while IFS= read -r line; do
    case $line in
    '$ dotgrad'*)
        shown=${line#'$ '}
        { eval "$shown" || :; } 2>&1 </dev/null | sed '/^$/d' >printed
        ;;
    *)
        # each line that is shown is the next of those that were printed, but for empty ones
        checks=$((checks + 1))
        IFS= read -r next <printed
        [ "$next" = "$line" ] || fail "after '$shown' the README shows '$line', printed is '$next'"
        sed -i 1d printed
        ;;
    esac
done < <(grep -vE '^(\./|cc )' sessions)
for made in lecture.svg mlp.svg; do
    checks=$((checks + 1))
    grep -q '^<svg' "$made" || fail "$made is no SVG"
done

run 0 "$dotgrad" -Ttable tensors.dg && out_has '^v0 +mean'

if command -v "${CC:-cc}" >/dev/null && ! is_sanitized; then
    run 0 "${CC:-cc}" -I"$top_src/include" L.c -L"$top_build/.libs" -ldotgrad -o L &&
        run 0 env LD_LIBRARY_PATH="$top_build/.libs" ./L && grep -q '>L<' L.svg
    checks=$((checks + 1))
    [ -s L.svg ] || fail 'the C program drew nothing'
else
    note 'the C program was not compiled'
fi
finish

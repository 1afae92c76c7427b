#!/usr/bin/env bash
# What the command says of programs that are wrong, and of texts that are hardly programs. What each program
# means, and what is said of it, is tested by tests/test_lang.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

# A wrong program: exit status 1, nothing drawn.
wrong()
{
    run 1 "$dotgrad" "$@" && out_empty
}

### Messages, exactly

# The name is shown as it was given, the column counts bytes, the caret stands under the character.
mkdir -p sub
printf 'größe = 1.0; y = größe + größ\n' >sub/wide.dg
wrong ./sub/../sub/wide.dg
err_is "./sub/../sub/wide.dg:1:30: error: 'größ' is not defined
    1 | größe = 1.0; y = größe + größ
      |                          ^~~~ did you mean 'größe'?"

# Several at once, in the order of the text; a program that is an argument has a name, too.
wrong -e 'x = [[1, 2], [3]]; y = 2 * x
a = quux'
err_is "<expr>:1:28: error: the list is no tensor: row 1 has 1 element, row 0 has 2
    1 | x = [[1, 2], [3]]; y = 2 * x
      |                            ^
<expr>:2:5: error: 'quux' is not defined
    2 | a = quux
      |     ^~~~"

# Many: the first are told, the others counted.
for ((i = 1; i <= 50; i++)); do
    echo "x$i = undefined_$i"
done >many.dg
wrong many.dg
checks=$((checks + 1))
[ "$(grep -c ': error: ' "$tmp/err")" = 20 ] || fail 'other than 20 of 50 errors are shown'
err_has '^dotgrad: 30 more errors are not shown$'

### Accepted, though unusual

# Numbers that are not finite are drawn, not refused.
nonfinite='a = 1.0; b = 0.0; c = a/b; d = -c; e = d - d; e.backward()'
run 0 "$dotgrad" -Ttable -e "$nonfinite" && err_empty && out_has '^c .* inf ' && out_has '^d .* -inf ' &&
    out_has '^e .* -?nan +1\.0000$'
run 0 "$dotgrad" -Tsvg -e "$nonfinite" && err_empty && out_has '<svg '
run 0 "$dotgrad" -Tdot -e "$nonfinite" && err_empty && out_has 'c \| data inf \| grad 0.0000'
run 0 "$dotgrad" -Tjson -e "$nonfinite" && err_empty && out_has '"data": "Infinity"' &&
    out_has '"data": "-Infinity"' && out_has '"data": "NaN"'

# Tensors: the root's row, and the arrays, exactly.
tensors='x = [[1, 2], [3, 4]]; w = [1, 10]; y = x @ w + 1; s = y.sum(); s.backward()'
run 0 "$dotgrad" -Ttable -e "$tensors" && err_empty && out_has '^s +sum '
run 0 "$dotgrad" -Tsvg -e "$tensors" && err_empty && out_has '<svg '
run 0 "$dotgrad" -Tjson -e "$tensors" && err_empty && out_has '"label": "y", .*"data": \[22\.0, 44\.0\]' &&
    out_has '"label": "w", .*"grad": \[4\.0, 6\.0\]'

### Rejected in a few lines

# What is told of it must stay short: lines and bytes.
short()
{
    checks=$((checks + 1))
    if [ "$(wc -l <"$tmp/err")" -gt "${1:-3}" ] || [ "$(wc -c <"$tmp/err")" -gt 2000 ]; then
        fail "the message is long: $(wc -lc <"$tmp/err") lines and bytes"
        show "$tmp/err"
    fi
    checks=$((checks + 1))
    [ "$(wc -l <"$tmp/err")" -ge 1 ] || fail 'there is no message'
    # The terminal must not be sent what the file holds.
    checks=$((checks + 1))
    ! LC_ALL=C grep -q '[[:cntrl:]]' "$tmp/err" || fail 'the message has control characters'
    checks=$((checks + 1))
    iconv -f UTF-8 -t UTF-8 <"$tmp/err" >/dev/null 2>&1 || fail 'the message is not UTF-8'
}

printf 'a\377b = 1.0\nc = a\377 + \300\200\nd = \033[31mred\n' >broken.dg
wrong broken.dg && short 9
head -c 3000 /dev/zero >zeros.dg
wrong zeros.dg && short 61

{ printf 'x = ' && head -c 100000 /dev/zero | tr '\0' '(' && echo 1.0 ; } >deep.dg
wrong deep.dg && short
err_has 'nested'
# Signs and powers nest without brackets.
{ printf 'a = 1.0\nx = ' && head -c 100000 /dev/zero | tr '\0' - && echo a; } >signs.dg
run 0 "$dotgrad" -Tdot signs.dg && err_empty

# A line of 100 MB; one within the limit: the excerpt is cut.
head -c 100000000 /dev/zero | tr '\0' a >long.dg
wrong long.dg && short
{ printf 'x = ' && head -c 2000000 /dev/zero | tr '\0' b && printf '\n'; } >long.dg
wrong long.dg && short
err_has '^long\.dg:1:5: error: '
rm long.dg

finish

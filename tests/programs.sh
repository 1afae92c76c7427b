#!/usr/bin/env bash
# What the command says of programs that are wrong, and of texts that are hardly programs. The
# language itself has its own tests.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

# A wrong program: exit status 1, nothing drawn.
wrong()
{
    run 1 "$dotgrad" "$@" && out_empty
}

### Messages, exactly

cat >net.dg <<'END'
a = 1.0
b = 2.0
c = mul(a, bb)
END
wrong net.dg
err_is "net.dg:3:12: error: 'bb' is not defined
    3 | c = mul(a, bb)
      |            ^~ did you mean 'b'?"

# The name is shown as it was given, the column counts bytes, the caret stands under the character.
mkdir -p sub
printf 'größe = 1.0; y = größe + größ\n' >sub/wide.dg
wrong ./sub/../sub/wide.dg
err_is "./sub/../sub/wide.dg:1:30: error: 'größ' is not defined
    1 | größe = 1.0; y = größe + größ
      |                          ^~~~ did you mean 'größe'?"

printf 'a = 1.0\n\tb = a + zzzz # tab\n' >tab.dg
wrong tab.dg
err_has '^tab\.dg:2:'

# Several at once, in the order of the text.
cat >several.dg <<'END'
a = 1.0
b = a + nope1
c = a $ 2
d = nope2 * a
e = a
f = (a
g = nope3
END
wrong several.dg
for place in 2:9 3:7 4:5 6:5 7:5; do
    err_has "^several\\.dg:$place: error: "
done
checks=$((checks + 1))
[ "$(grep -c ': error: ' "$tmp/err")" = 5 ] || { fail 'other than five errors:'; show "$tmp/err"; }
checks=$((checks + 1))
grep -oE '^several.dg:[0-9]+' "$tmp/err" | sort -t: -k2n -c 2>/dev/null || fail 'the errors are not in order'
# Each one shows its line and a caret.
checks=$((checks + 1))
[ "$(grep -cE '^ +[0-9]+ \| ' "$tmp/err")" = 5 ] || fail 'not every error shows its line'
checks=$((checks + 1))
[ "$(grep -cE '^ +\| +\^' "$tmp/err")" = 5 ] || fail 'not every error has a caret'

# Many: the first are told, the others counted.
for ((i = 1; i <= 50; i++)); do
    echo "x$i = undefined_$i"
done >many.dg
wrong many.dg
checks=$((checks + 1))
[ "$(grep -c ': error: ' "$tmp/err")" = 20 ] || fail 'other than 20 of 50 errors are shown'
err_has '^dotgrad: 30 more errors are not shown$'

# Shapes that do not fit: both are named, and the caret stands under the operator.
cat >shapes.dg <<'END'
x = [[0, 0], [0, 1], [1, 0], [1, 1]]
w = [[0.1], [0.2], [0.3]]
h = relu(x @ w)
z = 1 + (x - [1, 2, 3]) * 2
x.data -= [[1], [2]]
END
wrong shapes.dg
err_is 'shapes.dg:3:12: error: cannot multiply (4, 2) by (3, 1)
    3 | h = relu(x @ w)
      |            ^
shapes.dg:4:12: error: cannot broadcast (4, 2) with (3,)
    4 | z = 1 + (x - [1, 2, 3]) * 2
      |            ^
shapes.dg:5:8: error: cannot broadcast (4, 2) with (2, 1)
    5 | x.data -= [[1], [2]]
      |        ^~'
wrong -e 'x = [[1, 2], [3]]; y = 2 * x'
err_is '<expr>:1:28: error: the list is no tensor: row 1 has 1 element, row 0 has 2
    1 | x = [[1, 2], [3]]; y = 2 * x
      |                            ^'
wrong -e 'x = [[1, 2]]; y = x * 2; y.backward()'
err_is '<expr>:1:26: error: backward needs a single number, not a tensor of shape (1, 2)
    1 | x = [[1, 2]]; y = x * 2; y.backward()
      |                          ^~~~~~~~~~~~'

wrong -e 'a = 1.0; print(a'
err_has '^<expr>:1:'
wrong -e 'for i in x:'
err_has '^<expr>:1:1: error: '
wrong -e 'a = Value("x")'
err_has '^<expr>:1:[0-9]+: error: '

### Accepted, though unusual

draws_as() # FILE: it draws what plain.dg draws
{
    run 0 "$dotgrad" -Tjson "$1" && err_empty && same plain.json "$tmp/out"
}
printf 'a = 2.0\nb = a * -3.0\nb.backward()\n' >plain.dg
run 0 "$dotgrad" -Tjson plain.dg && cp "$tmp/out" plain.json
sed 's/$/\r/' plain.dg >crlf.dg && draws_as crlf.dg
tr '\n' '\r' <plain.dg >cr.dg && draws_as cr.dg
{ printf '\357\273\277' && cat plain.dg; } >bom.dg && draws_as bom.dg
printf '%s' "$(cat plain.dg)" >no-newline.dg && draws_as no-newline.dg
printf 'a = 2.0; b = a * -3.0; b.backward();' >one-line.dg && draws_as one-line.dg
{ cat plain.dg && printf '\n\n\n   # the end' ; } >trailing.dg && draws_as trailing.dg

# A wrong line in such a file is counted as an editor counts.
{ printf '\357\273\277' && printf 'a = 1.0\r\nb = zzzz\r\n'; } >marks.dg
wrong marks.dg
err_is "marks.dg:2:5: error: 'zzzz' is not defined
    2 | b = zzzz
      |     ^~~~"

# Numbers without an end are drawn, not refused.
drawn() # PROGRAM REGEX
{
    run 0 "$dotgrad" -Ttable -e "$1" && err_empty && out_has "$2"
    run 0 "$dotgrad" -Tsvg -e "$1" && err_empty && out_has '<svg '
    run 0 "$dotgrad" -Tjson -e "$1" && err_empty
}
drawn 'a = 1.0; b = 0.0; c = a/b; c.backward()' '^c .* inf '
out_has '"data": "Infinity"'
drawn 'a = -1.0; b = a.log(); b.backward()' '^b +log +-?nan '
out_has '"data": "NaN"'
drawn 'a = 0.0; b = a.log(); b.backward()' '^b +log +-inf +1'
out_has '"data": "-Infinity"'
drawn 'a = -4.0; b = a**0.5' '\*\*0\.5 +-?nan '
drawn 'a = 1e308; b = a*a' '^b .* inf '
drawn 'a = 1000.0; b = a.exp()' '^b .* inf '
run 0 "$dotgrad" -Tdot -e 'a = 1.0; b = 0.0; c = a/b; c.backward()' && err_empty && out_has 'c \| data inf \| grad 1.0000'

# Tensors: the root's row, exactly.
drawn 'x = [[1, 2], [3, 4]]; w = [1, 10]; y = x @ w + 1; s = y.sum(); s.backward()' '^s +sum '
out_has '"label": "y", .*"data": \[22\.0, 44\.0\]'
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
}

printf 'a = 1.0\nb = a \000 2\n' >nul.dg
wrong nul.dg && short
err_has '^nul\.dg:2:7: error: '
printf 'a = 1.0\nb = Value(2.0, label="x\377\376y")\n' >latin.dg
"$dotgrad" -Tjson latin.dg >"$tmp/out" 2>"$tmp/err" </dev/null
last='dotgrad -Tjson latin.dg, a label of bytes that are no UTF-8'
checks=$((checks + 1))
# Told, or drawn as what it is not: U+FFFD.
if [ -s "$tmp/err" ]; then
    out_empty && short
else
    ! LC_ALL=C grep -q $'[\377\376]' "$tmp/out" || fail 'the JSON holds bytes that are no UTF-8'
fi
printf 'a\377b = 1.0\nc = a\377 + \300\200\n' >broken.dg
wrong broken.dg && short 9
checks=$((checks + 1))
iconv -f UTF-8 -t UTF-8 <"$tmp/err" >/dev/null 2>&1 || fail 'the message is not UTF-8'
printf 'a = \033[31mred\n' >escape.dg
wrong escape.dg && short
head -c 3000 /dev/zero >zeros.dg
wrong zeros.dg && short 61
printf 'x = "never closed\n' >string.dg
wrong string.dg && short
err_is 'string.dg:1:5: error: this string is not closed
    1 | x = "never closed
      |     ^~~~~~~~~~~~~'
printf 'a = 1.0\nx = (a + (a * 2)\n' >bracket.dg
wrong bracket.dg && short
err_has '^bracket\.dg:2:5: error: '
printf 'a = 1.0)\n' >closed.dg
wrong closed.dg && short
err_has '^closed\.dg:1:8: error: '

{ printf 'x = ' && head -c 100000 /dev/zero | tr '\0' '(' && echo 1.0 ; } >deep.dg
wrong deep.dg && short
err_has 'nested'
{ printf 'x = ' && head -c 100000 /dev/zero | tr '\0' '(' && printf 1.0 &&
    head -c 100000 /dev/zero | tr '\0' ')' ; } >deep-closed.dg
wrong deep-closed.dg && short
err_has 'nested'
{ printf 'a = 1.0\nx = ' && for ((i = 0; i < 20000; i++)); do printf 'tanh('; done && echo a; } >calls.dg
wrong calls.dg && short
# Signs and powers nest without brackets.
{ printf 'a = 1.0\nx = ' && head -c 100000 /dev/zero | tr '\0' - && echo a; } >signs.dg
run 0 "$dotgrad" -Tdot signs.dg && err_empty

# Lists in lists that stand for more numbers than there is memory, in a few lines.
{ echo 'a = [1, 1]' && for ((i = 0; i < 60; i++)); do echo 'a = [a, a]'; done && echo 'y = a * 2'; } >shared.dg
wrong shared.dg && short
err_has 'nested more than 8 deep'
{ printf 'a = [1' && for ((i = 1; i < 1000; i++)); do printf ', 1'; done && echo ']' &&
    printf 'b = [a' && for ((i = 1; i < 1000; i++)); do printf ', a'; done && echo ']' &&
    printf 'c = [b' && for ((i = 1; i < 1000; i++)); do printf ', b'; done && echo ']' &&
    echo 'y = c * 2' ; } >shared.dg
wrong shared.dg && short
err_has 'a tensor of shape \(1000, 1000, 1000\) is over the limit of 67108864 numbers$'
# So does arithmetic.
{ sed 's/^y = .*/y = b * 2/' shared.dg && for ((i = 0; i < 200; i++)); do echo 'y += 1'; done ; } >sums.dg
wrong sums.dg && short
err_has 'more than 134217728 numbers together, gradients counted$'
# Training that would take a day is refused at once.
{ sed 's/^y = .*/z = (b @ b).sum()/' shared.dg && echo 'train(z, [b], [], [], epochs=1e6)'; } >products.dg
run 1 timeout 60 "$dotgrad" products.dg && short
err_has 'the tensors take more than 4398046511104 multiplications together$'

# A line of 100 MB, of letters and of brackets.
head -c 100000000 /dev/zero | tr '\0' a >long.dg
wrong long.dg && short
rm long.dg
{ printf 'x = ' && head -c 100000000 /dev/zero | tr '\0' '('; } >long.dg
wrong long.dg && short
rm long.dg
# One within the limit: the excerpt is cut.
{ printf 'x = ' && head -c 20000000 /dev/zero | tr '\0' b && printf '\n'; } >long.dg
wrong long.dg && short
err_has '^long\.dg:1:5: error: '
rm long.dg

finish

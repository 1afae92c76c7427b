#!/usr/bin/env bash
# --why: why a gradient is what it is, by the command.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

usage_error() # COMMAND-LINE-TAIL... with $message
{
    run 2 "$dotgrad" "$@" || return
    out_empty
    err_is "dotgrad: error: $message"
}

cat >net.dg <<'END'
a = 2.0
b = -3.0
c = 10.0
e = a*b
d = e + c
f = -2.0
L = d*f
M = d*a
loss = L + M
unused = a + 1
loss.backward()
END

### A gradient that was given as it is

cat >given.json <<'END'
{"dotgrad": 1, "root": "y", "nodes": [
 {"id": "y", "op": "*", "label": "y", "data": 6, "grad": "NaN"},
 {"id": "x", "label": "x", "data": 2, "grad": "NaN"},
 {"id": "w", "label": "w", "data": 3, "grad": "NaN"}],
 "edges": [{"from": "x", "to": "y", "operand": 0}, {"from": "w", "to": "y", "operand": 1}]}
END
run 0 "$dotgrad" --why x given.json && err_empty && out_is 'The gradient of x (∂y/∂x) is nan.
The gradient of y, where the path begins, is nan in the trace.

One path, the product of its local gradients:
  value  used in    factor  product
  y                             nan  ← nan
  x      y = x * w       3      nan'
sed 's/"grad": "NaN"/"grad": 0/' given.json >zero.json
run 0 "$dotgrad" --why x zero.json && out_has '^The gradient of y, where the path begins, is 0 in the trace\.$'

### The text

run 0 "$dotgrad" --why a net.dg && err_empty && out_is 'The gradient of a (∂loss/∂a) is 4.

Contributions of its uses: local gradient × upstream gradient
  e = a * b  -3  × 0  = 0    0 %
  M = d * a   4  × 1  = 4  100 %

The largest of 3 paths has 37.5 % of the sum of magnitudes:
  value  used in       factor  product  gradient
  loss                               1         1
  L      loss = L + M       1        1         1
  d      L = d * f         -2       -2         0
  e      d = e + c          1       -2         0
  a      e = a * b         -3        6         4

The next, and where each leaves that one:
  -6  37.5 %  d used in M = d * a
   4    25 %  a used in M = d * a'
cp "$tmp/out" a.txt
# The same bytes in each language and form of input, on standard output and in a file.
run 0 env LC_ALL=de_DE.UTF-8 "$dotgrad" --why=a net.dg && same "$tmp/out" a.txt
run 0 "$dotgrad" -Tjson net.dg -o net.json
run 0 "$dotgrad" --why a net.json && err_empty && same "$tmp/out" a.txt
run 0 "$dotgrad" --why a -Ttable net.dg -o x.txt && out_empty && same x.txt a.txt
run 0 "$dotgrad" --why a net.dg -o x.txt --check && out_empty
run 0 "$dotgrad" --why a net.dg -o x.json && out_empty && head -n 1 x.json >"$tmp/out" && out_has '^\{"dotgrad_why": 1, .*"path_count": 3,'
run 1 "$dotgrad" --why b net.dg -o x.txt --check && err_has "'x.txt' is stale"
# Another root; one without a backward pass; the root itself.
run 0 "$dotgrad" --why a --root L net.dg && out_has '^The gradient of a \(∂L/∂a\) is 6\.$' &&
    out_has '^The trace has 4 instead: '
run 0 "$dotgrad" --why x -e 'x = 3.0; y = x**2' && out_has '^The gradient of x \(∂y/∂x\) is 6\.$' &&
    out_has '^The trace has no gradient of it: '
run 0 "$dotgrad" --why loss net.dg && out_is 'The gradient of loss is 1: it is the root, where the backward pass begins.'

# A value without a label: by its id, or by the name of its variable.
run 0 "$dotgrad" --why v3 net.dg && out_has '^The gradient of [a-z]+ '
run 0 "$dotgrad" --labels=explicit --why a net.dg && out_has '^The gradient of a \(∂v0/∂a\) is 4\.$'

# One that the root does not depend on is an answer, too.
run 0 "$dotgrad" --why unused net.dg && err_empty && out_is 'unused has no gradient: loss does not depend on it.'
run 0 "$dotgrad" --why M --root L net.json && err_empty && out_is 'M has no gradient: L does not depend on it.'

# Many paths, long ones.
{ echo 'x0 = 1.0' && for ((i = 0; i < 60; i++)); do echo "x$((i + 1)) = x$i + x$i"; done; } >ladder.dg
run 0 "$dotgrad" --why x0 ladder.dg && out_has '^The largest of about 1\.153e\+18 paths has < 0\.1 % of ' &&
    out_has '^It becomes huge \(above 1e\+04\) at x46: many paths add up\.$'
{ echo 'x = 1.0' && for ((i = 0; i < 3000; i++)); do echo 'x = (x * 0.99).tanh()'; done; } >long.dg
run 0 "$dotgrad" --why v6000 long.dg && out_has '… [0-9]+ more' && checks=$((checks + 1))
[ "$(wc -l <"$tmp/out")" -lt 50 ] || fail 'the text of a long path is long'

# The reason is named.
run 0 "$dotgrad" --why a -e 'a = -2.0; r = a.relu(); L = r * 3; L.backward()' &&
    out_has '^It becomes 0 at a: r = ReLU\(a\) is shut: a is -2\.$'
run 0 "$dotgrad" --why a -e 'a = -1.0; b = log(a); L = (b + 1)**2; L.backward()' &&
    out_has 'They come from b = log\(a\), which is nan, as a is -1\.$'

### JSON

if python=$(command -v python3); then
    run 0 "$dotgrad" -Tjson long.dg -o long.json
    PYTHONDONTWRITEBYTECODE=1 PYTHONIOENCODING=utf-8 "$python" "$top_src/tests/why.py" "$dotgrad" net.json ladder.dg long.json
    status=$?
    last='tests/why.py'
    checks=$((checks + 1))
    [ $status -eq 0 ] || fail "exit status $status"
fi
run 0 "$dotgrad" --why a --json net.dg && cp "$tmp/out" a.json
run 0 "$dotgrad" --why a -Tjson net.dg && same "$tmp/out" a.json

### Pictures

run 0 "$dotgrad" --why a net.dg -o a.svg && out_empty && grep -c '"dg-local' a.svg >"$tmp/out" && out_is 7
run 0 "$dotgrad" --why a -Tsvg net.json && same "$tmp/out" a.svg
run 0 "$dotgrad" --why a -K dot -Tsvg net.dg && out_has 'dg-receded'
run 0 "$dotgrad" --why a -O -Tsvg_inline net.dg && checks=$((checks + 1))
[ -s net.dg.svg_inline ] || fail 'there is no net.dg.svg_inline'

### Errors

message="no value is named 'los'; did you mean 'loss'?" usage_error --why los net.dg
message="no value is named 'los'; did you mean 'loss'?" usage_error --why los net.json
message="no value is named 'unusd'; did you mean 'unused'?" usage_error --why unusd net.dg
message="no value is named 'nothing like it'" usage_error --why 'nothing like it' net.json
message="no value is named ''" usage_error --why '' net.dg
message='--why is text (table), json or a picture; see dotgrad --help' usage_error --why a -Tdot net.dg
message='--highlight and --why both say what stands out; see dotgrad --help' usage_error --why a --highlight b -Tsvg net.dg
message='the root does not depend on that value: no path leads to it' usage_error --why unused -Tsvg net.dg
message="no value is named 'los'; did you mean 'loss'?" usage_error --why los -Tsvg net.dg
message='--json and -T ask for different formats; see dotgrad --help' usage_error --why a --json -Ttable net.dg
message='--json is for --why and -Treport; see dotgrad --help' usage_error --json net.dg
run 1 "$dotgrad" --why a -e 'a = (' && out_empty

finish

#!/usr/bin/env bash
# -Treport: the numbers are those that Python computes of the same trace; its text and JSON; --sort, --rows,
# --threshold and --fail-on.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

if python=$(command -v python3); then
    PYTHONDONTWRITEBYTECODE=1 PYTHONIOENCODING=utf-8 "$python" "$top_src/tests/report.py" "$dotgrad" \
        "$samples"/{mlp,xor,network,ops,neuron}.dg
    status=$?
    last='tests/report.py'
    checks=$((checks + 1))
    [ $status -eq 0 ] || fail "exit status $status"
    rm -f ./*
else
    note 'python3 is not here; the numbers are not looked at'
fi

echo 'w = 0.75; b = 0.5; x = 2.0; y = tanh(x*w - b); y.backward()' >net.dg
echo 'w = 3.0; b = 0.5; x = 2.0; y = tanh(x*w + b); y.backward()' >flat.dg
echo 'a = -1.0; b = 2.0; y = log(a) * b; y.backward()' >wrong.dg

### The text

run 0 "$dotgrad" -Treport net.dg && err_empty && cp "$tmp/out" net.txt && out_is 'net.dg: 8 values, 3 parameters; root y = 0.761594

Nothing found.

By scope:
  scope       values  params  |g| min  median  max  zero  unset  nan,inf  act mean  saturated  grad/data
  all values       8       3     0.21    0.42    1     0      0        0     0.762          0      0.788

By parameter:
  parameter  data   grad  grad/data
  x             2  0.315      0.157
  w          0.75   0.84       1.12
  b           0.5  -0.42       0.84

Thresholds: saturated 0.97, vanishing 1e-07, vanishing-ratio 1000, exploding 10000, exploding-ratio 1000, update-min 1e-08, update-max 1, tolerance 1e-12' || show "$tmp/out"
# The same bytes in every locale, and whether to a file or not.
for locale in C C.UTF-8 de_DE.UTF-8 tr_TR.UTF-8; do
    run 0 env LC_ALL=$locale "$dotgrad" -Treport net.dg && same "$tmp/out" net.txt
done
run 0 "$dotgrad" -Treport -o net.report net.dg && same net.report net.txt
run 0 "$dotgrad" -o net.report net.dg && same net.report net.txt
run 0 "$dotgrad" -O -Treport net.dg && same net.dg.report net.txt
# A trace is reported as its program is.
run 0 "$dotgrad" -Tjson net.dg && cp "$tmp/out" net.json
run 0 "$dotgrad" -Treport net.json && sed 's/^net.json/net.dg/' "$tmp/out" >got && same got net.txt
run 0 "$dotgrad" -Treport --title='a net' net.dg && sed 's/^a net/net.dg/' "$tmp/out" >got && same got net.txt
run 0 "$dotgrad" -Treport --root=x net.dg && out_has '^net.dg: 3 values, 3 parameters; root x = 2$'

# A terminal that has UTF-8 shows how the magnitudes are distributed.
if command -v script >/dev/null; then
    run 0 env LC_ALL=C.UTF-8 script -qec "$dotgrad -Treport net.dg" /dev/null
    out_has $'powers of ten, from 1e-1 to 1e1:'
    out_has $'\xe2\x96\x88' # a full block
    run 0 env LC_ALL=C script -qec "$dotgrad -Treport net.dg" /dev/null
    tr -d '\r' <"$tmp/out" >got && same got net.txt
else
    note 'script is not here; there is no terminal'
fi

# Several inputs: one after another; what is wrong with one does not keep the others from being reported.
run 0 "$dotgrad" -Treport net.dg net.json && { cat net.txt; echo; sed 's/^net.dg/net.json/' net.txt; } >wanted &&
    same wanted "$tmp/out"
run 0 "$dotgrad" -Treport --json net.dg net.json && [ "$(grep -c '^{"dotgrad_report": 1' "$tmp/out")" -eq 2 ] ||
    fail 'not two reports'
echo 'oops' >error.dg
run 1 "$dotgrad" -Treport error.dg net.dg && err_has '^error.dg:1:1: error' && out_has '^net.dg: 8 values' && head -n 1 "$tmp/out" | grep -q . || fail 'it begins with an empty line'
run 2 "$dotgrad" -Treport -o x net.dg net.json && err_has 'more than one input'
run 2 "$dotgrad" -Tjson net.dg net.json && err_has 'more than one input'

### Lists

run 0 "$dotgrad" -Treport --sort=-grad --rows=2 "$samples/mlp.dg" && cp "$tmp/out" got
out_has '^By parameter, the largest \|grad\| first:'
out_has '^  and 39 more$'
out_has '^  and 13 more scopes$'
run 0 "$dotgrad" -Treport --rows=100 "$samples/mlp.dg" && checks=$((checks + 1)) && ! grep -q ' more' "$tmp/out" ||
    fail 'something is left out'
run 0 "$dotgrad" -Treport --json "$samples/mlp.dg"
checks=$((checks + 1))
[ "$(grep -c '^  {"id": ' "$tmp/out")" -eq 41 ] || fail 'not all parameters are there'
run 0 "$dotgrad" -Treport --json --rows=3 "$samples/mlp.dg"
checks=$((checks + 1))
[ "$(grep -c '^  {"id": ' "$tmp/out")" -eq 3 ] || fail 'more than three parameters are there'
run 0 "$dotgrad" -Treport --json -O net.dg && [ -s net.dg.report.json ] || fail 'there is no net.dg.report.json'

### --threshold

run 0 "$dotgrad" -Treport --threshold=saturated=0.5,learning-rate=0.1 net.dg && out_has '^note: saturated: ' &&
    out_has 'saturated 0.5, .*, learning-rate 0.1$' && out_has 'update$'
run 0 "$dotgrad" -Treport flat.dg && out_has '^Found: 2 notes$' && out_has '^note: saturated: ' &&
    out_has '^    at y; affects 3 param' && out_has '^note: vanishing: .*; that is because of saturated values$'
for wrong in x x=1 saturated saturated= saturated=x saturated=-1 saturated=0 saturated=nan saturated=1x 'vanishing=1,'; do
    run 2 "$dotgrad" -Treport --threshold="$wrong" net.dg && err_lines 1 && out_empty
done
run 2 "$dotgrad" -Treport --threshold=vanish=1 net.dg && err_is "dotgrad: error: threshold 'vanish' is not known; there \
are saturated, vanishing, vanishing-ratio, exploding, exploding-ratio, learning-rate, update-min, update-max and tolerance"
run 2 "$dotgrad" -Treport --sort=age net.dg && err_has "sort key 'age' is not known; there are name, -name, grad"
run 2 "$dotgrad" --sort=grad net.dg && err_has 'are of a report: give -Treport'
run 2 "$dotgrad" --rows=3 -Tjson net.dg && err_has 'are of a report: give -Treport'
run 2 "$dotgrad" --json net.dg && err_has 'json is for --why and -Treport'
run 2 "$dotgrad" -Treport --frames=backward --frame=1 net.dg && err_has 'frames are pictures'

### --fail-on, with any format

for format in report svg dot json table; do
    run 0 "$dotgrad" -T$format --fail-on=any net.dg && err_empty
    run 0 "$dotgrad" -T$format --fail-on=error,warning,nonfinite,unset flat.dg && err_empty
    run 1 "$dotgrad" -T$format --fail-on=saturated flat.dg && err_lines 1 && err_has "^flat.dg: note: saturated: 'y'"
    run 1 "$dotgrad" -T$format --fail-on=vanishing flat.dg && err_lines 1 && err_has '^flat.dg: note: vanishing: '
    run 0 "$dotgrad" -T$format flat.dg && cp "$tmp/out" without
    run 1 "$dotgrad" -T$format --fail-on=any flat.dg && same "$tmp/out" without
done
for kind in any error warning nonfinite nonfinite-data inconsistent,nonfinite; do
    run 1 "$dotgrad" -Tdot -o x.dot --fail-on=$kind wrong.dg && err_lines 1 &&
        err_has "^wrong.dg: error: nonfinite-data: .* log of a negative number"
done
for kind in nonfinite-gradient masked-nan inconsistent accumulated-twice unset detached no-backward dead-relu vanishing \
    exploding update-ratio constant-parameter duplicate-label unknown-op; do
    run 0 "$dotgrad" -Tdot --fail-on=$kind wrong.dg && err_empty
done
run 1 "$dotgrad" -Tdot --fail-on=any -fdiagnostics-format=json wrong.dg && err_has '"kind": "error"' &&
    err_has 'nonfinite-data: '
run 2 "$dotgrad" --fail-on=nan wrong.dg && err_has "finding 'nan' is not known; there are any, error, warning, nonfinite,"
# The output is written; with --check it is compared, and the findings count, too.
run 1 "$dotgrad" -Treport -o wrong.report --fail-on=error wrong.dg && [ -s wrong.report ] || fail 'there is no report'
run 0 "$dotgrad" -Treport -o wrong.report --check wrong.dg
run 1 "$dotgrad" -Treport -o wrong.report --check --fail-on=error wrong.dg && err_lines 1
run 0 "$dotgrad" -Treport -o net.report --check --fail-on=error net.dg && err_empty
# What is inspected is the whole trace, also where only a part of it is drawn.
sed 's/"nodes": \[/&{"id": "z", "label": "z", "data": 1.0, "grad": null, "scope": ""},/' net.json >more.json
run 0 "$dotgrad" -Tdot --fail-on=error,warning net.json && err_empty
run 1 "$dotgrad" -q -Tdot --fail-on=unset more.json && err_lines 1 && err_has "more.json: warning: unset: 'z'"
run 1 "$dotgrad" -Treport --fail-on=unset more.json && err_lines 1 && out_has "unset: 'z'"

finish

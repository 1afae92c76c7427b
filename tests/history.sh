#!/usr/bin/env bash
# --history: the numbers are those of trainings written down in Python; the file is whole or not there, and gnuplot
# draws it.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

python=$(command -v python3) || skip 'python3 is not here'
PYTHONDONTWRITEBYTECODE=1 PYTHONIOENCODING=utf-8 "$python" "$top_src/tests/history.py" "$dotgrad"
status=$?
last='tests/history.py'
checks=$((checks + 1))
[ $status -eq 0 ] || fail "exit status $status"
rm -f ./*

trains='m = 0.5; c = 1.0; loss = (2*m + c - 17)**2; train(loss, [m, c], [], [], 3, 0.01)'
echo "$trains" >line.dg
stdin=line.dg

### Where it goes

run 0 "$dotgrad" -Tdot --history=h.txt line.dg && err_empty && cp "$tmp/out" line.dot && cp h.txt wanted.txt
run 0 "$dotgrad" -Tdot line.dg && same "$tmp/out" line.dot # which it does not change
run 0 "$dotgrad" -Tdot -o x.dot --history=- line.dg && same "$tmp/out" wanted.txt && same x.dot line.dot
run 0 "$dotgrad" -Tdot -o x.dot --history=/dev/stdout line.dg && same "$tmp/out" wanted.txt
run 0 "$dotgrad" -Tdot --history=h.txt && same h.txt wanted.txt
run 0 "$dotgrad" -Tdot --history=h.txt -e "$trains" && same h.txt wanted.txt
run 0 "$dotgrad" -Tdot --history=h.json line.dg && head -n 1 h.json >"$tmp/out" && out_is '{"dotgrad_history": 1,'
run 0 "$dotgrad" -Tdot -O --history=h.txt line.dg && same h.txt wanted.txt && rm line.dg.dot
run 0 "$dotgrad" -Tdot --history=h.txt -e 'a = 1.0' &&
    err_is 'dotgrad: note: nothing was trained by fit or train: the history is empty'
checks=$((checks + 1))
[ "$(wc -l <h.txt)" -eq 1 ] || fail 'an empty history is more than its columns'
run 0 "$dotgrad" -Tdot -q --history=h.txt -e 'a = 1.0' && err_empty

# A file that stays the same is not touched, and one that cannot be written is left as it is.
run 0 "$dotgrad" -Tdot --history=h.txt line.dg
before=$(stat -c '%i %y' h.txt)
run 0 "$dotgrad" -Tdot --history=h.txt line.dg
checks=$((checks + 1))
[ "$(stat -c '%i %y' h.txt)" = "$before" ] || fail 'a history that did not change was written'
run 2 "$dotgrad" -Tdot -o x.dot --history=nowhere/h.txt line.dg && err_has '^dotgrad: error: cannot write '
run 2 "$dotgrad" -Tdot -o x.dot --history=/dev/full line.dg && err_has 'No space left on device'
ls >"$tmp/out" && out_is 'h.json
h.txt
line.dg
line.dot
wanted.txt
x.dot'

# Where a program is wrong and has trained nothing there is none.
run 1 "$dotgrad" -Tdot -o x.dot --history=none.txt -e 'a = b'
run 1 "$dotgrad" -Tdot -o x.dot --history=none.txt -e ''
checks=$((checks + 1))
[ ! -e none.txt ] || fail 'a history without a training was written'

# A training that fails leaves its history, and no picture.
rm x.dot
run 1 "$dotgrad" -Tdot -o x.dot --history=h.txt -e 'm = 0.0; y = log(m); train(y, [m], [], [], 3)' &&
    err_has 'the loss is infinite in epoch 0'
checks=$((checks + 1))
[ ! -e x.dot ] || fail 'a picture was drawn'
checks=$((checks + 1))
[ "$(wc -l <h.txt)" -eq 2 ] || fail 'the history of a training that failed is not there'

### --check

cp wanted.txt h.txt
cp line.dot x.dot
run 0 "$dotgrad" -Tdot -o x.dot --history=h.txt --check line.dg && err_empty && same h.txt wanted.txt
echo >>h.txt
run 1 "$dotgrad" -Tdot -o x.dot --history=h.txt --check line.dg && err_lines 1 &&
    err_has "^dotgrad: error: 'h.txt' is stale; refresh it with: .*dotgrad -T=dot|--format=dot .*--history=h.txt line.dg$"
rm h.txt x.dot
run 1 "$dotgrad" -Tdot -o x.dot --history=h.txt --check line.dg && err_lines 2 && err_has "'h.txt' is missing" &&
    err_has "'x.dot' is missing"

### What is wrong

"$dotgrad" -Tjson line.dg >t.json
run 2 "$dotgrad" --history=h.txt t.json && err_is "dotgrad: error: --history is of a program that trains, and 't.json' is a trace"
run 2 "$dotgrad" --history=line.dg line.dg && err_is "dotgrad: error: 'line.dg' is the input"
run 2 "$dotgrad" -O --history=h.txt line.dg line.dg && err_has '^dotgrad: error: --history is of one input'
run 2 "$dotgrad" --history=- line.dg && err_has '^dotgrad: error: --history on standard output needs -o or -O'
run 2 "$dotgrad" -o x.dot --history=x.dot line.dg && err_has '^dotgrad: error: -o and --history name one file'
run 2 "$dotgrad" --history-every=3 line.dg && err_has '^dotgrad: error: --history-every needs --history'
run 2 "$dotgrad" --history=h.txt --history-every=x line.dg && err_has 'takes a number of steps'
checks=$((checks + 1))
[ ! -e h.txt ] || fail 'what is wrong wrote a history'

### gnuplot

if command -v gnuplot >/dev/null; then
    run 0 "$dotgrad" -Tdot -o x.dot --history=history.txt "$samples/mlp.dg"
    run 0 gnuplot "$top_src/samples/plots/history.gp" && err_empty
    for name in 'layer 0' 'layer 1' 'layer 2'; do
        out_has "$name"
    done
    command -v xmllint >/dev/null && cp "$tmp/out" plot.svg && run 0 xmllint --nonet --noout plot.svg
else
    note 'gnuplot is not here; no history is drawn'
fi

finish

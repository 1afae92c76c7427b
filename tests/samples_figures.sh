#!/usr/bin/env bash
# The samples that learn come to the figures that they are known for.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

built=$top_build/samples

# Lines like REGEX among what was written there.
count()
{
    grep -cE -e "$2" "$1"
}

equal()
{
    checks=$((checks + 1))
    [ "$2" = "$3" ] && return 0
    fail "$1: $3, not $2"
}

run 0 "$built/line"
err_empty
out_is 'Epoch: 0, Loss: 204.21, mLearnt: 6.04, cLearnt: 2.47
Epoch: 100, Loss: 0.28, mLearnt: 5.22, cLearnt: 5.88
Epoch: 200, Loss: 0.02, mLearnt: 5.05, cLearnt: 6.73
Epoch: 300, Loss: 0.00, mLearnt: 5.01, cLearnt: 6.93
Epoch: 400, Loss: 0.00, mLearnt: 5.00, cLearnt: 6.98
Epoch: 500, Loss: 0.00, mLearnt: 5.00, cLearnt: 7.00
largest difference from the formulas: 0'

run 0 "$built/fit_line"
err_empty
equal 'lines' 12 "$(wc -l <"$tmp/out")"
out_has '^y = 3\.000x \+ 4\.000, with 2 values in the graph$'

# The program itself compares the two slopes and bounds the worst error of the check.
run 0 "$built/nudge"
err_empty
out_has '^nudged by 0\.001: dL/df = 4\.0000; by the backward pass: 4\.0000$'
out_has '^46 leaves of an MLP.s loss nudged: the worst relative error is [0-9]\.[0-9]e-(0[89]|[1-9][0-9])$'

run 0 "$built/curve"
err_empty
awk 'BEGIN { print "x\tf(x)\tdf/dx"
             for (x = -5; x < 5; x += 0.25)
                 printf "%g\t%g\t%g\n", x, 3*x*x - 4*x + 5, 6*x - 4 }' >expected
same expected "$tmp/out"
equal 'points' 40 "$(($(wc -l <"$tmp/out") - 1))"

# 41 parameters, 4 * 3 inputs, 4 * 73 values of the net, 23 of the loss.
run 0 "$built/mlp" net.svg
err_empty
out_has '^0	6\.067789$'
out_has '^19	0\.305386$'
equal 'steps before the 20th' 20 "$(count "$tmp/out" '^(1?[0-9])	')"
out_has '^# below 0\.001 after 541 steps$'
equal 'answers on the side of 1' 2 "$(count "$tmp/out" '^#      1     0\.9[89]')"
equal 'answers on the side of -1' 2 "$(count "$tmp/out" '^#     -1    -0\.9[89]')"
equal 'values drawn' 368 "$(count net.svg 'class="dg-value[ "]')"
loss=$(awk -F '\t' '$1 ~ /^[0-9]+$/ { print $2 }' "$tmp/out" | sort -c -g -r 2>&1)
equal 'a loss that grows' '' "$loss"

# The command comes to the same loss from the same seed.
out_has '^20	0\.230746$'
run 0 "$dotgrad" -Ttable "$samples/mlp.dg"
out_has '^loss +\+ +0\.230746 +1$'
equal 'values in the table' 368 "$(($(wc -l <"$tmp/out") - 1))"

run 1 "$built/mlp" nowhere/net.svg
err_has '^mlp: .*nowhere/net\.svg'

# With a terminal on standard error there is a progress line.
if script -qec true /dev/null >/dev/null 2>&1; then
    run 0 script -qec "'$built/mlp' net.svg >learnt.tsv" /dev/null
    out_has 'step   541  loss  0\.000999  \[#{30}\] .* steps/s'
else
    note 'there is no script, or no pseudo-terminal; the progress line is not tested'
fi

run 0 "$built/moons" plane.tsv
err_empty
equal 'steps' 100 "$(count "$tmp/out" '^[0-9]+	[0-9]+\.[0-9]{4}	[0-9.]+$')"
out_has '^# (98|99|100) % of the points are classified right$'
equal 'numbers that are not finite' 0 "$(count plane.tsv 'nan|inf')"
equal 'scores and points' $((101 * 101 + 100)) "$(count plane.tsv '^-?[0-9.]+	-?[0-9.]+	-?[0-9.]+$')"
run 1 "$built/moons" nowhere/plane.tsv
err_is "moons: cannot write 'nowhere/plane.tsv'"

# What doc/training.md shows is there: its C in the samples, its programs for the command.
page=$top_src/doc/training.md
blocks()
{
    awk -v language="$1" '$0 == "```" language { inside = 1; n++; next }
                          /^```/ { inside = 0 }
                          inside { printf "%d\t%s\n", n, $0 }' "$page"
}
while IFS= read -r line; do
    checks=$((checks + 1))
    cat "$samples"/*.c | grep -qF -e "$line" || fail "doc/training.md has C that no sample has: $line"
done < <(blocks c | cut -f 2- | sed 's/^ *//')
n=$(blocks python | cut -f 1 | sort -u | wc -l)
checks=$((checks + 1))
[ "$n" -gt 0 ] || fail 'there is no program in doc/training.md'
for ((i = 1; i <= n; i++)); do
    blocks python | sed -n "s/^$i	//p" >shown.dg
    run 0 "$dotgrad" -Ttable shown.dg
    err_empty
    out_has '^[a-z]'
done

# And what it says of a learning rate that is too large.
sed -n '/^    # net\.dg$/,/^$/s/^    //p' "$page" >net.dg
run 1 "$dotgrad" net.dg
err_is "$(sed -n '/^    net\.dg:4:1:/,/\^~/s/^    //p' "$page")"

finish

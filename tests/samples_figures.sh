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
run 0 "$dotgrad" -Ttable --numbers=%.6g "$samples/mlp.dg"
out_has '^loss +\+ +0\.230746 +1$'
equal 'values in the table' 368 "$(($(wc -l <"$tmp/out") - 1))"

run 1 "$built/mlp" nowhere/net.svg
err_has '^mlp: .*nowhere/net\.svg'

# With a terminal on standard error there is a progress line.
if script -qec true /dev/null >/dev/null 2>&1; then
    run 0 script -qec "'$built/mlp' net.svg >learnt.tsv" /dev/null
    out_has 'step   541  loss  0\.000999  \[#{30}\] .* steps/s'
    run 0 script -qec "'$built/xor' xor.svg >xor.out" /dev/null
    out_has 'epoch  5000 of 5000  \[#{30}\]  loss 0\.0142'
    # It ends with a line that is empty again.
    equal 'what is left of the progress bar' '' "$(tr '\r' '\n' <"$tmp/out" | tail -n 1 | tr -d ' ')"
    equal 'reports' 5 "$(count xor.out '^epoch [0-9]+: mean squared error')"
else
    note 'there is no script, or no pseudo-terminal; the progress lines are not tested'
fi

run 0 "$built/moons" plane.tsv
err_empty
equal 'steps' 100 "$(count "$tmp/out" '^[0-9]+	[0-9]+\.[0-9]{4}	[0-9.]+$')"
out_has '^# (98|99|100) % of the points are classified right$'
equal 'numbers that are not finite' 0 "$(count plane.tsv 'nan|inf')"
equal 'scores and points' $((101 * 101 + 100)) "$(count plane.tsv '^-?[0-9.]+	-?[0-9.]+	-?[0-9.]+$')"
run 1 "$built/moons" nowhere/plane.tsv
err_is "moons: cannot write 'nowhere/plane.tsv'"

# ---- Exclusive or on tensors: the document's figures, to as many digits as are known of them.

# numbers_of NAME N: the numbers of the Nth line of xor that begins with NAME
numbers_of()
{
    sed -n "s/^$1  *//p" xor.out | sed -n "$2p" | tr -d '[],'
}

# close_to WHAT TOLERANCE 'WANTED...' 'GOT...'
close_to()
{
    checks=$((checks + 1))
    awk -v tolerance="$2" -v wanted="$3" -v got="$4" 'BEGIN {
        n = split(wanted, w); m = split(got, g)
        for (i = 1; i <= n; i++) {
            off = g[i] - w[i]
            bad = bad || g[i] !~ /^-?[0-9]/ || off > tolerance || -off > tolerance
        }
        exit (bad || n != m || n == 0) }' || fail "$1: $4, not $3"
}

digits=0.000051 # for four digits
run 0 "$built/xor" xor.svg
err_empty
cp "$tmp/out" xor.out
close_to 'hidden' $digits '0.2 0' "$(numbers_of hidden 1)"
close_to 'output' $digits '0.5050' "$(numbers_of output 1)"
close_to 'loss' $digits '0.2550' "$(numbers_of loss 1)"
close_to 'w2.grad' $digits '0.0505 0' "$(numbers_of w2.grad 1)"
close_to 'b2.grad' $digits '0.2525' "$(numbers_of b2.grad 1)"
close_to 'w1.grad' $digits '0 0 0 0' "$(numbers_of w1.grad 1)"
close_to 'b1.grad' $digits '0.0252 0' "$(numbers_of b1.grad 1)"
close_to 'w1 after a step' $digits '0.1 0.3 0.2 0.1' "$(numbers_of w1 1)"
close_to 'b1 after a step' $digits '0.1997 -0.2' "$(numbers_of b1 1)"
close_to 'w2 after a step' $digits '0.0995 -0.4' "$(numbers_of w2 1)"
close_to 'b2 after a step' $digits '-0.0025' "$(numbers_of b2 1)"
# From here on the document's single precision shows.
for figure in 1:0.247520 1001:0.204069 2001:0.139451 3001:0.058315 4001:0.025513; do
    epoch=${figure%:*}
    close_to "error after epoch $epoch" 0.0002 "${figure#*:}" \
        "$(sed -n "s/^epoch $epoch: mean squared error //p" xor.out)"
done
close_to 'w1' 0.0002 '1.6383 2.2101 1.6393 2.2098' "$(numbers_of w1 2)"
close_to 'b1' 0.0002 '-0.0005 -2.2097' "$(numbers_of b1 2)"
close_to 'w2' 0.0002 '2.2965 -3.8227' "$(numbers_of w2 2)"
close_to 'b2' 0.0002 '-1.5349' "$(numbers_of b2 2)"
close_to 'outputs' 0.0002 '0.1773 0.9027 0.9024 0.0788' \
    "$(sed -n 's/^[01] xor [01]  //p' xor.out | tr '\n' ' ')"
for name in w1 b1 w2 b2 hidden output loss; do
    equal "values named $name" 1 "$(grep -c "class=\"dg-label\"[^>]*>$name<" xor.svg)"
done
run 1 "$built/xor" nowhere/xor.svg
err_has '^xor: .*nowhere/xor\.svg'

# The same run as a program: as far as the line that contains END, trained for so many epochs, with
# MORE behind it. What NAMES are is read from its trace, data and then gradients.
as_far_as() # END EPOCHS MORE
{
    sed "/$1/,\$d; s/5000/$2/; /^draw_dot/d" "$samples/xor.dg"
    printf '%s\n' "$3"
}
in_trace() # FIELD NAME
{
    python3 - "$1" "$2" 3<"$tmp/out" <<'END'
import json, sys
field, name = sys.argv[1:]
def flat(x):
    return [y for part in x for y in flat(part)] if isinstance(x, list) else [x]
nodes = json.load(open(3))["nodes"]
found = [node for node in nodes if node.get("label") == name]
print(*["%.6f" % (x + 0.0) for x in flat(found[0][field])] if len(found) == 1 else
      ["%d nodes named %s" % (len(found), name)])
END
}

if python3 -c 'import json' 2>/dev/null; then
    outputs='outputs = sigmoid(relu(x @ w1 + b1) @ w2 + b2); draw_dot(outputs)'
    as_far_as '\.data -=' 1 '' >first.dg
    run 0 "$dotgrad" -Tjson first.dg
    err_empty
    close_to 'xor.dg: hidden' $digits '0.2 0' "$(in_trace data hidden)"
    close_to 'xor.dg: output' $digits '0.5050' "$(in_trace data output)"
    close_to 'xor.dg: loss' $digits '0.2550' "$(in_trace data loss)"
    close_to 'xor.dg: w2.grad' $digits '0.0505 0' "$(in_trace grad w2)"
    close_to 'xor.dg: b2.grad' $digits '0.2525' "$(in_trace grad b2)"
    close_to 'xor.dg: w1.grad' $digits '0 0 0 0' "$(in_trace grad w1)"
    close_to 'xor.dg: b1.grad' $digits '0.0252 0' "$(in_trace grad b1)"
    as_far_as 'train(' 1 "$outputs" >step.dg
    run 0 "$dotgrad" -Tjson step.dg
    err_empty
    close_to 'xor.dg: w1 after a step' $digits '0.1 0.3 0.2 0.1' "$(in_trace data w1)"
    close_to 'xor.dg: b1 after a step' $digits '0.1997 -0.2' "$(in_trace data b1)"
    close_to 'xor.dg: w2 after a step' $digits '0.0995 -0.4' "$(in_trace data w2)"
    close_to 'xor.dg: b2 after a step' $digits '-0.0025' "$(in_trace data b2)"
    for figure in 1:0.247520 1001:0.204069 2001:0.139451 3001:0.058315 4001:0.025513; do
        as_far_as 'no such line' "${figure%:*}" "$outputs" >epochs.dg
        run 0 "$dotgrad" -Tjson epochs.dg
        err_empty
        close_to "xor.dg: error after epoch ${figure%:*}" 0.0002 "${figure#*:}" \
            "$(in_trace data outputs | awk '{ print ($1^2 + (1-$2)^2 + (1-$3)^2 + $4^2) / 4 }')"
    done
    as_far_as 'no such line' 5000 "$outputs" >trained.dg
    run 0 "$dotgrad" -Tjson trained.dg
    close_to 'xor.dg: outputs' 0.0002 '0.1773 0.9027 0.9024 0.0788' "$(in_trace data outputs)"
    # The sample as it is draws the loss on the trained parameters; xor.c comes to the same.
    run 0 "$dotgrad" -Tjson "$samples/xor.dg"
    err_empty
    for name in w1 b1 w2 b2; do
        close_to "xor.dg: $name" $digits "$(numbers_of $name 2)" "$(in_trace data $name)"
    done
else
    note 'there is no python3; the traces of xor.dg are not read'
fi

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

# The figures of its run are those that the sample prints.
grep '^epoch' xor.out >expected
sed -n 's/^    \(epoch [0-9]*: mean squared error\)/\1/p' "$page" >shown
same expected shown

# And what it says of a learning rate that is too large.
sed -n '/^    # net\.dg$/,/^$/s/^    //p' "$page" >net.dg
run 1 "$dotgrad" net.dg
err_is "$(sed -n '/^    net\.dg:4:1:/,/\^~/s/^    //p' "$page")"

finish

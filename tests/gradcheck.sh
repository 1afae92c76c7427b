#!/usr/bin/env bash
# --gradcheck: gradients that central differences disagree with.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"

# checked PROGRAM OPTION...: draws it; standard output has the description, which ends with what was found
checked()
{
    local program=$1
    shift
    printf '%b' "$program" >checked.dg
    run 0 "$dotgrad" checked.dg -Tsvg --gradcheck "$@" && err_empty
    cp "$tmp/out" checked.svg
    grep '^<desc' checked.svg >"$tmp/out"
}
no_badge()
{
    checks=$((checks + 1))
    ! grep -q 'class="dg-badge' checked.svg || fail 'there is a badge'
}
has_badge() # ID NUMBER
{
    checks=$((checks + 1))
    awk -v id="id=\"dotgrad-$1\"" 'index($0, id), /<\/g>/' checked.svg | grep -q "class=\"dg-number[^>]*>$2<" || fail "$1 has no badge $2"
}

# The samples agree, and their pictures have a line more.
for sample in neuron lecture reuse network mlp; do
    run 0 "$dotgrad" "$samples/$sample.dg" -Tsvg --gradcheck && err_empty && cp "$tmp/out" checked.svg &&
        out_has '>[0-9]* gradients* agrees* with central differences</text>$'
    no_badge
done
# What was accumulated twice, what was set by hand, and a kink.
checked 'w = 2.0\nL = w*3.0\nL.backward()\nL.backward()\n' &&
    out_has " 1: error: the gradient of 'w' is 6, and its central difference 3: they disagree. 2: error: the gradient is 4, and its"
has_badge v1 1
has_badge v2 2
checked 'w = 2.0\nL = w*3.0\nL.backward()\nw.grad = 5.0\n' && out_has "1: error: the gradient of 'w' is 5, and its central difference 3: they disagree\.</desc>"
for style in record wire merged; do
    checked 'x = 0.0\ny = relu(x)\ny.backward()\n' --style=$style &&
        out_has "1: error: the gradient of 'x' is 0, and its central difference 0.5: they disagree\.</desc>"
    has_badge v1 1
done
# Of a tensor the worst element is shown, and the others are counted.
checked 'x = torch.tensor([0.0, 1.0, 0.0])\ny = relu(x).sum()\ny.backward()\n' &&
    out_has "of element 0 of 'x' is 0, and its central difference 0.5: they disagree; it is the same with 1 more element\."
# Where no pass was run, or another value is drawn than that of the pass, one is run.
checked 'w = 2.0\nL = w*3.0\n' && out_has ' 2 gradients agree with central differences\.</desc>'
checked 'w = 2.0\nd = w*3.0\nL = d*5.0\nL.backward()\n' -r d && out_has ' 2 gradients agree'
# So it is where leaves have changed since.
checked 'w = 2.0\nL = w**2\nL.backward()\nw.data = 3.0\n' && out_has ' data have changed since the gradients were computed, .* 1 gradient agrees with central differences\.'
no_badge
# Without a difference there is nothing to compare with; a gradient of nan disagrees with one.
checked 'x = -1.0\nL = log(x)\nL.backward()\n' && out_has ' 1 gradient was not checked: the central difference is not finite\.</desc>'
no_badge
checked 'x = 0.0\nL = (x**2)**0.5\nL.backward()\n' && out_has "the gradient of 'x' is nan, and its central difference 0: they disagree"

# What cannot be checked.
run 2 "$dotgrad" -e 'x = torch.tensor([1.0, 2.0]); y = x*2.0' -Tsvg --gradcheck -r x && err_lines 1 && err_has '^dotgrad: error: --gradcheck is of a root with one number$'
run 0 "$dotgrad" "$samples/neuron.dg" -Tjson -o neuron.json
run 2 "$dotgrad" neuron.json -Tsvg --gradcheck && err_lines 1 && err_has "^dotgrad: error: --gradcheck runs the program, and 'neuron.json' is a trace$"
run 2 "$dotgrad" "$samples/neuron.dg" -Tsvg --gradcheck --around n && err_lines 1 && err_has '^dotgrad: error: --gradcheck is of a whole graph, not of one that --around reduces$'
run 2 "$dotgrad" "$samples/neuron.dg" -Tsvg --findings --around=n,1 && err_lines 1 && err_has '^dotgrad: error: --findings is of a whole graph, not of one that --around reduces$'
# It is nothing to formats that are no picture.
for format in dot json table; do
    run 0 "$dotgrad" "$samples/neuron.dg" -T$format && cp "$tmp/out" plain
    run 0 "$dotgrad" "$samples/neuron.dg" -T$format --gradcheck --findings && same "$tmp/out" plain
done

finish

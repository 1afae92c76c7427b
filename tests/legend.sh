#!/usr/bin/env bash
# --legend: what occurs in a picture is explained, and nothing else, in every style and direction.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"

python=$(command -v python3) || skip 'python3 is not here'

# explains FILE OPTION...: compares what the legend says with $want
explains()
{
    run 0 "$dotgrad" "$@" -Tsvg && cp "$tmp/out" without.svg
    run 0 "$dotgrad" "$@" -Tsvg --legend && cp "$tmp/out" with.svg
    run 0 "$python" "$top_src/tests/legend.py" with.svg without.svg && out_is "$want"
}

leaf='leaf: leaf: not computed from others'
value='value: computed value'
root='root: root: gradients are of it'
op='op: op: what computes a value'
words='data: the value itself
grad: how the root changes with it'
numbers='first number: data: the value itself
second number: gradient: how the root changes with it'
sides() # FIRST SECOND
{
    echo "$1: data: the value itself
$2: gradient: how the root changes with it"
}

printf 'a = 2.0\nb = -3.0\nc = a*b\nL = tanh(c)\nL.backward()\n' >plain.dg
for direction in LR TB RL BT; do
    case $direction in
    LR | RL) sides=$(sides above below) ;;
    *) sides=$(sides left right) ;;
    esac
    want=$leaf$'\n'$value$'\n'$root$'\n'$op$'\n'$words explains plain.dg --direction=$direction
    want=$leaf$'\n'$value$'\n'$root$'\n'$words explains plain.dg --direction=$direction --style=merged
    want=$op$'\n'$sides explains plain.dg --direction=$direction --style=wire
done
want=$leaf$'\n'$value$'\n'$root$'\n'$op$'\n'$words explains plain.dg -K dot
want=$leaf$'\n'$value$'\n'$root$'\n'$op$'\n'$words explains plain.dg --font-size=20
want=$leaf$'\n'$value$'\n'$root$'\n'$op$'\n'$numbers explains plain.dg --show=label,data,grad,op
want=$leaf$'\n'$value$'\n'$root$'\n''number: gradient: how the root changes with it' explains plain.dg --show=label,grad
want=$leaf$'\n'$value$'\n'$root$'\n'$op explains plain.dg --show=label,op
want=$root$'\n'$words$'\n'$'\xe2\x80\x93: gradient was not computed' explains -e 'a = 1.0; draw_dot(a)'
want=$leaf$'\n'$root$'\n'$op$'\n'$words$'\n''×2: operand used so often' explains -e 'a = 1.0; b = a + a; b.backward()'
printf 'a = -1.0\nb = log(a)\nc = b*2.0\nc.backward()\nd = c + b\n' >nonfinite.dg
want=$leaf$'\n'$value$'\n'$root$'\n'$op$'\n'$words$'\n'$'\xe2\x80\x93: gradient was not computed\nnan, inf: not finite' \
    explains nonfinite.dg -r d
printf 'x = torch.tensor([1.0, 2.0])\ny = torch.tensor([1.0, 2, 3, 4, 5, 6, 7, 8, 9])\nz = x.sum()*y.sum()\nz.backward()\n' >tensors.dg
want=$leaf$'\n'$value$'\n'$root$'\n'$op$'\n'$words$'\n''(2, 3): shape of a tensor
norm: Euclidean, of all its numbers' explains tensors.dg

want=$leaf$'\n'$value$'\n'$root$'\n'$op$'\n'$words$'\n''thick: highlighted; the rest is pale' explains plain.dg --highlight=a..L

# It is nothing to formats without pictures.
for format in dot json table; do
    run 0 "$dotgrad" plain.dg -T$format && cp "$tmp/out" plain
    run 0 "$dotgrad" plain.dg -T$format --legend && same "$tmp/out" plain
done

finish

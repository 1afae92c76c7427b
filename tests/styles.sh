#!/usr/bin/env bash
# Pictures in other styles, directions and with parts hidden: how large those of the lectures are, and that the
# description, the ids and -Tdot stay what they are.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

lectures=$samples/lectures
bare='--show label,data,grad,op --numbers %.3g'

width_of() # FILE: in whole points, rounded up
{
    sed -nE 's/.* width="([0-9.]+)pt" .*/\1/p;/<svg /q' "$1" | awk '{ print int($1 + 0.999) }'
}

narrow() # WIDTH NAME OPTION...: the picture of the sample is at most so wide
{
    local most=$1 name=$2 width
    shift 2
    run 0 "$dotgrad" "$@" -o "$name.svg" "$lectures/$name.dg" || return
    width=$(width_of "$name.svg")
    checks=$((checks + 1))
    [ "${width:-99999}" -le "$most" ] || fail "$name with $* is $width points wide, more than $most"
}

narrow 520 neuron --style wire
narrow 540 chain --style wire
narrow 930 circuit_sigmoid --style wire
narrow 300 circuit_product --style wire
narrow 1510 ten_sigmoids --style wire
narrow 480 neuron --style wire --direction TB
narrow 140 ten_sigmoids --style wire --direction TB
# shellcheck disable=SC2086
{
    narrow 300 neuron --direction TB $bare
    narrow 290 circuit_sigmoid --direction TB $bare
    narrow 140 chain --direction TB $bare
    narrow 575 ten_sigmoids --direction TB $bare
    narrow 300 neuron --style merged --direction TB $bare
}

### What says the same in every style

described() # FILE
{
    sed -n '/<title id=/p;/<desc id=/p' "$1"
    grep -oE '<title>[^<]*' "$1"
    grep -oE ' id="[^"]*-v[0-9]+"' "$1" | sort
}

for sample in "$lectures"/neuron.dg "$lectures"/xor_tensors.dg "$lectures"/reuse.dg; do
    run 0 "$dotgrad" -o record.svg "$sample" && described record.svg | sort >record.words
    for style in record wire merged; do
        for direction in LR TB RL BT; do
            for show in label,data,grad,op,shape label op; do
                run 0 "$dotgrad" --style $style --direction $direction --show $show -o other.svg "$sample" || continue
                described other.svg | sort >other.words
                same record.words other.words
                [ $show != op ] || ! command -v xmllint >/dev/null || run 0 xmllint --nonet --noout other.svg
            done
        done
    done
done

### What is hidden

run 0 "$dotgrad" --style merged --show label,op "$lectures/neuron.dg" && cp "$tmp/out" merged.svg
checks=$((checks + 1))
! grep -qE 'class="dg-(data|grad)"' merged.svg || fail 'numbers are shown'
checks=$((checks + 1))
! grep -q '<ellipse' merged.svg || fail 'a merged picture has boxes of ops'

# What is computed, as it is read: constants by their numbers, operands without a label as an ellipsis, what only
# repeats the label once, a label that is a sum in brackets, long ones in lines.
cat >merged.dg <<'END2'
a = Value(2.0, label='a')
s = a + 1; s.label = 'a + 1'
p = s * a; p.label = 'p'
q = tanh(p * 3.25)
q.label = 'q'
L = softplus(q - 1) + p; L.label = 'L'
END2
read_merged() # FILE: each label, and what is computed, in lines
{
    grep 'class="dg-label"' "$1" | sed -E 's/.*class="dg-label"[^>]*>//; s/<\/text>.*//; s/<[^>]*>/ /g; s/ +/ /g; s/^ | $//g' | sort
}
run 0 "$dotgrad" --style merged --show label,op -o merged.svg merged.dg && read_merged merged.svg >got.txt
sort >want.txt <<'END2'
a
a + 1
p = (a + 1) * a
p * 3.25
q = tanh(...)
q + -1
softplus(...)
L = ... + p
END2
same want.txt got.txt

cat >long.json <<'END2'
{"dotgrad": 1, "root": "h", "nodes": [{"id": "x", "label": "x", "data": 1},
 {"id": "h", "label": "h", "op": "Linear(in_features=3, out_features=4, bias=True)", "data": 2, "grad": 1}],
 "edges": [{"from": "x", "to": "h", "operand": 0}]}
END2
run 0 "$dotgrad" --style merged --show label,op -o long.svg long.json && read_merged long.svg >got.txt
printf '%s\n' 'h = Linear(x, in_features=3, out_features=4, bias=True)' x >want.txt
same want.txt got.txt
checks=$((checks + 1))
[ "$(grep 'class="dg-label"' long.svg | grep -o ' y="[0-9.]*" textLength' | sort -u | wc -l)" = 2 ] ||
    fail 'a long op text is not written in two lines'

# A dot where the wire of a value goes to several ops, and nowhere else: not where one op uses it twice.
printf 'a = 2.0\nb = a*3.0\nc = a + b\nL = c*c\nL.backward()\n' >fork.dg
run 0 "$dotgrad" --style wire -o fork.svg fork.dg
tr '\n' ' ' <fork.svg | sed 's/<g id=/\n&/g' | grep '<circle' | sed -E 's/.*<title>([A-Za-z]+).*/\1/' >got.txt
echo a >want.txt
same want.txt got.txt

finish

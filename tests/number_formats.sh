#!/usr/bin/env bash
# Numbers in pictures and tables: --numbers, and what it refuses. DOTGRAD_SEED chooses other numbers than usual.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"

### Formats that are right: what Python writes

if python=$(command -v python3) && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))'; then
    run 0 "$python" "$top_src/tests/number_formats.py" "$dotgrad" "${DOTGRAD_SEED:-1}"
else
    note 'python3 is not here, or older than 3.9: its numbers are left out'
fi

### Others: one line that says what would be right

printf 'a = -1e-9\nb = a*2.0\nb.backward()\n' >a.dg
long=$(printf 'x%.0s' $(seq 61))
for format in '' ' ' abc % %% %d %i %s %n %c %p %x %u %D %lld %Lf %hf '%f%f' '%.4f %n' '%*f' '%.*f' '%1$f' %33f %.33f \
    %999999999999999999999f "%'f" '%f%' '%.-1f' '%f%s' "$long%.3f" $'%f\n' $'\t%f' $'\e[1m%f' $'%f\377'; do
    run 2 "$dotgrad" a.dg --numbers "$format" && out_empty && err_lines 1 &&
        err_has '^dotgrad: error: .*number format.*; give auto, or a printf format of one number such as %.4f, '
done

### Where they are: every format but dot and json; what is computed does not change

for format in dot json; do
    run 0 "$dotgrad" a.dg -T$format && cp "$tmp/out" plain
    run 0 "$dotgrad" a.dg -T$format --numbers=%.1f && same "$tmp/out" plain
done
run 0 "$dotgrad" a.dg -Tsvg && out_has '>data -2.00e-09<' && out_has '>grad 1.0000<' && cp "$tmp/out" plain
run 0 "$dotgrad" a.dg -Tsvg --numbers=auto && same "$tmp/out" plain
run 0 "$dotgrad" a.dg -Tsvg --numbers='%.2f' && out_has '>data 0.00<' && out_has '^data -2e-09$'
run 0 "$dotgrad" a.dg -Ttable --numbers='%.2f' && out_has '^b     \*   0\.00  1\.00$'
# In the numbers of tensors, in rows and as statistics.
printf 'a = torch.tensor([1e-9, 2.5e6, -0.0])\nb = torch.tensor([1e7,1e7,1e7,1e7,1e7,1e7,1e7,1e7,1e7])\nc = (a.sum()*b).sum()\nc.backward()\n' >t.dg
run 0 "$dotgrad" t.dg -Tsvg && out_has '>1\.00e-09,<' && out_has '>2\.50e\+06,<' && out_has '>0\.0000\]<' &&
    out_has '>1\.00e\+07<'
run 0 "$dotgrad" t.dg -Tsvg --numbers='~%.1f' && out_has '>~2500000\.0,<' && out_has '>~0\.0\]<' && out_has '>~10000000\.0<'
checks=$((checks + 1))
! grep -q -- '-0\.0[^0-9]' "$tmp/out" || fail 'a zero has a minus sign'

### A gradient that was never computed, and the widths of before and after

width() # FILE OPTION...
{
    "$dotgrad" "$@" -Tsvg | sed -n 's/.* viewBox="0 0 \([0-9.]* [0-9.]*\)".*/\1/p'
}
# The length of the longest gradient in a picture, a number of a scalar or of a tensor.
longest() # FILE OPTION...
{
    "$dotgrad" "$@" -Tsvg | grep -o '<text[^>]* class="dg-grad[^"]*"[^>]*>.*' | sed 's/<text[^>]* class="dg-data.*//' |
        sed 's/<[^>]*>/ /g' | grep -oE -- '-?[0-9]+\.[0-9]+(e[-+][0-9]+)?' | awk '{ if (length > n) n = length } END { print n + 0 }'
}
compared=0
for program in "$samples"/*.dg "$samples"/lectures/*.dg; do
    [ -e "$program" ] || continue
    case $program in
    */descent.dg) continue ;; # without a backward pass it computes other numbers
    esac
    grep -q 'backward()\|backward([a-zA-Z]*)' "$program" || continue
    sed 's/^[^#]*backward([a-zA-Z]*).*//' "$program" >before.dg
    run 0 "$dotgrad" before.dg -Tsvg && out_has 'dg-unset' && out_has '>grad –<|>–<'
    for options in '' --numbers=%.4f --numbers=%.2e; do
        # shellcheck disable=SC2086 # no option is no argument
        [ "$(longest "$program" $options)" -le "$([ "$options" = --numbers=%.2e ] && echo 9 || echo 7)" ] || continue # -0.1234
        compared=$((compared + 1))
        # shellcheck disable=SC2086
        before=$(width before.dg $options) after=$(width "$program" $options)
        checks=$((checks + 1))
        [ "$before" = "$after" ] || fail "$program $options: $before before, $after after backward"
    done
done
checks=$((checks + 1))
[ $compared -ge 30 ] || fail "only $compared pictures are compared"

finish

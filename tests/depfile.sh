#!/usr/bin/env bash
# Depfiles: the same text as GCC's, and what make and ninja make of it.
# shellcheck disable=SC2016 # names with a dollar sign in them
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

# A make that this runs in has no part in it.
unset MAKEFLAGS MFLAGS MAKELEVEL

program='a = 2.0; b = a*a; b.backward()'
echo "$program" >one.dg
echo "$program" >two.dg

depfile() # FILE TEXT: it holds exactly this, and a newline
{
    checks=$((checks + 1))
    printf '%s\n' "$2" | cmp -s - "$1" && return 0
    fail "$1 is not as expected (-):"
    printf '%s\n' "$2" | diff -u - "$1" | sed 1,2d | head -n 20 | sed 's/^/    /'
    return 1
}
absent()
{
    checks=$((checks + 1))
    [ ! -e "$1" ] || fail "$1 was written"
    rm -f "$1"
}
draws() { run 0 "$dotgrad" "$@" && out_empty && err_empty; }
refuses() { run 2 "$dotgrad" "$@" && out_empty && err_lines 1; }

### Where it goes and what it says

mkdir sub
draws one.dg -o one.svg -MD && depfile one.d 'one.svg: one.dg' && rm one.d
draws one.dg -o sub/one.two.svg -MD && depfile sub/one.two.d 'sub/one.two.svg: one.dg'
draws one.dg -o sub/plain -Tdot -MD && depfile sub/plain.d 'sub/plain: one.dg'
draws one.dg -o sub/.hidden -Tdot -MD && depfile sub/.hidden.d 'sub/.hidden: one.dg'
draws one.dg -O -Tpdf -MD && depfile one.dg.d 'one.dg.pdf: one.dg' && rm one.dg.d
draws -MD -MF deps one.dg -o one.svg && depfile deps 'one.svg: one.dg'
draws -MF deps.2 one.dg -o one.svg && same deps deps.2
draws -MFdeps.3 one.dg -o one.svg && same deps deps.3
# Standard output, by gcc's name of it and others, unless the picture goes there.
for name in - /dev/stdout /dev/fd/1; do
    run 0 "$dotgrad" -MF "$name" one.dg -o one.svg && err_empty && is_text "$tmp/out" 'one.svg: one.dg' "-MF $name"
done
run 0 "$dotgrad" -MF - -O -Tsvg one.dg two.dg && err_empty && is_text "$tmp/out" 'one.dg.svg: one.dg
two.dg.svg: two.dg' 'both rules'
stdin=one.dg
run 0 "$dotgrad" -MF - - -o one.svg && err_empty && is_text "$tmp/out" 'one.svg:' 'a rule of standard input'
stdin=/dev/null
run 2 "$dotgrad" -MF - -MT goal -Tdot one.dg && out_empty && err_lines 1 && err_has 'name another with -MF'
[ ! -w /dev/full ] || {
    run 2 bash -c '"$1" -MF - one.dg -o full.svg >/dev/full' - "$dotgrad" && err_has 'cannot write standard output'
    absent full.svg
}
absent -
draws -MD -MF deps -MT goal one.dg -o one.svg && depfile deps 'goal: one.dg'
draws -MD -MF deps -MTgoal -MT 'a $b' -MQ 'a $b' one.dg -o one.svg &&
    depfile deps 'goal a $b a\ $$b: one.dg'
draws -MD -MF deps -MP one.dg -o one.svg && depfile deps 'one.svg: one.dg
one.dg:'
draws -e "$program" -MF deps -o one.svg && depfile deps 'one.svg:'
stdin=one.dg
draws -MF deps -o one.svg && depfile deps 'one.svg:'
stdin=/dev/null
run 0 "$dotgrad" -Tdot one.dg -MF deps -MT page && depfile deps 'page: one.dg' && out_has digraph
run 0 "$dotgrad" -Tjson one.dg && cp "$tmp/out" one.json
draws one.json -MF deps -o one.svg && depfile deps 'one.svg: one.json'
draws -O -Tsvg one.dg two.dg -MD && depfile one.dg.d 'one.dg.svg: one.dg' && depfile two.dg.d 'two.dg.svg: two.dg'
draws -O -Tsvg one.dg two.dg -MF deps -MP && depfile deps 'one.dg.svg: one.dg
one.dg:
two.dg.svg: two.dg
two.dg:'
# What is said of an input that a document holds is the name of the document; what is read is the input.
draws --input-name=page.rst one.dg -MF deps -o one.svg && depfile deps 'one.svg: one.dg'

### As GCC has it

hostile=('a b.c' 'a  b.c' 'a$b.c' '$$.c' 'a#b.c' '#.c' 'a%b.c' 'a\b.c' 'a\ b.c' 'a\\ b.c' 'a\\\# $ b.c' 'a\#b.c'
    'a\$b.c' 'ends\.c' $'a\tb.c' 'a=b.c' "a'b.c" 'a"b.c' 'a*?[b].c' '~a.c' 'a;b|c&d(e)<f>.c' 'a`b`.c' 'aäb.c'
    $'a\x01b.c' $'\xff.c' 'a!.c')
for length in 20 30 31 32 33 34 35 36 40 60 61 80 200; do
    hostile+=("$(printf 'n%.0s' $(seq $length)).c")
done
if command -v gcc >/dev/null; then
    for name in "${hostile[@]}"; do
        echo "$program" >"./$name"
        for words in '-MQ one.o' '-MQ name -MQ blank' '-MT raw -MQ raw'; do
            read -ra targets <<<"$words"
            for ((i = 1; i < ${#targets[@]}; i += 2)); do
                case ${targets[i]} in
                name) targets[i]=${name%.c}.o ;;
                blank) targets[i]='a b' ;;
                raw) targets[i]='raw $x#' ;;
                esac
            done
            run 0 gcc -MM -MF expected "${targets[@]}" "$name" &&
                draws -MF deps "${targets[@]}" -o out.dot "$name" && same expected deps
        done
    done
else
    note 'there is no gcc; what it writes is not compared'
fi

### make: exactly what depends on an input is made anew when that changes

makes() # STATUS: whether `make -q` finds something to do (1) or not (0)
{
    run "$1" make --no-print-directory -f makefile -q stamp && err_empty
}
if command -v make >/dev/null; then
    printf 'stamp: ; touch stamp\n-include deps\n' >makefile
    # Those of these names that make can hold: '*', ';' or a tab have no escape in it.
    for name in 'a b.c' 'a  b.c' 'a$b.c' '$$.c' 'a#b.c' '#.c' 'a\b.c' 'ends\.c' "a'b.c" 'a"b.c' 'a&b(e)<f>.c' \
        'a`b`.c' 'aäb.c' $'a\x01b.c' $'\xff.c' 'a!.c' "${hostile[@]: -4}"; do
        echo "$program" >"./$name"
        touch -d '2001-01-01' "./$name"
        draws -MF deps -MT stamp -o out.dot "./$name"
        touch -d '2010-01-01' stamp
        makes 0
        touch -d '2020-01-01' "./$name"
        makes 1
        # A name that is gone stops make, but not with -MP.
        draws -MF deps -MT stamp -MP -o out.dot "./$name"
        rm -f "./$name"
        makes 1
    done
    # As a target: what make calls the output is what was written.
    for name in 'a b' 'a$b' 'a#b' 'a\b' 'a  b'; do
        printf 'all: ;\n-include deps\n' >makefile
        draws -MF deps -o "$name" -Tdot one.dg
        checks=$((checks + 1))
        make -f makefile -p -q 2>/dev/null | grep -qF -e "$name: one.dg" || fail "make has no target '$name'"
    done
    # The rule of the manual page: nothing is done twice, and nothing is left out.
    cat >makefile <<'END2'
all: one.svg two.svg
%.svg: %.dg ; $(DOTGRAD) -MD -MP -o $@ $< && touch $@ && echo drew $@
-include one.d two.d
END2
    rm -f one.svg two.svg one.d two.d
    run 0 make --no-print-directory -s -f makefile DOTGRAD="$dotgrad" && out_is 'drew one.svg
drew two.svg'
    run 0 make --no-print-directory -s -f makefile DOTGRAD="$dotgrad" && out_empty
    sleep 0.02
    touch two.dg
    run 0 make --no-print-directory -s -f makefile DOTGRAD="$dotgrad" && out_is 'drew two.svg'
    sleep 0.02
    echo 'a = oops' >two.dg
    run 2 make --no-print-directory -s -f makefile DOTGRAD="$dotgrad" && err_has '^two.dg:1:5: error: '
    echo "$program" >two.dg
else
    note 'there is no make; its part is left out'
fi

### ninja

if command -v ninja >/dev/null; then
    # Those of these names that ninja can hold, whoever writes them.
    names=('a b.dg' 'a$b.dg' 'a#b.dg' 'a%b.dg' 'a\b.dg' 'aäb.dg' 'a=b.dg' 'a(b)[c].dg' 'a  b $ c.dg')
    cat >build.ninja <<'END2'
rule draw
  command = echo draw $out && sh ./draw$n.sh
  depfile = deps$n
  deps = gcc
  restat = 1
END2
    all=''
    for n in "${!names[@]}"; do
        printf 'exec %q -MF deps%d -MP -o out%d.dot %s\n' "$dotgrad" "$n" "$n" "'${names[n]}'" >draw$n.sh
        printf 'build out%d.dot: draw\n  n = %d\n' "$n" "$n" >>build.ninja
        all+="draw out$n.dot"$'\n'
    done
    builds() # COMMAND...: after the command for each input ninja draws all of them, and then nothing
    {
        for name in "${names[@]}"; do
            "$@" "./$name"
        done
        run 0 ninja && { grep '^draw' "$tmp/out" | sort >drawn; printf %s "$all" | sort | cmp -s - drawn || fail "ninja drew $(tr '\n' ' ' <drawn)"; }
        run 0 ninja -d explain && out_is 'ninja: no work to do.'
    }
    as_at_first() { echo "$program" >"$1"; }
    changed() { echo 'a = 3.0' >"$1"; }
    builds as_at_first
    builds changed
    # An output that stays the same is not touched; ninja knows that it is up to date.
    builds touch
else
    note 'there is no ninja; its part is left out'
fi

### What cannot be

refuses -MD one.dg && err_is 'dotgrad: error: a depfile needs an output (-o or -O), or both -MF and -MT; see dotgrad --help'
refuses -MF deps one.dg
refuses -MD -MT x one.dg
refuses -MT x one.dg -o one.svg && err_is 'dotgrad: error: -MT, -MQ and -MP need -MD or -MF; see dotgrad --help'
refuses -MP one.dg -o one.svg
refuses one.dg -o one.svg -MF && err_is "dotgrad: error: option '-MF' needs an argument; see dotgrad --help"
refuses one.dg -o one.svg -MD -MT
refuses one.dg -o one.svg -MX && err_is "dotgrad: error: there is no option '-MX'; see dotgrad --help"
refuses one.dg -o one.svg -MDx
refuses one.dg -o one.svg -M
rm -f deps
newline=$'a\nb.dg'
echo "$program" >"$newline"
refuses "$newline" -o out.svg -MF deps && err_has 'line end in its name'
absent deps
refuses one.dg -o out.svg -MF deps -MT $'x\ny' && absent deps
# The depfile is no input and no output.
refuses one.dg -o fresh.d -Tdot -MD && absent fresh.d
cp one.dg one.copy
refuses one.dg -o fresh.svg -MF one.dg && same one.dg one.copy && absent fresh.svg
refuses one.dg two.dg -O -Tsvg -MF two.dg && same two.dg one.copy
# Where it cannot be written, the output stays as it was: the next build tries again.
echo old >kept.svg
refuses one.dg -o kept.svg -MF nowhere/deps && err_has "cannot write 'nowhere/deps'"
checks=$((checks + 1))
[ "$(cat kept.svg)" = old ] || fail 'an output was written whose depfile was not'
# A wrong program, and a look only, leave none.
rm -f deps
echo 'a = oops' >wrong.dg
run 1 "$dotgrad" wrong.dg -o wrong.svg -MF deps && absent deps
run 1 "$dotgrad" --check one.dg -o missing.svg -MF deps && absent deps
# Of several inputs those that were drawn are in it.
run 1 "$dotgrad" -O -Tsvg one.dg wrong.dg two.dg -MF deps && depfile deps 'one.dg.svg: one.dg
two.dg.svg: two.dg'
# One that is right already is not touched.
draws one.dg -o one.svg -MF deps
touch -d 2001-01-01 deps
draws one.dg -o one.svg -MF deps
checks=$((checks + 1))
[ "$(stat -c %y deps | cut -c 1-4)" = 2001 ] || fail 'an unchanged depfile was written again'

finish

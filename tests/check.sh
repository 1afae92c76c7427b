#!/usr/bin/env bash
# --check looks at outputs and writes nothing; -O and several inputs.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

for n in 1 2 3; do
    echo "a = $n.0; b = a*a; b.backward()" >"$n.dg"
done

# Every file that is there, with what changes when somebody writes to it or puts another in its place.
all_files() { find . -type f -printf '%p %i %s %T@ %C@\n'; }
checks_out() # STATUS ARGUMENT...: --check ends so, and nothing is different afterwards
{
    local want=$1 before
    shift
    before=$(all_files)
    run "$want" "$dotgrad" --check "$@"
    checks=$((checks + 1))
    [ "$(all_files)" = "$before" ] || fail '--check has changed a file'
    out_empty
}
# The command that the last --check tells does what it says.
refreshes() # MISSING-OR-STALE OUTPUT
{
    local how=$1 output=$2 command
    err_lines 1
    command=$(sed -n "s/^dotgrad: error: .* is $how; refresh it with: //p" "$tmp/err")
    checks=$((checks + 1))
    [ -n "$command" ] || { fail "nothing is told that refreshes $output"; show "$tmp/err"; return; }
    last=$command
    checks=$((checks + 1))
    eval "$command" </dev/null >"$tmp/out" 2>"$tmp/err" || fail 'it fails'
    err_empty
}

### -O

run 0 "$dotgrad" -O -Tdot 1.dg 2.dg 3.dg && out_empty && err_empty
for n in 1 2 3; do
    run 0 "$dotgrad" -Tdot $n.dg && same "$tmp/out" $n.dg.dot
    rm $n.dg.dot
done
for format in svg svg_inline dot json table png pdf; do
    run 0 "$dotgrad" -O -T$format 1.dg && out_empty
    checks=$((checks + 1))
    [ -s 1.dg.$format ] || fail "-O -T$format does not write 1.dg.$format"
    rm -f 1.dg.$format
done
run 0 "$dotgrad" -O 1.dg && rm 1.dg.svg
run 0 "$dotgrad" -OTdot 1.dg && rm 1.dg.dot
mkdir 'a folder'
cp 1.dg 'a folder/x y.dg'
run 0 "$dotgrad" -Tdot 1.dg && cp "$tmp/out" 1.dot
run 0 "$dotgrad" -Tdot -O 'a folder/x y.dg' && same 'a folder/x y.dg.dot' 1.dot
run 0 "$dotgrad" -Tjson 1.dg && cp "$tmp/out" trace.json
run 0 "$dotgrad" -O -Tdot trace.json 1.dg && same trace.json.dot 1.dot && same 1.dg.dot 1.dot
run 0 "$dotgrad" -Tdot -O -- 1.dg && same 1.dg.dot 1.dot
cp 1.dg ./-x.dg
run 0 "$dotgrad" -Tdot -O -- -x.dg && same ./-x.dg.dot 1.dot
rm -f ./*.dot ./-x.dg

# What is wrong with one does not keep the others from being drawn; the worst of all is the status.
echo 'b = oops' >wrong.dg
run 1 "$dotgrad" -O -Tdot 1.dg wrong.dg 2.dg && err_has '^wrong.dg:1:5: error: ' && ls 1.dg.dot 2.dg.dot >"$tmp/out" && out_is '1.dg.dot
2.dg.dot'
rm -f ./*.dot
run 2 "$dotgrad" -O -Tdot wrong.dg nowhere.dg 2.dg && err_has '^wrong.dg:1:5: error: ' &&
    err_has "cannot read 'nowhere.dg'" && ls ./*.dot >"$tmp/out" && out_is ./2.dg.dot
rm -f ./*.dot
run 2 "$dotgrad" -O -o x.svg 1.dg && err_is 'dotgrad: error: -o and -O both say where to write; see dotgrad --help'
run 2 "$dotgrad" -O && err_is 'dotgrad: error: -O names the output after FILE, and there is none; see dotgrad --help'
run 2 "$dotgrad" -O - && err_lines 1
run 2 "$dotgrad" -O 1.dg - && err_lines 1
run 2 "$dotgrad" -O -e 'a = 1.0' && err_lines 1
# An input is no output of another.
cp trace.json 1.dg.json
run 2 "$dotgrad" -O -Tjson 1.dg 1.dg.json && err_is "dotgrad: error: '1.dg.json' is an input"
same trace.json 1.dg.json
rm -f ./*.json.json 1.dg.json

### --check

checks_out 1 1.dg -o 1.svg && err_has "^dotgrad: error: '1.svg' is missing; refresh it with: " && refreshes missing 1.svg
checks_out 0 1.dg -o 1.svg && err_empty
checks_out 1 2.dg -o 1.svg && refreshes stale 1.svg
checks_out 0 2.dg -o 1.svg
printf x >>1.svg
checks_out 1 2.dg -o 1.svg && refreshes stale 1.svg
truncate -s -1 1.svg
checks_out 1 2.dg -o 1.svg && refreshes stale 1.svg
: >1.svg
checks_out 1 2.dg -o 1.svg && refreshes stale 1.svg
run 0 "$dotgrad" -O -Tsvg 1.dg 2.dg 3.dg
checks_out 0 -O -Tsvg 1.dg 2.dg 3.dg && err_empty
checks_out 0 -q -O -Tsvg 1.dg 2.dg 3.dg && err_empty
echo >>2.dg.svg
checks_out 1 -O -Tsvg 1.dg 2.dg 3.dg && refreshes stale 2.dg.svg
checks_out 0 -O -Tsvg 1.dg 2.dg 3.dg
rm 1.dg.svg
echo >>2.dg.svg
checks_out 1 -O -Tsvg 1.dg 2.dg 3.dg && err_lines 2 && err_has "'1.dg.svg' is missing" && err_has "'2.dg.svg' is stale"
checks_out 1 1.dg -o no/such/folder.svg && err_has 'is missing'
# Options that matter are in the command, and those that do not are not.
for options in '-Tdot --root=a' '-T svg_inline --labels explicit -K flow --id-prefix=x' '--title=T --description=D --no-size' '--theme=dark --numbers=%.3g --legend' '--direction auto --fit=500' '--direction BT' '--font-size=9.5 --scale 0.5' '--style wire --show=data,grad' '--edges=local --color grad' '--findings --gradcheck' '--fold=auto' '--around=a,1' '--between=a,b' '--explain-fold' '--why=a -Ttable' '--why a --json' '--why=a -Tsvg' '--highlight=a' \
    '--max-nodes 9 --time-limit=5 --memory-limit=3000 --input-format=program' '-MF deps -v -r b'; do
    # shellcheck disable=SC2086
    run 0 "$dotgrad" $options 1.dg -o want.out
    # shellcheck disable=SC2086
    checks_out 1 $options 1.dg -o check.out && run 1 "$dotgrad" --check -q ${options/-v/} 1.dg -o check.out &&
        refreshes missing check.out && same want.out check.out
    # shellcheck disable=SC2086
    run 0 "$dotgrad" -q --check ${options/-v/} 1.dg -o check.out && err_empty
    rm -f check.out want.out deps
done
checks_out 1 -q -MF deps -MT x --time-limit 5 -T dot --desc=D -Kflow --no-size --no-size 1.dg -o x.out
err_is "dotgrad: error: 'x.out' is missing; refresh it with: $dotgrad --time-limit=5 --format=dot --description=D --layout=flow --no-size --output=x.out 1.dg"
checks_out 1 -q -e 'a = 1.0; b = a + 1' -o check.out && refreshes missing check.out
checks_out 0 -e 'a = 1.0; b = a + 1' -o check.out && rm check.out
# Names that a shell would read otherwise, all at once: each has its line, whose command writes it.
mkdir names && cd names || exit 99
names=('a b' "it's" '$(touch evil)' '`touch evil`' ';touch evil' '"' '\' $'a\nb' $'tab\there' '*' '~' 'a&b' '-x' '#' 'ä' '!'
    $'\x01' $'it\'s\n\\')
title=$(printf '%s|' "${names[@]}")
for name in "${names[@]}"; do
    cp ../1.dg "./$name.dg"
done
checks_out 1 -O -Tdot --title "$title" -- *.dg && err_lines ${#names[@]}
sed -n "s/^dotgrad: error: .* is missing; refresh it with: //p" "$tmp/err" >../commands
while read -r command; do
    last=$command
    run 0 eval "$command" && err_empty
done <../commands
for name in "${names[@]}"; do
    checks=$((checks + 1))
    [ -e "./$name.dg.dot" ] || fail "nothing refreshes '$name.dg.dot'"
done
checks_out 0 -O -Tdot --title "$title" -- *.dg && err_empty
# The title is in the commands as it was given.
rm -f ./-x.dg.dot
checks_out 1 -O -Tsvg --title "$title" -- -x.dg && refreshes missing ./-x.dg.svg &&
    checks_out 0 -O -Tsvg --title "$title" -- -x.dg
checks=$((checks + 1))
[ ! -e evil ] || fail 'a name was run as a command'
cd ..
rm -rf names
# What stands in the way is told, too.
mkdir there.svg
checks_out 2 1.dg -o there.svg && err_is "dotgrad: error: 'there.svg' is not a regular file: there is nothing to compare with"
checks_out 1 wrong.dg -o 1.svg && err_has '^wrong.dg:1:5: error: '
checks_out 2 nowhere.dg -o 1.svg && err_has 'cannot read'
checks_out 1 -O -Tsvg wrong.dg 3.dg && err_has '^wrong.dg:1:5: error: '
run 2 "$dotgrad" --check 1.dg && err_is 'dotgrad: error: --check looks at an output: give -o or -O; see dotgrad --help'
run 2 "$dotgrad" --check 1.dg -o - && err_lines 1
if ! is_root; then
    cp 1.dg.svg secret.svg && chmod 000 secret.svg
    checks_out 2 1.dg -o secret.svg && err_has "cannot read 'secret.svg': Permission denied"
fi
# Through a link; PNG and PDF on one machine.
run 0 "$dotgrad" 3.dg -o 3.svg
ln -s 3.svg link.svg
checks_out 0 3.dg -o link.svg
for format in png pdf; do
    run 0 "$dotgrad" 3.dg -o 3.$format
    checks_out 0 3.dg -o 3.$format
    checks_out 1 2.dg -o 3.$format && err_has 'is stale'
done

finish

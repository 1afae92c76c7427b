#!/usr/bin/env bash
# The command's options, and what it writes where.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

cat >chain.dg <<'END'
a = 2.0
b = -3.0
c = 10.0
e = a*b
d = e + c
L = d * Value(-2.0, label='f')
L.backward()
END

# Success is silent, and only the picture is on standard output.
draws()
{
    run 0 "$dotgrad" "$@" && err_empty
}
is_svg() { out_has '^<svg .*id="dotgrad" class="dotgrad"'; }
is_dot() { checks=$((checks + 1)); [ "$(head -n 1 "$tmp/out")" = 'digraph {' ] || fail 'this is no Graphviz source'; }

message=
usage_error() # COMMAND-LINE-TAIL... with $message
{
    run 2 "$dotgrad" "$@" || return
    out_empty
    err_is "dotgrad: error: $message"
}

### Formats

draws chain.dg && is_svg && cp "$tmp/out" chain.svg
draws -T svg chain.dg && same "$tmp/out" chain.svg
draws chain.dg -Tdot && is_dot && cp "$tmp/out" chain.dot
draws -T dot chain.dg && same "$tmp/out" chain.dot
draws --format=dot chain.dg && same "$tmp/out" chain.dot
draws --format gv chain.dg && same "$tmp/out" chain.dot
draws -Ttable chain.dg && cp "$tmp/out" chain.table
out_is 'name  op     data     grad
L     *   -8.0000   1.0000
d     +    4.0000  -2.0000
e     *   -6.0000  -2.0000
a          2.0000   6.0000
b         -3.0000  -4.0000
c         10.0000  -2.0000
f         -2.0000   4.0000'
draws -Ttxt chain.dg && same "$tmp/out" chain.table
draws -Tsvg_inline chain.dg && cp "$tmp/out" chain.inline
checks=$((checks + 1))
[ "$(head -c 4 chain.inline)" = '<svg' ] || fail 'svg_inline does not begin with <svg'
checks=$((checks + 1))
! grep -qE '^[[:space:]]*$' chain.inline || fail 'svg_inline has a blank line'
draws -Tjson chain.dg && cp "$tmp/out" chain.json
checks=$((checks + 1))
[ "$(head -n 1 chain.json)" = '{"dotgrad": 2, "root": "v0",' ] || fail 'the JSON begins otherwise'
draws -Tpng chain.dg
checks=$((checks + 1))
[ "$(head -c 4 "$tmp/out" | od -An -tx1 | tr -d ' ')" = 89504e47 ] || fail 'this is no PNG'
draws -Tpdf chain.dg
checks=$((checks + 1))
[ "$(head -c 5 "$tmp/out")" = '%PDF-' ] || fail 'this is no PDF'

cp chain.dot "$tmp/out"
out_is 'digraph {
	graph [rankdir=LR]
	v0 [label="{ L | data -8.0000 | grad 1.0000 }" shape=record]
	v0_op [label="*"]
	v0_op -> v0
	v1 [label="{ d | data 4.0000 | grad -2.0000 }" shape=record]
	v1_op [label="+"]
	v1_op -> v1
	v2 [label="{ e | data -6.0000 | grad -2.0000 }" shape=record]
	v2_op [label="*"]
	v2_op -> v2
	v3 [label="{ a | data 2.0000 | grad 6.0000 }" shape=record]
	v4 [label="{ b | data -3.0000 | grad -4.0000 }" shape=record]
	v5 [label="{ c | data 10.0000 | grad -2.0000 }" shape=record]
	v6 [label="{ f | data -2.0000 | grad 4.0000 }" shape=record]
	v1 -> v0_op
	v6 -> v0_op
	v2 -> v1_op
	v5 -> v1_op
	v3 -> v2_op
	v4 -> v2_op
}'

### Files

mkdir files
for format in svg dot json table; do
    extension=$format
    [ $format = table ] && extension=txt
    draws chain.dg -o "files/by-name.$extension" && out_empty
    same "files/by-name.$extension" "chain.$format"
done
draws chain.dg -o files/upper.DOT && same files/upper.DOT chain.dot
draws chain.dg --output=files/a.gv && same files/a.gv chain.dot
draws chain.dg -o files/none && same files/none chain.svg
draws chain.dg -o files/odd.xyz && same files/odd.xyz chain.svg
draws chain.dg -Tdot -o files/said.svg && same files/said.svg chain.dot
draws chain.dg -o files/by-name.png && out_empty
checks=$((checks + 1))
cmp -s <(head -c 8 files/by-name.png) <(printf '\211PNG\r\n\032\n') || fail '.png is no PNG'
draws chain.dg -o - -Tdot && same "$tmp/out" chain.dot
checks=$((checks + 1))
[ ! -e ./- ] || fail '-o - made a file'
draws -Tdot -- chain.dg && same "$tmp/out" chain.dot

### Inputs

stdin=chain.dg
draws -Tdot && same "$tmp/out" chain.dot
draws -Tdot - && same "$tmp/out" chain.dot
stdin=chain.json
draws --input-format=json -Tdot && same "$tmp/out" chain.dot
draws --input-format json -Tdot - && same "$tmp/out" chain.dot
stdin=/dev/null
draws -Tdot chain.json && same "$tmp/out" chain.dot
cp chain.json chain.odd
draws --input-format=json -Tdot chain.odd && same "$tmp/out" chain.dot
cp chain.dg program.json
draws --input-format=program -Tdot program.json && same "$tmp/out" chain.dot
run 1 "$dotgrad" -Tdot program.json && out_empty && err_lines 1
draws -Tdot -e "$(cat chain.dg)" && same "$tmp/out" chain.dot
draws -Tdot --expr="$(cat chain.dg)" && same "$tmp/out" chain.dot
draws -Tdot -e 'a = 1; a' && out_has 'a \| data 1.0000 \| grad 0.0000'
run 1 "$dotgrad" -e 'x = bb' && out_empty && err_has '^<expr>:1:5: error: '
stdin=chain.dg
run 1 "$dotgrad" -e '' && out_empty && err_is '<expr>: error: the program makes no value to draw'
stdin=/dev/null
run 1 "$dotgrad" && out_empty && err_is '<stdin>: error: the program makes no value to draw'

### What is drawn

cat >roots.dg <<'END'
first = 1.0
second = first * 2
third = second + 1
END
draws -Ttable roots.dg && out_has '^third '
draws -Ttable -r second roots.dg && out_has '^second ' &&
    { ! grep -q third "$tmp/out" || fail '-r second draws third as well'; }
cp "$tmp/out" second.table
draws -Ttable --root=second roots.dg && same "$tmp/out" second.table
draws -Tjson roots.dg && cp "$tmp/out" roots.json
draws -Ttable --root second roots.json && same "$tmp/out" second.table
message="no value is named 'secnd'; did you mean 'second'?" usage_error -r secnd roots.dg
message="no value is named 'zebra'" usage_error --root zebra roots.dg
message="no value is named 'zebra'" usage_error --root zebra roots.json

draws -Tdot --labels=names roots.dg && cp "$tmp/out" names.dot
draws -Tdot roots.dg && same "$tmp/out" names.dot
draws -Tdot --labels=explicit chain.dg
checks=$((checks + 1))
[ "$(grep -c 'label="{  |' "$tmp/out")" = 6 ] || fail '--labels=explicit does not leave six values unlabelled'
out_has '\{ f \| data -2.0000'

for id in g a-b_c.d Z9 "$(printf 'p%.0s' {1..64})"; do
    draws --id-prefix "$id" chain.dg && out_has "<svg .*id=\"$id\""
    out_has "id=\"$id-v0\""
    checks=$((checks + 1))
    ! grep -q 'id="dotgrad' "$tmp/out" || fail "--id-prefix $id leaves an id that begins with dotgrad"
done
draws chain.dg && out_has 'id="dotgrad-v0-op"'
for id in '' 9 -x .x 'a b' 'a"b' 'a<b' ä "$(printf 'p%.0s' {1..65})" $'a\nb'; do
    run 2 "$dotgrad" "--id-prefix=$id" chain.dg && out_empty && err_lines 1
    err_has '^dotgrad: error: an id prefix is '
done

draws -K flow chain.dg && same "$tmp/out" chain.svg
draws -K dot chain.dg && ! cmp -s "$tmp/out" chain.svg || fail "-K dot draws as flow does"
draws -Kauto chain.dg && same "$tmp/out" chain.svg
draws --layout=flow chain.dg && same "$tmp/out" chain.svg
draws --direction=LR chain.dg && same "$tmp/out" chain.svg
for layout in flow dot; do
    for direction in TB RL BT; do
        draws -K $layout --direction $direction chain.dg && ! cmp -s "$tmp/out" chain.svg ||
            fail "--direction $direction draws as LR does"
    done
done
# A program's own direction, and what goes before it.
{ cat chain.dg; echo "dot = draw_dot(L, format='svg', rankdir='TB')"; } >turned.dg
draws --direction TB chain.dg && cp "$tmp/out" down.svg
draws turned.dg && same "$tmp/out" down.svg
draws --direction=LR turned.dg && same "$tmp/out" chain.svg
# The width that a picture is fitted to, without and with --fit.
run 0 "$dotgrad" -v --direction auto chain.dg -o auto.svg && err_has '^dotgrad: layout .* pt, text of [0-9.]+ px in 736 px,'
run 0 "$dotgrad" -v --direction auto --fit 390 chain.dg -o auto.svg && err_has '^dotgrad: layout .* pt, text of [0-9.]+ px in 390 px,'
draws --font-size 13 --scale=1.0 chain.dg && same "$tmp/out" chain.svg
draws --font-size=20 chain.dg && out_has '<svg .* font-size="20"'
# The same picture twice as large, and only that.
size_of() # FILE
{
    sed -n 's/^<svg .* width="\([0-9.]*\)pt" height="\([0-9.]*\)pt" viewBox="0 0 \([0-9.]*\) \([0-9.]*\)".*/\1 \2 \3 \4/p' "$1"
}
draws --scale 2 chain.dg && read -r twice_width twice_height box <<<"$(size_of "$tmp/out")"
read -r width height same_box <<<"$(size_of chain.svg)"
checks=$((checks + 1))
[ "$twice_width $twice_height" = "$(awk "BEGIN { print 2 * $width, 2 * $height }")" ] && [ "$box" = "$same_box" ] ||
    fail "--scale 2 makes $width by $height $twice_width by $twice_height, and $same_box $box"
draws -Tdot chain.dg && cp "$tmp/out" chain.dot
draws -Tdot --direction TB chain.dg && same "$tmp/out" chain.dot
draws --style=record chain.dg && same "$tmp/out" chain.svg
draws --show label,data,grad,op,shape,words chain.dg && same "$tmp/out" chain.svg
draws --show words,op,shape,op,grad,data,label chain.dg && same "$tmp/out" chain.svg
for options in '--style wire' '--style merged' '--show data' '--show label,data,grad,op'; do
    # shellcheck disable=SC2086
    draws $options chain.dg && ! cmp -s "$tmp/out" chain.svg || fail "$options draws as without it"
    # shellcheck disable=SC2086
    draws -Tdot $options chain.dg && same "$tmp/out" chain.dot
done
draws --time-limit=0 --memory-limit 0 chain.dg && same "$tmp/out" chain.svg
for most in 18446744073709551615 18446744073709551614 18446744073709551000 9223372036854775807; do
    draws --time-limit=$most --memory-limit=$most --max-nodes=$most chain.dg && same "$tmp/out" chain.svg
done
# Near the largest number, too, once some processor time is used.
cp "$samples/mlp.dg" used.dg
draws -O -Ttable --time-limit=18446744073709551614 used.dg used.dg

# Each of several inputs has all the time.
sed 's/steps=20/steps=30000/' "$samples/mlp.dg" >slow.dg
slow=()
for n in {1..16}; do
    cp slow.dg slow$n.dg
    slow+=("slow$n.dg")
done
if is_sanitized; then
    note 'with sanitizers one alone takes too long'
else
    draws -O -Ttable --time-limit=2 "${slow[@]}"
fi

# What is known not to fit is refused before it is begun; what is not known names the option.
if ! is_sanitized; then
    { printf 'x = 1\ny = x' && yes ' + x' | head -n 200000 | tr -d '\n'; } >terms.dg
    for arguments in '' -Tpng '-K dot'; do
        # shellcheck disable=SC2086
        run 2 timeout 20 "$dotgrad" --memory-limit=120 -q --fold none $arguments terms.dg && out_empty && err_lines 1 &&
            err_has 'a picture of 200001 values takes more than 95 MiB beside the [0-9]+ that are in use, and 120 is the limit .see --memory-limit'
    done
    run 2 timeout 20 "$dotgrad" --memory-limit=60 --fold none terms.dg && err_lines 1 && err_has "see --memory-limit"
    draws --memory-limit=150 -Ttable -o terms.txt terms.dg
    # Every program that is larger than this is refused or ends within the limits by default, which --help names.
    run 0 "$dotgrad" --help && out_has 'default: 60; 0: no limit' && out_has 'default: 1024; 0: no limit'
fi

# A graph that is larger than allowed, in any format; what the program made besides does not count.
for n in 7 0; do
    draws --max-nodes $n chain.dg && same "$tmp/out" chain.svg
done
for format in svg json table dot png; do
    message='the graph has 7 values, more than 6 (see --max-nodes)' usage_error -T$format --max-nodes=6 chain.dg
done
draws --max-nodes 3 --root e chain.dg
message='the graph has 7 values, more than 6 (see --max-nodes)' usage_error --max-nodes 6 chain.json
message="--max-nodes takes a number of values, not 'many'" usage_error --max-nodes many chain.dg
checks=$((checks + 1))
"$dotgrad" --max-nodes 6 chain.dg -o files/too-many.svg 2>/dev/null
[ ! -e files/too-many.svg ] || fail 'a graph over the limit left an output file'

### A trace gives the same bytes as its program

mkdir traces
cp "$samples"/*.dg chain.dg roots.dg traces
checks=$((checks + 1))
[ "$(ls traces | wc -l)" -gt 4 ] || fail "there is no $samples/*.dg"
draws -O -Tjson traces/*.dg && out_empty
for format in svg svg_inline dot json table; do
    draws -O -T$format traces/*.dg && draws -O --input-format=json -T$format traces/*.dg.json || continue
    for program in traces/*.dg; do
        same "$program.$format" "$program.json.$format"
    done
    rm -f traces/*.json."$format"
done

### What tells about the command

# Each function of the library that makes a value of values is a row.
sed -n 's/^DGI_[A-Z]*(\([a-z0-9_]*\),.*/\1/p' "$top_src/src/engine/ops.def" >ops.expected
draws --list-ops
awk 'NF == 0 { exit } NR > 1 { print $1 }' "$tmp/out" >ops.listed
same ops.expected ops.listed
checks=$((checks + 1))
[ "$(wc -l <ops.listed)" -ge 20 ] || fail 'the op table has fewer than 20 rows'
out_has '^name +drawn +formula +derivative'
out_has '^pow +\*\*k '
out_has '^relu +ReLU '
sed -n 's/^DGI_[A-Z]*_OP(\([a-z_]*\),.*/\1/p' "$top_src/src/engine/tensor_ops.def" \
    "$top_src/src/engine/record_ops.def" >ops.expected
awk 'NF == 0 && table > 1 { exit } table > 1 { print $1 } table == 1 || NF == 0 { table++ }' "$tmp/out" >ops.listed
same ops.expected ops.listed
sed -n 's/^DGI_BUILTIN(\([A-Za-z0-9_]*\),.*/\1/p' "$top_src/src/lang/builtins.def" >functions.expected
sed '1,/^other functions$/d' "$tmp/out" | sed -n 's/^\([^ (]*\)(.*)$/\1/p' >functions.listed
same functions.expected functions.listed
out_has "^MLP\(nin, nouts, activation='tanh', seed=1337\)\$"

draws --help && cp "$tmp/out" help
draws -h && same "$tmp/out" help
checks=$((checks + 1))
[ "$(wc -l <help)" -le $((2 * $(grep -cE '^  (-|    --)' help))) ] || fail 'the help has more than two lines an option'
checks=$((checks + 1))
[ "$(wc -L <help)" -le 80 ] || fail 'the help has lines of more than 80 columns'
draws --version
out_is "dotgrad $(sed -n 's/^AC_INIT(\[dotgrad\], \[\([0-9.]*\)\].*/\1/p' "$top_src/configure.ac")"
cp "$tmp/out" version
draws -V && same "$tmp/out" version

run 0 "$dotgrad" -v chain.dg && same "$tmp/out" chain.svg
for phase in read run trace layout draw write; do
    err_has "^dotgrad: $phase .*, [0-9]+\.[0-9]{3} s\$"
done
err_lines 6
run 0 "$dotgrad" --verbose chain.dg -o files/v.dot && out_empty && err_has '^dotgrad: write .*files/v.dot'
draws -q -Tdot chain.dg && same "$tmp/out" chain.dot
draws --quiet -Tdot chain.dg && same "$tmp/out" chain.dot
# Older names of options.
draws --from=json -Ttable chain.json && same "$tmp/out" chain.table
draws --description 'in words' chain.dg && cp "$tmp/out" described.svg && out_has '<desc .*>in words<'
draws --desc 'in words' chain.dg && same "$tmp/out" described.svg
run 1 "$dotgrad" -q -e 'x = bb' && err_has 'error: '

### An interrupt while a picture goes to its file

if [ -d /proc/self/task ]; then
    { echo 'x = 0.5' && yes 'x = sin(x)' | head -n 60000; } >long.dg
    mkdir long && echo old >long/long.svg
    "$dotgrad" --fold none long.dg -o long/long.svg >"$tmp/out" 2>"$tmp/err" </dev/null &
    command=$!
    last='kill the command while it writes a file'
    # As soon as there is a temporary file what draws is stopped, so that the command waits for more.
    for ((i = 0; i < 6000; i++)); do
        [ "$(ls -A long)" = long.svg ] || break
        sleep 0.01
    done
    read -r drawing <"/proc/$command/task/$command/children"
    kill -STOP "$drawing"
    checks=$((checks + 1))
    [ -n "$(find long -name '.dotgrad-*.tmp')" ] || fail 'there is no temporary file'
    kill -TERM "$command"
    wait "$command" 2>/dev/null
    ended 143 $?
    checks=$((checks + 1))
    [ "$(ls -A long) $(cat long/long.svg)" = 'long.svg old' ] || fail "in the folder is $(ls -A long)"
    out_empty
    err_empty
    gone_soon "$drawing" || fail 'what draws goes on'
else
    note 'there is no /proc; no interrupt comes while a file is written'
fi

### A program that is part of a document, and messages for tools

# What a program prints is on standard error, notes too; neither with -q.
printf '%%matplotlib inline\nx = 2.0\nprint(x, "and")\n' >printing.dg
run 0 "$dotgrad" -Ttable printing.dg && err_is 'printing.dg:1:1: note: lines that begin with % or ! are for a notebook: they are ignored
2.0 and'
run 0 "$dotgrad" -q -Ttable printing.dg && err_empty

# Notebooks: messages name the cell, and --cell ends the program with one.
printf '{"cells": [{"cell_type": "code", "source": ["a = 2.0\\n", "b = a*3"]}, {"cell_type": "code", "source": "c = bb"}]}' >two.ipynb
run 1 "$dotgrad" two.ipynb && out_empty && err_is "two.ipynb:cell 2:1:5: error: 'bb' is not defined
    1 | c = bb
      |     ^~ did you mean 'b'?"
run 0 "$dotgrad" -Ttable --cell=1 two.ipynb && err_empty
run 1 "$dotgrad" --cell=3 two.ipynb && err_has "has 2 code cells"
printf '[]' >none.ipynb
run 1 "$dotgrad" none.ipynb && err_has 'this is no notebook'

printf 'a = 1.0\nb = aa + 1\n' >part.dg
run 1 "$dotgrad" --input-name=docs/x.rst --line-offset=41 part.dg && out_empty && err_is "docs/x.rst:43:5: error: 'aa' is not defined
   43 | b = aa + 1
      |     ^~ did you mean 'a'?"
run 1 "$dotgrad" --line-offset 0 part.dg && err_has "^part.dg:2:5: error: "
run 1 "$dotgrad" --line-offset 10000000 part.dg && err_has "^part.dg:10000002:5: error: " && err_has '^10000002 \| b = aa \+ 1$'
{ printf '\357\273\277' && cat part.dg; } >marked.dg
run 1 "$dotgrad" --line-offset=7 marked.dg && err_has '^marked.dg:9:5: error: '
draws --line-offset=41 --input-name=docs/x.rst chain.dg && same "$tmp/out" chain.svg
run 1 "$dotgrad" --input-name=docs/x.rst --line-offset=41 -e '' &&
    err_is 'docs/x.rst:42: error: the program makes no value to draw'
run 1 "$dotgrad" --input-name=$'two\nlines' part.dg && err_lines 3
run 2 "$dotgrad" --input-name=docs/x.rst nowhere.dg && err_is "dotgrad: error: cannot read 'nowhere.dg': No such file or directory"
printf '{"dotgrad": 1,\n  oops}' >broken.json
run 1 "$dotgrad" --input-name=docs/x.rst --line-offset=41 broken.json && err_lines 1 && err_has '^docs/x.rst:43:[0-9]+: error: '
message='--line-offset is at most 10000000' usage_error --line-offset=10000001 chain.dg
message="--line-offset takes a number of lines, not '-1'" usage_error --line-offset=-1 chain.dg
message='--input-name is for one input; see dotgrad --help' usage_error -O --input-name=x chain.dg part.dg

json=-fdiagnostics-format=json
caret() { printf '{"file": "%s", "line": %d, "column": %d, "byte-column": %d}' "$1" "$2" "$3" "$3"; }
run 1 "$dotgrad" $json --input-name='a"b\c' --line-offset=41 part.dg && out_empty
where="{\"caret\": $(caret 'a\"b\\c' 43 5), \"finish\": $(caret 'a\"b\\c' 43 6)}"
err_is "[{\"kind\": \"error\", \"message\": \"'aa' is not defined\", \"locations\": [$where], \"children\": [\
{\"kind\": \"note\", \"message\": \"did you mean 'a'?\", \"locations\": [$where], \"children\": [], \"column-origin\": 1}], \
\"column-origin\": 1}]"
run 0 "$dotgrad" $json chain.dg && same "$tmp/out" chain.svg && err_is '[]'
run 0 "$dotgrad" $json -v chain.dg && same "$tmp/out" chain.svg && err_is '[]'
run 2 "$dotgrad" --nope $json && err_has '^\[\{"kind": "error", "message": "there is no option .--nope.; see dotgrad --help", "locations": \[\], '
run 2 "$dotgrad" $json nowhere.dg && err_lines 1 && err_has "cannot read 'nowhere.dg'"
run 1 "$dotgrad" -fdiagnostics-format=text part.dg && err_lines 3
message="there is no option '-foo'; see dotgrad --help" usage_error -foo chain.dg
message="diagnostics format 'xml' is not known; there are text and json" usage_error -fdiagnostics-format=xml chain.dg
if command -v python3 >/dev/null; then
    cat >look.py <<'END2'
"""look.py FILE...: each, called COUNT.NUMBER, holds a JSON array of COUNT diagnostics, in GCC's form."""
import json, sys
def look(found):
    for d in found:
        assert set(d) == {"kind", "message", "locations", "children", "column-origin"}, d
        assert d["kind"] in ("error", "note") and d["message"], d
        for place in d["locations"]:
            for end in place.values():
                assert end["line"] >= 1 and end["column"] >= 1 and end["file"], d
            assert place.get("finish", place["caret"])["column"] >= place["caret"]["column"], d
        look(d["children"])
for name in sys.argv[1:]:
    with open(name, "rb") as f:
        found = json.loads(f.read().decode("utf-8"))
    assert len(found) == int(name.split("/")[-1].split(".")[0]), (name, found)
    look(found)
END2
    mkdir messages
    n_told=0
    as_json() # N COMMAND...
    {
        local n=$1 status
        shift
        n_told=$((n_told + 1))
        "$dotgrad" $json "$@" >"$tmp/out" 2>"messages/$n.$n_told" </dev/null
        status=$?
        last="dotgrad $json $*"
        checks=$((checks + 1))
        [ $status -ne 0 ] || [ "$n" = 0 ] || [ "$n" = 1 ] || fail 'there are errors, and the status is 0'
    }
    as_json 0 chain.dg
    as_json 1 part.dg
    as_json 3 -O -Tsvg part.dg nowhere.dg part.dg
    as_json 2 --check -O -Tpng part.dg chain.dg
    as_json 21 -e "$(yes 'x = nothing' | head -n 30)"
    as_json 1 -e $'x = "\x01\xff\xc3\x28\xed\xa0\x80\xf4\x90\x80\x80\xe4\xb8\xad"'
    as_json 1 -e $'\xff\xfe'
    as_json 1 --root=$'\xff"\\\n' chain.dg
    as_json 1 -e $'x = (1,\n2,\n'
    as_json 1 broken.json
    as_json 1 --max-nodes 1 chain.dg
    as_json 1 -e '"""'
    sed 's/steps=20/steps=1000000/' "$samples/mlp.dg" >endless.dg
    as_json 1 --time-limit=1 endless.dg
    run 0 python3 look.py messages/*
fi

# Nothing that a terminal would obey, whoever chose the name: C0, C1 (in UTF-8, or a byte alone), and what turns the
# direction of text.
controls=$'c\e\x7f\xc2\x9b\x9b\xe2\x80\xae\xe2\x80\xa8.dg'
cp chain.dg "$controls"
for name in $'c\e\xc2\x9b31m\x9b\xe2\x80\xaeb.dg' "$controls.x"; do
    for arguments in "$name" "chain.dg -o nowhere/$name" "--check chain.dg -o $name.svg" "-T$name chain.dg" "-v chain.dg -o $name" \
        "--input-name=$name part.dg"; do
        for how in text json; do
            # shellcheck disable=SC2086
            IFS=' ' "$dotgrad" -fdiagnostics-format=$how $arguments >"$tmp/out" 2>"$tmp/err" </dev/null
            last="dotgrad $how $arguments"
            checks=$((checks + 1))
            ! tr -d '\n' <"$tmp/err" | grep -qaP '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]|(?<![\xc2-\xf4\x80-\xbf])[\x80-\xbf]|\xe2\x80[\xa8-\xae]' ||
                { fail 'a control character is on standard error'; show "$tmp/err"; }
        done
    done
done
run 1 "$dotgrad" --check -o $'\xc2\x9b\'.svg' chain.dg
checks=$((checks + 1))
grep -qF -- "--output=\$'\\302\\233\\'.svg' chain.dg" "$tmp/err" || { fail 'another command refreshes it'; show "$tmp/err"; }

# The environment changes nothing.
run 0 env POSIXLY_CORRECT=1 "$dotgrad" chain.dg -Tdot && same "$tmp/out" chain.dot

### Wrong use is told in one line

message="there is no option '-Z'; see dotgrad --help" usage_error -Z chain.dg
message="there is no option '--nope'; see dotgrad --help" usage_error --nope chain.dg
message="option '-T' needs an argument; see dotgrad --help" usage_error chain.dg -T
message="option '-o' needs an argument; see dotgrad --help" usage_error chain.dg -o
message="option '--root' needs an argument; see dotgrad --help" usage_error chain.dg --root
message="format 'gif' is not known; there are svg, svg_inline, dot, json, table, report, png and pdf" \
    usage_error -T gif chain.dg
message="format '' is not known; there are svg, svg_inline, dot, json, table, report, png and pdf" \
    usage_error -T '' chain.dg
message="layout 'neato' is not known; there are auto, dot and flow" usage_error -Kneato chain.dg
message="direction 'down' is not known; there are LR, TB, RL, BT and auto" usage_error --direction down chain.dg
message="--font-size takes a number of points from 4 to 72, not '3'" usage_error --font-size 3 chain.dg
message="--font-size takes a number of points from 4 to 72, not '13pt'" usage_error --font-size=13pt chain.dg
message="--scale takes a number from 0.001 to 100, not '0'" usage_error --scale 0 chain.dg
message="--scale takes a number from 0.001 to 100, not 'nan'" usage_error --scale nan chain.dg
message="style 'wires' is not known; there are record, wire and merged" usage_error --style wires chain.dg
parts='label, data, grad, op, shape and words'
message="part of a picture 'all' is not known; there are $parts" usage_error --show all chain.dg
message="part of a picture '' is not known; there are $parts" usage_error --show= chain.dg
message="part of a picture '' is not known; there are $parts" usage_error --show data, chain.dg
message="part of a picture 'dat' is not known; there are $parts" usage_error --show label,dat,grad chain.dg
message="labelling 'some' is not known; there are names and explicit" usage_error --labels=some chain.dg
message="input format 'xml' is not known; there are json and program" usage_error --input-format=xml chain.dg
message="more than one input: 'roots.dg'; -O draws each to a file of its own" usage_error chain.dg roots.dg
message="more than one input: 'chain.dg'; see dotgrad --help" usage_error -e 'a = 1.0' chain.dg
message="--time-limit takes a number of seconds, not '-1'" usage_error --time-limit=-1 chain.dg
message="--time-limit takes a number of seconds, not '1s'" usage_error --time-limit=1s chain.dg
message="--memory-limit takes a number of MiB, not '99999999999999999999999'" \
    usage_error --memory-limit 99999999999999999999999 chain.dg
for arguments in '--help=x' '--version=1' '--list-ops=all' '--lab' '--l'; do
    run 2 "$dotgrad" "$arguments" chain.dg && out_empty && err_lines 1
done
# What is wrong with the use is said before anything is read or written.
run 2 "$dotgrad" -Tgif missing.dg -o files/never && err_lines 1
checks=$((checks + 1))
[ ! -e files/never ] || fail 'a bad option left an output file'

# A highlight is of a value or of the paths between two; pictures only.
draws --highlight a..L chain.dg && out_has 'class="dg-value dg-leaf dg-highlight"' && out_has 'dg-receded'
draws --highlight nobody -Tdot chain.dg && same "$tmp/out" chain.dot
message="no value is named 'q'" usage_error --highlight q chain.dg
message="there is no path between the values of 'a..c'" usage_error --highlight a..c chain.dg
message="a highlight is the name of a value, or two with '..' between them" usage_error --highlight= chain.dg

# Numbers on edges; pictures only.
draws --edges local chain.dg && out_has '<text text-anchor="middle" class="dg-local" '
draws --edges=contribution chain.dg && out_has 'class="dg-contribution" '
draws --edges none chain.dg && same "$tmp/out" chain.svg
draws --edges local -Tdot -Kdot chain.dg && same "$tmp/out" chain.dot
draws --edges local -Kdot chain.dg && out_has '<text text-anchor="middle" class="dg-local" '
message="number on edges 'upstream' is not known; there are none, local and contribution" usage_error --edges=upstream chain.dg

# Colours of magnitudes; pictures only. (heat.sh has the rest.)
draws --color grad chain.dg && out_has ' class="dg-heat-[0-9]" '
draws --color data -Tdot chain.dg && same "$tmp/out" chain.dot

# Frames are files with a number, or the pages of a PDF.
is_there()
{
    checks=$((checks + 1))
    [ -s "$1" ] || fail "there is no $1"
}
draws --frames backward -o fr-%02d.svg chain.dg && out_empty
for i in 01 02 03 04 05; do
    checks=$((checks + 1))
    grep -q "frame ${i#0} of 5" "fr-$i.svg" || fail "fr-$i.svg is not frame $i"
done
checks=$((checks + 1))
[ ! -e fr-00.svg ] && [ ! -e fr-06.svg ] || fail 'there are other frames'
same_size() { [ "$(grep -o 'viewBox="[^"]*"' "$1")" = "$(grep -o 'viewBox="[^"]*"' "$2")" ]; }
checks=$((checks + 1))
same_size fr-01.svg fr-05.svg || fail 'the frames differ in size'
draws --frames backward -o fr-%02d.svg --check chain.dg
rm fr-03.svg && echo >>fr-04.svg
run 1 "$dotgrad" --frames backward -o fr-%02d.svg --check chain.dg && err_lines 2 &&
    err_has "'fr-03.svg' is missing; refresh it with: .* --frames=backward --output=fr-%02d.svg chain.dg" &&
    err_has "'fr-04.svg' is stale"
draws --frames=backward -o 'f%%%d.svg_inline' --id-prefix=auto -T svg_inline chain.dg && is_there 'f%5.svg_inline'
checks=$((checks + 1))
[ "$(cat f%*.svg_inline | grep -o '<svg [^>]* id="[^"]*"' | sort -u | wc -l)" -eq 5 ] || fail 'frames have the same ids'
draws --frames backward -MD -MF fr.d -o fr-%d.svg chain.dg
checks=$((checks + 1))
[ "$(cat fr.d)" = 'fr-1.svg fr-2.svg fr-3.svg fr-4.svg fr-5.svg: chain.dg' ] || fail 'the depfile has other targets'
draws --frames backward -o frames.pdf chain.dg && is_there frames.pdf
draws --frames backward -Tpdf -O chain.dg && is_there chain.dg.pdf && rm chain.dg.pdf
draws --frames backward -o fr-%02d.svg chain.dg && draws --frames backward --frame 4 chain.dg && same "$tmp/out" fr-04.svg
draws --frames backward --frame 4 --id-prefix=auto chain.dg && cp "$tmp/out" one.svg
draws --frames backward --frame 3 --id-prefix=auto chain.dg
checks=$((checks + 1))
[ "$(grep -o '<svg [^>]* id="[^"]*"' "$tmp/out")" != "$(grep -o '<svg [^>]* id="[^"]*"' one.svg)" ] || fail 'two frames have the same ids'
run 2 "$dotgrad" --frames backward --frame 6 chain.dg && err_has 'the frame is a number from 1 to 5'
message='--frame is one of those of --frames backward; see dotgrad --help' usage_error --frame 2 chain.dg
message='--frame is one picture, and -o names a file for each; see dotgrad --help' usage_error --frames backward --frame 2 -o f%d.svg chain.dg
numbered='give -o a name with a number, such as frame-%02d.svg, draw a pdf, or choose one with --frame; see dotgrad --help'
message="--frames are several files: $numbered" usage_error --frames backward chain.dg
message="--frames are several files: $numbered" usage_error --frames backward -o f.svg chain.dg
message="--frames are several files: $numbered" usage_error --frames backward -O chain.dg
message='--frames are pictures: svg, svg_inline, png or pdf; see dotgrad --help' usage_error --frames backward -Tdot chain.dg
message="series of frames 'forward' is not known; there is backward" usage_error --frames forward chain.dg
for name in 'f%s.svg' 'f%d-%d.svg' 'f%%.svg' 'f%0d.svg' 'f%12d.svg' 'f%' 'f%-2d.svg' 'f%n%d.svg'; do
    message="'$name' has no single place for a frame's number, such as %d or %02d" usage_error \
        --frames backward -Tsvg -o "$name" chain.dg
done
cp chain.dg in-1.dg
run 2 "$dotgrad" --frames backward -Tsvg -o in-%d.dg in-1.dg && err_is "dotgrad: error: 'in-1.dg' is the input"
run 2 "$dotgrad" --frames backward -Tsvg -e 't = Value([1.0, 2.0]).sum()' -o t-%d.svg &&
    err_has 'frames are of graphs of scalars'
# What would never end is refused at once.
{ echo 'x = 1.0' && yes 'x = x.tanh()' | head -n 1000; } >long.dg
for output in long-%d.svg long.pdf; do
    run 2 "$dotgrad" --frames backward -o "$output" long.dg && err_lines 1 &&
        err_has 'the backward pass has 1002 frames, more than 1000; draw a part of the graph with --root'
done
if [ -n "${DOTGRAD_TEST_ALL:-}" ]; then
    { echo 'x = 1.0' && seq -f 'x = x*%g' 50000; } >large.dg
    run 2 "$dotgrad" -o large.pdf large.dg && err_lines 1 &&
        err_has 'the graph is too large for PNG and PDF .[0-9]* elements, more than 1000000.; write SVG'
fi

# A label's mathematics that is not understood is drawn as it was typed, with a note.
cat >maths.dg <<'END'
w = Value(1.0, label=r'$\hat w_1$'); x = Value(2.0, label=r'$\who{x}$'); y = Value(3.0, label=r'$x^{2$')
s = w*x + y
END
run 0 "$dotgrad" maths.dg -Tsvg && out_has '>\\who{x}<' && err_is \
    "dotgrad: note: '\\who' in the label '\$\\who{x}\$' is not known; it is drawn as it was typed
dotgrad: note: in the label '\$x^{2\$' a closing brace is missing; it is drawn as it was typed"
draws -q maths.dg
draws maths.dg -Tdot
draws maths.dg -Ttable

finish

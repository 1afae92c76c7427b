#!/usr/bin/env bash
# Files that cannot be read or written, readers that go away, traces made to do harm: one line, the
# right exit status, and the old output as it was.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

echo 'a = 2.0; b = a*a; b.backward()' >ok.dg
echo 'a = oops' >bad.dg
run 0 "$dotgrad" -Tdot ok.dg && cp "$tmp/out" ok.dot
run 0 "$dotgrad" ok.dg && cp "$tmp/out" ok.svg

one_line() # REGEX
{
    out_empty
    err_lines 1
    err_has "$1"
}

### Input

run 2 "$dotgrad" missing.dg && one_line "^dotgrad: error: cannot read 'missing.dg': No such file or directory\$"
run 2 "$dotgrad" missing.json && one_line "^dotgrad: error: cannot read 'missing.json': No such file or directory\$"
run 2 "$dotgrad" no/such/folder.dg && one_line '^dotgrad: error: cannot read '
run 2 "$dotgrad" . && one_line "^dotgrad: error: cannot read '.': Is a directory\$"
run 2 "$dotgrad" ok.dg/x && one_line '^dotgrad: error: cannot read .*: Not a directory$'
run 2 "$dotgrad" '' && one_line '^dotgrad: error: cannot read '
if is_root; then
    note 'root reads everything; an unreadable input is left out'
else
    cp ok.dg secret.dg && chmod 000 secret.dg
    run 2 "$dotgrad" secret.dg && one_line '^dotgrad: error: cannot read .*: Permission denied$'
fi
last='dotgrad <&-'
"$dotgrad" -Tdot <&- >"$tmp/out" 2>"$tmp/err"
ended 2 $?
one_line "^dotgrad: error: cannot read '<stdin>': "
# A pipe and a device are read like files.
# shellcheck disable=SC2016
run 0 bash -c '"$1" -Tdot <(cat ok.dg)' - "$dotgrad" && same "$tmp/out" ok.dot
# shellcheck disable=SC2016
run 0 bash -c '(sleep 0.2; cat ok.dg) | "$1" -Tdot' - "$dotgrad" && same "$tmp/out" ok.dot
run 1 "$dotgrad" /dev/null && out_empty && err_lines 1

### Output: every failure leaves what was there

mkdir out
echo 'the old picture' >out/old.svg
chmod 640 out/old.svg
before=$(identity out/old.svg)

# Afterwards the folder holds the old file, unchanged, and nothing else.
untouched()
{
    checks=$((checks + 1))
    [ "$(identity out/old.svg)" = "$before" ] || fail 'the old output has changed'
    checks=$((checks + 1))
    [ "$(ls -A out)" = old.svg ] || fail "there are other files: $(ls -A out)"
}

run 1 "$dotgrad" bad.dg -o out/old.svg && untouched
run 2 "$dotgrad" missing.dg -o out/old.svg && untouched
run 2 "$dotgrad" -r nope ok.dg -o out/old.svg && untouched
run 2 "$dotgrad" --id-prefix=9 ok.dg -o out/old.svg && untouched
run 2 "$dotgrad" --nope ok.dg -o out/old.svg && untouched
echo '{}' >bad.json
run 1 "$dotgrad" bad.json -o out/old.svg && untouched
run 1 "$dotgrad" -e '' -o out/old.svg && untouched

run 2 "$dotgrad" ok.dg -o nowhere/x.svg && one_line "^dotgrad: error: cannot write 'nowhere/x.svg': No such file or directory\$"
checks=$((checks + 1))
[ ! -e nowhere ] || fail 'a folder was made'
run 2 "$dotgrad" ok.dg -o out && one_line "^dotgrad: error: cannot write 'out': Is a directory\$"
run 2 "$dotgrad" ok.dg -o out/old.svg/x && one_line '^dotgrad: error: cannot write .*: Not a directory$' && untouched
run 2 "$dotgrad" ok.dg -o '' && one_line '^dotgrad: error: '
long=$(printf 'n%.0s' {1..300})
run 2 "$dotgrad" ok.dg -o "out/$long" && one_line '^dotgrad: error: cannot write ' && untouched
if is_root; then
    note 'root writes everywhere; a folder without permission is left out'
else
    chmod 555 out
    run 2 "$dotgrad" ok.dg -o out/old.svg && one_line '^dotgrad: error: cannot write .*: Permission denied$'
    run 2 "$dotgrad" ok.dg -o out/new.svg && one_line '^dotgrad: error: cannot write .*: Permission denied$'
    chmod 755 out
    untouched
fi
# A limit on the size of files stands for a full disk. The command is told of it by a signal that is
# off, as a full disk has none.
# shellcheck disable=SC2016
run 2 bash -o pipefail -c 'trap "" XFSZ; (ulimit -f 0 && exec "$@") 2>&1 | cat >&2' - \
    "$dotgrad" -Tdot ok.dg -o out/old.svg && one_line '^dotgrad: error: cannot write '
untouched

if [ -c /dev/full ]; then
    run 2 "$dotgrad" ok.dg -o /dev/full &&
        one_line "^dotgrad: error: cannot write '/dev/full': No space left on device\$"
    checks=$((checks + 1))
    [ -c /dev/full ] || fail '/dev/full was replaced'
    for arguments in ok.dg '-Tdot ok.dg' '-Tpng ok.dg' --help --version --list-ops; do
        last="dotgrad $arguments >/dev/full"
        # shellcheck disable=SC2086
        "$dotgrad" $arguments </dev/null >/dev/full 2>"$tmp/err"
        ended 2 $?
        err_is 'dotgrad: error: cannot write standard output: No space left on device'
    done
else
    note 'there is no /dev/full; that part is left out'
fi

# A reader that is gone, and no standard output at all.
for arguments in -Tdot -Tsvg -Tpdf; do
    last="dotgrad $arguments ok.dg | true"
    { { sleep 0.2; "$dotgrad" $arguments ok.dg 2>"$tmp/err" </dev/null; echo $? >status; } | true; } 2>/dev/null
    checks=$((checks + 1))
    [ "$(cat status)" = 2 ] || fail "exit status $(cat status), not 2"
    err_is 'dotgrad: error: cannot write standard output: Broken pipe'
    last="dotgrad $arguments ok.dg >&-"
    "$dotgrad" $arguments ok.dg >&- 2>"$tmp/err" </dev/null
    ended 2 $?
    err_is 'dotgrad: error: cannot write standard output: Bad file descriptor'
done
for arguments in --help --version --list-ops; do
    last="dotgrad $arguments >&-"
    "$dotgrad" $arguments >&- 2>"$tmp/err" </dev/null
    ended 2 $?
    err_lines 1
done
# Without standard streams a file that is opened must not become one of them.
closed()
{
    last="dotgrad ok.dg -o out/closed.svg $1"
    ended 0 "$2"
    same ok.svg out/closed.svg
    rm -f out/closed.svg
}
"$dotgrad" ok.dg -o out/closed.svg <&- >&- 2>&-
closed '<&- >&- 2>&-' $?
"$dotgrad" ok.dg -o out/closed.svg </dev/null >&- 2>&-
closed '>&- 2>&-' $?
"$dotgrad" ok.dg -o out/closed.svg <&- >"$tmp/out" 2>&-
closed '<&- 2>&-' $?
out_empty
"$dotgrad" ok.dg -o out/closed.svg <&- >&- 2>"$tmp/err"
closed '<&- >&-' $?
err_empty
"$dotgrad" ok.dg -o out/closed.svg </dev/null >"$tmp/out" 2>&-
closed '2>&-' $?
out_empty
"$dotgrad" bad.dg -o out/old.svg <&- >&- 2>&-
ended 1 $?
untouched

### Output: what is done right

run 0 "$dotgrad" ok.dg -o out/old.svg && same ok.svg out/old.svg
checks=$((checks + 1))
[ "$(stat -c %a out/old.svg)" = 640 ] || fail 'the output lost its permissions'
checks=$((checks + 1))
[ "$(ls -A out)" = old.svg ] || fail "there are other files: $(ls -A out)"
# Unchanged output is not written again: same inode, same time.
touch -d '2001-02-03 04:05:06' out/old.svg
before=$(stat -c '%i %Y' out/old.svg)
run 0 "$dotgrad" ok.dg -o out/old.svg && out_empty && err_empty
checks=$((checks + 1))
[ "$(stat -c '%i %Y' out/old.svg)" = "$before" ] || fail 'an unchanged output was written again'
run 0 "$dotgrad" -e 'a = 3.0' -o out/old.svg
checks=$((checks + 1))
[ "$(stat -c '%i %Y' out/old.svg)" != "$before" ] || fail 'a changed output was not written'
# Through a link, to its target.
ln -s old.svg out/link.svg
run 0 "$dotgrad" ok.dg -o out/link.svg && same ok.svg out/old.svg
checks=$((checks + 1))
[ -L out/link.svg ] || fail 'the link was replaced'
ln -s made.svg out/dangling.svg
run 0 "$dotgrad" ok.dg -o out/dangling.svg && same ok.svg out/dangling.svg
rm -f out/link.svg out/dangling.svg out/made.svg
mkfifo pipe
cat pipe >piped &
run 0 "$dotgrad" ok.dg -o pipe
wait
same ok.svg piped
checks=$((checks + 1))
[ -p pipe ] || fail 'the pipe was replaced'
# A new file has the permissions that the user's mask says.
(umask 027 && exec "$dotgrad" ok.dg -o out/new.svg)
checks=$((checks + 1))
[ "$(stat -c %a out/new.svg)" = 640 ] || fail 'a new output does not heed the umask'
# A program is not written over by its own picture, by whatever name.
cp ok.dg both.dg
ln both.dg other.dot
run 2 "$dotgrad" both.dg -Tdot -o both.dg && one_line "^dotgrad: error: 'both.dg' is the input\$"
run 2 "$dotgrad" both.dg -o other.dot && one_line "^dotgrad: error: 'other.dot' is the input\$"
same ok.dg both.dg

### Traces made to do harm

trace() # STATUS NAME REGEX, the text on standard input
{
    cat >"$2.json"
    run "$1" "$dotgrad" -Tdot "$2.json"
    out_empty
    err_lines 1
    err_has "^$2\\.json:([0-9]+:[0-9]+:)? error: $3"
    checks=$((checks + 1))
    [ "$(wc -c <"$tmp/err")" -le 400 ] || fail 'the message is long'
    rm -f "$2.json"
}
a='{"id": "a", "label": "a", "data": 1.0, "grad": null}'
b='{"id": "b", "op": "+", "label": "b", "data": 2.0, "grad": null}'
edges='[{"from": "a", "to": "b", "operand": 0}]'

# The sound one that the others are made of.
echo "{\"dotgrad\": 1, \"root\": \"b\", \"nodes\": [$a, $b], \"edges\": $edges}" >sound.json
run 0 "$dotgrad" -Tdot sound.json && err_empty && out_has '\{ b \| data 2.0000'

trace 1 empty '' </dev/null
trace 1 null '' <<<null
trace 1 list '' <<<'[]'
trace 1 object 'not a trace' <<<'{}'
trace 1 text '' <<<'a = 1.0'
trace 1 cut '' <<<'{"dotgrad": 1, "root": "b", "nodes": ['
trace 1 tail '' <<<"{\"dotgrad\": 1, \"root\": \"b\", \"nodes\": [$a, $b], \"edges\": $edges} x"
trace 1 version '' <<<"{\"dotgrad\": 3, \"root\": \"b\", \"nodes\": [$a, $b], \"edges\": $edges}"
trace 1 versions '' <<<"{\"dotgrad\": \"1\", \"root\": \"b\", \"nodes\": [$a, $b], \"edges\": $edges}"
trace 1 nothing '' <<<'{"dotgrad": 1, "root": "b", "nodes": [], "edges": []}'
trace 1 root 'root: no node is called "z"' <<<"{\"dotgrad\": 1, \"root\": \"z\", \"nodes\": [$a, $b], \"edges\": $edges}"
trace 1 unknown 'edge 0: no node is called "z"' <<<"{\"dotgrad\": 1, \"root\": \"b\", \"nodes\": [$a, $b], \"edges\": [{\"from\": \"z\", \"to\": \"b\", \"operand\": 0}]}"
trace 1 duplicate 'nodes 0 and 1 are both called "a"' <<<"{\"dotgrad\": 1, \"root\": \"a\", \"nodes\": [$a, $a], \"edges\": []}"
trace 1 twice '' <<<"{\"dotgrad\": 1, \"root\": \"b\", \"root\": \"b\", \"nodes\": [$a, $b], \"edges\": $edges}"
trace 1 cycle '.*computed from itself' <<<"{\"dotgrad\": 1, \"root\": \"b\", \"nodes\": [{\"id\": \"a\", \"op\": \"-\", \"data\": 1}, $b],
    \"edges\": [{\"from\": \"a\", \"to\": \"b\", \"operand\": 0}, {\"from\": \"b\", \"to\": \"a\", \"operand\": 0}]}"
trace 1 self '.*own operand' <<<"{\"dotgrad\": 1, \"root\": \"b\", \"nodes\": [$b], \"edges\": [{\"from\": \"b\", \"to\": \"b\", \"operand\": 0}]}"
trace 1 leaf '.*a leaf has operands' <<<"{\"dotgrad\": 1, \"root\": \"a\", \"nodes\": [$a, $b], \"edges\": [{\"from\": \"b\", \"to\": \"a\", \"operand\": 0}, {\"from\": \"a\", \"to\": \"b\", \"operand\": 0}]}"
trace 1 op '.*an op has no operands' <<<"{\"dotgrad\": 1, \"root\": \"b\", \"nodes\": [$a, $b], \"edges\": []}"
trace 1 gap '.*operand' <<<"{\"dotgrad\": 1, \"root\": \"b\", \"nodes\": [$a, $b], \"edges\": [{\"from\": \"a\", \"to\": \"b\", \"operand\": 1}]}"
trace 1 huge '.*operand' <<<"{\"dotgrad\": 1, \"root\": \"b\", \"nodes\": [$a, $b], \"edges\": [{\"from\": \"a\", \"to\": \"b\", \"operand\": 4294967296}]}"
trace 1 negative '.*operand' <<<"{\"dotgrad\": 1, \"root\": \"b\", \"nodes\": [$a, $b], \"edges\": [{\"from\": \"a\", \"to\": \"b\", \"operand\": -1}]}"
for node in 1 null '"a"' '[]' '{}' '{"id": 1, "data": 1}' '{"id": "a"}' '{"id": "a", "data": "one"}' \
    '{"id": "a", "data": null}' '{"id": "a", "data": 1, "grad": "x"}' '{"id": "a", "data": 1, "label": 1}' \
    '{"id": "a", "data": 1, "op": []}' '{"id": "", "data": 1}' '{"id": "a", "data": 1, "data": 2}' \
    '{"id": "a", "data": nan}' '{"id": "a", "data": -NaN}' '{"id": "a", "data": 1e999}' '{"id": "a", "data": 01}' '{"id": "\ud800", "data": 1}' \
    '{"id": "a", "data": 1},'; do
    trace 1 node '' <<<"{\"dotgrad\": 1, \"root\": \"a\", \"nodes\": [$node], \"edges\": []}"
done
trace 1 nodes '' <<<'{"dotgrad": 1, "root": "a", "nodes": {}, "edges": []}'
trace 1 edges '' <<<"{\"dotgrad\": 1, \"root\": \"a\", \"nodes\": [$a], \"edges\": 1}"
trace 1 edge '' <<<"{\"dotgrad\": 1, \"root\": \"a\", \"nodes\": [$a], \"edges\": [1]}"
printf '{"dotgrad": 1, "root": "a", "nodes": [{"id": "a\377", "data": 1}], "edges": []}' | trace 1 utf8 ''
printf '{"dotgrad": 1, "root": "\000"}' | trace 1 nul ''
head -c 1000000 /dev/zero | tr '\0' '[' | trace 1 deep ''
{ printf '{"dotgrad": 1, "x": ' && head -c 1000000 /dev/zero | tr '\0' '['; } | trace 1 deep-member ''
{ printf '{"dotgrad": 1, "root": "a", "nodes": [' && head -c 1000000 /dev/zero | tr '\0' '{'; } | trace 1 deep-node ''

# Too large: exit status 2.
{ printf '{"dotgrad": 1, "root": "a", "nodes": [{"id": "a", "data": 1, "label": "' &&
    head -c 100000000 /dev/zero | tr '\0' x && printf '"}], "edges": []}'; } | trace 2 long ''
{ printf '{"dotgrad": 1, "root": "a", "nodes": [{"id": "a", "data": 1, "label": "' &&
    head -c 1048577 /dev/zero | tr '\0' x && printf '"}], "edges": []}'; } | trace 2 longer ''
{ printf '{"dotgrad": 1, "root": "n1", "edges": [], "nodes": [{"id":"n0","data":1}' &&
    seq -f ',{"id":"n%.0f","data":1}' 2000001 && printf ']}'; } | trace 2 many '.*two million'
# The longest label that is allowed is drawn.
{ printf '{"dotgrad": 1, "root": "a", "nodes": [{"id": "a", "data": 1, "label": "' &&
    head -c 1048576 /dev/zero | tr '\0' x && printf '"}], "edges": []}'; } >longest.json
run 0 "$dotgrad" -Tdot longest.json && err_empty

# What a trace from elsewhere calls things stays text.
cat >evil.json <<'END'
{"dotgrad": 1, "root": "</svg>", "nodes": [
 {"id": "</svg>", "op": "\"]; evil [URL=\"javascript:x", "label": "<script>alert(1)</script>\\", "data": 1},
 {"id": "\"/><script>", "label": "a}|{<b>\\N\\", "data": "NaN"}],
 "edges": [{"from": "\"/><script>", "to": "</svg>", "operand": 0}]}
END
run 0 "$dotgrad" evil.json && err_empty
checks=$((checks + 1))
! grep -qi '<script' "$tmp/out" || fail 'a label became an element of the SVG'
if command -v xmllint >/dev/null; then
    cp "$tmp/out" evil.svg
    run 0 xmllint --nonet --noout evil.svg
fi
run 0 "$dotgrad" -Tdot evil.json && err_empty
checks=$((checks + 1))
[ "$(wc -l <"$tmp/out")" = 8 ] || { fail 'a label became a statement of the Graphviz source'; show "$tmp/out"; }

# Nothing is left behind beside the files that were asked for.
checks=$((checks + 1))
[ -z "$(find . -name '*.tmp*')" ] || fail "left behind: $(find . -name '*.tmp*')"

finish

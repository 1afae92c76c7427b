#!/usr/bin/env bash
# --fold, --open, --explain-fold, --around and --between, by the command.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

usage_error() # COMMAND-LINE-TAIL... with $message
{
    run 2 "$dotgrad" "$@" || return
    out_empty
    err_is "dotgrad: error: $message"
}

cat >net.json <<'END'
{"dotgrad": 1, "root": "loss", "nodes": [
 {"id": "loss", "op": "+", "label": "loss", "data": 9, "grad": 1},
 {"id": "a", "op": "*", "data": 4, "grad": 1, "scope": "net/one"},
 {"id": "b", "op": "*", "data": 5, "grad": 1, "scope": "net/two"},
 {"id": "w", "label": "w", "data": 2, "grad": -7.5, "scope": "net/one"},
 {"id": "v", "label": "v", "data": 2, "grad": 2.5, "scope": "net/two"},
 {"id": "x", "label": "x", "data": 2, "grad": 4}], "edges": [
 {"from": "a", "to": "loss", "operand": 0}, {"from": "b", "to": "loss", "operand": 1},
 {"from": "w", "to": "a", "operand": 0}, {"from": "x", "to": "a", "operand": 1},
 {"from": "v", "to": "b", "operand": 0}, {"from": "x", "to": "b", "operand": 1}]}
END

labels() # of the trace that was written
{
    sed -nE 's/.*"label": "([^"]+)".*/\1/p' "$tmp/out" | tr '\n' ' '
}
labels_are() # TEXT
{
    checks=$((checks + 1))
    found=$(labels)
    [ "$found" = "$1 " ] || fail "the labels are: $found"
}

### Folds

run 0 "$dotgrad" net.json -Tjson && cp "$tmp/out" whole.json
run 0 "$dotgrad" net.json -Tjson --fold none && labels_are 'loss w x v'
run 0 "$dotgrad" net.json -Tjson --fold 1 && err_empty && labels_are 'loss net x' && out_has '"op": "4 values"' &&
    out_has '"grad": -7.5'
run 0 "$dotgrad" net.json -Tjson --fold 2 && labels_are 'loss net/one +1 more x'
run 0 "$dotgrad" net.json -Tjson --fold one && labels_are 'loss net/one x v'
run 0 "$dotgrad" net.json -Tjson --fold 1 --open two && labels_are 'loss net/one x v'
run 0 "$dotgrad" net.json -Tjson --fold one,two && labels_are 'loss net/one +1 more x'
run 0 "$dotgrad" net.json --fold 1 && err_empty && out_has '>net<'
run 0 "$dotgrad" net.json --explain-fold --fold 2 && err_empty && out_is 'fold 2: 6 values in 3 boxes, 6 edges in 2
repeat: net/one +1 more: of one shape, each with parameters of its own (4 values, 2 parameters)'
run 0 "$dotgrad" net.json --explain-fold --fold 2 -o fold.txt && out_empty &&
    run 0 "$dotgrad" net.json --explain-fold --fold 2 -o fold.txt --check && out_empty
message="there is no group 'on'; did you mean 'net/one'?" && run 2 "$dotgrad" net.json --fold on && out_empty
message="there is no group 'nowhere at all'" && usage_error net.json --fold 'nowhere at all'
message='the depth of groups is counted from 1' && usage_error net.json --fold 0

# Nothing that is not finite is hidden.
sed 's/"data": 4, "grad": 1/"data": "NaN", "grad": "NaN"/' net.json >bad.json
run 0 "$dotgrad" bad.json -Tjson --fold 1 && out_has '"label": "net", .*"data": "NaN", "grad": "NaN"'

### Slices

run 0 "$dotgrad" net.json -Tjson --around w,1 && err_empty && labels_are 'loss … 2 more w x'
run 0 "$dotgrad" net.json -Tjson --around w && labels_are 'loss w x * … 1 more'
run 0 "$dotgrad" net.json -Tjson --around w,99 && labels_are 'loss w x * … 1 more'
run 0 "$dotgrad" net.json -Tjson --around loss && same "$tmp/out" whole.json
run 0 "$dotgrad" net.json -Tjson --between loss,w && labels_are 'loss w x * … 1 more' && cp "$tmp/out" between.json
run 0 "$dotgrad" net.json -Tjson --between w,loss && same "$tmp/out" between.json
run 0 "$dotgrad" net.json --around w,1 && err_empty && out_has '>loss … 2 more<'
run 0 "$dotgrad" net.json --around w,1 --fold net -Tjson && labels_are 'loss … 2 more net/one x'
message="no value is named 'lass'; did you mean 'loss'?" && usage_error net.json --around lass
message="no value is named 'lass'; did you mean 'loss'?" && usage_error net.json --between w,lass
message='--between: there is no path between the two' && usage_error net.json --between w,v
message='--between needs the names of two values, A,B' && usage_error net.json --between w
# Names with commas.
sed 's/"label": "w"/"label": "w,1"/' net.json >comma.json
run 0 "$dotgrad" comma.json -Tjson --around w,1 && labels_are 'loss w,1 x * … 1 more'
run 0 "$dotgrad" comma.json -Tjson --around w,1,0 && labels_are 'loss … 4 more w,1'
run 0 "$dotgrad" comma.json -Tjson --between w,1,loss && labels_are 'loss w,1 x * … 1 more'

### What makes no sense together

usage='see dotgrad --help'
message="--around and --between are two different slices" && run 2 "$dotgrad" net.json --around w --between w,x && err_has "$message"
run 2 "$dotgrad" net.json --open one && err_has '[-]-open opens groups that --fold folds'
run 2 "$dotgrad" net.json --explain-fold -Tsvg && err_has '[-]-explain-fold is text'
run 2 "$dotgrad" net.json --why w --around w && err_has '[-]-why is of the whole graph'

finish

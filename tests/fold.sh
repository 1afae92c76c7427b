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
printf "x = 0.5\nwith scope('s'):\n    x = sin(x)\n    x = cos(x)\ny = x*2\n" >one.dg
run 0 "$dotgrad" one.dg --explain-fold --fold auto && err_empty && out_is 'fold auto, at most 60 boxes: 5 values in 5 boxes, 4 edges in 4
open: s (2 values): 5 boxes'
message="there is no group 'on'; did you mean 'net/one'?" && run 2 "$dotgrad" net.json --fold on && out_empty
message="there is no group 'nowhere at all'" && usage_error net.json --fold 'nowhere at all'
message='the depth of groups is counted from 1' && usage_error net.json --fold 0

# Nothing that is not finite is hidden.
sed 's/"data": 4, "grad": 1/"data": "NaN", "grad": "NaN"/' net.json >bad.json
run 0 "$dotgrad" bad.json -Tjson --fold 1 && out_has '"label": "net", .*"data": "NaN", "grad": "NaN"'

### Pictures

# A box says what is in it, and a frame what is open; ids are those of the whole, whatever is folded.
run 0 "$dotgrad" net.json --fold 1 && out_has '>4 values, 2 parameters<' && out_has '>\* 2<' && out_has '>in 1; out 2<' &&
    out_has '>grad 1 … 7.5<' && out_has 'id="dotgrad-v0" class="dg-value dg-root"' && out_has 'id="dotgrad-v3"' &&
    out_has 'class="dg-value dg-folded' && out_has '>×2<' && out_has 'stroke-width="2'
run 0 "$dotgrad" net.json --fold 2 && out_has '>one [+]1 more<' && out_has '2 groups of one shape, each with parameters of its own'
run 0 "$dotgrad" net.json --fold 1 --numbers %.3f && out_has '>grad 1.000 … 7.500<'
run 0 "$dotgrad" net.json --fold 1 --show label && out_has '>net<' && ! grep -q '4 values, 2 parameters<' "$tmp/out"
for style in record wire merged; do
    run 0 "$dotgrad" bad.json --fold 1 --style $style && out_has 'class="dg-badge dg-error"' &&
        out_has 'dg-alert"[^>]*>grad nan ×1, data not finite ×1<'
    run 0 "$dotgrad" bad.json --fold 1 --style $style --show label && out_has '>grad nan ×1, data not finite ×1<'
done
run 0 "$dotgrad" net.json --fold 1 --color grad && out_has 'dg-heat-'
run 0 "$dotgrad" net.json --fold 1 --highlight w && out_has 'dg-folded dg-highlight'
run 0 "$dotgrad" net.json --fold 1 --highlight w..loss && out_has 'class="dg-edge dg-highlight"'
run 0 "$dotgrad" net.json --fold 1 --why w -Tsvg && out_has 'dg-folded dg-highlight'
run 0 "$dotgrad" net.json --fold 2 --open one --edges local && out_has 'dg-local'
run 0 "$dotgrad" bad.json --fold 1 --findings && out_has 'class="dg-badge dg-error"' && out_has 'class="dg-notes"'
run 2 "$dotgrad" net.json --fold 1 --frames backward --frame 1 -Tsvg && err_has '[-]-frames are of a whole graph'

run 0 "$dotgrad" net.json --fold 1 -Tdot && out_is 'digraph {
	graph [rankdir=LR]
	v3 [label="{ x | data 2.0000 | grad 4.0000 }" shape=record]
	g1 [label="{ net | 4 values, 2 parameters | * 2 | in 1; out 2 | grad 1 …&#32;7.5 }" shape=record]
	v0 [label="{ loss | data 9.0000 | grad 1.0000 }" shape=record]
	v0_op [label="+"]
	v0_op -> v0
	v3 -> g1 [label="×2" penwidth=1.2]
	g1 -> v0_op [label="×2" penwidth=1.2]
}'

# An open group is a frame, and a cluster for Graphviz.
run 0 "$dotgrad" net.json --fold 2 --open one && out_has 'class="dg-group"><title>net</title><rect' && out_has '>one</text>'
for direction in LR TB RL BT; do
    for style in record wire merged; do
        for layout in flow dot; do
            run 0 "$dotgrad" net.json --fold 2 --open one,two --direction $direction --style $style -K $layout && err_empty || continue
            checks=$((checks + 1))
            python3 - "$tmp/out" <<'END' || fail "frames do not hold what is in them: $direction $style $layout"
import sys, xml.etree.ElementTree as tree
boxes, frames = {}, {}
for g in tree.parse(sys.argv[1]).iter("{http://www.w3.org/2000/svg}g"):
    rect, name = g.find("{*}rect"), g.get("id")
    if rect is None or name is None:
        continue
    x, y, w, h = (float(rect.get(k)) for k in ("x", "y", "width", "height"))
    if "dg-group" in g.get("class"):
        frames[g.find("{*}title").text] = x, y, x + w, y + h
        text = g.find("{*}text")
        assert x <= float(text.get("x")) and float(text.get("x")) + float(text.get("textLength")) <= x + w
    else:
        boxes[name.split("-")[-1]] = x, y, x + w, y + h
inside = lambda a, b: a[0] >= b[0] and a[1] >= b[1] and a[2] <= b[2] and a[3] <= b[3]
apart = lambda a, b: a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
one, two, net = frames["net/one"], frames["net/two"], frames["net"]
assert inside(one, net) and inside(two, net) and apart(one, two)
for name, frame, other in (("v1", one, two), ("v2", one, two), ("v4", two, one), ("v5", two, one)):
    assert name not in boxes or (inside(boxes[name], frame) and apart(boxes[name], other))
for name in ("v0", "v3"):
    assert name not in boxes or apart(boxes[name], net)
END
        done
    done
done
run 0 "$dotgrad" net.json --fold 2 --open one -Tdot && out_has 'subgraph cluster_g1 {' && out_has 'label="one" labeljust=l'
checks=$((checks + 1))
[ "$(grep -c 'subgraph' "$tmp/out")/$(grep -c '^	}$' "$tmp/out")" = 2/2 ] || fail 'the clusters are others'

# A large graph is folded, and a note says so; but not what is no picture.
{
    printf '{"dotgrad": 1, "root": "n999", "nodes": [{"id": "n0", "label": "x", "data": 1}'
    for ((i = 1; i < 1000; i++)); do
        printf ',\n{"id": "n%d", "op": "+", "data": 1, "scope": "layer %d/step %d"}' $i $((i / 100)) $((i / 10))
    done
    printf '], "edges": [{"from": "n0", "to": "n1", "operand": 0}'
    for ((i = 2; i < 1000; i++)); do
        printf ',\n{"from": "n%d", "to": "n%d", "operand": 0}' $((i - 1)) $i
    done
    printf ']}\n'
} >large.json
run 0 "$dotgrad" large.json -Tjson && cp "$tmp/out" ordered.json
boxes_drawn() # FROM TO
{
    checks=$((checks + 1))
    found=$(grep -c '<g id="dotgrad-[vg][0-9]*" class="dg-value' "$tmp/out")
    [ "$found" -ge "$1" ] && [ "$found" -le "$2" ] || fail "$found boxes are drawn"
}
run 0 "$dotgrad" large.json && boxes_drawn 10 60 && cp "$tmp/out" auto.svg &&
    err_is "dotgrad: note: 1000 values are drawn in boxes of their scopes (--fold auto); --fold none draws all of them"
run 0 "$dotgrad" large.json --quiet && err_empty && same "$tmp/out" auto.svg
run 0 "$dotgrad" large.json --fold auto && err_empty && same "$tmp/out" auto.svg
run 0 "$dotgrad" large.json --fold none && err_empty && boxes_drawn 1000 1000
run 0 "$dotgrad" large.json --fold auto --max-nodes 60 && err_empty
run 2 "$dotgrad" large.json --fold auto --max-nodes 9 && err_has 'more than 9'
for format in json dot table; do
    run 0 "$dotgrad" large.json -T$format && err_empty && cp "$tmp/out" large.out &&
        run 0 "$dotgrad" large.json -T$format --fold none && same "$tmp/out" large.out
done
run 0 "$dotgrad" large.json --open 'layer 3' && err_empty && boxes_drawn 100 160
# One value less, and nothing is folded.
run 0 "$dotgrad" large.json --root n998 && err_empty && boxes_drawn 999 999

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
run 0 "$dotgrad" net.json -Tjson --open one && err_empty && labels_are 'loss w x net/two'
run 2 "$dotgrad" net.json --explain-fold -Tsvg && err_has '[-]-explain-fold is text'
run 2 "$dotgrad" net.json --why w --around w && err_has '[-]-why is of the whole graph'

finish

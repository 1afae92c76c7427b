#!/usr/bin/env bash
# The layout as a plugin of Graphviz: `dot -Kflow`. What is drawn is measured in the plain format.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

# shellcheck source=tests/plugin_lib.sh
. "$top_src/tests/plugin_lib.sh"

### Measuring

# Reads the plain format. Boxes must lie in ranks, apart by the gaps, inside the bounds, and on their
# sides of each edge's ends; every edge must begin and end at its nodes.
cat >measure.awk <<'AWK'
function complain(text) { if (!told++) print text }
function abs(x) { return x < 0 ? -x : x }
function bezier(t, a, b, c, d,   s) { s = 1 - t; return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d }
BEGIN { horizontal = dir == "LR" || dir == "RL"; sign = dir == "TB" || dir == "RL" ? -1 : 1
    if (!slack) slack = 0.002 } # what the digits leave open
$1 == "graph" { width = $3; height = $4 }
$1 == "node" {
    name = $2; n++
    u[name] = sign * (horizontal ? $3 : $4); v[name] = horizontal ? $4 : $3
    along[name] = horizontal ? $5 : $6; across[name] = horizontal ? $6 : $5
    if ($3 - $5 / 2 < -slack || $3 + $5 / 2 > width + slack || $4 - $6 / 2 < -slack || $4 + $6 / 2 > height + slack)
        complain(name " is out of the bounds")
    r = 0
    for (i = 1; i <= ranks && !r; i++)
        if (abs(at[i] - u[name]) < 0.004) r = i
    if (!r) { r = ++ranks; at[r] = u[name]; low[r] = 1e9; high[r] = -1e9 }
    members[r] = members[r] " " name
    if (u[name] - along[name] / 2 < low[r]) low[r] = u[name] - along[name] / 2
    if (u[name] + along[name] / 2 > high[r]) high[r] = u[name] + along[name] / 2
}
$1 == "edge" {
    m++; last = 4 + 2 * $4; x1 = $5; y1 = $6; x2 = $(last - 1); y2 = $last
    ends[m] = $2 " " $3 " " (sign * (horizontal ? x1 : y1)) " " (horizontal ? y1 : x1) " " (sign * (horizontal ? x2 : y2)) " " (horizontal ? y2 : x2)
    for (i = 5; i + 7 <= last; i += 6)
        for (t = 0; t <= 1; t += 0.125) {
            x = bezier(t, $i, $(i + 2), $(i + 4), $(i + 6)); y = bezier(t, $(i + 1), $(i + 3), $(i + 5), $(i + 7))
            if (x < -0.02 || x > width + 0.02 || y < -0.02 || y > height + 0.02)
                complain("the edge from " $2 " to " $3 " leaves the bounds")
        }
}
# How far a point is from a box.
function off(name, pu, pv,   du, dv) {
    du = abs(pu - u[name]) - along[name] / 2; dv = abs(pv - v[name]) - across[name] / 2
    du = du < 0 ? 0 : du; dv = dv < 0 ? 0 : dv
    return sqrt(du * du + dv * dv)
}
END {
    for (r = 1; r <= ranks; r++) {
        count = split(members[r], list, " ")
        for (i = 1; i <= count; i++)
            for (j = 1; j < i; j++) {
                gap = abs(v[list[i]] - v[list[j]]) - (across[list[i]] + across[list[j]]) / 2
                if (gap < nodesep - slack)
                    complain(list[i] " and " list[j] " are " gap " apart")
            }
        for (s = 1; s < r; s++)
            if (low[r] - high[s] < ranksep - slack && low[s] - high[r] < ranksep - slack)
                complain("ranks " low[r] ".." high[r] " and " low[s] ".." high[s])
    }
    for (e = 1; e <= m; e++) {
        split(ends[e], part, " ")
        if (acyclic && u[part[1]] >= u[part[2]])
            complain(part[1] " is not before " part[2])
        if (off(part[1], part[3], part[4]) > 0.05)
            complain("the edge to " part[2] " does not begin at " part[1])
        if (off(part[2], part[5], part[6]) > 0.3) # an arrowhead is between
            complain("the edge from " part[1] " does not end at " part[2])
    }
    if (!told) print n + 0, m + 0, ranks + 0
}
AWK

# measure NODES EDGES RANKS SETTING...: of what was drawn last; RANKS may be '.*'.
measure()
{
    local want="$1 $2 $3" got
    shift 3
    checks=$((checks + 1))
    # shellcheck disable=SC2068
    got=$(awk ${@/#/-v } -f measure.awk "$tmp/out")
    # RANKS is a pattern.
    # shellcheck disable=SC2053
    [[ $got == $want ]] && return 0
    fail "measured: $got; expected nodes, edges, ranks $want"
}
std='nodesep=0.25 ranksep=0.5 acyclic=1'

### Graphs of all kinds

dag='a -> b -> c -> f; a -> d -> f; b -> d; a -> f; a -> e -> f; g -> e; c -> h'
for dir in TB LR BT RL; do
    flow plain "digraph { rankdir=$dir; $dag }" && err_empty && measure 8 11 4 dir=$dir $std
    flow plain "digraph { rankdir=$dir; nodesep=1.5; ranksep=2; $dag }" &&
        measure 8 11 4 dir=$dir nodesep=1.5 ranksep=2 acyclic=1
    flow plain "digraph { rankdir=$dir; node [shape=record]; a [label=\"{<x>one|two|{<y>three|four}}\"];
        b [label=\"<x>one|two|three\", width=3, height=2]; a:x -> b:x; a:y -> c; $dag }" && err_empty &&
        measure 8 13 4 dir=$dir $std
done
# The gaps are not larger than asked for, either.
flow plain 'digraph { rankdir=LR; ranksep=1; a -> b -> c }' && out_has '^graph 1 4\.25 0\.5'
flow plain 'digraph { nodesep=1; a -> {b; c} }' && out_has '^graph 1 2\.5 1\.5'

flow plain 'digraph { a -> b -> c -> a; b -> b; c -> b; a -> b; a -> b; c -> c [label=loop] }' && err_empty &&
    measure 3 8 3 dir=TB nodesep=0.25 ranksep=0.5
flow plain 'graph { a -- b -- c -- a; b -- d }' && err_empty && measure 4 4 '*' dir=TB nodesep=0.25 ranksep=0.5
flow plain 'digraph { }' && err_empty && out_has '^graph 1 0 0$'
flow plain 'digraph { a }' && err_empty && measure 1 0 1 dir=TB $std && out_has '^node a 0\.375 0\.25 '
flow plain 'digraph { a -> b; c -> d; e; f -> g -> h }' && err_empty && measure 8 4 3 dir=TB $std
flow plain 'digraph { a -> a }' && err_empty && measure 1 1 1 dir=TB nodesep=0 ranksep=0
flow plain 'strict digraph { a -> b; a -> b }' && err_empty && measure 2 1 2 dir=TB $std
flow plain 'digraph { a; } digraph { b; }' && err_empty && out_has '^node b'

# Parallel edges are not drawn over one another.
flow plain 'digraph { a -> b; a -> b; a -> b }' && measure 2 3 2 dir=TB $std
checks=$((checks + 1))
[ "$(grep '^edge' "$tmp/out" | sort -u | wc -l)" = 3 ] || fail 'parallel edges have one curve'

# Shapes of every kind, ports of every kind.
nodes=
for shape in box polygon ellipse circle point egg triangle plaintext diamond trapezium parallelogram house \
    pentagon hexagon septagon doublecircle invtriangle Mrecord star note cylinder none; do
    nodes="$nodes n$shape [shape=$shape]; a -> n$shape -> b;"
done
flow svg "digraph { $nodes }" && err_empty
checks=$((checks + 1))
[ "$(grep -c '<g id="edge' "$tmp/out")" = 44 ] || fail "edges are missing at shapes"
for port in n ne e se s sw w nw c _; do
    flow plain "digraph { rankdir=LR; a:$port -> b:$port; a:$port -> a:$port; $dag }" && err_empty &&
        measure 8 13 4 dir=LR nodesep=0.25 ranksep=0.5
done
# A port on the side that edges leave by is where the edge begins: the middle field, and a corner.
flow plain 'digraph { rankdir=LR; node [shape=record]; a [label="x|<p>y|z"]; a:p -> b }' && err_empty && measure 2 1 2 dir=LR $std
flow plain 'digraph { rankdir=LR; node [shape=box]; a:se -> b }' && out_has '^node a 0\.375 0\.5 ' &&
    out_has '^edge a b [0-9]+ 0\.75 0\.25 '
flow plain 'digraph { a [label=<<table><tr><td port="p">A</td><td>B<br/>C</td></tr></table>>]; a:p -> b -> a:nope }' &&
    err_has "port nope" && err_lines 1

# Between their ends curves are where the layout put them, whatever the ports: the two long edges of a graph that is
# its own mirror image are each other's, and pass the boxes between with the space that is asked for. (Between ports they are
# straight to a quarter of a point.)
symmetric='digraph { rankdir=LR; node [shape=box]; s [shape=record, label="<x>|<m>|<y>"]; s:m -> b -> c -> {p t q}; '
for ports in '_ _' 'x y'; do
    flow plain "$symmetric s:${ports% *} -> p; s:${ports#* } -> q }" && measure 6 7 4 dir=LR $std
    checks=$((checks + 1))
    awk -v slack="$([ "$ports" = '_ _' ] && echo 0.001 || echo 0.004)" 'function apart(a, b) { return (a - b) * (a - b) > slack * slack }
        $1 == "node" && $2 == "s" { axis = $4 }
        $1 == "edge" && $2 == "s" && $3 != "b" { n[$3] = $4
            for (i = 1; i <= $4; i++) { x[$3, i] = $(3 + 2 * i); y[$3, i] = $(4 + 2 * i) } }
        END { if (n["p"] != 10 || n["q"] != 10) exit 1
            for (i = 1; i <= 10; i++)
                if (apart(x["p", i], x["q", i]) || apart(y["p", i] + y["q", i], 2 * axis)) exit 1
            for (i = 4; i <= 7; i++) # the level piece
                if (apart(y["p", i], y["p", 4]) || (y["p", i] - axis) ^ 2 < (0.5 - slack) ^ 2) exit 1 }' "$tmp/out" ||
        fail "a curve is not where the layout put it, with the ports $ports"
done

# Labels of edges lie beside the edges, clear of every box; those at the ends, and the graph's, are there.
for dir in TB LR; do
    flow json "digraph { rankdir=$dir; label=\"the graph\"; a -> b [label=\"a long label\"]; a -> b [label=\"another one\"];
        a -> c [label=x, headlabel=h, taillabel=t, labelangle=30]; b -> a [label=back]; a -> a [label=\"a loop\", xlabel=\"xl\"] }" && err_empty
    for text in 'a long label' 'another one' x h t back 'a loop' xl 'the graph'; do
        checks=$((checks + 1))
        grep -q "\"text\": \"$text\"" "$tmp/out" || fail "the label '$text' is not drawn with rankdir=$dir"
    done
done
flow plain 'digraph { a -> b [label=L] }' && out_has '^edge a b .* L [0-9.]+ [0-9.]+ solid'
# The label is half way between the two, which are in the ranks before and after it.
checks=$((checks + 1))
awk '$1 == "node" { y[$2] = $4 } $1 == "edge" { at = $(NF - 2) }
    END { d = (y["a"] + y["b"]) / 2 - at; exit !(d * d < 1e-4) }' "$tmp/out" || fail 'the label of an edge is not in its middle'

# Kinds of edges.
for kind in true line polyline ortho curved none; do
    flow svg "digraph { splines=$kind; $dag; f -> a; a -> a }" && err_empty
    checks=$((checks + 1))
    want=13
    [ $kind != none ] || want=0
    [ "$(grep -c '<path' "$tmp/out")" = $want ] || fail "$(grep -c '<path' "$tmp/out") curves, not $want, with splines=$kind"
done
flow plain 'digraph { splines=line; a -> b; a -> c }' && measure 3 2 2 dir=TB $std
flow plain 'digraph { splines=ortho; a -> b; a -> c; a -> d }' && measure 4 3 2 dir=TB $std
# Right angles only.
checks=$((checks + 1))
awk '$1 == "edge" { for (i = 7; i < 4 + 2 * $4; i += 2) { dx = $i - $(i - 2); dy = $(i + 1) - $(i - 1)
    if (dx * dx > 1e-6 && dy * dy > 1e-6) exit 1 } }' "$tmp/out" || fail 'splines=ortho is not orthogonal'

# Clusters are drawn with their labels and styles; one in another is in it; an edge ends at the border of one that
# it names.
flow svg 'digraph { subgraph cluster_a { label=A; a; b; subgraph cluster_b { c } } subgraph cluster_c { d }
    subgraph plain { subgraph cluster_e { e } } a -> b -> c -> d -> e }' && err_empty && out_has '>A</text>'
checks=$((checks + 1))
[ "$(grep -c 'class="node"' "$tmp/out")/$(grep -c 'class="cluster"' "$tmp/out")" = 5/4 ] || fail 'clusters are drawn otherwise'
flow svg 'digraph { subgraph cluster { style="filled,rounded"; fillcolor=red; a } subgraph cluster_none {} }' && err_empty && out_has 'fill="red"'
for rankdir in TB LR BT RL; do
    flow dot "digraph { rankdir=$rankdir; compound=true; subgraph cluster_a { label=A; a; subgraph cluster_b { margin=20; b } }
        c -> b [lhead=cluster_a]; b -> d [ltail=cluster_b label=x]; c -> d; a -> b; b -> a }" && err_empty
    checks=$((checks + 1))
    python3 - "$tmp/out" $rankdir <<'END' || fail "clusters do not hold what is in them, or edges do not end at them: $rankdir"
import re, sys
text = open(sys.argv[1]).read().replace("\\\n", "")
numbers = lambda s: [float(x) for x in re.findall(r"-?[\d.]+(?:e[-+]?\d+)?", s)]
def box_of(name):
    at = text.index("subgraph " + name) if name else 0
    return numbers(re.search(r'bb="([^"]*)"', text[at:]).group(1))
def node(name):
    at = re.search(r"\n\s*%s\s*\[(.*?)\];" % name, text, re.S).group(1)
    x, y = numbers(re.search(r'pos="([^"]*)"', at).group(1))
    w, h = (72 * numbers(re.search(r"%s=([\d.]+)" % k, at).group(1))[0] / 2 for k in ("width", "height"))
    return [x - w, y - h, x + w, y + h]
def inside(a, b, by=0):
    return all(a[i] >= b[i] + by - .6 and a[i + 2] <= b[i + 2] - by + .6 for i in (0, 1))
def apart(a, b):
    return any(a[i + 2] <= b[i] + .6 or b[i + 2] <= a[i] + .6 for i in (0, 1))
def at_border(p, b):
    return inside(p + p, b) and min(abs(p[i % 2] - b[i]) for i in range(4)) < 1
A, B, root = box_of("cluster_a"), box_of("cluster_b"), box_of("")
a, b, c, d = map(node, "abcd")
edge = re.search(r"c -> b\s*\[(.*?)\];", text, re.S).group(1)
end = numbers(re.search(r'pos="e,([^ ]*)', edge).group(1))
edge = re.search(r"b -> d\s*\[(.*?)\];", text, re.S).group(1)
start = numbers(re.search(r'pos="[^"]*?e,[^ ]* ([^ ]*)', edge).group(1))
good = inside(A, root) and inside(B, A, 8) and inside(b, B, 20) and inside(a, A, 8) and apart(a, B)
good = good and all(apart(n, A) for n in (c, d)) and at_border(end, A) and at_border(start, B)
sys.exit(not good)
END
done
flow svg 'digraph { compound=1; subgraph cluster_a { a } a -> b [lhead=cluster_a ltail=cluster_x] }' && err_has 'there is no cluster cluster_x'
flow svg 'digraph { subgraph plain { a; b } a -> b }' && err_empty

# ratio: height to width, with the same or larger gaps; fill and expand of a size.
proportions() # WIDTH HEIGHT: of what was drawn, in inches; 0: any
{
    checks=$((checks + 1))
    awk -v w="$1" -v h="$2" -v r="$ratio" '$1 == "graph" { if (w && ($3 - w) ^ 2 > (0.03 * w) ^ 2 || h && ($4 - h) ^ 2 > (0.03 * h) ^ 2) exit 1
        if (r && ($4 / $3 / r - 1) ^ 2 > 0.03 ^ 2) exit 1 }' "$tmp/out" || fail "a drawing is $(head -n 1 "$tmp/out")"
}
for dir in TB LR; do
    for ratio in 0.4 1 2.5; do
        flow plain "digraph { rankdir=$dir; ratio=$ratio; $dag }" && err_empty && proportions 0 0 && measure 8 11 4 dir=$dir $std
    done
    ratio=
    flow plain "digraph { rankdir=$dir; ratio=fill; size=\"8,12\"; $dag }" && err_empty && proportions 8 12
    flow plain "digraph { rankdir=$dir; ratio=expand; size=\"90,9\"; $dag }" && err_empty && proportions 0 9
done
flow plain 'digraph { ratio=1; a }' && err_empty && measure 1 0 1 dir=TB $std
flow plain 'digraph { ratio=compress; size="1,1"; a -> b }' && err_is 'Warning: flow does not heed: ratio=compress'

# What is not heeded is told once.
flow plain 'digraph { newrank=true; samehead=x; edge [samehead=""]; a -> b [samehead=x]; c -> b [samehead=x, sametail=""] }' &&
    err_is 'Warning: flow does not heed: samehead, newrank'
flow plain 'digraph { edge [sametail=""]; a -> b [minlen=2, constraint=true] }' && err_empty

# Attributes that make no sense.
flow plain 'digraph { nodesep=x; ranksep=y; a -> b [weight=x]; a -> c [weight=-5]; a -> d [weight="1e9"] }' && measure 4 3 2 dir=TB $std
status=1 flow plain 'digraph { a [width=200000]; a -> b }'
err_has '^Error: flow could not lay the graph out: it is too large'

# The same bytes on every run.
flow svg "digraph { $dag }" && cp "$tmp/out" first.svg
flow svg "digraph { $dag }" && same "$tmp/out" first.svg

### Large graphs

# Nodes of which each but the first few has two edges from earlier ones.
n=1000 named=1000
thorough 'a graph of 5,000 nodes, and dot beside it' && n=5000 named='[45]*'
awk -v n=$n 'BEGIN { s = 7; print "digraph {"; for (i = 3; i < n; i++) for (k = 0; k < 2; k++) {
    s = (s * 1103515245 + 12345) % 2147483648; print "n" int(i - 1 - s / 2147483648 * (i < 40 ? i : 40)), "-> n" i }
    print "}" }' >large.gv
seconds() # COMMAND...
{
    local TIMEFORMAT=%R
    { time timeout 300 "$@" <large.gv >"$tmp/out" 2>"$tmp/err"; } 2>&1
}
if ! is_sanitized; then
    flow_time=$(seconds dot -Kflow -Tplain)
    measure "$named" $((2 * (n - 3))) '*' dir=TB $std slack=0.02
    if [ $n = 5000 ]; then
        # dot needs minutes for it: whether it is slower is seen earlier.
        limit=$(awk -v t="$flow_time" 'BEGIN { print int(t + 2) }')
        checks=$((checks + 1))
        timeout "$limit" dot -Kdot -Tplain large.gv >/dev/null 2>&1
        [ $? -eq 124 ] || fail "dot is faster than flow, which needed $flow_time s"
    fi
fi

### Memory

if ! is_sanitized && command -v valgrind >/dev/null; then
    printf '%s\n' "digraph { rankdir=LR; $dag; f -> a [label=x]; a -> a; a -> b [headlabel=h]; a:n -> b:_
        r [shape=record, label=\"<a>1|<b>2\"]; r:a -> a; a -> r:b [label=y]; subgraph cluster { a } }" >graph.gv
    stdin=graph.gv run 0 valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=none \
        --log-file=valgrind.log dot -Kflow -Tsvg
    # libgvc leaks on its own account; what the plugin itself allocates is freed.
    checks=$((checks + 1))
    ! grep -A1 -E '(malloc|calloc|realloc) \(' valgrind.log | grep -E 'dgi_|layout_(curves|plugin)\.c' ||
        fail 'the plugin leaks'
fi

finish

#!/usr/bin/env bash
# --color: the scale of colours, what stands on it, and what tells its states apart without colour.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"

python=$(command -v python3) || skip 'python3 is not here'

# Gradients of all sizes, zero, nan, infinite, and one that was not computed.
"$python" - >all.json <<'END'
import json
grads = [10.0 ** (-i / 3) for i in range(34)] + [0.0, -0.0, "NaN", "Infinity", "-Infinity", 30.0, 2e3, 5e4, None]
nodes = [{"id": "L", "op": "f", "label": "$\\frac{L}{2}$", "data": 1.0, "grad": 1.0}]
nodes += [{"id": f"x{i}", "label": f"x{i}" if i % 2 else "", "data": "NaN" if i % 5 == 0 else i, "grad": grad}
          for i, grad in enumerate(grads)]
edges = [{"from": n["id"], "to": "L", "operand": i} for i, n in enumerate(nodes[1:])]
print(json.dumps({"dotgrad": 1, "root": "L", "nodes": nodes, "edges": edges}))
END
for style in record wire merged; do
    for theme in light dark auto; do
        run 0 "$dotgrad" all.json --color=grad --style=$style --theme $theme -o $style-$theme.svg && err_empty
    done
done
run 0 "$python" "$top_src/tests/heat.py" record-light.svg record-dark.svg record-auto.svg "$top_src/doc/integrations/dotgrad.css" && out_has '^$'
run 0 "$python" "$top_src/tests/heat.py" merged-light.svg merged-dark.svg merged-auto.svg "$top_src/doc/integrations/dotgrad.css" && out_has '^$'
# Pictures without it have none of it.
run 0 "$dotgrad" all.json -Tsvg && cp "$tmp/out" plain.svg
checks=$((checks + 1))
! grep -q heat plain.svg || fail 'there are colours of magnitudes without --color'
run 0 "$dotgrad" all.json -Tsvg --color none && same "$tmp/out" plain.svg
# No renderer needs more than paths and rectangles for it.
checks=$((checks + 1))
! grep -qE '<(pattern|clipPath|linearGradient|use)|url\(' ./*-*.svg || fail 'a pattern or gradient is used'
# The whole scale is in the legend, from the smallest on; a picture in grey has its lightness.
checks=$((checks + 1))
[ "$(sed -n '/class="dg-legend"/,$p' wire-light.svg | grep -o 'class="dg-heat-[0-9]"' | tr -cd '0-9')" = 0123456789 ] ||
    fail 'the legend has not the whole scale'
# It is nothing to formats without colours.
for format in dot json table; do
    run 0 "$dotgrad" all.json -T$format && cp "$tmp/out" plain
    run 0 "$dotgrad" all.json -T$format --color=grad && same "$tmp/out" plain
done
run 2 "$dotgrad" all.json --color=heat && err_lines 1 && err_has "^dotgrad: error: magnitude 'heat' is not known; there are none, grad and data$"

finish

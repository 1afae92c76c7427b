#!/usr/bin/env bash
# The layout as a plugin of Graphviz, measured in its JSON: see plugin_geometry.py. Random graphs of each kind, and the graphs of
# tests/gv. At full length more of the random ones.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

draw=$top_build/tests/plugin_draw
[ -x "$draw" ] || skip 'the plugin is not built (--enable-graphviz-plugin)'
# libgvc leaks texts of records.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
python=$(command -v python3) || skip 'python3 is not here'

seeds=20
! is_sanitized || seeds=5
[ -z "${DOTGRAD_TEST_ALL:-}" ] || seeds=200

measure() # ARGUMENT...: of plugin_geometry.py
{
    run 0 "$python" "$top_src/tests/plugin_geometry.py" "$@" "$draw" json
    out_empty
}

# Records of one row, each edge at a field; fields along the flow, too; points of the compass; cycles and loops; labels; attributes on
# ranks.
for kind in fields-TB fields-LR ports compass cycles labels automata ranks; do
    measure random $kind 1 $seeds
done

run 0 "$python" "$top_src/tests/plugin_geometry.py" files "$top_src"/tests/gv/*.gv -- "$draw" json
out_empty

finish

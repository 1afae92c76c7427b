#!/usr/bin/env bash
# The layout as a plugin of Graphviz, measured in its JSON: see plugin_geometry.py. Random graphs of each kind, and the graphs of
# tests/gv. At full length more of the random ones.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"
# shellcheck source=tests/plugin_lib.sh
. "$top_src/tests/plugin_lib.sh"
python=$(command -v python3) || skip 'python3 is not here'

seeds=20
! is_sanitized || seeds=5
[ -z "${DOTGRAD_TEST_ALL:-}" ] || seeds=200

measure() # ARGUMENT...: of plugin_geometry.py
{
    run 0 "$python" "$top_src/tests/plugin_geometry.py" "$@" "${flow_json[@]}"
    out_empty
}

# Records of one row, each edge at a field; fields along the flow, too; points of the compass; cycles and loops; labels.
for kind in fields-TB fields-LR ports compass cycles labels automata; do
    measure random $kind 1 $seeds
done

finish

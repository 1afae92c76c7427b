# Draws with the plugin of Graphviz, for the tests of it; sourced after lib.sh.
#   flow FORMAT GRAPHVIZ-SOURCE    draws, as `run` does; `status` is the exit status that must come of it
# shellcheck shell=bash

[ -e "$top_build/libgvplugin_dotgrad.la" ] || skip 'the plugin is not built (--enable-graphviz-plugin)'

### Finding it: its folder, and Graphviz's configuration

if is_sanitized; then
    note 'dot cannot load a sanitized plugin; a program that it is linked with draws instead'
    # libgvc leaks texts of records; valgrind, below, tells whose a leak is.
    export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
    flow() # FORMAT GRAPHVIZ-SOURCE
    {
        printf '%s\n' "$2" >graph.gv
        stdin=graph.gv run "${status:-0}" "$top_build/tests/plugin_draw" "$1"
    }
else
    command -v dot >/dev/null || skip 'dot is not here'
    make=${MAKE:-make}
    unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS
    run 0 "$make" -s -C "$top_build" install-graphvizpluginLTLIBRARIES \
        graphvizplugindir="$PWD/plugins" libdir="$PWD/lib" || finish
    # Graphviz's own beside it, as they are where the plugin is installed by default.
    own=$(pkg-config --variable=libdir libgvc 2>/dev/null)/graphviz
    cp -P "$own"/libgvplugin_core.so* "$own"/libgvplugin_dot_layout.so* plugins/ 2>/dev/null
    export GVBINDIR=$PWD/plugins
    run 0 dot -c && err_empty
    checks=$((checks + 1))
    grep -q '^libgvplugin_dotgrad' plugins/config* || fail 'dot -c did not find the plugin'
    run 1 dot -Kno-such-layout /dev/null
    err_has 'Use one of:.* flow'
    flow() # FORMAT GRAPHVIZ-SOURCE
    {
        printf '%s\n' "$2" >graph.gv
        stdin=graph.gv run "${status:-0}" dot -Kflow "-T$1"
    }
fi

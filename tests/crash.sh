#!/usr/bin/env bash
# Whatever happens inside Graphviz is a one-line error, exit status 2, and the old output as it was.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

[ -e "$top_build/.libs/libdotgrad.so" ] || skip 'this build has no shared library'
preloaded

echo 'a = 2.0; b = a*a; b.backward()' >square.dg
mkdir folder
echo 'the old picture' >folder/out.svg
before=$(identity folder/out.svg)

# Runs the command with a layout that does $1.
with()
{
    local what=$1
    shift
    env "${preload[@]}" DOTGRAD_TEST_LAYOUT="$what" "$dotgrad" -Kdot "$@"
}

# That the layout is ours at all: the error is the one for a layout that refuses.
with refuse square.dg >out 2>err </dev/null
if ! grep -q 'could not lay the graph out' err; then
    if is_sanitized; then
        skip 'the preloaded library does not work with this sanitizer'
    fi
    fail 'the preloaded library has no effect'
    show err
    finish
fi

# The error, whose end differs by how the process ended.
dies() # REGEX WHAT OPTION...
{
    local regex=$1
    shift
    for place in folder/out.svg -; do
        run 2 with "$@" square.dg -o "$place" || show "$tmp/out"
        out_empty
        err_lines 1
        err_has "$regex"
        checks=$((checks + 1))
        [ "$(identity folder/out.svg)" = "$before" ] || fail 'the old output has changed'
        checks=$((checks + 1))
        [ "$(ls -A folder)" = out.svg ] || fail "there are other files: $(ls -A folder)"
    done
}

crashed='^dotgrad: error: Graphviz crashed \(.*\) on a graph of 2 values \(memory\? see --memory-limit\)$'
gave_up='^dotgrad: error: Graphviz gave up on a graph of 2 values'
# The sanitizer ends a process that crashes in its own way.
if is_sanitized; then
    fell="($crashed|$gave_up)"
else
    fell=$crashed
fi

dies '^dotgrad: error: Graphviz could not lay the graph out' refuse
dies "$fell" crash
dies "$fell" abort
dies "$gave_up" exit
dies "$gave_up" exit0
dies "$gave_up" noise
dies '^dotgrad: error: laying out 2 values took more than 1 s \(see --time-limit\)$' loop --time-limit=1
if is_sanitized; then
    note 'memory is not limited under AddressSanitizer; that part is left out'
else
    dies "($crashed|$gave_up)" explode --memory-limit=300
fi

# Who ends the command ends the layout with it: no process computes on for nobody.
if [ -d /proc/self/task ]; then
    # Not a function, so that the process that is known is the command's.
    env "${preload[@]}" DOTGRAD_TEST_LAYOUT=loop "$dotgrad" -Kdot --time-limit=60 square.dg >out 2>err </dev/null &
    command=$!
    last='kill the command while it waits for the layout'
    children()
    {
        cat "/proc/$command/task/$command/children" 2>/dev/null
    }
    for ((i = 0; i < 100; i++)); do
        child=$(children)
        [ -z "$child" ] || break
        sleep 0.1
    done
    child=${child%% *}
    kill -TERM "$command"
    wait "$command" 2>/dev/null
    checks=$((checks + 1))
    if [ -z "$child" ]; then
        fail 'no child process was found'
    else
        gone_soon "$child" || fail 'the layout goes on when the command was ended'
    fi
else
    note 'there is no /proc; what becomes of the child process is not looked at'
fi

# The same for what is made of the SVG.
for format in png pdf svg_inline; do
    run 2 with crash -T$format square.dg && out_empty && err_lines 1
done
# Formats without a layout do not meet Graphviz at all.
for format in dot json table; do
    run 0 with crash -T$format square.dg && err_empty
done

finish

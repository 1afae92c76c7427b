#!/bin/sh
# Runs every fuzz target over its corpus.
failed=0
ran=0
for target in fold label lang layout math trace; do
    program=tests/fuzz/replay_$target
    corpus=${srcdir:-.}/tests/fuzz/corpus-$target
    [ -x "$program" ] || continue
    ran=1
    if output=$("$program" "$corpus" 2>&1); then
        echo "$target: $(echo "$output" | tail -n 1)"
    else
        echo "$target:"
        echo "$output" | tail -n 60
        failed=1
    fi
done
[ $ran = 1 ] || exit 77
exit $failed

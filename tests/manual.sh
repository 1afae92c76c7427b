#!/usr/bin/env bash
# The tables of functions in the manual say what the op tables say.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"

run 0 "$dotgrad" --list-ops
sed '1,/^$/d' "$tmp/out" >"$tmp/listed-tensor-ops"
sed -i '/^$/,$d' "$tmp/out"
# name|formula|derivative, from the columns of the listing
sed 1d "$tmp/out" | awk '{print $1 "|" substr($0, 20, 25) "|" substr($0, 46)}' |
    sed 's/ *|/|/g; s/ *$//' | sort >"$tmp/ops"

# the same from the rows "| `name(x, y)` | formula | derivative |" of the manual
sed -n 's/^| `\([a-z0-9]*\)([^`]*)` | \(.*\) | \(.*\) |$/\1|\2|\3/p' "$top_src/doc/language.md" |
    sed 's/\\|/|/g' | sort >"$tmp/manual"

checks=$((checks + 1))
[ "$(wc -l <"$tmp/ops")" -gt 10 ] || fail "--list-ops lists too few ops to be right"
same "$tmp/ops" "$tmp/manual"

# The same of the functions of whole tensors: name|arguments|formula.
sed 1d "$tmp/listed-tensor-ops" | awk '{print $1 "|" substr($0, 29, 29) "|" substr($0, 59)}' |
    sed 's/ *|/|/g; s/ *$//' | sort >"$tmp/ops"
sed -n '/^| tensor function /,/^$/s/^| `\([a-z_]*\)(\([^`]*\))` | \(.*\) |$/\1|\2|\3/p' \
    "$top_src/doc/language.md" | sort >"$tmp/manual"
checks=$((checks + 1))
[ "$(wc -l <"$tmp/ops")" -gt 10 ] || fail "--list-ops lists too few ops on tensors to be right"
same "$tmp/ops" "$tmp/manual"
finish

# shellcheck shell=bash
# Helpers of the shell tests. A test sources this, checks, and ends with `finish`.
#
#   run STATUS COMMAND...   runs with standard input empty, or from the file $stdin; keeps what it
#                           writes in $tmp/out and $tmp/err; complains about another exit status
#   out_empty, err_empty    what the last `run` wrote there must be nothing,
#   out_is, err_is TEXT     exactly TEXT and a newline,
#   out_has, err_has REGEX  somewhere a line like REGEX (extended),
#   err_lines N             N lines
#   same FILE FILE          the files must hold the same bytes
#   ended STATUS STATUS     the exit status of what was not started by `run`: wanted, got
#   gone_soon PID           whether a process ends within some seconds; one that does not is killed
#   fail TEXT               the test fails, and goes on
#   skip TEXT               the test ends as skipped
#   thorough WHAT           whether all is to be tried, as `tests/run --all` asks by DOTGRAD_TEST_ALL=1;
#                           where not, says that WHAT is left out
#   preloaded               sets $preload for `env`: functions of tests/preload.c stand in for libraries
#
# It starts in a new empty folder, which goes when it ends.
set -u

top_src=${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
top_build=${abs_top_builddir:-$PWD}
# shellcheck disable=SC2034
samples=$top_src/samples

# The command itself where libtool's ./dotgrad is a script that starts it.
dotgrad=$top_build/dotgrad
if [ -x "$top_build/.libs/dotgrad" ]; then
    dotgrad=$top_build/.libs/dotgrad
    export LD_LIBRARY_PATH="$top_build/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
fi
if [ ! -x "$dotgrad" ]; then
    echo "there is no $dotgrad; run this from the build folder"
    exit 1
fi

export LC_ALL=C
unset LANGUAGE

tmp=$(mktemp -d "${TMPDIR:-/tmp}/dotgrad-sh.XXXXXX") || exit 99
leave()
{
    local status=$?
    chmod -R u+rwx "$tmp" 2>/dev/null
    rm -rf "$tmp"
    exit "$status"
}
trap leave EXIT
trap 'exit 99' INT TERM HUP
cd "$tmp" || exit 99

# The tests work inside; what is run writes outside, so that folders can be listed.
mkdir "$tmp/work"
cd "$tmp/work" || exit 99

failures=0
checks=0
last=
stdin=/dev/null

fail()
{
    failures=$((failures + 1))
    printf 'FAIL: %s\n' "$*"
    [ -z "$last" ] || printf '  after: %s\n' "$last"
}

skip()
{
    printf 'SKIP: %s\n' "$*"
    exit 77
}

note()
{
    printf 'note: %s\n' "$*"
}

thorough()
{
    [ "${DOTGRAD_TEST_ALL:-}" = 1 ] && return 0
    note "in short: without $* (DOTGRAD_TEST_ALL=1 has them)"
    return 1
}

# The beginning of a file, indented; one that holds no text is described.
show()
{
    head -c 20000 "$1" | LC_ALL=C tr -c '\t\n -~' '?' | head -n 12 | cut -c 1-160 | sed 's/^/    /'
}

run()
{
    local want=$1 got
    shift
    printf -v last '%q ' "$@"
    last=${last:0:500}
    checks=$((checks + 1))
    "$@" <"$stdin" >"$tmp/out" 2>"$tmp/err"
    got=$?
    [ "$got" -eq "$want" ] && return 0
    fail "exit status $got, not $want"
    show "$tmp/err"
    return 1
}

ended()
{
    checks=$((checks + 1))
    [ "$2" -eq "$1" ] && return 0
    fail "exit status $2, not $1"
    return 1
}

is_empty()
{
    checks=$((checks + 1))
    [ ! -s "$1" ] && return 0
    fail "there should be nothing on $2, but there is:"
    show "$1"
    return 1
}
out_empty() { is_empty "$tmp/out" 'standard output'; }
err_empty() { is_empty "$tmp/err" 'standard error'; }

is_text()
{
    checks=$((checks + 1))
    printf '%s\n' "$2" >"$tmp/expected"
    cmp -s "$tmp/expected" "$1" && return 0
    fail "other text on $3 than expected (-):"
    diff -u "$tmp/expected" "$1" | sed 1,2d | head -n 40 | sed 's/^/    /'
    return 1
}
out_is() { is_text "$tmp/out" "$1" 'standard output'; }
err_is() { is_text "$tmp/err" "$1" 'standard error'; }

has_line()
{
    checks=$((checks + 1))
    grep -qE -e "$2" "$1" && return 0
    fail "no line like /$2/ on $3, which is:"
    show "$1"
    return 1
}
out_has() { has_line "$tmp/out" "$1" 'standard output'; }
err_has() { has_line "$tmp/err" "$1" 'standard error'; }

err_lines()
{
    local told
    checks=$((checks + 1))
    mapfile -t told <"$tmp/err"
    [ "${#told[@]}" -eq "$1" ] && return 0
    fail "${#told[@]} lines on standard error, not $1:"
    show "$tmp/err"
    return 1
}

same()
{
    checks=$((checks + 1))
    cmp -s "$1" "$2" && return 0
    fail "$1 and $2 differ:"
    diff -au "$1" "$2" | head -n 20 | cut -c 1-200 | sed 's/^/    /'
    return 1
}

# Who a file is and what is in it, for a comparison before and after.
identity()
{
    stat -c '%i %s %a' "$1"
    cksum <"$1"
}

# Whether a process is gone within some seconds; one that is not is killed.
gone_soon() # PID
{
    local i
    checks=$((checks + 1))
    for ((i = 0; i < 100; i++)); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.05
    done
    ! kill -KILL "$1" 2>/dev/null
}

is_root()
{
    [ "$(id -u)" -eq 0 ]
}

# What `env` starts the command with, so that tests/preload.c stands in for functions of libraries.
preloaded()
{
    local library
    library=$(find "$top_build/tests" -name 'preload.so' | head -n 1)
    if [ -z "$library" ]; then
        fail 'tests/preload.so is not built'
        finish
    fi
    # shellcheck disable=SC2034
    preload=("LD_PRELOAD=$library" "ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0")
}

# Whether the command was built with AddressSanitizer, which changes how it crashes.
is_sanitized()
{
    nm "$dotgrad" 2>/dev/null | grep -q __asan_init
}

finish()
{
    if [ "$failures" -gt 0 ]; then
        printf '%d of %d checks failed\n' "$failures" "$checks"
        exit 1
    fi
    if [ "$checks" -eq 0 ]; then
        echo "FAIL: nothing was checked"
        exit 1
    fi
    printf '%d checks\n' "$checks"
    exit 0
}

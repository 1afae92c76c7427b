#!/usr/bin/env bash
# --watch: draws again when an input changes, whatever happens, until an interrupt.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

# Who started this, in the background or by nohup, may have had signals ignored.
heeding=(env --default-signal=INT --default-signal=HUP --default-signal=TERM)
"${heeding[@]}" true 2>/dev/null || heeding=(env)

watcher=
stop_watcher()
{
    [ -z "$watcher" ] || kill -KILL "$watcher" 2>/dev/null
}
trap 'stop_watcher; leave' EXIT

# Starts the command with --watch; what it says goes to $tmp/said.
watch() # ARGUMENT...
{
    last="dotgrad --watch $*"
    : >"$tmp/said"
    # With job control an interrupt is not ignored by what runs in the background.
    set -m
    "${heeding[@]}" "$dotgrad" --watch "$@" </dev/null >"$tmp/out" 2>"$tmp/said" &
    watcher=$!
    set +m
}
# Waits until a command succeeds.
soon() # COMMAND...
{
    local n
    checks=$((checks + 1))
    for n in $(seq 300); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.05
    done
    fail "not within 15 seconds: $*"
    show "$tmp/said"
    return 1
}
drawn() { [ "$(grep -c "^dotgrad: drew '$1'\$" "$tmp/said")" -ge "$2" ]; }
drawn_exactly()
{
    checks=$((checks + 1))
    local n
    n=$(grep -c "^dotgrad: drew '$1'\$" "$tmp/said")
    [ "$n" -eq "$2" ] || fail "'$1' was drawn $n times, not $2"
}
says() { grep -qE -e "$1" "$tmp/said"; }
holds() { grep -qF -e "$2" "$1"; } # FILE TEXT
ends() # SIGNAL STATUS
{
    kill "-$1" "$watcher"
    for _ in $(seq 300); do
        kill -0 "$watcher" 2>/dev/null || break
        sleep 0.05
    done
    kill -0 "$watcher" 2>/dev/null && fail "it goes on after SIG$1"
    stop_watcher
    wait "$watcher"
    ended "$2" $?
    watcher=
    out_empty
    checks=$((checks + 1))
    [ -z "$(find . -name '*.tmp')" ] || fail 'a temporary file is left'
}

echo 'a = 1.0' >x.dg
echo 'b = 1.0' >y.dg

### Ways to write a file

watch x.dg -o x.svg
soon drawn x.svg 1 && soon says '^dotgrad: watching; Ctrl-C ends it$' && holds x.svg 'data 1.0000' || fail 'nothing is drawn at first'
echo 'a = 2.0' >x.dg # the same size, in place
soon drawn x.svg 2 && { holds x.svg 'data 2.0000' || fail 'the picture is not the new one'; }
echo 'a = 3.0' >other && mv other x.dg # as editors do
soon drawn x.svg 3 && { holds x.svg 'data 3.0000' || fail 'the picture is not the new one'; }
echo 'a = 31.0' >>x.dg
soon drawn x.svg 4 && { holds x.svg 'data 31.0000' || fail 'the picture is not the new one'; }
mv x.dg old.dg # as others do
sleep 0.3
echo 'a = 4.0' >x.dg
soon drawn x.svg 5 && { holds x.svg 'data 4.0000' || fail 'the picture is not the new one'; }
rm x.dg
ln -s elsewhere.dg x.dg
echo 'a = 5.0' >elsewhere.dg
soon drawn x.svg 6 && { holds x.svg 'data 5.0000' || fail 'the picture is not the new one'; }
rm x.dg

### It survives what is wrong

soon says "^dotgrad: note: 'x.dg' is gone; it is drawn when it is there again\$"
echo 'a = oops' >x.dg
soon says '^x.dg:1:5: error: '
echo 'a = 6.0' >x.dg
soon drawn x.svg 7 && { holds x.svg 'data 6.0000' || fail 'the picture is not the new one'; }
rm x.svg && mkdir x.svg
echo 'a = 7.0' >x.dg
soon says "^dotgrad: error: cannot write 'x.svg': Is a directory\$"
rmdir x.svg
echo 'a = 8.0' >x.dg
soon drawn x.svg 8

# Its own outputs, and files of no concern, cause nothing.
echo changed >x.svg
touch x.svg unrelated.dg
sleep 0.5
drawn_exactly x.svg 8
ends INT 0

### Several, and how it ends

watch -O -Tdot x.dg y.dg
soon says 'watching'
drawn_exactly x.dg.dot 1
drawn_exactly y.dg.dot 1
echo 'b = 9.0' >y.dg
soon drawn y.dg.dot 2 && { holds y.dg.dot 'data 9.0000' || fail 'the picture is not the new one'; }
drawn_exactly x.dg.dot 1
ends TERM 0

watch -q -O -Tdot x.dg y.dg
soon holds y.dg.dot 'data 9.0000'
echo 'b = 10.0' >other && mv other y.dg # never empty: that would be an error, which -q shows
soon holds y.dg.dot 'data 10.0000'
ends HUP 0
checks=$((checks + 1))
[ ! -s "$tmp/said" ] || { fail '-q is not quiet'; show "$tmp/said"; }

# An input that is not there yet.
rm -f z.dg
watch z.dg -o z.svg
soon says "^dotgrad: error: cannot read 'z.dg'"
echo 'z = 1.0' >z.dg
soon drawn z.svg 1
ends INT 0

# For tools: an array of JSON for each drawing.
watch -fdiagnostics-format=json z.dg -o z.svg
soon says '^\[\]$'
echo 'z = oops' >z.dg
soon says '^\[\{"kind": "error", "message": "'
ends INT 0

# While something is drawn that takes long: that ends, too, and the old output stays.
{ echo 'x = 0.5' && yes 'x = sin(x)' | head -n 200000; } >long.dg
echo old >long.svg
watch -Kdot --time-limit=100 long.dg -o long.svg
if [ -d /proc/self/task ]; then
    children() { cat "/proc/$1/task/$1/children"; }
    grandchild() { local c; c=$(children "$watcher") && [ -n "$c" ] && g=$(children $c) && [ -n "$g" ]; }
    soon grandchild && ends INT 0
    gone() { [ ! -e "/proc/${g% }" ] || grep -q '^State:.Z' "/proc/${g% }/status"; }
    soon gone
else
    sleep 1
    ends INT 0
fi
checks=$((checks + 1))
[ "$(cat long.svg)" = old ] || fail 'the old output has changed'

# Ctrl-C at a terminal.
if command -v python3 >/dev/null; then
    cat >terminal.py <<'END2'
import os, pty, signal, sys, time
pid, terminal = pty.fork()
if pid == 0:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[1:])
seen = b""
deadline = time.monotonic() + 30
while b"Ctrl-C ends it" not in seen and time.monotonic() < deadline:
    seen += os.read(terminal, 4096)
os.write(terminal, b"\x03")
print("exit", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END2
    run 0 timeout -k 5 60 python3 terminal.py "$dotgrad" --watch x.dg -o x.svg && out_is 'exit 0'
fi

### Wrong use

for arguments in 'x.dg' '-o x.svg' '-O' '-O -' '- -o x.svg' '-e a=1 -o x.svg' 'x.dg -o -' 'x.dg -o x.svg --check' \
    'x.dg -o x.svg -MD' 'x.dg -o x.svg -MF deps' 'x.dg y.dg -o x.svg'; do
    # shellcheck disable=SC2086
    run 2 timeout 10 "$dotgrad" --watch $arguments && out_empty && err_lines 1
done
finish

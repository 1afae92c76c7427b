#!/usr/bin/env bash
# Work that takes more than a second, on a terminal: its line, and Ctrl-C.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

command -v python3 >/dev/null || skip 'python3, which makes the terminal, is not here'
[ -d /proc/self/task ] || skip 'child processes cannot be found here'

cat >terminal.py <<'END'
"""terminal.py HOW COMMAND...: runs the command on a terminal of its own. As soon as it has a child, that
is stopped, so that the work takes as long as this wants. After two ticks of the progress line HOW decides:
go on (the child continues), silence (it does after two seconds, without ticks), or a signal: 'key' is Ctrl-C
at the terminal ('early key' after the first tick), 'TERM' is sent to the command alone. Prints how the
command ended, the phases that were shown, what the terminal's line was in the end,
and whether the child is gone."""
import os, pty, re, select, signal, sys, time

how, command = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # whatever who started this had ignored
    os.execv(command[0], command)

def children():
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            return [int(word) for word in f.read().split()]
    except OSError:
        return []

deadline = time.monotonic() + 60
child = None
seen = b""
acted = False
while time.monotonic() < deadline:
    if child is None and children():
        child = children()[0]
        os.kill(child, signal.SIGSTOP)
        stopped = time.monotonic()
    ready, _, _ = select.select([terminal], [], [], 0.001 if child is None else 0.1)
    if ready:
        try:
            data = os.read(terminal, 4096)
        except OSError:  # the command has ended
            break
        if not data:
            break
        seen += data
    if how == "silence" and child and not acted and time.monotonic() - stopped > 2.5:
        acted = True
        os.kill(child, signal.SIGCONT)
    ticks = len(re.findall(rb", \d+ s", seen))
    if not acted and (ticks >= 1 if how == "early key" else child and ticks >= 2):
        acted = True
        if child and (how == "go on" or how.endswith("key")):
            os.kill(child, signal.SIGCONT)
        if how.endswith("key"):
            os.write(terminal, b"\x03")
        elif how != "go on":
            os.kill(pid, getattr(signal, "SIG" + how))
else:
    os.kill(pid, signal.SIGKILL)
_, status = os.waitpid(pid, 0)
print("signal", os.WTERMSIG(status)) if os.WIFSIGNALED(status) else print("exit", os.WEXITSTATUS(status))
for phase in dict.fromkeys(re.findall(rb"\rdotgrad: ([a-z ]*\d+ values), \d+ s", seen)):
    print("phase", phase.decode())
# What is left on the line: a later text covers an earlier one; the signs for Ctrl-C do not count.
line = []
for part in seen.replace(b"^C", b"").split(b"\n")[-1].split(b"\r"):
    line[: len(part)] = part
print("left", repr(bytes(line).decode().strip()))
for _ in range(50):
    state = "Z"
    try:
        with open(f"/proc/{child}/stat") as f:
            state = f.read().rsplit(")", 1)[1].split()[0]
    except OSError:
        pass
    if state == "Z":
        break
    time.sleep(0.1)
print("child", "gone" if state == "Z" else "alive")
if state != "Z":
    os.kill(child, signal.SIGKILL)
END

# Large enough that the child can be stopped before it is done.
{ echo 'x = 0.5' && yes 'x = sin(x)' | head -n 60000 && echo 'x.backward()'; } >long.dg
mkdir out
echo old >out/long.svg

on_terminal() # HOW OPTION...
{
    run 0 python3 terminal.py "$@" && cp "$tmp/out" seen
}

# The line appears, is written again, and is gone in the end; the picture is there.
on_terminal 'go on' "$dotgrad" -Kflow --fold none -o out/long.svg long.dg
out_has '^exit 0$'
out_has '^phase (drawing|measuring|laying out|writing) 60001 values$'
out_has "^left ''\$"
run 0 "$dotgrad" -Kflow --fold none long.dg && same "$tmp/out" out/long.svg

# Ctrl-C, and a signal to the command alone: nothing is left behind.
signals='key TERM'
thorough 'SIGINT and SIGHUP' && signals+=' INT HUP'
for how in $signals; do
    echo old >out/long.svg
    on_terminal $how "$dotgrad" -Kflow --fold none -o out/long.svg long.dg
    case $how in
    key | INT) number=2 ;;
    TERM) number=15 ;;
    HUP) number=1 ;;
    esac
    out_has "^signal $number\$"
    out_has "^left ''\$"
    out_has '^child gone$'
    checks=$((checks + 1))
    [ "$(cat out/long.svg)" = old ] || fail "the old output has changed after $how"
    checks=$((checks + 1))
    [ "$(ls -A out)" = long.svg ] || fail "left behind after $how: $(ls -A out)"
done

# The signal may come while the line is being written: then too the line is gone.
if [ -e "$top_build/.libs/libdotgrad.so" ]; then
    preloaded
    on_terminal 'early key' "$(command -v env)" "${preload[@]}" DOTGRAD_TEST_SLOW_TICK=1 \
        "$dotgrad" -Kflow --fold none -o out/long.svg long.dg
    out_has '^signal 2$'
    out_has "^left ''\$"
else
    note 'this build has no shared library; a slow terminal is left out'
fi

# Nothing of it with -q, and with -v, which tells phases in its own way.
on_terminal silence "$dotgrad" -q -Kflow --fold none -o out/long.svg long.dg
out_is "exit 0
left ''
child gone"
on_terminal silence "$dotgrad" -v -Kflow --fold none -o out/long.svg long.dg
out_is "exit 0
left ''
child gone"

# Where standard error is no terminal, it stays empty however long the work takes.
run 0 "$dotgrad" -Kflow --fold none long.dg && err_empty

finish

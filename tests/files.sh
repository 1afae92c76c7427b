#!/usr/bin/env bash
# What becomes of files: none is written over another one of the call, none is left behind, nobody
# gets more rights, and what an open descriptor or a pipe is the name of is not replaced.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

echo 'a = 2.0; b = a*a; b.backward()' >ok.dg
echo 'a = 3.0; b = a*a; b.backward()' >other.dg
run 0 "$dotgrad" -Tdot ok.dg && cp "$tmp/out" ok.dot
run 0 "$dotgrad" -Tjson ok.dg && cp "$tmp/out" ok.json

### One file by several names

# Nothing at all is written: the names, contents and inodes in the folder stay.
listing() { find one -printf '%p %i %s %l\n' | sort && cat one/*; }
refused() # REGEX COMMAND-LINE-TAIL...
{
    local regex=$1 before
    shift
    before=$(listing 2>&1)
    run 2 "$dotgrad" "$@" && out_empty && err_lines 1 && err_has "$regex"
    checks=$((checks + 1))
    [ "$(listing 2>&1)" = "$before" ] || fail 'a file was written or made'
}
mkdir one && cp ok.dg one/a.dg && cp ok.json one/a.dg.json && ln one/a.dg.json one/hard.json
ln -s a.dg.json one/soft.json && ln -s made.svg one/dangling.svg && cp other.dg one/b.dg && ln -s a.dg.svg one/b.dg.svg
ln -s . one/same
refused "'one/a.dg.json' is an input" -O -Tjson one/a.dg ./one/a.dg.json
refused "'one/a.dg.json' is an input" -O -Tjson one/a.dg one/hard.json
refused "'one/a.dg.json' is an input" -O -Tjson one/b.dg one/a.dg one/soft.json
refused "'one/a.dg.json' is an input" -O -Tjson one/a.dg one/same/same/a.dg.json
refused "'one/a.dg.svg' and 'one/b.dg.svg' are one file" -O -Tsvg one/a.dg one/b.dg
refused "the depfile 'one/./new.svg' is the input or the output" -o one/new.svg -MF one/./new.svg one/a.dg
refused "the depfile 'one/made.svg' is " -o one/dangling.svg -MF one/made.svg one/a.dg
refused "the depfile 'one/a.dg.svg' is " -O -Tsvg -MF one/a.dg.svg one/a.dg
refused "the depfile 'one/soft.json' is " -o one/new.svg -MF one/soft.json one/a.dg.json
refused "'one/soft.json' is the input" --history one/soft.json --input-format=program -o one/new.svg one/a.dg.json
refused "'one/same/h' and 'one/h' are one file|'one/h' and 'one/same/h' are one file" -o one/h --history one/same/h one/a.dg
refused "the depfile 'one/h' is " -o one/x.svg --history one/h -MF one/h one/a.dg
cp ok.dg one/f-3.svg
refused "'one/f-3.svg' is the input" --frames backward -o one/f-%d.svg one/f-3.svg --input-format=program
rm one/f-3.svg && ln -s f-1.svg one/f-2.svg
refused "'one/f-1.svg' and 'one/f-2.svg' are one file" --frames backward -o one/f-%d.svg one/a.dg
rm one/f-2.svg
refused "the depfile 'one/f-1.svg' is " --frames backward -o one/f-%d.svg -MF one/f-1.svg one/a.dg
cp ok.dg one/x.dg
last='dotgrad <one/x.dg >>one/x.dg'
"$dotgrad" -Ttable <one/x.dg >>one/x.dg 2>"$tmp/err"
ended 2 $? && same ok.dg one/x.dg && err_is "dotgrad: error: '<stdout>' is the input"
# What loses nothing is allowed: one input twice, by two names, and one device for all.
run 0 "$dotgrad" -O -Tdot one/a.dg one/same/a.dg one/a.dg && same ok.dot one/a.dg.dot
run 0 "$dotgrad" -o /dev/null -MF /dev/null -q ok.dg
run 0 "$dotgrad" -Tdot -e 'a = 1' -o one/new.dot -MD

### Descriptors, pipes

echo before >log
last='dotgrad -o /dev/fd/3 3>>log'
for name in /dev/fd/3 /proc/self/fd/3 /proc/thread-self/fd/3 ./three; do
    [ $name != ./three ] || ln -s /dev/fd/3 three
    echo before >log
    before=$(stat -c %i log)
    "$dotgrad" -Tdot ok.dg -o $name 3>>log 2>"$tmp/err"
    ended 0 $?
    { echo before && cat ok.dot; } >expected
    same log expected
    checks=$((checks + 1))
    [ "$(stat -c %i log)" = "$before" ] || fail "$name: the log was replaced"
done
for name in /proc/self/fd/1 /dev/stdout /dev/fd/1 -; do
    last="dotgrad -o $name >>log"
    { echo before && "$dotgrad" -Tdot ok.dg -o $name && echo after; } >log
    { echo before && cat ok.dot && echo after; } >expected
    same log expected
    run 0 "$dotgrad" -Tdot ok.dg -o $name && same "$tmp/out" ok.dot
done
run 2 "$dotgrad" -Tdot ok.dg -o /dev/fd/77 && err_is "dotgrad: error: cannot write '/dev/fd/77': Bad file descriptor"
{ exec 3<ok.dot && run 2 "$dotgrad" -Tdot ok.dg -o /dev/fd/3 && err_has 'Bad file descriptor'; exec 3<&-; }
# An error before the end leaves nothing in what cannot be taken back.
: >log
"$dotgrad" -Tdot --max-nodes 1 ok.dg -o /dev/fd/3 3>>log 2>/dev/null
checks=$((checks + 1))
[ ! -s log ] || fail 'something was written before the error'
# A picture that is larger than what is held in memory.
{ echo 'x = 0.5' && yes 'x = sin(x)' | head -n 30000; } >long.dg
run 0 "$dotgrad" -q --fold none long.dg -o long.svg && "$dotgrad" -q --fold none long.dg | cmp - long.svg || fail 'a long picture differs on standard output'
checks=$((checks + 1))
[ "$(stat -c %s long.svg)" -gt 8000000 ] || fail 'the picture is short'

mkfifo fifo
for what in '-o fifo' '--history fifo -q -o ok.dot'; do
    # shellcheck disable=SC2086
    run 2 timeout 20 "$dotgrad" --check -Tdot ok.dg $what && err_is \
        "dotgrad: error: 'fifo' is not a regular file: there is nothing to compare with"
done
run 2 timeout 20 "$dotgrad" --check ok.dg -o /dev/zero && err_has 'is not a regular file'
# --watch: a pipe in an input's place is not waited for.
mkdir watched && mkfifo watched/in.dg
"$dotgrad" --watch -q watched/in.dg -o watched/out.svg >"$tmp/out" 2>"$tmp/err" </dev/null &
command=$!
sleep 0.5
cp ok.dg watched/new.dg && mv watched/new.dg watched/in.dg
for ((i = 0; i < 100; i++)); do
    [ ! -s watched/out.svg ] || break
    sleep 0.1
done
checks=$((checks + 1))
[ -s watched/out.svg ] || fail '--watch waits for a pipe'
kill -INT "$command" 2>/dev/null; kill -TERM "$command" 2>/dev/null
gone_soon "$command" || fail '--watch does not end'

### What a file has beside its contents

mkdir keep
file=keep/x.dot
fresh() # MODE
{
    rm -f $file
    echo old >$file
    chmod "$1" $file
}
mode_is()
{
    checks=$((checks + 1))
    [ "$(stat -c %a $file)" = "$1" ] || fail "the permissions are $(stat -c %a $file), not $1"
}
for mode in 600 640 666 755 604; do
    fresh $mode && run 0 "$dotgrad" ok.dg -o $file && mode_is $mode && same $file ok.dot
done
# What would give rights to other contents does not stay.
for mode in 4755 2755 6711 1644; do
    fresh $mode && run 0 "$dotgrad" ok.dg -o $file && mode_is "${mode:1}"
done
if is_root; then
    fresh 640 && chown 12345:54321 $file && run 0 "$dotgrad" ok.dg -o $file && mode_is 640
    checks=$((checks + 1))
    [ "$(stat -c %u:%g $file)" = 12345:54321 ] || fail "owner and group are $(stat -c %u:%g $file)"
    if command -v setpriv >/dev/null; then
        # A user who may write to the folder and the file, but may not give files away.
        chmod 755 "$tmp" . && mkdir -m 777 keep/shared
        file=keep/shared/x.dot
        other() { setpriv --reuid 12346 --regid 12346 --clear-groups "$dotgrad" "$@"; }
        for modes in '664 644' '666 666' '606 600' '662 622' '477 444'; do
            fresh 666 && chown 12345:54321 $file && chmod "${modes% *}" $file
            other ok.dg -o $file 2>/dev/null </dev/null || [ "${modes%% *}" != 666 ] || fail 'another user cannot write'
            [ "$(stat -c %u $file)" = 12345 ] || mode_is "${modes#* }"
        done
        file=keep/x.dot
    fi
fi
if command -v python3 >/dev/null && fresh 640 && python3 -c 'import os, sys; os.setxattr(sys.argv[1], "user.note", b"kept")' $file 2>/dev/null; then
    run 0 "$dotgrad" ok.dg -o $file
    run 0 python3 -c 'import os, sys; assert os.getxattr(sys.argv[1], "user.note") == b"kept"' $file
    cat >acl.py <<'END2'
"""acl.py FILE NAME: gives the file rw for user 12347, whose mask is the group's permissions, or tells what is there."""
import os, struct, sys
ACL = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in (
    (1, 6, 0xFFFFFFFF), (2, 6, 12347), (4, 0, 0xFFFFFFFF), (16, 6, 0xFFFFFFFF), (32, 0, 0xFFFFFFFF)))
path, name = sys.argv[1], "system.posix_acl_" + sys.argv[2]
if len(sys.argv) > 3:
    assert (name in os.listxattr(path)) == (sys.argv[3] == "yes"), os.listxattr(path)
    assert sys.argv[3] == "no" or os.getxattr(path, name) == ACL
else:
    os.setxattr(path, name, ACL)
END2
    fresh 600
    if python3 acl.py $file access 2>/dev/null; then
        run 0 "$dotgrad" ok.dg -o $file && mode_is 660
        run 0 python3 acl.py $file access yes
        # A list that the folder gives to new files is not that of an old one.
        fresh 640 && run 0 python3 acl.py keep default
        run 0 "$dotgrad" ok.dg -o $file && mode_is 640
        run 0 python3 acl.py $file access no
    else
        note 'this file system has no access control lists'
    fi
else
    note 'no extended attributes here'
fi

### No font

cat >nofonts.conf <<'END2'
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/nowhere</dir></fontconfig>
END2
for format in png pdf; do
    run 2 env FONTCONFIG_FILE="$PWD/nofonts.conf" "$dotgrad" -T$format ok.dg && out_empty && err_is "dotgrad: error: \
no font is installed, and PNG and PDF would have no text: install one, such as DejaVu Sans, or write SVG"
done
run 0 env FONTCONFIG_FILE="$PWD/nofonts.conf" "$dotgrad" ok.dg
run 0 "$dotgrad" -Tpng ok.dg

### Nothing is left

mkdir left
only() # NAME... in the folder `left`
{
    checks=$((checks + 1))
    [ "$(ls -A left | tr '\n' ' ')" = "$* " ] || fail "in the folder is $(ls -A left | tr '\n' ' ')"
}
echo old >left/x.svg
cp left/x.svg old.svg
# A limit on file sizes is an error like a full disk.
for blocks in 0 1 100; do
    # shellcheck disable=SC2016
    run 2 bash -o pipefail -c '(ulimit -f "$1" && shift && exec "$@") 2>&1 | cat >&2' - $blocks "$dotgrad" -q --fold none long.dg -o left/x.svg &&
        err_is "dotgrad: error: cannot write 'left/x.svg': File too large"
    only x.svg && same left/x.svg old.svg
done
if [ -d /proc/self/task ]; then
    # Ends the command by a signal while the temporary file is there: what draws is stopped, so that it waits.
    end_by() # SIGNAL STATUS
    {
        # The shell has some of them ignored for what is in the background.
        "${reset[@]}" "$dotgrad" -q --fold none long.dg -o left/x.svg >"$tmp/out" 2>"$tmp/err" </dev/null &
        local command=$! drawing i
        last="kill -$1 while a file is written"
        for ((i = 0; i < 100000; i++)); do
            ! compgen -G 'left/.dotgrad-*' >/dev/null || break
        done
        # First the command, so that what draws waits for it, too.
        kill -STOP "$command"
        drawing=
        read -r drawing <"/proc/$command/task/$command/children"
        checks=$((checks + 1))
        [ -n "$drawing" ] && compgen -G 'left/.dotgrad-*' >/dev/null || fail 'there is no temporary file'
        [ -z "$drawing" ] || kill -STOP "$drawing"
        kill -CONT "$command"
        kill "-$1" "$command"
        gone_soon "$command" || fail 'the command goes on'
        wait "$command" 2>/dev/null
        ended "$2" $?
        [ -z "$drawing" ] || gone_soon "$drawing" || fail 'what draws goes on'
    }
    reset=(env --default-signal=INT --default-signal=QUIT)
    signals='QUIT:131 USR1:138 XCPU:2 RTMIN:162'
    thorough 'other signals' && signals+=' TERM:143 INT:130 HUP:129 USR2:140 VTALRM:154 PROF:155 RTMAX:192 IO:157 PWR:158'
    ulimit -c 0
    "${reset[@]}" true 2>/dev/null || signals=''
    for signal in $signals; do
        end_by "${signal%:*}" "${signal#*:}"
        only x.svg && same left/x.svg old.svg
    done
    # Nothing helps against SIGKILL, but the next file that is written there takes it away. What is not such a file,
    # or is another process's, stays.
    end_by KILL 137
    checks=$((checks + 1))
    [ "$(find left -name '.dotgrad-*.tmp' | wc -l)" = 1 ] || fail 'there is no stale file'
fi
touch left/.dotgrad-1-0.tmp left/.dotgrad-1-x.tmp left/.dotgrad-1-0.tmp.x
mkdir left/.dotgrad-2-0.tmp && ln -s ../ok.dg left/.dotgrad-3-0.tmp && mkfifo left/.dotgrad-4-0.tmp
stay='.dotgrad-1-0.tmp.x .dotgrad-1-x.tmp .dotgrad-2-0.tmp .dotgrad-3-0.tmp .dotgrad-4-0.tmp'
if command -v flock >/dev/null; then
    touch left/.dotgrad-5-0.tmp && exec 9<left/.dotgrad-5-0.tmp && flock 9
    stay+=' .dotgrad-5-0.tmp'
fi
run 0 timeout 20 "$dotgrad" ok.dg -o left/x.svg
# shellcheck disable=SC2086
only $stay x.svg
exec 9<&-

# Twenty that write one file: it is always one of theirs, and in the end nothing else is there.
mkdir many
for i in {1..20}; do
    echo "a = $i.0; b = a*a; b.backward()" >many$i.dg
    "$dotgrad" -Tdot many$i.dg -o many/x.dot 2>>many.err &
done
wait
checks=$((checks + 1))
[ ! -s many.err ] || fail "$(head -n 1 many.err)"
checks=$((checks + 1))
[ "$(ls -A many)" = x.dot ] && [ "$(grep -c '^}$' many/x.dot)" = 1 ] || fail "in the folder is $(ls -A many)"

finish

# shellcheck shell=bash disable=SC2034,SC2154
# What the tests of doc/integrations share; sourced after lib.sh.
#
#   need COMMAND...         skips the test where one of them is not installed
#   project NAME            copies doc/integrations here and goes to the example of NAME
#   drawn N                 so many pictures were drawn since the last time this was asked
#   pictures N PAGE         the HTML page has N pictures; ids, names and links are right
#   build_rebuilds COMMAND  builds a folder of lecture.dg and neuron.dg, and again after changes
#   hostile                 no shell has read what stands in a page

# The tools are the same for every build, and slow with a slow command.
! is_sanitized || skip 'the tools are tried with the build without sanitizers'

# The tools find the command through PATH, and each call is written down.
export REAL_DOTGRAD=$dotgrad DRAWN=$tmp/drawn
mkdir "$tmp/bin"
cat >"$tmp/bin/dotgrad" <<'END'
#!/bin/sh
case $* in *--version*) ;; *) echo "$*" >>"$DRAWN" ;; esac
exec "$REAL_DOTGRAD" "$@"
END
chmod +x "$tmp/bin/dotgrad"
export PATH="$tmp/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 PYTHONIOENCODING=utf-8
# Ruby, Python and MkDocs read files in the locale's encoding.
export LC_ALL=C.UTF-8
unset DOTGRAD MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS SPHINXOPTS

# Debian's modules are those of Debian's Python.
python=/usr/bin/python3
[ -x $python ] || python=python3

need()
{
    local one
    for one in "$@"; do
        command -v "$one" >/dev/null || skip "$one is not here"
    done
}

need_module()
{
    local one
    for one in "$@"; do
        "$python" -c "import $one" 2>/dev/null || skip "the Python module $one is not here"
    done
}

project()
{
    cp -r "$top_src/doc/integrations" "$tmp/work/all" || exit 99
    chmod -R u+w "$tmp/work/all"
    cd "$tmp/work/all/$1/example" || exit 99
}

drawn()
{
    local n=0
    [ ! -e "$DRAWN" ] || n=$(wc -l <"$DRAWN")
    checks=$((checks + 1))
    [ "$n" -eq "$1" ] || {
        fail "$n pictures were drawn, not $1:"
        [ ! -e "$DRAWN" ] || show "$DRAWN"
    }
    rm -f "$DRAWN"
}

pictures()
{
    "$python" -c 'import html5lib' 2>/dev/null || {
        note 'python3-html5lib is not here; the pages are not looked at'
        return
    }
    run 0 "$python" "$top_src/tests/integrations_page.py" "$@" || sed 's/^/    /' "$tmp/out"
}

# has FILE REGEX, has_not FILE REGEX
has()
{
    checks=$((checks + 1))
    grep -qE -e "$2" "$1" || fail "no line like /$2/ in $1"
}
has_not()
{
    checks=$((checks + 1))
    ! grep -qE -e "$2" "$1" || fail "there is a line like /$2/ in $1"
}

# A label and options that would do harm where they were markup or a shell's.
hostile_label="</svg></figure><script>alert(1)</script>]]>--> & \`touch $tmp/harm\` \$(touch $tmp/harm)"
hostile_program="a = Value(2.0, label='$hostile_label')
b = a*a"
hostile()
{
    checks=$((checks + 1))
    [ ! -e "$tmp/harm" ] || fail 'a shell has read what stands in a page'
}

# A program of a megabyte with one graph that is small.
big_program()
{
    awk 'BEGIN { for (i = 0; i < 14000; i++) print "# <script>alert(1)</script> " i " ]]> --> $(x) `x` \"quotes\" end of the line"; print "a = 2.0"; print "b = a*a" }'
}

# Three pictures: lecture.svg, neuron.svg and neuron.pdf, in the folder $2.
build_rebuilds()
{
    local build=$1 where=$2
    run 0 "$build" && drawn 3
    run 0 "$build" && drawn 0
    head -c 4 "$where/neuron.pdf" >"$tmp/head"
    checks=$((checks + 1))
    [ "$(cat "$tmp/head")" = '%PDF' ] || fail 'neuron.pdf is no PDF'
    run 0 xmllint --noout "$where/neuron.svg" "$where/lecture.svg"

    cp "$where/neuron.svg" "$tmp/before.svg"
    sleep 1.1
    sed -i 's/2\.0/2.5/' neuron.dg
    run 0 "$build" && drawn 2
    checks=$((checks + 1))
    ! cmp -s "$where/neuron.svg" "$tmp/before.svg" || fail 'the picture is not that of the changed program'
    run 0 "$build" && drawn 0

    # A wrong program fails the build, with its place, and leaves the pictures.
    cp "$where/neuron.svg" "$tmp/before.svg"
    cp neuron.dg "$tmp/neuron.dg"
    sleep 1.1
    echo 'o = oo*2' >>neuron.dg
    checks=$((checks + 1))
    ! "$build" >"$tmp/out" 2>&1 </dev/null || fail 'a wrong program did not fail the build'
    out_has 'neuron\.dg:10:5: error: .oo. is not defined'
    same "$where/neuron.svg" "$tmp/before.svg"
    cp "$tmp/neuron.dg" neuron.dg
    run 0 "$build"
    rm -f "$DRAWN"
    run 0 "$build" && drawn 0

    thorough 'files that are touched, or gone, and an empty DOTGRAD' || return 0
    # Touched, but the same: drawn once, not for ever.
    sleep 1.1
    touch neuron.dg
    run 0 "$build" && drawn 2
    run 0 "$build" && drawn 0

    rm "$where/lecture.svg"
    run 0 "$build" && drawn 1

    # What is set, but empty, is as what is not set.
    rm "$where/lecture.svg"
    export DOTGRAD=
    run 0 "$build" && err_empty && drawn 1
    unset DOTGRAD
    checks=$((checks + 1))
    [ -s "$where/lecture.svg" ] || fail 'with an empty DOTGRAD there is no picture'
}

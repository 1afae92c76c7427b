#!/usr/bin/env bash
# The pictures in doc/pictures are what the command draws: those of lectures by the commands in the gallery, the others
# of the samples of the same names. Those of lectures can be read.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

n=0
for picture in "$top_src"/doc/pictures/*.svg; do
    [ -e "$picture" ] || continue
    n=$((n + 1))
    name=$(basename "$picture" .svg)
    program=$samples/$name.dg
    checks=$((checks + 1))
    if [ ! -e "$program" ]; then
        fail "doc/pictures/$name.svg is there, but samples/$name.dg is not"
        continue
    fi
    run 0 "$dotgrad" --check -o "$picture" "$program" && err_empty ||
        echo '  all of them are refreshed by: make pictures'
done
# It would tell.
run 1 "$dotgrad" --check --root=a -o "$top_src/doc/pictures/lecture.svg" "$samples/lecture.dg"
checks=$((checks + 1))
[ $n -gt 0 ] || fail "there is no picture in $top_src/doc/pictures"

# readable PICTURE: whether its text has 9 pixels or more in a column of 736
readable()
{
    sed -n 's/.* viewBox="0 0 \([0-9.]*\) .* font-size="\([0-9.]*\)".*/\1 \2/p' "$1" |
        awk '{ size = $2*736/$1; if (size > $2*4/3) size = $2*4/3; n++ } END { exit !(n == 1 && size >= 9) }'
}
narrow() # PICTURE WIDTH: whether it is no wider, in points
{
    checks=$((checks + 1))
    sed -n 's/.* width="\([0-9.]*\)pt".*/\1/p' "$1" | awk -v most="$2" '{ n++; wide = $1 > most } END { exit n != 1 || wide }' ||
        fail "$1 is wider than $2 pt"
}
sed -n 's/^    dotgrad //p' "$top_src/doc/gallery.md" >commands
ln -s "$top_src/doc" "$top_src/samples" .
n=0
while read -r arguments; do
    # shellcheck disable=SC2086 # they are words
    run 0 "$dotgrad" --check $arguments && err_empty || echo '  all of them are refreshed by: make pictures'
    if readable "${arguments##* }"; then
        n=$((n + 1))
    else
        note "the text of ${arguments##* } is small in a column of 736 pixels"
    fi
done <commands
checks=$((checks + 1))
[ $n -ge 10 ] || fail "only $n pictures of lectures can be read"
for program in samples/lectures/*.dg; do
    checks=$((checks + 1))
    grep -qE -e "(^| )$program -o" commands || fail "the gallery has no picture of $program"
done
for picture in doc/pictures/lectures/*.svg; do
    checks=$((checks + 1))
    grep -qF -e "-o $picture" commands && grep -qF -e "](${picture#doc/})" doc/gallery.md || fail "the gallery does not show $picture"
done
narrow doc/pictures/lectures/neuron.svg 520
narrow doc/pictures/lectures/neuron_down.svg 300
# Large graphs: four examples through a network can be read.
sed -n 's/^    dotgrad \(.* -o .*\)/\1/p' doc/large_graphs.md >commands
checks=$((checks + 1))
[ -s commands ] || fail 'there is no command in doc/large_graphs.md'
while read -r arguments; do
    # shellcheck disable=SC2086 # they are words
    run 0 "$dotgrad" --check $arguments && err_empty || echo '  all of them are refreshed by: make pictures'
    checks=$((checks + 1))
    readable "${arguments##* }" || fail "the text of ${arguments##* } is small in a column of 736 pixels"
done <commands
# They would tell.
run 1 "$dotgrad" --check samples/lectures/neuron.dg -o doc/pictures/lectures/neuron.svg
checks=$((checks + 1))
! readable doc/pictures/ops.svg || fail 'a picture of all operations is taken for readable'

finish

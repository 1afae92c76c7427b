#!/usr/bin/env bash
# doc/gradients.md: each kind of finding has a section with its program, what the report says of it, its picture and the
# repair. The programs are samples/gradients/; the sessions print what they show.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
page=$top_src/doc/gradients.md
ln -s "$top_src/doc" "$top_src/samples" .
mkdir bin && ln -s "$dotgrad" bin/dotgrad
PATH=$PWD/bin:$PATH

kinds=$(sed -n 's/^DGI_FINDING_KIND([A-Z_]*, "\([a-z-]*\)".*/\1/p' "$top_src/src/inspect/kinds.def")
checks=$((checks + 1))
[ "$(wc -w <<<"$kinds")" -ge 17 ] || fail "the kinds of findings are not where they were: $kinds"

# The first finding of a program, by the report.
first_kind() # ARGUMENT...
{
    dotgrad -Treport --json "$@" | sed -n 's/^  {"kind": "\([a-z-]*\)".*/\1/p' | head -1
}

for kind in $kinds; do
    checks=$((checks + 1))
    grep -q "^## .*: \`$kind\`$" "$page" || fail "there is no section on $kind"
    program=samples/gradients/$kind.dg
    [ -e "$program" ] || program=samples/gradients/$kind.json
    options=()
    [ "$kind" != update-ratio ] || options=(--threshold=learning-rate=1)
    checks=$((checks + 1))
    found=$(first_kind "${options[@]}" "$program")
    [ "$found" = "$kind" ] || fail "the first finding of $program is '$found'"
    run 1 dotgrad --fail-on="$kind" -Ttable "${options[@]}" "$program"
    repaired=${program%.*}-repaired.${program##*.}
    if [ -e "$repaired" ]; then
        run 0 dotgrad --fail-on="$kind",error,warning -Ttable "$repaired"
    fi
done

# All programs stand on the page as they are.
for program in samples/gradients/*.dg; do
    checks=$((checks + 1))
    awk -v program="$program" '
        BEGIN { while ((getline line <program) > 0) text = text line "\n" }
        /^```/ { if (inside && shown == text) found = 1; inside = $0 == "```python"; shown = ""; next }
        { shown = shown $0 "\n" }
        END { exit !found }' "$page" || fail "the page does not show $program as it is"
done

# A session is an indented block that begins with "$ dotgrad"; what is printed begins with what is shown.
sessions=0
while IFS= read -r line; do
    case $line in
    '    $ dotgrad '*)
        command=${line#'    $ '}
        sessions=$((sessions + 1))
        { eval "$command" || :; } >printed 2>&1 </dev/null
        ;;
    '    dotgrad '*) command= ;;
    '    '* | '')
        [ -n "${command-}" ] || continue
        IFS= read -r next <printed || { command=; continue; }
        [ "$next" = "${line#'    '}" ] || {
            # An empty line may end the session.
            [ -n "$line" ] && fail "after '$command' the page shows '${line#'    '}', printed is '$next'"
            command=
        }
        sed -i 1d printed
        checks=$((checks + 1))
        ;;
    *) command= ;;
    esac
done < <(sed "/^\`\`\`/,/^\`\`\`\$/d" "$page")
checks=$((checks + 1))
[ $sessions -ge 18 ] || fail "the page has $sessions sessions"

# The pictures are what the commands draw, and each is shown.
sed -n 's/^    dotgrad \(.* -o .*\)/\1/p' "$page" >commands
while read -r arguments; do
    # shellcheck disable=SC2086 # they are words
    run 0 dotgrad --check $arguments && err_empty || echo '  all of them are refreshed by: make pictures'
    picture=${arguments##* }
    checks=$((checks + 1))
    grep -qF "](${picture#doc/})" "$page" || fail "the page does not show $picture"
done <commands
for picture in doc/pictures/gradients/*.svg; do
    checks=$((checks + 1))
    grep -qF -e "-o $picture" commands || fail "no command draws $picture"
done
finish

#!/usr/bin/env bash
# Every option of the command that changes a picture is an option of each directive, of the same name, and in the
# manual's table; what is no option is reported.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

project sphinx
cd ../.. || exit 99

# Those of the command that are not for a document: what is read and written, limits, and how it runs.
not_here='expr output format input-format id-prefix no-size time-limit memory-limit max-nodes check watch no-sync input-name
    line-offset cell explain-fold json history history-every sort rows list-ops quiet verbose help version'
run 0 "$dotgrad" --help
sed -nE 's/^ {2,6}(-., )?--([a-z-]+).*/\2/p' "$tmp/out" | sort >all-options
# shellcheck disable=SC2086
printf '%s\n' $not_here | sort | comm -13 - all-options >wanted
checks=$((checks + 1))
[ "$(wc -l <wanted)" -ge 6 ] || fail 'there are too few options to be right'

# What each lists. A title is Asciidoctor's own; there, and in all, alt is the picture's.
listed() # FILE: the words in quotes of its lists
{
    sed -nE '/^ *(OPTIONS|FLAGS|local options|local flags) = /{ s/.*%w\[([^]]*)\].*/\1/; s/^[^=]*= //; s/'"['(){},]"'/ /g; p; }' "$1" |
        tr ' ' '\n' | grep . | sort
}
for plugin in sphinx/dotgrad_sphinx.py mkdocs/dotgrad_mkdocs.py mdbook/dotgrad-mdbook doxygen/dotgrad_doxygen.py \
    pandoc/dotgrad.lua; do
    last="the lists in $plugin"
    listed $plugin >found
    same wanted found
done
last='the lists in asciidoctor/dotgrad.rb'
grep -vx title wanted >expected
listed asciidoctor/dotgrad.rb >found
same expected found
# The table in the manual: | `theme` | ...
last='the table in README.md'
# shellcheck disable=SC2016
sed -nE '/^\| option /,/^$/s/^\| `([a-z-]+)` .*/\1/p' README.md | sort >found
same wanted found

### Each tool hands them on, and reports what is none

# called OPTION...: a picture was drawn with these
called()
{
    local one
    for one in "$@"; do
        checks=$((checks + 1))
        grep -qF -e "$one" "$DRAWN" 2>/dev/null || fail "no picture is drawn with $one"
    done
    checks=$((checks + 1))
    [ "$(grep -c -e --fit= "$DRAWN")" -eq "$(grep -c -e --direction=auto "$DRAWN")" ] || fail 'a width is said in vain'
    rm -f "$DRAWN"
}
fence='```'
# Where the direction is auto, it is that for the column of the tool's pages.
auto_block="
${fence}dotgrad direction=auto
a = 3.0
$fence"
program='a = 2.0
b = a*a'

if command -v sphinx-build >/dev/null; then
    mkdir page
    printf 'extensions = ["dotgrad_sphinx"]\nimport sys\nsys.path.insert(0, "%s")\n' "$PWD/sphinx" >page/conf.py
    printf 'Page\n====\n\n.. dotgrad::\n   :theme: dark\n   :direction: TB\n   :title: Called so\n   :root: b\n   :description: In words\n   :width: 50%%\n\n   a = 2.0\n   b = a*a\n\n.. dotgrad::\n   :direction: auto\n\n   c = 2.0\n' >page/index.rst
    run 0 sphinx-build -q -W -b html page html && err_empty
    called --theme=dark --direction=TB '--title=Called so' --root=b '--description=In words' --fit=660
    has html/index.html '<div class="dotgrad-picture dg-sized" style="width: 50%">'
    printf 'Page\n====\n\n.. dotgrad::\n   :directon: TB\n\n   a = 2.0\n\n.. dotgrad::\n   :theme: pink\n\n   a = 2.0\n' >page/index.rst
    run 1 sphinx-build -q -W --keep-going -b html page html
    err_has 'index\.rst:4: ERROR: ' && err_has 'unknown option: "directon"' && err_has "theme 'pink' is not known"
else
    note 'sphinx-build is not here'
fi
if command -v pandoc >/dev/null; then
    printf '%s {.dotgrad theme=dark direction=TB title="Called so" root=b description="In words" width=50%%}\n%s\n%s\n' "$fence" "$program" "$fence" >page.md
    printf '\n%s {.dotgrad direction=auto}\na = 3.0\n%s\n' "$fence" "$fence" >>page.md
    run 0 pandoc -s --metadata title=Page --lua-filter=pandoc/dotgrad.lua page.md -o page.html && err_empty
    called --theme=dark --direction=TB '--title=Called so' --root=b '--description=In words' --fit=720
    has page.html '<div class="dotgrad-picture dg-sized" style="overflow-x:auto;width:50%">'
    # an empty header is not a word
    has_not page.html '^ *true *$'
    printf '\n%s {.dotgrad directon=TB data-other=x}\n%s\n%s\n' "$fence" "$program" "$fence" >>page.md
    run 0 pandoc -s --metadata title=Page --lua-filter=pandoc/dotgrad.lua page.md -o page.html
    err_has "^page\.md:10: warning: 'directon' is no attribute of a picture; there are alt, " && err_lines 1
else
    note 'pandoc is not here'
fi
if command -v asciidoctor >/dev/null; then
    printf '= Page\n\n[dotgrad,theme=dark,direction=TB,alt="Called so",root=b,description="In words",width=50%%]\n----\n%s\n----\n' "$program" >page.adoc
    printf '\n[dotgrad,direction=auto]\n----\na = 3.0\n----\n' >>page.adoc
    run 0 asciidoctor --failure-level=WARN -r ./asciidoctor/dotgrad.rb page.adoc && err_empty
    called --theme=dark --direction=TB '--title=Called so' --root=b '--description=In words' --fit=970
    has page.html '<div class="dotgrad-picture dg-sized" style="overflow-x:auto;width:50%">'
    printf '\n.A title\n[#id.role,dotgrad]\n[dotgrad,TB,directon=TB]\n----\n%s\n----\n' "$program" >>page.adoc
    run 1 asciidoctor --failure-level=WARN -r ./asciidoctor/dotgrad.rb page.adoc
    err_has "page\.adoc: line [12][0-9]: dotgrad: 'directon' is no attribute of a picture; there are alt, " &&
        err_has "dotgrad: 'TB' is no attribute" && err_lines 2
else
    note 'asciidoctor is not here'
fi
if command -v mkdocs >/dev/null; then
    printf '# Page\n\n%s dotgrad theme="dark" direction="TB" title="Called so" root="b" description="In words"\n%s\n%s\n' "$fence" "$program" "$fence" >mkdocs/example/docs/index.md
    printf '%s\n' "${auto_block/auto/\"auto\"}" >>mkdocs/example/docs/index.md
    run 0 mkdocs build -q --strict -f mkdocs/example/mkdocs.yml -d "$tmp/mkdocs"
    called --theme=dark --direction=TB '--title=Called so' --root=b '--description=In words' --fit=825
    printf '\n<!--\n%s dotgrad directon="TB"\n%s\n%s\n-->\n\n%s dotgrad directon="TB"\n%s\n%s\n' "$fence" "$program" "$fence" "$fence" "$program" "$fence" >>mkdocs/example/docs/index.md
    run 1 mkdocs build --strict -f mkdocs/example/mkdocs.yml -d "$tmp/mkdocs"
    err_has "index\.md:19: 'directon' is no option of a picture; there are alt, "
    checks=$((checks + 1))
    [ "$(grep -c directon "$tmp/err")" -eq 1 ] || fail 'what is in a comment is reported, too'
else
    note 'mkdocs is not here'
fi
if command -v doxygen >/dev/null; then
    cd doxygen/example || exit 99
    printf '/** @file\n * \\dotgrad[theme=dark direction=TB description="In words" root=o]{neuron.dg,Called so} */\n' >src/neuron.h
    run 0 python3 ../dotgrad_doxygen.py --path programs src/neuron.h && err_empty
    called --theme=dark --direction=TB '--title=Called so' --root=o '--description=In words'
    printf '/** @file\n * \\dotgrad[directon=TB]{neuron.dg,Called so} \\dotgrad[root="]{neuron.dg} */\n' >src/neuron.h
    run 0 python3 ../dotgrad_doxygen.py --path programs src/neuron.h
    err_has "^src/neuron\.h:2: error: 'directon' is no option of a picture; there are root, " && err_has '^src/neuron\.h:2: error: No closing quotation'
    cd ../.. || exit 99
else
    note 'doxygen is not here'
fi
mkdir -p src
book() # WORDS...: a chapter with a picture of these options
{
    "$python" -c 'import json, sys
chapter = {"name": "c", "content": sys.argv[1], "sub_items": [], "path": "c.md", "source_path": "c.md"}
print(json.dumps([{"root": ".", "config": {"book": {"src": "src"}}}, {"sections": [{"Chapter": chapter}]}]))' \
        "${fence}dotgrad $1
$program
$fence
${2-}" >asked.json
    stdin=asked.json
    run "${expected:-0}" mdbook/dotgrad-mdbook
    stdin=/dev/null
}
book 'theme=dark direction="TB" title="Called so" root=b description="In words"' "$auto_block" && err_empty
called --theme=dark --direction=TB '--title=Called so' --root=b '--description=In words' --fit=750
book 'threshold="saturated=0.5,vanishing=1e-9" fail-on=nonfinite' && err_empty
called --threshold=saturated=0.5,vanishing=1e-9 --fail-on=nonfinite
expected=1 book 'fail-on=no-backward' && err_has '^src/c\.md, picture 1: warning: no-backward: '
book 'theme=dark directon=TB' && err_has "^src/c\.md, picture 1: warning: 'directon' is no option of a picture; there are alt, "

# LaTeX has no directive; make and latexmk have the options of each picture.
if command -v "${MAKE:-make}" >/dev/null; then
    rm -f "$DRAWN"
    run 0 "${MAKE:-make}" -C latex/example neuron.pdf 'DOTGRAD_OPTIONS=--theme=dark --direction=TB'
    called --theme=dark --direction=TB
fi
finish

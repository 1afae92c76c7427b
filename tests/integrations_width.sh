#!/usr/bin/env bash
# Wide pictures in the pages of the integrations: readable in wide and narrow windows of both browsers and on paper,
# also in notes, lists and tables, and nothing around them becomes wider.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

thorough 'wide pictures in browsers' || skip 'browsers are slow: tests/run --all starts them'
need pdftotext
project sphinx
cd ../..
all=$PWD
pages=()

# indented N: standard input, N columns further to the right
indented() { sed "s/^\(.\)/$(printf "%$1s" '')\1/"; }
# Numbers that tell the pictures of a page from each other: program NUMBER
program()
{
    printf 'x = %d.125\n' "$1"
    for i in 1 2 3 4 5 6 7 8 9; do printf 'x = sigmoid(x)\n'; done
    printf 'y = x + 1.0\ny.backward()\n'
}
small() { printf 'a = 2.0\nb = a*a\n'; }
words='Some words beside it that are long enough to take more than one line in a narrow window.'
fence='```'

if command -v sphinx-build >/dev/null; then
    mkdir "$tmp/wide-sphinx"
    {
        printf 'Wide\n====\n\n.. dotgrad::\n\n' && program 1 | indented 3
        printf '\n.. note::\n\n   .. dotgrad::\n      :caption: In a note.\n\n' && program 2 | indented 6
        printf '\n.. list-table::\n\n   * - %s\n     - .. dotgrad::\n\n' "$words" && program 3 | indented 10
        printf '\n   * - %s\n     - .. dotgrad::\n\n' "$words" && small | indented 10
        printf '\n* An item\n\n  .. dotgrad::\n     :align: center\n\n' && program 4 | indented 5
        printf '\n.. dotgrad::\n   :caption: Small.\n\n' && small | indented 3
    } >"$tmp/wide-sphinx/index.rst"
    for theme in alabaster sphinx_rtd_theme furo; do
        "$python" -c "import $theme" 2>/dev/null || continue
        printf 'import sys\nsys.path.insert(0, "%s")\nextensions = ["dotgrad_sphinx"]\nproject = "wide"\nhtml_theme = "%s"\n' \
            "$all/sphinx" $theme >"$tmp/wide-sphinx/conf.py"
        run 0 sphinx-build -q -b html "$tmp/wide-sphinx" "$tmp/$theme"
        pages+=("$tmp/$theme/index.html")
    done
fi
if command -v pandoc >/dev/null; then
    {
        printf '# Wide\n\n%s dotgrad\n' "$fence" && program 1 && printf '%s\n\n' "$fence"
        printf '> %s {.dotgrad caption="In a quotation."}\n' "$fence" && program 2 | sed 's/^/> /' && printf '> %s\n\n' "$fence"
        printf -- '- %s\n\n  %s dotgrad\n' "$words" "$fence" && program 3 | indented 2 && printf '  %s\n\n' "$fence"
        printf '+--------------+----------------------+\n| Some words | %s dotgrad          |\n' "$fence"
        program 4 | while IFS= read -r line; do printf '|              | %-20s |\n' "$line"; done
        printf '|              | %s                  |\n+--------------+----------------------+\n' "$fence"
    } >wide.md
    run 0 pandoc -s --metadata title=Wide --lua-filter=pandoc/dotgrad.lua wide.md -o wide-pandoc.html
    pages+=("$all/wide-pandoc.html")
fi
if command -v asciidoctor >/dev/null; then
    {
        printf '= Wide\n\n[dotgrad]\n----\n' && program 1 && printf -- '----\n\nNOTE: Short.\n\n[NOTE]\n====\n[dotgrad]\n----\n'
        program 2 && printf -- '----\n====\n\n|===\n|%s a|[dotgrad]\n----\n' "$words" && program 3
        printf -- '----\n|===\n\n* An item\n+\n.A title\n[dotgrad,align=center]\n----\n' && program 4 && printf -- '----\n'
        printf '\n[dotgrad,role=text-center]\n----\n' && small && printf -- '----\n'
    } >wide.adoc
    run 0 asciidoctor --failure-level=WARN -r ./asciidoctor/dotgrad.rb -o wide-asciidoctor.html wide.adoc
    pages+=("$all/wide-asciidoctor.html")
fi
if command -v mkdocs >/dev/null; then
    {
        printf '# Wide\n\n%s dotgrad caption="A caption."\n' "$fence" && program 1 && printf '%s\n\n!!! note\n\n' "$fence"
        printf '    %s dotgrad\n' "$fence" && program 2 | indented 4 && printf '    %s\n\n- An item\n\n' "$fence"
        printf '    %s dotgrad align="center"\n' "$fence" && program 3 | indented 4 && printf '    %s\n\n' "$fence"
        printf '%s dotgrad\n' "$fence" && small && printf '%s\n' "$fence"
    } >mkdocs/example/docs/index.md
    for theme in mkdocs material; do
        printf 'site_name: Wide\nhooks: [../dotgrad_mkdocs.py]\nmarkdown_extensions: [pymdownx.superfences, admonition]\ntheme: {name: %s}\n' \
            $theme >mkdocs/example/mkdocs.yml
        [ $theme = mkdocs ] || mkdocs build -q -f mkdocs/example/mkdocs.yml -d "$tmp/theme" 2>/dev/null || continue
        run 0 mkdocs build -q -f mkdocs/example/mkdocs.yml -d "$tmp/mkdocs-$theme"
        pages+=("$tmp/mkdocs-$theme/index.html")
    done
fi
if command -v doxygen >/dev/null; then
    cd doxygen/example || exit 99
    mkdir -p build/pictures
    for n in 1 2 3; do program $n >programs/wide$n.dg; done
    {
        printf '/** @file\n * Wide.\n *\n * \\dotgrad{wide1.dg}\n */\n\n'
        printf '/** A function:\n *\n * \\dotgrad{wide2.dg}\n *\n * @note In a note:\n * \\dotgrad{wide3.dg}\n */\n'
        printf 'double wide(double x);\n'
    } >src/neuron.h
    run 0 doxygen
    pages+=("$PWD/build/html/neuron_8h.html")
    cd "$all" || exit 99
fi
[ ${#pages[@]} -gt 0 ] || skip 'no tool is here that makes pages'

[ -z "${DOTGRAD_PAGES:-}" ] || cp -r "$tmp" "$DOTGRAD_PAGES"
n=0
for browser in chromium firefox-esr firefox; do
    command -v $browser >/dev/null || continue
    n=$((n + 1))
    run 0 timeout 300 "$python" "$top_src/tests/integrations_width.py" ${browser%-esr} "$(command -v $browser)" "${pages[@]}" ||
        sed 's/^/    /' "$tmp/out"
    [ $browser != firefox-esr ] || break
done
[ $n -gt 0 ] || skip 'no browser is here'
[ $n -gt 1 ] || note 'one of chromium and firefox-esr is not here'
finish

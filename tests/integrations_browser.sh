#!/usr/bin/env bash
# The pages of the integrations as a browser shows them, to eyes and to screen readers.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

thorough 'a browser' || skip 'a browser is slow: tests/run --all starts it'
need chromium
project sphinx
cd ../..
shots=${DOTGRAD_SCREENSHOTS:-$tmp/shots}
mkdir -p "$shots"
pages=()

if command -v sphinx-build >/dev/null && "$python" -c 'import myst_parser' 2>/dev/null; then
    run 0 sphinx-build -q -b html sphinx/example "$tmp/sphinx"
    pages+=("$tmp/sphinx/index.html=follows" "$tmp/sphinx/markdown.html=follows")
fi
if command -v pandoc >/dev/null; then
    cd pandoc/example || exit 99
    run 0 pandoc -s --lua-filter=../dotgrad.lua page.md -o pandoc.html
    # without the style sheet
    mkdir "$tmp/plain" && cp ../dotgrad.lua "$tmp/plain"
    run 0 pandoc -s --lua-filter="$tmp/plain/dotgrad.lua" page.md -o plain.html
    # with a header of the author's, which moves the style sheet into the picture
    echo '<meta name="author" content="A">' >header
    run 0 pandoc -s -H header --lua-filter=../dotgrad.lua page.md -o header.html
    pages+=("$PWD/pandoc.html=follows" "$PWD/plain.html" "$PWD/header.html=follows")
    cd ../.. || exit 99
fi
if command -v asciidoctor >/dev/null; then
    run 0 asciidoctor -r ./asciidoctor/dotgrad.rb -o asciidoctor.html asciidoctor/example/page.adoc
    pages+=("$PWD/asciidoctor.html=follows")
fi
if command -v mkdocs >/dev/null; then
    run 0 mkdocs build -q -f mkdocs/example/mkdocs.yml -d "$tmp/mkdocs"
    pages+=("$tmp/mkdocs/index.html=follows")
fi
if command -v doxygen >/dev/null; then
    cd doxygen/example || exit 99
    mkdir -p build/pictures
    run 0 doxygen
    pages+=("$PWD/build/html/index.html=follows" "$PWD/build/html/neuron_8h.html=follows")
    cd ../.. || exit 99
fi
[ ${#pages[@]} -gt 0 ] || skip 'no tool is here that makes pages'
run 0 timeout 300 "$python" "$top_src/tests/integrations_browser.py" "$(command -v chromium)" "$shots" "${pages[@]}" ||
    sed 's/^/    /' "$tmp/out"
finish

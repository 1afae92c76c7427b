#!/usr/bin/env bash
# The Lua filter of Pandoc: HTML, EPUB, docx, LaTeX, words, and what is wrong.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need pandoc xmllint
project pandoc

pandoc_to() # OUTPUT [OPTION]...
{
    local output=$1
    shift
    pandoc -s --lua-filter=../dotgrad.lua "$@" page.md -o "$output"
}

run 0 pandoc_to page.html && err_empty && drawn 3
pictures 3 page.html
has page.html 'svg\.dotgrad \{'
has page.html '<figure id="product" class="dotgrad-figure">'
has page.html '<title id="[^"]*">A product and its two factors</title>'
has page.html '<figcaption>A neuron with two inputs\.</figcaption>'
has page.html '<figure class="dotgrad-figure wide">'
cp page.html first.html
run 0 pandoc_to page.html && same page.html first.html

run 0 pandoc_to page.epub
mkdir "$tmp/book"
run 0 "$python" -m zipfile -e page.epub "$tmp/book"
run 0 xmllint --noout "$tmp"/book/EPUB/content.opf "$tmp"/book/EPUB/text/*.xhtml "$tmp"/book/EPUB/media/*.svg
checks=$((checks + 1))
[ "$(find "$tmp/book/EPUB/media" -name '*.svg' | wc -l)" -eq 3 ] || fail 'the EPUB has not 3 pictures'
has <(cat "$tmp"/book/EPUB/text/*.xhtml) '<img [^>]*alt="A product and its two factors"'

run 0 pandoc_to page.docx
mkdir "$tmp/docx"
run 0 "$python" -m zipfile -e page.docx "$tmp/docx"
run 0 xmllint --noout "$tmp/docx/word/document.xml"
for picture in "$tmp"/docx/word/media/*; do
    run 0 file -b "$picture" && out_has '^PNG image data'
done
has "$tmp/docx/word/document.xml" 'A product and its two factors'

run 0 pandoc_to page.odt
run 0 pandoc_to page.txt -t plain
has page.txt '^\[A product and its two factors: 3 values, 2 of them leaves\.'
has page.txt '^A neuron with two inputs\.$'
run 0 pandoc_to page.7 -t man
run 0 pandoc_to slides.html -t revealjs
pictures 3 slides.html
run 0 pandoc_to page.tex "--extract-media=$tmp/media"
has page.tex 'includegraphics.*\.pdf}'
if command -v pdflatex >/dev/null && kpsewhich lmodern.sty >/dev/null; then
    run 0 pandoc_to page.pdf
    run 0 pdftotext -layout page.pdf - && out_has 'x1\*w1 +data -6\.0000 +grad 0\.5000'
else
    note 'pdflatex or lmodern is not here; no PDF is made'
fi

# What is wrong fails the build, at its line in the document.
cat >page.md <<'END'
# Wrong

``` {.dotgrad #one}
a = 1.0
b = aa
```

> ``` dotgrad
> a = 1.0
> c = bbb
> ```

``` {.dotgrad file=absent.dg}
```

``` {.dotgrad root=nobody}
a = 1.0
```
END
rm -f page.html
run 83 pandoc_to page.html
err_has '^page\.md:5:5: error: .aa. is not defined'
err_has '^page\.md:10:5: error: .bbb. is not defined'
err_has 'absent\.dg'
err_has 'no value is named .nobody.'
err_has '4 pictures cannot be drawn'
checks=$((checks + 1))
[ ! -e page.html ] || fail 'there is a page with wrong pictures'
run 83 env DOTGRAD=/nowhere/dotgrad pandoc -s --lua-filter=../dotgrad.lua page.md
err_has '/nowhere/dotgrad cannot be run'

# Nothing in a page gets out of its picture.
attributes=${hostile_label//\"/}
{
    printf '# Hostile\n\n``` {.dotgrad alt="%s" caption="%s" root=b}\n%s\n```\n\n``` dotgrad\n' \
        "$attributes" "$attributes" "$hostile_program"
    big_program
    printf '```\n'
} >page.md
for output in page.html page.epub page.docx; do
    run 0 pandoc_to $output --metadata title=Hostile && err_empty
    hostile
done
pictures 2 page.html
has_not page.html '<script>alert'
finish

#!/usr/bin/env bash
# The Lua filter of Pandoc: HTML, EPUB, docx, LaTeX, words, and what is wrong.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need pandoc xmllint
project pandoc
cp page.md "$tmp/page.md"

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
err_has '^page\.md:13: error: .absent\.dg. cannot be read'
err_has '^page\.md:16: error: this picture cannot be drawn'
run 83 env DOTGRAD=/nowhere/dotgrad pandoc -s --lua-filter=../dotgrad.lua page.md
err_has '^page\.md:3: error: /nowhere/dotgrad cannot be run'

# The same text before the block is another's, wherever it stands.
for_readers='```` md
``` {.dotgrad}
a = 1.0
b = aa
```
````

<!--
``` {.dotgrad}
a = 1.0
b = aa
```
-->

    ``` {.dotgrad}
    a = 1.0
    b = aa
    ```

> a = 1.0
> b = aa

~~~
a = 1.0
b = aa
~~~
'
printf '# Twice\n\n%s\n``` {.dotgrad}\na = 1.0\nb = aa\n```\n\n> - ~~~~ {.dotgrad #x\n>   alt="A"}\n>   a = 1.0\n>   b = aa\n>   ~~~~\n' "$for_readers" >page.md
printf '%s\n``` dotgrad\na = 1.0\nb = aa\n```\n' "$for_readers" >second.md
run 83 pandoc_to page.html second.md
grep -E '^[a-z]+\.md:[0-9]+:5: error' "$tmp/err" >"$tmp/places"
is_text "$tmp/places" "second.md:30:5: error: 'aa' is not defined
page.md:32:5: error: 'aa' is not defined
page.md:38:5: error: 'aa' is not defined" 'the places'

# Nothing in a page gets out of its picture.
attributes=${hostile_label//\"/}
{
    printf '# Hostile\n\n``` {.dotgrad alt="%s" caption="%s" root=b}\n%s\n```\n\n``` dotgrad\n' \
        "$attributes" "$attributes" "$hostile_program"
    big_program
    printf '```\n'
} >page.md
run 0 pandoc_to page.html --metadata title=Hostile && err_empty
hostile
pictures 2 page.html
has_not page.html '<script>alert'

thorough 'other formats, LaTeX, files outside, ids' || finish

for output in page.epub page.docx page.tex; do
    run 0 pandoc_to $output --metadata title=Hostile && err_empty
    hostile
done
has_not page.tex '<script>'
run 0 pandoc_to page.xml -t docbook5 && err_empty
run 0 xmllint --noout page.xml

rm -f page.html
cp "$tmp/page.md" page.md
run 0 pandoc_to page.html
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
has page.tex "includegraphics.*$tmp/media/dg-[^/]*\.pdf}"
# A .tex file has its pictures beside it; on standard output it cannot.
mkdir beside
run 0 pandoc_to beside/page.tex && err_empty
has beside/page.tex 'includegraphics\{dg-[0-9a-f]*\.pdf}'
checks=$((checks + 1))
[ "$(find beside -name 'dg-*.pdf' | wc -l)" -eq 3 ] || fail 'page.tex has not 3 pictures beside it'
run 0 pandoc_to beside/page.xml -t docbook5 && err_empty
run 0 xmllint --noout beside/page.xml beside/dg-*.svg
run 0 pandoc -s --lua-filter=../dotgrad.lua -t latex page.md && err_has 'warning: .*--extract-media'
run 0 pandoc -s --quiet --lua-filter=../dotgrad.lua -t latex page.md && err_empty
if command -v pdflatex >/dev/null && kpsewhich lmodern.sty >/dev/null; then
    run 0 env -C beside pdflatex -interaction=batchmode page.tex
    # Pictures are as wide as what is around them, at most.
    {
        printf '> - a list\n>\n>     - in it\n>\n>         ``` {.dotgrad file=neuron.dg}\n>         ```\n\n'
        printf '+------+---------------+\n| cell | ``` dotgrad   |\n|      | t = 2.0       |\n|      | u = t*t       |\n'
        printf '|      | ```           |\n+------+---------------+\n'
    } >narrow.md
    run 0 pandoc -s --lua-filter=../dotgrad.lua narrow.md -o beside/narrow.tex
    run 0 env -C beside pdflatex -interaction=batchmode narrow.tex
    has_not beside/narrow.log '^Overfull .hbox'
    run 0 pandoc_to page.pdf
    run 0 pdftotext -layout page.pdf - && out_has 'x1\*w1 +data -6\.0000 +grad 0\.5000'
else
    note 'pdflatex or lmodern is not here; no PDF is made'
fi

cp second.md page.md
run 83 pandoc_to page.html -f gfm && err_has '^page\.md:30:5: error'
printf 'Text\n====\n\n.. code:: dotgrad\n\n   a = 1.0\n   b = aa\n' >page.rst
run 83 pandoc -s --lua-filter=../dotgrad.lua page.rst && err_has '^page\.rst:7:5: error'
stdin=second.md
run 83 pandoc -s --lua-filter=../dotgrad.lua && err_has '^<stdin>, picture 1:2:5: error'
stdin=/dev/null

# Nothing outside of the folder is read, unless pandoc is told that it may.
mkdir "$tmp/outside"
echo 'secret = nobody' >"$tmp/outside/secret.dg"
ln -s "$tmp/outside/secret.dg" file.dg
ln -s "$tmp/outside" folder
for file in "$tmp/outside/secret.dg" ../../../../outside/secret.dg file.dg folder/secret.dg; do
    printf '# Outside\n\n``` {.dotgrad file=%s}\n```\n' "$file" >page.md
    run 83 pandoc_to page.html
    err_has "^page\.md:3: error: '$file' is outside of the folders"
    has_not "$tmp/err" 'nobody'
done
run 83 pandoc_to page.html "--resource-path=.:$tmp/outside" && err_has "nobody"
mkdir part
echo 'a = nobody' >part/a.dg
ln -s part/a.dg inside.dg
printf '``` {.dotgrad file=part/a.dg}\n```\n\n``` {.dotgrad file=inside.dg}\n```\n' >page.md
run 83 pandoc_to page.html
err_has '^part/a\.dg:1:5: error: .nobody.' && err_has '^inside\.dg:1:5: error: .nobody.'

# The ids of a page are its own, whatever the author calls things; the same picture may be there twice.
picture='a = 2.0
b = a*a
```
'
fence='```'
{
    printf '[x](#a-title) [y](#a)\n\n'
    for id in a a-title a-desc; do printf '%s {.dotgrad #%s}\n%s\n' "$fence" $id "$picture"; done
} >page.md
run 0 pandoc_to page.html --metadata title=Ids
pictures 3 page.html
stem=$(grep -o 'id="dg-[0-9a-f]*"' page.html | head -n 1 | tr -dc '0-9a-fg"-' | cut -d '"' -f 2)
printf '\n# One {#%s-title}\n\n<p id="%s-2-desc">Two</p>\n' "$stem" "$stem" >>page.md
run 0 pandoc_to page.html --metadata title=Ids
pictures 3 page.html
run 0 pandoc_to page.html --metadata title=Ids --id-prefix=part1-
pictures 3 page.html
has page.html '<figure id="part1-a-title"'

# The author's header and ours; an empty DOTGRAD is none.
echo '<meta name="author-header">' >header.html
for options in '' '-H header.html'; do
    # shellcheck disable=SC2086 # words are meant to be split
    run 0 env DOTGRAD= pandoc -s --metadata title=Header $options --lua-filter=../dotgrad.lua page.md -o page.html
    pictures 3 page.html
    has page.html '^ +svg\.dotgrad \{'
    [ -z "$options" ] || has page.html 'author-header'
done

# A caption is a caption, and a description a description.
printf '%s {.dotgrad caption="The caption." alt="The description."}\n%s' "$fence" "$picture" >page.md
for format in docx pptx epub; do
    run 0 pandoc_to "page.$format" --metadata title=Caption
    rm -rf "$tmp/parts"
    mkdir "$tmp/parts"
    run 0 "$python" -m zipfile -e "page.$format" "$tmp/parts"
    find "$tmp/parts" '(' -name 'document.xml' -o -name 'slide*.xml' -o -name 'ch*.xhtml' ')' -exec cat {} + >"page.$format.xml"
    has "page.$format.xml" '>The caption\.<'
done
has page.docx.xml '<wp:docPr descr="The description\."'
has page.docx.xml '<w:pStyle w:val="ImageCaption" />.*>The caption\.<'
has page.pptx.xml 'descr="The description\.'
has page.epub.xml 'alt="The description\."'
finish

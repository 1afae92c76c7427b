#!/usr/bin/env bash
# The directive of Sphinx: what each builder makes of it, what is drawn when, and what is wrong.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need sphinx-build xmllint
need_module myst_parser
project sphinx

sphinx() # BUILDER [OPTION]...
{
    local builder=$1
    shift
    sphinx-build -q -W --keep-going -b "$builder" -d "$tmp/doctrees" "$@" . "$tmp/$builder"
}

# HTML, in two processes; then nothing is left to draw.
run 0 sphinx html -j2 && err_empty && drawn 5
run 0 env DOTGRAD= sphinx-build -q -W -b html -d "$tmp/doctrees" . "$tmp/html" && drawn 0
pictures 3 "$tmp/html/index.html"
pictures 2 "$tmp/html/markdown.html"
has "$tmp/html/index.html" '<div class="dotgrad-picture" id="product"><svg '
has "$tmp/html/index.html" '<title id="[^"]*">A product and its two factors</title>'
has "$tmp/html/index.html" '<figure class="dotgrad-figure align-center" id="neuron">'
has "$tmp/html/index.html" '<div class="wide dotgrad-picture">'
has "$tmp/html/index.html" 'Fig\. 1 </span><span class="caption-text">A <em>neuron</em> with'
has "$tmp/html/index.html" 'dotgrad\.css'
checks=$((checks + 1))
[ -e "$tmp/html/_static/dotgrad.css" ] || fail 'dotgrad.css is not in the site'

# What is wrong is told at its line, is an error with -W, and is told again by the next build.
mkdir "$tmp/bad" && cd "$tmp/bad" || exit 99
cat >conf.py <<END
import sys
sys.path.insert(0, '$tmp/work/all/sphinx')
extensions = ['dotgrad_sphinx', 'myst_parser']
END
cat >index.rst <<'END'
Wrong
=====

.. dotgrad::
   :alt: two errors

   a = 2.0
   b = aa*3
   c = zz

* in a list

  .. dotgrad::

     x = 1.0
     y = xx

.. include:: part.txt

.. dotgrad:: bad.dg

.. dotgrad:: absent.dg

.. dotgrad::
   :root: nobody

   d = 1.0

.. dotgrad::

.. dotgrad:: bad.dg

   e = 1.0

.. toctree::

   page
END
printf 'Included.\n\n.. dotgrad::\n\n   q = 1.0\n   r = qqq\n' >part.txt
printf '# Page\n\n```{dotgrad}\n:alt: that\n\ns = 1.0\nt = sss\n```\n\n```{dotgrad}\n:root: u\nu = uu\n```\n' >page.md
printf 'bad = no\n' >bad.dg
times=1
! thorough 'the same warnings again' || times=2
for _ in $(seq $times); do
    run 1 sphinx-build -q -W --keep-going -b html . "$tmp/badhtml"
    err_has 'bad/index\.rst:8: WARNING: .aa. is not defined'
    err_has 'bad/index\.rst:9: WARNING: .zz. is not defined'
    err_has 'bad/index\.rst:16: WARNING: .xx. is not defined'
    err_has 'part\.txt:6: WARNING: .qqq. is not defined'
    err_has 'bad/bad\.dg:1: WARNING: .no. is not defined'
    err_has 'bad/index\.rst:22: WARNING: .absent\.dg. cannot be read'
    err_has 'bad/index\.rst:24: WARNING: dotgrad: error: no value is named .nobody.'
    err_has 'bad/index\.rst:29: WARNING: a file or a program is needed'
    err_has 'bad/index\.rst:31: WARNING: a file or a program is needed'
    err_has 'bad/page\.md:7: WARNING: .sss. is not defined'
    err_has 'bad/page\.md:12: WARNING: .uu. is not defined'
done
has "$tmp/badhtml/index.html" 'b = aa\*3'

# Nothing in a page gets out of its picture.
mkdir "$tmp/hostile" && cd "$tmp/hostile" || exit 99
cp "$tmp/bad/conf.py" .
{
    printf 'Hostile\n=======\n\n.. dotgrad::\n   :alt: %s\n   :caption: %s\n   :class: %s\n\n' \
        "\"'>$hostile_label" "$hostile_label" '"><script>alert(1)</script>'
    printf '%s\n' "$hostile_program" | sed 's/^/   /'
    printf '\n.. dotgrad::\n   :alt: a megabyte\n\n'
    big_program | sed 's/^/   /'
} >index.rst
rm -f "$DRAWN"
run 0 sphinx-build -q -b html . "$tmp/hostilehtml" && err_empty && drawn 2
hostile
pictures 2 "$tmp/hostilehtml/index.html"
has_not "$tmp/hostilehtml/index.html" '<script>alert'

thorough 'other builders, LaTeX, EPUB, what changes' || finish

# A line with a large number, which fills its column, is still part of the message that it is shown by.
echo '   c = aa*2' >>index.rst
wrong_at=$(wc -l <index.rst)
run 0 sphinx-build -q -b html . "$tmp/hostilehtml"
err_has "index\.rst:$wrong_at: WARNING: 'aa' is not defined"
checks=$((checks + 1))
[ "$(grep -c WARNING "$tmp/err")" -eq 1 ] || { fail 'one error has several warnings'; show "$tmp/err"; }

cd "$tmp/bad" || exit 99
run 0 sphinx-build -q -b html . "$tmp/badhtml"
run 1 sphinx-build -q -W --keep-going -D dotgrad=/nowhere/dotgrad -b html . "$tmp/badhtml"
err_has 'index\.rst:4: WARNING: dotgrad: error: /nowhere/dotgrad cannot be run'

rm -f "$DRAWN"
cd "$tmp/work/all/sphinx/example" || exit 99
run 0 env DOTGRAD= sphinx-build -q -W -b html . "$tmp/empty" && drawn 5
# One process makes the same bytes as two, and all pages as one.
run 0 sphinx-build -q -W -b html -d "$tmp/doctrees1" . "$tmp/html1" && drawn 5
for page in index markdown; do
    same "$tmp/html/$page.html" "$tmp/html1/$page.html"
done
run 0 sphinx singlehtml && drawn 0
pictures 5 "$tmp/singlehtml/index.html"

# Words.
run 0 sphinx text && drawn 0
has "$tmp/text/index.txt" '^\[A product and its two factors: 3 values, 2 of them leaves\. p = a \* b'
has "$tmp/text/index.txt" '^A \*neuron\* with two inputs\.'
run 0 sphinx man && drawn 0
has "$tmp/man/gradients.7" '^\[A product and its two factors: 3 values'
run 0 sphinx texinfo && drawn 0

# PDF in LaTeX, images in EPUB.
run 0 sphinx latex && drawn 5
checks=$((checks + 1))
[ "$(grep -c 'sphinxincludegraphics.*\.pdf}' "$tmp/latex/gradients.tex")" -eq 5 ] || fail 'LaTeX has not 5 pictures'
for picture in "$tmp"/latex/*.pdf; do
    checks=$((checks + 1))
    [ "$(head -c 5 "$picture")" = '%PDF-' ] || fail "$picture is no PDF"
    ! command -v pdftotext >/dev/null || { run 0 pdftotext "$picture" - && out_has '^data -?[0-9]'; }
done
if command -v pdflatex >/dev/null && kpsewhich tabulary.sty >/dev/null && kpsewhich needspace.sty >/dev/null; then
    cd "$tmp/latex" || exit 99
    run 0 pdflatex -interaction=nonstopmode -halt-on-error gradients.tex
    run 0 pdftotext -layout gradients.pdf - && out_has 'x1\*w1 +data -6\.0000 +grad 0\.5000'
    cd "$OLDPWD" || exit 99
else
    note 'what Sphinx needs of LaTeX is not here; its LaTeX is not compiled'
fi
# At another date they are other files.
run 0 env SOURCE_DATE_EPOCH=1700000000 sphinx-build -q -W -b latex -d "$tmp/doctrees" . "$tmp/latex-dated" && drawn 5
if command -v pdfinfo >/dev/null; then
    for picture in "$tmp"/latex-dated/*.pdf; do
        run 0 env TZ=UTC pdfinfo -isodates "$picture" && out_has '^CreationDate: +2023-11-14T22:13:20Z'
    done
fi
# Another file of the same command draws anew, but its pictures have the same names.
cp "$tmp/bin/dotgrad" "$tmp/dotgrad2"
touch -d 2001-01-01 "$tmp/dotgrad2"
run 0 sphinx-build -q -W -b latex -d "$tmp/doctrees" -D "dotgrad=$tmp/dotgrad2" . "$tmp/latex2" && drawn 10
same "$tmp/latex/gradients.tex" "$tmp/latex2/gradients.tex"
for picture in "$tmp"/latex/????????????????*.pdf; do
    same "$picture" "$tmp/latex2/${picture##*/}"
done
run 0 sphinx epub && drawn 5
mkdir "$tmp/book"
run 0 "$python" -m zipfile -e "$tmp/epub/Gradientsbyhand.epub" "$tmp/book"
run 0 xmllint --noout "$tmp/book/index.xhtml" "$tmp/book/content.opf" "$tmp/book"/_images/*.svg
has "$tmp/book/index.xhtml" '<img alt="A product and its two factors: 3 values[^"]*" [^>]*src="_images/[0-9a-f]*\.svg"'

# Each picture is in it once, also where the doctrees are in the folder of the output.
run 0 sphinx-build -q -b epub . "$tmp/epub2"
mkdir "$tmp/book2"
run 0 "$python" -m zipfile -e "$tmp/epub2/Gradientsbyhand.epub" "$tmp/book2"
run 0 find "$tmp/book2" -name '*.svg*' -not -path '*/_images/*' && out_empty
rm -f "$DRAWN"

# A file that changes has the pages redrawn that name it, and only its pictures.
sleep 1.1
sed -i 's/2\.0/2.5/' neuron.dg
run 0 sphinx html && drawn 3
has "$tmp/html/index.html" 'data 2\.5000'
has "$tmp/html/markdown.html" 'data 2\.5000'
printf '\nMore text.\n' >>index.rst
run 0 sphinx html && drawn 0
run 0 sphinx html -D dotgrad_options=--labels=explicit && drawn 5

# DOTGRAD_SPHINX_PICTURES=1000 tells what each of so many costs.
n=${DOTGRAD_SPHINX_PICTURES:-0}
took=()
if [ "$n" -gt 0 ]; then
    for kind in code dotgrad; do
        mkdir "$tmp/$kind" && cd "$tmp/$kind" || exit 99
        cp "$tmp/bad/conf.py" .
        {
            printf 'Many\n====\n'
            for i in $(seq "$n"); do
                printf '\n.. %s::\n\n   a = %d.0; b = -3.0; c = 10.0\n   e = a*b\n   d = e + c\n   L = d*-2.0\n   L.backward()\n' \
                    $kind "$i"
            done
        } >index.rst
        start=$(date +%s%N)
        run 0 sphinx-build -q -D "dotgrad=$dotgrad" -b html . "$tmp/many$kind"
        took[${#took[@]}]=$((($(date +%s%N) - start) / 1000))
    done
    echo "$n pictures: $(((took[1] - took[0]) / n)) microseconds each"
fi
finish

#!/usr/bin/env bash
# LaTeX takes the picture as a PDF, whose text is text.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

thorough 'LaTeX' || skip 'LaTeX is slow: tests/run --all runs it'
need make pdflatex
project latex
run 0 make && drawn 1
run 0 make && drawn 0
if command -v pdftotext >/dev/null; then
    # In this direction the texts of a value stand below each other.
    run 0 pdftotext -layout gradients.pdf - && out_has 'x1\*w1' && out_has 'data -6\.0000' && out_has 'grad 0\.5000'
fi
# TeX knows no length above 16383 pt; a row of sixty operations is longer than that.
{ echo 'x = 0.5' && for _ in {1..60}; do echo 'x = x*1.01'; done && echo 'x.backward()'; } >long.dg
sed 's/{neuron}$/{long}/' gradients.tex >long.tex
run 0 make long.pdf DOTGRAD_OPTIONS= && mv long.pdf picture.pdf && sed -i 's/{long}/{picture}/' long.tex
run 0 pdflatex -interaction=batchmode -halt-on-error long.tex
run 0 pdftotext long.pdf - && out_has '0\.5050'
rm -f "$DRAWN"
if command -v latexmk >/dev/null; then
    run 0 make clean
    run 0 latexmk && drawn 1
    run 0 make clean
    run 0 env DOTGRAD= latexmk && drawn 1
else
    note 'latexmk is not here; its part is left out'
fi
rm -f neuron.pdf
run 0 env DOTGRAD= make neuron.pdf && drawn 1
finish

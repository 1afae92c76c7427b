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
    run 0 pdftotext -layout gradients.pdf - && out_has 'x1\*w1 +data -6\.0000 +grad 0\.5000'
fi
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

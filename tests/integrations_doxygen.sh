#!/usr/bin/env bash
# The filter for Doxygen: HTML, LaTeX, and what is wrong.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need doxygen python3 xmllint
project doxygen
mkdir -p build/pictures

run 0 doxygen && err_empty && drawn 6
pictures 1 build/html/index.html
pictures 2 build/html/neuron_8h.html
has build/html/index.html '<title id="[^"]*">A neuron with two inputs</title>'
has build/html/index.html 'dotgrad\.css'
checks=$((checks + 1))
[ "$(cat build/latex/*_8h.tex | grep -c 'includegraphics{dg-')" -eq 2 ] || fail 'LaTeX has not 2 pictures'
for picture in build/latex/dg-*.pdf; do
    checks=$((checks + 1))
    [ "$(head -c 5 "$picture")" = '%PDF-' ] || fail "$picture is no PDF"
done
if command -v pdflatex >/dev/null && kpsewhich listofitems.sty >/dev/null && kpsewhich adjustbox.sty >/dev/null; then
    run 0 make -C build/latex
    run 0 pdftotext -layout build/latex/refman.pdf - && out_has 'x1\*w1 +data -6\.0000 +grad 0\.5000'
else
    note 'what Doxygen needs of LaTeX is not here; its LaTeX is not compiled'
fi

# What is wrong fails the build, at its line.
echo 'bad = no' >programs/bad.dg
cat >>src/neuron.h <<'END'

/** Wrong: \dotgrad{bad.dg} and
 * \dotgrad{absent.dg}
 * but not \\dotgrad{this.dg}. */
int wrong(void);
END
run 1 doxygen
err_has 'programs/bad\.dg:1:7: error: .no. is not defined'
err_has 'src/neuron\.h:23: error: .bad\.dg. cannot be drawn'
err_has 'src/neuron\.h:24: error: there is no .absent\.dg. to draw'
checks=$((checks + 1))
! grep -q 'this\.dg' "$tmp/err" || fail 'an escaped command is taken for one'

# Nothing in a page gets out of its picture.
printf '%s\n' "$hostile_program" >programs/hostile.dg
attribute=${hostile_label//[\{\},]/}
cat >src/neuron.h <<END
/** @file
 * Hostile: \\dotgrad{hostile.dg,$attribute}
 * and \\dotgrad{--help,\$(touch $tmp/harm)} */
END
run 1 doxygen
hostile
pictures 1 build/html/neuron_8h.html
has_not build/html/neuron_8h.html '<script>alert'
finish

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

# Code is not replaced. Each name tells whether it is one of a command (draw) or of an example (keep).
cp programs/neuron.dg programs/draw.dg
cat >src/neuron.h <<'END'
/** @file */

/** A span `\dotgrad{keep1}`, ``another ` \dotgrad{keep2}``, one `over
 * two \dotgrad{keep3} lines` and `quoted' \dotgrad{draw.dg} words.
 *
 * \code{.py}
 * \dotgrad{keep4}
 * \endcode \dotgrad{draw.dg}
 *
 * @verbatim \endcode @dotgrad{keep5} ``` @endverbatim
 *
 * ```c
 * \dotgrad{keep6}
 * ```
 *
 * ~~~~
 * \dotgrad{keep7}
 * ~~~
 * \dotgrad{keep8}
 * ~~~~
 *
 * - \dotgrad{draw.dg}
 *
 *   ```
 *   \dotgrad{keep9}
 *   ```
 *
 *   in it \dotgrad{draw.dg}
 *
 * Text:
 *
 *     \dotgrad{keep10}
 *
 *     \dotgrad{keep11}
 *
 * \latexonly \dotgrad{keep12} \endlatexonly \htmlonly \dotgrad{keep13} \endhtmlonly
 * <!-- \dotgrad{keep14} --> An escaped \` before \dotgrad{draw.dg} is no ` begin. */
int wrong(void);

/* an ordinary comment \dotgrad{keep15} */
const char *string = "/** \dotgrad{keep16} */", c = '"', *after = "/// @dotgrad{keep17}";

/// Lines:
///
/// ```
/// \dotgrad{keep18}
/// ```
///
/// `\dotgrad{keep19}` \dotgrad{draw.dg}
int lines(void);

/**
  Without stars

      \dotgrad{keep20}

  \dotgrad{draw.dg} */
int stars(void);

/** What is code follows from the column of the text before.
 *
 *     \dotgrad{draw.dg} */
int column(void);

/** Columns.
 *
 *      \dotgrad{keep26} */
int columns(void);

/** A structure. */
struct members {
    /** A member.

        \dotgrad{draw.dg}

            \dotgrad{keep27}
    */
    int first;
    int second; /**< Another.

                   \dotgrad{draw.dg} */
};
END
printf '/** Tabs. */\nstruct tabs {\n\t/** A member.\n\t *\n\t * \\dotgrad{draw.dg}\n\t *\n\t *     \\dotgrad{keep28} */\n\tint tab;\n};\n' >>src/neuron.h
# shellcheck disable=SC2016 # it is Markdown
printf '# A page\n\n* `\\dotgrad{keep21}`\n\n\\dotgrad{draw.dg}\n\n```\n\\dotgrad{keep22}\n```\n' >src/page.md
cat >src/module.py <<'END'
"""! A module: \dotgrad{draw.dg}

    and \dotgrad{keep23}
"""
string = "# \dotgrad{keep24}"
## Here \dotgrad{draw.dg}
# @code
# \dotgrad{keep25}
# @endcode
x = 1


def function():
    """! A function.

    \dotgrad{draw.dg}

        \dotgrad{keep29}
    """


## Of a comment.
#
#     \dotgrad{keep30}
def other():
    pass
END
echo 'WARN_IF_UNDOCUMENTED = NO' >>Doxyfile
rm -f build/pictures/* "$DRAWN"
run 0 doxygen && err_empty
# each twice, for LaTeX as well
drawn $((2 * $(cat src/* | grep -o 'draw\.dg' | wc -l)))
pictures 1 build/html/md_src_page.html
for n in 1 2 3 4 5 6 7 8 9 10 11 18 19 20 21 22 26 27 28 29 30; do
    checks=$((checks + 1))
    cat build/html/*.html | sed 's/<[^>]*>//g' | grep -q "[\\\\@]dotgrad{keep$n}" || fail "example $n is not shown"
done
rm src/page.md src/module.py

thorough 'LaTeX, files outside, copies, hostile pages' || finish

rm -f src/space.hpp
cp "$top_src/doc/integrations/doxygen/example/src/neuron.h" src/neuron.h
cp "$top_src/doc/integrations/doxygen/example/Doxyfile" .
rm -rf build programs/bad.dg programs/draw.dg
mkdir -p build/pictures
run 0 doxygen
if command -v pdflatex >/dev/null && kpsewhich listofitems.sty >/dev/null && kpsewhich adjustbox.sty >/dev/null &&
    kpsewhich wasysym.sty >/dev/null; then
    run 0 make -C build/latex
    run 0 pdftotext -layout build/latex/refman.pdf - && out_has 'x1\*w1 +data -6\.0000 +grad 0\.5000'
    # A picture in a brief description stands in the lists of contents, too.
    printf '/** \\brief \\dotgrad{neuron.dg}\n */\nnamespace space {\n/** \\brief One. */\nint one();\n}\n' >src/space.hpp
    run 0 doxygen
    run 0 make -C build/latex
    rm -r src/space.hpp build
    mkdir -p build/pictures
else
    note 'what Doxygen needs of LaTeX is not here; its LaTeX is not compiled'
fi

# What is outside of the project is not read, unless asked.
mkdir "$tmp/outside"
cp programs/neuron.dg "$tmp/outside/out.dg"
ln -s "$tmp/outside/out.dg" programs/link.dg
ln -s "$tmp/outside" src/folder
ln -s neuron.dg programs/inner.dg
cat >src/neuron.h <<END
/** @file
 * \\dotgrad{$tmp/outside/out.dg}
 * \\dotgrad{../../../../../outside/out.dg}
 * \\dotgrad{link.dg}
 * \\dotgrad{folder/out.dg}
 * \\dotgrad{inner.dg} \\dotgrad{../programs/neuron.dg} */
END
run 1 doxygen
for n in 2 3 4 5; do
    err_has "src/neuron\.h:$n: error: '.*(out|link)\.dg' is outside of the project"
done
checks=$((checks + 1))
[ "$(grep -c 'outside of the project' "$tmp/err")" -eq 4 ] || fail 'what is inside is refused'
pictures 2 build/html/neuron_8h.html
sed -i "s|--path programs|& --allow $tmp/outside|" Doxyfile
run 0 doxygen && err_empty
pictures 6 build/html/neuron_8h.html
sed -i "s| --allow $tmp/outside||" Doxyfile

# Another copy of the project makes the same pages; so does DOTGRAD that is set, but empty.
cp "$top_src/doc/integrations/doxygen/example/src/neuron.h" src/neuron.h
rm -rf src/folder programs/*link.dg build && mkdir -p build/pictures "$tmp/copy"
cp -r ../../. "$tmp/copy"
run 0 doxygen
(cd "$tmp/copy/doxygen/example" && DOTGRAD='' doxygen) >"$tmp/out" 2>"$tmp/err"
ended 0 $? && err_empty
for page in build/html/neuron_8h.html build/html/index.html build/pictures/*; do
    same "$page" "$tmp/copy/doxygen/example/$page"
done

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

#!/usr/bin/env bash
# What `make install` puts where, and that a program outside the tree can use it.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

make=${MAKE:-make}
command -v "${make%% *}" >/dev/null || skip 'make is not here'
# The make that runs the tests must not tell this one about its jobs.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS

setting() # VARIABLE: its value in the Makefile
{
    # shellcheck disable=SC2016
    printf 'include Makefile\nprint-setting:\n\t@printf "%%s\\n" '"'"'$(%s)'"'"'\n' "$1" |
        "$make" -s -C "$top_build" -f - print-setting 2>/dev/null
}

stage=$PWD/stage
run 0 "$make" -s -C "$top_build" install-exec install-data DESTDIR="$stage" || finish
find "$stage" -type f -o -type l | sed "s!^$stage!!" | sort >installed

libdir=$(setting libdir)
includedir=$(setting includedir)
bindir=$(setting bindir)
mandir=$(setting mandir)
datadir=$(setting datadir)
checks=$((checks + 1))
[ -n "$libdir" ] || fail 'the folders cannot be read from the Makefile'

installed() # FILE
{
    checks=$((checks + 1))
    [ -e "$stage$1" ] && return 0
    fail "$1 is not installed"
}
installed "$bindir/dotgrad"
installed "$libdir/libdotgrad.so"
installed "$libdir/libdotgrad.so.1"
installed "$libdir/pkgconfig/dotgrad.pc"
installed "$mandir/man1/dotgrad.1"
docdir=$(setting docdir)
installed "$datadir/bash-completion/completions/dotgrad"
installed "$datadir/zsh/site-functions/_dotgrad"
installed "$datadir/fish/vendor_completions.d/dotgrad.fish"
# The pages and the samples, in folders as here, so that links between them lead somewhere.
for page in "$top_src"/*.md "$top_src"/doc/*.md "$top_src"/doc/integrations/README.md "$top_src"/doc/integrations/*/README.md \
    "$top_src"/doc/pictures/*.svg "$top_src"/samples/*.dg "$top_src"/samples/*.c "$top_src"/samples/lectures/*.dg; do
    [ ! -e "$page" ] || installed "$docdir${page#"$top_src"}"
done
for plugin in dotgrad.css asciidoctor/dotgrad.rb cmake/DotgradPictures.cmake doxygen/dotgrad_doxygen.py \
    mdbook/dotgrad-mdbook mkdocs/dotgrad_mkdocs.py pandoc/dotgrad.lua sphinx/dotgrad_sphinx.py; do
    installed "$datadir/dotgrad/integrations/$plugin"
done
for header in "$top_src"/include/dotgrad/*.h; do
    installed "$includedir/dotgrad/${header##*/}"
done
[ $failures -eq 0 ] || { echo '  installed are:'; sed 's/^/    /' installed; }
# The Python module, where its Python looks: seen from a program outside the tree.
if [ -e "$top_build/src/python/dotgrad/_core.abi3.so" ]; then
    folder=$(setting dotgradpythondir)
    for file in __init__.py _core.abi3.so _core.pyi py.typed; do
        installed "$folder/dotgrad/$file"
    done
    run 0 env PYTHONPATH="$stage$folder" LD_LIBRARY_PATH="$stage$libdir" "$(setting PYTHON)" -c '
import importlib.metadata, dotgrad
assert importlib.metadata.version("dotgrad") == dotgrad.__version__, dotgrad.__version__
print((dotgrad.Value(2.0) * 3).data)'
    out_is 6.0
    checks=$((checks + 1))
    ! grep -n '_core\.la$' installed || fail "libtool's file of the module is installed"
fi
# Nothing of the inside: tests, private headers, archives of the modules.
checks=$((checks + 1))
! grep -nE 'preload|libdg\.|/tests/|/(buf|graph|svg)\.h$' installed || fail 'something private is installed'
checks=$((checks + 1))
! grep -rlF -e "$top_build" "$stage$libdir/pkgconfig" || fail 'dotgrad.pc tells where it was built'

# The installed command runs and draws.
echo 'a = 2.0; b = a*a; b.backward()' >square.dg
run 0 env LD_LIBRARY_PATH="$stage$libdir" "$stage$bindir/dotgrad" -Tdot square.dg && err_empty
cp "$tmp/out" square.dot
run 0 "$dotgrad" -Tdot square.dg && same square.dot "$tmp/out"

# The completion can be read by bash, and completes.
if [ -e "$stage$datadir/bash-completion/completions/dotgrad" ]; then
    run 0 bash -n "$stage$datadir/bash-completion/completions/dotgrad"
    # shellcheck disable=SC2016
    complete='source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _dotgrad
        printf "%s\n" "${COMPREPLY[@]}"'
    completes() # EXPECTED WORD...
    {
        local expected=$1
        shift
        run 0 bash -c "$complete" - "$stage$datadir/bash-completion/completions/dotgrad" dotgrad "$@" &&
            err_empty && out_is "$expected"
    }
    touch trace.json other.txt
    mkdir -p folder
    completes '--labels' --lab
    completes $'svg\nsvg_inline' -T sv
    completes $'-Tsvg\n-Tsvg_inline' -Tsv
    completes $'--layout=auto' --layout=au
    completes $'explicit' --labels ex
    completes $'square.dg' sq
    completes $'trace.json' tr
    completes '' oth
    completes $'folder' fol
    # Every option of the help, and every format.
    run 0 bash -c "$complete" - "$stage$datadir/bash-completion/completions/dotgrad" dotgrad --
    cp "$tmp/out" completed
    "$dotgrad" --help | grep -oE -e '--[a-z-]+' | sort -u >options
    while IFS= read -r option; do
        checks=$((checks + 1))
        grep -qxF -e "$option" completed || fail "$option is not completed"
    done <options
fi

# The manual page is clean.
page=$stage$mandir/man1/dotgrad.1
if [ -e "$page" ] && command -v groff >/dev/null; then
    run 0 groff -man -Tutf8 -ww -Kutf8 "$page" && err_empty
    checks=$((checks + 1))
    "$dotgrad" --help | grep -oE -e '--[a-z-]+' | sort -u | while IFS= read -r option; do
        sed 's/\\-/-/g' "$page" | grep -qF -e "$option" || echo "$option"
    done >unmentioned
    [ ! -s unmentioned ] || fail "the manual page does not mention $(tr '\n' ' ' <unmentioned)"
else
    note 'groff is not here; the manual page is not looked at'
fi

# Programs outside the tree. Their compiler is the one of the build.
cc=$(setting CC)
cc=${cc:-cc}
flags=
sanitize=
! is_sanitized || sanitize='-fsanitize=address,undefined'
command -v pkg-config >/dev/null || skip 'pkg-config is not here'
export PKG_CONFIG_PATH=$stage$libdir/pkgconfig:${PKG_CONFIG_PATH-}
export PKG_CONFIG_SYSROOT_DIR=$stage
run 0 pkg-config --cflags --libs dotgrad && flags=$(cat "$tmp/out")
run 0 pkg-config --modversion dotgrad && out_is "$("$dotgrad" --version | sed 's/^dotgrad //')"

cat >outside.c <<'END'
#include <dotgrad/dotgrad.h>
#include <stdio.h>

int main(void)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a");
    dg_value *b = dg_leaf(g, -3.0, "b");
    dg_value *c = dg_leaf(g, 10.0, "c");
    dg_value *e = dg_set_label(dg_mul(a, b), "e");
    dg_value *d = dg_set_label(dg_add(e, c), "d");
    dg_value *L = dg_set_label(dg_mul(d, dg_leaf(g, -2.0, "f")), "L");
    dg_backward(L);
    int status = dg_draw_dot(L, "L.svg", NULL);
    printf("%g %d %s\n", dg_grad(a), status, dg_version());
    dg_graph_free(g);
    return status != DG_OK;
}
END
cp outside.c outside.cc

outside() # COMPILER SOURCE OPTION...
{
    local compiler=$1 source=$2
    shift 2
    rm -f program L.svg
    # shellcheck disable=SC2086
    run 0 $compiler "$@" -Wall -Wextra -Werror -pedantic $sanitize "$source" -o program $flags || return
    run 0 env LD_LIBRARY_PATH="$stage$libdir" ./program && err_empty
    out_is "6 0 $("$dotgrad" --version | sed 's/^dotgrad //')"
    cat >L.dg <<'END'
a = 2.0; b = -3.0; c = 10.0
e = a*b
d = e + c
L = d * Value(-2.0, label='f')
L.backward()
END
    run 0 "$dotgrad" L.dg && same L.svg "$tmp/out"
}
outside "$cc" outside.c -std=c11

# Each header is complete by itself, in C11 and in C++, and twice over.
headers() # COMPILER OPTION...
{
    local compiler=$1 name
    shift
    for header in "$stage$includedir"/dotgrad/*.h; do
        name=${header##*/}
        printf '#include <dotgrad/%s>\n#include <dotgrad/%s>\ntypedef int something;\n' "$name" "$name" >alone.c
        # shellcheck disable=SC2086
        run 0 $compiler "$@" -Wall -Wextra -Werror -pedantic -fsyntax-only alone.c -I"$stage$includedir"
    done
}
# shellcheck disable=SC2086
headers "$cc" -std=c11 -Wstrict-prototypes
cxx=
case $cc in
*clang*) ! command -v clang++ >/dev/null || cxx=clang++ ;;
esac
[ -n "$cxx" ] || [ -n "$sanitize" ] || ! command -v g++ >/dev/null || cxx=g++
if [ -n "$cxx" ] && echo '#include <cstdio>' | $cxx -x c++ -fsyntax-only - 2>/dev/null; then
    outside $cxx outside.cc -std=c++11
    headers $cxx -std=c++11 -x c++
else
    note 'there is no C++ compiler for this build; that part is left out'
fi

# What was installed can be taken away again.
run 0 "$make" -s -C "$top_build" uninstall DESTDIR="$stage"
checks=$((checks + 1))
[ -z "$(find "$stage" -type f -o -type l)" ] || fail "uninstall leaves $(find "$stage" -type f -o -type l)"

finish

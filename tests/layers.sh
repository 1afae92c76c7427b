#!/usr/bin/env bash
# The order in the source: no module includes what the table below does not allow, and no files
# include each other in a circle. Every file is in the build, none is too long, and none has a note
# of unfinished work.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

! is_sanitized || skip 'the source is the same for every build'

cd "$top_src" || exit 99

standard='assert ctype errno float inttypes iso646 limits locale math setjmp signal stdalign stdarg
stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string strings tgmath time uchar wchar
wctype fcntl unistd getopt pthread sys/resource sys/select sys/stat sys/types sys/wait sys/mman sys/prctl poll
sys/file sys/xattr dirent'

# Who may include what, a row each: files (all of a module, or of a folder or a file of it; of the rows
# that match, the longest holds), public headers, private headers (all of a module or folder, or one), and
# headers of other libraries.
table='
base             | base                                                 | base                                            |
engine           | base engine tensor                                   | base engine                                     |
nn               | base engine tensor nn                                | base engine nn                                  |
lang             | base engine tensor nn lang                           | base lang engine/limits.h engine/detached.h engine/ops.def |
trace            | base tensor trace fold                               | base trace                                      |
trace/capture.c  | base engine tensor trace                             | base trace engine/graph.h                       |
trace/contributions | base engine tensor trace                          | base trace                                      |
trace/recompute  | base engine tensor trace                             | base trace engine/ops.def engine/record.h       |
trace/rounding   | base engine tensor trace                             | base trace                                      |
trace/scalar_ops | base trace                                           | base trace engine/ops.def engine/math.h         |
inspect          | base trace fold inspect                              | base trace inspect                              |
layout           | base                                                 | base layout                                     |
draw             | base trace fold inspect layout draw                  | base layout draw                                | dlfcn.h
draw/style       | base trace fold inspect draw                         | base draw/scene.h draw/options.h draw/style trace/fold_view.h |
draw/place       | base draw                                            | base draw/scene.h draw/options.h draw/place layout |
draw/write       | base trace inspect draw                              | base draw/scene.h draw/options.h draw/style draw/write | dlfcn.h librsvg/* cairo*.h cairo/*
draw/write/svg   | base draw                                            | base draw/scene.h draw/options.h draw/write     |
graphviz         | base                                                 | base layout draw graphviz                       | gvc.h gvplugin*.h
python           | base engine tensor nn lang trace inspect draw dotgrad | python                                     | Python.h
cli              | base engine tensor nn lang trace fold inspect layout draw dotgrad | cli                                             |
'

trim()
{
    local text=${1#"${1%%[! ]*}"}
    printf '%s' "${text%"${text##*[! ]}"}"
}

declare -A public private foreign
while IFS='|' read -r files a b c; do
    files=$(trim "$files")
    [ -n "$files" ] || continue
    public[$files]=$a
    private[$files]=$b
    foreign[$files]=$c
done <<<"$table"

matches() # NAME PATTERN...
{
    local name=$1 pattern
    shift
    for pattern in "$@"; do
        # The patterns are meant as such.
        # shellcheck disable=SC2053
        [[ $name == $pattern ]] && return 0
    done
    return 1
}

# May the file (without src/) include the header? The headers of the standard library it always may.
allowed() # FILE HEADER
{
    local row best='' item found=1
    for row in "${!public[@]}"; do
        [[ $1 == "$row"* ]] && [ ${#row} -gt ${#best} ] && best=$row
    done
    [ -n "$best" ] || return 1
    set -f
    case $2 in
    config.h) found=0 ;;
    dotgrad/*)
        for item in ${public[$best]}; do
            [ "$2" != "dotgrad/$item.h" ] || found=0
        done
        ;;
    *)
        for item in ${private[$best]}; do
            [[ $2 != "$item" && $2 != "$item"/* ]] || found=0
        done
        # shellcheck disable=SC2086
        ! matches "$2" ${foreign[$best]} || found=0
        # shellcheck disable=SC2086
        ! matches "${2%.h}" $standard || found=0
        ;;
    esac
    set +f
    return $found
}

includes()
{
    sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]([^>"]*)[>"].*/\1/p' "$1"
}

# Looks at src/ and include/ here, writes "FILE HEADER" for each include of a project's header into the file
# PAIRS, and says what is wrong, a line each.
complaints() # PAIRS
{
    local file header
    while read -r file header; do
        # An include by macro could not be read here.
        [ -n "$header" ] || { echo "$file has an include that is neither <...> nor \"...\"" && continue; }
        case $file in
        src/*) allowed "${file#src/}" "$header" || echo "$file includes $header, which it may not" ;;
        esac
        if [ -e "src/$header" ]; then
            echo "$file src/$header"
        elif [ -e "include/$header" ]; then
            echo "$file include/$header"
        fi >>"$1"
    done < <(find src include -name '*.[ch]' -o -name '*.def' | sort | xargs grep -HE '^[[:space:]]*#[[:space:]]*include\>' |
        sed -E 's/^([^:]*):[[:space:]]*#[[:space:]]*include[[:space:]]*([<"]([^>"]*)[>"])?.*/\1 \3/')
    # Circles, of files and of modules. tsort says of each which files are in it.
    tsort <"$1" 2>&1 >/dev/null | sed -n 's/^tsort: \([^:]*\)$/\1 is in a circle of includes/p' | sort -u
    sed -nE 's!^src/([^/]*)/[^ ]* src/([^/]*)/.*!\1 \2!p' "$1" | sort -u | awk '$1 != $2' |
        tsort 2>&1 >/dev/null | sed -n 's/^tsort: \([^:]*\)$/src\/\1 is in a circle of modules/p' | sort -u
}

# The test of this test, in a small tree: what is wrong is found, and nothing else.
mkdir -p "$tmp/tree/src/base" "$tmp/tree/src/engine" "$tmp/tree/src/trace" "$tmp/tree/src/draw/write" \
    "$tmp/tree/src/layout" "$tmp/tree/src/room" "$tmp/tree/include/dotgrad"
(
    cd "$tmp/tree" || exit 99
    printf '#include "base/b.h"\n#include <string.h>\n' >src/base/a.h
    printf '# include "base/c.h"\n' >src/base/b.h
    printf '#include "base/a.h"\n' >src/base/c.h
    printf '#include "base/a.h"\n#include "base/once.h"\n' >src/base/a.c
    printf '#include <stdio.h>\n' >src/base/once.h
    printf '#include "trace/trace.h"\n#include <dotgrad/engine.h>\n' >src/engine/graph.h
    printf '#include <dotgrad/trace.h>\n#include "base/once.h"\n' >src/trace/trace.h
    printf '#include "engine/graph.h"\n' >src/trace/capture.c
    printf '#include "engine/graph.h"\n#include <dotgrad/engine.h>\n' >src/trace/select.c
    printf '#include HEADER\n' >src/layout/layout.c
    printf '#include <librsvg/rsvg.h>\n#include "draw/style/style.h"\n#include <gvc.h>\n' >src/draw/write/raster.c
    printf '#include "draw/style/style.h"\n' >src/draw/write/svg.c
    printf '#include <stdio.h>\n' >src/room/a.c
    : >include/dotgrad/engine.h
    printf '#include <dotgrad/engine.h>\n' >include/dotgrad/trace.h
    complaints "$tmp/pairs"
) >"$tmp/found"
cat >"$tmp/wanted" <<'END'
src/draw/write/raster.c includes gvc.h, which it may not
src/draw/write/svg.c includes draw/style/style.h, which it may not
src/engine/graph.h includes trace/trace.h, which it may not
src/layout/layout.c has an include that is neither <...> nor "..."
src/room/a.c includes stdio.h, which it may not
src/trace/select.c includes engine/graph.h, which it may not
src/trace/select.c includes dotgrad/engine.h, which it may not
src/base/a.h is in a circle of includes
src/base/b.h is in a circle of includes
src/base/c.h is in a circle of includes
src/engine is in a circle of modules
src/trace is in a circle of modules
END
diff "$tmp/wanted" "$tmp/found" || fail 'this test does not find what is wrong'

rm -f "$tmp/pairs"
complaints "$tmp/pairs" >"$tmp/found"
while IFS= read -r line; do
    fail "$line"
done <"$tmp/found"
n=$(wc -l <"$tmp/pairs")
checks=$((checks + n))
[ "$n" -gt 200 ] || fail "only $n includes were found"

# Public headers include nothing private, and no foreign library.
for file in include/dotgrad/*.h; do
    while IFS= read -r header; do
        checks=$((checks + 1))
        case $header in
        stddef.h | stdint.h | stdbool.h) ;;
        dotgrad/*) [ -e "include/$header" ] || fail "$file includes $header, which does not exist" ;;
        *) fail "$file includes $header" ;;
        esac
    done < <(includes "$file")
    name=${file##*/}
    checks=$((checks + 1))
    [ "$name" = dotgrad.h ] || grep -qF "<dotgrad/$name>" include/dotgrad/dotgrad.h ||
        fail "dotgrad.h does not include dotgrad/$name"
done

# Every source file is named in a .mk file, by what follows src/ or whole.
cat Makefile.am src/local.mk samples/local.mk doc/local.mk tests/local.mk configure.ac |
    tr -s ' \t\\:' '\n' | sed -n 's/.*%D%/src/p; s/^\(include\/.*\)/\1/p; s/^\(src\/.*\)/\1/p' | sed 's/\].*//; s/,$//' | sort -u >"$tmp/listed"
find src include -type f ! -name '.*' ! -name '*~' ! -name '*.mk' ! -name '*.o' ! -name '*.lo' ! -path '*/.*/*' ! -name '*.pyc' |
    sort >"$tmp/files"
checks=$((checks + $(wc -l <"$tmp/files")))
while IFS= read -r file; do
    fail "$file is in no .mk file: it would be missing in a release"
done < <(comm -23 "$tmp/files" "$tmp/listed")

# Length and notes. The words are put together so that this file does not have them.
notes="TO""DO|FIX""ME|XX""X"
mapfile -t files < <(find src include samples tests doc -type f \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' \
    -o -name '*.py' -o -name '*.mk' \))
checks=$((checks + ${#files[@]}))
[ ${#files[@]} -gt 200 ] || fail "only ${#files[@]} files were found"
while read -r lines file; do
    [ "$file" = total ] || [ "$lines" -le 700 ] || fail "$file has $lines lines; 700 are the most"
done < <(wc -l "${files[@]}")
! grep -nEw "$notes" "${files[@]}" || fail 'there are notes of unfinished work'

finish

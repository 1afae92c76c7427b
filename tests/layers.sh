#!/usr/bin/env bash
# Who includes whom: no room includes what the house's table does not allow. And some order in the
# source: every file is in the build, none is too long, none has a note of unfinished work.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

! is_sanitized || skip 'the source is the same for every build'

cd "$top_src" || exit 99

standard='assert ctype errno float inttypes iso646 limits locale math setjmp signal stdalign stdarg
stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string strings tgmath time uchar wchar
wctype fcntl unistd getopt pthread sys/resource sys/select sys/stat sys/types sys/wait sys/mman sys/prctl'

# The public headers a room may include (without dotgrad/ and .h), then the rooms whose private ones
# it may, beside its own and base.
may_public()
{
    case $1 in
    base) echo base ;;
    engine) echo base engine tensor ;;
    nn) echo base engine tensor nn ;;
    lang) echo base engine tensor nn lang ;;
    trace) echo base engine tensor trace ;;
    layout) echo base ;;
    draw) echo base trace layout draw ;;
    graphviz) echo base ;;
    cli) echo base engine tensor nn lang trace layout draw dotgrad ;;
    esac
}

# Private headers of other rooms, each by its name, or all of a room as ROOM/*.
may_private()
{
    case $1 in
    base) echo 'base/*' ;;
    cli) echo 'cli/*' ;;
    trace) echo 'base/* trace/* engine/graph.h' ;;
    nn) echo 'base/* nn/* engine/*' ;;
    lang) echo 'base/* lang/* engine/limits.h engine/detached.h' ;;
    *) echo "base/* $1/*" ;;
    esac
    case $1 in
    draw) echo 'layout/*' ;;
    graphviz) echo 'layout/* draw/*' ;;
    esac
}

# Foreign libraries.
may_foreign()
{
    case $1 in
    engine) echo 'cblas.h dlfcn.h' ;;
    draw) echo 'dlfcn.h librsvg/* cairo*.h cairo/*' ;;
    graphviz) echo 'gvc.h gvplugin*.h' ;;
    trace) echo 'jansson.h' ;;
    esac
}

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

is_standard()
{
    local header
    for header in $standard; do
        [ "$1" = "$header.h" ] && return 0
    done
    return 1
}

allowed() # ROOM HEADER
{
    local patterns
    set -f
    case $2 in
    config.h) set +f; return 0 ;;
    dotgrad/*)
        patterns=$(may_public "$1" | sed 's![a-z]*!dotgrad/&.h!g; s!dotgrad/.h!!g')
        ;;
    *)
        patterns="$(may_private "$1") $(may_foreign "$1")"
        ;;
    esac
    # shellcheck disable=SC2086
    matches "$2" $patterns
    local found=$?
    set +f
    [ $found -eq 0 ] || is_standard "$2"
}

# The test of this test: what the table forbids is found, what it allows is not.
for pair in 'engine dotgrad/trace.h' 'lang gvc.h' 'trace dotgrad/draw.h' 'draw dotgrad/engine.h' \
    'draw jansson.h' 'draw gvc.h' 'draw graphviz/libgvc.h' 'graphviz dotgrad/trace.h' 'cli draw/scene.h' 'cli base/buf.h' 'layout dotgrad/trace.h' 'base dotgrad/engine.h' \
    'base trace/trace.h' 'draw engine/graph.h' 'lang engine/graph.h' 'engine foreign.h' 'trace engine/ops.def' 'nn cblas.h' \
    'draw dotgrad/tensor.h' 'layout dotgrad/tensor.h'; do
    # shellcheck disable=SC2086
    ! allowed $pair || fail "this test would not notice: $pair"
done
for pair in 'engine dotgrad/engine.h' 'graphviz gvc.h' 'graphviz draw/place/place.h' 'draw dotgrad/trace.h' 'trace jansson.h' \
    'trace engine/graph.h' 'cli dotgrad/dotgrad.h' 'lang base/buf.h' 'base stdio.h' 'draw librsvg/rsvg.h' \
    'engine cblas.h' 'trace dotgrad/tensor.h'; do
    # shellcheck disable=SC2086
    allowed $pair || fail "this test forbids: $pair"
done

includes()
{
    sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]([^>"]*)[>"].*/\1/p' "$1"
}

# Within src/draw/: what the files of a folder may not include. Only the scene connects the three.
forbidden_inside() # FILE
{
    case ${1#src/draw/} in
    style/*) echo 'draw/place/* draw/write/*' ;;
    place/*) echo 'draw/style/* draw/write/*' ;;
    write/svg*) echo 'draw/place/* draw/style/*' ;;
    write/*) echo 'draw/place/*' ;;
    esac
}

n=0
for room in src/*/; do
    room=${room#src/}
    room=${room%/}
    [ -n "$(may_public "$room")" ] || fail "src/$room is no room of the house"
    while IFS= read -r file; do
        while IFS= read -r header; do
            n=$((n + 1))
            checks=$((checks + 1))
            allowed "$room" "$header" || fail "$file includes $header, which src/$room may not"
            set -f
            # shellcheck disable=SC2046
            ! matches "$header" $(forbidden_inside "$file") || fail "$file includes $header, which its folder may not"
            set +f
        done < <(includes "$file")
        # An include by macro could not be read here.
        ! grep -qE '^[[:space:]]*#[[:space:]]*include[[:space:]]+[^<"[:space:]]' "$file" ||
            fail "$file has an include that is neither <...> nor \"...\""
    done < <(find "src/$room" -name '*.[ch]' -o -name '*.def')
done
[ $n -gt 50 ] || fail "only $n includes were found"

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
while IFS= read -r file; do
    checks=$((checks + 1))
    grep -qxF "$file" "$tmp/listed" || fail "$file is in no .mk file: it would be missing in a release"
done < <(find src include -type f ! -name '.*' ! -name '*~' ! -name '*.mk' ! -name '*.o' ! -name '*.lo' ! -path '*/.*/*')

# Length and notes. The words are put together so that this file does not have them.
notes="TO""DO|FIX""ME|XX""X"
while IFS= read -r file; do
    checks=$((checks + 1))
    lines=$(wc -l <"$file")
    [ "$lines" -le 700 ] || fail "$file has $lines lines; 700 are the most"
    ! grep -nEw "$notes" "$file" || fail "$file has notes of unfinished work"
done < <(find src include samples tests doc -type f \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' \
    -o -name '*.py' -o -name '*.mk' \))

finish

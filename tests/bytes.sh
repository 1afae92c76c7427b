#!/usr/bin/env bash
# The same program gives the same bytes, whatever is around it.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

formats='svg svg_inline dot json table'

cat >mixed.dg <<'END'
# Numbers with many digits, letters of many scripts, several parents.
w = Value(0.1234567890123456, label='w → größe')
x = Value(-1234567.891, label='x <1> & "2"')
y = w*x + w*w - x/3
z = (y*1e-7).tanh() + (w*1e30)**0.5 + w.exp()
z.backward()
END

# Tensors whose numbers are written out, and summarised.
cat >tensors.json <<'END'
{"dotgrad": 1, "root": "y", "nodes": [
 {"id": "y", "op": "@", "label": "x @ w", "shape": [2, 5],
  "data": [[1.5, -2.25, 1e-7, 1e300, 3], ["NaN", 0.1, 123456.789, "-Infinity", 0]], "grad": null},
 {"id": "x", "label": "größe", "shape": [2, 3], "data": [[0.1, 0.2, 0.3], [-1234.5, 1e20, 0.00001]],
  "grad": [[1, 2, 3], [4, 5, "Infinity"]]},
 {"id": "w", "shape": [3, 5], "data": [[1, 2, 3, 4, 5], [0.5, 0.25, 0.125, 0.0625, 0.3], [6, 7, 8, 9, 10]],
  "grad": [[1e-9, 2e-9, 3e-9, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]}],
 "edges": [{"from": "x", "to": "y", "operand": 0}, {"from": "w", "to": "y", "operand": 1}]}
END

programs=(mixed.dg tensors.json)
for program in "$samples"/*.dg; do
    [ -e "$program" ] && programs+=("$program")
done

# The reference: each picture by a process of its own.
mkdir reference inputs
for i in "${!programs[@]}"; do
    cp "${programs[i]}" "inputs/$i.${programs[i]##*.}"
    for format in $formats; do
        run 0 "$dotgrad" -T"$format" "${programs[i]}"
        cp "$tmp/out" "reference/$i.$format"
        checks=$((checks + 1))
        [ -s "reference/$i.$format" ] || fail 'there is no output'
    done
done

# All programs again, now by one process for each format, in a surrounding: again "what" COMMAND...
again()
{
    local what=$1 i format
    shift
    for format in $formats; do
        run 0 "$@" -T"$format" -O inputs/*.dg inputs/*.json || { echo "  $what"; continue; }
        out_empty
        err_empty
        for i in "${!programs[@]}"; do
            same "reference/$i.$format" inputs/"$i".*."$format" || echo "  $what"
        done
        rm -f inputs/*.*."$format"
    done
}

printf '<?xml version="1.0"?>\n<fontconfig></fontconfig>\n' >fonts.conf
fonts=("FONTCONFIG_FILE=$PWD/fonts.conf" "FONTCONFIG_PATH=$PWD")
graphviz=(GVBINDIR=/nonexistent GV_FILE_PATH=/ DOTFONTPATH=/nonexistent)
if thorough 'each surrounding by itself'; then
    again 'a second run' "$dotgrad"
    again 'another zone' env TZ=Asia/Kathmandu "$dotgrad"
    again 'no HOME' env -u HOME "$dotgrad"
    again 'no fonts' env "${fonts[@]}" "$dotgrad"
    again 'other Graphviz settings' env "${graphviz[@]}" "$dotgrad"
else
    again 'another zone, no HOME, no fonts, or other Graphviz settings' \
        env -u HOME TZ=Asia/Kathmandu "${fonts[@]}" "${graphviz[@]}" "$dotgrad"
fi
again 'almost no environment' env -i "LD_LIBRARY_PATH=${LD_LIBRARY_PATH-}" "ASAN_OPTIONS=${ASAN_OPTIONS-}" \
    "LSAN_OPTIONS=${LSAN_OPTIONS-}" "$dotgrad"

# A locale that writes 1.5 as 1,5. It is made here where the machine does not have it.
german=
if locale -a 2>/dev/null | grep -qix 'de_DE.utf-\?8'; then
    german=installed
elif command -v localedef >/dev/null; then
    mkdir locales
    localedef -i de_DE -f UTF-8 "$PWD/locales/de_DE.UTF-8" >/dev/null 2>&1
    [ -e locales/de_DE.UTF-8/LC_NUMERIC ] && german=$PWD/locales
fi
if [ -n "$german" ]; then
    [ "$german" = installed ] || export LOCPATH=$german
    # That it is a locale with a comma at all.
    if [ "$(LC_ALL=de_DE.UTF-8 locale decimal_point 2>/dev/null)" = , ]; then
        again 'a German locale' env LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 "$dotgrad"
    else
        note 'the German locale does not work here; that part is left out'
    fi
    unset LOCPATH
else
    note 'there is no German locale here and none can be made; that part is left out'
fi

# Other folders and other ways to name the input.
mkdir -p 'other folder/deeper'
cp mixed.dg 'other folder/deeper/another-name.dg'
for format in $formats; do
    run 0 "$dotgrad" -T"$format" "$PWD/mixed.dg" && same "reference/0.$format" "$tmp/out"
    run 0 "$dotgrad" -T"$format" ./'other folder'/../mixed.dg && same "reference/0.$format" "$tmp/out"
    (cd 'other folder/deeper' && exec "$dotgrad" -T"$format" another-name.dg) >"$tmp/out" 2>&1
    last="dotgrad -T$format another-name.dg, in another folder"
    same "reference/0.$format" "$tmp/out"
    run 0 "$dotgrad" mixed.dg -T"$format" -o "other folder/out" && same "reference/0.$format" 'other folder/out'
    stdin=mixed.dg
    run 0 "$dotgrad" -T"$format" && same "reference/0.$format" "$tmp/out"
    stdin=/dev/null
done

# Nothing of the machine is in the pictures.
checks=$((checks + 1))
if grep -lF -e "$tmp" -e "$(date +%Y-%m)" -e "${HOSTNAME:-//}" -e Graphviz reference/*.svg reference/*.svg_inline; then
    fail 'a picture tells a path, a date, the machine or Graphviz'
fi

# Other builds of the command: a list of paths in DOTGRAD_OTHERS.
n=0
for other in ${DOTGRAD_OTHERS-}; do
    if [ ! -x "$other" ]; then
        fail "DOTGRAD_OTHERS names $other, which cannot be run"
        continue
    fi
    again "the other build $other" env -u LD_LIBRARY_PATH "$other"
    n=$((n + 1))
done
note "compared with $n other builds"

finish

#!/usr/bin/env bash
# SOURCE_DATE_EPOCH: when a PDF says it was made, and nothing else.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

unset SOURCE_DATE_EPOCH
echo 'a = 2.0; b = a*a; b.backward()' >one.dg

dated() # WHAT PDFINFO SAYS
{
    if command -v pdfinfo >/dev/null; then
        TZ=UTC run 0 pdfinfo -isodates "$tmp/one.pdf" && out_has "^CreationDate: +$1\$"
    else
        note 'there is no pdfinfo; dates are compared as bytes only'
    fi
}
draws() { run 0 "$@" && err_empty && cp "$tmp/out" "$tmp/one.pdf"; }
at() { draws env "SOURCE_DATE_EPOCH=$1" "$dotgrad" -Tpdf one.dg; }

draws "$dotgrad" -Tpdf one.dg && dated 2000-01-01T00:00:00Z && cp "$tmp/one.pdf" unset.pdf
# The fixed date is not the time of the build, nor of its zone.
draws env TZ=Asia/Kathmandu "$dotgrad" -Tpdf one.dg && same unset.pdf "$tmp/one.pdf"

at 0 && dated 1970-01-01T00:00:00Z
at 1 && dated 1970-01-01T00:00:01Z
at 951782400 && dated 2000-02-29T00:00:00Z
at 4107542399 && dated 2100-02-28T23:59:59Z
at 253402300799 && dated 9999-12-31T23:59:59Z
at 0001700000000 && dated 2023-11-14T22:13:20Z
at 1700000000 && dated 2023-11-14T22:13:20Z && cp "$tmp/one.pdf" set.pdf
at 946684800 && same unset.pdf "$tmp/one.pdf"
# The same bytes again, in any zone, and in a file.
at 1700000000 && same set.pdf "$tmp/one.pdf"
draws env TZ=America/St_Johns SOURCE_DATE_EPOCH=1700000000 "$dotgrad" -Tpdf one.dg && same set.pdf "$tmp/one.pdf"
run 0 env SOURCE_DATE_EPOCH=1700000000 "$dotgrad" one.dg -o file.pdf && same set.pdf file.pdf
checks=$((checks + 1))
! cmp -s set.pdf unset.pdf || fail 'the date makes no difference'

# What is no date is told, and nothing is written.
for wrong in '' ' ' x 1x 1.5 -1 +1 ' 1' '1 ' 0x10 1e9 253402300800 99999999999999999999999999 $'1\n'; do
    run 2 env "SOURCE_DATE_EPOCH=$wrong" "$dotgrad" one.dg -o wrong.pdf && out_empty && err_lines 1 &&
        err_has '^dotgrad: error: SOURCE_DATE_EPOCH is .* not a number of seconds since 1970, from 0 to 253402300799$'
    checks=$((checks + 1))
    [ ! -e wrong.pdf ] || fail 'a picture was written'
done
run 2 env SOURCE_DATE_EPOCH=soon "$dotgrad" one.dg -o wrong.pdf &&
    err_is "dotgrad: error: SOURCE_DATE_EPOCH is 'soon', not a number of seconds since 1970, from 0 to 253402300799"

# Other formats have no date in them and do not look.
for format in svg svg_inline png dot json table; do
    run 0 "$dotgrad" -T$format one.dg && cp "$tmp/out" undated
    run 0 env SOURCE_DATE_EPOCH=1700000000 "$dotgrad" -T$format one.dg && same undated "$tmp/out"
    run 0 env SOURCE_DATE_EPOCH=soon "$dotgrad" -T$format one.dg && same undated "$tmp/out"
done

# --check compares with what would be drawn now; the command that it tells says when.
run 0 env SOURCE_DATE_EPOCH=1700000000 "$dotgrad" --check one.dg -o file.pdf
run 1 "$dotgrad" --check one.dg -o file.pdf && err_has 'is stale; refresh it with: [^ ]*dotgrad --output='
run 1 env SOURCE_DATE_EPOCH=0 "$dotgrad" --check one.dg -o file.pdf &&
    err_has 'is stale; refresh it with: SOURCE_DATE_EPOCH=0 [^ ]*dotgrad --output='
command=$(sed -n 's/.*refresh it with: //p' "$tmp/err")
run 0 sh -c "$command" && run 0 env SOURCE_DATE_EPOCH=0 "$dotgrad" --check one.dg -o file.pdf
run 1 env SOURCE_DATE_EPOCH=0 "$dotgrad" --check one.dg -o file.svg && err_has 'refresh it with: [^ ]*dotgrad --output='

finish

#!/usr/bin/env bash
# Make draws a picture exactly when its program changes.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need "${MAKE:-make}" xmllint
project make
build() { "${MAKE:-make}"; }
build_rebuilds build .
run 0 "${MAKE:-make}" check
sed -i 's|-3.0|-4.0|' lecture.dg
run 2 "${MAKE:-make}" check
err_has 'lecture\.svg'
thorough 'another command, and none' || finish

# Another command, and none.
rm -f "$DRAWN"
run 0 env DOTGRAD= "${MAKE:-make}" && drawn 1
run 0 "${MAKE:-make}" DOTGRAD= clean all && drawn 3
run 2 env DOTGRAD=/nowhere/dotgrad "${MAKE:-make}" clean all && err_has '/nowhere/dotgrad'
finish

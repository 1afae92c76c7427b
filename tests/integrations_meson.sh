#!/usr/bin/env bash
# Meson draws a picture exactly when its program changes.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need meson ninja xmllint
project meson
run 0 meson setup build
build() { ninja -C build; }
build_rebuilds build build
thorough 'a second folder' || finish
run 0 env DOTGRAD= meson setup build2 -Ddotgrad= && run 0 ninja -C build2 && drawn 3
finish

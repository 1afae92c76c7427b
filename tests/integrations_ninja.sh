#!/usr/bin/env bash
# Ninja draws a picture exactly when its program changes.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need ninja xmllint
project ninja
build() { ninja; }
build_rebuilds build .
finish

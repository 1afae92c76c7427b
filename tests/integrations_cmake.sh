#!/usr/bin/env bash
# CMake draws a picture exactly when its program changes, by Ninja and by Make.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need cmake xmllint
project cmake
for generator in Ninja 'Unix Makefiles'; do
    case $generator in
    Ninja) tool=ninja ;;
    *) tool='make' ;;
    esac
    command -v $tool >/dev/null || { note "$tool is not here"; continue; }
    # in a folder with a blank in its name
    cp "$top_src"/doc/integrations/cmake/example/*.dg .
    where="build $tool"
    run 0 cmake -S . -B "$where" -G "$generator"
    build() { cmake --build "$where"; }
    build_rebuilds build "$where"
done
finish

#!/usr/bin/env bash
# CMake draws a picture exactly when its program changes, by Ninja and by Make.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need cmake xmllint
project cmake
generators=(Ninja)
! thorough 'the generator for Make' || generators+=('Unix Makefiles')
for generator in "${generators[@]}"; do
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

thorough 'what names the command' || finish

# DOTGRAD names the command; no other is taken in its place, but where it is empty.
run 0 env DOTGRAD= cmake -S . -B empty && has empty/CMakeCache.txt "^DOTGRAD_EXECUTABLE:FILEPATH=$tmp/bin/dotgrad\$"
run 1 env DOTGRAD=/nowhere/dotgrad cmake -S . -B wrong && err_has 'the command dotgrad was not found'
cp "$tmp/bin/dotgrad" "$tmp/other command"
run 0 env "DOTGRAD=$tmp/other command" cmake -S . -B other && run 0 cmake --build other && drawn 3
has other/CMakeCache.txt '^DOTGRAD_EXECUTABLE:FILEPATH=.*/other command$'
finish

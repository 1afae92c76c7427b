#!/usr/bin/env bash
# Seven renderers draw five pictures: colours, and where texts are, by their pixels. One that is not installed is
# left out by name.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"

for python in python3 /usr/bin/python3; do
    "$python" -c 'import PIL' 2>/dev/null && break
    python=
done
[ -n "$python" ] || skip "python3-pil is not here"

printf 'a = 2.0\nb = -3.0\nc = a*b\nL = tanh(c)\nL.backward()\n' >record.dg
printf 'x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])\nw = torch.tensor([1.0, -1.0])\ny = x @ w\nz = y.sum()\nz.backward()\n' >tensors.dg
printf 'a = -1.0\nb = log(a)\nc = b*2.0\nc.backward()\nd = c + b\n' >nonfinite.dg
run 0 "$dotgrad" record.dg -o record.svg
run 0 "$dotgrad" tensors.dg -o tensors.svg
run 0 "$dotgrad" record.dg --theme=dark -o dark.svg
run 0 "$dotgrad" nonfinite.dg -r d -o nonfinite.svg
run 0 "$dotgrad" record.dg --style=wire -o wire.svg

# here NAME COMMAND...: whether a renderer has all that it needs
here()
{
    local name=$1 command
    shift
    for command; do
        command -v "$command" >/dev/null || { note "$name is left out: there is no $command" && return 1; }
    done
}
pictures='record tensors dark nonfinite wire'
draws() # RENDERER
{
    # shellcheck disable=SC2086 # they are words
    run 0 "$python" "$top_src/tests/renderers.py" . "$1" $pictures && out_empty
}
! here librsvg rsvg-convert || draws librsvg
thorough 'some pictures by the others' || pictures='tensors dark'
! here CairoSVG cairosvg || draws cairosvg
! here WeasyPrint weasyprint pdftoppm || draws weasyprint
! here MuPDF mutool || draws mupdf
export NODE_PATH=${DOTGRAD_NPM:-$top_src/build-npm}/node_modules
if [ -d "$NODE_PATH/@resvg/resvg-js" ]; then
    ! here resvg node || draws resvg
else
    note 'resvg is left out: there is no @resvg/resvg-js of npm'
fi
! here Chromium chromium || draws chromium
! here Firefox firefox || draws firefox

finish

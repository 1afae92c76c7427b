#!/usr/bin/env bash
# Colours: --theme, contrasts, and what tells kinds apart without colour.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"

python=$(command -v python3) || skip 'python3 is not here'

# Leaves, a value, a root, ops, what is not finite and what is unset.
printf 'a = -1.0\nb = log(a)\nc = b*2.0 + a\nx = torch.tensor([1.0, -1.0])\nd = c + x.sum()*tanh(a)\nc.backward()\n' >all.dg
for theme in light dark auto; do
    run 0 "$dotgrad" all.dg -r d --theme $theme -o $theme.svg
done
run 0 "$python" "$top_src/tests/contrast.py" light.svg dark.svg auto.svg "$top_src/doc/integrations/dotgrad.css"

# auto is the default; its attributes are those of the light theme; fixed ones have no style sheet.
run 0 "$dotgrad" all.dg -r d -Tsvg && same "$tmp/out" auto.svg
sed '/<style>/,/<\/style>/d' auto.svg | sed '2s/--dg-[^;"]*;\{0,1\}//g; 2s/ style=""//' >attributes.svg
sed '2s/--dg-[^;"]*;\{0,1\}//g; 2s/ style=""//' light.svg >expected.svg
same expected.svg attributes.svg
checks=$((checks + 1))
! grep -q '<style>' light.svg dark.svg || fail 'a fixed theme has a style sheet'

# A dark PNG has a dark background, in its corner; others are white.
corner() # FILE.svg
{
    "$python" - "$1" <<'END'
import struct, sys, zlib
data, at, packed = open(sys.argv[1], 'rb').read(), 8, b''
while at < len(data):
    size, kind = struct.unpack('>I4s', data[at:at + 8])
    packed += data[at + 8:at + 8 + size] if kind == b'IDAT' else b''
    at += size + 12
print(*zlib.decompress(packed)[1:4])
END
}
for theme in auto light dark; do
    run 0 "$dotgrad" all.dg -r d --theme $theme -o $theme.png
    checks=$((checks + 1))
    case $theme in
    dark) want='15 23 42' ;;
    *) want='255 255 255' ;;
    esac
    [ "$(corner $theme.png)" = "$want" ] || fail "the background of $theme is $(corner $theme.png)"
done
# It is nothing to formats without colours.
for format in dot json table; do
    run 0 "$dotgrad" all.dg -r d -T$format && cp "$tmp/out" plain
    run 0 "$dotgrad" all.dg -r d -T$format --theme=dark && same "$tmp/out" plain
done
run 2 "$dotgrad" all.dg --theme=blue && err_lines 1 && err_has "^dotgrad: error: theme 'blue' is not known; there are auto, light and dark$"

finish

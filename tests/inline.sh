#!/usr/bin/env bash
# SVG as part of a page: Markdown leaves it alone, ids and names are its own, and it looks right where CSS is
# known and where it is not.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(dirname "$0")/..}/tests/lib.sh"

cat >hard.dg <<'END2'
a = Value(2.0, label='größe — τ₁ 漢字')
b = Value(3.0, label='**WWWWWWWWWWWWWW** `code` [link](x) ![i](y)')
c = Value(1e300, label='</svg></div> --> ]]> <!-- <script>alert(1)</script> &amp; &#60;')
d = Value(1.0, label='two\n\n\n    lines <b>*x* _y_</b>\n\n# title\n- item')
e = Value(0.5, label='')
f = Value(0.5, label=' ')
g = Value(0.5, label='\n')
L = a*b + c*d + e*f*g + a*a
L.label = '</title></desc></style>{{ x }} {% y %} $z$'
L.backward()
END2
run 0 "$dotgrad" hard.dg -Tsvg_inline && err_empty && cp "$tmp/out" hard.svg

### Its form

parsed=0
well_formed() # FILE: XML with unique ids that begin alike, named and described, in no more than one piece
{
    local file=$1 prefix=$2
    checks=$((checks + 1))
    [ "$(head -n 1 "$file" | grep -c '^<svg .*>$')" = 1 ] || fail "$file does not begin with <svg …> on one line"
    checks=$((checks + 1))
    ! LC_ALL=C grep -qnE '^[[:space:]]*$' "$file" || fail "$file has a blank line"
    checks=$((checks + 1))
    [ -z "$(grep -o ' id="[^"]*"' "$file" | sort | uniq -d)" ] || fail "$file has an id twice"
    checks=$((checks + 1))
    ! grep -o ' id="[^"]*"' "$file" | grep -qv "^ id=\"${prefix}[\"-]" || fail "$file has an id without '$prefix'"
    has_line "$file" "role=\"img\" aria-labelledby=\"$prefix-title\" aria-describedby=\"$prefix-desc\"" "$file"
    has_line "$file" "^<title id=\"$prefix-title\">.+</title>\$" "$file"
    has_line "$file" "^<desc id=\"$prefix-desc\">.+</desc>\$" "$file"
    parsed=$((parsed + 1))
    cp "$file" "parsed.$parsed.svg"
}
well_formed hard.svg dotgrad

### Names, descriptions, ids, sizes

for text in 'A neuron' 'x < y & "z" > '\''w'\' '</title><script>alert(1)</script>' $'two\nlines' $'blank\n\n\r\n\r\n  lines\n' \
    $'\x01\x1b[31m' $'not \xff UTF-8' ']]> --> {{ }}' ' ' 'größe 漢字' "$(head -c 100000 /dev/zero | tr '\0' '<')"; do
    run 0 "$dotgrad" hard.dg -Tsvg_inline --title "$text" --description "$text" --id-prefix=p && err_empty || continue
    cp "$tmp/out" titled.svg
    well_formed titled.svg p
    checks=$((checks + 1))
    ! grep -qi '<script' titled.svg || fail 'a title became an element'
done
run 0 "$dotgrad" hard.dg -Tsvg_inline --title 'A & B' --description 'C < D' && out_has '<title id="dotgrad-title">A &amp; B</title>' &&
    out_has '<desc id="dotgrad-desc">C &lt; D</desc>'
run 0 "$dotgrad" hard.dg -Tsvg_inline --title '' --description= && same "$tmp/out" hard.svg
run 0 "$dotgrad" hard.dg -Tsvg_inline --title $' \n' --description ' ' && same "$tmp/out" hard.svg
run 0 "$dotgrad" -e 'a = 2.0; b = a / 3; b.backward()' &&
    out_has '^<title id="dotgrad-title">Computation graph of b</title>$' &&
    out_has '^<desc id="dotgrad-desc">3 values, 2 of them leaves. b = a \* v2, data 0.666667, gradient 1; a, data 2, gradient 0.333333; '
# A large graph is not told to the end.
run 0 "$dotgrad" -Kflow -e "$(echo 'x = 0.5'; yes 'x = sin(x)' | head -n 500)" && cp "$tmp/out" long.svg
checks=$((checks + 1))
[ "$(grep '^<desc' long.svg | wc -c)" -lt 1500 ] || fail 'the description of a large graph is long'
has_line long.svg '^<desc .*; and 489 more\.</desc>$' long.svg

run 0 "$dotgrad" hard.dg -Tsvg_inline --no-size && cp "$tmp/out" sizeless.svg
well_formed sizeless.svg dotgrad
checks=$((checks + 1))
! head -n 1 sizeless.svg | grep -qE ' (width|height)=' || fail '--no-size leaves a size'
head -n 1 sizeless.svg | grep -q ' viewBox="0 0 ' || fail '--no-size leaves no viewBox'
sed '1s/ width="[^"]*" height="[^"]*"//' hard.svg >expected
same expected sizeless.svg
# What the style sheets of pages use: the width at which the text has 9 pixels.
width=$(sed -n '1s/.* viewBox="0 0 \([0-9]*\).*/\1/p' sizeless.svg)
size=$(sed -n '1s/.* font-size="\([0-9]*\)".*/\1/p' sizeless.svg)
checks=$((checks + 1))
least=$(sed -n '1s/.* style="--dg-readable-width:\([0-9]*\)px".*/\1/p' sizeless.svg)
[ "$least" = $(((width * 9 + size - 1) / size)) ] || fail "of $width units, $least pixels are readable"
run 0 "$dotgrad" hard.dg -Tsvg_inline --scale=0.25 && out_has " style=\"--dg-readable-width:$(((width + 2) / 3))px"
for format in png pdf; do
    run 0 "$dotgrad" hard.dg -T$format && cp "$tmp/out" sized
    run 0 "$dotgrad" hard.dg -T$format --no-size && same "$tmp/out" sized
done

# auto: the same for the same, and another for everything that is different.
prefixes=
pictures=0
cp hard.dg same.dg
id_of() # FILE
{
    sed -n '1s/.* id="\(dg-[0-9a-f]\{16\}\)" .*/\1/p' "$1"
}
for arguments in '' '--root=a' '--title=x' '--description=x' '--no-size' '--labels=explicit' '--root=b --title=x' \
    '--theme=light' '--theme=dark' '--direction=TB' '--direction=RL' '--font-size=12.5' '--font-size=20' '--scale=2' \
    '--numbers=%.3f' '--numbers=%.4f' '--style=wire' '--style=merged' '--show=op' '--show=label,grad' '--highlight=v0' '--highlight=v1' '--why=v0' '--why=v1' \
    '--edges=local' '--edges=contribution' '--around=v1,1' '--between=v0,v1' '--color=grad' '--color=data' '--findings' '--findings --threshold=saturated=0.1' '--gradcheck'; do
    # shellcheck disable=SC2086
    run 0 "$dotgrad" -O hard.dg same.dg -Tsvg_inline --id-prefix=auto $arguments && cp hard.dg.svg_inline auto.svg
    same same.dg.svg_inline auto.svg
    prefix=$(id_of auto.svg)
    well_formed auto.svg "${prefix:-none}"
    prefixes="$prefixes $prefix"
    pictures=$((pictures + 1))
done
checks=$((checks + 1))
# shellcheck disable=SC2086
[ "$(printf '%s\n' $prefixes | sort -u | wc -l)" = $pictures ] || fail "two different pictures have the same ids: $prefixes"

# Each option that --help shows: where it changes the picture, the ids are others.
declare -A examples=(
    [--root]=a [--labels]=explicit [--input-format]=program [--layout]=dot [--title]=x [--description]=x [--no-size]=''
    [--theme]=dark [--numbers]=%.3g [--legend]='' [--direction]=TB [--fit]=500 [--font-size]=20
    [--scale]=2 [--style]=wire [--show]=data [--highlight]=v0 [--why]=v1 [--edges]=local [--around]=v1,1 [--between]=v0,v1 [--fold]=auto [--whole-leaves]='' [--color]=grad [--findings]='' [--threshold]=saturated=0.1 [--gradcheck]=''
    [--time-limit]=99 [--memory-limit]=3000 [--max-nodes]=99 [--input-name]=x [--line-offset]=3 [--quiet]='' [--verbose]='')
# (Frames are several files, or one of them with --frame; cli.sh has their ids.)
no_looks=' --cell --open --explain-fold --frames --frame --json --history --history-every --sort --rows --fail-on --expr --output --format --id-prefix --check --watch --no-sync --list-ops --help --version '
"$dotgrad" hard.dg -Tsvg_inline --id-prefix=p >default.svg
"$dotgrad" hard.dg -Tsvg_inline --id-prefix=auto >auto.svg
for option in $("$dotgrad" --help | sed -nE 's/^  (-., |    )(--[a-z-]+).*/\2/p'); do
    [[ $no_looks != *" $option "* ]] || continue
    checks=$((checks + 1))
    if [ -z "${examples[$option]+there}" ]; then
        fail "$option has no example here"
        continue
    fi
    argument=$option${examples[$option]:+=${examples[$option]}}
    run 0 "$dotgrad" hard.dg -Tsvg_inline --id-prefix=p "$argument" && ! cmp -s "$tmp/out" default.svg || continue
    run 0 "$dotgrad" hard.dg -Tsvg_inline --id-prefix=auto "$argument"
    checks=$((checks + 1))
    [ "$(id_of "$tmp/out")" != "$(id_of auto.svg)" ] || fail "$argument changes the picture, but not its ids"
done

if command -v xmllint >/dev/null; then
    run 0 xmllint --nonet --noout parsed.*.svg
fi

### Markdown: what stands in the page is what was written

{ printf '# Title\n\nA *paragraph*.\n\n' && cat hard.svg && printf '\nAnother *paragraph*.\n\n- item\n\n' &&
    cat sizeless.svg && printf '\nLast.\n'; } >page.md
in_page() # a converter, with its arguments
{
    run 0 "$@" page.md || return
    cp "$tmp/out" page.html
    python3 - page.html hard.svg sizeless.svg <<'END2' || fail "$1 changes the picture"
import sys
page, *pictures = (open(name, encoding="utf-8").read() for name in sys.argv[1:])
assert all(page.count(picture.rstrip("\n")) == 1 for picture in pictures), "not there as it was"
assert page.count("<em>paragraph</em>") == 2, "the text around it is not Markdown any more"
END2
    checks=$((checks + 1))
}
if ! command -v python3 >/dev/null; then
    note 'there is no python3; Markdown is left out'
else
    if command -v cmark >/dev/null; then
        in_page cmark --unsafe
    else
        note 'there is no cmark'
    fi
    if command -v pandoc >/dev/null; then
        in_page pandoc -f commonmark -t html
        in_page pandoc -f gfm -t html
    else
        note 'there is no pandoc'
    fi
fi

### Without CSS: the light colours, as attributes

if command -v rsvg-convert >/dev/null; then
    sed '/^<style>/,/^<\/style>/d' hard.svg >plain.svg
    checks=$((checks + 1))
    ! cmp -s hard.svg plain.svg || fail 'there was no style to leave out'
    run 0 rsvg-convert hard.svg && cp "$tmp/out" hard.png
    run 0 rsvg-convert plain.svg && same "$tmp/out" hard.png
fi

### In a browser: inside their boxes in any font, dark, the page's own colours, its name

if command -v chromium >/dev/null; then
    {
        cat <<'END2'
<!DOCTYPE html><html><head><meta charset="utf-8"><title>page</title><style>
.mono text { font-family: "DejaVu Sans Mono", monospace; }
.wide text { font-family: "DejaVu Sans", serif; font-weight: bold; font-stretch: expanded; }
.own { --dg-edge: rgb(1, 2, 3); --dg-leaf-fill: rgb(4, 5, 6); }
</style></head><body>
END2
        for class in plain mono wide own; do
            echo "<div class=\"$class\">"
            "$dotgrad" hard.dg -Tsvg_inline --id-prefix=$class --title "Called $class"
            echo '</div>'
        done
        # Fixed colours, in a page that has others, too.
        for theme in light dark; do
            echo '<div class="own">'
            "$dotgrad" hard.dg -Tsvg_inline --id-prefix=$theme --title "Called $theme" --theme=$theme
            echo '</div>'
        done
        # The document as an image, which knows the reader's colours, but not the page's.
        echo "<img id=\"img\" alt=\"\" src=\"data:image/svg+xml;base64,$("$dotgrad" hard.dg | base64 | tr -d '\n')\">"
        cat <<'END2'
<pre id="found"></pre><script>
const found = [], colour = (of, what) => getComputedStyle(document.querySelector(of))[what];
let texts = 0;
for (const group of document.querySelectorAll('.dg-value')) {
    const box = group.querySelector('rect').getBoundingClientRect();
    for (const text of group.querySelectorAll('text')) {
        if (!text.textContent.trim())
            continue;
        const r = text.getBoundingClientRect();
        texts++;
        if (r.left < box.left || r.right > box.right || r.top < box.top || r.bottom > box.bottom)
            found.push('OUTSIDE ' + group.id + ' ' + text.textContent);
    }
}
found.push('TEXTS ' + texts);
for (const picture of document.querySelectorAll('svg'))
    found.push('NAME ' + picture.computedRole + ' ' + picture.computedName);
found.push('EDGE ' + colour('.plain .dg-edge path', 'stroke'), 'LEAF ' + colour('.plain .dg-leaf rect', 'fill'),
           'LIGHT ' + colour('#light .dg-edge path', 'stroke') + colour('#light .dg-leaf rect', 'fill'),
           'DARK ' + colour('#dark .dg-edge path', 'stroke') + colour('#dark .dg-leaf rect', 'fill'),
           'OWN ' + colour('.own .dg-edge path', 'stroke') + colour('.own .dg-leaf rect', 'fill'),
           'SCRIPTS ' + document.querySelectorAll('script').length, 'END');
document.getElementById('found').textContent = found.join('\n');
addEventListener('load', () => {
    const image = document.getElementById('img'), canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data, counts = new Map();
    for (let i = 0; i < pixels.length; i += 4) {
        const pixel = pixels.slice(i, i + 4).join();
        counts.set(pixel, (counts.get(pixel) || 0) + 1);
    }
    const often = [...counts].filter(([, n]) => n > 1000).map(([pixel]) => pixel);
    document.getElementById('found').textContent += '\nIMG ' + often.join(' ') + ' END';
});
</script></body></html>
END2
    } >browser.html
    for scheme in light dark; do
        run 0 timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$tmp/chromium" \
            --blink-settings=preferredColorScheme="$([ "$scheme" = dark ] && echo 0 || echo 1)" \
            --virtual-time-budget=10000 --enable-blink-features=ComputedAccessibilityInfo --dump-dom "file://$PWD/browser.html" || break
        sed -n '/<pre id="found">/,/<\/pre>/p' "$tmp/out" | sed 's/<[^>]*>//g' >found
        cp found "$tmp/out"
        checks=$((checks + 1))
        ! grep '^OUTSIDE' found || fail "texts are outside their boxes ($scheme)"
        out_has 'TEXTS [1-9][0-9]'
        for class in plain mono wide own light dark; do
            out_has "^NAME (image|img) Called $class\$"
        done
        out_has '^OWN rgb\(1, 2, 3\)rgb\(4, 5, 6\)$'
        out_has '^LIGHT rgb\(100, 116, 139\)rgb\(219, 234, 254\)$'
        out_has '^DARK rgb\(148, 163, 184\)rgb\(23, 37, 84\)$'
        out_has '^SCRIPTS 1$'
        if [ $scheme = light ]; then
            out_has '^EDGE rgb\(100, 116, 139\)$' && out_has '^LEAF rgb\(219, 234, 254\)$' &&
                out_has '^IMG .*219,234,254,255 '
        else
            out_has '^EDGE rgb\(148, 163, 184\)$' && out_has '^LEAF rgb\(23, 37, 84\)$' &&
                out_has '^IMG .*23,37,84,255 '
        fi
    done
else
    note 'there is no chromium; its part is left out'
fi

finish

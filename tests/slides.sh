#!/usr/bin/env bash
# The slides in samples/slides: the beamer deck has a page for each step, the reveal.js deck shows all pictures.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"

! is_sanitized || skip 'the decks are tried with the build without sanitizers'
export DOTGRAD=$dotgrad
cp -r "$samples/slides" slides && chmod -R u+w slides && cd slides || exit 99

steps=$("$dotgrad" --frames backward -o 'count-%d.svg' neuron.dg && ls count-*.svg | wc -l)
checks=$((checks + 1))
[ "$steps" = "$(sed -n 's/.*backwardsteps{neuron.pdf}{\([0-9]*\)}.*/\1/p' slides.tex)" ] ||
    fail "slides.tex has another number of steps than $steps"
checks=$((checks + 1))
[ "$steps" = "$(grep -c '<img ' slides.html)" ] || fail "slides.html has another number of pictures than $steps"
run 0 make neuron.pdf
if command -v pdfinfo >/dev/null; then
    run 0 pdfinfo neuron.pdf && out_has "^Pages: +$steps\$"
fi

if ! command -v pdflatex >/dev/null || ! kpsewhich beamer.cls >/dev/null; then
    note 'beamer is not here; its deck is left out'
elif thorough 'beamer'; then
    run 0 make
    if command -v pdfinfo >/dev/null; then
        run 0 pdfinfo backward.pdf && out_has "^Pages: +$steps\$"
    fi
fi

if ! command -v chromium >/dev/null || ! command -v npm >/dev/null; then
    note 'chromium or npm is not here; the reveal.js deck is left out'
elif thorough 'reveal.js'; then
    if ! make reveal >"$tmp/reveal.log" 2>&1; then
        note 'npm has no reveal.js; its deck is left out'
    else
        cat >>slides.html <<'END'
<script>Reveal.on('ready', () => {
  const loaded = [...document.images].filter(i => i.complete && i.naturalWidth > 0).length;
  document.body.dataset.loaded = loaded;
  for (let i = 0; i < 20; i++) Reveal.nextFragment();
  document.body.dataset.visible = document.querySelectorAll('img.visible').length;
});</script>
END
        run 0 timeout 120 chromium --headless --no-sandbox --disable-gpu --allow-file-access-from-files \
            --virtual-time-budget=5000 --dump-dom "file://$PWD/slides.html" &&
            out_has "data-loaded=\"$steps\"" && out_has 'class="reveal[^"]* ready' && out_has 'data-visible='
    fi
fi
finish

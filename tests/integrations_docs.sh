#!/usr/bin/env bash
# make docs: our own documentation as one site.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need "${MAKE:-make}" sphinx-build pandoc doxygen
need_module myst_parser html5lib

# in the build folder, with the command that is built there
docs() { "${MAKE:-make}" -s -C "$top_build" docs; }
run 0 "${MAKE:-make}" -s -C "$top_build" clean-site
run 0 docs && err_empty
site=$top_build/site/html
pictures 1 "$site/index.html"
pictures 22 "$site/gallery.html"
pictures 17 "$site/gradients.html"
pictures 3 "$site/training.html"
pictures 1 "$site/api/index.html"
has "$site/command.html" '<h2>OPTIONS<'
has "$site/command.html" 'id-prefix'
run 0 "$python" "$top_src/tests/integrations_links.py" "$site" || sed 's/^/    /' "$tmp/out"

# Nothing of the machine is in it.
checks=$((checks + 1))
if grep -rlF -e "$top_src" -e "$top_build" "$site"; then
    fail 'a page tells where it was built'
fi

thorough 'making it twice, and a browser that looks at it' || finish

# It is made again as it was.
cp -r "$site" "$tmp/site"
run 0 "${MAKE:-make}" -s -C "$top_build" clean-site
run 0 docs
run 0 diff -rq "$tmp/site" "$site" || sed 's/^/    /' "$tmp/out"

# What is there is not made again.
cp "$site/gallery.html" "$tmp/gallery.html"
before=$(stat -c %y "$site/gallery.html")
run 0 docs
checks=$((checks + 1))
[ "$before" = "$(stat -c %y "$site/gallery.html")" ] || fail 'the gallery was built again'

if command -v chromium >/dev/null; then
    shots=${DOTGRAD_SCREENSHOTS:-$tmp/shots}
    mkdir -p "$shots"
    run 0 timeout 300 "$python" "$top_src/tests/integrations_browser.py" "$(command -v chromium)" "$shots" \
        "$site/index.html=follows,fits" "$site/gallery.html=follows,fits" "$site/api/index.html=follows" ||
        sed 's/^/    /' "$tmp/out"
else
    note 'chromium is not here; no browser looks at the site'
fi
finish

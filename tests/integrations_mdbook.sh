#!/usr/bin/env bash
# The preprocessor of mdBook, to which its protocol is replayed.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need python3
project mdbook

# ask RENDERER CHAPTER-FILE...: what mdBook writes to a preprocessor
cat >"$tmp/ask.py" <<'END'
import json, sys
items = []
for name in sys.argv[2:]:
    chapter = {'name': name, 'content': open('src/' + name, encoding='utf-8').read(), 'number': [1],
               'sub_items': [], 'path': name, 'source_path': name, 'parent_names': []}
    if items:
        items[0]['Chapter']['sub_items'].append({'Chapter': chapter})
    else:
        items.append({'Chapter': chapter})
items += ['Separator', {'PartTitle': 'A part'},
          {'Chapter': {'name': 'A draft', 'content': '', 'number': None, 'sub_items': [], 'path': None,
                       'source_path': None, 'parent_names': []}}]
context = {'root': '.', 'config': {'book': {'src': 'src', 'title': 'x'}, 'preprocessor': {'dotgrad': {}}},
           'renderer': sys.argv[1], 'mdbook_version': '0.4.40'}
print(json.dumps([context, {'sections': items, '__non_exhaustive': None}]))
END
cat >"$tmp/contents.py" <<'END'
import json, sys
book = json.load(open(sys.argv[1], encoding='utf-8'))
assert book['sections'][1:3] == ['Separator', {'PartTitle': 'A part'}] and '__non_exhaustive' in book
chapter = book['sections'][0]['Chapter']
while chapter['sub_items']:
    chapter = chapter['sub_items'][0]['Chapter']
print(chapter['content'])
END
preprocess() # STATUS CHAPTER-FILE...
{
    local status=$1
    shift
    run 0 python3 "$tmp/ask.py" html "$@"
    cp "$tmp/out" asked.json
    stdin=asked.json
    run "$status" ../dotgrad-mdbook
    stdin=/dev/null
    cp "$tmp/out" answer.json
}

run 0 ../dotgrad-mdbook supports html
run 1 ../dotgrad-mdbook supports epub
preprocess 0 page.md && err_empty && drawn 3
run 0 python3 "$tmp/contents.py" answer.json && cp "$tmp/out" page.md
has page.md '^<figure class="dotgrad-figure"><div class="dotgrad-picture" [^>]*><svg '
has page.md '^   <figure '
has page.md '^> <figure '
has page.md '<figcaption>The square of three\.</figcaption>'
has page.md '^```dotgrad$'
if command -v pandoc >/dev/null; then
    run 0 pandoc -f commonmark page.md -o page.html
    pictures 3 page.html
    checks=$((checks + 1))
    [ "$(grep -c '<pre' page.html)" -eq 1 ] || fail 'a picture became code'
else
    note 'pandoc is not here, to make HTML of the chapter'
fi

# What is wrong ends the build, at its line in the file, whatever came before it in the chapter.
printf '# Wrong\n\n```dotgrad\na = 1.0\n\nb = aa\n```\n\n> ~~~ dotgrad,root="x"\n> c = ccc\n> ~~~\n' >src/bad.md
preprocess 1 page.md bad.md
err_has '^src/bad\.md:6:5: error: .aa. is not defined'
err_has '^src/bad\.md:10:5: error: .ccc. is not defined'
err_has '2 pictures cannot be drawn'
is_empty answer.json 'standard output'
export DOTGRAD=/nowhere/dotgrad
preprocess 1 page.md && err_has '/nowhere/dotgrad cannot be run'
unset DOTGRAD

# Nothing in a page gets out of its picture.
attributes=${hostile_label//[\"\`]/}
{
    printf '# Hostile\n\n```dotgrad alt="%s" caption="%s"\n%s\n```\n\n```dotgrad\n' \
        "$attributes" "$attributes" "$hostile_program"
    printf 'c = Value(1.0, label="a\\n\\n<script>alert(1)</script>\\n\\n```\\n")\n'
    big_program
    printf '```\n'
} >src/hostile.md
preprocess 0 page.md hostile.md
hostile
run 0 python3 "$tmp/contents.py" answer.json && cp "$tmp/out" page.md
has_not page.md '<script>alert'
if command -v pandoc >/dev/null; then
    run 0 pandoc -f commonmark page.md -o page.html
    pictures 2 page.html
fi
finish

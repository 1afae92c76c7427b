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

# Fences are those of CommonMark: in lists and quotations, and not what only looks like one.
cat >src/fences.md <<'END'
# Fences

````md
```dotgrad
b = wrong
```
````

<!--
```dotgrad
b = wrong
```
-->

<div>
```dotgrad
b = wrong
```
</div>

- one

      ```dotgrad
      b = wrong
      ```

Text

    ```dotgrad
    b = wrong
    ```

~~~
b = right
```dotgrad
b = wrong
~~~

- ```dotgrad
  b = right
  ```
- > 1. ~~~~ dotgrad caption="&quot;Q&quot;"
  >    b = right
  >    ~~~
  >    ~~~~
- <b>

  text ```dotgrad

> ```dotgrad
> b = right

~~~dotgrad
b = right
END
preprocess 1 page.md fences.md
grep -oE '^src/.*[0-9]:.*is not.*' "$tmp/err" >"$tmp/places"
is_text "$tmp/places" "src/fences.md:40:5: error: 'right' is not defined
src/fences.md:43:5: error: 'right' is not defined
src/fences.md:44:1: error: '~' is not supported: the operators are + - * / // % ** @
src/fences.md:51:5: error: 'right' is not defined
src/fences.md:54:5: error: 'right' is not defined" 'the places'
sed -i 's/b = right/b = 2.0/; s/^  >    ~~~$/  >    c = b*b/' src/fences.md
preprocess 0 page.md fences.md && err_empty
run 0 python3 "$tmp/contents.py" answer.json && cp "$tmp/out" page.md
has page.md '<figcaption>&quot;Q&quot;</figcaption>'
fences=40
! thorough '360 of 400 random texts' || fences=400
if command -v cmark >/dev/null; then
    run 0 cmark --unsafe page.md && cp "$tmp/out" page.html
    pictures 4 page.html
    run 0 "$python" "$top_src/tests/integrations_fences.py" ../dotgrad-mdbook 1 "$fences" || sed 's/^/    /' "$tmp/out"
else
    note 'cmark is not here; what a fence is is not compared with it'
fi

# Nothing in a page gets out of its picture.
attributes=${hostile_label//[\"\`]/}
{
    printf '# Hostile\n\n```dotgrad alt="%s" caption="%s"\n%s\n```\n\n```dotgrad\n' \
        "$attributes" "$attributes" "$hostile_program"
    printf 'c = Value(1.0, label="a\\n\\n<script>alert(1)</script>\\n\\n```\\n")\n'
    big_program
    printf '```\n'
} >src/hostile.md
depth=10000
! thorough '100000 marks: 10000' || depth=100000
python3 -c 'for mark in ">", "- ", "1. ", "\t", "<a ": print(mark * '$depth' + "x\n")' >src/deep.md
preprocess 0 page.md deep.md
preprocess 0 page.md hostile.md
hostile
run 0 python3 "$tmp/contents.py" answer.json && cp "$tmp/out" page.md
has_not page.md '<script>alert'
if command -v pandoc >/dev/null; then
    run 0 pandoc -f commonmark page.md -o page.html
    pictures 2 page.html
fi

thorough 'other preprocessors, ids, an empty DOTGRAD' || finish

export DOTGRAD=
preprocess 0 page.md && err_empty
export DOTGRAD=/nowhere/dotgrad
preprocess 1 page.md && err_has '/nowhere/dotgrad cannot be run'
unset DOTGRAD

# Lines are those of the file, whatever other preprocessors have done to the chapter; a program that mdBook has
# included is that of the included file.
echo 'b = included' >src/program.dg
# shellcheck disable=SC2016 # it is Markdown
printf '# Lines\n\n~~~\nb = aa\n~~~\n\n```dotgrad\nb = aa\n```\n\n```dotgrad\n{{#include program.dg}}\n```\n' >src/lines.md
cat >"$tmp/other.py" <<'END'
import json, sys
asked = json.load(sys.stdin)
chapter = asked[1]['sections'][0]['Chapter']
chapter['content'] = 'One\n\nTwo\n\n' + chapter['content'].replace('{{#include program.dg}}', 'b = included')
if len(sys.argv) > 1:
    chapter['content'] += '\n```dotgrad\nc = strange\n```\n'
print(json.dumps(asked))
END
for strange in '' strange; do
    run 0 python3 "$tmp/ask.py" html lines.md && cp "$tmp/out" "$tmp/asked.json"
    stdin=$tmp/asked.json
    # shellcheck disable=SC2086 # one word or none
    run 0 python3 "$tmp/other.py" $strange && cp "$tmp/out" asked.json
    stdin=asked.json
    run 1 ../dotgrad-mdbook
    err_has '^src/lines\.md:8:5: error: .aa. is not defined'
    if [ -z "$strange" ]; then
        err_has '^src/program\.dg:1:5: error: .included. is not defined'
    else
        err_has '^src/lines\.md, picture 3:1:5: error: .strange. is not defined'
    fi
    stdin=/dev/null
done

# Ids of the author that look like ours; and the same bytes again.
printf '```dotgrad\na = 2.0\nb = a*a\n```\n' >src/ids.md
preprocess 0 ids.md
stem=$(grep -oE 'dg-[0-9a-f]+' answer.json | head -n 1)
printf '\n<p id="%s-title">One</p>\n' "$stem" >>src/ids.md
preprocess 0 ids.md
has answer.json "id=..$stem-2-title"
cp answer.json first.json
preprocess 0 ids.md && same answer.json first.json
finish

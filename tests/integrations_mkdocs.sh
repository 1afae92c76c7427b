#!/usr/bin/env bash
# The hook of MkDocs: pages, and what is wrong.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need mkdocs
need_module mkdocs pymdownx.superfences
project mkdocs

run 0 mkdocs build --strict && drawn 3
pictures 3 site/index.html
has site/index.html '<figure id="square" class="dotgrad-figure"><div class="dotgrad-picture align-center"><svg'
has site/index.html '<title id="[^"]*">A product and its two factors</title>'
has site/index.html '<figcaption>The square of three\.</figcaption>'
same site/dotgrad.css "$top_src/doc/integrations/dotgrad.css"

cat >docs/index.md <<'END'
---
title: Wrong
---

```dotgrad
a = 1.0

b = aa
```

> ```dotgrad
> c = ccc
> ```

```dotgrad root="nobody"
a = 1.0
```
END
run 1 mkdocs build --strict
err_has 'index\.md:8:5: error: .aa. is not defined'
err_has 'index\.md:12:5: error: .ccc. is not defined'
err_has 'no value is named .nobody.'
cp docs/index.md "$tmp/wrong.md"

# Of the same text in two places, that of the block is told; what is only shown, or commented, may be wrong.
cat >docs/index.md <<'END'
---
title: Places
---

````md
```dotgrad
a = 1.0
b = aa
```
````

<!--
```dotgrad
a = 1.0
b = aa
```
-->

Code:

    ```dotgrad
    a = 1.0
    b = aa
    ```

~~~
a = 1.0
b = aa
~~~

```dotgrad
a = 1.0
b = aa
```

1.  One

    > ~~~dotgrad alt="x"
    > a = 1.0
    > b = aa
    > ~~~

```dotgrad
```

```dotgrad
a = 1.0
END
run 1 mkdocs build --strict
grep -oE 'docs/index\.md.*' "$tmp/err" >"$tmp/places"
is_text "$tmp/places" "docs/index.md:33:5: error: 'aa' is not defined
docs/index.md:40:5: error: 'aa' is not defined
docs/index.md:44: error: the program makes no value to draw" 'the places'

# Nothing in a page gets out of its picture.
attributes=${hostile_label//\"/}
{
    printf '# Hostile\n\n``` { .dotgrad #i alt="%s" caption="%s" align="%s" }\n%s\n```\n\n```dotgrad\n' \
        "$attributes" "$attributes" "$attributes" "$hostile_program"
    big_program
    printf '```\n'
} >docs/index.md
run 0 mkdocs build --strict
hostile
pictures 2 site/index.html
has_not site/index.html '<script>alert'

thorough 'builds that are not strict, ids, the fence alone' || finish

cp "$tmp/wrong.md" docs/index.md
run 0 mkdocs build
has site/index.html 'b = aa'
err_has 'docs/index\.md:15: dotgrad: error: no value is named .nobody.'
run 0 env DOTGRAD= mkdocs build -q
run 1 env DOTGRAD=/nowhere/dotgrad mkdocs build --strict
err_has '/nowhere/dotgrad cannot be run'

# Lines that an extension puts in are not the file's.
printf '# Put in\n\nOne\n\nTwo\n' >part.md
sed 's/superfences/superfences\n  - pymdownx.snippets/' mkdocs.yml >snippets.yml
for listing in aa aaa; do
    printf -- '--8<-- "part.md"\n\n~~~\nb = %s\n~~~\n\n```dotgrad\nb = aa\n```\n' $listing >docs/index.md
    run 1 mkdocs build --strict -f snippets.yml
    case $listing in
    aa) err_has 'docs/index\.md, picture 1:1:5: error: .aa. is not defined' ;;
    *) err_has 'docs/index\.md:8:5: error: .aa. is not defined' ;;
    esac
done

# Ids of the author that look like ours.
printf '```dotgrad\na = 2.0\nb = a*a\n```\n' >docs/index.md
run 0 mkdocs build --strict -q
stem=$(grep -o 'id="dg-[0-9a-f]*"' site/index.html | cut -d '"' -f 2)
printf '\n<p id="%s-title">One</p>\n\n<p id="%s-2-desc">Two</p>\n' "$stem" "$stem" >>docs/index.md
export SOURCE_DATE_EPOCH=1000000000
run 0 mkdocs build --strict -q && pictures 1 site/index.html
cp site/index.html first.html
run 0 mkdocs build --strict -q && same site/index.html first.html

# The fence by itself.
cat >"$tmp/alone.py" <<'END'
import sys
sys.path.insert(0, '..')
import dotgrad_mkdocs, markdown
fence = {'name': 'dotgrad', 'class': 'dotgrad', 'format': dotgrad_mkdocs.fence, 'validator': dotgrad_mkdocs.validate}
print(markdown.markdown('```dotgrad\na = 1.0\nb = a*a\n```\n', extensions=['pymdownx.superfences'],
                        extension_configs={'pymdownx.superfences': {'custom_fences': [fence]}}))
END
run 0 "$python" "$tmp/alone.py" && cp "$tmp/out" alone.html && pictures 1 alone.html
sed 's/```dotgrad.na = 1.0/x\\n&\\nc = cc/' "$tmp/alone.py" >"$tmp/wrong.py"
run 0 "$python" "$tmp/wrong.py" && err_has '^page:4:5: error: .cc. is not defined'
finish

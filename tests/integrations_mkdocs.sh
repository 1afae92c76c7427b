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
run 0 mkdocs build
has site/index.html 'b = aa'
run 1 env DOTGRAD=/nowhere/dotgrad mkdocs build --strict
err_has '/nowhere/dotgrad cannot be run'

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
finish

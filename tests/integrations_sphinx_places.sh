#!/usr/bin/env bash
# Where Sphinx says that a program is wrong: in quotes, lists, tables, included files, docstrings and so on. And
# which files it reads.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need sphinx-build
need_module myst_parser
project sphinx

cat >"$tmp/conf.py" <<END
import sys
sys.path[:0] = ['$tmp/work/all/sphinx', '.']
extensions = ['dotgrad_sphinx', 'myst_parser', 'sphinx.ext.autodoc']
myst_enable_extensions = ['colon_fence', 'substitution']
exclude_patterns = ['part*']
END
build() { run 1 timeout 100 sphinx-build -q -W --keep-going -b html . "$tmp/html"; }

### Each wrong name is told at its line

mkdir "$tmp/places" && cd "$tmp/places" || exit 99
cp "$tmp/conf.py" .
cat >index.rst <<'END'
Places
======

  In a quote:

  .. dotgrad::

     a = 1.0
     b = in_quote

1. in lists

   * one in another

     .. dotgrad::
        :alt: with an option
        :class: and another

        a = in_list

.. include:: part.txt

+------------------+------------------+
| a                | .. dotgrad::     |
|                  |                  |
|                  |    a = 1.0       |
|                  |    b = in_grid   |
+------------------+------------------+
| b                | .. dotgrad::     |
|                  |                  |
|                  |    a = in_grid2  |
+------------------+------------------+

.. list-table::

   * - one
     - .. dotgrad::

          a = in_list_table

.. csv-table::

   "x", "y"
   "x", ".. dotgrad::

     a = in_csv_table"

.. note::

   .. warning:: A title

      .. dotgrad::

         a = in_nested

.. |sub| dotgrad::

   a = in_substitution

Use |sub|.

.. automodule:: places
   :members:

term
   .. dotgrad::

      a = in_definition

.. include:: part2.txt
   :start-line: 5

.. dotgrad::

   a = same_text

Between them.

.. dotgrad::

   a = same_text

.. toctree::

   page
END
printf 'Included.\n\n* here\n\n  .. dotgrad::\n\n     a = in_included\n' >part.txt
printf '.. dotgrad::\n\n   a = 3.0\n\n\n.. dotgrad::\n\n   a = in_cut\n' >part2.txt
cat >places.py <<'END'
"""A module.

.. dotgrad::

   a = in_module
"""
import os


def z_first():
    """A function.

    It has text.

    .. dotgrad::
       :alt: x

       a = in_function
    """


class A:
    """A class

    .. dotgrad::

       a = in_class
    """

    def method(self):
        """A method

        * with a list

          .. dotgrad::

             a = in_method
        """

    #: An attribute
    #:
    #: .. dotgrad::
    #:
    #:    a = in_attribute
    attribute = 1
END
cat >page.md <<'END'
---
myst:
  substitutions:
    sub: |
      ```{dotgrad}
      a = in_md_substitution
      ```
---
# Page

> A quote
>
> ```{dotgrad}
> a = 1.0
> b = in_md_quote
> ```

- list

  ```{dotgrad}
  :alt: x

  a = in_md_list
  ```

  1. nested

     > ```{dotgrad}
     > a = in_md_list_quote
     > ```

````{note}
```{dotgrad}
---
alt: y
---
a = 1.0
b = in_md_note
```
````

:::{warning}
:class: foo

Text
> * item
>
>   ```{dotgrad}
>   :root: x
>   a = in_md_colon
>   ```
:::

```{eval-rst}
Text.

  .. dotgrad::

     a = in_md_rst
```

```{include} part3.md
```

{{ sub }}

````{admonition} Title
:class: x

```{dotgrad}

a = in_md_admonition
```
````

| this | {{ sub }} |
|---|---|
END
# shellcheck disable=SC2016 # it is Markdown
printf 'Included.\n\n> ```{dotgrad}\n> a = in_md_included\n> ```\n' >part3.md

build
names=$(cat ./*.* | grep -oE '\b(in|same)_[a-z0-9_]+$|in_[a-z_]*grid2?\b|in_csv_table' | sort -u)
checks=$((checks + 1))
[ "$(echo "$names" | wc -l)" -ge 26 ] || fail "there are too few places: $names"
for name in $names; do
    while IFS=: read -r file line _; do
        err_has "(^|/)$file:$line: WARNING: '$name' is not defined\$" || grep "'$name'" "$tmp/err"
    done < <(grep -nE "$name\b" ./*.* | sed 's|^\./||')
done
checks=$((checks + 1))
n=$(grep -cE "WARNING: '(in|same)_" "$tmp/err")
# the substitution of the page is used twice
[ "$n" -eq $(($(cat ./*.* | grep -cE '\b(in|same)_') + 1)) ] || fail "$n places are told"

thorough 'other lines, substitutions, files outside' || finish

### The directive's own line

mkdir "$tmp/lines" && cd "$tmp/lines" || exit 99
cp "$tmp/conf.py" .
cat >index.rst <<'END'
Lines
=====

* .. dotgrad:: absent5.dg

  .. dotgrad::
     :alt: dotgrad

     a = 1.0

  .. dotgrad::
     :alt: dotgrad
     :root: nobody10

     a = 1.0

.. toctree::

   page
END
sed -i 's/absent5/absent4/; s/nobody10/nobody11/' index.rst
cat >page.md <<'END'
# Page

```{dotgrad} absent3.dg
```

> ```{dotgrad} absent6.dg
> ```

```{eval-rst}
.. dotgrad:: absent10.dg
```

> ```{dotgrad}
> :alt: dotgrad
> :root: nobody13
>
> a = 1.0
> ```

> ```{dotgrad} absent20.dg
> a = 1.0
> ```
END
build
for n in 4 11; do
    err_has "lines/index\.rst:$n: WARNING: .*(absent|nobody)$n"
done
for n in 3 6 10 13; do
    err_has "lines/page\.md:$n: WARNING: .*(absent|nobody)$n"
done
err_has 'lines/page\.md:20: WARNING: a file or a program is needed, not both'

### A substitution is drawn in its line, each time with ids of its own

mkdir "$tmp/inline" && cd "$tmp/inline" || exit 99
cp "$tmp/conf.py" .
printf 'Inline\n======\n\n.. |p| dotgrad::\n   :alt: A square\n\n   a = 2.0\n   b = a*a\n\nHere |p|, and |p|.\n' >index.rst
for builder in html text latex; do
    run 0 sphinx-build -q -W -b $builder . "$tmp/inline-$builder" && err_empty
done
pictures 2 "$tmp/inline-html/index.html"
has "$tmp/inline-html/index.html" '<p>Here <span class="dotgrad-picture"><svg '
has "$tmp/inline-text/index.txt" '^Here \[A square: 2 values'

### Files outside of the source folder are not read, unless asked

mkdir -p "$tmp/outside/docs/sub" "$tmp/outside/programs" && cd "$tmp/outside/docs" || exit 99
cp "$tmp/conf.py" .
echo 'secret = 2.0' >../programs/out.dg
echo 'a = 3.0' >in.dg
echo 'a = 4.0' >sub/in.dg
ln -s ../programs/out.dg link.dg
ln -s ../programs folder
ln -s in.dg inner.dg
ln -s loop.dg loop.dg
mkfifo pipe.dg
cat >index.rst <<END
Outside
=======

.. dotgrad:: ../programs/out.dg

.. dotgrad:: $tmp/outside/programs/out.dg

.. dotgrad:: link.dg

.. dotgrad:: folder/out.dg

.. dotgrad:: /../programs/out.dg

.. dotgrad:: loop.dg

.. dotgrad:: pipe.dg

.. dotgrad:: sub

.. toctree::

   sub/page
END
cat >sub/page.md <<'END'
# Inside

```{dotgrad} in.dg
```

```{dotgrad} ../in.dg
```

```{dotgrad} /sub/in.dg
```

```{dotgrad} /inner.dg
```

> ```{dotgrad} ../../programs/out.dg
> ```
END
build
for n in 4 8 10 12; do
    err_has "docs/index\.rst:$n: WARNING: '.*out\.dg|link\.dg' is outside of the source folder"
done
err_has "docs/index\.rst:6: WARNING: '.*' cannot be read: .*No such file" # the slash is the source folder
err_has "docs/index\.rst:14: WARNING: 'loop\.dg' cannot be read"
err_has "docs/index\.rst:16: WARNING: 'pipe\.dg' is not a file"
err_has "docs/index\.rst:18: WARNING: 'sub' is not a file"
err_has "docs/sub/page\.md:15: WARNING: '\.\./\.\./programs/out\.dg' is outside of the source folder"
checks=$((checks + 1))
[ "$(grep -c WARNING "$tmp/err")" -eq 9 ] || { fail 'there are other warnings'; show "$tmp/err"; }
has_not "$tmp/html/index.html" secret
pictures 4 "$tmp/html/sub/page.html"

sed -i '/^\.\. dotgrad:: .*outside/d; /loop\|pipe\|dotgrad:: sub/d' index.rst
echo "dotgrad_allow = ['../programs']" >>conf.py
run 0 sphinx-build -q -W -b html . "$tmp/html" && err_empty
pictures 4 "$tmp/html/index.html"
pictures 5 "$tmp/html/sub/page.html"
# A folder that only begins with the same letters is another one.
mv ../programs ../programs2 && sed -i 's/programs/programs2/' index.rst && rm -f sub/page.md folder link.dg
printf 'Other\n=====\n\n.. dotgrad:: ../programs2/out.dg\n' >index.rst
build
err_has 'is outside of the source folder'
finish

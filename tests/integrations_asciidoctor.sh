#!/usr/bin/env bash
# The block and the macro of Asciidoctor: HTML, DocBook, words, and what is wrong.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"
# shellcheck source=tests/integrations_lib.sh
. "$top_src/tests/integrations_lib.sh"

need asciidoctor xmllint
project asciidoctor

adoc()
{
    asciidoctor --failure-level=WARN -r ../dotgrad.rb "$@"
}

run 0 adoc page.adoc && err_empty && drawn 3
pictures 3 page.html
has page.html 'svg\.dotgrad \{'
has page.html '<div id="product" class="imageblock">'
has page.html '<title id="[^"]*">A product and its two factors</title>'
has page.html '<div class="title">Figure 1\. A neuron with two inputs\.</div>'
has page.html '<div class="dotgrad-picture align-center"[^>]*><svg'
run 0 adoc -b docbook5 -D out page.adoc
run 0 xmllint --noout out/page.xml out/dg-*.svg
has out/page.xml '<phrase>A product and its two factors</phrase>'
run 0 adoc -a dotgrad-format=pdf -b docbook5 -D pdf page.adoc
has pdf/page.xml 'fileref="dg-[0-9a-f]*\.pdf"'
checks=$((checks + 1))
[ "$(find pdf -name 'dg-*.pdf' | wc -l)" -eq 3 ] || fail 'there are not 3 pictures in PDF'
printf '= x(1)\n\n== Name\n\nx - y\n\n== Text\n\n[dotgrad]\n----\na = 1.0\nb = a*a\n----\n' >x.adoc
run 0 adoc -b manpage x.adoc && has x.1 'Computation graph of b: 2 values'

# What is wrong fails the build, at its line.
cat >bad.adoc <<'END'
= Wrong

[dotgrad]
----
a = 1.0

b = aa
----

* in a list
+
[dotgrad]
----
c = ccc
----

dotgrad::absent.dg[]

dotgrad::bad.dg[]

dotgrad::neuron.dg[root=nobody]
END
echo 'bad = no' >bad.dg
run 1 adoc bad.adoc
err_has 'bad\.adoc: line 7: dotgrad: .aa. is not defined'
err_has 'bad\.adoc: line 14: dotgrad: .ccc. is not defined'
err_has 'bad\.adoc: line 17: dotgrad: .*absent\.dg'
err_has 'bad\.dg: line 1: dotgrad: .no. is not defined'
err_has 'no value is named .nobody.'
has bad.html 'b = aa'
run 1 env DOTGRAD=/nowhere/dotgrad asciidoctor --failure-level=WARN -r ../dotgrad.rb page.adoc
err_has '/nowhere/dotgrad cannot be run'
# Files outside of the document's folder only where asciidoctor trusts the document.
echo 'dotgrad::../../../README.md[]' >out.adoc
run 1 asciidoctor --failure-level=WARN -S safe -r ../dotgrad.rb out.adoc
checks=$((checks + 1))
! grep -q 'Each folder' "$tmp/err" || fail 'a document in safe mode reads a file outside of its folder'

# Nothing in a page gets out of its picture.
attributes=${hostile_label//[\",]/}
{
    printf '= Hostile\n\n.%s\n[dotgrad,alt="%s",role="%s"]\n----\n%s\n----\n\n[dotgrad]\n----\n' \
        "$attributes" "$attributes" "$attributes" "$hostile_program"
    big_program
    printf '%s\n' ----
} >hostile.adoc
run 0 adoc hostile.adoc && err_empty
hostile
pictures 2 hostile.html
has_not hostile.html '<svg[^>]*><script|<title[^>]*>[^<]*<script'
finish

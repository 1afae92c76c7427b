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

# Of the same text in two places, that of the block is told; in an included file, that in the file.
mkdir parts
cat >parts/part.adoc <<'END'
== A part

[dotgrad]
----
a = 1.0
b = aa
----

dotgrad::absent.dg[]
END
cat >parts/inner.adoc <<'END'
[dotgrad]
....
b = inner
....

dotgrad::missing.dg[]
END
echo 'b = within' >parts/within.dg
cat >places.adoc <<'END'
= Places

----
[dotgrad]
....
a = 1.0
b = aa
....
dotgrad::absent.dg[]
----

////
[dotgrad]
----
a = 1.0
b = aa
----
////

[dotgrad]
--
a = 1.0
b = aa
--

[dotgrad]
a = 1.0
b = aa

include::parts/part.adoc[]

====
Text

include::parts/inner.adoc[]

[dotgrad]
----
b = after
----
====

|===
|a a|

[dotgrad]
----
b = cell
----
|===

[dotgrad]
----
include::parts/within.dg[]
----
END
run 1 adoc places.adoc
grep -oE '[a-z/]+\.[a-z]+: line [0-9]+: dotgrad: .*' "$tmp/err" | sed 's/ @ .*//' >"$tmp/places"
is_text "$tmp/places" "places.adoc: line 23: dotgrad: 'aa' is not defined
places.adoc: line 28: dotgrad: 'aa' is not defined
parts/part.adoc: line 6: dotgrad: 'aa' is not defined
parts/part.adoc: line 9: dotgrad: No such file or directory
parts/inner.adoc: line 3: dotgrad: 'inner' is not defined
parts/inner.adoc: line 6: dotgrad: No such file or directory
places.adoc: line 39: dotgrad: 'after' is not defined
places.adoc: line 48: dotgrad: 'cell' is not defined
parts/within.dg: line 1: dotgrad: 'within' is not defined" 'the places'

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

thorough 'DocBook, XHTML and manual pages; files outside; ids' || finish

sed -i 's/,role="[^"]*"//' hostile.adoc # which asciidoctor itself writes as it is
run 0 adoc -b docbook5 hostile.adoc && err_empty
hostile
run 0 xmllint --noout hostile.xml

# A line with a large number, which fills its column, is still part of the message that it is shown by.
sed -i '$s/.*/c = aa*2\n----/' hostile.adoc
wrong_at=$(($(wc -l <hostile.adoc) - 1))
run 1 adoc hostile.adoc
err_has "hostile\.adoc: line $wrong_at: dotgrad: 'aa' is not defined"
checks=$((checks + 1))
[ "$(grep -c ERROR "$tmp/err")" -eq 1 ] || { fail 'one error has several messages'; show "$tmp/err"; }

# XHTML is read as XML, the style sheet too.
run 0 adoc -b xhtml5 -o page.xhtml page.adoc
run 0 xmllint --noout page.xhtml
run 0 adoc -b docbook5 -D out page.adoc
run 0 xmllint --noout out/page.xml out/dg-*.svg
has out/page.xml '<phrase>A product and its two factors</phrase>'
run 0 adoc -a dotgrad-format=pdf -b docbook5 -D pdf page.adoc
has pdf/page.xml 'fileref="dg-[0-9a-f]*\.pdf"'
checks=$((checks + 1))
[ "$(find pdf -name 'dg-*.pdf' | wc -l)" -eq 3 ] || fail 'there are not 3 pictures in PDF'
printf '= x(1)\n\n== Name\n\nx - y\n\n== Text\n\n[dotgrad]\n----\na = 1.0\nb = a*a\n----\n' >x.adoc
run 0 adoc -b manpage x.adoc && has x.1 'Computation graph of b: 2 values'

run 1 env DOTGRAD=/nowhere/dotgrad asciidoctor --failure-level=WARN -r ../dotgrad.rb page.adoc
err_has '/nowhere/dotgrad cannot be run'
run 0 env DOTGRAD= asciidoctor --failure-level=WARN -r ../dotgrad.rb page.adoc

stdin=places.adoc
run 1 adoc -o out.html - && err_has '<stdin>: line 23: dotgrad: '
stdin=/dev/null

# Files outside of the document's folder only where asciidoctor trusts the document.
mkdir "$tmp/outside" docs
echo 'secret = nobody' >"$tmp/outside/secret.dg"
ln -s "$tmp/outside/secret.dg" docs/file.dg
ln -s "$tmp/outside" docs/folder
for file in "$tmp/outside/secret.dg" ../../../../../outside/secret.dg file.dg folder/secret.dg; do
    echo "dotgrad::${file}[]" >docs/out.adoc
    run 1 adoc docs/out.adoc && err_has 'nobody'
    for mode in safe server secure; do
        run 1 adoc -S $mode docs/out.adoc
        err_has 'out\.adoc: line 1: dotgrad: ' && has_not "$tmp/err" 'nobody'
    done
done
# Nor are pictures written there.
printf ':imagesdir: ../pictures\n\n[dotgrad]\n----\na = 1.0\n----\n' >docs/out.adoc
asciidoctor -S safe -b docbook5 -r ../dotgrad.rb docs/out.adoc >/dev/null 2>&1
checks=$((checks + 1))
[ ! -e pictures ] || fail 'a document in safe mode writes outside of its folder'

# The same picture twice, and ids of the author that look like ours; figures are counted with the images.
printf '= Ids\n\n.One\nimage::x.png[]\n\n' >ids.adoc
for _ in 1 2; do printf '.Picture\n[dotgrad]\n----\na = 2.0\nb = a*a\n----\n\n' >>ids.adoc; done
printf '.Last\nimage::x.png[]\n' >>ids.adoc
run 0 adoc ids.adoc && pictures 2 ids.html
has ids.html 'Figure 3\. Picture' && has ids.html 'Figure 4\. Last'
stem=$(grep -o 'id="dg-[0-9a-f]*"' ids.html | head -n 1 | cut -d '"' -f 2)
printf '\n[[%s-title]]\n== One\n\n[#%s-2-desc]\nTwo\n' "$stem" "$stem" >>ids.adoc
run 0 adoc ids.adoc && pictures 2 ids.html
cp ids.html first.html
run 0 adoc ids.adoc && same ids.html first.html
finish

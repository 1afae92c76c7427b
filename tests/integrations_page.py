"""integrations_page.py N PAGE: whether an HTML page has N pictures of dotgrad and is well made: ids are
unique, links within the page lead somewhere, each picture has a name and holds nothing but SVG. What is
wrong is written to standard output."""

import sys

import html5lib

SVG = '{http://www.w3.org/2000/svg}'
ELEMENTS = {SVG + name for name in
            'svg title desc style g path rect ellipse text tspan a polygon line circle defs'.split()}


def problems(page, n):
    with open(page, 'rb') as file:
        root = html5lib.parse(file, treebuilder='etree')
    ids = {}
    for element in root.iter():
        if isinstance(element.tag, str) and 'id' in element.attrib:
            ids.setdefault(element.attrib['id'], []).append(element)
    for name, elements in ids.items():
        if len(elements) > 1:
            yield f'the id {name!r} is there {len(elements)} times'

    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        href = element.attrib.get('href', '')
        if href.startswith('#') and not href.startswith('#/') and len(href) > 1 and href[1:] not in ids:
            yield f'the link {href} leads nowhere'
        for name in element.attrib:
            if str(name).lower().startswith('on') and 'alert' in element.attrib[name]:
                yield f'an attribute {name} on {element.tag}'
        if element.tag.endswith('script') and 'alert(' in (element.text or ''):
            yield 'a script that a program has brought in'

    found = [e for e in root.iter(SVG + 'svg') if 'dotgrad' in e.attrib.get('class', '').split()]
    if len(found) != n:
        yield f'{len(found)} pictures, not {n}'
    for picture in found:
        who = picture.attrib.get('id', '(a picture without an id)')
        if picture.attrib.get('role') not in ('img', 'graphics-document', 'figure', 'group'):
            yield f'{who} has no role'
        labels = picture.attrib.get('aria-labelledby', '').split()
        if not labels:
            yield f'{who} has no name'
        for label in labels + picture.attrib.get('aria-describedby', '').split():
            if not any((e.text or '').strip() for e in ids.get(label, [])):
                yield f'{who} is named by {label!r}, which says nothing'
        for element in picture.iter():
            if isinstance(element.tag, str) and element.tag not in ELEMENTS:
                yield f'{who} holds a {element.tag}'
        if not any('dg-value' in e.attrib.get('class', '').split() for e in picture.iter(SVG + 'g')):
            yield f'{who} shows no values'


def main():
    found = list(problems(sys.argv[2], int(sys.argv[1])))
    for problem in found:
        print(f'{sys.argv[2]}: {problem}')
    return 1 if found else 0


sys.exit(main())

"""contrast.py LIGHT.svg DARK.svg AUTO.svg DOTGRAD.CSS: the contrasts of a picture's colours, as WCAG 2.1 defines them,
and whether the same colours are in the style of the picture that follows its reader, and in the pages' style sheet.
What is wrong is written to standard output."""

import re
import sys
import xml.etree.ElementTree

NAMESPACE = '{http://www.w3.org/2000/svg}'
# What may be behind a picture.
BEHIND = {'light': ('#ffffff', '#f8fafc', '#f5f5f5'), 'dark': ('#000000', '#0f172a', '#1e1e1e', '#2b2b2b')}
wrong = []


def luminance(colour):
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(a, b):
    a, b = sorted((luminance(a), luminance(b)))
    return (b + 0.05) / (a + 0.05)


def expect(least, what, colour, *others):
    for other in others:
        if contrast(colour, other) < least:
            wrong.append(f'{what}: {colour} on {other} has {contrast(colour, other):.2f}, less than {least}')


def shape(element):
    """All about an outline but its colours: what tells kinds apart in grey."""
    height = float(element.get('height') or 2 * float(element.get('ry') or 0))
    return element.tag, element.get('stroke-width'), float(element.get('rx') or 0) >= height / 2


def variables(root):
    return dict(re.findall(r'--dg-([a-z-]+):\s*(#[0-9a-f]{6})', root.get('style') or ''))


def look(path, theme):
    """Returns the picture's variables, and what it has of each class in attributes."""
    root = xml.etree.ElementTree.parse(path).getroot()
    text, behind, shapes = root.get('fill'), BEHIND[theme], {}
    for group in root.iter(NAMESPACE + 'g'):
        classes = (group.get('class') or '').split()
        if 'dg-edges' in classes:
            expect(3, 'edges', group.get('stroke'), *behind)
            expect(3, 'arrowheads', group.get('fill'), *behind)
        outline = next((e for e in group if e.tag in (NAMESPACE + 'rect', NAMESPACE + 'ellipse')), None)
        if outline is None or not {'dg-value', 'dg-op'} & set(classes):
            continue
        fill = outline.get('fill')
        expect(3, f'{path}: {classes}', outline.get('stroke'), fill, *behind)
        for e in group.iter():
            if e.tag in (NAMESPACE + 'text', NAMESPACE + 'tspan'):
                expect(4.5, f'{path}: {classes}: "{e.text}"', e.get('fill') or text, fill)
            elif e.tag == NAMESPACE + 'path':
                expect(3, f'{path}: {classes}: lines between fields', e.get('stroke'), fill)
        for kind in ('dg-op', 'dg-root', 'dg-leaf', 'dg-value'):
            if kind in classes:
                shapes.setdefault(kind, shape(outline))
                break
    if set(shapes) != {'dg-op', 'dg-root', 'dg-leaf', 'dg-value'}:
        wrong.append(f'{path} has only {set(shapes)}')
    if len(set(shapes.values())) != len(shapes):
        wrong.append(f'{path}: only the colour tells apart some of {shapes}')
    found = variables(root)
    for name in ('text', 'muted', 'alert', 'grad'):
        fills = [found[f'{kind}-fill'] for kind in ('value', 'leaf', 'root', 'op')]
        expect(4.5, name, found[name], *fills, *behind)
    return found


light, dark = look(sys.argv[1], 'light'), look(sys.argv[2], 'dark')
style = xml.etree.ElementTree.parse(sys.argv[3]).getroot().find(NAMESPACE + 'style').text
if not style.strip().startswith('@supports'):
    wrong.append('the rules are not inside @supports')
sets = [dict(re.findall(r'--dgd-([a-z-]+):(#[0-9a-f]{6})', part)) for part in style.split('@media')]
if sets != [light, dark]:
    wrong.append(f'the picture that follows its reader has {sets}, others {[light, dark]}')
with open(sys.argv[4], encoding='utf-8') as f:
    pages = re.findall(r'--dg-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)', f.read())
if [page for page in pages if not page[0].startswith('heat-')] != [(name, light[name], dark[name]) for name in light]:
    wrong.append(f'the style sheet of pages has {pages}')
print('\n'.join(wrong))
sys.exit(1 if wrong else 0)

"""legend.py WITH.svg WITHOUT.svg: prints what the legend of a picture explains, a line for each entry: the class of a
box, or the text as it stands in the picture; and what it means. Says where the legend overlaps, leaves the picture,
or changes more than the picture's size and style."""

import re
import sys
import xml.etree.ElementTree

NAMESPACE = '{http://www.w3.org/2000/svg}'


def box(e):
    """left, top, right, bottom."""
    number = {name: float(e.get(name)) for name in e.keys() if re.fullmatch(r'-?[\d.]+', e.get(name))}
    if e.tag == NAMESPACE + 'rect':
        return number['x'], number['y'], number['x'] + number['width'], number['y'] + number['height']
    if e.tag == NAMESPACE + 'ellipse':
        return (number['cx'] - number['rx'], number['cy'] - number['ry'],
                number['cx'] + number['rx'], number['cy'] + number['ry'])
    half = number.get('textLength', 4) / 2
    return number['x'] - half, number['y'] - 8, number['x'] + half, number['y'] + 2


def read(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    legend = [g for g in root if g.get('class') == 'dg-legend']
    for g in legend:
        root.remove(g)
    return root, legend


def shapes(root):
    """All but the positions in x, which move where the legend is wider than the picture."""
    return [(e.tag, e.get('id'), e.get('class'), e.get('fill'), e.get('y'), (e.text or '').strip())
            for e in root.iter() if e is not root and not e.tag.endswith('style')]


root, legends = read(sys.argv[1])
without, none = read(sys.argv[2])
if len(legends) != 1 or none:
    sys.exit(f'there are {len(legends)} legends with, and {len(none)} without --legend')
if shapes(root) != shapes(without):
    print('the legend changes the picture')
width, height = (float(x) for x in root.get('viewBox').split()[2:])
if height <= float(without.get('viewBox').split()[3]):
    print('the picture has not grown')
drawn = max(box(e)[3] for e in root.iter() if e.tag in (NAMESPACE + 'rect', NAMESPACE + 'ellipse'))
parts = list(legends[0])
for i, e in enumerate(parts):
    left, top, right, bottom = box(e)
    if left < 0 or right > width or bottom > height or top < drawn:
        print(f'{e.text or e.tag} is at {box(e)} of {width} by {height}')
    for other in parts[:i]:
        a = box(other)
        if left < a[2] and a[0] < right and top < a[3] and a[1] < bottom:
            print(f'{e.text or e.tag} overlaps {other.text or other.tag}')
for sign, meaning in zip(parts[::2], parts[1::2]):
    print((sign.text or (sign.get('class') or '').replace('dg-legend-', '')) + ': ' + meaning.text)

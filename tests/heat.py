"""heat.py LIGHT.svg DARK.svg AUTO.svg DOTGRAD.CSS: the colours of a picture with --color: whether texts and lines on
them have the contrasts of WCAG 2.1, whether the steps of the scale are even, and even enough with each kind of colour
blindness, and whether the same colours are in the style of the picture that follows its reader, and in the pages' style
sheet. What is wrong is written to standard output."""

import math
import re
import sys
import xml.etree.ElementTree

NAMESPACE = '{http://www.w3.org/2000/svg}'
STEPS = 10
wrong = []

TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)
# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009), of
# linear RGB, with severity 1.
BLIND = {
    'protanopia': ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    'deuteranopia': ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    'tritanopia': ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour):
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def contrast(a, b):
    a, b = sorted(times(TO_XYZ, linear(c))[1] for c in (a, b))
    return (b + 0.05) / (a + 0.05)


def lab(rgb):
    """CIELAB of linear RGB."""
    def f(t):
        return t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
    x, y, z = (f(c / w) for c, w in zip(times(TO_XYZ, rgb), WHITE))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(p, q):
    """CIEDE2000."""
    (l1, a1, b1), (l2, a2, b2) = p, q
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean ** 7 / (mean ** 7 + 25 ** 7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    l, c, h = (l1 + l2) / 2, (c1 + c2) / 2, (h1 + turn / 2) % 360
    t = (1 - 0.17 * math.cos(math.radians(h - 30)) + 0.24 * math.cos(math.radians(2 * h))
         + 0.32 * math.cos(math.radians(3 * h + 6)) - 0.20 * math.cos(math.radians(4 * h - 63)))
    sl = 1 + 0.015 * (l - 50) ** 2 / math.sqrt(20 + (l - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    rt = (-math.sin(math.radians(60 * math.exp(-((h - 275) / 25) ** 2)))
          * 2 * math.sqrt(c ** 7 / (c ** 7 + 25 ** 7)))
    dl, dc, dh = (l2 - l1) / sl, (c2 - c1) / sc, dh / sh
    return math.sqrt(dl * dl + dc * dc + dh * dh + rt * dc * dh)


def expect(least, what, colour, other):
    if contrast(colour, other) < least:
        wrong.append(f'{what}: {colour} on {other} has {contrast(colour, other):.2f}, less than {least}')


def look(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    text, patterns, seen = root.get('fill'), set(), set()
    for group in root.iter(NAMESPACE + 'g'):
        if 'dg-value' not in (group.get('class') or '').split():
            continue
        rect = group.find(NAMESPACE + 'rect')
        fill = rect.get('fill')
        seen.add(fill)
        for e in group.iter():
            if e.tag in (NAMESPACE + 'text', NAMESPACE + 'tspan') and e.text:
                own = e.get('fill') or (group.find(NAMESPACE + 'text').get('fill') if e.tag.endswith('tspan') else None)
                expect(4.5, f'{path}: "{e.text}"', own or text, fill)
            elif e.tag == NAMESPACE + 'path':
                expect(3, f'{path}: a line or a sign', e.get('fill') if e.get('stroke') == 'none' else e.get('stroke'), fill)
                if 'dg-hatch' in (e.get('class') or ''):
                    patterns.add((re.sub('[-0-9. M]', '', e.get('d'))[:2], e.get('stroke')))
    if len(patterns) < 3:
        wrong.append(f'{path} has few patterns: {patterns}')
    found = dict(re.findall(r'--dg-(heat-[a-z0-9]+):\s*(#[0-9a-f]{6})', root.get('style') or ''))
    scale = [found[f'heat-{i}'] for i in range(STEPS)]
    if len(seen & set(scale)) < STEPS:
        wrong.append(f'{path} has only {seen} of the scale')
    return found, scale


light, scale = look(sys.argv[1])
dark, turned = look(sys.argv[2])
if turned != scale[::-1]:
    wrong.append('the dark scale is not the light one turned round')
points = [lab(linear(c)) for c in scale]
steps = [difference(p, q) for p, q in zip(points, points[1:])]
falls = [p[0] - q[0] for p, q in zip(points, points[1:])]
if min(steps) < 10 or max(steps) > 1.06 * min(steps):
    wrong.append(f'the steps are not even: {steps}')
if min(falls) < 8 or max(falls) > 1.12 * min(falls):
    wrong.append(f'the lightness does not fall in even steps: {falls}')
for kind, matrix in BLIND.items():
    points = [lab([min(max(c, 0), 1) for c in times(matrix, linear(colour))]) for colour in scale]
    steps = [difference(p, q) for p, q in zip(points, points[1:])]
    if min(steps) < 5 or any(p[0] <= q[0] for p, q in zip(points, points[1:])):
        wrong.append(f'with {kind} steps are {steps}')

style = xml.etree.ElementTree.parse(sys.argv[3]).getroot().find(NAMESPACE + 'style').text
sets = [dict(re.findall(r'--dgd-(heat-[a-z0-9]+):(#[0-9a-f]{6})', part)) for part in style.split('@media')]
if sets != [light, dark]:
    wrong.append(f'the picture that follows its reader has {sets}, others {[light, dark]}')
for name in light:
    if f'var(--dg-{name},var(--dgd-{name}))' not in style:
        wrong.append(f'no rule has {name}')
with open(sys.argv[4], encoding='utf-8') as f:
    pages = re.findall(r'--dg-(heat-[a-z0-9]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)', f.read())
if pages != [(name, light[name], dark[name]) for name in light]:
    wrong.append(f'the style sheet of pages has {pages}')
print('\n'.join(wrong))
sys.exit(1 if wrong else 0)

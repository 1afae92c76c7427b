"""renderers.py FOLDER RENDERER PICTURE...: draws PICTURE.svg of the folder with a renderer, and looks at the pixels:
boxes, strokes, edges and texts have the colours that they must have, and texts are in the middle of their fields.
A picture's name says what it is: one with "dark" has the dark colours. What is wrong is written to standard output."""

import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree

import PIL.Image

LIGHT = {
    'text': '#1f2937', 'edge': '#64748b', 'muted': '#526075', 'alert': '#b91c1c', 'grad': '#7e22ce',
    'value': ('#ffffff', '#64748b'), 'leaf': ('#dbeafe', '#2563eb'), 'root': ('#dcfce7', '#15803d'),
    'op': ('#fef3c7', '#b45309'), 'behind': '#ffffff',
}
DARK = {
    'text': '#e5e7eb', 'edge': '#94a3b8', 'muted': '#a3b0c2', 'alert': '#fca5a5', 'grad': '#d8b4fe',
    'value': ('#1e293b', '#94a3b8'), 'leaf': ('#172554', '#60a5fa'), 'root': ('#052e16', '#22c55e'),
    'op': ('#451a03', '#f59e0b'), 'behind': '#0f172a',
}
NAMESPACE = '{http://www.w3.org/2000/svg}'


def rgb(colour):
    return tuple(int(colour[i:i + 2], 16) for i in (1, 3, 5))


def opened(path, behind):
    """The pixels of an image, on a background where they are transparent."""
    with PIL.Image.open(path) as image:
        over = PIL.Image.new('RGBA', image.size, behind + (255,))
        over.alpha_composite(image.convert('RGBA'))
        return over.convert('RGB')


class Look:
    """An SVG in an image: at (left, top), and so many pixels a unit."""

    def __init__(self, svg, image, left, top, scale, colours):
        self.root = xml.etree.ElementTree.parse(svg).getroot()
        self.pixels, self.size = image.load(), image.size
        self.left, self.top, self.scale, self.colours = left, top, scale, colours
        self.wrong, self.looked = [], 0

    def pixel(self, x, y):
        x, y = math.floor(self.left + x * self.scale), math.floor(self.top + y * self.scale)
        return self.pixels[min(max(x, 0), self.size[0] - 1), min(max(y, 0), self.size[1] - 1)]

    def nearest(self, points, colour):
        return min((math.dist(self.pixel(x, y), rgb(colour)), self.pixel(x, y)) for x, y in points)

    def expect(self, what, points, colour, tolerance):
        self.looked += 1
        distance, got = self.nearest(points, colour)
        if distance > tolerance:
            self.wrong.append(f'{what} is {got}, not {rgb(colour)}')

    def stroke(self, what, x, y, colour, down):
        """A line through the point: the pixel that it covers most, of those across it."""
        steps = [i / 4 / self.scale for i in range(-6, 7)]
        self.expect(what, [(x, y + s) if down else (x + s, y) for s in steps], colour, 90)

    def box(self, group, kind, fill, stroke):
        rect = group.find(NAMESPACE + 'rect')
        x, y, width, height = (float(rect.get(a)) for a in ('x', 'y', 'width', 'height'))
        what = group.get('id')
        self.expect(f'{what}: the fill of a {kind}', [(x + 4, y + height / 2)], fill, 8)
        self.expect(f'{what}: the fill of a {kind}', [(x + width - 4, y + height / 2)], fill, 8)
        self.stroke(f'{what}: the stroke of a {kind}', x + 18, y, stroke, True)
        self.stroke(f'{what}: the stroke of a {kind}', x + 18, y + height, stroke, True)

    def text(self, group, text, fill):
        """Its colour; and where it is, if it stands alone: its ink is around its middle."""
        classes = (text.get('class') or '').split()
        colour = 'text'
        if 'dg-grad' in classes and 'dg-unset' in group.get('class').split():
            colour = 'muted'
        elif 'dg-grad' in classes and group.find(NAMESPACE + 'rect') is None:
            colour = 'grad'
        if 'dg-alert' in classes:
            colour = 'alert'
        x, y = float(text.get('x')), float(text.get('y'))
        half = float(text.get('textLength') or 9) / 2 + 3
        ink, nearest, paper, wanted = [], 1000, rgb(fill), rgb(self.colours[colour])
        for i in range(int(2 * half * self.scale)):
            at = x - half + i / self.scale
            column = [self.pixel(at, y - 9 + j / self.scale) for j in range(int(9 * self.scale))]
            column = [p for p in column if p != paper and math.dist(p, paper) > 90]
            if column:
                ink.append(at)
                nearest = min(nearest, *(math.dist(p, wanted) for p in column), 1000)
        what = f'{group.get("id")}: "{text.text}"'
        self.looked += 1
        if not ink:
            self.wrong.append(f'{what} is not there')
            return
        # fonts differ a little
        middle = (ink[0] + ink[-1]) / 2
        if text.tag.endswith('text') and abs(middle - x) > 3:
            self.wrong.append(f'{what} is around {middle:.1f}, not {x}')
        if nearest > 110:
            self.wrong.append(f'{what} has not the colour {wanted}')

    def value(self, group):
        classes = group.get('class').split()
        kind = 'root' if 'dg-root' in classes else 'leaf' if 'dg-leaf' in classes else 'value'
        fill, stroke = self.colours[kind]
        if group.find(NAMESPACE + 'rect') is None:  # a wire: its texts have nothing behind them
            fill = self.colours['behind']
        else:
            self.box(group, kind, fill, stroke)
        for text in group.findall(NAMESPACE + 'text'):
            if text.text and text.get('x'):
                self.text(group, text, fill)
            for piece in text.findall(NAMESPACE + 'tspan'):
                piece.set('class', ' '.join(filter(None, (text.get('class'), piece.get('class')))))
                self.text(group, piece, fill)

    def op(self, group):
        fill, stroke = self.colours['op']
        ellipse = group.find(NAMESPACE + 'ellipse')
        if ellipse is not None:
            cx, cy, rx = (float(ellipse.get(a)) for a in ('cx', 'cy', 'rx'))
            self.expect(f'{group.get("id")}: the fill', [(cx - rx + 4, cy)], fill, 8)
            self.stroke(f'{group.get("id")}: the stroke', cx - rx, cy, stroke, False)
        else:
            self.box(group, 'op', fill, stroke)

    def edge(self, group):
        line = re.match(r'M([\d.]+) ([\d.]+)h([\d.]+)$', group.find(NAMESPACE + 'path').get('d'))
        if line:
            x, y, length = (float(n) for n in line.groups())
            self.stroke(f'{group.get("id")}: the edge', x + length / 2, y, self.colours['edge'], True)

    def all(self):
        for group in self.root.iter(NAMESPACE + 'g'):
            classes = (group.get('class') or '').split()
            if 'dg-value' in classes:
                self.value(group)
            elif 'dg-op' in classes:
                self.op(group)
            elif 'dg-edge' in classes:
                self.edge(group)
        if self.looked < 12:
            self.wrong.append(f'there is too little to look at: {self.looked}')
        return self.wrong


# ---- The renderers: each makes an image of each picture; browsers one of all of them ---------------------------


def run(*command, **more):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=120, **more)


def size_of(svg):
    return [float(x) for x in xml.etree.ElementTree.parse(svg).getroot().get('viewBox').split()[2:]]


def librsvg(svg, png):
    run('rsvg-convert', '--zoom=2', svg, '-o', png)


def cairosvg(svg, png):
    run('cairosvg', '--output-width', str(round(2 * size_of(svg)[0])), svg, '-o', png)


def mupdf(svg, png):
    run('mutool', 'draw', '-r', '144', '-o', png, svg)


def resvg(svg, png):
    run('node', '-e', '''
        const {Resvg} = require('@resvg/resvg-js'), fs = require('fs');
        const picture = new Resvg(fs.readFileSync(process.argv[1]), {fitTo: {mode: 'zoom', value: 2}});
        fs.writeFileSync(process.argv[2], picture.render().asPng());''', svg, png)


def weasyprint(svg, png):
    width, height = size_of(svg)
    page = png[:-4] + '.html'
    with open(page, 'w', encoding='utf-8') as f:
        f.write(f'<!DOCTYPE html><style>@page{{size:{width}pt {height}pt;margin:0}}body{{margin:0}}img{{display:block}}'
                f'</style><img alt="" src="{os.path.basename(svg)}">')
    run('weasyprint', page, png[:-4] + '.pdf')
    run('pdftoppm', '-png', '-singlefile', '-r', '144', png[:-4] + '.pdf', png[:-4])


def page_of(folder, pictures):
    """All pictures below one another, 2 pixels a unit; and where they are."""
    top, places, images = 0, {}, ''
    for name in pictures:
        width, height = size_of(f'{folder}/{name}.svg')
        places[name] = top
        images += (f'<img alt="" src="{name}.svg" style="position:absolute;left:0;top:{top}px;'
                   f'width:{2 * width}px;height:{2 * height}px">')
        top += math.ceil(2 * height)
    with open(f'{folder}/page.html', 'w', encoding='utf-8') as f:
        f.write(f'<!DOCTYPE html><meta charset="utf-8"><body style="margin:0;background:#fff">{images}')
    width = max(math.ceil(2 * size_of(f'{folder}/{name}.svg')[0]) for name in pictures)
    return places, max(width, 800), max(top + 20, 600)


def chromium(folder, png, width, height):
    run('chromium', '--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--force-device-scale-factor=1',
        '--blink-settings=preferredColorScheme=1', f'--user-data-dir={folder}/chromium',
        f'--window-size={width},{height}', f'--screenshot={png}', f'file://{folder}/page.html')


def firefox(folder, png, width, height):
    os.makedirs(f'{folder}/firefox', exist_ok=True)
    with open(f'{folder}/firefox/user.js', 'w', encoding='utf-8') as f:
        f.write('user_pref("layout.css.prefers-color-scheme.content-override", 1);\n'
                'user_pref("layout.css.devPixelsPerPx", "1");\n')
    run('firefox', '--headless', '--no-remote', '--profile', f'{folder}/firefox', f'--window-size={width},{height}',
        '--screenshot', png, f'file://{folder}/page.html', env={**os.environ, 'HOME': folder, 'MOZ_HEADLESS': '1'})


def main(folder, renderer, pictures):
    failed = False
    browser = {'chromium': chromium, 'firefox': firefox}.get(renderer)
    png = f'{folder}/{renderer}.png'
    if browser:
        places, width, height = page_of(folder, pictures)
        browser(folder, png, width, height)
        image = opened(png, rgb('#ffffff'))
    for name in pictures:
        svg = f'{folder}/{name}.svg'
        colours = DARK if 'dark' in name else LIGHT
        top, scale = 0, 2
        if browser:
            top = places[name]
        else:
            png = f'{folder}/{renderer}-{name}.png'
            globals()[renderer](svg, png)
            image = opened(png, rgb(colours['behind']))
            scale = image.width / size_of(svg)[0]
        for wrong in Look(svg, image, 0, top, scale, colours).all():
            print(f'{name}: {wrong}')
            failed = True
    return failed


sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3:]))

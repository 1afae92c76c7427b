"""number_formats.py DOTGRAD [SEED]: draws numbers in formats of --numbers, and compares them with what Python's own
formatting makes of them. What is wrong is written to standard output; the exit status is then 1."""

import json
import math
import random
import struct
import subprocess
import sys
import xml.etree.ElementTree

EDGES = [0.0, -0.0, 5e-5, -5e-5, math.nextafter(5e-5, 0), math.nextafter(5e-5, 1), 4.99999e-5, 1e6,
         math.nextafter(1e6, 0), 999999.99996, -1e6, 1e-7, 3e-7, -1e-9, 1e12, 1e16, -1e300, 1e300, 5e-324, 0.005,
         -0.004, -0.0049999, 0.5, 1.5, 2.5, -0.5, 0.05, -0.00004, 123.456, float('inf'), float('-inf'), float('nan')]


def automatic(x):
    if x == 0:
        return '0.0000'
    if math.isfinite(x) and not 5e-5 <= abs(x) < 1e6:
        return format(x, '.2e')
    return format(x, '.4f')


def printf(text, x):
    """As C: Python's % differs in that it fills up infinities with zeros, and knows no %a."""
    made = text % x
    digits = made.lower().replace('%', '')
    if x <= 0 and math.isfinite(x) and not any(c in '123456789' for c in digits.split('e')[0]):
        made = text % abs(x)
    return made


def trace(numbers):
    nodes = [{'id': 'r', 'op': 'f', 'label': 'r', 'data': 1.0, 'grad': 1.0}]
    for i, x in enumerate(numbers):
        said = x if math.isfinite(x) else 'NaN' if x != x else 'Infinity' if x > 0 else '-Infinity'
        nodes.append({'id': f'n{i}', 'label': f'n{i}', 'data': said, 'grad': said})
    edges = [{'from': f'n{i}', 'to': 'r', 'operand': i} for i in range(len(numbers))]
    return json.dumps({'dotgrad': 1, 'root': 'r', 'nodes': nodes, 'edges': edges})


def run(dotgrad, how, text, numbers):
    arguments = [] if text is None else ['--numbers', text]
    return subprocess.run([dotgrad, '--input-format=json', '-T', how, *arguments], input=trace(numbers).encode(),
                          stdout=subprocess.PIPE, check=True).stdout.decode()


def of_svg(dotgrad, text, numbers):
    """The texts of the data, and of the gradients, without their words."""
    root = xml.etree.ElementTree.fromstring(run(dotgrad, 'svg', text, numbers))
    groups = {g.get('id'): g for g in root.iter() if g.get('id')}
    for word in ('data', 'grad'):
        for i in range(len(numbers)):
            for e in groups[f'dotgrad-v{i + 1}'].iter():
                if f'dg-{word}' in (e.get('class') or '').split():
                    if not e.text.startswith(word + ' '):
                        raise ValueError(e.text)
                    yield numbers[i], e.text[5:]


def of_table(dotgrad, text, numbers):
    for x, line in zip(numbers, run(dotgrad, 'table', text, numbers).splitlines()[2:]):
        for made in line.split()[1:]:
            yield x, made


def main(dotgrad, seed):
    r = random.Random(seed)
    numbers = EDGES + [r.choice((-1, 1)) * 10 ** r.uniform(-12, 12) for _ in range(150)]
    numbers += [x for x in (struct.unpack('<d', r.randbytes(8))[0] for _ in range(50)) if math.isfinite(x)]
    wrong = []

    def compare(made, want):
        for x, got in made:
            expected = want(x)
            if got != expected:
                wrong.append(f'{x!r} is drawn as {got!r}, not {expected!r}')

    for text in (None, 'auto'):
        compare(of_svg(dotgrad, text, numbers), automatic)
        compare(of_table(dotgrad, text, numbers), automatic)
    for text in ('%.4f', '%.3g', '%f', '%e', '%g', '%G', '%.0f', '%#.0f', '%+.2e', '%12.3f|', '%-12.3f|', '%lf',
                 '<%.2f%%>', '% .3g', 'é%.1Eé', '%.17g', '%.32f', '%32.0f'):
        compare(of_svg(dotgrad, text, numbers), lambda x, text=text: printf(text, x))
    finite = [x for x in numbers if math.isfinite(x)]
    for text in ('%012.3f', '%+010.1e', '%0+9g', '%05.1f!'):
        compare(of_svg(dotgrad, text, finite), lambda x, text=text: printf(text, x))
    for text in ('%.4f', '%.3e', '%g'):
        compare(of_table(dotgrad, text, numbers), lambda x, text=text: printf(text, x))
    for x, made in of_svg(dotgrad, '%a', finite):
        if float.fromhex(made) != x or (x == 0 and made != '0x0p+0'):
            wrong.append(f'{x!r} is drawn as {made}')
    print('\n'.join(wrong[:40]))
    return 1 if wrong else 0


sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1))

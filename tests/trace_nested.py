"""Traces with tensors, written by Python's json and read back from dotgrad's JSON: every shape, list
and number must be the same, and what does not fit must be refused in Python's words for a shape.

usage: trace_nested.py DOTGRAD COUNT SEED
"""
import json
import math
import random
import struct
import subprocess
import sys

DOTGRAD, COUNT, SEED = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
MEMBERS = ['id', 'op', 'label', 'shape', 'data', 'grad', 'scope']
NOT_FINITE = {'NaN': math.nan, 'Infinity': math.inf, '-Infinity': -math.inf}


def random_number(rng):
    kind = rng.randrange(4)
    if kind == 0:
        return rng.choice([0.0, -0.0, 0.1, 1e17, 5e-324, math.nan, math.inf, -math.inf, 2.0 ** 53])
    if kind == 1:
        return rng.randrange(-1000, 1000)
    return struct.unpack('<d', rng.randbytes(8) if hasattr(rng, 'randbytes') else
                         rng.getrandbits(64).to_bytes(8, 'little'))[0]


def lists(shape, number):
    """Nested lists; a size of 0 ends them by itself."""
    return [lists(shape[1:], number) for _ in range(shape[0])] if shape else number()


def shape_of(data):
    """Numpy's view of nested lists: their lengths on the way to the first number."""
    shape = []
    while isinstance(data, list):
        shape.append(len(data))
        if not data:
            break
        data = data[0]
    return shape


def written(data):
    """Numbers as the form has them."""
    if isinstance(data, list):
        return [written(x) for x in data]
    if isinstance(data, float) and not math.isfinite(data):
        return 'NaN' if math.isnan(data) else 'Infinity' if data > 0 else '-Infinity'
    return data


def bits(data):
    """The lists with their numbers' bits instead, so that they compare as a whole."""
    if isinstance(data, list):
        return [bits(x) for x in data]
    if isinstance(data, str):
        data = NOT_FINITE[data]
    return 'nan' if math.isnan(data) else struct.pack('<d', float(data))


def random_shape(rng):
    return [rng.choice([0, 1, 1, 2, 3, 4]) for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4, 8]))]


def random_node(rng, name):
    shape = random_shape(rng)
    node = {'id': name, 'data': written(lists(shape, lambda: random_number(rng)))}
    if rng.randrange(2):
        node['grad'] = written(lists(shape, lambda: random_number(rng)))
    if rng.randrange(2):
        node['label'] = 'label of ' + name
    if rng.randrange(2) or shape_of(node['data']) != shape:
        node['shape'] = shape
    members = list(node.items())
    rng.shuffle(members)
    return dict(members), shape


def run(text):
    return subprocess.run([DOTGRAD, '--input-format=json', '-Tjson'], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True, check=False)


def no_constant(name):
    raise AssertionError(f'{name} is no JSON')


def compare(found, node, shape):
    assert list(found) == [m for m in MEMBERS if m in found], f'order of {list(found)}'
    assert ('shape' in found) == bool(shape), found.get('shape')
    assert found.get('shape', []) == shape, f"shape {found['shape']}"
    assert bits(found['data']) == bits(node['data']), 'data'
    if 'grad' in node:
        assert bits(found['grad']) == bits(node['grad']), 'grad'
    else:
        assert found['grad'] is None, 'grad is not null'
    assert found['label'] == node.get('label', ''), 'label'


def there_and_back(rng):
    leaves = [random_node(rng, f'leaf {i}') for i in range(rng.randrange(1, 30))]
    root, root_shape = random_node(rng, 'root')
    root['op'] = 'f'
    nodes = [(root, root_shape)] + leaves
    trace = {'dotgrad': 1, 'root': 'root', 'nodes': [n for n, _ in nodes],
             'edges': [{'from': leaf['id'], 'to': 'root', 'operand': i}
                       for i, (leaf, _) in enumerate(leaves)]}
    text = json.dumps(trace, allow_nan=False, indent=rng.choice([None, 0, 2]))
    result = run(text)
    assert result.returncode == 0, result.stderr
    back = json.loads(result.stdout, parse_constant=no_constant)
    assert len(back['nodes']) == len(nodes)
    for found, (node, shape) in zip(back['nodes'], nodes):
        compare(found, node, shape)
    again = run(result.stdout)
    assert again.stdout == result.stdout, 'the second time it is written otherwise'


def refused(rng):
    shape, other = random_shape(rng), random_shape(rng)
    data = lists(other, lambda: 1.5)
    listed = shape_of(data)
    ends = shape.index(0) + 1 if 0 in shape else len(shape)
    if listed == shape[:ends]:
        return
    node = {'id': 'a', 'data': data, 'shape': shape}
    result = run(json.dumps({'dotgrad': 1, 'root': 'a', 'nodes': [node], 'edges': []}))
    what = str(tuple(listed)) if listed else 'a number'
    expected = f'node 0 ("a"): its shape is {tuple(shape)}, but data is {what}'
    assert result.returncode == 1 and expected in result.stderr, f'{expected}: {result.stderr}'


def main():
    for seed in range(SEED, SEED + COUNT):
        rng = random.Random(seed)
        try:
            there_and_back(rng)
            refused(rng)
        except AssertionError as error:
            print(f'seed {seed}: {error}')
            return 1
    print(f'{COUNT} traces')
    return 0


sys.exit(main())

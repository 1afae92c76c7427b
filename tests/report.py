#!/usr/bin/env python3
"""Compares -Treport --json with the same numbers computed here of -Tjson: report.py DOTGRAD PROGRAM..."""
import json
import math
import random
import re
import subprocess
import sys

dotgrad = sys.argv[1]
failures = checks = 0
SATURATED, VANISHING, EXPLODING = 0.97, 1e-7, 1e4
EDGES = [float(f'1e{e}') for e in range(-12, 7)]
ACTIVATIONS = ('tanh', 'sigmoid', 'ReLU', 'SiLU', 'softplus')


def fail(text):
    global failures
    failures += 1
    if failures < 20:
        print('FAIL:', text)


def same(got, want, what, error=1e-300):
    global checks
    checks += 1
    if isinstance(want, float):
        if math.isnan(want):
            good = got is None
        elif math.isinf(want):
            good = got == ('Infinity' if want > 0 else '-Infinity')
        else:
            good = isinstance(got, (int, float)) and math.isclose(got, want, rel_tol=1e-9, abs_tol=error)
    else:
        good = got == want
    if not good:
        fail(f'{what}: {got}, not {want}')


def run(*arguments):
    done = subprocess.run([dotgrad, *arguments], capture_output=True, check=True)
    return json.loads(done.stdout)


def number(x):
    return float(x) if isinstance(x, (int, float, str)) else None


def flat(x):
    if isinstance(x, list):
        return [n for part in x for n in flat(part)]
    return [float(x)]


# ---- The definitions -------------------------------------------------------------------------------

def std(x):
    if not x:
        return math.nan
    if len(x) == 1:
        return abs(x[0])
    mean = math.fsum(x) / len(x)
    return math.sqrt(math.fsum((v - mean) ** 2 for v in x) / (len(x) - 1))


def std_of_several(x):
    return std(x) if len(x) > 1 else math.nan


def mean_of(x):
    return math.fsum(x) / len(x) if x else math.nan


def finite(x):
    return [v for v in x if math.isfinite(v)]


def median(x):
    x = sorted(x)
    if not x:
        return math.nan
    middle = len(x) // 2
    return x[middle] if len(x) % 2 else x[middle - 1] / 2 + x[middle] / 2


def ratio(a, b):
    if math.isnan(a) or math.isnan(b):
        return math.nan
    if b == 0:
        return math.nan if a == 0 else math.inf
    return a / b


class Node:
    def __init__(self, node):
        self.id, self.label = node['id'], node.get('label', '')
        self.op, self.scope = node.get('op', ''), node.get('scope', '')
        self.shape = node.get('shape', [])
        self.data = flat(node['data'])
        self.grad = None if node['grad'] is None else flat(node['grad'])
        self.grads = self.grad or []


def cancellation(nodes):
    """By how much a mean may be off whose numbers nearly cancel."""
    return 1e-15 * max([1e-285] + [abs(v) for n in nodes for v in finite(n.data + n.grads)])


def parts(scope):
    return [p for p in scope.split('/') if p and not re.fullmatch('example [0-9]+', p)]


def is_parameter(nodes):
    """Which leaves the report is about. One without a gradient, where others have one, is a constant."""
    any_grad = any(n.grad is not None for n in nodes)
    labelled = [n for n in nodes if not n.op and n.label]
    scoped = [n for n in labelled if n.scope]
    return {n.id for n in scoped or labelled if n.grad is not None or not any_grad}


def scope_row(nodes, parameters, lr):
    grads = [g for n in nodes for g in n.grads]
    magnitudes = [abs(g) for g in finite(grads) if g]
    active = [n for n in nodes if n.op in ACTIVATIONS]
    saturable = [n for n in active if n.op in ('tanh', 'sigmoid')]
    relus = [n for n in active if n.op == 'ReLU']
    mine = [n for n in nodes if n.id in parameters]
    data, grad = [finite([v for n in mine for v in part(n)]) for part in (lambda n: n.data, lambda n: n.grads)]
    histogram = [0] * 20
    for m in magnitudes:
        histogram[sum(m >= e for e in EDGES)] += 1
    row = {
        'values': len(nodes),
        'numbers': sum(len(n.data) for n in nodes),
        'parameters': len(mine),
        'parameter_numbers': sum(len(n.data) for n in mine),
        'unset': sum(len(n.data) for n in nodes if n.grad is None),
        'zero': sum(g == 0 for g in grads),
        'nonfinite': sum(not math.isfinite(g) for g in grads),
        'vanishing': sum(m < VANISHING for m in magnitudes),
        'huge': sum(m > EXPLODING for m in magnitudes),
        'grad_min': min(magnitudes, default=math.nan),
        'grad_median': median(magnitudes),
        'grad_max': max(magnitudes, default=math.nan),
        'histogram': histogram,
        'activations': sum(len(n.data) for n in active),
        'activation_mean': mean_of(finite([v for n in active for v in n.data])),
        'activation_std': std_of_several(finite([v for n in active for v in n.data])),
        'activation_grad_mean': mean_of(finite([v for n in active for v in n.grads])),
        'activation_grad_std': std_of_several(finite([v for n in active for v in n.grads])),
        'saturable': sum(len(n.data) for n in saturable),
        'saturated': sum(abs(v if n.op == 'tanh' else 2 * v - 1) > SATURATED for n in saturable for v in n.data),
        'relus': sum(len(n.data) for n in relus),
        'shut': sum(v == 0 for n in relus for v in n.data),
        'parameter_std': std(data),
        'parameter_grad_std': std(grad),
        'grad_ratio': ratio(std(grad), std(data)),
    }
    row['update_ratio'] = lr * row['grad_ratio'] if lr else math.nan
    return row


def parameter_row(n, lr):
    data, grad = finite(n.data), finite(n.grads)
    row = {
        'label': n.label, 'scope': n.scope, 'shape': n.shape, 'size': len(n.data),
        'zero': sum(g == 0 for g in n.grads),
        'nonfinite': sum(not math.isfinite(g) for g in n.grads),
        'data_mean': mean_of(data), 'data_std': std(data), 'data_magnitude': mean_of([abs(v) for v in data]),
        'grad_mean': mean_of(grad), 'grad_std': std(grad), 'grad_magnitude': mean_of([abs(v) for v in grad]),
        'grad_ratio': ratio(std(grad), std(data)),
    }
    row['update_ratio'] = lr * row['grad_ratio'] if lr else math.nan
    return row


def compare(trace, report, what, lr=None):
    nodes = [Node(n) for n in trace['nodes']]
    parameters = is_parameter(nodes)
    scopes = {()}
    for n in nodes:
        path = parts(n.scope)
        scopes |= {tuple(path[:k + 1]) for k in range(len(path))}
    same(sorted(tuple(parts(s['scope'])) for s in report['by_scope']), sorted(scopes), f'{what}: scopes')
    around = ()
    for got in report['by_scope']:
        path = tuple(parts(got['scope']))
        same(got['depth'], len(path), f'{what}: depth')
        if path and path[:-1] != around[:len(path) - 1]:
            fail(f'{what}: {path} follows {around}, and is not in it')
        around = path
        inside = [n for n in nodes if tuple(parts(n.scope))[:len(path)] == path]
        for name, want in scope_row(inside, parameters, lr).items():
            same(got[name], want, f'{what}: {name} of {got["scope"]!r}', cancellation(inside))
    same(sorted(p['id'] for p in report['by_parameter']), sorted(parameters), f'{what}: parameters')
    by_id = {n.id: n for n in nodes}
    for got in report['by_parameter']:
        for name, want in parameter_row(by_id[got['id']], lr).items():
            same(got[name], want, f'{what}: {name} of {got["label"]!r}', cancellation([by_id[got['id']]]))


# ---- Random traces -------------------------------------------------------------------------------------

def random_number(r):
    return r.choice([0.0, 1.0, -1.0, 'NaN', 'Infinity', '-Infinity', 5e-324, 1e100, -1e-9, 1e-12, 0.1, 1e6,
                     r.gauss(0, 1), r.gauss(0, 1), r.gauss(0, 1) * 10.0 ** r.randint(-15, 8)])


def tree_trace(r):
    """A tree of values: unary and binary ops, all of one shape."""
    scopes = ['', 'a', 'a/b', 'a/b/c', 'd e', 'd e/b', 'a/x', 'é/ü']
    shape = r.choice([[], [], [3], [2, 2]])
    nodes, edges, open_values = [], [], [0]
    wanted = r.randint(1, 80)

    def values():
        x = [random_number(r) for _ in range(math.prod(shape))]
        for size in reversed(shape[1:]):
            x = [x[i:i + size] for i in range(0, len(x), size)]
        return x if shape else x[0]

    made = 1
    while open_values:
        i = open_values.pop(0)
        node = {'id': f'n{i}', 'data': values(), 'grad': values() if r.random() < 0.8 else None}
        if shape:
            node['shape'] = shape
        if made < wanted:
            operands = list(range(made, made + r.randint(1, 2)))
            made += len(operands)
            open_values += operands
            node['op'] = r.choice(ACTIVATIONS) if len(operands) == 1 else r.choice('+*')
            edges += [{'from': f'n{k}', 'to': f'n{i}', 'operand': p} for p, k in enumerate(operands)]
        if r.random() < 0.7:
            node['label'] = f'w{i}'
        if r.random() < 0.7:
            node['scope'] = r.choice(scopes)
        nodes.append(node)
    return {'dotgrad': 1, 'root': 'n0', 'nodes': nodes, 'edges': edges}


for name in sys.argv[2:]:
    compare(run('-Tjson', name), run('-Treport', '--json', name), name)
r = random.Random(1)
for k in range(60):
    trace = tree_trace(r)
    if not any(n.get('label') and 'op' not in n for n in trace['nodes']):
        continue # which leaves are parameters then is another question
    with open('t.json', 'w', encoding='utf-8') as f:
        json.dump(trace, f)
    lr = r.choice([None, 0.1])
    options = [f'--threshold=learning-rate={lr}'] if lr else []
    compare(trace, run('-Treport', '--json', *options, 't.json'), f'random trace {k}', lr)

# ---- Sorting ---------------------------------------------------------------------------------------

program = sys.argv[2]
KEYS = {'name': lambda p: p['label'], 'grad': lambda p: p['grad_magnitude'], 'data': lambda p: p['data_magnitude'],
        'ratio': lambda p: p['grad_ratio'], 'size': lambda p: p['size']}
unsorted = run('-Treport', '--json', program)['by_parameter']
for name, key in KEYS.items():
    for sign in '', '-':
        got = run('-Treport', '--json', f'--sort={sign}{name}', program)['by_parameter']
        want = sorted(unsorted, key=key)
        if sign:
            want = sorted(unsorted, key=key, reverse=True)
        same([p['id'] for p in got], [p['id'] for p in want], f'--sort={sign}{name}')

print(f'{checks} comparisons, {failures} failures')
sys.exit(failures > 0)

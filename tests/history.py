#!/usr/bin/env python3
"""Compares --history with the same trainings computed here, step by step: history.py DOTGRAD."""
import json
import math
import subprocess
import sys

dotgrad = sys.argv[1]
failures = checks = 0


def fail(text):
    global failures
    failures += 1
    print('FAIL:', text)


def rows_of(program, *options, status=0):
    """The rows of a program's history, as JSON has them."""
    with open('t.dg', 'w', encoding='utf-8') as f:
        f.write(program)
    done = subprocess.run([dotgrad, '-Tdot', '-o', 't.dot', '--history=h.json', *options, 't.dg'],
                          capture_output=True, check=False)
    if done.returncode != status:
        fail(f'status {done.returncode}: {done.stderr.decode()}')
    with open('h.json', encoding='utf-8') as f:
        history = json.load(f)
    assert history['dotgrad_history'] == 1
    return history['rows']


def parameters_of(program):
    """The data of the leaves by label, before any training."""
    done = subprocess.run([dotgrad, '-Tjson', '-e', program], capture_output=True, check=True)
    return {n['label']: n['data'] for n in json.loads(done.stdout)['nodes'] if 'op' not in n}


# ---- What a row has to say, from the numbers of one or more updates --------------------------------

def deviation_squared(x):
    if len(x) == 1:
        return x[0] ** 2
    mean = math.fsum(x) / len(x)
    return math.fsum((v - mean) ** 2 for v in x) / (len(x) - 1)


def expected(updates):
    """updates: (gradients, data before, data after), each the elements of the group."""
    n = len(updates)
    row = {
        'grad': math.fsum(math.fsum(map(abs, g)) / len(g) for g, _, _ in updates) / n,
        'grad_std': math.sqrt(math.fsum(deviation_squared(g) for g, _, _ in updates) / n),
        'data_std': math.sqrt(math.fsum(deviation_squared(p) for _, p, _ in updates) / n),
        'update_std': math.sqrt(math.fsum(deviation_squared([b - a for a, b in zip(p, q)])
                                          for _, p, q in updates) / n),
    }
    row['grad_ratio'] = row['grad_std'] / row['data_std']
    row['update_ratio'] = row['update_std'] / row['data_std']
    row['update_log10'] = math.log10(row['update_ratio']) if row['update_ratio'] else -math.inf
    return row


def number(x):
    return float(x)


def compare(row, want, what, tolerance=1e-9):
    global checks
    for name, value in want.items():
        checks += 1
        got = row[name]
        if isinstance(value, (str, int)):
            if got != value:
                fail(f'{what}: {name} is {got}, not {value}')
        elif not math.isclose(number(got), value, rel_tol=tolerance, abs_tol=tolerance * 1e-3):
            fail(f'{what}: {name} is {got}, not {value}')


# ---- An MLP of tanh units ---------------------------------------------------------------------------

class Net:
    """The network of MLP(nin, sizes): parameters as the command drew them."""

    def __init__(self, nin, sizes, seed):
        program = f'x = [{", ".join(["1.0"] * nin)}]; n = MLP({nin}, {sizes}, seed={seed}); y = n(x)'
        data = parameters_of(program)
        self.layers = []
        for k, size in enumerate(sizes):
            self.layers.append([[data[f'layer {k} neuron {i} w{j}'] for j in range(nin)] +
                                [data[f'layer {k} neuron {i} b']] for i in range(size)])
            nin = size

    def gradients(self, xs, ys):
        """The sum of squared errors, and its gradient layer by layer."""
        grads = [[[0.0] * len(row) for row in layer] for layer in self.layers]
        loss = 0.0
        for x, y in zip(xs, ys):
            outs = [x]
            for layer in self.layers:
                outs.append([math.tanh(sum(w * v for w, v in zip(row, outs[-1])) + row[-1]) for row in layer])
            loss += (outs[-1][0] - y) ** 2
            delta = [2 * (outs[-1][0] - y)]
            for k in reversed(range(len(self.layers))):
                local = [d * (1 - o * o) for d, o in zip(delta, outs[k + 1])]
                delta = [0.0] * len(outs[k])
                for i, row in enumerate(self.layers[k]):
                    for j, v in enumerate(outs[k]):
                        grads[k][i][j] += local[i] * v
                        delta[j] += local[i] * row[j]
                    grads[k][i][-1] += local[i]
        return loss, grads


XS = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
YS = [1.0, -1.0, -1.0, 1.0]


class SGD:
    def __init__(self, lr, momentum=0.0):
        self.lr, self.momentum, self.state = lr, momentum, {}

    def __call__(self, key, p, g):
        b = self.momentum * self.state.get(key, 0.0) + g
        self.state[key] = b
        return p - self.lr * b


class Adam:
    def __init__(self, lr):
        self.lr, self.state = lr, {}

    def __call__(self, key, p, g):
        t, m, v = self.state.get(key, (0, 0.0, 0.0))
        t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        self.state[key] = t, m, v
        return p - self.lr * (m / (1 - 0.9 ** t)) / (math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)


def flat(rows):
    return [v for row in rows for v in row]


def mlp(sizes, seed, steps, arguments, rule):
    net = Net(3, sizes, seed)
    rows = iter(rows_of(f'xs = {XS}; ys = {YS}\nn = MLP(3, {sizes}, seed={seed})\n'
                        f'fit(n, xs, ys, steps={steps}, {arguments})\n'))
    for step in range(steps):
        loss, grads = net.gradients(XS, YS)
        for k, layer in enumerate(net.layers):
            before = flat(layer)
            for i, row in enumerate(layer):
                for j, p in enumerate(row):
                    row[j] = rule((k, i, j), p, grads[k][i][j])
            want = expected([(flat(grads[k]), before, flat(layer))])
            want.update(run=1, step=step, loss=loss, group=f'n/layer {k}', size=len(before))
            compare(next(rows), want, f'{sizes} {arguments} step {step}')
    if next(rows, None):
        fail('there are more rows')


mlp([4, 4, 1], 1, 20, 'lr=0.05', SGD(0.05))
mlp([5, 1], 7, 15, 'lr=0.01, momentum=0.9', SGD(0.01, 0.9))
mlp([2, 3, 2, 1], 3, 12, "lr=0.02, optimizer='adam'", Adam(0.02))


# ---- Epochs of several updates: a line, learned point by point --------------------------------------

POINTS = [(2.0, 17.0), (-1.0, 3.5), (0.25, 9.0)]


def line(epochs):
    rows = iter(rows_of(f'''m = 0.5; c = 1.0; x = 0.0; y = 0.0
loss = (m*x + c - y)**2
train(loss, [m, c], [x, y], [{[p[0] for p in POINTS]}, {[p[1] for p in POINTS]}], {epochs}, 0.02)
'''))
    m, c = 0.5, 1.0
    for epoch in range(epochs):
        updates, losses = {'m': [], 'c': []}, []
        for x, y in POINTS:
            e = m * x + c - y
            losses.append(e * e)
            gm, gc = 2 * e * x, 2 * e
            updates['m'].append(([gm], [m], [m - 0.02 * gm]))
            updates['c'].append(([gc], [c], [c - 0.02 * gc]))
            m, c = m - 0.02 * gm, c - 0.02 * gc
        for name in 'mc':
            want = expected(updates[name])
            want.update(run=1, step=epoch, loss=sum(losses) / len(losses), group=name, size=1)
            compare(next(rows), want, f'line, epoch {epoch}')
    if next(rows, None):
        fail('there are more rows')


line(9)


# ---- Which steps are recorded -----------------------------------------------------------------------

LINE = 'm = 0.5; c = 1.0; x = 2.0; loss = (m*x + c - 17)**2\n'


def steps_of(program, *options):
    return [(r['run'], r['step']) for r in rows_of(program, *options) if r['group'] == 'm']


def equal(got, want, what):
    global checks
    checks += 1
    if got != want:
        fail(f'{what}: {got[:5]}...{got[-5:]} ({len(got)}), not {want[:5]}...{want[-5:]} ({len(want)})')


def train(steps):
    return f'train(loss, [m, c], [], [], {steps}, 0.01)\n'


equal(steps_of(LINE + train(1000)), [(1, i) for i in range(1000)], '1000 steps')
equal(steps_of(LINE + train(1001)), [(1, i) for i in range(0, 1001, 2)], '1001 steps')
equal(steps_of(LINE + train(5000)), [(1, i) for i in range(0, 5000, 8)] + [(1, 4999)], '5000 steps')
equal(steps_of(LINE + train(3000), '--history-every=1'), [(1, i) for i in range(3000)], 'every step')
equal(steps_of(LINE + train(20), '--history-every=7'), [(1, i) for i in (0, 7, 14, 19)], 'every 7')
equal(steps_of(LINE + train(3) + train(2)), [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1)], 'two trainings')
got = steps_of(LINE + train(600) * 4)
equal(got, [(1 + i // 600, i % 600) for i in range(0, 2400, 4)] + [(4, 599)], 'four trainings')

# A training that fails: its last row has what was known.
rows = rows_of('m = 0.5; x = 1e200; loss = (m*x)**2\ntrain(loss, [m], [], [], 4, 0.01)\n', status=1)
equal([(r['step'], r['loss'], r['group'], r['grad'], r['update_ratio']) for r in rows],
      [(0, 'Infinity', 'm', 'NaN', 'NaN')], 'an infinite loss')
rows = rows_of('m = 0.0; loss = m**0.5 + 1\ntrain(loss, [m], [], [], 4, 0.01)\n', status=1)
equal([(r['step'], r['loss'], r['group'], r['grad'], r['update_std']) for r in rows],
      [(0, 1.0, 'm', 'Infinity', 'NaN')], 'an infinite gradient')

# The table has the same numbers, to six digits, and a block for each group.
program = f'xs = {XS}; ys = {YS}\nn = MLP(3, [4, 4, 1], seed=1)\nfit(n, xs, ys)\nfit(n, xs, ys, 5)\n'
rows = rows_of(program)
subprocess.run([dotgrad, '-Tdot', '-o', 't.dot', '--history=h.txt', 't.dg'], check=True)
with open('h.txt', encoding='utf-8') as f:
    blocks = f.read().split('\n\n\n')
names = list(rows[0])
order = {}
for r in rows:
    order.setdefault((r['run'], r['group']), []).append(r)
equal(len(blocks), 6, 'blocks') if len(blocks) != 6 else None
for block, (key, wanted) in zip(blocks, order.items()):
    lines = block.strip('\n').split('\n')
    equal(lines[0].split(), names, f'the columns of {key}')
    equal(len(lines) - 1, len(wanted), 'rows') if len(lines) - 1 != len(wanted) else None
    for text, row in zip(lines[1:], wanted):
        quoted, rest = text[1:].split('"')
        got = [quoted] + rest.split()
        equal(got, [str(v) if isinstance(v, (int, str)) else '%.6g' % v for v in row.values()], f'{key}')

print(f'{checks} comparisons, {failures} failures')
sys.exit(failures > 0)

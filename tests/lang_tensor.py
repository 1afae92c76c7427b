#!/usr/bin/env python3
"""Random programs of tensors, evaluated by dotgrad and by NumPy.

usage: lang_tensor.py DOTGRAD COUNT SEED      (in a folder where files may be written)

Each program makes a few leaves, computes with them, and differentiates the sum. The data of every named
value must be NumPy's, and the gradients of the leaves the central differences of NumPy's loss.
"""
import json
import random
import subprocess
import sys

import numpy as np

STEP = 1e-5


def nested(array):
    return json.dumps(array.tolist())


class Program:
    """Statements, and what each means to NumPy: a function of the values before it."""

    def __init__(self, rng):
        self.rng = rng
        self.lines = []
        self.steps = []  # (name, function of a dictionary)
        self.shapes = {}
        self.leaves = {}

    def leaf(self):
        shape = tuple(self.rng.choice((1, 2, 3)) for _ in range(self.rng.randrange(1, 4)))
        # No two numbers are near each other, nor their squares, so that max has no kink near.
        numbers = [n * self.rng.choice((-1, 1))
                   for n in self.rng.sample(range(1, 42), int(np.prod(shape)))]
        array = np.array(numbers, dtype=float).reshape(shape) / 20
        name = f'p{len(self.leaves)}'
        self.leaves[name] = array
        self.shapes[name] = shape
        text = nested(array)
        form = self.rng.randrange(3)
        self.lines.append(f'{name} = ' + (text if form else f'Tensor({text})'))
        if form:
            # Before a list has become a tensor its elements are plain numbers, and + joins it.
            self.lines.append(f'{name}.requires_grad = True')

    def add(self, text, function):
        name = f'v{len(self.steps)}'
        values = {n: a.copy() for n, a in self.leaves.items()}
        for step, compute in self.steps:
            values[step] = compute(values)
        try:
            result = np.asarray(function(values))
        except ValueError:
            return False
        if result.size > 200 or not np.all(np.isfinite(result)) or np.abs(result).max(initial=0) > 50:
            return False
        self.steps.append((name, function))
        self.shapes[name] = result.shape
        self.lines.append(f'{name} = {text}')
        return True

    def pick(self, least=0):
        names = [n for n, s in self.shapes.items() if len(s) >= least]
        return self.rng.choice(names) if names else None

    def grow(self):
        r = self.rng
        a, b = self.pick(), self.pick()
        kind = r.randrange(17)
        if kind == 0:
            return self.add(f'{a} + {b}', lambda v: v[a] + v[b])
        if kind == 1:
            return self.add(f'{a} * {b}', lambda v: v[a] * v[b])
        if kind == 2:
            return self.add(f'{a} - {b}', lambda v: v[a] - v[b])
        if kind == 3:
            return self.add(f'{a} / ({b}**2 + 1)', lambda v: v[a] / (v[b]**2 + 1))
        if kind in (4, 5):
            a, b = self.pick(1), self.pick(1)
            if not a or not b:
                return False
            text = r.choice((f'{a} @ {b}', f'matmul({a}, {b})'))
            return self.add(text, lambda v: v[a] @ v[b])
        if kind == 6:
            op = r.choice(('tanh', 'exp', 'sigmoid', 'sin', 'softplus'))
            compute = {'tanh': np.tanh, 'exp': np.exp, 'sigmoid': lambda x: 1 / (1 + np.exp(-x)),
                       'sin': np.sin, 'softplus': lambda x: np.log(1 + np.exp(x))}[op]
            text = r.choice((f'{op}({a})', f'{a}.{op}()', f'torch.{op}({a})'))
            return self.add(text, lambda v: compute(v[a]))
        a = self.pick(1)
        if not a:
            return False
        shape = self.shapes[a]
        dim = r.randrange(-len(shape), len(shape))
        if kind in (7, 8, 9):
            op = ('sum', 'mean', 'max')[kind - 7]
            keep = r.random() < 0.5
            function = getattr(np, op)
            if r.random() < 0.3:
                return self.add(f'{a}.{op}()', lambda v: function(v[a]))
            return self.add(f'{op}({a}, dim={dim}, keepdim={keep})',
                            lambda v: function(v[a], axis=dim, keepdims=keep))
        if kind == 10:
            sizes = list(shape) + [1]
            r.shuffle(sizes)
            sizes[r.randrange(len(sizes))] = -1
            return self.add(f'{a}.reshape({", ".join(map(str, sizes))})',
                            lambda v: v[a].reshape(sizes))
        if kind == 11:
            other = r.randrange(len(shape))
            return self.add(f'transpose({a}, {dim}, {other})',
                            lambda v: np.swapaxes(v[a], dim, other))
        if kind == 12:
            i = r.randrange(-shape[0], shape[0])
            return self.add(f'{a}[{i}] * 1', lambda v: v[a][i] * 1)
        if kind == 13:
            c = self.pick(1)
            return self.add(f'concat([{a}, {c}], dim={dim})',
                            lambda v: np.concatenate([v[a], v[c]], axis=dim))
        if kind == 14:
            return self.add(f'[{a}, {a}] * 2', lambda v: np.stack([v[a], v[a]]) * 2)
        exponentials = lambda x: np.exp(x - x.max(axis=dim, keepdims=True))  # noqa: E731
        softmax = lambda x: (exponentials(x) / exponentials(x).sum(axis=dim, keepdims=True))  # noqa: E731
        if kind == 15:
            return self.add(f'softmax({a}, {dim})', lambda v: softmax(v[a]))
        return self.add(f'{a}.log_softmax(dim={dim})', lambda v: np.log(softmax(v[a])))

    def values(self, leaves):
        v = dict(leaves)
        for name, compute in self.steps:
            v[name] = np.asarray(compute(v))
        return v

    def loss(self, leaves):
        v = self.values(leaves)
        return sum(float((v[n] * (i + 1)).sum()) for i, n in enumerate(self.used))

    def finish(self):
        """The loss, of all leaves and of what was computed last."""
        self.used = list(self.leaves) + [n for n, _ in self.steps[-3:]]
        terms = (f'({n} * {i + 1}).sum()' for i, n in enumerate(self.used))
        self.lines.append('loss = ' + ' + '.join(terms))
        self.lines.append('loss.backward()')
        return '\n'.join(self.lines) + '\n'


def differences(program, name):
    result = np.zeros_like(program.leaves[name])
    for i in np.ndindex(result.shape):
        around = []
        for h in (STEP, -STEP):
            leaves = {n: a.copy() for n, a in program.leaves.items()}
            leaves[name][i] += h
            around.append(program.loss(leaves))
        result[i] = (around[0] - around[1]) / (2 * STEP)
    return result


def close(a, b, tolerance):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return a.shape == b.shape and np.all(np.abs(a - b) <= tolerance * np.maximum(1, np.abs(b)))


def check(program, nodes):
    expected = program.values(program.leaves)
    for node in nodes:
        name = node['label']
        if name in expected and not close(node['data'], expected[name], 1e-9):
            return f'{name} is {node["data"]}, not {nested(expected[name])}'
        if name in program.leaves and not close(node['grad'], differences(program, name), 2e-5):
            return f'd/d{name} is {node["grad"]}, not {nested(differences(program, name))}'
        if name == 'loss' and not close(node['data'], program.loss(program.leaves), 1e-9):
            return f'the loss is {node["data"]}, not {program.loss(program.leaves)}'
    return None


def make(rng):
    program = Program(rng)
    for _ in range(rng.randrange(1, 4)):
        program.leaf()
    wanted = rng.randrange(1, 12)
    for _ in range(200):
        if len(program.steps) < wanted:
            program.grow()
    return program


def main():
    dotgrad, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    programs = {}
    for i in range(count):
        program = make(random.Random(seed * 1000003 + i))
        programs[f'program{i}'] = program, program.finish()
    for name, (_, text) in programs.items():
        with open(f'{name}.dg', 'w', encoding='utf-8') as file:
            file.write(text)
    # One process: starting it takes longer than a program.
    run = subprocess.run([dotgrad, '-O', '-Tjson'] + [f'{name}.dg' for name in programs], check=False)
    if run.returncode:
        print(f'exit status {run.returncode} with seed {seed}')
        return 1
    for name, (program, text) in programs.items():
        with open(f'{name}.dg.json', encoding='utf-8') as file:
            wrong = check(program, json.load(file)['nodes'])
        if wrong:
            print(f'{name} of seed {seed}: {wrong}\n{text}')
            return 1
    print(f'{count} programs agree with NumPy')
    return 0


sys.exit(main())

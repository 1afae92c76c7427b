"""How fast dotgrad is from Python, against the lectures' class in the same run.

usage: python_speed.py        prints the figures; fails where one is far from what is promised

In short it tries things once, and draws a smaller graph.
"""

import os
import random
import sys
import time

import python_lectures as lectures
from dotgrad import Value, draw_dot, nn

THOROUGH = os.environ.get('DOTGRAD_TEST_ALL') == '1'


def best(f, rounds):
    """The least seconds that f took."""
    least = float('inf')
    for _ in range(rounds):
        start = time.perf_counter()
        f()
        least = min(least, time.perf_counter() - start)
    return least


def data():
    rng = random.Random(3)
    xs = [[rng.uniform(-1, 1) for _ in range(3)] for _ in range(100)]
    return xs, [rng.choice([-1.0, 1.0]) for _ in xs]


def scalar_step(network):
    """A training step over 100 examples, scalar by scalar."""
    xs, ys = data()

    def step():
        loss = sum((network(x) - y)**2 for x, y in zip(xs, ys))
        for p in network.parameters():
            p.grad = 0.0
        loss.backward()
        for p in network.parameters():
            p.data -= 0.001 * p.grad

    return step


def whole_step(network):
    """The same with calls of the network and of the loss as a whole."""
    xs, ys = data()

    def step():
        loss = nn.sse_loss(map(network, xs), ys)
        network.zero_grad()
        loss.backward()
        network.step(0.001)

    return step


def sum_of(leaves):
    """A graph with the given number of leaves, of the lectures' class."""
    values = [lectures.Value(0.01 * i) for i in range(leaves)]
    while len(values) > 1:
        values = [a + b for a, b in zip(values[::2], values[1::2])] + values[len(values) // 2 * 2:]
    return values[0]


def main():
    rng = random.Random(2)
    rows = []
    theirs = best(scalar_step(lectures.network_classes(lectures.Value, rng.uniform)(3, [16, 16, 1])), 2 if THOROUGH else 1)
    ours = best(scalar_step(lectures.network_classes(Value, rng.uniform)(3, [16, 16, 1])), 8)
    whole = best(whole_step(nn.MLP(3, [16, 16, 1])), 20)
    rows.append(('training step, scalar by scalar', f'{ours * 1e3:.2f} ms', theirs / ours, 20))
    rows.append(('training step, nn.MLP', f'{whole * 1e3:.2f} ms', theirs / whole, 200))
    for leaves, seconds in ((200, 0.1), (20000, 3.0) if THOROUGH else (4000, 0.6)):
        root = sum_of(leaves)
        took = best(lambda: draw_dot(root).svg, 3 if leaves < 1000 else 1)
        rows.append((f'draw_dot of {2 * leaves - 1} values', f'{took:.3f} s', seconds / took, 1))
    failed = False
    print(f'training step, the lectures\' class: {theirs * 1e3:.1f} ms')
    for what, took, factor, wanted in rows:
        print(f'{what}: {took}, {factor:.3g} of at least {wanted}')
        # a machine that does other things at once is no failure
        failed = failed or factor < wanted / 3
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

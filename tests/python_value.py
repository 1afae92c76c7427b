"""dotgrad.Value and dotgrad.nn against the lectures' class, and against PyTorch where it is there."""

import gc
import math
import os
import random
import unittest

import dotgrad
import python_lectures as lectures
from dotgrad import Value, nn

try:
    import numpy
except ImportError:
    numpy = None
try:
    import torch
except ImportError:
    torch = None

THOROUGH = os.environ.get('DOTGRAD_TEST_ALL') == '1'
PROGRAMS = 300 if THOROUGH else 100


def close(a, b, tolerance=1e-12):
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance) or (math.isnan(a) and math.isnan(b))


def random_program(rng, steps):
    """A list of steps (name, operands): operands are indices of values before it, or numbers."""
    program = []
    for i in range(steps):
        n = 4 + i
        kind = rng.randrange(12)
        a = rng.randrange(n)
        b = rng.randrange(n) if rng.random() < 0.7 else round(rng.uniform(0.5, 2), 2)
        program.append((kind, a, b))
    return program


def run_program(program, leaves, keep_small):
    """The values of a program, in the order in which they are made. `keep_small` bounds what would overflow."""
    values = list(leaves)
    for kind, a, b in program:
        x = values[a]
        y = values[b] if isinstance(b, int) else b
        if kind == 0:
            v = x + y
        elif kind == 1:
            v = x * y
        elif kind == 2:
            v = x - y
        elif kind == 3:
            v = y - x if not isinstance(y, int) else x
        elif kind == 4:
            v = y * x
        elif kind == 5:
            v = x / 3
        elif kind == 6:
            v = 2 / (x * x + 1)
        elif kind == 7:
            v = -x
        elif kind == 8:
            v = keep_small(x).exp()
        elif kind == 9:
            v = (x * x + 1)**0.5
        elif kind == 10:
            v = (x**2 + 1).log()
        else:
            v = keep_small(x)
        values.append(keep_small(v) if abs(v.data) > 10 else v)
    return values


class Programs(unittest.TestCase):
    def test_against_the_lectures_class(self):
        rng = random.Random(17)
        for _ in range(PROGRAMS):
            program = random_program(rng, rng.randrange(1, 40))
            numbers = [rng.uniform(-2, 2) for _ in range(4)]
            results = []
            for cls in (Value, lectures.Value):
                leaves = [cls(x) for x in numbers]
                values = run_program(program, leaves, lambda v: v.tanh())
                values[-1].backward()
                results.append([(v.data, v.grad) for v in values])
            for (x, dx), (y, dy) in zip(*results):
                self.assertTrue(close(x, y) and close(dx, dy), (program, numbers, x, y, dx, dy))

    @unittest.skipUnless(torch, 'PyTorch is not here')
    def test_against_torch(self):
        rng = random.Random(18)
        for _ in range(PROGRAMS):
            program = random_program(rng, rng.randrange(1, 40))
            numbers = [rng.uniform(-2, 2) for _ in range(4)]
            results = []
            for cls in (Value, lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True)):
                leaves = [cls(x) for x in numbers]
                values = run_program(program, leaves, lambda v: v.tanh())
                if cls is not Value:
                    values[-1] = values[-1] + 0 * sum(leaves)
                values[-1].backward()
                results.append([(float(v.data), float(v.grad)) for v in leaves] + [(float(values[-1].data), 1.0)])
            for (x, dx), (y, dy) in zip(*results):
                self.assertTrue(close(x, y) and close(dx, dy), (program, numbers, x, y, dx, dy))

    def test_every_function(self):
        for name, f in {'tanh': math.tanh, 'exp': math.exp, 'log': math.log, 'sin': math.sin, 'cos': math.cos,
                        'tan': math.tan, 'atan': math.atan, 'sqrt': math.sqrt, 'abs': abs, 'log1p': math.log1p,
                        'expm1': math.expm1, 'erf': math.erf, 'relu': lambda x: max(x, 0.0),
                        'sigmoid': lambda x: 1 / (1 + math.exp(-x)), 'softplus': lambda x: math.log1p(math.exp(x)),
                        'silu': lambda x: x / (1 + math.exp(-x))}.items():
            for x in (0.3, 1.7):
                v = Value(x)
                out = getattr(v, name)()
                out.backward()
                slope = (f(x + 1e-6) - f(x - 1e-6)) / 2e-6
                self.assertTrue(close(out.data, f(x)), name)
                self.assertTrue(close(v.grad, slope, 1e-8), name)
        a, b = Value(2.0), Value(3.0)
        self.assertEqual((a.max(b).data, a.min(b).data, a.max(1).data, abs(-a).data), (3.0, 2.0, 2.0, 2.0))


    def test_powers_of_values(self):
        x, y = Value(2.0), Value(2.0)
        z = x**x
        z.backward()
        self.assertTrue(close(z.data, 4.0) and close(x.grad, 4 * (1 + math.log(2))), x.grad)
        self.assertEqual(((y**2)._op, (y**y)._op, (3**y)._op, (3**y).data), ('**2', '**', '**', 9.0))


    def test_gradients_as_values(self):
        x, y = Value(0.5), Value(2.0)
        z = (x * y).sin() * x**3
        dx, dy = dotgrad.grad(z, [x, y])
        z.backward()
        self.assertTrue(close(dx.data, x.grad) and close(dy.data, y.grad))
        x.grad = y.grad = 0.0
        dy.backward()
        xxy = dotgrad.grad(dotgrad.grad(z, x), y)
        self.assertTrue(close(x.grad, xxy.data), (x.grad, xxy.data))
        with self.assertRaises(TypeError):
            dotgrad.grad(2.0, x)


class Attributes(unittest.TestCase):
    def setUp(self):
        self.a, self.b = Value(2.0, label='a'), Value(-3.0, label='b')
        self.e = self.a * self.b
        self.L = self.e + self.a

    def test_what_the_lectures_show(self):
        self.assertEqual(repr(self.e), 'Value(data=-6.0)')
        self.assertEqual(self.e._prev, {self.a, self.b})
        self.assertEqual(self.e.operands, (self.a, self.b))
        self.assertIs(self.e.operands[0], self.a)
        self.assertEqual((self.e._op, self.a._op, self.a._prev, self.a.label, self.e.label), ('*', '', set(), 'a', ''))
        self.assertEqual((self.a + self.a)._prev, {self.a})
        self.L.backward()
        self.assertEqual((self.a.grad, self.b.grad, self.e.grad, self.L.grad), (-2.0, 2.0, 1.0, 1.0))
        self.L.backward()
        self.assertEqual(self.b.grad, 4.0)
        self.L.zero_grad()
        self.assertEqual(self.a.grad, 0.0)
        self.e.label = 'e'
        self.assertEqual(self.e.label, 'e')
        self.a.data += 1
        self.assertEqual((self.a.data, self.e.data), (3.0, -6.0))
        self.L.forward()
        self.assertEqual((self.e.data, self.L.data), (-9.0, -6.0))

    def test_backward_by_hand(self):
        o = self.L.tanh()
        o.grad = 1.0
        for v in (o, self.L, self.e, self.a):
            v._backward()
        by_hand = self.a.grad, self.b.grad
        o.zero_grad()
        o.backward()
        self.assertTrue(all(close(x, y) for x, y in zip(by_hand, (self.a.grad, self.b.grad))))

    def test_constructor_with_an_op(self):
        v = Value(-6.0, (self.a, self.b), '*', 'product')
        v.backward()
        self.assertEqual((v.data, v.label, self.a.grad), (-6.0, 'product', -3.0))
        self.assertEqual(Value(4.0, {self.a}, '+').operands, (self.a, self.a))
        self.assertEqual(Value(8.0, (self.a,), '**3').data, 8.0)
        with self.assertRaisesRegex(ValueError, "no op 'sinhh'"):
            Value(1.0, (self.a,), 'sinhh')
        with self.assertRaises(TypeError):
            Value(1.0, (1,), '+')

    def test_numbers_that_are_none(self):
        for bad, error in (('1', TypeError), (None, TypeError), (1j, TypeError), (10**400, OverflowError),
                           ([1], TypeError), (self.a, TypeError)):
            for use in (lambda: Value(bad), lambda: setattr(self.a, 'data', bad), lambda: setattr(self.a, 'grad', bad)):
                with self.assertRaises(error, msg=repr(bad)):
                    use()
        for use in (lambda: self.a + '1', lambda: '1' * self.a, lambda: self.a**'2', lambda: self.a + None,
                    lambda: '2'**self.a, lambda: self.a + 1j, lambda: pow(self.a, 2, 3)):
            with self.assertRaises(TypeError):
                use()
        with self.assertRaisesRegex(ValueError, 'not initialised'):
            Value.__new__(Value) + 1
        with self.assertRaises(AttributeError):
            del self.a.data
        self.assertEqual(self.a.data, 2.0)

    def test_special_numbers(self):
        self.assertEqual(repr(Value(math.inf)), 'Value(data=inf)')
        self.assertEqual((Value(1) / Value(0)).data, math.inf)
        self.assertTrue(math.isnan((Value(-1)**0.5).data))
        self.assertEqual(Value(True).data, 1.0)

    def test_labels(self):
        for text, kept in (('ø → ∂', 'ø → ∂'), ('a\0b', 'a\ufffdb'), ('\ud800', '?'), ('x' * 100000, 'x' * 100000)):
            self.a.label = text
            self.assertEqual(self.a.label, kept)
        self.a.label = None
        self.assertEqual(self.a.label, '')
        with self.assertRaises(TypeError):
            self.a.label = 3
        with self.assertRaises(ValueError):
            self.a.label = 'x' * 2000000

    def test_python_code_in_a_number(self):
        """A number whose __float__ makes values, drops them and collects."""

        class Number:
            def __float__(self):
                made = [Value(i) * 2 for i in range(100)]
                dotgrad.collect()
                del made
                return 5.0

        for _ in range(3):
            v = Number() * self.a + Number()
            self.assertEqual((v.data, v.operands[0].data), (15.0, 10.0))
            n = nn.Neuron(3)
            self.assertEqual(n([Number(), 1.0, Number()]).data, n([5.0, 1.0, 5.0]).data)

    def test_a_subclass(self):
        class Named(Value):
            def __init__(self, data, name):
                super().__init__(data, label=name)
                self.name = name

        n = Named(2.0, 'n')
        out = n * n
        out.backward()
        self.assertEqual((n.name, n.label, n.grad, out._prev), ('n', 'n', 4.0, {n}))

    @unittest.skipUnless(numpy, 'NumPy is not here')
    def test_numbers_of_numpy(self):
        self.assertEqual(repr(numpy.float64(2) * self.a), 'Value(data=4.0)')
        self.assertEqual(repr(self.a - numpy.int32(1)), 'Value(data=1.0)')
        self.assertEqual(repr(numpy.sum([self.a, self.b])), 'Value(data=-1.0)')
        self.assertEqual([v.data for v in self.a * numpy.array([1.0, 2.0])], [2.0, 4.0])
        self.assertEqual(repr(Value(numpy.array(3.0))), 'Value(data=3.0)')


class Lifetime(unittest.TestCase):
    def size(self):
        gc.collect()
        dotgrad.collect()
        return dotgrad._core.graph_size()

    def test_values_go_with_their_handles(self):
        before = self.size()
        a = Value(1.0)
        v = a
        for _ in range(1000):
            v = v * 0.5 + a
        self.assertEqual(self.size(), before + 1 + 3 * 1000)
        del v
        self.assertEqual(self.size(), before + 1)
        del a
        self.assertEqual(self.size(), before)

    def test_what_is_in_use_stays(self):
        a = Value(0.5, label='a')
        v = a
        kept = []
        for i in range(1000):
            v = (v + a).tanh()
            v.label = f'v{i}'
            if i % 100 == 0:
                kept.append(v)
        v.backward()
        before = [(x.data, x.grad, x.label, x._op) for x in kept]
        table = dotgrad.draw_dot(v).table
        for _ in range(3):
            dotgrad.collect()
            self.assertEqual([(x.data, x.grad, x.label, x._op) for x in kept], before)
            self.assertEqual(dotgrad.draw_dot(v).table, table)
        v.zero_grad()
        v.backward()
        self.assertEqual(kept[3].grad, before[3][1])

    def test_training_does_not_grow(self):
        MLP = lectures.network_classes(Value, random.Random(1).uniform)
        for network in (MLP(3, [4, 4, 1]), nn.MLP(3, [4, 4, 1])):
            losses, most = [], 0
            for _ in range(20000 if THOROUGH else 3000):
                out = network([2.0, 3.0, -1.0])  # a new one while the last is still in use
                loss = (out - 1.0)**2
                loss.label = f'loss {len(losses)}'
                for p in network.parameters():
                    p.grad = 0.0
                loss.backward()
                losses.append(loss.data)
                most = max(most, dotgrad._core.graph_size())
            self.assertLess(most, 700000)
            self.assertLess(self.size(), 2000)

    def test_scopes(self):
        with dotgrad.scope('outer'):
            a = Value(1.0)
            with dotgrad.scope('inner'):
                b = a * 2
        c = b * 3
        dotgrad.collect()
        self.assertEqual((a.scope, b.scope, c.scope), ('outer', 'outer/inner', ''))


class Networks(unittest.TestCase):
    def test_as_the_lectures_classes(self):
        xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
        ys = [1.0, -1.0, -1.0, 1.0]
        runs = []
        for make in (lambda: lectures.network_classes(lectures.Value, random.uniform)(3, [4, 4, 1]),
                     lambda: nn.MLP(3, [4, 4, 1])):
            random.seed(1337)
            n = make()
            losses = []
            for _ in range(20):
                loss = sum((n(x) - y)**2 for x, y in zip(xs, ys))
                for p in n.parameters():
                    p.grad = 0.0
                loss.backward()
                for p in n.parameters():
                    p.data -= 0.05 * p.grad
                losses.append(loss.data)
            runs.append(losses + [p.data for p in n.parameters()])
        self.assertEqual(len(runs[1]), 20 + 41)
        for x, y in zip(*runs):
            self.assertTrue(close(x, y, 1e-10), (x, y))

    def test_parts_share_their_parameters(self):
        n = nn.MLP(2, [3, 1], activation=['relu', 'linear'])
        dotgrad.collect()
        hidden = n.layers[0]([1.0, -1.0])
        self.assertEqual(n.layers[1](hidden).data, n([1.0, -1.0]).data)
        self.assertIs(n.layers[0].neurons[1].w[0], n.parameters()[3])
        self.assertIs(n.layers[1].neurons[0].b, n.parameters()[-1])
        self.assertEqual(n.parameters()[3].label, 'layer 0 neuron 1 w0')
        self.assertEqual(hidden[1].scope, 'neuron 1')

    def test_losses_and_optimisers(self):
        p = [Value(0.5), Value(-0.25)]
        y = [1.0, 0.0]
        self.assertTrue(close(nn.sse_loss(p, y).data, 0.25 + 0.0625))
        self.assertTrue(close(nn.mse_loss(p, y).data, (0.25 + 0.0625) / 2))
        self.assertTrue(close(nn.hinge_loss(p, [1, -1]).data, (0.5 + 0.75) / 2))
        self.assertTrue(close(nn.bce_loss(p, y).data, (math.log1p(math.exp(0.5)) - 0.5 + math.log1p(math.exp(-0.25))) / 2))
        with self.assertRaises(ValueError):
            nn.mse_loss(p, [1.0])
        for optimiser in (nn.SGD, nn.Adam):
            w = Value(3.0)
            steps = optimiser([w], lr=0.1)
            for _ in range(200):
                loss = (w - 1)**2
                steps.zero_grad()
                loss.backward()
                steps.step()
            self.assertTrue(close(w.data, 1.0, 1e-2), (optimiser, w))

    @unittest.skipUnless(torch, 'PyTorch is not here')
    def test_optimisers_against_torch(self):
        for mine, theirs, options in ((nn.SGD, torch.optim.SGD, {'lr': 0.1, 'momentum': 0.9, 'weight_decay': 0.01}),
                                      (nn.Adam, torch.optim.Adam, {'lr': 0.1, 'betas': (0.8, 0.99)})):
            w, t = Value(3.0), torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
            a, b = mine([w], **options), theirs([t], **options)
            for _ in range(30):
                for o, x in ((a, w), (b, t)):
                    o.zero_grad()
                    ((x - 1)**2 * 0.5 + x).backward()
                    o.step()
            self.assertTrue(close(w.data, float(t)), (mine, w, t))

    def test_what_makes_no_sense(self):
        for make in (lambda: nn.MLP(0, [1]), lambda: nn.MLP(2, []), lambda: nn.MLP(2, [0]),
                     lambda: nn.Neuron(2, 'softmax'), lambda: nn.MLP(2, [1])([1.0]), lambda: nn.Layer(2, -1)):
            with self.assertRaises((ValueError, OverflowError)):
                make()
        with self.assertRaises(TypeError):
            nn.MLP(2, [1])(['a', 'b'])


if __name__ == '__main__':
    unittest.main()

"""dotgrad.Tensor against PyTorch where it is there, and with NumPy and without."""

import array
import gc
import json
import random
import subprocess
import sys
import unittest

import dotgrad
from dotgrad import Tensor, Value, draw_dot

try:
    import numpy
except ImportError:
    numpy = None
try:
    import torch
except ImportError:
    torch = None


def flat(nested):
    return [x for part in nested for x in flat(part)] if isinstance(nested, list) else [nested]


class Elements(unittest.TestCase):
    def test_in_and_out(self):
        t = Tensor([[1, 2, 3], [4.5, 5, 6]], label='t')
        self.assertEqual((t.shape, t.ndim, t.label, len(t)), ((2, 3), 2, 't', 2))
        self.assertEqual(t.tolist(), [[1.0, 2.0, 3.0], [4.5, 5.0, 6.0]])
        self.assertEqual(repr(t[1]), 'Tensor([4.5, 5.0, 6.0])')
        self.assertEqual(t[-1][0].data, 4.5)
        self.assertIsNone(t.grad)
        self.assertEqual(repr(Tensor([0.0] * 200)), 'Tensor(shape=(200,))')
        t.data = [[0, 0, 0], [1, 1, 1]]
        self.assertEqual(t.tolist(), [[0.0] * 3, [1.0] * 3])
        self.assertEqual(Tensor(array.array('d', [1.5, 2.5])).tolist(), [1.5, 2.5])
        self.assertEqual(Tensor(b'\x01\x02').tolist(), [1.0, 2.0])
        self.assertEqual((Tensor([]).shape, Tensor([[], []]).shape, Tensor(3.0).shape), ((0,), (2, 0), ()))

    def test_bad_elements(self):
        for bad, error in (([1, [2]], ValueError), ([[1], [2, 3]], ValueError), (['a'], TypeError), ([None], TypeError),
                           ([1j], TypeError), ('abc', TypeError), (None, TypeError), ([10**400], OverflowError)):
            with self.assertRaises(error, msg=repr(bad)):
                Tensor(bad)
        t = Tensor([1.0, 2.0])
        for bad in ([1.0], [[1.0, 2.0]], 3.0):
            with self.assertRaises(ValueError):
                t.data = bad
        with self.assertRaises(IndexError):
            t[2]
        for wrong in (lambda: t @ Tensor([1.0, 2.0, 3.0]), lambda: t + Tensor([1.0, 2.0, 3.0]), lambda: t.reshape(3),
                      lambda: t.sum(5), lambda: t.backward(), lambda: dotgrad.concat([]), lambda: t.softmax(2)):
            with self.assertRaises(ValueError):
                wrong()
        with self.assertRaises(TypeError):
            dotgrad.stack([1])

    def test_a_view(self):
        t = Tensor([[1.0, 2.0], [3.0, 4.0]])
        view = memoryview(t)
        self.assertEqual((view.shape, view.format, view.tolist()), ((2, 2), 'd', [[1.0, 2.0], [3.0, 4.0]]))
        size = dotgrad._core.graph_size()
        garbage = Tensor([5.0])
        del garbage
        dotgrad.collect()
        self.assertEqual(dotgrad._core.graph_size(), size + 1)
        view[0, 1] = 7.0
        self.assertEqual(t.tolist()[0], [1.0, 7.0])
        view.release()
        dotgrad.collect()
        self.assertLessEqual(dotgrad._core.graph_size(), size)

    @unittest.skipUnless(numpy, 'NumPy is not here')
    def test_numpy(self):
        a = numpy.arange(6.0).reshape(2, 3)
        t = Tensor(a)
        self.assertTrue((t.data == a).all())
        self.assertTrue((Tensor(a.T).data == a.T).all())
        self.assertTrue((Tensor(a.astype(numpy.float32)).data == a).all())
        for out in (a * t, t * a, a + t - a + t):
            self.assertIsInstance(out, Tensor)
        self.assertTrue(((a * t).data == a * a).all())
        numpy.asarray(t)[0, 0] = 9.0
        self.assertEqual(t.tolist()[0][0], 9.0)
        (t * t).sum().backward()
        t.data -= 0.5 * t.grad
        self.assertTrue((t.data == 0).all())
        with self.assertRaises(TypeError):
            Tensor(numpy.array(['a']))

    def test_without_numpy(self):
        program = ('import sys; sys.modules["numpy"] = None\n'
                   'from dotgrad import Tensor\n'
                   't = Tensor([[1, 2], [3, 4]]); (t * t).sum().backward()\n'
                   'print(t.data.tolist(), t.grad.tolist(), t.tolist())')
        out = subprocess.run([sys.executable, '-c', program], check=True, capture_output=True, text=True).stdout
        self.assertEqual(out, '[[1.0, 2.0], [3.0, 4.0]] [[2.0, 4.0], [6.0, 8.0]] [[1.0, 2.0], [3.0, 4.0]]\n')


class Ops(unittest.TestCase):
    def test_drawn(self):
        w, x = Tensor([[1.0, 2.0], [3.0, 4.0]], label='w'), Tensor([1.0, -1.0], label='x', requires_grad=False)
        loss = (w @ x).tanh().sum()
        self.assertIs(type(loss), Value)
        loss.backward()
        nodes = json.loads(draw_dot(loss).json)['nodes']
        self.assertEqual([n.get('op', n['label']) for n in nodes], ['sum', 'tanh', '@', 'w', 'x'])
        self.assertEqual(nodes[3]['grad'], w.grad.tolist() if numpy else w.grad.tolist())
        self.assertTrue(w.requires_grad and not x.requires_grad)
        self.assertIsNone(x.grad)

    @unittest.skipUnless(torch, 'PyTorch is not here')
    def test_against_torch(self):
        rng = random.Random(5)
        ops = [lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a - b, lambda a, b: a / (b * b + 1), lambda a, b: a @ b.T,
               lambda a, b: a.tanh(), lambda a, b: a.softmax(1), lambda a, b: a.log_softmax(0), lambda a, b: a * a.sum(1, True),
               lambda a, b: a - a.mean(0), lambda a, b: (a.T @ b).reshape(-1)[0] * a, lambda a, b: a.transpose(0, 1).T,
               lambda a, b: 2 - a, lambda a, b: a[1] + b, lambda a, b: a.exp() / 9]
        for _ in range(300):
            chosen = [rng.choice(ops) for _ in range(rng.randrange(1, 5))]
            numbers = [[[rng.uniform(-1, 1) for _ in range(3)] for _ in range(3)] for _ in range(2)]
            results = []
            for make in (Tensor, lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True)):
                a, b = make(numbers[0]), make(numbers[1])
                v = a
                for op in chosen:
                    v = op(v, b)
                out = (v * v).sum() + (a * b).sum()
                out.backward()
                results.append([float(out.data), *flat(a.grad.tolist()), *flat(b.grad.tolist())])
            for x, y in zip(*results):
                self.assertTrue(abs(x - y) <= 1e-12 * max(1, abs(y)), (x, y))

    def test_joined(self):
        a, b = Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]])
        self.assertEqual(dotgrad.concat([a, b]).tolist(), [[1.0, 2.0], [3.0, 4.0]])
        self.assertEqual(dotgrad.concat([a, b], 1).tolist(), [[1.0, 2.0, 3.0, 4.0]])
        self.assertEqual(dotgrad.stack([a[0], b[0]]).tolist(), [[1.0, 2.0], [3.0, 4.0]])
        loss = dotgrad.cross_entropy(a, [[0.0, 1.0]])
        loss.backward()
        self.assertAlmostEqual(loss.data, 0.31326168751822286)

    def test_training_does_not_grow(self):
        w = Tensor([[0.1] * 40] * 40)
        x = Tensor([[1.0] * 40] * 10, requires_grad=False)
        most = 0
        for step in range(200):
            loss = ((x @ w).tanh() - 0.5).max()
            loss.backward()
            w.data = [[0.2] * 40] * 40
            w.grad = [[0.0] * 40] * 40
            most = max(most, dotgrad._core.graph_size())
        del loss
        gc.collect()
        dotgrad.collect()
        self.assertLess(dotgrad._core.graph_size(), 100)


if __name__ == '__main__':
    unittest.main()

"""dotgrad.draw_dot and make_dot of PyTorch's tensors."""

import json
import math
import sys
import unittest

try:
    import torch
except ImportError:
    print('PyTorch is not here')
    sys.exit(0)

import dotgrad
from dotgrad import draw_dot, make_dot


def nodes_of(graph):
    return json.loads(graph.json)['nodes']


class Tensors(unittest.TestCase):
    def test_a_neuron(self):
        w = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64, requires_grad=True)
        x = torch.tensor([[0.5, -1.0]], dtype=torch.float64, requires_grad=True)
        h = (x @ w).tanh()
        h.retain_grad()
        loss = h.sum()
        loss.backward()
        graph = draw_dot(loss, params={'w': w, 'x': x, 'h': h})
        nodes = {n.get('label') or n['op']: n for n in nodes_of(graph)}
        self.assertEqual(nodes['w']['grad'], w.grad.tolist())
        self.assertEqual(nodes['x']['data'], x.tolist())
        self.assertEqual((nodes['h']['op'], nodes['h']['data'], nodes['h']['grad']), ('tanh', h.tolist(), h.grad.tolist()))
        self.assertEqual(nodes['sum']['data'], loss.item())
        self.assertIsNone(nodes['sum']['grad'])
        self.assertIsNone(nodes['@']['grad'])
        self.assertEqual([n.get('op') for n in nodes_of(graph)], ['sum', 'tanh', '@', None, None])
        self.assertTrue(graph.svg)

    def test_saved_data(self):
        x = torch.tensor(2.0, requires_grad=True)
        y = (x * 3).exp() * x
        product = nodes_of(draw_dot(y))
        exp = next(n for n in product if n.get('op') == 'exp')
        self.assertTrue(math.isclose(exp['data'], math.exp(6), rel_tol=1e-6))
        y.backward()
        self.assertIsNone(next(n for n in nodes_of(draw_dot(y)) if n.get('op') == 'exp')['data'])

    def test_models(self):
        torch.manual_seed(1)
        block = torch.nn.TransformerEncoderLayer(8, 2, 16)
        mlp = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
        cnn = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(18, 2))
        lstm = torch.nn.LSTM(3, 4)
        for model, x in ((mlp, torch.randn(5, 3)), (cnn, torch.randn(1, 1, 8, 8)), (lstm, torch.randn(4, 1, 3)),
                         (block, torch.randn(3, 2, 8))):
            out = model(x)
            out = (out[0] if isinstance(out, tuple) else out).pow(2).sum()
            out.backward()
            graph = make_dot(out, params=dict(model.named_parameters()), show_attrs=True)
            labels = {n.get('label'): n for n in nodes_of(graph)}
            for name, p in model.named_parameters():
                self.assertIn(name, labels)
                self.assertEqual(labels[name]['shape'], list(p.shape))
                self.assertIsNotNone(labels[name]['grad'])
            self.assertTrue(graph.svg and graph.options(direction='TB', show='label,op').svg)
        self.assertEqual(make_dot(mlp(torch.zeros(1, 3)).sum()).svg, make_dot(mlp(torch.zeros(1, 3)).sum()).svg)

    def test_double_backward(self):
        x = torch.tensor(3.0, requires_grad=True)
        y = x**3
        slope, = torch.autograd.grad(y, x, create_graph=True)
        (slope * 2).backward()
        self.assertEqual(x.grad.item(), 36.0)
        graph = draw_dot(slope * 2, params={'x': x, 'slope': slope})
        labels = {n.get('label'): n for n in nodes_of(graph)}
        self.assertEqual((labels['x']['grad'], labels['slope']['data']), (36.0, 27.0))

    def test_several_results(self):
        x = torch.arange(6.0, requires_grad=True)
        a, b = (x * 2).split(3)
        graph = draw_dot((a * b).sum())
        nodes = [n for n in nodes_of(graph) if n.get('op') == 'split']
        self.assertEqual([n['data'] for n in nodes], [[0.0, 2.0, 4.0], [6.0, 8.0, 10.0]])
        self.assertTrue(graph.svg)

    def test_saved_and_attributes(self):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        y = x.pow(2).sum()
        plain, saved = make_dot(y), make_dot(y, show_saved=True)
        self.assertGreater(len(nodes_of(saved)), len(nodes_of(plain)))
        text = json.dumps(nodes_of(make_dot(y, show_attrs=True)))
        self.assertIn('exponent', text)

    def test_without_a_graph(self):
        x = torch.tensor([1.0, 2.0])
        self.assertEqual(nodes_of(draw_dot(x, params={'x': x}))[0]['data'], [1.0, 2.0])
        self.assertEqual(nodes_of(draw_dot(torch.tensor(2.0)))[0]['data'], 2.0)
        for bad in (3, None, dotgrad.Value(1.0)):
            with self.assertRaises(TypeError):
                make_dot(bad)


if __name__ == '__main__':
    unittest.main()

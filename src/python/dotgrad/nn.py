"""Neurons, layers and MLPs as in the micrograd lectures, computed by the library as a whole.

    from dotgrad.nn import MLP

    n = MLP(3, [4, 4, 1])
    loss = sum((n(x) - y)**2 for x, y in zip(xs, ys))
    n.zero_grad()
    loss.backward()
    for p in n.parameters():
        p.data -= 0.05 * p.grad

Initial parameters come from Python's `random.uniform(-1, 1)` in the lectures' order, so that after `random.seed(k)`
they are the numbers that the lectures' classes have.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from typing import Any

from ._core import Network, Value
from ._core import loss as _loss

__all__ = ['Adam', 'Layer', 'MLP', 'Module', 'Neuron', 'SGD', 'bce_loss', 'hinge_loss', 'mse_loss', 'sse_loss']


def _uniform(count: int) -> list[float]:
    return [random.uniform(-1, 1) for _ in range(count)]


class Module:
    """What has parameters."""

    _network: Network

    def parameters(self) -> list[Value]:
        """The parameters: of each neuron its weights, then its bias."""
        return list(self._network.parameters)

    def zero_grad(self) -> None:
        """Sets the gradients of the parameters to 0."""
        self._network.zero_grad()

    def step(self, lr: float) -> None:
        """A step of gradient descent: `p.data -= lr * p.grad` for all parameters p."""
        self._network.step(-lr)

    def __call__(self, x: Sequence[Value | float]) -> Any:
        """The output of the inputs `x`; a list where there are several."""
        outputs = self._network.call(x)
        return outputs[0] if len(outputs) == 1 else outputs


class Neuron(Module):
    """f(w0*x0 + w1*x1 + … + b), with f = tanh, or 'relu', 'sigmoid' or 'linear'."""

    def __init__(self, nin: int, activation: str = 'tanh', _shared: Sequence[Value] | None = None) -> None:
        self._network = Network('neuron', nin, (1,), (activation,), _shared or _uniform(nin + 1))
        self.w = self._network.parameters[:-1]
        self.b = self._network.parameters[-1]

    def __repr__(self) -> str:
        return f'Neuron({len(self.w)})'


class Layer(Module):
    """`nout` neurons with the same `nin` inputs."""

    def __init__(self, nin: int, nout: int, activation: str = 'tanh', _shared: Sequence[Value] | None = None) -> None:
        self._network = Network('layer', nin, (nout,), (activation,), _shared or _uniform((nin + 1) * nout))
        shared = self._network.parameters
        self.neurons = [Neuron(nin, activation, shared[i * (nin + 1):(i + 1) * (nin + 1)]) for i in range(nout)]

    def __repr__(self) -> str:
        return f'Layer of {len(self.neurons)} neurons'


class MLP(Module):
    """Layers one after the other: `MLP(3, [4, 4, 1])` has 3 inputs and layers of 4, 4 and 1 neurons.

    :param activation: that of all layers: 'tanh', 'relu', 'sigmoid' or 'linear'; or one for each layer, a list
    """

    def __init__(self, nin: int, nouts: Sequence[int], activation: str | Sequence[str] = 'tanh') -> None:
        sizes = [nin, *nouts]
        counts = [(a + 1) * b for a, b in zip(sizes, sizes[1:])]
        functions = (activation,) * len(nouts) if isinstance(activation, str) else tuple(activation)
        self._network = Network('mlp', nin, tuple(nouts), functions, _uniform(sum(counts)))
        self.layers = []
        first = 0
        for a, b, count, function in zip(sizes, sizes[1:], counts, functions):
            self.layers.append(Layer(a, b, function, self._network.parameters[first:first + count]))
            first += count

    def __repr__(self) -> str:
        return f'MLP of {len(self.layers)} layers'


def sse_loss(predictions: Iterable[Value], targets: Iterable[float]) -> Value:
    """The sum of squared errors, the lectures' loss: the sum of (p - y)**2."""
    return _loss('sse', list(predictions), list(targets))


def mse_loss(predictions: Iterable[Value], targets: Iterable[float]) -> Value:
    """The mean squared error: the mean of (p - y)**2."""
    return _loss('mse', list(predictions), list(targets))


def bce_loss(predictions: Iterable[Value], targets: Iterable[float]) -> Value:
    """Binary cross-entropy of logits p with targets y from 0 to 1: the mean of softplus(p) - p*y."""
    return _loss('bce', list(predictions), list(targets))


def hinge_loss(predictions: Iterable[Value], targets: Iterable[float]) -> Value:
    """The max-margin loss of micrograd's demo, for targets y of -1 or 1: the mean of relu(1 - y*p)."""
    return _loss('hinge', list(predictions), list(targets))


class SGD:
    """Gradient descent with momentum: v = momentum*v + grad, data -= lr*v, as PyTorch's."""

    def __init__(self, parameters: Iterable[Value], lr: float, momentum: float = 0.0,
                 weight_decay: float = 0.0) -> None:
        self.parameters = list(parameters)
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self._velocity: list[float] = []

    def zero_grad(self) -> None:
        """Sets the gradients of the parameters to 0."""
        for p in self.parameters:
            p.grad = 0.0

    def step(self) -> None:
        """One step."""
        grads = [p.grad + self.weight_decay * p.data for p in self.parameters]
        if self.momentum and self._velocity:
            grads = [self.momentum * v + g for v, g in zip(self._velocity, grads)]
        self._velocity = grads
        for p, g in zip(self.parameters, grads):
            p.data -= self.lr * g


class Adam:
    """Adam (Kingma and Ba, 2015), as PyTorch's."""

    def __init__(self, parameters: Iterable[Value], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8) -> None:
        self.parameters = list(parameters)
        self.lr, self.betas, self.eps = lr, betas, eps
        self._m = [0.0] * len(self.parameters)
        self._v = [0.0] * len(self.parameters)
        self._steps = 0

    def zero_grad(self) -> None:
        """Sets the gradients of the parameters to 0."""
        for p in self.parameters:
            p.grad = 0.0

    def step(self) -> None:
        """One step."""
        self._steps += 1
        b1, b2 = self.betas
        c1, c2 = 1 - b1**self._steps, 1 - b2**self._steps
        for i, p in enumerate(self.parameters):
            g = p.grad
            self._m[i] = m = b1 * self._m[i] + (1 - b1) * g
            self._v[i] = v = b2 * self._v[i] + (1 - b2) * g * g
            p.data -= self.lr * (m / c1) / (math.sqrt(v / c2) + self.eps)

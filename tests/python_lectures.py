"""The classes that people have, written anew for the tests: the lectures' `Value`, that of the third lecture, and
microgpt's. Operands are kept as there: in a set, in a list, in a tuple."""

import math


class Value:
    """The lectures' class."""

    def __init__(self, data, _children=(), _op='', label=''):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = set(_children)
        self._op = _op
        self.label = label

    def __repr__(self):
        return f'Value(data={self.data})'

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), '+')

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), '*')

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __pow__(self, k):
        out = Value(self.data**k, (self,), f'**{k}')

        def _backward():
            self.grad += k * self.data**(k - 1) * out.grad

        out._backward = _backward
        return out

    def function(self, op, data, slope):
        out = Value(data, (self,), op)

        def _backward():
            self.grad += slope * out.grad

        out._backward = _backward
        return out

    def tanh(self):
        t = math.tanh(self.data)
        return self.function('tanh', t, 1 - t * t)

    def exp(self):
        e = math.exp(self.data)
        return self.function('exp', e, e)

    def log(self):
        return self.function('log', math.log(self.data), 1 / self.data)

    def relu(self):
        return self.function('ReLU', max(self.data, 0.0), float(self.data > 0))

    def sin(self):
        return self.function('sin', math.sin(self.data), math.cos(self.data))

    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.data))
        return self.function('sigmoid', s, s * (1 - s))

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return (-self) + other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return self**-1 * other

    def backward(self):
        order, seen = [], {self}
        path = [(self, iter(self._prev))]
        while path:
            v, below = path[-1]
            for operand in below:
                if operand not in seen:
                    seen.add(operand)
                    path.append((operand, iter(operand._prev)))
                    break
            else:
                path.pop()
                order.append(v)
        self.grad = 1.0
        for v in reversed(order):
            v._backward()


class ThirdValue:
    """The third lecture's class: `val`, `children` in a list or None, `op`."""

    def __init__(self, val, children=None, op=None, grad=0):
        self.val = val
        self.children = children
        self.op = op
        self.grad = grad

    def __add__(self, other):
        return ThirdValue(self.val + other.val, [self, other], '+')

    def __mul__(self, other):
        return ThirdValue(self.val * other.val, [self, other], '*')


class Scalar:
    """microgpt's class: operands and local gradients, but no op."""

    __slots__ = ('data', 'grad', '_children', '_local_grads')

    def __init__(self, data, children=(), local_grads=()):
        self.data = data
        self.grad = 0
        self._children = children
        self._local_grads = local_grads

    def __add__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        return Scalar(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        return Scalar(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, k):
        return Scalar(self.data**k, (self,), (k * self.data**(k - 1),))

    def log(self):
        return Scalar(math.log(self.data), (self,), (1 / self.data,))

    def exp(self):
        return Scalar(math.exp(self.data), (self,), (math.exp(self.data),))

    def relu(self):
        return Scalar(max(0, self.data), (self,), (float(self.data > 0),))


def network_classes(value, uniform):
    """The lectures' MLP of any class of values."""

    class Neuron:
        def __init__(self, nin):
            self.w = [value(uniform(-1, 1)) for _ in range(nin)]
            self.b = value(uniform(-1, 1))

        def __call__(self, x):
            return sum((wi * xi for wi, xi in zip(self.w, x)), self.b).tanh()

        def parameters(self):
            return self.w + [self.b]

    class Layer:
        def __init__(self, nin, nout):
            self.neurons = [Neuron(nin) for _ in range(nout)]

        def __call__(self, x):
            outs = [n(x) for n in self.neurons]
            return outs[0] if len(outs) == 1 else outs

        def parameters(self):
            return [p for n in self.neurons for p in n.parameters()]

    class MLP:
        def __init__(self, nin, nouts):
            sizes = [nin] + nouts
            self.layers = [Layer(a, b) for a, b in zip(sizes, sizes[1:])]

        def __call__(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

        def parameters(self):
            return [p for layer in self.layers for p in layer.parameters()]

    return MLP

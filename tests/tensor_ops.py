"""Ops on whole tensors against PyTorch: values and gradients for random shapes, empty and broadcast ones too.

usage: tensor_ops.py LIBRARY COUNT SEED
"""
import ctypes as c
import math
import random
import sys
import warnings

import numpy as np
import torch

torch.set_num_threads(1)
warnings.simplefilter('ignore')
library = c.CDLL(sys.argv[1])
rng = random.Random(int(sys.argv[3]))
numbers = np.random.default_rng(int(sys.argv[3]))
value, size, doubles = c.c_void_p, c.c_size_t, c.POINTER(c.c_double)


def function(name, *arguments, result=value):
    f = getattr(library, 'dg_' + name)
    f.restype, f.argtypes = result, arguments
    return f


graph_new, graph_free = function('graph_new'), function('graph_free', value, result=None)
new_tensor = function('tensor', value, c.c_int, c.POINTER(size), doubles, value)
mul, total = function('mul', value, value), function('sum', value)
backward, requires_grad = function('backward', value, result=c.c_int), function('requires_grad', value, result=c.c_int)
ndim, shape_of = function('ndim', value, result=c.c_int), function('shape', value, result=c.POINTER(size))
size_of, data_array = function('size', value, result=size), function('data_array', value, result=doubles)
grad_array = function('grad_array', value, result=doubles)
listed = {n: function(n, value, c.c_int, c.c_void_p) for n in ('permute', 'flip', 'repeat', 'expand')}
with_integer = {n: function(n, value, c.c_int) for n in ('tril', 'triu', 'diag', 'cumsum')}
roll = function('roll', value, c.c_int, c.c_int)
cut = function('slice', value, c.c_int, c.c_ssize_t, c.c_ssize_t, c.c_ssize_t)
clamp = function('clamp', value, c.c_double, c.c_double)
reduced = {n: function(n + '_dims', value, c.c_int, c.c_void_p, c.c_int)
           for n in ('min', 'prod', 'logsumexp', 'argmax', 'argmin')}
with_number = {n: function(n + '_dims', value, c.c_int, c.c_void_p, c.c_int, c.c_double) for n in ('var', 'std', 'norm')}
three = {n: function(n, value, value, value) for n in ('where', 'lerp')}


def ints(numbers_in_list):
    return (c.c_int * max(1, len(numbers_in_list)))(*numbers_in_list)


def sizes(numbers_in_list):
    return (size * max(1, len(numbers_in_list)))(*numbers_in_list)


def leaf(graph, array):
    array = np.array(array, dtype=np.float64, order='C')
    return new_tensor(graph, array.ndim, sizes(array.shape), array.ctypes.data_as(doubles), None)


def read(v, f):
    elements = f(v)
    return np.array([elements[i] for i in range(size_of(v))]).reshape([shape_of(v)[i] for i in range(ndim(v))])


def both(graph, shape, low=-2.0):
    """The same leaf here and there."""
    array = numbers.uniform(low, 2, shape)
    return leaf(graph, array), torch.tensor(array, requires_grad=True)


def moved(name, x, t):
    n, sh = t.ndim, t.shape
    if name == 'permute':
        dims = rng.sample(range(n), n)
        return listed[name](x, n, ints(dims)), t.permute(*dims)
    if name == 'flip':
        dims = rng.sample(range(n), rng.randint(0, n))
        return listed[name](x, len(dims), ints(dims)), t.flip(dims) if dims else t * 1
    if name == 'repeat':
        times = [rng.randint(0, 3) for _ in range(n + rng.randint(0, 2))]
        return listed[name](x, len(times), sizes(times)), t.repeat(*times)
    if name == 'expand':
        to = [rng.randint(1, 3) for _ in range(rng.randint(0, 2))] + [s if s != 1 else rng.randint(1, 4) for s in sh]
        return listed[name](x, len(to), sizes(to)), t.expand(*to)
    if name == 'roll':
        shift, dim = rng.randint(-5, 5), rng.randrange(n)
        return roll(x, shift, dim), t.roll(shift, dim)
    if name == 'slice':
        dim, start, stop, step = rng.randrange(n), rng.randint(-5, 5), rng.randint(-5, 5), rng.randint(1, 3)
        return cut(x, dim, start, stop, step), t[(slice(None),) * dim + (slice(start, stop, step),)]
    if name == 'cumsum':
        dim = rng.randrange(n)
        return with_integer[name](x, dim), t.cumsum(dim)
    k = rng.randint(-3, 3)
    if name == 'diag' and n == 2 and not -sh[0] <= k <= sh[1]:
        k = 0
    return with_integer[name](x, k), getattr(t, name)(k)


def along(name, x, t):
    dims = rng.sample(range(t.ndim), rng.randint(0, t.ndim))
    if name in ('argmax', 'argmin'):
        dims = dims[:1]
    keep, some = bool(dims) and rng.random() < .5, dims or list(range(t.ndim))
    is_empty = 0 in [t.shape[i] for i in some]
    p = rng.choice([1.0, 2.0, 3.0, math.inf])
    if is_empty and (name in ('min', 'argmax', 'argmin') or name == 'norm' and p == math.inf):
        return None
    if name == 'min':
        want = t.amin(dims, keep) if dims else t.min()
    elif name == 'prod':
        want = t
        for i in sorted(some, reverse=True):
            want = want.prod(i, keepdim=keep)
    elif name == 'logsumexp':
        want = t.logsumexp(some, keepdim=keep)
    elif name in ('argmax', 'argmin'):
        want = (getattr(t, name)(dims[0], keepdim=keep) if dims else getattr(t, name)()).double()
    elif name == 'norm':
        return (with_number[name](x, len(dims), ints(dims), keep, p),
                torch.linalg.vector_norm(t, p, some, keepdim=keep))
    else:
        correction = rng.choice([0, 1])
        return (with_number[name](x, len(dims), ints(dims), keep, correction),
                getattr(t, name)(dim=some, correction=correction, keepdim=keep))
    return reduced[name](x, len(dims), ints(dims), keep), want


def case(name, graph):
    """Pairs of leaves, and the pair of results; None where PyTorch refuses."""
    low = 2 if name in ('tril', 'triu') else 1
    shape = [0 if rng.random() < .04 else rng.randint(1, 4) for _ in range(rng.randint(low, 2 if name == 'diag' else 4))]
    x, t = both(graph, shape)
    if name == 'clamp':
        low, high = sorted((rng.uniform(-2, 2), rng.uniform(-2, 2)))
        return [(x, t)], (clamp(x, low, high), t.clamp(low, high))
    if name in three:
        y, u = both(graph, [s if rng.random() < .6 else 1 for s in shape][rng.randint(0, len(shape)):])
        w = numbers.uniform(0, 1, shape)
        if name == 'where':
            w = (w > .5) * 1.0
            return [(x, t), (y, u)], (three[name](leaf(graph, w), x, y), torch.where(torch.tensor(w) > 0, t, u))
        return [(x, t), (y, u)], (three[name](x, y, leaf(graph, w)), t + torch.tensor(w) * (u - t))
    result = along(name, x, t) if name in reduced or name in with_number else moved(name, x, t)
    return result and ([(x, t)], result)


def compare(name, got, want, shape):
    assert got.shape == want.shape, (name, shape, got.shape, want.shape)
    same = np.isnan(got) & np.isnan(want) | (got == want)
    assert (same | (np.abs(got - want) <= 1e-12 * np.maximum(1, np.abs(want)))).all(), (name, shape, got, want)


def check(name):
    graph = graph_new()
    made = case(name, graph)
    if made:
        leaves, (z, want) = made
        shape = tuple(leaves[0][1].shape)
        assert z, (name, shape)
        got, expected = read(z, data_array), want.detach().numpy()
        compare(name, got, expected, shape)
        assert bool(requires_grad(z)) == want.requires_grad, name
        if want.requires_grad and np.isfinite(expected).all():
            w = numbers.uniform(-1, 1, got.shape)
            backward(total(mul(z, leaf(graph, w))))
            (want * torch.tensor(w)).sum().backward()
            for v, t in leaves:
                compare(name + ' backward', read(v, grad_array), np.zeros(t.shape) if t.grad is None else t.grad.numpy(),
                        shape)
    graph_free(graph)
    return bool(made)


for op in [*listed, *with_integer, 'roll', 'slice', 'clamp', *reduced, *with_number, *three]:
    left = int(sys.argv[2])
    while left:
        left -= check(op)

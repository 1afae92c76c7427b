#!/usr/bin/env python3
"""Prints tests/op_answers.txt: values and derivatives of ops, computed with 60 digits by mpmath and rounded.

One line an answer: op, x, y, k, value, d/dx, d/dy, as hexadecimal doubles ("-" where there is none), then the largest
error in units in the last place. usage: op_answers.py >op_answers.txt
"""
import math
import random

import mpmath as m

m.mp.dps = 60
r = random.Random(2024)


def log_uniform(low, high):
    return math.exp(r.uniform(math.log(low), math.log(high)))


def signed(low, high):
    return math.copysign(log_uniform(low, high), r.uniform(-1, 1))


def unit():
    return r.choice([r.uniform(-1, 1), math.copysign(1 - log_uniform(1e-15, .5), r.uniform(-1, 1)), signed(1e-300, 1)])


def positive():
    return r.choice([log_uniform(1e-300, 1e300), log_uniform(1e-2, 1e2)])


def within(limit):
    return lambda: r.choice([signed(1e-300, limit), signed(1e-3, min(limit, 1e3))])


def normal(x):
    return m.erfc(-x / m.sqrt(2)) / 2


def density(x):
    return m.exp(-x * x / 2) / m.sqrt(2 * m.pi)


def s(x):
    return 1 / (1 + m.exp(-x))


ONE = {
    'asin': (unit, m.asin, lambda x: 1 / m.sqrt(1 - x * x), 2),
    'acos': (unit, m.acos, lambda x: -1 / m.sqrt(1 - x * x), 2),
    'sinh': (within(700), m.sinh, m.cosh, 2),
    'cosh': (within(700), m.cosh, m.sinh, 2),
    'asinh': (within(1e300), m.asinh, lambda x: 1 / m.sqrt(1 + x * x), 2),
    'acosh': (lambda: max(1 + positive(), 1 + 2**-52), m.acosh, lambda x: 1 / m.sqrt(x * x - 1), 2),
    'atanh': (unit, m.atanh, lambda x: 1 / (1 - x * x), 2),
    'log2': (positive, lambda x: m.log(x) / m.log(2), lambda x: 1 / (x * m.log(2)), 2),
    'log10': (positive, m.log10, lambda x: 1 / (x * m.log(10)), 2),
    'exp2': (within(1000), lambda x: m.power(2, x), lambda x: m.power(2, x) * m.log(2), 2),
    'rsqrt': (lambda: log_uniform(1e-200, 1e200), lambda x: 1 / m.sqrt(x), lambda x: -1 / (2 * x * m.sqrt(x)), 2),
    'reciprocal': (within(1e150), lambda x: 1 / x, lambda x: -1 / (x * x), 2),
    'square': (within(1e150), lambda x: x * x, lambda x: 2 * x, 2),
    'softsign': (within(1e300), lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x))**2, 2),
    'gelu': (within(38), lambda x: x * normal(x), lambda x: normal(x) + x * density(x), 4),
    'erfc': (within(27), m.erfc, lambda x: -2 / m.sqrt(m.pi) * m.exp(-x * x), 4),
    'lgamma': (positive, m.loggamma, lambda x: m.psi(0, x), 4),
    'digamma': (positive, lambda x: m.psi(0, x), lambda x: m.psi(1, x), 4),
    'elu': (within(700), lambda x: x if x > 0 else m.expm1(x), lambda x: m.mpf(1) if x > 0 else m.exp(x), 2),
}
TWO = {
    'power': (lambda: log_uniform(1e-30, 1e30), m.power, lambda x, y: y * m.power(x, y - 1),
              lambda x, y: m.power(x, y) * m.log(x), 2),
    'atan2': (within(1e300), m.atan2, lambda x, y: y / (x * x + y * y), lambda x, y: -x / (x * x + y * y), 2),
    'hypot': (within(1e300), m.hypot, lambda x, y: x / m.hypot(x, y), lambda x, y: y / m.hypot(x, y), 2),
    'logaddexp': (within(700), lambda x, y: max(x, y) + m.log1p(m.exp(-abs(x - y))), lambda x, y: s(x - y),
                  lambda x, y: s(y - x), 2),
    'fmod': (within(1e3), lambda x, y: m.sign(x) * m.fmod(abs(x), abs(y)), lambda x, y: m.mpf(1),
             lambda x, y: -m.sign(x / y) * m.floor(abs(x / y)), 2),
}


def is_cancelled(name, f, *args):
    """Whether the value or a derivative is a difference of much larger terms."""
    return name in ('gelu', 'lgamma', 'digamma', 'logaddexp') and abs(f) < 0.05 * max(1, *map(abs, args)) and \
        not (name == 'gelu' and args[0] < -3)


def print_answer(name, x, y, k, results, limit):
    numbers = [x, y, k] + [None if v is None else float(v) for v in results]
    if any(v is not None and (math.isinf(v) or abs(v) < 1e-300 and v) for v in numbers[3:]):
        return False
    print(name, *('-' if v is None else v.hex() for v in numbers), limit)
    return True


def main():
    for name, (draw, f, d, limit) in ONE.items():
        left = 24
        while left:
            x = draw()
            X = m.mpf(x)
            z, dx = f(X), d(X)
            if not (is_cancelled(name, z, X) or is_cancelled(name, dx, X)):
                left -= print_answer(name, x, None, 1.0, (z, dx, None), limit)
    for name, (draw, f, dx, dy, limit) in TWO.items():
        left = 24
        while left:
            x, y = draw(), draw()
            if name == 'power':
                y = signed(1e-5, 20)
            elif r.random() < .3:
                y = x * r.uniform(.5, 2)
            X, Y = m.mpf(x), m.mpf(y)
            if name == 'fmod' and abs(x / y) > 1e9 or name == 'power' and abs(y * math.log(x)) > 600:
                continue
            z = f(X, Y)
            if not is_cancelled(name, z, X, Y):
                left -= print_answer(name, x, y, 1.0, (z, dx(X, Y), dy(X, Y)), limit)
    for k in (1, 2, 3, 5):
        for _ in range(8):
            x = log_uniform(1e-2, 1e3)
            print_answer('polygamma', x, None, float(k), (m.psi(k, x), m.psi(k + 1, x), None), 4)


main()

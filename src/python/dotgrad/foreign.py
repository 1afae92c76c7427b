"""Traces of the values of other programs: of classes that look like the lectures' `Value`.

What is read of an object, by the first of the names that it has:

    operands   `_prev`, `children`, `_children`, `prev` or `parents`: a sequence, a set, or None
    data       `data`, `val` or `value`: a number, None where it is not known, or an array
    gradient   `grad` or `gradient`: likewise; None where there is none
    op         `_op` or `op`: a text; of a class that keeps `_local_grads` it is inferred from these and the data
    label      `label` or `name`

Nothing but the operands has to be there. Where operands are a set, which has no order, the order in which they were
written is recovered: from the variables `self` and `other` that the closure `_backward` of the lectures' class
refers to, else by what the op computes; where both orders give the same it is that of labels and values. So the same
graph gives the same picture in every run.
"""

from __future__ import annotations

import gc
import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ._core import Trace

OPERANDS = ('_prev', 'children', '_children', 'prev', 'parents')
DATA = ('data', 'val', 'value')
GRADIENT = ('grad', 'gradient')
OP = ('_op', 'op')
LABEL = ('label', 'name')

_MISSING = object()

# Ops of two operands, by their texts.
_BINARY: dict[str, Callable[[float, float], float]] = {
    '+': lambda a, b: a + b,
    '-': lambda a, b: a - b,
    '*': lambda a, b: a * b,
    '/': lambda a, b: a / b,
    '**': lambda a, b: float(a**b),
}


def describe(value: Any, label: str = '') -> str:
    """What an object is called in messages."""
    name = type(value).__name__
    return f"the {name} '{label}'" if label else f'an object of the class {name}'


def read(value: Any, names: Sequence[str], default: Any = None) -> Any:
    """The first attribute of these names that an object has."""
    for name in names:
        try:
            return getattr(value, name)
        except AttributeError:
            continue
        except Exception as error:
            raise TypeError(f"{describe(value)} cannot be drawn: its attribute '{name}' raised "
                            f'{type(error).__name__}: {error}') from error
    return default


def is_drawable(value: Any) -> bool:
    """Whether an object has operands that can be read."""
    return not isinstance(value, type) and read(value, OPERANDS, _MISSING) is not _MISSING


def operands_of(value: Any) -> tuple[list[Any], bool]:
    """The operands of an object, in the order in which they were written, and whether that is known."""
    found = read(value, OPERANDS, _MISSING)
    kind = type(found)
    if kind is tuple or kind is list:
        return list(found), True
    if found is None:
        return [], True
    if found is _MISSING:
        raise TypeError(f"{describe(value)} cannot be drawn: it has no attribute '_prev' or 'children'")
    try:
        operands = list(found() if callable(found) else found)
    except Exception as error:
        raise TypeError(f'the operands of {describe(value)} cannot be read: {error}') from error
    if not operands or isinstance(found, Sequence):
        return operands, True
    ordered = _order_in_closure(value, operands) or _order_in_list(value, operands)
    return ordered or operands, ordered is not None


def _order_in_closure(value: Any, operands: list[Any]) -> list[Any] | None:
    """The operands in the order in which the closure `_backward` names them: `self` first."""
    function = read(value, ('_backward',))
    closure = getattr(function, '__closure__', None)
    if not closure:
        return None
    ids = {id(operand) for operand in operands}
    first: list[Any] = []
    others: list[Any] = []
    for name, cell in zip(function.__code__.co_freevars, closure):
        try:
            content = cell.cell_contents
        except ValueError:
            continue
        if id(content) in ids and content is not value:
            (first if name == 'self' else others).append(content)
    named = first + others
    return named if {id(x) for x in named} == ids else None


def _order_in_list(value: Any, operands: list[Any]) -> list[Any] | None:
    """The operands in the order of `_children`, where a class keeps both."""
    listed = read(value, ('_children',))
    same = isinstance(listed, (list, tuple)) and {id(x) for x in listed} == {id(x) for x in operands}
    return list(listed) if same and listed is not None else None


def number(value: Any) -> float | None:
    """A plain number, or None where that is not one."""
    if isinstance(value, (int, float)):
        try:
            return float(value)
        except OverflowError:
            return None
    return None


def _computes(op: str, a: float | None, b: float | None, result: float | None) -> bool:
    function = _BINARY.get(op)
    if function is None or a is None or b is None or result is None:
        return False
    try:
        return math.isclose(function(a, b), result, rel_tol=1e-9, abs_tol=1e-300)
    except (ArithmeticError, TypeError, ValueError):
        return False


def _infer_op(data: float | None, operands: list[float | None], slopes: Sequence[Any]) -> str:
    """The op that has that result, and those local gradients, of those operands."""
    if data is None or any(x is None for x in operands):
        return ''
    if len(operands) == 2:
        return next((op for op in ('+', '*', '-', '/', '**') if _computes(op, operands[0], operands[1], data)), '')
    if len(operands) != 1 or len(slopes) != 1:
        return ''
    x, slope = operands[0], number(slopes[0])
    assert x is not None
    return next((op for op, y, d in _unary_candidates(x) if _close(y, data) and (slope is None or _close(d, slope))),
                '') or _infer_power(x, data, slope)


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def _unary_candidates(x: float) -> Iterable[tuple[str, float, float]]:
    """Ops of one operand, each with its result and its derivative."""
    t = math.tanh(x)
    yield 'tanh', t, 1 - t * t
    if x < 700:
        e = math.exp(x)
        yield 'exp', e, e
        s = 1 / (1 + math.exp(-x)) if x > -700 else 0.0
        yield 'sigmoid', s, s * (1 - s)
    if x > 0:
        yield 'log', math.log(x), 1 / x
    yield 'ReLU', max(x, 0.0), float(x > 0)


def _infer_power(x: float, data: float, slope: float | None) -> str:
    if slope is None or data == 0 or x == 0:
        return ''
    exponent = slope * x / data
    shown = round(exponent, 9)
    try:
        return f'**{shown:g}' if _close(x**shown, data) else ''
    except (ArithmeticError, ValueError, TypeError):
        return ''


class _Node:
    """What was read of one object."""

    __slots__ = ('value', 'label', 'op', 'data', 'grad', 'operands', 'ordered', 'slopes', 'digest')

    def __init__(self, value: Any) -> None:
        self.value = value
        label = read(value, LABEL)
        self.label = '' if label is None or callable(label) else str(label)
        op = read(value, OP)
        self.op = '' if op is None or callable(op) else str(op)
        self.data = read(value, DATA)
        grad = read(value, GRADIENT)
        self.grad = None if callable(grad) else grad
        self.operands, self.ordered = operands_of(value)
        self.slopes: Sequence[Any] = ()
        self.digest = b''
        if not self.op and self.operands:
            slopes = read(value, ('_local_grads', 'local_grads'))
            self.slopes = slopes if isinstance(slopes, (list, tuple)) else ()


def _collect(root: Any) -> tuple[list[_Node], dict[int, int]]:
    """The objects below a root, operands before what is computed from them, and their positions by id."""
    nodes: list[_Node] = []
    positions: dict[int, int] = {}
    entered: set[int] = {id(root)}
    first = _Node(root)
    path: list[tuple[_Node, int]] = [(first, 0)]
    while path:
        node, i = path.pop()
        if i == len(node.operands):
            positions[id(node.value)] = len(nodes)
            nodes.append(node)
            continue
        path.append((node, i + 1))
        operand = node.operands[i]
        if id(operand) in positions:
            continue
        if id(operand) in entered:
            raise ValueError(f'the graph has a cycle: {describe(operand, _label_of(operand))} is computed from itself')
        entered.add(id(operand))
        path.append((_Node(operand), 0))
    return nodes, positions


def _label_of(value: Any) -> str:
    label = read(value, LABEL)
    return '' if label is None else str(label)


def _digest(node: _Node, nodes: list[_Node], positions: dict[int, int]) -> bytes:
    """A digest of a node and all below it, which does not depend on the order of operands in a set (as the last
    digits of gradients do)."""
    below = [nodes[positions[id(operand)]].digest for operand in node.operands]
    if not node.ordered:
        below.sort()
    text = '\0'.join((node.label, node.op, repr(node.data))).encode('utf-8', 'replace')
    return hashlib.blake2b(text + b''.join(below), digest_size=16).digest()


def _settle_order(node: _Node, nodes: list[_Node], positions: dict[int, int]) -> None:
    """Gives the operands of a set an order: that which gives the result, else that of labels and values."""
    data = number(node.data)
    node.operands.sort(key=lambda operand: (nodes[positions[id(operand)]].label == '',
                                            nodes[positions[id(operand)]].label,
                                            nodes[positions[id(operand)]].digest))
    numbers = [number(nodes[positions[id(operand)]].data) for operand in node.operands]
    if len(numbers) == 1 and _computes(node.op, numbers[0], numbers[0], data):
        node.operands = node.operands * 2
    elif len(numbers) == 2 and _computes(node.op, numbers[1], numbers[0], data) and not _computes(
            node.op, numbers[0], numbers[1], data):
        node.operands.reverse()


def _settle(nodes: list[_Node], positions: dict[int, int]) -> None:
    """Settles the order of operands, and the ops that are not named."""
    digests = any(not node.ordered for node in nodes)
    for node in nodes:
        if not node.ordered:
            _settle_order(node, nodes, positions)
        if not node.op and node.operands:
            numbers = [number(nodes[positions[id(operand)]].data) for operand in node.operands]
            node.op = _infer_op(number(node.data), numbers, node.slopes) or 'f'
        if digests:
            node.digest = _digest(node, nodes, positions)


def _array(value: Any) -> tuple[tuple[int, ...], Any] | None:
    """The shape and the doubles of an array; None for what is none."""
    shape = getattr(value, 'shape', None)
    if not isinstance(shape, tuple) or not shape:
        return None
    import numpy

    return tuple(int(size) for size in shape), numpy.ascontiguousarray(value, dtype=numpy.float64)


def _add(trace: Trace, node: _Node) -> None:
    data, grad = _array(node.data), _array(node.grad)
    shape = data[0] if data else grad[0] if grad else None
    if shape is None:
        trace.add_node(node.label, node.op, node.data, node.grad)
    else:
        trace.add_tensor(node.label, node.op, shape, data and data[1], grad and grad[1])


def trace_of(root: Any) -> Trace:
    """The trace of an object of another class, and of all that it was computed from."""
    # Nothing of what is made here is garbage: looking for it would only visit the whole graph again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _trace_of(root)
    finally:
        if collecting:
            gc.enable()


def _trace_of(root: Any) -> Trace:
    nodes, positions = _collect(root)
    _settle(nodes, positions)
    trace = Trace()
    for node in nodes:
        try:
            _add(trace, node)
        except (TypeError, ValueError, OverflowError) as error:
            raise type(error)(f'{describe(node.value, node.label)} cannot be drawn: {error}') from error
    for i, node in enumerate(nodes):
        for operand in node.operands:
            trace.add_edge(positions[id(operand)], i)
        if len(node.slopes) == len(node.operands):
            for k, slope in enumerate(node.slopes):
                known = number(slope)
                if known is not None:
                    trace.set_local_gradient(i, k, known)
    return trace.select(len(nodes) - 1)

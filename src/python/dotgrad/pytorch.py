"""Traces of PyTorch tensors: their autograd graphs, by `grad_fn`.

An autograd graph has the ops that a tensor was computed by, and its leaves, but not the results between them. Their
data and gradients are drawn where something else has them: a tensor that is still in use (its gradient if it was
retained, `retain_grad()`), or what an op has saved for its backward pass. What is not known is drawn as unknown, and
a gradient that was not retained as one that was not computed.
"""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Mapping
from typing import Any

from ._core import Trace
from .graph import Graph

# Ops that have a sign of their own.
_SIGNS = {'add': '+', 'sub': '-', 'mul': '*', 'div': '/', 'mm': '@', 'bmm': '@', 'mv': '@', 'dot': '@', 'neg': '-',
          'relu': 'ReLU', 't': 'T'}

# By the op: which operands, in their order, it saves under which names.
_SAVED_OPERANDS = {
    'mul': ('self', 'other'), 'div': ('self', 'other'), 'pow': ('self', 'exponent'), 'mm': ('self', 'mat2'),
    'bmm': ('self', 'mat2'), 'mv': ('self', 'vec'), 'dot': ('self', 'tensor'), 'addmm': ('', 'mat1', 'mat2'),
    'log': ('self',), 'sin': ('self',), 'cos': ('self',), 'abs': ('self',), 'silu': ('self',), 'gelu': ('self',),
    'softplus': ('self',), 'nll_loss': ('self',), 'mse_loss': ('self', 'target'), 'linear': ('input', 'weight'),
}

_NUMBERS_MAX = 1 << 22  # of one tensor; of a larger one only the shape is drawn


def is_tensor(value: Any) -> bool:
    """Whether a value is a tensor of PyTorch, without importing that."""
    torch = sys.modules.get('torch')
    return torch is not None and isinstance(value, torch.Tensor)


def op_name(function: Any) -> str:
    """The op of a node of the graph, as its function is called: `log_softmax` for LogSoftmaxBackward0."""
    name = re.sub(r'Backward\d*$', '', type(function).__name__)
    return re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', name).lower() or name


def _saved(function: Any, name: str) -> Any:
    """What a node has saved under a name; None where it has nothing, or where that was freed."""
    try:
        return getattr(function, f'_saved_{name}', None)
    except RuntimeError:
        return None


def _doubles(tensor: Any) -> Any:
    """The elements as a buffer of doubles; None where there is none of them, or too many."""
    if tensor is None or tensor.is_complex() or tensor.is_sparse or tensor.numel() > _NUMBERS_MAX or tensor.is_meta:
        return None
    import torch

    return tensor.detach().to('cpu', torch.float64).contiguous().numpy()


class _Reader:
    """Reads an autograd graph into a trace."""

    def __init__(self, root: Any, names: Mapping[str, Any], show_attrs: bool, show_saved: bool, chars: int) -> None:
        self.trace = Trace()
        self.names = {id(tensor): name for name, tensor in names.items() if is_tensor(tensor)}
        self.show_attrs, self.show_saved, self.chars = show_attrs, show_saved, chars
        self.functions: list[Any] = []  # each before what it was computed from
        self.nodes: dict[tuple[int, int], int] = {}
        self.tensors: dict[tuple[int, int], Any] = {}
        self.results: dict[int, set[int]] = {id(root.grad_fn): {root.output_nr}}
        self.made: dict[int, list[tuple[int, int]]] = {}  # the results of a function and their nodes
        self._find_functions(root.grad_fn)
        self._find_tensors([root, *(tensor for tensor in names.values() if is_tensor(tensor))])

    def _find_functions(self, root: Any) -> None:
        """All functions below a root, each after all that use it, and which of their results are used."""
        done: list[Any] = []
        entered = {root}
        path = [(root, iter(root.next_functions))]
        while path:
            function, below = path[-1]
            for operand, k in below:
                if operand is None:
                    continue
                self.results.setdefault(id(operand), set()).add(k)
                if operand not in entered:
                    entered.add(operand)
                    path.append((operand, iter(operand.next_functions)))
                    break
            else:
                path.pop()
                done.append(function)
        self.functions = done[::-1]

    def _find_tensors(self, given: list[Any]) -> None:
        """The tensors that hold results of the functions: those given, and others that are in use."""
        import torch

        known = {id(function) for function in self.functions}
        others = [o for o in gc.get_objects() if type(o) is torch.Tensor]
        for tensor in given + others:
            function = tensor.grad_fn
            if function is not None and id(function) in known:
                self.tensors.setdefault((id(function), tensor.output_nr), tensor)

    def _add(self, label: str, op: str, source: Any, grad: Any) -> int:
        """A node with what is known of a tensor; with nothing where there is none."""
        if source is None:
            return self.trace.add_node(label, op, None, None)
        numbers, slopes = _doubles(source), _doubles(grad)
        if source.dim() == 0 and numbers is not None:
            return self._with_dtype(self.trace.add_node(label, op, float(numbers),
                                                        None if slopes is None else float(slopes)), source)
        if numbers is None and slopes is None:
            return self._with_dtype(self.trace.add_tensor(label, op, tuple(source.shape), None, None), source)
        return self._with_dtype(self.trace.add_tensor(label, op, tuple(source.shape), numbers, slopes), source)

    def _with_dtype(self, node: int, tensor: Any) -> int:
        self.trace.set_text('dtype', node, str(tensor.dtype).removeprefix('torch.'))
        return node

    def _leaf(self, function: Any) -> None:
        tensor = function.variable
        label = self.names.get(id(tensor), '')
        self._made(function, 0, self._add(label, '', tensor, tensor.grad))

    def _made(self, function: Any, k: int, node: int) -> None:
        self.nodes[id(function), k] = node
        self.made.setdefault(id(function), []).append((k, node))

    def _operand_values(self) -> dict[tuple[int, int], Any]:
        """What ops have saved of their operands and of their results, by the function that computed it."""
        values: dict[tuple[int, int], Any] = {}
        for function in self.functions:
            for (operand, k), name in zip(function.next_functions, _SAVED_OPERANDS.get(op_name(function), ())):
                saved = _saved(function, name) if operand is not None and name else None
                if is_tensor(saved):
                    values.setdefault((id(operand), k), saved)
            result = _saved(function, 'result')
            if is_tensor(result):
                values.setdefault((id(function), 0), result)
        return values

    def _result(self, function: Any, k: int, values: Mapping[tuple[int, int], Any]) -> None:
        """Adds the node of result k of a function."""
        key = id(function), k
        tensor = self.tensors.get(key)
        name = op_name(function)
        label = self.names.get(id(tensor), '') if tensor is not None else ''
        grad = tensor.grad if tensor is not None and tensor.retains_grad else None
        node = self._add(label, _SIGNS.get(name, name), tensor if tensor is not None else values.get(key), grad)
        self._made(function, k, node)
        self.trace.set_attribute(node, 'function', type(function).__name__)
        if self.show_attrs:
            self._set_attributes(node, function)

    def _saved_names(self, function: Any) -> list[str]:
        return [name.removeprefix('_saved_') for name in dir(function) if name.startswith('_saved_')]

    def _set_attributes(self, node: int, function: Any) -> None:
        for name in self._saved_names(function):
            value = _saved(function, name)
            if value is not None:
                text = f'tensor of {tuple(value.shape)}' if is_tensor(value) else str(value)
                self.trace.set_attribute(node, name, text[:self.chars])

    def read(self, root: Any) -> Trace:
        values = self._operand_values()
        for function in self.functions:
            if hasattr(function, 'variable'):
                self._leaf(function)
                continue
            for k in sorted(self.results[id(function)]):
                self._result(function, k, values)
        for function in self.functions:
            self._connect(function)
        return self.trace.select(self.nodes[id(root.grad_fn), root.output_nr])

    def _connect(self, function: Any) -> None:
        """Adds the edges to the results of a function."""
        results = self.made[id(function)]
        for _, node in results:
            for operand, k in function.next_functions:
                if operand is not None:
                    self.trace.add_edge(self.nodes[id(operand), k], node)
            if self.show_saved:
                self._add_saved(function, node)
        if len(results) > 1:
            for k, node in results:
                self.trace.set_result_of(node, results[0][1], k)

    def _add_saved(self, function: Any, node: int) -> None:
        """Adds the tensors that a function has saved as operands of their own."""
        for name in self._saved_names(function):
            value = _saved(function, name)
            if is_tensor(value) and name != 'result':
                saved = self._add(f'saved {name}', '', value, None)
                self.trace.add_edge(saved, node)


def trace_of(root: Any, params: Mapping[str, Any] | None = None, show_attrs: bool = False, show_saved: bool = False,
             max_attr_chars: int = 50) -> Trace:
    """The trace of a tensor."""
    if root.grad_fn is None:
        trace = Trace()
        names = {id(tensor): name for name, tensor in (params or {}).items()}
        numbers, grad = _doubles(root), _doubles(root.grad if root.is_leaf else None)
        if root.dim() == 0 and numbers is not None:
            trace.add_node(names.get(id(root)), '', float(numbers), None if grad is None else float(grad))
        else:
            trace.add_tensor(names.get(id(root)), '', tuple(root.shape), numbers, grad)
        return trace
    return _Reader(root, params or {}, show_attrs, show_saved, max_attr_chars).read(root)


def make_dot(var: Any, params: Mapping[str, Any] | None = None, show_attrs: bool = False, show_saved: bool = False,
             max_attr_chars: int = 50, **options: Any) -> Graph:
    """Draws the autograd graph of a PyTorch tensor.

    :param var: the tensor
    :param params: names of tensors: `dict(model.named_parameters())`
    :param show_attrs: whether what ops have saved is in their tooltips
    :param show_saved: whether tensors that ops have saved are drawn as operands
    :param max_attr_chars: the most characters of one of these
    :param options: as for `draw_dot`
    """
    if not is_tensor(var):
        raise TypeError(f'make_dot() takes a tensor of PyTorch, not an object of the class {type(var).__name__}')
    return Graph(trace_of(var, params, show_attrs, show_saved, max_attr_chars), options)

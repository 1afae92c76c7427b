"""Arrays in and out of tensors: NumPy's where it is there, nested lists and buffers anywhere."""

from __future__ import annotations

import array
import sys
from collections.abc import Iterator
from typing import Any


def doubles(data: Any) -> tuple[tuple[int, ...], Any]:
    """The shape of an array, of nested lists or of a number, and its elements as a buffer of doubles."""
    numpy = sys.modules.get('numpy')
    if numpy is not None and isinstance(data, (numpy.ndarray, numpy.generic)):
        if numpy.iscomplexobj(data) or data.dtype.kind not in 'fiub':
            raise TypeError(f'a tensor cannot have elements of the type {data.dtype}')
        made = numpy.ascontiguousarray(data, dtype=numpy.float64)
        return tuple(data.shape), made
    try:
        view = memoryview(data)
    except TypeError:
        shape = _shape(data)
        return shape, array.array('d', _elements(data, shape))
    if view.format == 'd' and view.c_contiguous:
        return tuple(view.shape or ()), view
    return tuple(view.shape or ()), array.array('d', _elements(view.tolist(), tuple(view.shape or ())))


def _shape(data: Any) -> tuple[int, ...]:
    shape = []
    while isinstance(data, (list, tuple)):
        shape.append(len(data))
        if not data:
            break
        data = data[0]
    return tuple(shape)


def _elements(data: Any, shape: tuple[int, ...]) -> Iterator[float]:
    if not shape:
        if isinstance(data, (list, tuple)):
            raise ValueError('the lists of a tensor must have the same depth everywhere')
        if isinstance(data, (str, complex)):
            raise TypeError(f"a tensor's elements must be numbers, not '{type(data).__name__}'")
        yield float(data)
        return
    if not isinstance(data, (list, tuple)) or len(data) != shape[0]:
        raise ValueError('the lists of a tensor must have the same length in each dimension')
    for part in data:
        yield from _elements(part, shape[1:])


def shaped(data: bytes, shape: tuple[int, ...]) -> Any:
    """The doubles in that shape: an array of NumPy where it can be imported, else a memoryview."""
    try:
        import numpy
    except ImportError:
        return memoryview(data).cast('d', list(shape)) if 0 not in shape else memoryview(data).cast('d')
    return numpy.frombuffer(bytearray(data), dtype=numpy.float64).reshape(shape)

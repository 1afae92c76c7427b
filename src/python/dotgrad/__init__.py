"""dotgrad: computation graphs with values and gradients, drawn.

    from dotgrad import Value, draw_dot

    a = Value(2.0, label='a')
    b = Value(-3.0, label='b')
    L = (a * b).tanh()
    L.backward()
    draw_dot(L)

`Value` is the class of the micrograd lectures, with its values in an engine written in C. `draw_dot` draws what a
value was computed from: a value of dotgrad, or an object of any class that looks like the lectures' `Value`. It
needs neither Graphviz's programs nor a temporary file. `dotgrad.nn` has neurons, layers and MLPs.
"""

from __future__ import annotations

from typing import Any

from . import nn
from ._core import Tensor, Value, collect, concat, cross_entropy, grad, stack
from ._core import version as __version__
from .graph import Graph, display_formats, draw_dot, from_json, set_display_formats, trace
from .pytorch import make_dot
from .program import ProgramError, draw_program
from .scopes import scope

__all__ = [
    'Graph', 'ProgramError', 'Tensor', 'Value', '__version__', 'collect', 'concat', 'cross_entropy', 'display_formats', 'draw_dot', 'draw_program', 'grad',
    'from_json', 'make_dot', 'nn', 'scope', 'set_display_formats', 'stack', 'trace',
]


def load_ipython_extension(ipython: Any) -> None:
    """Makes `%%dotgrad` known to IPython: `%load_ext dotgrad`."""
    from .magic import register

    register(ipython)

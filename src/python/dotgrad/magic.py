"""`%%dotgrad`: a notebook's cell in the .dg language."""

from __future__ import annotations

import argparse
import shlex
from typing import Any, NoReturn

from .program import draw_program


class _Parser(argparse.ArgumentParser):
    """A parser that raises where the usual one ends the process."""

    def error(self, message: str) -> NoReturn:
        from IPython.core.error import UsageError

        raise UsageError(f'%%dotgrad: {message}')


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog='%%dotgrad', add_help=False, allow_abbrev=False,
                     description='Runs the cell in the .dg language and draws its graph.')
    parser.add_argument('-r', '--root', default='', help='the name of the value to draw')
    parser.add_argument('-T', '--format', default='svg', help='svg; or dot, json, table, report: the text is printed')
    parser.add_argument('--to', default=None, metavar='NAME', help='keep the Graph as this variable')
    parser.add_argument('--labels', choices=('names', 'explicit'), default='names')
    for name in ('direction', 'style', 'show', 'numbers', 'edges', 'color', 'theme', 'highlight', 'why', 'title', 'description',
                 'layout', 'frames', 'id-prefix', 'fold', 'open'):
        parser.add_argument(f'--{name}')
    for name in ('font-size', 'scale', 'fit'):
        parser.add_argument(f'--{name}', type=float)
    parser.add_argument('--frame', type=int)
    parser.add_argument('--legend', action='store_true', default=None)
    parser.add_argument('--findings', action='store_true', default=None)
    parser.add_argument('--no-size', action='store_true', default=None)
    parser.add_argument('--whole-leaves', action='store_true', default=None)
    return parser


def register(ipython: Any) -> None:
    """Makes the magic known to a shell of IPython."""

    def dotgrad(line: str, cell: str) -> Any:
        arguments = vars(_parser().parse_args(shlex.split(line)))
        keep, labels, kind = arguments.pop('to'), arguments.pop('labels'), arguments['format']
        graph = draw_program(cell, name='<cell>', first_line=2, explicit_labels=labels == 'explicit', **arguments)
        if keep:
            ipython.user_ns[keep] = graph
        if kind in ('dot', 'json', 'table', 'report'):
            print(graph.pipe(kind, encoding='utf-8'), end='')
            return None
        return graph

    dotgrad.__doc__ = _parser().format_help()
    ipython.register_magic_function(dotgrad, 'cell', 'dotgrad')

"""Programs in the .dg language."""

from __future__ import annotations

from typing import Any

from . import _core
from .graph import Graph


class ProgramError(SyntaxError):
    """A program is wrong: with the line, the column and the source line, as Python's own errors have them."""


def _error(text: str, name: str, first_line: int, diagnostics: list[tuple[int, int, int, str, str]]) -> ProgramError:
    lines = text.split('\n')
    line, column, length, message, hint = diagnostics[0]
    source = lines[line - 1] if 0 < line <= len(lines) else ''
    data = source.encode('utf-8', 'replace')
    start = len(data[:column - 1].decode('utf-8', 'replace')) + 1
    end = start + max(1, len(data[column - 1:column - 1 + length].decode('utf-8', 'replace')))
    at = line + first_line - 1
    error = ProgramError(f'{message}; {hint}' if hint else message, (name, at, start, source, at, end))
    for line, column, _, message, hint in diagnostics[1:]:
        error.add_note(f'{name}:{line + first_line - 1}:{column}: {message}' + (f'; {hint}' if hint else ''))
    return error


def draw_program(text: str, root: str = '', *, name: str = '<program>', first_line: int = 1,
                 explicit_labels: bool = False, format: str = 'svg', **options: Any) -> Graph:
    """Runs a program in the .dg language and draws its graph.

    :param text: the program
    :param root: the name of the value to draw; the program's own choice where there is none
    :param name: what messages call the program
    :param first_line: the number of its first line in messages
    :param explicit_labels: whether only `label=` and `.label` give labels
    :param options: as for `draw_dot`
    :raises ProgramError: for a program that is wrong
    """
    trace, rankdir, diagnostics = _core.run_program(text, name=name, root=root, explicit_labels=explicit_labels)
    if diagnostics:
        raise _error(text, name, first_line, diagnostics)
    if trace is None:
        raise ValueError(f"the program has no value '{root}'" if root else 'the program makes no value')
    if options.get('direction') is None and rankdir is not None:
        options['direction'] = rankdir
    return Graph(trace, options, format)

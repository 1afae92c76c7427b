"""Pictures: `draw_dot` and the `Graph` that it returns."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from . import _core, foreign

_displayed: dict[str, int] = {}
_display_formats: tuple[str, ...] = ('html', 'svg')

_MIME_TYPES = {
    'html': 'text/html',
    'svg': 'image/svg+xml',
    'png': 'image/png',
    'pdf': 'application/pdf',
}


def set_display_formats(*formats: str) -> None:
    """Chooses what notebooks get of a picture: of 'html', 'svg', 'png' and 'pdf'; at first 'html' and 'svg'.

    A notebook that is converted to LaTeX needs 'pdf': `set_display_formats('html', 'svg', 'pdf')`.
    """
    global _display_formats
    for name in formats:
        if name not in _MIME_TYPES:
            raise ValueError(f"a display format must be html, svg, png or pdf, not '{name}'")
    _display_formats = tuple(formats)


def display_formats() -> tuple[str, ...]:
    """What notebooks get of a picture: see `set_display_formats`."""
    return _display_formats


def _fold_text(names: str | int | Iterable[str]) -> str:
    """What to fold or open, as the command's option has it."""
    if isinstance(names, str):
        return names
    return str(names) if isinstance(names, int) else ','.join(names)


class Graph:
    """A drawn graph. A notebook shows it; `.svg`, `.source`, `.json` and `.table` are its texts.

    It is a snapshot: what happens to the values later does not change it. The methods `save`, `render` and `pipe`
    work as those of the package graphviz do, without its programs.
    """

    def __init__(self, trace: _core.Trace, options: Mapping[str, Any] | None = None, format: str = 'svg') -> None:
        self._trace = trace
        self._options = {key: _fold_text(value) if key in ('fold', 'open') else value
                         for key, value in (options or {}).items() if value is not None}
        _core.check_options(**self._options)
        self.format = format

    def __repr__(self) -> str:
        return f'<dotgrad.Graph of {self._trace.node_count()} values>'

    def _bytes(self, format: str, **more: Any) -> bytes:
        return self._trace.render(format, **{**self._options, **more})

    @property
    def svg(self) -> str:
        """The picture as an SVG document."""
        return self._bytes('svg').decode('utf-8')

    @property
    def source(self) -> str:
        """Graphviz source of the lectures' picture."""
        return self._bytes('dot').decode('utf-8')

    @property
    def json(self) -> str:
        """The graph as JSON, which `from_json` and the command read."""
        return self._bytes('json').decode('utf-8')

    @property
    def table(self) -> str:
        """The values and gradients as a table."""
        return self._bytes('table').decode('utf-8')

    def report(self) -> str:
        """What is found about the gradients, worst first, and summaries by scope and by parameter."""
        return self._bytes('report').decode('utf-8')

    def why(self, name: str, json: bool = False) -> str:
        """Why the gradient of the value of that label or id is what it is, as text or as JSON."""
        return self._trace.why(self._node(name), json)

    def _node(self, name: str) -> int:
        node = self._trace.find(name)
        if node is None:
            raise ValueError(f"the graph has no value '{name}'")
        return node

    def fold(self, fold: str | int | Iterable[str] = 'auto', open: str | Iterable[str] | None = None,
             whole_leaves: bool | None = None) -> Graph:
        """The same graph with scopes folded into boxes: see `draw_dot`."""
        return self.options(fold=fold, open=open, whole_leaves=whole_leaves)

    def around(self, name: str, distance: int = 2) -> Graph:
        """The part of the graph that is at most `distance` edges from the value of that label or id."""
        return Graph(self._trace.around(self._node(name), distance), self._options, self.format)

    def between(self, a: str, b: str) -> Graph:
        """The part of the graph that is on paths from one value to the other."""
        return Graph(self._trace.between(self._node(a), self._node(b)), self._options, self.format)

    def options(self, **options: Any) -> Graph:
        """The same graph drawn with other options: see `draw_dot`."""
        return Graph(self._trace, {**self._options, **options}, self.format)

    def pipe(self, format: str | None = None, *_ignored: Any, encoding: str | None = None, **_also: Any) -> Any:
        """The picture as bytes; as a str where an encoding is given."""
        data = self._bytes(format or self.format)
        return data if encoding is None else data.decode(encoding)

    def save(self, path: str | os.PathLike[str], directory: str | os.PathLike[str] | None = None) -> str:
        """Writes the picture into a file, in the format of its extension, and returns the path."""
        target = Path(directory or '', path)
        suffix = target.suffix.lstrip('.').lower()
        _core.write_file(os.fspath(target), self._bytes(suffix or self.format))
        return str(target)

    def render(self, filename: str | os.PathLike[str] | None = None, directory: str | os.PathLike[str] | None = None,
               view: bool = False, cleanup: bool = False, format: str | None = None, *_ignored: Any,
               outfile: str | os.PathLike[str] | None = None, **_also: Any) -> str:
        """Writes FILENAME, with the Graphviz source, and FILENAME.FORMAT, as graphviz's method does.

        :param view: opens the picture in the program that is there for it
        :param cleanup: leaves out the source
        :param outfile: writes the picture there instead
        :return: the path of the picture
        """
        if outfile is not None:
            rendered = self.save(outfile)
        else:
            kind = (format or self.format).lower()
            source = Path(directory or '', filename or 'Graph.gv')
            source.parent.mkdir(parents=True, exist_ok=True)
            rendered = f'{source}.{kind}'
            _core.write_file(rendered, self._bytes(kind))
            if not cleanup:
                _core.write_file(os.fspath(source), self._bytes('dot'))
        if view:
            self._open(rendered)
        return rendered

    def view(self, filename: str | os.PathLike[str] | None = None, directory: str | os.PathLike[str] | None = None,
             cleanup: bool = False, *_ignored: Any, **_also: Any) -> str:
        """Renders the picture and opens it."""
        return self.render(filename, directory, view=True, cleanup=cleanup)

    @staticmethod
    def _open(path: str) -> None:
        import webbrowser

        webbrowser.open(Path(path).resolve().as_uri())

    def _unique_prefix(self) -> str:
        """What the ids of one display begin with: of the content, and counted where the same is shown again."""
        content = self._bytes('json') + repr(sorted(self._options.items(), key=lambda item: item[0])).encode()
        prefix = 'dg' + hashlib.sha256(content).hexdigest()[:12]
        _displayed[prefix] = count = _displayed.get(prefix, 0) + 1
        return prefix if count == 1 else f'{prefix}-{count}'

    def _id_prefix(self) -> str:
        given = self._options.get('id_prefix')
        return str(given) if given is not None else self._unique_prefix()

    def _repr_svg_(self) -> str:
        return self._bytes('svg', id_prefix=self._id_prefix()).decode('utf-8')

    def _repr_mimebundle_(self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None,
                          **_also: Any) -> dict[str, Any]:
        wanted = {_MIME_TYPES[name]: name for name in _display_formats}
        if include is not None:
            names = {mime: name for name, mime in _MIME_TYPES.items()}
            wanted = {mime: names[mime] for mime in include if mime in names}
        prefix = self._id_prefix()
        bundle: dict[str, Any] = {'text/plain': repr(self)}
        for mime, name in wanted.items():
            if exclude is not None and mime in exclude:
                continue
            data = self._bytes('svg_inline' if name == 'html' else name, id_prefix=prefix)
            bundle[mime] = data.decode('utf-8') if name in ('html', 'svg') else data
        return bundle


def draw_dot(root: Any, format: str = 'svg', rankdir: str | None = None, *, direction: str | None = None,
             style: str | None = None, show: str | Iterable[str] | None = None, numbers: str | None = None,
             edges: str | None = None, color: str | None = None, theme: str | None = None,
             highlight: str | None = None, why: str | None = None,
             fold: str | int | Iterable[str] | None = None, open: str | Iterable[str] | None = None,
             whole_leaves: bool | None = None,
             legend: bool | None = None, findings: bool | None = None, title: str | None = None, description: str | None = None,
             font_size: float | None = None, scale: float | None = None, fit: float | None = None,
             layout: str | None = None, frames: str | None = None, frame: int | None = None,
             id_prefix: str | None = None, no_size: bool | None = None,
             params: Mapping[str, Any] | None = None) -> Graph:
    """Draws what `root` was computed from: a value of dotgrad, an object that looks like the lectures' `Value`, or a
    tensor of PyTorch.

    :param root: the value; see `dotgrad.foreign` for objects of other classes
    :param format: of `render` and `pipe` where they are not told one: 'svg', 'png', 'pdf', 'dot', 'json', 'table', 'report'
    :param rankdir: another name of `direction`
    :param direction: where the data flows: 'LR', 'TB', 'RL', 'BT' or 'auto'
    :param style: 'record', 'wire' or 'merged'
    :param show: what stands in the picture, of 'label,data,grad,op,shape,words'
    :param numbers: 'auto', or a printf format such as '%.3g'
    :param edges: what edges say: 'none', 'local' or 'contribution'
    :param color: what colours say: 'none', 'grad' or 'data'
    :param theme: 'auto', 'light' or 'dark'
    :param highlight: a value ('NAME') or all paths between two ('NAME..NAME')
    :param why: the value whose gradient is explained by the largest paths by which it comes
    :param fold: which scopes are one box each: 'none', 'auto' (until about 60 boxes are left), a depth, 1 for the
        outermost, or names of scopes
    :param open: names of scopes that are not folded, with all around them
    :param whole_leaves: whether leaves with many uses are drawn once, and not at each use
    :param legend: whether colours and words are explained below the picture
    :param findings: whether what is found about gradients has badges on its values and a list below
    :param title: the title for readers who do not see the picture; `description` likewise
    :param font_size: the size of text in points
    :param scale: the size of the picture
    :param fit: the width of the column, for the direction 'auto'
    :param layout: 'flow', or 'dot' for Graphviz's
    :param frames: 'backward' for one picture for each step of the backward pass; `frame` chooses one
    :param id_prefix: what ids in the SVG begin with; in notebooks it is made so that no two are the same
    :param no_size: whether the SVG has no width and height
    :param params: names of the tensors of a graph of PyTorch: `dict(model.named_parameters())`
    :raises TypeError: for an object that cannot be drawn, with the reason
    :raises ValueError: for a graph with a cycle, and for options that make no sense
    """
    options = dict(locals())
    for name in ('root', 'format', 'rankdir', 'params'):
        del options[name]
    options['direction'] = direction or rankdir
    if show is not None and not isinstance(show, str):
        options['show'] = ','.join(show)
    return Graph(trace_of(root, params), options, format)


def trace_of(root: Any, params: Mapping[str, Any] | None = None) -> _core.Trace:
    """The trace of a value of dotgrad, of another class, or of a tensor of PyTorch."""
    if isinstance(root, _core.Value):
        return _core.trace_from_value(root)
    if 'torch' in sys.modules:
        from . import pytorch

        if pytorch.is_tensor(root):
            return pytorch.trace_of(root, params)
    if not foreign.is_drawable(root):
        raise TypeError("draw_dot() takes a value, or an object with 'data' and '_prev', not "
                        f'{foreign.describe(root)}')
    return foreign.trace_of(root)


def from_json(text: str) -> Graph:
    """The graph that a JSON text describes, of `Graph.json` or of the command."""
    return Graph(_core.trace_from_json(text))


def trace(root: Any) -> tuple[set[Any], set[tuple[Any, Any]]]:
    """The values below `root`, itself included, and the edges (operand, value), as the lectures' `trace` has them."""
    nodes: set[Any] = set()
    edges: set[tuple[Any, Any]] = set()
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if value in nodes:
            continue
        nodes.add(value)
        for operand in foreign.operands_of(value)[0]:
            edges.add((operand, value))
            waiting.append(operand)
    return nodes, edges

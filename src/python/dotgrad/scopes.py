"""Scopes: names for the parts of a computation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from . import _core


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Values made inside belong to the scope `name`, inside the scopes that are open.

        with scope('loss'):
            L = ((y - 1.0)**2).log()
    """
    _core.scope_begin(name)
    try:
        yield
    finally:
        _core.scope_end()

#!/usr/bin/env python3
"""Doxygen's INPUT_FILTER: makes pictures of \\dotgrad{FILE} and \\dotgrad[OPTIONS]{FILE,TITLE} in comments.

    dotgrad_doxygen.py [--pictures FOLDER] [--latex FOLDER] [--path FOLDER]... [--allow FOLDER]... SOURCE

writes SOURCE to standard output, each such command as those that Doxygen knows, in the same line; not where
it stands in code. The pictures go to the folder that EXAMPLE_PATH names, and to that of the LaTeX output. See
README.md.
"""

import argparse
import hashlib
import os
import re
import shlex
import subprocess
import sys

# What may stand in the brackets that is an option of the command, which checks its value; a flag takes none.
OPTIONS = ('root', 'labels', 'layout', 'theme', 'direction', 'numbers', 'font-size', 'scale', 'style', 'show', 'color', 'edges', 'fold', 'open', 'around', 'between', 'highlight', 'why', 'threshold', 'fail-on', 'frames', 'frame', 'fit', 'title', 'description')
FLAGS = ('legend', 'findings', 'gradcheck', 'whole-leaves')

COMMAND = re.compile(rb'(?<![\\@])[\\@]dotgrad(?:\[([^][{}\r\n]*)\])?\{\s*([^{},\r\n]+?)\s*(?:,\s*([^{}\r\n]*?)\s*)?\}')


# ---- What is documentation, and what of that is code ----------------------------------------------

# Strings, which may hold what looks like a comment, and comments, by what they are in a source file.
PIECES_OF_C = re.compile(rb'''R"([^(\s\\]{0,16})\(.*?\)\1" | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])+'
    | (?P<doc> /\*[*!].*?\*/ | //[/!][^\n]*(?:\n[ \t]*//[/!][^\n]*)* ) | /\*.*?\*/ | //[^\n]*''', re.S | re.X)
PIECES_OF_PYTHON = re.compile(rb'''(?P<doc> """(?:\\.|[^\\])*?""" | \'{3}(?:\\.|[^\\])*?\'{3}
    | \#[^\n]*(?:\n[ \t]*\#[^\n]*)* ) | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*\'''', re.S | re.X)

# By the extension: the pieces of which some are documentation, and what may stand before a line of that. Of
# files in other languages all is taken for documentation.
C = PIECES_OF_C, re.compile(rb'[ \t]*(?:/\*[*!]+<?|//[/!]+<?|\*(?!/))')
PYTHON = PIECES_OF_PYTHON, re.compile(rb'[ \t]*#+|(?:"""|\'{3})!?')
MARKDOWN = None, re.compile(rb'')
OTHER = None, re.compile(rb'[ \t]*(?:!+[>!<]*|--+!?|#+|\*(?!/))')
KINDS = {'py': PYTHON, 'pyw': PYTHON, 'md': MARKDOWN, 'markdown': MARKDOWN}
KINDS.update((name, C) for name in
             'c cc cxx cpp c++ cppm ixx ipp i++ inl tcc tpp h hh hxx hpp h++ m mm java cs d php inc idl ddl odl ii l '
             'js ts ino rs go kt swift dox txt doc'.split())

ITEM = rb'(?:[-+*]|\d+[.)])[ \t]+'
ITEMS = re.compile(rb'[ \t]*(?:' + ITEM + rb')*')
FENCE = re.compile(rb'[ \t>]*(?:' + ITEM + rb')?(`{3,}(?=[^`\n]*$)|~{3,})', re.M)
# What begins code and the like within a line.
OPENING = re.compile(rb'''(?<![\\@])[\\@](?:(?P<name>code|verbatim|i?literal|dot|msc|htmlonly|latexonly|xmlonly|rtfonly
    |manonly|docbookonly|startuml)\b | f(?P<formula>[$[({])) | (?P<html><!--) | (?<!\\)(?P<ticks>`+)''', re.X)
FORMULA = {b'$': rb'\$', b'[': rb'\]', b'(': rb'\)', b'{': rb'\}'}


def closing(opening):
    """The expression that ends what is no span of code."""
    if opening['html']:
        return re.compile(rb'-->')
    if opening['formula']:
        return re.compile(rb'[\\@]f' + FORMULA[opening['formula']])
    name = opening['name']
    return re.compile(rb'[\\@]end' + (b'uml' if name == b'startuml' else name) + rb'\b')


def end_of_span(text, opening):
    """Where the code between backticks ends, in this line or the next; None where it is none. As in Doxygen,
    `word' is a word in quotes."""
    ticks = len(opening['ticks'])
    rest = b'\n'.join(text[opening.end():].split(b'\n', 2)[:2])
    end = re.search(rb'(?<!`)`{%d}(?!`)' % ticks, rest)
    quote = re.search({1: rb"'(?!\w)", 2: rb"''"}.get(ticks, rb'(?!)'), rest)
    if not end or (quote and quote.start() < end.start()):
        return None
    return opening.end() + end.end()


class Piece:
    """A piece of documentation. Where Doxygen counts columns, `before` is what stands before the first line."""

    def __init__(self, text, leader, before=None):
        self.text, self.leaders, self.before = text, {}, before
        at = 0
        for line in text.split(b'\n'):
            self.leaders[at] = leader.match(line).end() if leader.match(line) else 0
            at += len(line) + 1
        # Without what lines begin with, so that it may be read over their ends.
        self.text = b'\n'.join(re.sub(rb'[^\t]', b' ', text[at:at + self.leaders[at]]) +
                               text[at + self.leaders[at]:self.end_of_line(at)] for at in self.leaders)
        self.indent, self.after_blank, self.in_code = None, False, False

    def end_of_line(self, at):
        end = self.text.find(b'\n', at)
        return len(self.text) if end < 0 else end

    def code(self):
        """The ranges in which no command is one."""
        at = 0
        while at < len(self.text):
            end = self.end_of_line(at)
            fence = FENCE.match(self.text, at)
            if self.is_indented(at, end):
                yield at, end
            elif fence:
                last = re.compile(rb'^[ \t>]*%c{%d,}[ \t\r]*$' % (fence[1][0], len(fence[1])), re.M)
                match = last.search(self.text, end)
                end = match.end() if match else len(self.text)
                yield at, end
            else:
                end = yield from self.code_in_lines(at, end)
            at = end + 1

    def is_indented(self, at, end):
        """Whether this line is code because of its indent, four more than that of the text before it."""
        if self.before is None:
            line = self.text[at + self.leaders[at]:end].expandtabs(4)
        else:
            line = ((b'' if at else re.sub(rb'[^\t]', b' ', self.before)) + self.text[at:end]).expandtabs(4)
        if not line.strip():
            self.after_blank = True
            return False
        indent = len(line) - len(line.lstrip())
        is_code = self.indent is not None and indent >= self.indent + 4 and (self.after_blank or self.in_code)
        self.after_blank, self.in_code = False, is_code
        if not is_code:
            self.indent = ITEMS.match(line).end()
        return is_code

    def code_in_lines(self, at, end):
        """What is in this line, and in those that it goes on in; returns the end of the last."""
        while True:
            opening = OPENING.search(self.text, at, end)
            if not opening:
                return end
            if opening['ticks']:
                at = end_of_span(self.text, opening) or opening.end()
            else:
                match = closing(opening).search(self.text, opening.end())
                at = match.end() if match else len(self.text)
            yield opening.end(), at
            end = max(end, self.end_of_line(at))


def documentation(source, text):
    """The text with spaces in place of all that is not documentation, or is code in it."""
    pieces, usual = KINDS.get(os.path.splitext(source)[1][1:].lower(), OTHER)
    wholes = [match.span() for match in pieces.finditer(text) if match['doc']] if pieces else [(0, len(text))]
    shown = bytearray(re.sub(rb'[^\n]', b' ', text))
    for begin, end in wholes:
        shown[begin:end], leader = text[begin:end], usual
        if pieces is PIECES_OF_PYTHON and text[begin:begin + 1] != b'#' and text[begin - 1:begin] in (b'', b'\n'):
            leader = re.compile(rb'') # Doxygen drops the blanks that a module's docstring begins with
        before = text[text.rfind(b'\n', 0, begin) + 1:begin] if pieces is PIECES_OF_C else None
        for first, last in Piece(text[begin:end], leader, before).code():
            shown[begin + first:begin + last] = re.sub(rb'[^\n]', b' ', text[begin + first:begin + last])
    return bytes(shown)


# ---- Pictures -------------------------------------------------------------------------------------


def complain(source, line, text):
    sys.stderr.write(f'{source}:{line}: error: {text}\n')


def is_within(path, folders):
    real = os.path.realpath(path)
    return any(os.path.commonpath([real, os.path.realpath(folder)]) == os.path.realpath(folder)
               for folder in folders)


def draw(program, output, options):
    """Whether the command drew the program; it says itself what is wrong, and writes whole files only."""
    command = os.environ.get('DOTGRAD') or 'dotgrad'
    try:
        return subprocess.run([command, '-q', *options, '-o', output, '--', program],
                              stdin=subprocess.DEVNULL).returncode == 0
    except (OSError, ValueError) as error:
        sys.stderr.write(f'dotgrad: error: {command} cannot be run: {error}\n')
        return False


def look_of(words, title):
    """The options of the command in the brackets: NAME=VALUE, with quotes around what has blanks, and flags."""
    given = {'title': title}
    for word in shlex.split(words):
        name, _, value = word.partition('=')
        if name not in OPTIONS and name not in FLAGS:
            raise ValueError(f"'{name}' is no option of a picture; there are {', '.join((*OPTIONS, *FLAGS))}")
        given[name] = value or ('' if name in OPTIONS else 'true')
    look = [f'--{name}={given[name]}' for name in OPTIONS if given.get(name)]
    return look + [f'--{name}' for name in FLAGS if given.get(name, 'false') != 'false']


class Filter:
    def __init__(self, arguments):
        self.source, self.pictures, self.latex = arguments.source, arguments.pictures, arguments.latex
        self.folders = [os.path.dirname(self.source), *arguments.path]
        # The project: where Doxygen runs, where the source is, and what was named.
        self.allowed = [os.curdir, *(folder or os.curdir for folder in self.folders), *arguments.allow]
        self.count = 0

    def find(self, name):
        """The path of the program, or why there is none."""
        found = [path for path in (os.path.join(folder, name) for folder in self.folders) if os.path.isfile(path)]
        for path in found:
            if is_within(path, self.allowed):
                return path, None
        return None, (f"'{name}' is outside of the project; --allow names folders that are read, too" if found
                      else f"there is no '{name}' to draw")

    def commands(self, match, line):
        """What Doxygen shall read instead. What cannot be drawn becomes a file that is not there, of which
        Doxygen warns, so that WARN_AS_ERROR makes it an error."""
        words, name, title = ((part or b'').decode('utf-8', 'replace') for part in match.groups())
        self.count += 1
        try:
            look = look_of(words, title)
        except ValueError as error:
            complain(self.source, line, error)
            return rb'\htmlinclude dotgrad-cannot-draw.html '
        program, reason = self.find(name)
        if program is None:
            complain(self.source, line, reason)
            return rb'\htmlinclude dotgrad-cannot-draw.html '
        # One program may be drawn twice in a page, with other ids; in every copy of the project the same.
        here = os.path.relpath(self.source).replace(os.sep, '/')
        key = hashlib.sha256(repr((here, self.count, name)).encode('utf-8', 'replace')).hexdigest()[:12]
        prefix = 'dg-' + key
        html = os.path.join(self.pictures, prefix + '.html')
        # Doxygen lists the images before it filters, so this one goes to where LaTeX will look for it.
        pdf = self.latex and os.path.join(self.latex, prefix + '.pdf')
        if not draw(program, html, ['-Tsvg_inline', f'--id-prefix={prefix}', *look]) or \
                (pdf and not draw(program, pdf, ['-Tpdf', *look])):
            complain(self.source, line, f"'{name}' cannot be drawn")
            return rb'\htmlinclude dotgrad-cannot-draw.html '
        text = (rb'\htmlonly[block]<div class="dotgrad-picture">\endhtmlonly '
                rb'\htmlinclude[block] %s.html \htmlonly[block]</div>\endhtmlonly ' % prefix.encode())
        if pdf:
            # A box and no paragraph of its own: a brief stands in the lists of contents, too.
            text += (rb'\latexonly\makebox[\linewidth]{\adjustbox{max width=\linewidth,max height=.8\textheight}{\includegraphics{%s}}}'
                     rb'\endlatexonly ' % prefix.encode())
        return text

    def run(self, out):
        with open(self.source, 'rb') as file:
            text = file.read()
        at, line = 0, 1
        for match in COMMAND.finditer(documentation(self.source, text) if b'dotgrad{' in text or b'dotgrad[' in text else b''):
            line += text.count(b'\n', at, match.start())
            out.write(text[at:match.start()] + self.commands(match, line))
            line += text.count(b'\n', match.start(), match.end())
            at = match.end()
        out.write(text[at:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--pictures', default='dotgrad-pictures')
    parser.add_argument('--latex')
    parser.add_argument('--path', action='append', default=[])
    parser.add_argument('--allow', action='append', default=[])
    parser.add_argument('source')
    arguments = parser.parse_args()
    for folder in (arguments.pictures, arguments.latex):
        if folder:
            os.makedirs(folder, exist_ok=True)
    Filter(arguments).run(sys.stdout.buffer)


if __name__ == '__main__':
    main()

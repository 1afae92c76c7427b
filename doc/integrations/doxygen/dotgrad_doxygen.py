#!/usr/bin/env python3
"""Doxygen's INPUT_FILTER: makes pictures of \\dotgrad{FILE} and \\dotgrad{FILE,TITLE} in comments.

    dotgrad_doxygen.py [--pictures FOLDER] [--latex FOLDER] [--path FOLDER]... SOURCE

writes SOURCE to standard output, each such command as those that Doxygen knows, in the same line. The
pictures go to the folder that EXAMPLE_PATH names, and to that of the LaTeX output. See README.md.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys

COMMAND = re.compile(rb'(?<![\\@])[\\@]dotgrad\{\s*([^{},\r\n]+?)\s*(?:,\s*([^{}\r\n]*?)\s*)?\}')


def complain(source, line, text):
    sys.stderr.write(f'{source}:{line}: error: {text}\n')


def find(name, source, folders):
    for folder in [os.path.dirname(source), *folders]:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    return None


def draw(program, output, options):
    """Whether the command drew the program; it says itself what is wrong, and writes whole files only."""
    command = os.environ.get('DOTGRAD') or 'dotgrad'
    try:
        return subprocess.run([command, '-q', *options, '-o', output, '--', program],
                              stdin=subprocess.DEVNULL).returncode == 0
    except (OSError, ValueError) as error:
        sys.stderr.write(f'dotgrad: error: {command} cannot be run: {error}\n')
        return False


class Filter:
    def __init__(self, source, pictures, latex, folders):
        self.source, self.pictures, self.latex, self.folders = source, pictures, latex, folders
        self.count = 0

    def commands(self, match, line):
        """What Doxygen shall read instead. What cannot be drawn becomes a file that is not there, of which
        Doxygen warns, so that WARN_AS_ERROR makes it an error."""
        name, title = match[1].decode('utf-8', 'replace'), (match[2] or b'').decode('utf-8', 'replace')
        self.count += 1
        program = find(name, self.source, self.folders)
        if program is None:
            complain(self.source, line, f"there is no '{name}' to draw")
            return rb'\htmlinclude dotgrad-cannot-draw.html '
        # One program may be drawn twice in a page, with other ids.
        key = hashlib.sha256(repr((self.source, self.count, name)).encode()).hexdigest()[:12]
        prefix = 'dg-' + key
        options = ['--id-prefix=' + prefix] + (['--title=' + title] if title else [])
        html = os.path.join(self.pictures, prefix + '.html')
        # Doxygen lists the images before it filters, so this one goes to where LaTeX will look for it.
        pdf = self.latex and os.path.join(self.latex, prefix + '.pdf')
        if not draw(program, html, ['-Tsvg_inline', *options]) or (pdf and not draw(program, pdf, ['-Tpdf'])):
            complain(self.source, line, f"'{name}' cannot be drawn")
            return rb'\htmlinclude dotgrad-cannot-draw.html '
        text = (rb'\htmlonly[block]<div class="dotgrad-picture">\endhtmlonly '
                rb'\htmlinclude[block] %s.html \htmlonly[block]</div>\endhtmlonly ' % prefix.encode())
        if pdf:
            text += (rb'\latexonly\begin{center}\adjustbox{max width=\linewidth}{\includegraphics{%s}}'
                     rb'\end{center}\endlatexonly ' % prefix.encode())
        return text

    def run(self, out):
        with open(self.source, 'rb') as file:
            for line, text in enumerate(file, 1):
                out.write(COMMAND.sub(lambda match: self.commands(match, line), text))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--pictures', default='dotgrad-pictures')
    parser.add_argument('--latex')
    parser.add_argument('--path', action='append', default=[])
    parser.add_argument('source')
    arguments = parser.parse_args()
    for folder in (arguments.pictures, arguments.latex):
        if folder:
            os.makedirs(folder, exist_ok=True)
    Filter(arguments.source, arguments.pictures, arguments.latex, arguments.path).run(sys.stdout.buffer)


if __name__ == '__main__':
    main()

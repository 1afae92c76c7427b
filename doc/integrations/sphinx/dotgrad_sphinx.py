"""The directive ``dotgrad`` of Sphinx: draws a program's computation graph with the command dotgrad.

    .. dotgrad::
       :alt: how L depends on a and b

       a = 2.0; b = -3.0
       L = a*b
       L.backward()

or ``.. dotgrad:: file.dg``. Pictures are drawn while pages are read and kept beside the doctrees, under
a name made of all that they depend on. See README.md.
"""

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)


class DrawingFailed(Exception):
    """What the command wrote to standard error."""


class dotgrad(nodes.General, nodes.Element):
    """A picture. program (text) or file (path); arguments, prefix, title: what it is called, words: what
    it shows."""


def command(config):
    value = config.dotgrad or os.environ.get('DOTGRAD') or 'dotgrad'
    return [value] if isinstance(value, str) else list(value)


def draw(app, extension, arguments, program, place=()):
    """The path of the picture. It is drawn unless it is there; dotgrad writes files whole or not at all.
    The place is for error messages and changes nothing in the picture."""
    key = json.dumps([app.config.dotgrad_version, extension, arguments, hashlib.sha256(program).hexdigest()])
    folder = Path(app.doctreedir) / 'dotgrad'
    picture = folder / (hashlib.sha256(key.encode()).hexdigest() + '.' + extension)
    if picture.exists():
        return picture
    folder.mkdir(parents=True, exist_ok=True)
    call = [*command(app.config), '-q', f'-T{extension}', '-o', str(picture), *arguments, *place]
    try:
        done = subprocess.run(call, input=program, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except (OSError, ValueError) as error:
        raise DrawingFailed(f'dotgrad: error: {call[0]} cannot be run: {error}')
    if done.returncode != 0:
        raise DrawingFailed(done.stderr.decode('utf-8', 'replace') or
                            f'dotgrad: error: {call[0]} ended with status {done.returncode}')
    return picture


def words_of(picture):
    """The title and the description of an SVG file."""
    found = ['', '']
    for _, element in ElementTree.iterparse(picture):
        for i, tag in enumerate(('title', 'desc')):
            if element.tag == '{http://www.w3.org/2000/svg}' + tag and not found[i]:
                found[i] = element.text or ''
        if all(found):
            break
    return found


def align(argument):
    return directives.choice(argument, ('left', 'center', 'right'))


class DotgradDirective(SphinxDirective):
    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {
        'alt': directives.unchanged_required,
        'root': directives.unchanged_required,
        'name': directives.unchanged,
        'class': directives.class_option,
        'align': align,
        'caption': directives.unchanged_required,
    }

    def run(self):
        source, line = self.get_source_info()
        if bool(self.arguments) == bool(''.join(self.content).strip()):
            return self.wrong('a file or a program is needed, not both', f'{source}:{line}')
        node = dotgrad()
        if self.arguments:
            name, path = self.env.relfn2path(self.arguments[0])
            self.env.note_dependency(name)
            try:
                program = Path(path).read_bytes()
            except (OSError, ValueError) as error:
                return self.wrong(f'{name!r} cannot be read: {error}', f'{source}:{line}')
            host, first = path, 0
            kind = ['--from=json'] if path.endswith('.json') else []
        else:
            program = ('\n'.join(self.content) + '\n').encode('utf-8', 'replace')
            host, first = self.place()
            kind = []
        look = kind + list(self.config.dotgrad_options)
        if 'alt' in self.options:
            look.append('--title=' + ' '.join(self.options['alt'].split()))
        if 'root' in self.options:
            look.append('--root=' + self.options['root'])

        # All that is on one page has ids of its own, and keeps them when other pictures come and go.
        key = hashlib.sha256(json.dumps([self.env.docname, look]).encode() + program).hexdigest()[:12]
        serial = self.env.new_serialno('dotgrad ' + key)
        prefix = f'dg-{key}-{serial}' if serial else f'dg-{key}'
        try:
            picture = draw(self.env.app, 'svg_inline', ['--id-prefix=' + prefix, *look], program,
                           [f'--input-name={host}', f'--line-offset={first}'])
        except DrawingFailed as error:
            self.report(str(error), host, f'{source}:{line}')
            self.env.note_reread() # so that the next build fails too
            text = program.decode('utf-8', 'replace')
            return [nodes.literal_block(text, text, classes=['dotgrad-failed'], language='text')]

        node['title'], node['words'] = words_of(picture)
        node['prefix'], node['look'], node['program'] = prefix, look, program
        node['classes'] += self.options.get('class', [])
        if 'align' in self.options:
            node['align'] = self.options['align']
        self.set_source_info(node)
        if 'caption' not in self.options:
            self.add_name(node)
            return [node]
        return [self.figure(node)]

    def figure(self, node):
        figure = nodes.figure('', node)
        figure['align'] = node.attributes.pop('align', 'default')
        figure['classes'] = ['dotgrad-figure']
        inline, messages = self.state.inline_text(self.options['caption'], self.lineno)
        caption = nodes.caption(self.options['caption'], '', *inline)
        self.set_source_info(caption)
        figure += [caption, *messages]
        self.set_source_info(figure)
        self.add_name(figure)
        return figure

    def place(self):
        """The file that the body stands in and the number of lines before it there. The parsers of
        reStructuredText and of MyST count differently, so the lines are looked at."""
        source, line = self.content.info(0)
        source = source or self.env.doc2path(self.env.docname)
        guesses = [n for n in (line, self.content_offset, self.lineno + self.content_offset) if n is not None]
        text = [one.strip() for one in self.content]
        lines = self.lines_of(source)
        for guess in guesses:
            if lines[guess:guess + len(text)] == text:
                return source, guess
        return source, guesses[0]

    def lines_of(self, source):
        known = self.env.temp_data.setdefault('dotgrad lines', {})
        if source not in known:
            try:
                known[source] = [one.strip() for one in Path(source).read_text('utf-8-sig').split('\n')]
            except (OSError, ValueError):
                known[source] = []
        return known[source]

    def report(self, text, host, otherwise):
        """One warning for each error in the text, at its line."""
        error = re.compile(re.escape(host) + r':(\d+):(?:\d+:)? (?:fatal )?error: (.*)')
        message, location = None, otherwise
        for line in text.splitlines():
            match = error.match(line)
            if match or not line.startswith(' ') or message is None:
                if message is not None:
                    self.wrong(message, location)
                location = f'{host}:{match[1]}' if match else otherwise
                message = match[2] if match else line
            else:
                message += '\n' + line
        if message is not None:
            self.wrong(message, location)

    def wrong(self, message, location):
        logger.warning('%s', message, location=location, type='dotgrad')
        return []


class OtherFormats(SphinxPostTransform):
    """What is not HTML gets the picture as an image, or its words."""
    default_priority = 90

    def run(self, **kwargs):
        builder = self.app.builder
        if builder.format == 'html' and builder.name != 'epub':
            return
        extension = {'html': 'svg', 'latex': 'pdf'}.get(builder.format)
        for node in list(self.document.findall(dotgrad)):
            if extension:
                node.replace_self(self.image(node, extension))
            else:
                self.say(node)

    def say(self, node):
        """Paragraphs with the words and the caption: what has no pictures has no figures."""
        words = '[' + whole_words(node) + ']'
        instead = [nodes.paragraph(words, words, ids=node['ids'], names=node['names'])]
        figure = node.parent if isinstance(node.parent, nodes.figure) else node
        for caption in figure.findall(nodes.caption):
            instead.append(nodes.paragraph('', '', *caption.children, ids=figure['ids'], names=figure['names']))
        figure.replace_self(instead)

    def image(self, node, extension):
        arguments = ['--id-prefix=' + node['prefix'], *node['look']]
        try:
            picture = str(draw(self.app, extension, arguments, node['program']))
        except DrawingFailed as error:
            logger.warning('%s', error, location=node, type='dotgrad')
            return nodes.literal_block('', node['program'].decode('utf-8', 'replace'))
        image = nodes.image('', uri=picture, candidates={'*': picture}, alt=whole_words(node),
                            ids=node['ids'], names=node['names'], classes=node['classes'])
        if 'align' in node:
            image['align'] = node['align']
        self.env.images.add_file(self.env.docname, picture)
        return image


def whole_words(node):
    return f"{node['title']}: {node['words']}"


def visit_html(self, node):
    app = self.builder.app
    arguments = ['--id-prefix=' + node['prefix'], *node['look']]
    classes = 'dotgrad-picture' + (' align-' + node['align'] if 'align' in node else '')
    self.body.append(self.starttag(node, 'div', '', CLASS=classes))
    try:
        picture = draw(app, 'svg_inline', arguments, node['program'])
        self.body.append(picture.read_text('utf-8'))
    except DrawingFailed as error: # it was drawn when the page was read
        logger.warning('%s', error, location=node, type='dotgrad')
        self.body.append('<pre>' + html.escape(node['program'].decode('utf-8', 'replace')) + '</pre>')
    self.body.append('</div>\n')
    raise nodes.SkipNode


def not_reached(self, node):
    raise nodes.SkipNode


def note_version(app, config):
    """Another dotgrad may draw other pictures: pages are read anew."""
    call = command(config)
    try:
        done = subprocess.run([*call, '--version'], capture_output=True, text=True)
        config.dotgrad_version = done.stdout.strip()
        file = os.stat(shutil.which(call[0]) or call[0])
        config.dotgrad_version += f' {file.st_size} {file.st_mtime_ns}'
    except (OSError, ValueError):
        pass # each directive tells that it cannot be run


def add_style(app):
    here = Path(__file__).resolve().parent
    for folder in (here, here.parent):
        if (folder / 'dotgrad.css').exists():
            app.config.html_static_path.append(str(folder / 'dotgrad.css'))
            app.add_css_file('dotgrad.css')
            return


def setup(app):
    app.add_config_value('dotgrad', None, 'env', [str, list, tuple])
    app.add_config_value('dotgrad_options', [], 'env', [list, tuple])
    app.add_config_value('dotgrad_version', '', 'env')
    app.add_node(dotgrad, html=(visit_html, None), epub=(visit_html, None), latex=(not_reached, None),
                 text=(not_reached, None), man=(not_reached, None), texinfo=(not_reached, None))
    app.add_directive('dotgrad', DotgradDirective)
    app.add_post_transform(OtherFormats)
    app.connect('config-inited', note_version)
    app.connect('builder-inited', add_style)
    return {'version': '1', 'parallel_read_safe': True, 'parallel_write_safe': True}

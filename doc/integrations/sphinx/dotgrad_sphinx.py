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
import sys
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from docutils.parsers.rst import directives, states
from docutils.statemachine import StateMachine
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

# Options of the directive that are options of the command, which checks their values; a flag takes none.
OPTIONS = ('root', 'labels', 'layout', 'theme', 'direction', 'numbers', 'font-size', 'scale', 'style', 'show', 'color', 'edges', 'fold', 'open', 'around', 'between', 'highlight', 'why', 'threshold', 'fail-on', 'frames', 'frame', 'fit', 'title', 'description')
FLAGS = ('legend', 'findings', 'gradcheck', 'whole-leaves')

# How wide the column of a page is in pixels, by the theme of HTML; for `:direction: auto`.
COLUMNS = {'alabaster': 660, 'furo': 736, 'sphinx_rtd_theme': 696}


class DrawingFailed(Exception):
    """What the command wrote to standard error."""


class dotgrad(nodes.General, nodes.Inline, nodes.Element):
    """A picture. program (text) or file (path); arguments, prefix, title: what it is called, words: what
    it shows."""


def command(config):
    value = config.dotgrad or os.environ.get('DOTGRAD') or 'dotgrad'
    return [value] if isinstance(value, str) else list(value)


def draw(app, extension, arguments, program, place=()):
    """The path of the picture. It is drawn unless it is there; dotgrad writes files whole or not at all.
    The place is for error messages and changes nothing in the picture."""
    # Only PDF has a date in it.
    date = os.environ.get('SOURCE_DATE_EPOCH') if extension == 'pdf' else None
    key = json.dumps([extension, date, arguments, hashlib.sha256(program).hexdigest()])
    # The name is in pages, and is the same on every machine; the command is not.
    version = hashlib.sha256(app.config.dotgrad_version.encode()).hexdigest()[:12]
    folder = Path(app.doctreedir) / 'dotgrad' / version
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


class NotReadable(Exception):
    """Why a file is not read."""


def program_of(env, name):
    """The path and the bytes of a file of the project. It is named as in Sphinx's own directives: as seen from
    the page or, where the name begins with a slash, from the source folder."""
    relative, path = env.relfn2path(name)
    try:
        real = Path(path).resolve()
        allowed = [Path(env.srcdir), *(Path(env.app.confdir, folder) for folder in env.config.dotgrad_allow)]
        if not any(folder.resolve() in [real, *real.parents] for folder in allowed):
            raise NotReadable(f'{name!r} is outside of the source folder; it is read where dotgrad_allow in conf.py '
                              'names its folder')
        env.note_dependency(relative)
        if real.exists() and not real.is_file(): # a pipe has no end
            raise NotReadable(f'{name!r} is not a file')
        return path, real.read_bytes()
    except (OSError, RuntimeError, ValueError) as error: # links in a circle, bytes that no name has
        raise NotReadable(f'{name!r} cannot be read: {error}')


# What may stand around a line of a program in a page: quotes, the edges of tables, comments.
MARKUP = ' \t>|#:*"'


def is_line(line, host):
    before, found, after = host.partition(line) if line else (host, '', '')
    return (found or not line) and not before.strip(MARKUP) and after.lstrip()[:1] in ('', '|', '"')


DIRECTIVE = re.compile(r'\{dotgrad\}|\bdotgrad::')


def is_directive(argument, host):
    found = DIRECTIVE.search(host)
    return found and host[found.end():].strip(MARKUP) == argument.strip(MARKUP)


class Host:
    """The file that a directive stands in. The parsers count lines each in their own way, and some constructs
    from their own beginning; so where a number does not fit, the text is looked for. Of directives with the
    same text each has a place of its own."""

    def __init__(self, env, source):
        self.source = source or env.doc2path(env.docname)
        self.file = file_of_docstring(self.source) or self.source
        known = env.temp_data.setdefault('dotgrad hosts', {})
        if self.file not in known:
            try:
                lines = Path(self.file).read_text('utf-8-sig').split('\n')
            except (OSError, ValueError):
                lines = []
            known[self.file] = lines, set()
        self.lines, self.taken = known[self.file]

    def find(self, text, guess, fits=is_line):
        """The file and the number of lines in it before the text. Where that is not found the guess is all
        that is known, of a docstring with its own name."""
        text = [line.strip() for line in text]

        def stands(at, how):
            return 0 <= at <= len(self.lines) - len(text) and all(map(how, text, self.lines[at:at + len(text)]))

        if self.file == self.source and (stands(guess, fits) or stands(guess, lambda line, host: line in host)):
            found = guess
        else:
            found = next((at for at in range(len(self.lines)) if at not in self.taken and stands(at, fits)), None)
        if found is None:
            return self.source, guess
        self.taken.add(found)
        return self.file, found


def file_of_docstring(source):
    """The file of what autodoc calls "FILE:docstring of NAME", or "docstring of NAME"."""
    file, found, name = source.rpartition('docstring of ')
    if file or not found:
        return file.rstrip(':')
    while name and name not in sys.modules:
        name = name.rpartition('.')[0]
    return getattr(sys.modules.get(name), '__file__', None)


def align(argument):
    return directives.choice(argument, ('left', 'center', 'right'))


class DotgradDirective(SphinxDirective):
    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {
        'alt': directives.unchanged_required,
        **{name: directives.unchanged_required for name in OPTIONS},
        **{name: directives.flag for name in FLAGS},
        'width': directives.length_or_percentage_or_unitless,
        'name': directives.unchanged,
        'class': directives.class_option,
        'align': align,
        'caption': directives.unchanged_required,
    }

    def run(self):
        has_body = bool(''.join(self.content).strip())
        host, first = self.place_of_body() if has_body else (None, 0)
        here = self.place(host, first)
        if bool(self.arguments) == has_body:
            return self.wrong('a file or a program is needed, not both', here)
        node = dotgrad()
        if self.arguments:
            try:
                host, program = program_of(self.env, self.arguments[0])
            except NotReadable as error:
                return self.wrong(str(error), here)
            path = host
            kind = ['--input-format=json'] if path.endswith('.json') else []
        else:
            program = ('\n'.join(self.content) + '\n').encode('utf-8', 'replace')
            kind = []
        look = kind + list(self.config.dotgrad_options) + self.look()

        # All that is on one page has ids of its own, and keeps them when other pictures come and go.
        key = hashlib.sha256(json.dumps([self.env.docname, look]).encode() + program).hexdigest()[:12]
        serial = self.env.new_serialno('dotgrad ' + key)
        prefix = f'dg-{key}-{serial}' if serial else f'dg-{key}'
        try:
            picture = draw(self.env.app, 'svg_inline', ['--id-prefix=' + prefix, *look], program,
                           [f'--input-name={host}', f'--line-offset={first}'])
        except DrawingFailed as error:
            self.report(str(error), host, here)
            self.env.note_reread() # so that the next build fails too
            text = program.decode('utf-8', 'replace')
            if self.is_inline():
                return [nodes.literal(text, text, classes=['dotgrad-failed'])]
            return [nodes.literal_block(text, text, classes=['dotgrad-failed'], language='text')]

        node['title'], node['words'] = words_of(picture)
        node['prefix'], node['look'], node['program'] = prefix, look, program
        node['classes'] += self.options.get('class', [])
        for name in ('align', 'width'):
            if name in self.options:
                node[name] = self.options[name]
        self.set_source_info(node)
        if 'caption' not in self.options:
            self.add_name(node)
            return [node]
        return [self.figure(node)]

    def look(self):
        """The options of the command that are options here."""
        given = {name: ' '.join(self.options[name].split()) for name in ('alt', *OPTIONS) if name in self.options}
        given.setdefault('title', given.pop('alt', None))
        if given.get('direction') == 'auto' and self.config.html_theme in COLUMNS:
            given.setdefault('fit', str(COLUMNS[self.config.html_theme]))
        look = [f'--{name}={given[name]}' for name in OPTIONS if given.get(name) is not None]
        return look + [f'--{name}' for name in FLAGS if name in self.options]

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

    def is_inline(self):
        """Whether this is the definition of a substitution, in whose place only a part of a line may stand."""
        return isinstance(self.state, states.SubstitutionDef)

    def place_of_body(self):
        """The file that the body stands in and the number of lines before it there."""
        source, line = self.content.info(0)
        if line is None or not isinstance(self.state_machine, StateMachine): # MyST's counts the body's own lines
            line = self.lineno + self.content_offset
        return Host(self.env, source).find(self.content, line)

    def place(self, host, first):
        """FILE:LINE of the directive itself, which stands above its body."""
        if host:
            lines = Host(self.env, host).lines
            for at in range(min(first, len(lines)) - 1, max(first - 20, 0) - 1, -1):
                if re.search(DIRECTIVE, lines[at]):
                    return f'{host}:{at + 1}'
        source, line = self.get_source_info()
        if not host:
            names = [' '.join(self.arguments).split('\n')[0]]
            source, at = Host(self.env, source).find(names, (line or 1) - 1, is_directive)
            line = at + 1
        return f'{source}:{line}'

    def report(self, text, host, otherwise):
        """One warning for each error in the text, at its line."""
        error = re.compile(re.escape(host) + r':(\d+):(?:\d+:)? (?:fatal )?error: (.*)')
        shown = re.compile(r'\s|\d+ \|') # the line of the program, and what points into it
        message, location = None, otherwise
        for line in text.splitlines():
            match = error.match(line)
            if match or not shown.match(line) or message is None:
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


class OwnIds(SphinxTransform):
    """What a substitution puts into a page twice has its ids there twice: the second gets others."""
    default_priority = 850

    def apply(self, **kwargs):
        known = {}
        for node in self.document.findall(dotgrad):
            prefix = node['prefix']
            known[prefix] = known.get(prefix, 0) + 1
            if known[prefix] > 1:
                node['prefix'] = f'{prefix}-again{known[prefix] - 1}'


def is_in_line(node):
    return isinstance(node.parent, nodes.TextElement)


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
        if is_in_line(node):
            node.replace_self(nodes.inline(words, words))
            return
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
        for name in ('align', 'width'):
            if name in node:
                image[name] = node[name]
        self.env.images.add_file(self.env.docname, picture)
        return image


def whole_words(node):
    return f"{node['title']}: {node['words']}"


def visit_html(self, node):
    app = self.builder.app
    arguments = ['--id-prefix=' + node['prefix'], *node['look']]
    classes = 'dotgrad-picture' + (' align-' + node['align'] if 'align' in node else '')
    style = {}
    if 'width' in node:
        classes += ' dg-sized'
        style['style'] = 'width: ' + node['width'] + ('px' if node['width'].isdigit() else '')
    tag = 'span' if is_in_line(node) else 'div' # a paragraph holds no div
    self.body.append(self.starttag(node, tag, '', CLASS=classes, **style))
    try:
        picture = draw(app, 'svg_inline', arguments, node['program'])
        self.body.append(picture.read_text('utf-8'))
    except DrawingFailed as error: # it was drawn when the page was read
        logger.warning('%s', error, location=node, type='dotgrad')
        self.body.append('<pre>' + html.escape(node['program'].decode('utf-8', 'replace')) + '</pre>')
    self.body.append(f'</{tag}>' if tag == 'span' else '</div>\n')
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


def leave_out_of_epub(app):
    """Sphinx packs what is in the folder of its output, which may hold the doctrees, and so each picture twice."""
    if app.builder.name == 'epub':
        kept = (Path(app.doctreedir) / 'dotgrad').rglob('*')
        app.config.epub_exclude_files += [os.path.relpath(file, app.outdir) for file in kept]
    return []


def setup(app):
    app.add_config_value('dotgrad', None, 'env', [str, list, tuple])
    app.add_config_value('dotgrad_options', [], 'env', [list, tuple])
    app.add_config_value('dotgrad_allow', [], 'env', [list, tuple])
    app.add_config_value('dotgrad_version', '', 'env')
    app.add_node(dotgrad, html=(visit_html, None), epub=(visit_html, None), latex=(not_reached, None),
                 text=(not_reached, None), man=(not_reached, None), texinfo=(not_reached, None))
    app.add_directive('dotgrad', DotgradDirective)
    app.add_transform(OwnIds)
    app.add_post_transform(OtherFormats)
    app.connect('config-inited', note_version)
    app.connect('builder-inited', add_style)
    app.connect('html-collect-pages', leave_out_of_epub)
    return {'version': '1', 'parallel_read_safe': True, 'parallel_write_safe': True}

"""MkDocs: fenced blocks ``dotgrad`` become pictures of their computation graphs, drawn by the command
dotgrad. A hook of MkDocs that adds a custom fence to pymdownx.superfences; without MkDocs, `fence` and
`validate` are such a fence by themselves. See README.md.
"""

import hashlib
import html
import logging
import os
import re
import subprocess

logger = logging.getLogger('mkdocs.plugins.dotgrad') # warnings there count for --strict

# Options of a block that are options of the command, which checks their values; a flag takes none.
OPTIONS = ('root', 'labels', 'layout', 'theme', 'direction', 'numbers', 'font-size', 'scale', 'style', 'show', 'color', 'edges', 'fold', 'open', 'around', 'between', 'highlight', 'why', 'threshold', 'fail-on', 'frames', 'frame', 'fit', 'title', 'description')
FLAGS = ('legend', 'findings', 'gradcheck', 'whole-leaves')
# What else a block may have.
OTHERS = ('alt', 'caption', 'align')
# How wide the column of a page is in pixels, by its theme; for direction="auto".
COLUMNS = {'material': 688, 'mkdocs': 825}
column = None


class CannotDraw(Exception):
    """What the command wrote to standard error."""


def bare(line):
    """A line without what a quotation or a list puts before it."""
    return ' '.join(line.strip(' \t>').split())


class Page:
    """The page that is being made; without MkDocs, all that is."""

    def __init__(self, path=None, markdown=''):
        self.path = path
        self.name = os.path.relpath(path) if path else 'page'
        self.markdown = markdown
        self.prefixes = {}
        self.pictures = 0
        self.wrong = [] # the id of a picture, or of the program that is shown instead, and what is wrong
        self.fence_line = None # of the fence that is being formatted, counted from 0, in what superfences reads
        self.lines = []
        self.header = 0
        if path:
            try:
                with open(path, encoding='utf-8-sig') as file:
                    text = file.read()
            except (OSError, ValueError):
                return # then messages say no lines
            self.lines = [bare(line) for line in text.split('\n')]
            if text.endswith(markdown):
                self.header = text.count('\n') - markdown.count('\n')

    def place(self, program):
        """What to call the program in messages, and the lines before it. The line of its fence is that in the
        file, unless other extensions have put lines in or out; then the program is looked for."""
        self.pictures += 1
        if not self.path and self.fence_line is not None:
            return self.name, self.fence_line + 1
        block = [bare(line) for line in program.split('\n')] if program else []
        here = [i for i in range(len(self.lines) - len(block) + 1) if self.lines[i:i + len(block)] == block]
        first = None if self.fence_line is None else self.header + self.fence_line + 1
        if first in here:
            return self.name, first
        if len(here) == 1 and program.strip():
            return self.name, here[0]
        return f'{self.name}, picture {self.pictures}', 0

    def prefix(self, key):
        """Ids of its own for each picture on the page, which stay when others come and go."""
        while True:
            self.prefixes[key] = n = self.prefixes.get(key, 0) + 1
            prefix = f'dg-{key}' if n == 1 else f'dg-{key}-{n}'
            if prefix not in self.markdown:
                return prefix


current = Page()


def draw(program, arguments):
    command = os.environ.get('DOTGRAD') or 'dotgrad'
    try:
        done = subprocess.run([command, '-q', '-Tsvg_inline', *arguments], input=program.encode('utf-8', 'replace'),
                              capture_output=True)
    except (OSError, ValueError) as error:
        raise CannotDraw(f'dotgrad: error: {command} cannot be run: {error}')
    if done.returncode != 0:
        raise CannotDraw(done.stderr.decode('utf-8', 'replace').strip())
    return done.stdout.decode('utf-8')


def validate(language, inputs, options, attrs, md):
    """Superfences asks which of the words after the language are options. None is left over, to be dropped silently."""
    options.update(inputs)
    note_lines(md)
    return True


def note_lines(md):
    """Superfences knows the line of a fence, but does not tell it to what formats the fence."""
    fences = md.preprocessors['fenced_code_block'] if 'fenced_code_block' in md.preprocessors else None
    process = getattr(fences, 'process_nested_block', None)
    if not process or getattr(process, 'notes_lines', False):
        return

    def noting(ws, content, start, end):
        current.fence_line = start
        try:
            process(ws, content, start, end)
        finally:
            current.fence_line = None

    noting.notes_lines = True
    fences.process_nested_block = noting


def look_of(options):
    """The options of the command that a block asks for."""
    given = {'title': options.get('alt'), **options}
    if given.get('direction') == 'auto' and column:
        given.setdefault('fit', str(column))
    look = [f'--{name}={given[name]}' for name in OPTIONS if given.get(name)]
    return look + [f'--{name}' for name in FLAGS if given.get(name, 'false') != 'false']


def say(prefix, message):
    """MkDocs is told when the page is there: not all that is formatted is shown."""
    if current.path:
        current.wrong.append((prefix, message))
    else:
        logger.warning('%s', message)


def fence(source, language, css_class, options, md, classes=None, id_value='', attrs=None, **others):
    look = look_of(options)
    key = hashlib.sha256(repr((source, look)).encode('utf-8', 'replace')).hexdigest()[:12]
    prefix = current.prefix(key)
    name, before = current.place(source)
    here = f'{name}:{before}' if before else name # the fence
    for one in options:
        if one not in (*OTHERS, *OPTIONS, *FLAGS):
            say(prefix, f"{here}: '{one}' is no option of a picture; there are {', '.join((*OTHERS, *OPTIONS, *FLAGS))}")
    try:
        picture = draw(source + '\n', [f'--id-prefix={prefix}', *look, f'--input-name={name}', f'--line-offset={before}'])
    except CannotDraw as error:
        message = str(error)
        say(prefix, message if f'{name}:' in message else f'{here}: {message}')
        return f'<pre class="dotgrad-failed" id="{prefix}"><code>{html.escape(source)}</code></pre>'

    attribute = f' id="{html.escape(id_value)}"' if id_value else ''
    names = ' '.join(['dotgrad-figure', *(classes or [])])
    align = f" align-{html.escape(options['align'])}" if options.get('align') else ''
    caption = f"<figcaption>{html.escape(options['caption'])}</figcaption>" if options.get('caption') else ''
    return (f'<figure{attribute} class="{html.escape(names)}"><div class="dotgrad-picture{align}">'
            f'{picture}</div>{caption}</figure>')


def on_config(config, **others):
    """The hook: adds the fence and the style sheet."""
    global column
    column = COLUMNS.get(config['theme'].name)
    fences = config['mdx_configs'].setdefault('pymdownx.superfences', {}).setdefault('custom_fences', [])
    if not any(one.get('name') == 'dotgrad' for one in fences):
        fences.append({'name': 'dotgrad', 'class': 'dotgrad', 'format': fence, 'validator': validate})
    if 'pymdownx.superfences' not in config['markdown_extensions']:
        config['markdown_extensions'].append('pymdownx.superfences')
    if style_sheet() and 'dotgrad.css' not in config['extra_css']:
        config['extra_css'].append('dotgrad.css')
    return config


def style_sheet():
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in (here, os.path.dirname(here)):
        path = os.path.join(folder, 'dotgrad.css')
        if os.path.exists(path):
            return path
    return None


def on_files(files, config, **others):
    from mkdocs.structure.files import File
    path = style_sheet()
    if path and not files.get_file_from_path('dotgrad.css'):
        files.append(File('dotgrad.css', os.path.dirname(path), config['site_dir'], config['use_directory_urls']))
    return files


def on_page_markdown(markdown, page, **others):
    global current
    current = Page(page.file.abs_src_path, markdown)
    return markdown


def on_page_content(content, page, **others):
    """Superfences tries fences in comments and in indented code, too. What is wrong there is not said."""
    shown = re.sub('<!--.*?-->', '', content, flags=re.S)
    for prefix, message in current.wrong:
        if f' id="{prefix}"' in shown:
            logger.warning('%s', message)
    return content

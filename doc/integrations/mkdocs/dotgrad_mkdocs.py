"""MkDocs: fenced blocks ``dotgrad`` become pictures of their computation graphs, drawn by the command
dotgrad. A hook of MkDocs that adds a custom fence to pymdownx.superfences; without MkDocs, `fence` and
`validate` are such a fence by themselves. See README.md.
"""

import hashlib
import html
import logging
import os
import subprocess

logger = logging.getLogger('mkdocs.plugins.dotgrad') # warnings there count for --strict

OPTIONS = ('alt', 'root', 'caption', 'align')


class CannotDraw(Exception):
    """What the command wrote to standard error."""


class Page:
    """The page that is being made."""

    def __init__(self, path='', name='page'):
        self.name = name
        self.prefixes = {}
        self.searched_to = 0
        self.lines = []
        if path:
            try:
                with open(path, encoding='utf-8-sig', errors='strict') as file:
                    self.lines = [line.strip(' \t>\r\n') for line in file]
            except (OSError, ValueError):
                pass # then messages say no lines

    def lines_before(self, program):
        """Fences do not know their lines, so the program is looked for after the one before it."""
        block = [line.strip(' \t>') for line in program.split('\n')]
        for start in range(self.searched_to, len(self.lines) - len(block) + 1):
            if self.lines[start:start + len(block)] == block:
                self.searched_to = start + len(block)
                return start
        return 0

    def prefix(self, key):
        """Ids of its own for each picture on the page, which stay when others come and go."""
        self.prefixes[key] = n = self.prefixes.get(key, 0) + 1
        return f'dg-{key}' if n == 1 else f'dg-{key}-{n}'


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
    """Superfences asks which of the words after the language are options; the others are attributes."""
    for name, value in inputs.items():
        (options if name in OPTIONS else attrs)[name] = value
    return True


def fence(source, language, css_class, options, md, classes=None, id_value='', attrs=None, **others):
    look = []
    if options.get('alt'):
        look.append('--title=' + options['alt'])
    if options.get('root'):
        look.append('--root=' + options['root'])
    key = hashlib.sha256(repr((source, look)).encode('utf-8', 'replace')).hexdigest()[:12]
    place = [f'--input-name={current.name}', f'--line-offset={current.lines_before(source)}']
    try:
        picture = draw(source + '\n', ['--id-prefix=' + current.prefix(key), *look, *place])
    except CannotDraw as error:
        logger.warning('%s', error)
        return f'<pre class="dotgrad-failed"><code>{html.escape(source)}</code></pre>'

    attribute = f' id="{html.escape(id_value)}"' if id_value else ''
    names = ' '.join(['dotgrad-figure', *(classes or [])])
    align = f" align-{html.escape(options['align'])}" if options.get('align') else ''
    caption = f"<figcaption>{html.escape(options['caption'])}</figcaption>" if options.get('caption') else ''
    return (f'<figure{attribute} class="{html.escape(names)}"><div class="dotgrad-picture{align}">'
            f'{picture}</div>{caption}</figure>')


def on_config(config, **others):
    """The hook: adds the fence and the style sheet."""
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
    current = Page(page.file.abs_src_path, page.file.src_path)
    return markdown

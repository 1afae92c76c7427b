"""The site of the documentation: the pages in doc/, the manual page, and the gallery, whose pictures are drawn
by the integration for Sphinx. `make docs` builds it; see doc/local.mk."""

import json
import os
import posixpath
import re
import subprocess
import sys
from pathlib import Path

from pygments.formatters import HtmlFormatter

here = Path(__file__).resolve().parent
doc = here.parent
sys.path.insert(0, str(doc / 'integrations' / 'sphinx'))

project = 'dotgrad'
author = 'dotgrad'
release = version = os.environ.get('DOTGRAD_VERSION', '')
extensions = ['myst_parser', 'dotgrad_sphinx']
exclude_patterns = ['site', 'pictures', 'integrations/*/example']
dotgrad_allow = ['../../samples']
myst_heading_anchors = 4
html_title = f'dotgrad {release}'.strip()
html_theme = 'alabaster'
html_theme_options = {'page_width': 'min(75rem, 100%)', 'body_max_width': 'none', 'font_family': 'sans-serif',
                      'head_font_family': 'sans-serif', 'show_powered_by': False, 'fixed_sidebar': True}
html_static_path = ['site.css']
html_css_files = ['site.css']
html_copy_source = False
html_show_copyright = False
html_last_updated_fmt = None
pygments_style = 'default'
suppress_warnings = ['myst.header']

# In the repository a page shows the committed picture of a sample; here it is drawn, in the gallery with the sample's
# text below it. A command that stands above a picture says of what and how.
PICTURE = re.compile(r'^(?:    dotgrad (.*)\n\n)?!\[(.*)\]\((pictures/[\w/-]+)\.svg\)$', re.M)
# The order of the pages.
CONTENTS = {
    'index': 'language gradients large_graphs training python command gallery integrations/README architecture engine HACKING performance'.split(),
    'integrations/README': [f'{name}/README' for name in
                            'sphinx pandoc make ninja cmake meson doxygen asciidoctor mkdocs mdbook latex'.split()],
}
# Where a link out of doc/ leads in the site.
ELSEWHERE = {'../include/dotgrad/': 'api/index.html', '../samples/': 'gallery.md', '../README.md': 'index.md'}
LINK = re.compile(r'\[([^][]*)\]\((\.\./[^()\s]*)\)')


def commands():
    """For each picture that a command on a page draws: its program and the options."""
    drawn = {}
    for page in 'gallery.md', 'gradients.md', 'large_graphs.md':
        for line in re.findall(r'^    dotgrad (.* -o .*)$', (doc / page).read_text('utf-8'), re.M):
            *options, program, _, output = line.split()
            drawn[output.removeprefix('doc/').removesuffix('.svg')] = program, options
    return drawn


def picture(docname, match):
    command, alt, name = match.groups()
    program, options = commands().get(name, (f"samples/{name.removeprefix('pictures/')}.dg", []))
    text = f'```{{dotgrad}} ../{program}\n:alt: {json.dumps(alt)}\n'
    text += ''.join(f':{key}: {json.dumps(value)}\n' for key, _, value in (one[2:].partition('=') for one in options))
    text += '```\n'
    if command:
        text = f'    dotgrad {command}\n\n' + text
    if docname == 'gallery':
        text += f'\n```{{literalinclude}} ../{program}\n:language: python\n```\n'
    return text


def link(docname, match):
    text, target = match.groups()
    if not posixpath.normpath(posixpath.join(posixpath.dirname(docname), target)).startswith('../'):
        return match[0] # it stays in doc/
    target = ELSEWHERE.get(target, target)
    if target.startswith('api/'):
        return f'<a href="{target}">{text.strip("`")}</a>'
    if target.startswith('../'):
        return f'{{download}}`{text.strip("`")} <{target}>`'
    return f'[{text}]({target})'


def manual():
    """The manual page, as Markdown with one title."""
    page = subprocess.run(['pandoc', '-f', 'man', '-t', 'commonmark', '--wrap=none', '--shift-heading-level-by=1',
                           str(doc / 'dotgrad.1')], check=True, capture_output=True).stdout.decode()
    return '# The command\n\n' + page


def read(app, docname, source):
    if docname == 'command':
        app.env.note_dependency('dotgrad.1')
        source[0] = manual()
    source[0] = PICTURE.sub(lambda match: picture(docname, match), source[0])
    source[0] = LINK.sub(lambda match: link(docname, match), source[0])
    if docname in CONTENTS:
        source[0] += '\n```{toctree}\n:hidden:\n\n' + '\n'.join(CONTENTS[docname]) + '\n```\n'


def colours_in_the_dark(app, error):
    """Alabaster knows no dark; site.css does, and includes these for programs."""
    if error or app.builder.format != 'html':
        return
    rules = HtmlFormatter(style='github-dark').get_style_defs('.highlight')
    text = '@media (prefers-color-scheme: dark) {\n' + rules + '\n}\n'
    Path(app.outdir, '_static', 'dark.css').write_text(text)


def setup(app):
    app.add_css_file('dark.css', priority=900)
    app.connect('build-finished', colours_in_the_dark)
    app.connect('source-read', read)

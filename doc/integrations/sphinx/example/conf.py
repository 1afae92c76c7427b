import os
import sys

sys.path.insert(0, os.path.abspath('..')) # where dotgrad_sphinx.py is

project = 'Gradients by hand'
extensions = ['dotgrad_sphinx', 'myst_parser']
html_theme = 'alabaster'
numfig = True
latex_documents = [('index', 'gradients.tex', project, 'dotgrad', 'howto')]
man_pages = [('index', 'gradients', project, ['dotgrad'], 7)]
version = '1'
copyright = 'of those who made it'
latex_elements = {'fontpkg': ''}

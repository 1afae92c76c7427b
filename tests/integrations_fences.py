"""integrations_fences.py PREPROCESSOR SEED N: whether mdBook's preprocessor finds the same fences as cmark, in N
small random texts of marks that CommonMark knows. Where it does not, the text is written to standard output."""

import html
import importlib.machinery
import importlib.util
import random
import re
import subprocess
import sys

MARKS = ['```', '````', '~~~', '```dotgrad', '```dotgrad', '~~~dotgrad', '~~~dotgrad', '> ', '>', '- ', '* ', '+', '1. ',
         '2) ', '10. ', '  ', '   ', '    ', '\t', ' ', 'text', '# h', '---', '===', '* * *', '<!--', '-->', '<div>',
         '</div>', '<pre>', '</pre>', '<b>', '<a href="x">', '`', 'a = 1']


def load(path):
    loader = importlib.machinery.SourceFileLoader('preprocessor', path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader('preprocessor', loader))
    loader.exec_module(module)
    return module


def bare(program):
    """Blanks may stand for tabs."""
    return [' '.join(line.split()) for line in program]


def of_cmark(text):
    xml = subprocess.run(['cmark', '-t', 'xml', '--sourcepos'], input=text, capture_output=True, text=True, check=True)
    blocks = re.findall(r'<code_block sourcepos="(\d+):[^>]*info="dotgrad"[^>]*>(.*?)</code_block>', xml.stdout, re.S)
    return [(int(line) - 1, bare(html.unescape(program).split('\n')[:-1])) for line, program in blocks]


def main():
    preprocessor = load(sys.argv[1])
    chance = random.Random(int(sys.argv[2]))
    found = wrong = 0
    for _ in range(int(sys.argv[3])):
        lines = [''.join(chance.choice(MARKS) for _ in range(chance.choice([0, 1, 1, 1, 2, 2, 3])))
                 for _ in range(chance.randint(2, 9))]
        ours = [(fence.first, bare(fence.program)) for fence in preprocessor.fences_of(lines) if fence.words == 'dotgrad']
        theirs = of_cmark('\n'.join(lines) + '\n')
        found += len(theirs)
        if ours != theirs:
            wrong += 1
            print(f'{lines}: {ours}, not {theirs}')
    print(f'{found} fences')
    return 1 if wrong or not found else 0


if __name__ == '__main__':
    sys.exit(main())

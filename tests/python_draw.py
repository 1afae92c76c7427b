"""dotgrad.draw_dot and Graph: pictures of dotgrad's values, of other classes' and of programs."""

import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import unittest

import dotgrad
import python_lectures as lectures
from dotgrad import Value, draw_dot, draw_program

THOROUGH = os.environ.get('DOTGRAD_TEST_ALL') == '1'
COMMAND = os.environ.get('DOTGRAD')


def expression(cls):
    a, b = cls(2.0, label='a'), cls(-3.0, label='b')
    c = (a + a) * b * 0.5 + 1
    c.label = 'c'
    d = (c - b).tanh() * a
    e = d.exp() / (b * b)
    e.label = 'e'
    e.backward()
    return e


def ids(text):
    return set(re.findall(r' id="([^"]*)"', text))


def resident():
    with open('/proc/self/statm') as file:
        return int(file.read().split()[1]) * os.sysconf('SC_PAGESIZE')


class Pictures(unittest.TestCase):
    def setUp(self):
        self.e = expression(Value)

    def test_texts(self):
        graph = draw_dot(self.e)
        self.assertTrue(graph.svg.startswith('<?xml') or graph.svg.startswith('<svg'))
        self.assertIn('[label="{ c | data -5.0000 | grad', graph.source)
        self.assertEqual(json.loads(graph.json)['nodes'][0]['label'], 'e')
        self.assertIn('tanh', graph.table)
        self.assertTrue(graph.report())
        self.assertIn('a', graph.why('a'))
        self.assertTrue(json.loads(graph.why('a', json=True)))
        with self.assertRaisesRegex(ValueError, "no value 'zz'"):
            graph.why('zz')
        self.assertEqual(dotgrad.from_json(graph.json).svg, graph.svg)
        self.assertEqual(graph.options(style='wire').svg, draw_dot(self.e, style='wire').svg)

    def test_a_picture_is_a_snapshot(self):
        graph = draw_dot(self.e)
        before = graph.table
        self.e.data = 7.0
        self.assertEqual(graph.table, before)

    def test_options(self):
        plain = draw_dot(self.e).svg
        for options in ({'direction': 'TB'}, {'rankdir': 'BT'}, {'style': 'wire'}, {'style': 'merged'},
                        {'show': 'label,data'}, {'show': ['label', 'grad']}, {'numbers': '%.2g'}, {'edges': 'local'},
                        {'edges': 'contribution'}, {'color': 'grad'}, {'color': 'data'}, {'why': 'a'}, {'theme': 'dark'}, {'highlight': 'a..e'}, {'legend': True},
                        {'title': 'A title'}, {'description': 'words'}, {'font_size': 20}, {'scale': 2.0},
                        {'frames': 'backward', 'frame': 2}, {'id_prefix': 'p'}, {'no_size': True}, {'fit': 300, 'direction': 'auto'}):
            self.assertNotEqual(draw_dot(self.e, **options).svg, plain, options)
        for options, message in (({'direction': 'up'}, 'direction must be LR'), ({'style': 'x'}, 'style must be record'),
                                 ({'show': 'x'}, 'show must be'), ({'show': ''}, 'show'), ({'edges': 'all'}, 'edges must be')):
            with self.assertRaisesRegex(ValueError, message):
                draw_dot(self.e, **options)
        for options in ({'font_size': 'big'}, {'title': 3}, {'nonsense': 1}):
            with self.assertRaises(TypeError):
                draw_dot(self.e, **options)
        for options in ({'font_size': 1}, {'numbers': '%d %d'}, {'highlight': 'zz'}, {'id_prefix': '1'}):
            with self.assertRaises(ValueError):
                draw_dot(self.e, **options).svg

    @unittest.skipUnless(COMMAND, 'the command is not here')
    def test_the_command_draws_the_same(self):
        program = 'a = Value(2.0)\nb = Value(-3.0)\nc = 2*a - b/4 + 1\nd = (1 - c).tanh() * a**3 - 1\nL = 3/d + (-c).exp()\n'
        names = {'Value': Value}
        exec(program, names)
        for name in 'abcdL':
            names[name].label = name
        names['L'].backward()
        for format in ('dot', 'json', 'svg', 'table'):
            text = subprocess.run([COMMAND, '-T', format, '-e', program + 'L.backward()\n'], check=True,
                                  capture_output=True).stdout
            self.assertEqual(draw_dot(names['L']).pipe(format), text, format)
            self.assertEqual(draw_program(program + 'L.backward()\n').pipe(format), text, format)

    @unittest.skipUnless(COMMAND, 'the command is not here')
    def test_folds_are_those_of_the_command(self):
        program = ('n = MLP(2, [3, 3, 1], seed=1)\nxs = [[1.0, 2.0], [0.5, -1.0]]\n'
                   'loss = fit(n, xs, [1.0, -1.0], steps=1, lr=0.1)\ndraw_dot(loss)\n')
        whole = draw_program(program)

        def command(*options):
            return subprocess.run([COMMAND, '-T', 'svg', *options, '-e', program], check=True,
                                  capture_output=True).stdout.decode()

        self.assertEqual(whole.fold().svg, command('--fold=auto'))
        self.assertEqual(whole.fold(1).svg, command('--fold=1'))
        self.assertEqual(whole.fold(['layer 1', 'example 0']).svg, command('--fold=layer 1,example 0'))
        self.assertEqual(whole.fold(1, open='example 1').svg, command('--fold=1', '--open=example 1'))
        self.assertEqual(draw_program(program, fold=2, whole_leaves=True).svg, command('--fold=2', '--whole-leaves'))
        self.assertEqual(whole.around('loss', 1).svg, command('--around=loss,1'))
        self.assertEqual(whole.between('loss', 'layer 0 neuron 0 w0').svg,
                         command('--between=layer 0 neuron 0 w0,loss'))
        self.assertLess(len(whole.fold(1).svg), len(whole.svg))
        with self.assertRaisesRegex(ValueError, 'no group'):
            whole.fold('layer 9').svg
        with self.assertRaisesRegex(ValueError, "no value 'zz'"):
            whole.around('zz')
        with self.assertRaises(ValueError):
            whole.around('loss', -1)
        with self.assertRaises(TypeError):
            whole.fold(1.5)

    def test_files(self):
        graph = draw_dot(self.e)
        with tempfile.TemporaryDirectory() as folder:
            for suffix, start in (('svg', b'<'), ('png', b'\x89PNG'), ('pdf', b'%PDF'), ('json', b'{'), ('dot', b'digraph')):
                path = pathlib.Path(folder, f'g.{suffix}')
                self.assertEqual(graph.save(path), str(path))
                self.assertTrue(path.read_bytes().startswith(start), suffix)
            path = graph.render('sub/x.gv', directory=folder, format='png', cleanup=True)
            self.assertEqual(path, os.path.join(folder, 'sub/x.gv.png'))
            self.assertEqual(os.listdir(os.path.join(folder, 'sub')), ['x.gv.png'])
            path = graph.render(os.path.join(folder, 'y'))
            self.assertEqual(pathlib.Path(folder, 'y').read_text(), graph.source)
            self.assertEqual(pathlib.Path(path).read_text(), graph.svg)
            graph.render(outfile=os.path.join(folder, 'z.svg'))
            self.assertEqual(pathlib.Path(folder, 'z.svg').read_text(), graph.svg)
            with self.assertRaises(OSError):
                graph.save(os.path.join(folder, 'none', 'g.svg'))
            with self.assertRaises(ValueError):
                graph.save(os.path.join(folder, 'g.gif'))
        self.assertEqual(graph.pipe(encoding='utf-8'), graph.svg)
        self.assertTrue(graph.pipe('pdf').startswith(b'%PDF'))

    def test_notebooks(self):
        graph = draw_dot(self.e)
        bundle = graph._repr_mimebundle_()
        self.assertEqual(set(bundle), {'text/plain', 'text/html', 'image/svg+xml'})
        self.assertIn('<svg', bundle['text/html'])
        self.assertNotIn('<?xml', bundle['text/html'])
        self.assertNotIn('\n\n', bundle['text/html'])
        self.assertTrue(ids(bundle['text/html']))
        # the same graph again, another one, and the same with another option: no id twice on a page
        pages = [graph._repr_mimebundle_()['text/html'], draw_dot(self.e)._repr_svg_(),
                 draw_dot(self.e, style='wire')._repr_mimebundle_()['text/html'],
                 draw_dot(Value(1.0) + 1)._repr_mimebundle_()['text/html']]
        seen = ids(bundle['text/html'])
        for page in pages:
            self.assertTrue(ids(page))
            self.assertFalse(ids(page) & seen)
            seen |= ids(page)
        self.assertEqual(set(graph._repr_mimebundle_(include=['image/png'])), {'text/plain', 'image/png'})
        self.assertEqual(set(graph._repr_mimebundle_(exclude=['text/html'])), {'text/plain', 'image/svg+xml'})
        dotgrad.set_display_formats('html', 'pdf')
        try:
            self.assertTrue(graph._repr_mimebundle_()['application/pdf'].startswith(b'%PDF'))
        finally:
            dotgrad.set_display_formats('html', 'svg')
        with self.assertRaises(ValueError):
            dotgrad.set_display_formats('gif')

    def test_trace(self):
        a, b = Value(1.0), Value(2.0)
        c = a + b
        self.assertEqual(dotgrad.trace(c), ({a, b, c}, {(a, c), (b, c)}))
        x = lectures.Value(1.0)
        y = x * x
        self.assertEqual(dotgrad.trace(y), ({x, y}, {(x, y)}))

    def test_threads(self):
        """Eight threads draw and compute at once; four in short."""
        threads_count, rounds = (8, 10) if THOROUGH else (4, 4)
        wanted = draw_dot(self.e).svg
        wrong = []

        def work(seed):
            rng = random.Random(seed)
            for _ in range(rounds):
                v = Value(rng.random())
                for _ in range(200):
                    v = v * v + 0.1
                v.backward()
                if draw_dot(self.e).svg != wanted:
                    wrong.append(seed)
                draw_dot(v).table

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(threads_count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_no_leak(self):
        a = Value(2.0, label='a')
        b = a * a
        x = lectures.Value(2.0, label='x')
        y = x * x

        def use():
            graph = draw_dot(b, highlight='a')
            graph.svg, graph.json, graph._repr_mimebundle_()
            draw_dot(y).source
            for bad in (3, lectures.ThirdValue('x'), lectures.ThirdValue(1, [None])):
                try:
                    draw_dot(bad)
                except TypeError:
                    pass
            try:
                draw_program('a = b\n')
            except SyntaxError:
                pass

        for _ in range(50):
            use()
        before = resident()
        for _ in range(10000 if THOROUGH else 300):
            use()
        self.assertLess(resident() - before, 2 << 20)


class OtherClasses(unittest.TestCase):
    def test_the_lectures_class_is_drawn_as_ours(self):
        ours, theirs = draw_dot(expression(Value)), draw_dot(expression(lectures.Value))
        self.assertEqual(theirs.source.replace('{ 1/9', ''), theirs.source)
        nodes = [re.sub(r'v\d+', 'v', line) for line in theirs.source.split('\n')]
        self.assertEqual(sorted(nodes), sorted(re.sub(r'v\d+', 'v', line) for line in ours.source.split('\n')))

    def test_operands_keep_their_order(self):
        a, b = lectures.Value(1.0, label='a'), lectures.Value(2.0, label='b')
        nodes = json.loads(draw_dot((b * a) + a).json)['nodes']
        self.assertEqual([n['label'] for n in nodes if n.get('label')], ['b', 'a'])
        nodes = json.loads(draw_dot(a + a).json)
        self.assertEqual(len(nodes['edges']), 2)

    def test_the_same_bytes_in_every_run(self):
        program = ('import sys; sys.path[:0] = %r\n'
                   'import python_draw, python_lectures as l, dotgrad\n'
                   'e = python_draw.expression(l.Value)\n'
                   'for v in dotgrad.trace(e)[0]: v.__dict__.update(_backward=None)\n'
                   'print(dotgrad.draw_dot(e).source)') % (sys.path,)
        texts = {subprocess.run([sys.executable, '-c', 'x = [object() for _ in range(%d)]\n' % (7 * i) + program],
                                check=True, capture_output=True, text=True,
                                env={**os.environ, 'PYTHONHASHSEED': str(i)}).stdout for i in range(4)}
        self.assertEqual(len(texts), 1)

    def test_the_third_lecture(self):
        a, b = lectures.ThirdValue(2.0), lectures.ThirdValue(3.0)
        nodes = json.loads(draw_dot(a * b + a).json)['nodes']
        self.assertEqual([(n.get('op'), n['data']) for n in nodes], [('+', 8.0), ('*', 6.0), (None, 2.0), (None, 3.0)])

    def test_microgpt(self):
        a, b = lectures.Scalar(2.0), lectures.Scalar(3)
        v = ((a * b + 1)**3).log().exp().relu() + a
        nodes = json.loads(draw_dot(v).json)['nodes']
        self.assertEqual([n['op'] for n in nodes if 'op' in n], ['+', 'ReLU', 'exp', 'log', '**3', '+', '*'])
        edges = json.loads(draw_dot(v).json)['edges']
        self.assertIn(3.0, [e.get('local') for e in edges])
        self.assertIn('dg-edge', draw_dot(v, edges='local').svg)

    def test_what_is_missing(self):
        class Bare:
            def __init__(self, *operands):
                self.children = operands

        graph = draw_dot(Bare(Bare(), Bare()))
        nodes = json.loads(graph.json)['nodes']
        self.assertEqual([n['data'] for n in nodes], [None, None, None])
        self.assertTrue(graph.svg)
        self.assertIsNone(json.loads(draw_dot(lectures.ThirdValue(1.0, grad=None)).json)['nodes'][0]['grad'])

    def test_labels_with_anything(self):
        for label in ('<&>"\'|{}\\', '\n\t', '\0', '\ud800x', '$\\frac{a}{b}$', 'x' * 5000, '‮ ', 7):
            v = lectures.Value(1.0, label=label)
            graph = draw_dot(v * v)
            self.assertTrue(graph.svg and graph.source and graph.json, label)

    def test_bad_objects(self):
        class Raises:
            data = 1.0

            def __getattr__(self, name):
                raise RuntimeError('no ' + name)

        class Changes:
            data = 1.0
            label = 'changes'

            @property
            def _prev(self):
                made = {1.0, 2.0}

                def walk():
                    for x in made:
                        made.add(len(made) + 10.5)
                        yield x

                return walk()

        cycle = lectures.Value(1.0, label='around')
        cycle._prev = {cycle * 2}
        for bad, error, text in ((Raises(), TypeError, "'_prev' raised RuntimeError: no _prev"),
                                 (Changes(), TypeError, 'changed size'), (cycle, ValueError, "cycle.*'around'"),
                                 (lectures.Value('s', label='text'), TypeError, "'text' cannot be drawn.*'str'"),
                                 (lectures.Value(1j), TypeError, 'complex'),
                                 (lectures.Value(10**400), OverflowError, 'too large'),
                                 (lectures.Value(1.0, (None,)), TypeError, 'NoneType'),
                                 (3, TypeError, 'not an object of the class int'),
                                 (lectures.Value, TypeError, 'draw_dot'), (None, TypeError, 'NoneType'),
                                 ([Value(1.0)], TypeError, 'class list')):
            with self.assertRaisesRegex(error, text):
                draw_dot(bad)
        self.assertIn('nan', draw_dot(lectures.Value(float('nan'))).svg)
        self.assertIsNone(json.loads(draw_dot(lectures.Value(None)).json)['nodes'][0]['data'])

    def test_deep_and_wide(self):
        n = 1000000 if THOROUGH else 20000
        v = first = lectures.ThirdValue(1.0)
        for _ in range(n):
            v = lectures.ThirdValue(1.0, [v, first], '*')
        self.assertEqual(draw_dot(v)._trace.node_count(), n + 1)
        while v.children:  # without Python's own recursion at the end
            v.children, v = None, v.children[0]
        wide = lectures.ThirdValue(1.0, [lectures.ThirdValue(float(i)) for i in range(n)], 'sum')
        self.assertEqual(draw_dot(wide)._trace.edge_count(), n)


class Programs(unittest.TestCase):
    def test_errors(self):
        with self.assertRaises(dotgrad.ProgramError) as caught:
            draw_program('a = Value(1.0)\né = a + bb\n', name='cell', first_line=2)
        e = caught.exception
        self.assertIsInstance(e, SyntaxError)
        self.assertEqual((e.filename, e.lineno), ('cell', 3 if 'bb' in e.msg else e.lineno))
        with self.assertRaisesRegex(ValueError, "no value 'zz'"):
            draw_program('a = Value(1.0)\n', 'zz')
        with self.assertRaises(ValueError):
            draw_program('')

    def test_root_and_options(self):
        text = 'a = Value(2.0)\nb = a * a\nc = b + 1\n'
        self.assertIn('b', draw_program(text, 'b').table.split('\n')[1])
        self.assertNotEqual(draw_program(text, direction='TB').svg, draw_program(text).svg)

    def test_the_magic(self):
        try:
            from IPython.core.error import UsageError
            from IPython.core.interactiveshell import InteractiveShell
        except ImportError:
            self.skipTest('IPython is not here')
        shell = InteractiveShell.instance()
        shell.run_line_magic('load_ext', 'dotgrad')
        program = 'a = Value(2.0)\nb = a * a\n'
        graph = shell.run_cell_magic('dotgrad', '--direction TB --style wire --to g -r b', program)
        self.assertEqual(graph.svg, draw_program(program, 'b', direction='TB', style='wire').svg)
        self.assertIs(shell.user_ns['g'], graph)
        with self.assertRaises(UsageError):
            shell.run_cell_magic('dotgrad', '--nonsense', program)
        with self.assertRaises(dotgrad.ProgramError) as caught:
            shell.run_cell_magic('dotgrad', '', 'a = Value(2.0)\nb = aa\n')
        self.assertEqual(caught.exception.lineno, 3)


if __name__ == '__main__':
    unittest.main()

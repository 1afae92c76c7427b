"""Compares the command's graphs with those of a class like the documents' `Value`, for random programs.

usage: draw_dot.py DOTGRAD FOLDER [PROGRAMS [SEED]]

The class below is small and obvious: floats, closures, a sorted list. Programs are made so that they
are valid in Python and in dotgrad's language; each is run by both, and what draw_dot draws of the last
root is compared without regard to the names and the order of Graphviz's nodes.
"""

import math
import os
import random
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor


class OutOfRange(Exception):
    """A number that two ways of computing it might print differently."""


def require(condition):
    if not condition:
        raise OutOfRange


STRICT = True


def checked(x):
    """A result that may be drawn: its error is far from its fourth decimal."""
    if STRICT:
        require(math.isfinite(x) and abs(x) < 1000)
    return x


def exponent_text(k):
    return "**" + (str(int(k)) if float(k).is_integer() else repr(float(k)))


class Value:
    def __init__(self, data, operands=(), op="", label=""):
        self.data = data
        self.grad = 0.0
        self.label = label
        self.operands = operands  # in order; the documents keep the set of them
        self.op = op
        self.push = lambda: None

    # Each op makes a value that knows how to push its gradient to the operands.

    def unary(self, op, data, slope):
        out = Value(checked(data), (self,), op)

        def push():
            self.grad += slope * out.grad

        out.push = push
        return out

    @staticmethod
    def wrap(x):
        return x if isinstance(x, Value) else Value(x)

    def __add__(self, other):
        other = Value.wrap(other)
        out = Value(checked(self.data + other.data), (self, other), "+")

        def push():
            self.grad += out.grad
            other.grad += out.grad

        out.push = push
        return out

    def __mul__(self, other):
        other = Value.wrap(other)
        out = Value(checked(self.data * other.data), (self, other), "*")

        def push():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.push = push
        return out

    def __pow__(self, k):
        x = self.data
        require(not STRICT or abs(x) > 0.1 and (x > 0 or float(k).is_integer()))
        return self.unary(exponent_text(k), x**k, k * x ** (k - 1))

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return Value.wrap(other) + (-self)

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return Value.wrap(other) * self**-1

    def tanh(self):
        t = math.tanh(self.data)
        return self.unary("tanh", t, 1 - t**2)

    def exp(self):
        require(self.data < 50)
        return self.unary("exp", math.exp(self.data), math.exp(self.data))

    def log(self):
        require(self.data > 0.1)
        return self.unary("log", math.log(self.data), 1 / self.data)

    def relu(self):
        return self.unary("ReLU", self.data if self.data > 0 else 0.0, 1.0 if self.data > 0 else 0.0)

    def sigmoid(self):
        require(abs(self.data) < 50)
        s = 1 / (1 + math.exp(-self.data))
        return self.unary("sigmoid", s, s * (1 - s))

    def softplus(self):
        require(abs(self.data) < 30)
        e = math.exp(self.data)
        return self.unary("softplus", math.log(1 + e), e / (1 + e))

    def silu(self):
        require(abs(self.data) < 50)
        s = 1 / (1 + math.exp(-self.data))
        return self.unary("SiLU", self.data * s, s + self.data * s * (1 - s))

    def sin(self):
        return self.unary("sin", math.sin(self.data), math.cos(self.data))

    def cos(self):
        return self.unary("cos", math.cos(self.data), -math.sin(self.data))

    def tan(self):
        require(abs(math.cos(self.data)) > 0.3)
        return self.unary("tan", math.tan(self.data), 1 / math.cos(self.data) ** 2)

    def atan(self):
        return self.unary("atan", math.atan(self.data), 1 / (1 + self.data**2))

    def sqrt(self):
        require(self.data > 0.1)
        return self.unary("sqrt", math.sqrt(self.data), 0.5 / math.sqrt(self.data))

    def abs(self):
        require(abs(self.data) > 1e-6)
        return self.unary("abs", abs(self.data), math.copysign(1.0, self.data))

    def log1p(self):
        require(self.data > -0.9)
        return self.unary("log1p", math.log(1 + self.data), 1 / (1 + self.data))

    def expm1(self):
        require(self.data < 50)
        return self.unary("expm1", math.exp(self.data) - 1, math.exp(self.data))

    def erf(self):
        slope = 2 / math.sqrt(math.pi) * math.exp(-(self.data**2))
        return self.unary("erf", math.erf(self.data), slope)

    def extreme(self, other, op, of_self):
        other = Value.wrap(other)
        require(abs(self.data - other.data) > 1e-6)
        first = of_self(self.data, other.data)
        out = Value(self.data if first else other.data, (self, other), op)

        def push():
            (self if first else other).grad += out.grad

        out.push = push
        return out

    def max(self, other):
        return self.extreme(other, "max", lambda x, y: x > y)

    def min(self, other):
        return self.extreme(other, "min", lambda x, y: x < y)

    def below(self):
        """All values this one was computed from, and itself, operands first."""
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            v, done = stack.pop()
            if done:
                order.append(v)
            elif id(v) not in seen:
                seen.add(id(v))
                stack.append((v, True))
                stack.extend((p, False) for p in v.operands)
        return order

    def backward(self):
        order = self.below()
        self.grad = 1.0
        for v in reversed(order):
            v.push()


def function(name):
    return lambda v, *rest: getattr(v, name)(*rest)


UNARY = "tanh exp log relu sigmoid softplus silu sin cos tan atan sqrt abs log1p expm1 erf".split()
NAMES = {"Value": Value, "backward": lambda v: v.backward()}
NAMES.update((name, function(name)) for name in UNARY + ["max", "min"])


# --- A graph, as draw_dot draws it ------------------------------------------------------------------


class Graph:
    """Records, ops by record, edges: node -> op's node, each with how often."""

    def __init__(self):
        self.record = {}  # name of a value's node -> text
        self.op = {}  # name of a value's node -> text of its op
        self.parents = {}  # name of a value's node -> [(name, label of the edge)]

    def add(self, name, record, op):
        self.record[name] = record
        self.parents[name] = []
        if op:
            self.op[name] = op

    def views(self, clean):
        records = {name: clean(text) for name, text in self.record.items()}
        yield "values", Counter(records.values())
        yield "ops", Counter((op, records[name]) for name, op in self.op.items())
        yield "edges", Counter(
            (records[p], times, self.op.get(name), records[name])
            for name, parents in self.parents.items()
            for p, times in parents
        )
        yield "whole", self.whole(records)

    def whole(self, records):
        """The graph as one nested text, shortened: what each node says and what stands under it."""
        said = {}
        below = {p for parents in self.parents.values() for p, _ in parents}
        roots = [name for name in self.record if name not in below]
        stack = [(root, False) for root in roots]
        while stack:
            name, done = stack.pop()
            if name in said:
                continue
            if not done:
                stack.append((name, True))
                stack.extend((p, False) for p, _ in self.parents[name])
            else:
                under = sorted((said[p], times) for p, times in self.parents[name])
                said[name] = hash((records[name], self.op.get(name), tuple(under)))
        return Counter(said[root] for root in roots)


def graph_of(root):
    g = Graph()
    for v in root.below():
        g.add(id(v), "{ %s | data %.4f | grad %.4f }" % (v.label, v.data, v.grad), v.op)
        for p in dict.fromkeys(v.operands):
            times = v.operands.count(p)
            g.parents[id(v)].append((id(p), "" if times == 1 else "×%d" % times))
    return g


class BadSource(Exception):
    pass


def tokens(text):
    """The words, strings and signs of a piece of Graphviz source."""
    i = 0
    while i < len(text):
        c = text[i]
        if c.isspace():
            i += 1
        elif c == '"':
            end = i + 1
            while text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            yield "string", text[i + 1 : end].replace('\\"', '"')
            i = end + 1
        elif text.startswith("->", i):
            yield "sign", "->"
            i += 2
        elif c in "[]{}=;,+":
            yield "sign", c
            i += 1
        else:
            end = i
            while end < len(text) and (text[end].isalnum() or text[end] in "_."):
                end += 1
            if end == i:
                raise BadSource("a stray %r" % c)
            yield "word", text[i:end]
            i = end


def unescaped(text):
    out, i = [], 0
    while i < len(text):
        if text[i] == "\\":
            i += 1
        out.append(text[i])
        i += 1
    return "".join(out).replace("&amp;", "&")


def parse(source):
    """What `dotgrad -Tdot` wrote."""
    t = list(tokens(source))
    if t[:3] != [("word", "digraph"), ("sign", "{"), ("word", "graph")] or t[-1] != ("sign", "}"):
        raise BadSource("no digraph")
    at = 2
    nodes, edges = {}, []

    def attributes():
        nonlocal at
        found = {}
        if t[at] != ("sign", "["):
            return found
        at += 1
        while t[at] != ("sign", "]"):
            if t[at][0] != "word" or t[at + 1] != ("sign", "="):
                raise BadSource("no attribute at %r" % (t[at],))
            found[t[at][1]] = t[at + 2][1]
            at += 3
        at += 1
        return found

    while at < len(t) - 1:
        kind, name = t[at]
        if kind != "word":
            raise BadSource("no node at %r" % (t[at],))
        at += 1
        if t[at] == ("sign", "->"):
            to = t[at + 1][1]
            at += 2
            edges.append((name, to, attributes().get("label", "")))
        elif name == "graph":
            if attributes() != {"rankdir": "LR"}:
                raise BadSource("other attributes of the graph than rankdir=LR")
        elif name in nodes:
            raise BadSource("node %s occurs twice" % name)
        else:
            nodes[name] = attributes()

    g = Graph()
    for name, a in nodes.items():
        if a.get("shape") == "record":
            g.add(name, unescaped(a["label"]), None)
    for name, a in nodes.items():
        if "shape" not in a:
            value = name[: -len("_op")]
            if not name.endswith("_op") or value not in g.record or (name, value, "") not in edges:
                raise BadSource("op node %s has no value" % name)
            g.op[value] = unescaped(a["label"])
            edges.remove((name, value, ""))
    for a, b, times in edges:
        value = b[: -len("_op")]
        if a not in g.record or value not in g.op:
            raise BadSource("edge %s -> %s leads not from a value to an op" % (a, b))
        g.parents[value].append((a, times))
    return g


# --- Programs ---------------------------------------------------------------------------------------

LABELS = ["x*w", "a b", "(n)", "größe", "L = d*f", "w₁", "x<1>", "{y}", "p|q", 'say "a"', "tom & jerry", "50%", "→"]


class Maker:
    """One random program."""

    def __init__(self, rng):
        self.rng = rng
        self.lines = []
        self.names = dict(NAMES)
        self.values = []  # names of values
        self.leaves = []
        self.count = 0

    def number(self):
        # Many digits, so that no result lies between two roundings.
        return repr(round(self.rng.uniform(0.2, 3) * self.rng.choice((1, 1, -1)), 7))

    def constant(self):
        return self.rng.choice((self.number(), "2", "3", "(1 + 2)", "(7 / 2)", "0.5", "(2**3)", "1e-1", "-1"))

    def exponent(self):
        return self.rng.choice(("2", "3", "-1", "0.5", "-2", "1.5", "2.0", "(1 + 1)", "-0.5", "1"))

    def expression(self, depth):
        rng = self.rng
        if depth == 0 or rng.random() < 0.15:
            return rng.choice(self.values)
        sub = self.expression(depth - 1)
        kind = rng.randrange(14)
        if kind < 6:
            other = self.expression(depth - 1) if rng.random() < 0.75 else self.constant()
            a, b = (sub, other) if rng.random() < 0.7 else (other, sub)
            return "%s %s %s" % (a, rng.choice("+-*/+*"), b) if rng.random() < 0.4 else "(%s %s %s)" % (
                a, rng.choice("+-*/"), b)
        if kind == 6:
            return "(-%s)" % sub
        if kind == 7:
            return "(%s)**%s" % (sub, self.exponent())
        if kind == 8:
            return "(%s + %s)" % (sub, sub)
        if kind == 9:
            return "%s(%s, %s)" % (rng.choice(("max", "min")), sub, self.expression(depth - 1))
        if kind < 12:
            return "%s(%s)" % (rng.choice(UNARY), sub)
        return "(%s).%s()" % (sub, rng.choice(UNARY))

    def run(self, line):
        exec(line, self.names)  # pylint: disable=exec-used
        self.lines.append(line)

    def new_name(self):
        self.count += 1
        return "v%d" % self.count if self.rng.random() < 0.5 else "name_%d" % self.count

    def leaf(self):
        name = self.new_name()
        data = self.number()
        label = self.rng.choice((name, name, name, self.rng.choice(LABELS)))
        form = self.rng.choice(("%s = Value(%s, label=%r)", "%s = Value(data=%s, label=%r)"))
        if self.rng.random() < 0.1:
            self.run("%s = Value(%s)" % (name, data))
        else:
            self.run(form % (name, data, label))
        self.values.append(name)
        self.leaves.append(name)

    def result(self):
        name = self.new_name()
        for _ in range(50):
            kind = self.rng.random()
            old = self.rng.choice(self.values)
            if kind < 0.15 and old not in self.leaves:
                line = "%s %s= %s" % (old, self.rng.choice("+-*/"), self.expression(1))
            else:
                line = "%s = %s" % (name, self.expression(self.rng.randint(1, 3)))
                old = name
            try:
                self.run(line)
            except (OutOfRange, OverflowError, ZeroDivisionError):
                continue
            if not isinstance(self.names[old], Value):
                continue
            if old == name:
                self.values.append(name)
            if self.rng.random() < 0.5:
                self.run("%s.label = %r" % (old, self.rng.choice((old, old, self.rng.choice(LABELS)))))
            return

    def root(self, values):
        """A backward pass from the sum of some values; those that it used are not used again."""
        self.values = values
        for _ in range(self.rng.randint(1, 10)):
            self.result()
        root = self.new_name()
        self.run("%s = %s" % (root, " + ".join(self.rng.sample(self.values, min(len(self.values), 4)))))
        self.run(self.rng.choice(("%s.label = 'root'; %s.backward()", "%s.backward(); backward_of = %s", "%s.backward()  # %s"))
                 % (root, root))
        return root

    def program(self):
        for _ in range(self.rng.randint(1, 5)):
            self.leaf()
        leaves = list(self.leaves)
        # A second pass adds to the leaves' gradients; it shares nothing else with the first.
        passes = 2 if self.rng.random() < 0.2 else 1
        for _ in range(passes):
            root = self.root(list(leaves))
        if self.rng.random() < 0.2:
            leaf = self.rng.choice(leaves)
            self.run("%s.data %s 0.05 * %s.grad" % (leaf, self.rng.choice(("+=", "-=")), leaf))
        value = self.names[root]
        for v in value.below():
            require(math.isfinite(v.grad) and abs(v.grad) < 1000)
            # A sum that should be zero, and is not quite, has either sign.
            require(v.grad == 0 or abs(v.grad) > 1e-9)
            require(v.data == 0 or abs(v.data) > 1e-9)
        require(len(value.below()) <= 400)
        return "\n".join(self.lines) + "\n", graph_of(value)


def random_programs(n, seed):
    for i in range(n):
        for attempt in range(1000):
            rng = random.Random("%s %s %s" % (seed, i, attempt))
            try:
                text, graph = Maker(rng).program()
            except (OutOfRange, OverflowError, ZeroDivisionError):
                continue
            yield "program %d of seed %s" % (i, seed), text, graph
            break
        else:
            raise SystemExit("no program was found for seed %s, number %d" % (seed, i))


# Programs in which single things show, compared to the last sign.
FIXED = [
    "a = Value(2.0, label='a')\na.backward()",
    "a = Value(2.0, label='a'); b = a + a; b.label = 'b'; b.backward()",
    "a = Value(-2.0, label='a'); b = a * a; b.backward()",
    "a = Value(0.0, label='a'); b = -a; b.backward()",
    "a = Value(3.0, label='a'); b = a - 1; b.backward()",
    "a = Value(3.0, label='a'); b = 1 - a; b.backward()",
    "a = Value(3.0, label='a'); b = a / 2; b.backward()",
    "a = Value(3.0, label='a'); b = 2 / a; b.backward()",
    "a = Value(3.0, label='a'); b = a - a; b.backward()",
    "a = Value(3.0, label='a'); b = a / a; b.backward()",
    "a = Value(3.0, label='a'); b = -a**2; b.backward()",
    "a = Value(3.0, label='a'); b = a**2**2; b.backward()",
    "a = Value(3.0, label='a'); b = a**-1; b.backward()",
    "a = Value(4.0, label='a'); b = a**0.5 + a**1.0; b.backward()",
    "a = Value(4.0, label='a'); b = 2 * a + 3 - a * 4 / 5; b.backward()",
    "a = Value(-1.0, label='a'); b = a.relu(); b.backward()",
    "a = Value(0.0, label='a'); b = a.relu() * -1; b.backward()",
    "a = Value(0.00005, label='a'); b = a * -1; b.backward()",
    "a = Value(0.03125, label='a'); b = a + 0; b.backward()",
    "a = Value(123456789.0, label='a'); b = a * a; b.backward()",
    "a = Value(-2.0, label='a'); b = Value(3.0, label='b'); d = a*b; e = a+b; f = d*e; f.backward()",
    "a = Value(1.0, label='a'); b = a + 1; c = a + 1; d = b * c; d.backward()",
    "a = Value(1.0, label='same'); b = Value(1.0, label='same'); c = a * b; c.backward()",
    """x1 = Value(2.0, label='x1')
x2 = Value(0.0, label='x2')
w1 = Value(-3.0, label='w1')
w2 = Value(1.0, label='w2')
b = Value(6.8813735870195432, label='b')
x1w1 = x1*w1; x1w1.label = 'x1*w1'
x2w2 = x2*w2; x2w2.label = 'x2*w2'
s = x1w1 + x2w2; s.label = 'x1*w1 + x2*w2'
n = s + b; n.label = 'n'
e = (2*n).exp()
o = (e - 1) / (e + 1)
o.label = 'o'
o.backward()""",
]


def fixed_programs():
    global STRICT
    STRICT = False
    for text in FIXED:
        names = dict(NAMES)
        exec(text, names)  # pylint: disable=exec-used
        roots = [v for v in names.values() if isinstance(v, Value) and v.grad == 1.0]
        root = max(roots, key=lambda v: len(v.below()))
        yield "fixed program", text + "\n", graph_of(root)
    STRICT = True


# --- The comparison ---------------------------------------------------------------------------------


def as_it_is(text):
    return text


def difference(wanted, got):
    for (name, a), (_, b) in zip(wanted.views(as_it_is), got.views(as_it_is)):
        if a != b and name != "whole":
            return "%s only in Python: %s\n%s only by dotgrad: %s" % (
                name, sorted((a - b).elements(), key=str)[:5], name, sorted((b - a).elements(), key=str)[:5])
        if a != b:
            return "the same nodes and edges, put together otherwise"
    return None


def check(dotgrad, folder, number, what, text, wanted):
    """None, or what is wrong."""
    path = os.path.join(folder, "%d.dg" % number)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    done = subprocess.run([dotgrad, "--labels=explicit", "-Tdot", path], capture_output=True, check=False,
                          stdin=subprocess.DEVNULL)
    os.unlink(path)
    if done.returncode != 0 or done.stderr:
        problem = "exit status %d: %s" % (done.returncode, done.stderr.decode("utf-8", "replace"))
    else:
        try:
            problem = difference(wanted, parse(done.stdout.decode("utf-8")))
        except (BadSource, IndexError, UnicodeDecodeError) as e:
            problem = "no Graphviz source that could be read: %s" % e
    return problem and "%s\n%s\n%s" % (what, text, problem)


def self_test():
    """The comparison notices what differs."""
    a, b = Value(1.5, label="a"), Value(2.5, label="b")
    c, d, e = a + b, a * b, a + a
    same, other = a + b, b + b
    assert difference(graph_of(c), graph_of(same)) is None
    for x, y in ((c, d), (c, e), (c, other), (c, -c), (c * d, d * (b + a) + a)):
        assert difference(graph_of(x), graph_of(y)) is not None
    # The same nodes and edges in two arrangements.
    x, y = (a + b) * (a + b), (a + b) + 0
    assert difference(graph_of(x), graph_of(y)) is not None
    source = ('digraph {\n graph [rankdir=LR]\n v0 [label="{ | data 3.0000 | grad 0.0000 }" shape=record]\n'
              ' v0_op [label="+"]\n v0_op -> v0\n'
              ' v1 [label="{ a | data 1.5000 | grad 0.0000 }" shape=record]\n v1 -> v0_op [label="×2"]\n}\n')
    missing = "{  | data"
    assert difference(graph_of(e), parse(source.replace("{ | data", missing))) is None
    assert difference(graph_of(e), parse(source.replace("{ | data", missing).replace(' [label="×2"]', ""))) is not None


def main():
    dotgrad, folder = sys.argv[1:3]
    n = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    seed = sys.argv[4] if len(sys.argv) > 4 else "1"
    self_test()
    programs = list(fixed_programs()) + list(random_programs(n, seed))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda p: check(dotgrad, folder, p[0], *p[1]), enumerate(programs)))
    wrong = [problem for problem in found if problem]
    for problem in wrong[:5]:
        print("FAIL:", problem, "\n")
    values = sum(len(graph.record) for _, _, graph in programs)
    print("%d programs with %d values, seed %s; %d differ" % (len(programs), values, seed, len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

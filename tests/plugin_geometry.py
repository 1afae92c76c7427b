#!/usr/bin/env python3
"""Measures what a layout of Graphviz draws, in its JSON: nodes, edges and labels that are not there, edges through nodes or labels,
arrows that are not at their ports, labels over one another or over nodes. It knows nothing of how the layout works.

    plugin_geometry.py random KIND FIRST LAST COMMAND...    random graphs of a kind, with the seeds FIRST to LAST
    plugin_geometry.py files FILE... -- COMMAND...          graphs in files

COMMAND reads a graph on standard input and writes the JSON. Each fault is a line. Exit status 1 where there are faults."""
import json
import math
import random
import re
import subprocess
import sys

SLACK = 0.7  # points: what the digits of the format and clipping to outlines leave open


def numbers(text):
    return [float(x) for x in text.split(",")]


def leaves(label):
    """The names of the ports of a record's fields, in the order of the fields' rectangles."""
    found, text, closed = [], "", False
    for c in re.findall(r"\\.|[^\\]", label) + ["|"]:
        if c == "{":
            text = ""
        elif c in "|}":
            if not closed:
                port = re.match(r"\s*<\s*([^>]*?)\s*>", text)
                found.append(port.group(1) if port else None)
            text, closed = "", c == "}"
        else:
            text += c
    return found


class Node:
    def __init__(self, item):
        self.name = item["name"]
        self.x, self.y = numbers(item["pos"])
        self.width, self.height = float(item["width"]) * 72, float(item["height"]) * 72
        self.shape = item.get("shape", "ellipse")
        self.round = self.shape in ("ellipse", "circle", "doublecircle", "oval", "point")
        self.ordering = item.get("ordering", "")
        self.fields = {}
        if "rects" in item:
            rects = [numbers(r) for r in item["rects"].split()]
            names = leaves(item.get("label", ""))
            if len(names) == len(rects):
                self.fields = {n: r for n, r in zip(names, rects) if n}

    def depth(self, x, y):
        """How far inside of the node a point is; less than 0 outside."""
        dx, dy = abs(x - self.x), abs(y - self.y)
        if self.round:
            share = math.hypot(dx / (self.width / 2), dy / (self.height / 2))
            return (1 - share) * min(self.width, self.height) / 2
        if self.shape == "diamond":
            return (1 - dx / (self.width / 2) - dy / (self.height / 2)) * min(self.width, self.height) / 2
        return min(self.width / 2 - dx, self.height / 2 - dy)

    def box(self):
        return (self.x - self.width / 2, self.y - self.height / 2, self.x + self.width / 2, self.y + self.height / 2)


def texts_box(ops):
    """The box around the lines of a label, from the operations that draw it; None if there are none."""
    boxes = []
    size = 14.0
    for op in ops or []:
        if op["op"] == "F":
            size = op["size"]
        if op["op"] == "T":
            x, y = op["pt"]
            left = {"l": 0.0, "c": op["width"] / 2, "r": op["width"]}[op["align"]]
            boxes.append((x - left, y - 0.25 * size, x - left + op["width"], y + 0.75 * size))
    if not boxes:
        return None
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


class Edge:
    def __init__(self, item, nodes):
        self.tail, self.head = nodes[item["tail"]], nodes[item["head"]]
        self.name = "%s -> %s" % (self.tail.name, self.head.name)
        self.ports = item.get("tailport", ""), item.get("headport", "")
        self.label = item.get("label", "")
        self.min_length = int(item.get("minlen", "1"))
        self.constrains = item.get("constraint", "true") != "false"
        self.box = texts_box(item.get("_ldraw_"))
        self.points, self.tips = [], [None, None]
        for part in item.get("pos", "").split():
            if part[0] in "se":
                self.tips[part[0] == "e"] = numbers(part[2:])
            else:
                self.points.append(numbers(part))

    def ends(self):
        return self.tips[0] or self.points[0], self.tips[1] or self.points[-1]

    def samples(self, n=24):
        for i in range(0, len(self.points) - 1, 3):
            a, b, c, d = self.points[i : i + 4]
            for k in range(n + 1):
                t = k / n
                s = 1 - t
                yield [s**3 * a[j] + 3 * s * s * t * b[j] + 3 * s * t * t * c[j] + t**3 * d[j] for j in (0, 1)]


def overlap(a, b):
    return min(a[2], b[2]) - max(a[0], b[0]) > SLACK and min(a[3], b[3]) - max(a[1], b[1]) > SLACK


COMPASS = {"n": (0, 1), "ne": (1, 1), "e": (1, 0), "se": (1, -1), "s": (0, -1), "sw": (-1, -1), "w": (-1, 0), "nw": (-1, 1)}


def port_fault(edge, node, port, end):
    """What is wrong with where an edge ends at a node that it names a port of, or None."""
    field, _, compass = port.partition(":")
    if not compass and field in COMPASS and field not in node.fields:
        field, compass = "", field
    left, bottom, right, top = node.box()
    if field in node.fields:
        left, bottom, right, top = node.fields[field]
    elif field and field != "_" and field != "c":
        return None
    x, y = end
    off = max(left - x, x - right, bottom - y, y - top)
    if field in node.fields and off > 1.2:
        return "%.1f away from the field %s" % (off, field)
    if field in node.fields and min(x - left, right - x, y - bottom, top - y) > 1.2:
        return "inside of the field %s" % field
    if compass in COMPASS and node.shape in ("box", "rect", "record"):
        sx, sy = COMPASS[compass]
        want = ((left + right) / 2 + sx * (right - left) / 2, (bottom + top) / 2 + sy * (top - bottom) / 2)
        if max(abs(want[0] - x), abs(want[1] - y)) > 1.2:
            return "%.1f away from the point %s" % (math.hypot(want[0] - x, want[1] - y), compass)
    return None


def along(graph, node):
    """Where a node is in the direction of the ranks."""
    return {"LR": node.x, "RL": -node.x, "BT": node.y}.get(graph.get("rankdir", "TB"), -node.y)


def across(graph, node):
    """Where a node is in its rank, from the first."""
    return -node.y if graph.get("rankdir") in ("LR", "RL") else node.x


def rank_faults(graph, nodes, edges):
    """What subgraphs and edges say about ranks and is not so. Of edges, where there are no cycles."""
    found = []
    ends = {"min": -1, "source": -1, "max": 1, "sink": 1}
    for sub in graph.get("objects", []):
        kind = sub.get("rank")
        if "nodes" not in sub or kind not in ("same", *ends):
            continue
        own = [nodes[i] for i in sub["nodes"] if i in nodes]
        if max(along(graph, n) for n in own) - min(along(graph, n) for n in own) > SLACK:
            found.append("%s are not in one rank" % ", ".join(n.name for n in own))
        for n in nodes.values():
            side = ends.get(kind, 0)
            if side and (along(graph, n) - along(graph, own[0])) * side > SLACK:
                found.append("%s is beyond %s, which are in the %s rank" % (n.name, own[0].name, kind))
            if kind in ("source", "sink") and n not in own and abs(along(graph, n) - along(graph, own[0])) < SLACK:
                found.append("%s is in the rank of %s" % (n.name, own[0].name))
    gap = 72 * float(graph.get("ranksep", 0.5))
    flip = graph.get("rankdir") in ("LR", "RL")
    for e in edges:
        thick = sum((n.width if flip else n.height) / 2 for n in (e.tail, e.head))
        length = abs(along(graph, e.head) - along(graph, e.tail))
        if e.min_length > 1 and length < e.min_length * gap + thick - SLACK:
            found.append("%s is %.0f long, not %d ranks" % (e.name, length, e.min_length))
    return found


def order_faults(graph, edges):
    """Where edges out of a node, or into it, are not in their order."""
    found = []
    by_end = {}
    for e in edges:
        for node, other, kind in ((e.tail, e.head, "out"), (e.head, e.tail, "in")):
            if graph.get("ordering", node.ordering) == kind:
                by_end.setdefault((kind, node.name), []).append(other)
    for (kind, name), others in by_end.items():
        for a, b in zip(others, others[1:]):
            if a is not b and abs(along(graph, a) - along(graph, b)) < SLACK and across(graph, a) > across(graph, b):
                found.append("%s and %s are not in the order of the edges %s of %s" % (a.name, b.name, kind, name))
    return found


def faults(graph):
    found = []
    items = [o for o in graph.get("objects", []) if "pos" in o]
    nodes = {o["_gvid"]: Node(o) for o in items}
    for o in graph.get("objects", []):
        if "pos" not in o and "nodes" not in o and "bb" not in o and "subgraphs" not in o and "rank" not in o:
            found.append("the node %s is nowhere" % o["name"])
    edges = [Edge(e, nodes) for e in graph.get("edges", [])]
    for e in edges:
        if not e.points:
            found.append("the edge %s is not drawn" % e.name)
            continue
        if e.label and not e.box:
            found.append("the label of %s is not drawn" % e.name)
        for node, port, end in zip((e.tail, e.head), e.ports, e.ends()):
            fault = port_fault(e, node, port, end) if port else None
            if fault:
                found.append("%s ends %s of %s" % (e.name, fault, node.name))
            if node.depth(*end) < -2 or (not port and node.depth(*end) > 2 and node.shape != "point"):
                found.append("%s does not end at %s" % (e.name, node.name))
        through, over = set(), set()
        for x, y in e.samples():
            for n in nodes.values():
                inside = n.depth(x, y)
                if inside > SLACK and n is not e.tail and n is not e.head:
                    through.add(n.name)
                # An edge to a field that others are around goes over its own node.
                own = 6 if n.shape in ("plain", "none", "plaintext") else 3  # cells have a frame around them
                if inside > own and n in (e.tail, e.head) and not n.fields:
                    through.add(n.name)
            for other in edges:
                b = other.box
                if b and b[0] + 1.5 < x < b[2] - 1.5 and b[1] + 1.5 < y < b[3] - 1.5:
                    over.add(other.name)
        found += ["%s goes through %s" % (e.name, n) for n in sorted(through)]
        found += ["%s goes over the label of %s" % (e.name, n) for n in sorted(over)]
    found += rank_faults(graph, nodes, edges) + order_faults(graph, edges)
    labelled = [e for e in edges if e.box]
    for i, e in enumerate(labelled):
        found += ["the label of %s is over that of %s" % (e.name, f.name) for f in labelled[:i] if overlap(e.box, f.box)]
        found += ["the label of %s is over %s" % (e.name, n.name) for n in nodes.values() if overlap(e.box, n.box())]
    boxes = list(nodes.values())
    for i, n in enumerate(boxes):
        found += ["%s is over %s" % (n.name, m.name) for m in boxes[:i] if overlap(n.box(), m.box())]
    return found


# ---- Random graphs ----

WORDS = ["a", "bb", "one", "seven", "label text", "wwwwwwwwww"]


def record(r, stacked, nested):
    """The label of a record, and its ports."""
    fields = ["<f%d>%s" % (i, r.choice(WORDS)) for i in range(r.randint(2, 5))]
    if nested:
        more = r.choice(["", "|<g2>x"])
        fields[r.randrange(len(fields))] = "{<g0>%s|<g1>%s%s}" % (r.choice(WORDS), r.choice(WORDS), more)
    label = "|".join(fields)
    return ("{%s}" if stacked else "%s") % label


def random_node(r, kind, name):
    """A node statement, and the ports of the node."""
    flat = kind in ("fields-TB", "fields-LR")
    if flat or (kind in ("ports", "compass") and r.random() < 0.6):
        label = record(r, not flat and r.random() < 0.5, not flat and r.random() < 0.4)
        return '%s [shape=record, label="%s"];' % (name, label), [p for p in leaves(label) if p]
    shapes = ["box"] if kind == "compass" else ["box", "ellipse", "circle", "diamond"] if kind == "ports" else ["box", "box", "ellipse"]
    return "%s [shape=%s];" % (name, r.choice(shapes)), []


def random_label(r, kind):
    share = {"labels": 0.6, "automata": 0.8, "ports": 0.15, "cycles": 0.15}.get(kind, 0)
    if r.random() >= share:
        return ""
    return '[label="%s"]' % (r.choice(["0", "1", "a,b"]) if kind == "automata" else "x" * r.randint(1, 13))


def random_graph(kind, seed):
    r = random.Random("%s %d" % (kind, seed))
    n = r.randint(4, 14)
    cyclic = kind in ("ports", "compass", "cycles", "automata")
    direction = kind[-2:] if kind[:-2] == "fields-" else r.choice(["TB", "LR", "BT", "RL"])
    lines, ports = ["rankdir=%s;" % direction], []
    for i in range(n):
        line, own = random_node(r, kind, "n%d" % i)
        lines.append(line)
        ports.append(own)

    def end(v):
        text = "n%d" % v
        if ports[v] and (not cyclic or r.random() < 0.7):
            text += ":" + r.choice(ports[v])
        if kind == "compass" and r.random() < 0.6:
            text += ":" + r.choice(sorted(COMPASS))
        return text

    for _ in range(r.randint(n - 1, int(1.8 * n))):
        a, b = r.randrange(n), r.randrange(n)
        if not cyclic and a == b:
            continue
        if not cyclic and a > b:
            a, b = b, a
        lines.append("%s -> %s %s;" % (end(a), end(b), random_label(r, kind)))
    return "digraph { %s }" % " ".join(lines)


def random_ranks(seed):
    """A graph without cycles, with attributes on ranks that do not contradict one another."""
    r = random.Random("ranks %d" % seed)
    n = r.randint(6, 16)
    level = sorted(r.randint(0, 4) for _ in range(n))
    lines = ["rankdir=%s;" % r.choice(["TB", "LR", "BT", "RL"]), "node [shape=%s];" % r.choice(["box", "ellipse"])]
    if r.random() < 0.3:
        lines.append("splines=%s;" % r.choice(["ortho", "polyline", "curved"]))
    for k in range(5):
        own = [i for i in range(n) if level[i] == k and r.random() < 0.7]
        kind = {0: ["same", "min", "source"], 4: ["same", "max", "sink"]}.get(k, ["same"])
        if len(own) > 1:
            lines.append("{ rank=%s; %s }" % (r.choice(kind), " ".join("n%d" % i for i in own)))
    for _ in range(r.randint(n - 1, 2 * n)):
        a, b = sorted(r.sample(range(n), 2))
        attributes = []
        if r.random() < 0.3:
            attributes.append('label="%s"' % ("x" * r.randint(1, 8)))
        if level[a] == level[b] and r.random() < 0.5:
            a, b = b, a
        elif level[a] < level[b] and r.random() < 0.15:
            a, b = b, a
            attributes.append("constraint=false")
        elif level[b] > level[a] + 1 and r.random() < 0.3:
            attributes.append("minlen=2")
        port = ":" + r.choice(sorted(COMPASS)) if r.random() < 0.2 else ""
        lines.append("n%d%s -> n%d [%s];" % (a, port, b, ", ".join(attributes)))
    return "digraph { %s }" % " ".join(lines)


# ---- Commands ----


def check(name, source, command):
    """Draws a graph and prints what is wrong with it; how many faults."""
    run = subprocess.run(command, input=source, capture_output=True, text=True, timeout=120, check=False)
    found = ["exit status %d: %s" % (run.returncode, run.stderr.strip())] if run.returncode else []
    if run.stdout:
        found += faults(json.loads(run.stdout))
    elif not found:
        found = ["nothing is drawn"]
    for fault in found:
        print("%s: %s" % (name, fault))
    return len(found)


def main():
    if sys.argv[1] == "random":
        kind, first, last, command = sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:]
        count = 0
        for seed in range(first, last + 1):
            source = random_ranks(seed) if kind == "ranks" else random_graph(kind, seed)
            count += check("%s, seed %d" % (kind, seed), source, command)
    else:
        end = sys.argv.index("--")
        count = 0
        for name in sys.argv[2:end]:
            with open(name, encoding="utf-8") as file:
                count += check(name, file.read(), sys.argv[end + 1 :])
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())

"""Reads the JSON of --why and compares it with sums over the paths of the trace."""

import json
import math
import subprocess
import sys


def explain(command, name, path):
    out = subprocess.run([command, '--why', name, '--json', path], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(out.decode('utf-8'), parse_constant=lambda name: sys.exit(f'{name} is not JSON'))


def trace_of(command, path):
    out = subprocess.run([command, '-Tjson', path], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(out.decode('utf-8'))


def local_gradient(node, operands, i):
    x, op = operands[i]['data'], node['op']
    if op == '+':
        return 1.0
    if op == '*':
        return operands[1 - i]['data']
    if op == 'tanh':
        return 1.0 - math.tanh(x) ** 2
    sys.exit(f'{op} is not expected')


def check(command, name, path):
    trace = trace_of(command, path)
    why = explain(command, name, path)
    nodes = {n['id']: n for n in trace['nodes']}
    operands = {}
    for e in trace['edges']:
        operands.setdefault(e['to'], []).append(nodes[e['from']])
    uses = {}
    for e in trace['edges']:
        local = local_gradient(nodes[e['to']], operands[e['to']], e['operand'])
        uses.setdefault(e['from'], []).append((e['to'], e['operand'], local))

    # The sums, from the root down, in an order in which each value follows what is computed from it.
    total, magnitude, count = {}, {}, {}
    pending = [why['value']]
    while pending:
        at = pending[-1]
        if at == trace['root']:
            total[at], magnitude[at], count[at] = 1.0, 1.0, 1
        missing = [to for to, _, _ in uses.get(at, []) if to not in total] if at not in total else []
        if missing:
            pending.extend(missing)
            continue
        if at not in total:
            total[at] = sum(local * total[to] for to, _, local in uses[at])
            magnitude[at] = sum(abs(local) * magnitude[to] for to, _, local in uses[at])
            count[at] = sum(count[to] for to, _, local in uses[at])
        pending.pop()

    value = why['value']
    node = nodes[value]
    assert node['label'] == name or value == name, value
    assert why['dotgrad_why'] == 1 and why['label'] == node['label'] and why['root'] == trace['root']
    assert why['known'] == 'whole' and why['grad'] == node['grad']
    assert abs(why['total'] - total[value]) <= 1e-12 * magnitude[value], why['total']
    assert abs(why['magnitude'] - magnitude[value]) <= 1e-12 * magnitude[value], why['magnitude']
    assert why['path_count'] == count[value], why['path_count']
    assert [(u['node'], u['operand']) for u in why['uses']] == [(to, i) for to, i, _ in uses[value]]
    contributions = sum(u['contribution'] for u in why['uses'])
    assert abs(contributions - total[value]) <= 1e-12 * magnitude[value], contributions
    assert len(why['paths']) == min(3, count[value])
    for path in why['paths']:
        product = 1.0
        steps = path['steps']
        assert steps[0]['node'] == trace['root'] and steps[-1]['node'] == value
        for before, step in zip(steps, steps[1:]):
            assert step['through'] == before['node']
            local = [u[2] for u in uses[step['node']] if u[0] == step['through'] and u[1] == step['operand']]
            assert len(local) == 1 and abs(step['factor'] - local[0]) <= 1e-12 * abs(local[0]), step
            product *= step['factor']
            assert step['product'] == product, step
        assert abs(path['product'] - product) <= 1e-12 * abs(product)
        assert abs(path['share'] - abs(product) / magnitude[value]) <= 1e-12
    sizes = [abs(p['product']) for p in why['paths']]
    assert sizes == sorted(sizes, reverse=True)
    assert why['text'].startswith('The gradient of '), why['text']


def main():
    command, net, ladder, long = sys.argv[1:]
    for name in 'abcdefLM':
        check(command, name, net)
    for name in ('x0', 'x30', 'x59'):
        check(command, name, ladder)
    for name in ('v100', 'v5999'):
        check(command, name, long)


main()

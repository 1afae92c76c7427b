/* The language without memory: one program that uses all of it. */
#include <dotgrad/dotgrad.h>

#include <string.h>

#include "alloc_suites.h"

static const char text[] =
    "x1 = Value(2.0, label='x1' '!'); x2 = 0.0\nw1 = -3.0; w2 = 1.0\nb = 6.88\n"
    "n = x1*w1 + x2*w2 + b\ne = (2*n).exp()\no = (e - 1) / (e + 1)\no.backward()\n"
    "o.label += 'out' + 'put'\nx1.data += 0.1 * x1.grad\nf = max(n, 3)**x2\n"
    "a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = a9 = b1 = b2 = b3 = b4 = b5 = b6 = b7 = b8 = n\n"
    "y = ((((((((((1+2*(3+4*(5+6*(7+8*(9+n*(1+n*(1+n*(1+n*(1+n*(1+n))))))))))))))))))) \n"
    "with scope('s' + '1'):\n  c = n * 2\n  with scope('t'): c2 = c; c3 = [c, nn]\n"
    "with scope(3):\n  c4 = 1 $\n  c5 = nn\n"
    "w = nn\nfor q in w:\n  r = q\nw = (1 +\nv = 1\nv.lable = 3\nn.data = n\n2 ** n\nx = $\n"
    "x3 = 1_0.5\nz = zz(\n"
    "xs = [[1, 2], [3.0, x2]]; ys = [1, -1] + []\nnames = ['relu', 'line' 'ar']\n"
    "m = MLP(2, [2, 1], activation=names, seed=3)\nl = Layer(2, 2)([n, 1])\n"
    "p = m(xs)\nq = sum(m.parameters(), m(xs[1]))\nq2 = mse(p, ys) + bce(m, xs, ys) + l2(m, 1)\n"
    "q3 = l2(l, 1) + sum([1, l[0], 2]) + hinge(p, ys)\nm.zero_grad()\n"
    "q4 = fit(m, xs, ys, steps=2, optimizer='adam', loss='sse')\nstep(m, 0.1)\n"
    "q4.label = names[1]\nm2 = Neuron(1, 'linaer')\nxs[5]\ny2 = [m(q) for q in xs]\n"
    "m(q)\nm.paramters()\nfit(m, [[1e300, 1]], [1])\nfit(m, stepz=3)\nm([1])\n"
    "n3 = [zz(q) for q in xs]\n"
    "import torch\nt = [[1, 2], [3, 4]]; u = torch.Tensor([[5, 6]], label='u', "
    "dtype=torch.float64)\n"
    "h = relu(t @ t + t[0] * u) - 2 / t[1][0]\nhs = [[h[0][1], 2], [3, x2]] * h.T\n"
    "l = hs.mean() + sum(h, dim=1, keepdim=True).max() + max(h, 2).sum()\nl.backward()\n"
    "t.data -= 0.1 * t.grad\nt.data = [t.data[0], [1, 2]]; d = -t.data; t.data = -[1, 2] @ t.data\n"
    "c = concat([t, u], dim=0).reshape(-1).softmax(); s = stack([t.data, t.data]); u.data = "
    "u.data\n"
    "ce = cross_entropy(h, [0, 1]).item() + len(t.shape); h.label = t.label + '!'\n"
    "xi = Tensor([0, 0], requires_grad=False); w = [1, 1]; tl = (xi @ w - 1)**2\n"
    "train(tl, [w], [xi], [[[1, 2], [3, 4]]], 3, optimizer='adam')\n"
    "train(tl, [w], [xi], [t], 2, 0.01)\nbad = t @ [1, 2, 3]; bad2 = [[1], [2, 3]] * 2; t.data += "
    "[1, 2, 3]\n"
    "t[0].data = 2; t.T.backward(); u[9]; w.requires_grad = False\n";

static bool run_program(const alloc_scenario *s)
{
    (void)s;
    dg_graph *g = dg_graph_new();
    if (!g)
        return false;
    dg_program_options options = {.name = "t.dg", .history = dg_history_new(0)};
    dg_program *p = dg_program_run_with(g, text, strlen(text), &options);
    bool made = p && options.history;
    dg_history_free(options.history);
    dg_program_free(p);
    dg_graph_free(g);
    return made;
}

static const alloc_scenario scenarios[] = {
    {.name = "a program", .run = run_program, .least = 50},
    {0},
};

const alloc_suite alloc_lang = {"lang", scenarios, NULL};

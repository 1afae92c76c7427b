/* The language's tensors: what lists become where one is needed, arrays outside the graph,
 * training. */
#include "lang_support.h"

typedef struct result_row {
    const char *text, *expected; /* of y */
} result_row;

static const result_row results[] = {
    /* Operators, with a list on either side. */
    {X "y = x * 2", "(3, 2) 2 4 6 8 10 12"},
    {X "y = 2 * x - 1", "(3, 2) 1 3 5 7 9 11"},
    {X "y = 1 / x", "(3, 2) 1 .5 .333333333333 .25 .2 .166666666667"},
    {X "y = x / 2", "(3, 2) .5 1 1.5 2 2.5 3"},
    {X "y = x ** 2", "(3, 2) 1 4 9 16 25 36"},
    {X "k = 2; y = x ** (k + 1)", "(3, 2) 1 8 27 64 125 216"},
    {X "y = -x", "(3, 2) -1 -2 -3 -4 -5 -6"},
    {X "y = +x", "(3, 2) 1 2 3 4 5 6"},
    {X "y = -x ** 2", "(3, 2) -1 -4 -9 -16 -25 -36"},
    {X "y = x - [1, 2]", "(3, 2) 0 0 2 2 4 4"},
    {X "y = x * [[1], [2], [3]]", "(3, 2) 1 2 6 8 15 18"},
    {X "y = x + x", "(3, 2) 2 4 6 8 10 12"},
    {X "y = x + [10, 20]", "(3, 2) 11 22 13 24 15 26"},
    {X "y = [1, 2] + x", "(3, 2) 2 4 4 6 6 8"},
    {X V "y = x * v", "(3, 2) 2 4 6 8 10 12"},
    {X "y = x; y *= 2", "(3, 2) 2 4 6 8 10 12"},
    {X "y = x; y += [1, 1]", "(3, 2) 2 3 4 5 6 7"},
    {X "y = x @ [1, 10]", "(3,) 21 43 65"},
    {X "y = [1, 10, 100] @ x", "(2,) 531 642"},
    {X "y = [1, 2] @ [3, 4]", "() 11"},
    {X "y = x @ [[1, 0], [0, 1]] + 1", "(3, 2) 2 3 4 5 6 7"},
    {X "y = 2 * x @ [1, 1]", "(3,) 6 14 22"},
    {X "y = x @ [1, 1] * 2", "(3,) 6 14 22"},
    {X "y = x @ [1, 1] ** 2", "(3,) 3 7 11"},
    {X "y = x; y @= [1, 1]", "(3,) 3 7 11"},
    {X "y = matmul(x, [1, 1])", "(3,) 3 7 11"},
    {X "y = x.matmul([1, 1])", "(3,) 3 7 11"},
    {"y = [[[1, 2]], [[3, 4]]] @ [[1], [1]]", "(2, 1, 1) 3 7"},
    /* Which lists. */
    {"y = [] * 2", "(0,)"},
    {"y = [[], []] * 2", "(2, 0)"},
    {"y = [[[]]].tanh()", "(1, 1, 0)"},
    {"k = 3; y = [1, k] * 2", "(2,) 2 6"},
    {V "y = [v, 1, u] * 2", "(3,) 4 2 6"},
    {V "y = [[1, 2], [v, u]] * 1", "(2, 2) 1 2 2 3"},
    {V "y = [[[v]], [[1]]] * 1", "(2, 1, 1) 2 1"},
    {T "y = [t[0], t[2]] * 1", "(2, 2) 1 2 5 6"},
    {T "y = [t[0], [7, 8]] * 1", "(2, 2) 1 2 7 8"},
    {T "y = [t, t, t] @ [1, 1]", "(3, 3) 3 7 11 3 7 11 3 7 11"},
    {X "y = [x[0], x[1]] * 1", "(2, 2) 1 2 3 4"},
    {"a = [1, 2]; b = [a, a]; y = [b, b] * 1", "(2, 2, 2) 1 2 1 2 1 2 1 2"},
    /* Functions and methods. */
    {X "y = relu(x - 3)", "(3, 2) 0 0 0 1 2 3"},
    {X "y = (x - 3).relu()", "(3, 2) 0 0 0 1 2 3"},
    {"y = [-1, 2].relu()", "(2,) 0 2"},
    {X "y = sub(x, 1)", "(3, 2) 0 1 2 3 4 5"},
    {X "y = pow(x, 2)", "(3, 2) 1 4 9 16 25 36"},
    {X "y = min(x, [2, 3])", "(3, 2) 1 2 2 3 2 3"},
    {X "y = max(x, 3)", "(3, 2) 3 3 3 4 5 6"},
    {X "y = max(x)", "() 6"},
    {X "y = x.max()", "() 6"},
    {X "y = max(x, dim=0)", "(2,) 5 6"},
    {X "y = max(x, dim=-1, keepdim=True)", "(3, 1) 2 4 6"},
    {X "y = sum(x)", "() 21"},
    {X "y = x.sum()", "() 21"},
    {X "y = x.sum(0)", "(2,) 9 12"},
    {X "y = sum(x, dim=1)", "(3,) 3 7 11"},
    {X "y = x.sum(1, True)", "(3, 1) 3 7 11"},
    {X "y = x.sum(dim=None)", "() 21"},
    {X "y = x.sum(1, keepdim=False)", "(3,) 3 7 11"},
    {"y = [1, 2, 3].sum()", "() 6"},
    {"w = [1, 2]; z = w * 1; y = sum(w)", "() 3"},
    {T "y = sum([t[0], t[1]])", "(2,) 4 6"},
    {X "y = mean(x)", "() 3.5"},
    {X "y = x.mean(0)", "(2,) 3 4"},
    {X "y = x.mean(dim=1, keepdim=True)", "(3, 1) 1.5 3.5 5.5"},
    {X "y = reshape(x, 2, 3)", "(2, 3) 1 2 3 4 5 6"},
    {X "y = x.reshape(-1)", "(6,) 1 2 3 4 5 6"},
    {X "y = x.reshape([3, -1, 1])", "(3, 2, 1) 1 2 3 4 5 6"},
    {X "y = x.reshape(shape=[6])", "(6,) 1 2 3 4 5 6"},
    {"y = [7].reshape([])", "() 7"},
    {"y = [[3]].reshape(1, 1, 1, 1, 1, 1, 1, 1)", "(1, 1, 1, 1, 1, 1, 1, 1) 3"},
    {X "k = 2; y = x.reshape(k, k + 1)", "(2, 3) 1 2 3 4 5 6"},
    {X "y = x.T", "(2, 3) 1 3 5 2 4 6"},
    {X "y = x.T.T", "(3, 2) 1 2 3 4 5 6"},
    {X "y = transpose(x, 0, 1)", "(2, 3) 1 3 5 2 4 6"},
    {"y = [[[1, 2]]].transpose(0, -1)", "(2, 1, 1) 1 2"},
    {X "y = concat([x, [[7, 8]]])", "(4, 2) 1 2 3 4 5 6 7 8"},
    {X "y = cat([x, x], dim=1)", "(3, 4) 1 2 1 2 3 4 3 4 5 6 5 6"},
    {X T "y = concat([t[0], x[1]])", "(4,) 1 2 3 4"},
    {X "y = concat(x)", "(6,) 1 2 3 4 5 6"},
    {X "z = x * 1; y = concat(x)", "(6,) 1 2 3 4 5 6"},
    {V "y = stack([v, 1, u])", "(3,) 2 1 3"},
    {T "y = stack([t[1], t[0]])", "(2, 2) 3 4 1 2"},
    {"y = softmax([0, 0])", "(2,) .5 .5"},
    {"y = [[0, 0], [0, 0]].softmax(0)", "(2, 2) .5 .5 .5 .5"},
    {"y = log_softmax([[0, 0]], dim=1)", "(1, 2) -.69314718056 -.69314718056"},
    {"y = cross_entropy([[0, 0], [0, 0]], [0, 1])", "() .69314718056"},
    {"y = [0, 0].cross_entropy([.5, .5])", "() .69314718056"},
    /* Indexes. */
    {X "y = x[0] * 1", "(2,) 1 2"},
    {X "y = x[-1] @ [1, 1]", "() 11"},
    {X "y = x[2][1] + 0", "() 6"},
    {T "y = t[2]", "(2,) 5 6"},
    {T "y = select(t, -1)", "(2,) 5 6"},
    {X "y = x.sum(keepdim=False)", "() 21"},
    {T "y = t[-3][-1]", "() 2"},
    {T "k = 1; y = t[k - 1][k]", "() 2"},
    {"x = [[[1, 2], [3, 4]]]; y = x[0][1] * 1", "(2,) 3 4"},
    {"y = Tensor([[[1, 2], [3, 4]]])[0][1][0]", "() 3"},
    {V "x = [[v, 1], [2, u]]; y = x[1] * 2", "(2,) 4 6"},
    /* Leaves. */
    {"y = Tensor([[1, 2]])", "(1, 2) 1 2"},
    {"y = Value([1, 2], label='q')", "(2,) 1 2"},
    {"y = tensor(3)", "() 3"},
    {"y = Tensor(data=[1], requires_grad=False)", "(1,) 1"},
    {X "y = Tensor(x[1])", "(2,) 3 4"},
    {T "y = Tensor(t.data * 2)", "(3, 2) 2 4 6 8 10 12"},
    {"k = 2; y = Tensor([k + 1, [k][0]])", "(2,) 3 2"},
    {"import torch\ny = torch.tensor([1, 2], dtype=torch.float32).double()", "(2,) 1 2"},
    {"relu = 3; y = torch.relu([-1, 1])", "(2,) 0 1"},
    {"y = torch.sigmoid(torch.Tensor([0.0]))", "(1,) .5"},
    /* Numbers of tensors. */
    {T "y = t.shape[0] * 10 + t.shape[-1]", "() 32"},
    {X "y = x.shape[1] + len(x.shape)", "() 4"},
    {T "y = len(t) + len(t[0]) + len(t.data)", "() 8"},
    {"y = Value(3).shape; y = len(y)", "() 0"},
    {"y = Tensor([4]).item() + 1", "() 5"},
    {"y = Value(4).item() ** 2", "() 16"},
    {T "y = t.data[1][0] + t.data[2].sum()", "() 14"},
    {T "y = t.data.mean().item()", "() 3.5"},
    {"x = Value(2); y = x.data.item()", "() 2"},
};

START_TEST(tensors)
{
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        run_ok(results[i].text);
        assert_data(results[i].text, "y", results[i].expected);
    }
}
END_TEST

static const result_row arrays[] = {
    {T "t.data = t.data * 2 + 1; y = t", "(3, 2) 3 5 7 9 11 13"},
    {T "t.data = [[0, 1], [2, 3], [4, 5]]; y = t", "(3, 2) 0 1 2 3 4 5"},
    {T "t.data = [7, 8]; y = t", "(3, 2) 7 8 7 8 7 8"},
    {T "t.data = [[7], [8], [9]]; y = t", "(3, 2) 7 7 8 8 9 9"},
    {T "t.data = 5; y = t", "(3, 2) 5 5 5 5 5 5"},
    {T "k = 2; t.data *= k; y = t", "(3, 2) 2 4 6 8 10 12"},
    {T "t.data /= 4; y = t", "(3, 2) .25 .5 .75 1 1.25 1.5"},
    {T "t.data **= 2; y = t", "(3, 2) 1 4 9 16 25 36"},
    {T "t.data -= [1, 2]; y = t", "(3, 2) 0 0 2 2 4 4"},
    {T "t.data = -t.data; y = t", "(3, 2) -1 -2 -3 -4 -5 -6"},
    {T "t.data = 1 / t.data; y = t", "(3, 2) 1 .5 .333333333333 .25 .2 .166666666667"},
    {T "t.data = [1, 2] / t.data; y = t", "(3, 2) 1 1 .333333333333 .5 .2 .333333333333"},
    {T "t.data = (t.data.T / [1, 10, 100]).T; y = t", "(3, 2) 1 2 .3 .4 .05 .06"},
    {"t = Tensor([[1, 2], [3, 4]]); t.data @= [[0, 1], [1, 0]]; y = t", "(2, 2) 2 1 4 3"},
    {"t = Tensor([[1, 2], [3, 4]]); t.data = t.data @ t.data; y = t", "(2, 2) 7 10 15 22"},
    {T "t.data = relu(t.data - 3); y = t", "(3, 2) 0 0 0 1 2 3"},
    {T "t.data = reshape([1, 2, 3, 4, 5, 6], 3, 2); y = t", "(3, 2) 1 2 3 4 5 6"},
    {T "t.data = max(t.data, 4); y = t", "(3, 2) 4 4 4 4 5 6"},
    {T "t.data = concat([t.data[0], [9, 9, 9, 9]]).reshape(3, 2); y = t", "(3, 2) 1 2 9 9 9 9"},
    {T "t.data = stack([t.data[2], t.data[1], [0, 0]]); y = t", "(3, 2) 5 6 3 4 0 0"},
    {T "t.data = t.data * t.data.max() + t.data.sum(); y = t", "(3, 2) 27 33 39 45 51 57"},
    {T "a = Value(1); a.data = t.data.sum() + t.data[0][1]; y = a", "() 23"},
    {T "u = Value(1); u.data = t.grad = 2; y = t.grad.sum().item() + u", "() 14"},
    /* An array becomes a leaf where it meets a value or takes a name. */
    {T "y = t.data", "(3, 2) 1 2 3 4 5 6"},
    {T "d = t.data; t.data = 0; y = d", "(3, 2) 1 2 3 4 5 6"},
    {T "y = t + t.data", "(3, 2) 2 4 6 8 10 12"},
    {T "y = [t.data[0], [0, 0]] * 1", "(2, 2) 1 2 0 0"},
    {T "rows = [t.data[0], t.data[1]]; t.data = 0; y = rows[1] * 2", "(2,) 6 8"},
    {T "k = 2; y = t.data * k", "(3, 2) 2 4 6 8 10 12"},
    /* A list's numbers, after it has become a tensor, are the tensor's. */
    {"w = [1, 2]; z = w * 1; w.data = [3, 4]; y = w * 1", "(2,) 3 4"},
    {"w = [1, 2]; w.data = [3, 4]; y = w[1] + 0", "() 4"},
    {"w = [[1, 2], [3, 4]]; w.data *= 2; y = w[1] * 1", "(2,) 6 8"},
    {"w = [[1, 2], [3, 4]]; w.data *= 2; t = Tensor([0, 0]); t.data = w[1]; y = t", "(2,) 6 8"},
    {"w = [2, 3]; w.data *= 2; a = Value(3); y = a ** w[0]", "() 81"},
    {"w = [[1, 2], [3, 4]]; r = w[1]; w.data *= 2; y = Tensor([r, w[0]])", "(2, 2) 6 8 2 4"},
};

START_TEST(outside_the_graph)
{
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        run_ok(arrays[i].text);
        assert_data(arrays[i].text, "y", arrays[i].expected);
    }
    /* Nothing is made of them in the graph. */
    run_ok(T "t.data = relu(t.data - 1) @ [[1, 0], [0, 1]]; t.data -= 0.1 * t.grad\n");
    ck_assert_uint_eq(dg_graph_size(graph), 1);
    run_ok("x = [[1, 2]]; y = x.shape[1]; z = x[0][1]\n");
    ck_assert_uint_eq(dg_graph_size(graph), 2);
    ck_assert_ptr_null(dg_program_find(program, "x"));
}
END_TEST

/* Values are made once, and drawn by the names that lists have. */
START_TEST(leaves_of_lists)
{
    run_ok(
        "w = [[0.1, 0.3], [0.2, 0.1]]\nx = [1, 2]\nh = x @ w\ng = x @ w\nother = w\nq = w * x\n");
    ck_assert_ptr_eq(dg_operand(named("h"), 1), named("w"));
    ck_assert_ptr_eq(dg_operand(named("g"), 1), named("w"));
    ck_assert_ptr_eq(named("other"), named("w"));
    ck_assert_str_eq(dg_label(named("w")), "w");
    ck_assert_str_eq(dg_label(named("h")), "h");
    ck_assert_uint_eq(dg_graph_size(graph), 5);
    ck_assert(dg_requires_grad(named("w")));
    /* Named after it became one; or before, or not at all. */
    run_ok("y = [1, 2] * 3\na = b = [4, 5]\nz = b + y\nv = Value(1)\ns = [v, 2]\nt = s * 1\n");
    ck_assert_str_eq(dg_label(dg_operand(named("y"), 0)), "");
    ck_assert_str_eq(dg_label(dg_operand(named("z"), 0)), "a");
    ck_assert_str_eq(dg_label(named("s")), "s");
    ck_assert_str_eq(dg_op_name(named("s")), "stack");
    ck_assert_ptr_eq(dg_operand(named("s"), 0), named("v"));
    run_as("w = [1, 2]\nh = w * 2\nw.label = 'x'\n", DG_LABELS_EXPLICIT);
    ck_assert_str_eq(dg_label(named("w")), "x");
    ck_assert_str_eq(dg_label(named("h")), "");
    run_ok(
        "w = [1, 2]\nw.label += '!'\nq = Value(3, label=w.label + '?')\nw.requires_grad = False\n");
    ck_assert_str_eq(dg_label(named("w")), "w!");
    ck_assert_str_eq(dg_label(named("q")), "w!?");
    ck_assert(!dg_requires_grad(named("w")));
    /* Who draws a list draws the tensor that it can be. */
    run_ok("x = [[1, 2], [3, 4]]\ndraw_dot(x)\n");
    ck_assert_ptr_eq(dg_program_root(program), named("x"));
    ck_assert_str_eq(dg_label(named("x")), "x");
}
END_TEST

START_TEST(rows)
{
    run_ok(X "r = x[0]; a = r * 2; b = r * 3; c = x[0] * 4; n = r[1] * 1; k = x[1][0]\n"
             "s = a.sum() + b.sum() + c.sum() + n\ns.backward()\n");
    dg_value *r = dg_operand(named("a"), 0);
    ck_assert_ptr_eq(r, dg_operand(named("b"), 0));
    ck_assert_ptr_ne(r, dg_operand(named("c"), 0));
    ck_assert_ptr_eq(r, named("r"));
    ck_assert_str_eq(dg_label(r), "r");
    ck_assert_str_eq(dg_op_name(r), "[0]");
    ck_assert_ptr_eq(dg_operand(r, 0), named("x"));
    ck_assert_str_eq(dg_op_name(named("k")), "[0]");
    ck_assert_ptr_eq(dg_operand(dg_operand(named("k"), 0), 0), named("x"));
    assert_grad("rows", "x", "(3, 2) 9 10 0 0 0 0");
    /* What is a list remains one: for networks, fit, len. */
    run_ok(X "y = x @ [1, 1]; n = MLP(2, [1]); l = fit(n, x, [1, 2, 3], 2); o = n(x[0])\n"
             "k = len(x[1]) + len(x)\n");
    assert_data("lists", "k", "() 5");
    /* Before it is a tensor its numbers are numbers. */
    run_ok(X "a = x[0][1]; b = Value(3) ** x[1][0]\n");
    ck_assert_int_eq(dg_operand_count(named("a")), 0);
    ck_assert_uint_eq(dg_graph_size(graph), 3);
    run_ok("x = [1, 2] + [3]; y = len(x) + sum([1, 2])\nz = [[1], ['a']] + [[2]]\nk = len(z)\n"
           "e = [] + [[1, 2]]; m = len(e + [])\n");
    assert_data("joined", "y", "() 6");
    assert_data("joined", "k", "() 3");
    assert_data("joined", "m", "() 1");
}
END_TEST

START_TEST(gradients)
{
    run_ok("x = [[1, 2], [3, 4]]; w = [[1, 0], [2, 1]]; b = [1, -9]\n"
           "h = relu(x @ w + b)\nl = h.sum()\nl.backward()\n");
    assert_data("h", "h", "(2, 2) 6 0 12 0");
    assert_grad("w", "w", "(2, 2) 4 0 6 0");
    assert_grad("b", "b", "(2,) 2 0");
    assert_grad("x", "x", "(2, 2) 1 2 1 2");
    /* Through the elements of a list. */
    run_ok("a = Value(2); t = Tensor([1, 1]); w = [1, 2]; z = w * 1\nm = [[a, 3], t, w]\n"
           "l = (m * [[1, 2], [3, 4], [5, 6]]).sum()\nl.backward()\n");
    assert_grad("a", "a", "() 1");
    assert_grad("t", "t", "(2,) 3 4");
    assert_grad("w", "w", "(2,) 5 6");
    run_ok("c = Tensor([1, 2], requires_grad=False); w = [3, 4]; k = 5\nk.requires_grad = False\n"
           "l = (c * w * k).sum()\nl.backward()\nw.grad *= 2\nc.requires_grad = w.requires_grad\n");
    assert_grad("w", "w", "(2,) 10 20");
    ck_assert(dg_requires_grad(named("c")) && !dg_has_grad(named("c")));
    ck_assert(!dg_has_grad(named("k")));
    run_ok(
        "w = [1, 2]; l = (w * w).sum(); l.backward(); l.backward()\nw.zero_grad(); l.zero_grad()\n"
        "l.backward(); draw_dot(w)\n");
    assert_grad("w", "w", "(2,) 2 4");
    ck_assert_ptr_eq(dg_program_root(program), named("w"));
}
END_TEST

/* The documents' cells, up to where they print. */
START_TEST(cells)
{
    run_ok("import torch\nT1 = torch.Tensor([[1,2,3], [-1, 0, 4]])\nT1\nT1.shape\n"
           "x1 = torch.Tensor([2.0]).double(); x1.requires_grad = True\n"
           "x2 = torch.Tensor([0.0]).double(); x2.requires_grad = True\n\n"
           "w1 = torch.Tensor([-3.0]).double(); w1.requires_grad = True\n"
           "w2 = torch.Tensor([1.0]).double(); w2.requires_grad = True\n\n"
           "b = torch.Tensor([6.88137358]).double() ; b.requires_grad = True\n"
           "n = w1*x1 + w2*x2 + b\no = torch.tanh(n)\no.data.item()\no.backward()\n"
           "q = x1.grad.item()\n");
    assert_data("cells", "T1", "(2, 3) 1 2 3 -1 0 4");
    /* The documents' numbers are those of single precision. */
    ck_assert_double_eq_tol(dg_data(named("o")), 0.7071066904050358, 1e-6);
    ck_assert_double_eq_tol(dg_grad(named("x2")), 0.5000001283844369, 1e-6);
    ck_assert_double_eq_tol(dg_data(named("q")), -1.5000003851533106, 1e-6);
    ck_assert_double_eq_tol(dg_grad(named("w1")), 1.0000002567688737, 1e-6);
    run_ok("import torch\nx = torch.tensor(\n    [\n      [0, 0],\n      [0, 1],\n      [1, 0],\n"
           "      [1, 1],\n    ],\n    dtype=torch.float32,\n)\n"
           "y = torch.tensor(\n    [\n      0,\n      1,\n      1,\n      0,\n    ],\n"
           "    dtype=torch.float32,\n)\n"
           "w1 = torch.tensor([[0.1, 0.3], [0.2, 0.1]], requires_grad=True)\n"
           "b1 = torch.tensor([0.2, -0.2], requires_grad=True)\n"
           "w2 = torch.tensor([[0.1], [-0.4]], requires_grad=True)\n"
           "b2 = torch.tensor([0.0], requires_grad=True)\n"
           "o1 = torch.relu(torch.matmul(x[0], w1) + b1)\n"
           "o2 = torch.sigmoid(torch.matmul(o1, w2) + b2)\n# MSE loss\nloss = (y[0] - o2) ** 2\n"
           "loss.backward()\nn = 0.01\nw2.data -= n * w2.grad\n");
    assert_data("cells", "o1", "(2,) .2 0");
    ck_assert_double_eq_tol(dg_data(named("o2")), 0.5050, 5e-5);
    ck_assert_double_eq_tol(dg_data(named("loss")), 0.2550, 5e-5);
    ck_assert_double_eq_tol(dg_grad_array(named("w2"))[0], 0.0505, 5e-5);
    ck_assert_double_eq_tol(dg_grad_array(named("b2"))[0], 0.2525, 5e-5);
    ck_assert_double_eq_tol(dg_grad_array(named("b1"))[0], 0.0252, 5e-5);
    ck_assert_double_eq_tol(dg_data_array(named("w2"))[0], 0.0995, 5e-5);
    assert_grad("cells", "w1", "(2, 2) 0 0 0 0");
}
END_TEST

/* train is dg_fit_graph(), and that is the loop that it says. */
START_TEST(training)
{
    run_ok(XOR "yi.requires_grad = False\n"
               "l = train(loss, [w1, b1, w2, b2], [xi, yi], [x, y], epochs=3, lr=0.5)\n");
    ck_assert_ptr_eq(named("l"), named("loss"));
    ck_assert_ptr_eq(dg_program_root(program), named("loss"));
    double w1[4], l = dg_data(named("loss"));
    memcpy(w1, dg_data_array(named("w1")), sizeof w1);
    char text[4096] = XOR;
    for (int epoch = 0; epoch < 3; epoch++) {
        for (int i = 0; i < 4; i++)
            snprintf(text + strlen(text), sizeof text - strlen(text),
                     "xi.data = x[%d]; yi.data = y[%d]\n"
                     "a%d%d = (yi - sigmoid(relu(xi @ w1 + b1) @ w2 + b2))**2\n"
                     "w1.grad = 0; b1.grad = 0; w2.grad = 0; b2.grad = 0\na%d%d.backward()\n"
                     "w1.data -= 0.5 * w1.grad; b1.data -= 0.5 * b1.grad\n"
                     "w2.data -= 0.5 * w2.grad; b2.data -= 0.5 * b2.grad\n",
                     i, i, epoch, i, epoch, i);
    }
    strcat(text, "xi.data = x[0]; yi.data = y[0]\n"
                 "l = (yi - sigmoid(relu(xi @ w1 + b1) @ w2 + b2))**2\n");
    run_ok(text);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq_tol(dg_data_array(named("w1"))[i], w1[i], 1e-12);
    ck_assert_double_eq_tol(dg_data(named("l")), l, 1e-12);
    /* Whole batches; examples that are tensors and arrays; scalars; no inputs. */
    run_ok("x = Tensor([[[1, 2], [3, 4]]]); y = Tensor([[5, 11]]); w = [0, 0]\n"
           "xi = x[0].data; yi = y[0].data\nl = ((xi @ w - yi)**2).mean()\n"
           "train(l, [w], [xi, yi], [x, y.data], epochs=3000, optimizer='adam')\n"
           "p = 3; q = (p - 1)**2; train(q, [p], [], [], 200, 0.1, momentum=0.5)\n");
    ck_assert_double_eq_tol(dg_data_array(named("w"))[0], 1.0, 1e-3);
    ck_assert_double_eq_tol(dg_data_array(named("w"))[1], 2.0, 1e-3);
    ck_assert_double_eq_tol(dg_data(named("p")), 1.0, 1e-6);
}
END_TEST

START_TEST(same_twice)
{
    static const char text[] = XOR "train(loss, [w1, b1, w2, b2], [xi, yi], [x, y], 50)\n";
    run_ok(text);
    double loss = dg_data(named("loss"));
    size_t size = dg_graph_size(graph);
    run_ok(text);
    ck_assert(dg_data(named("loss")) == loss);
    ck_assert_uint_eq(dg_graph_size(graph), size);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        tensors, outside_the_graph, leaves_of_lists, rows, gradients, cells, training, same_twice,
    };
    return run_suite("lang tensor", tests, sizeof tests / sizeof *tests);
}

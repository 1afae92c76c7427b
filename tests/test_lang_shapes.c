/* What the language says where tensors are wrong: shapes that do not fit, lists that are none, and
 * sizes over the limits. */
#include "lang_support.h"

typedef struct message_row {
    const char *text;
    size_t column;
    const char *message;
} message_row;

static const message_row messages[] = {
    {X "y = x @ [[1], [2], [3]]", 37, "cannot multiply (3, 2) by (3, 1)"},
    {X "y = 1 + (x * [1, 2, 3])", 42, "cannot broadcast (3, 2) with (3,)"},
    {X "y = x; y @= [1, 2, 3]", 40, "cannot multiply (3, 2) by (3,)"},
    {X "y = x; y -= [1, 2, 3]", 40, "cannot broadcast (3, 2) with (3,)"},
    {X "y = matmul(x, x)", 35, "cannot multiply (3, 2) by (3, 2)"},
    {X "y = max(x, [1, 2, 3])", 35, "cannot broadcast (3, 2) with (3,)"},
    {X "y = x.data @ x.data", 42, "cannot multiply (3, 2) by (3, 2)"},
    {X "x.data = x.data + [1, 2, 3]", 47, "cannot broadcast (3, 2) with (3,)"},
    {X "x.data = [1, 2, 3]", 40, "cannot broadcast (3,) to (3, 2)"},
    {X "x.data += [[[1]]]", 31, "cannot broadcast (1, 3, 2) to (3, 2)"},
    {X "x.grad = [[1, 2]] * 2 - [1]; x.grad = [1, 2, 3]", 69, "cannot broadcast (3,) to (3, 2)"},
    {"y = [[1, 2], [3]] * 2", 5, "the list is no tensor: row 1 has 1 element, row 0 has 2"},
    {"y = tanh([[1], [2, 3]])", 10, "the list is no tensor: row 1 has 2 elements, row 0 has 1"},
    {"y = [[[1]], [[2], [3, 4]]] * 2", 5,
     "the list is no tensor: row 1 has 2 elements, row 0 has 1"},
    {"y = [[[1]], [[2], [3]]] * 2", 5,
     "the list is no tensor: element 1 has shape (2, 1), element 0 has (1, 1)"},
    {"y = [[1], 2] * 2", 5, "the list is no tensor: element 1 is a number, element 0 is a list"},
    {"y = [1, [2]] * 2", 5, "the list is no tensor: element 1 is a list, element 0 is a number"},
    {T "y = [t, 1] * 2", 43, "the list is no tensor: element 1 is a number, element 0 is a tensor"},
    {"y = [1, 'a'] * 2", 5, "the list is no tensor: element 1 is a string"},
    {"y = [[], [1]] * 2", 5, "the list is no tensor: row 1 has 1 element, row 0 has 0"},
    {"x = [['a']]; y = x.shape", 18, "the list is no tensor: element 0 is a string"},
    {"x = [[1], [2, 3]]; x.data = 3", 20,
     "the list is no tensor: row 1 has 2 elements, row 0 has 1"},
    {"y = [[[[[[[[[1]]]]]]]]] * 2", 5,
     "the list is no tensor: it is nested more than 8 deep, and a tensor has at most 8 dimensions"},
    {"y = [[[[[[[[[]]]]]]]]].sum()", 5,
     "the list is no tensor: it is nested more than 8 deep, and a tensor has at most 8 dimensions"},
    {T "y = t[3]", 45, "index 3 is out of range for shape (3, 2)"},
    {T "y = t[0][-3]", 48, "index -3 is out of range for shape (2,)"},
    {T "y = t[0.5]", 45, "an index is a whole number, not 0.5"},
    {X "z = x * 1; y = x[5]", 48, "index 5 is out of range for shape (3, 2)"},
    {T "y = t[0][0][0]", 43, "only lists and tensors can be indexed, not a value"},
    {T "y = t[t]", 45, "an index must be a number, not a tensor"},
    {T "y = 2 ** t", 48, "the exponent of '**' must be a number, not a tensor"},
    {T "t.data = t", 48, "data must be a number, not a tensor"},
    {T "t.data = 2 * t", 52, "a number is needed here, not a tensor"},
    {T "t.data = relu(t)", 48, "data must be a number, not a tensor"},
    {T "y = Tensor(t)", 50, "the data of a value must be a number, not a tensor"},
    {"a = Value(1); y = Tensor([1, a])", 26, "element 1 of the list is a value, not a number"},
    {"a = Value(1); a.data = [1]", 24, "data must be a number, not a list"},
    {T "t[0].data = [1, 2]", 39, "a row is a copy: set the data of the whole tensor"},
    {T "t[0] = 3", 39, "parts of a tensor cannot be assigned: assign its whole .data"},
    {T "t.shape = [2, 3]", 39, "'shape' cannot be assigned"},
    {T "t.T += 1", 39, "'T' cannot be assigned"},
    {T "t.requires_grad = 1", 57, "requires_grad is True or False, not a number"},
    {T "t.requires_grad += True", 39, "requires_grad can only be assigned with '='"},
    {T "s = t.sum(); s.requires_grad = False", 52, NULL},
    {"t = Tensor([1], requires_grad=False); y = t.grad", 43,
     "a tensor that requires no gradient has none"},
    {"t = Tensor([1], requires_grad=False); t.grad = 1", 39, "it requires no gradient"},
    {"t = Tensor([1], requires_grad=2)", 31, "requires_grad is True or False, not a number"},
    {"t = Tensor([1], dtype=2)", 23, "a dtype is torch.float32 or torch.float64, not a number"},
    {T "y = t.tanh(); y.backward()", 53,
     "backward needs a single number, not a tensor of shape (3, 2)"},
    {T "y = t.sum(dim=2)", 43, NULL},
    {T "y = t.sum(dim=0.5)", 53, "a dimension is a whole number"},
    {T "y = t.sum(start=1)", 55, "only the sum of a flat list has a start"},
    {T "y = t.sum(0, 1)", 52, "keepdim is True or False, not a number"},
    {T "y = t.mean(keepdim=True)", 58, "keepdim needs a dimension"},
    {T "y = t.max(1, dim=0)", 43, "'max' takes a tensor and a dimension, or two operands"},
    {T "y = t.reshape(4, 2)", 43, "cannot reshape (3, 2) to (4, 2)"},
    {T "y = t.reshape(2.5)", 53, "a size must be a whole number from -1 on, not 2.5"},
    {T "y = t.reshape([6], 1)", 53, "'reshape' takes sizes, or a list of them"},
    {T "y = t.reshape(['a'])", 53, "size 0 must be a number, not a string"},
    {T "y = t.reshape([1, 1, 1, 1, 1, 1, 1, 1, 1])", 53, "a tensor has at most 8 dimensions"},
    {"y = [1, 2].T", 5, "'.T' is of two dimensions, not 1: use transpose(x, dim0, dim1)"},
    {T "y = concat(t)", 50, "'concat' needs a list of tensors, not a tensor"},
    {T "y = cat([])", 47, "'cat' needs at least one tensor"},
    {T "y = concat([t, [[1]]])", 43, NULL},
    {T "y = stack([t, [1]])", 43, NULL},
    {T "y = t[0, 1]", 46, "an index is one number"},
    {T "y = t.item()", 43, "'item' needs a single number, not a tensor of shape (3, 2)"},
    {"y = item(3)", 5, "'item' is not defined"},
    {"y = torch.tnah(3)", 11, "'tnah' is not defined"},
    {"y = torch.pi", 11, "only a function that is called can follow 'torch.'"},
    {"x = [True]", 6, "'True' is not supported: there are no truth values"},
    {"x = len(True)", 9, "'len' needs a list, not a truth value"},
    {"import torch.nn", 1, "'import' is not supported: every function is built in"},
    {"n = MLP(2, [1]); t = Tensor([[1, 2]]); y = n(t)", 46,
     "a network is called with a list of inputs, not a tensor"},
    {"n = MLP(1, [1]); t = Tensor([1, 2]); y = n([t])", 44,
     "input 0 is a tensor, not a number or a value"},
    {"n = MLP(2, [1]); t = Tensor([[1, 2]]); fit(n, t, [1])", 47,
     "a list of rows is needed here, not a tensor"},
    {"t = Tensor([1, 2]); y = mse([t], [1])", 29, "prediction 0 is a tensor, not a value"},
    {XOR "train(loss, w1, [xi], [x])", 13, "parameter 0 is a list that has not become a tensor"},
    {XOR "train(loss, [loss], [xi], [x])", 13, "parameter 0 is no leaf"},
    {XOR "train(loss, [w1], [xi], [])", 25, "1 input, but examples for 0"},
    {XOR "train(loss, [w1], [xi], [y])", 25,
     "an example of input 0 has shape (), the input itself (2,)"},
    {XOR "train(loss, [w1], [xi, yi], [x, [1]])", 29, "input 1 has 1 example, input 0 has 4"},
    {XOR "train(loss, [w1], [xi], [3])", 25, "the examples of input 0 are a number, not a list"},
    {XOR "train(x, [w1], [xi], [x])", 7, "'train' needs a loss, not a list"},
    {XOR "train(loss, w1.data, [xi], [x])", 13, "'train' needs a list of parameters, not an array"},
    {XOR "train(loss, [w1], [xi], [x], 2e6)", 30, "at most 1000000 epochs can be made at once"},
    {XOR "train(loss, [xi], [], [])", 13, "parameter 0 requires no gradient"},
};

START_TEST(errors)
{
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        const message_row *row = &messages[i];
        run_as(row->text, DG_LABELS_NAMES);
        const dg_diagnostic *d = dg_program_diagnostic(program, 0);
        ck_assert_msg(d != NULL, "no error in %s", row->text);
        /* Some texts are the engine's own business. */
        ck_assert_msg(!row->message || strcmp(d->error.text, row->message) == 0, "%s:\n%s", row->text,
                      d->error.text);
        ck_assert_msg(d->error.column == row->column, "column %zu, not %zu, in %s", d->error.column,
                      row->column, d->rendered);
        ck_assert_msg(dg_program_error_count(program) == 1, "%s", row->text);
        ck_assert_msg(dg_graph_status(graph) == DG_OK, "%s left its error", row->text);
    }
}
END_TEST

START_TEST(carets)
{
    run_as("x = [[1, 2], [3, 4], [5, 6], [7, 8]]\nw = [[1], [2], [3]]\ny = x @ w\n",
           DG_LABELS_NAMES);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->rendered,
                     "t.dg:3:7: error: cannot multiply (4, 2) by (3, 1)\n"
                     "    3 | y = x @ w\n      |       ^\n");
    run_as("w = Tensor([1, 2])\nv = Value(3)\nv.data = w\n", DG_LABELS_NAMES);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->rendered,
                     "t.dg:3:10: error: data must be a number, not a tensor\n"
                     "    3 | v.data = w\n      |          ^ use w.data for its numbers\n");
    run_as("x = [1, 2]\nx @= 2\n", DG_LABELS_NAMES);
    ck_assert_uint_eq(dg_program_diagnostic(program, 0)->length, 2);
    /* A graph that had an error before keeps it, and the program is refused all the same. */
    teardown();
    setup();
    ck_assert_int_eq(dg_scope_begin(graph, ""), DG_INVALID);
    const char text[] = "x = [1, 2] * [1, 2, 3]\n";
    program = dg_program_run(graph, text, strlen(text), "t.dg", DG_LABELS_NAMES);
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_int_eq(dg_graph_status(graph), DG_INVALID);
}
END_TEST

/* Errors leave names behind that cause no others. */
START_TEST(recovery)
{
    run_as(
        "w = [[1], [2, 3]] * 2\nh = w @ [1, 2]; h.data -= w.grad\ns = w.sum() + h[0] + w.T.max()\n"
        "k = w.shape[0]; q = Tensor(w, requires_grad=False); c = concat([w, h])\n"
        "r = train(w, [w], [h], [k]); w.requires_grad = True; w.label = 'x'\nok = 1\n"
        "x = [1, 2]; b = x * [1, 2, 3]; y = x * 2\n",
        DG_LABELS_NAMES);
    ck_assert_uint_eq(dg_program_error_count(program), 2);
    assert_data("recovery", "ok", "() 1");
    assert_data("recovery", "y", "(2,) 2 4");
}
END_TEST

static void assert_refused(const char *text, const char *message)
{
    run_as(text, DG_LABELS_NAMES);
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_msg(d && strstr(d->error.text, message), "%.80s: %s", text, d ? d->error.text : "accepted");
    ck_assert_int_eq(dg_graph_status(graph), DG_OK);
}

/* A short program cannot ask for much. */
START_TEST(limits)
{
    /* Each list twice in the next: 2**40 numbers by their shape. */
    char text[4096] = "a = [1, 1]\n";
    for (int i = 0; i < 40; i++)
        strcat(text, "a = [a, a]\n");
    strcat(text, "y = a * 2\n");
    assert_refused(text, "nested more than 8 deep");
    strcpy(text, "a = [1]; b = ");
    for (int i = 0; i < 8; i++)
        strcat(text, "a + ");
    strcat(text, "[]\nfive = b + b + b + b\n");
    const char *const wide = "c = [five, five, five, five, five, five, five, five, five, five]\n"
                             "d = [c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c]\n"
                             "e = [d, d, d, d, d, d, d, d, d, d, d, d, d, d, d, d]\n"
                             "f = [e, e, e, e, e, e, e, e, e, e, e, e, e, e, e, e]\n"
                             "g = [f, f, f, f, f, f, f, f, f, f, f, f, f, f, f, f]\n"
                             "h = [g, g, g, g, g, g, g, g, g, g, g, g, g, g, g, g]\n";
    strcat(text, wide);
    size_t size = strlen(text);
    strcpy(text + size, "y = h * 2\n");
    assert_refused(text, "is over the limit of 67108864 numbers");
    strcpy(text + size, "x = Value(1); x.data = h.sum()\n");
    assert_refused(text, "is over the limit of 67108864 numbers");
    strcpy(text + size, "k = h.shape[2]; v = Value(1); h2 = [[v, 2], h]\n");
    run_ok(text);
    assert_data("shapes cost nothing", "k", "() 16");
    /* Many tensors, each of them allowed: 1,310,720 numbers. */
    strcpy(text + size, "y = f * 1\n");
    for (int i = 0; i < 60; i++)
        strcat(text, "y += 1\n");
    assert_refused(text, "the tensors have more than 134217728 numbers together");
    strcpy(text + size, "y = f * 1\ny.data = y.data");
    for (int i = 0; i < 60; i++)
        strcat(text, " + 1");
    strcat(text, "\n");
    assert_refused(text, "the tensors have more than 134217728 numbers together");
    /* What is made and dropped in one statement is free in the next. */
    strcpy(text + size, "y = f * 1\n");
    for (int i = 0; i < 60; i++)
        strcat(text, "y.data += 1\n");
    run_ok(text);
    assert_refused("a = Tensor([[0]])\na.data = a.data + reshape([], 0, 1)\n", "cannot broadcast");
    assert_refused("z = reshape([], 0, 1e9)\n", "is over the limit of 67108864 numbers");
    /* An outer product within an outer product. */
    strcpy(text + size, "o = f.reshape(-1, 1) @ f.reshape(1, -1)\n");
    assert_refused(text, "is over the limit of 67108864 numbers");
    strcpy(text + size, "m = e.reshape(8, -1); p = m.T @ m\n");
    assert_refused(text, "limit");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {errors, carets, recovery, limits};
    return run_suite("lang shapes", tests, sizeof tests / sizeof *tests);
}

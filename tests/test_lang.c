/* The language: what programs mean, and what is said about those that mean nothing. */
#include <check.h>
#include <dotgrad/dotgrad.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static dg_graph *graph;
static dg_program *program;

static void setup(void)
{
    graph = dg_graph_new();
    ck_assert_ptr_nonnull(graph);
}

static void teardown(void)
{
    dg_program_free(program);
    program = NULL;
    dg_graph_free(graph);
}

/* Runs a program in a new graph. */
static void run_bytes(const char *text, size_t size, dg_labels labels)
{
    teardown();
    setup();
    program = dg_program_run(graph, text, size, "t.dg", labels);
    ck_assert_ptr_nonnull(program);
}

static void run(const char *text)
{
    run_bytes(text, strlen(text), DG_LABELS_NAMES);
}

static void run_ok(const char *text)
{
    run(text);
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_msg(dg_program_status(program) == DG_OK, "%s: %s", text, d ? d->rendered : "");
}

static dg_value *named(const char *name)
{
    dg_value *v = dg_program_find(program, name);
    ck_assert_msg(v != NULL, "%s is not there", name);
    return v;
}

#define assert_data(name, x) ck_assert_double_eq_tol(dg_data(named(name)), x, 1e-12)
#define assert_grad(name, x) ck_assert_double_eq_tol(dg_grad(named(name)), x, 1e-12)

/* The program has exactly one error, and this is what is printed of it. */
static void assert_error(const char *text, const char *printed)
{
    run(text);
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_msg(d != NULL, "no error in %s", text);
    ck_assert_str_eq(d->rendered, printed);
    ck_assert_msg(dg_program_error_count(program) == 1, "%zu errors in %s, the second: %s",
                  dg_program_error_count(program), text,
                  dg_program_error_count(program) > 1 ? dg_program_diagnostic(program, 1)->rendered
                                                      : "");
    ck_assert_int_eq(dg_program_status(program), DG_SYNTAX);
}

/* One error with this message and hint at this column of line 1. */
static void assert_message(const char *text, size_t column, const char *message, const char *hint)
{
    run(text);
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_msg(d != NULL, "no error in %s", text);
    ck_assert_str_eq(d->error.text, message);
    ck_assert_str_eq(d->hint, hint);
    ck_assert_msg(d->error.column == column, "column %zu, not %zu, in %s", d->error.column, column, text);
    ck_assert_msg(dg_program_error_count(program) == 1, "%s", text);
}

static char *repeated(const char *before, const char *piece, size_t count, const char *after)
{
    size_t size = strlen(piece), begin = strlen(before);
    char *text = malloc(begin + size * count + strlen(after) + 1);
    ck_assert_ptr_nonnull(text);
    memcpy(text, before, begin);
    for (size_t i = 0; i < count; i++)
        memcpy(text + begin + i * size, piece, size);
    memcpy(text + begin + size * count, after, strlen(after) + 1);
    return text;
}

START_TEST(lecture)
{
    run_ok("a = 2; b = -3; c = 10; f = -2\ne = a*b\nd = e + c\nL = d*f\nL.backward()\n");
    assert_data("L", -8.0);
    assert_grad("a", 6.0);
    assert_grad("b", -4.0);
    assert_grad("c", -2.0);
    assert_grad("d", -2.0);
    assert_grad("e", -2.0);
    assert_grad("f", 4.0);
    ck_assert_ptr_eq(dg_program_root(program), named("L"));
    ck_assert_str_eq(dg_label(named("e")), "e");
    ck_assert_uint_eq(dg_graph_size(graph), 7);
}
END_TEST

START_TEST(neurons)
{
    static const char inputs[] = "x1 = Value(2.0, label='x1'); x2 = 0.0\nw1 = -3.0; w2 = 1.0\n"
                                 "b = 6.8813735870195432\n"
                                 "x1w1 = x1*w1; x1w1.label = 'x1*w1'\nn = x1w1 + x2*w2 + b\n";
    static const char *const outputs[] = {
        "o = n.tanh()\no.backward()\n", "o = tanh(n)\nbackward(o)\ndraw_dot(o)\n",
        "e = (2*n).exp()\no = (e - 1) / (e + 1)\no.label = 'o'\no.backward()\n"};
    for (size_t i = 0; i < 3; i++) {
        char *text = repeated(inputs, outputs[i], 1, "");
        run_ok(text);
        free(text);
        assert_data("o", 0.70710678118654757);
        assert_grad("x1", -1.5);
        assert_grad("w1", 1.0);
        assert_grad("x2", 0.5);
        assert_grad("w2", 0.0);
        ck_assert_str_eq(dg_label(named("x1w1")), "x1*w1");
        ck_assert_str_eq(dg_label(named("x2")), "x2");
        ck_assert_str_eq(dg_label(dg_program_root(program)), "o");
    }
}
END_TEST

START_TEST(gradients_add_up)
{
    run_ok("a = 3\nb = a + a\nb.backward()\n");
    assert_grad("a", 2.0);
    run_ok("a = -2; b = 3\nd = a*b; e = a + b\nf = d*e\nf.backward()\n");
    assert_grad("a", -3.0);
    assert_grad("b", -8.0);
    run_ok("a = 3\nb = a * 2\nb.backward()\nb.backward()\n");
    assert_grad("a", 4.0);
    run_ok("a = 3\nb = a * 2\nb.backward()\nb.zero_grad()\nzero_grad(b)\nb.backward()\n");
    assert_grad("a", 2.0);
}
END_TEST

typedef struct number_row {
    const char *text;
    double number;
} number_row;

static const number_row numbers[] = {
    {"1_000", 1000},
    {".5", 0.5},
    {"5.", 5},
    {"1e-3", 1e-3},
    {"0xff", 255},
    {"0X_fF", 255},
    {"0o17", 15},
    {"0b1_01", 5},
    {"00", 0},
    {"012.5", 12.5},
    {"0e5", 0},
    {"1_0.2_5e1_0", 10.25e10},
    {"9e999", INFINITY},
    {"float('-inf')", -INFINITY},
    {"0x1fffffffffffffffff", 590295810358705651711.0},
    {"0x20000000000001", 9007199254740992.0},
    {"0x20000000000003", 9007199254740996.0},
    {"0x10000000000000800", 18446744073709551616.0},
    {"0x10000000000000801", 18446744073709555712.0},
    {"1 + 2*3", 7},
    {"(1 + 2)*3", 9},
    {"2 - 3 - 4", -5},
    {"2/4/2", 0.25},
    {"-2**2", -4},
    {"2**-1", 0.5},
    {"2**3**2", 512},
    {"(2**3)**2", 64},
    {"-2*-3", 6},
    {"--2", 2},
    {"+-+2", -2},
    {"2**-2**2", 0.0625},
    {"-2**-2", -0.25},
    {"6/2*3", 9},
    {"2*3**2", 18},
    {"1/0", INFINITY},
    {"float(3)", 3},
    {"float('in' 'f')", INFINITY},
    {"1 - -1", 2},
    {"2 +\\\n3", 5},
    {"(2 # two\n\n + 3\n)", 5},
};

START_TEST(plain_numbers)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char *text = repeated("x = ", numbers[i].text, 1, "\n");
        run_ok(text);
        ck_assert_msg(dg_data(named("x")) == numbers[i].number, "%s = %.17g", numbers[i].text,
                      dg_data(named("x")));
        ck_assert_uint_eq(dg_graph_size(graph), 1);
        free(text);
    }
    run_ok("x = float('nan')\n");
    ck_assert(isnan(dg_data(named("x"))));
}
END_TEST

typedef struct count_row {
    const char *text;
    size_t values; /* beside a = Value(3), b = Value(5) and k = 2 */
    double data;
} count_row;

static const count_row counts[] = {
    {"y = a + 1", 2, 4},
    {"y = 1 + a", 2, 4},
    {"y = a - 1", 2, 2},
    {"y = 1 - a", 4, -2},
    {"y = a - b", 3, -2},
    {"y = a * 2", 2, 6},
    {"y = 2 * a", 2, 6},
    {"y = a / 2", 2, 1.5},
    {"y = 1 / a", 3, 1.0 / 3},
    {"y = a / b", 2, 0.6},
    {"y = -a", 2, -3},
    {"y = +a", 0, 3},
    {"y = a**2", 1, 9},
    {"y = a**-1", 1, 1.0 / 3},
    {"y = -a**2", 3, -9},
    {"y = a**k", 1, 9},
    {"y = a**(k+1)", 1, 27},
    {"y = a**k**2", 1, 81},
    {"y = a**-k", 1, 1.0 / 9},
    {"y = a**(2*k-1)*b", 2, 135},
    {"y = 2**k", 1, 4},
    {"y = k * a", 1, 6},
    {"y = k - a", 3, -1},
    {"y = k", 0, 2},
    {"y = a", 0, 3},
    {"y = a.data", 1, 3},
    {"y = a.data*2 + k.data", 1, 8},
    {"y = Value(k + 1)", 1, 3},
    {"y = Value(data=k*k)", 1, 4},
    {"y = float(k) + 1", 1, 3},
    {"y = pow(a, k)", 1, 9},
    {"y = a.pow(2)", 1, 9},
    {"y = max(a, b)", 1, 5},
    {"y = a.min(4)", 2, 3},
    {"y = max(4, a)", 2, 4},
    {"y = (a).exp().log()", 2, 3},
    {"y = neg(a)", 2, -3},
    {"y = add(1, 2)", 3, 3},
    {"y = relu(-1)", 2, 0},
    {"y = a.sub(b).abs()", 4, 2},
    {"y = max(\n a,\n b,\n)", 1, 5},
    {"y = a; y += 1", 2, 4},
    {"y = a; y -= b", 3, -2},
    {"y = a; y *= 2", 2, 6},
    {"y = a; y /= 2", 2, 1.5},
    {"y = a; y **= k", 1, 9},
};

START_TEST(values_made)
{
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char *text = repeated("a = Value(3); b = Value(5); k = 2\n", counts[i].text, 1, "\n");
        run_ok(text);
        ck_assert_msg(dg_graph_size(graph) == 3 + counts[i].values, "%s makes %zu values",
                      counts[i].text, dg_graph_size(graph) - 3);
        ck_assert_msg(fabs(dg_data(named("y")) - counts[i].data) < 1e-12, "%s = %g", counts[i].text,
                      dg_data(named("y")));
        free(text);
    }
}
END_TEST

START_TEST(operands_keep_their_order)
{
    run_ok("n = Value(3)\ny = 2 * n\n");
    ck_assert_double_eq(dg_data(dg_operand(named("y"), 0)), 2.0);
    ck_assert_ptr_eq(dg_operand(named("y"), 1), named("n"));
    ck_assert_str_eq(dg_label(dg_operand(named("y"), 0)), "");
    run_ok("n = Value(3)\ny = 1 - n\n");
    ck_assert_str_eq(dg_op_name(named("y")), "+");
    ck_assert_double_eq(dg_data(dg_operand(named("y"), 0)), 1.0);
    ck_assert_str_eq(dg_op_name(dg_operand(named("y"), 1)), "*");
}
END_TEST

START_TEST(attributes)
{
    run_ok("a = 1; b = a * 2\na.data = 5\na.data += 1\na.data *= 2\na.data **= 2\na.data /= 4\n"
           "a.data -= 6\na.grad = 3\nlr = 0.5\nb.data += -1*lr*a.grad\n");
    assert_data("a", 30.0);
    assert_grad("a", 3.0);
    assert_data("b", 0.5);
    ck_assert_uint_eq(dg_graph_size(graph), 4);
    run_ok("a = 1\na.label = 'x' \"y\"\na.label += \"'\"\nb = Value(2, label=a.label + '+' + "
           "a.label)\n");
    ck_assert_str_eq(dg_label(named("a")), "xy'");
    ck_assert_str_eq(dg_label(named("b")), "xy'+xy'");
    run_ok("a = b = c = 3\na.data = b.grad = a.data + 1\n(a*b).label = 'p'\n");
    assert_data("a", 4.0);
    assert_grad("b", 4.0);
    assert_data("c", 3.0);
    ck_assert_ptr_ne(named("a"), named("b"));
}
END_TEST

START_TEST(strings)
{
    static const struct {
        const char *text, *label;
    } rows[] = {
        {"'a\\tb\\n\\\\\\''", "a\tb\n\\'"},
        {"\"\\x41\\u00e9\\101\\q\"", "A\xC3\xA9"
                                     "A\\q"},
        {"'\\U0001F600'", "\xF0\x9F\x98\x80"},
        {"r'\\n\\''", "\\n\\'"},
        {"u'x'", "x"},
        {"'a\\\nb'", "ab"},
        {"'''a'b\r\nc'''", "a'b\nc"},
        {"'a' 'b'\"c\"", "abc"},
        {"'' 'x' ''''''", "x"},
        {"('a' +\n 'b')", "ab"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = repeated("v = Value(1, label=", rows[i].text, 1, ")\n");
        run_ok(text);
        ck_assert_str_eq(dg_label(named("v")), rows[i].label);
        free(text);
    }
}
END_TEST

START_TEST(labels)
{
    static const char text[] =
        "a = Value(2)\nb = 3.0\nc = a*b\nd = c\ne = f = a + b\nc.label = 'x'\n";
    run_ok(text);
    ck_assert_str_eq(dg_label(named("a")), "a");
    ck_assert_str_eq(dg_label(named("b")), "b");
    ck_assert_str_eq(dg_label(named("d")), "x");
    ck_assert_str_eq(dg_label(named("f")), "e");
    ck_assert_ptr_eq(named("e"), named("f"));
    run_bytes(text, strlen(text), DG_LABELS_EXPLICIT);
    ck_assert_str_eq(dg_label(named("a")), "");
    ck_assert_str_eq(dg_label(named("b")), "");
    ck_assert_str_eq(dg_label(named("c")), "x");
    ck_assert_str_eq(dg_label(named("e")), "");
}
END_TEST

START_TEST(roots)
{
    run_ok("");
    ck_assert_ptr_null(dg_program_root(program));
    run_ok("a = 1\nb = 2\na\n");
    ck_assert_ptr_eq(dg_program_root(program), named("a"));
    run_ok("a = 1\na + 1\n3\n");
    ck_assert_double_eq(dg_data(dg_program_root(program)), 2.0);
    run_ok("a = 1\nb = a*2\nb.backward()\nc = 3\n");
    ck_assert_ptr_eq(dg_program_root(program), named("b"));
    run_ok("a = 1\nb = a*2\ndraw_dot(b)\ndraw_dot(a)\nb.backward()\n");
    ck_assert_ptr_eq(dg_program_root(program), named("a"));
}
END_TEST

START_TEST(line_ends)
{
    run_ok("\xEF\xBB\xBF"
           "a = 1\r\nb = a + 1\rc = (b +\r\n  1)\r\n\r\n   # blank\n   \n");
    assert_data("c", 3.0);
    assert_error("\xEF\xBB\xBF"
                 "b\n",
                 "t.dg:1:1: error: 'b' is not defined\n    1 | b\n      | ^\n");
    assert_error("a = 1\r\nb = a\r a = 2\r\n",
                 "t.dg:3:2: error: unexpected indentation\n    3 |  a = 2\n      |  ^\n");
}
END_TEST

START_TEST(messages)
{
    assert_error("a = 1\nb = 2\nc = mul(a, bb)\n",
                 "t.dg:3:12: error: 'bb' is not defined\n    3 | c = mul(a, bb)\n"
                 "      |            ^~ did you mean 'b'?\n");
    assert_error("for i in range(3):\n    a = i\n    b = a\nc = b\n",
                 "t.dg:1:1: error: 'for' is not supported: a dotgrad program is straight-line\n"
                 "    1 | for i in range(3):\n      | ^~~\n");
    assert_error("a = Value(2.0\nb = a\n", "t.dg:1:10: error: '(' was never closed\n"
                                           "    1 | a = Value(2.0\n      |          ^\n");
    assert_error("x = Value(1)\ny =\t2**x\n",
                 "t.dg:2:8: error: the exponent of '**' must be a number, not a value\n"
                 "    2 | y = 2**x\n      |        ^ use x.data for its number\n");
    assert_error("\xCE\xB2\xE6\xBC\xA2 = 1; x = \xE6\xBC\xA2\xE6\xBC\xA2\n",
                 "t.dg:1:16: error: '\xE6\xBC\xA2\xE6\xBC\xA2' is not defined\n"
                 "    1 | \xCE\xB2\xE6\xBC\xA2 = 1; x = \xE6\xBC\xA2\xE6\xBC\xA2\n"
                 "      |              ^~~~\n");
    assert_error("x = 1 +\n",
                 "t.dg:1:8: error: unexpected end of line\n    1 | x = 1 +\n      |        ^\n");
}
END_TEST

typedef struct message_row {
    const char *text;
    size_t column;
    const char *message, *hint;
} message_row;

static const message_row message_rows[] = {
    {"012", 1, "an integer does not begin with 0", ""},
    {"1j", 1, "complex numbers are not supported", ""},
    {"1__0", 1, "this is not a number", ""},
    {"0x", 1, "this is not a number", ""},
    {"2x", 1, "this is not a number", ""},
    {"f'x'", 1, "f-strings are not supported: a label is a plain string", ""},
    {"b'x'", 1, "bytes are not supported: a label is a plain string", ""},
    {"'x", 1, "this string is not closed", ""},
    {"'''x\n", 1, "this string is not closed", ""},
    {"'\\x4'", 2, "this escape needs more hexadecimal digits", ""},
    {"'\\0'", 2, "a string cannot contain NUL", ""},
    {"'\\ud800'", 2, "there is no such character", ""},
    {"'\\N{DASH}'", 2, "characters by name are not supported", ""},
    {"x = $", 5, "this character has no meaning here", ""},
    {"x = 1 \xE2\x88\x92 2", 7, "this character has no meaning here", "did you mean '-'?"},
    {"x = 1 \\ + 2", 7, "only the end of a line may follow '\\'", ""},
    {"x = 1 == 2", 7, "'==' is not supported: there are no comparisons", ""},
    {"x = 7 // 2", 7, "'//' is not supported: the operators are + - * / ** @", ""},
    {"x = {1}", 5, "'{' is not supported: there are no dictionaries", ""},
    {"x = 1 if 2 else 3", 7, "'if' is not supported: a dotgrad program is straight-line", ""},
    {"x = True", 5, "'True' is not supported: there are no truth values", ""},
    {"def = 3", 1, "'def' is not supported: a dotgrad program is straight-line", ""},
    {"import math", 1, "'import' is not supported: every function is built in", ""},
    {"print(1)", 1, "'print' is not supported: the drawing shows every value", ""},
    {"a, b = 1, 2", 2, "tuples are not supported: assign one name at a time", ""},
    {"x = (1, 2)", 7, "tuples are not supported: assign one name at a time", ""},
    {"x = 1)", 6, "unmatched ')'", ""},
    {"x = ()", 6, "unexpected ')'", ""},
    {"x = 1 2", 7, "unexpected number", ""},
    {"x = 'a' 1", 9, "unexpected number", ""},
    {"x = * 2", 5, "unexpected '*'", ""},
    {"x = (1; y = 2", 5, "'(' was never closed", ""},
    {"x = (1", 5, "'(' was never closed", ""},
    {"1 = 2", 1, "only a name or an attribute can be assigned to", ""},
    {"x = 'a'", 5, "only a label can be a string", ""},
    {"x = 1; x.label = 2", 18, "a label is a string", ""},
    {"x = 1; y = x + 'a'", 12, "only a string can be joined to a string", ""},
    {"x = 'a' * 2", 5, "strings can only be joined, with '+'", ""},
    {"x = 1; x.lable = 'a'", 10, "a value has no attribute 'lable'", "did you mean 'label'?"},
    {"x = 1; x.tnah()", 10, "a value has no attribute 'tnah'", "did you mean 'tanh'?"},
    {"x = 1; x.ReLU()", 10, "a value has no attribute 'ReLU'", "did you mean 'relu'?"},
    {"x = 1; x.backward", 10, "'backward' is a method: call it", ""},
    {"x = tanh", 5, "'tanh' is a function: call it", ""},
    {"x = 1; y = x(2)", 12, "'x' is a value here, not a function", ""},
    {"x = 1; y = (x)(2)", 15, "only functions, methods and networks can be called", ""},
    {"x = 1; y = x.data.data", 19, "a number has no attribute 'data'", ""},
    {"x = value(2)", 5, "'value' is not defined", "did you mean 'Value'?"},
    {"x = yy", 5, "'yy' is not defined", ""},
    {"aa += 1; b = aa", 1, "'aa' is not defined", ""},
    {"Value()", 1, "'Value' needs a number or a list of numbers", ""},
    {"Value(1, 2)", 10, "'Value' takes one number and a label", ""},
    {"Value(1, data=2)", 10, "'data' is given twice", ""},
    {"Value(label='x', 2)", 18, "an argument without a name follows one with a name", ""},
    {"Value(1, lable='x')", 10, "'Value' has no argument named 'lable'", "did you mean 'label'?"},
    {"Value(1, label=2)", 16, "a label is a string", ""},
    {"x = Value(1); Value(x)", 21, "the data of a value must be a number, not a value",
     "use x.data for its number"},
    {"x = Value(1); Value(x*2 + 1)", 21, "a number is needed here, not a value",
     "use x.data for its number"},
    {"x = 1; x.data = x*2; x.grad = x.exp()", 31, "a gradient must be a number, not a value",
     "use .data for its number"},
    {"tanh()", 1, "'tanh' takes 1 argument, not 0", ""},
    {"max()", 1, "'max' takes a tensor and a dimension, or two operands", ""},
    {"x = 1; x.max(1, 2)", 8, "'max' takes a tensor and a dimension, or two operands", ""},
    {"x = 1; x.min(1, 2)", 8, "'min' takes 1 argument, not 2", ""},
    {"tanh(x=1)", 6, "'tanh' has no argument named 'x'", ""},
    {"tanh('x')", 6, "a value is needed here, not a string", ""},
    {"backward(3)", 10, "'backward' needs a value, not a number", ""},
    {"x = 1; y = x.backward()", 12, "this call makes no value", ""},
    {"x = 1; y = x.backward() + 1", 12, "this call makes no value", ""},
    {"float('x')", 7, "of strings 'float' knows 'inf', '-inf' and 'nan'", ""},
    {"float('')", 7, "of strings 'float' knows 'inf', '-inf' and 'nan'", ""},
    {"a = 1;; b = 2", 7, "unexpected ';'", ""},
    {"x = 1; x = a.b", 12, "'a' is not defined", ""},
    {"a = b += 1", 5, "'b' is not defined", ""},
};

START_TEST(other_messages)
{
    for (size_t i = 0; i < sizeof message_rows / sizeof *message_rows; i++)
        assert_message(message_rows[i].text, message_rows[i].column, message_rows[i].message,
                       message_rows[i].hint);
}
END_TEST

START_TEST(recovery)
{
    run("a = bb\nc = a + 1\nd = c.tanh() * a.data\nd.backward()\nc.label = 'x'\nc.data += 2\n"
        "x = 2\ny = x $ 3\nz = x + 1\nw = Value(a, label='l') + zz\n");
    ck_assert_uint_eq(dg_program_error_count(program), 3);
    ck_assert_uint_eq(dg_program_diagnostic(program, 0)->error.line, 1);
    ck_assert_uint_eq(dg_program_diagnostic(program, 1)->error.line, 8);
    ck_assert_uint_eq(dg_program_diagnostic(program, 2)->error.line, 10);
    assert_data("z", 3.0);
    ck_assert_ptr_null(dg_program_find(program, "a"));
    run("a = (1 +\nb = 3\nc = tanh((b\nd = b + 1\ne = [1,\n2,\nf = 2\n");
    ck_assert_uint_eq(dg_program_error_count(program), 3);
    assert_data("d", 4.0);
    assert_data("f", 2.0);
    /* In the order of the text, though the open bracket is found last. */
    run("a = 1 $\nb = (1 +\n");
    ck_assert_uint_eq(dg_program_diagnostic(program, 0)->error.line, 1);
    ck_assert_uint_eq(dg_program_diagnostic(program, 1)->error.line, 2);
}
END_TEST

START_TEST(many_errors)
{
    char *text = repeated("", "a = b $\n", 100000, "z = 1\n");
    run(text);
    free(text);
    ck_assert_uint_eq(dg_program_error_count(program), 100000);
    ck_assert_ptr_nonnull(dg_program_diagnostic(program, DG_DIAGNOSTICS_MAX - 1));
    ck_assert_ptr_null(dg_program_diagnostic(program, DG_DIAGNOSTICS_MAX));
    assert_data("z", 1.0);
}
END_TEST

START_TEST(bad_bytes)
{
    run_bytes("a = 1\nb = \0\n", 12, DG_LABELS_NAMES);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->rendered,
                     "t.dg:2:5: error: a program cannot contain NUL bytes\n"
                     "    2 | b = \xEF\xBF\xBD\n      |     ^\n");
    assert_error("a = 1 # \xFF\n", "t.dg:1:9: error: this is not UTF-8\n"
                                   "    1 | a = 1 # \xEF\xBF\xBD\n      |         ^\n");
}
END_TEST

START_TEST(long_lines)
{
    char *text = repeated("x = ", "1 + ", 1000000,
                          "zz + 22222222222222222222222222222222222222222222222222222222\n");
    run(text);
    free(text);
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_uint_eq(d->error.column, 4000005);
    ck_assert_uint_lt(strlen(d->rendered), 400);
    ck_assert_ptr_nonnull(strstr(d->rendered, "\n    1 | ..."));
    const char *shown = strstr(d->rendered, "zz"), *under = strchr(d->rendered, '^');
    ck_assert_ptr_nonnull(strstr(shown, "zz + 2"));
    ck_assert_ptr_nonnull(under);
}
END_TEST

START_TEST(limits)
{
    char *text = repeated("x = ", "(", 1000, "1");
    char *whole = repeated(text, ")", 1000, "\n");
    run_ok(whole);
    free(text);
    free(whole);
    text = repeated("x = ", "(", 100000, "\n");
    run(text);
    free(text);
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.text,
                     "brackets nested more than 1000 deep");
    ck_assert_uint_eq(dg_program_diagnostic(program, 0)->error.column, 1005);
    text = repeated("x = Value(1, label='", "l", DG_LABEL_MAX, "')\n");
    run_ok(text);
    free(text);
    text = repeated("x = Value(1, label='", "l", DG_LABEL_MAX + 1, "')\n");
    run(text);
    free(text);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.text,
                     "a label has at most 1048576 bytes");
    text = repeated("", "#", DG_PROGRAM_MAX, "\n");
    run(text);
    free(text);
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.text,
                     "the program has more than 67108864 bytes");
    ck_assert_uint_eq(dg_program_diagnostic(program, 0)->error.column, 1);
}
END_TEST

START_TEST(long_chains)
{
    char *text = repeated("x = Value(2)\ny = ", "-", 1000000, "x\n");
    run_ok(text);
    free(text);
    assert_data("y", 2.0);
    text = repeated("y = 1", "**1", 1000000, "\n");
    run_ok(text);
    free(text);
    text = repeated("x = Value(1)\ny = x", "+x", 1000000, "\ny.backward()\n");
    run_ok(text);
    free(text);
    assert_grad("x", 1000001.0);
    text = repeated("x = Value(1)\nx.label = ''", "+'ab'", 100000, "\n");
    run_ok(text);
    free(text);
    ck_assert_uint_eq(strlen(dg_label(named("x"))), 200000);
}
END_TEST

START_TEST(same_twice)
{
    static const char text[] = "a = bb\nb = Value(2) $\nc = tnah(3)\nd = 3\ndd = e\nx = d/7\n";
    run(text);
    char *printed[4];
    for (size_t i = 0; i < 4; i++)
        printed[i] = strdup(dg_program_diagnostic(program, i)->rendered);
    double data = dg_data(named("x"));
    run(text);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(dg_program_diagnostic(program, i)->rendered, printed[i]);
        free(printed[i]);
    }
    ck_assert(dg_data(named("x")) == data);
}
END_TEST

START_TEST(near_names)
{
    run_ok("weight = 1; bias = 2\n");
    ck_assert_str_eq(dg_program_suggest(program, "wieght"), "weight");
    ck_assert_str_eq(dg_program_suggest(program, "bia"), "bias");
    ck_assert_ptr_null(dg_program_suggest(program, "zzz"));
    ck_assert_ptr_null(dg_program_suggest(program, ""));
}
END_TEST

START_TEST(nothing)
{
    ck_assert_ptr_null(dg_program_run(NULL, "", 0, NULL, DG_LABELS_NAMES));
    ck_assert_ptr_null(dg_program_run(graph, NULL, 0, NULL, DG_LABELS_NAMES));
    dg_program_free(NULL);
    ck_assert_int_eq(dg_program_status(NULL), DG_INVALID);
    ck_assert_uint_eq(dg_program_error_count(NULL), 0);
    ck_assert_ptr_null(dg_program_diagnostic(NULL, 0));
    ck_assert_ptr_null(dg_program_root(NULL));
    ck_assert_ptr_null(dg_program_find(NULL, "a"));
    ck_assert_ptr_null(dg_program_suggest(NULL, "a"));
    program = dg_program_run(graph, "x\n", 2, NULL, DG_LABELS_NAMES);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.file, "<program>");
    ck_assert_ptr_null(dg_program_find(program, NULL));
    ck_assert_ptr_null(dg_program_suggest(program, NULL));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        lecture,        neurons,     gradients_add_up,
        plain_numbers,  values_made, operands_keep_their_order,
        attributes,     strings,     labels,
        roots,          line_ends,   messages,
        other_messages, recovery,    many_errors,
        bad_bytes,      long_lines,  limits,
        long_chains,    same_twice,  near_names,
        nothing,
    };
    Suite *suite = suite_create("lang");
    TCase *tcase = tcase_create("lang");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

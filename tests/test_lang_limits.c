/* Programs that are very large, or ask for very much: the limits of the language. */
#include "lang_support.h"

/* So many that recursion over them would overflow a stack of 8 MiB, and anything quadratic would
 * not end. */
#define MANY 250000

START_TEST(many_errors)
{
    run_repeated("", "a = b $\n", 100000, "z = 1\n");
    ck_assert_uint_eq(dg_program_error_count(program), 100000);
    ck_assert_ptr_nonnull(dg_program_diagnostic(program, DG_DIAGNOSTICS_MAX - 1));
    ck_assert_ptr_null(dg_program_diagnostic(program, DG_DIAGNOSTICS_MAX));
    ck_assert_double_eq_tol(data("z"), 1.0, 1e-12);
}
END_TEST

/* The excerpt is cut around the column. */
START_TEST(long_lines)
{
    run_repeated("x = ", "1 + ", MANY,
                 "zz + 22222222222222222222222222222222222222222222222222222222\n");
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_uint_eq(d->error.column, 4 * MANY + 5);
    ck_assert_uint_lt(strlen(d->rendered), 400);
    ck_assert_ptr_nonnull(strstr(d->rendered, "\n    1 | ..."));
    const char *shown = strstr(d->rendered, "zz"), *under = strchr(d->rendered, '^');
    ck_assert_ptr_nonnull(strstr(shown, "zz + 2"));
    ck_assert_ptr_nonnull(under);
}
END_TEST

static void assert_nesting(const char *open, const char *close)
{
    char *text = repeated("x = ", open, 1000, "1");
    run_repeated_ok(text, close, 1000, "\n");
    free(text);
    run_repeated("x = ", open, 100000, "\n");
    assert_error("brackets nested more than 1000 deep");
    ck_assert_uint_eq(dg_program_diagnostic(program, 0)->error.column, 1005);
}

/* Blocks in each other, each a space further to the right. */
START_TEST(nested_blocks)
{
    for (int depth = 100; depth < 102; depth++) {
        char *text = malloc((size_t)depth * (size_t)(depth + 30) + 200);
        size_t size = 0;
        for (int i = 0; i < depth; i++)
            size += (size_t)sprintf(text + size, "%*swith scope('s'):\n", i, "");
        sprintf(text + size, "%*sx = 1.0\ny = x\n", depth, "");
        if (depth == 100) {
            run_ok(text);
            ck_assert_uint_eq(strlen(dg_scope(dg_program_find(program, "x"))), 199);
        } else {
            run(text);
            assert_error("blocks nested more than 100 deep");
            ck_assert_uint_eq(dg_program_diagnostic(program, 0)->error.line, 101);
        }
        free(text);
    }
}
END_TEST

START_TEST(nesting)
{
    assert_nesting("(", ")");
    assert_nesting("[", "]");
    /* Closed again, and in calls. */
    char *text = repeated("x = ", "(", 100000, "1.0");
    run_repeated(text, ")", 100000, "");
    free(text);
    ck_assert_ptr_nonnull(strstr(dg_program_diagnostic(program, 0)->error.text, "nested"));
    run_repeated("a = 1.0\nx = ", "tanh(", 20000, "a\n");
    ck_assert_ptr_nonnull(strstr(dg_program_diagnostic(program, 0)->error.text, "nested"));
}
END_TEST

START_TEST(sizes_of_texts)
{
    run_repeated_ok("x = Value(1, label='", "l", DG_LABEL_MAX, "')\n");
    run_repeated("x = Value(1, label='", "l", DG_LABEL_MAX + 1, "')\n");
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.text,
                     "a label has at most 1048576 bytes");
    run_repeated("", "#", DG_PROGRAM_MAX, "\n");
    assert_error("the program has more than 67108864 bytes");
    ck_assert_uint_eq(dg_program_diagnostic(program, 0)->error.column, 1);
}
END_TEST

START_TEST(long_chains)
{
    run_repeated_ok("x = Value(2)\ny = ", "-", MANY, "x\n");
    ck_assert_double_eq_tol(data("y"), 2.0, 1e-12);
    run_repeated_ok("y = 1", "**1", MANY, "\n");
    run_repeated_ok("x = Value(1)\ny = x", "+x", MANY, "\ny.backward()\n");
    ck_assert_double_eq_tol(dg_grad(named("x")), MANY + 1.0, 1e-12);
    run_repeated_ok("x = Value(1)\nx.label = ''", "+'ab'", 100000, "\n");
    ck_assert_uint_eq(strlen(dg_label(named("x"))), 200000);
}
END_TEST

START_TEST(lists)
{
    /* Lists refer to lists: nothing is copied, however deep and however often. */
    run_repeated_ok("b = [1]\n", "b = [b, b]\n", 100000, "y = len(b)\n");
    run_repeated("b = [1]\n", "b = b + b\n", 60, "y = 3\n");
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.text,
                     "the lists have more than 16777216 elements together");
    ck_assert(data("y") == 3);
    char *text = repeated("a = Value(1); b = [a]\n", "b = b + b\n", 20, "");
    run_repeated(text, "y = sum(b)\n", 17, "");
    free(text);
    assert_error("the lists and networks make more than 33554432 values");
    text = repeated("xs = [", "[0.5, -1], ", 1000, "]\nys = [");
    run_repeated_ok(text, "1, ", 1000,
                    "]\nn = MLP(2, [4, 1])\nloss = fit(n, xs, ys)\nk = len(n(xs))\n");
    free(text);
    ck_assert(data("k") == 1000 && data("loss") < 1000);
    run_repeated_ok("x = [", "1, ", MANY, "]\ny = sum(x)\n");
    ck_assert(data("y") == MANY);
}
END_TEST

static void assert_refused(const char *text, const char *message)
{
    run(text);
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_msg(d && strstr(d->error.text, message), "%.80s: %s", text,
                  d ? d->error.text : "accepted");
    ck_assert_int_eq(dg_graph_status(graph), DG_OK);
}

/* Lists of lists, in few bytes: f stands for 1,310,720 numbers, g and h for 16 times as many each.
 */
#define WIDE                                                                                       \
    "a = [1]; b = a + a + a + a + a + a + a + a\n"                                                 \
    "five = b + b + b + b\n"                                                                       \
    "c = [five, five, five, five, five, five, five, five, five, five]\n"                           \
    "d = [c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c]\n"                                       \
    "e = [d, d, d, d, d, d, d, d, d, d, d, d, d, d, d, d]\n"                                       \
    "f = [e, e, e, e, e, e, e, e, e, e, e, e, e, e, e, e]\n"                                       \
    "g = [f, f, f, f, f, f, f, f, f, f, f, f, f, f, f, f]\n"                                       \
    "h = [g, g, g, g, g, g, g, g, g, g, g, g, g, g, g, g]\n"

/* A short program cannot ask for a large tensor. */
START_TEST(tensors)
{
    static const char too_large[] = "is over the limit of 67108864 numbers";
    /* Each list twice in the next: 2**40 numbers by their shape. */
    char *doubled = repeated("a = [1, 1]\n", "a = [a, a]\n", 40, "y = a * 2\n");
    assert_refused(doubled, "nested more than 8 deep");
    free(doubled);
    assert_refused(WIDE "y = h * 2\n", too_large);
    assert_refused(WIDE "x = Value(1); x.data = h.sum()\n", too_large);
    run_ok(WIDE "k = h.shape[2]; v = Value(1); h2 = [[v, 2], h]\n"); /* shapes cost nothing */
    ck_assert(dg_ndim(named("k")) == 0 && data("k") == 16);
    /* An outer product within an outer product. */
    assert_refused(WIDE "o = f.reshape(-1, 1) @ f.reshape(1, -1)\n", too_large);
    assert_refused(WIDE "m = e.reshape(8, -1); p = m.T @ m\n", "limit");
    assert_refused("a = Tensor([[0]])\na.data = a.data + reshape([], 0, 1)\n", "cannot broadcast");
    assert_refused("z = reshape([], 0, 1e9)\n", too_large);
    char *thousand = repeated("a = [1", ", 1", 999, "]\nb = [a");
    char *million = repeated(thousand, ", a", 999, "]\nc = [b");
    char *billion = repeated(million, ", b", 999, "]\ny = c * 2\n");
    assert_refused(billion,
                   "a tensor of shape (1000, 1000, 1000) is over the limit of 67108864 numbers");
    free(billion);
    free(million);
    free(thousand);
}
END_TEST

/* Many tensors, each of them allowed. */
START_TEST(all_tensors)
{
    static const char too_many[] =
        "the tensors have more than 134217728 numbers together, gradients counted";
    char *text = repeated(WIDE "y = f * 1\n", "y += 1\n", 60, "");
    assert_refused(text, too_many);
    free(text);
    text = repeated(WIDE "y = f * 1\ny.data = y.data", " + 1", 60, "\n");
    assert_refused(text, too_many);
    free(text);
    /* What is made and dropped in one statement is free in the next. */
    run_repeated_ok(WIDE "y = f * 1\n", "y.data += 1\n", 60, "");
}
END_TEST

/* Training that would take a day is refused at once. */
START_TEST(work)
{
    char *a = repeated("a = [1", ", 1", 999, "]\nb = [a");
    run_repeated(a, ", a", 999, "]\nz = (b @ b).sum()\ntrain(z, [b], [], [], epochs=1e6)\n");
    free(a);
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_ptr_nonnull(
        strstr(dg_program_diagnostic(program, 0)->error.text,
               "the tensors take more than 4398046511104 multiplications together"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        many_errors, long_lines, nested_blocks, nesting,     sizes_of_texts,
        long_chains, lists,      tensors,       all_tensors, work,
    };
    return run_with_graph("lang limits", tests, sizeof tests / sizeof *tests);
}

/* Tensors in the JSON form of a trace: nested lists that are written, read and refused. */
#include <locale.h>
#include <stdio.h>

#include "base/buf.h"
#include "error_support.h"
#include "trace/json_read.h"
#include "trace_support.h"

/* --- Help ------------------------------------------------------------------------------------- */

/* A file with these nodes, the root called "a", and no edges. */
static char *file_of(const char *nodes)
{
    dgi_buf b = DGI_BUF_INIT;
    dgi_buf_puts(&b, "{\"dotgrad\": 1, \"root\": \"a\", \"edges\": [], \"nodes\": [");
    dgi_buf_puts(&b, nodes);
    dgi_buf_puts(&b, "]}");
    return dgi_buf_take(&b, NULL);
}

static dg_trace *read_nodes(const char *nodes)
{
    char *text = file_of(nodes);
    dg_trace *t = read_text(text);
    free(text);
    return t;
}

/* A node "a" with these members. */
static dg_trace *read_members(const char *members)
{
    char nodes[1024];
    snprintf(nodes, sizeof nodes, "{\"id\": \"a\", %s}", members);
    return read_nodes(nodes);
}

static void assert_refused(const char *members, dg_status status, const char *expected)
{
    char nodes[1024];
    snprintf(nodes, sizeof nodes, "{\"id\": \"a\", %s}", members);
    char *text = file_of(nodes);
    dg_error error;
    dg_trace *t = read_bytes(text, strlen(text), &error);
    ck_assert_msg(t == NULL, "was read: %s", members);
    assert_located(&error, expected);
    ck_assert_int_eq(error.status, status);
    free(text);
}

/* --- Written ---------------------------------------------------------------------------------- */

static void assert_writes(const dg_trace *t, const char *node)
{
    char *json = dg_json_from_trace(t, NULL);
    dgi_buf b = DGI_BUF_INIT;
    dgi_buf_printf(
        &b, "{\"dotgrad\": 2, \"root\": \"v0\",\n \"nodes\": [\n  %s],\n \"edges\": []}\n", node);
    ck_assert_str_eq(json, b.data);
    dgi_buf_free(&b);
    dg_free(json);
}

START_TEST(exact_text)
{
    static const double data[] = {1, 0.1, NAN, INFINITY, -INFINITY, -0.0},
                        grad[] = {1, 2, 3, 4, 5, 6};
    dg_trace *t = dg_trace_new();
    dg_trace_add_tensor(t, "w", NULL, 2, (size_t[]){2, 3}, data);
    assert_writes(t, "{\"id\": \"v0\", \"label\": \"w\", \"shape\": [2, 3], "
                     "\"data\": [[1.0, 0.10000000000000001, \"NaN\"], "
                     "[\"Infinity\", \"-Infinity\", -0.0]], \"grad\": null}");
    dg_trace_set_grad_array(t, 0, grad, 6);
    dg_trace_set_scope(t, 0, "layer 0");
    assert_writes(t, "{\"id\": \"v0\", \"label\": \"w\", \"shape\": [2, 3], "
                     "\"data\": [[1.0, 0.10000000000000001, \"NaN\"], "
                     "[\"Infinity\", \"-Infinity\", -0.0]], "
                     "\"grad\": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], \"scope\": \"layer 0\"}");
    dg_trace_free(t);
}
END_TEST

static void assert_lists(int ndim, const size_t *shape, const char *text)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_tensor(t, "", NULL, ndim, shape, NULL);
    dg_trace_set_grad(t, 0, 0.0);
    char *json = dg_json_from_trace(t, NULL), *data = strstr(json, "\"data\": "), *grad, *end;
    ck_assert_ptr_nonnull(data);
    data += strlen("\"data\": ");
    grad = strstr(data, ", \"grad\": ");
    end = strchr(data, '}');
    ck_assert(grad && end);
    *grad = *end = '\0';
    ck_assert_str_eq(data, text);
    ck_assert_str_eq(grad + strlen(", \"grad\": "), text);
    dg_free(json);
    dg_trace_free(t);
}

START_TEST(lists)
{
    assert_lists(1, (size_t[]){1}, "[0.0]");
    assert_lists(1, (size_t[]){3}, "[0.0, 0.0, 0.0]");
    assert_lists(2, (size_t[]){1, 1}, "[[0.0]]");
    assert_lists(2, (size_t[]){2, 1}, "[[0.0], [0.0]]");
    assert_lists(2, (size_t[]){1, 2}, "[[0.0, 0.0]]");
    assert_lists(3, (size_t[]){2, 2, 2}, "[[[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]");
    assert_lists(8, (size_t[]){1, 1, 1, 1, 1, 1, 1, 1}, "[[[[[[[[0.0]]]]]]]]");
    assert_lists(8, (size_t[]){1, 2, 1, 1, 1, 1, 1, 1}, "[[[[[[[[0.0]]]]]], [[[[[[0.0]]]]]]]]");
    assert_lists(1, (size_t[]){0}, "[]");
    assert_lists(2, (size_t[]){0, 3}, "[]");
    assert_lists(2, (size_t[]){2, 0}, "[[], []]");
    assert_lists(3, (size_t[]){2, 1, 0}, "[[[]], [[]]]");
    assert_lists(3, (size_t[]){1, 2, 0}, "[[[], []]]");
    assert_lists(4, (size_t[]){2, 0, 2, 0}, "[[], []]");
    assert_lists(8, (size_t[]){0, 0, 0, 0, 0, 0, 0, 0}, "[]");
}
END_TEST

/* --- There and back --------------------------------------------------------------------------- */

/* The lists by their definition; sizes that are 0 end them. */
static void model_lists(dgi_buf *b, int ndim, const size_t *shape, size_t *next)
{
    if (ndim == 0) {
        dgi_buf_printf(b, "%zu.0", (*next)++);
        return;
    }
    dgi_buf_putc(b, '[');
    for (size_t i = 0; i < *shape; i++) {
        dgi_buf_puts(b, i ? ", " : "");
        model_lists(b, ndim - 1, shape + 1, next);
    }
    dgi_buf_putc(b, ']');
}

static int random_shape(rng *r, size_t *shape, size_t *size)
{
    int ndim = (int)rng_below(r, DG_TRACE_DIMS_MAX + 1);
    *size = 1;
    for (int i = 0; i < ndim; i++) {
        shape[i] = rng_below(r, 8) == 0 ? 0 : 1 + rng_below(r, ndim > 4 ? 3 : 6);
        *size *= shape[i];
    }
    return ndim;
}

START_TEST(lists_of_any_shape)
{
    for (uint64_t seed = 0; seed < 400; seed++) {
        rng r = {seed};
        size_t shape[DG_TRACE_DIMS_MAX], size, next = 0;
        int ndim = random_shape(&r, shape, &size);
        double *data = calloc(size + 1, sizeof *data);
        for (size_t k = 0; k < size; k++)
            data[k] = (double)k;
        dg_trace *t = dg_trace_new();
        dg_trace_add_tensor(t, "", NULL, ndim, shape, data);
        char *json = dg_json_from_trace(t, NULL);
        dgi_buf b = DGI_BUF_INIT;
        dgi_buf_puts(&b, "\"data\": ");
        model_lists(&b, ndim, shape, &next);
        dgi_buf_puts(&b, ", \"grad\": null}]");
        ck_assert_msg(strstr(json, b.data) != NULL, "seed %llu: %s in %s", (unsigned long long)seed,
                      b.data, json);
        dgi_buf_free(&b);
        dg_free(json);
        dg_trace_free(t);
        free(data);
    }
}
END_TEST

/* Some tensors and scalars in a trace. */
static dg_trace *random_trace(rng *r)
{
    dg_trace *t = dg_trace_new();
    size_t n = 1 + rng_below(r, 12);
    for (size_t i = 0; i < n; i++) {
        size_t shape[DG_TRACE_DIMS_MAX], size;
        int ndim = random_shape(r, shape, &size);
        double *numbers = malloc((size + 1) * sizeof *numbers);
        for (size_t k = 0; k < size; k++)
            numbers[k] = random_double(r);
        ck_assert_uint_eq(
            dg_trace_add_tensor(t, i % 3 ? "x" : NULL, i ? "op" : NULL, ndim, shape, numbers), i);
        for (size_t k = 0; k < size; k++)
            numbers[k] = random_double(r);
        if (rng_below(r, 2))
            ck_assert_int_eq(dg_trace_set_grad_array(t, i, numbers, size), DG_OK);
        free(numbers);
        for (size_t k = rng_below(r, 4); i > 0 && k-- > 0;)
            dg_trace_add_edge(t, rng_below(r, i), i);
        if (i > 0)
            dg_trace_add_edge(t, i - 1, i);
    }
    dg_trace_set_root(t, n - 1);
    return t;
}

START_TEST(there_and_back)
{
    for (uint64_t seed = 0; seed < 800; seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r);
        assert_round_trip(t);
        dg_trace *part = dg_trace_select(t, rng_below(&r, dg_trace_node_count(t)));
        assert_round_trip(part);
        dg_trace_free(part);
        dg_trace *copy = dg_trace_select(t, dg_trace_root(t));
        ck_assert_uint_eq(dg_trace_node_count(t), dg_trace_node_count(copy));
        dg_trace_free(copy);
        dg_trace_free(t);
    }
}
END_TEST

/* More numbers than a value of any other kind may have parts. */
START_TEST(a_large_matrix)
{
    enum { ROWS = 1100, COLUMNS = 1000 };
    rng r = {7};
    double *data = malloc(ROWS * COLUMNS * sizeof *data);
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        data[i] = i % 7 ? (double)rng_below(&r, 1000) / 64.0 : random_double(&r);
    dg_trace *t = dg_trace_new();
    dg_trace_add_tensor(t, "w", NULL, 2, (size_t[]){ROWS, COLUMNS}, data);
    dg_trace_set_grad_array(t, 0, data, ROWS * COLUMNS);
    free(data);
    assert_round_trip(t);
    dg_trace_free(t);
}
END_TEST

START_TEST(the_locale_does_not_matter)
{
    static const char *const locales[] = {"de_DE.UTF-8", "ps_AF.UTF-8", "fa_IR.UTF-8"};
    rng r = {7};
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        if (!setlocale(LC_ALL, locales[i]))
            continue;
        dg_trace *t = random_trace(&r);
        dg_trace_add_tensor(t, NULL, NULL, 1, (size_t[]){2}, (double[]){0.1, 1.5e-300});
        assert_round_trip(t);
        dg_trace_free(t);
        setlocale(LC_ALL, "C");
    }
}
END_TEST

/* --- Read ------------------------------------------------------------------------------------- */

START_TEST(order_and_space)
{
    static const char *const texts[] = {
        "\"shape\": [2, 2], \"data\": [[1, 2], [3, 4]], \"grad\": [[5, 6], [7, 8]]",
        "\"grad\":[[5,6],[7,8]],\"data\":[[1,2],[3,4]],\"shape\":[2,2]",
        "\"data\": [[1, 2], [3, 4]], \"x\": [[]], \"grad\": [[5, 6], [7, 8]]",
        "\"data\" \n:\t[ [1 ,2\r\n] ,\n[ 3,4 ] ] , \"grad\":\n[[ 5 , 6 ],[ 7,8\t]\t], "
        "\"shape\":[2,2]",
        "\"d\\u0061t\\u0061\": [[1, 2], [3, 4]], \"gr\\u0061d\": [[5, 6], [7, 8]]",
        "\"more\": {\"data\": [1, {}]}, \"data\": [[1, 2], [3, 4]], \"grad\": [[5, 6], [7, 8]]",
        "\"label\": \"data\", \"data\": [[1, 2], [3, 4]], \"op\": \"\", \"grad\": [[5, 6], [7, 8]]",
        "\"shape\": [2.0, 2e0], \"data\": [[1.0, 0.2e1], [0.3E+1, 400e-2]], \"grad\": [[5, 6], [7, "
        "8]]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        dg_trace *t = read_members(texts[i]);
        assert_tensor(t, 0, 2, (size_t[]){2, 2}, (double[]){1, 2, 3, 4});
        ck_assert_int_eq(dg_trace_has_grad(t, 0), 1);
        assert_numbers(dg_trace_grad_array(t, 0), (double[]){5, 6, 7, 8}, 4);
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(numbers)
{
    dg_trace *t = read_members(
        "\"data\": [-0, 0, 12345678901234567890, 1e-999, 4.9406564584124654e-324, \"NaN\", "
        "\"Infinity\",\"-Infinity\", \"N\\u0061N\", "
        "0.1000000000000000055511151231257827021181583404541"
        "015625, "
        "1000000000000000000000000000000000000000000000000000000000000000000000000000000000]");
    static const double expected[] = {
        -0.0, 0, 12345678901234567890.0, 0.0, 5e-324, NAN, INFINITY, -INFINITY, NAN, 0.1, 1e81};
    assert_tensor(t, 0, 1, (size_t[]){11}, expected);
    ck_assert_int_eq(dg_trace_has_grad(t, 0), 0);
    dg_trace_free(t);
}
END_TEST

/* Shapes that are not given are those of the lists. */
START_TEST(shapes_of_lists)
{
    static const struct {
        const char *members;
        int ndim;
        size_t shape[8];
    } list[] = {
        {"\"data\": 5", 0, {0}},
        {"\"data\": 5, \"shape\": []", 0, {0}},
        {"\"data\": \"NaN\", \"grad\": null, \"shape\": []", 0, {0}},
        {"\"data\": []", 1, {0}},
        {"\"data\": [0]", 1, {1}},
        {"\"data\": [[[[[[[[0]]]]]]]]", 8, {1, 1, 1, 1, 1, 1, 1, 1}},
        {"\"data\": [[[[[[[[]]]]]]]]", 8, {1, 1, 1, 1, 1, 1, 1, 0}},
        {"\"data\": [[], []]", 2, {2, 0}},
        {"\"data\": [[], [], []], \"shape\": [3, 0, 4]", 3, {3, 0, 4}},
        {"\"data\": [], \"grad\": [], \"shape\": [0, 4, 4]", 3, {0, 4, 4}},
        {"\"data\": [], \"shape\": [0, 67108864]", 2, {0, 67108864}},
        {"\"data\": [[],[]], \"grad\": [[],[]], \"shape\": [2, 0, 0, 0, 0, 0, 0, 7]",
         8,
         {2, 0, 0, 0, 0, 0, 0, 7}},
    };
    static const double zeros[4];
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        dg_trace *t = read_members(list[i].members);
        if (list[i].ndim > 0)
            assert_tensor(t, 0, list[i].ndim, list[i].shape, zeros);
        else
            ck_assert_int_eq(dg_trace_ndim(t, 0), 0);
        assert_round_trip(t);
        dg_trace_free(t);
    }
}
END_TEST

/* --- Refused ---------------------------------------------------------------------------------- */

#define A "node 0 (\"a\"): "

START_TEST(shapes_that_do_not_fit)
{
    static const char *const list[][2] = {
        {"\"shape\": [2, 3], \"data\": [[1, 2], [3, 4], [5, 6]]",
         "its shape is (2, 3), but data is (3, 2)"},
        {"\"shape\": [6], \"data\": [[1, 2], [3, 4], [5, 6]]",
         "its shape is (6,), but data is (3, 2)"},
        {"\"data\": [1], \"shape\": [2]", "its shape is (2,), but data is (1,)"},
        {"\"data\": 1, \"shape\": [2]", "its shape is (2,), but data is a number"},
        {"\"data\": 1, \"shape\": [1]", "its shape is (1,), but data is a number"},
        {"\"data\": [1], \"shape\": []", "its shape is (), but data is (1,)"},
        {"\"data\": [], \"shape\": []", "its shape is (), but data is (0,)"},
        {"\"data\": [], \"shape\": [2, 0]", "its shape is (2, 0), but data is (0,)"},
        {"\"data\": [[], []], \"shape\": [3, 0]", "its shape is (3, 0), but data is (2, 0)"},
        {"\"data\": [[]], \"shape\": [0]", "its shape is (0,), but data is (1, 0)"},
        {"\"data\": [[[], []]], \"shape\": [1, 0, 2]",
         "its shape is (1, 0, 2), but data is (1, 2, 0)"},
        {"\"data\": [1, 2], \"grad\": 0", "its shape is (2,), but grad is a number"},
        {"\"data\": [1, 2], \"grad\": [[1, 2]]", "its shape is (2,), but grad is (1, 2)"},
        {"\"grad\": [1, 2, 3], \"data\": [1, 2]", "its shape is (2,), but grad is (3,)"},
        {"\"data\": 1, \"grad\": [1]", "its shape is (), but grad is (1,)"},
        {"\"data\": [], \"grad\": [1]", "its shape is (0,), but grad is (1,)"},
        {"\"data\": [1, 2], \"grad\": \"x\"", "grad is not a number or null"},
        {"\"data\": [1, 2], \"grad\": {}", "grad is not a number or null"},
        {"\"data\": {}, \"shape\": []", "data is not a number"},
        {"\"data\": null, \"grad\": [1]", "data is not a number"},
        {"\"grad\": [1]", "it has no data"},
        {"\"data\": [1], \"shape\": 1", "shape is not a list of sizes"},
        {"\"data\": [1], \"shape\": null", "shape is not a list of sizes"},
        {"\"data\": [1], \"shape\": \"(1,)\"", "shape is not a list of sizes"},
        {"\"data\": [1], \"shape\": [1.5]", "shape is not a list of sizes"},
        {"\"data\": [1], \"shape\": [-1]", "shape is not a list of sizes"},
        {"\"data\": [1], \"shape\": [[1]]", "shape is not a list of sizes"},
        {"\"data\": [1], \"shape\": [\"1\"]", "shape is not a list of sizes"},
        {"\"data\": [1], \"shape\": [\"NaN\"]", "shape is not a list of sizes"},
    };
    char expected[256];
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        snprintf(expected, sizeof expected, "%s%s", A, list[i][1]);
        assert_refused(list[i][0], DG_FORMAT, expected);
    }
}
END_TEST

START_TEST(lists_that_are_wrong)
{
    /* The members begin in column 64. */
    static const char *const list[][2] = {
        {"\"data\": [[1, 2], [3]]",
         "column 83: data is not rectangular: a list of 1 where others have 2"},
        {"\"data\": [[1], [3, 4]]",
         "column 83: data is not rectangular: a list of 2 where others have 1"},
        {"\"data\": [[], [3]]",
         "column 79: data is not rectangular: a list of 1 where others have 0"},
        {"\"data\": [[3], []]",
         "column 79: data is not rectangular: a list of 0 where others have 1"},
        {"\"data\": [[[1],[1]],[[1]]]",
         "column 87: data is not rectangular: a list of 1 where others have 2"},
        {"\"data\": [1, [2]]", "column 76: data is not rectangular: a list stands beside numbers"},
        {"\"data\": [1, []]", "column 76: data is not rectangular: a list stands beside numbers"},
        {"\"data\": [[2], 1]", "column 78: data is not rectangular: a number stands beside lists"},
        {"\"data\": [[2], [[1]]]",
         "column 79: data is not rectangular: a list stands beside numbers"},
        {"\"data\": [[[2]], [1]]",
         "column 81: data is not rectangular: a number stands beside lists"},
        {"\"grad\": [[1, 2], [3]]",
         "column 83: grad is not rectangular: a list of 1 where others have 2"},
        {"\"data\": [1, null]", "column 76: an element of data is not a number"},
        {"\"data\": [true]", "column 73: an element of data is not a number"},
        {"\"data\": [1, \"2\"]", "column 76: an element of data is not a number"},
        {"\"data\": [1, {\"x\": [1]}]", "column 76: an element of data is not a number"},
        {"\"grad\": [\"nan\"]", "column 73: an element of grad is not a number"},
        {"\"data\": [1 2]", "column 75: ',' or ']' expected"},
        {"\"data\": [1, 2}", "column 77: ',' or ']' expected"},
        {"\"data\": [1,]", "column 75: a value is expected"},
        {"\"data\": [,1]", "column 73: a value is expected"},
        {"\"data\": [[1],]", "column 77: a value is expected"},
        {"\"data\": [[1][2]]", "column 76: ',' or ']' expected"},
        {"\"data\": [:]", "column 73: a value is expected"},
        {"\"data\": [01]", "column 73: invalid token near '01'"},
        {"\"data\": [1.]", "column 73: invalid token near '1.'"},
        {"\"data\": [.5]", "column 73: invalid token near '.5'"},
        {"\"data\": [-]", "column 73: invalid token near '-'"},
        {"\"data\": [+1]", "column 73: invalid token near '+1'"},
        {"\"data\": [1e]", "column 73: invalid token near '1e'"},
        {"\"data\": [0x10]", "column 73: invalid token near '0x10'"},
        {"\"data\": [1, 1e999]", "column 76: real number overflow near '1e999'"},
        {"\"data\": [nan]", "column 73: invalid token near 'nan'"},
        {"\"data\": [\"NaN]", "column 73: a string does not end"},
        {"\"data\": [1], \"data\": [2]", "column 83: a member occurs twice"},
        {"\"grad\": [1, 2, 3], \"data\": [1, 2, 3], \"grad\": [2]",
         "column 108: a member occurs twice"},
        {"\"data\": [1, 2], \"x\": tru, \"grad\": [3, 4]", "column 85: invalid token near 'tru'"},
        {"\"data\": [1, 2], \"grad\": [3, 4], \"x\": tru", "column 101: invalid token near 'tru'"},
        {"\"data\" [1, 2]", "column 71: ':' expected"},
        {"\"data\": [1, 2] 5", "column 79: ',' or '}' expected"},
        {"\"data\": [1, 2], \"label\": \"data\" [3]", "column 96: ',' or '}' expected"},
    };
    char expected[256];
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        snprintf(expected, sizeof expected, "line 1, %s", list[i][1]);
        assert_refused(list[i][0], DG_FORMAT, expected);
    }
    dg_error error;
    static const char cut[] = "{\"nodes\": [{\"data\": [[1, 2], [";
    for (size_t size = 0; size < sizeof cut; size++) {
        ck_assert_ptr_null(read_bytes(cut, size, &error));
        ck_assert_int_eq(error.status, DG_FORMAT);
    }
    static const char lines[] = "{\"nodes\": [\n{\"data\": [[1, 2],\n\n [\"é\", x";
    ck_assert_ptr_null(read_bytes(lines, strlen(lines), &error));
    assert_located(&error, "line 4, column 3: an element of data is not a number");
}
END_TEST

START_TEST(over_a_limit)
{
    assert_refused("\"data\": [[[[[[[[[1]]]]]]]]]", DG_LIMIT, "data has more than 8 dimensions");
    assert_refused("\"data\": [], \"grad\": [[[[[[[[[", DG_LIMIT,
                   "grad has more than 8 dimensions");
    assert_refused("\"data\": [1], \"shape\": [1, 1, 1, 1, 1, 1, 1, 1, 1]", DG_LIMIT,
                   A "its shape has more than 8 dimensions");
    static const char *const shapes[] = {"67108865",
                                         "67108864, 2",
                                         "8192, 8193",
                                         "0, 67108865",
                                         "2, 0, 67108864",
                                         "1e300",
                                         "1e300, 0",
                                         "4294967296, 4294967296",
                                         "18446744073709551615, 18446744073709551615"};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char members[128];
        snprintf(members, sizeof members, "\"data\": [], \"shape\": [%s]", shapes[i]);
        assert_refused(members, DG_LIMIT, A "its shape is over the limit of 67108864 numbers");
    }
}
END_TEST

/* The limit itself takes a hundred million bytes to reach; one that is lower can be had at once. */
START_TEST(too_many_numbers)
{
    static const char text[] = "[[1, 2, 3], [4, 5, 6]]";
    dg_error error = {0};
    for (size_t most = 4; most < 8; most++) {
        dgi_json_scanner s = {.text = text, .end = text + strlen(text), .p = text, .error = &error};
        dgi_json_array list = {.member = "data"};
        dgi_json_array_reset(&list, most);
        ck_assert_int_eq(dgi_json_array_read(&list, &s), most >= 6);
        if (most >= 6) {
            ck_assert_ptr_eq(s.p, s.end);
            ck_assert_uint_eq(list.n, 6);
        } else {
            ck_assert_int_eq(error.status, DG_LIMIT);
            ck_assert_str_eq(error.text, "the trace's tensors have more than 67108864 numbers");
        }
        dgi_json_array_reset(&list, 0);
        dgi_buf_free(&s.decoded);
    }
}
END_TEST

/* Of all tensors the data is counted, and nothing else. */
START_TEST(numbers_are_counted)
{
    static const char text[] =
        "[{\"id\": \"a\", \"data\": [[1, 2, 3], [4, 5, 6]], \"grad\": [[1, 2, 3], "
        "[4, 5, 6]]}, {\"id\": \"b\", \"data\": [1]}, {\"id\": \"c\", \"data\": 1}]";
    static const size_t expected[] = {6, 7, 7};
    dg_error error = {0};
    dgi_json_reader r = {.scan = {.text = text,
                                  .end = text + strlen(text),
                                  .p = text + 1,
                                  .error = &error,
                                  .read_array = dgi_json_array_read},
                         .t = dg_trace_new(),
                         .version = 1,
                         .arrays = {{.member = "data"}, {.member = "grad"}}};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_msg(dgi_json_read_node(&r, i), "%s", error.text);
        ck_assert_uint_eq(r.n_numbers, expected[i]);
        r.scan.p++;
    }
    dg_trace_free(r.t);
    dgi_json_reader_free(&r);
}
END_TEST

/* What is no member of a node is read as ever. */
START_TEST(lists_elsewhere)
{
    dg_trace *t = read_nodes("{\"id\": \"a\", \"data\": 1, \"more\": {\"grad\": [1, [2], null]}}");
    ck_assert_int_eq(dg_trace_ndim(t, 0), 0);
    dg_trace_free(t);
    static const char *const texts[] = {"{\"data\": [1, [2]], \"dotgrad\": 1, \"root\": \"a\", "
                                        "\"nodes\": [{\"id\": \"a\", \"data\": 1}], "
                                        "\"edges\": []}",
                                        "{\"dotgrad\": 1, \"root\": \"b\", \"nodes\": [{\"id\": "
                                        "\"a\", \"data\": 1}, {\"id\": \"b\", \"op\": "
                                        "\"f\", \"data\": [2]}], \"edges\": [{\"from\": \"a\", "
                                        "\"to\": \"b\", \"operand\": 0, \"data\": [1, "
                                        "[]]}]}"};
    for (size_t i = 0; i < 2; i++) {
        dg_error error;
        t = read_bytes(texts[i], strlen(texts[i]), &error);
        ck_assert_msg(t != NULL, "%s", error.text);
        dg_trace_free(t);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        exact_text,           lists,
        lists_of_any_shape,   there_and_back,
        a_large_matrix,       the_locale_does_not_matter,
        order_and_space,      numbers,
        shapes_of_lists,      shapes_that_do_not_fit,
        lists_that_are_wrong, over_a_limit,
        too_many_numbers,     numbers_are_counted,
        lists_elsewhere,
    };
    return run_suite("trace-nested", tests, sizeof tests / sizeof *tests);
}

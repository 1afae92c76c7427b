/* sum, mean, max, reshape, transpose, select, concat and stack, against loops over indexes in long
 * double. */
#include "check_main.h"
#include "tensor_support.h"

/* ---- Reductions: args are the dimension, -1 for all, and keepdim ---- */

typedef dg_value *reduce_function(dg_value *a, int dim, int keepdim);

static dg_value *make_reduced(dg_value *a, const int *args, dg_value *all(dg_value *),
                              reduce_function *along)
{
    return args[0] < 0 ? all(a) : along(a, args[0], args[1]);
}

static dg_value *make_sum(dg_value **v, size_t n, const int *args)
{
    (void)n;
    return make_reduced(v[0], args, dg_sum, dg_sum_dim);
}

static dg_value *make_mean(dg_value **v, size_t n, const int *args)
{
    (void)n;
    return make_reduced(v[0], args, dg_mean, dg_mean_dim);
}

static dg_value *make_max(dg_value **v, size_t n, const int *args)
{
    (void)n;
    return make_reduced(v[0], args, dg_max_all, dg_max_dim);
}

/* Zeros in the shape of the result, and the place in it of the number at an index of a. */
static array zeros_reduced(const array *a, const int *args)
{
    size_t shape[DG_DIMS_MAX] = {0};
    int ndim = 0;
    for (int i = 0; args[0] >= 0 && i < a->ndim; i++)
        if (i != args[0] || args[1])
            shape[ndim++] = i == args[0] ? 1 : a->shape[i];
    return array_of(ndim, shape);
}

static size_t place_reduced(const array *a, const int *args, const size_t *at)
{
    size_t place = 0;
    for (int i = 0; args[0] >= 0 && i < a->ndim; i++)
        if (i != args[0])
            place = place * a->shape[i] + at[i];
    return place;
}

static array summed(const array *in, size_t n, const int *args)
{
    (void)n;
    array z = zeros_reduced(in, args);
    size_t at[DG_DIMS_MAX] = {0};
    for (size_t i = 0; i < in->size; i++, next_index(in, at))
        z.x[place_reduced(in, args, at)] += in->x[i];
    return z;
}

static array averaged(const array *in, size_t n, const int *args)
{
    array z = summed(in, n, args);
    size_t count = args[0] < 0 ? in->size : in->ndim ? in->shape[args[0]] : 1;
    for (size_t i = 0; i < z.size; i++)
        z.x[i] = count ? z.x[i] / (long double)count : (long double)NAN;
    return z;
}

static array largest(const array *in, size_t n, const int *args)
{
    (void)n;
    array z = zeros_reduced(in, args);
    size_t at[DG_DIMS_MAX] = {0};
    for (size_t i = 0; i < z.size; i++)
        z.x[i] = -INFINITY;
    for (size_t i = 0; i < in->size; i++, next_index(in, at)) {
        long double *most = &z.x[place_reduced(in, args, at)];
        *most = fmaxl(*most, in->x[i]);
    }
    return z;
}

static const tested reductions[] = {
    {"sum", make_sum, summed}, {"mean", make_mean, averaged}, {"max", make_max, largest}};

START_TEST(reduced)
{
    for (uint64_t seed = 0; seed < cases(600); seed++) {
        rng r = {seed};
        const tested *t = &reductions[seed % 3];
        size_t shape[DG_DIMS_MAX];
        int ndim = (int)rng_below(&r, 5);
        random_shape(&r, ndim, shape, t->make != make_max && rng_below(&r, 3) == 0);
        int args[2] = {(int)rng_below(&r, (size_t)ndim + 1) - 1, (int)rng_below(&r, 2)};
        if (ndim == 0)
            args[0] = (int)rng_below(&r, 2) - 1;
        array a = array_random(&r, ndim, shape);
        size_t count = args[0] < 0 ? a.size : ndim ? shape[args[0]] : 1;
        if (t->make == make_mean && count == 0) {
            dg_graph *g = dg_graph_new();
            dg_value *v = leaf_of(g, &a), *z = make_mean(&v, 1, args);
            for (size_t i = 0; i < dg_size(z); i++)
                ck_assert(isnan(dg_data_array(z)[i]));
            dg_graph_free(g);
        } else {
            check_op(t, &a, 1, args, seed, 0, true);
        }
        free(a.x);
    }
}
END_TEST

/* Long ones: the parts of a sum, and what is left over. */
START_TEST(long_sums)
{
    for (size_t n = 0; n < 70; n++) {
        rng r = {n};
        array a = array_random(&r, SHAPE(n));
        check_op(&reductions[0], &a, 1, (int[]){-1, 0}, n, 0, true);
        free(a.x);
        a = array_random(&r, SHAPE(2, n, 1));
        check_op(&reductions[0], &a, 1, (int[]){1, 0}, n, 0, true);
        free(a.x);
    }
}
END_TEST

START_TEST(ties_and_nan)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, SHAPE(2, 3), NUMBERS(1, 5, 5, 5, -2, NAN), NULL);
    dg_value *b = dg_tensor(g, SHAPE(4), NUMBERS(3, 7, 7, -7), NULL);
    dg_value *z = dg_max_all(b);
    CHECK_DATA(z, 7);
    dg_backward(z);
    CHECK_GRAD(b, 0, 0.5, 0.5, 0);
    z = dg_max_all(a);
    CHECK_DATA(z, NAN);
    dg_backward(z);
    CHECK_GRAD(a, 0, 0, 0, 0, 0, 1);
    dg_graph_zero_grad(g);
    z = dg_max_dim(a, 1, 0);
    CHECK_DATA(z, 5, NAN);
    dg_backward(dg_sum(z));
    CHECK_GRAD(a, 0, 1, 0, 0, 0, 1);
    dg_graph_zero_grad(g);
    z = dg_max_dim(a, -2, 1);
    CHECK_DATA(z, 5, 5, NAN);
    CHECK_SHAPE(z, "(1, 3)");
    dg_backward(dg_sum(z));
    CHECK_GRAD(a, 0, 1, 0, 1, 0, 1);
    /* The first nan, and all of them. */
    dg_value *c = dg_tensor(g, SHAPE(4), NUMBERS(NAN, 9, NAN, 1), NULL);
    dg_backward(dg_max_dim(c, 0, 0));
    CHECK_GRAD(c, 1, 0, 0, 0);
    dg_graph_zero_grad(g);
    dg_backward(dg_max_all(c));
    CHECK_GRAD(c, 0.5, 0, 0.5, 0);
    dg_value *low = dg_tensor(g, SHAPE(2), NUMBERS(-INFINITY, -INFINITY), NULL);
    z = dg_max_all(low);
    CHECK_DATA(z, -INFINITY);
    dg_backward(z);
    CHECK_GRAD(low, 0.5, 0.5);
    /* Data that was set behind the result's back. */
    dg_value *d = dg_tensor(g, SHAPE(2, 2), NUMBERS(1, 2, 3, 4), NULL);
    z = dg_sum(dg_max_dim(d, 1, 0));
    dg_set_data_array(d, NUMBERS(7, 7, 7, 7), 4);
    ck_assert_int_eq(dg_backward(z), DG_OK);
    CHECK_GRAD(d, 0, 0, 0, 0);
    dg_graph_free(g);
}
END_TEST

START_TEST(scalars)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, 3.0, "x");
    dg_value *all[] = {dg_sum(x),
                       dg_mean(x),
                       dg_max_all(x),
                       dg_sum_dim(x, 0, 1),
                       dg_mean_dim(x, -1, 0),
                       dg_max_dim(x, 0, 0),
                       dg_reshape(x, 0, NULL),
                       dg_transpose(x, 0, -1)};
    dg_value *total = dg_leaf(g, 0.0, NULL);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        CHECK_DATA(all[i], 3);
        CHECK_SHAPE(all[i], "()");
        total = dg_add(total, all[i]);
    }
    dg_backward(total);
    CHECK_GRAD(x, 8);
    dg_value *one = dg_reshape(x, SHAPE(1, 1, 1));
    CHECK_SHAPE(one, "(1, 1, 1)");
    dg_value *row = dg_stack((dg_value *[]){x, total, x}, 3);
    CHECK_DATA(row, 3, 24, 3);
    dg_zero_grad(total);
    dg_backward(dg_sum(dg_mul(row, row)));
    ck_assert(dg_grad(x) == 2 * 3 + 2 * 24 * 8 + 2 * 3);
    ck_assert(dg_data(row) != dg_data(row));
    dg_graph_free(g);
}
END_TEST

/* ---- Moving ---- */

/* args: dim0, dim1 */
static dg_value *make_transpose(dg_value **v, size_t n, const int *args)
{
    (void)n;
    return dg_transpose(v[0], args[0], args[1]);
}

static array transposed(const array *in, size_t n, const int *args)
{
    (void)n;
    size_t shape[DG_DIMS_MAX] = {0}, at[DG_DIMS_MAX] = {0}, to[DG_DIMS_MAX] = {0};
    int dim0 = args[0] < 0 ? args[0] + in->ndim : args[0];
    int dim1 = args[1] < 0 ? args[1] + in->ndim : args[1];
    for (int i = 0; i < in->ndim; i++)
        shape[i] = in->shape[i == dim0 ? dim1 : i == dim1 ? dim0 : i];
    array z = array_of(in->ndim, shape);
    for (size_t i = 0; i < in->size; i++, next_index(in, at)) {
        for (int j = 0; j < in->ndim; j++)
            to[j] = at[j == dim0 ? dim1 : j == dim1 ? dim0 : j];
        z.x[place_of(&z, to)] = in->x[i];
    }
    return z;
}

static const tested transpose = {"transpose", make_transpose, transposed};

/* args: ndim, then the sizes */
static dg_value *make_reshape(dg_value **v, size_t n, const int *args)
{
    size_t shape[DG_DIMS_MAX];
    (void)n;
    for (int i = 0; i < args[0]; i++)
        shape[i] = args[i + 1] < 0 ? DG_INFER : (size_t)args[i + 1];
    return dg_reshape(v[0], args[0], shape);
}

static array reshaped(const array *in, size_t n, const int *args)
{
    size_t shape[DG_DIMS_MAX] = {0}, known = 1;
    (void)n;
    for (int i = 0; i < args[0]; i++)
        known *= args[i + 1] < 0 ? 1 : (size_t)args[i + 1];
    for (int i = 0; i < args[0]; i++)
        shape[i] = args[i + 1] < 0 ? in->size / known : (size_t)args[i + 1];
    array z = array_of(args[0], shape);
    memcpy(z.x, in->x, in->size * sizeof *z.x);
    return z;
}

static const tested reshape = {"reshape", make_reshape, reshaped};

/* args: the index */
static dg_value *make_select(dg_value **v, size_t n, const int *args)
{
    (void)n;
    return dg_select(v[0], args[0]);
}

static array selected(const array *in, size_t n, const int *args)
{
    (void)n;
    array z = array_of(in->ndim - 1, in->shape + 1);
    size_t at = (size_t)(args[0] < 0 ? args[0] + (int)in->shape[0] : args[0]);
    for (size_t i = 0; i < z.size; i++)
        z.x[i] = in->x[at * z.size + i];
    return z;
}

static const tested selection = {"select", make_select, selected};

START_TEST(moved)
{
    for (uint64_t seed = 0; seed < cases(500); seed++) {
        rng r = {seed};
        size_t shape[DG_DIMS_MAX];
        int ndim = 1 + (int)rng_below(&r, 4);
        random_shape(&r, ndim, shape, rng_below(&r, 3) == 0);
        array a = array_random(&r, ndim, shape);
        int args[3] = {(int)rng_below(&r, 2 * (size_t)ndim) - ndim,
                       (int)rng_below(&r, 2 * (size_t)ndim) - ndim, 0};
        check_op(&transpose, &a, 1, args, seed, 0, true);
        if (shape[0] > 0) {
            args[0] = (int)rng_below(&r, 2 * shape[0]) - (int)shape[0];
            check_op(&selection, &a, 1, args, seed, 0, true);
        }
        free(a.x);
    }
}
END_TEST

START_TEST(larger_transposes)
{
    rng r = {1};
    array a = array_random(&r, SHAPE(37, 19));
    check_op(&transpose, &a, 1, (int[]){0, 1}, 1, 0, true);
    free(a.x);
    a = array_random(&r, SHAPE(2, 11, 3, 9, 2));
    check_op(&transpose, &a, 1, (int[]){3, 1}, 2, 0, true);
    free(a.x);
}
END_TEST

START_TEST(reshapes)
{
    static const int cases[][8] = {
        /* from: ndim and sizes; to: ndim and sizes */
        {2, 4, 3, 1, 12}, {2, 4, 3, 2, 2, 6},    {1, 12, 3, 2, 3, 2},   {2, 4, 3, 2, -1, 2},
        {2, 4, 3, 1, -1}, {2, 0, 4, 2, 4, 0},    {2, 0, 4, 2, -1, 4},   {1, 1, 0},
        {2, 1, 1, 1, 1},  {2, 4, 3, 3, 3, 1, 4}, {2, 0, 3, 3, 7, 0, 9}, {1, 6, 2, -1, 6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int *from = cases[i];
        size_t shape[DG_DIMS_MAX];
        for (int j = 0; j < from[0]; j++)
            shape[j] = (size_t)from[j + 1];
        rng r = {i};
        array a = array_random(&r, from[0], shape);
        check_op(&reshape, &a, 1, from + from[0] + 1, i, 0, true);
        free(a.x);
    }
}
END_TEST

/* ---- Joining: args are the dimension ---- */

static dg_value *make_concat(dg_value **v, size_t n, const int *args)
{
    return dg_concat(v, n, args[0]);
}

static array concatenated(const array *in, size_t n, const int *args)
{
    size_t shape[DG_DIMS_MAX], before = 0;
    int dim = args[0] < 0 ? args[0] + in->ndim : args[0];
    memcpy(shape, in->shape, sizeof shape);
    shape[dim] = 0;
    for (size_t i = 0; i < n; i++)
        shape[dim] += in[i].shape[dim];
    array z = array_of(in->ndim, shape);
    for (size_t i = 0; i < n; before += in[i++].shape[dim]) {
        size_t at[DG_DIMS_MAX] = {0}, to[DG_DIMS_MAX];
        for (size_t j = 0; j < in[i].size; j++, next_index(&in[i], at)) {
            memcpy(to, at, sizeof to);
            to[dim] += before;
            z.x[place_of(&z, to)] = in[i].x[j];
        }
    }
    return z;
}

static dg_value *make_stack(dg_value **v, size_t n, const int *args)
{
    (void)args;
    return dg_stack(v, n);
}

static array stacked(const array *in, size_t n, const int *args)
{
    size_t shape[DG_DIMS_MAX] = {n};
    (void)args;
    for (int i = 0; i < in->ndim; i++)
        shape[i + 1] = in->shape[i];
    array z = array_of(in->ndim + 1, shape);
    for (size_t i = 0; i < z.size; i++)
        z.x[i] = in[i / in->size].x[i % in->size];
    return z;
}

static const tested concat = {"concat", make_concat, concatenated};
static const tested stack = {"stack", make_stack, stacked};

/* Some operands more than once. */
START_TEST(joins)
{
    for (uint64_t seed = 0; seed < cases(400); seed++) {
        rng r = {seed};
        size_t shape[DG_DIMS_MAX], n = 1 + rng_below(&r, MOST_OPERANDS);
        int ndim = 1 + (int)rng_below(&r, 3), dim = (int)rng_below(&r, (size_t)ndim);
        random_shape(&r, ndim, shape, rng_below(&r, 3) == 0);
        array in[MOST_OPERANDS];
        bool own[MOST_OPERANDS];
        for (int pass = 0; pass < 2; pass++) {
            for (size_t i = 0; i < n; i++) {
                own[i] = i == 0 || rng_below(&r, 4) > 0;
                shape[dim] = pass == 0 ? rng_below(&r, 4) : 3;
                in[i] = own[i] ? array_random(&r, ndim, shape) : in[rng_below(&r, i)];
            }
            const int args[1] = {rng_below(&r, 2) ? dim : dim - ndim};
            check_op(pass == 0 ? &concat : &stack, in, n, args, seed, (unsigned)rng_below(&r, 16),
                     true);
            for (size_t i = 0; i < n; i++)
                if (own[i])
                    free(in[i].x);
        }
    }
}
END_TEST

START_TEST(known_answers)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, SHAPE(2, 3), NUMBERS(1, 2, 3, 4, 5, 6), "a");
    CHECK_DATA(dg_sum(a), 21);
    CHECK_DATA(dg_sum_dim(a, 0, 0), 5, 7, 9);
    CHECK_DATA(dg_mean_dim(a, -1, 1), 2, 5);
    CHECK_DATA(dg_max_dim(a, 0, 0), 4, 5, 6);
    CHECK_DATA(dg_transpose(a, 0, 1), 1, 4, 2, 5, 3, 6);
    CHECK_DATA(dg_select(a, -1), 4, 5, 6);
    CHECK_DATA(dg_select(dg_select(a, 1), 0), 4);
    CHECK_DATA(dg_concat((dg_value *[]){a, a}, 2, 1), 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6);
    CHECK_SHAPE(dg_stack((dg_value *[]){a, a}, 2), "(2, 2, 3)");
    CHECK_DATA(dg_sum(dg_tensor(g, SHAPE(0, 3), NULL, NULL)), 0);
    CHECK_DATA(dg_mean(dg_tensor(g, SHAPE(0), NULL, NULL)), NAN);
    CHECK_DATA(dg_sum(dg_tensor(g, SHAPE(2), NUMBERS(-0.0, -0.0), NULL)), 0.0);
    /* What is selected twice is added twice; the other rows get zeros. */
    dg_value *row = dg_select(a, 1);
    dg_backward(dg_sum(dg_mul(row, dg_select(a, 1))));
    CHECK_GRAD(a, 0, 0, 0, 8, 10, 12);
    dg_graph_free(g);
}
END_TEST

START_TEST(texts)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, SHAPE(2, 3), NULL, NULL),
             *b = dg_tensor(g, SHAPE(2, 3, 4), NULL, NULL);
    dg_value *pair[] = {a, a};
    struct {
        dg_value *v;
        const char *text;
    } expected[] = {{dg_sum(a), "sum"},
                    {dg_sum_dim(a, -1, 0), "sum(dim=1)"},
                    {dg_mean(a), "mean"},
                    {dg_mean_dim(a, 0, 1), "mean(dim=0)"},
                    {dg_max_all(a), "max"},
                    {dg_max_dim(b, 2, 0), "max(dim=2)"},
                    {dg_reshape(a, SHAPE(6)), "reshape"},
                    {dg_transpose(a, 0, 1), "T"},
                    {dg_transpose(a, -1, 0), "T"},
                    {dg_transpose(a, 1, 1), "transpose(1, 1)"},
                    {dg_transpose(b, 0, -1), "transpose(0, 2)"},
                    {dg_select(a, -1), "[1]"},
                    {dg_concat(pair, 2, -1), "concat(dim=1)"},
                    {dg_stack(pair, 2), "stack"},
                    {dg_softmax(a, 1), "softmax(dim=1)"},
                    {dg_log_softmax(a, 0), "log_softmax(dim=0)"},
                    {dg_cross_entropy(a, a), "cross_entropy"}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        char text[DG_OP_TEXT_MAX];
        ck_assert_str_eq(dg_op_name(expected[i].v), expected[i].text);
        ck_assert_str_eq(dg_op_text(expected[i].v, text), expected[i].text);
    }
    ck_assert_int_eq(dg_operand_count(dg_stack(pair, 2)), 2);
    ck_assert_ptr_eq(dg_operand(dg_stack(pair, 2), 1), a);
    size_t n = dg_tensor_op_count();
    ck_assert_uint_gt(n, 12);
    ck_assert_str_eq(dg_tensor_op_at(0)->name, "matmul");
    ck_assert_str_eq(dg_tensor_op_at(11)->name, "cross_entropy");
    ck_assert_str_eq(dg_tensor_op_at(12)->name, "permute"); /* those with a record come next */
    ck_assert_str_eq(dg_tensor_op_at(n - 1)->name, "cumsum");
    ck_assert_ptr_null(dg_tensor_op_at(n));
    dg_graph_free(g);
}
END_TEST

START_TEST(errors)
{
    dg_graph *g = dg_graph_new(), *other = dg_graph_new();
    dg_value *a = dg_tensor(g, SHAPE(4, 2), NULL, NULL), *b = dg_tensor(g, SHAPE(3, 1), NULL, NULL);
    dg_value *scalar = dg_leaf(g, 1.0, NULL), *empty = dg_tensor(g, SHAPE(2, 0), NULL, NULL);
    dg_value *eight = dg_tensor(g, SHAPE(1, 1, 1, 1, 1, 1, 1, 1), NULL, NULL);
    CHECK_FAILS(g, dg_sum_dim(a, 2, 0), DG_INVALID, "sum: dimension 2 of a tensor of shape (4, 2)");
    CHECK_FAILS(g, dg_mean_dim(a, -3, 0), DG_INVALID,
                "mean: dimension -3 of a tensor of shape (4, 2)");
    CHECK_FAILS(g, dg_max_dim(scalar, 1, 0), DG_INVALID,
                "max: dimension 1 of a tensor of shape ()");
    CHECK_FAILS(g, dg_max_all(empty), DG_INVALID, "an empty tensor has no maximum");
    CHECK_FAILS(g, dg_max_dim(empty, 1, 0), DG_INVALID, "an empty tensor has no maximum");
    ck_assert_uint_eq(dg_size(dg_max_dim(empty, 0, 0)), 0);
    CHECK_FAILS(g, dg_transpose(a, 0, 2), DG_INVALID,
                "transpose: dimension 2 of a tensor of shape (4, 2)");
    CHECK_FAILS(g, dg_reshape(a, SHAPE(3, 3)), DG_INVALID, "cannot reshape (4, 2) to (3, 3)");
    CHECK_FAILS(g, dg_reshape(a, SHAPE(3, DG_INFER)), DG_INVALID,
                "cannot reshape (4, 2) to (3, -1)");
    CHECK_FAILS(g, dg_reshape(a, SHAPE(DG_INFER, DG_INFER)), DG_INVALID,
                "cannot reshape (4, 2) to (-1, -1)");
    CHECK_FAILS(g, dg_reshape(empty, SHAPE(0, DG_INFER)), DG_INVALID,
                "cannot reshape (2, 0) to (0, -1)");
    CHECK_FAILS(g, dg_reshape(a, SHAPE((size_t)1 << 63, 2)), DG_INVALID,
                "cannot reshape (4, 2) to (9223372036854775808, 2)");
    CHECK_FAILS(g, dg_reshape(a, SHAPE((size_t)1 << 61, (size_t)1 << 6)), DG_INVALID,
                "cannot reshape (4, 2) to (2305843009213693952, 64)");
    CHECK_FAILS(g, dg_reshape(a, 0, NULL), DG_INVALID, "cannot reshape (4, 2) to ()");
    CHECK_FAILS(g, dg_reshape(a, 9, (size_t[9]){4, 2}), DG_INVALID,
                "a tensor has 0 to 8 dimensions");
    CHECK_FAILS(g, dg_reshape(a, 1, NULL), DG_INVALID, "a tensor has 0 to 8 dimensions");
    CHECK_FAILS(g, dg_reshape(empty, SHAPE(0, (size_t)1 << 40)), DG_LIMIT,
                "a tensor of shape (0, 1099511627776) is over the limit of 67108864 numbers");
    CHECK_FAILS(g, dg_select(a, 4), DG_INVALID, "index 4 is out of range for shape (4, 2)");
    CHECK_FAILS(g, dg_select(a, -5), DG_INVALID, "index -5 is out of range for shape (4, 2)");
    CHECK_FAILS(g, dg_select(a, PTRDIFF_MIN), DG_INVALID,
                "index -9223372036854775808 is out of range for shape (4, 2)");
    CHECK_FAILS(g, dg_select(scalar, 0), DG_INVALID, "index 0 is out of range for shape ()");
    CHECK_FAILS(g, dg_concat((dg_value *[]){a, b}, 2, 0), DG_INVALID,
                "cannot concatenate (4, 2) and (3, 1) along dimension 0");
    CHECK_FAILS(g, dg_concat((dg_value *[]){a, eight}, 2, -1), DG_INVALID,
                "cannot concatenate (4, 2) and (1, 1, 1, 1, 1, 1, 1, 1) along dimension 1");
    CHECK_FAILS(g, dg_concat((dg_value *[]){a, a}, 2, 2), DG_INVALID,
                "concat: dimension 2 of a tensor of shape (4, 2)");
    CHECK_FAILS(g, dg_concat((dg_value *[]){scalar}, 1, 0), DG_INVALID,
                "scalars cannot be concatenated; stack them");
    CHECK_FAILS(g, dg_concat((dg_value *[]){a, NULL}, 2, 0), DG_INVALID, "an operand is NULL");
    CHECK_FAILS(g, dg_stack((dg_value *[]){NULL, a}, 2), DG_INVALID, "an operand is NULL");
    CHECK_FAILS(g, dg_stack((dg_value *[]){a, dg_leaf(other, 1, NULL)}, 2), DG_INVALID,
                "the operands belong to different graphs");
    CHECK_FAILS(g, dg_stack((dg_value *[]){a, b}, 2), DG_INVALID, "cannot stack (4, 2) and (3, 1)");
    CHECK_FAILS(g, dg_stack(&eight, 1), DG_INVALID, "a tensor has 0 to 8 dimensions");
    dg_value *many = dg_tensor(g, SHAPE(60000000, 0), NULL, NULL);
    CHECK_FAILS(g, dg_concat((dg_value *[]){many, many}, 2, 0), DG_LIMIT,
                "a tensor of shape (120000000, 0) is over the limit of 67108864 numbers");
    dg_graph_free(g);
    dg_graph_free(other);
}
END_TEST

START_TEST(nothing)
{
    ck_assert_ptr_null(dg_sum(NULL));
    ck_assert_ptr_null(dg_sum_dim(NULL, 0, 0));
    ck_assert_ptr_null(dg_mean(NULL));
    ck_assert_ptr_null(dg_mean_dim(NULL, 0, 0));
    ck_assert_ptr_null(dg_max_all(NULL));
    ck_assert_ptr_null(dg_max_dim(NULL, 0, 0));
    ck_assert_ptr_null(dg_reshape(NULL, 0, NULL));
    ck_assert_ptr_null(dg_transpose(NULL, 0, 0));
    ck_assert_ptr_null(dg_select(NULL, 0));
    ck_assert_ptr_null(dg_concat(NULL, 2, 0));
    ck_assert_ptr_null(dg_concat((dg_value *[]){NULL}, 0, 0));
    ck_assert_ptr_null(dg_concat((dg_value *[]){NULL}, 1, 0));
    ck_assert_ptr_null(dg_stack(NULL, 0));
    ck_assert_ptr_null(dg_softmax(NULL, 0));
    ck_assert_ptr_null(dg_log_softmax(NULL, 0));
    ck_assert_ptr_null(dg_cross_entropy(NULL, NULL));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        reduced,  long_sums, ties_and_nan,  scalars, moved,  larger_transposes,
        reshapes, joins,     known_answers, texts,   errors, nothing};
    return run_suite("tensor_ops", tests, sizeof tests / sizeof *tests);
}

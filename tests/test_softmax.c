/* softmax, log_softmax and cross_entropy, against their definitions in long double. */
#include "check_main.h"
#include "tensor_support.h"

/* ---- Definitions ---- */

/* The sum of e**x along dimension dim at an index. */
static long double sum_of_powers(const array *a, int dim, const size_t *at)
{
    size_t along[DG_DIMS_MAX];
    long double sum = 0.0L;
    memcpy(along, at, sizeof along);
    if (a->ndim == 0)
        return expl(a->x[0]);
    for (along[dim] = 0; along[dim] < a->shape[dim]; along[dim]++)
        sum += expl(a->x[place_of(a, along)]);
    return sum;
}

static array log_softmax_of(const array *in, size_t n, const int *args)
{
    array z = array_of(in->ndim, in->shape);
    size_t at[DG_DIMS_MAX] = {0};
    int dim = args[0] < 0 ? args[0] + in->ndim : args[0];
    (void)n;
    for (size_t i = 0; i < z.size; i++, next_index(in, at))
        z.x[i] = in->x[i] - logl(sum_of_powers(in, dim, at));
    return z;
}

static array softmax_of(const array *in, size_t n, const int *args)
{
    array z = log_softmax_of(in, n, args);
    for (size_t i = 0; i < z.size; i++)
        z.x[i] = expl(z.x[i]);
    return z;
}

static dg_value *make_softmax(dg_value **v, size_t n, const int *args)
{
    (void)n;
    return dg_softmax(v[0], args[0]);
}

static dg_value *make_log_softmax(dg_value **v, size_t n, const int *args)
{
    (void)n;
    return dg_log_softmax(v[0], args[0]);
}

static const tested softmax = {"softmax", make_softmax, softmax_of};
static const tested log_softmax = {"log_softmax", make_log_softmax, log_softmax_of};

START_TEST(random_shapes)
{
    for (uint64_t seed = 0; seed < cases(300); seed++) {
        rng r = {seed};
        size_t shape[DG_DIMS_MAX];
        int ndim = (int)rng_below(&r, 5), lanes = ndim ? ndim : 1;
        random_shape(&r, ndim, shape, rng_below(&r, 4) == 0);
        array a = array_random(&r, ndim, shape);
        const int args[1] = {ndim ? (int)rng_below(&r, 2 * (size_t)lanes) - lanes : 0};
        check_op(&softmax, &a, 1, args, seed, 0, true);
        check_op(&log_softmax, &a, 1, args, seed, 0, true);
        free(a.x);
    }
}
END_TEST

/* ---- cross_entropy ---- */

static dg_value *make_probable(dg_value **v, size_t n, const int *args)
{
    (void)n, (void)args;
    return dg_cross_entropy(v[0], v[1]);
}

static size_t classes_of(const array *logits)
{
    return logits->shape[logits->ndim > 1 ? 1 : 0];
}

/* Targets are probabilities, or any weights. */
static array cross_entropy_of(const array *in, size_t n, const int *args)
{
    const int dim = in->ndim > 1 ? 1 : 0;
    array z = array_of(0, NULL), logs = log_softmax_of(in, 1, &dim);
    (void)n, (void)args;
    for (size_t i = 0; i < in->size; i++)
        z.x[0] -= in[1].x[i] * logs.x[i];
    z.x[0] /= (long double)(in->size / classes_of(in));
    free(logs.x);
    return z;
}

static const tested probable = {"cross_entropy of probabilities", make_probable, cross_entropy_of};

/* The logits' class numbers are a leaf of their own, made from the numbers that follow. */
static double some_classes[4096];

static dg_value *make_classified(dg_value **v, size_t n, const int *args)
{
    size_t shape[DG_DIMS_MAX];
    int ndim = 0;
    (void)n, (void)args;
    for (int i = 0; i < dg_ndim(v[0]); i++)
        if (i != (dg_ndim(v[0]) > 1 ? 1 : 0))
            shape[ndim++] = dg_shape(v[0])[i];
    dg_value *classes = dg_tensor(dg_graph_of(v[0]), ndim, shape, some_classes, NULL);
    return dg_cross_entropy(v[0], dg_set_requires_grad(classes, 0));
}

static array classified_of(const array *in, size_t n, const int *args)
{
    const int dim = in->ndim > 1 ? 1 : 0;
    array z = array_of(0, NULL), logs = log_softmax_of(in, 1, &dim);
    size_t at[DG_DIMS_MAX] = {0}, count = in->size / classes_of(in);
    (void)n, (void)args;
    for (size_t i = 0; i < in->size; i++, next_index(in, at)) {
        size_t number = 0; /* of the distribution, in row-major order without the classes */
        for (int j = 0; j < in->ndim; j++)
            number = j == dim ? number : number * in->shape[j] + at[j];
        if (some_classes[number] == (double)at[dim])
            z.x[0] -= logs.x[i];
    }
    z.x[0] /= (long double)count;
    free(logs.x);
    return z;
}

static const tested classified = {"cross_entropy of classes", make_classified, classified_of};

START_TEST(cross_entropies)
{
    for (uint64_t seed = 0; seed < cases(300); seed++) {
        rng r = {seed};
        size_t shape[DG_DIMS_MAX];
        int ndim = 1 + (int)rng_below(&r, 4);
        random_shape(&r, ndim, shape, false);
        array in[2] = {array_random(&r, ndim, shape), array_random(&r, ndim, shape)};
        check_op(&probable, in, 2, NULL, seed, (unsigned)rng_below(&r, 4), true);
        for (size_t i = 0; i < in[0].size; i++)
            some_classes[i] = (double)rng_below(&r, classes_of(in));
        check_op(&classified, in, 1, NULL, seed, 0, true);
        in[1].x = (free(in[1].x), in[0].x); /* logits that are their own targets */
        check_op(&probable, in, 2, NULL, seed, 0, true);
        free(in[0].x);
    }
}
END_TEST

/* ---- Extremes, with what PyTorch gives ---- */

START_TEST(extremes)
{
    dg_graph *g = dg_graph_new();
    const double inf = INFINITY;
    dg_value *huge = dg_tensor(g, SHAPE(3), NUMBERS(1e308, 1e308, -1e308), NULL);
    CHECK_DATA(dg_softmax(huge, 0), 0.5, 0.5, 0);
    dg_value *z = dg_log_softmax(huge, 0);
    CHECK_DATA(z, -log(2.0), -log(2.0), -inf);
    dg_backward(dg_sum(z));
    CHECK_GRAD(huge, -0.5, -0.5, 1);
    dg_graph_zero_grad(g);
    dg_value *loss = dg_cross_entropy(huge, dg_leaf(g, 0.0, NULL));
    CHECK_DATA(loss, log(2.0));
    dg_backward(loss);
    CHECK_GRAD(huge, -0.5, 0.5, 0);
    CHECK_DATA(dg_cross_entropy(huge, dg_leaf(g, 2.0, NULL)), inf);
    dg_value *low = dg_tensor(g, SHAPE(2), NUMBERS(-1e4, -1e4), NULL);
    CHECK_DATA(dg_softmax(low, 0), 0.5, 0.5);
    /* Impossible classes. */
    dg_value *some = dg_tensor(g, SHAPE(3), NUMBERS(-inf, 1, 1), NULL);
    CHECK_DATA(dg_softmax(some, 0), 0, 0.5, 0.5);
    CHECK_DATA(dg_log_softmax(some, 0), -inf, -log(2.0), -log(2.0));
    loss = dg_cross_entropy(some, dg_leaf(g, 1.0, NULL));
    CHECK_DATA(loss, log(2.0));
    dg_backward(loss);
    CHECK_GRAD(some, 0, -0.5, 0.5);
    dg_value *never = dg_tensor(g, SHAPE(3), NUMBERS(0, 0.5, 0.5), NULL);
    CHECK_DATA(dg_cross_entropy(some, never), NAN); /* 0 * inf */
    dg_value *none = dg_tensor(g, SHAPE(2), NUMBERS(-inf, -inf), NULL);
    CHECK_DATA(dg_softmax(none, 0), NAN, NAN);
    CHECK_DATA(dg_log_softmax(none, 0), NAN, NAN);
    CHECK_DATA(dg_softmax(dg_tensor(g, SHAPE(2), NUMBERS(inf, 0), NULL), 0), NAN, NAN);
    CHECK_DATA(dg_softmax(dg_tensor(g, SHAPE(2, 2), NUMBERS(NAN, 0, 0, 0), NULL), 1), NAN, NAN, 0.5,
               0.5);
    /* Far below the largest nothing is lost of the logarithm. */
    CHECK_DATA(dg_log_softmax(dg_tensor(g, SHAPE(2), NUMBERS(0, -1e5), NULL), 0), 0, -1e5);
    dg_graph_free(g);
}
END_TEST

START_TEST(known_answers)
{
    dg_graph *g = dg_graph_new();
    dg_value *logits = dg_tensor(g, SHAPE(2, 2), NUMBERS(0, 0, 1, 1), "logits");
    dg_value *loss = dg_cross_entropy(logits, dg_tensor(g, SHAPE(2), NUMBERS(0, 1), NULL));
    CHECK_DATA(loss, log(2.0));
    CHECK_SHAPE(loss, "()");
    dg_backward(loss);
    CHECK_GRAD(logits, -0.25, 0.25, 0.25, -0.25);
    /* Class numbers get no gradient, and make none. */
    dg_value *target = dg_operand(loss, 1);
    ck_assert_int_eq(dg_requires_grad(target), 1);
    ck_assert_int_eq(dg_has_grad(target), 0);
    dg_set_requires_grad(logits, 0);
    ck_assert_int_eq(dg_requires_grad(dg_cross_entropy(logits, target)), 0);
    ck_assert_int_eq(
        dg_requires_grad(dg_cross_entropy(logits, dg_tensor(g, SHAPE(2, 2), NULL, NULL))), 1);
    /* Averages over nothing. */
    dg_value *empty = dg_tensor(g, SHAPE(0, 3), NULL, NULL);
    CHECK_DATA(dg_cross_entropy(empty, dg_tensor(g, SHAPE(0), NULL, NULL)), NAN);
    dg_value *of_none = dg_cross_entropy(empty, empty);
    CHECK_DATA(of_none, NAN);
    ck_assert_int_eq(dg_backward(of_none), DG_OK);
    dg_value *no_classes = dg_tensor(g, SHAPE(3, 0), NULL, NULL);
    CHECK_DATA(dg_cross_entropy(no_classes, no_classes), 0.0); /* three sums over nothing */
    ck_assert_uint_eq(dg_size(dg_softmax(no_classes, 1)), 0);
    dg_graph_free(g);
}
END_TEST

/* Class numbers that are none: an error at first, nan in a replay. */
START_TEST(classes)
{
    dg_graph *g = dg_graph_new();
    dg_value *logits = dg_tensor(g, SHAPE(2, 3), NUMBERS(1, 2, 3, 1, 2, 3), NULL);
    static const double bad[] = {3, -1, 0.5, NAN, INFINITY, -INFINITY, 1e300};
    static const char *const texts[] = {"3", "-1", "0.5", "nan", "inf", "-inf", "1e+300"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[200];
        snprintf(text, sizeof text, "cross_entropy: %s is not the number of one of 3 classes",
                 texts[i]);
        dg_value *targets = dg_tensor(g, SHAPE(2), NUMBERS(0, bad[i]), NULL);
        CHECK_FAILS(g, dg_cross_entropy(logits, targets), DG_INVALID, text);
    }
    dg_value *targets = dg_tensor(g, SHAPE(2), NUMBERS(0, -0.0), NULL);
    dg_value *loss = dg_cross_entropy(logits, targets);
    ck_assert(isfinite(dg_data(loss)));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dg_set_data_array(targets, NUMBERS(2, bad[i]), 2);
        ck_assert_int_eq(dg_forward(loss), DG_OK);
        ck_assert(isnan(dg_data(loss)));
        dg_zero_grad(loss);
        ck_assert_int_eq(dg_backward(loss), DG_OK);
        for (size_t j = 0; j < 6; j++)
            ck_assert_int_eq(isnan(dg_grad_array(logits)[j]) != 0, j >= 3);
    }
    dg_graph_free(g);
}
END_TEST

START_TEST(errors)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, SHAPE(4, 2), NULL, NULL), *scalar = dg_leaf(g, 0.0, NULL);
    dg_value *five = dg_tensor(g, SHAPE(5), NULL, NULL),
             *image = dg_tensor(g, SHAPE(4, 3, 2), NULL, NULL);
    CHECK_FAILS(g, dg_softmax(a, 2), DG_INVALID,
                "softmax: dimension 2 of a tensor of shape (4, 2)");
    CHECK_FAILS(g, dg_log_softmax(a, -3), DG_INVALID,
                "log_softmax: dimension -3 of a tensor of shape (4, 2)");
    CHECK_FAILS(g, dg_cross_entropy(a, five), DG_INVALID,
                "cross_entropy: logits of shape (4, 2) and targets of shape (5,)");
    CHECK_FAILS(g, dg_cross_entropy(scalar, scalar), DG_INVALID,
                "cross_entropy: logits of shape () and targets of shape ()");
    CHECK_FAILS(g, dg_cross_entropy(a, scalar), DG_INVALID,
                "cross_entropy: logits of shape (4, 2) and targets of shape ()");
    CHECK_FAILS(g, dg_cross_entropy(image, dg_operand(NULL, 0)), DG_INVALID, "an operand is NULL");
    dg_value *rows = dg_tensor(g, SHAPE(4, 3), NULL, NULL);
    CHECK_FAILS(g, dg_cross_entropy(image, rows), DG_INVALID,
                "cross_entropy: logits of shape (4, 3, 2) and targets of shape (4, 3)");
    ck_assert_ptr_nonnull(dg_cross_entropy(image, a));
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {random_shapes, cross_entropies, extremes,
                                  known_answers, classes,         errors};
    return run_suite("softmax", tests, sizeof tests / sizeof *tests);
}

/* Products of matrices, against a triple loop in long double. */
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_main.h"
#include "engine/product.h"
#include "tensor_support.h"

static dg_value *make_matmul(dg_value **v, size_t n, const int *args)
{
    (void)n, (void)args;
    return dg_matmul(v[0], v[1]);
}

/* The size of batch dimension i, of `batch`, of an operand: 1 where it has none. */
static size_t batch_size(const array *a, int own, int batch, int i)
{
    int at = i - (batch - own);
    return at < 0 ? 1 : a->shape[at];
}

/* Where the matrix of an operand begins that belongs to a batch index of the result. */
static size_t matrix_at(const array *a, int own, int batch, const size_t *at, size_t numbers)
{
    size_t place = 0;
    for (int i = batch - own; i < batch; i++) {
        size_t size = a->shape[i - (batch - own)];
        place = place * size + (size == 1 ? 0 : at[i]);
    }
    return place * numbers;
}

static array multiplied(const array *in, size_t n_in, const int *args)
{
    (void)n_in, (void)args;
    const array *a = &in[0], *b = &in[1];
    size_t n = a->ndim > 1 ? a->shape[a->ndim - 2] : 1, k = a->shape[a->ndim - 1];
    size_t m = b->ndim > 1 ? b->shape[b->ndim - 1] : 1;
    int own_a = a->ndim > 2 ? a->ndim - 2 : 0, own_b = b->ndim > 2 ? b->ndim - 2 : 0;
    int batch = own_a > own_b ? own_a : own_b, ndim = batch;
    size_t shape[DG_DIMS_MAX] = {0};
    for (int i = 0; i < batch; i++) {
        size_t x = batch_size(a, own_a, batch, i), y = batch_size(b, own_b, batch, i);
        shape[i] = x == 1 ? y : x;
    }
    array batches = array_of(batch, shape);
    if (a->ndim > 1)
        shape[ndim++] = n;
    if (b->ndim > 1)
        shape[ndim++] = m;
    array z = array_of(ndim, shape);
    size_t at[DG_DIMS_MAX] = {0};
    for (size_t t = 0; t < batches.size; t++, next_index(&batches, at)) {
        const long double *x = a->x + matrix_at(a, own_a, batch, at, n * k);
        const long double *y = b->x + matrix_at(b, own_b, batch, at, k * m);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < m; j++)
                for (size_t l = 0; l < k; l++)
                    z.x[(t * n + i) * m + j] += x[i * k + l] * y[l * m + j];
    }
    free(batches.x);
    return z;
}

static const tested matmul = {"matmul", make_matmul, multiplied};

static void check_product(int ndim_a, const size_t *shape_a, int ndim_b, const size_t *shape_b,
                          uint64_t seed, unsigned without_grad)
{
    rng r = {seed};
    array in[2] = {array_random(&r, ndim_a, shape_a), array_random(&r, ndim_b, shape_b)};
    check_op(&matmul, in, 2, NULL, seed, without_grad, true);
    free(in[0].x);
    free(in[1].x);
}

START_TEST(combinations)
{
    /* The shapes of the page of torch.matmul. */
    check_product(SHAPE(3), SHAPE(3), 1, 0);
    check_product(SHAPE(3, 4), SHAPE(4), 2, 0);
    check_product(SHAPE(4), SHAPE(4, 3), 3, 0);
    check_product(SHAPE(3, 4), SHAPE(4, 5), 4, 0);
    check_product(SHAPE(5, 3, 4), SHAPE(4), 5, 0);
    check_product(SHAPE(4), SHAPE(5, 4, 3), 6, 0);
    check_product(SHAPE(5, 3, 4), SHAPE(5, 4, 2), 7, 0);
    check_product(SHAPE(5, 3, 4), SHAPE(4, 2), 8, 0);
    check_product(SHAPE(3, 4), SHAPE(5, 4, 2), 9, 0);
    check_product(SHAPE(2, 1, 3, 4), SHAPE(5, 4, 2), 10, 0);
    check_product(SHAPE(2, 1, 2, 1, 2, 1, 2, 3), SHAPE(1, 2, 1, 2, 1, 2, 3, 2), 11, 0);
    check_product(SHAPE(1, 1), SHAPE(1, 1), 12, 0);
    check_product(SHAPE(1), SHAPE(1), 13, 0);
}
END_TEST

START_TEST(random_shapes)
{
    for (uint64_t seed = 0; seed < cases(400); seed++) {
        rng r = {seed * 7919};
        size_t a[DG_DIMS_MAX], b[DG_DIMS_MAX];
        int ndim_a = 1 + (int)rng_below(&r, 4), ndim_b = 1 + (int)rng_below(&r, 4);
        bool empty = rng_below(&r, 4) == 0;
        random_shape(&r, ndim_a, a, empty);
        random_shape(&r, ndim_b, b, empty);
        b[ndim_b > 1 ? ndim_b - 2 : 0] = a[ndim_a - 1];
        for (int i = 3; i <= ndim_a && i <= ndim_b; i++) {
            size_t *size_a = &a[ndim_a - i], *size_b = &b[ndim_b - i];
            switch (rng_below(&r, 3)) {
            case 0:
                *size_a = 1;
                break;
            case 1:
                *size_b = 1;
                break;
            default:
                *size_b = *size_a;
            }
        }
        check_product(ndim_a, a, ndim_b, b, seed, (unsigned)rng_below(&r, 5) % 4);
    }
}
END_TEST

/* Large enough to be computed in blocks. */
START_TEST(large_ones)
{
    check_product(SHAPE(20, 15), SHAPE(15, 16), 20, 0);
    check_product(SHAPE(2, 17, 16), SHAPE(16, 18), 21, 0);
    check_product(SHAPE(17, 16), SHAPE(2, 16, 18), 22, 0);
    check_product(SHAPE(2, 1, 16, 17), SHAPE(1, 2, 17, 18), 23, 0);
    check_product(SHAPE(17, 16), SHAPE(16, 18), 24, 1);
    check_product(SHAPE(17, 16), SHAPE(16, 18), 25, 2);
}
END_TEST

/* Larger ones by the formulas of the gradient: da = g @ b^T, db = a^T @ g. */
static void check_formulas(size_t n, size_t k, size_t m)
{
    rng r = {n * 1000003 + k * 1009 + m};
    array in[2] = {array_random(&r, SHAPE(n, k)), array_random(&r, SHAPE(k, m))};
    array weights = array_random(&r, SHAPE(n, m)), z = multiplied(in, 2, NULL);
    built b = build(&matmul, in, 2, NULL, &weights, 0);
    ck_assert_int_eq(dg_backward(b.loss), DG_OK);
    for (size_t i = 0; i < n * m; i++)
        CHECK_NEAR(dg_data_array(b.result)[i], z.x[i], 1e-12L, "(%zu, %zu, %zu)", n, k, m);
    for (size_t i = 0; i < n; i++)
        for (size_t l = 0; l < k; l++) {
            long double sum = 0.0L;
            for (size_t j = 0; j < m; j++)
                sum += weights.x[i * m + j] * in[1].x[l * m + j];
            CHECK_NEAR(dg_grad_array(b.leaves[0])[i * k + l], sum, 1e-12L, "da (%zu, %zu, %zu)", n,
                       k, m);
        }
    for (size_t l = 0; l < k; l++)
        for (size_t j = 0; j < m; j++) {
            long double sum = 0.0L;
            for (size_t i = 0; i < n; i++)
                sum += weights.x[i * m + j] * in[0].x[i * k + l];
            CHECK_NEAR(dg_grad_array(b.leaves[1])[l * m + j], sum, 1e-12L, "db (%zu, %zu, %zu)", n,
                       k, m);
        }
    dg_graph_free(b.graph);
    free(in[0].x);
    free(in[1].x);
    free(weights.x);
    free(z.x);
}

START_TEST(larger_ones)
{
    check_formulas(64, 100, 50);
    check_formulas(130, 70, 90);
    check_formulas(1, 300, 200);
    check_formulas(300, 200, 1);
    check_formulas(150, 1, 160);
    check_formulas(1, 5000, 1);
    check_formulas(3, 2000, 2);
    check_formulas(16, 16, 16);
    check_formulas(16, 16, 17);
}
END_TEST

/* Each element by the loop that the digits are those of. */
static void multiply_one_by_one(const dgi_matrix_product *p, const double *a, const double *b,
                                double *c)
{
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->m; j++) {
            double sum = p->add ? c[i * p->m + j] : 0.0;
            for (size_t l = 0; l < p->k; l++)
                sum += (p->transpose_a ? a[l * p->n + i] : a[i * p->k + l]) *
                       (p->transpose_b ? b[j * p->k + l] : b[l * p->m + j]);
            c[i * p->m + j] = sum;
        }
}

/* The same bytes by every way that a processor, or a lack of memory, may lead to. */
static void check_order(const dgi_matrix_product *p, rng *r)
{
    static void (*const ways[])(const dgi_matrix_product *, const double *, const double *,
                                double *) = {dgi_multiply, dgi_multiply_portable,
                                             dgi_multiply_in_place};
    size_t size = p->n * p->m * sizeof(double);
    array a = array_random(r, SHAPE(p->n, p->k)), b = array_random(r, SHAPE(p->k, p->m)),
          start = array_random(r, SHAPE(p->n, p->m));
    double *x = malloc(p->n * p->k * sizeof *x), *y = malloc(p->k * p->m * sizeof *y);
    double *expected = malloc(size), *c = malloc(size);
    ck_assert(x && y && expected && c);
    for (size_t i = 0; i < p->n * p->k; i++)
        x[i] = (double)a.x[i] / 3.0;
    for (size_t i = 0; i < p->k * p->m; i++)
        y[i] = (double)b.x[i] / 7.0;
    for (size_t i = 0; i < p->n * p->m; i++)
        expected[i] = (double)start.x[i];
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        for (size_t i = 0; i < p->n * p->m; i++)
            c[i] = (double)start.x[i];
        ways[w](p, x, y, c);
        if (w == 0)
            multiply_one_by_one(p, x, y, expected);
        ck_assert_msg(memcmp(c, expected, size) == 0, "way %zu: %zu by %zu by %zu, %d %d %d", w,
                      p->n, p->k, p->m, p->transpose_a, p->transpose_b, p->add);
    }
    free(a.x), free(b.x), free(start.x), free(x), free(y), free(expected), free(c);
}

START_TEST(one_order_of_summation)
{
    static const size_t sizes[][3] = {{64, 100, 50}, {3, 700, 5},    {97, 257, 9},
                                      {1, 300, 513}, {100, 2, 1030}, {193, 1, 17},
                                      {16, 16, 17},  {4, 256, 8},    {5, 513, 520}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int how = 0; how < 6; how++) {
            rng r = {i * 8 + (size_t)how + 1};
            dgi_matrix_product p = {how % 3 == 1, how % 3 == 2, how >= 3,
                                    sizes[i][0],  sizes[i][2],  sizes[i][1]};
            check_order(&p, &r);
        }
}
END_TEST

static void limit_addresses(size_t more)
{
    FILE *f = fopen("/proc/self/statm", "r");
    size_t pages = 0;
    if (!f || fscanf(f, "%zu", &pages) != 1)
        _exit(0);
    fclose(f);
    rlim_t limit = (rlim_t)(pages * (size_t)sysconf(_SC_PAGESIZE) + (more << 20));
    setrlimit(RLIMIT_AS, &(struct rlimit){limit, limit});
}

/* Little more than the matrices themselves is enough. */
START_TEST(little_memory)
{
    if (watched())
        return;
    pid_t child = fork();
    if (child == 0) {
        alarm(30);
        limit_addresses(16);
        check_formulas(64, 100, 50);
        check_formulas(130, 170, 190);
        _exit(0);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%d", status);
}
END_TEST

static array squared(const array *in, size_t n, const int *args)
{
    array both[2] = {in[0], in[0]};
    (void)n;
    return multiplied(both, 2, args);
}

static dg_value *make_square(dg_value **v, size_t n, const int *args)
{
    (void)n, (void)args;
    return dg_matmul(v[0], v[0]);
}

/* A matrix by itself, and a vector: both halves of the gradient go to one place. */
START_TEST(used_twice)
{
    static const tested square = {"a @ a", make_square, squared};
    size_t sizes[] = {1, 4, 17};
    for (size_t i = 0; i < 3; i++) {
        rng r = {i};
        array a = array_random(&r, SHAPE(sizes[i], sizes[i]));
        check_op(&square, &a, 1, NULL, i, 0, true);
        free(a.x);
        a = array_random(&r, SHAPE(sizes[i]));
        check_op(&square, &a, 1, NULL, i, 0, true);
        free(a.x);
    }
    rng r = {5};
    array batch = array_random(&r, SHAPE(2, 3, 3));
    check_op(&square, &batch, 1, NULL, 5, 0, true);
    free(batch.x);
}
END_TEST

START_TEST(known_answers)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, SHAPE(2, 2), NUMBERS(1, 2, 3, 4), "a");
    dg_value *b = dg_tensor(g, SHAPE(2, 1), NUMBERS(5, 6), "b");
    dg_value *z = dg_matmul(a, b);
    CHECK_DATA(z, 17, 39);
    CHECK_SHAPE(z, "(2, 1)");
    ck_assert_str_eq(dg_op_name(z), "@");
    ck_assert_int_eq(dg_operand_count(z), 2);
    dg_backward(dg_sum(z));
    CHECK_GRAD(a, 5, 6, 5, 6);
    CHECK_GRAD(b, 4, 6);
    dg_value *u = dg_tensor(g, SHAPE(2), NUMBERS(1, -2), NULL);
    dg_value *dot = dg_matmul(u, dg_select(dg_transpose(b, 0, 1), 0));
    CHECK_DATA(dot, -7);
    CHECK_SHAPE(dot, "()");
    /* Sums over nothing. */
    dg_value *none = dg_tensor(g, SHAPE(2, 0), NULL, NULL);
    dg_value *zeros = dg_matmul(none, dg_tensor(g, SHAPE(0, 3), NULL, NULL));
    CHECK_DATA(zeros, 0, 0, 0, 0, 0, 0);
    ck_assert_int_eq(dg_backward(dg_sum(zeros)), DG_OK);
    ck_assert_int_eq(dg_has_grad(none), 1);
    CHECK_SHAPE(dg_matmul(dg_tensor(g, SHAPE(0, 2), NULL, NULL), a), "(0, 2)");
    /* Nothing is skipped for being 0. */
    dg_value *wild = dg_tensor(g, SHAPE(2, 2), NUMBERS(INFINITY, 0, 0, NAN), NULL);
    CHECK_DATA(dg_matmul(wild, dg_tensor(g, SHAPE(2, 1), NUMBERS(0, 1), NULL)), NAN, NAN);
    dg_graph_free(g);
}
END_TEST

START_TEST(errors)
{
    dg_graph *g = dg_graph_new(), *other = dg_graph_new();
    dg_value *a = dg_tensor(g, SHAPE(4, 2), NULL, NULL), *b = dg_tensor(g, SHAPE(3, 1), NULL, NULL);
    dg_value *scalar = dg_leaf(g, 2.0, NULL), *turned = dg_transpose(a, 0, 1);
    CHECK_FAILS(g, dg_matmul(a, b), DG_INVALID, "cannot multiply (4, 2) by (3, 1)");
    CHECK_FAILS(g, dg_matmul(dg_operand(turned, 0), a), DG_INVALID,
                "cannot multiply (4, 2) by (4, 2)");
    CHECK_FAILS(g, dg_matmul(turned, b), DG_INVALID, "cannot multiply (2, 4) by (3, 1)");
    CHECK_FAILS(g, dg_matmul(scalar, b), DG_INVALID, "cannot multiply a scalar: () by (3, 1)");
    CHECK_FAILS(g, dg_matmul(b, scalar), DG_INVALID, "cannot multiply a scalar: (3, 1) by ()");
    CHECK_FAILS(g, dg_matmul(a, dg_tensor(other, SHAPE(2, 2), NULL, NULL)), DG_INVALID,
                "the operands belong to different graphs");
    CHECK_FAILS(g, dg_matmul(a, NULL), DG_INVALID, "an operand is NULL");
    CHECK_FAILS(g, dg_matmul(NULL, a), DG_INVALID, "an operand is NULL");
    ck_assert_ptr_null(dg_matmul(NULL, NULL));
    dg_value *batch = dg_tensor(g, SHAPE(2, 4, 2), NULL, NULL);
    dg_value *batch_of_3 = dg_tensor(g, SHAPE(3, 2, 4), NULL, NULL);
    CHECK_FAILS(g, dg_matmul(batch, batch_of_3), DG_INVALID,
                "cannot multiply (2, 4, 2) by (3, 2, 4)");
    /* Over the limit, without anything that large being made. */
    dg_value *column = dg_tensor(g, SHAPE(100000, 1), NULL, NULL);
    dg_value *row = dg_tensor(g, SHAPE(1, 100000), NULL, NULL);
    CHECK_FAILS(g, dg_matmul(column, row), DG_LIMIT,
                "a tensor of shape (100000, 100000) is over the limit of 67108864 numbers");
    dg_value *tall = dg_tensor(g, SHAPE(60000000, 0), NULL, NULL), *wide = dg_transpose(tall, 0, 1);
    CHECK_FAILS(g, dg_matmul(tall, wide), DG_LIMIT,
                "a tensor of shape (60000000, 60000000) is over the limit of 67108864 numbers");
    dg_graph_free(g);
    dg_graph_free(other);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {combinations, random_shapes,          large_ones,
                                  larger_ones,  one_order_of_summation, little_memory,
                                  used_twice,   known_answers,          errors};
    return run_suite("matmul", tests, sizeof tests / sizeof *tests);
}

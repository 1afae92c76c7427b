/* 1,000 random programs of all ops, computed a second time by the formulas of the tests in long
 * double: values, gradients by a reverse pass, and gradients by the complex step, which knows no
 * derivative. */
#include <dotgrad/engine.h>

#include <stdio.h>

#include "check_main.h"
#include "engine_support.h"
#include "op_formulas.h"

static const real imaginary_step = 1e-100L;

enum { MOST_NODES = 80, PROGRAMS = 1000, PROGRAMS_WATCHED = 100 };

typedef struct node {
    const op_formula *r; /* NULL: a leaf */
    size_t operand[2];
    real k;
    real v;      /* the value */
    real v_err;  /* a bound of what double arithmetic may be off, in units of 2**-53 */
    real g;      /* d root / d v */
    real g_err;  /* the same bound for the gradient */
    real terms;  /* the sum of the absolute contributions */
    size_t uses; /* how many there are */
    cplx c;
    dg_value *value;
} node;

static real operand_value(const node *nodes, const node *n, int i)
{
    return i == 1 && !n->r->dy ? 0.0L : nodes[n->operand[i]].v;
}

/* Draws one program: its nodes, the leaves first. Returns how many, or 0 where it got stuck. */
static size_t draw_program(uint64_t seed, node *nodes, size_t *n_leaves)
{
    static const double exponents[] = {2.0, 3.0, -1.0, -2.0, 0.5, 1.5, -0.5, 1.0};
    rng r = {seed};
    size_t leaves = 2 + rng_below(&r, 5);
    size_t ops = 5 + rng_below(&r, 56);
    size_t count = 0;
    for (; count < leaves; count++) {
        node *n = &nodes[count];
        memset(n, 0, sizeof *n);
        n->v = rng_between(&r, -3.0, 3.0);
    }
    *n_leaves = leaves;
    while (ops > 0) {
        bool done = false;
        for (int attempt = 0; attempt < 300 && !done; attempt++) {
            node *n = &nodes[count];
            memset(n, 0, sizeof *n);
            n->r = &op_formulas[rng_below(&r, N_FORMULAS)];
            for (int i = 0; i < 2; i++) {
                size_t window = rng_below(&r, 2) && count > 4 ? 4 : count;
                n->operand[i] = count - 1 - rng_below(&r, window);
            }
            n->k = exponents[rng_below(&r, sizeof exponents / sizeof *exponents)];
            real x = operand_value(nodes, n, 0);
            real y = operand_value(nodes, n, 1);
            if (n->r->tame(x, y, n->k) == 0.0L)
                continue;
            n->v = n->r->f(x, y, n->k);
            if (!(n->v == 0.0L || (fabsl(n->v) > 1e-4L && fabsl(n->v) < 1e4L)))
                continue;
            n->v_err =
                4.0L * fabsl(n->v) + fabsl(n->r->dx(x, y, n->k)) * nodes[n->operand[0]].v_err;
            if (n->r->dy)
                n->v_err += fabsl(n->r->dy(x, y, n->k)) * nodes[n->operand[1]].v_err;
            done = n->v_err * 0x1p-53L < 1e-9L;
        }
        if (!done)
            return 0;
        count++;
        ops--;
    }
    return count;
}

static real slope_error(const node *nodes, const node *n, formula *derivative)
{
    real x = operand_value(nodes, n, 0);
    real y = operand_value(nodes, n, 1);
    real tx = 1e-6L * (x == 0.0L ? 1.0L : fabsl(x));
    real ty = 1e-6L * (y == 0.0L ? 1.0L : fabsl(y));
    real size = n->r->terms ? n->r->terms(x, y, n->k) : fabsl(derivative(x, y, n->k));
    real error = 6.0L * size;
    error += fabsl(derivative(x + tx, y, n->k) - derivative(x - tx, y, n->k)) / (2.0L * tx) *
             nodes[n->operand[0]].v_err;
    if (n->r->dy)
        error += fabsl(derivative(x, y + ty, n->k) - derivative(x, y - ty, n->k)) / (2.0L * ty) *
                 nodes[n->operand[1]].v_err;
    return error;
}

/* The reverse pass, with a bound of the error that double arithmetic may make beside each number.
 */
static void differentiate(node *nodes, size_t count)
{
    nodes[count - 1].g = 1.0L;
    nodes[count - 1].uses = 1;
    for (size_t i = count; i-- > 0;) {
        node *n = &nodes[i];
        n->g_err += (real)n->uses * n->terms;
        if (!n->r || n->uses == 0)
            continue;
        real x = operand_value(nodes, n, 0);
        real y = operand_value(nodes, n, 1);
        for (int j = 0; j < (n->r->dy ? 2 : 1); j++) {
            formula *derivative = j ? n->r->dy : n->r->dx;
            node *parent = &nodes[n->operand[j]];
            real s = derivative(x, y, n->k);
            real part = n->g * s;
            parent->g += part;
            parent->terms += fabsl(part);
            parent->uses++;
            parent->g_err += n->g_err * fabsl(s) + fabsl(n->g) * slope_error(nodes, n, derivative) +
                             2.0L * fabsl(part);
        }
    }
}

static real complex_step(node *nodes, size_t count, size_t leaf)
{
    for (size_t i = 0; i < count; i++) {
        node *n = &nodes[i];
        if (!n->r)
            n->c = n->v + (i == leaf ? imaginary_step : 0.0L) * I;
        else
            n->c = n->r->holomorphic(nodes[n->operand[0]].c, nodes[n->operand[1]].c, n->k);
    }
    return cimagl(nodes[count - 1].c) / imaginary_step;
}

typedef struct tally {
    size_t strict;
    size_t loose;
    size_t uses[N_FORMULAS];
} tally;

/* Compares one gradient. Where the bound says that double arithmetic can give twelve digits, twelve
 * are asked for; elsewhere what the bound says. */
static void compare(uint64_t seed, const char *how, size_t i, const node *n, double got, real want,
                    bool exact, tally *t)
{
    real bound = 4.0L * n->g_err * 0x1p-53L;
    bool strict = bound <= 1e-12L * fabsl(want);
    real allowed = 1e-12L * fabsl(want) + (strict ? 0.0L : bound);
    if (!exact)
        allowed = 1e-9L * fabsl(want) + 1e3L * bound;
    if (strict)
        t->strict++;
    else
        t->loose++;
    ck_assert_msg(fabsl((real)got - want) <= allowed,
                  "seed %#llx, node %zu (%s): gradient %.17g, by %s %.17Lg; %Lg allowed%s",
                  (unsigned long long)seed, i, n->r ? n->r->name : "leaf", got, how, want, allowed,
                  strict ? ", well conditioned" : "");
}

static void run_program(uint64_t seed, bool exact, tally *t)
{
    static node nodes[MOST_NODES];
    size_t leaves;
    size_t count = draw_program(seed, nodes, &leaves);
    if (count == 0)
        return;
    dg_graph *g = dg_graph_new();
    for (size_t i = 0; i < count; i++) {
        node *n = &nodes[i];
        if (!n->r) {
            n->value = dg_leaf(g, (double)n->v, NULL);
        } else {
            n->value = dg_apply(dg_op_from_name(n->r->name), nodes[n->operand[0]].value,
                                n->r->dy ? nodes[n->operand[1]].value : NULL, (double)n->k);
            t->uses[n->r - op_formulas]++;
        }
        ck_assert_ptr_nonnull(n->value);
        real allowed = (4.0L * n->v_err * 0x1p-53L) * (exact ? 1.0L : 1e3L);
        ck_assert_msg(fabsl((real)dg_data(n->value) - n->v) <= allowed,
                      "seed %#llx, node %zu (%s): data %.17g, not %.17Lg", (unsigned long long)seed,
                      i, n->r ? n->r->name : "leaf", dg_data(n->value), n->v);
    }
    differentiate(nodes, count);
    ck_assert_int_eq(dg_backward(nodes[count - 1].value), DG_OK);
    for (size_t i = 0; i < count; i++) {
        const node *n = &nodes[i];
        ck_assert_msg(!dg_has_grad(n->value) == (n->uses == 0), "seed %#llx, node %zu: has_grad %d",
                      (unsigned long long)seed, i, dg_has_grad(n->value));
        compare(seed, "long double", i, n, dg_grad(n->value), n->g, exact, t);
    }
    for (size_t i = 0; i < leaves; i++)
        compare(seed, "complex step", i, &nodes[i], dg_grad(nodes[i].value),
                complex_step(nodes, count, i), exact, t);
    dg_graph_free(g);
}

START_TEST(random_programs)
{
    const char *given = getenv("DG_TEST_SEED");
    bool exact = wide_long_double();
    static tally t;
    uint64_t seed = UINT64_C(0xD07);
    if (given) {
        run_program(strtoull(given, NULL, 0), exact, &t);
        return;
    }
    for (size_t i = 0; i < (exact ? PROGRAMS : PROGRAMS_WATCHED); i++)
        run_program(seed + i, exact, &t);
    for (size_t i = 0; i < N_FORMULAS; i++)
        ck_assert_msg(t.uses[i] > 20, "'%s' was used %zu times only", op_formulas[i].name,
                      t.uses[i]);
    ck_assert_msg(t.strict > 19 * t.loose, "%zu gradients were compared strictly, %zu were not",
                  t.strict, t.loose);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {random_programs};
    return run_suite("engine_programs", tests, 1);
}

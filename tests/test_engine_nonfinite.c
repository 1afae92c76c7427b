/* Finding the first value that is not finite. */
#include <dotgrad/engine.h>

#include "check_main.h"
#include "engine_support.h"

START_TEST(first_that_is_not_finite)
{
    dg_graph *g = dg_graph_new();
    dg_leaf(g, NAN, "not below it");
    dg_value *a = dg_leaf(g, 0.0, "a");
    dg_value *b = dg_leaf(g, 2.0, "b");
    dg_value *e = dg_exp(b);
    dg_value *l = dg_log(a); /* -inf */
    dg_value *late = dg_leaf(g, 1.0, "late");
    dg_value *root = dg_add(dg_mul(late, e), dg_mul(e, l));
    dg_leaf(g, INFINITY, "made later");
    ck_assert_ptr_eq(dg_find_nonfinite(root), l);
    dg_set_data(late, INFINITY);
    ck_assert_ptr_eq(dg_find_nonfinite(root), l); /* in the order of making, not of operands */
    dg_set_data(e, NAN);
    ck_assert_ptr_eq(dg_find_nonfinite(root), e);
    ck_assert_ptr_eq(dg_find_nonfinite(l), l);
    dg_set_data(a, -INFINITY);
    ck_assert_ptr_eq(dg_find_nonfinite(root), a);
    ck_assert_ptr_eq(dg_find_nonfinite(e), e);
    dg_set_data(a, 1.0);
    dg_set_data(late, 1.0);
    ck_assert_int_eq(dg_forward(root), DG_OK);
    ck_assert_ptr_null(dg_find_nonfinite(root));
    ck_assert_ptr_null(dg_find_nonfinite(a));
    ck_assert_ptr_null(dg_find_nonfinite(NULL));
    dg_set_data(root, NAN);
    ck_assert_ptr_eq(dg_find_nonfinite(root), root);
    dg_set_data(root, 1.0);
    dg_set_grad(a, NAN); /* gradients do not count */
    ck_assert_ptr_null(dg_find_nonfinite(root));
    dg_set_data(a, DBL_MAX);
    ck_assert_ptr_null(dg_find_nonfinite(root));
    dg_graph_free(g);
}
END_TEST

START_TEST(not_finite_against_a_search)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        enum { VALUES = 60 };
        rng r = {.state = seed};
        dg_value *v[VALUES];
        bool below[VALUES] = {false};
        dg_graph *g = dg_graph_new();
        for (size_t i = 0; i < VALUES; i++) {
            if (i < 5 || rng_below(&r, 4) == 0)
                v[i] = dg_leaf(g, 1.0, NULL);
            else if (rng_below(&r, 2))
                v[i] = dg_add(v[rng_below(&r, i)], v[rng_below(&r, i)]);
            else
                v[i] = dg_tanh(v[rng_below(&r, i)]);
        }
        for (size_t i = 0; i < VALUES; i++)
            if (rng_below(&r, 15) == 0)
                dg_set_data(v[i], rng_below(&r, 2) ? NAN : -INFINITY);
        size_t root = rng_below(&r, VALUES);
        dg_value *want = NULL;
        below[root] = true;
        for (size_t i = root + 1; i-- > 0;) {
            for (size_t k = 0; k < i && below[i]; k++)
                for (int o = 0; o < dg_operand_count(v[i]); o++)
                    below[k] = below[k] || dg_operand(v[i], o) == v[k];
            if (below[i] && !isfinite(dg_data(v[i])))
                want = v[i];
        }
        ck_assert_msg(dg_find_nonfinite(v[root]) == want, "seed %llu", (unsigned long long)seed);
        ck_assert_int_eq(dg_graph_status(g), DG_OK);
        dg_graph_free(g);
    }
}
END_TEST

START_TEST(not_finite_in_a_long_chain)
{
    dg_graph *g = dg_graph_new();
    dg_value *first = dg_leaf(g, 0.5, NULL);
    dg_value *v = first;
    for (int i = 0; i < (watched() ? 20000 : 2000000); i++)
        v = dg_sin(v);
    ck_assert_ptr_null(dg_find_nonfinite(v));
    dg_set_data(first, INFINITY);
    ck_assert_ptr_eq(dg_find_nonfinite(v), first);
    ck_assert_int_eq(dg_backward(v), DG_OK); /* and the passes work as before */
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {first_that_is_not_finite, not_finite_against_a_search,
                                  not_finite_in_a_long_chain};
    return run_suite("engine_nonfinite", tests, sizeof tests / sizeof *tests);
}

/* What few nodes of a trace have: missing data, unknown sizes, dtype, attributes, names and local
 * gradients of operands, several results of an op, several roots. */
#include <dotgrad/engine.h>

#include "trace_support.h"

static const char *dim(const dg_trace *t, size_t node, int i)
{
    static char text[DG_DIM_TEXT_MAX];
    return dg_trace_dim_text(t, node, i, text);
}

static double local(const dg_trace *t, size_t node, size_t i)
{
    double x = -99.0;
    ck_assert_int_eq(dg_trace_local_gradient(t, node, i, &x), DG_OK);
    return x;
}

static size_t add_without_data(dg_trace *t, const char *label, int ndim, const size_t *shape)
{
    size_t node = dg_trace_add_node(t, label, NULL, 0.0);
    ck_assert_int_eq(dg_trace_clear_data(t, node), DG_OK);
    ck_assert_int_eq(dg_trace_set_shape(t, node, ndim, shape), DG_OK);
    return node;
}

START_TEST(without_data)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "a", NULL, 2.0);
    dg_trace_add_tensor(t, "w", NULL, 2, (size_t[]){2, 3}, NULL);
    dg_trace_set_grad(t, 1, 0.5);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(dg_trace_has_data(t, i), 1);
        ck_assert_int_eq(dg_trace_clear_data(t, i), DG_OK);
        ck_assert_int_eq(dg_trace_clear_data(t, i), DG_OK);
        ck_assert_int_eq(dg_trace_has_data(t, i), 0);
        ck_assert_ptr_null(dg_trace_data_array(t, i));
        ck_assert(isnan(dg_trace_data(t, i)));
    }
    ck_assert_uint_eq(dg_trace_size(t, 1), 6);
    ck_assert_double_eq(dg_trace_grad_array(t, 1)[5], 0.5);
    ck_assert_int_eq(dg_trace_clear_data(t, 2), DG_INVALID);
    ck_assert_int_eq(dg_trace_clear_data(NULL, 0), DG_INVALID);
    ck_assert_int_eq(dg_trace_has_data(t, 2), 0);
    ck_assert_int_eq(dg_trace_has_data(NULL, 0), 0);
    dg_trace_free(t);
}
END_TEST

START_TEST(unknown_sizes)
{
    dg_trace *t = dg_trace_new();
    size_t shape[] = {DG_UNKNOWN_SIZE, 3, DG_UNKNOWN_SIZE}, huge[] = {1 << 20, 1 << 20, 1 << 13};
    double data[9] = {0};
    ck_assert_uint_eq(dg_trace_add_tensor(t, "x", NULL, 3, shape, data), DG_NO_NODE);
    ck_assert_uint_eq(dg_trace_add_tensor(t, "x", NULL, 3, shape, NULL), DG_NO_NODE);
    ck_assert_uint_eq(add_without_data(t, "x", 3, shape), 0);
    ck_assert_int_eq(dg_trace_has_data(t, 0), 0);
    ck_assert_uint_eq(dg_trace_size(t, 0), 0);
    ck_assert_uint_eq(dg_trace_shape(t, 0)[0], DG_UNKNOWN_SIZE);
    ck_assert_str_eq(dim(t, 0, 0), "?");
    ck_assert_str_eq(dim(t, 0, 1), "3");
    ck_assert_str_eq(dim(t, 0, 3), "");
    ck_assert_str_eq(dim(t, 0, -1), "");
    ck_assert_int_eq(dg_trace_set_dim_name(t, 0, 0, "batch"), DG_OK);
    ck_assert_str_eq(dim(t, 0, 0), "batch");
    ck_assert_int_eq(dg_trace_set_dim_name(t, 0, 0, ""), DG_OK);
    ck_assert_str_eq(dim(t, 0, 0), "?");
    ck_assert_int_eq(dg_trace_set_dim_name(t, 0, 1, "three"), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_dim_name(t, 0, 3, "more"), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_dim_name(t, 0, 2, NULL), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_grad(t, 0, 1.0), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 0, data, 0), DG_INVALID);
    ck_assert_int_eq(dg_trace_has_grad(t, 0), 0);

    dg_trace_add_node(t, "y", NULL, 1.0);
    ck_assert_int_eq(dg_trace_set_shape(t, 1, 3, huge), DG_INVALID); /* it has data */
    dg_trace_clear_data(t, 1);
    ck_assert_int_eq(dg_trace_set_shape(t, 1, 3, huge), DG_LIMIT); /* 2^53 */
    huge[2]--;
    ck_assert_int_eq(dg_trace_set_shape(t, 1, 3, huge), DG_OK);
    ck_assert_uint_eq(dg_trace_size(t, 1), ((size_t)1 << 53) - ((size_t)1 << 40));
    ck_assert_int_eq(dg_trace_set_grad(t, 1, 1.0), DG_LIMIT);
    ck_assert_int_eq(dg_trace_set_shape(t, 1, 9, huge), DG_LIMIT);
    ck_assert_int_eq(dg_trace_set_shape(t, 1, -1, huge), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_shape(t, 1, 1, NULL), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_shape(t, 1, 0, NULL), DG_OK);
    ck_assert_int_eq(dg_trace_ndim(t, 1), 0);
    ck_assert(isnan(dg_trace_data(t, 1)));
    dg_trace_set_grad(t, 1, 1.0);
    ck_assert_int_eq(dg_trace_set_shape(t, 1, 1, shape), DG_INVALID); /* it has a gradient */
    dg_trace_free(t);
}
END_TEST

START_TEST(dtype_and_attributes)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "a", NULL, 2.0);
    ck_assert_int_eq(dg_trace_set_dtype(t, 0, ""), DG_OK);
    ck_assert_ptr_null(t->annotations); /* nothing is stored for nothing */
    ck_assert_str_eq(dg_trace_dtype(t, 0), "");
    ck_assert_int_eq(dg_trace_set_dtype(t, 0, "float32"), DG_OK);
    ck_assert_str_eq(dg_trace_dtype(t, 0), "float32");
    ck_assert_int_eq(dg_trace_set_dtype(t, 1, "float32"), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_dtype(t, 0, NULL), DG_INVALID);

    ck_assert_uint_eq(dg_trace_attribute_count(t, 0), 0);
    ck_assert_int_eq(dg_trace_set_attribute_number(t, 0, "axis", -1), DG_OK);
    ck_assert_int_eq(dg_trace_set_attribute(t, 0, "mode", "same"), DG_OK);
    ck_assert_int_eq(dg_trace_set_attribute_number(t, 0, "scale", 0.1), DG_OK);
    ck_assert_int_eq(dg_trace_set_attribute_number(t, 0, "limit", INFINITY), DG_OK);
    ck_assert_int_eq(dg_trace_set_attribute(t, 0, "axis", "0"), DG_OK); /* replaced */
    ck_assert_int_eq(dg_trace_set_attribute(t, 0, "", "x"), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_attribute(t, 0, "x", NULL), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_attribute(t, 1, "x", "y"), DG_INVALID);
    static const char *const expected[][2] = {
        {"axis", "0"}, {"mode", "same"}, {"scale", "0.1"}, {"limit", "inf"}, {"", ""}};
    ck_assert_uint_eq(dg_trace_attribute_count(t, 0), 4);
    for (size_t i = 0; i < 5; i++) {
        double x = -99.0;
        ck_assert_str_eq(dg_trace_attribute_name(t, 0, i), expected[i][0]);
        ck_assert_str_eq(dg_trace_attribute_text(t, 0, i), expected[i][1]);
        ck_assert_int_eq(dg_trace_attribute_number(t, 0, i, &x), i == 2 ? DG_OK : DG_INVALID);
        ck_assert_double_eq(x, i == 2 ? 0.1 : -99.0);
    }
    for (size_t i = 4; i <= DG_TRACE_ATTRIBUTES_MAX; i++) {
        char name[24];
        snprintf(name, sizeof name, "n%zu", i);
        ck_assert_int_eq(dg_trace_set_attribute(t, 0, name, ""),
                         i < DG_TRACE_ATTRIBUTES_MAX ? DG_OK : DG_LIMIT);
    }
    ck_assert_uint_eq(dg_trace_attribute_count(t, 0), DG_TRACE_ATTRIBUTES_MAX);
    dg_trace_free(t);
}
END_TEST

START_TEST(names_and_local_gradients_of_operands)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "a", NULL, 3.0);
    dg_trace_add_node(t, "m", "*", 6.0);
    dg_trace_add_node(t, "q", "mystery", 1.0);
    dg_trace_add_tensor(t, "w", NULL, 1, (size_t[]){2}, NULL);
    dg_trace_add_node(t, "b", NULL, 2.0);
    dg_trace_add_edge(t, 0, 1);
    dg_trace_add_edge(t, 4, 1);
    for (size_t i = 0; i < 5; i++)
        dg_trace_add_edge(t, 0, 2);
    dg_trace_add_edge(t, 3, 2);
    ck_assert_double_eq(local(t, 1, 0), 2.0); /* computed */
    ck_assert_int_eq(dg_trace_local_gradient(t, 2, 4, NULL), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_local_gradient(t, 2, 4, 0.25), DG_OK);
    ck_assert_int_eq(dg_trace_set_local_gradient(t, 1, 0, NAN), DG_OK);
    ck_assert_double_eq(local(t, 2, 4), 0.25);
    ck_assert(isnan(local(t, 1, 0))); /* what was set comes first */
    ck_assert_double_eq(local(t, 1, 1), 3.0);
    ck_assert_int_eq(dg_trace_local_gradient(t, 2, 3, NULL), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_local_gradient(t, 2, 5, 1.0), DG_INVALID); /* a tensor */
    ck_assert_int_eq(dg_trace_set_local_gradient(t, 2, 6, 1.0), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_local_gradient(NULL, 0, 0, 1.0), DG_INVALID);

    ck_assert_int_eq(dg_trace_set_operand_name(t, 2, 5, "weight"), DG_OK);
    ck_assert_str_eq(dg_trace_operand_name(t, 2, 5), "weight");
    ck_assert_str_eq(dg_trace_operand_name(t, 2, 4), "");
    ck_assert_str_eq(dg_trace_operand_name(t, 2, 6), "");
    ck_assert_int_eq(dg_trace_set_operand_name(t, 2, 6, "x"), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_operand_name(t, 2, 5, NULL), DG_INVALID);
    dg_trace_clear_data(t, 4);
    ck_assert_int_eq(dg_trace_local_gradient(t, 1, 1, NULL), DG_INVALID); /* no data, no gradient */
    dg_trace_free(t);
}
END_TEST

/* a, s = split(a) with three results, and a sum of the last two. */
static dg_trace *several_results(void)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "a", NULL, 6.0);
    dg_trace_add_node(t, "s0", "split", 1.0);
    dg_trace_add_node(t, "s1", NULL, 2.0);
    dg_trace_add_node(t, "s2", NULL, 3.0);
    dg_trace_add_node(t, "r", "+", 5.0);
    dg_trace_add_edge(t, 0, 1);
    dg_trace_set_operand_name(t, 1, 0, "input");
    ck_assert_int_eq(dg_trace_set_result_of(t, 2, 1, 1), DG_OK);
    ck_assert_int_eq(dg_trace_set_result_of(t, 3, 2, 2), DG_OK); /* of the same op */
    dg_trace_add_edge(t, 2, 4);
    dg_trace_add_edge(t, 3, 4);
    dg_trace_set_root(t, 4);
    return t;
}

START_TEST(results)
{
    dg_trace *t = several_results();
    for (size_t i = 1; i < 4; i++) {
        ck_assert_uint_eq(dg_trace_first_result(t, i), 1);
        ck_assert_uint_eq(dg_trace_result_index(t, i), i - 1);
        ck_assert_str_eq(dg_trace_op(t, i), "split");
        ck_assert_uint_eq(dg_trace_operand(t, i, 0), 0);
        ck_assert_str_eq(dg_trace_operand_name(t, i, 0), "input");
    }
    ck_assert_uint_eq(dg_trace_first_result(t, 4), 4);
    ck_assert_uint_eq(dg_trace_first_result(t, 5), DG_NO_NODE);
    ck_assert_int_eq(dg_trace_set_result_of(t, 5, 1, 3), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_result_of(t, 1, 5, 3), DG_INVALID);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);

    /* Without the first result the one that comes first stands for it. */
    dg_trace *part = dg_trace_select(t, 4);
    ck_assert_uint_eq(dg_trace_node_count(part), 4);
    size_t s1 = dg_trace_find(part, "s1"), s2 = dg_trace_find(part, "s2");
    ck_assert_uint_eq(dg_trace_first_result(part, s1), s1);
    ck_assert_uint_eq(dg_trace_first_result(part, s2), s1);
    ck_assert_uint_eq(dg_trace_result_index(part, s1), 1);
    ck_assert_uint_eq(dg_trace_result_index(part, s2), 2);
    ck_assert_int_eq(dg_trace_check(part, NULL), DG_OK);
    dg_trace_free(part);

    dg_error error;
    dg_trace_add_edge(t, 0, 1);
    ck_assert_int_eq(dg_trace_check(t, &error), DG_FORMAT);
    ck_assert_str_eq(error.text, "node 2 (\"v2\"): its op is not that of the first result");
    dg_trace_add_edge(t, 0, 2);
    dg_trace_add_edge(t, 0, 3);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    dg_trace_set_result_of(t, 3, 1, 0);
    ck_assert_int_eq(dg_trace_check(t, &error), DG_FORMAT);
    ck_assert_str_eq(error.text, "node 3 (\"v3\"): it has the same number as the first result");
    dg_trace_set_result_of(t, 1, 4, 1);
    ck_assert_int_eq(dg_trace_check(t, &error), DG_FORMAT);
    dg_trace_free(t);
}
END_TEST

START_TEST(roots)
{
    dg_trace *t = dg_trace_new();
    ck_assert_uint_eq(dg_trace_root_count(t), 0);
    ck_assert_uint_eq(dg_trace_root_at(t, 0), DG_NO_NODE);
    ck_assert_int_eq(dg_trace_add_root(t, 0), DG_INVALID);
    for (size_t i = 0; i < DG_TRACE_ROOTS_MAX + 1; i++)
        dg_trace_add_node(t, NULL, NULL, 0.0);
    ck_assert_uint_eq(dg_trace_root_count(t), 1);
    ck_assert_int_eq(dg_trace_add_root(t, 7), DG_OK);
    ck_assert_int_eq(dg_trace_add_root(t, 3), DG_OK);
    ck_assert_int_eq(dg_trace_add_root(t, 7), DG_OK); /* once is enough */
    ck_assert_int_eq(dg_trace_add_root(t, 0), DG_OK);
    ck_assert_uint_eq(dg_trace_root_count(t), 3);
    ck_assert_uint_eq(dg_trace_root_at(t, 0), 0);
    ck_assert_uint_eq(dg_trace_root_at(t, 1), 7);
    ck_assert_uint_eq(dg_trace_root_at(t, 2), 3);
    ck_assert_uint_eq(dg_trace_root(t), 0);
    ck_assert_int_eq(dg_trace_set_root(t, 3), DG_OK);
    ck_assert_uint_eq(dg_trace_root_count(t), 1);
    ck_assert_uint_eq(dg_trace_root_at(t, 0), 3);
    for (size_t i = 0; i < DG_TRACE_ROOTS_MAX; i++)
        ck_assert_int_eq(dg_trace_add_root(t, i), DG_OK);
    ck_assert_int_eq(dg_trace_add_root(t, DG_TRACE_ROOTS_MAX), DG_LIMIT);
    dg_trace_free(t);
}
END_TEST

START_TEST(selecting_keeps_them)
{
    dg_trace *t = several_results();
    size_t x = add_without_data(t, "x", 2, (size_t[]){DG_UNKNOWN_SIZE, 4});
    dg_trace_set_dim_name(t, x, 0, "batch");
    dg_trace_set_dtype(t, x, "int64");
    dg_trace_set_attribute(t, x, "kind", "input");
    dg_trace_set_attribute_number(t, x, "order", 2.5);
    dg_trace_add_edge(t, x, 4);
    dg_trace_set_operand_name(t, 4, 2, "bias");
    dg_trace_set_local_gradient(t, 4, 0, 7.0);
    dg_trace_clear_data(t, 2);
    dg_trace_add_edge(t, 1, 4);
    dg_trace *part = dg_trace_select(t, 4), *again = dg_trace_select(part, 0);
    assert_same_trace(part, again);
    x = dg_trace_find(part, "x");
    ck_assert_str_eq(dim(part, x, 0), "batch");
    ck_assert_str_eq(dg_trace_dtype(part, x), "int64");
    ck_assert_uint_eq(dg_trace_attribute_count(part, x), 2);
    ck_assert_str_eq(dg_trace_attribute_text(part, x, 1), "2.5");
    ck_assert_str_eq(dg_trace_operand_name(part, 0, 2), "bias");
    ck_assert_double_eq(local(part, 0, 0), 7.0);
    size_t s0 = dg_trace_find(part, "s0"), s1 = dg_trace_find(part, "s1");
    ck_assert_int_eq(dg_trace_has_data(part, s1), 0);
    ck_assert_uint_eq(dg_trace_first_result(part, s1), s0);
    ck_assert_str_eq(dg_trace_operand_name(part, s1, 0), "input");
    ck_assert_int_eq(dg_trace_check(part, NULL), DG_OK);
    dg_trace_free(again);
    dg_trace_free(part);
    dg_trace_free(t);
}
END_TEST

START_TEST(selecting_all_roots)
{
    ck_assert_ptr_null(dg_trace_select_roots(NULL));
    dg_trace *t = dg_trace_new();
    ck_assert_ptr_null(dg_trace_select_roots(t));
    for (size_t i = 0; i < 6; i++)
        dg_trace_add_node(t, (char[]){(char)('a' + i), '\0'}, i < 2 ? NULL : "f", 0.0);
    static const size_t edges[][2] = {{0, 2}, {1, 3}, {2, 4}, {2, 5}, {1, 5}};
    for (size_t i = 0; i < 5; i++)
        dg_trace_add_edge(t, edges[i][0], edges[i][1]);
    dg_trace_set_root(t, 5);
    dg_trace_add_root(t, 2); /* below the first */
    dg_trace_add_root(t, 4);
    dg_trace *part = dg_trace_select_roots(t);
    static const char *const labels[] = {"f", "c", "a", "b", "e"}; /* d is not reached */
    ck_assert_uint_eq(dg_trace_node_count(part), 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(dg_trace_label(part, i), labels[i]);
    ck_assert_uint_eq(dg_trace_root_count(part), 3);
    ck_assert_uint_eq(dg_trace_root_at(part, 0), 0);
    ck_assert_uint_eq(dg_trace_root_at(part, 1), 1);
    ck_assert_uint_eq(dg_trace_root_at(part, 2), 4);
    dg_trace *one = dg_trace_select(t, 5);
    ck_assert_uint_eq(dg_trace_node_count(one), 4);
    ck_assert_uint_eq(dg_trace_root_count(one), 1);
    dg_trace_free(one);
    dg_trace_free(part);
    dg_trace_free(t);
}
END_TEST

/* A graph that has none of it has no memory for it. */
START_TEST(nothing_is_stored_for_most)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a"), *r = dg_mul(a, dg_tanh(a));
    dg_backward(r);
    dg_trace *t = dg_trace_from_value(r), *part = dg_trace_select(t, 0);
    double x;
    dg_trace_local_gradient(t, 0, 0, &x);
    ck_assert_ptr_null(t->annotations);
    ck_assert_ptr_null(part->annotations);
    ck_assert_ptr_null(t->more_roots);
    dg_trace_free(t);
    dg_trace_free(part);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        without_data,
        unknown_sizes,
        dtype_and_attributes,
        names_and_local_gradients_of_operands,
        results,
        roots,
        selecting_keeps_them,
        selecting_all_roots,
        nothing_is_stored_for_most,
    };
    return run_suite("trace_fields", tests, sizeof tests / sizeof *tests);
}

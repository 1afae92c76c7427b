/* Helpers of the trace suites: random numbers, reading bytes, comparing traces. */
#ifndef TRACE_SUPPORT_H
#define TRACE_SUPPORT_H

#include <dotgrad/trace.h>

#include "check_main.h"
#include "engine_support.h"
#include "trace/annotations.h"

static inline double random_double(rng *r)
{
    static const double special[] = {0.0,
                                     -0.0,
                                     1.0,
                                     -1.0,
                                     NAN,
                                     INFINITY,
                                     -INFINITY,
                                     5e-324,
                                     -5e-324,
                                     2.2250738585072014e-308,
                                     1e16,
                                     1e17,
                                     9007199254740993.0,
                                     0.1,
                                     1.0 / 3,
                                     1e308,
                                     -1.7976931348623157e308};
    if (rng_below(r, 4) == 0)
        return special[rng_below(r, sizeof special / sizeof *special)];
    return double_of(rng_next(r));
}

static inline dg_trace *read_bytes(const char *text, size_t size, dg_error *error)
{
    /* A copy without a terminator, so that the sanitizer sees a byte too many. */
    char *copy = malloc(size ? size : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, size);
    dg_trace *t = dg_trace_from_json(copy, size, error);
    free(copy);
    return t;
}

static inline dg_trace *read_text(const char *text)
{
    dg_error error;
    dg_trace *t = read_bytes(text, strlen(text), &error);
    ck_assert_msg(t != NULL, "%.2000s: %s", text, error.text);
    ck_assert_int_eq(error.status, DG_OK);
    ck_assert_str_eq(error.text, "");
    return t;
}

static inline void assert_numbers(const double *found, const double *expected, size_t n)
{
    ck_assert_ptr_nonnull(found);
    for (size_t i = 0; i < n; i++)
        must(same_number(found[i], expected[i]), "number %zu is %a, not %a", i, found[i],
             expected[i]);
}

static inline void assert_shape(const dg_trace *t, size_t node, int ndim, const size_t *shape)
{
    size_t size = 1;
    ck_assert_int_eq(dg_trace_ndim(t, node), ndim);
    for (int i = 0; i < ndim; i++) {
        ck_assert_uint_eq(dg_trace_shape(t, node)[i], shape[i]);
        size *= shape[i];
    }
    ck_assert_uint_eq(dg_trace_size(t, node), size);
    ck_assert_int_eq(dg_trace_has_data(t, node), 1);
    ck_assert_ptr_nonnull(dg_trace_data_array(t, node));
}

static inline void assert_tensor(const dg_trace *t, size_t node, int ndim, const size_t *shape,
                                 const double *data)
{
    assert_shape(t, node, ndim, shape);
    assert_numbers(dg_trace_data_array(t, node), data, dg_trace_size(t, node));
}

static inline void assert_edge(const dg_trace *t, size_t i, size_t from, size_t to, size_t operand)
{
    size_t f = 99, o = 99, k = 99;
    ck_assert_int_eq(dg_trace_edge(t, i, &f, &o, &k), DG_OK);
    ck_assert_uint_eq(f, from);
    ck_assert_uint_eq(o, to);
    ck_assert_uint_eq(k, operand);
}

/* A new member of a node or a trace is compared below. */
_Static_assert(sizeof(void *) != 8 ||
                   (sizeof(dgi_trace_node) == 56 && sizeof(dg_trace) == 112 + sizeof(dgi_strmap) &&
                    sizeof(dgi_annotations) == 72 && sizeof(dgi_operand_note) == 24),
               "assert_same_trace() compares all that a trace holds");

static inline void assert_same_shape(const dg_trace *a, const dg_trace *b, size_t i)
{
    ck_assert_int_eq(dg_trace_ndim(a, i), dg_trace_ndim(b, i));
    for (int k = 0; k < dg_trace_ndim(a, i); k++) {
        char text[DG_DIM_TEXT_MAX], other[DG_DIM_TEXT_MAX];
        ck_assert_uint_eq(dg_trace_shape(a, i)[k], dg_trace_shape(b, i)[k]);
        ck_assert_str_eq(dg_trace_dim_text(a, i, k, text), dg_trace_dim_text(b, i, k, other));
    }
    ck_assert_uint_eq(dg_trace_size(a, i), dg_trace_size(b, i));
}

static inline void assert_same_data(const dg_trace *a, const dg_trace *b, size_t i)
{
    ck_assert_int_eq(dg_trace_has_data(a, i), dg_trace_has_data(b, i));
    if (dg_trace_has_data(a, i))
        assert_numbers(dg_trace_data_array(b, i), dg_trace_data_array(a, i), dg_trace_size(a, i));
    else
        ck_assert_ptr_null(dg_trace_data_array(b, i));
    must(same_number(dg_trace_data(a, i), dg_trace_data(b, i)), "data of node %zu", i);
}

static inline void assert_same_attributes(const dg_trace *a, const dg_trace *b, size_t i)
{
    ck_assert_uint_eq(dg_trace_attribute_count(a, i), dg_trace_attribute_count(b, i));
    for (size_t k = 0; k < dg_trace_attribute_count(a, i); k++) {
        double x = 0.0, y = 0.0;
        ck_assert_str_eq(dg_trace_attribute_name(a, i, k), dg_trace_attribute_name(b, i, k));
        ck_assert_str_eq(dg_trace_attribute_text(a, i, k), dg_trace_attribute_text(b, i, k));
        ck_assert_int_eq(dg_trace_attribute_number(a, i, k, &x),
                         dg_trace_attribute_number(b, i, k, &y));
        must(same_number(x, y), "attribute %zu of node %zu", k, i);
    }
}

static inline void assert_same_operands(const dg_trace *a, const dg_trace *b, size_t i)
{
    ck_assert_uint_eq(dg_trace_operand_count(a, i), dg_trace_operand_count(b, i));
    for (size_t k = 0; k < dg_trace_operand_count(a, i); k++) {
        double x = 0.0, y = 0.0;
        must(dg_trace_operand(a, i, k) == dg_trace_operand(b, i, k), "operand %zu of %zu", k, i);
        ck_assert_str_eq(dg_trace_operand_name(a, i, k), dg_trace_operand_name(b, i, k));
        ck_assert_int_eq(dg_trace_local_gradient(a, i, k, &x),
                         dg_trace_local_gradient(b, i, k, &y));
        must(same_number(x, y), "local gradient %zu of node %zu", k, i);
    }
}

static inline void assert_same_node(const dg_trace *a, const dg_trace *b, size_t i)
{
    ck_assert_str_eq(dg_trace_dtype(a, i), dg_trace_dtype(b, i));
    ck_assert_uint_eq(dg_trace_first_result(a, i), dg_trace_first_result(b, i));
    ck_assert_uint_eq(dg_trace_result_index(a, i), dg_trace_result_index(b, i));
    assert_same_attributes(a, b, i);
    assert_same_operands(a, b, i);
    assert_same_shape(a, b, i);
    assert_same_data(a, b, i);
    ck_assert_str_eq(dg_trace_label(a, i), dg_trace_label(b, i));
    ck_assert_str_eq(dg_trace_op(a, i), dg_trace_op(b, i));
    ck_assert_str_eq(dg_trace_scope(a, i), dg_trace_scope(b, i));
    ck_assert_str_eq(dg_trace_id(a, i), dg_trace_id(b, i));
    ck_assert_int_eq(dg_trace_has_grad(a, i), dg_trace_has_grad(b, i));
    must(same_number(dg_trace_grad(a, i), dg_trace_grad(b, i)), "grad of node %zu", i);
    if (dg_trace_has_grad(a, i))
        assert_numbers(dg_trace_grad_array(b, i), dg_trace_grad_array(a, i), dg_trace_size(a, i));
}

static inline void assert_same_trace(const dg_trace *a, const dg_trace *b)
{
    ck_assert_uint_eq(dg_trace_node_count(a), dg_trace_node_count(b));
    ck_assert_uint_eq(dg_trace_edge_count(a), dg_trace_edge_count(b));
    ck_assert_uint_eq(dg_trace_root_count(a), dg_trace_root_count(b));
    for (size_t i = 0; i < dg_trace_root_count(a); i++)
        ck_assert_uint_eq(dg_trace_root_at(a, i), dg_trace_root_at(b, i));
    ck_assert_uint_eq(dg_trace_root(a), dg_trace_root(b));
    for (size_t i = 0; i < dg_trace_node_count(a); i++)
        assert_same_node(a, b, i);
}

/* Writes and reads the trace: it stays the same, and so does its JSON. Returns the size of that. */
static inline size_t assert_round_trip(const dg_trace *t)
{
    size_t size, again_size;
    dg_error error;
    char *json = dg_json_from_trace(t, &size);
    dg_trace *back = read_bytes(json, size, &error);
    ck_assert_msg(back != NULL, "%s in %.2000s", error.text, json);
    char *again = dg_json_from_trace(back, &again_size);
    must(size == again_size && memcmp(json, again, size) == 0, "not the same again: %.2000s", json);
    assert_same_trace(t, back);
    dg_trace_free(back);
    dg_free(json);
    dg_free(again);
    return size;
}

#endif

/* Any bytes as a trace in JSON: what is read must be sound, and come back as it was written. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <dotgrad/trace.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

/* Reads what was written; the same must be written again. */
static void check_return(const dg_trace *t)
{
    size_t size, again_size;
    char *json = dg_json_from_trace(t, &size);
    must(json != NULL);
    dg_error error;
    dg_trace *back = dg_trace_from_json(json, size, &error);
    must(back != NULL && error.status == DG_OK);
    char *again = dg_json_from_trace(back, &again_size);
    must(again != NULL && size == again_size && memcmp(json, again, size) == 0);
    dg_free(again);
    dg_trace_free(back);
    dg_free(json);
}

static void check_edges(const dg_trace *t)
{
    size_t from, to, operand, n = dg_trace_edge_count(t);
    for (size_t i = 0; i < n; i++) {
        must(dg_trace_edge(t, i, &from, &to, &operand) == DG_OK);
        must(dg_trace_operand(t, to, operand) == from);
    }
    must(dg_trace_edge(t, n, NULL, NULL, NULL) == DG_INVALID);
}

/* Reads every number, which the sanitizer watches. */
static void check_numbers(const dg_trace *t)
{
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        int ndim = dg_trace_ndim(t, i);
        must(ndim >= 0 && ndim <= DG_TRACE_DIMS_MAX);
        size_t size = 1;
        for (int k = 0; k < ndim; k++)
            size *= dg_trace_shape(t, i)[k];
        must(size == dg_trace_size(t, i) && size <= DG_TRACE_NUMBERS_MAX);
        const double *data = dg_trace_data_array(t, i), *grad = dg_trace_grad_array(t, i);
        must(data != NULL && (grad != NULL) == (dg_trace_has_grad(t, i) != 0));
        volatile double last;
        for (size_t k = 0; k < size; k++) {
            last = data[k];
            if (grad)
                last = grad[k];
        }
        (void)last;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dg_error error;
    dg_trace *t = dg_trace_from_json((const char *)data, size, &error);
    must((t != NULL) == (error.status == DG_OK));
    must((t != NULL) == (error.text[0] == '\0'));
    if (!t)
        return 0;
    must(dg_trace_check(t, NULL) == DG_OK);
    check_edges(t);
    check_numbers(t);
    check_return(t);
    dg_trace *part = dg_trace_select(t, dg_trace_root(t));
    must(part != NULL && dg_trace_root(part) == 0 && dg_trace_check(part, NULL) == DG_OK);
    check_edges(part);
    check_numbers(part);
    check_return(part);
    dg_trace_free(part);
    dg_trace_free(t);
    return 0;
}

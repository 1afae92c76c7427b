/* Any bytes as a trace in JSON: what is read must be sound, and come back as it was written. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <dotgrad/draw.h>
#include <dotgrad/inspect.h>
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

/* The number of elements that the shape says; 0 where a size is not known. */
static size_t size_of(const dg_trace *t, size_t node)
{
    size_t size = 1;
    char text[DG_DIM_TEXT_MAX];
    int ndim = dg_trace_ndim(t, node);
    must(ndim >= 0 && ndim <= DG_TRACE_DIMS_MAX);
    for (int k = 0; k < ndim; k++) {
        size_t dim = dg_trace_shape(t, node)[k];
        must(*dg_trace_dim_text(t, node, k, text) != '\0');
        must(dim != DG_UNKNOWN_SIZE || !dg_trace_has_data(t, node));
        size *= dim == DG_UNKNOWN_SIZE ? 0 : dim;
    }
    return size;
}

/* Reads every number, which the sanitizer watches. */
static void check_numbers(const dg_trace *t)
{
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        size_t size = size_of(t, i);
        must(size == dg_trace_size(t, i));
        const double *data = dg_trace_data_array(t, i), *grad = dg_trace_grad_array(t, i);
        must((data != NULL) == (dg_trace_has_data(t, i) != 0));
        must((grad != NULL) == (dg_trace_has_grad(t, i) != 0));
        must(size <= DG_TRACE_NUMBERS_MAX || (!data && !grad));
        volatile double last;
        for (size_t k = 0; k < size && (data || grad); k++) {
            if (data)
                last = data[k];
            if (grad)
                last = grad[k];
        }
        (void)last;
    }
}

/* What few nodes have. */
static void check_annotations(const dg_trace *t)
{
    double x;
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        size_t first = dg_trace_first_result(t, i);
        must(dg_trace_first_result(t, first) == first && dg_trace_dtype(t, i) != NULL);
        must(strcmp(dg_trace_op(t, i), dg_trace_op(t, first)) == 0);
        must(dg_trace_operand_count(t, i) == dg_trace_operand_count(t, first));
        for (size_t k = 0; k < dg_trace_attribute_count(t, i); k++) {
            must(*dg_trace_attribute_name(t, i, k) != '\0' && dg_trace_attribute_text(t, i, k));
            dg_trace_attribute_number(t, i, k, &x);
        }
        for (size_t k = 0; k < dg_trace_operand_count(t, i); k++) {
            must(dg_trace_operand_name(t, i, k) != NULL);
            dg_trace_local_gradient(t, i, k, &x);
        }
    }
    must(dg_trace_root_count(t) > 0 && dg_trace_root_at(t, 0) == dg_trace_root(t));
}

/* Every finding is about values of the trace, and says something. */
static void check_findings(const dg_trace *t)
{
    dg_error error;
    dg_inspect *x = dg_inspect_new(t, NULL, &error);
    must(x != NULL && error.status == DG_OK);
    int worst = DG_SEVERITY_ERROR;
    for (size_t i = 0; i < dg_inspect_finding_count(x); i++) {
        const dg_finding *f = dg_inspect_finding(x, i);
        must((int)f->severity <= worst && f->text[0] != '\0');
        must(f->node < dg_trace_node_count(t) && f->node_count > 0);
        for (size_t k = 0; k < f->node_count; k++)
            must(f->nodes[k] < dg_trace_node_count(t) && (k == 0 || f->nodes[k] > f->nodes[k - 1]));
        worst = (int)f->severity;
    }
    dg_inspect_free(x);
}

/* Whatever stands in it can be reported. */
static void check_report(const dg_trace *t)
{
    for (int json = 0; json < 2; json++) {
        dg_error error;
        dg_draw_options options = {
            .format = DG_REPORT, .error = &error, .report = {.json = json, .sparklines = !json}};
        char *report = dg_render(t, NULL, &options);
        must(report != NULL && error.status == DG_OK);
        dg_free(report);
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
    check_annotations(t);
    check_return(t);
    check_findings(t);
    check_report(t);
    dg_trace *part = dg_trace_select(t, dg_trace_root(t));
    must(part != NULL && dg_trace_root(part) == 0 && dg_trace_check(part, NULL) == DG_OK);
    check_edges(part);
    check_numbers(part);
    check_annotations(part);
    check_return(part);
    dg_trace_free(part);
    dg_trace_free(t);
    return 0;
}

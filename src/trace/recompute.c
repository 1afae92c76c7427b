/* Ops by their texts, on values of the engine. */
#include "trace/recompute.h"

#include "engine/record.h"

#include <string.h>

#include <dotgrad/tensor.h>

#include "trace/scalar_ops.h"

/* An op that is to be made again. */
typedef struct recipe {
    const char *text;
    dg_value **x; /* its operands */
    size_t count;
    int ndim; /* the shape of its result */
    const size_t *shape;
} recipe;

static dg_value *elementwise(const recipe *r)
{
    dgi_scalar_call call = dgi_scalar_call_from_text(r->text, r->count);
    switch (call.op) {
#define DGI_UNARY(name, ...)                                                                       \
    case DGI_SCALAR_##name:                                                                        \
        return dg_##name(r->x[0]);
#define DGI_BINARY(name, ...)                                                                      \
    case DGI_SCALAR_##name:                                                                        \
        return dg_##name(r->x[0], r->x[1]);
#define DGI_CONSTANT(name, ...)                                                                    \
    case DGI_SCALAR_##name:                                                                        \
        return dg_##name(r->x[0], call.constant);
#define DGI_COMPOSITE(name, ...)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE
    case DGI_SCALAR_UNKNOWN:
    case DGI_SCALAR_OP_COUNT:
        break;
    }
    return NULL;
}

/* Reads an integer at *p, and advances *p; false if there is none, or one of more than nine digits.
 */
static bool read_integer(const char **p, int *integer)
{
    const char *start = *p;
    *integer = 0;
    for (; **p >= '0' && **p <= '9'; ++*p)
        if (*p - start < 9)
            *integer = *integer * 10 + (**p - '0');
    return *p > start && *p - start <= 9;
}

static bool skip(const char **p, const char *text)
{
    size_t size = strlen(text);
    if (strncmp(*p, text, size) != 0)
        return false;
    *p += size;
    return true;
}

bool dgi_op_has_dim(const char *text, const char *name, int *dim)
{
    return skip(&text, name) && skip(&text, "(dim=") && read_integer(&text, dim) &&
           strcmp(text, ")") == 0;
}

static dg_value *reduction(const recipe *r)
{
    static const struct {
        const char *name;
        dg_value *(*all)(dg_value *);
        dg_value *(*along)(dg_value *, int, int);
    } reductions[] = {
        {"sum", dg_sum, dg_sum_dim},
        {"mean", dg_mean, dg_mean_dim},
        {"max", dg_max_all, dg_max_dim},
    };
    dg_value *x = r->x[0];
    int dim, keep = r->ndim == dg_ndim(x);
    for (size_t i = 0; i < sizeof reductions / sizeof *reductions; i++) {
        if (strcmp(r->text, reductions[i].name) == 0)
            return reductions[i].all(x);
        if (dgi_op_has_dim(r->text, reductions[i].name, &dim))
            return reductions[i].along(x, dim, keep);
    }
    return NULL;
}

static dg_value *exchange(const recipe *r)
{
    const char *text = r->text;
    int first, second;
    if (strcmp(text, "T") == 0)
        return dg_transpose(r->x[0], 0, 1);
    if (skip(&text, "transpose(") && read_integer(&text, &first) && skip(&text, ", ") &&
        read_integer(&text, &second) && strcmp(text, ")") == 0)
        return dg_transpose(r->x[0], first, second);
    return NULL;
}

static dg_value *of_one_operand(const recipe *r)
{
    const char *text = r->text;
    int integer;
    if (strcmp(text, "reshape") == 0)
        return dg_reshape(r->x[0], r->ndim, r->shape);
    if (dgi_op_has_dim(text, "softmax", &integer))
        return dg_softmax(r->x[0], integer);
    if (dgi_op_has_dim(text, "log_softmax", &integer))
        return dg_log_softmax(r->x[0], integer);
    if (skip(&text, "[") && read_integer(&text, &integer) && strcmp(text, "]") == 0)
        return dg_select(r->x[0], integer);
    dg_value *v = reduction(r);
    return v ? v : exchange(r);
}

static dg_value *of_tensors(const recipe *r)
{
    int dim;
    if (dgi_op_has_dim(r->text, "concat", &dim))
        return dg_concat(r->x, r->count, dim);
    if (strcmp(r->text, "stack") == 0)
        return dg_stack(r->x, r->count);
    if (r->count == 2 && strcmp(r->text, "@") == 0)
        return dg_matmul(r->x[0], r->x[1]);
    if (r->count == 2 && strcmp(r->text, "cross_entropy") == 0)
        return dg_cross_entropy(r->x[0], r->x[1]);
    return r->count == 1 ? of_one_operand(r) : NULL;
}

dg_value *dgi_recompute(const dg_trace *t, size_t node, dg_value **x)
{
    recipe r = {dg_trace_op(t, node), x, dg_trace_operand_count(t, node), dg_trace_ndim(t, node),
                dg_trace_shape(t, node)};
    dg_value *v = elementwise(&r);
    if (!v)
        v = of_tensors(&r);
    return v ? v : dgi_record_op_from_text(r.text, r.x, r.count, r.ndim);
}

dg_value *dgi_trace_leaf(dg_graph *g, const dg_trace *t, size_t node, const double *numbers,
                         bool requires_grad)
{
    dg_value *v = dg_tensor(g, dg_trace_ndim(t, node), dg_trace_shape(t, node), numbers, NULL);
    return requires_grad ? v : dg_set_requires_grad(v, 0);
}

bool dgi_recompute_operands(dg_graph *g, const dg_trace *t, size_t node, double *const *out,
                            dg_value **x)
{
    for (size_t i = 0; i < dg_trace_operand_count(t, node); i++) {
        size_t operand = dg_trace_operand(t, node, i);
        const double *data = dg_trace_data_array(t, operand);
        x[i] = data ? dgi_trace_leaf(g, t, operand, data, out && out[i]) : NULL;
        if (!x[i])
            return false;
    }
    return true;
}

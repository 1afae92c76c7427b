/* Local gradients: the derivatives of an op's result by its operands, from the numbers in a trace.
 * The ops and their derivatives are the engine's table. */
#include <dotgrad/trace.h>

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "engine/math.h"

/* The numbers of an op of one or two operands. */
typedef struct numbers {
    double x, y, k; /* operands; the constant */
    double z;       /* the result */
    double dx, dy;  /* its derivatives */
} numbers;

/* A function for each row. The expressions use some of the names. */
#define FUNCTION(name, f, by_x, by_y)                                                              \
    static void apply_##name(numbers *n)                                                           \
    {                                                                                              \
        const double x = n->x, y = n->y, k = n->k, z = f;                                          \
        (void)x;                                                                                   \
        (void)y;                                                                                   \
        (void)k;                                                                                   \
        n->z = z;                                                                                  \
        n->dx = by_x;                                                                              \
        n->dy = by_y;                                                                              \
    }
#define TEST_POINTS(...)
#define DGI_UNARY(name, text, formula, derivative, f, by_x, test_points)                           \
    FUNCTION(name, f, by_x, 0.0)
#define DGI_BINARY(name, text, formula, derivative, f, by_x, by_y, test_points)                    \
    FUNCTION(name, f, by_x, by_y)
#define DGI_CONSTANT(name, text, formula, derivative, f, by_x, test_points)                        \
    FUNCTION(name, f, by_x, 0.0)
#define DGI_COMPOSITE(name, operands, formula, derivative, made_of, test_points)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT

typedef struct scalar_op {
    const char *text;
    size_t operands;
    bool has_constant; /* written after the text */
    void (*apply)(numbers *n);
} scalar_op;

static const scalar_op ops[] = {
#define DGI_UNARY(name, text, formula, derivative, f, by_x, test_points)                           \
    {text, 1, false, apply_##name},
#define DGI_BINARY(name, text, formula, derivative, f, by_x, by_y, test_points)                    \
    {text, 2, false, apply_##name},
#define DGI_CONSTANT(name, text, formula, derivative, f, by_x, test_points)                        \
    {text, 1, true, apply_##name},
#include "engine/ops.def"
};

static bool is_op(const scalar_op *op, const char *text, size_t operands, double *k)
{
    size_t size = strlen(op->text);
    if (op->operands != operands)
        return false;
    if (!op->has_constant)
        return strcmp(op->text, text) == 0;
    return strncmp(op->text, text, size) == 0 && dgi_parse_double(text + size, k);
}

/* Another library may mean something else by the same text. Single precision is close enough. */
static bool agrees(double computed, double data)
{
    return fabs(computed - data) <= 1e-5 * fmax(1.0, fabs(data)) ||
           (isnan(computed) && isnan(data)) ||
           (isinf(data) && !(computed < data) && !(computed > data));
}

dg_status dg_trace_local_gradient(const dg_trace *t, size_t node, size_t operand, double *gradient)
{
    size_t count = dg_trace_operand_count(t, node);
    const char *text = dg_trace_op(t, node);
    if (operand >= count || count > 2 || dg_trace_ndim(t, node) > 0)
        return DG_INVALID;
    size_t a = dg_trace_operand(t, node, 0), b = dg_trace_operand(t, node, count - 1);
    if (dg_trace_ndim(t, a) > 0 || dg_trace_ndim(t, b) > 0)
        return DG_INVALID;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        numbers n = {.x = dg_trace_data(t, a), .y = dg_trace_data(t, b)};
        if (!is_op(&ops[i], text, count, &n.k))
            continue;
        ops[i].apply(&n);
        if (!agrees(n.z, dg_trace_data(t, node)))
            return DG_INVALID;
        if (gradient)
            *gradient = operand == 0 ? n.dx : n.dy;
        return DG_OK;
    }
    return DG_INVALID;
}

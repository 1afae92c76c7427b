/* Numbers that are not finite: where they began, and why. */
#include "inspect/nonfinite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Sources -------------------------------------------------------------------------------- */

size_t dgi_data_source(const dg_inspect *x, size_t node)
{
    size_t source = x->data_source[node];
    while (x->data_source[source] != source)
        source = x->data_source[source];
    return source;
}

double dgi_exponent(const dg_inspect *x, size_t node)
{
    if (x->a.op[node] != DGI_SCALAR_pow)
        return NAN;
    const dgi_trace_node *n = dgi_node(x, node);
    return dgi_scalar_call_from_text(n->op, n->n_operands).constant;
}

static size_t use_count(const dg_inspect *x, size_t node)
{
    return x->a.first_use[node + 1] - x->a.first_use[node];
}

bool dgi_is_quotient(const dg_inspect *x, size_t node, size_t *dividend, size_t *divisor)
{
    const dgi_trace_node *n = dgi_node(x, node);
    if (x->a.op[node] != DGI_SCALAR_mul)
        return false;
    const uint32_t *operands = dgi_trace_node_operands(n);
    size_t inverse = operands[1];
    if (dgi_exponent(x, inverse) != -1.0 || use_count(x, inverse) != 1)
        return false;
    *dividend = operands[0];
    *divisor = dgi_trace_node_operands(dgi_node(x, inverse))[0];
    return true;
}

/* The operand whose data explain those of the node best: a nan for a nan, else an infinity.
 * DG_NO_NODE if all are finite. */
static size_t worst_operand(const dg_inspect *x, size_t node)
{
    const dgi_trace_node *n = dgi_node(x, node);
    const uint32_t *operands = dgi_trace_node_operands(n);
    size_t worst = DG_NO_NODE;
    for (size_t i = 0; i < n->n_operands; i++) {
        unsigned state = x->data[operands[i]];
        if (dgi_not_finite(state) && (worst == DG_NO_NODE || state > x->data[worst]) &&
            (state <= x->data[node] || worst == DG_NO_NODE))
            worst = operands[i];
    }
    return worst;
}

/* Makes `node` the source of what began in `other`. */
static void absorb(dg_inspect *x, size_t other, size_t node)
{
    dgi_mark(x, other, DGI_ABSORBED);
    x->data_source[other] = (uint32_t)node;
    x->data_source[node] = (uint32_t)node;
}

/* Leaves that are infinite are named with the op that made nan of them: `inf - inf` has two. */
static void absorb_leaves(dg_inspect *x, size_t node)
{
    const dgi_trace_node *n = dgi_node(x, node);
    for (size_t i = 0; i < n->n_operands; i++) {
        size_t operand = dgi_trace_node_operands(n)[i];
        if (!dgi_not_finite(x->data[operand]))
            continue;
        size_t source = dgi_data_source(x, operand);
        if (dgi_is_leaf(dgi_node(x, source)))
            absorb(x, source, node);
    }
}

static void find_source(dg_inspect *x, size_t node)
{
    size_t worst = worst_operand(x, node), dividend, divisor;
    x->data_source[node] = (uint32_t)node;
    if (worst == DG_NO_NODE)
        return;
    size_t source = dgi_data_source(x, worst);
    bool made_nan = x->data[node] == DGI_NAN && x->data[worst] != DGI_NAN;
    /* A division by 0 is the quotient's, not that of the power that it is written with. */
    if (dgi_is_quotient(x, node, &dividend, &divisor) && source == worst && worst != dividend)
        absorb(x, source, node);
    else if (made_nan && dgi_is_leaf(dgi_node(x, source)))
        absorb_leaves(x, node);
    else
        x->data_source[node] = (uint32_t)source;
}

void dgi_find_sources(dg_inspect *x)
{
    for (size_t k = x->a.node_count; k-- > 0;) {
        size_t node = x->a.order[k];
        if (dgi_not_finite(x->data[node]))
            find_source(x, node);
    }
}

uint32_t *dgi_source_counts(dg_inspect *x, bool of_gradients)
{
    uint32_t *counts = calloc(x->a.node_count, sizeof *counts);
    if (!counts) {
        x->failed = true;
        return NULL;
    }
    const uint8_t *states = of_gradients ? x->grad : x->data;
    for (size_t i = 0; i < x->a.node_count; i++)
        if (dgi_has(x, i, DGI_REACHED) && dgi_not_finite(states[i])) {
            size_t source = of_gradients ? x->grad_source[i] : dgi_data_source(x, i);
            counts[source] += source != i && (of_gradients || !dgi_has(x, i, DGI_ABSORBED));
        }
    return counts;
}

void dgi_count_affected_values(dg_inspect *x, dg_finding_kind kind, const uint32_t *counts)
{
    for (size_t i = 0; i < x->finding_count; i++) {
        dgi_finding *f = &x->findings[i];
        for (size_t k = 0; f->public.kind == kind && k < f->node_count; k++)
            f->public.affected_values += counts[f->nodes[k]];
    }
}

dgi_finding *dgi_finding_like(dg_inspect *x, dg_finding_kind kind, dg_severity severity,
                              const char *cause, size_t node)
{
    for (size_t i = 0; i < x->finding_count; i++) {
        dgi_finding *f = &x->findings[i];
        if (dgi_node(x, f->public.node)->op == dgi_node(x, node)->op && f->public.kind == kind &&
            f->public.severity == severity && strcmp(f->public.cause, cause) == 0)
            return f;
    }
    return NULL;
}

/* ---- Culprits ------------------------------------------------------------------------------- */

/* The element of an operand that broadcasting aligns with an element of the result; false if it
 * does not. Shapes are aligned at their last dimensions. */
static bool aligned_element(const dgi_trace_node *result, size_t element,
                            const dgi_trace_node *operand, size_t *aligned)
{
    *aligned = 0;
    if (!operand->is_tensor)
        return true;
    if (!result->is_tensor || operand->tensor->ndim > result->tensor->ndim)
        return false;
    size_t stride = 1;
    int missing = result->tensor->ndim - operand->tensor->ndim;
    for (int d = result->tensor->ndim; d-- > 0;) {
        size_t size = result->tensor->shape[d], place = element % size;
        element /= size;
        if (d < missing)
            continue;
        size_t own = operand->tensor->shape[d - missing];
        if (own != size && own != 1)
            return false;
        if (own != 1)
            *aligned += place * stride;
        stride *= own;
    }
    return true;
}

dgi_culprit_numbers dgi_culprit_numbers_of(const dg_inspect *x, size_t node)
{
    const dgi_trace_node *n = dgi_node(x, node);
    size_t count;
    const double *numbers = dgi_data(n, &count);
    dgi_culprit_numbers c = {.value = NAN};
    /* A nan rather than an infinity. */
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        if (isfinite(numbers[i]) || (found && !isnan(numbers[i])))
            continue;
        c.element = i;
        c.value = numbers[i];
        found = true;
        if (isnan(c.value))
            break;
    }
    if (!found || n->n_operands == 0 || n->n_operands > 2)
        return c;
    c.is_quotient = dgi_is_quotient(x, node, &c.nodes[0], &c.nodes[1]);
    for (size_t i = 0; i < n->n_operands; i++) {
        if (!c.is_quotient)
            c.nodes[i] = dgi_trace_node_operands(n)[i];
        const dgi_trace_node *operand = dgi_node(x, c.nodes[i]);
        size_t aligned, size;
        const double *from = dgi_data(operand, &size);
        if (x->data[c.nodes[i]] == DGI_UNKNOWN ||
            !aligned_element(n, c.element, operand, &aligned) || aligned >= size)
            return c;
        c.operands[i] = from[aligned];
    }
    c.operand_count = n->n_operands;
    return c;
}

static const char *cause_of_product(double a, double b)
{
    if ((a == 0.0 && isinf(b)) || (b == 0.0 && isinf(a)))
        return "0 * inf";
    return "overflow";
}

static const char *cause_of_power(double x, double k)
{
    if (x == 0.0 && k < 0.0)
        return "division by zero";
    if (x < 0.0 && k != floor(k))
        return "power of a negative number";
    return "overflow";
}

static const char *cause_of_quotient(double a, double b)
{
    if (isinf(a) && isinf(b))
        return "inf / inf";
    if (b == 0.0)
        return a == 0.0 ? "0 / 0" : "division by zero";
    return "overflow";
}

/* Other libraries' ops that are none of dotgrad's. */
static const char *cause_of_foreign_op(const char *op, const dgi_culprit_numbers *c)
{
    double a = c->operands[0], b = c->operands[1];
    if (c->operand_count == 2 && (strcmp(op, "/") == 0 || strcmp(op, "div") == 0))
        return cause_of_quotient(a, b);
    if (c->operand_count == 2 && strcmp(op, "-") == 0)
        return isinf(a) && isinf(b) ? "inf - inf" : "overflow";
    return isnan(c->value) ? "not a number" : "overflow";
}

const char *dgi_nonfinite_cause(const dg_inspect *x, size_t node, const dgi_culprit_numbers *c)
{
    const dgi_trace_node *n = dgi_node(x, node);
    if (dgi_is_leaf(n))
        return isnan(c->value) ? "a leaf that is nan" : "a leaf that is infinite";
    if (c->operand_count == 0)
        return isnan(c->value) ? "not a number" : "overflow";
    dgi_scalar_call call = dgi_scalar_call_from_text(n->op, n->n_operands);
    double a = c->operands[0], b = c->operands[1];
    if (c->is_quotient)
        return cause_of_quotient(a, b);
    switch (call.op) {
    case DGI_SCALAR_add:
        return isinf(a) && isinf(b) ? "inf - inf" : "overflow";
    case DGI_SCALAR_mul:
        return cause_of_product(a, b);
    case DGI_SCALAR_pow:
        return cause_of_power(a, call.constant);
    case DGI_SCALAR_power:
        return cause_of_power(a, b);
    case DGI_SCALAR_asin:
    case DGI_SCALAR_acos:
    case DGI_SCALAR_atanh:
        return fabs(a) == 1.0 ? "pole" : "outside the domain from -1 to 1";
    case DGI_SCALAR_acosh:
        return a < 1.0 ? "outside the domain from 1 on" : "overflow";
    case DGI_SCALAR_rsqrt:
        return a == 0.0 ? "division by zero" : "square root of a negative number";
    case DGI_SCALAR_reciprocal:
        return a == 0.0 ? "division by zero" : "overflow";
    case DGI_SCALAR_fmod:
        return b == 0.0 ? "division by zero" : "not a number";
    case DGI_SCALAR_lgamma:
    case DGI_SCALAR_digamma:
    case DGI_SCALAR_polygamma:
        return a <= 0.0 && a == floor(a) ? "pole" : "overflow";
    case DGI_SCALAR_log:
    case DGI_SCALAR_log2:
    case DGI_SCALAR_log10:
        return a == 0.0 ? "log of zero" : a < 0.0 ? "log of a negative number" : "overflow";
    case DGI_SCALAR_log1p:
        return a == -1.0 ? "log of zero" : a < -1.0 ? "log of a negative number" : "overflow";
    case DGI_SCALAR_sqrt:
        return a < 0.0 ? "square root of a negative number" : "overflow";
    case DGI_SCALAR_sin:
    case DGI_SCALAR_cos:
    case DGI_SCALAR_tan:
        return isinf(a) ? "angle of infinity" : "overflow";
    case DGI_SCALAR_UNKNOWN:
        return cause_of_foreign_op(n->op, c);
    default:
        return isnan(c->value) ? "not a number" : "overflow";
    }
}

/* Gradients that are not the sum of the contributions of their uses: stale ones, those that were
 * set by hand or accumulated, and those of a source that is wrong. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/grow.h"
#include "inspect/array_sums.h"
#include "inspect/inspection.h"
#include "inspect/stale_data.h"
#include "trace/rounding.h"

/* ---- Stale data -------------------------------------------------------------------------------
 */

/* One note for all, at the first leaf whose data were set. */
static void add_stale(dg_inspect *x)
{
    size_t first = DG_NO_NODE, leaves = 0, values = 0;
    for (size_t i = 0; i < x->a.node_count; i++) {
        if (!dgi_has(x, i, DGI_STALE))
            continue;
        bool is_leaf = dgi_is_leaf(dgi_node(x, i));
        if (first == DG_NO_NODE || (is_leaf && leaves == 0))
            first = i;
        leaves += is_leaf;
        values += !is_leaf;
    }
    if (first == DG_NO_NODE)
        return;
    dgi_finding *f = dgi_finding_add(x, DG_FINDING_INCONSISTENT, first, "stale data");
    if (f)
        f->public.severity = DG_SEVERITY_NOTE;
    dgi_finding_evidence(f, "stale values", (double)values);
    dgi_finding_say(
        x, f,
        "%z value%S, those computed from %v among them, are not what their ops compute "
        "from the data of their operands: data were set afterwards, and gradients there "
        "are not checked",
        values, first);
}

/* ---- Contributions -------------------------------------------------------------------------- */

/* The contributions of the uses of a value. */
typedef struct sum {
    bool known;
    double of_reached, of_all; /* of the uses that the root depends on, and of all */
    double bound;              /* how far rounding may put a gradient from it */
} sum;

/* Whether the local gradient at an edge is that of the backward pass. */
static bool is_current(const dg_inspect *x, size_t edge)
{
    size_t user = x->a.edge_to[edge];
    return x->a.op[user] == DGI_SCALAR_add || !dgi_has(x, user, DGI_STALE | DGI_STALE_INPUT);
}

/* Of a scalar; what it gets from ops on tensors is in `array`, which may be NULL. */
static sum sum_of(const dg_inspect *x, size_t node, const dgi_array_sum *array,
                  const dgi_precision *p)
{
    sum s = {true, 0.0, 0.0, 0.0};
    if (array && array->unknown)
        s.known = false;
    else if (array)
        s = (sum){true, array->sum[0], array->sum[0], p->tolerance * array->magnitude[0]};
    for (size_t k = x->a.first_use[node]; k < x->a.first_use[node + 1]; k++) {
        size_t edge = x->a.uses[k], user = x->a.edge_to[edge];
        if (x->grad[user] == DGI_UNKNOWN || dgi_has(x, user, DGI_OF_TENSORS))
            continue;
        double c = dgi_contribution_known(&x->a, edge) ? dgi_contribution(&x->a, edge) : NAN;
        bool reached = dgi_has(x, user, DGI_REACHED);
        if (!isfinite(c) || !is_current(x, edge)) {
            s.known = s.known && !reached;
            continue;
        }
        if (reached)
            s.of_reached += c;
        s.of_all += c;
        s.bound += p->tolerance * fabs(c) +
                   p->epsilon * fabs(dgi_node(x, user)->grad) *
                       dgi_derivative_magnitude(x->a.op[user], dgi_node(x, node)->data);
    }
    if (!isfinite(s.bound))
        s.known = false;
    return s;
}

/* Adds to the bounds of a node's elements those of the ops on tensors that use it. */
static void add_bounds(dg_inspect *x, size_t node, dgi_precision p, double *bounds)
{
    for (size_t k = x->a.first_use[node]; k < x->a.first_use[node + 1]; k++) {
        size_t edge = x->a.uses[k], user = x->a.edge_to[edge];
        if (x->grad[user] == DGI_UNKNOWN || !dgi_has(x, user, DGI_OF_TENSORS))
            continue;
        size_t operand = edge - x->a.first_edge[user];
        if (dgi_add_contribution_rounding(x->trace, user, operand, p, bounds) == DG_NOMEM)
            x->failed = true;
    }
}

typedef enum mismatch_class {
    MISMATCH_TIMES,      /* a whole multiple of the sum */
    MISMATCH_ZEROED,     /* 0 */
    MISMATCH_OTHER_ROOT, /* the sum with the uses that the root does not depend on */
    MISMATCH_LEAF,
    MISMATCH_OTHER,
    MISMATCH_CLASSES
} mismatch_class;

/* Mismatches of one class, which are one finding. */
typedef struct mismatches {
    size_t count;
    uint32_t *nodes;
    size_t capacity;
    double grad, sum, factor; /* of the first */
} mismatches;

typedef struct check {
    dgi_precision precision;
    dgi_array_sums arrays;
    mismatches classes[MISMATCH_CLASSES];
} check;

static bool close_to(double a, double b, double bound)
{
    return fabs(a - b) <= bound;
}

/* Whether the gradient is a whole multiple of the sum, or 0, and which. */
static double factor_of(double grad, const sum *s)
{
    double factor = s->of_reached != 0.0 ? round(grad / s->of_reached) : 0.0;
    return factor >= 2.0 && factor <= 1000.0 &&
                   close_to(grad, factor * s->of_reached, factor * s->bound)
               ? factor
               : 0.0;
}

static mismatch_class class_of(const dg_inspect *x, size_t node, double grad, const sum *s,
                               const check *c)
{
    const mismatches *times = &c->classes[MISMATCH_TIMES];
    double factor = factor_of(grad, s);
    if (close_to(grad, s->of_all, s->bound))
        return MISMATCH_OTHER_ROOT;
    if (factor != 0.0 && (times->count == 0 || factor == times->factor))
        return MISMATCH_TIMES;
    if (grad == 0.0)
        return MISMATCH_ZEROED;
    return dgi_is_leaf(dgi_node(x, node)) ? MISMATCH_LEAF : MISMATCH_OTHER;
}

static bool add_mismatch(mismatches *m, size_t node)
{
    uint32_t *nodes = dgi_grown(m->nodes, &m->capacity, m->count, sizeof *nodes);
    if (!nodes)
        return false;
    m->nodes = nodes;
    m->nodes[m->count++] = (uint32_t)node;
    return true;
}

static bool has_mismatching_use(const dg_inspect *x, size_t node)
{
    for (size_t k = x->a.first_use[node]; k < x->a.first_use[node + 1]; k++)
        if (dgi_has(x, x->a.edge_to[x->a.uses[k]], DGI_MISMATCH))
            return true;
    return false;
}

static void add_mismatching(dg_inspect *x, size_t node, double grad, const sum *s, check *c)
{
    dgi_mark(x, node, DGI_MISMATCH);
    /* It only passes on what is wrong there. */
    if (has_mismatching_use(x, node))
        return;
    mismatch_class class = class_of(x, node, grad, s, c);
    mismatches *m = &c->classes[class];
    if (m->count == 0) {
        m->grad = grad;
        m->sum = class == MISMATCH_OTHER_ROOT ? s->of_all : s->of_reached;
        m->factor = factor_of(grad, s);
    }
    if (!add_mismatch(m, node))
        x->failed = true;
}

/* The element that is off most, relative to its bound, which is NULL for what the contributions
 * alone allow; the count if all are close. */
static size_t worst_element(const dgi_array_sum *array, const double *grad, size_t count,
                            double tolerance, const double *bounds)
{
    size_t worst = count;
    double worst_ratio = 1.0;
    for (size_t i = 0; i < count; i++) {
        double bound = bounds ? bounds[i] : tolerance * array->magnitude[i];
        double off = fabs(grad[i] - array->sum[i]);
        double ratio = off > bound ? off / bound : 0.0;
        if (isfinite(bound) && ratio > worst_ratio) {
            worst = i;
            worst_ratio = ratio;
        }
    }
    return worst;
}

/* Contributions of kernels may have cancelled out before they are seen: the bounds of that are only
 * found for arrays that seem to be off. */
static void check_array(dg_inspect *x, size_t node, check *c)
{
    const dgi_array_sum *array = dgi_array_sum_of(&c->arrays, node);
    size_t count;
    const double *grad = dgi_grad(dgi_node(x, node), &count);
    double tolerance = c->precision.tolerance;
    if (!array || array->unknown || count == 0 ||
        worst_element(array, grad, count, tolerance, NULL) == count)
        return;
    double *bounds = calloc(count, sizeof *bounds);
    if (!bounds) {
        x->failed = true;
        return;
    }
    add_bounds(x, node, c->precision, bounds);
    size_t worst = worst_element(array, grad, count, tolerance, bounds);
    if (worst < count) {
        const sum s = {true, array->sum[worst], array->sum[worst], bounds[worst]};
        add_mismatching(x, node, grad[worst], &s, c);
    }
    free(bounds);
}

static void check_scalar(dg_inspect *x, size_t node, check *c)
{
    double grad = dgi_node(x, node)->grad;
    const dgi_array_sum *array = dgi_array_sum_of(&c->arrays, node);
    sum s = sum_of(x, node, array, &c->precision);
    if (!s.known || close_to(grad, s.of_reached, s.bound))
        return;
    if (array)
        add_bounds(x, node, c->precision, &s.bound);
    if (!close_to(grad, s.of_reached, s.bound))
        add_mismatching(x, node, grad, &s, c);
}

/* In backward order: the gradients of all uses were looked at. */
static void check_node(dg_inspect *x, size_t node, check *c)
{
    bool is_number = x->grad[node] == DGI_ZERO || x->grad[node] == DGI_FINITE;
    bool is_root = x->distance[node] == 0;
    if (!dgi_has(x, node, DGI_REACHED))
        return;
    if (is_number && !is_root && dgi_node(x, node)->is_tensor)
        check_array(x, node, c);
    else if (is_number && !is_root)
        check_scalar(x, node, c);
    dgi_array_sum_drop(&c->arrays, node);
    if (!dgi_array_sums_add(&c->arrays, x, node))
        x->failed = true;
}

/* ---- Findings ------------------------------------------------------------------------------- */

static dgi_finding *add_class(dg_inspect *x, const mismatches *m, dg_finding_kind kind,
                              const char *cause)
{
    dgi_finding *f = dgi_finding_add(x, kind, m->nodes[0], cause);
    for (size_t i = 0; i < m->count; i++)
        dgi_finding_add_node(x, f, m->nodes[i]);
    dgi_finding_evidence(f, "gradient", m->grad);
    dgi_finding_evidence(f, "sum of contributions", m->sum);
    dgi_finding_evidence(f, "values", (double)m->count);
    dgi_finding_say(x, f, "the gradient of %v is %n, ", (size_t)m->nodes[0], m->grad);
    return f;
}

static void say_others(dg_inspect *x, dgi_finding *f, const mismatches *m)
{
    if (m->count > 1)
        dgi_finding_say(x, f, "; it is the same with %z other value%S", m->count - 1);
}

static void add_times(dg_inspect *x, const mismatches *m)
{
    dgi_finding *f = add_class(x, m, DG_FINDING_ACCUMULATED_TWICE, "accumulated");
    dgi_finding_evidence(f, "factor", m->factor);
    dgi_finding_say(x, f,
                    "%n times the sum of the contributions, %n: backward was run %n times without "
                    "zeroing the gradients",
                    m->factor, m->sum, m->factor);
    say_others(x, f, m);
}

static void set_severity(dgi_finding *f, dg_severity severity)
{
    if (f)
        f->public.severity = severity;
}

static void add_findings(dg_inspect *x, check *c)
{
    const mismatches *m = c->classes;
    /* With another root's gradients nothing can be said of uses that are not in the trace. */
    size_t count;
    const double *root = dgi_grad(dgi_node(x, x->trace->root), &count);
    bool whole = root && count == 1 && root[0] == 1.0;
    bool twice = m[MISMATCH_TIMES].count > 0;
    if (twice)
        add_times(x, &m[MISMATCH_TIMES]);
    if (m[MISMATCH_ZEROED].count > 0) {
        dgi_finding *f = add_class(x, &m[MISMATCH_ZEROED], DG_FINDING_INCONSISTENT, "zeroed");
        set_severity(f, DG_SEVERITY_NOTE);
        dgi_finding_say(x, f,
                        "but the contributions sum to %n: the gradients were zeroed after the "
                        "backward pass",
                        m[MISMATCH_ZEROED].sum);
        say_others(x, f, &m[MISMATCH_ZEROED]);
    }
    if (m[MISMATCH_OTHER_ROOT].count > 0) {
        dgi_finding *f =
            add_class(x, &m[MISMATCH_OTHER_ROOT], DG_FINDING_INCONSISTENT, "another root");
        set_severity(f, DG_SEVERITY_WARNING);
        dgi_finding_say(x, f, "with what another root has contributed");
        say_others(x, f, &m[MISMATCH_OTHER_ROOT]);
    }
    if (m[MISMATCH_LEAF].count > 0) {
        dgi_finding *f = add_class(x, &m[MISMATCH_LEAF], DG_FINDING_INCONSISTENT, "of a leaf");
        set_severity(f, whole ? DG_SEVERITY_WARNING : DG_SEVERITY_NOTE);
        dgi_finding_say(x, f,
                        "but the contributions sum to %n: it was set by hand, or holds those of "
                        "earlier backward passes",
                        m[MISMATCH_LEAF].sum);
        say_others(x, f, &m[MISMATCH_LEAF]);
    }
    if (m[MISMATCH_OTHER].count > 0) {
        dgi_finding *f = add_class(x, &m[MISMATCH_OTHER], DG_FINDING_INCONSISTENT, "of an op");
        set_severity(f, whole && !twice ? DG_SEVERITY_ERROR : DG_SEVERITY_NOTE);
        dgi_finding_say(
            x, f,
            "but the contributions sum to %n: it was set by hand, or comes from a wrong "
            "derivative",
            m[MISMATCH_OTHER].sum);
        say_others(x, f, &m[MISMATCH_OTHER]);
    }
}

void dgi_find_inconsistent(dg_inspect *x)
{
    double precision = dgi_mark_stale_data(x);
    add_stale(x);
    if (!x->has_backward)
        return;
    check c = {.precision = {fmax(x->options.tolerance, 100.0 * precision),
                             16.0 * fmax(DBL_EPSILON, precision)}};
    if (!dgi_array_sums_init(&c.arrays, x))
        x->failed = true;
    for (size_t k = 0; k < x->a.node_count && !x->failed; k++)
        check_node(x, x->a.order[k], &c);
    if (!x->failed)
        add_findings(x, &c);
    for (size_t i = 0; i < MISMATCH_CLASSES; i++)
        free(c.classes[i].nodes);
    dgi_array_sums_free(&c.arrays, x->a.node_count);
}

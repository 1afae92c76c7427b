/* --gradcheck: the gradients of a program against central differences, as badges of its picture. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diagnostics.h"
#include "cli/job.h"
#include "cli/process.h"

/* Gradients this near, relative to the larger of 1 and their magnitudes, agree; and so do those
 * that are no further apart than the difference's own rounding error may be: so many units in the
 * last place of the root, over the distance of the two points. */
static const double TOLERANCE = 1e-4, ULPS = 8.0;

/* More of them are counted. */
enum { SHOWN_MAX = DG_BADGES_MAX - 1 };

/* The worst element of the leaf that is being checked. */
typedef struct worst_of_leaf {
    dg_gradcheck_result comparison; /* .where is NULL before the first one */
    size_t node;
    size_t count; /* of elements that disagree */
} worst_of_leaf;

typedef struct checking {
    gradient_check *check;
    const dg_trace *trace;
    const dg_value **values; /* of each node; owned */
    double root;             /* its data */
    bool drawn;              /* the gradients in the picture are the root's, of this data */
    worst_of_leaf leaf;
    size_t checked, unknown, disagreeing;
    bool is_stale; /* leaves have changed since the root was computed */
    bool no_memory;
} checking;

/* ---- Leaves to nodes ------------------------------------------------------------------------ */

/* The values of a trace's nodes. The root is the first node, and each of the others is an operand
 * of one before it. NULL when out of memory. */
static const dg_value **values_of(const dg_trace *t, const dg_value *root)
{
    size_t n = dg_trace_node_count(t);
    const dg_value **values = calloc(n + 1, sizeof *values);
    if (!values)
        return NULL;
    values[dg_trace_root(t)] = root;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; values[i] && k < dg_trace_operand_count(t, i); k++)
            values[dg_trace_operand(t, i, k)] = dg_operand(values[i], (int)k);
    return values;
}

static size_t node_of(const checking *c, const dg_value *v)
{
    for (size_t i = 0; i < dg_trace_node_count(c->trace); i++)
        if (c->values[i] == v)
            return i;
    return DG_NO_NODE;
}

/* ---- Badges --------------------------------------------------------------------------------- */

static void add_badge(checking *c, size_t node, dg_severity severity, const char *text)
{
    gradient_check *check = c->check;
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    dg_badge *badges = realloc(check->badges, (check->count + 1) * sizeof *badges);
    if (badges)
        check->badges = badges;
    if (!copy || !badges) {
        free(copy);
        c->no_memory = true;
        return;
    }
    memcpy(copy, text, size);
    check->badges[check->count++] = (dg_badge){node, severity, copy};
}

static void say_leaf(checking *c, const worst_of_leaf *leaf)
{
    const dg_gradcheck_result *r = &leaf->comparison;
    char text[400], element[40] = "", more[80] = "";
    size_t node = leaf->node;
    const char *label = node == DG_NO_NODE ? "" : dg_trace_label(c->trace, node);
    if (dg_size(r->where) > 1)
        snprintf(element, sizeof element, " of element %zu", r->element);
    if (leaf->count > 1)
        snprintf(more, sizeof more, "; it is the same with %zu more element%s", leaf->count - 1,
                 leaf->count == 2 ? "" : "s");
    snprintf(text, sizeof text,
             "the gradient%s%s%.60s%s is %.6g, and its central difference %.6g: they disagree%s",
             element, *label ? " of '" : "", label, *label ? "'" : "",
             isnan(r->backward) ? (double)NAN : r->backward, r->difference, more);
    add_badge(c, node, DG_SEVERITY_ERROR, text);
}

static void end_leaf(checking *c)
{
    if (c->leaf.count > 0 && ++c->disagreeing <= SHOWN_MAX)
        say_leaf(c, &c->leaf);
    c->leaf = (worst_of_leaf){.count = 0};
}

/* ---- The comparisons ------------------------------------------------------------------------ */

/* Where the difference is infinite or nan there is nothing to compare with. */
static bool disagrees(const checking *c, const dg_gradcheck_result *r, double x)
{
    double g = r->backward, n = r->difference, h = cbrt(DBL_EPSILON) * fmax(1.0, fabs(x));
    if (!isfinite(n))
        return false;
    double allowed =
        TOLERANCE * fmax(1.0, fmax(fabs(g), fabs(n))) + ULPS * DBL_EPSILON * fabs(c->root) / h;
    return !(fabs(g - n) <= allowed);
}

/* The gradient in the picture is what is checked, where it is the root's. */
static double drawn_gradient(const checking *c, const dg_gradcheck_result *r)
{
    const double *grad = c->drawn ? dg_trace_grad_array(c->trace, c->leaf.node) : NULL;
    return grad ? grad[r->element] : r->backward;
}

static int compare(void *context, const dg_gradcheck_result *comparison)
{
    checking *c = context;
    dg_gradcheck_result r = *comparison;
    if (r.where != c->leaf.comparison.where) {
        end_leaf(c);
        c->leaf.comparison = r;
        c->leaf.node = node_of(c, r.where);
    }
    if (isfinite(r.difference))
        c->checked++;
    else
        c->unknown++;
    r.backward = drawn_gradient(c, &r);
    if (disagrees(c, &r, dg_data_array(r.where)[r.element])) {
        worst_of_leaf *leaf = &c->leaf;
        bool worse =
            leaf->count == 0 || !(fabs(r.backward - r.difference) <=
                                  fabs(leaf->comparison.backward - leaf->comparison.difference));
        if (worse)
            leaf->comparison = r;
        leaf->count++;
    }
    return c->no_memory;
}

static void say_all(checking *c)
{
    char text[120];
    if (c->unknown > 0) {
        snprintf(text, sizeof text,
                 "%zu gradient%s not checked: the central difference is not finite", c->unknown,
                 c->unknown == 1 ? " was" : "s were");
        add_badge(c, DG_NO_NODE, DG_SEVERITY_NOTE, text);
    }
    if (c->is_stale)
        add_badge(c, DG_NO_NODE, DG_SEVERITY_NOTE,
                  "data have changed since the gradients were computed, which are checked with "
                  "those of now");
    if (c->disagreeing > SHOWN_MAX) {
        snprintf(text, sizeof text, "the gradients of %zu more leaves disagree",
                 c->disagreeing - SHOWN_MAX);
        add_badge(c, DG_NO_NODE, DG_SEVERITY_ERROR, text);
    } else if (c->disagreeing == 0 && c->checked > 0) {
        snprintf(text, sizeof text, "%zu gradient%s agree%s with central differences", c->checked,
                 c->checked == 1 ? "" : "s", c->checked == 1 ? "s" : "");
        add_badge(c, DG_NO_NODE, DG_SEVERITY_NOTE, text);
    }
}

bool check_gradients(gradient_check *check, const dg_trace *t, dg_value *root, bool is_root)
{
    checking c = {.check = check, .trace = t, .values = values_of(t, root)};
    *check = (gradient_check){NULL, 0};
    dg_status status = c.values ? DG_OK : DG_NOMEM;
    if (status == DG_OK && dg_size(root) != 1) {
        report_error("--gradcheck is of a root with one number");
        free(c.values);
        return false;
    }
    if (status == DG_OK) {
        c.root = dg_data_array(root)[0];
        status = dg_forward(root);
    }
    if (status == DG_OK) {
        double now = dg_data_array(root)[0];
        c.is_stale = now < c.root || now > c.root;
        c.root = now;
        double grad = dg_trace_grad(t, dg_trace_root(t));
        c.drawn = is_root && !c.is_stale && !(grad < 1.0) && !(grad > 1.0);
        status = dg_gradcheck_each(root, 0.0, compare, &c);
    }
    end_leaf(&c);
    say_all(&c);
    free(c.values);
    if (status == DG_OK && !c.no_memory)
        return true;
    report_error("%s", status == DG_NOMEM || c.no_memory
                           ? "out of memory"
                           : "--gradcheck is of a root that requires a gradient");
    return false;
}

void gradient_check_free(gradient_check *check)
{
    for (size_t i = 0; i < check->count; i++) {
        union {
            const char *in;
            char *out;
        } text = {check->badges[i].text};
        free(text.out);
    }
    free(check->badges);
    *check = (gradient_check){NULL, 0};
}

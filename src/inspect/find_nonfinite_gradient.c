/* Gradients that are not finite: the culprits in backward order, whose upstream gradient is finite;
 * and what comes of data that are not. */
#include <math.h>
#include <stdlib.h>

#include "inspect/nonfinite.h"

/* The source of data that are not finite at an edge: of its op's value or operands; DG_NO_NODE if
 * all are finite. */
static size_t find_source_at(const dg_inspect *x, size_t user)
{
    if (!dgi_has(x, user, DGI_NOT_FINITE_AT))
        return DG_NO_NODE;
    if (dgi_not_finite(x->data[user]))
        return dgi_data_source(x, user);
    const dgi_trace_node *n = dgi_node(x, user);
    const uint32_t *operands = dgi_trace_node_operands(n);
    for (size_t i = 0; i < n->n_operands; i++)
        if (dgi_not_finite(x->data[operands[i]]))
            return dgi_data_source(x, operands[i]);
    return DG_NO_NODE;
}

/* The same, remembered for the op that was asked for last: many values may be operands of one. */
typedef struct source_cache {
    size_t user, source;
} source_cache;

static size_t source_at(const dg_inspect *x, size_t user, source_cache *cache)
{
    if (cache->user != user)
        *cache = (source_cache){user, find_source_at(x, user)};
    return cache->source;
}

static const char *cause_of_edge(const dg_inspect *x, size_t edge)
{
    size_t user = x->a.edge_to[edge];
    const dgi_trace_node *n = dgi_node(x, user);
    dgi_scalar_call call = dgi_scalar_call_from_text(n->op, n->n_operands);
    if (call.op == DGI_SCALAR_sqrt)
        return "square root at zero";
    if (call.op == DGI_SCALAR_pow && call.constant < 1.0)
        return "power at zero";
    if (!x->a.known[edge])
        return "not known";
    double local = x->a.local[edge], upstream = n->grad;
    if (isinf(local) && upstream == 0.0)
        return "0 * inf";
    return isnan(local)   ? "derivative is nan"
           : isinf(local) ? "derivative is infinite"
                          : "overflow";
}

static void add_finding(dg_inspect *x, size_t edge)
{
    size_t user = x->a.edge_to[edge], from = dgi_edge_from(&x->a, edge);
    const dgi_trace_node *n = dgi_node(x, user), *operand = dgi_node(x, from);
    const char *cause = cause_of_edge(x, edge);
    dgi_finding *f =
        dgi_finding_like(x, DG_FINDING_NONFINITE_GRADIENT, DG_SEVERITY_ERROR, cause, user);
    if (f) {
        dgi_finding_add_node(x, f, user);
        return;
    }
    f = dgi_finding_add(x, DG_FINDING_NONFINITE_GRADIENT, user, cause);
    dgi_finding_add_node(x, f, user);
    dgi_finding_say(x, f, "%v, op %q, makes the gradient of %v ", user, n->op, from);
    if (!operand->is_tensor) {
        dgi_finding_say(x, f, "%n", operand->grad);
        dgi_finding_evidence(f, "gradient", operand->grad);
        dgi_finding_evidence(f, "operand", operand->data);
    } else {
        dgi_finding_say(x, f, x->grad[from] == DGI_NAN ? "nan" : "infinite");
    }
    dgi_finding_say(x, f, ": %s", cause);
    if (x->a.known[edge]) {
        dgi_finding_evidence(f, "local gradient", x->a.local[edge]);
        dgi_finding_evidence(f, "upstream gradient", n->grad);
        dgi_finding_say(x, f,
                        "; the operand is %n, the local gradient %n, the upstream gradient %n",
                        operand->data, x->a.local[edge], n->grad);
    }
}

/* A gradient that is not finite although all its contributions are. */
static void add_sum(dg_inspect *x, size_t node)
{
    const char *cause = node == x->trace->root ? "set by hand" : "not from its uses";
    dgi_finding *f = dgi_finding_add(x, DG_FINDING_NONFINITE_GRADIENT, node, cause);
    dgi_finding_add_node(x, f, node);
    dgi_finding_say(x, f, "the gradient of %v is %s, ", node,
                    x->grad[node] == DGI_NAN ? "nan" : "infinite");
    dgi_finding_say(x, f,
                    node == x->trace->root ? "and it is the root"
                                           : "although all its contributions are finite");
}

typedef struct origin {
    size_t inherited;    /* a user whose gradient is not finite, either */
    size_t culprit;      /* the first edge that makes it not finite of a finite upstream gradient */
    size_t not_known;    /* the first edge of which that cannot be said */
    size_t culprit_data; /* where the data began that make it so */
} origin;

static void look_at_use(const dg_inspect *x, size_t edge, origin *o, source_cache *cache)
{
    size_t user = x->a.edge_to[edge];
    if (!dgi_has(x, user, DGI_REACHED) || x->grad[user] == DGI_UNKNOWN)
        return;
    if (dgi_not_finite(x->grad[user])) {
        if (o->inherited == DG_NO_NODE)
            o->inherited = user;
        return;
    }
    bool known = dgi_contribution_known(&x->a, edge);
    if (known && isfinite(dgi_contribution(&x->a, edge)))
        return;
    size_t data = source_at(x, user, cache);
    if (data != DG_NO_NODE) {
        if (o->culprit_data == DG_NO_NODE)
            o->culprit_data = data;
    } else if (known) {
        if (o->culprit == DG_NO_NODE)
            o->culprit = edge;
    } else if (o->not_known == DG_NO_NODE) {
        o->not_known = edge;
    }
}

static void find_origin(dg_inspect *x, size_t node, source_cache *cache)
{
    origin o = {DG_NO_NODE, DG_NO_NODE, DG_NO_NODE, DG_NO_NODE};
    for (size_t k = x->a.first_use[node]; k < x->a.first_use[node + 1]; k++)
        look_at_use(x, x->a.uses[k], &o, cache);
    if (o.culprit_data != DG_NO_NODE)
        dgi_mark(x, o.culprit_data, DGI_POISONS);
    size_t edge = o.culprit;
    if (edge == DG_NO_NODE && o.inherited == DG_NO_NODE && o.culprit_data == DG_NO_NODE)
        edge = o.not_known;
    size_t source;
    if (edge != DG_NO_NODE) {
        source = x->a.edge_to[edge];
        if (!dgi_has(x, source, DGI_NAMED))
            add_finding(x, edge);
        dgi_mark(x, source, DGI_NAMED);
    } else if (o.culprit_data != DG_NO_NODE) {
        source = o.culprit_data;
    } else if (o.inherited != DG_NO_NODE) {
        source = x->grad_source[o.inherited];
    } else {
        source = node;
        add_sum(x, node);
    }
    x->grad_source[node] = (uint32_t)source;
}

/* The numbers of culprits and of inheriting values end the sentences. Where the root itself is not
 * finite, gradients that overflow are not what to look at first. */
static void complete(dg_inspect *x)
{
    uint32_t *counts = dgi_source_counts(x, true);
    if (!counts)
        return;
    dgi_count_affected_values(x, DG_FINDING_NONFINITE_GRADIENT, counts);
    free(counts);
    for (size_t i = 0; i < x->finding_count; i++) {
        dgi_finding *f = &x->findings[i];
        size_t affected = f->public.affected_values;
        if (f->node_count > 1)
            dgi_finding_say(x, f, "; so it is in %z more value%S", f->node_count - 1);
        if (affected > 0)
            dgi_finding_say(x, f, "; %z gradient%S come%s from it", affected,
                            affected == 1 ? "s" : "");
        if (dgi_not_finite(x->data[x->trace->root]))
            f->public.severity = DG_SEVERITY_WARNING;
    }
}

void dgi_find_nonfinite_gradients(dg_inspect *x)
{
    source_cache cache = {DG_NO_NODE, DG_NO_NODE};
    for (size_t k = 0; k < x->a.node_count; k++) {
        size_t node = x->a.order[k];
        if (dgi_has(x, node, DGI_REACHED) && dgi_not_finite(x->grad[node]))
            find_origin(x, node, &cache);
    }
    if (x->kind_counts[DG_FINDING_NONFINITE_GRADIENT] > 0 && !x->failed)
        complete(x);
}

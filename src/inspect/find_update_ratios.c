/* Steps of gradient descent that are too small or too large for what they change. */
#include <math.h>
#include <stdlib.h>

#include "inspect/inspection.h"

/* Parameters that are looked at together: a layer's; without scopes each one. */
typedef struct updates {
    uint32_t first;
    size_t count, numbers;
    double grad_squares, data_squares;
} updates;

static bool is_updated(const dg_inspect *x, size_t node)
{
    return dgi_has(x, node, DGI_PARAMETER) && dgi_has(x, node, DGI_REACHED) &&
           (x->grad[node] == DGI_FINITE || x->grad[node] == DGI_ZERO) &&
           (x->data[node] == DGI_FINITE || x->data[node] == DGI_ZERO);
}

static void add_parameter(const dg_inspect *x, size_t node, updates *u)
{
    size_t count;
    const double *grad = dgi_grad(dgi_node(x, node), &count);
    const double *data = dgi_data(dgi_node(x, node), &count);
    if (u->count++ == 0)
        u->first = (uint32_t)node;
    u->numbers += count;
    for (size_t i = 0; i < count; i++) {
        u->grad_squares += grad[i] * grad[i];
        u->data_squares += data[i] * data[i];
    }
}

static void judge(dg_inspect *x, const updates *u, const char *scope)
{
    double step = x->options.learning_rate * sqrt(u->grad_squares), size = sqrt(u->data_squares);
    if (u->count == 0 || step == 0.0 || size == 0.0 || !isfinite(step) || !isfinite(size))
        return;
    double ratio = step / size;
    if (ratio >= x->options.update_min && ratio <= x->options.update_max)
        return;
    bool small = ratio < x->options.update_min;
    dgi_finding *f =
        dgi_finding_add(x, DG_FINDING_UPDATE_RATIO, u->first, small ? "too small" : "too large");
    if (f && scope)
        f->public.scope = scope;
    double n = sqrt((double)u->numbers);
    dgi_finding_evidence(f, "update ratio", ratio);
    dgi_finding_evidence(f, "learning rate", x->options.learning_rate);
    dgi_finding_evidence(f, "|gradient|", sqrt(u->grad_squares) / n);
    dgi_finding_evidence(f, "|data|", size / n);
    dgi_finding_evidence(f, "parameters", (double)u->count);
    dgi_finding_say(x, f, "a step changes %v ", (size_t)u->first);
    if (u->count > 1)
        dgi_finding_say(x, f, "and %z more parameter%S ", u->count - 1);
    dgi_finding_say(x, f, "by %n of its size, %s: lr is %n, |gradient| %n, |data| %n", ratio,
                    small ? "too little to matter" : "a jump", x->options.learning_rate,
                    sqrt(u->grad_squares) / n, size / n);
}

static void judge_groups(dg_inspect *x)
{
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_updated(x, i))
            dgi_scope_group_of(&x->groups, dgi_node(x, i)->scope);
    if (x->groups.failed || x->groups.count == 0)
        return;
    updates *groups = calloc(x->groups.count, sizeof *groups);
    if (!groups) {
        x->failed = true;
        return;
    }
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_updated(x, i))
            add_parameter(x, i, &groups[dgi_scope_group_of(&x->groups, dgi_node(x, i)->scope)]);
    for (size_t i = 0; i < x->groups.count; i++)
        judge(x, &groups[i], x->groups.names[i]);
    free(groups);
}

void dgi_find_update_ratios(dg_inspect *x)
{
    if (!(x->options.learning_rate > 0.0) || !x->has_backward)
        return;
    if (x->scoped) {
        judge_groups(x);
        return;
    }
    for (size_t i = 0; i < x->a.node_count && !x->failed; i++) {
        updates u = {0};
        if (!is_updated(x, i))
            continue;
        add_parameter(x, i, &u);
        judge(x, &u, NULL);
    }
}

/* What stands in a box of a fold, at a glance. */
#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "inspect/options.h"

static void add_grad(dg_box_summary *s, double *worst, double grad)
{
    double size = fabs(grad);
    if (isnan(grad) || (!isnan(*worst) && size > fabs(*worst)))
        *worst = grad;
    if (size > DBL_MAX || isnan(grad)) {
        s->nonfinite_grad++;
        return;
    }
    if (s->grads == 0 || size < s->least)
        s->least = size;
    if (s->grads == 0 || size > s->most)
        s->most = size;
    s->grads++;
}

static void add_node(dg_box_summary *s, double *worst, const dg_trace *t, size_t node)
{
    const double *data = dg_trace_data_array(t, node), *grad = dg_trace_grad_array(t, node);
    size_t size = dg_trace_size(t, node);
    s->unset += !grad;
    for (size_t i = 0; i < size; i++) {
        s->nonfinite_data += data && !isfinite(data[i]);
        if (grad)
            add_grad(s, worst, grad[i]);
    }
}

dg_status dg_fold_box_summary(const dg_fold *f, const dg_trace *t, size_t box,
                              const dg_inspect_options *options, dg_box_summary *summary)
{
    dg_box b;
    if (!t || !summary || dg_fold_box(f, box, &b) != DG_OK)
        return DG_INVALID;
    double worst = 0.0;
    *summary = (dg_box_summary){0};
    for (size_t i = 0; i < b.values; i++)
        add_node(summary, &worst, t, dg_fold_box_node(f, box, i));
    bool any = summary->grads + summary->nonfinite_grad > 0;
    if (any || summary->unset < b.values) /* an empty tensor's gradient is finite */
        summary->state = any ? dg_gradient_state_of_number(worst, options) : DG_GRADIENT_FINITE;
    return DG_OK;
}

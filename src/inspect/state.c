/* The state of a gradient at a glance. */
#include <float.h>
#include <math.h>

#include "inspect/options.h"

static dg_gradient_state state_of(double grad, const dg_inspect_options *o)
{
    double size = fabs(grad);
    if (isnan(grad))
        return DG_GRADIENT_NAN;
    if (isinf(grad))
        return DG_GRADIENT_INFINITE;
    if (size == 0.0)
        return DG_GRADIENT_ZERO;
    if (size > o->exploding)
        return DG_GRADIENT_HUGE;
    return size < o->vanishing || size < DBL_MIN ? DG_GRADIENT_VANISHING : DG_GRADIENT_FINITE;
}

dg_gradient_state dg_gradient_state_of_number(double grad, const dg_inspect_options *options)
{
    dg_inspect_options o = dgi_inspect_options_resolve(options);
    return state_of(grad, &o);
}

dg_gradient_state dg_gradient_state_of(const dg_trace *t, size_t node,
                                       const dg_inspect_options *options)
{
    const double *grad = dg_trace_grad_array(t, node);
    size_t count = dg_trace_size(t, node);
    if (!grad)
        return DG_GRADIENT_UNSET;
    if (count == 0)
        return DG_GRADIENT_FINITE;
    dg_inspect_options o = dgi_inspect_options_resolve(options);
    /* The largest magnitude decides, and nan is worse than any. */
    double worst = 0.0;
    for (size_t i = 0; i < count; i++)
        if (isnan(grad[i]) || fabs(grad[i]) > fabs(worst))
            worst = grad[i];
    return state_of(worst, &o);
}

const char *dg_gradient_state_name(dg_gradient_state state)
{
    switch (state) {
    case DG_GRADIENT_UNSET:
        return "unset";
    case DG_GRADIENT_ZERO:
        return "zero";
    case DG_GRADIENT_FINITE:
        return "finite";
    case DG_GRADIENT_VANISHING:
        return "vanishing";
    case DG_GRADIENT_HUGE:
        return "huge";
    case DG_GRADIENT_INFINITE:
        return "inf";
    case DG_GRADIENT_NAN:
        return "nan";
    }
    return "";
}

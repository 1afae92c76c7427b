/* The thresholds of an inspection, and their defaults. */
#include "inspect/options.h"

static void set_default(double *member, double value)
{
    if (!(*member > 0.0))
        *member = value;
}

dg_inspect_options dgi_inspect_options_resolve(const dg_inspect_options *given)
{
    dg_inspect_options o = given ? *given : (dg_inspect_options){0};
    set_default(&o.saturated, 0.97);
    set_default(&o.saturated_share, 0.5);
    set_default(&o.vanishing, 1e-7);
    set_default(&o.vanishing_ratio, 1e3);
    set_default(&o.exploding, 1e4);
    set_default(&o.exploding_ratio, 1e3);
    set_default(&o.update_min, 1e-8);
    set_default(&o.update_max, 1.0);
    set_default(&o.tolerance, 1e-12);
    o.paths = o.paths == 0 ? 3 : o.paths > DG_WHY_PATHS_MAX ? DG_WHY_PATHS_MAX : o.paths;
    return o;
}

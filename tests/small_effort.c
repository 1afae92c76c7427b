/* Pictures of a suite that asks whether they are right, not how few crossings they have: linked
 * with
 * --wrap=dgi_layout_run, it lays out with a small effort. */
#include "layout/layout.h"

dg_status __real_dgi_layout_run(dgi_layout *l);
dg_status __wrap_dgi_layout_run(dgi_layout *l);

dg_status __wrap_dgi_layout_run(dgi_layout *l)
{
    if (l)
        l->effort = 0.01;
    return __real_dgi_layout_run(l);
}

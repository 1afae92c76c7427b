/* For suites that test whether pictures are valid, not how few crossings they have: linked with
 * this and --wrap=dgi_layout_run, they lay out with a small effort. */
#include "layout/layout.h"

dg_status __real_dgi_layout_run(dgi_layout *l);
dg_status __wrap_dgi_layout_run(dgi_layout *l);

dg_status __wrap_dgi_layout_run(dgi_layout *l)
{
    if (l)
        l->effort = 0.01;
    return __real_dgi_layout_run(l);
}

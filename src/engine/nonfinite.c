/* The search for the first value that is not finite. */
#include "engine/traversal.h"

#include <math.h>

static bool is_finite(const dg_value *v)
{
    const double *data = dgi_data_const(v);
    for (size_t i = 0, n = dgi_size(v); i < n; i++)
        if (!isfinite(data[i]))
            return false;
    return true;
}

/* The earlier of `found`, which may be NULL, and of v where that is not finite. */
static dg_value *earlier(dg_value *found, dg_value *v)
{
    if (found && dgi_index_of(found) <= dgi_index_of(v))
        return found;
    return is_finite(v) ? found : v;
}

dg_value *dg_find_nonfinite(dg_value *root)
{
    if (!root)
        return NULL;
    dg_value *found = earlier(NULL, root);
    dgi_traversal traversal = dgi_traversal_begin(root);
    for (dg_value *v; (v = dgi_traversal_next(&traversal));)
        for (size_t i = 0, n = dgi_operand_count(v); i < n; i++)
            found = earlier(found, dgi_operand_at(v, i));
    return found;
}

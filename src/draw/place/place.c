#include "draw/place/place.h"

dg_status dgi_place(dgi_placed_scene *p, const dgi_scene *s, const dgi_options *o, dg_error *error)
{
    static dgi_placer *const placers[] = {
        [DG_LAYOUT_DOT] = dgi_place_by_graphviz,
        [DG_LAYOUT_FLOW] = dgi_place_by_flow,
    };
    dg_status status = placers[o->layout](p, s, error);
    if (status != DG_OK)
        return status;
    dgi_place_legend(p);
    return dgi_place_notes(p) ? DG_OK : DG_NOMEM;
}

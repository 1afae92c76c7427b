/* The attribute `ratio`: the graph is drawn with larger gaps, so that its height is to its width as
 * asked for. */
#include <math.h>

#include "graphviz/layout_plugin.h"

/* How much larger a drawing should be, along the ranks and across. */
typedef struct factors {
    double along, across;
} factors;

/* As dot has them, of the page's width and height. */
static factors factors_for(const dgi_layout_job *j)
{
    const layout_t *asked = GD_drawing(j->g);
    double width = j->flip ? j->l.width : j->l.height, height = j->flip ? j->l.height : j->l.width;
    double x = 1.0, y = 1.0;
    if (width <= 0.0 || height <= 0.0)
        return (factors){1.0, 1.0};
    if (asked->ratio_kind == R_VALUE && asked->ratio > 0.0) {
        x = fmax(1.0, height / width / asked->ratio);
        y = fmax(1.0, asked->ratio * width / height);
    } else if (asked->size.x > 0.0 && asked->size.y > 0.0) {
        double to_x = asked->size.x / width, to_y = asked->size.y / height;
        double least = fmin(to_x, to_y);
        if (asked->ratio_kind == R_FILL) {
            x = least < 1.0 ? to_x / least : to_x;
            y = least < 1.0 ? to_y / least : to_y;
        } else if (asked->ratio_kind == R_EXPAND) {
            x = y = fmax(1.0, least);
        }
    }
    return j->flip ? (factors){x, y} : (factors){y, x};
}

static size_t count_gaps(const dgi_layout_job *j)
{
    size_t last = 0;
    for (size_t v = 0; v < j->l.n_nodes; v++)
        last = j->l.nodes[v].rank > last ? j->l.nodes[v].rank : last;
    return last;
}

dg_status dgi_fit_ratio(dgi_layout_job *j)
{
    enum { ATTEMPTS = 5 };
    factors f = factors_for(j);
    double along = f.along * j->l.width, across = f.across * j->l.height;
    size_t gaps = count_gaps(j);
    dg_status status = DG_OK;
    if (f.along > 1.0 && gaps > 0) {
        j->l.rank_gap += (along - j->l.width) / (double)gaps;
        status = dgi_run_layout(j);
    }
    /* Along the ranks the gaps add up; across it depends, so that a few steps of the secant method
     * find how large they are. */
    double gap = j->l.node_gap, height = j->l.height;
    for (int i = 0; status == DG_OK && f.across > 1.0 && i < ATTEMPTS; i++) {
        double slope = i == 0 ? fmax(height / (gap + 1.0) / 2.0, 1.0)
                              : (j->l.height - height) / (j->l.node_gap - gap);
        double missing = across - j->l.height;
        if (fabs(missing) < 0.01 * across || !(slope > 0.0)) /* or nothing is beside anything */
            break;
        gap = j->l.node_gap;
        height = j->l.height;
        j->l.node_gap = fmin(fmax(gap + missing / slope, 1.0), 1e5);
        status = dgi_run_layout(j);
    }
    return status;
}

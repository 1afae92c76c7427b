/* The legend below the picture: columns of equal width, as many as there is space for. */
#include "draw/place/place.h"

#include <math.h>

/* Between the picture and the legend, columns, lines, and a sign and what it means; where the
 * scene's text_scale is 1. */
static const double SPACE_ABOVE = 14.0, COLUMN_GAP = 18.0, LINE_HEIGHT = 15.0;

static double entry_width(const dgi_scene *s, const dgi_legend_entry *e)
{
    return e->sample_width + s->text_scale * DGI_LEGEND_GAP + e->meaning_width;
}

void dgi_widen(dgi_placed_scene *p, double width)
{
    double shift = (width - p->width) / 2.0;
    if (!(shift > 0.0))
        return;
    p->width = width;
    for (uint32_t i = 0; i < p->scene->n_boxes; i++)
        p->centres[i].x += shift;
    for (uint32_t i = 0; i < p->scene->n_edge_texts; i++)
        p->text_centres[i].x += shift;
    for (uint32_t i = 0; i < p->scene->n_groups; i++) {
        p->frames[i].from.x += shift;
        p->frames[i].to.x += shift;
        p->frames[i].label.x += shift;
    }
    for (uint32_t i = 0; i < p->scene->n_legend; i++)
        p->legend[i].x += shift;
    for (size_t i = 0; i < p->n_edges; i++) {
        dgi_placed_edge *e = &p->edges[i];
        for (int k = 0; k < 3; k++)
            e->arrowhead[k].x += shift;
        for (size_t k = 0; k < e->n_points; k++)
            p->points[e->first_point + k].x += shift;
    }
}

void dgi_place_legend(dgi_placed_scene *p)
{
    const dgi_scene *s = p->scene;
    double widest = 0.0, gap = s->text_scale * COLUMN_GAP, line = s->text_scale * LINE_HEIGHT;
    uint32_t n = s->n_legend, columns = 1;
    if (n == 0)
        return;
    for (uint32_t i = 0; i < n; i++)
        widest = fmax(widest, entry_width(s, &s->legend[i]));
    dgi_widen(p, ceil(widest));
    while (columns < n && (columns + 1) * (widest + gap) - gap <= p->width)
        columns++;
    uint32_t lines = (n + columns - 1) / columns;
    columns = (n + lines - 1) / lines;
    double left = (p->width - columns * (widest + gap) + gap) / 2.0,
           top = p->height + s->text_scale * SPACE_ABOVE;
    for (uint32_t i = 0; i < n; i++)
        p->legend[i] =
            (dgi_point){left + i / lines * (widest + gap), top + (i % lines + 0.5) * line};
    p->height = ceil(top + lines * line);
}

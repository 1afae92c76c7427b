#include "draw/arrange.h"

#include <math.h>

#include "draw/place/place.h"
#include "draw/style/style.h"

/* Pictures of more boxes are laid out in one direction only, which is chosen by an estimate: at
 * some 100 milliseconds for a layout. */
enum { BOXES_MAX_FLOW = 4000, BOXES_MAX_DOT = 300 };

static const double PIXELS_A_POINT = 4.0 / 3.0; /* CSS */

double dgi_text_size(const dgi_options *o, double width)
{
    return fmin(o->font_size * o->scale * PIXELS_A_POINT, o->font_size * o->fit / width);
}

void dgi_arrangement_free(dgi_arrangement *a)
{
    dgi_placed_scene_free(&a->placed);
    dgi_scene_free(&a->scene);
}

static dg_status make_scene(dgi_arrangement *a, const dg_trace *t, const dgi_options *o,
                            dg_error *error)
{
    a->placed = (dgi_placed_scene){0};
    dgi_report_phase(o, "measuring");
    return dgi_scene_of(&a->scene, t, o, error);
}

static dg_status place(dgi_arrangement *a, const dgi_options *o, dg_error *error)
{
    dgi_report_phase(o, "laying out");
    return dgi_place(&a->placed, &a->scene, o, error);
}

static dg_status arrange(dgi_arrangement *a, const dg_trace *t, const dgi_options *o,
                         dg_error *error)
{
    dg_status status = make_scene(a, t, o, error);
    return status == DG_OK ? place(a, o, error) : status;
}

static double placed_text_size(const dgi_arrangement *a, const dgi_options *o)
{
    return dgi_text_size(o, dgi_picture_size(&a->placed).x);
}

static void take(dgi_arrangement *to, const dgi_arrangement *from)
{
    *to = *from;
    to->placed.scene = &to->scene;
}

/* Places the better one of two scenes, by estimates of their widths. */
static dg_status place_by_estimate(dgi_arrangement *a, const dg_trace *t, const dgi_options *down,
                                   const dgi_options *o, dg_error *error)
{
    dgi_arrangement other;
    double width = 0.0, other_width = 0.0;
    dg_status status = make_scene(&other, t, down, error);
    if (status == DG_OK &&
        !(dgi_estimate_width(&a->scene, &width) && dgi_estimate_width(&other.scene, &other_width)))
        status = DG_NOMEM;
    bool better = status == DG_OK && dgi_text_size(o, other_width) > dgi_text_size(o, width);
    if (better) {
        dgi_arrangement_free(a);
        take(a, &other);
    } else {
        dgi_arrangement_free(&other);
    }
    return status == DG_OK ? place(a, better ? down : o, error) : status;
}

/* Places both, unless the first shows the text at its full size. */
static dg_status place_by_trial(dgi_arrangement *a, const dg_trace *t, const dgi_options *down,
                                const dgi_options *o, dg_error *error)
{
    dgi_arrangement other;
    dg_status status = place(a, o, error);
    if (status != DG_OK || placed_text_size(a, o) >= dgi_text_size(o, 0.0))
        return status;
    status = arrange(&other, t, down, error);
    if (status == DG_OK && placed_text_size(&other, o) > placed_text_size(a, o)) {
        dgi_arrangement_free(a);
        take(a, &other);
    } else {
        dgi_arrangement_free(&other);
    }
    return status;
}

dg_status dgi_arrange(dgi_arrangement *a, const dg_trace *t, const dgi_options *o, dg_error *error)
{
    if (o->direction != DG_DIRECTION_AUTO)
        return arrange(a, t, o, error);
    dgi_options right = *o, down = *o;
    right.direction = DG_LEFT_TO_RIGHT;
    down.direction = DG_TOP_TO_BOTTOM;
    dg_status status = make_scene(a, t, &right, error);
    if (status != DG_OK)
        return status;
    uint32_t most = o->layout == DG_LAYOUT_DOT ? BOXES_MAX_DOT : BOXES_MAX_FLOW;
    return a->scene.n_boxes > most ? place_by_estimate(a, t, &down, &right, error)
                                   : place_by_trial(a, t, &down, &right, error);
}

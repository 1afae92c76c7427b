#include "graphviz/render_plugin.h"

#include <string.h>

#include <gvplugin_device.h>
#include <gvplugin_render.h>
#include <gvplugin_textlayout.h>

#include "base/grow.h"
#include "draw/style/font_metrics.h"

/* --- textlayout: the same widths on every machine --- */

static boolean text_size(textspan_t *span, char **font_path)
{
    (void)font_path;
    double size = span->font->size;
    span->size.x = dgi_text_width(span->str, strlen(span->str), size, true);
    span->size.y = size * DGI_LINE_HEIGHT / DGI_FONT_SIZE;
    span->yoffset_layout = 0.0;
    span->yoffset_centerline = 0.1 * size;
    span->layout = NULL;
    span->free_layout = NULL;
    return TRUE;
}

static gvtextlayout_engine_t text_engine = {text_size};

static gvplugin_installed_t text_types[] = {
    {0, "textlayout", 1000, &text_engine, NULL},
    {0, NULL, 0, NULL, NULL},
};

/* --- render: Graphviz's objects to the placed scene --- */

/* The graph that is rendered, whichever object of it is at hand. */
static graph_t *graph_of(GVJ_t *job)
{
    return agroot(job->obj->u.g);
}

static dgi_render_target *target_of(GVJ_t *job)
{
    dgi_graph_record *r = (dgi_graph_record *)aggetrec(graph_of(job), (char[]){DGI_RECORD}, 0);
    return r ? r->target : NULL;
}

/* The box of a node, or the edge of an edge, below `count`; else DGI_NONE_32. */
static uint32_t index_of(void *object, size_t count)
{
    dgi_index_record *r = (dgi_index_record *)aggetrec(object, (char[]){DGI_RECORD}, 0);
    return r && r->index < count ? r->index : DGI_NONE_32;
}

/* Graphviz's y grows upwards from the lower left corner of its bounding box. */
static dgi_point position(GVJ_t *job, pointf p)
{
    boxf bounds = GD_bb(graph_of(job));
    return (dgi_point){p.x - bounds.LL.x, bounds.UR.y - p.y};
}

static void begin_graph(GVJ_t *job)
{
    dgi_render_target *t = target_of(job);
    if (!t)
        return;
    boxf bounds = GD_bb(graph_of(job));
    t->placed->width = bounds.UR.x - bounds.LL.x;
    t->placed->height = bounds.UR.y - bounds.LL.y;
}

static void begin_cluster(GVJ_t *job)
{
    dgi_render_target *t = target_of(job);
    uint32_t index = t ? index_of(job->obj->u.sg, t->placed->scene->n_groups) : DGI_NONE_32;
    if (index == DGI_NONE_32)
        return;
    boxf frame = GD_bb(job->obj->u.sg);
    dgi_point a = position(job, frame.LL), b = position(job, frame.UR);
    t->placed->frames[index] = (dgi_placed_frame){.from = {a.x, b.y}, .to = {b.x, a.y}};
}

static void begin_node(GVJ_t *job)
{
    dgi_render_target *t = target_of(job);
    uint32_t index = t ? index_of(job->obj->u.n, t->placed->scene->n_boxes) : DGI_NONE_32;
    if (index == DGI_NONE_32)
        return;
    t->placed->centres[index] = position(job, ND_coord(job->obj->u.n));
    t->n_boxes++;
}

/* The edge that is rendered where that has no curve yet: the next of the placed ones. NULL for
 * other objects, whose outlines are the writer's business. */
static dgi_placed_edge *next_edge(GVJ_t *job, dgi_render_target *t)
{
    dgi_placed_scene *p = t ? t->placed : NULL;
    if (!p || job->obj->type != EDGE_OBJTYPE || p->n_edges == p->scene->n_edges)
        return NULL;
    dgi_placed_edge *e = &p->edges[p->n_edges];
    e->edge = index_of(job->obj->u.e, p->scene->n_edges);
    return e->edge == DGI_NONE_32 ? NULL : e;
}

static bool reserve(dgi_render_target *t, size_t more)
{
    while (t->points_capacity - t->n_points < more) {
        dgi_point *points =
            dgi_grown(t->placed->points, &t->points_capacity, t->points_capacity, sizeof *points);
        if (!points) {
            t->out_of_memory = true;
            return false;
        }
        t->placed->points = points;
    }
    return true;
}

/* The curve of an edge. */
static void curve(GVJ_t *job, pointf *a, int n, int arrow_at_start, int arrow_at_end, int filled)
{
    (void)arrow_at_start, (void)arrow_at_end, (void)filled;
    dgi_render_target *t = target_of(job);
    dgi_placed_edge *e = next_edge(job, t);
    if (!e || n < 4 || !reserve(t, (size_t)n))
        return;
    e->first_point = t->n_points;
    e->n_points = (uint32_t)n;
    for (int i = 0; i < n; i++)
        t->placed->points[t->n_points++] = position(job, a[i]);
    if (t->placed->scene->style == DG_STYLE_WIRE) /* no arrowhead comes after it */
        t->placed->n_edges++;
}

/* Its arrowhead, which comes after the curve. */
static void polygon(GVJ_t *job, pointf *a, int n, int filled)
{
    (void)filled;
    dgi_render_target *t = target_of(job);
    dgi_placed_edge *e = next_edge(job, t);
    if (!e || e->n_points == 0 || n != 3)
        return;
    for (int i = 0; i < n; i++)
        e->arrowhead[i] = position(job, a[i]);
    t->placed->n_edges++;
}

/* The only text that Graphviz places is that of an edge; of its own idea of a baseline nothing is
 * needed. */
static void textspan(GVJ_t *job, pointf p, textspan_t *span)
{
    (void)p, (void)span;
    dgi_render_target *t = target_of(job);
    if (!t || job->obj->type != EDGE_OBJTYPE || !ED_label(job->obj->u.e))
        return;
    const dgi_scene *s = t->placed->scene;
    uint32_t edge = index_of(job->obj->u.e, s->n_edges);
    if (edge != DGI_NONE_32 && s->edges[edge].text != DGI_NONE_32)
        t->placed->text_centres[s->edges[edge].text] = position(job, ED_label(job->obj->u.e)->pos);
}

static gvrender_engine_t render_engine = {
    .begin_graph = begin_graph,
    .begin_cluster = begin_cluster,
    .begin_node = begin_node,
    .textspan = textspan,
    .polygon = polygon,
    .beziercurve = curve,
};

static gvrender_features_t render_features = {
    GVRENDER_Y_GOES_DOWN | GVRENDER_DOES_TRANSFORM | GVRENDER_DOES_LABELS, 4.0, NULL, 0, RGBA_BYTE,
};

static gvplugin_installed_t render_types[] = {
    {0, "svg", 1000, &render_engine, &render_features},
    {0, NULL, 0, NULL, NULL},
};

static gvdevice_features_t device_features = {
    GVDEVICE_DOES_TRUECOLOR, {0., 0.}, {0., 0.}, {72., 72.}};

static gvplugin_installed_t device_types[] = {
    {0, "svg:svg", 1000, NULL, &device_features},
    {0, NULL, 0, NULL, NULL},
};

static gvplugin_api_t apis[] = {
    {API_textlayout, text_types},
    {API_render, render_types},
    {API_device, device_types},
    {(api_t)0, NULL},
};

gvplugin_library_t gvplugin_dotgrad_LTX_library = {"dotgrad", apis};

#include "graphviz/render_plugin.h"

#include <string.h>

#include <gvplugin_device.h>
#include <gvplugin_render.h>
#include <gvplugin_textlayout.h>

#include "draw/style/font_metrics.h"

/* --- textlayout: the same widths on every machine --- */

static boolean text_size(textspan_t *span, char **font_path)
{
    (void)font_path;
    double size = span->font->size;
    span->size.x = dgi_text_extent(span->str, strlen(span->str), size, true).width;
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

/* --- render: Graphviz's objects to the SVG writer --- */

/* The graph that is rendered, whichever object of it is at hand. */
static graph_t *graph_of(GVJ_t *job)
{
    return agroot(job->obj->u.g);
}

static dgi_svg *svg_of(GVJ_t *job)
{
    dgi_graph_record *r = (dgi_graph_record *)aggetrec(graph_of(job), (char[]){DGI_RECORD}, 0);
    return r ? r->svg : NULL;
}

/* Graphviz's y grows upwards from the lower left corner of its bounding bounds. */
static dgi_point place(GVJ_t *job, pointf p)
{
    boxf bounds = GD_bb(graph_of(job));
    return (dgi_point){p.x - bounds.LL.x + DGI_MARGIN, bounds.UR.y - p.y + DGI_MARGIN};
}

static void begin_graph(GVJ_t *job)
{
    dgi_svg *s = svg_of(job);
    if (!s)
        return;
    boxf bounds = GD_bb(graph_of(job));
    s->width = bounds.UR.x - bounds.LL.x + 2.0 * DGI_MARGIN;
    s->height = bounds.UR.y - bounds.LL.y + 2.0 * DGI_MARGIN;
}

static void begin_node(GVJ_t *job)
{
    dgi_svg *s = svg_of(job);
    node_t *n = job->obj->u.n;
    dgi_node_record *r = (dgi_node_record *)aggetrec(n, (char[]){DGI_RECORD}, 0);
    if (!s || !r)
        return;
    if (r->is_op)
        dgi_svg_op(s, r->node, place(job, ND_coord(n)));
    else
        dgi_svg_value(s, r->node, place(job, ND_coord(n)));
}

static void begin_edge(GVJ_t *job)
{
    dgi_svg *s = svg_of(job);
    dgi_edge_record *r = (dgi_edge_record *)aggetrec(job->obj->u.e, (char[]){DGI_RECORD}, 0);
    if (s)
        dgi_svg_edge_begin(s, r ? r->edge : 0);
}

static void end_edge(GVJ_t *job)
{
    dgi_svg *s = svg_of(job);
    if (s)
        dgi_svg_edge_end(s);
}

/* The outlines of nodes are the writer's own; those of an edge are its line and its arrowhead. */
static bool in_edge(GVJ_t *job)
{
    return job->obj->type == EDGE_OBJTYPE;
}

static void spline(GVJ_t *job, pointf *a, int n, int arrow_at_start, int arrow_at_end, int filled)
{
    (void)arrow_at_start, (void)arrow_at_end, (void)filled;
    dgi_svg *s = svg_of(job);
    if (!s || !in_edge(job) || n <= 0)
        return;
    dgi_svg_spline_begin(s, place(job, a[0]));
    for (int i = 1; i < n; i++)
        dgi_svg_spline_point(s, place(job, a[i]));
    dgi_svg_spline_end(s);
}

static void polygon(GVJ_t *job, pointf *a, int n, int filled)
{
    (void)filled;
    dgi_svg *s = svg_of(job);
    dgi_point points[8];
    if (!s || !in_edge(job) || n <= 0 || n > (int)(sizeof points / sizeof *points))
        return;
    for (int i = 0; i < n; i++)
        points[i] = place(job, a[i]);
    dgi_svg_arrowhead(s, points, (size_t)n);
}

/* The only text that Graphviz places is the label of an edge; of its own idea of a baseline nothing
 * is needed. */
static void textspan(GVJ_t *job, pointf p, textspan_t *span)
{
    (void)p;
    dgi_svg *s = svg_of(job);
    if (s && in_edge(job) && ED_label(job->obj->u.e))
        dgi_svg_edge_label(s, span->str, place(job, ED_label(job->obj->u.e)->pos));
}

static gvrender_engine_t render_engine = {
    .begin_graph = begin_graph,
    .begin_node = begin_node,
    .begin_edge = begin_edge,
    .end_edge = end_edge,
    .textspan = textspan,
    .polygon = polygon,
    .beziercurve = spline,
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

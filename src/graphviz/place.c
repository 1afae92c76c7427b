/* A picture through Graphviz: the only file that talks to libgvc.
 *
 * Graphviz places boxes. It is given sizes, never the texts of labels, so nothing that a label
 * holds can reach its parsers; the renderer plugin writes the texts itself. */
#include <gvc.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "draw/place/place.h"
#include "graphviz/render_plugin.h"

/* libgvc has global state: one context a process, and one user of it at a time. */
static pthread_mutex_t graphviz_lock = PTHREAD_MUTEX_INITIALIZER;
static GVC_t *context;

extern gvplugin_library_t gvplugin_core_LTX_library;
extern gvplugin_library_t gvplugin_dot_layout_LTX_library;
extern gvplugin_library_t gvplugin_neato_layout_LTX_library;

/* Linked in, in place of what the machine's configuration of Graphviz would load. */
static const lt_symlist_t plugins[] = {
    {"gvplugin_dotgrad_LTX_library", &gvplugin_dotgrad_LTX_library},
    {"gvplugin_core_LTX_library", &gvplugin_core_LTX_library},
    {"gvplugin_dot_layout_LTX_library", &gvplugin_dot_layout_LTX_library},
    {"gvplugin_neato_layout_LTX_library", &gvplugin_neato_layout_LTX_library},
    {NULL, NULL},
};

static bool open_context(void)
{
    if (!context)
        context = gvContextPlugins(plugins, 0);
    return context != NULL;
}

/* libcgraph wants writable strings, and writes to none of them. */
static char *mutable(const char *text)
{
    union {
        const char *in;
        char *out;
    } u = {text};
    return u.out;
}

static void set_default(graph_t *g, int kind, const char *name, const char *value)
{
    agattr(g, kind, mutable(name), mutable(value));
}

static void set_defaults(graph_t *g)
{
    set_default(g, AGRAPH, "rankdir", "LR");
    set_default(g, AGRAPH, "nodesep", "0.22");
    set_default(g, AGRAPH, "ranksep", "0.32");
    set_default(g, AGRAPH, "outputorder", "edgesfirst");
    set_default(g, AGNODE, "shape", "box");
    set_default(g, AGNODE, "fixedsize", "true");
    set_default(g, AGNODE, "label", "");
    set_default(g, AGNODE, "width", "0.5");
    set_default(g, AGNODE, "height", "0.5");
    set_default(g, AGEDGE, "arrowsize", "0.65");
    set_default(g, AGEDGE, "label", "");
    set_default(g, AGEDGE, "fontsize", "13");
    set_default(g, AGEDGE, "weight", "1");
    /* From the middle of a box, not from a corner that happens to be near. */
    set_default(g, AGEDGE, "tailport", "e");
}

static bool set_inches(void *object, const char *name, double points)
{
    char text[DGI_NUMBER_ROOM];
    dgi_fixed(text, points / 72.0, 6);
    return agset(object, mutable(name), text) == 0;
}

static node_t *add_node(graph_t *g, size_t node, bool is_op, double width, double height)
{
    node_t *n = agnode(g, NULL, 1);
    if (!n)
        return NULL;
    dgi_node_record *r = agbindrec(n, mutable(DGI_RECORD), sizeof *r, 0);
    if (!r || !set_inches(n, "width", width) || !set_inches(n, "height", height))
        return NULL;
    r->node = node;
    r->is_op = is_op;
    if (is_op && agset(n, mutable("shape"), mutable("ellipse")) != 0)
        return NULL;
    return n;
}

static edge_t *add_edge(graph_t *g, node_t *from, node_t *to, size_t number)
{
    edge_t *e = agedge(g, from, to, NULL, 1);
    if (!e)
        return NULL;
    dgi_edge_record *r = agbindrec(e, mutable(DGI_RECORD), sizeof *r, 0);
    if (!r)
        return NULL;
    r->edge = number;
    return e;
}

/* The two Graphviz nodes of a trace node. */
typedef struct placed {
    node_t *value, *op;
} placed;

static bool add_nodes(graph_t *g, const dgi_picture *p, placed *nodes, size_t *edges)
{
    for (size_t i = 0; i < dg_trace_node_count(p->trace); i++) {
        const dgi_record *r = &p->records[i];
        const dgi_ellipse *e = &p->ellipses[i];
        nodes[i] = (placed){add_node(g, i, false, dgi_record_width(r), r->height), NULL};
        if (!nodes[i].value)
            return false;
        if (e->width == 0.0)
            continue;
        nodes[i].op = add_node(g, i, true, e->width, e->height);
        if (!nodes[i].op)
            return false;
        edge_t *own = add_edge(g, nodes[i].op, nodes[i].value, (*edges)++);
        /* An op stands right before its value. */
        if (!own || agset(own, mutable("weight"), mutable("10")) != 0)
            return false;
    }
    return true;
}

static bool add_links(graph_t *g, const dgi_picture *p, const placed *nodes, size_t *edges)
{
    for (size_t i = 0; i < p->edges.n; i++) {
        const dgi_edge *edge = &p->edges.all[i];
        edge_t *e = add_edge(g, nodes[edge->from].value, nodes[edge->to].op, (*edges)++);
        if (!e)
            return false;
        if (edge->count < 2)
            continue;
        dgi_buf label = DGI_BUF_INIT;
        dgi_buf_printf(&label, "×%zu", edge->count);
        bool set = !label.failed && agset(e, mutable("label"), label.data) == 0;
        dgi_buf_free(&label);
        if (!set)
            return false;
    }
    return true;
}

static bool fill(graph_t *g, const dgi_picture *p, dgi_svg *svg)
{
    dgi_graph_record *r = agbindrec(g, mutable(DGI_RECORD), sizeof *r, 0);
    if (!r)
        return false;
    r->svg = svg;
    set_defaults(g);
    placed *nodes = malloc((dg_trace_node_count(p->trace) + 1) * sizeof *nodes);
    if (!nodes)
        return false;
    size_t edges = 0;
    bool done = add_nodes(g, p, nodes, &edges) && add_links(g, p, nodes, &edges);
    free(nodes);
    return done;
}

/* Graphviz's own words for what went wrong, if it had any. */
static dg_status graphviz_error(dg_error *error, const char *what)
{
    const char *text = aglasterr();
    bool said = text && *text;
    return dgi_error(error, DG_RENDER, "Graphviz %s%s%s", what, said ? ": " : "", said ? text : "");
}

static dg_status lay_out(graph_t *g, dg_error *error)
{
    if (gvLayout(context, g, "dot") != 0)
        return graphviz_error(error, "could not lay the graph out");
    char *data = NULL;
    unsigned size = 0;
    int failed = gvRenderData(context, g, DGI_PLUGIN_FORMAT, &data, &size);
    if (data)
        gvFreeRenderData(data);
    gvFreeLayout(context, g);
    return failed ? graphviz_error(error, "could not render the graph") : DG_OK;
}

static dg_status draw(const dgi_picture *p, dgi_svg *svg, dg_error *error)
{
    if (!open_context())
        return dgi_error(error, DG_RENDER, "Graphviz could not be started");
    agreseterrors();
    agerrlevel_t level = agseterr(AGMAX); /* messages are kept, not printed */
    graph_t *g = agopen(mutable("dotgrad"), Agstrictdirected, NULL);
    dg_status status = DG_NOMEM;
    if (g && fill(g, p, svg))
        status = lay_out(g, error);
    else
        dgi_error(error, DG_NOMEM, "out of memory");
    if (g)
        agclose(g);
    agseterr(level);
    return status;
}

dg_status dgi_place_graphviz(dgi_svg *svg, const dgi_picture *p, dg_error *error)
{
    pthread_mutex_lock(&graphviz_lock);
    dg_status status = draw(p, svg, error);
    pthread_mutex_unlock(&graphviz_lock);
    return status;
}

/* Placing by Graphviz's dot.
 *
 * Graphviz is given the sizes of boxes, never the texts in them, so nothing that a label holds can
 * reach its parsers. It lays out, and renders with a plugin that notes where everything is. */
#include <gvc.h>

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "draw/place/groups.h"
#include "draw/place/place.h"
#include "draw/style/font_metrics.h"
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

static void set_defaults(graph_t *g, const dgi_scene *s)
{
    static const struct {
        const char *rankdir, *tailport, *headport;
    } directions[] = {
        [DG_LEFT_TO_RIGHT] = {"LR", "e", "w"},
        [DG_TOP_TO_BOTTOM] = {"TB", "s", "n"},
        [DG_RIGHT_TO_LEFT] = {"RL", "w", "e"},
        [DG_BOTTOM_TO_TOP] = {"BT", "n", "s"},
    };
    bool wires = s->style == DG_STYLE_WIRE;
    set_default(g, AGRAPH, "rankdir", directions[s->direction].rankdir);
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
    char font_size[DGI_NUMBER_ROOM];
    dgi_general(font_size, s->text_scale * DGI_FONT_SIZE, 6);
    set_default(g, AGEDGE, "fontsize", font_size);
    set_default(g, AGEDGE, "weight", "1");
    /* From the middle of a box, not from a corner that happens to be near. */
    set_default(g, AGEDGE, "tailport", directions[s->direction].tailport);
    /* A wire has its op at that side, and comes in without an arrowhead. */
    set_default(g, AGEDGE, "headport", wires ? directions[s->direction].headport : "");
    set_default(g, AGEDGE, "arrowhead", wires ? "none" : "normal");
}

static bool set_inches(void *object, const char *name, double points)
{
    char text[DGI_NUMBER_ROOM];
    dgi_fixed(text, points / 72.0, 6);
    return agset(object, mutable(name), text) == 0;
}

/* Binds the index to a new node or edge. */
static bool set_index(void *object, uint32_t index)
{
    dgi_index_record *r = object ? agbindrec(object, mutable(DGI_RECORD), sizeof *r, 0) : NULL;
    if (r)
        r->index = index;
    return r != NULL;
}

static node_t *add_node(graph_t *g, const dgi_scene *s, uint32_t index)
{
    const dgi_box *of_scene = &s->boxes[index];
    node_t *n = agnode(g, NULL, 1);
    bool done = set_index(n, index) && set_inches(n, "width", of_scene->width) &&
                set_inches(n, "height", of_scene->height);
    if (done && of_scene->kind == DGI_BOX_OP &&
        !dgi_is_pill(of_scene->op_width, of_scene->op_height))
        done = agset(n, mutable("shape"), mutable("ellipse")) == 0;
    return done ? n : NULL;
}

/* In place of the name of a group: letters that are as wide or wider, and as high. */
static bool set_title(graph_t *cluster, const dgi_scene *s, const dgi_group *group)
{
    double size = s->text_scale * DGI_GROUP_FONT_SIZE;
    double letter = dgi_text_width("m", 1, size, true);
    dgi_buf title = DGI_BUF_INIT;
    for (double width = 0.0; width < group->label_width; width += letter)
        dgi_buf_putc(&title, 'm');
    char font_size[DGI_NUMBER_ROOM];
    dgi_general(font_size, size, 6);
    bool done = !title.failed && agset(cluster, mutable("fontsize"), font_size) == 0 &&
                agset(cluster, mutable("label"), title.size ? title.data : mutable("")) == 0;
    dgi_buf_free(&title);
    return done;
}

/* Adds a cluster for each group that has boxes. */
static bool add_clusters(graph_t *g, const dgi_scene *s, graph_t **clusters)
{
    for (uint32_t i = 0; i < s->n_boxes; i++)
        for (uint32_t k = s->boxes[i].group; k != DGI_NONE_32 && !clusters[k];
             k = s->groups[k].parent)
            clusters[k] = g; /* until it is made */
    set_default(g, AGRAPH, "label", "");
    set_default(g, AGRAPH, "fontsize", "10");
    set_default(g, AGRAPH, "labeljust", "l");
    if (s->direction == DG_BOTTOM_TO_TOP) /* which turns that, too */
        set_default(g, AGRAPH, "labelloc", "b");
    for (uint32_t i = 0; i < s->n_groups; i++) {
        char name[32];
        uint32_t in = s->groups[i].parent;
        if (!clusters[i])
            continue;
        snprintf(name, sizeof name, "cluster_%lu", (unsigned long)i);
        clusters[i] = agsubg(in == DGI_NONE_32 ? g : clusters[in], name, 1);
        if (!set_index(clusters[i], i) || !set_title(clusters[i], s, &s->groups[i]))
            return false;
    }
    return true;
}

static bool add_to_clusters(const dgi_scene *s, graph_t **clusters, node_t **nodes)
{
    for (uint32_t i = 0; i < s->n_boxes; i++) {
        uint32_t group = s->boxes[i].group;
        if (group != DGI_NONE_32 && !agsubnode(clusters[group], nodes[i], 1))
            return false;
    }
    return true;
}

/* The box of a value, then that of its op, if it has one: dot's result depends on the order. */
static bool add_nodes(graph_t *g, const dgi_scene *s, node_t **nodes)
{
    uint32_t op = s->n_values;
    for (uint32_t i = 0; i < s->n_values; i++) {
        if (!(nodes[i] = add_node(g, s, i)))
            return false;
        if (op == s->n_boxes || s->boxes[op].node != s->boxes[i].node)
            continue;
        if (!(nodes[op] = add_node(g, s, op)))
            return false;
        op++;
    }
    return op == s->n_boxes;
}

/* Graphviz measures the label of an edge, and does not draw it. What a printf format holds must not
 * get into its parsers: the place of a number is kept by as many zeros as are not narrower. */
static bool set_number(edge_t *e, const dgi_scene *s, const dgi_edge_text *text, dgi_buf *label)
{
    double size = s->text_scale * DGI_EDGE_NUMBER_FONT_SIZE;
    double digit = dgi_text_width("0", 1, size, true);
    char font_size[DGI_NUMBER_ROOM];
    dgi_general(font_size, size, 6);
    for (double width = 0.0; width < text->width; width += digit)
        dgi_buf_putc(label, '0');
    return agset(e, mutable("fontsize"), font_size) == 0;
}

/* Graphviz puts a text right beside its edge. Where that goes up or down, there is a space between
 * them. */
static bool set_text(edge_t *e, const dgi_scene *s, const dgi_edge_text *text)
{
    dgi_buf label = DGI_BUF_INIT;
    const char *space = dgi_is_vertical(s->direction) ? " " : "";
    bool done = true;
    dgi_buf_puts(&label, space);
    if (text->kind == DGI_EDGE_COUNT)
        dgi_buf_puts(&label, s->edge_chars.data + text->start);
    else
        done = set_number(e, s, text, &label);
    dgi_buf_puts(&label, space);
    done = done && !label.failed && agset(e, mutable("label"), label.data) == 0;
    dgi_buf_free(&label);
    return done;
}

static bool add_edge(graph_t *g, const dgi_scene *s, node_t **nodes, uint32_t index)
{
    const dgi_scene_edge *of_scene = &s->edges[index];
    edge_t *e = agedge(g, nodes[of_scene->from], nodes[of_scene->to], NULL, 1);
    if (!set_index(e, index))
        return false;
    if (of_scene->weight != 1) {
        char weight[16];
        snprintf(weight, sizeof weight, "%lu", (unsigned long)of_scene->weight);
        if (agset(e, mutable("weight"), weight) != 0)
            return false;
    }
    return of_scene->text == DGI_NONE_32 || set_text(e, s, &s->edge_texts[of_scene->text]);
}

static bool add_groups(graph_t *g, const dgi_scene *s, node_t **nodes)
{
    graph_t **clusters = calloc(s->n_groups, sizeof *clusters);
    bool done = clusters && add_clusters(g, s, clusters) && add_to_clusters(s, clusters, nodes);
    free(clusters);
    return done;
}

static bool fill(graph_t *g, dgi_render_target *target)
{
    const dgi_scene *s = target->placed->scene;
    dgi_graph_record *r = agbindrec(g, mutable(DGI_RECORD), sizeof *r, 0);
    node_t **nodes = malloc(((size_t)s->n_boxes + 1) * sizeof *nodes);
    bool done = r && nodes;
    if (done) {
        r->target = target;
        set_defaults(g, s);
        done = add_nodes(g, s, nodes);
    }
    if (done && s->n_groups)
        done = add_groups(g, s, nodes);
    for (uint32_t i = 0; done && i < s->n_edges; i++)
        done = add_edge(g, s, nodes, i);
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

/* Graphviz drops what it cannot draw without saying so. */
static dg_status check_counts(const dgi_render_target *t, dg_error *error)
{
    const dgi_placed_scene *p = t->placed;
    const dgi_scene *s = p->scene;
    if (t->out_of_memory)
        return dgi_error(error, DG_NOMEM, "out of memory");
    if (t->n_boxes != s->n_boxes)
        return dgi_error(error, DG_RENDER, "the layout drew %zu of %zu nodes", t->n_boxes,
                         (size_t)s->n_boxes);
    if (p->n_edges != s->n_edges)
        return dgi_error(error, DG_RENDER, "the layout drew %zu of %zu edges", p->n_edges,
                         (size_t)s->n_edges);
    return DG_OK;
}

static dg_status place(dgi_render_target *target, dg_error *error)
{
    if (!open_context())
        return dgi_error(error, DG_RENDER, "Graphviz could not be started");
    agreseterrors();
    agerrlevel_t level = agseterr(AGMAX); /* messages are kept, not printed */
    graph_t *g = agopen(mutable("dotgrad"), Agstrictdirected, NULL);
    dg_status status = DG_NOMEM;
    if (g && fill(g, target))
        status = lay_out(g, error);
    else
        dgi_error(error, DG_NOMEM, "out of memory");
    if (g)
        agclose(g);
    agseterr(level);
    return status == DG_OK ? check_counts(target, error) : status;
}

/* ---- Pills ---------------------------------------------------------------------------------- */

static void move(dgi_point *p, double x, double y)
{
    p->x += x;
    p->y += y;
}

/* Graphviz knows no pill, and ends edges at the rectangle around it: an arrowhead that comes to a
 * corner moves to the nearest point of the round end, and the end of its curve with it. */
static void reach_pill(const dgi_placed_scene *p, dgi_placed_edge *e)
{
    uint32_t to = p->scene->edges[e->edge].to;
    const dgi_box *op = &p->scene->boxes[to];
    if (op->kind != DGI_BOX_OP || !dgi_is_pill(op->op_width, op->op_height) || e->n_points < 4)
        return;
    dgi_point tip = e->arrowhead[1], middle = p->centres[to],
              *end = p->points + e->first_point + e->n_points - 1;
    double radius = op->op_height / 2.0, straight = op->op_width / 2.0 - radius,
           x = tip.x - middle.x, y = tip.y - middle.y;
    if (fabs(x) <= straight)
        return;
    x -= x < 0.0 ? -straight : straight;
    double distance = sqrt(x * x + y * y);
    if (distance <= radius)
        return;
    double share = radius / distance - 1.0;
    for (int i = 0; i < 3; i++)
        move(&e->arrowhead[i], share * x, share * y);
    move(&end[-1], share * x, share * y);
    move(&end[0], share * x, share * y);
}

dg_status dgi_place_by_graphviz(dgi_placed_scene *p, const dgi_scene *s, dg_error *error)
{
    dgi_render_target target = {.placed = p};
    if (!dgi_placed_scene_init(p, s))
        return dgi_error(error, DG_NOMEM, "out of memory");
    pthread_mutex_lock(&graphviz_lock);
    dg_status status = place(&target, error);
    pthread_mutex_unlock(&graphviz_lock);
    for (size_t i = 0; status == DG_OK && i < p->n_edges; i++)
        reach_pill(p, &p->edges[i]);
    if (status == DG_OK && !dgi_place_group_labels(p))
        status = dgi_error(error, DG_NOMEM, "out of memory");
    return status;
}

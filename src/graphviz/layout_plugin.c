/* The layout `flow` as a layout plugin for Graphviz's own programs: `dot -Kflow`.
 *
 * Graphviz's layouts have ranks from top to bottom and y growing upwards; libgvc turns the result
 * into the graph's rankdir at the end. src/layout/ has ranks from left to right and y growing
 * downwards. dgi_to_graphviz() converts coordinates. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "graphviz/layout_plugin.h"

/* ---- What Graphviz's graph asks for -------------------------------------------------------- */

/* libgvc reads the attribute `splines`, and looks at what it found there again when it renders. */
static int read_style(graph_t *g)
{
    setEdgeType(g, DGI_EDGES_SPLINE);
    int style = GD_flags(g) & DGI_EDGES_MASK;
    bool is_known = style == DGI_EDGES_NONE || style == DGI_EDGES_LINE ||
                    style == DGI_EDGES_POLYLINE || style == DGI_EDGES_ORTHO;
    return is_known ? style : DGI_EDGES_SPLINE;
}

static int number_of(edge_t *e, Agsym_t *attribute, long most)
{
    long number = attribute ? strtol(agxget(e, attribute), NULL, 10) : 1;
    return number < 1 ? 1 : number > most ? (int)most : (int)number;
}

/* What attributes say about edges. */
typedef struct edge_attributes {
    Agsym_t *weight, *min_length, *group;
} edge_attributes;

static edge_attributes find_attributes(graph_t *g)
{
    return (edge_attributes){agattr(g, AGEDGE, (char[]){"weight"}, NULL),
                             agattr(g, AGEDGE, (char[]){"minlen"}, NULL),
                             agattr(g, AGNODE, (char[]){"group"}, NULL)};
}

/* Nodes of one group are in line, as far as possible. */
static int weight_of(edge_t *e, const edge_attributes *a)
{
    enum { MOST = 1000, IN_GROUP = 100 };
    int weight = number_of(e, a->weight, MOST);
    const char *tail = a->group ? agxget(agtail(e), a->group) : "";
    bool grouped = *tail && strcmp(tail, agxget(aghead(e), a->group)) == 0;
    return !grouped ? weight : weight > MOST / IN_GROUP ? MOST : weight * IN_GROUP;
}

static int length_of(const dgi_layout_job *j, edge_t *e, const edge_attributes *a)
{
    enum { MOST = 1000 };
    return j->ranks_per_rank * number_of(e, a->min_length, MOST);
}

/* ---- From Graphviz's graph to the layout's ------------------------------------------------- */

static bool allocate(dgi_layout_job *j)
{
    size_t n = (size_t)agnnodes(j->g), m = (size_t)agnedges(j->g);
    j->nodes = calloc(n + 1, sizeof *j->nodes);
    j->edges = calloc(m + 1, sizeof *j->edges);
    j->loops = calloc(m + 1, sizeof *j->loops);
    j->lanes = calloc(m + 1, 2 * sizeof *j->lanes);
    j->l.nodes = calloc(n + m + 1, sizeof *j->l.nodes);
    j->l.edges = calloc(m + 1, 2 * sizeof *j->l.edges);
    j->pairs = calloc(m + 1, sizeof *j->pairs);
    return j->nodes && j->edges && j->loops && j->lanes && j->l.nodes && j->l.edges && j->pairs;
}

/* libgvc's own memory and shapes of every node and edge: also of a graph that cannot be laid out,
 * since it is rendered all the same. */
static void init_objects(graph_t *g)
{
    for (node_t *n = agfstnode(g); n; n = agnxtnode(g, n)) {
        agbindrec(n, (char[]){"Agnodeinfo_t"}, sizeof(Agnodeinfo_t), 1);
        common_init_node(n);
        gv_nodesize(n, (boolean)GD_flip(g));
    }
    for (node_t *n = agfstnode(g); n; n = agnxtnode(g, n))
        for (edge_t *e = agfstout(g, n); e; e = agnxtout(g, e)) {
            agbindrec(e, (char[]){"Agedgeinfo_t"}, sizeof(Agedgeinfo_t), 1);
            common_init_edge(e);
        }
}

static void take_nodes(dgi_layout_job *j)
{
    for (node_t *n = agfstnode(j->g); n; n = agnxtnode(j->g, n)) {
        size_t i = j->n_nodes++;
        ND_id(n) = (int)i;
        j->nodes[i] = (dgi_job_node){.n = n,
                                     .half_width = ND_ht(n) / 2.0,
                                     .half_height = (ND_lw(n) + ND_rw(n)) / 2.0,
                                     .width = ND_ht(n),
                                     .lanes = SIZE_MAX,
                                     .loops = SIZE_MAX};
    }
}

static void take_loop(dgi_layout_job *j, edge_t *e, size_t node)
{
    j->loops[j->n_loops] = (dgi_job_loop){.e = e, .next = j->nodes[node].loops};
    j->nodes[node].loops = j->n_loops++;
}

static void take_edges(dgi_layout_job *j)
{
    for (size_t v = 0; v < j->n_nodes; v++)
        for (edge_t *e = agfstout(j->g, j->nodes[v].n); e; e = agnxtout(j->g, e))
            if (aghead(e) == agtail(e))
                take_loop(j, e, v);
            else
                j->edges[j->n_edges++] = (dgi_job_edge){.e = e, .label = SIZE_MAX, .alone = true};
}

static void find_ends(dgi_layout_job *j)
{
    for (size_t i = 0; i < j->n_edges; i++) {
        dgi_job_edge *e = &j->edges[i];
        for (int at_head = 0; at_head < 2; at_head++) {
            node_t *n = at_head ? aghead(e->e) : agtail(e->e);
            const port *p = at_head ? &ED_head_port(e->e) : &ED_tail_port(e->e);
            bool right = (at_head == 1) != e->reversed;
            double forward = right || e->is_flat ? -1.0 : 1.0;
            e->ends[right] = dgi_end_at_port(j, (size_t)ND_id(n), p, forward);
        }
    }
}

/* Space on one side of a node moves the layout's port, which is level with the middle of the shape.
 */
static void give_nodes(dgi_layout_job *j)
{
    Agsym_t *ordering = agattr(j->g, AGNODE, (char[]){"ordering"}, NULL);
    const char *of_graph = dgi_attribute_of(j->g, "ordering");
    for (size_t v = 0; v < j->n_nodes; v++) {
        const dgi_job_node *n = &j->nodes[v];
        const char *order = *of_graph || !ordering ? of_graph : agxget(n->n, ordering);
        j->l.nodes[v] = (dgi_layout_node){.width = n->width,
                                          .cluster = j->l.nodes[v].cluster,
                                          .height = 2.0 * n->half_height + n->above + n->below,
                                          .port = (n->above - n->below) / 2.0,
                                          .rank_set = j->has_sets ? j->leader[v] + 1 : 0,
                                          .end_rank = n->end_rank,
                                          .sort_out = strcmp(order, "out") == 0,
                                          .sort_in = strcmp(order, "in") == 0};
    }
    j->l.n_nodes = j->n_nodes;
}

/* A label is right of its edge where ranks go down the page, else above it. */
static void give_label(dgi_layout_job *j, dgi_job_edge *e)
{
    dgi_layout *l = &j->l;
    dgi_layout_point size = dgi_label_size(j, ED_label(e->e));
    double height = size.y + 2.0 * DGI_LABEL_PAD;
    e->label = l->n_nodes++;
    e->second = l->n_edges++;
    l->nodes[e->label] = (dgi_layout_node){
        .width = size.x,
        .height = height,
        .port = j->flip ? height / 2.0 : -height / 2.0,
        .cluster = dgi_common_cluster(l, l->edges[e->first].from, l->edges[e->first].to)};
    dgi_layout_edge *first = &l->edges[e->first], *second = &l->edges[e->second];
    *second = *first;
    first->to = second->from = e->label;
    first->to_port = second->from_port = 0.0;
    first->length = 1;
    first->free = false; /* the label stays near one end */
    second->length--;
}

/* The label of an edge within a rank is in the rank before; from there lines go to both ends. */
static void give_flat_label(dgi_layout_job *j, dgi_job_edge *e)
{
    dgi_layout *l = &j->l;
    dgi_layout_point size = dgi_label_size(j, ED_label(e->e));
    double height = fmax(size.y + 2.0 * DGI_LABEL_PAD, 2.0 * DGI_FLAT_TURN);
    e->label = l->n_nodes++;
    size_t tail = (size_t)ND_id(agtail(e->e)), head = (size_t)ND_id(aghead(e->e));
    l->nodes[e->label] = (dgi_layout_node){.width = size.x + DGI_FLAT_TURN,
                                           .height = height,
                                           .cluster = dgi_common_cluster(l, tail, head)};
    for (int i = 0; i < 2; i++) {
        size_t end = (size_t)ND_id((i == 1) != e->reversed ? aghead(e->e) : agtail(e->e));
        *(i ? &e->second : &e->first) = l->n_edges;
        l->edges[l->n_edges++] =
            (dgi_layout_edge){.from = e->label,
                              .to = end,
                              .weight = 1,
                              .length = 1,
                              .from_port = i ? DGI_FLAT_TURN / 2.0 : -DGI_FLAT_TURN / 2.0,
                              .to_port = dgi_end_port(j, &e->ends[i], end)};
    }
}

static bool has_label(const dgi_layout_job *j, const dgi_job_edge *e)
{
    return j->style != DGI_EDGES_NONE && ED_label(e->e);
}

static void give_flat_edge(dgi_layout_job *j, dgi_job_edge *e, int weight)
{
    size_t above = (size_t)ND_id(e->reversed ? aghead(e->e) : agtail(e->e));
    size_t below = (size_t)ND_id(e->reversed ? agtail(e->e) : aghead(e->e));
    j->pairs[j->l.n_pairs++] = (dgi_layout_pair){above, below, weight};
    if (has_label(j, e))
        give_flat_label(j, e);
}

static void give_edge(dgi_layout_job *j, dgi_job_edge *e, const edge_attributes *attributes)
{
    size_t from = (size_t)ND_id(e->reversed ? aghead(e->e) : agtail(e->e));
    size_t to = (size_t)ND_id(e->reversed ? agtail(e->e) : aghead(e->e));
    e->first = e->second = j->l.n_edges++;
    j->l.edges[e->first] = (dgi_layout_edge){.from = from,
                                             .to = to,
                                             .weight = weight_of(e->e, attributes),
                                             .length = length_of(j, e->e, attributes),
                                             .free = e->is_free,
                                             .from_port = dgi_end_port(j, &e->ends[0], from),
                                             .to_port = dgi_end_port(j, &e->ends[1], to)};
    if (has_label(j, e))
        give_label(j, e);
}

/* At first without the free edges: which way they go is not known then. */
static void give_edges(dgi_layout_job *j)
{
    edge_attributes attributes = find_attributes(j->g);
    j->l.pairs = j->pairs;
    j->l.n_edges = j->l.n_pairs = 0;
    for (size_t i = 0; i < j->n_edges; i++) {
        dgi_job_edge *e = &j->edges[i];
        e->label = SIZE_MAX;
        if (e->is_free && !j->with_free)
            continue;
        if (e->is_flat)
            give_flat_edge(j, e, weight_of(e->e, &attributes));
        else
            give_edge(j, e, &attributes);
    }
}

/* ---- Nodes --------------------------------------------------------------------------------- */

static void place_nodes(const dgi_layout_job *j)
{
    boxf bounds = {{0.0, 0.0}, {0.0, 0.0}};
    for (size_t i = 0; i < j->n_nodes; i++) {
        node_t *n = j->nodes[i].n;
        dgi_layout_point centre = dgi_centre(j, i);
        pointf at = ND_coord(n) = dgi_to_graphviz(j, centre.x, centre.y);
        boxf own = {{at.x - ND_lw(n), at.y - ND_ht(n) / 2.0},
                    {at.x + ND_rw(n), at.y + ND_ht(n) / 2.0}};
        bounds.LL.x = i == 0 || own.LL.x < bounds.LL.x ? own.LL.x : bounds.LL.x;
        bounds.LL.y = i == 0 || own.LL.y < bounds.LL.y ? own.LL.y : bounds.LL.y;
        bounds.UR.x = i == 0 || own.UR.x > bounds.UR.x ? own.UR.x : bounds.UR.x;
        bounds.UR.y = i == 0 || own.UR.y > bounds.UR.y ? own.UR.y : bounds.UR.y;
    }
    GD_bb(j->g) = bounds; /* curves and labels make it grow */
}

/* ---- What is not heeded --------------------------------------------------------------------- */

/* Whether any object has a value of its own, or there is a default. */
static bool is_set(graph_t *g, int kind, Agsym_t *attribute)
{
    if (*attribute->defval)
        return true;
    for (node_t *n = agfstnode(g); n; n = agnxtnode(g, n)) {
        if (kind == AGNODE && *agxget(n, attribute))
            return true;
        for (edge_t *e = kind == AGEDGE ? agfstout(g, n) : NULL; e; e = agnxtout(g, e))
            if (*agxget(e, attribute))
                return true;
    }
    return kind == AGRAPH && *agxget(g, attribute);
}

/* One warning for all attributes that dot would heed. */
static void warn_of_unheeded(graph_t *g)
{
    static const struct {
        int kind;
        const char *name;
    } unheeded[] = {
        {AGEDGE, "samehead"}, {AGEDGE, "sametail"},    {AGRAPH, "concentrate"},
        {AGRAPH, "newrank"},  {AGRAPH, "clusterrank"},
    };
    char names[128] = ""; /* all of them fit in */
    size_t length = 0;
    for (size_t i = 0; i < sizeof unheeded / sizeof *unheeded; i++) {
        union {
            const char *in;
            char *out;
        } name = {unheeded[i].name};
        Agsym_t *attribute = agattr(g, unheeded[i].kind, name.out, NULL);
        if (attribute && is_set(g, unheeded[i].kind, attribute))
            length += (size_t)snprintf(names + length, sizeof names - length, "%s%s",
                                       length ? ", " : "", unheeded[i].name);
    }
    ratio_t ratio = GD_drawing(g)->ratio_kind;
    if (ratio == R_COMPRESS || ratio == R_AUTO)
        length += (size_t)snprintf(names + length, sizeof names - length, "%sratio=%s",
                                   length ? ", " : "", ratio == R_AUTO ? "auto" : "compress");
    if (length)
        agerr(AGWARN, "flow does not heed: %s\n", names);
}

/* ---- The layout ---------------------------------------------------------------------------- */

/* Labels have ranks of their own, between those of nodes. */
static void space_ranks(dgi_layout_job *j)
{
    j->ranks_per_rank = 1;
    for (size_t i = 0; i < j->n_edges; i++)
        if (has_label(j, &j->edges[i]))
            j->ranks_per_rank = 2;
    j->l.rank_gap /= j->ranks_per_rank;
}

dg_status dgi_run_layout(dgi_layout_job *j)
{
    dgi_layout_free(&j->l);
    for (size_t v = 0; v < j->n_nodes; v++) {
        j->nodes[v].above = j->nodes[v].below = 0.0;
        j->nodes[v].width = 2.0 * j->nodes[v].half_width;
        j->nodes[v].lanes = SIZE_MAX;
    }
    j->n_lanes = 0;
    find_ends(j);
    dgi_assign_lanes(j);
    dgi_reserve_loops(j);
    give_nodes(j);
    give_edges(j);
    return dgi_layout_run(&j->l);
}

static dg_status lay_out(dgi_layout_job *j)
{
    if (!allocate(j))
        return DG_NOMEM;
    take_nodes(j);
    take_edges(j);
    if (!dgi_take_clusters(j) || !dgi_read_ranks(j))
        return DG_NOMEM;
    space_ranks(j);
    dg_status status = dgi_run_layout(j);
    if (status == DG_OK && j->has_free_edges) {
        j->with_free = true;
        status = dgi_orient_free_edges(j) ? dgi_run_layout(j) : DG_NOMEM;
    }
    if (status == DG_OK)
        status = dgi_fit_ratio(j);
    if (status)
        return status;
    place_nodes(j);
    return dgi_place_clusters(j) && dgi_draw_edges(j) ? DG_OK : DG_NOMEM;
}

static void flow_layout(graph_t *g)
{
    dgi_layout_job j = {.g = g, .flip = GD_flip(g), .style = read_style(g)};
    j.l.node_gap = GD_nodesep(g);
    j.l.rank_gap = GD_ranksep(g);
    init_objects(g);
    warn_of_unheeded(g);
    dg_status status = lay_out(&j);
    if (status)
        agerr(AGERR, "flow could not lay the graph out: %s\n",
              status == DG_NOMEM ? "out of memory" : "it is too large");
    State = status || j.style == DGI_EDGES_NONE ? DGI_SPLINES_BEGIN : DGI_SPLINES_DONE;
    dotneato_postprocess(g);
    dgi_layout_free(&j.l);
    free(j.l.nodes);
    free(j.l.edges);
    free(j.l.clusters);
    free(j.clusters);
    free(j.nodes);
    free(j.edges);
    free(j.loops);
    free(j.lanes);
    free(j.pairs);
    free(j.leader);
    free(j.order);
    free(j.index);
    free(j.points);
}

static void flow_cleanup(graph_t *g)
{
    for (node_t *n = agfstnode(g); n; n = agnxtnode(g, n)) {
        for (edge_t *e = agfstout(g, n); e; e = agnxtout(g, e))
            gv_cleanup_edge(e);
        gv_cleanup_node(n);
    }
    dgi_free_clusters(g);
}

/* ---- The plugin ---------------------------------------------------------------------------- */

static gvlayout_engine_t engine = {flow_layout, flow_cleanup};
static gvlayout_features_t features = {LAYOUT_USES_RANKDIR};

static gvplugin_installed_t layouts[] = {
    {0, "flow", 0, &engine, &features},
    {0, NULL, 0, NULL, NULL},
};

static gvplugin_api_t apis[] = {
    {API_layout, layouts},
    {(api_t)0, NULL},
};

/* Graphviz finds the library by the name of its file. */
extern gvplugin_library_t gvplugin_dotgrad_LTX_library;
__attribute__((visibility("default")))
gvplugin_library_t gvplugin_dotgrad_LTX_library = {"dotgrad", apis};

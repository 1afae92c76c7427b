/* Cluster subgraphs of Graphviz's graph: clusters of the layout, and back.
 *
 * libgvc draws clusters with their styles and places their labels itself, where it is told their
 * bounding boxes and how large their labels are, in the coordinates before it turns the graph into
 * its rankdir. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "graphviz/layout_plugin.h"

/* The space between a cluster's border and what is in it, where it has no `margin`. */
static const double MARGIN = 8.0;

/* Nothing is written to the name. */
const char *dgi_attribute_of(graph_t *g, const char *name)
{
    union {
        const char *in;
        char *out;
    } u = {name};
    const char *text = agget(g, u.out);
    return text ? text : "";
}

bool dgi_is_cluster(graph_t *g)
{
    const char *asked = dgi_attribute_of(g, "cluster");
    return strncasecmp(agnameof(g), "cluster", 7) == 0 || strcasecmp(asked, "true") == 0 ||
           strcasecmp(asked, "yes") == 0;
}

graph_t *dgi_next_subgraph(graph_t *root, graph_t *g)
{
    graph_t *next = agfstsubg(g);
    while (!next && g != root) {
        next = agnxtsubg(g);
        g = agparent(g);
    }
    return next;
}

/* ---- From Graphviz's graph to the layout's ------------------------------------------------- */

/* The cluster around a subgraph, 1 + its index; 0: none. */
static size_t cluster_around(const dgi_layout_job *j, graph_t *g)
{
    for (graph_t *up = agparent(g); up && up != j->g; up = agparent(up))
        for (size_t i = j->n_clusters; i-- > 0;)
            if (j->clusters[i] == up)
                return i + 1;
    return 0;
}

static double margin_of(graph_t *g)
{
    const char *text = dgi_attribute_of(g, "margin");
    char *end;
    double margin = strtod(text, &end);
    return end != text && margin >= 0.0 && margin < 1e6 ? margin : MARGIN;
}

/* The space for a label is given for the sides before the graph is turned. */
static dgi_layout_cluster space_of(const dgi_layout_job *j, graph_t *g, size_t parent)
{
    const pointf *label = GD_border(g);
    double margin = margin_of(g);
    const pointf *above = &label[j->flip ? DGI_SIDE_RIGHT : DGI_SIDE_LEFT];
    const pointf *below = &label[j->flip ? DGI_SIDE_LEFT : DGI_SIDE_RIGHT];
    const pointf *before = &label[DGI_SIDE_TOP], *after = &label[DGI_SIDE_BOTTOM];
    double along = above->y > below->y ? above->y : below->y;
    double across = before->x > after->x ? before->x : after->x;
    return (dgi_layout_cluster){.parent = parent,
                                .before = margin + before->y,
                                .after = margin + after->y,
                                .above = margin + above->x,
                                .below = margin + below->x,
                                .min_width = j->flip ? along : 0.0,
                                .min_height = j->flip ? 0.0 : across};
}

/* A node is in the first cluster that names it, and in those within that which do. */
static void take_members(dgi_layout_job *j, graph_t *g, size_t cluster)
{
    size_t parent = j->l.clusters[cluster - 1].parent;
    for (node_t *n = agfstnode(g); n; n = agnxtnode(g, n)) {
        size_t *own = &j->l.nodes[ND_id(n)].cluster;
        if (*own == parent)
            *own = cluster;
    }
}

bool dgi_take_clusters(dgi_layout_job *j)
{
    size_t n = 0;
    for (graph_t *g = dgi_next_subgraph(j->g, j->g); g; g = dgi_next_subgraph(j->g, g))
        n += dgi_is_cluster(g) && agfstnode(g);
    if (n == 0)
        return true;
    j->clusters = calloc(n, sizeof *j->clusters);
    j->l.clusters = calloc(n, sizeof *j->l.clusters);
    if (!j->clusters || !j->l.clusters)
        return false;
    for (graph_t *g = dgi_next_subgraph(j->g, j->g); g; g = dgi_next_subgraph(j->g, g)) {
        if (!dgi_is_cluster(g) || !agfstnode(g))
            continue;
        agbindrec(g, (char[]){"Agraphinfo_t"}, sizeof(Agraphinfo_t), 1);
        do_graph_label(g);
        size_t parent = cluster_around(j, g);
        j->clusters[j->n_clusters++] = g;
        j->l.clusters[j->l.n_clusters++] = space_of(j, g, parent);
        take_members(j, g, j->n_clusters);
    }
    return true;
}

size_t dgi_common_cluster(const dgi_layout *l, size_t a, size_t b)
{
    a = l->nodes[a].cluster;
    b = l->nodes[b].cluster;
    while (a != b) /* a parent's index is the smaller one */
        *(a > b ? &a : &b) = l->clusters[(a > b ? a : b) - 1].parent;
    return a;
}

/* ---- And back ------------------------------------------------------------------------------ */

/* Adds a cluster to those that libgvc draws in a graph, which are counted from 1. */
static bool add_cluster(graph_t *in, graph_t *g)
{
    size_t n = (size_t)GD_n_cluster(in) + 1;
    graph_t **clusters = realloc(GD_clust(in), (n + 1) * sizeof(graph_t *));
    if (!clusters)
        return false;
    clusters[0] = NULL;
    clusters[n] = g;
    GD_clust(in) = clusters;
    GD_n_cluster(in) = (int)n;
    return true;
}

static boxf bounds_of(const dgi_layout_job *j, const dgi_layout_cluster *c)
{
    pointf a = dgi_to_graphviz(j, c->x - c->width / 2.0, c->y - c->height / 2.0);
    pointf b = dgi_to_graphviz(j, c->x + c->width / 2.0, c->y + c->height / 2.0);
    return (boxf){{a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y},
                  {a.x < b.x ? b.x : a.x, a.y < b.y ? b.y : a.y}};
}

static void include(boxf *all, boxf own)
{
    all->LL.x = own.LL.x < all->LL.x ? own.LL.x : all->LL.x;
    all->LL.y = own.LL.y < all->LL.y ? own.LL.y : all->LL.y;
    all->UR.x = own.UR.x > all->UR.x ? own.UR.x : all->UR.x;
    all->UR.y = own.UR.y > all->UR.y ? own.UR.y : all->UR.y;
}

bool dgi_place_clusters(dgi_layout_job *j)
{
    for (size_t i = 0; i < j->n_clusters; i++) {
        const dgi_layout_cluster *c = &j->l.clusters[i];
        graph_t *g = j->clusters[i];
        if (c->width <= 0.0 && c->height <= 0.0) /* all its nodes are in another one */
            continue;
        GD_bb(g) = bounds_of(j, c);
        include(&GD_bb(j->g), GD_bb(g));
        if (!add_cluster(c->parent ? j->clusters[c->parent - 1] : j->g, g))
            return false;
    }
    return true;
}

void dgi_free_clusters(graph_t *root)
{
    for (graph_t *g = dgi_next_subgraph(root, root); g; g = dgi_next_subgraph(root, g)) {
        if (!aggetrec(g, (char[]){"Agraphinfo_t"}, 0))
            continue;
        free(GD_clust(g));
        free_label(GD_label(g));
        agdelrec(g, (char[]){"Agraphinfo_t"});
    }
    free(GD_clust(root));
    GD_clust(root) = NULL;
    GD_n_cluster(root) = 0;
}

/* ---- Edges that end at clusters ------------------------------------------------------------- */

static bool is_inside(boxf b, pointf p)
{
    return p.x >= b.LL.x && p.x <= b.UR.x && p.y >= b.LL.y && p.y <= b.UR.y;
}

static pointf between(pointf a, pointf b, double t)
{
    return (pointf){a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
}

/* The two parts of a curve, by de Casteljau's algorithm. */
static void split(const pointf p[4], double t, pointf first[4], pointf second[4])
{
    pointf a = between(p[0], p[1], t), b = between(p[1], p[2], t), c = between(p[2], p[3], t);
    pointf d = between(a, b, t), e = between(b, c, t), middle = between(d, e, t);
    const pointf before[] = {p[0], a, d, middle}, after[] = {middle, e, c, p[3]};
    memcpy(first, before, sizeof before);
    memcpy(second, after, sizeof after);
}

/* Whether the point at t is inside. */
static bool is_inside_at(boxf b, const pointf p[4], double t)
{
    pointf first[4], second[4];
    split(p, t, first, second);
    return is_inside(b, first[3]);
}

/* Where a curve enters, the first time; false: nowhere. */
static bool find_entry(boxf b, const pointf p[4], double *t)
{
    enum { STEPS = 32, HALVINGS = 30 };
    for (int i = 1; i <= STEPS; i++) {
        if (!is_inside_at(b, p, (double)i / STEPS))
            continue;
        double out = (double)(i - 1) / STEPS, in = (double)i / STEPS;
        for (int k = 0; k < HALVINGS; k++) {
            double middle = (out + in) / 2.0;
            *(is_inside_at(b, p, middle) ? &in : &out) = middle;
        }
        *t = in;
        return true;
    }
    return false;
}

static void reverse(pointf *p, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        pointf swap = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = swap;
    }
}

/* Ends the curve where it enters a cluster that it does not start in. False: it does not enter. */
static bool end_at(dgi_layout_job *j, boxf b)
{
    double t;
    if (is_inside(b, j->points[0]))
        return false;
    for (size_t i = 0; i + 3 < j->n_points; i += 3)
        if (find_entry(b, j->points + i, &t)) {
            pointf rest[4];
            split(j->points + i, t, j->points + i, rest);
            j->n_points = i + 4;
            return true;
        }
    return false;
}

/* The cluster that an edge names for one of its ends, if that is in it and the other is not; with
 * a warning as dot's if not. */
static graph_t *cluster_at(const dgi_layout_job *j, edge_t *e, bool at_head)
{
    char lhead[] = "lhead", ltail[] = "ltail";
    char *name = agget(e, at_head ? lhead : ltail);
    node_t *own = at_head ? aghead(e) : agtail(e), *other = at_head ? agtail(e) : aghead(e);
    if (!name || !*name)
        return NULL;
    for (size_t i = 0; i < j->n_clusters; i++) {
        graph_t *g = j->clusters[i];
        if (strcmp(agnameof(g), name) != 0)
            continue;
        if (agsubnode(g, own, 0) && !agsubnode(g, other, 0))
            return g;
        agerr(AGWARN, "flow: %s -> %s does not come from outside to %s\n", agnameof(agtail(e)),
              agnameof(aghead(e)), name);
        return NULL;
    }
    agerr(AGWARN, "flow: there is no cluster %s\n", name);
    return NULL;
}

void dgi_end_at_clusters(dgi_layout_job *j, edge_t *e, bool *exact_tail, bool *exact_head)
{
    const char *compound = dgi_attribute_of(j->g, "compound");
    if (strcasecmp(compound, "true") != 0 && strcasecmp(compound, "yes") != 0 &&
        atoi(compound) == 0)
        return;
    graph_t *head = cluster_at(j, e, true), *tail = cluster_at(j, e, false);
    if (head && end_at(j, GD_bb(head)))
        *exact_head = true;
    if (!tail)
        return;
    reverse(j->points, j->n_points);
    if (end_at(j, GD_bb(tail)))
        *exact_tail = true;
    reverse(j->points, j->n_points);
}

#include "draw/style/highlight.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/suggest.h"
#include "draw/options.h"
#include "draw/style/box_text.h"
#include "draw/style/folded.h"

/* ---- Names ---------------------------------------------------------------------------------- */

/* Which values a highlight is between; both the same: it is that value alone. */
typedef struct ends {
    size_t from, to;
} ends;

/* Values without a label are not called "". False when out of memory. */
static bool find_value(size_t *node, const dg_trace *t, const char *name, size_t size)
{
    *node = DG_NO_NODE;
    if (size == 0)
        return true;
    char *copy = strndup(name, size);
    if (copy)
        *node = dg_trace_find(t, copy);
    free(copy);
    return copy != NULL;
}

static dg_status report_unknown(const dg_trace *t, const char *name, size_t size, dg_error *error)
{
    dgi_suggestion s = dgi_suggest_for(name, size);
    for (size_t i = 0; i < dg_trace_node_count(t); i++)
        if (*dg_trace_label(t, i))
            dgi_suggest(&s, dg_trace_label(t, i));
    enum { SHOWN = 60 };
    int shown = size > SHOWN ? SHOWN : (int)size;
    if (s.best)
        return dgi_error(error, DG_INVALID, "no value is named '%.*s'; did you mean '%s'?", shown,
                         name, s.best);
    return dgi_error(error, DG_INVALID, "no value is named '%.*s'", shown, name);
}

/* A name may have dots itself: the first place where both parts are names is the one between. */
static dg_status find_ends(ends *e, const dg_trace *t, const char *text, dg_error *error)
{
    size_t size = strlen(text);
    const char *first = strstr(text, "..");
    if (!find_value(&e->from, t, text, size))
        return DG_NOMEM;
    e->to = e->from;
    if (e->from != DG_NO_NODE || !first)
        return e->from != DG_NO_NODE ? DG_OK : report_unknown(t, text, size, error);
    for (const char *dots = first; dots; dots = strstr(dots + 1, "..")) {
        if (!find_value(&e->from, t, text, (size_t)(dots - text)) ||
            !find_value(&e->to, t, dots + 2, strlen(dots + 2)))
            return DG_NOMEM;
        if (e->from != DG_NO_NODE && e->to != DG_NO_NODE)
            return DG_OK;
    }
    if (first == text || !first[2])
        return dgi_error(error, DG_INVALID, DGI_HIGHLIGHT_FORM);
    if (!find_value(&e->from, t, text, (size_t)(first - text)))
        return DG_NOMEM;
    if (e->from == DG_NO_NODE)
        return report_unknown(t, text, (size_t)(first - text), error);
    return report_unknown(t, first + 2, strlen(first + 2), error);
}

/* ---- Reachability --------------------------------------------------------------------------- */

/* Nodes that were reached and whose neighbours were not looked at. Each is pushed once. */
typedef struct search {
    uint8_t *reached; /* by node: a set of bits */
    uint32_t *pending;
    size_t n_pending;
} search;

enum { DOWN = 1, UP = 2, ON_PATH = DOWN | UP };

static void reach(search *s, size_t node, uint8_t how)
{
    if (s->reached[node] & how)
        return;
    s->reached[node] |= how;
    s->pending[s->n_pending++] = (uint32_t)node;
}

/* Marks what a node was computed from. */
static void search_down(search *s, const dg_trace *t, size_t node)
{
    reach(s, node, DOWN);
    while (s->n_pending > 0) {
        size_t at = s->pending[--s->n_pending];
        for (size_t i = 0; i < dg_trace_operand_count(t, at); i++)
            reach(s, dg_trace_operand(t, at, i), DOWN);
    }
}

/* The nodes that have a node as an operand: users[first[node]] to users[first[node + 1] - 1]. */
typedef struct users {
    uint32_t *first, *users; /* owned */
} users;

static bool find_users(users *u, const dg_trace *t)
{
    size_t n = dg_trace_node_count(t), edges = dg_trace_edge_count(t), from, to;
    u->first = calloc(n + 2, sizeof *u->first);
    u->users = calloc(edges + 1, sizeof *u->users);
    if (!u->first || !u->users)
        return false;
    /* Counted two places up, summed up, and filled in one place up. */
    for (size_t i = 0; i < edges; i++)
        if (dg_trace_edge(t, i, &from, NULL, NULL) == DG_OK)
            u->first[from + 2]++;
    for (size_t i = 2; i < n + 2; i++)
        u->first[i] += u->first[i - 1];
    for (size_t i = 0; i < edges; i++)
        if (dg_trace_edge(t, i, &from, &to, NULL) == DG_OK)
            u->users[u->first[from + 1]++] = (uint32_t)to;
    return true;
}

static void search_up(search *s, const users *u, size_t node)
{
    reach(s, node, UP);
    while (s->n_pending > 0) {
        size_t at = s->pending[--s->n_pending];
        for (size_t i = u->first[at]; i < u->first[at + 1]; i++)
            reach(s, u->users[i], UP);
    }
}

/* Marks with ON_PATH what is on a path: what the last was computed from and the first leads to. */
static dg_status find_paths(uint8_t *reached, const dg_trace *t, ends *e)
{
    size_t n = dg_trace_node_count(t);
    search s = {.reached = reached, .pending = calloc(n + 1, sizeof *s.pending)};
    users u = {NULL, NULL};
    bool done = s.pending && find_users(&u, t);
    dg_status status = done ? DG_OK : DG_NOMEM;
    if (done) {
        search_down(&s, t, e->to);
        if (!(reached[e->from] & DOWN)) { /* the other way round */
            *e = (ends){e->to, e->from};
            memset(reached, 0, n);
            search_down(&s, t, e->to);
        }
        if (reached[e->from] & DOWN)
            search_up(&s, &u, e->from);
        else
            status = DG_INVALID;
    }
    free(s.pending);
    free(u.first);
    free(u.users);
    return status;
}

/* ---- The scene ------------------------------------------------------------------------------ */

static uint8_t emphasis(bool on)
{
    return on ? DGI_HIGHLIGHTED : DGI_RECEDED;
}

/* What stands out in a scene. */
typedef struct selected {
    bool *on;    /* by node */
    size_t from; /* the first value of the paths */
    bool single; /* it is that value alone */
} selected;

/* The op that the first value was made by is not on a path that begins there. */
static void mark_boxes(dgi_scene *s, const selected *x)
{
    for (uint32_t i = 0; i < s->n_boxes; i++) {
        dgi_box *b = &s->boxes[i];
        bool on = x->on[b->node];
        if (b->kind == DGI_BOX_OP)
            on = on && !x->single && b->node != x->from;
        b->emphasis = emphasis(on);
        b->highlights_op = on && !x->single && b->node != x->from;
        if (!on && b->kind != DGI_BOX_OP)
            b->paint = DGI_PAINT_VALUE;
    }
}

static void mark_edges(dgi_scene *s, const selected *x)
{
    for (uint32_t i = 0; i < s->n_edges; i++) {
        dgi_scene_edge *edge = &s->edges[i];
        const dgi_box *from = &s->boxes[edge->from], *to = &s->boxes[edge->to];
        bool on = !x->single && x->on[from->node] && x->on[to->node];
        if (from->kind == DGI_BOX_OP)
            on = on && from->emphasis == DGI_HIGHLIGHTED;
        edge->emphasis = emphasis(on);
    }
}

/* From the trace that was drawn, which may be folded, to the scene's. */
static bool select(selected *x, const dgi_scene *s, const dg_trace *t, const uint8_t *reached,
                   const ends *e)
{
    const dgi_folded *f = s->source->folded;
    size_t n = dg_trace_node_count(t);
    *x = (selected){.on = calloc((size_t)s->n_values + 1, sizeof *x->on),
                    .from = f ? dgi_folded_node_of(f, e->from) : e->from,
                    .single = e->from == e->to};
    bool *on_path = f ? calloc(n + 1, sizeof *on_path) : x->on;
    bool done = x->on && on_path;
    for (size_t i = 0; done && i < n; i++)
        on_path[i] = reached[i] == ON_PATH;
    if (f) {
        done = done && dgi_folded_mark(f, x->on, on_path);
        free(on_path);
    }
    return done;
}

static dg_status mark(dgi_scene *s, const dg_trace *t, const uint8_t *reached, const ends *e)
{
    selected x;
    bool done = select(&x, s, t, reached, e);
    if (done) {
        s->has_emphasis = true;
        mark_boxes(s, &x);
        mark_edges(s, &x);
    }
    free(x.on);
    return done ? DG_OK : DG_NOMEM;
}

dg_status dgi_highlight(dgi_scene *s, const char *text, dg_error *error)
{
    const dgi_folded *f = s->source->folded;
    const dg_trace *t = f ? f->whole : s->source->trace;
    ends e;
    dg_status status = find_ends(&e, t, text, error);
    if (status != DG_OK)
        return status;
    uint8_t *reached = calloc(dg_trace_node_count(t) + 1, 1);
    if (!reached)
        return DG_NOMEM;
    if (e.from == e.to)
        reached[e.from] = ON_PATH;
    else
        status = find_paths(reached, t, &e);
    if (status == DG_INVALID)
        dgi_error(error, status, "there is no path between the values of '%.100s'", text);
    if (status == DG_OK)
        status = mark(s, t, reached, &e);
    free(reached);
    return status;
}

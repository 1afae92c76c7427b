/* Slices: the part of a trace around a node, or between two, with stubs for what was cut off. */
#include <dotgrad/fold.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "trace/annotations.h"
#include "trace/copy.h"
#include "trace/topological_order.h"

/* What becomes of a node. */
enum {
    CUT = 0, /* it is part of the rest: what uses kept values */
    KEPT,    /* as it is; of leaves that kept values use, too */
    STUB,    /* a leaf stands for it, */
    COUNTED  /* and for this one, too */
};

typedef struct slice {
    const dg_trace *from;
    dg_trace *to;
    uint8_t *fate;       /* of nodes */
    uint32_t *behind;    /* of a stub: how many other nodes it stands for, */
    uint32_t *first_use; /* where its uses of nodes that are shown begin in `uses`, */
    uint32_t *use_count; /* and how many they are */
    uint32_t *uses;      /* nodes that are shown, once for each use by a stub, then by the rest */
    size_t n_uses;
    size_t first_of_rest; /* in `uses` */
    size_t rest;          /* how many nodes the rest is */
    size_t rest_node;     /* in the slice; or DG_NO_NODE */
    uint32_t *new_index;  /* by old index; DGI_NO_NODE: not copied yet */
    uint32_t *old_index;  /* by new index; DGI_NO_NODE: the rest */
    uint32_t *stack;      /* a node can be on it once for each of its uses */
} slice;

/* ---- Which nodes ---------------------------------------------------------------------------- */

/* Keeps what a node uses, up to a distance. */
static void keep_before(slice *s, uint32_t node, size_t distance)
{
    uint32_t *nodes = s->stack;
    size_t count = 1, begin = 0;
    nodes[0] = node;
    s->fate[node] = KEPT;
    for (; distance > 0 && begin < count; distance--) {
        for (size_t end = count; begin < end; begin++) {
            const dgi_trace_node *n = &s->from->nodes[nodes[begin]];
            for (uint32_t k = 0; k < n->n_operands; k++) {
                uint32_t operand = dgi_trace_node_operands(n)[k];
                if (s->fate[operand] != KEPT)
                    nodes[count++] = operand;
                s->fate[operand] = KEPT;
            }
        }
    }
}

/* Keeps what uses a node, up to a distance. Where `only` is not NULL it must be marked there. */
static bool keep_behind(slice *s, uint32_t node, size_t distance, const uint8_t *only)
{
    const dg_trace *t = s->from;
    uint32_t *first = malloc((t->n_nodes + 1) * sizeof *first);
    uint32_t *users = malloc((t->n_edges + 1) * sizeof *users), *nodes = s->stack;
    uint8_t *seen = calloc(t->n_nodes, 1);
    bool done = first && users && seen;
    if (done) {
        dgi_find_users(t, first, users);
        size_t count = 1, begin = 0;
        nodes[0] = node;
        seen[node] = 1;
        s->fate[node] = KEPT;
        for (; distance > 0 && begin < count; distance--)
            for (size_t end = count; begin < end; begin++)
                for (uint32_t k = first[nodes[begin]]; k < first[nodes[begin] + 1]; k++) {
                    uint32_t user = users[k];
                    if (seen[user] || (only && !only[user]))
                        continue;
                    seen[user] = 1;
                    s->fate[user] = KEPT;
                    nodes[count++] = user;
                }
    }
    free(first);
    free(users);
    free(seen);
    return done;
}

/* ---- What was cut off ----------------------------------------------------------------------- */

/* Counts what a stub stands for. */
static void count_behind(slice *s, uint32_t stub)
{
    size_t count = 1;
    s->stack[0] = stub;
    s->first_use[stub] = (uint32_t)s->n_uses;
    while (count > 0) {
        const dgi_trace_node *n = &s->from->nodes[s->stack[--count]];
        for (uint32_t k = 0; k < n->n_operands; k++) {
            uint32_t operand = dgi_trace_node_operands(n)[k];
            if (s->fate[operand] == KEPT || s->fate[operand] == STUB)
                s->uses[s->n_uses++] = operand;
            if (s->fate[operand] != CUT)
                continue;
            s->fate[operand] = COUNTED;
            s->behind[stub]++;
            s->stack[count++] = operand;
        }
    }
    s->use_count[stub] = (uint32_t)(s->n_uses - s->first_use[stub]);
}

/* The operands of kept nodes become stubs. */
static void make_stubs(slice *s)
{
    const dg_trace *t = s->from;
    for (size_t i = 0; i < t->n_nodes; i++) {
        const dgi_trace_node *n = &t->nodes[i];
        for (uint32_t k = 0; s->fate[i] == KEPT && k < n->n_operands; k++) {
            uint32_t operand = dgi_trace_node_operands(n)[k];
            if (s->fate[operand] == CUT)
                s->fate[operand] = STUB;
        }
    }
    for (size_t i = 0; i < t->n_nodes; i++)
        if (s->fate[i] == STUB)
            count_behind(s, (uint32_t)i);
}

/* What is left uses kept values. */
static void find_rest(slice *s)
{
    const dg_trace *t = s->from;
    s->first_of_rest = s->n_uses;
    for (size_t i = 0; i < t->n_nodes; i++) {
        const dgi_trace_node *n = &t->nodes[i];
        if (s->fate[i] != CUT)
            continue;
        s->rest++;
        for (uint32_t k = 0; k < n->n_operands; k++) {
            uint32_t operand = dgi_trace_node_operands(n)[k];
            if (s->fate[operand] == KEPT || s->fate[operand] == STUB)
                s->uses[s->n_uses++] = operand;
        }
    }
}

/* ---- The slice ------------------------------------------------------------------------------ */

/* The label of a stub: what it is called, and how many others it stands for. */
static const char *stub_label(slice *s, const dgi_trace_node *n, size_t others)
{
    dgi_buf b = DGI_BUF_INIT;
    const char *name = !n ? "" : *n->label ? n->label : n->op;
    dgi_buf_puts(&b, name);
    dgi_buf_puts(&b, *name ? " \u2026" : "\u2026");
    if (others)
        dgi_buf_printf(&b, " %zu more", others);
    const char *label = b.failed ? NULL : dgi_trace_intern(s->to, b.data, b.size);
    dgi_buf_free(&b);
    return label;
}

static const char *dots(slice *s)
{
    return dgi_trace_intern(s->to, "\u2026", strlen("\u2026"));
}

static bool copy_node(slice *s, uint32_t old)
{
    const dgi_trace_node *n = &s->from->nodes[old];
    dgi_trace_node *copy = dgi_trace_copy_content(s->to, n);
    if (!copy)
        return false;
    s->new_index[old] = (uint32_t)(s->to->n_nodes - 1);
    s->old_index[s->to->n_nodes - 1] = old;
    if (s->fate[old] != STUB || n->n_operands == 0)
        return true;
    copy->op = s->use_count[old] ? dots(s) : "";
    copy->label = stub_label(s, n, s->behind[old]);
    return copy->op && copy->label;
}

/* The rest: the root, or what stands beside it. */
static bool add_rest(slice *s, bool is_root)
{
    const dgi_trace_node *root = is_root ? &s->from->nodes[s->from->root] : NULL;
    static const dgi_trace_node nothing = {.label = "", .op = "", .scope = "", .no_data = 1};
    dgi_trace_node *copy = dgi_trace_copy_content(s->to, root ? root : &nothing);
    if (!copy)
        return false;
    s->rest_node = s->to->n_nodes - 1;
    s->old_index[s->rest_node] = is_root ? (uint32_t)s->from->root : DGI_NO_NODE;
    if (is_root)
        s->new_index[s->from->root] = (uint32_t)s->rest_node;
    copy->op = dots(s);
    copy->label = s->rest > is_root ? stub_label(s, root, s->rest - is_root) : copy->label;
    return copy->op && copy->label;
}

/* The operands of a node of the slice, as nodes of the trace; DGI_NO_NODE: of the rest. */
static const uint32_t *operands_of(const slice *s, uint32_t old, size_t *count)
{
    if (old == DGI_NO_NODE || s->fate[old] == CUT) {
        *count = s->n_uses - s->first_of_rest;
        return s->uses + s->first_of_rest;
    }
    *count = s->fate[old] == KEPT ? s->from->nodes[old].n_operands : s->use_count[old];
    return s->fate[old] == KEPT ? dgi_trace_node_operands(&s->from->nodes[old])
                                : s->uses + s->first_use[old];
}

/* Pushes them, the last one first, so that the first is on top. */
static size_t push_operands(slice *s, uint32_t old, size_t height)
{
    size_t count;
    const uint32_t *operands = operands_of(s, old, &count);
    while (count-- > 0)
        if (s->new_index[operands[count]] == DGI_NO_NODE)
            s->stack[height++] = operands[count];
    return height;
}

/* Copies what is below the nodes on the stack, depth first, operands in order. */
static bool copy_below(slice *s, size_t height)
{
    while (height > 0) {
        uint32_t old = s->stack[--height];
        if (s->new_index[old] != DGI_NO_NODE)
            continue;
        if (!copy_node(s, old))
            return false;
        height = push_operands(s, old, height);
    }
    return true;
}

static bool copy_nodes(slice *s)
{
    uint32_t root = (uint32_t)s->from->root;
    bool root_kept = s->fate[root] == KEPT;
    s->rest_node = DG_NO_NODE;
    s->stack[0] = root;
    bool done = !root_kept || copy_below(s, 1);
    if (s->n_uses > s->first_of_rest)
        done = done && add_rest(s, s->fate[root] == CUT) &&
               copy_below(s, push_operands(s, DGI_NO_NODE, 0));
    for (size_t i = 0; i < s->from->n_nodes && done; i++) /* what no root depends on */
        if (s->fate[i] == KEPT && s->new_index[i] == DGI_NO_NODE) {
            s->stack[0] = (uint32_t)i;
            done = copy_below(s, 1);
        }
    return done;
}

static bool copy_edges(slice *s)
{
    for (size_t i = 0; i < s->to->n_nodes; i++) {
        size_t count;
        const uint32_t *operands = operands_of(s, s->old_index[i], &count);
        if (dgi_trace_reserve_operands(s->to, i, count) != DG_OK)
            return false;
        dgi_trace_node *copy = &s->to->nodes[i];
        uint32_t *copies = count > DGI_INLINE_OPERANDS ? copy->allocated : copy->inlined;
        for (size_t k = 0; k < count; k++)
            copies[k] = s->new_index[operands[k]];
    }
    return true;
}

static bool copy_annotations(slice *s)
{
    for (size_t i = 0; s->from->annotations && i < s->to->n_nodes; i++) {
        uint32_t old = s->old_index[i];
        if (i == s->rest_node || s->fate[old] != KEPT)
            continue;
        size_t first = dg_trace_first_result(s->from, old);
        size_t k = dg_trace_result_index(s->from, old);
        bool together = s->fate[first] == KEPT && s->new_index[first] != DGI_NO_NODE;
        if (dgi_annotations_copy(s->to, i, s->from, old) != DG_OK ||
            dgi_trace_set_result(s->to, i, together ? s->new_index[first] : i, k) != DG_OK)
            return false;
    }
    return true;
}

/* Roots that are kept, and the rest. */
static bool set_roots(slice *s)
{
    uint32_t root = s->new_index[s->from->root];
    size_t first = root != DGI_NO_NODE ? root : s->rest_node != DG_NO_NODE ? s->rest_node : 0;
    bool done = dg_trace_set_root(s->to, first) == DG_OK;
    for (size_t i = 1; done && i < dg_trace_root_count(s->from); i++) {
        root = s->new_index[dg_trace_root_at(s->from, i)];
        if (root != DGI_NO_NODE && root != first)
            done = dg_trace_add_root(s->to, root) == DG_OK;
    }
    if (s->rest_node == DG_NO_NODE || s->rest_node == first)
        return done;
    return done && dg_trace_add_root(s->to, s->rest_node) != DG_NOMEM;
}

static bool make(slice *s)
{
    make_stubs(s);
    find_rest(s);
    if (!copy_nodes(s) || !copy_edges(s) || !copy_annotations(s) || !set_roots(s))
        return false;
    dgi_trace_shrink(s->to);
    return dgi_trace_copy_ids(s->to, s->from, s->old_index);
}

/* Memory for a slice of which nothing is kept yet. */
static bool begin(slice *s, const dg_trace *t)
{
    size_t n = t->n_nodes;
    *s = (slice){.from = t, .to = dg_trace_new()};
    s->fate = calloc(n, 1);
    s->behind = calloc(n, sizeof *s->behind);
    s->new_index = malloc(n * sizeof *s->new_index);
    s->old_index = malloc((n + 1) * sizeof *s->old_index);
    s->stack = malloc((n + t->n_edges + 1) * sizeof *s->stack);
    s->uses = malloc((t->n_edges + 1) * sizeof *s->uses);
    s->first_use = malloc(n * sizeof *s->first_use);
    s->use_count = malloc(n * sizeof *s->use_count);
    if (!s->to || !s->fate || !s->behind || !s->new_index || !s->old_index || !s->stack ||
        !s->uses || !s->first_use || !s->use_count)
        return false;
    memset(s->new_index, 0xFF, n * sizeof *s->new_index);
    return true;
}

/* Makes the slice, unless something failed, and frees the rest. */
static dg_trace *finish(slice *s, dg_status status, dg_error *error)
{
    if (status == DG_OK && !make(s))
        status = DG_NOMEM;
    free(s->fate);
    free(s->behind);
    free(s->new_index);
    free(s->old_index);
    free(s->stack);
    free(s->uses);
    free(s->first_use);
    free(s->use_count);
    if (status == DG_NOMEM)
        dgi_error(error, status, "out of memory");
    if (status == DG_OK)
        return s->to;
    dg_trace_free(s->to);
    return NULL;
}

static bool has_node(const dg_trace *t, size_t node, dg_error *error)
{
    if (error)
        *error = (dg_error){0};
    if (t && node < t->n_nodes && t->root < t->n_nodes)
        return true;
    dgi_error(error, DG_INVALID, t ? "there is no such node" : "there is no trace");
    return false;
}

dg_trace *dg_trace_around(const dg_trace *t, size_t node, size_t distance, dg_error *error)
{
    if (!has_node(t, node, error))
        return NULL;
    slice s;
    bool done = begin(&s, t) && keep_behind(&s, (uint32_t)node, distance, NULL);
    if (done)
        keep_before(&s, (uint32_t)node, distance);
    return finish(&s, done ? DG_OK : DG_NOMEM, error);
}

/* Keeps what is on paths from a to b: what b uses and what uses a. */
static dg_status keep_paths(slice *s, uint32_t a, uint32_t b)
{
    uint8_t *used_by_b = malloc(s->from->n_nodes);
    if (!used_by_b)
        return DG_NOMEM;
    keep_before(s, b, SIZE_MAX);
    for (size_t i = 0; i < s->from->n_nodes; i++)
        used_by_b[i] = s->fate[i] == KEPT;
    memset(s->fate, CUT, s->from->n_nodes);
    dg_status status = used_by_b[a] ? DG_OK : DG_INVALID;
    if (status == DG_OK && !keep_behind(s, a, SIZE_MAX, used_by_b))
        status = DG_NOMEM;
    free(used_by_b);
    return status;
}

dg_trace *dg_trace_between(const dg_trace *t, size_t a, size_t b, dg_error *error)
{
    if (!has_node(t, a, error) || !has_node(t, b, error))
        return NULL;
    slice s;
    dg_status status = begin(&s, t) ? keep_paths(&s, (uint32_t)a, (uint32_t)b) : DG_NOMEM;
    if (status == DG_INVALID)
        status = keep_paths(&s, (uint32_t)b, (uint32_t)a);
    if (status == DG_INVALID)
        dgi_error(error, status, "there is no path between the two");
    return finish(&s, status, error);
}

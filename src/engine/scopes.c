/* Scopes. The scope of values is stored once for each run of values made in it. */
#include "engine/detached.h"
#include "engine/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"

/* The id of the scope that the value with index i was made in: binary search. */
static uint32_t scope_at(const dg_graph *g, size_t i)
{
    size_t low = 0, high = g->n_scope_runs; /* runs before low begin at i or before it */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->scope_runs[middle].first <= i)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? g->scope_runs[low - 1].text : 0;
}

const char *dg_scope(const dg_value *v)
{
    uint32_t scope = v ? scope_at(dgi_graph_of(v), dgi_index_of(v)) : 0;
    return scope ? dgi_graph_of(v)->interned[scope] : "";
}

/* Begins a run with the graph's scope. There is capacity: see reserve_runs(). */
static void begin_run(dg_graph *g)
{
    dgi_scope *runs = g->scope_runs;
    size_t n = g->n_scope_runs;
    if (n > 0 && runs[n - 1].first == g->n_values)
        n--;
    if ((n > 0 ? runs[n - 1].text : 0) != g->scope)
        runs[n++] = (dgi_scope){(dgi_index)g->n_values, g->scope};
    g->n_scope_runs = n;
}

/* Reserves capacity for the run of a scope that is opened, and for those that begin when it and the
 * scopes around it are closed, so that closing cannot fail. */
static bool reserve_runs(dg_graph *g)
{
    size_t last = g->n_scope_runs + g->n_scopes + 1;
    dgi_scope *runs = dgi_grown(g->scope_runs, &g->scope_run_capacity, last, sizeof *runs);
    if (!runs)
        return false;
    g->scope_runs = runs;
    return true;
}

static bool push_scope(dg_graph *g)
{
    uint32_t *scopes = dgi_grown(g->scopes, &g->scope_capacity, g->n_scopes, sizeof *scopes);
    if (!scopes)
        return false;
    g->scopes = scopes;
    if (!reserve_runs(g))
        return false;
    g->scopes[g->n_scopes++] = g->scope;
    return true;
}

dg_status dg_scope_begin(dg_graph *g, const char *name)
{
    if (!g || !name || !*name) {
        dgi_graph_fail(g, DG_INVALID, "a scope has no name");
        return DG_INVALID;
    }
    dgi_buf path = DGI_BUF_INIT;
    if (g->scope) {
        dgi_buf_puts(&path, g->interned[g->scope]);
        dgi_buf_putc(&path, '/');
    }
    dgi_buf_put(&path, name, strnlen(name, DG_LABEL_MAX + 1));
    dg_status status = DG_OK;
    uint32_t scope = 0;
    if (path.failed || !push_scope(g)) {
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        status = DG_NOMEM;
    } else if (!dgi_intern_id(g, path.data, &scope)) {
        g->n_scopes--;
        status = path.size > DG_LABEL_MAX ? DG_LIMIT : DG_NOMEM;
    } else {
        g->scope = scope;
        begin_run(g);
    }
    dgi_buf_free(&path);
    return status;
}

dg_status dgi_scope_begin_again(dg_graph *g, const char *name, uint32_t known[2])
{
    uint32_t around = g->scope;
    if (!known[1] || known[0] != around || !push_scope(g)) {
        dg_status status = dg_scope_begin(g, name);
        known[0] = around;
        known[1] = status == DG_OK ? g->scope : 0;
        return status;
    }
    g->scope = known[1];
    begin_run(g);
    return DG_OK;
}

void dg_scope_end(dg_graph *g)
{
    if (!g || g->n_scopes == 0)
        return;
    g->scope = g->scopes[--g->n_scopes];
    begin_run(g);
}

bool dgi_enter_scope(dg_graph *g, uint32_t scope)
{
    if (!reserve_runs(g)) {
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        return false;
    }
    g->scope = scope;
    begin_run(g);
    return true;
}

void dgi_leave_scope(dg_graph *g, uint32_t before)
{
    g->scope = before;
    begin_run(g);
}

/* A run begins at this value, if none does. There is capacity. Returns the run's index. */
static size_t split_run(dg_graph *g, size_t at)
{
    size_t i = g->n_scope_runs;
    while (i > 0 && g->scope_runs[i - 1].first > at)
        i--;
    if (i > 0 && g->scope_runs[i - 1].first == at)
        return i - 1;
    uint32_t scope = i > 0 ? g->scope_runs[i - 1].text : 0;
    memmove(g->scope_runs + i + 1, g->scope_runs + i, (g->n_scope_runs - i) * sizeof(dgi_scope));
    g->scope_runs[i] = (dgi_scope){(dgi_index)at, scope};
    g->n_scope_runs++;
    return i;
}

/* AROUND/NAME and what of the path follows AROUND. */
static bool wrap(dg_graph *g, uint32_t scope, uint32_t around, const char *name, uint32_t *wrapped)
{
    dgi_buf path = DGI_BUF_INIT;
    const char *outer = around ? g->interned[around] : "", *inner = scope ? g->interned[scope] : "";
    size_t size = strlen(outer);
    dgi_buf_puts(&path, outer);
    dgi_buf_puts(&path, size ? "/" : "");
    dgi_buf_put(&path, name, strnlen(name, DG_LABEL_MAX + 1));
    inner += size; /* which begins with the path around it */
    dgi_buf_puts(&path, *inner && !size ? "/" : "");
    dgi_buf_puts(&path, inner);
    if (path.failed)
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
    bool done = !path.failed && dgi_intern_id(g, path.data, wrapped);
    dgi_buf_free(&path);
    return done;
}

bool dgi_wrap_scopes(dg_graph *g, size_t first, size_t end, uint32_t around, const char *name)
{
    /* Capacity for two runs that begin at these values, and for what reserve_runs() promised. */
    size_t last = g->n_scope_runs + 2 + g->n_scopes + 1;
    dgi_scope *runs = dgi_grown(g->scope_runs, &g->scope_run_capacity, last, sizeof *runs);
    if (runs)
        g->scope_runs = runs;
    uint32_t *wrapped = runs ? malloc((g->n_scope_runs + 2) * sizeof *wrapped) : NULL;
    if (!wrapped) {
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        return false;
    }
    if (end < g->n_values)
        split_run(g, end);
    size_t begin = split_run(g, first), count = 0;
    bool done = true;
    for (size_t i = begin; i < g->n_scope_runs && g->scope_runs[i].first < end && done; i++)
        done = wrap(g, g->scope_runs[i].text, around, name, &wrapped[count++]);
    for (size_t i = 0; i < count && done; i++)
        g->scope_runs[begin + i].text = wrapped[i];
    free(wrapped);
    begin_run(g); /* of values that follow, in the open scope */
    return done;
}

bool dgi_scopes_copy(dg_graph *g, const dg_graph *from)
{
    uint32_t scope = 0;
    for (size_t i = 0; i < from->n_scopes; i++) {
        if (!dgi_intern_id(g, from->scopes[i] ? from->interned[from->scopes[i]] : "", &scope))
            return false;
        g->scope = scope;
        if (!push_scope(g)) {
            dgi_graph_fail(g, DG_NOMEM, "out of memory");
            return false;
        }
    }
    return dgi_intern_id(g, from->scope ? from->interned[from->scope] : "", &scope) &&
           dgi_enter_scope(g, scope);
}

void dgi_scopes_rewind(dg_graph *g, size_t mark)
{
    size_t n = g->n_scope_runs;
    while (n > 0 && g->scope_runs[n - 1].first >= mark)
        n--;
    if (n == g->n_scope_runs)
        return;
    /* At least one run was dropped, so that there is capacity for that of the open scope. */
    g->n_scope_runs = n;
    if ((n > 0 ? g->scope_runs[n - 1].text : 0) != g->scope)
        g->scope_runs[g->n_scope_runs++] = (dgi_scope){(dgi_index)mark, g->scope};
}

void dgi_scopes_free(dg_graph *g)
{
    free(g->scopes);
    free(g->scope_runs);
}

/* An explanation as JSON. */
#include <stdlib.h>

#include "base/json_text.h"
#include "base/number.h"
#include "inspect/why_sentence.h"
#include "trace/node_ids.h"

typedef struct writer {
    dgi_buf *out;
    const dg_why *w;
    const dgi_unique_ids *ids;
} writer;

static void put_key(const writer *x, const char *key)
{
    dgi_buf_printf(x->out, ", \"%s\": ", key);
}

static void put_number(const writer *x, const char *key, double number)
{
    put_key(x, key);
    dgi_json_put_number(x->out, number);
}

/* null where it is not known. */
static void put_known(const writer *x, const char *key, double number, bool known)
{
    put_key(x, key);
    if (known)
        dgi_json_put_number(x->out, number);
    else
        dgi_buf_puts(x->out, "null");
}

static void put_count(const writer *x, const char *key, size_t count)
{
    dgi_buf_printf(x->out, ", \"%s\": %zu", key, count);
}

/* An integer, where it is one for certain. */
static void put_path_count(const writer *x, const char *key, double count)
{
    char text[DGI_NUMBER_ROOM];
    if (count >= 0x1p53) {
        put_number(x, key, count);
        return;
    }
    put_key(x, key);
    dgi_buf_put(x->out, text, dgi_fixed(text, count, 0));
}

static void put_id(const writer *x, size_t node)
{
    char id[DGI_DEFAULT_ID_SIZE];
    dgi_json_put_string(x->out, dgi_unique_id(x->ids, node, id));
}

static void put_node(const writer *x, const char *key, size_t node)
{
    put_key(x, key);
    if (node == DG_NO_NODE)
        dgi_buf_puts(x->out, "null");
    else
        put_id(x, node);
}

/* ---- Parts ---------------------------------------------------------------------------------- */

static const char *extent_name(dg_why_extent extent)
{
    static const char *const names[] = {[DG_WHY_WHOLE] = "whole",
                                        [DG_WHY_FROM_VALUES] = "from-values",
                                        [DG_WHY_PARTLY] = "partly",
                                        [DG_WHY_UNKNOWN] = "unknown",
                                        [DG_WHY_NO_PATH] = "no-path"};
    return names[extent];
}

static void put_uses(const writer *x)
{
    dg_why_use u;
    dgi_buf_puts(x->out, ",\n \"uses\": [");
    for (size_t i = 0; dg_why_use_at(x->w, i, &u) == DG_OK && !x->out->failed; i++) {
        dgi_buf_puts(x->out, i ? ",\n  {\"node\": " : "\n  {\"node\": ");
        put_id(x, u.node);
        put_count(x, "operand", u.operand);
        put_key(x, "op");
        dgi_json_put_string(x->out, x->w->a.trace->nodes[u.node].op);
        put_key(x, "reached");
        dgi_buf_puts(x->out, u.reached ? "true" : "false");
        put_known(x, "local", u.local, u.known);
        put_known(x, "upstream", u.upstream, u.known);
        put_known(x, "contribution", u.contribution, u.known);
        put_known(x, "share", u.share, !isnan(u.share));
        dgi_buf_puts(x->out, "}");
    }
    dgi_buf_puts(x->out, "]");
}

static void put_steps(const writer *x, size_t path)
{
    dg_why_step s;
    for (size_t i = 0; dg_why_step_at(x->w, path, i, &s) == DG_OK && !x->out->failed; i++) {
        dgi_buf_puts(x->out, i ? ",\n    {\"node\": " : "\n    {\"node\": ");
        put_id(x, s.node);
        if (i > 0) {
            put_node(x, "through", s.through);
            put_count(x, "operand", s.operand);
            put_number(x, "factor", s.factor);
        }
        put_number(x, "product", s.product);
        put_number(x, "gradient", s.gradient);
        dgi_buf_puts(x->out, "}");
    }
}

static void put_paths(const writer *x)
{
    dg_why_path p;
    dgi_buf_puts(x->out, ",\n \"paths\": [");
    for (size_t i = 0; dg_why_path_at(x->w, i, &p) == DG_OK && !x->out->failed; i++) {
        dgi_buf_puts(x->out, i ? ",\n  {\"product\": " : "\n  {\"product\": ");
        dgi_json_put_number(x->out, p.product);
        put_known(x, "log10", p.log10_product, isfinite(p.log10_product));
        put_count(x, "zeros", p.zeros);
        put_known(x, "share", p.share, !isnan(p.share));
        dgi_buf_puts(x->out, ", \"steps\": [");
        put_steps(x, i);
        dgi_buf_puts(x->out, "]}");
    }
    dgi_buf_puts(x->out, "]");
}

static void put_turning_point(const writer *x)
{
    dg_why_turning_point p;
    if (dg_why_turning_point_of(x->w, &p) != DG_OK) {
        dgi_buf_puts(x->out, ",\n \"turning_point\": null");
        return;
    }
    dgi_buf_printf(x->out, ",\n \"turning_point\": {\"step\": %zu", p.step);
    put_node(x, "node", p.node);
    put_key(x, "state");
    dgi_json_put_string(x->out, dg_gradient_state_name(p.state));
    put_key(x, "cause");
    dgi_json_put_string(x->out, dg_why_cause_name(p.cause));
    put_count(x, "extreme", p.extreme);
    put_node(x, "culprit", p.culprit);
    dgi_buf_puts(x->out, "}");
}

static void put_text(const writer *x)
{
    char *text = dg_summary_from_why(x->w, NULL);
    if (text)
        dgi_json_put_string(x->out, text);
    else
        x->out->failed = true;
    free(text);
}

/* ---- All of it ------------------------------------------------------------------------------ */

static void put_all(const writer *x)
{
    const dg_why *w = x->w;
    const dgi_trace_node *n = &w->a.trace->nodes[w->node];
    dg_why_extent extent = dg_why_extent_of(w);
    bool known = extent != DG_WHY_UNKNOWN && extent != DG_WHY_NO_PATH;
    dgi_buf_puts(x->out, "{\"dotgrad_why\": 1, \"value\": ");
    put_id(x, w->node);
    put_key(x, "label");
    dgi_json_put_string(x->out, n->label);
    put_node(x, "root", w->root);
    put_key(x, "norm");
    dgi_buf_puts(x->out, n->is_tensor ? "true" : "false");
    put_known(x, "grad", n->is_tensor ? dgi_gradient_norm(n) : n->grad, n->has_grad);
    put_key(x, "known");
    dgi_json_put_string(x->out, extent_name(extent));
    put_known(x, "total", dg_why_total(w), known);
    put_known(x, "magnitude", dg_why_magnitude(w), known);
    put_path_count(x, "path_count", dg_why_path_count(w));
    put_path_count(x, "open_path_count", dg_why_open_path_count(w));
    put_known(x, "listed_share", dg_why_listed_share(w), !isnan(dg_why_listed_share(w)));
    dgi_buf_puts(x->out, ",\n \"text\": ");
    put_text(x);
    put_turning_point(x);
    put_uses(x);
    put_paths(x);
    dgi_buf_puts(x->out, "}\n");
}

char *dg_json_from_why(const dg_why *w, size_t *size)
{
    dgi_unique_ids ids;
    if (size)
        *size = 0;
    if (!w || !dgi_unique_ids_init(&ids, w->a.trace))
        return NULL;
    dgi_buf json = DGI_BUF_INIT;
    put_all(&(writer){&json, w, &ids});
    dgi_unique_ids_free(&ids);
    return dgi_buf_take(&json, size);
}

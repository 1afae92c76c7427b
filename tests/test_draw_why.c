/* The paths by which a gradient comes, in a picture: what stands out, and what their edges say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dotgrad/engine.h>
#include <dotgrad/inspect.h>

#include "check_main.h"
#include "draw_support.h"
#include "xml_scan.h"

static xml_element *draw_why(const dg_trace *t, const char *name, dg_draw_options o)
{
    o.why = name;
    return draw_tree(t, o);
}

static size_t count_class(xml_element *root, const char *word)
{
    size_t n = 0;
    for (const xml_element *e = root; e; e = xml_following(e))
        n += xml_has_class(e, word);
    return n;
}

/* A random graph of deep paths. */
static dg_trace *deep_trace(rng *r)
{
    enum { MOST = 24 };
    dg_value *v[MOST];
    size_t n = 3 + rng_below(r, MOST - 2);
    dg_graph *g = dg_graph_new();
    for (size_t i = 0; i < n; i++) {
        dg_value *a = i ? v[i - 1 - rng_below(r, i < 4 ? i : 4)] : NULL;
        dg_value *b = i ? v[i - 1 - rng_below(r, i < 4 ? i : 4)] : NULL;
        size_t op = i < 2 ? 0 : rng_below(r, 5);
        v[i] = op == 0   ? dg_leaf(g, (double)rng_below(r, 7) - 3.0, NULL)
               : op == 1 ? dg_add(a, b)
               : op == 2 ? dg_mul(a, b)
               : op == 3 ? dg_tanh(a)
                         : dg_relu(a);
    }
    dg_value *root = dg_add(v[n - 1], v[n - 2]);
    dg_backward(root);
    dg_trace *t = dg_trace_from_value(root);
    dg_graph_free(g);
    return t;
}

/* The values on the paths that a picture shows, and the distinct edges of these. */
typedef struct wanted {
    bool on_path[64], edge[64][64];
    size_t edges;
} wanted;

static wanted wanted_of(const dg_trace *t, size_t node)
{
    wanted x = {.edges = 0};
    dg_why *w = dg_why_new(t, node, NULL, NULL);
    ck_assert_ptr_nonnull(w);
    dg_why_path p;
    dg_why_step s;
    for (size_t i = 0; dg_why_path_at(w, i, &p) == DG_OK; i++)
        for (size_t k = 0; (i == 0 || p.zeros == 0) && dg_why_step_at(w, i, k, &s) == DG_OK; k++) {
            x.on_path[s.node] = true;
            if (k > 0 && !x.edge[s.node][s.through]) {
                x.edge[s.node][s.through] = true;
                x.edges++;
            }
        }
    dg_why_free(w);
    return x;
}

/* Edges are drawn once for each distinct pair, in the order of the trace, after those of ops. */
static void check_edges(const dg_trace *t, xml_element *root, const wanted *want, dg_style style)
{
    size_t next = 0, from, to, operand, ops = 0;
    for (size_t i = 0; i < dg_trace_node_count(t); i++)
        ops += style == DG_STYLE_RECORD && *dg_trace_op(t, i);
    next = ops;
    for (size_t i = 0; dg_trace_edge(t, i, &from, &to, &operand) == DG_OK; i++) {
        bool again = false;
        for (size_t k = 0; k < operand; k++)
            again = again || dg_trace_operand(t, to, k) == from;
        if (!again)
            ck_assert_int_eq(stands_out(root, 'e', next++, ""), want->edge[from][to]);
    }
}

START_TEST(paths_of_random_graphs)
{
    rng r = {11};
    for (size_t i = 0; i < cases(600); i++) {
        dg_trace *t = deep_trace(&r);
        size_t node = rng_below(&r, dg_trace_node_count(t));
        char id[40];
        snprintf(id, sizeof id, "v%zu", node);
        dg_style style = (dg_style)rng_below(&r, 3);
        wanted want = wanted_of(t, node);
        xml_element *root = draw_why(t, id, (dg_draw_options){.style = style});
        for (size_t k = 0; k < dg_trace_node_count(t); k++) {
            ck_assert_int_eq(stands_out(root, 'v', k, ""), want.on_path[k]);
            if (style == DG_STYLE_RECORD && *dg_trace_op(t, k))
                ck_assert_int_eq(stands_out(root, 'v', k, "-op"), want.on_path[k] && k != node);
        }
        check_edges(t, root, &want, style);
        /* Each edge of a path, and no other, has its factor. */
        ck_assert_uint_eq(count_class(root, "dg-local"), want.edges);
        xml_free(root);
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(other_options)
{
    dg_trace *t = lecture_trace();
    size_t a = dg_trace_find(t, "a");
    ck_assert_uint_ne(a, DG_NO_NODE);
    wanted want = wanted_of(t, a);
    /* All edges say what is asked for. */
    xml_element *root = draw_why(t, "a", (dg_draw_options){.edges = DG_EDGES_CONTRIBUTION});
    ck_assert_uint_eq(count_class(root, "dg-local"), 0);
    ck_assert_uint_gt(count_class(root, "dg-contribution"), want.edges);
    xml_free(root);
    /* Graphviz places them, too. */
    root = draw_why(t, "a", (dg_draw_options){.layout = DG_LAYOUT_DOT});
    ck_assert_uint_eq(count_class(root, "dg-local"), want.edges);
    ck_assert(stands_out(root, 'v', a, ""));
    xml_free(root);
    /* Frames are of the backward pass, and the paths stay. */
    root = draw_why(t, "a", (dg_draw_options){.frames = DG_FRAMES_BACKWARD, .frame = 1});
    ck_assert(stands_out(root, 'v', a, ""));
    ck_assert_uint_eq(count_class(root, "dg-local"), want.edges);
    xml_free(root);
    char *svg = dg_render(t, NULL, &(dg_draw_options){.why = "a"});
    ck_assert_ptr_nonnull(
        strstr(svg, "<desc id=\"dotgrad-desc\">The gradient of a (∂L/∂a) is 6. "));
    dg_free(svg);
    /* Formats that are no picture do not look at it. */
    char *plain = dg_render(t, NULL, &(dg_draw_options){.format = DG_TABLE});
    char *table = dg_render(t, NULL, &(dg_draw_options){.format = DG_TABLE, .why = "nobody"});
    ck_assert_str_eq(table, plain);
    dg_free(plain);
    dg_free(table);
    dg_trace_free(t);
}
END_TEST

static void refused(const dg_trace *t, dg_draw_options o, const char *text)
{
    dg_error error = {0};
    o.error = &error;
    ck_assert_ptr_null(dg_render(t, NULL, &o));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_str_eq(error.text, text);
}

START_TEST(what_is_refused)
{
    dg_trace *t = lecture_trace();
    dg_trace_add_node(t, "lonely", NULL, 1.0);
    size_t odd = dg_trace_add_node(t, "odd", "gelu", 1.0);
    dg_trace_add_edge(t, dg_trace_root(t), odd);
    refused(t, (dg_draw_options){.why = "aa"}, "no value is named 'aa'; did you mean 'a'?");
    refused(t, (dg_draw_options){.why = ""}, "no value is named ''");
    refused(t, (dg_draw_options){.why = "a", .highlight = "b"},
            "highlight and why both say what stands out");
    refused(t, (dg_draw_options){.why = "lonely"},
            "the root does not depend on that value: no path leads to it");
    dg_trace_set_root(t, odd);
    refused(t, (dg_draw_options){.why = "L"}, "no path to that value is known");
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {paths_of_random_graphs, other_options, what_is_refused};
    return run_suite("draw, why", tests, sizeof tests / sizeof *tests);
}

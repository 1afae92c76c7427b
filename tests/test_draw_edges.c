/* The numbers on edges. */
#include <math.h>
#include <stdio.h>

#include "check_main.h"
#include "draw_support.h"
#include "xml_scan.h"

/* The text on the edge whose tooltip begins so, or NULL. */
static const char *text_of(xml_element *root, const char *ends)
{
    for (xml_element *e = root; e; e = xml_following(e)) {
        const xml_element *title = xml_has_class(e, "dg-edge") ? xml_child(e, "title") : NULL;
        if (title && strncmp(title->text, ends, strlen(ends)) == 0 &&
            title->text[strlen(ends)] == '\n')
            return xml_child(e, "text")->text;
    }
    return NULL;
}

static void says(xml_element *root, const char *ends, const char *want)
{
    const char *text = text_of(root, ends);
    ck_assert_msg(text ? want && strcmp(text, want) == 0 : !want, "%s says '%s', not '%s'", ends,
                  text ? text : "", want ? want : "");
}

/* L = (a*b + c)*f with a = 2, b = -3, c = 10, f = -2. */
START_TEST(lecture)
{
    dg_trace *t = lecture_trace();
    xml_element *root = draw_tree(t, (dg_draw_options){.edges = DG_EDGES_LOCAL});
    says(root, "d to L", "-2.0000");
    says(root, "f to L", "4.0000");
    says(root, "e to d", "1.0000");
    says(root, "c to d", "1.0000");
    says(root, "a to e", "-3.0000");
    says(root, "b to e", "2.0000");
    xml_free(root);
    root = draw_tree(t, (dg_draw_options){.edges = DG_EDGES_CONTRIBUTION, .numbers = "%.3g"});
    says(root, "d to L", "-2");
    says(root, "f to L", "4");
    says(root, "c to d", "-2");
    says(root, "a to e", "6");
    says(root, "b to e", "-4");
    xml_free(root);
    root = draw_tree(t, (dg_draw_options){.edges = DG_EDGES_NONE});
    says(root, "d to L", NULL);
    ck_assert_ptr_null(xml_by_class(root, "dg-local"));
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

/* Several operands that are one value have one edge, which says their sum. */
START_TEST(sums)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 3.0, "a"), *b = dg_set_label(dg_mul(a, a), "b");
    dg_value *L = dg_set_label(dg_mul(b, dg_leaf(g, 0.5, "h")), "L");
    dg_backward(L);
    dg_trace *t = dg_trace_from_value(L);
    for (int style = DG_STYLE_RECORD; style <= DG_STYLE_MERGED; style++) {
        dg_draw_options o = {.style = (dg_style)style, .edges = DG_EDGES_LOCAL};
        xml_element *root = draw_tree(t, o);
        says(root, "a to b", "6.0000 (×2)");
        xml_free(root);
        o.edges = DG_EDGES_CONTRIBUTION;
        root = draw_tree(t, o);
        says(root, "a to b", "3.0000 (×2)");
        xml_free(root);
    }
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

/* An op that is not known, and gradients that were not computed. */
START_TEST(unknown)
{
    dg_trace *t = dg_trace_new();
    const char *const ops[] = {"+", "foo", "*", "tanh"};
    const double data[] = {1.0, 1.0, 0.0, 0.0};
    for (size_t i = 0; i < 4; i++)
        dg_trace_add_node(t, ops[i], ops[i], data[i]);
    dg_trace_add_node(t, "x", "", 0.0);
    dg_trace_add_edge(t, 1, 0);
    dg_trace_add_edge(t, 2, 0);
    dg_trace_add_edge(t, 4, 1);
    dg_trace_add_edge(t, 4, 1);
    dg_trace_add_edge(t, 4, 2);
    dg_trace_add_edge(t, 3, 2);
    dg_trace_add_edge(t, 4, 3);
    dg_trace_set_grad(t, 0, 1.0);
    dg_trace_set_grad(t, 2, 1.0);
    dg_trace_set_grad(t, 4, INFINITY);
    xml_element *root = draw_tree(t, (dg_draw_options){.edges = DG_EDGES_LOCAL});
    says(root, "foo to +", "1.0000");
    says(root, "* to +", "1.0000");
    says(root, "x to foo", NULL);
    says(root, "x to *", "0.0000");
    says(root, "x to tanh", "1.0000");
    ck_assert_ptr_nonnull(xml_by_class(root, "dg-times")); /* x to foo: how often is known */
    xml_free(root);
    root = draw_tree(t, (dg_draw_options){.edges = DG_EDGES_CONTRIBUTION});
    says(root, "foo to +", NULL); /* the operand has no gradient */
    says(root, "* to +", "1.0000");
    says(root, "x to *", "0.0000");
    says(root, "x to tanh", NULL); /* the op has none */
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

/* What is not finite is said, and is as striking as in a box. */
START_TEST(not_finite)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, 0.0, "x"), *y = dg_set_label(dg_log(x), "y");
    dg_backward(y);
    dg_trace *t = dg_trace_from_value(y);
    xml_element *root = draw_tree(t, (dg_draw_options){.edges = DG_EDGES_LOCAL});
    says(root, "x to y", "inf");
    const xml_element *text = xml_by_class(root, "dg-local");
    ck_assert(xml_has_class(text, "dg-alert"));
    ck_assert_str_eq(xml_get(text, "fill"), "#b91c1c");
    xml_free(root);
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

/* The last number of a tooltip, with all its digits. */
static double number_of(const xml_element *edge, const char *word)
{
    const xml_element *title = xml_child(edge, "title");
    const char *at = title ? strstr(title->text, word) : NULL;
    return at ? strtod(at + strlen(word), NULL) : NAN;
}

/* The contributions of all edges from a value sum to its gradient. */
START_TEST(contributions_sum)
{
    for (uint64_t seed = 1; seed <= cases(60); seed++) {
        static double total[500], sizes[500];
        rng r = {seed};
        dg_graph *g = dg_graph_new();
        dg_value *root_value = random_value(&r, g, 40);
        dg_backward(root_value);
        dg_trace *t = dg_trace_from_value(root_value);
        size_t n = dg_trace_node_count(t);
        ck_assert_uint_lt(n, 500);
        memset(total, 0, sizeof total);
        memset(sizes, 0, sizeof sizes);
        /* In the merged style an edge leads from value to value; ids count them in trace order. */
        xml_element *root = draw_tree(
            t, (dg_draw_options){.style = DG_STYLE_MERGED, .edges = DG_EDGES_CONTRIBUTION});
        size_t edge = 0;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < dg_trace_operand_count(t, i); k++) {
                size_t from = dg_trace_operand(t, i, k), first = 0;
                while (dg_trace_operand(t, i, first) != from)
                    first++;
                if (first != k)
                    continue;
                char id[40];
                snprintf(id, sizeof id, "dotgrad-e%zu", edge++);
                double x = number_of(xml_by_id(root, id), "\ncontribution ");
                total[from] += x;
                sizes[from] += fabs(x);
            }
        for (size_t i = 1; i < n; i++)
            if (isfinite(sizes[i]) && i != dg_trace_root(t))
                ck_assert_msg(fabs(total[i] - dg_trace_grad(t, i)) <= 1e-12 * sizes[i],
                              "seed %llu: %zu: %.17g is not %.17g", (unsigned long long)seed, i,
                              total[i], dg_trace_grad(t, i));
        xml_free(root);
        dg_trace_free(t);
        dg_graph_free(g);
    }
}
END_TEST

/* In frames a contribution appears with its step, and nothing moves. */
START_TEST(frames)
{
    dg_trace *t = lecture_trace();
    static const char *const appear[] = {"", "", "d to L", "e to d", "a to e"};
    char size[80] = "";
    for (size_t frame = 1; frame <= 5; frame++) {
        xml_element *root = draw_tree(t, (dg_draw_options){.edges = DG_EDGES_CONTRIBUTION,
                                                           .frames = DG_FRAMES_BACKWARD,
                                                           .frame = frame});
        for (size_t i = 2; i < 5; i++)
            ck_assert_int_eq(text_of(root, appear[i]) != NULL, i < frame);
        if (frame == 1)
            snprintf(size, sizeof size, "%s", xml_get(root, "viewBox"));
        ck_assert_str_eq(xml_get(root, "viewBox"), size);
        xml_free(root);
        root = draw_tree(t, (dg_draw_options){.edges = DG_EDGES_LOCAL,
                                              .frames = DG_FRAMES_BACKWARD,
                                              .frame = frame});
        says(root, "a to e", "-3.0000");
        xml_free(root);
    }
    dg_trace_free(t);
}
END_TEST

/* x (2, 2) is used in w = x * x and in y = sum(x): arrays are said by their norms, and several
 * operands that are one value by that of their sum. */
START_TEST(tensors)
{
    dg_graph *g = dg_graph_new();
    const double data[] = {1.0, -2.0, 3.0, 4.0};
    dg_value *x = dg_tensor(g, 2, (size_t[]){2, 2}, data, "x");
    dg_value *w = dg_set_label(dg_mul(x, x), "w"), *y = dg_set_label(dg_sum(x), "y");
    dg_value *L = dg_set_label(dg_add(dg_mean(w), y), "L");
    dg_backward(L);
    dg_trace *t = dg_trace_from_value(L);
    for (int layout = DG_LAYOUT_FLOW; layout <= DG_LAYOUT_DOT; layout++) {
        dg_draw_options o = {.layout = (dg_layout)layout, .edges = DG_EDGES_CONTRIBUTION};
        xml_element *root = draw_tree(t, o);
        says(root, "x to w", "norm 2.7386 (×2)"); /* |2x / 4| */
        says(root, "x to y", "norm 2.0000");
        says(root, "y to L", "1.0000");
        xml_free(root);
        o.edges = DG_EDGES_LOCAL;
        root = draw_tree(t, o);
        says(root, "x to w", "norm ×5.4772 (×2)"); /* the upstream gradient has a norm of 1/2 */
        says(root, "x to y", "norm ×2.0000");
        says(root, "y to L", "1.0000");
        xml_free(root);
    }
    dg_trace_free(t);
    dg_graph_free(g);

    /* Numbers that are not finite; what has no gradient; an op that is not known. */
    t = dg_trace_new();
    dg_trace_add_tensor(t, "L", "sum", 0, NULL, (double[]){NAN});
    dg_trace_add_tensor(t, "y", "**2", 1, (size_t[]){2}, (double[]){NAN, 4.0});
    dg_trace_add_tensor(t, "x", NULL, 1, (size_t[]){2}, (double[]){NAN, 2.0});
    dg_trace_add_tensor(t, "z", "foo", 1, (size_t[]){2}, (double[]){1.0, 2.0});
    dg_trace_add_edge(t, 1, 0);
    dg_trace_add_edge(t, 2, 1);
    dg_trace_add_edge(t, 2, 3);
    dg_trace_add_edge(t, 3, 0);
    dg_trace_set_grad(t, 0, 1.0);
    dg_trace_set_grad_array(t, 1, (double[]){1.0, 1.0}, 2);
    xml_element *root = draw_tree(t, (dg_draw_options){.edges = DG_EDGES_CONTRIBUTION});
    says(root, "x to y", NULL);
    xml_free(root);
    dg_trace_set_grad_array(t, 2, (double[]){NAN, 4.0}, 2);
    dg_trace_set_grad_array(t, 3, (double[]){1.0, 1.0}, 2);
    root = draw_tree(t, (dg_draw_options){.edges = DG_EDGES_CONTRIBUTION});
    says(root, "x to y", "norm nan");
    says(root, "x to z", NULL);
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

/* Names of operands stand on their edges, before a number if there is one. */
START_TEST(names)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "y", "*", 6.0);
    dg_trace_add_node(t, "x", NULL, 2.0);
    dg_trace_add_node(t, "w", NULL, 3.0);
    dg_trace_add_edge(t, 1, 0);
    dg_trace_add_edge(t, 2, 0);
    dg_trace_set_operand_name(t, 0, 1, "weight\n<of> all that there are");
    for (int layout = DG_LAYOUT_FLOW; layout <= DG_LAYOUT_DOT; layout++)
        for (int style = DG_STYLE_RECORD; style <= DG_STYLE_MERGED; style++) {
            dg_draw_options o = {.layout = (dg_layout)layout, .style = (dg_style)style};
            xml_element *root = draw_tree(t, o);
            says(root, "w to y", "weight <of> all that the…");
            says(root, "x to y", NULL);
            ck_assert_ptr_nonnull(xml_by_class(root, "dg-operand"));
            xml_free(root);
            o.edges = DG_EDGES_LOCAL;
            root = draw_tree(t, o);
            says(root, "w to y", "weight <of> all that the… 2.0000");
            says(root, "x to y", "3.0000");
            xml_free(root);
        }
    dg_trace_free(t);
}
END_TEST

START_TEST(refused)
{
    dg_trace *t = lecture_trace();
    dg_error error = {0};
    ck_assert_ptr_null(
        dg_render(t, NULL, &(dg_draw_options){.edges = (dg_edges)3, .error = &error}));
    ck_assert_int_eq(error.status, DG_INVALID);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {lecture, sums,    unknown, not_finite, contributions_sum,
                                  frames,  tensors, names,   refused};
    return run_suite("draw_edges", tests, sizeof tests / sizeof *tests);
}

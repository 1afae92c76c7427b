/* The scene between style, placing and writing: what style promises to the placers and the writers,
 * and that the SVG writer needs nothing but a placed scene. */
#include <stdio.h>

#include "check_main.h"
#include "draw/place/place.h"
#include "draw/style/style.h"
#include "draw/write/svg.h"
#include "draw_support.h"
#include "xml_scan.h"

static dgi_options resolved(dg_layout layout)
{
    dgi_options o;
    ck_assert_int_eq(dgi_options_resolve(&o, &(dg_draw_options){.layout = layout}, NULL), DG_OK);
    return o;
}

static dgi_scene scene_of(const dg_trace *t)
{
    dgi_scene s;
    dgi_options o = resolved(DG_LAYOUT_AUTO);
    ck_assert_int_eq(dgi_scene_of(&s, t, &o, NULL), DG_OK);
    return s;
}

/* Values in the order of the trace, then ops in the same order. */
static void check_boxes(const dg_trace *t, const dgi_scene *s)
{
    size_t n = dg_trace_node_count(t), op = n;
    ck_assert_uint_eq(s->n_values, n);
    for (uint32_t i = 0; i < n; i++) {
        bool leaf = *dg_trace_op(t, i) == '\0';
        const dgi_box *box = &s->boxes[i];
        ck_assert_int_eq(box->kind, DGI_BOX_VALUE);
        ck_assert_uint_eq(box->node, i);
        ck_assert_uint_eq(box->group, DGI_NONE_32);
        ck_assert_int_eq(!(box->states & DGI_STATE_LEAF), !leaf);
        ck_assert_int_eq(!(box->states & DGI_STATE_ROOT), i != dg_trace_root(t));
        ck_assert_int_eq(!(box->states & DGI_STATE_TENSOR), dg_trace_ndim(t, i) == 0);
        ck_assert_int_eq(!(box->states & DGI_STATE_UNSET), dg_trace_has_grad(t, i) != 0);
        if (leaf)
            continue;
        ck_assert_uint_lt(op, s->n_boxes);
        ck_assert_int_eq(s->boxes[op].kind, DGI_BOX_OP);
        ck_assert_uint_eq(s->boxes[op++].node, i);
    }
    ck_assert_uint_eq(op, s->n_boxes);
}

/* The fields fill the box, the lines fit into it, and the texts into their fields. */
static void check_texts(const dgi_scene *s, uint32_t i, dgi_box_texts *texts)
{
    const dgi_box *box = &s->boxes[i];
    double width = 0.0;
    ck_assert(dgi_scene_box_texts(s, i, texts));
    for (size_t k = 0; k < texts->n_fields; k++) {
        const dgi_field *f = &texts->fields[k];
        width += f->width;
        must((double)f->lines * DGI_LINE_HEIGHT <= box->height, "box %u", i);
        for (size_t j = 0; j < f->n_texts; j++) {
            const dgi_text *text = &texts->texts[f->first_text + j];
            must(text->line >= 0.0 && text->line <= (double)f->lines - 1.0, "box %u", i);
            must(text->left + text->width <= f->width, "box %u", i);
            must(text->start + text->size <= texts->chars.size, "box %u", i);
        }
    }
    if (box->kind == DGI_BOX_VALUE)
        ck_assert_double_eq(width, box->width);
    else
        ck_assert_double_le(width, box->width);
}

/* How many operands of a node are the value. */
static size_t count_operands(const dg_trace *t, size_t node, size_t value)
{
    size_t count = 0;
    for (size_t i = 0; i < dg_trace_operand_count(t, node); i++)
        count += dg_trace_operand(t, node, i) == value;
    return count;
}

/* From each op to its value, then from each distinct operand; with a text where there are several.
 */
static void check_edges(const dg_trace *t, const dgi_scene *s)
{
    size_t n_ops = s->n_boxes - s->n_values, texts = 0, operands = 0;
    for (uint32_t i = 0; i < s->n_edges; i++) {
        const dgi_scene_edge *e = &s->edges[i];
        const dgi_box *from = &s->boxes[e->from], *to = &s->boxes[e->to];
        ck_assert_uint_ge(e->weight, 1);
        if (i < n_ops) {
            ck_assert(from->kind == DGI_BOX_OP && to->kind == DGI_BOX_VALUE);
            ck_assert_uint_eq(from->node, to->node);
            ck_assert_uint_eq(e->text, DGI_NONE_32);
            continue;
        }
        ck_assert(from->kind == DGI_BOX_VALUE && to->kind == DGI_BOX_OP);
        size_t count = count_operands(t, to->node, from->node);
        operands += count;
        ck_assert_int_eq(e->text == DGI_NONE_32, count == 1);
        if (count > 1) {
            char want[40];
            const dgi_edge_text *text = &s->edge_texts[texts];
            snprintf(want, sizeof want, "\xC3\x97%zu", count);
            ck_assert_uint_eq(e->text, texts++);
            ck_assert_str_eq(s->edge_chars.data + text->start, want);
            ck_assert_uint_eq(text->size, strlen(want));
        }
    }
    ck_assert_uint_eq(operands, dg_trace_edge_count(t));
    ck_assert_uint_eq(texts, s->n_edge_texts);
}

START_TEST(promises_of_style)
{
    dgi_box_texts texts = {.n_fields = 0};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        rng r = {seed};
        dg_trace *t = seed % 2 ? random_trace(&r, 30, true) : tensor_trace(&r, 30);
        dgi_scene s = scene_of(t);
        ck_assert_uint_eq(s.n_groups, 0);
        check_boxes(t, &s);
        for (uint32_t i = 0; i < s.n_boxes; i++)
            check_texts(&s, i, &texts);
        check_edges(t, &s);
        dgi_scene_free(&s);
        dg_trace_free(t);
    }
    dgi_box_texts_free(&texts);
}
END_TEST

/* Each placer places every box inside the bounds, and every edge once, from box to box. */
START_TEST(promises_of_placers)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r, 20, false);
        dgi_scene s = scene_of(t);
        bool *seen = calloc(s.n_edges, sizeof *seen);
        ck_assert_ptr_nonnull(seen);
        dgi_options o = resolved(seed % 2 ? DG_LAYOUT_DOT : DG_LAYOUT_FLOW);
        dgi_placed_scene p;
        ck_assert_int_eq(dgi_place(&p, &s, &o, NULL), DG_OK);
        for (uint32_t i = 0; i < s.n_boxes; i++) {
            dgi_point c = p.centres[i];
            double w = s.boxes[i].width / 2.0, h = s.boxes[i].height / 2.0;
            ck_assert(c.x - w > -0.01 && c.x + w < p.width + 0.01);
            ck_assert(c.y - h > -0.01 && c.y + h < p.height + 0.01);
        }
        ck_assert_uint_eq(p.n_edges, s.n_edges);
        for (size_t i = 0; i < p.n_edges; i++) {
            const dgi_placed_edge *e = &p.edges[i];
            ck_assert_uint_lt(e->edge, s.n_edges);
            ck_assert(!seen[e->edge]);
            seen[e->edge] = true;
            ck_assert(e->n_points >= 4 && e->n_points % 3 == 1);
            const dgi_box *from = &s.boxes[s.edges[e->edge].from];
            dgi_point start = p.points[e->first_point], centre = p.centres[s.edges[e->edge].from];
            /* Graphviz makes nodes up to two points wider. */
            ck_assert_double_eq_tol(start.x, centre.x + from->width / 2.0, 2.0);
            dgi_point tip = e->arrowhead[1], to = p.centres[s.edges[e->edge].to];
            ck_assert_double_lt(tip.x, to.x);
        }
        free(seen);
        dgi_placed_scene_free(&p);
        dgi_scene_free(&s);
        dg_trace_free(t);
    }
}
END_TEST

static void check_number(const xml_element *e, const char *name, double want)
{
    ck_assert_ptr_nonnull(e);
    const char *text = xml_get(e, name);
    ck_assert_msg(text && strtod(text, NULL) >= want - 0.01 && strtod(text, NULL) <= want + 0.01,
                  "%s is %s, not %g", name, text ? text : "missing", want);
}

/* A placer of the test's own: boxes below one another, edges from the last to the first. */
static dgi_placed_scene placed_by_hand(const dgi_scene *s, dgi_point *points)
{
    dgi_placed_scene p;
    ck_assert(dgi_placed_scene_init(&p, s));
    p.width = 1000.0;
    p.height = 100.0 * s->n_boxes;
    p.points = points;
    for (uint32_t i = 0; i < s->n_boxes; i++)
        p.centres[i] = (dgi_point){500.0, 100.0 * i + 50.0};
    for (uint32_t i = s->n_edges; i-- > 0;) {
        dgi_placed_edge *e = &p.edges[p.n_edges++];
        *e = (dgi_placed_edge){.edge = i, .n_points = 4, .first_point = 4 * (size_t)i};
        for (size_t k = 0; k < 4; k++)
            points[4 * (size_t)i + k] = (dgi_point){10.0 * i + (double)k, 20.0 + (double)(k * k)};
        e->arrowhead[1] = (dgi_point){7.0, 8.0};
    }
    for (uint32_t i = 0; i < s->n_edge_texts; i++)
        p.text_centres[i] = (dgi_point){333.0, 444.0};
    return p;
}

START_TEST(written_as_placed)
{
    for (int kind = 0; kind < 2; kind++) {
        dg_trace *t = kind ? twice_trace() : lecture_trace();
        dgi_scene s = scene_of(t);
        dgi_point *points = calloc(4 * (size_t)s.n_edges, sizeof *points);
        ck_assert_ptr_nonnull(points);
        dgi_placed_scene p = placed_by_hand(&s, points);
        dgi_options o = resolved(DG_LAYOUT_AUTO);
        dgi_sink sink = {.pending = DGI_BUF_INIT};
        ck_assert(dgi_write_svg(&sink, &p, &o));
        char error[XML_ERROR_ROOM], id[40];
        xml_element *root = xml_parse(sink.pending.data, sink.pending.size, error);
        ck_assert_msg(root, "%s", error);
        for (uint32_t i = 0; i < s.n_boxes; i++) {
            bool op = s.boxes[i].kind == DGI_BOX_OP;
            snprintf(id, sizeof id, "dotgrad-v%u%s", s.boxes[i].node, op ? "-op" : "");
            xml_element *e = xml_by_id(root, id);
            ck_assert_ptr_nonnull(e);
            double y = p.centres[i].y + DGI_MARGIN, x = p.centres[i].x + DGI_MARGIN;
            if (op) {
                check_number(xml_child(e, "ellipse"), "cx", x);
                check_number(xml_child(e, "ellipse"), "cy", y);
            } else {
                check_number(xml_child(e, "rect"), "x", x - s.boxes[i].width / 2.0);
                check_number(xml_child(e, "rect"), "y", y - s.boxes[i].height / 2.0);
            }
        }
        /* Edges in the order in which they were placed. */
        const xml_element *e = xml_by_class(root, "dg-edges")->first;
        for (uint32_t i = s.n_edges; i-- > 0; e = e->next) {
            char want[60];
            snprintf(id, sizeof id, "dotgrad-e%u", i);
            ck_assert_str_eq(xml_get(e, "id"), id);
            snprintf(want, sizeof want, "M%u 28c1 1 2 4 3 9", 10 * i + 8);
            ck_assert_str_eq(xml_get(xml_child(e, "path"), "d"), want);
        }
        ck_assert_ptr_null(e);
        if (kind)
            check_number(xml_by_class(root, "dg-times"), "x", 333.0 + DGI_MARGIN);
        xml_free(root);
        dgi_buf_free(&sink.pending);
        dgi_placed_scene_free(&p);
        dgi_scene_free(&s);
        dg_trace_free(t);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {promises_of_style, promises_of_placers, written_as_placed};
    return run_suite("draw_scene", tests, sizeof tests / sizeof *tests);
}

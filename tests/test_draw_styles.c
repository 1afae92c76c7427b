/* What --style and --show draw: what is in the picture, and that all of it is clear of the rest, in
 * every direction. */
#include <math.h>
#include <stdio.h>

#include "check_main.h"
#include "draw_support.h"
#include "svg_shapes.h"

/* The picture that is looked at. */
static char where[120];
static dg_draw_options how;
static dg_error draw_error;

static unsigned shown(void)
{
    enum { ALL = 63 };
    return how.show ? how.show : how.style == DG_STYLE_WIRE ? ALL & ~DG_SHOW_WORDS : ALL;
}

static bool same_owner(const svg_owner *a, const svg_owner *b)
{
    return a->letter == b->letter && a->number == b->number;
}

/* ---- Clear of each other -------------------------------------------------------------------- */

static void inside_picture(const svg_picture *p, const svg_rect *r, const char *what)
{
    ck_assert_msg(r->x0 > -0.02 && r->y0 > -0.02 && r->x1 < p->width + 0.02 &&
                      r->y1 < p->height + 0.02,
                  "%s: %s at %g,%g is cut off", where, what, r->x0, r->y0);
}

/* Brackets and commas of the nested lists touch the numbers. */
static bool are_neighbours(const svg_text *a, const svg_text *b)
{
    return a->whole == b->whole;
}

static void texts_apart(const svg_picture *p)
{
    for (size_t i = 0; i < p->n_texts; i++) {
        const svg_text *a = &p->texts[i];
        inside_picture(p, &a->at, a->element->text);
        for (size_t k = 0; k < i; k++) {
            const svg_text *b = &p->texts[k];
            svg_rect r = b->at;
            if (are_neighbours(a, b)) {
                r.x0 += 0.1;
                r.x1 -= 0.1;
            }
            if (svg_overlap(&a->at, &r))
                ck_abort_msg("%s: '%s' and '%s' overlap at %g,%g", where, a->element->text,
                             b->element->text, a->at.x0, a->at.y0);
        }
    }
}

/* Texts of a record are in it, that of an op in its ellipse, and all of them clear of the others.
 */
static void texts_and_shapes(const svg_picture *p)
{
    double gap = how.font_size > 0.0 ? 2.0 * how.font_size / 13.0 : 2.0;
    for (size_t k = 0; k < p->n_shapes; k++) {
        const svg_shape *s = &p->shapes[k];
        inside_picture(p, &s->at, "a shape");
        for (size_t i = 0; i < p->n_texts; i++) {
            const svg_text *t = &p->texts[i];
            bool own = same_owner(&t->owner, &s->owner) && t->owner.op == s->owner.op;
            if (s->cell) { /* one of its value's numbers, whole, or none */
                own = own && svg_overlap(&t->at, &s->at);
                if (own && (t->at.x0 < s->at.x0 || t->at.x1 > s->at.x1 || t->at.y0 < s->at.y0 ||
                            t->at.y1 > s->at.y1))
                    ck_abort_msg("%s: '%s' is cut by its cell", where, t->element->text);
                if (own)
                    continue;
            }
            if (own && (t->at.x0 < s->at.x0 + gap || t->at.x1 > s->at.x1 - gap ||
                        t->at.y0 < s->at.y0 + gap || t->at.y1 > s->at.y1 - gap))
                ck_abort_msg("%s: '%s' is not in its shape", where, t->element->text);
            if (!own && svg_overlap(&t->at, &s->at))
                ck_abort_msg("%s: '%s' of %zu is on a shape of %zu", where, t->element->text,
                             t->owner.number, s->owner.number);
        }
        for (size_t i = 0; i < k; i++)
            if (svg_overlap(&s->at, &p->shapes[i].at))
                ck_abort_msg("%s: shapes of %zu and %zu overlap", where, s->owner.number,
                             p->shapes[i].owner.number);
    }
}

/* No edge and no wire is behind a text or in a shape. Those that Graphviz lays out may pass beside
 * the texts on other edges. */
static void lines_clear(const svg_picture *p)
{
    for (size_t i = 0; i < p->n_lines; i++) {
        const svg_line *l = &p->lines[i];
        bool edge = l->owner.letter == 'e';
        for (int step = 0; step <= 60; step++) {
            double x, y;
            svg_point_of(l, step / 60.0, &x, &y);
            ck_assert_msg(x > -0.02 && y > -0.02 && x < p->width + 0.02 && y < p->height + 0.02,
                          "%s: a line leaves the picture", where);
            for (size_t k = 0; k < p->n_texts; k++) {
                const svg_text *t = &p->texts[k];
                if (t->owner.letter == 'e' && how.layout == DG_LAYOUT_DOT)
                    continue;
                if (svg_inside(&t->at, x, y))
                    ck_abort_msg("%s: '%s' is on a line of %c%zu at %g,%g", where, t->element->text,
                                 l->owner.letter, l->owner.number, x, y);
            }
            for (size_t k = 0; edge && k < p->n_shapes; k++)
                if (!(p->shapes[k].cell && how.layout == DG_LAYOUT_DOT) &&
                    svg_depth(&p->shapes[k], x, y) > (how.layout == DG_LAYOUT_DOT ? 2.5 : 0.6))
                    ck_abort_msg("%s: an edge is in a shape of %zu", where,
                                 p->shapes[k].owner.number);
        }
    }
}

/* ---- What is there -------------------------------------------------------------------------- */

static xml_element *group_of(xml_element *root, size_t node, const char *suffix)
{
    char id[64];
    snprintf(id, sizeof id, "dotgrad-v%zu%s", node, suffix);
    return xml_by_id(root, id);
}

static void has(xml_element *group, const char *class_name, bool wanted, size_t node)
{
    ck_assert_msg((xml_by_class(group, class_name) != NULL) == wanted, "%s: value %zu has %s %s",
                  where, node, wanted ? "no" : "a", class_name);
}

/* All that is read in an element, without spaces. */
static void read_texts(const xml_element *e, char *text, size_t room)
{
    size_t n = strlen(text);
    for (const char *c = e->text ? e->text : ""; *c && n + 1 < room; c++)
        if (*c != ' ' && *c != '\n')
            text[n++] = *c;
    text[n] = '\0';
    for (const xml_element *c = e->first; c; c = c->next)
        read_texts(c, text, room);
}

/* The first letters and digits of a text, which is of any kind. */
static bool is_simple(const char *text)
{
    return *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789")];
}

static void check_op(xml_element *root, const dg_trace *t, size_t node)
{
    const char *op = dg_trace_op(t, node);
    bool own = *op && how.style != DG_STYLE_MERGED;
    xml_element *group = group_of(root, node, "-op");
    ck_assert_msg((group != NULL) == own, "%s: the op of %zu", where, node);
    if (!own)
        return;
    ck_assert(xml_has_class(group, "dg-op"));
    ck_assert(xml_child(group, "ellipse") || xml_child(group, "rect")); /* a pill */
    const xml_element *text = xml_child(group, "text");
    ck_assert_int_eq(text != NULL, (shown() & DG_SHOW_OP) != 0);
    if (text && is_simple(op))
        ck_assert_str_eq(text->text, op);
}

static void check_value(xml_element *root, const dg_trace *t, size_t node)
{
    xml_element *group = group_of(root, node, "");
    ck_assert_ptr_nonnull(group);
    ck_assert(xml_has_class(group, "dg-value"));
    ck_assert_ptr_nonnull(xml_child(group, "title"));
    const char *label = dg_trace_label(t, node);
    bool merged = how.style == DG_STYLE_MERGED, wire = how.style == DG_STYLE_WIRE;
    bool computed = merged && *dg_trace_op(t, node) && shown() & DG_SHOW_OP;
    bool unset = wire && !dg_trace_has_grad(t, node);
    if (!*label || is_simple(label))
        has(group, "dg-label", (*label && shown() & DG_SHOW_LABEL) || computed, node);
    has(group, "dg-shape", dg_trace_ndim(t, node) > 0 && shown() & DG_SHOW_SHAPE, node);
    has(group, "dg-data", shown() & DG_SHOW_DATA, node);
    has(group, "dg-grad", shown() & DG_SHOW_GRAD && !unset, node);
    const xml_element *rect = xml_child(group, "rect"); /* in a wire only that of a badge */
    bool box = rect && !xml_has_class(rect, "dg-badge");
    ck_assert_int_eq(box, !wire || how.color != DG_COLOR_NONE);
    static char text[20000];
    const xml_element *field = xml_by_class(group, "dg-label");
    if (is_simple(label) && shown() & DG_SHOW_LABEL) {
        *text = '\0';
        read_texts(field, text, sizeof text);
        ck_assert_msg(strncmp(text, label, strlen(label)) == 0, "%s: '%s' is not '%s'", where, text,
                      label);
    }
    if (shown() & DG_SHOW_DATA) {
        *text = '\0';
        read_texts(xml_by_class(group, "dg-data"), text, sizeof text);
        ck_assert_int_eq(strncmp(text, "data", 4) == 0, (shown() & DG_SHOW_WORDS) != 0);
    }
}

/* ---- Edges ---------------------------------------------------------------------------------- */

static double distance_to(const svg_shape *s, double x, double y)
{
    return fabs(svg_depth(s, x, y));
}

static const svg_shape *shape_of(const svg_picture *p, size_t node, bool op)
{
    for (size_t i = 0; i < p->n_shapes; i++)
        if (p->shapes[i].owner.number == node && p->shapes[i].owner.op == op)
            return &p->shapes[i];
    return NULL;
}

/* The wire of a value: the only line of its group. */
static const svg_line *wire_of(const svg_picture *p, size_t node)
{
    for (size_t i = 0; i < p->n_lines; i++)
        if (p->lines[i].owner.letter == 'v' && p->lines[i].owner.number == node)
            return &p->lines[i];
    return NULL;
}

/* An edge of each operand begins at the end of its wire, and ends at the op's ellipse; a wire
 * begins at its op. (A root that is used has its name before its end.) */
static void wires_join(const svg_picture *p, const dg_trace *t)
{
    double slack = how.layout == DG_LAYOUT_DOT ? 2.5 : 0.3;
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        const svg_shape *op = shape_of(p, i, true);
        const svg_line *wire = wire_of(p, i);
        ck_assert_ptr_nonnull(wire);
        if (op)
            ck_assert_msg(distance_to(op, wire->points[0][0], wire->points[0][1]) < 0.3,
                          "%s: the wire of %zu is not at its op", where, i);
        for (size_t k = 0; k < dg_trace_operand_count(t, i); k++) {
            const svg_line *from = wire_of(p, dg_trace_operand(t, i, k)), *edge = NULL;
            const double *end = from->points[from->n - 1];
            for (size_t e = 0; e < p->n_lines && !edge; e++) {
                const svg_line *l = &p->lines[e];
                const double *first = l->points[0], *last = l->points[l->n - 1];
                if (l->owner.letter == 'e' && hypot(first[0] - end[0], first[1] - end[1]) < slack &&
                    distance_to(op, last[0], last[1]) < slack)
                    edge = l;
            }
            ck_assert_msg(edge, "%s: no edge from %zu to %zu", where, dg_trace_operand(t, i, k), i);
        }
    }
}

/* ---- Pictures ------------------------------------------------------------------------------- */

static void check_picture(const dg_trace *t, uint64_t seed)
{
    snprintf(where, sizeof where,
             "seed %llu, layout %d, style %d, direction %d, show %u, edges %d, color %d",
             (unsigned long long)seed, (int)how.layout, (int)how.style, (int)how.direction,
             how.show, (int)how.edges, (int)how.color);
    how.error = &draw_error;
    char *svg = dg_render(t, NULL, &how);
    ck_assert_msg(svg, "%s: %s", where, draw_error.text);
    xml_element *root = parse_svg(svg, seed);
    svg_picture *p = svg_read(root);
    texts_apart(p);
    texts_and_shapes(p);
    lines_clear(p);
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        check_value(root, t, i);
        check_op(root, t, i);
    }
    if (how.style == DG_STYLE_WIRE)
        wires_join(p, t);
    svg_free_lines(p);
    xml_free(root);
    dg_free(svg);
}

static const dg_badge badges[] = {
    {0, DG_SEVERITY_ERROR, "it is wrong"},
    {3, DG_SEVERITY_WARNING,
     "a long text about a value, which does not go onto a line of a picture"},
    {3, DG_SEVERITY_NOTE, "the same value"},
    {DG_NO_NODE, DG_SEVERITY_NOTE, "the whole"},
    {0, DG_SEVERITY_NOTE,
     "pneumonoultramicroscopicsilicovolcanoconiosispneumonoultramicroscopicsilico"}};

/* How many seeds are tried of so many: in a short run a quarter, since most of the time goes into
 * looking for what overlaps. */
static uint64_t seeds(size_t all)
{
    return watched() ? all / 12 : short_run() ? all / 4 : all;
}

/* In all styles, and in one of the directions with some of the parts. */
static void check_styles(const dg_trace *t, uint64_t seed)
{
    rng r = {seed};
    how = (dg_draw_options){.layout = seed % 8 ? DG_LAYOUT_FLOW : DG_LAYOUT_DOT};
    how.direction = (dg_direction)rng_below(&r, 4);
    how.font_size = seed % 4 ? 0.0 : 5.0 + (double)rng_below(&r, 30);
    for (int style = DG_STYLE_RECORD; style <= DG_STYLE_MERGED; style++) {
        how.style = (dg_style)style;
        how.show = rng_below(&r, 2) ? 0 : (unsigned)rng_below(&r, 64);
        how.color = (dg_color)(seed / 3 % 3);
        how.findings = seed % 5 < 2;
        how.badges = badges;
        how.badge_count = seed % 3 ? 0 : sizeof badges / sizeof *badges;
        how.edges = how.layout == DG_LAYOUT_FLOW ? (dg_edges)(seed % 3) : DG_EDGES_NONE;
        check_picture(t, seed);
    }
}

START_TEST(known)
{
    dg_trace *traces[] = {
        lecture_trace(), twice_trace(), small_trace("", NULL, 0.0, 0.0),
        small_trace("a", "+", 1.0, NAN),
        small_trace("h", "Linear(in_features=3, out_features=4, bias=True)", 1, 1)};
    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
        /* Steps that have no factor in common with what is counted meet each choice of each kind.
         */
        for (int k = 0; k < 2 * 3 * 4 * 64; k += watched() ? 17 : short_run() ? 5 : 1) {
            how = (dg_draw_options){.layout = k % 2 ? DG_LAYOUT_FLOW : DG_LAYOUT_DOT,
                                    .style = (dg_style)(k / 2 % 3),
                                    .direction = (dg_direction)(k / 6 % 4),
                                    .show = (unsigned)(k / 24)};
            if (how.layout == DG_LAYOUT_DOT && how.show % 21) /* which takes long */
                continue;
            check_picture(traces[i], i);
        }
        dg_trace_free(traces[i]);
    }
}
END_TEST

START_TEST(foreign)
{
    for (uint64_t seed = 1; seed <= seeds(300); seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r, 1 + rng_below(&r, 40), rng_below(&r, 3) == 0);
        check_styles(t, seed);
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(tensors)
{
    for (uint64_t seed = 1; seed <= seeds(200); seed++) {
        rng r = {seed};
        dg_trace *t = tensor_trace(&r, 1 + rng_below(&r, 25));
        check_styles(t, seed);
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(of_values)
{
    for (uint64_t seed = 1; seed <= seeds(300); seed++) {
        rng r = {seed};
        dg_graph *g = dg_graph_new();
        dg_value *root = random_value(&r, g, rng_below(&r, 40));
        if (seed % 3)
            dg_backward(root);
        dg_trace *t = dg_trace_from_value(root);
        check_styles(t, seed);
        dg_trace_free(t);
        dg_graph_free(g);
    }
}
END_TEST

/* Numbers on some 700 edges between 400 values: what the layout may do with little effort. */
START_TEST(large)
{
    rng r = {400};
    dg_graph *g = dg_graph_new();
    dg_value *some[40];
    for (int i = 0; i < 40; i++)
        some[i] = dg_leaf(g, rng_between(&r, -1.0, 1.0), "w");
    for (int i = 0; i < 360; i++) {
        dg_value **a = &some[i % 40], *b = some[rng_below(&r, 40)];
        *a = i % 4 == 0 ? dg_tanh(*a) : i % 4 == 1 ? dg_mul(*a, b) : dg_add(*a, b);
    }
    dg_value *root = some[0];
    for (int i = 1; i < 40; i++)
        root = dg_add(root, some[i]);
    dg_backward(root);
    dg_trace *t = dg_trace_from_value(root);
    ck_assert_uint_gt(dg_trace_node_count(t), 400);
    for (int k = 0; k < (seeds(3) < 3 ? 3 : 6); k++) {
        how = (dg_draw_options){.layout = DG_LAYOUT_FLOW,
                                .style = (dg_style)(k % 3),
                                .direction = (dg_direction)(k % 4),
                                .edges = k % 2 ? DG_EDGES_LOCAL : DG_EDGES_CONTRIBUTION};
        check_picture(t, 400);
    }
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {known, foreign, tensors, of_values, large};
    return run_suite("draw_styles", tests, sizeof tests / sizeof *tests);
}

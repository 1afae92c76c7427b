/* Where things stand in the SVG: inside the picture, clear of each other, and joined by the edges
 * that the trace has. */
#include <stdio.h>

#include "check_main.h"
#include "draw_support.h"
#include "svg_shapes.h"

enum { SHAPES = 400 };

/* The picture that is looked at. */
static char where[80];
static dg_layout layout_of_it;
static double unit; /* of its text, in relation to the default size */

typedef struct shape {
    double x0, y0, x1, y1;
    bool op;
    enum { BOX, ELLIPSE, PILL } outline;
    size_t node;
} shape;

typedef struct scene {
    shape shapes[SHAPES];
    size_t n;
    double width, height;
} scene;

static void collect(scene *s, xml_element *root, const dg_trace *t)
{
    double x, y;
    ck_assert_int_eq(
        sscanf(xml_get(root, "viewBox"), "%lf %lf %lf %lf", &x, &y, &s->width, &s->height), 4);
    ck_assert(x == 0.0 && y == 0.0);
    s->n = 0;
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        char id[64];
        snprintf(id, sizeof id, "dotgrad-v%zu", i);
        const xml_element *e = xml_child(xml_by_id(root, id), "rect");
        ck_assert_ptr_nonnull(e);
        ck_assert_uint_lt(s->n + 1, SHAPES);
        shape *at = &s->shapes[s->n++];
        *at = (shape){.x0 = svg_number(e, "x"), .y0 = svg_number(e, "y"), .node = i};
        at->x1 = at->x0 + svg_number(e, "width");
        at->y1 = at->y0 + svg_number(e, "height");
        snprintf(id, sizeof id, "dotgrad-v%zu-op", i);
        xml_element *op = xml_by_id(root, id);
        if (!op)
            continue;
        e = xml_child(op, "ellipse");
        if (!e) {
            e = xml_child(op, "rect");
            ck_assert_ptr_nonnull(e);
            double left = svg_number(e, "x"), top = svg_number(e, "y");
            s->shapes[s->n++] = (shape){
                left, top, left + svg_number(e, "width"), top + svg_number(e, "height"), true,
                PILL, i};
            continue;
        }
        double cx = svg_number(e, "cx"), cy = svg_number(e, "cy"), rx = svg_number(e, "rx"),
               ry = svg_number(e, "ry");
        s->shapes[s->n++] = (shape){cx - rx, cy - ry, cx + rx, cy + ry, true, ELLIPSE, i};
    }
}

static void apart(const scene *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const shape *a = &s->shapes[i];
        ck_assert_msg(a->x0 < a->x1 && a->y0 < a->y1, "%s: empty", where);
        ck_assert_msg(a->x0 >= 0 && a->y0 >= 0 && a->x1 <= s->width && a->y1 <= s->height,
                      "%s: node %zu is outside", where, a->node);
        for (size_t k = 0; k < i; k++) {
            const shape *b = &s->shapes[k];
            if (!(a->x1 <= b->x0 || b->x1 <= a->x0 || a->y1 <= b->y0 || b->y1 <= a->y0))
                ck_abort_msg("%s: %s of %zu and %s of %zu overlap", where, a->op ? "op" : "box",
                             a->node, b->op ? "op" : "box", b->node);
        }
    }
}

/* How far a point is from the border of a pill; below 0 inside. */
static double outside_pill(const shape *a, double x, double y)
{
    double rx = (a->x1 - a->x0) / 2, ry = (a->y1 - a->y0) / 2;
    double along = fmax(fabs(x - a->x0 - rx) - (rx - ry), 0);
    return hypot(along, y - a->y0 - ry) - ry;
}

/* About how far the point is from the border, inside or outside. */
static double distance(const shape *a, double x, double y)
{
    if (a->outline == PILL)
        return fabs(outside_pill(a, x, y));
    if (a->outline == ELLIPSE) {
        double rx = (a->x1 - a->x0) / 2, ry = (a->y1 - a->y0) / 2;
        double dx = x - a->x0 - rx, dy = y - a->y0 - ry, r = hypot(dx, dy);
        double k = hypot(dx / rx, dy / ry);
        return k > 0 ? fabs(r - r / k) : fmin(rx, ry);
    }
    double dx = fmax(a->x0 - x, x - a->x1), dy = fmax(a->y0 - y, y - a->y1);
    if (dx <= 0 && dy <= 0)
        return -fmax(dx, dy);
    return hypot(fmax(dx, 0), fmax(dy, 0));
}

static const shape *touched(const scene *s, double x, double y, const char *what)
{
    const shape *best = NULL;
    double least = INFINITY;
    for (size_t i = 0; i < s->n; i++) {
        double d = distance(&s->shapes[i], x, y);
        if (d < least) {
            least = d;
            best = &s->shapes[i];
        }
    }
    ck_assert_msg(least < 3.0, "%s: %s at %g,%g is %g from the nearest border", where, what, x, y,
                  least);
    return best;
}

/* The points of a path, absolute. Straight lines have two more, so that all pieces are cubics. */
static size_t points_of(const char *d, double *xy, size_t room)
{
    double x = 0, y = 0;
    size_t n = 0;
    char letter = 0;
    ck_assert_int_eq(*d, 'M');
    for (;;) {
        d += strspn(d, " ,");
        if (*d == '\0' || *d == 'z')
            break;
        if (strchr("MmCcLlHhVv", *d))
            letter = *d++;
        double number[6] = {0};
        size_t count = strchr("Cc", letter) ? 6 : strchr("HhVv", letter) ? 1 : 2;
        for (size_t i = 0; i < count; i++) {
            char *end;
            number[i] = strtod(d, &end);
            ck_assert_msg(end != d, "'%s' in a path", d);
            d = end + strspn(end, " ,");
        }
        double from_x = letter >= 'a' ? x : 0, from_y = letter >= 'a' ? y : 0;
        double to[6];
        if (count == 6) {
            for (size_t i = 0; i < 6; i++)
                to[i] = number[i] + (i % 2 ? from_y : from_x);
        } else {
            to[4] = strchr("Vv", letter) ? x : from_x + number[0];
            to[5] = strchr("Vv", letter)   ? from_y + number[0]
                    : strchr("Hh", letter) ? y
                                           : from_y + number[1];
            to[0] = x + (to[4] - x) / 3;
            to[1] = y + (to[5] - y) / 3;
            to[2] = x + (to[4] - x) * 2 / 3;
            to[3] = y + (to[5] - y) * 2 / 3;
        }
        ck_assert_uint_lt(n + 6, room);
        bool move = letter == 'M' || letter == 'm';
        for (size_t i = move ? 4 : 0; i < 6; i++)
            xy[n++] = to[i];
        x = to[4];
        y = to[5];
        if (move)
            letter = letter == 'M' ? 'L' : 'l';
    }
    return n / 2;
}

typedef struct joint {
    size_t from, to;
    bool from_op, to_op;
} joint;

static int by_nodes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(joint));
}

static joint joined(const shape *from, const shape *to)
{
    joint j;
    memset(&j, 0, sizeof j);
    j.from = from->node;
    j.to = to->node;
    j.from_op = from->op;
    j.to_op = to->op;
    return j;
}

static size_t expected(const dg_trace *t, joint *all)
{
    size_t n = 0;
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        size_t operands = dg_trace_operand_count(t, i);
        if (operands)
            all[n++] = joined(&(shape){.node = i, .op = true}, &(shape){.node = i});
        for (size_t k = 0; k < operands; k++) {
            size_t first = 0;
            while (dg_trace_operand(t, i, first) != dg_trace_operand(t, i, k))
                first++;
            if (first == k)
                all[n++] = joined(&(shape){.node = dg_trace_operand(t, i, k)},
                                  &(shape){.node = i, .op = true});
        }
    }
    return n;
}

/* One coordinate of a cubic with four points, two numbers each. */
static double bezier(const double *p, double t)
{
    double u = 1 - t;
    return u * u * u * p[0] + 3 * u * u * t * p[2] + 3 * u * t * t * p[4] + t * t * t * p[6];
}

/* How deep a point is inside a shape, or below 0. */
static double depth(const shape *a, double x, double y)
{
    bool inside = x > a->x0 && x < a->x1 && y > a->y0 && y < a->y1;
    double rx = (a->x1 - a->x0) / 2, ry = (a->y1 - a->y0) / 2;
    if (a->outline == PILL)
        inside = outside_pill(a, x, y) < 0;
    if (inside && a->outline == ELLIPSE &&
        hypot((x - a->x0 - rx) / rx, (y - a->y0 - ry) / ry) > 1.0)
        inside = false;
    return inside ? distance(a, x, y) : -1.0;
}

/* Curves stay in the picture, and out of the boxes. (Graphviz's may cross a box that they begin at,
 * where a text stands beside another edge.) */
static void clear_of_boxes(const scene *s, double x, double y)
{
    if (!(x >= 0 && x <= s->width && y >= 0 && y <= s->height))
        ck_abort_msg("%s: an edge leaves the picture of %gx%g at %g,%g", where, s->width, s->height,
                     x, y);
    for (size_t i = 0; i < s->n && layout_of_it == DG_LAYOUT_FLOW; i++)
        if (depth(&s->shapes[i], x, y) >= 2.0)
            ck_abort_msg("%s: an edge passes through %s of %zu at %g,%g", where,
                         s->shapes[i].op ? "op" : "box", s->shapes[i].node, x, y);
}

static void edges(const scene *s, xml_element *root, const dg_trace *t)
{
    static joint got[1000], want[1000];
    static double xy[20000];
    size_t n = 0, m = expected(t, want);
    for (xml_element *e = root; e; e = xml_following(e)) {
        if (!xml_has_class(e, "dg-edge"))
            continue;
        /* The line, and then the arrowhead. */
        const xml_element *line = xml_child(e, "path"), *arrow = line ? line->next : NULL;
        ck_assert_ptr_nonnull(arrow);
        ck_assert_str_eq(arrow->name, "path");
        ck_assert_str_eq(xml_get(line, "fill"), "none");
        size_t k = points_of(xml_get(line, "d"), xy, sizeof xy / sizeof *xy);
        ck_assert_uint_ge(k, 2);
        ck_assert_uint_eq(k % 3, 1);
        for (size_t i = 0; i + 3 < k; i += 3)
            for (int step = 0; step <= 16; step++) {
                double x = bezier(xy + 2 * i, step / 16.0), y = bezier(xy + 2 * i + 1, step / 16.0);
                clear_of_boxes(s, x, y);
            }
        double end_x = xy[2 * k - 2], end_y = xy[2 * k - 1];
        const shape *from = touched(s, xy[0], xy[1], "the start");
        k = points_of(xml_get(arrow, "d"), xy, sizeof xy / sizeof *xy);
        /* The tip is the point of the arrowhead that is farthest from the line's end. */
        size_t tip = 0;
        for (size_t i = 1; i < k; i++)
            if (hypot(xy[2 * i] - end_x, xy[2 * i + 1] - end_y) >
                hypot(xy[2 * tip] - end_x, xy[2 * tip + 1] - end_y))
                tip = i;
        ck_assert_uint_lt(n, 1000);
        got[n++] = joined(from, touched(s, xy[2 * tip], xy[2 * tip + 1], "the tip"));
    }
    qsort(got, n, sizeof *got, by_nodes);
    qsort(want, m, sizeof *want, by_nodes);
    ck_assert_msg(n == m && memcmp(got, want, n * sizeof *got) == 0,
                  "%s: the edges do not join what the trace joins", where);
}

/* A text without others in it: where it begins and ends, and its baseline. */
typedef struct line {
    double left, right, y;
    bool brackets; /* or commas: it may touch what is beside it */
} line;

static line line_of(const xml_element *e)
{
    double x = svg_number(e, "x");
    /* Only what is one character long has no length. */
    double half = xml_get(e, "textLength") ? svg_number(e, "textLength") / 2 : 1.5 * unit;
    return (line){x - half, x + half, svg_number(e, "y"), !e->text[strspn(e->text, "[],")]};
}

/* The texts of a field stand in it, and clear of each other. */
static void check_field(const xml_element *g, const char *class_name, const shape *field)
{
    enum { LINES = 64 };
    line lines[LINES];
    size_t n = 0;
    const xml_element *text = xml_by_class((xml_element *)(uintptr_t)g, class_name);
    ck_assert_ptr_nonnull(text);
    if (!text->first)
        lines[n++] = line_of(text);
    for (const xml_element *e = text->first; e && n < LINES; e = e->next)
        lines[n++] = line_of(e);
    for (size_t i = 0; i < n; i++) {
        ck_assert_msg(lines[i].left > field->x0 + 2 * unit &&
                          lines[i].right < field->x1 - 2 * unit &&
                          lines[i].y > field->y0 + 11 * unit && lines[i].y < field->y1 - 4 * unit,
                      "%s: %s of %s is not in its field", where, class_name, xml_get(g, "id"));
        for (size_t k = 0; k < i; k++) {
            double gap = lines[i].brackets || lines[k].brackets ? -0.02 : 2.0 * unit;
            ck_assert_msg(
                fabs(lines[i].y - lines[k].y) > 6 * unit || lines[i].left >= lines[k].right + gap ||
                    lines[k].left >= lines[i].right + gap,
                "%s: %s of %s has texts too near each other", where, class_name, xml_get(g, "id"));
        }
    }
}

static bool is_vertical(dg_direction direction)
{
    return direction == DG_TOP_TO_BOTTOM || direction == DG_BOTTOM_TO_TOP;
}

/* Reads the next rule of a record, after which its next field begins. */
static void next_rule(const char **rules, shape *field, bool stacked)
{
    double xy[4];
    char end[2], moved;
    ck_assert_ptr_nonnull(*rules);
    ck_assert_int_eq(sscanf(*rules, "M%lf %lf%c%lf%1[M]", &xy[0], &xy[1], &moved, &xy[2], end) >= 4,
                     1);
    ck_assert_int_eq(moved, stacked ? 'h' : 'v');
    *rules = strchr(*rules + 1, 'M');
    if (stacked) {
        ck_assert_double_eq_tol(xy[0], field->x0, 0.02);
        ck_assert_double_eq_tol(xy[2], field->x1 - field->x0, 0.02);
        field->y1 = xy[1];
    } else {
        ck_assert_double_eq_tol(xy[1], field->y0, 0.02);
        ck_assert_double_eq_tol(xy[2], field->y1 - field->y0, 0.02);
        field->x1 = xy[0];
    }
}

/* Each text stands inside its box, and between the rules of its field. */
static void texts(xml_element *root, bool stacked)
{
    for (xml_element *g = root; g; g = xml_following(g)) {
        if (!xml_has_class(g, "dg-value"))
            continue;
        const xml_element *box = xml_child(g, "rect");
        const char *rules = xml_get(xml_child(g, "path"), "d");
        bool tensor = xml_has_class(g, "dg-tensor");
        static const char *const fields[] = {"dg-label", "dg-shape", "dg-data", "dg-grad"};
        shape field = {.x0 = svg_number(box, "x"), .y0 = svg_number(box, "y")};
        double right = field.x0 + svg_number(box, "width"),
               bottom = field.y0 + svg_number(box, "height");
        for (size_t i = 0; i < 4; i++) {
            if (i == 1 && !tensor)
                continue;
            field.x1 = right;
            field.y1 = bottom;
            if (i < 3)
                next_rule(&rules, &field, stacked);
            if (i > 0) /* labels may be of any script, whose widths are estimated */
                check_field(g, fields[i], &field);
            if (stacked)
                field.y0 = field.y1;
            else
                field.x0 = field.x1;
        }
        ck_assert_ptr_null(rules);
        ck_assert(fabs(stacked ? field.y0 - bottom : field.x0 - right) < 0.02 &&
                  (xml_by_class(g, "dg-shape") != NULL) == tensor);
    }
}

/* The data flows where it should: an operand's box is before the op's. */
static void flows(const scene *s, const dg_trace *t, dg_direction direction)
{
    static const shape *values[SHAPES], *ops[SHAPES];
    memset(ops, 0, sizeof ops);
    for (size_t i = 0; i < s->n; i++)
        (s->shapes[i].op ? ops : values)[s->shapes[i].node] = &s->shapes[i];
    for (size_t i = 0; i < dg_trace_node_count(t); i++)
        for (size_t k = 0; k <= dg_trace_operand_count(t, i); k++) {
            bool operand = k < dg_trace_operand_count(t, i);
            const shape *to = operand ? ops[i] : values[i];
            const shape *from = operand ? values[dg_trace_operand(t, i, k)] : ops[i];
            if (!from)
                continue;
            bool before = direction == DG_LEFT_TO_RIGHT   ? from->x1 < to->x0
                          : direction == DG_RIGHT_TO_LEFT ? from->x0 > to->x1
                          : direction == DG_TOP_TO_BOTTOM ? from->y1 < to->y0
                                                          : from->y0 > to->y1;
            ck_assert_msg(before, "%s: operand %zu of %zu is not before it", where, k, i);
        }
}

/* A text on an edge is in the picture, clear of boxes, and beside its edge and near it. */
static void edge_texts(const scene *s, xml_element *root)
{
    static double xy[20000];
    for (xml_element *e = root; e; e = xml_following(e)) {
        const xml_element *text = xml_has_class(e, "dg-edge") ? xml_child(e, "text") : NULL;
        if (!text)
            continue;
        line l = line_of(text);
        shape box = {l.left, l.y - 9 * unit, l.right, l.y, false, BOX, 0};
        ck_assert_msg(box.x0 >= 0 && box.y0 >= 0 && box.x1 <= s->width && box.y1 <= s->height,
                      "%s: a text is outside", where);
        for (size_t i = 0; i < s->n; i++) {
            const shape *b = &s->shapes[i];
            if (!(box.x1 <= b->x0 || b->x1 <= box.x0 || box.y1 <= b->y0 || b->y1 <= box.y0))
                ck_abort_msg("%s: a text is on a box", where);
        }
        size_t k = points_of(xml_get(xml_child(e, "path"), "d"), xy, sizeof xy / sizeof *xy);
        double least = INFINITY;
        for (size_t i = 0; i + 3 < k; i += 3)
            for (int step = 0; step <= 16; step++) {
                double x = bezier(xy + 2 * i, step / 16.0), y = bezier(xy + 2 * i + 1, step / 16.0);
                if (layout_of_it == DG_LAYOUT_FLOW && depth(&box, x, y) > 0)
                    ck_abort_msg("%s: an edge goes through its text", where);
                least = fmin(least, fabs(distance(&box, x, y)));
            }
        ck_assert_msg(least < 40.0 + 60.0 * unit, "%s: a text is %g from its edge", where, least);
    }
}

static void check_layout(const dg_trace *t, dg_layout layout, dg_direction direction, uint64_t seed)
{
    static const double font_sizes[] = {13.0, 13.0, 7.0, 30.0};
    double font_size = font_sizes[seed % 4];
    dg_error error;
    layout_of_it = layout == DG_LAYOUT_AUTO ? DG_LAYOUT_FLOW : layout;
    snprintf(where, sizeof where, "seed %llu, layout %d, direction %d", (unsigned long long)seed,
             (int)layout, (int)direction);
    unit = font_size / 13.0;
    char *svg = dg_render(
        t, NULL,
        &(dg_draw_options){.layout = layout,
                           .direction = direction,
                           .font_size = font_size,
                           .edges = layout == DG_LAYOUT_FLOW ? (dg_edges)(seed % 3) : DG_EDGES_NONE,
                           .error = &error});
    ck_assert_msg(svg, "%s: %s", where, error.text);
    xml_element *root = parse_svg(svg, seed);
    static scene s;
    collect(&s, root, t);
    apart(&s);
    flows(&s, t, direction);
    edges(&s, root, t);
    edge_texts(&s, root);
    texts(root, is_vertical(direction));
    xml_free(root);
    dg_free(svg);
}

/* 2,001 graphs of three kinds; Graphviz takes too long for all of them. */
enum { CASES = 667, DOT_CASES = 40 };

static uint64_t seeds(void)
{
    return cases(watched() ? CASES / 4 : CASES);
}

static void check_picture(const dg_trace *t, uint64_t seed)
{
    for (int direction = DG_LEFT_TO_RIGHT; direction <= DG_BOTTOM_TO_TOP; direction++) {
        if (seed <= DOT_CASES)
            check_layout(t, DG_LAYOUT_DOT, (dg_direction)direction, seed);
        check_layout(t, DG_LAYOUT_FLOW, (dg_direction)direction, seed);
    }
}

/* A chain of n sums that all use the same leaf: the longer, the worse for dot. */
static dg_trace *sums_of_one(dg_graph *g, size_t n)
{
    dg_value *a = dg_leaf(g, 1.0, "a"), *sum = a;
    for (size_t i = 0; i < n; i++)
        sum = dg_add(sum, a);
    return dg_trace_from_value(sum);
}

static bool same_picture(const dg_trace *t, dg_layout a, dg_layout b)
{
    char *x = dg_render(t, NULL, &(dg_draw_options){.layout = a});
    char *y = dg_render(t, NULL, &(dg_draw_options){.layout = b});
    ck_assert(x && y);
    bool same = strcmp(x, y) == 0;
    dg_free(x);
    dg_free(y);
    return same;
}

/* What nobody chose is flow, whatever the graph. */
START_TEST(flow_by_default)
{
    dg_graph *g = dg_graph_new();
    dg_trace *t = sums_of_one(g, 10);
    ck_assert(same_picture(t, DG_LAYOUT_AUTO, DG_LAYOUT_FLOW));
    ck_assert(!same_picture(t, DG_LAYOUT_AUTO, DG_LAYOUT_DOT));
    dg_trace_free(t);
    t = sums_of_one(g, 100);
    ck_assert(same_picture(t, DG_LAYOUT_AUTO, DG_LAYOUT_FLOW));
    check_layout(t, DG_LAYOUT_AUTO, DG_LEFT_TO_RIGHT, 0);
    dg_trace_free(t);
    dg_value *v = dg_leaf(g, 1.0, NULL);
    for (int i = 0; i < 3000; i++)
        v = dg_sin(v);
    t = dg_trace_from_value(v);
    ck_assert(same_picture(t, DG_LAYOUT_AUTO, DG_LAYOUT_FLOW));
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

START_TEST(known)
{
    dg_trace *t = lecture_trace();
    check_picture(t, 0);
    dg_trace_free(t);
    t = twice_trace();
    check_picture(t, 0);
    dg_trace_free(t);
    t = small_trace("", NULL, 0.0, 0.0);
    check_picture(t, 0);
    dg_trace_free(t);
}
END_TEST

static void check_pictures(dg_trace *(*make)(rng *r))
{
    for (uint64_t seed = 1; seed <= seeds(); seed++) {
        rng r = {seed};
        dg_trace *t = make(&r);
        check_picture(t, seed);
        dg_trace_free(t);
    }
}

static dg_trace *some_foreign(rng *r)
{
    size_t nodes = 1 + rng_below(r, 60);
    return random_trace(r, nodes, rng_below(r, 3) == 0);
}

START_TEST(foreign)
{
    check_pictures(some_foreign);
}
END_TEST

static dg_trace *some_tensors(rng *r)
{
    return tensor_trace(r, 1 + rng_below(r, 30));
}

START_TEST(tensors)
{
    check_pictures(some_tensors);
}
END_TEST

START_TEST(of_values)
{
    for (uint64_t seed = 1; seed <= seeds(); seed++) {
        rng r = {seed};
        dg_graph *g = dg_graph_new();
        dg_value *root = random_value(&r, g, rng_below(&r, 50));
        dg_backward(root);
        dg_trace *t = dg_trace_from_value(root);
        check_picture(t, seed);
        dg_trace_free(t);
        dg_graph_free(g);
    }
}
END_TEST

/* One node that everything below it uses, and an op with very many operands. */
START_TEST(stars)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "sum", "sum", 0.0);
    for (size_t i = 1; i <= 60; i++) {
        dg_trace_add_node(t, i == 60 ? "x" : "", i == 60 ? NULL : "exp", 1.0);
        ck_assert_int_eq(dg_trace_add_edge(t, i, 0), DG_OK);
    }
    for (size_t i = 1; i < 60; i++)
        ck_assert_int_eq(dg_trace_add_edge(t, 60, i), DG_OK);
    check_picture(t, 0);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {flow_by_default, known, foreign, tensors, of_values, stars};
    return run_suite("draw_geometry", tests, sizeof tests / sizeof *tests);
}

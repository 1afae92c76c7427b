/* The frames of a backward pass. */
#include <math.h>
#include <stdio.h>

#include "check_main.h"
#include "draw_support.h"
#include "xml_scan.h"

static char *render_frame(const dg_trace *t, size_t frame, dg_style style)
{
    dg_error error = {0};
    char *svg = dg_render(t, NULL,
                          &(dg_draw_options){.frames = DG_FRAMES_BACKWARD,
                                             .frame = frame,
                                             .style = style,
                                             .numbers = "%.17g",
                                             .error = &error});
    ck_assert_msg(svg, "frame %zu: %s", frame, error.text);
    return svg;
}

static xml_element *parse(const char *svg)
{
    char why[XML_ERROR_ROOM];
    xml_element *root = xml_parse(svg, strlen(svg), why);
    ck_assert_msg(root, "%s", why);
    return root;
}

static xml_element *value_of(xml_element *root, size_t node)
{
    char id[40];
    snprintf(id, sizeof id, "dotgrad-v%zu", node);
    xml_element *e = xml_by_id(root, id);
    ck_assert_ptr_nonnull(e);
    return e;
}

/* The gradient of a value in a picture; nan where it is not set. */
static double grad_of(xml_element *root, size_t node)
{
    xml_element *value = value_of(root, node);
    const char *line = strstr(xml_child(value, "title")->text, "\ngrad ");
    ck_assert_ptr_nonnull(line);
    bool unset = strcmp(line, "\ngrad not computed") == 0;
    ck_assert_int_eq(unset, xml_has_class(value, "dg-unset"));
    return unset ? NAN : strtod(line + 6, NULL);
}

/* (a * b + c) * f, its steps one by one. */
START_TEST(lecture)
{
    static const char *const names[] = {"L", "d", "f", "e", "c", "a", "b"};
    static const double none = NAN;
    const double grads[5][7] = {{none, none, none, none, none, none, none},
                                {1, none, none, none, none, none, none},
                                {1, -2, 4, none, none, none, none},
                                {1, -2, 4, -2, -2, none, none},
                                {1, -2, 4, -2, -2, 6, -4}};
    static const char *const highlighted[5] = {"", "L", "d f", "e c", "a b"};
    static const char *const said[5] = {
        "Frame 1 of 5: before the backward pass. ", "Frame 2 of 5: the gradient of L is 1. ",
        "Frame 3 of 5: L adds -2 to the gradient of d, and 4 to the gradient of f. ",
        "Frame 4 of 5: d adds -2 to the gradient of e, and -2 to the gradient of c. ",
        "Frame 5 of 5: e adds 6 to the gradient of a, and -4 to the gradient of b. "};
    dg_trace *t = lecture_trace();
    ck_assert_uint_eq(dg_frame_count(t), 5);
    for (size_t frame = 1; frame <= 5; frame++) {
        char *svg = render_frame(t, frame, DG_STYLE_RECORD);
        xml_element *root = parse(svg);
        const char *desc = xml_child(root, "desc")->text;
        ck_assert_msg(strncmp(desc, said[frame - 1], strlen(said[frame - 1])) == 0, "%s", desc);
        char title[60];
        snprintf(title, sizeof title, "Computation graph of L, frame %zu of 5", frame);
        ck_assert_str_eq(xml_child(root, "title")->text, title);
        for (size_t i = 0; i < 7; i++) {
            size_t node = dg_trace_find(t, names[i]);
            double want = grads[frame - 1][i], got = grad_of(root, node);
            ck_assert_msg(isnan(want) ? isnan(got) : same_number(want, got), "frame %zu: %s: %g",
                          frame, names[i], got);
            ck_assert_int_eq(xml_has_class(value_of(root, node), "dg-highlight"),
                             strstr(highlighted[frame - 1], names[i]) != NULL);
        }
        xml_free(root);
        dg_free(svg);
    }
    dg_trace_free(t);
}
END_TEST

/* In all frames, whatever the numbers are, boxes and edges are in the same places. */
static void check_geometry(const xml_element *a, const xml_element *b)
{
    for (; a && b; a = xml_following(a), b = xml_following(b)) {
        static const char *const geometry[] = {"width", "height", "viewBox", "d",  "cx",
                                               "cy",    "rx",     "ry",      "id", "font-size"};
        /* In circuits a gradient that is not there has no text. */
        while (a && strncmp(a->name, "t", 1) == 0)
            a = xml_following(a);
        while (b && strncmp(b->name, "t", 1) == 0)
            b = xml_following(b);
        if (!a || !b)
            break;
        ck_assert_str_eq(a->name, b->name);
        for (size_t i = 0; i < sizeof geometry / sizeof *geometry; i++) {
            const char *left = xml_get(a, geometry[i]), *right = xml_get(b, geometry[i]);
            ck_assert_msg(!left == !right && (!left || strcmp(left, right) == 0), "%s: %s, not %s",
                          geometry[i], left, right);
        }
    }
    ck_assert(!a && !b);
}

/* Each number stands in its box. */
static void check_fields(xml_element *root, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        xml_element *value = value_of(root, i), *rect = xml_child(value, "rect"),
                    *grad = xml_by_class(value, "dg-grad");
        double right = strtod(xml_get(rect, "x"), NULL) + strtod(xml_get(rect, "width"), NULL);
        const char *length = xml_get(grad, "textLength");
        double half = length ? strtod(length, NULL) / 2.0 : 0.0;
        ck_assert_double_le(strtod(xml_get(grad, "x"), NULL) + half, right);
    }
}

/* A random graph of ops of all kinds. */
static dg_value *random_scalars(rng *r, dg_graph *g, size_t steps)
{
    dg_value *all[40];
    size_t n = 0;
    all[n++] = dg_leaf(g, 0.5, "a");
    all[n++] = dg_leaf(g, -1.25, "b");
    for (size_t i = 0; i < steps; i++) {
        dg_value *x = all[rng_below(r, n)], *y = all[rng_below(r, n)];
        switch (rng_below(r, 8)) {
        case 0:
            all[n++] = dg_tanh(x);
            break;
        case 1:
            all[n++] = dg_sin(x);
            break;
        case 2:
            all[n++] = dg_pow(x, 2.0);
            break;
        case 3:
            all[n++] = dg_sigmoid(x);
            break;
        case 4:
        case 5:
            all[n++] = dg_mul(dg_tanh(x), y);
            break;
        case 6:
            all[n++] = dg_max(x, y);
            break;
        default:
            all[n++] = dg_add(x, y);
        }
    }
    return all[n - 1];
}

/* The last frame has the gradients of the engine, and each before it has as many or fewer set, none
 * of which changes by anything but what the step says. */
START_TEST(against_the_engine)
{
    rng r = {17};
    for (size_t i = 0; i < cases(200); i++) {
        dg_graph *g = dg_graph_new();
        dg_value *root = random_scalars(&r, g, 1 + rng_below(&r, 20));
        bool ran = rng_below(&r, 2);
        dg_trace *before = ran ? NULL : dg_trace_from_value(root);
        ck_assert_int_eq(dg_backward(root), DG_OK);
        dg_trace *after = dg_trace_from_value(root), *t = ran ? after : before;
        size_t n = dg_trace_node_count(after), ops = 0, frames = dg_frame_count(t);
        for (size_t k = 0; k < n; k++)
            ops += *dg_trace_op(after, k) != '\0';
        ck_assert_uint_eq(frames, 2 + ops);
        dg_style style = (dg_style)rng_below(&r, 3);
        char *last = render_frame(t, frames, style), *first = render_frame(t, 1, style),
             *some = render_frame(t, 1 + rng_below(&r, frames), style);
        xml_element *a = parse(last), *b = parse(first), *c = parse(some);
        for (size_t k = 0; k < n; k++) {
            double want = dg_trace_grad(after, k), got = grad_of(a, k);
            ck_assert_msg(fabs(want - got) <= 1e-12 * fmax(1.0, fabs(want)), "%.17g, not %.17g",
                          got, want);
            ck_assert(isnan(grad_of(b, k)));
        }
        check_geometry(a, b);
        check_geometry(a, c);
        if (style != DG_STYLE_WIRE) {
            check_fields(a, n);
            check_fields(c, n);
        }
        xml_free(a);
        xml_free(b);
        xml_free(c);
        dg_free(last);
        dg_free(first);
        dg_free(some);
        dg_trace_free(before);
        dg_trace_free(after);
        dg_graph_free(g);
    }
}
END_TEST

static void refuse(const dg_trace *t, dg_draw_options o, const char *said)
{
    dg_error error = {0};
    o.error = &error;
    ck_assert_ptr_null(dg_render(t, NULL, &o));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_msg(strstr(error.text, said), "%s", error.text);
}

START_TEST(refusals)
{
    dg_draw_options first = {.frames = DG_FRAMES_BACKWARD, .frame = 1};
    dg_trace *t = lecture_trace();
    refuse(t, (dg_draw_options){.frames = DG_FRAMES_BACKWARD}, "from 1 to 5; only a PDF has all");
    refuse(t, (dg_draw_options){.frames = DG_FRAMES_BACKWARD, .frame = 6}, "from 1 to 5");
    refuse(t, (dg_draw_options){.frames = DG_FRAMES_BACKWARD, .frame = 6, .format = DG_PDF},
           "from 1 to 5");
    refuse(t, (dg_draw_options){.frame = 2}, "no frame 2");
    refuse(t, (dg_draw_options){.frames = (dg_frames)2}, "no such frames");
    for (dg_format f = DG_DOT; f <= DG_TABLE; f++) {
        char *plain = dg_render(t, NULL, &(dg_draw_options){.format = f});
        char *with =
            dg_render(t, NULL, &(dg_draw_options){.format = f, .frames = DG_FRAMES_BACKWARD});
        ck_assert_str_eq(plain, with);
        dg_free(plain);
        dg_free(with);
    }
    dg_trace_free(t);
    /* An op that is not dotgrad's, and one of the same name that is another. */
    t = small_trace("y", "swish", 1.0, 1.0);
    ck_assert_uint_eq(dg_frame_count(t), 0);
    refuse(t, first, "'swish'");
    dg_trace_free(t);
    t = small_trace("y", "tanh", 0.123, 1.0);
    ck_assert_uint_eq(dg_frame_count(t), 0);
    refuse(t, first, "'tanh'");
    dg_trace_free(t);
    rng r = {1};
    t = tensor_trace(&r, 5);
    ck_assert_uint_eq(dg_frame_count(t), 0);
    refuse(t, first, "tensor");
    dg_trace_free(t);
    ck_assert_uint_eq(dg_frame_count(NULL), 0);
}
END_TEST

/* What requires no gradient gets none. */
START_TEST(no_grad)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, 2.0, "x"), *w = dg_leaf(g, 3.0, "w");
    ck_assert_ptr_nonnull(dg_set_requires_grad(x, 0));
    dg_value *y = dg_set_label(dg_mul(x, w), "y");
    dg_backward(y);
    dg_trace *t = dg_trace_from_value(y);
    char *svg = render_frame(t, 3, DG_STYLE_RECORD);
    xml_element *root = parse(svg);
    ck_assert(isnan(grad_of(root, dg_trace_find(t, "x"))));
    ck_assert(same_number(grad_of(root, dg_trace_find(t, "w")), 2.0));
    xml_free(root);
    dg_free(svg);
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

/* A PDF has a page for each frame. */
START_TEST(pages)
{
    dg_trace *t = lecture_trace();
    size_t size, found = 0;
    dg_error error = {0};
    char *pdf = dg_render(
        t, &size,
        &(dg_draw_options){.format = DG_PDF, .frames = DG_FRAMES_BACKWARD, .error = &error});
    ck_assert_msg(pdf, "%s", error.text);
    for (size_t i = 0; i + 11 < size; i++)
        found += memcmp(pdf + i, "/Type /Page", 11) == 0 && pdf[i + 11] != 's';
    ck_assert_uint_eq(found, 5);
    dg_free(pdf);
    dg_trace_free(t);
}
END_TEST

START_TEST(local_gradients)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a"), *b = dg_leaf(g, -3.0, "b");
    dg_value *y = dg_add(dg_mul(a, b), dg_pow(a, 3.0));
    dg_trace *t = dg_trace_from_value(y);
    double x = 0.0;
    ck_assert_int_eq(dg_trace_local_gradient(t, 0, 0, &x), DG_OK);
    ck_assert_double_eq(x, 1.0);
    ck_assert_int_eq(dg_trace_local_gradient(t, 1, 0, &x), DG_OK);
    ck_assert_double_eq(x, -3.0);
    ck_assert_int_eq(dg_trace_local_gradient(t, 1, 1, &x), DG_OK);
    ck_assert_double_eq(x, 2.0);
    size_t power = dg_trace_operand(t, 0, 1);
    ck_assert_str_eq(dg_trace_op(t, power), "**3");
    ck_assert_int_eq(dg_trace_local_gradient(t, power, 0, &x), DG_OK);
    ck_assert_double_eq(x, 12.0);
    ck_assert_int_eq(dg_trace_local_gradient(t, power, 1, &x), DG_INVALID);
    ck_assert_int_eq(dg_trace_local_gradient(t, dg_trace_find(t, "a"), 0, &x), DG_INVALID);
    ck_assert_int_eq(dg_trace_local_gradient(t, 99, 0, &x), DG_INVALID);
    ck_assert_int_eq(dg_trace_local_gradient(NULL, 0, 0, &x), DG_INVALID);
    ck_assert_int_eq(dg_trace_local_gradient(t, 0, 0, NULL), DG_OK);
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {lecture, against_the_engine, refusals, no_grad,
                                  pages,   local_gradients};
    return run_suite("draw_frames", tests, sizeof tests / sizeof *tests);
}

/* Directions compared with one another: what is the same picture turned, and which one `auto`
 * takes. */
#include <stdio.h>

#include "check_main.h"
#include "draw/place/place.h"
#include "draw/style/style.h"
#include "draw_support.h"

static void make_scene(dgi_scene *s, const dg_trace *t, dg_direction direction)
{
    dgi_options o;
    ck_assert_int_eq(dgi_options_resolve(&o, &(dg_draw_options){.direction = direction}, NULL),
                     DG_OK);
    ck_assert_int_eq(dgi_scene_of(s, t, &o, NULL), DG_OK);
}

/* The same point where the data flows from left to right in a picture that is `length` long. */
static dgi_point turned_back(dgi_point p, dg_direction direction, double length)
{
    switch (direction) {
    case DG_TOP_TO_BOTTOM:
        return (dgi_point){p.y, p.x};
    case DG_BOTTOM_TO_TOP:
        return (dgi_point){length - p.y, p.x};
    case DG_RIGHT_TO_LEFT:
        return (dgi_point){length - p.x, p.y};
    default:
        return p;
    }
}

static bool same_points(const dgi_point *from, const dgi_point *to, size_t n,
                        dg_direction direction, double length)
{
    for (size_t i = 0; i < n; i++) {
        dgi_point p = turned_back(to[i], direction, length);
        if (fabs(p.x - from[i].x) > 1e-6 || fabs(p.y - from[i].y) > 1e-6)
            return false;
    }
    return true;
}

/* Boxes of the same sizes along and across the flow are placed the same in all directions. */
START_TEST(turned)
{
    for (uint64_t seed = 1; seed <= cases(300); seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r, 1 + rng_below(&r, 40), false);
        dgi_scene s, other;
        dgi_placed_scene p, q;
        make_scene(&s, t, DG_LEFT_TO_RIGHT);
        s.n_edge_texts = 0; /* their sizes differ, as texts do not turn */
        for (uint32_t i = 0; i < s.n_edges; i++)
            s.edges[i].text = DGI_NONE_32;
        ck_assert_int_eq(dgi_place_by_flow(&p, &s, NULL), DG_OK);
        for (int d = DG_TOP_TO_BOTTOM; d <= DG_BOTTOM_TO_TOP; d++) {
            dg_direction direction = (dg_direction)d;
            make_scene(&other, t, direction);
            other.n_edge_texts = 0;
            for (uint32_t i = 0; i < s.n_edges; i++)
                other.edges[i].text = DGI_NONE_32;
            bool vertical = dgi_is_vertical(direction);
            for (uint32_t i = 0; i < s.n_boxes; i++) {
                other.boxes[i].width = vertical ? s.boxes[i].height : s.boxes[i].width;
                other.boxes[i].height = vertical ? s.boxes[i].width : s.boxes[i].height;
                other.boxes[i].op_width = vertical ? s.boxes[i].op_height : s.boxes[i].op_width;
                other.boxes[i].op_height = vertical ? s.boxes[i].op_width : s.boxes[i].op_height;
            }
            ck_assert_int_eq(dgi_place_by_flow(&q, &other, NULL), DG_OK);
            must(fabs((vertical ? q.height : q.width) - p.width) < 1e-6, "seed %u", (unsigned)seed);
            must(fabs((vertical ? q.width : q.height) - p.height) < 1e-6, "seed %u",
                 (unsigned)seed);
            must(same_points(p.centres, q.centres, s.n_boxes, direction, p.width),
                 "seed %u, direction %d", (unsigned)seed, d);
            ck_assert_uint_eq(p.n_edges, q.n_edges);
            for (size_t i = 0; i < p.n_edges; i++) {
                const dgi_placed_edge *e = &p.edges[i], *f = &q.edges[i];
                must(e->n_points == f->n_points &&
                         same_points(p.points + e->first_point, q.points + f->first_point,
                                     e->n_points, direction, p.width) &&
                         same_points(e->arrowhead, f->arrowhead, 3, direction, p.width),
                     "seed %u, direction %d, edge %zu", (unsigned)seed, d, i);
            }
            dgi_placed_scene_free(&q);
            dgi_scene_free(&other);
        }
        dgi_placed_scene_free(&p);
        dgi_scene_free(&s);
        dg_trace_free(t);
    }
}
END_TEST

static char *drawn(const dg_trace *t, dg_layout layout, dg_direction direction, double fit,
                   dg_picture_info *info)
{
    dg_error error = {0};
    char *svg = dg_render(
        t, NULL,
        &(dg_draw_options){
            .layout = layout, .direction = direction, .fit = fit, .info = info, .error = &error});
    ck_assert_msg(svg, "%s", error.text);
    return svg;
}

/* What is said of a picture is so. */
static void check_info(const char *svg, const dg_picture_info *info, double fit)
{
    double width, height;
    ck_assert_int_eq(
        sscanf(strstr(svg, "viewBox=\"0 0 "), "viewBox=\"0 0 %lf %lf", &width, &height), 2);
    ck_assert_double_eq_tol(info->width, width, 0.01);
    ck_assert_double_eq_tol(info->height, height, 0.01);
    ck_assert_double_eq(info->fit, fit);
    double natural = 13.0 * 4.0 / 3.0;
    ck_assert_double_eq_tol(info->text_size, natural * fmin(1.0, fit / (width * 4.0 / 3.0)), 0.01);
}

START_TEST(automatic)
{
    static const double fits[] = {100.0, 390.0, 736.0, 5000.0};
    size_t downwards = 0, all = 0;
    for (uint64_t seed = 1; seed <= cases(200); seed++) {
        rng r = {seed};
        dg_trace *t = seed % 2 ? random_trace(&r, 1 + rng_below(&r, 40), false)
                               : tensor_trace(&r, 1 + rng_below(&r, 20));
        dg_layout layout = seed % 8 ? DG_LAYOUT_FLOW : DG_LAYOUT_DOT;
        double fit = fits[rng_below(&r, 4)];
        dg_picture_info right, down, chosen;
        char *right_svg = drawn(t, layout, DG_LEFT_TO_RIGHT, fit, &right),
             *down_svg = drawn(t, layout, DG_TOP_TO_BOTTOM, fit, &down),
             *svg = drawn(t, layout, DG_DIRECTION_AUTO, fit, &chosen);
        check_info(right_svg, &right, fit);
        check_info(down_svg, &down, fit);
        check_info(svg, &chosen, fit);
        bool is_down = down.text_size > right.text_size;
        must(strcmp(svg, is_down ? down_svg : right_svg) == 0, "seed %u", (unsigned)seed);
        ck_assert_int_eq(chosen.direction, is_down ? DG_TOP_TO_BOTTOM : DG_LEFT_TO_RIGHT);
        downwards += is_down;
        all++;
        dg_free(right_svg);
        dg_free(down_svg);
        dg_free(svg);
        dg_trace_free(t);
    }
    ck_assert_uint_gt(downwards, 0);
    ck_assert_uint_lt(downwards, all);
}
END_TEST

/* A long chain, and a sum of as many: nobody has to lay them out twice to see. */
START_TEST(automatic_for_many)
{
    const int MANY = watched() ? 1500 : 6000;
    dg_graph *g = dg_graph_new();
    dg_value *v = dg_leaf(g, 1.0, NULL);
    for (int i = 0; i < MANY; i++)
        v = dg_sin(v);
    dg_trace *t = dg_trace_from_value(v);
    dg_picture_info info;
    dg_free(drawn(t, DG_LAYOUT_FLOW, DG_DIRECTION_AUTO, 0.0, &info));
    ck_assert_int_eq(info.direction, DG_TOP_TO_BOTTOM);
    ck_assert_double_eq_tol(info.text_size, 13.0 * 4.0 / 3.0, 0.01);
    dg_trace_free(t);
    t = dg_trace_new();
    dg_trace_add_node(t, "sum", "sum", 0.0);
    for (size_t i = 1; i < (size_t)MANY; i++) {
        dg_trace_add_node(t, "", NULL, 1.0);
        ck_assert_int_eq(dg_trace_add_edge(t, i, 0), DG_OK);
    }
    dg_free(drawn(t, DG_LAYOUT_FLOW, DG_DIRECTION_AUTO, 0.0, &info));
    ck_assert_int_eq(info.direction, DG_LEFT_TO_RIGHT);
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

/* The estimate is near the width that comes of it, in both directions. */
START_TEST(estimates)
{
    size_t wrong = 0, all = 0;
    for (uint64_t seed = 1; seed <= cases(300); seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r, 20 + rng_below(&r, 150), false);
        double estimated[2], real[2];
        for (int i = 0; i < 2; i++) {
            dgi_scene s;
            dgi_placed_scene p;
            make_scene(&s, t, i ? DG_TOP_TO_BOTTOM : DG_LEFT_TO_RIGHT);
            ck_assert(dgi_estimate_width(&s, &estimated[i]));
            ck_assert_int_eq(dgi_place_by_flow(&p, &s, NULL), DG_OK);
            real[i] = p.width;
            dgi_placed_scene_free(&p);
            dgi_scene_free(&s);
            must(estimated[i] > 0.3 * real[i] && estimated[i] < 3.0 * real[i],
                 "seed %u, direction %d: %g, not %g", (unsigned)seed, i, estimated[i], real[i]);
        }
        bool close = real[0] < 1.5 * real[1] && real[1] < 1.5 * real[0];
        wrong += !close && (estimated[0] < estimated[1]) != (real[0] < real[1]);
        all++;
        dg_trace_free(t);
    }
    ck_assert_msg(20 * wrong <= all, "%zu of %zu are wrong", wrong, all);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {turned, automatic, automatic_for_many, estimates};
    return run_suite("draw_direction", tests, sizeof tests / sizeof *tests);
}

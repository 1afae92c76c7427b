#include "svg_shapes.h"

#include "check_place.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double svg_number(const xml_element *e, const char *name)
{
    const char *text = xml_get(e, name);
    ck_assert_msg(text, "<%s> without %s", e->name, name);
    char *end;
    double x = strtod(text, &end);
    ck_assert_msg(!*end && isfinite(x), "%s=\"%s\"", name, text);
    return x;
}

/* The innermost group around an element that has an id such as dotgrad-v3-op. */
static svg_owner owner_of(const xml_element *e)
{
    static const char prefix[] = "dotgrad-";
    for (; e; e = e->parent) {
        const char *id = strcmp(e->name, "g") == 0 ? xml_get(e, "id") : NULL;
        if (!id || strncmp(id, prefix, strlen(prefix)) != 0)
            continue;
        id += strlen(prefix);
        char *end;
        svg_owner owner = {.group = e, .letter = *id, .number = strtoul(id + 1, &end, 10)};
        owner.op = strcmp(end, "-op") == 0;
        return owner;
    }
    return (svg_owner){0};
}

static double font_size_of(const xml_element *e)
{
    for (; e; e = e->parent)
        if (xml_get(e, "font-size"))
            return svg_number(e, "font-size");
    return 0.0;
}

static void add_text(svg_picture *p, const xml_element *e)
{
    if (!e->text || !*e->text || xml_has_class(e, "dg-number"))
        return; /* an empty line of a label; the number of a badge */
    ck_assert_uint_lt(p->n_texts, SVG_SHAPES);
    double x = svg_number(e, "x"), y = svg_number(e, "y"), size = font_size_of(e);
    /* Only what is one character long, or has no width, has no length. */
    double half = xml_get(e, "textLength") ? svg_number(e, "textLength") / 2 : 0.1 * size;
    bool inner = strcmp(e->name, "tspan") == 0;
    if (xml_get(e, "text-anchor") && strcmp(xml_get(e, "text-anchor"), "start") == 0)
        x += half;
    p->texts[p->n_texts++] = (svg_text){.at = {x - half, y - 0.7 * size, x + half, y},
                                        .element = e,
                                        .whole = inner ? e->parent : e,
                                        .owner = owner_of(e)};
}

/* The signs of the legend stand beside its texts, and are not looked at. */
static bool is_in_legend(const xml_element *e)
{
    return xml_has_class(e->parent, "dg-legend");
}

/* A badge is one with its number. */
static void add_badge(svg_picture *p, const xml_element *e)
{
    ck_assert_uint_lt(p->n_texts, SVG_SHAPES);
    ck_assert(e->next && xml_has_class(e->next, "dg-number"));
    double x = svg_number(e, "x"), y = svg_number(e, "y");
    p->texts[p->n_texts++] =
        (svg_text){.at = {x, y, x + svg_number(e, "width"), y + svg_number(e, "height")},
                   .element = e->next,
                   .whole = e,
                   .owner = owner_of(e)};
}

static void add_shape(svg_picture *p, const xml_element *e)
{
    if (is_in_legend(e))
        return;
    if (xml_has_class(e, "dg-badge")) {
        add_badge(p, e);
        return;
    }
    ck_assert_uint_lt(p->n_shapes, SVG_SHAPES);
    svg_shape *s = &p->shapes[p->n_shapes++];
    *s = (svg_shape){.round = strcmp(e->name, "ellipse") == 0,
                     .owner = owner_of(e),
                     .cell = xml_has_class(e, "dg-cell")};
    if (s->round) {
        double cx = svg_number(e, "cx"), cy = svg_number(e, "cy"), rx = svg_number(e, "rx"),
               ry = svg_number(e, "ry");
        s->at = (svg_rect){cx - rx, cy - ry, cx + rx, cy + ry};
    } else {
        double x = svg_number(e, "x"), y = svg_number(e, "y");
        s->at = (svg_rect){x, y, x + svg_number(e, "width"), y + svg_number(e, "height")};
        s->radius = svg_number(e, "rx");
    }
}

double svg_depth(const svg_shape *s, double x, double y)
{
    double rx = (s->at.x1 - s->at.x0) / 2, ry = (s->at.y1 - s->at.y0) / 2;
    double dx = x - s->at.x0 - rx, dy = y - s->at.y0 - ry;
    if (s->round) {
        double r = hypot(dx, dy), k = hypot(dx / rx, dy / ry);
        return k > 0 ? r / k - r : fmin(rx, ry);
    }
    /* From the box that is smaller by the radius on all sides. */
    double ax = fabs(dx) - rx + s->radius, ay = fabs(dy) - ry + s->radius;
    if (ax <= 0 || ay <= 0)
        return s->radius - fmax(ax, ay);
    return s->radius - hypot(ax, ay);
}

/* ---- Paths ---------------------------------------------------------------------------------- */

static double next_number(const char **d)
{
    char *end;
    double x = strtod(*d, &end);
    ck_assert_msg(end != *d, "'%s' in a path", *d);
    *d = end + strspn(end, " ,");
    return x;
}

static void add_point(svg_line *l, double x, double y)
{
    l->points = realloc(l->points, (l->n + 1) * sizeof *l->points);
    ck_assert_ptr_nonnull(l->points);
    l->points[l->n][0] = x;
    l->points[l->n++][1] = y;
}

static svg_line *begin_line(svg_picture *p, svg_owner owner)
{
    ck_assert_uint_lt(p->n_lines, SVG_LINES);
    svg_line *l = &p->lines[p->n_lines++];
    *l = (svg_line){.owner = owner};
    return l;
}

/* Only the commands that are written: M, and relative h, v, l and c. */
static void add_path(svg_picture *p, const xml_element *e)
{
    const char *d = xml_get(e, "d");
    svg_line *l = NULL;
    double x = 0, y = 0;
    if (strchr(d, 'z') || is_in_legend(e))
        return; /* an arrowhead, or a mark */
    for (char letter = 0; *d;) {
        if (strchr("Mhvlc", *d))
            letter = *d++;
        if (letter == 'M') {
            x = next_number(&d);
            y = next_number(&d);
            l = begin_line(p, owner_of(e));
            add_point(l, x, y);
        } else if (letter == 'c') {
            for (int i = 0; i < 3; i++) {
                double dx = next_number(&d), dy = next_number(&d);
                add_point(l, x + dx, y + dy);
            }
            x = l->points[l->n - 1][0];
            y = l->points[l->n - 1][1];
        } else {
            double dx = letter == 'v' ? 0 : next_number(&d);
            double dy = letter == 'h' ? 0 : next_number(&d);
            for (int i = 1; i <= 3; i++)
                add_point(l, x + dx * i / 3, y + dy * i / 3);
            x += dx;
            y += dy;
        }
    }
}

void svg_point_of(const svg_line *l, double t, double *x, double *y)
{
    size_t pieces = (l->n - 1) / 3, piece = (size_t)(t * (double)pieces);
    piece = piece < pieces ? piece : pieces - 1;
    double s = t * (double)pieces - (double)piece, u = 1 - s;
    double(*p)[2] = l->points + 3 * piece;
    double at[2];
    for (int i = 0; i < 2; i++)
        at[i] = u * u * u * p[0][i] + 3 * u * u * s * p[1][i] + 3 * u * s * s * p[2][i] +
                s * s * s * p[3][i];
    *x = at[0];
    *y = at[1];
}

svg_picture *svg_read(xml_element *root)
{
    static svg_picture p;
    double x, y;
    p.n_texts = p.n_shapes = p.n_lines = 0;
    ck_assert_int_eq(
        sscanf(xml_get(root, "viewBox"), "%lf %lf %lf %lf", &x, &y, &p.width, &p.height), 4);
    ck_assert(x == 0.0 && y == 0.0);
    for (xml_element *e = root; e; e = xml_following(e)) {
        if ((strcmp(e->name, "text") == 0 && !e->first) || strcmp(e->name, "tspan") == 0)
            add_text(&p, e);
        else if (strcmp(e->name, "rect") == 0 || strcmp(e->name, "ellipse") == 0)
            add_shape(&p, e);
        else if (strcmp(e->name, "path") == 0)
            add_path(&p, e);
    }
    return &p;
}

void svg_free_lines(svg_picture *p)
{
    for (size_t i = 0; i < p->n_lines; i++)
        free(p->lines[i].points);
    p->n_lines = 0;
}

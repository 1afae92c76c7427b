#include "drawing.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../xml_scan.h"
#include "cells.h"
#include "measure.h"

/* ---- Paths --------------------------------------------------------------------------------- */

typedef struct pen {
    drawing_edge *e;
    size_t room;
    drawing_point at;
} pen;

static void put(pen *p, double x, double y)
{
    p->e->points = grown(p->e->points, &p->room, p->e->n_points, sizeof *p->e->points);
    p->e->points[p->e->n_points++] = (drawing_point){x, y};
}

static void line_to(pen *p, double x, double y)
{
    put(p, p->at.x + (x - p->at.x) / 3.0, p->at.y + (y - p->at.y) / 3.0);
    put(p, x - (x - p->at.x) / 3.0, y - (y - p->at.y) / 3.0);
    put(p, x, y);
    p->at = (drawing_point){x, y};
}

/* One command with its numbers; how many it takes, or 0. */
static size_t command(pen *p, char letter, const double *n)
{
    double x = islower(letter) ? p->at.x : 0.0, y = islower(letter) ? p->at.y : 0.0;
    switch (toupper(letter)) {
    case 'M':
        p->at = (drawing_point){x + n[0], y + n[1]};
        put(p, p->at.x, p->at.y);
        return 2;
    case 'L':
        line_to(p, x + n[0], y + n[1]);
        return 2;
    case 'H':
        line_to(p, x + n[0], p->at.y);
        return 1;
    case 'V':
        line_to(p, p->at.x, y + n[0]);
        return 1;
    case 'C':
        put(p, x + n[0], y + n[1]);
        put(p, x + n[2], y + n[3]);
        put(p, x + n[4], y + n[5]);
        p->at = p->e->points[p->e->n_points - 1];
        return 6;
    case 'S': {
        drawing_point before = p->e->points[p->e->n_points > 1 ? p->e->n_points - 2 : 0];
        put(p, 2.0 * p->at.x - before.x, 2.0 * p->at.y - before.y);
        put(p, x + n[0], y + n[1]);
        put(p, x + n[2], y + n[3]);
        p->at = p->e->points[p->e->n_points - 1];
        return 4;
    }
    default:
        return 0;
    }
}

static size_t numbers_of(char letter)
{
    const char *letters = "MLHVCS";
    static const size_t counts[] = {2, 2, 1, 1, 6, 4};
    const char *found = strchr(letters, toupper(letter));
    return found && *found ? counts[found - letters] : 0;
}

static bool read_path(drawing_edge *e, const char *d)
{
    pen p = {.e = e};
    char letter = 0;
    while (*(d += strspn(d, " ,\n"))) {
        if (isalpha((unsigned char)*d))
            letter = *d++;
        double n[6];
        size_t want = numbers_of(letter);
        for (size_t i = 0; i < want; i++) {
            char *end;
            d += strspn(d, " ,\n");
            n[i] = strtod(d, &end);
            if (end == d)
                return false;
            d = end;
        }
        if (!want || command(&p, letter, n) != want)
            return false;
        letter = letter == 'M' ? 'L' : letter == 'm' ? 'l' : letter;
    }
    return e->n_points >= 4;
}

/* ---- Elements ------------------------------------------------------------------------------ */

static double number_of(const xml_element *e, const char *name)
{
    const char *text = e ? xml_get(e, name) : NULL;
    return text ? strtod(text, NULL) : 0.0;
}

/* The number in an id like dotgrad-v12-op. */
static size_t id_number(const xml_element *e)
{
    const char *id = xml_get(e, "id"), *dash = id ? strchr(id, '-') : NULL;
    return dash && dash[1] ? strtoul(dash + 2, NULL, 10) : 0;
}

static bool read_box(drawing *d, size_t *room, const xml_element *g, bool is_op)
{
    const xml_element *shape = xml_child(g, is_op ? "ellipse" : "rect");
    drawing_box b = {.node = id_number(g), .is_op = is_op};
    if (!shape)
        return false;
    if (is_op) {
        double x = number_of(shape, "cx"), y = number_of(shape, "cy");
        double rx = number_of(shape, "rx"), ry = number_of(shape, "ry");
        b.left = x - rx, b.right = x + rx, b.top = y - ry, b.bottom = y + ry;
    } else {
        b.left = number_of(shape, "x");
        b.top = number_of(shape, "y");
        b.right = b.left + number_of(shape, "width");
        b.bottom = b.top + number_of(shape, "height");
    }
    d->boxes = grown(d->boxes, room, d->n_boxes, sizeof *d->boxes);
    d->boxes[d->n_boxes++] = b;
    return true;
}

static bool read_edge(drawing *d, size_t *room, const xml_element *g)
{
    const xml_element *path = strcmp(g->name, "path") == 0 ? g : xml_child(g, "path");
    const char *data = path ? xml_get(path, "d") : NULL;
    drawing_edge e = {.number = id_number(g)};
    if (!data || !read_path(&e, data)) {
        free(e.points);
        return false;
    }
    d->edges = grown(d->edges, room, d->n_edges, sizeof *d->edges);
    d->edges[d->n_edges++] = e;
    return true;
}

static bool read_elements(drawing *d, xml_element *root)
{
    size_t boxes = 0, edges = 0;
    const char *view = xml_get(root, "viewBox");
    double x, y;
    if (!view || sscanf(view, "%lf %lf %lf %lf", &x, &y, &d->width, &d->height) != 4)
        return false;
    for (xml_element *e = root; e; e = xml_following(e)) {
        if (xml_has_class(e, "dg-value") && !read_box(d, &boxes, e, false))
            return false;
        if (xml_has_class(e, "dg-op") && !read_box(d, &boxes, e, true))
            return false;
        if (xml_has_class(e, "dg-edge") && !read_edge(d, &edges, e))
            return false;
    }
    return d->n_boxes > 0;
}

/* ---- Ends ---------------------------------------------------------------------------------- */

static double distance(const drawing_box *b, drawing_point p)
{
    double dx = fmax(fmax(b->left - p.x, p.x - b->right), 0.0);
    double dy = fmax(fmax(b->top - p.y, p.y - b->bottom), 0.0);
    return hypot(dx, dy);
}

/* The nearest box, within an arrowhead's length. */
static bool box_at(const drawing *d, const cells *c, drawing_point p, size_t *box)
{
    double best = 12.0;
    bool found = false;
    size_t column = cells_column(c, p.x), row = cells_row(c, p.y);
    for (size_t i = column ? column - 1 : 0; i <= column + 1 && i < c->columns; i++)
        for (size_t j = row ? row - 1 : 0; j <= row + 1 && j < c->rows; j++)
            for (size_t k = c->start[j * c->columns + i]; k < c->start[j * c->columns + i + 1];
                 k++) {
                double away = distance(&d->boxes[c->items[k]], p);
                if (away < best) {
                    best = away;
                    *box = c->items[k];
                    found = true;
                }
            }
    return found;
}

static bool find_ends(drawing *d)
{
    cells c;
    cells_of_boxes(&c, d);
    bool found = true;
    for (size_t i = 0; i < d->n_edges && found; i++) {
        drawing_edge *e = &d->edges[i];
        found = box_at(d, &c, e->points[0], &e->from) &&
                box_at(d, &c, e->points[e->n_points - 1], &e->to);
    }
    cells_free(&c);
    return found;
}

/* ---- The file ------------------------------------------------------------------------------ */

static char *read_file(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    size_t room = 0;
    char *text = NULL;
    *size = 0;
    while (f && !feof(f) && !ferror(f)) {
        text = grown(text, &room, *size + 1, 1);
        *size += fread(text + *size, 1, room - *size, f);
    }
    if (f)
        fclose(f);
    return text;
}

bool drawing_read(drawing *d, const char *path)
{
    *d = (drawing){0};
    char error[XML_ERROR_ROOM] = "cannot be read";
    size_t size;
    char *text = read_file(path, &size);
    xml_element *root = text ? xml_parse(text, size, error) : NULL;
    free(text);
    if (!root)
        fprintf(stderr, "%s: %s\n", path, error);
    bool read = root && read_elements(d, root) && find_ends(d);
    if (root && !read)
        fprintf(stderr, "%s: this is no picture of dotgrad's\n", path);
    xml_free(root);
    return read;
}

void drawing_free(drawing *d)
{
    for (size_t i = 0; i < d->n_edges; i++)
        free(d->edges[i].points);
    free(d->edges);
    free(d->boxes);
}

#include "cells.h"

#include <math.h>
#include <stdlib.h>

static size_t place(double at, double size, size_t count)
{
    if (!(at > 0.0))
        return 0;
    size_t i = (size_t)(at / size);
    return i < count ? i : count - 1;
}

size_t cells_column(const cells *c, double x)
{
    return place(x, c->size, c->columns);
}

size_t cells_row(const cells *c, double y)
{
    return place(y, c->size, c->rows);
}

cells cells_for(const drawing *d, size_t n)
{
    double size = sqrt((d->width + 1.0) * (d->height + 1.0) / ((double)n + 1.0));
    cells c = {.size = size < 16.0 ? 16.0 : size};
    c.columns = (size_t)(d->width / c.size) + 1;
    c.rows = (size_t)(d->height / c.size) + 1;
    return c;
}

void cells_begin(cells *c)
{
    c->start = calloc(c->columns * c->rows + 2, sizeof *c->start);
    c->items = NULL;
    if (!c->start)
        abort();
}

void cells_put(cells *c, size_t item, double left, double top, double right, double bottom)
{
    for (size_t j = cells_row(c, top); j <= cells_row(c, bottom); j++)
        for (size_t i = cells_column(c, left); i <= cells_column(c, right); i++) {
            size_t cell = j * c->columns + i;
            if (c->items)
                c->items[c->start[cell + 1]++] = item;
            else
                c->start[cell + 2]++; /* two on, so that keeping leaves the starts in place */
        }
}

void cells_counted(cells *c)
{
    size_t n = c->columns * c->rows;
    for (size_t i = 2; i < n + 2; i++)
        c->start[i] += c->start[i - 1];
    c->items = malloc((c->start[n + 1] + 1) * sizeof *c->items);
    if (!c->items)
        abort();
}

void cells_of_boxes(cells *c, const drawing *d)
{
    *c = cells_for(d, d->n_boxes);
    cells_begin(c);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < d->n_boxes; i++)
            cells_put(c, i, d->boxes[i].left, d->boxes[i].top, d->boxes[i].right,
                      d->boxes[i].bottom);
        if (pass == 0)
            cells_counted(c);
    }
}

void cells_free(cells *c)
{
    free(c->start);
    free(c->items);
}

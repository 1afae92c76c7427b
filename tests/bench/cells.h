/* A grid over a picture, with what lies in each cell: to find what is near. */
#ifndef BENCH_CELLS_H
#define BENCH_CELLS_H

#include <stddef.h>

#include "drawing.h"

typedef struct cells {
    double size;
    size_t columns, rows;
    size_t *start; /* per cell, row after row, and one more: into items */
    size_t *items;
} cells;

size_t cells_column(const cells *c, double x);
size_t cells_row(const cells *c, double y);

/* A grid for about `n` items. It has no items yet. */
cells cells_for(const drawing *d, size_t n);

/* To fill a grid, whatever lies in a rectangle is put twice: counted, and then kept. */
void cells_begin(cells *c);
void cells_put(cells *c, size_t item, double left, double top, double right, double bottom);
void cells_counted(cells *c);

void cells_of_boxes(cells *c, const drawing *d);
void cells_free(cells *c);

#endif

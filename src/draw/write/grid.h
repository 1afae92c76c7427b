/* Aligned text: cells in columns. */
#ifndef DGI_GRID_H
#define DGI_GRID_H

#include <stdbool.h>

#include "base/buf.h"

enum { DGI_GRID_COLUMNS_MAX = 20 };

/* Rows of cells, row by row. A column of which no cell but the first has text is left out. */
typedef struct dgi_grid {
    size_t columns;
    bool right[DGI_GRID_COLUMNS_MAX]; /* aligned to the right */
    dgi_buf text;                     /* of all cells */
    size_t *ends;                     /* of each cell: where its text ends; owned */
    size_t count, capacity;
} dgi_grid;

/* Nothing is freed on failure: text.failed says that memory ran out. */
void dgi_grid_free(dgi_grid *g);

/* Ends a cell whose text was appended to g->text. */
void dgi_grid_end_cell(dgi_grid *g);
/* A whole cell. */
void dgi_grid_put(dgi_grid *g, const char *text);

/* Appends the rows, complete ones, each with so many spaces before it. */
void dgi_grid_write(dgi_buf *b, const dgi_grid *g, size_t indentation);

#endif

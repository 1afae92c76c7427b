/* The code cells of a notebook, and where each begins in its program. */
#ifndef DGI_NOTEBOOK_H
#define DGI_NOTEBOOK_H

#include <dotgrad/lang.h>

typedef struct dgi_cell_begin {
    size_t begin, lines; /* bytes and lines before it */
} dgi_cell_begin;

struct dg_notebook {
    char *text; /* owned, terminated */
    size_t size, lines;
    dgi_cell_begin *cells;
    size_t count, capacity;
};

#endif

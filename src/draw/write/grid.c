#include "draw/write/grid.h"

#include <stdlib.h>

#include "base/grow.h"
#include "base/utf8.h"

void dgi_grid_free(dgi_grid *g)
{
    dgi_buf_free(&g->text);
    free(g->ends);
    g->ends = NULL;
}

void dgi_grid_end_cell(dgi_grid *g)
{
    size_t *ends = dgi_grown(g->ends, &g->capacity, g->count, sizeof *ends);
    if (!ends) {
        g->text.failed = true;
        return;
    }
    g->ends = ends;
    g->ends[g->count++] = g->text.size;
}

void dgi_grid_put(dgi_grid *g, const char *text)
{
    dgi_buf_puts(&g->text, text);
    dgi_grid_end_cell(g);
}

static size_t start_of(const dgi_grid *g, size_t cell)
{
    return cell ? g->ends[cell - 1] : 0;
}

/* The columns of a terminal that a cell takes. */
static size_t width_of(const dgi_grid *g, size_t cell)
{
    size_t width = 0;
    const char *p = g->text.data + start_of(g, cell), *end = g->text.data + g->ends[cell];
    while (p < end)
        width += (size_t)dgi_columns(dgi_utf8_next(&p, end, NULL));
    return width;
}

/* The widths of the columns; 0 for one that is left out. */
static void measure(const dgi_grid *g, size_t *widths)
{
    for (size_t c = 0; c < g->columns; c++)
        widths[c] = 0;
    for (size_t i = g->columns; i < g->count; i++) {
        size_t width = width_of(g, i), c = i % g->columns;
        widths[c] = width > widths[c] ? width : widths[c];
    }
    for (size_t c = 0; c < g->columns && c < g->count; c++)
        if (widths[c] && width_of(g, c) > widths[c])
            widths[c] = width_of(g, c);
}

void dgi_grid_write(dgi_buf *b, const dgi_grid *g, size_t indentation)
{
    size_t widths[DGI_GRID_COLUMNS_MAX];
    if (g->text.failed) {
        b->failed = true;
        return;
    }
    measure(g, widths);
    for (size_t row = 0; row < g->count; row += g->columns) {
        size_t spaces = indentation; /* that are due; none at the end of a line */
        for (size_t c = 0; c < g->columns; c++) {
            size_t cell = row + c, size = g->ends[cell] - start_of(g, cell);
            if (!widths[c])
                continue;
            size_t padding = widths[c] - width_of(g, cell);
            spaces += g->right[c] ? padding : 0;
            if (size > 0) {
                dgi_buf_fill(b, ' ', spaces);
                dgi_buf_put(b, g->text.data + start_of(g, cell), size);
                spaces = 0;
            }
            spaces += g->right[c] ? 2 : padding + 2;
        }
        dgi_buf_putc(b, '\n');
    }
}

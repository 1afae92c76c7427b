/* Rows of aligned cells, for texts of some dozen lines. */
#ifndef DGI_INSPECT_TEXT_TABLE_H
#define DGI_INSPECT_TEXT_TABLE_H

#include "base/buf.h"

enum { DGI_TEXT_COLUMNS_MAX = 8 };

/* A cell is written to `text` and ended by dgi_text_table_end_cell(). Where memory ran out `text`
 * has failed. */
typedef struct dgi_text_table {
    size_t columns;
    bool right[DGI_TEXT_COLUMNS_MAX]; /* aligned to the right */
    dgi_buf text;                     /* of all cells; owned */
    size_t *ends;                     /* of each cell; owned */
    size_t count, capacity;
} dgi_text_table;

void dgi_text_table_end_cell(dgi_text_table *t);

/* Appends the rows, indented by two spaces. Columns without any text are left out. */
void dgi_text_table_put(dgi_buf *b, const dgi_text_table *t);

void dgi_text_table_free(dgi_text_table *t);

#endif

#include "inspect/text_table.h"

#include <stdlib.h>

#include "base/grow.h"
#include "base/utf8.h"

void dgi_text_table_end_cell(dgi_text_table *t)
{
    size_t *ends = t->ends;
    if (t->count == t->capacity)
        ends = dgi_grown(t->ends, &t->capacity, t->count, sizeof *ends);
    if (!ends) {
        t->text.failed = true;
        return;
    }
    t->ends = ends;
    t->ends[t->count++] = t->text.size;
}

static size_t begin_of(const dgi_text_table *t, size_t cell)
{
    return cell > 0 ? t->ends[cell - 1] : 0;
}

static size_t columns_of(const dgi_text_table *t, size_t cell)
{
    const char *p = t->text.data + begin_of(t, cell), *end = t->text.data + t->ends[cell];
    size_t n = 0;
    while (p < end)
        n += (size_t)dgi_columns(dgi_utf8_next(&p, end, NULL));
    return n;
}

static void put_row(dgi_buf *b, const dgi_text_table *t, size_t row, const size_t *widths)
{
    size_t spaces = 2; /* before the next cell; none at the end of a line */
    for (size_t c = 0; c < t->columns; c++) {
        size_t cell = row * t->columns + c, begin = begin_of(t, cell);
        if (widths[c] == 0)
            continue;
        size_t padding = widths[c] - columns_of(t, cell), before = t->right[c] ? padding : 0;
        if (t->ends[cell] > begin) {
            dgi_buf_fill(b, ' ', spaces + before);
            dgi_buf_put(b, t->text.data + begin, t->ends[cell] - begin);
            spaces = 2 + padding - before;
        } else {
            spaces += 2 + padding;
        }
    }
    dgi_buf_putc(b, '\n');
}

void dgi_text_table_put(dgi_buf *b, const dgi_text_table *t)
{
    size_t widths[DGI_TEXT_COLUMNS_MAX] = {0}, rows = t->count / t->columns;
    if (t->text.failed) {
        b->failed = true;
        return;
    }
    for (size_t cell = 0; t->text.data && cell < rows * t->columns; cell++) {
        size_t width = columns_of(t, cell), c = cell % t->columns;
        widths[c] = width > widths[c] ? width : widths[c];
    }
    for (size_t row = 0; t->text.data && row < rows; row++)
        put_row(b, t, row, widths);
}

void dgi_text_table_free(dgi_text_table *t)
{
    dgi_buf_free(&t->text);
    free(t->ends);
    t->ends = NULL;
    t->count = t->capacity = 0;
}

/* The trace as aligned text, for the terminal. */
#include "draw/formats.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "draw/say.h"

enum { COLUMNS = 4 };
static const char *const titles[COLUMNS] = {"name", "op", "data", "grad"};

/* Numbers stand to the right, names to the left. */
static const bool right[COLUMNS] = {false, false, true, true};

static void put_number(dgi_buf *b, double x)
{
    char text[DGI_NUMBER_ROOM];
    dgi_buf_put(b, text, dgi_general(text, x, 6));
}

static void put_op(dgi_buf *b, const char *op)
{
    for (const char *end = op + strlen(op); op < end;) {
        uint32_t c = dgi_utf8_next(&op, end, NULL);
        dgi_utf8_put(b, c < ' ' || (c >= 0x7F && c < 0xA0) ? DGI_REPLACEMENT : c);
    }
}

static void put_cell(dgi_buf *b, const dg_trace *t, size_t node, int column)
{
    switch (column) {
    case 0:
        dgi_say_name(b, t, node);
        break;
    case 1:
        put_op(b, dg_trace_op(t, node));
        break;
    case 2:
        put_number(b, dg_trace_data(t, node));
        break;
    default:
        if (dg_trace_has_grad(t, node))
            put_number(b, dg_trace_grad(t, node));
        else
            dgi_buf_putc(b, '-');
    }
}

static size_t columns_of(const char *text, size_t size)
{
    size_t n = 0;
    for (const char *end = text + size; text < end;)
        n += (size_t)dgi_columns(dgi_utf8_next(&text, end, NULL));
    return n;
}

static void put_padded(dgi_buf *b, const char *text, size_t size, size_t width, int column)
{
    size_t columns = columns_of(text, size);
    size_t padding = columns < width ? width - columns : 0;
    if (column > 0)
        dgi_buf_puts(b, "  ");
    if (right[column])
        dgi_buf_fill(b, ' ', padding);
    dgi_buf_put(b, text, size);
    if (!right[column])
        dgi_buf_fill(b, ' ', padding);
}

bool dgi_write_table(dgi_buf *b, const dg_trace *t)
{
    size_t n = dg_trace_nodes(t);
    size_t width[COLUMNS];
    for (int c = 0; c < COLUMNS; c++)
        width[c] = strlen(titles[c]);
    dgi_buf cell = DGI_BUF_INIT;
    for (size_t i = 0; i < n; i++)
        for (int c = 0; c < COLUMNS; c++) {
            cell.size = 0;
            put_cell(&cell, t, i, c);
            size_t columns = columns_of(cell.data ? cell.data : "", cell.size);
            if (columns > width[c])
                width[c] = columns;
        }
    for (int c = 0; c < COLUMNS; c++)
        put_padded(b, titles[c], strlen(titles[c]), width[c], c);
    dgi_buf_putc(b, '\n');
    for (size_t i = 0; i < n && !b->failed; i++) {
        for (int c = 0; c < COLUMNS; c++) {
            cell.size = 0;
            put_cell(&cell, t, i, c);
            put_padded(b, cell.data ? cell.data : "", cell.size, width[c], c);
        }
        dgi_buf_putc(b, '\n');
    }
    bool done = !cell.failed && !b->failed;
    dgi_buf_free(&cell);
    return done;
}

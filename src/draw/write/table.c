/* The trace as aligned text, for the terminal. */
#include "draw/write/formats.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "draw/style/tensor_text.h"
#include "draw/style/node_text.h"

/* Numbers are aligned to the right, other cells to the left. */
typedef enum column { NAME, OP, SHAPE, DATA, GRAD, COLUMNS } column;
static const char *const titles[COLUMNS] = {"name", "op", "shape", "data", "grad"};
static const bool right[COLUMNS] = {[DATA] = true, [GRAD] = true};

typedef struct table {
    const dg_trace *trace;
    const dgi_number_format *numbers;
    dgi_trace_statistics statistics;
    size_t width[COLUMNS]; /* 0: it is left out */
} table;

static void put_number(dgi_buf *b, const table *w, double x)
{
    char text[DGI_NUMBER_TEXT_SIZE];
    dgi_buf_put(b, text, dgi_number_text(text, w->numbers, x));
}

static void put_op(dgi_buf *b, const dg_trace *t, size_t node)
{
    const char *op = dg_trace_op(t, node);
    for (const char *end = op + strlen(op); op < end;) {
        uint32_t c = dgi_utf8_next(&op, end, NULL);
        dgi_utf8_put(b, c < ' ' || (c >= 0x7F && c < 0xA0) ? DGI_REPLACEMENT : c);
    }
    if (dg_trace_result_index(t, node) > 0)
        dgi_buf_printf(b, "[%zu]", dg_trace_result_index(t, node));
}

static void put_shape(dgi_buf *b, const dg_trace *t, size_t node)
{
    char text[DGI_SHAPE_TEXT_SIZE];
    if (dgi_node_is_tensor(t, node))
        dgi_buf_put(b, text, dgi_shape_text(text, t, node));
}

static void put_data(dgi_buf *b, const table *w, size_t node)
{
    if (!dg_trace_has_data(w->trace, node)) {
        dgi_buf_putc(b, '-');
        return;
    }
    if (!dgi_node_is_tensor(w->trace, node)) {
        put_number(b, w, dg_trace_data(w->trace, node));
        return;
    }
    dgi_tensor_view data = dgi_data_view(&w->statistics, node);
    dgi_put_tensor_in_brief(b, &data, w->numbers);
}

static void put_grad(dgi_buf *b, const table *w, size_t node)
{
    if (!dg_trace_has_grad(w->trace, node)) {
        dgi_buf_putc(b, '-');
    } else if (!dgi_node_is_tensor(w->trace, node)) {
        put_number(b, w, dg_trace_grad(w->trace, node));
    } else {
        dgi_tensor_view grad = dgi_grad_view(&w->statistics, node);
        dgi_put_tensor_in_brief(b, &grad, w->numbers);
    }
}

static void put_cell(dgi_buf *b, const table *w, size_t node, column c)
{
    switch (c) {
    case NAME:
        dgi_put_node_label(b, w->trace, node);
        break;
    case OP:
        put_op(b, w->trace, node);
        break;
    case SHAPE:
        put_shape(b, w->trace, node);
        break;
    case DATA:
        put_data(b, w, node);
        break;
    case GRAD:
        put_grad(b, w, node);
        break;
    case COLUMNS:
        break;
    }
}

static size_t columns_of(const char *text, size_t size)
{
    size_t n = 0;
    for (const char *end = text + size; text < end;)
        n += (size_t)dgi_columns(dgi_utf8_next(&text, end, NULL));
    return n;
}

static void put_padded(dgi_buf *b, const char *text, size_t size, size_t width, column c)
{
    size_t columns = columns_of(text, size);
    size_t padding = columns < width ? width - columns : 0;
    if (c != NAME)
        dgi_buf_puts(b, "  ");
    if (right[c])
        dgi_buf_fill(b, ' ', padding);
    dgi_buf_put(b, text, size);
    if (!right[c])
        dgi_buf_fill(b, ' ', padding);
}

/* Whether a value has data or a gradient. */
static bool has_numbers(const dg_trace *t)
{
    bool found = false;
    for (size_t i = 0; i < dg_trace_node_count(t) && !found; i++)
        found = dg_trace_has_data(t, i) || dg_trace_has_grad(t, i);
    return found;
}

/* Makes every column as wide as its widest cell; that of the shapes is left out where no value has
 * one, and those of the numbers where there are none. Every cell is written twice, so that none
 * must be kept. */
static void measure(table *w, dgi_buf *cell)
{
    for (column c = NAME; c < COLUMNS; c++)
        w->width[c] = strlen(titles[c]);
    if (!w->statistics.all)
        w->width[SHAPE] = 0;
    if (!has_numbers(w->trace))
        w->width[DATA] = w->width[GRAD] = 0;
    for (size_t i = 0; i < dg_trace_node_count(w->trace); i++)
        for (column c = NAME; c < COLUMNS; c++) {
            if (!w->width[c])
                continue;
            cell->size = 0;
            put_cell(cell, w, i, c);
            size_t columns = columns_of(cell->data ? cell->data : "", cell->size);
            if (columns > w->width[c])
                w->width[c] = columns;
        }
}

bool dgi_write_table(dgi_buf *b, const dg_trace *t, const dgi_options *o)
{
    table w = {.trace = t, .numbers = &o->numbers};
    if (!dgi_trace_statistics_of(&w.statistics, t))
        return false;
    dgi_buf cell = DGI_BUF_INIT;
    measure(&w, &cell);
    for (column c = NAME; c < COLUMNS; c++)
        if (w.width[c])
            put_padded(b, titles[c], strlen(titles[c]), w.width[c], c);
    dgi_buf_putc(b, '\n');
    for (size_t i = 0; i < dg_trace_node_count(t) && !b->failed; i++) {
        for (column c = NAME; c < COLUMNS; c++) {
            if (!w.width[c])
                continue;
            cell.size = 0;
            put_cell(&cell, &w, i, c);
            put_padded(b, cell.data ? cell.data : "", cell.size, w.width[c], c);
        }
        dgi_buf_putc(b, '\n');
    }
    bool done = !cell.failed && !b->failed;
    dgi_buf_free(&cell);
    dgi_trace_statistics_free(&w.statistics);
    return done;
}

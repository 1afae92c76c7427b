/* A history as text: a table, and JSON. */
#include "nn/history.h"

#include <string.h>

#include "base/json_text.h"
#include "base/number.h"
#include "base/utf8.h"

typedef enum column {
    GROUP,
    RUN,
    STEP,
    LOSS,
    SIZE,
    GRAD,
    GRAD_STD,
    DATA_STD,
    UPDATE_STD,
    GRAD_RATIO,
    UPDATE_RATIO,
    UPDATE_LOG10,
    COLUMNS
} column;

static const char *const titles[COLUMNS] = {
    [GROUP] = "group",
    [RUN] = "run",
    [STEP] = "step",
    [LOSS] = "loss",
    [SIZE] = "size",
    [GRAD] = "grad",
    [GRAD_STD] = "grad_std",
    [DATA_STD] = "data_std",
    [UPDATE_STD] = "update_std",
    [GRAD_RATIO] = "grad_ratio",
    [UPDATE_RATIO] = "update_ratio",
    [UPDATE_LOG10] = "update_log10",
};

static bool is_count(column c)
{
    return c == RUN || c == STEP || c == SIZE;
}

static size_t count_of(const dg_history_row *row, column c)
{
    return c == RUN ? row->run : c == STEP ? row->step : row->size;
}

static double number_of(const dg_history_row *row, column c)
{
    switch (c) {
    case LOSS:
        return row->loss;
    case GRAD:
        return row->grad;
    case GRAD_STD:
        return row->grad_std;
    case DATA_STD:
        return row->data_std;
    case UPDATE_STD:
        return row->update_std;
    case GRAD_RATIO:
        return row->grad_ratio;
    case UPDATE_RATIO:
        return row->update_ratio;
    default:
        return row->update_log10;
    }
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static void put_json_row(dgi_buf *b, const dg_history_row *row)
{
    for (column c = GROUP; c < COLUMNS; c++) {
        dgi_buf_printf(b, "%s\"%s\": ", c == GROUP ? "{" : ", ", titles[c]);
        if (c == GROUP)
            dgi_json_put_string(b, row->group);
        else if (is_count(c))
            dgi_buf_put_count(b, count_of(row, c));
        else
            dgi_json_put_number(b, number_of(row, c));
    }
    dgi_buf_putc(b, '}');
}

char *dg_json_from_history(const dg_history *h, size_t *size)
{
    dgi_buf b = DGI_BUF_INIT;
    dg_history_row row;
    if (size)
        *size = 0;
    if (!h)
        return NULL;
    dgi_buf_puts(&b, "{\"dotgrad_history\": 1,\n \"rows\": [");
    for (size_t i = 0; dg_history_row_at(h, i, &row) == DG_OK; i++) {
        dgi_buf_puts(&b, i ? ",\n  " : "\n  ");
        put_json_row(&b, &row);
    }
    dgi_buf_puts(&b, "]}\n");
    return dgi_buf_take(&b, size);
}

/* ---- The table ------------------------------------------------------------------------------ */

typedef struct table {
    const dg_history *history;
    dgi_buf cell;
    size_t widths[COLUMNS];
} table;

/* The name in quotes, in which gnuplot knows no escapes. */
static void put_group(dgi_buf *b, const char *name)
{
    dgi_buf_putc(b, '"');
    for (const char *end = name + strlen(name); name < end;) {
        uint32_t c = dgi_utf8_next(&name, end, NULL);
        bool control = c < ' ' || (c >= 0x7F && c < 0xA0);
        dgi_utf8_put(b, control ? DGI_REPLACEMENT : c == '"' ? '\'' : c);
    }
    dgi_buf_putc(b, '"');
}

/* Fills the cell; NULL: of the titles. */
static void fill_cell(table *t, const dg_history_row *row, column c)
{
    char text[DGI_NUMBER_ROOM];
    t->cell.size = 0;
    if (!row)
        dgi_buf_puts(&t->cell, titles[c]);
    else if (c == GROUP)
        put_group(&t->cell, row->group);
    else if (is_count(c))
        dgi_buf_put_count(&t->cell, count_of(row, c));
    else
        dgi_buf_put(&t->cell, text, dgi_general(text, number_of(row, c), 6));
}

static size_t cell_columns(const table *t)
{
    size_t n = 0;
    for (const char *p = t->cell.data, *end = p + t->cell.size; p < end;)
        n += (size_t)dgi_columns(dgi_utf8_next(&p, end, NULL));
    return n;
}

static void measure(table *t, const dg_history_row *row)
{
    for (column c = GROUP; c < COLUMNS && !t->cell.failed; c++) {
        fill_cell(t, row, c);
        if (!t->cell.failed && cell_columns(t) > t->widths[c])
            t->widths[c] = cell_columns(t);
    }
}

static void put_row(dgi_buf *b, table *t, const dg_history_row *row)
{
    for (column c = GROUP; c < COLUMNS && !t->cell.failed; c++) {
        fill_cell(t, row, c);
        if (t->cell.failed)
            return;
        size_t padding = t->widths[c] - cell_columns(t);
        dgi_buf_puts(b, c == GROUP ? "" : "  ");
        if (c != GROUP)
            dgi_buf_fill(b, ' ', padding);
        dgi_buf_put(b, t->cell.data, t->cell.size);
        if (c == GROUP)
            dgi_buf_fill(b, ' ', padding);
    }
    dgi_buf_putc(b, '\n');
}

/* Whether entry i begins a block: it is the first of its training and group. */
static bool begins_block(const dg_history *h, size_t first, size_t i)
{
    const dgi_history_entry *e = h->entries;
    return e[i].run == e[first].run && e[i].sample == e[first].sample;
}

/* The rows of a training and a group, from entry `first` on, the first one of it. */
static void put_block(dgi_buf *b, table *t, size_t first)
{
    const dgi_history_entry *e = t->history->entries;
    dg_history_row row;
    put_row(b, t, NULL);
    for (size_t i = first; i < t->history->n_entries && e[i].run == e[first].run; i++)
        if (e[i].group == e[first].group && dg_history_row_at(t->history, i, &row) == DG_OK)
            put_row(b, t, &row);
}

char *dg_table_from_history(const dg_history *h, size_t *size)
{
    dgi_buf b = DGI_BUF_INIT;
    table t = {.history = h, .cell = DGI_BUF_INIT};
    dg_history_row row;
    if (size)
        *size = 0;
    if (!h)
        return NULL;
    measure(&t, NULL);
    for (size_t i = 0; dg_history_row_at(h, i, &row) == DG_OK; i++)
        measure(&t, &row);
    if (h->n_entries == 0)
        put_row(&b, &t, NULL);
    for (size_t i = 0, run = 0; i < h->n_entries && !b.failed; i++) {
        if (i == 0 || h->entries[i].run != h->entries[run].run)
            run = i;
        if (!begins_block(h, run, i))
            continue;
        dgi_buf_puts(&b, i ? "\n\n" : "");
        put_block(&b, &t, i);
    }
    b.failed = b.failed || t.cell.failed;
    dgi_buf_free(&t.cell);
    return dgi_buf_take(&b, size);
}

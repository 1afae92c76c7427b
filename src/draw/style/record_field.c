#include "draw/style/record_field.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw/style/font_metrics.h"
#include "draw/style/measure.h"

/* Between a word and the number beside it, and between a word and several lines. */
static const double GAP = 6.0;

static double width_of(const char *text, size_t size)
{
    return dgi_text_extent(text, size, DGI_FONT_SIZE, false).width;
}

static dgi_piece *put(dgi_field *f, const char *text, double line)
{
    dgi_piece *p = &f->pieces[f->n++];
    *p = (dgi_piece){.size = strlen(text), .line = line};
    if (p->size >= sizeof p->text)
        p->size = sizeof p->text - 1; /* nothing here is that long */
    memcpy(p->text, text, p->size);
    p->width = width_of(p->text, p->size);
    return p;
}

static void end_at(dgi_piece *p, double end)
{
    p->left = end - p->width;
}

/* A number of the nested lists, and what follows it: closing brackets, a comma. */
static void put_number(dgi_field *f, const dgi_tensor_view *x, size_t i, double line, double end)
{
    char text[DGI_NUMBER_ROOM], after[DG_TRACE_DIMS_MAX + 2] = "";
    size_t closing = dgi_bracket_count(x, i + 1);
    memset(after, ']', closing);
    if (i + 1 < x->n)
        after[closing++] = ',';
    dgi_short_number(text, x->numbers[i]);
    bool alert = !isfinite(x->numbers[i]);
    if (!alert)
        strcat(text, after);
    dgi_piece *p = put(f, text, line);
    p->left = end - width_of(text, p->size - (alert ? 0 : closing));
    p->alert = alert;
    if (alert && closing)
        put(f, after, line)->left = end;
}

/* How many numbers stand on a line: a row, or half of a long one. */
static size_t columns_of(const dgi_tensor_view *x)
{
    enum { LONG_ROW = 4 };
    size_t row = x->shape[x->ndim - 1];
    return row > LONG_ROW ? (row + 1) / 2 : row;
}

/* The numbers stand in columns, with their last digits below each other. */
static void put_rows(dgi_field *f, const dgi_tensor_view *x, double left)
{
    double ends[DGI_NUMBERS_SHOWN] = {0.0};
    size_t row = x->shape[x->ndim - 1], columns = columns_of(x);
    double brackets = (double)x->ndim * width_of("[", 1), after = width_of("],", 2);
    for (size_t i = 0; i < x->n; i++) {
        char text[DGI_NUMBER_ROOM];
        size_t column = i % row % columns;
        ends[column] = fmax(ends[column], width_of(text, dgi_short_number(text, x->numbers[i])));
    }
    ends[0] += left + brackets;
    for (size_t c = 1; c < columns; c++)
        ends[c] += ends[c - 1] + after;
    size_t line = 0;
    for (size_t i = 0; i < x->n; i++) {
        size_t column = i % row % columns, opening = dgi_bracket_count(x, i);
        line += i > 0 && column == 0;
        if (opening) {
            char text[DG_TRACE_DIMS_MAX + 1] = {0};
            memset(text, '[', opening);
            end_at(put(f, text, (double)line), left + brackets);
        }
        size_t number = f->n;
        put_number(f, x, i, (double)line, ends[column]);
        f->pieces[number].spaced = column != 0;
    }
    f->lines = line + 1;
}

/* A column of names and one of numbers. */
static void put_extremes(dgi_field *f, const dgi_statistics *s, double left)
{
    const double numbers[] = {s->min, s->max, s->mean, s->norm};
    static const char *const names[] = {"min", "max", "mean", "norm"};
    size_t first = f->n;
    double name = 0.0, number = 0.0;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char text[DGI_NUMBER_ROOM];
        dgi_short_number(text, numbers[i]);
        name = fmax(name, put(f, names[i], (double)f->lines)->width);
        dgi_piece *p = put(f, text, (double)f->lines++);
        number = fmax(number, p->width);
        p->spaced = true;
        p->alert = !isfinite(numbers[i]);
    }
    for (size_t i = first; i < f->n; i += 2) {
        f->pieces[i].left = left;
        end_at(&f->pieces[i + 1], left + name + GAP + number);
    }
}

static void put_statistics(dgi_field *f, const dgi_statistics *s, double left)
{
    f->lines = 0;
    if (s->nonfinite) {
        char text[48];
        snprintf(text, sizeof text, "%zu not finite", s->nonfinite);
        dgi_piece *p = put(f, text, (double)f->lines++);
        p->left = left;
        p->alert = true;
    }
    if (s->nonfinite == s->n)
        return;
    if (s->nonfinite)
        put(f, "of the others:", (double)f->lines++)->left = left;
    put_extremes(f, s, left);
}

void dgi_field_of(dgi_field *f, const char *word, const dgi_tensor_view *x)
{
    *f = (dgi_field){.lines = 1};
    double left = put(f, word, 0.0)->width + width_of(" ", 1);
    if (!x->numbers)
        put(f, "None", 0.0)->left = left; /* what PyTorch says of such a gradient */
    else if (x->n == 0)
        put(f, "[]", 0.0)->left = left;
    else if (x->n <= DGI_NUMBERS_SHOWN)
        put_rows(f, x, left);
    else
        put_statistics(f, x->statistics, left);
    f->pieces[0].line = (double)(f->lines - 1) / 2.0;
    for (size_t i = 0; i < f->n; i++) {
        dgi_piece *p = &f->pieces[i];
        p->left += i > 0 && f->lines > 1 ? GAP : 0.0;
        f->width = fmax(f->width, p->left + p->width);
    }
}

void dgi_put_field(dgi_buf *b, const dgi_field *f)
{
    for (size_t i = 0; i < f->n; i++) {
        const dgi_piece *p = &f->pieces[i];
        if (i > 1 && p->line > f->pieces[i - 1].line)
            dgi_buf_putc(b, '\n');
        else if (i == 1 || p->spaced)
            dgi_buf_putc(b, ' ');
        dgi_buf_put(b, p->text, p->size);
    }
}

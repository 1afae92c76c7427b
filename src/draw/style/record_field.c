#include "draw/style/record_field.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw/style/box_text.h"
#include "draw/style/font_metrics.h"
#include "draw/style/node_text.h"
#include "draw/style/tensor_text.h"

/* Between a word and the number beside it, and between a word and several lines. */
static const double GAP = 6.0;

static double width_of(const char *text, size_t size)
{
    return dgi_text_width(text, size, DGI_FONT_SIZE, false);
}

static dgi_text *put(dgi_box_texts *b, const char *text, size_t line)
{
    dgi_text *t = dgi_add_text(b, text, strlen(text));
    t->line = (double)line;
    return t;
}

static void end_at(dgi_text *t, double end)
{
    t->left = end - t->width;
}

double dgi_typical_width(const dgi_number_format *numbers)
{
    static const double typical[] = {-0.123456789, -1.23456789}; /* e-01 and e+00 */
    double width = 0.0;
    for (size_t i = 0; i < sizeof typical / sizeof *typical; i++) {
        char text[DGI_NUMBER_TEXT_SIZE];
        width = fmax(width, width_of(text, dgi_number_text(text, numbers, typical[i])));
    }
    return width;
}

/* How the numbers of a field are written. */
typedef struct layout {
    const dgi_number_format *format;
    double left;  /* where they begin */
    double least; /* the width of a column that may hold wider numbers in another picture */
    size_t words; /* how many texts are before them: 0 or 1 */
} layout;

/* A number of the nested lists, and what follows it: closing brackets, a comma. */
static void put_number(dgi_box_texts *b, const dgi_number_format *format, const dgi_tensor_view *x,
                       size_t i, size_t line, double end, bool spaced)
{
    char text[DGI_NUMBER_TEXT_SIZE + DG_TRACE_DIMS_MAX + 2], after[DG_TRACE_DIMS_MAX + 2] = "";
    size_t closing = dgi_bracket_count(x, i + 1);
    memset(after, ']', closing);
    if (i + 1 < x->n)
        after[closing++] = ',';
    size_t size = dgi_number_text(text, format, x->numbers[i]);
    bool alert = !isfinite(x->numbers[i]);
    if (!alert)
        memcpy(text + size, after, closing + 1);
    dgi_text *t = put(b, text, line);
    t->left = end - width_of(text, size);
    t->spaced = spaced;
    t->alert = alert;
    if (alert && closing)
        put(b, after, line)->left = end;
}

/* How many numbers stand on a line: a row, or half of a long one. */
static size_t columns_of(const dgi_tensor_view *x)
{
    enum { LONG_ROW = 4 };
    size_t row = x->shape[x->ndim - 1];
    return row > LONG_ROW ? (row + 1) / 2 : row;
}

/* The numbers stand in columns, with their last digits below each other. Returns how many lines
 * there are, as the others below do. */
static size_t put_rows(dgi_box_texts *b, const dgi_tensor_view *x, const layout *how)
{
    double ends[DGI_NUMBERS_SHOWN], left = how->left;
    size_t row = x->shape[x->ndim - 1], columns = columns_of(x);
    double brackets = (double)x->ndim * width_of("[", 1), after = width_of("],", 2);
    for (size_t c = 0; c < DGI_NUMBERS_SHOWN; c++)
        ends[c] = how->least;
    for (size_t i = 0; i < x->n; i++) {
        char text[DGI_NUMBER_TEXT_SIZE];
        size_t column = i % row % columns, size = dgi_number_text(text, how->format, x->numbers[i]);
        ends[column] = fmax(ends[column], width_of(text, size));
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
            end_at(put(b, text, line), left + brackets);
        }
        put_number(b, how->format, x, i, line, ends[column], column != 0);
    }
    return line + 1;
}

/* A column of names and one of numbers. */
static size_t put_extremes(dgi_box_texts *b, const dgi_statistics *s, const layout *how,
                           size_t line)
{
    const double numbers[] = {s->min, s->max, s->mean, s->norm};
    static const char *const names[] = {"min", "max", "mean", "norm"};
    size_t first = b->n_texts;
    double name = 0.0, number = how->least;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++, line++) {
        char text[DGI_NUMBER_TEXT_SIZE];
        dgi_number_text(text, how->format, numbers[i]);
        dgi_text *t = put(b, names[i], line);
        t->left = how->left;
        name = fmax(name, t->width);
        t = put(b, text, line);
        t->spaced = true;
        t->alert = !isfinite(numbers[i]);
        number = fmax(number, t->width);
    }
    for (size_t i = first + 1; i < b->n_texts; i += 2)
        end_at(dgi_text_at(b, i), how->left + name + GAP + number);
    return line;
}

static size_t put_statistics(dgi_box_texts *b, const dgi_statistics *s, const layout *how)
{
    size_t line = 0;
    if (s->nonfinite) {
        char text[48];
        snprintf(text, sizeof text, "%zu not finite", s->nonfinite);
        dgi_text *t = put(b, text, line++);
        t->left = how->left;
        t->alert = true;
    }
    if (s->nonfinite == s->n)
        return line;
    if (s->nonfinite)
        put(b, "of the others:", line++)->left = how->left;
    return put_extremes(b, s, how, line);
}

/* A text for them all. */
static size_t put_word(dgi_box_texts *b, const char *word, const layout *how)
{
    put(b, word, 0)->left = how->left;
    return 1;
}

static size_t put_numbers(dgi_box_texts *b, const dgi_tensor_view *x, const layout *how)
{
    if (x->n == 0)
        return put_word(b, "[]", how);
    return x->n <= DGI_NUMBERS_SHOWN ? put_rows(b, x, how) : put_statistics(b, x->statistics, how);
}

/* Puts the field's texts after the word, if there is one, where they belong, which the number of
 * lines decides, and measures the field. */
static void arrange(dgi_box_texts *b, dgi_field *f, const layout *how)
{
    if (how->words)
        dgi_text_at(b, f->first_text)->line = (double)(f->lines - 1) / 2.0;
    for (size_t i = 0; i < f->n_texts; i++) {
        dgi_text *t = dgi_text_at(b, f->first_text + i);
        t->left += how->words && i > 0 && f->lines > 1 ? GAP : 0.0;
        f->texts_width = fmax(f->texts_width, t->left + t->width);
    }
}

/* A gradient that was never computed: the field is as large as with typical numbers. Zeros are
 * arranged in it, and then replaced by a dash in the middle. */
static void put_no_gradient(dgi_box_texts *b, dgi_field *f, const dgi_tensor_view *x,
                            const layout *how)
{
    const double numbers[DGI_NUMBERS_SHOWN] = {0.0};
    dgi_statistics statistics = {.n = x->n};
    dgi_tensor_view y = *x;
    y.numbers = numbers;
    y.statistics = &statistics;
    f->lines = put_numbers(b, &y, how);
    arrange(b, f, how);
    if (f->n_texts > how->words) {
        b->chars.size = dgi_text_at(b, f->first_text + how->words)->start;
        b->n_texts = f->first_text + how->words;
        f->n_texts = how->words;
    }
    dgi_text *dash = put(b, DGI_NO_GRADIENT, 0);
    double shift = (f->texts_width - how->left - dash->width) / 2.0;
    dash->left = how->left + shift;
    dash->line = (double)(f->lines - 1) / 2.0;
    if (how->words)
        dgi_text_at(b, f->first_text)->left = shift;
}

void dgi_add_tensor_field(dgi_box_texts *b, dgi_role role, const dgi_tensor_view *x,
                          const dgi_number_format *numbers, bool word)
{
    dgi_field *f = dgi_add_field(b, role);
    layout how = {.format = numbers, .words = word};
    if (word)
        how.left = put(b, role == DGI_ROLE_DATA ? "data" : "grad", 0)->width + width_of(" ", 1);
    if (role == DGI_ROLE_GRAD)
        how.least = dgi_typical_width(numbers);
    f->muted = !x->numbers;
    if (!x->numbers && numbers->kind != DGI_NUMBERS_DOT) {
        put_no_gradient(b, f, x, &how);
    } else {
        /* None is what PyTorch says of a gradient that was never computed. */
        f->lines = x->numbers ? put_numbers(b, x, &how) : put_word(b, "None", &how);
        arrange(b, f, &how);
    }
    f->width = f->texts_width;
}

void dgi_put_field(dgi_buf *to, const dgi_box_texts *b, const dgi_field *f)
{
    for (size_t i = 0; i < f->n_texts; i++) {
        const dgi_text *t = &b->texts[f->first_text + i];
        if (i > 1 && t->line > t[-1].line)
            dgi_buf_putc(to, '\n');
        else if (i == 1 || t->spaced)
            dgi_buf_putc(to, ' ');
        dgi_buf_put(to, dgi_text_chars(b, t), t->size);
    }
}

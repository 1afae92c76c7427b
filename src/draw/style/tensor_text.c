#include "draw/style/tensor_text.h"

#include <string.h>

#include "base/utf8.h"

/* A size, or the name of one that is not known, on one line and not too long. */
static size_t put_size(char *text, const dg_trace *t, size_t node, int dim)
{
    char number[DG_DIM_TEXT_MAX];
    const char *name = dg_trace_dim_text(t, node, dim, number);
    size_t whole = strlen(name), size = dgi_utf8_prefix(name, whole, DGI_SIZE_TEXT_MAX);
    for (size_t i = 0; i < size; i++)
        text[i] = (unsigned char)name[i] < ' ' ? ' ' : name[i];
    if (size == whole)
        return size;
    static const char ellipsis[] = "\xE2\x80\xA6";
    memcpy(text + size, ellipsis, sizeof ellipsis);
    return size + sizeof ellipsis - 1;
}

size_t dgi_shape_text(char *text, const dg_trace *t, size_t node)
{
    int ndim = dg_trace_ndim(t, node);
    size_t size = 0;
    text[size++] = '(';
    for (int i = 0; i < ndim; i++) {
        if (i) {
            text[size++] = ',';
            text[size++] = ' ';
        }
        size += put_size(text + size, t, node, i);
    }
    if (ndim == 1)
        text[size++] = ',';
    text[size++] = ')';
    text[size] = '\0';
    return size;
}

size_t dgi_bracket_count(const dgi_tensor_view *x, size_t i)
{
    size_t brackets = 0, inside = 1;
    for (int d = x->ndim; d-- > 0; brackets++) {
        inside *= x->shape[d];
        if (i % inside != 0)
            break;
    }
    return brackets;
}

/* How numbers are written: by a format, else with so many digits (0: all of them). */
typedef struct number_style {
    const dgi_number_format *format;
    int digits;
    size_t on_a_line; /* numbers; 0: all of them */
} number_style;

static void put_number(dgi_buf *b, double x, number_style style)
{
    char text[DGI_NUMBER_TEXT_SIZE];
    dgi_buf_put(b, text,
                style.format   ? dgi_number_text(text, style.format, x)
                : style.digits ? dgi_general(text, x, style.digits)
                               : dgi_shortest(text, x));
}

static void put_list(dgi_buf *b, const dgi_tensor_view *x, number_style style)
{
    if (x->n == 0)
        dgi_buf_puts(b, "[]");
    size_t on_line = 0;
    for (size_t i = 0; i < x->n; i++) {
        size_t opening = dgi_bracket_count(x, i);
        if (i && style.on_a_line && (opening || on_line == style.on_a_line)) {
            /* Below the bracket that the line belongs to. */
            dgi_buf_putc(b, '\n');
            dgi_buf_fill(b, ' ', (size_t)x->ndim - opening);
            on_line = 0;
        } else if (i) {
            dgi_buf_putc(b, ' ');
        }
        dgi_buf_fill(b, '[', opening);
        put_number(b, x->numbers[i], style);
        dgi_buf_fill(b, ']', dgi_bracket_count(x, i + 1));
        if (i + 1 < x->n)
            dgi_buf_putc(b, ',');
        on_line++;
    }
}

static void put_statistics(dgi_buf *b, const dgi_statistics *s, number_style style)
{
    if (s->nonfinite)
        dgi_buf_printf(b, "%zu not finite", s->nonfinite);
    if (s->nonfinite == s->n)
        return;
    if (s->nonfinite)
        dgi_buf_puts(b, "; of the others ");
    const double numbers[] = {s->min, s->max, s->mean, s->norm};
    static const char *const names[] = {"min ", ", max ", ", mean ", ", norm "};
    for (int i = 0; i < 4; i++) {
        dgi_buf_puts(b, names[i]);
        put_number(b, numbers[i], style);
    }
}

enum { IN_A_TOOLTIP = 64, ON_A_TOOLTIPS_LINE = 4 };

void dgi_put_tensor_in_full(dgi_buf *b, const dgi_tensor_view *x)
{
    if (x->n <= IN_A_TOOLTIP)
        put_list(b, x, (number_style){.on_a_line = ON_A_TOOLTIPS_LINE});
    if (x->n > 1) {
        if (x->n <= IN_A_TOOLTIP)
            dgi_buf_putc(b, '\n');
        put_statistics(b, x->statistics, (number_style){0});
    }
}

/* A longer list is harder to read than the statistics. */
enum { BRIEF_LIST = 60, BRIEF_LIST_IN_FULL = 80, LIST_DIGITS = 6, SUMMARY_DIGITS = 4 };

void dgi_put_tensor_in_brief(dgi_buf *b, const dgi_tensor_view *x, const dgi_number_format *numbers)
{
    size_t begun = b->size, longest = numbers ? BRIEF_LIST_IN_FULL : BRIEF_LIST;
    if (x->n <= DGI_NUMBERS_SHOWN) {
        put_list(b, x, (number_style){.format = numbers, .digits = LIST_DIGITS});
        if (b->size - begun <= longest)
            return;
        b->size = begun;
    }
    put_statistics(b, x->statistics, (number_style){.format = numbers, .digits = SUMMARY_DIGITS});
}

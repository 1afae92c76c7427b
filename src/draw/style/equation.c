#include "draw/style/equation.h"

#include <math.h>
#include <string.h>

#include "draw/style/font_metrics.h"
#include "draw/style/label_text.h"
#include "draw/style/node_text.h"

/* A longer equation continues on the next line. */
static const double LINE_MAX_WIDTH = 190.0;

/* What stands for an operand that has no short name. */
#define ELLIPSIS "..."

/* Whether a label is more than a name. A sign at its beginning is not an operator. */
static bool has_operator(const char *label)
{
    return *label && strpbrk(label + 1, "+-*/@ ");
}

/* By its label; a constant by its number. */
static void put_operand(dgi_buf *b, const dg_trace *t, size_t node, bool binds)
{
    const char *label = dgi_shown_label(t, node);
    bool leaf = *dg_trace_op(t, node) == '\0', brackets = binds && has_operator(label);
    dgi_buf_puts(b, brackets ? "(" : "");
    if (*label) {
        dgi_put_on_one_line(b, label);
    } else if (leaf && !dgi_node_is_tensor(t, node) && dg_trace_has_data(t, node)) {
        char text[DGI_NUMBER_ROOM];
        dgi_buf_put(b, text, dgi_general(text, dg_trace_data(t, node), 4));
    } else {
        dgi_buf_puts(b, ELLIPSIS);
    }
    dgi_buf_puts(b, brackets ? ")" : "");
}

static double width_of(const char *text, size_t size)
{
    return dgi_text_width(text, size, DGI_FONT_SIZE, false);
}

/* How much of a text stands on a line of that width: up to a space, or, where it has none there, up
 * to the next one. Mathematics is not broken. */
static size_t fitting(const char *text, size_t size, double width)
{
    size_t fits = 0;
    for (size_t i = 1; i <= size && !memchr(text, '$', size); i++) {
        if (i < size && text[i] != ' ')
            continue;
        if (fits && width_of(text, i) > width)
            break;
        fits = i;
    }
    return fits ? fits : size;
}

/* Adds a part of the field's last line; returns where it ends. */
static double add_part(dgi_box_texts *b, dgi_field *f, double left, const char *text, size_t size)
{
    dgi_label_line where = {.left = left, .line = (double)f->lines - 1.0};
    double end = left + dgi_add_label_line(b, text, size, where);
    f->texts_width = fmax(f->texts_width, end);
    return end;
}

/* The label in bold; returns where its last line ends. */
static double add_name(dgi_box_texts *b, dgi_field *f, const char *label)
{
    double end = 0.0;
    f->bold = true;
    f->lines = 0;
    for (const char *line = label, *next; line; line = next) {
        size_t size = dgi_first_line(line, &next);
        f->lines++;
        end = add_part(b, f, 0.0, line, size);
    }
    f->bold = false;
    return end;
}

/* Whether two texts are the same but for spaces. */
static bool says(const char *label, const char *text, size_t size)
{
    for (const char *end = text + size;;) {
        label += strspn(label, " ");
        while (text < end && *text == ' ')
            text++;
        if (!*label || text == end || *label != *text)
            return !*label && text == end;
        label++;
        text++;
    }
}

/* What is computed, from `left` on in the field's last line. */
static void add_expression(dgi_box_texts *b, dgi_field *f, double left, const char *text,
                           size_t size)
{
    size_t part = fitting(text, size, LINE_MAX_WIDTH - left);
    add_part(b, f, left, text, part);
    while (part < size) {
        text += part + 1;
        size -= part + 1;
        part = fitting(text, size, LINE_MAX_WIDTH);
        f->lines++;
        add_part(b, f, 0.0, text, part);
    }
}

static void add_name_and_expression(dgi_box_texts *b, const char *label, const dgi_buf *expression)
{
    dgi_field *f = dgi_add_field(b, DGI_ROLE_LABEL);
    double left = 0.0, space = width_of(" ", 1);
    f->bold = false;
    if (*label)
        left = add_part(b, f, add_name(b, f, label) + space, "=", 1) + space;
    add_expression(b, f, left, expression->data, expression->size);
    f->width = f->texts_width;
}

void dgi_add_equation(dgi_box_texts *b, const struct dgi_text_source *source, size_t node)
{
    const dg_trace *t = source->trace;
    const char *label = source->show & DG_SHOW_LABEL ? dgi_shown_label(t, node) : "";
    dgi_buf expression = DGI_BUF_INIT;
    if (source->show & DG_SHOW_OP && *dg_trace_op(t, node))
        dgi_put_expression(&expression, t, node, put_operand);
    if (expression.failed)
        b->chars.failed = true;
    else if (expression.size && !says(label, expression.data, expression.size))
        add_name_and_expression(b, label, &expression);
    else if (*label) /* also "x*w" for x * w */
        dgi_add_label_field(b, label);
    dgi_buf_free(&expression);
}

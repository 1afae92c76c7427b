#include "draw/style/node_text.h"

#include <string.h>

#include "base/utf8.h"
#include "draw/style/label_text.h"
#include "draw/style/tensor_text.h"

size_t dgi_first_line(const char *text, const char **next)
{
    size_t size = strcspn(text, "\r\n");
    const char *end = text + size;
    if (*end == '\0')
        *next = NULL;
    else
        *next = end + (end[0] == '\r' && end[1] == '\n' ? 2 : 1);
    return size;
}

void dgi_put_on_one_line(dgi_buf *b, const char *text)
{
    const char *next;
    for (const char *line = text; line; line = next) {
        size_t size = dgi_first_line(line, &next);
        dgi_buf_put(b, line, size);
        if (next)
            dgi_buf_putc(b, ' ');
    }
}

/* A text in a sentence is one line of at most this many characters. */
enum { CHARACTERS_MAX = 60 };

/* Control characters, and those that change the direction of writing, stay out of sentences. */
static bool is_allowed(uint32_t c)
{
    return dgi_xml_char(c) && (c < 0x7F || c >= 0xA0) && (c < 0x202A || c > 0x202E) &&
           (c < 0x2066 || c > 0x2069);
}

/* A text from outside as part of a sentence. */
static void put_characters(dgi_buf *b, const char *text, size_t size, int most)
{
    const char *end = text + size;
    for (int i = 0; text < end; i++) {
        if (i == most) {
            dgi_utf8_put(b, 0x2026); /* … */
            return;
        }
        uint32_t c = dgi_utf8_next(&text, end, NULL);
        if (c == '\n' || c == '\r' || c == '\t')
            c = ' ';
        else if (!is_allowed(c))
            c = DGI_REPLACEMENT;
        dgi_utf8_put(b, c);
    }
}

static void put_part(dgi_buf *b, const char *text, size_t size)
{
    put_characters(b, text, size, CHARACTERS_MAX);
}

void dgi_put_shortened(dgi_buf *b, const char *text, int most)
{
    put_characters(b, text, strlen(text), most);
}

static void put_text(dgi_buf *b, const char *text)
{
    put_part(b, text, strlen(text));
}

const char *dgi_shown_label(const dg_trace *t, size_t node)
{
    const char *label = dg_trace_label(t, node);
    return *label || dg_trace_has_data(t, node) ? label : dg_trace_id(t, node);
}

void dgi_put_node_name(dgi_buf *b, const dg_trace *t, size_t node)
{
    const char *label = dgi_shown_label(t, node);
    if (!strchr(label, '$')) {
        dgi_put_node_label(b, t, node);
        return;
    }
    dgi_buf words = DGI_BUF_INIT;
    dgi_put_label_words(&words, label);
    if (words.failed)
        b->failed = true;
    else
        put_part(b, words.data, words.size);
    dgi_buf_free(&words);
}

void dgi_put_node_label(dgi_buf *b, const dg_trace *t, size_t node)
{
    const char *label = dgi_shown_label(t, node);
    if (*label) {
        put_text(b, label);
    } else {
        dgi_buf_putc(b, 'v');
        dgi_buf_put_count(b, node);
    }
}

static size_t field(char *text, const char *word, size_t size)
{
    memcpy(text, word, 5);
    return 5 + size;
}

size_t dgi_data_text(char *text, const dg_trace *t, size_t node)
{
    return field(text, "data ", dgi_fixed(text + 5, dg_trace_data(t, node), 4));
}

size_t dgi_grad_text(char *text, const dg_trace *t, size_t node)
{
    return field(text, "grad ", dgi_fixed(text + 5, dg_trace_grad(t, node), 4));
}

size_t dgi_formatted_data_text(char *text, const dg_trace *t, size_t node,
                               const dgi_number_format *numbers)
{
    return field(text, "data ", dgi_number_text(text + 5, numbers, dg_trace_data(t, node)));
}

size_t dgi_formatted_grad_text(char *text, const dg_trace *t, size_t node,
                               const dgi_number_format *numbers)
{
    size_t size = strlen(DGI_NO_GRADIENT);
    if (dg_trace_has_grad(t, node))
        size = dgi_number_text(text + 5, numbers, dg_trace_grad(t, node));
    else
        memcpy(text + 5, DGI_NO_GRADIENT, size + 1);
    return field(text, "grad ", size);
}

/* Whether an op text is written between its operands. */
static bool is_infix(const char *op)
{
    return strcmp(op, "+") == 0 || strcmp(op, "-") == 0 || strcmp(op, "*") == 0 ||
           strcmp(op, "/") == 0 || strcmp(op, "@") == 0;
}

/* More operands than this are counted, not named. */
enum { OPERANDS_NAMED = 4 };

/* Where the arguments in an op text begin, "(dim=1)", or its end. */
static size_t before_arguments(const char *op)
{
    size_t size = strlen(op), name = strcspn(op, "(");
    return name > 0 && size > name + 2 && op[size - 1] == ')' ? name : size;
}

/* Of the first of several results, and of one alone, there is none. */
static void put_result_index(dgi_buf *b, const dg_trace *t, size_t node)
{
    if (dg_trace_result_index(t, node) > 0)
        dgi_buf_printf(b, "[%zu]", dg_trace_result_index(t, node));
}

void dgi_put_op_of_result(dgi_buf *b, const dg_trace *t, size_t node)
{
    dgi_buf_puts(b, dg_trace_op(t, node));
    put_result_index(b, t, node);
}

void dgi_put_expression(dgi_buf *b, const dg_trace *t, size_t node, dgi_put_operand *put_operand)
{
    const char *op = dg_trace_op(t, node);
    size_t n = dg_trace_operand_count(t, node), name = before_arguments(op);
    bool infix = n == 2 && is_infix(op), transposed = n == 1 && strcmp(op, "T") == 0;
    bool postfix = n == 1 && (strncmp(op, "**", 2) == 0 || op[0] == '[' || transposed);
    bool binds = postfix || (infix && *op != '+');
    if (!infix && !postfix) {
        put_part(b, op, name);
        dgi_buf_putc(b, '(');
    }
    for (size_t i = 0; i < n && i < OPERANDS_NAMED; i++) {
        if (i) {
            dgi_buf_puts(b, infix ? " " : ", ");
            dgi_buf_puts(b, infix ? op : "");
            dgi_buf_puts(b, infix ? " " : "");
        }
        put_operand(b, t, dg_trace_operand(t, node, i), binds);
    }
    if (n > OPERANDS_NAMED)
        dgi_buf_printf(b, ", and %zu more", n - OPERANDS_NAMED);
    if (transposed)
        dgi_buf_putc(b, '.');
    if (postfix) {
        put_text(b, op);
    } else if (!infix && op[name]) {
        dgi_buf_puts(b, ", ");
        put_text(b, op + name + 1); /* with its bracket */
    } else if (!infix) {
        dgi_buf_putc(b, ')');
    }
    put_result_index(b, t, node);
}

/* Names are what they are, also those with operators in them. */
static void put_operand(dgi_buf *b, const dg_trace *t, size_t node, bool binds)
{
    (void)binds;
    dgi_put_node_name(b, t, node);
}

static void put_number(dgi_buf *b, double x)
{
    char text[DGI_NUMBER_ROOM];
    dgi_buf_put(b, text, dgi_shortest(text, x));
}

static bool is_leaf(const dg_trace *t, size_t node)
{
    return *dg_trace_op(t, node) == '\0';
}

static void put_shape(dgi_buf *b, const dg_trace *t, size_t node)
{
    char text[DGI_SHAPE_TEXT_SIZE];
    dgi_buf_puts(b, "shape ");
    dgi_buf_put(b, text, dgi_shape_text(text, t, node));
}

static void put_data_in_full(dgi_buf *b, const dgi_trace_statistics *s, size_t node)
{
    if (!dgi_node_is_tensor(s->trace, node)) {
        put_number(b, dg_trace_data(s->trace, node));
        return;
    }
    dgi_tensor_view data = dgi_data_view(s, node);
    dgi_put_tensor_in_full(b, &data);
}

static void put_grad_in_full(dgi_buf *b, const dgi_trace_statistics *s, size_t node)
{
    if (!dg_trace_has_grad(s->trace, node)) {
        dgi_buf_puts(b, "not computed");
    } else if (!dgi_node_is_tensor(s->trace, node)) {
        put_number(b, dg_trace_grad(s->trace, node));
    } else {
        dgi_tensor_view grad = dgi_grad_view(s, node);
        dgi_put_tensor_in_full(b, &grad);
    }
}

/* The dtype and the attributes, a line each. */
static void put_facts(dgi_buf *b, const dg_trace *t, size_t node)
{
    if (*dg_trace_dtype(t, node)) {
        dgi_buf_puts(b, "\ndtype ");
        put_text(b, dg_trace_dtype(t, node));
    }
    for (size_t i = 0; i < dg_trace_attribute_count(t, node); i++) {
        dgi_buf_putc(b, '\n');
        put_text(b, dg_trace_attribute_name(t, node, i));
        dgi_buf_puts(b, " = ");
        put_text(b, dg_trace_attribute_text(t, node, i));
    }
}

void dgi_put_tooltip(dgi_buf *b, const dgi_trace_statistics *s, size_t node)
{
    const dg_trace *t = s->trace;
    dgi_put_node_name(b, t, node);
    if (!is_leaf(t, node)) {
        dgi_buf_puts(b, " = ");
        dgi_put_expression(b, t, node, put_operand);
    }
    if (*dg_trace_scope(t, node)) {
        dgi_buf_puts(b, "\nin ");
        put_text(b, dg_trace_scope(t, node));
    }
    if (dgi_node_is_tensor(t, node)) {
        dgi_buf_putc(b, '\n');
        put_shape(b, t, node);
    }
    put_facts(b, t, node);
    if (dg_trace_has_data(t, node)) {
        dgi_buf_puts(b, "\ndata ");
        put_data_in_full(b, s, node);
    }
    if (dg_trace_has_data(t, node) || dg_trace_has_grad(t, node)) {
        dgi_buf_puts(b, "\ngrad ");
        put_grad_in_full(b, s, node);
    }
}

/* A sentence has no use for the last digits; they are in the value's own title. */
static void put_number_briefly(dgi_buf *b, double x)
{
    char text[DGI_NUMBER_ROOM];
    dgi_buf_put(b, text, dgi_general(text, x, 6));
}

/* ", data -8, gradient 1", or ", shape (2,), data [1, 2], gradient [0, 1]". */
static void put_state(dgi_buf *b, const dgi_trace_statistics *s, size_t node)
{
    const dg_trace *t = s->trace;
    bool has_data = dg_trace_has_data(t, node), has_grad = dg_trace_has_grad(t, node);
    if (dgi_node_is_tensor(t, node)) {
        dgi_tensor_view data = dgi_data_view(s, node), grad = dgi_grad_view(s, node);
        dgi_buf_puts(b, ", ");
        put_shape(b, t, node);
        dgi_buf_puts(b, has_data ? ", data " : "");
        if (has_data)
            dgi_put_tensor_in_brief(b, &data, NULL);
        dgi_buf_puts(b, has_grad ? ", gradient " : "");
        if (has_grad)
            dgi_put_tensor_in_brief(b, &grad, NULL);
        return;
    }
    if (has_data) {
        dgi_buf_puts(b, ", data ");
        put_number_briefly(b, dg_trace_data(t, node));
    }
    if (has_grad) {
        dgi_buf_puts(b, ", gradient ");
        put_number_briefly(b, dg_trace_grad(t, node));
    }
}

/* So many values are described one by one. */
enum { VALUES_DESCRIBED = 12 };

void dgi_put_graph_description(dgi_buf *b, const dgi_trace_statistics *s)
{
    const dg_trace *t = s->trace;
    size_t n = dg_trace_node_count(t), leaves = 0, described = 0;
    for (size_t i = 0; i < n; i++)
        leaves += is_leaf(t, i);
    dgi_buf_printf(b, "%zu value%s, %zu of them %s. ", n, n == 1 ? "" : "s", leaves,
                   leaves == 1 ? "a leaf" : "leaves");
    for (size_t i = 0; i < n && described < VALUES_DESCRIBED; i++, described++) {
        if (i)
            dgi_buf_puts(b, "; ");
        dgi_put_node_name(b, t, i);
        if (!is_leaf(t, i)) {
            dgi_buf_puts(b, " = ");
            dgi_put_expression(b, t, i, put_operand);
        }
        put_state(b, s, i);
    }
    if (described < n)
        dgi_buf_printf(b, "; and %zu more", n - described);
    dgi_buf_putc(b, '.');
}

/* How values are called in sentences. */
#include "inspect/names.h"

#include <string.h>

#include "base/utf8.h"

/* The most bytes of a text in a sentence. */
enum { TEXT_MAX = 80 };

/* Appends a text from a trace on one line. */
static void put_line(dgi_buf *out, const char *text)
{
    size_t size = strnlen(text, TEXT_MAX + 1);
    size_t shown = size > TEXT_MAX ? dgi_utf8_prefix(text, TEXT_MAX, TEXT_MAX) : size;
    for (size_t i = 0; i < shown; i++) {
        unsigned char c = (unsigned char)text[i];
        dgi_buf_putc(out, c < ' ' || c == 0x7F ? ' ' : (char)c);
    }
    if (shown < size)
        dgi_buf_puts(out, "\xE2\x80\xA6");
}

void dgi_put_quoted(dgi_buf *out, const char *text)
{
    dgi_buf_putc(out, '\'');
    put_line(out, text);
    dgi_buf_putc(out, '\'');
}

/* Whether a label repeats the scope, as "layer 0 neuron 2 w1" does in layer 0/neuron 2. */
static bool repeats_scope(const char *label, const char *scope)
{
    for (; *scope; label++, scope++)
        if (*label != (*scope == '/' ? ' ' : *scope))
            return false;
    return true;
}

void dgi_put_value_name(dgi_buf *out, const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = &t->nodes[node];
    const char *id = dgi_explicit_id(t, node);
    if (n->label[0])
        dgi_put_quoted(out, n->label);
    else if (id)
        put_line(out, id);
    else
        dgi_buf_printf(out, "v%zu", node);
    if (n->scope[0] && !repeats_scope(n->label, n->scope)) {
        dgi_buf_puts(out, " in ");
        dgi_put_quoted(out, n->scope);
    }
}

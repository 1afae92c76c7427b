/* How values are called in sentences. */
#include "inspect/names.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/* The most bytes of a text in a sentence. */
enum { TEXT_MAX = 80 };

/* Appends the first `size` bytes of a text from a trace, or all, on one line. */
static void put_line(dgi_buf *out, const char *text, size_t size)
{
    size = strnlen(text, size < TEXT_MAX + 1 ? size : TEXT_MAX + 1);
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
    put_line(out, text, SIZE_MAX);
    dgi_buf_putc(out, '\'');
}

/* Whether a label repeats a scope, as "layer 0 neuron 2 w1" does layer 0/neuron 2. */
static bool repeats_scope(const char *label, const char *scope)
{
    for (; *scope; label++, scope++)
        if (*label != (*scope == '/' ? ' ' : *scope))
            return false;
    return true;
}

/* The bytes of a scope without the names at its end that the label repeats. */
static size_t shown_scope_size(const char *label, const char *scope)
{
    for (const char *name = scope; label[0] && *name; name++) {
        if (repeats_scope(label, name))
            return name == scope ? 0 : (size_t)(name - scope) - 1;
        name = strchr(name, '/');
        if (!name)
            break;
    }
    return strlen(scope);
}

void dgi_put_value_name(dgi_buf *out, const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = &t->nodes[node];
    const char *id = dgi_explicit_id(t, node);
    if (n->label[0])
        dgi_put_quoted(out, n->label);
    else if (id)
        put_line(out, id, SIZE_MAX);
    else
        dgi_buf_printf(out, "v%zu", node);
    size_t size = shown_scope_size(n->label, n->scope);
    if (size > 0) {
        dgi_buf_puts(out, " in '");
        put_line(out, n->scope, size);
        dgi_buf_putc(out, '\'');
    }
}

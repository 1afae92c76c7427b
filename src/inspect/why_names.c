#include "inspect/why_names.h"

#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "trace/node_ids.h"

/* ---- Labels --------------------------------------------------------------------------------- */

void dgi_why_names_init(dgi_why_names *n, const dg_trace *t)
{
    *n = (dgi_why_names){.trace = t, .collecting = true};
}

/* The slot of an interned label, or a free one. */
static size_t slot_of(const dgi_why_names *n, const char *label)
{
    size_t slot = (size_t)((uintptr_t)label >> 3) % DGI_WHY_NAMES;
    while (n->slots[slot].label && n->slots[slot].label != label)
        slot = (slot + 1) % DGI_WHY_NAMES;
    return slot;
}

static void collect(dgi_why_names *n, const char *label)
{
    size_t slot = slot_of(n, label);
    if (!n->slots[slot].label && n->count < DGI_WHY_NAMES / 2) {
        n->slots[slot].label = label;
        n->count++;
    }
}

void dgi_why_names_count(dgi_why_names *n)
{
    n->collecting = false;
    for (size_t i = 0; i < n->trace->n_nodes; i++)
        n->slots[slot_of(n, n->trace->nodes[i].label)].values++;
}

static void put_id(dgi_buf *b, const dg_trace *t, size_t node)
{
    char text[DGI_DEFAULT_ID_SIZE];
    const char *id = dgi_explicit_id(t, node);
    dgi_buf_puts(b, id ? id : dgi_default_id(text, node));
}

/* At most so many columns, on one line. */
static void put_short(dgi_buf *b, const char *text, size_t most)
{
    size_t columns = 0;
    for (const char *p = text, *end = text + strlen(text); p < end;) {
        uint32_t c = dgi_utf8_next(&p, end, NULL);
        columns += (size_t)dgi_columns(c);
        if (columns >= most && p < end) {
            dgi_buf_puts(b, "…");
            return;
        }
        dgi_utf8_put(b, c < ' ' || (c >= 0x7F && c < 0xA0) ? ' ' : c);
    }
}

enum { NAME_COLUMNS = 28, OP_COLUMNS = 20, OPERANDS_SHOWN = 3 };

void dgi_why_put_name(dgi_buf *b, dgi_why_names *n, size_t node)
{
    const char *label = n->trace->nodes[node].label;
    if (!*label) {
        put_id(b, n->trace, node);
        return;
    }
    if (n->collecting)
        collect(n, label);
    put_short(b, label, NAME_COLUMNS);
    size_t slot = slot_of(n, label);
    if (!n->collecting && n->slots[slot].label && n->slots[slot].values > 1) {
        dgi_buf_puts(b, " (");
        put_id(b, n->trace, node);
        dgi_buf_putc(b, ')');
    }
}

/* ---- Expressions ---------------------------------------------------------------------------- */

static void put_operands(dgi_buf *b, dgi_why_names *n, size_t node, const char *between)
{
    const dgi_trace_node *v = &n->trace->nodes[node];
    for (size_t i = 0; i < v->n_operands; i++) {
        dgi_buf_puts(b, i ? between : "");
        if (i == OPERANDS_SHOWN && v->n_operands > OPERANDS_SHOWN + 1) {
            dgi_buf_puts(b, "…");
            return;
        }
        dgi_why_put_name(b, n, dgi_trace_node_operands(v)[i]);
    }
}

static bool is_infix(const char *op)
{
    return op[0] && !op[1] && strchr("+-*/@", op[0]);
}

void dgi_why_put_expression(dgi_buf *b, dgi_why_names *n, size_t node)
{
    const dgi_trace_node *v = &n->trace->nodes[node];
    dgi_why_put_name(b, n, node);
    if (v->n_operands == 0)
        return;
    dgi_buf_puts(b, " = ");
    if (v->n_operands > 1 && is_infix(v->op)) {
        char between[] = {' ', v->op[0], ' ', '\0'};
        put_operands(b, n, node, between);
    } else if (v->n_operands == 1 && strncmp(v->op, "**", 2) == 0) {
        put_operands(b, n, node, "");
        put_short(b, v->op, OP_COLUMNS);
    } else {
        put_short(b, v->op, OP_COLUMNS);
        dgi_buf_putc(b, '(');
        put_operands(b, n, node, ", ");
        dgi_buf_putc(b, ')');
    }
}

void dgi_why_put_number(dgi_buf *b, double x)
{
    char text[DGI_NUMBER_ROOM];
    dgi_buf_put(b, text, dgi_general(text, x == 0.0 ? 0.0 : x, 4));
}

/* Objects as text, as Python writes them: str() and repr(). */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "lang/operations.h"

enum { SHOWN_DEPTH = 16 };

/* ---- str() and repr() ---- */

void dgi_put_python_number(dgi_buf *out, double x, bool integer)
{
    char text[DGI_NUMBER_ROOM];
    size_t size = integer ? dgi_fixed(text, x, 0) : dgi_shortest(text, x);
    if (strcmp(text, "-0") == 0 && integer)
        size = dgi_fixed(text, 0.0, 0);
    dgi_buf_put(out, text, size);
    if (!integer && isfinite(x) && !strpbrk(text, ".e"))
        dgi_buf_puts(out, ".0");
}

/* A string as a literal of Python's. */
static void put_repr(dgi_buf *out, const char *text, uint32_t size)
{
    char quote = memchr(text, '\'', size) && !memchr(text, '"', size) ? '"' : '\'';
    dgi_buf_putc(out, quote);
    for (uint32_t i = 0; i < size; i++) {
        if (text[i] == '\n')
            dgi_buf_puts(out, "\\n");
        else if (text[i] == '\t')
            dgi_buf_puts(out, "\\t");
        else if (text[i] == '\r')
            dgi_buf_puts(out, "\\r");
        else if ((unsigned char)text[i] < ' ')
            dgi_buf_printf(out, "\\x%02x", (unsigned)text[i]);
        else {
            if (text[i] == '\\' || text[i] == quote)
                dgi_buf_putc(out, '\\');
            dgi_buf_putc(out, text[i]);
        }
    }
    dgi_buf_putc(out, quote);
}

static void put_elements(dgi_buf *out, const double **data, int ndim, const size_t *shape)
{
    if (ndim == 0) {
        char text[DGI_NUMBER_ROOM];
        dgi_fixed(text, *(*data)++, 4);
        dgi_buf_puts(out, text);
        return;
    }
    dgi_buf_putc(out, '[');
    for (size_t i = 0; i < shape[0] && out->size < DG_LABEL_MAX; i++) {
        dgi_buf_puts(out, i ? ", " : "");
        put_elements(out, data, ndim - 1, shape + 1);
    }
    dgi_buf_putc(out, ']');
}

/* As PyTorch writes tensors, in one line; a tensor has few dimensions. */
static void put_tensor(dgi_buf *out, const dg_value *v)
{
    const double *data = dg_data_array(v);
    dgi_buf_puts(out, "tensor(");
    put_elements(out, &data, dg_ndim(v), dg_shape(v));
    dgi_buf_putc(out, ')');
}

static void put_list(const dgi_runtime *rt, dgi_buf *out, const dgi_list *list, int depth);

static void put(const dgi_runtime *rt, dgi_buf *out, const dgi_object *o, bool repr, int depth)
{
    const dgi_series *s = o->as.series;
    switch ((dgi_object_kind)o->kind) {
    case DGI_OBJECT_NUMBER:
        dgi_put_python_number(out, o->as.number, o->integer);
        return;
    case DGI_OBJECT_NAMED_LEAF:
        dgi_put_python_number(out, dg_data(o->as.value), o->integer);
        return;
    case DGI_OBJECT_VALUE:
    case DGI_OBJECT_ARRAY:
        if (dg_ndim(o->as.value) > 0) {
            put_tensor(out, o->as.value);
            return;
        }
        dgi_buf_puts(out, "Value(data=");
        dgi_put_python_number(out, dg_data(o->as.value), false);
        dgi_buf_putc(out, ')');
        return;
    case DGI_OBJECT_BOOL:
        dgi_buf_puts(out, o->as.number != 0.0 ? "True" : "False");
        return;
    case DGI_OBJECT_STRING:
        if (repr)
            put_repr(out, o->as.text, o->size);
        else
            dgi_buf_put(out, o->as.text, o->size);
        return;
    case DGI_OBJECT_LIST:
        put_list(rt, out, o->as.list, depth);
        return;
    case DGI_OBJECT_SERIES:
        if (s->kind == DGI_RANGE) {
            dgi_buf_puts(out, "range(");
            dgi_put_python_number(out, s->start, true);
            dgi_buf_puts(out, ", ");
            dgi_put_python_number(out, s->start + (double)s->count * s->step, true);
            if (s->step != 1.0)
                dgi_buf_puts(out, ", ");
            if (s->step != 1.0)
                dgi_put_python_number(out, s->step, true);
            dgi_buf_putc(out, ')');
            return;
        }
        dgi_buf_puts(out, s->kind == DGI_ZIP ? "<zip>" : "<enumerate>");
        return;
    case DGI_OBJECT_NETWORK:
        dgi_buf_printf(out, "<%s>", o->as.network->name);
        return;
    case DGI_OBJECT_NONE:
    case DGI_OBJECT_NOTHING:
        dgi_buf_puts(out, "None");
        return;
    default:
        dgi_buf_printf(out, "<%s>",
                       strchr(dgi_object_name(o), ' ') ? strchr(dgi_object_name(o), ' ') + 1
                                                       : dgi_object_name(o));
    }
}

/* A list that has become a tensor is shown as the numbers that it has now. */
static void put_list(const dgi_runtime *rt, dgi_buf *out, const dgi_list *list, int depth)
{
    if (list->tensor) {
        put_tensor(out, list->tensor);
        return;
    }
    if (depth == SHOWN_DEPTH) {
        dgi_buf_puts(out, "[...]");
        return;
    }
    dgi_buf_putc(out, list->tuple ? '(' : '[');
    for (size_t i = 0; i < list->count && out->size < DG_LABEL_MAX; i++) {
        dgi_buf_puts(out, i ? ", " : "");
        put(rt, out, &list->elements[i], true, depth + 1);
    }
    if (list->tuple && list->count == 1)
        dgi_buf_putc(out, ',');
    dgi_buf_putc(out, list->tuple ? ')' : ']');
}

void dgi_put_object(const dgi_runtime *rt, dgi_buf *out, const dgi_object *o, bool repr)
{
    put(rt, out, o, repr, 0);
}

/* ---- Strings of the statement ---- */

bool dgi_take_scratch(dgi_runtime *rt, dgi_operand *x)
{
    size_t size = rt->scratch.size;
    if (rt->scratch.failed)
        return dgi_no_memory(rt);
    if (size > DG_LABEL_MAX)
        return dgi_fail(rt, x->span, "a label has at most %zu bytes", DG_LABEL_MAX);
    char *text = dgi_allocate(rt, size + 1, 1);
    if (!text)
        return false;
    if (size)
        memcpy(text, rt->scratch.data, size);
    x->object = (dgi_object){.as.text = text, .size = (uint32_t)size, .kind = DGI_OBJECT_STRING};
    return true;
}

bool dgi_join_operands(dgi_runtime *rt, const dgi_operand *operands, size_t count, dgi_span span,
                       dgi_object *joined)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (dgi_is_error(&operands[i].object)) {
            *joined = operands[i].object;
            return true;
        }
        size += operands[i].object.size;
    }
    if (size > DG_LABEL_MAX)
        return dgi_fail(rt, span, "a label has at most %zu bytes", DG_LABEL_MAX);
    char *text = dgi_allocate(rt, size + 1, 1), *to = text;
    for (size_t i = 0; i < count && text; i++) {
        memcpy(to, operands[i].object.as.text, operands[i].object.size);
        to += operands[i].object.size;
    }
    *joined = (dgi_object){.as.text = text, .size = (uint32_t)size, .kind = DGI_OBJECT_STRING};
    return text;
}

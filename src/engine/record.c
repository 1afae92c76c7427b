/* Records: making ops that have one, their texts, and their table in the graph. */
#include "engine/record.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/number.h"

static const struct {
    const char *name;
    size_t n_operands;
    int n_numbers;
    bool (*shape)(dgi_opcode op, dgi_arguments *a, dgi_result_shape *s);
} rows[] = {
#define DGI_RECORD_OP(name, operands, arguments, formula, family, numbers)                         \
    {#name, operands, numbers, dgi_##family##_shape},
#include "engine/record_ops.def"
#undef DGI_RECORD_OP
};

enum { ROWS = sizeof rows / sizeof *rows };

bool dgi_record_fail(const dgi_arguments *a, dgi_opcode op, const char *text)
{
    char shape[DG_SHAPE_TEXT_MAX];
    const dg_value *x = a->operands[0];
    dgi_graph_failf(dg_graph_of(x), DG_INVALID, "%s of a tensor of shape %s: %s",
                    rows[op - DGI_FIRST_RECORD_OP].name,
                    dg_shape_text(dgi_ndim(x), dgi_shape_of(x), shape), text);
    return false;
}

/* ---- The table: for each record its operands' indices, integers, and the bits of its numbers ----
 */

static bool push(dg_graph *g, int64_t word)
{
    int64_t *words =
        dgi_grown(g->record_words, &g->record_word_capacity, g->n_record_words, sizeof *words);
    if (!words)
        return false;
    g->record_words = words;
    g->record_words[g->n_record_words++] = word;
    return true;
}

/* Adds a record for the next value; false with the graph's error. */
static bool record_new(dg_graph *g, const dgi_arguments *a, const dgi_index *operands, uint32_t *id)
{
    dgi_record *records = dgi_grown(g->records, &g->record_capacity, g->n_records, sizeof *records);
    size_t first = g->n_record_words;
    bool done = records;
    if (records)
        g->records = records;
    for (size_t i = 0; done && i < a->n_operands; i++)
        done = push(g, operands[i]);
    for (int i = 0; done && i < a->n_integers; i++)
        done = push(g, a->integers[i]);
    for (int i = 0; done && i < a->n_numbers; i++) {
        int64_t bits;
        memcpy(&bits, &a->numbers[i], sizeof bits);
        done = push(g, bits);
    }
    if (!done) {
        g->n_record_words = first;
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        return false;
    }
    *id = (uint32_t)g->n_records;
    g->records[g->n_records++] = (dgi_record){.owner = g->n_values,
                                              .first = first,
                                              .n_operands = (uint8_t)a->n_operands,
                                              .n_integers = (uint8_t)a->n_integers,
                                              .n_numbers = (uint8_t)a->n_numbers,
                                              .flag = a->flag};
    return true;
}

dgi_arguments dgi_arguments_of(const dg_value *v)
{
    const dg_graph *g = dgi_graph_of(v);
    const dgi_record *r = &g->records[*dgi_attributes_of(v)];
    const int64_t *words = g->record_words + r->first;
    dgi_arguments a = {.n_operands = r->n_operands,
                       .n_integers = r->n_integers,
                       .n_numbers = r->n_numbers,
                       .flag = r->flag};
    for (size_t i = 0; i < a.n_operands; i++)
        a.operands[i] = dgi_value_at(g, (size_t)*words++);
    for (int i = 0; i < a.n_integers; i++)
        a.integers[i] = *words++;
    for (int i = 0; i < a.n_numbers; i++)
        memcpy(&a.numbers[i], words++, sizeof *a.numbers);
    return a;
}

void dgi_records_rewind(dg_graph *g, size_t mark)
{
    while (g->n_records > 0 && g->records[g->n_records - 1].owner >= mark)
        g->n_record_words = g->records[--g->n_records].first;
}

bool dgi_record_copy(dg_graph *to, const dg_value *v, const uint32_t *index, uint32_t *id)
{
    dgi_arguments a = dgi_arguments_of(v);
    dgi_index operands[DGI_RECORD_OPERANDS_MAX];
    for (size_t i = 0; i < a.n_operands; i++)
        operands[i] = index[dgi_index_of(a.operands[i])];
    return record_new(to, &a, operands, id);
}

/* ---- Making ---- */

dg_value *dgi_record_op_new(dgi_opcode op, const dgi_arguments *called_with)
{
    dgi_arguments a = *called_with;
    dg_graph *g = NULL;
    bool requires_grad = false;
    dgi_index operands[DGI_RECORD_OPERANDS_MAX];
    for (size_t i = 0; i < a.n_operands; i++) {
        g = dgi_graph_of_both(a.operands[0], a.operands[i]);
        if (!g)
            return NULL;
        operands[i] = (dgi_index)dgi_index_of(a.operands[i]);
        requires_grad = requires_grad || dgi_requires_grad(a.operands[i]);
    }
    dgi_result_shape s = {.ndim = 0};
    uint32_t id = 0;
    if (!g || !rows[op - DGI_FIRST_RECORD_OP].shape(op, &a, &s) ||
        !record_new(g, &a, operands, &id))
        return NULL;
    dg_value *v = dgi_tensor_new(g, (uint8_t)op, s.ndim, s.sizes, requires_grad && !s.no_grad, 0);
    if (!v) {
        dgi_records_rewind(g, g->n_values);
        return NULL;
    }
    *dgi_attributes_of(v) = id;
    dgi_tensor_forward(v);
    return v;
}

/* ---- Texts ---- */

void dgi_record_op_text(const dg_value *v, char *text)
{
    dgi_arguments a = dgi_arguments_of(v);
    size_t size = strlen(rows[dgi_op(v) - DGI_FIRST_RECORD_OP].name);
    memcpy(text, rows[dgi_op(v) - DGI_FIRST_RECORD_OP].name, size + 1);
    if (a.n_integers + a.n_numbers == 0)
        return;
    for (int i = 0; i < a.n_integers + a.n_numbers; i++) {
        char number[DGI_NUMBER_ROOM];
        if (i < a.n_integers)
            snprintf(number, sizeof number, "%" PRId64, a.integers[i]);
        else
            dgi_shortest(number, a.numbers[i - a.n_integers]);
        size += (size_t)snprintf(text + size, DG_OP_TEXT_MAX - size, "%s%s",
                                 i                                             ? ", "
                                 : a.n_integers && dgi_op(v) >= DGI_TENSOR_min ? "(dim="
                                                                               : "(",
                                 number);
        if (size >=
            DG_OP_TEXT_MAX - 1) /* eight sizes of a shape that is over the limit do not exist */
            return;
    }
    snprintf(text + size, DG_OP_TEXT_MAX - size, ")");
}

/* Reads the numbers between the brackets at `text`; false where something else stands there. */
static bool read_arguments(const char *text, dgi_arguments *a)
{
    double all[DGI_RECORD_INTEGERS_MAX + DGI_RECORD_NUMBERS_MAX];
    int count = 0;
    if (*text == '\0')
        return a->n_numbers == 0;
    if (*text++ != '(')
        return false;
    if (strncmp(text, "dim=", 4) == 0)
        text += 4;
    for (;;) {
        size_t size = strcspn(text, ",)");
        char number[DGI_NUMBER_ROOM];
        if (count == (int)(sizeof all / sizeof *all) || size >= sizeof number || !text[size])
            return false;
        memcpy(number, text, size);
        number[size] = '\0';
        if (!dgi_parse_double(number, &all[count++]))
            return false;
        text += size;
        if (*text == ')')
            break;
        if (*++text != ' ')
            return false;
        text++;
    }
    if (count < a->n_numbers)
        return false;
    a->n_integers = count - a->n_numbers;
    for (int i = 0; i < a->n_numbers; i++)
        a->numbers[i] = all[a->n_integers + i];
    for (int i = 0; i < a->n_integers; i++)
        a->integers[i] = fabs(all[i]) < 0x1p53 ? (int64_t)all[i] : 0;
    return text[1] == '\0';
}

dg_value *dgi_record_op_from_text(const char *text, dg_value *const *operands, size_t n, int ndim)
{
    for (size_t i = 0; i < ROWS; i++) {
        size_t size = strlen(rows[i].name);
        dgi_arguments a = {.n_operands = n, .n_numbers = rows[i].n_numbers};
        if (rows[i].n_operands != n || strncmp(text, rows[i].name, size) != 0 ||
            !read_arguments(text + size, &a))
            continue;
        memcpy(a.operands, operands, n * sizeof *operands);
        if (a.n_integers > DGI_RECORD_INTEGERS_MAX)
            continue;
        dgi_opcode op = (dgi_opcode)(DGI_FIRST_RECORD_OP + i);
        a.flag = op >= DGI_TENSOR_min && ndim > 0 && ndim == dgi_ndim(operands[0]);
        return dgi_record_op_new(op, &a);
    }
    return NULL;
}

/* ops.def expanded: the functions that make values, the arities, and the public table. */
#include "engine/array.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "engine/math.h"

/* Operands with these flags are left to elementwise.c. */
enum { NOT_PLAIN_SCALAR = DGI_IS_ARRAY | DGI_NO_GRAD };

dg_graph *dgi_graph_of_both(const dg_value *a, const dg_value *b)
{
    if (a && b && dgi_graph_of(a) == dgi_graph_of(b))
        return dgi_graph_of(a);
    dgi_graph_fail(dg_graph_of(a ? a : b), DG_INVALID,
                   a && b ? "the operands belong to different graphs" : "an operand is NULL");
    return NULL;
}

/* Whether v = sum + product is a term of a dot product, see DGI_DOT_TERM. */
static inline bool is_term(dgi_opcode op, const dg_value *v, const dg_value *product)
{
    return op == DGI_OP_add && product == v - 1 && dgi_op(product) == DGI_OP_mul &&
           dgi_flags(product) == 0;
}

static inline dg_value *binary(dgi_opcode op, const dg_value *a, const dg_value *b)
{
    dg_graph *g = dgi_graph_of_both(a, b);
    dg_value *v = g ? dgi_value_new(g, op) : NULL;
    if (!v)
        return NULL;
    dgi_set_first_operand(v, a);
    dgi_set_second_operand(v, b);
    if (dgi_slot_of(v) > 0 && is_term(op, v, b))
        dgi_kind_of(v)->flags = DGI_DOT_TERM;
    return v;
}

/* The leaf -1 of a negation. It requires no gradient where the operand requires none, so that the
 * result requires none. */
static dg_value *minus_one(const dg_value *a)
{
    dg_value *leaf = dg_leaf(dg_graph_of(a), -1.0, NULL);
    if (leaf && dgi_flags(a) & DGI_NO_GRAD)
        dgi_kind_of(leaf)->flags = DGI_NO_GRAD;
    return leaf;
}

/* The functions that make values. */
#define DGI_UNARY(name, text, formula, derivative, f, dx, test_points)                             \
    dg_value *dg_##name(dg_value *a)                                                               \
    {                                                                                              \
        if (!a)                                                                                    \
            return NULL;                                                                           \
        if (dgi_flags(a) & NOT_PLAIN_SCALAR)                                                       \
            return dgi_elementwise_unary(DGI_OP_##name, a, 0.0);                                   \
        dg_value *v = dgi_value_new(dgi_graph_of(a), DGI_OP_##name);                               \
        if (v) {                                                                                   \
            double x = a->data;                                                                    \
            dgi_set_first_operand(v, a);                                                           \
            v->data = (f);                                                                         \
        }                                                                                          \
        return v;                                                                                  \
    }
#define DGI_BINARY(name, text, formula, derivative, f, dx, dy, test_points)                        \
    dg_value *dg_##name(dg_value *a, dg_value *b)                                                  \
    {                                                                                              \
        if (a && b && (dgi_flags(a) | dgi_flags(b)) & NOT_PLAIN_SCALAR)                            \
            return dgi_elementwise_binary(DGI_OP_##name, a, b);                                    \
        dg_value *v = binary(DGI_OP_##name, a, b);                                                 \
        if (v) {                                                                                   \
            double x = a->data, y = b->data;                                                       \
            v->data = (f);                                                                         \
        }                                                                                          \
        return v;                                                                                  \
    }
#define DGI_CONSTANT(name, text, formula, derivative, f, dx, test_points)                          \
    dg_value *dg_##name(dg_value *a, double k)                                                     \
    {                                                                                              \
        if (!a)                                                                                    \
            return NULL;                                                                           \
        if (dgi_flags(a) & NOT_PLAIN_SCALAR)                                                       \
            return dgi_elementwise_unary(DGI_OP_##name, a, k);                                     \
        uint32_t id = 0;                                                                           \
        dg_graph *g = dgi_graph_of(a);                                                             \
        dg_value *v = dgi_constant_id(g, k, &id) ? dgi_value_new(g, DGI_OP_##name) : NULL;         \
        if (v) {                                                                                   \
            double x = a->data;                                                                    \
            dgi_set_first_operand(v, a);                                                           \
            *dgi_attributes_of(v) = id;                                                            \
            v->data = (f);                                                                         \
        }                                                                                          \
        return v;                                                                                  \
    }
#define DGI_COMPOSITE(name, operands, formula, derivative, made_of, test_points)                   \
    dg_value *dg_##name COMPOSITE_PARAMETERS_##operands                                            \
    {                                                                                              \
        dg_graph *g = COMPOSITE_GRAPH_##operands;                                                  \
        if (!g)                                                                                    \
            return NULL;                                                                           \
        size_t mark = dg_graph_mark(g);                                                            \
        dg_value *v = (made_of);                                                                   \
        if (!v)                                                                                    \
            dg_graph_rewind(g, mark);                                                              \
        return v;                                                                                  \
    }
#define COMPOSITE_PARAMETERS_1 (dg_value * a)
#define COMPOSITE_PARAMETERS_2 (dg_value * a, dg_value * b)
#define COMPOSITE_GRAPH_1 dg_graph_of(a)
#define COMPOSITE_GRAPH_2 dgi_graph_of_both(a, b)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE

const uint8_t dgi_op_arity[] = {
    0,
#define DGI_UNARY(...) 1,
#define DGI_BINARY(...) 2,
#define DGI_CONSTANT(...) 1,
#define DGI_COMPOSITE(...)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE
#define DGI_TENSOR_OP(name, operands, ...) operands,
#include "engine/tensor_ops.def"
#undef DGI_TENSOR_OP
#define DGI_RECORD_OP(...) DGI_RECORDED,
#include "engine/record_ops.def"
#undef DGI_RECORD_OP
};

/* The public table. The test points of each op are an array of their own. */
#define TEST_POINTS(...)                                                                           \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define DGI_UNARY(name, text, formula, derivative, f, dx, ...)                                     \
    static const double test_points_##name[] = __VA_ARGS__;
#define DGI_BINARY(name, text, formula, derivative, f, dx, dy, ...)                                \
    static const double test_points_##name[] = __VA_ARGS__;
#define DGI_CONSTANT(name, text, formula, derivative, f, dx, ...)                                  \
    static const double test_points_##name[] = __VA_ARGS__;
#define DGI_COMPOSITE(name, operands, formula, derivative, made_of, ...)                           \
    static const double test_points_##name[] = __VA_ARGS__;
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE

#define ROW(name, text, formula, derivative, operands, constant)                                   \
    {#name,                                                                                        \
     text,                                                                                         \
     formula,                                                                                      \
     derivative,                                                                                   \
     operands,                                                                                     \
     constant,                                                                                     \
     test_points_##name,                                                                           \
     sizeof test_points_##name / sizeof(double) / (operands + constant)},
#define DGI_UNARY(name, text, formula, derivative, ...) ROW(name, text, formula, derivative, 1, 0)
#define DGI_BINARY(name, text, formula, derivative, ...) ROW(name, text, formula, derivative, 2, 0)
#define DGI_CONSTANT(name, text, formula, derivative, ...)                                         \
    ROW(name, text, formula, derivative, 1, 1)
#define DGI_COMPOSITE(name, operands, formula, derivative, ...)                                    \
    ROW(name, "", formula, derivative, operands, 0)
static const dg_op table[] = {
#include "engine/ops.def"
};
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE

enum { OPS = sizeof table / sizeof *table };

size_t dg_op_count(void)
{
    return OPS;
}

const dg_op *dg_op_at(size_t i)
{
    return i < OPS ? &table[i] : NULL;
}

const dg_op *dg_op_from_name(const char *name)
{
    if (!name)
        return NULL;
    for (size_t i = 0; i < OPS; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

/* The function of each op with one signature for all. */
#define DGI_UNARY(name, ...)                                                                       \
    static dg_value *apply_##name(dg_value *a, dg_value *b, double k)                              \
    {                                                                                              \
        (void)b, (void)k;                                                                          \
        return dg_##name(a);                                                                       \
    }
#define DGI_BINARY(name, ...)                                                                      \
    static dg_value *apply_##name(dg_value *a, dg_value *b, double k)                              \
    {                                                                                              \
        (void)k;                                                                                   \
        return dg_##name(a, b);                                                                    \
    }
#define DGI_CONSTANT(name, ...)                                                                    \
    static dg_value *apply_##name(dg_value *a, dg_value *b, double k)                              \
    {                                                                                              \
        (void)b;                                                                                   \
        return dg_##name(a, k);                                                                    \
    }
#define DGI_COMPOSITE(name, operands, ...)                                                         \
    static dg_value *apply_##name(dg_value *a, dg_value *b, double k)                              \
    {                                                                                              \
        (void)b, (void)k;                                                                          \
        return dg_##name COMPOSITE_ARGUMENTS_##operands;                                           \
    }
#define COMPOSITE_ARGUMENTS_1 (a)
#define COMPOSITE_ARGUMENTS_2 (a, b)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE

typedef dg_value *apply_function(dg_value *a, dg_value *b, double k);

static apply_function *const functions[] = {
#define DGI_UNARY(name, ...) apply_##name,
#define DGI_BINARY(name, ...) apply_##name,
#define DGI_CONSTANT(name, ...) apply_##name,
#define DGI_COMPOSITE(name, ...) apply_##name,
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE
};

dg_value *dg_apply(const dg_op *op, dg_value *a, dg_value *b, double k)
{
    for (size_t i = 0; i < OPS; i++)
        if (op == &table[i])
            return functions[i](a, b, k);
    return dgi_graph_fail(dg_graph_of(a), DG_INVALID, "no such op");
}

static const char *const texts[] = {
    "",
#define DGI_UNARY(name, text, ...) text,
#define DGI_BINARY(name, text, ...) text,
#define DGI_CONSTANT(name, text, ...) text,
#define DGI_COMPOSITE(...)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE
#define DGI_TENSOR_OP(name, operands, arguments, text, ...) text,
#include "engine/tensor_ops.def"
#undef DGI_TENSOR_OP
#define DGI_RECORD_OP(name, ...) #name,
#include "engine/record_ops.def"
#undef DGI_RECORD_OP
};

bool dgi_op_has_constant(dgi_opcode op)
{
    switch (op) {
#define DGI_UNARY(...)
#define DGI_BINARY(...)
#define DGI_COMPOSITE(...)
#define DGI_CONSTANT(name, ...) case DGI_OP_##name:
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE
        return true;
    default:
        return false;
    }
}

double dg_exponent(const dg_value *v)
{
    return v && dgi_op_has_constant(dgi_op(v)) ? dgi_constant_of(v) : NAN;
}

const char *dg_op_text(const dg_value *v, char *text)
{
    if (!text)
        return NULL;
    if (v && dgi_op(v) >= DGI_FIRST_TENSOR_OP) {
        dgi_tensor_op_text(v, text);
        return text;
    }
    const char *name = v ? texts[dgi_op(v)] : "";
    size_t size = strlen(name);
    memcpy(text, name, size + 1);
    if (v && dgi_op_has_constant(dgi_op(v))) {
        /* A shortest double has at most 24 characters, the longest of these names nine. */
        char number[DGI_NUMBER_ROOM];
        dgi_shortest(number, dgi_constant_of(v));
        if (name[0] == '*')
            snprintf(text + size, DG_OP_TEXT_MAX - size, "%s", number);
        else /* `ELU(1)` */
            snprintf(text + size, DG_OP_TEXT_MAX - size, "(%s)", number);
    }
    return text;
}

const char *dg_op_name(const dg_value *v)
{
    if (!v || !(dgi_op_has_constant(dgi_op(v)) || dgi_op(v) >= DGI_FIRST_TENSOR_OP))
        return v ? texts[dgi_op(v)] : "";
    char text[DG_OP_TEXT_MAX];
    const char *kept = dgi_intern(dg_graph_of(v), dg_op_text(v, text));
    return kept ? kept : texts[dgi_op(v)];
}

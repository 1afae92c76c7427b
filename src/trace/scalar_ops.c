/* The scalar ops by their texts, expanded from the engine's op table. */
#include "trace/scalar_ops.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "engine/math.h"

/* A function for each row. The expressions use some of the names. */
#define FUNCTION(name, f, by_x, by_y)                                                              \
    static dgi_scalar_result apply_##name(double x, double y, double k)                            \
    {                                                                                              \
        const double z = f;                                                                        \
        (void)x;                                                                                   \
        (void)y;                                                                                   \
        (void)k;                                                                                   \
        return (dgi_scalar_result){z, {by_x, by_y}};                                               \
    }
#define TEST_POINTS(...)
#define DGI_UNARY(name, text, formula, derivative, f, by_x, test_points)                           \
    FUNCTION(name, f, by_x, 0.0)
#define DGI_BINARY(name, text, formula, derivative, f, by_x, by_y, test_points)                    \
    FUNCTION(name, f, by_x, by_y)
#define DGI_CONSTANT(name, text, formula, derivative, f, by_x, test_points)                        \
    FUNCTION(name, f, by_x, 0.0)
#define DGI_COMPOSITE(name, operands, formula, derivative, made_of, test_points)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT

typedef struct scalar_op {
    const char *text;
    size_t operand_count;
    bool has_constant; /* written after the text */
    dgi_scalar_result (*apply)(double x, double y, double k);
} scalar_op;

static const scalar_op ops[DGI_SCALAR_OP_COUNT] = {
#define DGI_UNARY(name, text, formula, derivative, f, by_x, test_points)                           \
    [DGI_SCALAR_##name] = {text, 1, false, apply_##name},
#define DGI_BINARY(name, text, formula, derivative, f, by_x, by_y, test_points)                    \
    [DGI_SCALAR_##name] = {text, 2, false, apply_##name},
#define DGI_CONSTANT(name, text, formula, derivative, f, by_x, test_points)                        \
    [DGI_SCALAR_##name] = {text, 1, true, apply_##name},
#include "engine/ops.def"
};

static bool is_op(const scalar_op *op, const char *text, size_t operand_count, double *constant)
{
    if (op->operand_count != operand_count)
        return false;
    if (!op->has_constant)
        return strcmp(op->text, text) == 0;
    size_t size = strlen(op->text), length = strlen(text);
    if (strncmp(op->text, text, size) != 0)
        return false;
    if (op->text[0] == '*') /* the power, `**2`; others are functions, `ELU(1)` */
        return dgi_parse_double(text + size, constant);
    char number[DGI_NUMBER_ROOM];
    if (text[size] != '(' || text[length - 1] != ')' || length - size > sizeof number)
        return false;
    memcpy(number, text + size + 1, length - size - 2);
    number[length - size - 2] = '\0';
    return dgi_parse_double(number, constant);
}

dgi_scalar_call dgi_scalar_call_from_text(const char *text, size_t operand_count)
{
    for (int i = DGI_SCALAR_UNKNOWN + 1; i < DGI_SCALAR_OP_COUNT; i++) {
        double constant = 0.0;
        if (is_op(&ops[i], text, operand_count, &constant))
            return (dgi_scalar_call){(dgi_scalar_op)i, constant};
    }
    return (dgi_scalar_call){DGI_SCALAR_UNKNOWN, 0.0};
}

dgi_scalar_result dgi_scalar_apply(dgi_scalar_call call, double x, double y)
{
    if (call.op == DGI_SCALAR_UNKNOWN)
        return (dgi_scalar_result){NAN, {NAN, NAN}};
    return ops[call.op].apply(x, y, call.constant);
}

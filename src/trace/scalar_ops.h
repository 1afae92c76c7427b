/* The scalar ops by the texts that a trace has for them, to be evaluated on plain numbers. They are
 * the engine's op table: the same values and derivatives, to the last bit. */
#ifndef DGI_TRACE_SCALAR_OPS_H
#define DGI_TRACE_SCALAR_OPS_H

#include <stddef.h>

/* One for each row of the op table that is no composite; their order is the table's. */
typedef enum dgi_scalar_op {
    DGI_SCALAR_UNKNOWN = 0, /* a leaf, an op of tensors, or another library's */
#define DGI_UNARY(name, ...) DGI_SCALAR_##name,
#define DGI_BINARY(name, ...) DGI_SCALAR_##name,
#define DGI_CONSTANT(name, ...) DGI_SCALAR_##name,
#define DGI_COMPOSITE(name, ...)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE
    DGI_SCALAR_OP_COUNT
} dgi_scalar_op;

/* An op and its constant, which is 0 if it has none: `**2` is pow and 2. */
typedef struct dgi_scalar_call {
    dgi_scalar_op op;
    double constant;
} dgi_scalar_call;

/* The op with so many operands that a node's text means. */
dgi_scalar_call dgi_scalar_call_from_text(const char *text, size_t operand_count);

/* What an op computes from its operands x and y (y is ignored if it has one), and the derivatives
 * by them. */
typedef struct dgi_scalar_result {
    double value;
    double by_operand[2];
} dgi_scalar_result;

/* All nan for an unknown op. */
dgi_scalar_result dgi_scalar_apply(dgi_scalar_call call, double x, double y);

#endif

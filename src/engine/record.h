/* Records: the operands and arguments of ops that have more than fit beside a value, see
 * record_ops.def. A graph keeps them in one array of words, in the order of their values, so that a
 * rewind pops them. */
#ifndef DGI_RECORD_H
#define DGI_RECORD_H

#include "engine/kernels.h"

enum {
    DGI_RECORD_OPERANDS_MAX = 3,
    DGI_RECORD_INTEGERS_MAX = DG_DIMS_MAX,
    DGI_RECORD_NUMBERS_MAX = 2
};

/* What an op is called with, and what a record says. */
typedef struct dgi_arguments {
    size_t n_operands;
    dg_value *operands[DGI_RECORD_OPERANDS_MAX];
    int n_integers;
    int64_t integers[DGI_RECORD_INTEGERS_MAX];
    int n_numbers;
    double numbers[DGI_RECORD_NUMBERS_MAX];
    bool flag; /* of a reduction: its dimensions stay, with size 1 */
} dgi_arguments;

typedef struct dgi_result_shape {
    int ndim;
    size_t sizes[DG_DIMS_MAX];
    bool no_grad; /* the op is not differentiable */
} dgi_result_shape;

/* A new value, its data computed; NULL with the graph's error. */
dg_value *dgi_record_op_new(dgi_opcode op, const dgi_arguments *a);

/* The same by the op's text, which has the arguments: `permute(1, 0)`, for a result of ndim
 * dimensions. NULL where it is no such text; with the graph's error where the op refuses. */
dg_value *dgi_record_op_from_text(const char *text, dg_value *const *operands, size_t n, int ndim);

/* The arguments of a value with such an op. */
dgi_arguments dgi_arguments_of(const dg_value *v);

/* Its op text, at most DG_OP_TEXT_MAX bytes. */
void dgi_record_op_text(const dg_value *v, char *text);

/* Drops the records of values from index `mark` on. */
void dgi_records_rewind(dg_graph *g, size_t mark);

/* A record of the graph `to` like that of v, whose operands have other indices there; false with
 * the graph's error. */
bool dgi_record_copy(dg_graph *to, const dg_value *v, const uint32_t *index, uint32_t *id);

/* Fails: sets the graph's error, "OP: " and the text. */
bool dgi_record_fail(const dgi_arguments *a, dgi_opcode op, const char *text);

#define DGI_RECORD_FAMILY(family)                                                                  \
    bool dgi_##family##_shape(dgi_opcode op, dgi_arguments *a, dgi_result_shape *s);               \
    void dgi_##family##_forward(dg_value *v);                                                      \
    void dgi_##family##_backward(dgi_backward_pass *p, dg_value *v);
DGI_RECORD_FAMILY(map)
DGI_RECORD_FAMILY(where)
DGI_RECORD_FAMILY(lerp)
DGI_RECORD_FAMILY(clamp)
DGI_RECORD_FAMILY(reduction)
DGI_RECORD_FAMILY(cumsum)

/* Makes the integers, dimensions of the first operand, count from 0; false with the graph's error
 * where one does not exist, or is given twice (map.c). */
bool dgi_check_dims(dgi_opcode op, dgi_arguments *a);

#endif

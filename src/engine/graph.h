/* The inside of a graph: its arena and what a value is made of. */
#ifndef DGI_GRAPH_H
#define DGI_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dotgrad/engine.h>

#include "base/strmap.h"

/* The kernels' numbers for the rows of ops.def, then for those of tensor_ops.def; a leaf is 0. What
 * is spelled by other ops has no kernel. */
typedef enum dgi_opcode {
    DGI_OP_leaf = 0,
#define DGI_UNARY(name, ...) DGI_OP_##name,
#define DGI_BINARY(name, ...) DGI_OP_##name,
#define DGI_CONSTANT(name, ...) DGI_OP_##name,
#define DGI_COMPOSITE(name, ...)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE
    DGI_FIRST_TENSOR_OP, /* the first of them */
    DGI_BEFORE_FIRST_TENSOR_OP = DGI_FIRST_TENSOR_OP - 1,
#define DGI_TENSOR_OP(name, ...) DGI_TENSOR_##name,
#include "engine/tensor_ops.def"
#undef DGI_TENSOR_OP
} dgi_opcode;

typedef struct dgi_array dgi_array;

/* What is not a plain scalar says so in one byte. */
enum {
    DGI_IS_ARRAY = 1,     /* it has dimensions: its numbers are in `array` */
    DGI_IS_TENSOR_OP = 2, /* its op works on arrays, see array.h */
    DGI_NO_GRAD = 4,      /* it requires no gradient */
    DGI_DOT_TERM = 8, /* a sum whose second operand is the product right before it, as in w*x + … */
};

/* An arity that stands for any number of operands, which are in the array. */
enum { DGI_VARIADIC = 3 };

/* The place of a value in its graph, from 0. */
typedef uint32_t dgi_index;

/* A value is the place of its number. All else that belongs to it is at the same place in other
 * arrays of its chunk: a pass reads what it needs, and no more goes through the caches. */
struct dg_value {
    union {
        double data;
        dgi_array *array;
    };
};

typedef struct dgi_kind {
    uint8_t op; /* dgi_opcode */
    uint8_t flags;
} dgi_kind;

/* Values live in chunks that are aligned to their size, so that a value finds its chunk, and by it
 * its graph, by masking its own address. */
enum { DGI_CHUNK_SIZE = 1 << 16, DGI_CHUNK_BITS = 11, DGI_CHUNK_VALUES = 1 << DGI_CHUNK_BITS };

/* 28 bytes a value, and 4 more where one in the chunk has a label. A value's parents were made
 * before it, so the arena's order is a topological order: the passes walk the arena instead of
 * following edges. */
typedef struct dgi_chunk {
    dg_graph *graph;
    size_t first;     /* the place of its first value */
    uint32_t *labels; /* among the graph's texts, 0: none; NULL where no value has one */
    dg_value values[DGI_CHUNK_VALUES];
    dgi_index a[DGI_CHUNK_VALUES]; /* first operand */
    uint32_t b[DGI_CHUNK_VALUES];  /* second operand; or the number of a **k's constant; or what
                                      the kernel of an op on arrays put there */
    dgi_kind kinds[DGI_CHUNK_VALUES];
    /* What is below is undefined until a pass comes by, see dgi_init_stamps(). */
    double grad[DGI_CHUNK_VALUES];    /* of a scalar; undefined where has_grad is not set */
    uint16_t stamp[DGI_CHUNK_VALUES]; /* of the last pass that was here, see DGI_HAS_GRAD */
} dgi_chunk;

/* A mark's lowest bit is whether the value has a gradient; the others are the number of a pass. */
enum { DGI_HAS_GRAD = 1, DGI_EPOCH_STEP = 2, DGI_EPOCH_MAX = UINT16_MAX & ~DGI_HAS_GRAD };

/* Values from `first` on, until the next of these, were made in a scope. */
typedef struct dgi_scope {
    dgi_index first;
    uint32_t text;
} dgi_scope;

/* The constant of a **k, for all values from `owner` on that refer to it. */
typedef struct dgi_constant {
    size_t owner;
    double k;
} dgi_constant;

/* A sum of products that was made at once, b + w0*x0 + w1*x1 + …, so that the passes need not look
 * at it value by value. From place `first` on there are n times a product and the sum with it, in
 * one chunk; the w and behind them b are in one chunk, too. No two of b, the w and the x are the
 * same value. */
typedef struct dgi_fused_dot {
    dgi_index first;
    dgi_index w; /* the place of w0 */
    uint32_t n;
    size_t x; /* where among the graph's x the n of this sum begin */
} dgi_fused_dot;

/* Neighbours in the arena. */
typedef struct dgi_run {
    dgi_index first, end;
} dgi_run;

/* What is known of the values below one root, for those who pass over them again and again. They
 * do not change as long as the root lives. */
enum { DGI_REACHABLE_RUNS_MAX = 16 };

typedef struct dgi_reachable {
    dgi_index root;
    size_t n_runs; /* 0: nothing is known */
    dgi_run runs[DGI_REACHABLE_RUNS_MAX];
    bool full;   /* there are more runs than room for them */
    bool plain;  /* all are scalars that require a gradient */
    bool graded; /* all have a gradient */
    bool zeroed; /* which is 0 */
} dgi_reachable;

/* Where the numbers of tensors live: numbers.c. */
typedef struct dgi_arena_block {
    char *memory;
    size_t size;
} dgi_arena_block;

typedef struct dgi_tensor_arena {
    dgi_arena_block *chunks; /* a rewind keeps them */
    size_t n_chunks, chunk_capacity;
    size_t chunk, offset; /* where the next array begins; all behind it is free */
    dgi_array *newest;
    size_t count; /* numbers of all arrays, gradients counted */
} dgi_tensor_arena;

/* How many multiplications the products of matrices take up to and with that of `owner`. */
typedef struct dgi_product {
    size_t owner; /* its place in the graph */
    double total;
} dgi_product;

struct dg_graph {
    dgi_chunk **chunks; /* in the order of their values; a rewind keeps them */
    size_t n_chunks, chunk_capacity;
    void **slabs; /* what was allocated: some chunks each */
    size_t n_slabs, slab_capacity;
    size_t n_values;
    size_t value_capacity; /* for so many there are chunks */
    size_t n_stamped;      /* the first so many have a mark, that of all others counts as 0 */
    size_t n_labelled;     /* no value from here on has a label */
    dgi_tensor_arena arena;
    uint16_t epoch; /* no mark is above it */
    dgi_reachable reachable;
    dg_limits limits; /* 0: the default */
    double work;      /* charged since the limits were set */
    dgi_product *products;
    size_t n_products, product_capacity;
    dg_graph *parent; /* what it is detached from, see detached.h; NULL: nothing */
    size_t detached;  /* numbers of what is detached from it */
    dgi_constant *constants;
    size_t n_constants, constant_capacity;
    dgi_fused_dot *fused_dots; /* in the order of their places */
    size_t n_fused_dots, fused_dot_capacity;
    dg_value **dot_inputs; /* of the sums: those of a layer share theirs */
    size_t n_dot_inputs, dot_input_capacity;
    dgi_strmap interned_ids; /* of texts: they outlive a rewind */
    const char **interned;   /* by number; text 0 is "" */
    size_t n_interned, interned_capacity;
    uint32_t scope;   /* of values to be made */
    uint32_t *scopes; /* those around it, the outermost first */
    size_t n_scopes, scope_capacity;
    dgi_scope
        *scope_runs; /* of values that were made; before the first of them there is no scope */
    size_t n_scope_runs, scope_run_capacity;
    dg_error error; /* the first */
};

static inline dgi_chunk *dgi_chunk_of(const dg_value *v)
{
    return (dgi_chunk *)((uintptr_t)v & ~(uintptr_t)(DGI_CHUNK_SIZE - 1));
}

/* Where in its chunk's arrays a value is. */
static inline size_t dgi_slot_of(const dg_value *v)
{
    return (size_t)(v - dgi_chunk_of(v)->values);
}

/* The same from a place in the graph. */
static inline dgi_chunk *dgi_chunk_at(const dg_graph *g, size_t i)
{
    return g->chunks[i >> DGI_CHUNK_BITS];
}

static inline size_t dgi_slot_at(size_t i)
{
    return i & (DGI_CHUNK_VALUES - 1);
}

/* The graph of a value that is there. */
static inline dg_graph *dgi_graph_of(const dg_value *v)
{
    return dgi_chunk_of(v)->graph;
}

static inline size_t dgi_index_of(const dg_value *v)
{
    return dgi_chunk_of(v)->first + dgi_slot_of(v);
}

static inline dg_value *dgi_value_at(const dg_graph *g, size_t i)
{
    return &dgi_chunk_at(g, i)->values[dgi_slot_at(i)];
}

static inline dgi_kind *dgi_kind_of(const dg_value *v)
{
    return &dgi_chunk_of(v)->kinds[dgi_slot_of(v)];
}

static inline dgi_opcode dgi_op(const dg_value *v)
{
    return (dgi_opcode)dgi_kind_of(v)->op;
}

static inline uint8_t dgi_flags(const dg_value *v)
{
    return dgi_kind_of(v)->flags;
}

static inline bool dgi_is_leaf(const dg_value *v)
{
    return dgi_op(v) == DGI_OP_leaf;
}

/* 0, 1, 2 or DGI_VARIADIC, by opcode. */
extern const uint8_t dgi_op_arity[];

/* What is in the place of the second operand. */
static inline uint32_t *dgi_attributes_of(const dg_value *v)
{
    return &dgi_chunk_of(v)->b[dgi_slot_of(v)];
}

/* The first operand of a value that has one. */
static inline dg_value *dgi_first_operand(const dg_value *v)
{
    return dgi_value_at(dgi_graph_of(v), dgi_chunk_of(v)->a[dgi_slot_of(v)]);
}

/* The second operand of a value that has one. */
static inline dg_value *dgi_second_operand(const dg_value *v)
{
    return dgi_value_at(dgi_graph_of(v), *dgi_attributes_of(v));
}

static inline void dgi_set_first_operand(dg_value *v, const dg_value *a)
{
    dgi_chunk_of(v)->a[dgi_slot_of(v)] = (dgi_index)dgi_index_of(a);
}

static inline void dgi_set_second_operand(dg_value *v, const dg_value *b)
{
    *dgi_attributes_of(v) = (dgi_index)dgi_index_of(b);
}

/* Whether an op has a constant in the place of the second operand. */
bool dgi_op_has_constant(dgi_opcode op);

/* The constant of a value that has one. */
static inline double dgi_constant_of(const dg_value *v)
{
    return dgi_graph_of(v)->constants[*dgi_attributes_of(v)].k;
}

/* The number of k among the graph's constants, for its next value; false with the graph's error. */
bool dgi_constant_id(dg_graph *g, double k, uint32_t *number);

/* ---- Gradients and marks ---- */

/* Lets all values up to and with place i have marks. */
void dgi_init_stamps(dg_graph *g, size_t i);

static inline uint16_t dgi_stamp(const dg_value *v)
{
    bool touched = dgi_index_of(v) < dgi_graph_of(v)->n_stamped;
    return touched ? dgi_chunk_of(v)->stamp[dgi_slot_of(v)] : 0;
}

static inline bool dgi_has_grad(const dg_value *v)
{
    return dgi_stamp(v) & DGI_HAS_GRAD;
}

/* Sets whether a value has a gradient. */
void dgi_set_has_grad(dg_value *v, bool has);

/* The place of a scalar's gradient. Undefined where it has none. Data and gradients are numbers in
 * the same order, so that from the one to the other is always as far. */
static inline double *dgi_grad_pointer(const dg_value *v)
{
    return (double *)((uintptr_t)v + offsetof(dgi_chunk, grad) - offsetof(dgi_chunk, values));
}

/* A scalar's gradient, which is 0 where it has none. */
static inline double dgi_scalar_grad(const dg_value *v)
{
    return dgi_has_grad(v) ? *dgi_grad_pointer(v) : 0.0;
}

/* Somebody sets gradients, and not to 0. */
static inline void dgi_grads_become_nonzero(dg_graph *g)
{
    g->reachable.zeroed = false;
}

/* ---- Making ---- */

/* Room for one more value; false with the graph's error set. */
bool dgi_graph_grow(dg_graph *g);

/* A new value without data or operands, or NULL with the graph's error set. */
static inline dg_value *dgi_value_new(dg_graph *g, dgi_opcode op)
{
    size_t i = g->n_values;
    if (i == g->value_capacity && !dgi_graph_grow(g))
        return NULL;
    dgi_chunk *c = dgi_chunk_at(g, i);
    c->kinds[dgi_slot_at(i)] = (dgi_kind){(uint8_t)op, 0};
    g->n_values = i + 1;
    return &c->values[dgi_slot_at(i)];
}

/* The graph's own copy of a text; NULL when out of memory, without an error. */
const char *dgi_intern(dg_graph *g, const char *text);

/* Keeps the first error of the graph. Returns NULL for the caller's convenience. */
dg_value *dgi_graph_fail(dg_graph *g, dg_status status, const char *text);

/* The same with a formatted text. */
void dgi_graph_failf(dg_graph *g, dg_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A graph keeps its first error; a function that must tell its own from an older one sets the older
 * one aside, and afterwards puts it back. The result of the latter is the status of what failed in
 * between, which is kept only where there was nothing older. */
dg_error dgi_save_error(dg_graph *g);
dg_status dgi_restore_error(dg_graph *g, const dg_error *older);

/* The number of a new pass over values up to and with place i: no value has it as its mark. Of
 * `count` numbers, the next ones are `DGI_EPOCH_STEP` higher each. */
uint16_t dgi_begin_epochs(dg_graph *g, size_t i, unsigned count);

/* Values from now on belong to the scope that is the graph's text of that number, until the scope
 * that was the graph's is put back. False with the graph's error set. */
bool dgi_enter_scope(dg_graph *g, uint32_t scope);
void dgi_leave_scope(dg_graph *g, uint32_t before);

/* Labels of values from `mark` on are forgotten, and what scope they were made in. */
void dgi_labels_rewind(dg_graph *g, size_t mark);
void dgi_labels_free(dg_graph *g);

#endif

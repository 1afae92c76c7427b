/* The internals of a graph: the arena of values and its layout. The invariants of what makes passes
 * fast are in doc/engine.md, by the names used here. */
#ifndef DGI_GRAPH_H
#define DGI_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dotgrad/engine.h>

#include "base/strmap.h"

/* Opcodes: 0 for a leaf, then the rows of ops.def, of tensor_ops.def and of record_ops.def. A
 * composite has none, since it is made of other ops. */
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
    DGI_FIRST_TENSOR_OP, /* of tensor_ops.def */
    DGI_BEFORE_FIRST_TENSOR_OP = DGI_FIRST_TENSOR_OP - 1,
#define DGI_TENSOR_OP(name, ...) DGI_TENSOR_##name,
#include "engine/tensor_ops.def"
#undef DGI_TENSOR_OP
    DGI_FIRST_RECORD_OP, /* of record_ops.def */
    DGI_BEFORE_FIRST_RECORD_OP = DGI_FIRST_RECORD_OP - 1,
#define DGI_RECORD_OP(name, ...) DGI_TENSOR_##name,
#include "engine/record_ops.def"
#undef DGI_RECORD_OP
} dgi_opcode;

typedef struct dgi_array dgi_array;

/* Flags of a value. A scalar with none of the first three is *plain*. */
enum {
    DGI_IS_ARRAY = 1,     /* it has dimensions: its elements are in `array` */
    DGI_IS_TENSOR_OP = 2, /* it or an operand has dimensions: the tensor kernels compute it */
    DGI_NO_GRAD = 4,      /* it requires no gradient */
    DGI_DOT_TERM = 8,     /* a sum whose second operand is the plain product made just before it */
};

/* The arities of ops with any number of operands, listed in the value's array, and of those with a
 * record (record.h). */
enum { DGI_VARIADIC = 3, DGI_RECORDED = 4 };

/* The index of a value in its graph, in the order of creation, from 0. */
typedef uint32_t dgi_index;

/* Structure of arrays: a dg_value holds the data only. Everything else is in parallel arrays of its
 * chunk, at the same slot, so that a pass loads only what it reads. */
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

/* Values live in chunks aligned to their size, so that masking the address of a value gives its
 * chunk, and from there its graph. */
enum { DGI_CHUNK_SIZE = 1 << 16, DGI_CHUNK_BITS = 11, DGI_CHUNK_VALUES = 1 << DGI_CHUNK_BITS };

/* A value takes 28 bytes here, and 4 more where a value of the chunk has a label; a chunk takes 32
 * bytes of addresses for each. Operands are made before what is computed from them, so that the
 * order of the arena is a topological order: passes scan the arena instead of following edges. */
typedef struct dgi_chunk {
    dg_graph *graph;
    size_t first;     /* the index of its first value */
    uint32_t *labels; /* interned ids, 0: none; NULL where no value of the chunk has one */
    dg_value values[DGI_CHUNK_VALUES];
    dgi_index a[DGI_CHUNK_VALUES]; /* first operand */
    uint32_t b[DGI_CHUNK_VALUES];  /* second operand; or the id of the constant of **k, or of a
                                      record; or the attributes of a tensor op */
    dgi_kind kinds[DGI_CHUNK_VALUES];
    /* Uninitialised until the first pass, see dgi_init_stamps(). */
    double grad[DGI_CHUNK_VALUES];    /* of a scalar; undefined without DGI_HAS_GRAD */
    uint16_t stamp[DGI_CHUNK_VALUES]; /* epoch of the last traversal that visited it | HAS_GRAD */
} dgi_chunk;

/* The lowest bit of a stamp: the value has a gradient. The others are the epoch, a counter of
 * traversals that takes steps of 2. */
enum { DGI_HAS_GRAD = 1, DGI_EPOCH_STEP = 2, DGI_EPOCH_MAX = UINT16_MAX & ~DGI_HAS_GRAD };

/* Values from `first` up to the next entry's were made in the scope with this interned id. */
typedef struct dgi_scope {
    dgi_index first;
    uint32_t text;
} dgi_scope;

/* The constant k of **k. */
typedef struct dgi_constant {
    size_t owner; /* the index of the first value with it */
    double k;
} dgi_constant;

/* A record of operands and arguments, see record.h. */
typedef struct dgi_record {
    size_t owner, first; /* the index of its value; where it begins in record_words */
    uint8_t n_operands, n_integers, n_numbers, flag;
} dgi_record;

/* A fused dot product: b + w0*x0 + w1*x1 + … that was made at once, so that passes need not look at
 * it value by value. From index `first` on there are n pairs of a product and the sum with it, in
 * one chunk; the w, followed by b, are in one chunk too. b, the w and the x are all different. */
typedef struct dgi_fused_dot {
    dgi_index first;
    dgi_index w; /* the index of w0 */
    uint32_t n;
    size_t x; /* the index of x0 in the graph's dot_inputs */
} dgi_fused_dot;

/* Consecutive values: first, …, end - 1. */
typedef struct dgi_run {
    dgi_index first, end;
} dgi_run;

/* The reachable-set cache: the values below the root that was evaluated last, for passes repeated
 * over the same graph. The set does not change as long as the root lives. */
enum { DGI_REACHABLE_RUNS_MAX = 16 };

typedef struct dgi_reachable {
    dgi_index root;
    size_t n_runs; /* 0: nothing is cached */
    dgi_run runs[DGI_REACHABLE_RUNS_MAX];
    bool overflowed;    /* there are more than DGI_REACHABLE_RUNS_MAX runs: nothing is cached */
    bool all_plain;     /* all are plain scalars */
    bool all_have_grad; /* all have DGI_HAS_GRAD */
    bool grads_zero;    /* all gradients are 0, and written as 0 */
} dgi_reachable;

/* The memory of tensors: see tensor_arena.c. */
typedef struct dgi_arena_block {
    char *memory;
    size_t size;
} dgi_arena_block;

typedef struct dgi_tensor_arena {
    dgi_arena_block *blocks; /* a rewind keeps them */
    size_t n_blocks, block_capacity;
    size_t block, offset; /* of the next array; all memory after it is free */
    dgi_array *newest;
    size_t count; /* of doubles in all arrays, gradients included */
} dgi_tensor_arena;

/* The multiplications of all matrix products up to and including that of value `owner`. */
typedef struct dgi_product {
    size_t owner;
    double total;
} dgi_product;

struct dg_graph {
    dgi_chunk **chunks; /* in index order; a rewind keeps them */
    size_t n_chunks, chunk_capacity;
    void **slabs; /* allocations of one or more chunks each */
    size_t n_slabs, slab_capacity;
    size_t n_values;
    size_t value_capacity; /* of the chunks */
    size_t n_stamped;      /* values before this index have a stamp; that of others counts as 0 */
    size_t n_labelled;     /* values from this index on have no label */
    dgi_tensor_arena arena;
    uint16_t epoch; /* of the last traversal: no stamp is larger */
    dgi_reachable reachable;
    dg_limits limits; /* 0: the default */
    double work;      /* charged since the limits were set */
    dgi_product *products;
    size_t n_products, product_capacity;
    dg_graph *parent; /* the graph that it is detached from, see detached.h; else NULL */
    size_t detached;  /* elements charged by graphs that are detached from it */
    dgi_constant *constants;
    size_t n_constants, constant_capacity;
    dgi_record *records; /* in index order */
    size_t n_records, record_capacity;
    int64_t *record_words;
    size_t n_record_words, record_word_capacity;
    dgi_fused_dot *fused_dots; /* in index order */
    size_t n_fused_dots, fused_dot_capacity;
    dg_value **dot_inputs; /* of the fused dot products: the neurons of a layer share theirs */
    size_t n_dot_inputs, dot_input_capacity;
    dgi_strmap interned_ids; /* by text; a rewind keeps them */
    const char **interned;   /* by id; id 0 is "" */
    size_t n_interned, interned_capacity;
    uint32_t scope;   /* the interned id of the open scope's path; 0: none */
    uint32_t *scopes; /* those around it, outermost first */
    size_t n_scopes, scope_capacity;
    dgi_scope *scope_runs; /* in index order; values before the first have no scope */
    size_t n_scope_runs, scope_run_capacity;
    dg_error error; /* the first */
};

static inline dgi_chunk *dgi_chunk_of(const dg_value *v)
{
    return (dgi_chunk *)((uintptr_t)v & ~(uintptr_t)(DGI_CHUNK_SIZE - 1));
}

/* The index of a value in the arrays of its chunk. */
static inline size_t dgi_slot_of(const dg_value *v)
{
    return (size_t)(v - dgi_chunk_of(v)->values);
}

/* Chunk and slot of the value with index i. */
static inline dgi_chunk *dgi_chunk_at(const dg_graph *g, size_t i)
{
    return g->chunks[i >> DGI_CHUNK_BITS];
}

static inline size_t dgi_slot_at(size_t i)
{
    return i & (DGI_CHUNK_VALUES - 1);
}

/* The graph of a value that is not NULL. */
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

/* 0, 1, 2, DGI_VARIADIC or DGI_RECORDED, by opcode. */
extern const uint8_t dgi_op_arity[];

/* The second operand's index, or what a value without one has instead: see dgi_chunk.b. */
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

/* Whether values of the op have the id of a constant in b. */
bool dgi_op_has_constant(dgi_opcode op);

/* The constant of a value that has one. */
static inline double dgi_constant_of(const dg_value *v)
{
    return dgi_graph_of(v)->constants[*dgi_attributes_of(v)].k;
}

/* Adds the constant k for the next value of the graph; false with the graph's error. */
bool dgi_constant_id(dg_graph *g, double k, uint32_t *id);

/* ---- Gradients and stamps ---- */

/* Initialises the stamps of all values up to and including index i. */
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

/* The address of a scalar's gradient, which is undefined where it has none. Data and gradients are
 * parallel arrays of doubles, so that the distance between the two is constant. */
static inline double *dgi_grad_pointer(const dg_value *v)
{
    return (double *)((uintptr_t)v + offsetof(dgi_chunk, grad) - offsetof(dgi_chunk, values));
}

/* A scalar's gradient: 0 where it has none. */
static inline double dgi_scalar_grad(const dg_value *v)
{
    return dgi_has_grad(v) ? *dgi_grad_pointer(v) : 0.0;
}

/* To be called before a gradient is written other than by a pass: the cache may no longer say that
 * all are 0. */
static inline void dgi_grads_become_nonzero(dg_graph *g)
{
    g->reachable.grads_zero = false;
}

/* ---- Making ---- */

/* Adds chunks, so that there is one for the next value; false with the graph's error. */
bool dgi_graph_grow(dg_graph *g);

/* A new value with uninitialised data and operands, or NULL with the graph's error. */
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

/* The graph's copy of a text, which lives as long as the graph; NULL when out of memory, without an
 * error. */
const char *dgi_intern(dg_graph *g, const char *text);

/* The id of a text, 0 for ""; false with the graph's error where it is longer than DG_LABEL_MAX, or
 * when out of memory. */
bool dgi_intern_id(dg_graph *g, const char *text, uint32_t *id);

/* Sets the error of the graph unless it has one. Returns NULL, for the caller to return. */
dg_value *dgi_graph_fail(dg_graph *g, dg_status status, const char *text);

/* The same with a formatted text. */
void dgi_graph_failf(dg_graph *g, dg_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A graph keeps its first error. A function that has to know whether it failed itself saves the
 * older error, which clears it, and restores it afterwards. dgi_restore_error() returns the status
 * of the error set in between, which stays in the graph only where there was no older one. */
dg_error dgi_save_error(dg_graph *g);
dg_status dgi_restore_error(dg_graph *g, const dg_error *older);

/* Begins `count` epochs, for a traversal of values up to and including index i, and initialises
 * their stamps. Returns the first; the others follow in steps of DGI_EPOCH_STEP. No value has one
 * of them as its stamp. */
uint16_t dgi_begin_epochs(dg_graph *g, size_t i, unsigned count);

/* Makes `scope`, an interned id, the scope of new values. dgi_leave_scope() gets the scope that was
 * open before. False with the graph's error. */
bool dgi_enter_scope(dg_graph *g, uint32_t scope);
void dgi_leave_scope(dg_graph *g, uint32_t before);

/* Puts a scope called `name` inside `around`, an interned id, around all others that values from
 * index `first` up to `end` were made in. They are all in `around`, and all made. False with the
 * graph's error, and then nothing has changed. */
bool dgi_wrap_scopes(dg_graph *g, size_t first, size_t end, uint32_t around, const char *name);

/* Opens the scopes in g that are open in `from`; false with the graph's error. */
bool dgi_scopes_copy(dg_graph *g, const dg_graph *from);

/* Drops the labels, or the scopes, of values from index `mark` on. */
void dgi_labels_rewind(dg_graph *g, size_t mark);
void dgi_scopes_rewind(dg_graph *g, size_t mark);
void dgi_labels_free(dg_graph *g);
void dgi_scopes_free(dg_graph *g);

#endif

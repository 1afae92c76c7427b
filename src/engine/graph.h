/* The inside of a graph: its arena and what a value is made of. */
#ifndef DGI_GRAPH_H
#define DGI_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include <dotgrad/engine.h>

#include "base/strmap.h"

/* The kernels' numbers for the rows of ops.def, then for those of tensor_ops.def; a leaf is 0. What is
 * spelled by other ops has no kernel. */
typedef enum dgi_opcode {
    DGI_OP_leaf = 0,
#define DGI_UNARY(name, ...) DGI_OP_##name,
#define DGI_BINARY(name, ...) DGI_OP_##name,
#define DGI_CONSTANT(name, ...) DGI_OP_##name,
#define DGI_SPELLED(name, ...)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_SPELLED
    DGI_TENSOR_OPS, /* the first of them */
    DGI_BEFORE_TENSOR_OPS = DGI_TENSOR_OPS - 1,
#define DGI_TENSOR_OP(name, ...) DGI_TENSOR_##name,
#include "engine/tensor_ops.def"
#undef DGI_TENSOR_OP
} dgi_opcode;

typedef struct dgi_array dgi_array;

/* What is not a plain scalar says so in one byte. */
enum {
    DGI_ARRAY = 1,   /* it has dimensions: its numbers are in `array` */
    DGI_WIDE = 2,    /* its op works on arrays, see array.h */
    DGI_NO_GRAD = 4, /* it requires no gradient */
};

/* An arity that stands for any number of operands, which are in the array. */
enum { DGI_MANY = 3 };

/* 48 bytes. A value's parents were made before it, so the arena's order is a topological order: the
 * passes walk the arena instead of following edges. */
struct dg_value {
    union {
        double data;
        dgi_array *array;
    };
    double grad; /* of a scalar */
    dg_value *a; /* first operand, or NULL */
    union {
        dg_value *b;     /* second operand, or NULL */
        double k;        /* the constant of a **k */
        ptrdiff_t index; /* of a select */
        struct {
            int32_t first, second;
        } dims; /* what the dimensions of an op on arrays are, see its kernel */
    };
    uint32_t label; /* among the graph's texts; 0: none */
    uint32_t scope; /* the same */
    uint32_t mark;  /* against graph->epoch: whether the current pass was here */
    uint8_t op;     /* dgi_opcode */
    uint8_t arity;  /* or DGI_MANY */
    bool has_grad;
    uint8_t flags;
};

/* Values live in chunks that are aligned to their size, so that a value finds its chunk, and by it
 * its graph, by masking its own address. */
enum { DGI_CHUNK_SIZE = 1 << 16 };

typedef struct dgi_chunk {
    dg_graph *graph;
    size_t index; /* of this chunk in graph->chunks */
    dg_value values[];
} dgi_chunk;

enum { DGI_CHUNK_VALUES = (DGI_CHUNK_SIZE - sizeof(dgi_chunk)) / sizeof(dg_value) };

/* Where the numbers of tensors live: numbers.c. */
typedef struct dgi_numbers_chunk {
    char *memory;
    size_t size;
} dgi_numbers_chunk;

typedef struct dgi_arena {
    dgi_numbers_chunk *chunks; /* a rewind keeps them */
    size_t n_chunks, room_chunks;
    size_t chunk, offset; /* where the next array begins; all behind it is free */
    dgi_array *newest;
    size_t count; /* numbers of all arrays, gradients counted */
} dgi_arena;

struct dg_graph {
    dgi_chunk **chunks; /* in the order of their values; a rewind keeps them */
    size_t n_chunks, room_chunks;
    void **slabs; /* what was allocated: some chunks each */
    size_t n_slabs, room_slabs;
    size_t n_values;
    dgi_arena arena;
    uint32_t epoch;       /* marks above it belong to the current pass */
    dgi_strmap numbers;   /* of texts: they outlive a rewind */
    const char **texts;   /* by number; text 0 is "" */
    size_t n_texts, room_texts;
    uint32_t scope;       /* of values to be made */
    uint32_t *scopes;     /* those around it, the outermost first */
    size_t n_scopes, room_scopes;
    char formatted[480]; /* room for a message that is not static */
    dg_status status;     /* the first error */
    const char *message; /* its text, static */
};

static inline dgi_chunk *dgi_chunk_of(const dg_value *v)
{
    return (dgi_chunk *)((uintptr_t)v & ~(uintptr_t)(DGI_CHUNK_SIZE - 1));
}

/* The graph of a value that is there. */
static inline dg_graph *dgi_graph_of(const dg_value *v)
{
    return dgi_chunk_of(v)->graph;
}

/* The place of a value in its graph, from 0. */
static inline size_t dgi_index_of(const dg_value *v)
{
    dgi_chunk *c = dgi_chunk_of(v);
    return c->index * (size_t)DGI_CHUNK_VALUES + (size_t)(v - c->values);
}

static inline dg_value *dgi_value_at(const dg_graph *g, size_t i)
{
    return &g->chunks[i / DGI_CHUNK_VALUES]->values[i % DGI_CHUNK_VALUES];
}

/* The second operand, or NULL: for a **k the same bytes hold its constant. */
static inline dg_value *dgi_second(const dg_value *v)
{
    return v->arity == 2 ? v->b : NULL;
}

/* A new value with everything but its data set, or NULL with the graph's error set. */
dg_value *dgi_value_new(dg_graph *g, dgi_opcode op);

/* The graph's own copy of a text; NULL when out of memory, without an error. */
const char *dgi_graph_text(dg_graph *g, const char *text);

/* Keeps the first error of the graph; text is static. Returns NULL for the caller's convenience. */
dg_value *dgi_graph_fail(dg_graph *g, dg_status status, const char *text);

/* The same with a text that is made for the occasion. */
void dgi_graph_failf(dg_graph *g, dg_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A graph keeps its first error; a function that must tell its own from an older one sets the older
 * one aside, and afterwards puts it back. The result of the latter is the status of what failed in
 * between, which is kept only where there was nothing older. */
typedef struct dgi_older_error {
    dg_status status;
    const char *message; /* may point into the graph's own text */
    char formatted[480];
} dgi_older_error;

dgi_older_error dgi_set_error_aside(dg_graph *g);
dg_status dgi_put_error_back(dg_graph *g, const dgi_older_error *older);

/* Begins a pass: afterwards no value's mark is above g->epoch, and up to n_values + 1 marks above
 * it can be given. */
void dgi_epoch_begin(dg_graph *g);

/* Computes the data of a value that is neither a leaf nor wide from its parents' data. */
double dgi_op_forward(const dg_value *v);

/* The local derivatives of such a value: *dx with respect to its first operand, *dy to its second. */
void dgi_op_slopes(const dg_value *v, double *dx, double *dy);

#endif

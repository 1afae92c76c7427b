/* What an expression can be, what names stand for, and what lists hold: all the same type. */
#ifndef DGI_OBJECT_H
#define DGI_OBJECT_H

#include <math.h>

#include <dotgrad/nn.h>
#include <dotgrad/tensor.h>

#include "base/strmap.h"
#include "lang/syntax.h"

typedef enum dgi_object_kind {
    DGI_OBJECT_NONE,       /* None: an argument that is not given */
    DGI_OBJECT_NUMBER,     /* a plain number */
    DGI_OBJECT_VALUE,      /* a value, which may be a tensor */
    DGI_OBJECT_NAMED_LEAF, /* the leaf of a number with a name, or what was computed from such
                              alone: a number where one is needed */
    DGI_OBJECT_ARRAY,      /* detached numbers with a shape, of one dimension at least */
    DGI_OBJECT_STRING,
    DGI_OBJECT_LIST,
    DGI_OBJECT_NETWORK,
    DGI_OBJECT_BOOL,
    DGI_OBJECT_DTYPE,     /* torch.float64, which says nothing here */
    DGI_OBJECT_DRAWING,   /* what draw_dot makes: it can have a name, and nothing else */
    DGI_OBJECT_SCOPE,     /* scope('name'), for `with`; its text as that of a string */
    DGI_OBJECT_NO_GRAD,   /* torch.no_grad(), for `with` */
    DGI_OBJECT_SERIES,    /* range, zip, enumerate, reversed: for loops, a list elsewhere */
    DGI_OBJECT_SLICE,     /* of an index */
    DGI_OBJECT_FUNCTION,  /* of a def or a lambda */
    DGI_OBJECT_BUILTIN,   /* a function that is built in */
    DGI_OBJECT_MODULE,    /* math, numpy, ... */
    DGI_OBJECT_IGNORED,   /* what an import that means nothing here has bound */
    DGI_OBJECT_CELL,      /* in a slot: what functions in a function share with it */
    DGI_OBJECT_NAME,      /* about to be assigned */
    DGI_OBJECT_ATTRIBUTE, /* of a value, about to be assigned */
    DGI_OBJECT_NOTHING, /* what a call that makes no value makes; what a name without meaning is */
    DGI_OBJECT_ERROR    /* what an error that has been reported left behind */
} dgi_object_kind;

typedef enum dgi_attribute {
    DGI_ATTRIBUTE_DATA,
    DGI_ATTRIBUTE_GRAD,
    DGI_ATTRIBUTE_LABEL,
    DGI_ATTRIBUTE_SHAPE,
    DGI_ATTRIBUTE_T,
    DGI_ATTRIBUTE_REQUIRES_GRAD,
    DGI_ATTRIBUTE_NDIM
} dgi_attribute;

typedef struct dgi_list dgi_list;
typedef struct dgi_network dgi_network;
typedef struct dgi_series dgi_series;
typedef struct dgi_slice dgi_slice;
typedef struct dgi_function dgi_function;
typedef struct dgi_cell dgi_cell;

typedef struct dgi_object {
    union {
        double number;   /* NUMBER, BOOL */
        dg_value *value; /* VALUE, NAMED_LEAF; ARRAY: of the detached graph, or a leaf without a
                            gradient; ATTRIBUTE: whose it is, NULL: of an error value's */
        dgi_list *list;
        size_t symbol; /* NAME: its number; of several targets: their node */
        const dgi_network *network;
        dgi_series *series;
        const dgi_slice *slice;
        dgi_function *function;
        const struct dgi_builtin *builtin;
        dgi_cell *cell;
        size_t module;    /* MODULE: its number */
        const char *text; /* STRING, SCOPE: not terminated */
    } as;
    uint32_t size;     /* STRING, SCOPE: bytes; NAME: the slot of a local */
    uint8_t attribute; /* ATTRIBUTE: dgi_attribute; NAME: whether it is local, or several */
    bool integer;      /* NUMBER, NAMED_LEAF: one of Python's integers */
    bool plain;        /* BUILTIN: of numbers it makes a number, as those of Python's math do */
    uint8_t kind;      /* dgi_object_kind */
} dgi_object;

/* Of a NAME. */
enum { DGI_TARGET_GLOBAL, DGI_TARGET_LOCAL, DGI_TARGET_SEVERAL };

/* An object with its place in the text. */
typedef struct dgi_operand {
    dgi_object object;
    dgi_span span;
    bool named;        /* an argument given by its name */
    uint8_t parameter; /* of an argument: its parameter's number */
} dgi_operand;

/* A neuron, a layer or an MLP. */
struct dgi_network {
    dgi_network *next; /* the runtime's, which keeps all until the program has run */
    dg_module *module; /* owned */
    const char *name;  /* what it is: "MLP"; static */
};

/* What a list would be where a tensor is needed. */
typedef enum dgi_form {
    DGI_FORM_NONE,    /* none: it is ragged, too deep, or holds what is no number */
    DGI_FORM_NUMBERS, /* a leaf */
    DGI_FORM_VALUES   /* its elements, stacked: not all of them are numbers */
} dgi_form;

/* A list, which every use of it refers to. It can be changed until it has become a tensor or is an
 * element of a list. */
struct dgi_list {
    dgi_list *next; /* the runtime's, which keeps all until the program has run */
    dgi_object *elements;
    size_t capacity; /* of elements that are owned; 0: they are not */
    size_t count;
    dgi_list *source; /* it is element `index` of this one, whose form is NUMBERS; or NULL. Where a
                         tensor is needed it is selected from that of the source. */
    dg_value *tensor; /* what it became where one was needed; NULL: nothing yet */
    uint32_t index;
    uint32_t symbol; /* its first name's number, plus 1; 0: none */
    uint8_t form;    /* dgi_form */
    uint8_t ndim;    /* of a tensor, where the form is not NONE */
    bool tuple;      /* it is a tuple, which is written with round brackets */
    bool nested;     /* it is an element of a list */
};

typedef enum dgi_series_kind { DGI_RANGE, DGI_ZIP, DGI_ENUMERATE, DGI_REVERSED } dgi_series_kind;

/* What a loop goes through without having it in memory. */
struct dgi_series {
    dgi_series_kind kind;
    double start, step; /* RANGE, ENUMERATE */
    size_t count;       /* of elements */
    size_t n_sources;
    dgi_object sources[]; /* ZIP, ENUMERATE, REVERSED */
};

/* The parts of a slice, each a number or NONE. */
struct dgi_slice {
    dgi_object start, stop, step;
};

struct dgi_cell {
    dgi_cell *next; /* the runtime's */
    dgi_object object;
};

/* A function that a program has defined. */
struct dgi_function {
    dgi_function *next; /* the runtime's */
    const dgi_tree *tree;
    dgi_node_id node; /* DEF or LAMBDA */
    uint32_t n_parameters;
    dgi_object *objects; /* the defaults of the parameters, NOTHING where there is none, and what is
                            captured, behind them */
};

typedef struct dgi_shape {
    int ndim;
    size_t sizes[DG_DIMS_MAX];
} dgi_shape;

static inline dgi_object dgi_number_object(double number)
{
    return (dgi_object){.as.number = number, .kind = DGI_OBJECT_NUMBER};
}

static inline dgi_object dgi_value_object(dg_value *value)
{
    return (dgi_object){.as.value = value, .kind = DGI_OBJECT_VALUE};
}

static inline dgi_object dgi_list_object(dgi_list *list)
{
    return (dgi_object){.as.list = list, .kind = DGI_OBJECT_LIST};
}

/* Of a number that is one of Python's integers as long as it is one exactly. */
static inline dgi_object dgi_integer_object(double number)
{
    return (dgi_object){
        .as.number = number, .integer = fabs(number) < 0x1p53, .kind = DGI_OBJECT_NUMBER};
}

static inline dgi_object dgi_bool_object(bool truth)
{
    return (dgi_object){.as.number = truth, .kind = DGI_OBJECT_BOOL};
}

static inline bool dgi_is_list(const dgi_object *o)
{
    return o->kind == DGI_OBJECT_LIST;
}

static inline bool dgi_is_error(const dgi_object *o)
{
    return o->kind == DGI_OBJECT_ERROR;
}

/* Whether it is a number, or stands for one. */
static inline bool dgi_is_number(const dgi_object *o)
{
    return o->kind == DGI_OBJECT_NUMBER || o->kind == DGI_OBJECT_NAMED_LEAF;
}

static inline bool dgi_is_any_value(const dgi_object *o)
{
    return o->kind == DGI_OBJECT_VALUE || o->kind == DGI_OBJECT_NAMED_LEAF;
}

/* Of one that is a number, or stands for one. */
static inline double dgi_number_of(const dgi_object *o)
{
    return o->kind == DGI_OBJECT_NUMBER ? o->as.number : dg_data(o->as.value);
}

/* What a message calls it: "a tensor", "a list" (runtime.c). */
const char *dgi_object_name(const dgi_object *o);

#endif

/* What an expression can be, and what lists hold. */
#ifndef DGI_OPERAND_H
#define DGI_OPERAND_H

#include <dotgrad/nn.h>
#include <dotgrad/tensor.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dgi_operand_kind {
    DGI_OPERAND_NUMBER,  /* a plain number */
    DGI_OPERAND_VALUE,   /* a value, which may be a tensor */
    DGI_OPERAND_NUMERIC, /* the leaf of a numeric name: a value, and a number where one is needed */
    DGI_OPERAND_ARRAY,   /* plain numbers with a shape, outside the graph; of one dimension at least
                          */
    DGI_OPERAND_STRING,  /* a piece of the interpreter's `strings` */
    DGI_OPERAND_LIST,
    DGI_OPERAND_NETWORK,
    DGI_OPERAND_TRUTH,     /* True or False, as a number: an argument, or what is assigned to
                              requires_grad */
    DGI_OPERAND_NONE,      /* an argument that is not given: None */
    DGI_OPERAND_TYPE,      /* an argument that says nothing here: torch.float64 */
    DGI_OPERAND_ATTRIBUTE, /* an attribute that is about to be assigned */
    DGI_OPERAND_NOTHING,   /* what a call of backward makes */
    DGI_OPERAND_POISON     /* what an error that has been reported left behind */
} dgi_operand_kind;

typedef enum dgi_attribute {
    DGI_ATTRIBUTE_DATA,
    DGI_ATTRIBUTE_GRAD,
    DGI_ATTRIBUTE_LABEL,
    DGI_ATTRIBUTE_SHAPE,
    DGI_ATTRIBUTE_T,
    DGI_ATTRIBUTE_REQUIRES_GRAD
} dgi_attribute;

typedef struct dgi_list dgi_list;

/* A neuron, a layer or an MLP. */
typedef struct dgi_network {
    struct dgi_network *next; /* the store's */
    dg_module *module;        /* owned */
    const char *name;         /* what it is: "MLP"; static */
} dgi_network;

typedef struct dgi_operand {
    union {
        double number; /* NUMBER, TRUTH */
        dg_value
            *value; /* VALUE, NUMERIC; ARRAY: a leaf of the interpreter's graph of arrays, or one
                       without a gradient; ATTRIBUTE: of which value; NULL for a poisoned one */
        dgi_list *list;
        const dgi_network *network;
        struct {
            uint32_t begin, size;
        } string;
    } as;
    uint32_t begin, end; /* in the text */
    uint8_t kind;        /* dgi_operand_kind */
    uint8_t attribute;   /* dgi_attribute */
    uint8_t argument;    /* of a call: the place of its parameter */
    bool named;          /* of a call: by its name */
    bool bare_name;      /* nothing but a name */
} dgi_operand;

/* An element of a list: what an operand is, without its place in the text. */
typedef struct dgi_element {
    union {
        double number;
        dg_value *value; /* ARRAY: a leaf without a gradient */
        dgi_list *list;
        const dgi_network *network;
        const char *text; /* the store's */
    } as;
    uint8_t kind; /* dgi_operand_kind: NUMBER, VALUE, NUMERIC, ARRAY, STRING, LIST or NETWORK */
} dgi_element;

/* What a list would be where a tensor is needed. */
typedef enum dgi_form {
    DGI_FORM_NONE,    /* none: it is ragged, too deep, or holds what is no number */
    DGI_FORM_NUMBERS, /* a leaf */
    DGI_FORM_VALUES   /* its elements, stacked: not all of them are numbers */
} dgi_form;

/* The elements of a list do not change once it is made, so every use of it refers to the same. */
struct dgi_list {
    dgi_list *next; /* the store's */
    dgi_element *elements;
    size_t count;
    dgi_list
        *source; /* it is the list at `place` of this one, whose form is NUMBERS, got by an index;
                    or NULL. Where a tensor is needed it is selected from that of the source. */
    dg_value *tensor; /* what it became where one was needed; NULL: nothing yet */
    uint32_t place;
    uint32_t name; /* the place of its first name's binding, plus 1; 0: none */
    uint8_t form;  /* dgi_form */
    uint8_t ndim;  /* of a tensor, where the form is not NONE */
};

typedef struct dgi_shape {
    int ndim;
    size_t sizes[DG_DIMS_MAX];
} dgi_shape;

#endif

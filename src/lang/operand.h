/* What an expression can be, and what lists hold. */
#ifndef DGI_OPERAND_H
#define DGI_OPERAND_H

#include <dotgrad/nn.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dgi_operand_kind {
    DGI_OPERAND_NUMBER,  /* a plain number */
    DGI_OPERAND_VALUE,   /* a value */
    DGI_OPERAND_NUMERIC, /* the leaf of a numeric name: a value, and a number where one is needed */
    DGI_OPERAND_STRING,  /* a piece of the interpreter's `strings` */
    DGI_OPERAND_LIST,
    DGI_OPERAND_NETWORK,
    DGI_OPERAND_ATTRIBUTE, /* an attribute that is about to be assigned */
    DGI_OPERAND_NOTHING,   /* what a call of backward makes */
    DGI_OPERAND_POISON     /* what an error that has been reported left behind */
} dgi_operand_kind;

typedef enum dgi_attribute {
    DGI_ATTRIBUTE_DATA,
    DGI_ATTRIBUTE_GRAD,
    DGI_ATTRIBUTE_LABEL
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
        double number;
        dg_value *value; /* ATTRIBUTE: of which value; NULL for a poisoned one */
        const dgi_list *list;
        const dgi_network *network;
        struct {
            uint32_t begin, size;
        } string;
    } as;
    uint32_t begin, end; /* in the text */
    uint8_t kind;        /* dgi_operand_kind */
    uint8_t attribute;   /* dgi_attribute */
    uint8_t argument;    /* of a call: the place of its parameter */
    bool bare_name;      /* nothing but a name */
} dgi_operand;

/* An element of a list: what an operand is, without its place in the text. */
typedef struct dgi_element {
    union {
        double number;
        dg_value *value;
        const dgi_list *list;
        const dgi_network *network;
        const char *text; /* the store's */
    } as;
    uint8_t kind; /* dgi_operand_kind: NUMBER, VALUE, NUMERIC, STRING, LIST or NETWORK */
} dgi_element;

/* Lists do not change once they are made, so every use of one refers to the same. */
struct dgi_list {
    dgi_list *next; /* the store's */
    size_t count;
    dgi_element elements[];
};

#endif

/* What a program that runs has: shared by everything that makes objects. And how those fail.
 *
 * A function that returns bool returns false where the statement cannot go on: it has reported why,
 * or `out_of_memory` is set. */
#ifndef DGI_RUNTIME_H
#define DGI_RUNTIME_H

#include <dotgrad/lang.h>

#include "base/suggest.h"
#include "lang/diagnose.h"
#include "lang/object.h"

/* ---- The symbol table: the names of a program and what they stand for ---- */

typedef struct dgi_symbol {
    const char *name;  /* the map's */
    dgi_object object; /* NOTHING: it is not bound. (Lists and networks are gone when the program
                          has run.) */
    const struct dgi_builtin *function; /* what the name means built in, as a function, */
    const struct dgi_builtin *method;   /* or as a method of something */
    int8_t attribute;                   /* which one the name is; -1: none */
    bool is_known;                      /* these three were looked up */
    bool is_read;                       /* since it was bound */
    uint16_t module;                    /* where it was looked up last as a member, plus 1, */
    dgi_object member;                  /* and what it was there */
    uint32_t label;                     /* the graph's id of the name, plus 1; 0: not known */
} dgi_symbol;

typedef struct dgi_symbols {
    dgi_strmap map; /* to numbers of symbols */
    dgi_symbol *symbols;
    size_t count, capacity;
} dgi_symbols;

void dgi_symbols_free(dgi_symbols *symbols);

/* The symbol, or NULL where the name is not bound. */
const dgi_symbol *dgi_symbols_find(const dgi_symbols *symbols, const char *name, size_t size);

/* Suggests the names of values, or also those of lists and networks. */
void dgi_suggest_symbols(dgi_suggestion *s, const dgi_symbols *symbols, bool values_only);

/* ---- What a program has ---- */

/* Memory that a statement needs. */
typedef struct dgi_chunk {
    struct dgi_chunk *older;
    double memory[]; /* aligned for whatever it is */
} dgi_chunk;

/* A string that was put together, and room for more. */
typedef struct dgi_joined {
    size_t size, capacity;
    char text[];
} dgi_joined;

typedef struct dgi_runtime {
    dg_graph *graph;
    dg_graph *detached; /* where arrays are made, emptied after each statement; NULL: none were */
    dg_labels labels;
    dg_history *history; /* of trainings; NULL: they are not recorded */
    const char *text;    /* the program */
    dgi_diagnose diagnose;
    dgi_symbols symbols;
    dgi_list *lists;
    dgi_network *networks;
    size_t elements; /* of all lists, each of which counts as one more */
    dgi_function *functions;
    dgi_cell *cells;
    struct dgi_kept_tree *trees; /* of functions */
    dgi_strmap strings;          /* in lists and of names, each distinct one once */
    dgi_buf output;              /* what was printed */
    dgi_buf notes;               /* what is worth a note, each ended by NUL */
    unsigned noted;              /* dgi_note_kind that were, as bits */
    dg_rng rng;                  /* of random numbers */
    bool no_grad;                /* values are detached where they are computed with */
    double steps;                /* of the evaluator so far */
    double seconds; /* of processor time that the program may take, since `began`; 0: any */
    double began;
    bool is_over; /* a limit of these is reached: nothing more is executed */
    dgi_chunk *chunks;
    dgi_joined *joined; /* the last one of the statement, or NULL */
    dgi_buf scratch;
    dg_value *drawn, *backed, *last;
    const char *rankdir; /* of what is drawn; NULL: not given */
    size_t label_bytes;  /* given to values and lists so far */
    double parameters;   /* of all networks */
    double values;       /* that calls on lists have made, or somewhat more */
    bool older_error;    /* the graph had one before */
    bool out_of_memory;
} dgi_runtime;

void dgi_runtime_free(dgi_runtime *rt);
/* The symbol of a name in the program; NULL where it is not bound. */
const dgi_symbol *dgi_find_symbol(const dgi_runtime *rt, dgi_span name);
/* The number of the name's symbol, which is made where there is none; false when out of memory. */
bool dgi_add_symbol(dgi_runtime *rt, dgi_span name, size_t *number);
/* The graph of detached values; NULL when out of memory. */
dg_graph *dgi_detached_graph(dgi_runtime *rt);
/* What statements have taken of memory that only they need. */
typedef struct dgi_mark {
    size_t detached; /* values of the detached graph */
    const dgi_chunk *chunks;
} dgi_mark;

dgi_mark dgi_runtime_mark(const dgi_runtime *rt);
/* A statement is over: what it has taken since the mark goes. */
void dgi_runtime_rewind(dgi_runtime *rt, const dgi_mark *mark);

/* A tree with functions is taken over from the parser, which gets an empty one; NULL when out of
 * memory. */
dgi_tree *dgi_keep_tree(dgi_runtime *rt, dgi_tree *tree);

/* ---- Notes: what happens in a program that may not be expected, each once ---- */

typedef enum dgi_note_kind {
    DGI_NOTE_MAGIC,
    DGI_NOTE_MODULE,
    DGI_NOTE_RANDOM,
    DGI_NOTE_DEFINED
} dgi_note_kind;

void dgi_note(dgi_runtime *rt, dgi_note_kind kind, dgi_span about, const char *text);

/* ---- Failing: each returns false ---- */

bool dgi_no_memory(dgi_runtime *rt);
#define dgi_fail(rt, about, ...) dgi_fail_hint(rt, about, NULL, __VA_ARGS__)
#define dgi_fail_hint(rt, about, hint, ...) dgi_report(&(rt)->diagnose, about, hint, __VA_ARGS__)
/* "TEXT, not a list" */
bool dgi_fail_kind(dgi_runtime *rt, const dgi_operand *operand, const char *text);
/* The graph has refused; NULL: there was no memory for one. */
bool dgi_fail_graph(dgi_runtime *rt, dg_graph *g, dgi_span about);
/* "did you mean 'b'?", or NULL. */
const char *dgi_hint(dgi_runtime *rt, const dgi_suggestion *s);

/* ---- Limits of the language ---- */

/* Whether calls on lists may make so many values more; dgi_charge_values() counts them too. */
bool dgi_affords_values(dgi_runtime *rt, dgi_span about, double values);
bool dgi_charge_values(dgi_runtime *rt, dgi_span about, double values);
/* Whether lists may have so many elements more, and one of their own. */
bool dgi_affords_elements(dgi_runtime *rt, dgi_span about, size_t count);

/* ---- What lives until the program has run ---- */

/* A list of `count` elements to be filled in; NULL fails. */
dgi_list *dgi_new_list(dgi_runtime *rt, dgi_span about, size_t count);
/* The object becomes the last element of a list that may be changed. */
bool dgi_append_element(dgi_runtime *rt, dgi_span about, dgi_list *list, const dgi_object *object);
/* A cell that holds the object; NULL when out of memory, or where there are too many. */
dgi_cell *dgi_new_cell(dgi_runtime *rt, dgi_span about, dgi_object object);
/* A function with room for `count` objects; NULL as above. */
dgi_function *dgi_new_function(dgi_runtime *rt, dgi_span about, size_t count);
/* Takes a module over; NULL when out of memory, the module then being freed. */
const dgi_network *dgi_keep_network(dgi_runtime *rt, dg_module *module, const char *name);
/* The string, kept for a list. */
bool dgi_keep_string(dgi_runtime *rt, dgi_span about, dgi_object *string);

/* ---- Strings, labels ---- */

/* a becomes both strings, one behind the other. */
bool dgi_join_strings(dgi_runtime *rt, dgi_operand *a, const dgi_operand *b);
bool dgi_set_label(dgi_runtime *rt, dg_value *value, const char *label, size_t size,
                   dgi_span about);
/* The name of the symbol becomes its label. */
bool dgi_set_symbol_label(dgi_runtime *rt, dg_value *value, size_t symbol, dgi_span about);

/* ---- Results ---- */

/* A value that the graph may have refused becomes the operand's, which keeps its place: of the
 * detached graph an array or a number. `about` is shown where it fails. */
bool dgi_take(dgi_runtime *rt, dg_graph *g, dg_value *value, dgi_span about, dgi_operand *result);
/* Makes nothing, where the status is DG_OK. */
bool dgi_take_status(dgi_runtime *rt, dg_status status, dgi_operand *result);
/* What malloc() returned, NULL being noted. */
void *dgi_checked(dgi_runtime *rt, void *memory);
/* Memory until the end of the statement; NULL when out of memory. */
void *dgi_allocate(dgi_runtime *rt, size_t count, size_t size);

/* dgi_take() of the program's own graph. */
static inline bool dgi_take_value(dgi_runtime *rt, dg_value *value, dgi_operand *result)
{
    return dgi_take(rt, rt->graph, value, result->span, result);
}

#endif

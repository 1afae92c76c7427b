/* The symbol table: the names of a program and what they stand for. */
#ifndef DGI_SYMBOLS_H
#define DGI_SYMBOLS_H

#include "base/suggest.h"
#include "lang/object.h"

typedef struct dgi_symbol {
    const char *name;  /* the map's */
    dgi_object object; /* NOTHING: it is not bound. (Lists and networks are gone when the program
                          has run.) */
} dgi_symbol;

typedef struct dgi_symbols {
    dgi_strmap map; /* to numbers of symbols */
    dgi_symbol *symbols;
    size_t count, capacity;
} dgi_symbols;

void dgi_symbols_free(dgi_symbols *symbols);

/* The symbol, or NULL where the name is not bound. */
const dgi_symbol *dgi_symbols_find(const dgi_symbols *symbols, const char *name, size_t size);

/* The number of the name's symbol, which is made where there is none; SIZE_MAX when out of memory.
 */
size_t dgi_symbols_add(dgi_symbols *symbols, const char *name, size_t size);

/* Suggests the names of values, or also those of lists and networks. */
void dgi_suggest_symbols(dgi_suggestion *s, const dgi_symbols *symbols, bool values_only);

#endif

/* Suggestions: which of several names is nearest to another. */
#ifndef DGI_SUGGEST_H
#define DGI_SUGGEST_H

#include <stddef.h>

/* A search for the candidate with the smallest edit distance. */
typedef struct dgi_suggestion {
    const char *name;
    size_t size;
    const char *best; /* NULL: none is near */
    size_t distance;  /* of the best */
} dgi_suggestion;

dgi_suggestion dgi_suggest_for(const char *name, size_t size);
void dgi_suggest(dgi_suggestion *s, const char *candidate);

#endif

/* Levenshtein's edit distance. */
#include "base/suggest.h"

#include <string.h>

enum { NAME_MAX_SIZE = 60 }; /* bytes: nobody mistypes a longer name */

/* Letters are compared without case, so that ReLU finds relu. */
static unsigned char folded(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The number of bytes to insert, delete or replace, or more than `most` where it is more. */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size, size_t most)
{
    size_t row[NAME_MAX_SIZE + 1];
    if (b_size > NAME_MAX_SIZE || (a_size > b_size ? a_size - b_size : b_size - a_size) > most)
        return most + 1;
    for (size_t j = 0; j <= b_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t diagonal = row[0];
        size_t smallest = row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t replaced = diagonal + (folded(a[i - 1]) != folded(b[j - 1]));
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
            smallest = least(smallest, row[j]);
        }
        if (smallest > most)
            return most + 1;
    }
    return row[b_size];
}

dgi_suggestion dgi_suggest_for(const char *name, size_t size)
{
    size_t most = size > NAME_MAX_SIZE ? 0 : size >= 4 ? 2 : 1;
    return (dgi_suggestion){name, size, NULL, most + 1};
}

void dgi_suggest(dgi_suggestion *s, const char *candidate)
{
    size_t size = strnlen(candidate, NAME_MAX_SIZE + 1);
    if (s->distance == 0 || s->size > NAME_MAX_SIZE)
        return;
    size_t d = distance(s->name, s->size, candidate, size, s->distance - 1);
    /* Something of the name must remain: x is not a misspelt y. */
    if (d < s->distance && d < (size > s->size ? size : s->size)) {
        s->best = candidate;
        s->distance = d;
    }
}

/* Reading a large JSON text value by value, so that the memory it takes is that of one value and
 * not of a tree for all. jansson reads every value and key; what stands between them is read here.
 */
#ifndef DGI_JSON_SCAN_H
#define DGI_JSON_SCAN_H

#include <jansson.h>
#include <locale.h>
#include <stdbool.h>

#include <dotgrad/trace.h>

typedef struct dgi_scan {
    const char *text, *end;
    const char *p; /* what comes next */
    dg_error *error;
    locale_t c_locale;
} dgi_scan;

/* A member whose value, where it is a list, is numbers: see json_nested.h. */
typedef struct dgi_nested dgi_nested;

/* Steps over white space. Returns the byte that comes next, '\0' at the end of the text. */
char dgi_scan_peek(dgi_scan *s);

/* Steps over white space and the byte, or reports that `what` was expected. */
bool dgi_scan_expect(dgi_scan *s, char byte, const char *what);

/* After a member or an element: *more tells whether a comma led on to another or `close` ended it.
 */
bool dgi_scan_more(dgi_scan *s, char close, bool *more);

/* Reads one value of any kind, which the caller owns; NULL with the error set. `flags` are
 * jansson's, beside those that always hold: any value, no duplicate keys. */
json_t *dgi_scan_value(dgi_scan *s, size_t flags);

/* The same where lists of numbers may be members of the value: those that are, and are named, are
 * read into `lists`, and empty lists in the value that is returned. */
json_t *dgi_scan_value_with(dgi_scan *s, size_t flags, dgi_nested *lists, size_t n_lists);

/* Reports what is wrong at the next byte, with line and column. Returns false. */
bool dgi_scan_wrong(dgi_scan *s, const char *what);

#endif

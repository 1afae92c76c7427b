/* Reads a large JSON text value by value, so that memory holds one value and not the whole tree.
 * jansson parses each value and key; the structure around them is parsed here. */
#ifndef DGI_JSON_SCAN_H
#define DGI_JSON_SCAN_H

#include <jansson.h>
#include <locale.h>
#include <stdbool.h>

#include <dotgrad/trace.h>

typedef struct dgi_json_scanner {
    const char *text, *end;
    const char *p; /* the next byte */
    dg_error *error;
    locale_t c_locale;
} dgi_json_scanner;

/* An array of numbers; see json_arrays.h. */
typedef struct dgi_json_array dgi_json_array;

/* Skips white space. Returns the next byte, '\0' at the end of the text. */
char dgi_json_scan_peek(dgi_json_scanner *s);

/* Skips white space and the byte; reports `what` if the next byte is another. */
bool dgi_json_scan_expect(dgi_json_scanner *s, char byte, const char *what);

/* After a member or an element: skips a comma, and sets *more, or `close`, and clears it. */
bool dgi_json_scan_more(dgi_json_scanner *s, char close, bool *more);

/* Parses one value of any kind, which the caller owns; NULL with the error set. `flags` are
 * jansson's; JSON_DECODE_ANY and JSON_REJECT_DUPLICATES are always added. */
json_t *dgi_json_scan_value(dgi_json_scanner *s, size_t flags);

/* The same for an object with members that may be arrays of numbers: a member that is an array and
 * whose name is that of one of `arrays` is read into it, and is an empty array in the value
 * returned. */
json_t *dgi_json_scan_value_with_arrays(dgi_json_scanner *s, size_t flags, dgi_json_array *arrays,
                                        size_t n_arrays);

/* Reports an error at the next byte, with line and column. Returns false. */
bool dgi_json_scan_wrong(dgi_json_scanner *s, const char *what);

#endif

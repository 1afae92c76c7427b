/* Reads a JSON text value by value: a pull parser that keeps nothing of the text. Python's NaN,
 * Infinity and -Infinity are numbers, too. Functions that return bool or a pointer return false or
 * NULL with the error set, with line and column where the text is not JSON. */
#ifndef DGI_JSON_SCAN_H
#define DGI_JSON_SCAN_H

#include <stdbool.h>

#include <dotgrad/base.h>

#include "base/buf.h"

/* How deep arrays and objects may be nested. */
enum { DGI_JSON_DEPTH = 2048 };

/* An array of numbers, of who reads such: see trace/json_arrays.h. */
typedef struct dgi_json_array dgi_json_array;

typedef struct dgi_json_scanner {
    const char *text, *end;
    const char *p; /* the next byte */
    dg_error *error;
    dgi_buf decoded; /* the last text that had escapes; owned */
    /* Reads what the caller gave a value's `array` for; may be NULL where it gives none. */
    bool (*read_array)(dgi_json_array *array, struct dgi_json_scanner *s);
    bool releases; /* the text is memory of its own, which goes back to the system as it is read */
    size_t line, column; /* how much has gone: whole lines, and characters of the next one */
} dgi_json_scanner;

/* Gives back what was read, where the scanner may and it is much. What was scanned before is not
 * there any more. */
void dgi_json_scan_release(dgi_json_scanner *s);

typedef enum dgi_json_kind {
    DGI_JSON_ABSENT = 0,
    DGI_JSON_NULL,
    DGI_JSON_NUMBER,
    DGI_JSON_STRING,
    DGI_JSON_ARRAY,
    DGI_JSON_OBJECT,
    DGI_JSON_BOOL
} dgi_json_kind;

typedef struct dgi_json_value {
    dgi_json_kind kind;
    bool is_integer;       /* a number without fraction and exponent */
    bool escaped;          /* a string with escapes */
    double number;         /* of a number */
    const char *begin;     /* its text; of a string what is between the quotes */
    size_t size;           /* of a string or number */
    dgi_json_array *array; /* where the caller set it: what an array of numbers is read into */
} dgi_json_value;

static inline bool dgi_json_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Skips white space. Returns the next byte, '\0' at the end of the text. */
static inline char dgi_json_scan_peek(dgi_json_scanner *s)
{
    while (s->p < s->end && dgi_json_is_space(*s->p))
        s->p++;
    return s->p < s->end ? *s->p : '\0';
}

/* Skips white space and the byte; reports `what` if the next byte is another. */
bool dgi_json_scan_expect(dgi_json_scanner *s, char byte, const char *what);

/* After a member or an element: skips a comma, and sets *more, or `close`, and clears it. */
bool dgi_json_scan_more(dgi_json_scanner *s, char close, bool *more);

/* Reads a value of any kind. Arrays and objects are checked and skipped. */
bool dgi_json_scan_value(dgi_json_scanner *s, dgi_json_value *value);

/* Reads an object. The members that are called as one of `names` get into `values`, of which only
 * `array` must be set; others are checked and skipped. No two members may have one name. */
bool dgi_json_scan_object(dgi_json_scanner *s, const char *const *names, size_t count,
                          dgi_json_value *values);

/* The name of the next member, and the colon. */
bool dgi_json_scan_key(dgi_json_scanner *s, dgi_json_value *key);

/* The bytes of a string, `*size` of them, which are valid until the next call. NULL when out of
 * memory. */
const char *dgi_json_text(dgi_json_scanner *s, const dgi_json_value *string, size_t *size);

/* Whether a value is a string of just this text. */
bool dgi_json_is(dgi_json_scanner *s, const dgi_json_value *value, const char *text);

/* Converts a number, or one of the strings "NaN", "Infinity" and "-Infinity"; false for every other
 * value, without an error. */
bool dgi_json_number(dgi_json_scanner *s, const dgi_json_value *value, double *x);

/* Reports an error at the next byte. Returns false. */
bool dgi_json_scan_wrong(dgi_json_scanner *s, const char *what);

/* Sets the error to "out of memory" and returns false. */
bool dgi_json_scan_nomem(dgi_json_scanner *s);

#endif

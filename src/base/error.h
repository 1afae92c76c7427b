/* Filling a dg_error. */
#ifndef DGI_ERROR_H
#define DGI_ERROR_H

#include <stdarg.h>

#include <dotgrad/base.h>

/* Writes the status and the text (cut at a character's edge where it is too long; control
 * characters become spaces, so that it is one line) into *error, which may be NULL, without a
 * place, and returns the status. */
dg_status dgi_error(dg_error *error, dg_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same from a list of arguments. */
dg_status dgi_error_v(dg_error *error, dg_status status, const char *format, va_list args);

/* Says where an error is that was set before. Each may be NULL, or 0: not known. */
void dgi_error_place(dg_error *error, const char *file, size_t line, size_t column);

#endif

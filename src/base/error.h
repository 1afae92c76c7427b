/* Filling a dg_error. */
#ifndef DGI_ERROR_H
#define DGI_ERROR_H

#include <dotgrad/base.h>

/* Writes the status and the text (cut at a character's edge where it is too long; control
 * characters become spaces, so that it is one line) into *error, which may be NULL, and returns the
 * status. */
dg_status dgi_error(dg_error *error, dg_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

/* Strings and numbers in JSON. */
#ifndef DGI_JSON_TEXT_H
#define DGI_JSON_TEXT_H

#include "base/buf.h"

/* Appends the text in quotes; what is not UTF-8 becomes U+FFFD. */
void dgi_json_put_string(dgi_buf *b, const char *text);

/* Appends the number with 17 significant digits; others are the strings "NaN", "Infinity" and
 * "-Infinity". The bytes are those of the numbers of a trace. */
void dgi_json_put_number(dgi_buf *b, double x);

#endif

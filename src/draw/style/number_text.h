/* How the numbers of a picture are written: --numbers. The same in every locale. */
#ifndef DGI_NUMBER_TEXT_H
#define DGI_NUMBER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <dotgrad/base.h>

#include "base/number.h"

typedef enum dgi_number_kind {
    /* Four decimals; 1.50e-07 where these would show nothing, below 5e-5 and from 1e6 on. */
    DGI_NUMBERS_AUTO,
    /* What a tensor has in -Tdot: four decimals, 1.50e-07 where these would be zeros, and
     * 1.0000e+16 from there on. */
    DGI_NUMBERS_DOT,
    DGI_NUMBERS_PRINTF
} dgi_number_kind;

/* Limits on a printf format: of its bytes, and of its width and precision. */
enum { DGI_NUMBER_FORMAT_MAX = 64, DGI_NUMBER_WIDTH_MAX = 32 };

/* A format, parsed. Zero is that of auto. */
typedef struct dgi_number_format {
    dgi_number_kind kind;
    /* of printf: */
    char conversion[16]; /* without its width, which is counted in characters here */
    int width;
    bool to_the_left, zeros; /* how it is filled up to the width */
    char before[DGI_NUMBER_FORMAT_MAX + 1], after[DGI_NUMBER_FORMAT_MAX + 1]; /* the text around */
} dgi_number_format;

/* Fills *f from "auto", NULL, or a printf format with one conversion of a double. DG_OK or
 * DG_INVALID. */
dg_status dgi_number_format_parse(dgi_number_format *f, const char *text, dg_error *error);

/* A number into DGI_NUMBER_TEXT_SIZE bytes, terminated. A number that is written as zero has no
 * minus sign, other than in -Tdot. Returns the length. */
enum { DGI_NUMBER_TEXT_SIZE = DGI_NUMBER_ROOM + 2 * DGI_NUMBER_WIDTH_MAX + DGI_NUMBER_FORMAT_MAX };
size_t dgi_number_text(char *text, const dgi_number_format *f, double x);

#endif

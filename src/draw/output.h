/* Where a picture's bytes go: all into one buffer, or in pieces to whoever takes them. */
#ifndef DGI_OUTPUT_H
#define DGI_OUTPUT_H

#include <dotgrad/draw.h>

#include "base/buf.h"

typedef struct dgi_output {
    dgi_buf held;             /* what was not handed on yet; without a function, everything */
    dg_write_function *write; /* NULL: nobody takes pieces */
    void *context;
    bool stopped; /* the function did not take one: nothing more goes to it */
} dgi_output;

/* Hands on what is held where that is worth it. */
void dgi_output_go_on(dgi_output *o);

/* Hands on the rest. False when memory ran out, or the function stopped. */
bool dgi_output_end(dgi_output *o);

#endif

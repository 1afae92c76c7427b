/* Where a picture's bytes go: all into one buffer, or in pieces to whoever takes them. */
#ifndef DGI_SINK_H
#define DGI_SINK_H

#include <dotgrad/draw.h>

#include "base/buf.h"

typedef struct dgi_sink {
    dgi_buf pending;          /* what was not handed on yet; without a function, everything */
    dg_write_function *write; /* NULL: nobody takes pieces */
    void *context;
    bool stopped; /* the function did not take one: nothing more goes to it */
} dgi_sink;

/* Hands on what is pending where it is large enough for a call. */
void dgi_sink_flush_piece(dgi_sink *s);

/* Hands on the rest. False when memory ran out, or the function stopped. */
bool dgi_sink_end(dgi_sink *s);

#endif

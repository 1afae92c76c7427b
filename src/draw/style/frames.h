/* The backward pass step by step: a trace whose gradients are those of one frame. */
#ifndef DGI_FRAMES_H
#define DGI_FRAMES_H

#include <stdint.h>

#include <dotgrad/trace.h>

#include "draw/options.h"
#include "draw/scene.h"

/* Frame 1 is the graph before the pass, frame 2 has the root's gradient, and each of the others
 * adds what one op contributes to its operands, in the order of the lectures' backward(). */
typedef struct dgi_frames {
    dg_trace *trace;    /* owned: a copy with the gradients of the frame `at` */
    dg_trace *finished; /* owned: with those of the last one */
    uint32_t *steps;    /* owned: the nodes whose ops contribute, in that order */
    size_t count;       /* of frames */
    size_t at;
    uint8_t *accepts;    /* owned; of each node: whether it gets a gradient */
    double *grad_widths; /* owned; of each node: of the widest gradient in any frame, at
                            DGI_FONT_SIZE; 0: it never has one */
} dgi_frames;

/* The frames of a trace that dg_trace_check() accepts, at the first one. DG_OK; DG_INVALID where a
 * step cannot be computed; DG_NOMEM. dgi_frames_free() afterwards in any case. */
dg_status dgi_frames_init(dgi_frames *f, const dg_trace *t, const dgi_number_format *numbers,
                          dg_error *error);
void dgi_frames_free(dgi_frames *f);

/* Goes to a later frame, or stays. False when out of memory. */
bool dgi_frames_go(dgi_frames *f, size_t frame);

/* What happens in the frame that it is at, in a sentence. */
void dgi_frames_put_words(dgi_buf *b, const dgi_frames *f);

/* Sets those of the nodes whose ops have contributed in the frame that it is at, or before. */
void dgi_frames_mark_steps(const dgi_frames *f, bool *taken);

/* Makes the step stand out in the scene of the frames' trace. */
void dgi_frames_mark(const dgi_frames *f, dgi_scene *s);

#endif

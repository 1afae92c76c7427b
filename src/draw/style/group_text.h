/* What the box of a folded group says, and a stub. */
#ifndef DGI_GROUP_TEXT_H
#define DGI_GROUP_TEXT_H

#include "base/buf.h"
#include "draw/scene.h"
#include "draw/style/number_text.h"

struct dgi_folded;

/* What is said of a group, a line each. */
typedef enum dgi_group_part {
    DGI_GROUP_NAME,     /* head 0 +3 more */
    DGI_GROUP_ROOT,     /* the number that all is about, where that is in it: loss = 0.25 */
    DGI_GROUP_SIZE,     /* 2048 values, 3 parameters */
    DGI_GROUP_OPS,      /* the most frequent kinds of ops: + 1024, * 1024 */
    DGI_GROUP_SIDES,    /* values that go in and come out: in 32; out (4, 3) */
    DGI_GROUP_GRAD,     /* the range of the magnitudes of its gradients */
    DGI_GROUP_NONFINITE /* what is nan or infinite */
} dgi_group_part;

/* Appends a part of what is said of a node that stands for a group; nothing where there is none. */
void dgi_put_group_part(dgi_buf *b, const struct dgi_folded *f, size_t node, dgi_group_part part,
                        const dgi_number_format *numbers);

/* Fills in the texts of such a box, and arranges them. */
void dgi_fill_group(dgi_box_texts *b, const dgi_scene *s, uint32_t box);
void dgi_fill_stub(dgi_box_texts *b, const dgi_scene *s, uint32_t box);

/* Appends its tooltip: all of it, on several lines. */
void dgi_put_group_tooltip(dgi_buf *b, const dgi_scene *s, uint32_t node);

/* Appends the whole in words: how much is folded, and what is in the first boxes. */
void dgi_put_fold_description(dgi_buf *b, const dgi_scene *s);

#endif

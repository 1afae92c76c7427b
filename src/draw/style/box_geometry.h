/* Where things are in a box: its size, and the places of its fields, whose width has been that of
 * their texts. */
#ifndef DGI_BOX_GEOMETRY_H
#define DGI_BOX_GEOMETRY_H

#include "draw/scene.h"

/* Fields side by side, or stacked, with lines between them. */
void dgi_arrange_record(dgi_box_texts *b, bool stacked);

/* An ellipse around the text of an op, or a dot where there is none. */
void dgi_arrange_op(dgi_box_texts *b);
void dgi_size_op(dgi_box_texts *b);

/* A value's wire. At its beginning is the op that it comes from, or the name of a leaf; at its end
 * the name of a root that nothing uses. */
void dgi_arrange_wire(dgi_box_texts *b, dg_direction direction, unsigned states);

/* The box of a folded group, and a stub. `is_stack`: it is one of several. */
void dgi_arrange_group(dgi_box_texts *b, bool is_stack);
void dgi_arrange_stub(dgi_box_texts *b);

/* All of the above is for DGI_FONT_SIZE; this makes everything in the box, and the box, as large as
 * for another. */
void dgi_scale_box(dgi_box_texts *b, double scale);

#endif

/* Where things are in a box: its size, and the places of its fields, which have their widths and
 * texts. */
#ifndef DGI_BOX_GEOMETRY_H
#define DGI_BOX_GEOMETRY_H

#include "draw/scene.h"

/* Fields side by side, or stacked, with lines between them. */
void dgi_arrange_record(dgi_box_texts *b, bool stacked);

/* One text in the middle of an ellipse. */
void dgi_arrange_op(dgi_box_texts *b);

/* All of the above is for DGI_FONT_SIZE; this makes everything in the box, and the box, as large as
 * for another. */
void dgi_scale_box(dgi_box_texts *b, double scale);

#endif

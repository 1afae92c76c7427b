/* Where things are in a box: its size, and the places of its fields, which have their widths and
 * texts. */
#ifndef DGI_BOX_GEOMETRY_H
#define DGI_BOX_GEOMETRY_H

#include "draw/scene.h"

/* Fields side by side, or stacked, with lines between them. */
void dgi_arrange_record(dgi_box_texts *b, bool stacked);

/* One text in the middle of an ellipse. */
void dgi_arrange_op(dgi_box_texts *b);

#endif

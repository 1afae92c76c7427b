/* What a value is and how it is computed, in one field. */
#ifndef DGI_EQUATION_H
#define DGI_EQUATION_H

#include "draw/style/box_text.h"

/* Adds the label field of a value and its op: "c = a + b", in several lines where it is long; the
 * label or the op alone where only one of them is shown, and no field where there is neither. */
void dgi_add_equation(dgi_box_texts *b, const struct dgi_text_source *source, size_t node);

#endif

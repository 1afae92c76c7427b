/* Who places a picture when nobody was named. */
#ifndef DGI_CHOOSE_H
#define DGI_CHOOSE_H

#include <dotgrad/draw.h>

#include "draw/picture.h"

/* dot where it is quick, else flow. False when out of memory. */
bool dgi_choose_layout(const dgi_picture *p, dg_layout *layout);

#endif

/* A point of a drawing. */
#ifndef DGI_POINT_H
#define DGI_POINT_H

typedef struct dgi_point {
    double x, y;
} dgi_point;

#endif

/* The numbers of a box: the worst of those of the values in it. */
#ifndef DGI_FOLD_NUMBERS_H
#define DGI_FOLD_NUMBERS_H

#include <stdbool.h>

#include "trace/fold.h"

/* Each is nan, else that of the largest magnitude, with its sign. */
typedef struct dgi_fold_numbers {
    double data, grad;
    bool has_grad; /* one of the values has a gradient */
} dgi_fold_numbers;

dgi_fold_numbers dgi_fold_numbers_of(const dg_fold *f, const dgi_fold_box *b);

#endif

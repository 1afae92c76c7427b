/* Products of large matrices, with one order of summation: each element of the result is what the
 * loop c += a * b over k gives, each product and each sum rounded, whatever the processor, the
 * memory and the number of threads. */
#ifndef DGI_PRODUCT_H
#define DGI_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

/* c = op(a) @ op(b), added to c where `add`: c is n by m, op(a) n by k, op(b) k by m. A transposed
 * a is stored as k by n, a transposed b as m by k; not both are. */
typedef struct dgi_matrix_product {
    bool transpose_a, transpose_b, add;
    size_t n, m, k;
} dgi_matrix_product;

void dgi_multiply(const dgi_matrix_product *p, const double *a, const double *b, double *c);

/* The same by instructions that every processor has, and without memory of its own. For tests. */
void dgi_multiply_portable(const dgi_matrix_product *p, const double *a, const double *b,
                           double *c);
void dgi_multiply_in_place(const dgi_matrix_product *p, const double *a, const double *b,
                           double *c);

#endif

/* The machine's CBLAS. It is loaded when the first large product is made, not with the library: at
 * its start OpenBLAS begins a thread for each processor and maps some 130 MiB of addresses for
 * each, which a program that draws a picture under a limit on memory does not have to give. */
#ifndef DGI_BLAS_H
#define DGI_BLAS_H

#include <stdbool.h>

/* cblas_dgemm() with row-major matrices and alpha = 1: c = op(a) @ op(b) + beta * c, c being n by m
 * and op(a) n by k. False, nothing done, where there is no CBLAS, or no memory for what it needs:
 * OpenBLAS waits forever for addresses that it does not get. */
bool dgi_blas_gemm(bool transpose_a, bool transpose_b, int n, int m, int k, const double *a,
                   int row_a, const double *b, int row_b, double beta, double *c, int row_c);

#endif

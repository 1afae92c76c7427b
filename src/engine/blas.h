/* The machine's CBLAS, loaded when the first large product is computed and not with the library:
 * when it is loaded OpenBLAS starts a thread for each processor and maps some 130 MiB of addresses
 * for each, more than a program under a memory limit may have. See doc/engine.md. */
#ifndef DGI_BLAS_H
#define DGI_BLAS_H

#include <stdbool.h>

/* cblas_dgemm() for row-major matrices with alpha = 1: c = op(a) @ op(b) + beta * c, where c is n
 * by m and op(a) is n by k; row_a, row_b and row_c are the leading dimensions. False, with nothing
 * done, where there is no CBLAS or no room for it in the address space: OpenBLAS retries forever
 * when it cannot map memory. */
bool dgi_blas_gemm(bool transpose_a, bool transpose_b, int n, int m, int k, const double *a,
                   int row_a, const double *b, int row_b, double beta, double *c, int row_c);

#endif

/* The functions of the C API whose ops only move elements: their arguments as integers of a record.
 */
#include "engine/record.h"

#include <string.h>

static const int64_t SIZE_LIMIT = (int64_t)DG_TENSOR_MAX;

static dg_value *mapped(dgi_opcode op, dg_value *x, int n, const int64_t *integers)
{
    dgi_arguments a = {.n_operands = 1, .operands = {x}, .n_integers = n};
    if (!x)
        return NULL;
    if (n < 0 || n > DG_DIMS_MAX || (n > 0 && !integers)) {
        dgi_record_fail(&a, op, "a tensor has 0 to 8 dimensions");
        return NULL;
    }
    memcpy(a.integers, integers ? integers : a.integers, (size_t)n * sizeof *integers);
    return dgi_record_op_new(op, &a);
}

static dg_value *mapped_dims(dgi_opcode op, dg_value *x, int n, const int *dims)
{
    int64_t integers[DG_DIMS_MAX] = {0};
    for (int i = 0; dims && i < n && i < DG_DIMS_MAX; i++)
        integers[i] = dims[i];
    return mapped(op, x, dims || n == 0 ? n : -1, integers);
}

static dg_value *mapped_sizes(dgi_opcode op, dg_value *x, int n, const size_t *sizes)
{
    int64_t integers[DG_DIMS_MAX] = {0};
    for (int i = 0; sizes && i < n && i < DG_DIMS_MAX; i++)
        integers[i] = sizes[i] == DG_INFER       ? -1
                      : sizes[i] > DG_TENSOR_MAX ? SIZE_LIMIT + 1
                                                 : (int64_t)sizes[i];
    return mapped(op, x, sizes || n == 0 ? n : -1, integers);
}

dg_value *dg_permute(dg_value *a, int n, const int *dims)
{
    return mapped_dims(DGI_TENSOR_permute, a, n, dims);
}

dg_value *dg_flip(dg_value *a, int n, const int *dims)
{
    return mapped_dims(DGI_TENSOR_flip, a, n, dims);
}

dg_value *dg_expand(dg_value *a, int ndim, const size_t *shape)
{
    return mapped_sizes(DGI_TENSOR_expand, a, ndim, shape);
}

dg_value *dg_repeat(dg_value *a, int n, const size_t *repeats)
{
    return mapped_sizes(DGI_TENSOR_repeat, a, n, repeats);
}

dg_value *dg_roll(dg_value *a, int shift, int dim)
{
    return mapped(DGI_TENSOR_roll, a, 2, (const int64_t[]){shift, dim});
}

dg_value *dg_tril(dg_value *a, int diagonal)
{
    return mapped(DGI_TENSOR_tril, a, 1, (const int64_t[]){diagonal});
}

dg_value *dg_triu(dg_value *a, int diagonal)
{
    return mapped(DGI_TENSOR_triu, a, 1, (const int64_t[]){diagonal});
}

dg_value *dg_diag(dg_value *a, int diagonal)
{
    return mapped(DGI_TENSOR_diag, a, 1, (const int64_t[]){diagonal});
}

dg_value *dg_slice(dg_value *a, int dim, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t step)
{
    const ptrdiff_t most = (ptrdiff_t)DG_TENSOR_MAX; /* no size is larger */
    ptrdiff_t all[3] = {start, stop, step};
    for (int i = 0; i < 3; i++)
        all[i] = all[i] > most ? most : all[i] < -most ? -most : all[i];
    return mapped(DGI_TENSOR_slice, a, 4, (const int64_t[]){dim, all[0], all[1], all[2]});
}

dg_value *dg_zero_pad(dg_value *a, int dim, size_t before, size_t after, size_t gap)
{
    const size_t most = DG_TENSOR_MAX;
    return mapped(DGI_TENSOR_zero_pad, a, 4,
                  (const int64_t[]){dim, before > most ? SIZE_LIMIT + 1 : (int64_t)before,
                                    after > most ? SIZE_LIMIT + 1 : (int64_t)after,
                                    gap > most ? SIZE_LIMIT + 1 : (int64_t)gap});
}

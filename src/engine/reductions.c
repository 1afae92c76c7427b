/* Reductions over any dimensions, and running sums: min, prod, var, std, norm, logsumexp, argmax,
 * argmin, cumsum. The integers of the record are the dimensions, all of them where there are none;
 * the flag is keepdim. */
#include "engine/record.h"

#include <math.h>
#include <string.h>

/* One set of dimensions, outermost first, as nested loops over the elements of the operand. */
typedef struct loops {
    int n;
    size_t count[DG_DIMS_MAX], stride[DG_DIMS_MAX], at[DG_DIMS_MAX];
    size_t offset, size; /* of the current element; how many there are */
} loops;

/* The dimensions that stay, and those of a lane. */
typedef struct lanes {
    loops kept, lane;
} lanes;

static bool is_reduced(const dgi_arguments *a, int dim)
{
    for (int i = 0; i < a->n_integers; i++)
        if (a->integers[i] == dim)
            return true;
    return a->n_integers == 0;
}

static lanes lanes_of(const dgi_arguments *a)
{
    const dg_value *x = a->operands[0];
    lanes l = {.kept = {.size = 1}, .lane = {.size = 1}};
    size_t stride = dgi_size(x);
    for (int i = 0; i < dgi_ndim(x); i++) {
        loops *s = is_reduced(a, i) ? &l.lane : &l.kept;
        size_t count = dgi_shape_of(x)[i];
        stride = count ? stride / count : 0;
        s->size *= s->count[s->n] = count;
        s->stride[s->n++] = stride;
    }
    return l;
}

static void advance(loops *l)
{
    for (int i = l->n; i-- > 0;) {
        l->offset += l->stride[i];
        if (++l->at[i] < l->count[i])
            return;
        l->offset -= l->stride[i] * l->count[i];
        l->at[i] = 0;
    }
}

/* Each element of a lane in turn, as index `at` of the operand. */
#define FOR_LANE(l, at)                                                                            \
    for (size_t left = (l)->lane.size, at;                                                         \
         left && (at = (l)->kept.offset + (l)->lane.offset, true); left--, advance(&(l)->lane))

/* ---- One lane to a number ---- */

static double extreme(lanes *l, const double *x, double sign, double *place)
{
    double best = NAN;
    size_t i = 0;
    bool any = false;
    FOR_LANE(l, at)
    {
        if (!any || sign * x[at] > sign * best || (isnan(x[at]) && !isnan(best))) {
            best = x[at];
            *place = (double)i;
        }
        any = true;
        i++;
    }
    return best;
}

static double mean(lanes *l, const double *x)
{
    double sum = 0.0;
    FOR_LANE(l, at)
    sum += x[at];
    return sum / (double)l->lane.size;
}

static double variance(lanes *l, const double *x, double correction)
{
    double m = mean(l, x), sum = 0.0;
    FOR_LANE(l, at)
    sum += (x[at] - m) * (x[at] - m);
    return sum / fmax(0.0, (double)l->lane.size - correction);
}

static double norm(lanes *l, const double *x, double p)
{
    double largest = 0.0, sum = 0.0;
    FOR_LANE(l, at)
    largest = fabs(x[at]) > largest || isnan(x[at]) ? fabs(x[at]) : largest;
    if (isinf(p) || largest == 0.0 || !isfinite(largest))
        return largest;
    FOR_LANE(l, at)
    sum += p == 2.0 ? (x[at] / largest) * (x[at] / largest) : pow(fabs(x[at]) / largest, p);
    return largest * (p == 2.0 ? sqrt(sum) : pow(sum, 1.0 / p));
}

static double log_sum_exp(lanes *l, const double *x)
{
    double place = 0.0, largest = extreme(l, x, 1.0, &place), sum = 0.0;
    if (l->lane.size == 0)
        return -INFINITY;
    if (!isfinite(largest))
        return largest;
    FOR_LANE(l, at)
    sum += exp(x[at] - largest);
    return largest + log(sum);
}

static double product(lanes *l, const double *x, size_t *zeros)
{
    double result = 1.0;
    FOR_LANE(l, at)
    if (x[at] == 0.0)
        ++*zeros;
    else
        result *= x[at];
    return result;
}

static double reduced(dgi_opcode op, lanes *l, const double *x, const dgi_arguments *a)
{
    double place = 0.0, result;
    size_t zeros = 0;
    switch ((int)op) {
    case DGI_TENSOR_min:
        return extreme(l, x, -1.0, &place);
    case DGI_TENSOR_argmax:
    case DGI_TENSOR_argmin:
        extreme(l, x, op == DGI_TENSOR_argmax ? 1.0 : -1.0, &place);
        return place;
    case DGI_TENSOR_prod:
        result = product(l, x, &zeros);
        return zeros && !isnan(result) ? (isinf(result) ? NAN : 0.0) : result;
    case DGI_TENSOR_var:
        return variance(l, x, a->numbers[0]);
    case DGI_TENSOR_std:
        return sqrt(variance(l, x, a->numbers[0]));
    case DGI_TENSOR_norm:
        return norm(l, x, a->numbers[0]);
    default:
        return log_sum_exp(l, x);
    }
}

void dgi_reduction_forward(dg_value *v)
{
    dgi_arguments a = dgi_arguments_of(v);
    lanes l = lanes_of(&a);
    for (size_t i = 0, n = dgi_size(v); i < n; i++, advance(&l.kept))
        dgi_data(v)[i] = reduced(dgi_op(v), &l, dgi_data_const(a.operands[0]), &a);
}

/* ---- And back: d gets the derivatives times g ---- */

/* To the first element that equals z where there is one dimension, else to all in equal parts. */
static void share_among_equal(lanes *l, double *d, const double *x, double z, double g, bool first)
{
    size_t equal = 0;
    FOR_LANE(l, at)
    equal += fabs(x[at]) == fabs(z) || (isnan(x[at]) && isnan(z));
    bool given = false;
    FOR_LANE(l, at)
    {
        bool same = x[at] == z || (isnan(x[at]) && isnan(z));
        if (same && (!first || !given))
            d[at] += first ? g : g / (double)equal;
        given = given || same;
    }
}

static void product_back(lanes *l, double *d, const double *x, double g)
{
    size_t zeros = 0;
    double others = product(l, x, &zeros);
    FOR_LANE(l, at)
    if (zeros == 0)
        d[at] += g * (others / x[at]);
    else if (zeros == 1 && x[at] == 0.0)
        d[at] += g * others;
}

static void norm_back(lanes *l, double *d, const double *x, double p, double z, double g)
{
    size_t equal = 0;
    FOR_LANE(l, at)
    equal += fabs(x[at]) == z;
    FOR_LANE(l, at)
    {
        double sign = x[at] > 0.0 ? 1.0 : x[at] < 0.0 ? -1.0 : x[at];
        if (z == 0.0)
            continue;
        if (isinf(p))
            d[at] += fabs(x[at]) == z ? g * sign / (double)equal : 0.0;
        else if (p == 2.0)
            d[at] += g * (x[at] / z);
        else
            d[at] += sign == 0.0 ? 0.0 : g * sign * pow(fabs(x[at]) / z, p - 1.0);
    }
}

static void variance_back(lanes *l, double *d, const double *x, double scale)
{
    double m = mean(l, x);
    FOR_LANE(l, at)
    d[at] += scale * (x[at] - m);
}

static void log_sum_exp_back(lanes *l, double *d, const double *x, double z, double g)
{
    FOR_LANE(l, at)
    d[at] += isinf(z) && x[at] == z ? g : g * exp(x[at] - z);
}

void dgi_reduction_backward(dgi_backward_pass *p, dg_value *v)
{
    dgi_arguments a = dgi_arguments_of(v);
    lanes l = lanes_of(&a);
    double *d = dgi_zeroed_grad_target(p, a.operands[0]);
    const double *x = dgi_data_const(a.operands[0]);
    double rest = (double)l.lane.size - a.numbers[0];
    for (size_t i = 0, n = d ? dgi_size(v) : 0; i < n; i++, advance(&l.kept)) {
        double z = dgi_data_const(v)[i], g = dgi_grad(v)[i];
        switch ((int)dgi_op(v)) {
        case DGI_TENSOR_min:
            share_among_equal(&l, d, x, z, g, a.n_integers == 1);
            break;
        case DGI_TENSOR_prod:
            product_back(&l, d, x, g);
            break;
        case DGI_TENSOR_var:
            variance_back(&l, d, x, 2.0 * g / rest);
            break;
        case DGI_TENSOR_std:
            variance_back(&l, d, x, z == 0.0 ? 0.0 : g / (rest * z));
            break;
        case DGI_TENSOR_norm:
            norm_back(&l, d, x, a.numbers[0], z, g);
            break;
        case DGI_TENSOR_logsumexp:
            log_sum_exp_back(&l, d, x, z, g);
            break;
        default:
            break;
        }
    }
}

/* ---- Shapes ---- */

bool dgi_reduction_shape(dgi_opcode op, dgi_arguments *a, dgi_result_shape *s)
{
    const dg_value *x = a->operands[0];
    bool place = op == DGI_TENSOR_argmax || op == DGI_TENSOR_argmin;
    if (!dgi_check_dims(op, a))
        return false;
    if (place && a->n_integers > 1)
        return dgi_record_fail(a, op, "one dimension, or none");
    if (op == DGI_TENSOR_norm && !(a->numbers[0] >= 1.0))
        return dgi_record_fail(a, op, "p must be at least 1");
    for (int i = 0; i < dgi_ndim(x); i++)
        if (!is_reduced(a, i))
            s->sizes[s->ndim++] = dgi_shape_of(x)[i];
        else if (a->flag)
            s->sizes[s->ndim++] = 1;
    bool needs_one = place || op == DGI_TENSOR_min;
    for (int i = 0; needs_one && i < dgi_ndim(x); i++)
        if (is_reduced(a, i) && dgi_shape_of(x)[i] == 0)
            return dgi_record_fail(a, op, "nothing is smallest or largest in an empty tensor");
    s->no_grad = place;
    return true;
}

/* ---- cumsum ---- */

bool dgi_cumsum_shape(dgi_opcode op, dgi_arguments *a, dgi_result_shape *s)
{
    const dg_value *x = a->operands[0];
    if (!dgi_check_dims(op, a))
        return false;
    if (a->n_integers != 1)
        return dgi_record_fail(a, op, "one dimension is needed");
    s->ndim = dgi_ndim(x);
    for (int i = 0; i < s->ndim; i++)
        s->sizes[i] = dgi_shape_of(x)[i];
    return true;
}

void dgi_cumsum_forward(dg_value *v)
{
    dgi_arguments a = dgi_arguments_of(v);
    lanes l = lanes_of(&a);
    const double *x = dgi_data_const(a.operands[0]);
    double *z = dgi_data(v);
    for (size_t i = 0; i < l.kept.size && l.lane.size; i++, advance(&l.kept)) {
        double sum = 0.0;
        FOR_LANE(&l, at)
        z[at] = sum += x[at];
    }
}

void dgi_cumsum_backward(dgi_backward_pass *p, dg_value *v)
{
    dgi_arguments a = dgi_arguments_of(v);
    lanes l = lanes_of(&a);
    double *d = dgi_zeroed_grad_target(p, a.operands[0]);
    const double *g = dgi_grad(v);
    for (size_t i = 0; d && i < l.kept.size && l.lane.size; i++, advance(&l.kept)) {
        double sum = 0.0;
        for (size_t k = l.lane.size, at; k-- > 0;) {
            at = l.kept.offset + k * l.lane.stride[0];
            d[at] += sum += g[at];
        }
    }
}

/* ---- The functions ---- */

static dg_value *reduction(dgi_opcode op, dg_value *x, int n, const int *dims, int keepdim,
                           int n_numbers, double number)
{
    dgi_arguments a = {.n_operands = 1,
                       .operands = {x},
                       .n_integers = n,
                       .flag = keepdim != 0,
                       .n_numbers = n_numbers,
                       .numbers = {number}};
    if (!x)
        return NULL;
    if (n < 0 || n > DG_DIMS_MAX || (n > 0 && !dims)) {
        dgi_record_fail(&a, op, "a tensor has 0 to 8 dimensions");
        return NULL;
    }
    for (int i = 0; i < n; i++)
        a.integers[i] = dims[i];
    return dgi_record_op_new(op, &a);
}

dg_value *dg_min_dims(dg_value *a, int n, const int *dims, int keepdim)
{
    return reduction(DGI_TENSOR_min, a, n, dims, keepdim, 0, 0.0);
}

dg_value *dg_prod_dims(dg_value *a, int n, const int *dims, int keepdim)
{
    return reduction(DGI_TENSOR_prod, a, n, dims, keepdim, 0, 0.0);
}

dg_value *dg_logsumexp_dims(dg_value *a, int n, const int *dims, int keepdim)
{
    return reduction(DGI_TENSOR_logsumexp, a, n, dims, keepdim, 0, 0.0);
}

dg_value *dg_var_dims(dg_value *a, int n, const int *dims, int keepdim, double correction)
{
    return reduction(DGI_TENSOR_var, a, n, dims, keepdim, 1, correction);
}

dg_value *dg_std_dims(dg_value *a, int n, const int *dims, int keepdim, double correction)
{
    return reduction(DGI_TENSOR_std, a, n, dims, keepdim, 1, correction);
}

dg_value *dg_norm_dims(dg_value *a, int n, const int *dims, int keepdim, double p)
{
    return reduction(DGI_TENSOR_norm, a, n, dims, keepdim, 1, p);
}

dg_value *dg_argmax_dims(dg_value *a, int n, const int *dims, int keepdim)
{
    return reduction(DGI_TENSOR_argmax, a, n, dims, keepdim, 0, 0.0);
}

dg_value *dg_argmin_dims(dg_value *a, int n, const int *dims, int keepdim)
{
    return reduction(DGI_TENSOR_argmin, a, n, dims, keepdim, 0, 0.0);
}

dg_value *dg_cumsum(dg_value *a, int dim)
{
    return reduction(DGI_TENSOR_cumsum, a, 1, &dim, 0, 0, 0.0);
}

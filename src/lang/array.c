/* Arrays: plain numbers with a shape, outside the program's graph. They are leaves of a graph of
 * their own, which is emptied after every statement. */
#include "lang/interpreter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static dg_graph *array_graph(dgi_interpreter *in)
{
    if (!in->arrays)
        in->arrays = dg_graph_new();
    in->out_of_memory = in->out_of_memory || !in->arrays;
    return in->arrays;
}

void dgi_drop_arrays(dgi_interpreter *in)
{
    if (in->arrays)
        dg_graph_rewind(in->arrays, 0);
    in->numbers_outside = 0.0;
}

/* Reports why one of the two graphs refused. */
static bool fail_graph(dgi_interpreter *in, bool outside, const dgi_operand *about)
{
    if (!outside)
        return dgi_fail_graph(in, about);
    const dg_error *error = dg_graph_error(in->arrays);
    if (error->status == DG_OK || error->status == DG_NOMEM) {
        in->out_of_memory = true;
        return false;
    }
    dgi_fail_operand(in, about, error->text);
    dg_graph_clear_error(in->arrays);
    return false;
}

bool dgi_finish(dgi_interpreter *in, bool outside, dg_value *value, const dgi_operand *about,
                dgi_operand *result)
{
    result->bare_name = false;
    if (!value)
        return fail_graph(in, outside, about);
    if (!outside) {
        dgi_count(in, value);
        result->kind = DGI_OPERAND_VALUE;
        result->as.value = value;
        return true;
    }
    in->numbers_outside += 2.0 * dgi_numbers_in(value);
    if (dg_ndim(value) == 0) {
        result->kind = DGI_OPERAND_NUMBER;
        result->as.number = dg_data(value);
    } else {
        result->kind = DGI_OPERAND_ARRAY;
        result->as.value = value;
    }
    return true;
}

void dgi_count(dgi_interpreter *in, const dg_value *value)
{
    in->numbers += 2.0 * dgi_numbers_in(value);
}

static dg_value *new_leaf(dgi_interpreter *in, const dgi_operand *about, const dgi_shape *shape,
                          const double *data)
{
    if (!dgi_room(in, about, shape->ndim ? dgi_count_shape(shape) : 0.0) || !array_graph(in))
        return NULL;
    dg_value *leaf = dg_tensor(in->arrays, shape->ndim, shape->sizes, data, NULL);
    if (!leaf || !dg_set_requires_grad(leaf, 0)) {
        fail_graph(in, true, about);
        return NULL;
    }
    in->numbers_outside += 2.0 * dgi_numbers_in(leaf);
    return leaf;
}

bool dgi_new_array(dgi_interpreter *in, const dgi_shape *shape, const double *data,
                   dgi_operand *result)
{
    dg_value *leaf = new_leaf(in, result, shape, data);
    result->kind = DGI_OPERAND_ARRAY;
    result->as.value = leaf;
    result->bare_name = false;
    return leaf != NULL;
}

dg_value *dgi_array_leaf(dgi_interpreter *in, const dgi_operand *array)
{
    const dg_value *v = array->as.value;
    if (!dgi_room(in, array, dgi_numbers_in(v)))
        return NULL;
    dg_value *leaf = dg_tensor(in->graph, dg_ndim(v), dg_shape(v), dg_data_array(v), NULL);
    if (!leaf)
        dgi_fail_graph(in, array);
    else
        dgi_count(in, leaf);
    return leaf;
}

dg_value *dgi_keep_array(dgi_interpreter *in, const dgi_operand *array)
{
    dg_value *leaf = dgi_array_leaf(in, array);
    return leaf ? dg_set_requires_grad(leaf, 0) : NULL;
}

/* ---- Which operands are computed with outside the graph ---- */

bool dgi_outside(const dgi_operand *const *operands, size_t n, bool numbers)
{
    bool outside = false;
    for (size_t i = 0; i < n; i++) {
        const dgi_operand *o = operands[i];
        if (o->kind == DGI_OPERAND_VALUE || (o->kind == DGI_OPERAND_NUMERIC && !numbers))
            return false;
        if (o->kind == DGI_OPERAND_LIST && !numbers &&
            (o->as.list->form == DGI_FORM_VALUES || dgi_is_tensor(o->as.list)))
            return false;
        if (o->kind == DGI_OPERAND_ARRAY || (o->kind == DGI_OPERAND_LIST && numbers))
            outside = true;
    }
    return outside;
}

/* A number, an array or a list in the graph of arrays. */
static dg_value *value_outside(dgi_interpreter *in, const dgi_operand *operand)
{
    dgi_shape shape = {.ndim = 0};
    if (operand->kind == DGI_OPERAND_ARRAY) {
        dg_value *v = operand->as.value;
        if (dg_graph_of(v) == in->arrays)
            return v;
        shape = dgi_value_shape(v);
        return new_leaf(in, operand, &shape, dg_data_array(v));
    }
    if (operand->kind != DGI_OPERAND_LIST) {
        double number =
            operand->kind == DGI_OPERAND_NUMBER ? operand->as.number : dg_data(operand->as.value);
        return new_leaf(in, operand, &shape, &number);
    }
    double *numbers;
    if (!dgi_list_numbers(in, operand, operand->as.list, &shape, &numbers))
        return NULL;
    dg_value *leaf = new_leaf(in, operand, &shape, numbers);
    free(numbers);
    return leaf;
}

dg_value *dgi_operand_in(dgi_interpreter *in, bool outside, dgi_operand *operand)
{
    if (outside && (operand->kind == DGI_OPERAND_NUMBER || operand->kind == DGI_OPERAND_NUMERIC ||
                    operand->kind == DGI_OPERAND_ARRAY || operand->kind == DGI_OPERAND_LIST))
        return value_outside(in, operand);
    return dgi_to_value(in, operand) && operand->kind != DGI_OPERAND_POISON ? operand->as.value
                                                                            : NULL;
}

/* ---- Arithmetic ---- */

/* The numbers of an operand that is no value. */
typedef struct numbers {
    dgi_shape shape;
    const double *data;
    double *own; /* to be freed */
} numbers;

static bool take_numbers(dgi_interpreter *in, const dgi_operand *operand, numbers *n)
{
    *n = (numbers){.data = &operand->as.number};
    if (operand->kind == DGI_OPERAND_ARRAY) {
        n->shape = dgi_value_shape(operand->as.value);
        n->data = dg_data_array(operand->as.value);
    } else if (operand->kind == DGI_OPERAND_LIST) {
        if (!dgi_list_numbers(in, operand, operand->as.list, &n->shape, &n->own))
            return false;
        n->data = n->own;
    }
    return true;
}

/* How far one step along each dimension of `z` goes in an array that is repeated to its shape. */
static void find_strides(const dgi_shape *shape, const dgi_shape *z, size_t *strides)
{
    size_t stride = 1;
    for (int i = 1; i <= z->ndim; i++) {
        size_t size = i <= shape->ndim ? shape->sizes[shape->ndim - i] : 1;
        strides[z->ndim - i] = size == 1 ? 0 : stride;
        stride *= size;
    }
}

double dgi_calculate(dgi_token_kind kind, double a, double b)
{
    switch (kind) {
    case DGI_TOKEN_PLUS:
        return a + b;
    case DGI_TOKEN_MINUS:
        return a - b;
    case DGI_TOKEN_TIMES:
        return a * b;
    case DGI_TOKEN_DIVIDE:
        return a / b;
    default:
        return pow(a, b);
    }
}

/* z = a op b for every number of z, to whose shape a and b are repeated. */
static void calculate_all(dgi_token_kind kind, const numbers *a, const numbers *b,
                          const dgi_shape *z, double *out)
{
    size_t step_a[DG_DIMS_MAX], step_b[DG_DIMS_MAX], at[DG_DIMS_MAX] = {0};
    size_t count = (size_t)dgi_count_shape(z), i = 0, j = 0;
    find_strides(&a->shape, z, step_a);
    find_strides(&b->shape, z, step_b);
    for (size_t k = 0; k < count; k++) {
        out[k] = dgi_calculate(kind, a->data[i], b->data[j]);
        for (int d = z->ndim - 1; d >= 0; d--) {
            i += step_a[d];
            j += step_b[d];
            if (++at[d] < z->sizes[d])
                break;
            i -= step_a[d] * at[d];
            j -= step_b[d] * at[d];
            at[d] = 0;
        }
    }
}

/* Numbers for the shape, which the caller frees. */
static double *new_numbers(dgi_interpreter *in, const dgi_shape *shape)
{
    double count = dgi_count_shape(shape);
    double *out = malloc(count > 0.0 ? (size_t)count * sizeof *out : 1);
    in->out_of_memory = in->out_of_memory || !out;
    return out;
}

static bool fail_shapes(dgi_interpreter *in, const dgi_operand *about, const char *between,
                        const dgi_shape *a, const dgi_shape *b)
{
    char texts[2][DG_SHAPE_TEXT_MAX];
    return dgi_report(&in->diagnose, about->begin, about->end, NULL, "cannot broadcast %s %s %s",
                      dg_shape_text(a->ndim, a->sizes, texts[0]), between,
                      dg_shape_text(b->ndim, b->sizes, texts[1]));
}

static bool combine(dgi_interpreter *in, dgi_token_kind kind, const dgi_operand *about,
                    const numbers *x, const numbers *y, dgi_operand *result)
{
    dgi_shape z;
    if (!dgi_broadcast(&x->shape, &y->shape, &z))
        return fail_shapes(in, about, "with", &x->shape, &y->shape);
    char text[DG_SHAPE_TEXT_MAX];
    double count = dgi_count_shape(&z);
    if (count > (double)DG_TENSOR_MAX)
        return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                          "a tensor of shape %s is over the limit of %zu numbers",
                          dg_shape_text(z.ndim, z.sizes, text), DG_TENSOR_MAX);
    double *out = dgi_room(in, about, count) ? new_numbers(in, &z) : NULL;
    if (!out)
        return false;
    calculate_all(kind, x, y, &z, out);
    bool done = dgi_new_array(in, &z, out, result);
    free(out);
    return done;
}

static bool multiply(dgi_interpreter *in, const dgi_operand *about, dgi_operand *a, dgi_operand *b)
{
    dg_value *x = dgi_operand_in(in, true, a), *y = x ? dgi_operand_in(in, true, b) : NULL;
    double multiplications;
    if (!y || !dgi_room(in, about, dgi_numbers_of_product(x, y, &multiplications)) ||
        !dgi_work(in, about, multiplications))
        return false;
    return dgi_finish(in, true, dg_matmul(x, y), about, a);
}

bool dgi_apply_to_arrays(dgi_interpreter *in, dgi_token_kind kind, const dgi_operand *about,
                         dgi_operand *a, dgi_operand *b)
{
    numbers x, y = {.own = NULL};
    if (kind == DGI_TOKEN_MATMUL)
        return multiply(in, about, a, b);
    if (!take_numbers(in, a, &x))
        return false;
    bool done = take_numbers(in, b, &y) && combine(in, kind, about, &x, &y, a);
    free(x.own);
    free(y.own);
    return done;
}

/* Repeats the numbers to the shape of `v`; the caller frees them. */
static double *repeat(dgi_interpreter *in, const dg_value *v, const numbers *n,
                      const dgi_operand *about)
{
    static const double one = 1.0;
    const numbers same = {.data = &one};
    dgi_shape shape = dgi_value_shape(v), z;
    if (!dgi_broadcast(&shape, &n->shape, &z) || !dgi_same_shape(&shape, &z)) {
        fail_shapes(in, about, "to", &n->shape, &shape);
        return NULL;
    }
    double *out = new_numbers(in, &shape);
    if (out)
        calculate_all(DGI_TOKEN_TIMES, n, &same, &shape, out);
    return out;
}

bool dgi_set_array(dgi_interpreter *in, dg_value *v, const dgi_operand *right, bool data)
{
    numbers n;
    if (!take_numbers(in, right, &n))
        return false;
    double *out = repeat(in, v, &n, right);
    free(n.own);
    if (!out)
        return false;
    dg_status status =
        data ? dg_set_data_array(v, out, dg_size(v)) : dg_set_grad_array(v, out, dg_size(v));
    free(out);
    if (status != DG_OK && dg_graph_status(in->graph) != DG_OK)
        return dgi_fail_graph(in, right);
    return true;
}

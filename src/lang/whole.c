/* The functions of whole tensors, and the elementwise ones: of values and of arrays alike. */
#include "lang/interpreter.h"

#include <math.h>
#include <stdlib.h>

/* Where operands are computed with, and them as values there. */
typedef struct place {
    bool outside;
    dg_value *a, *b; /* b: NULL where there is one operand */
} place;

static bool take(dgi_interpreter *in, dgi_operand *a, dgi_operand *b, place *p)
{
    const dgi_operand *both[] = {a, b};
    p->outside = dgi_outside(both, b ? 2 : 1, dgi_call_frame(in)->result_number);
    p->a = dgi_operand_in(in, p->outside, a);
    p->b = p->a && b ? dgi_operand_in(in, p->outside, b) : NULL;
    return p->a && (p->b || !b);
}

bool dgi_call_op(dgi_interpreter *in, const dg_op *op, dgi_operand *a, dgi_operand *b, double k,
                 dgi_operand *result)
{
    place p;
    if (!take(in, a, b, &p))
        return false;
    double numbers = b ? dgi_numbers_of_two(p.a, p.b) : dgi_numbers_in(p.a);
    /* What is spelled with others makes another operand at most. */
    double spelling = *op->text || !b ? 0.0 : dgi_numbers_in(p.b);
    if (!dgi_room(in, result, numbers + spelling))
        return false;
    *(p.outside ? &in->numbers_outside : &in->numbers) += 2.0 * spelling;
    return dgi_finish(in, p.outside, dg_apply(op, p.a, p.b, k), result, result);
}

/* ---- Arguments ---- */

/* A whole number among the arguments, as of a dimension or a size. */
static bool read_int(dgi_interpreter *in, const dgi_operand *argument, const char *what,
                     int *number)
{
    double x = argument->as.number;
    if (!(x == floor(x) && fabs(x) < 1e9))
        return dgi_report(&in->diagnose, argument->begin, argument->end, NULL,
                          "%s is a whole number", what);
    *number = (int)x;
    return true;
}

static bool read_truth(dgi_interpreter *in, const dgi_operand *argument, const char *what,
                       bool *truth)
{
    if (!argument)
        return true;
    if (argument->kind != DGI_OPERAND_TRUTH)
        return dgi_report(&in->diagnose, argument->begin, argument->end, NULL,
                          "%s is True or False, not %s", what, dgi_operand_name(argument));
    *truth = argument->as.number != 0.0;
    return true;
}

/* ---- Making tensors ---- */

/* A list of numbers or an array, or a number, as a leaf. */
static dg_value *new_leaf(dgi_interpreter *in, const dgi_operand *data)
{
    if (data->kind == DGI_OPERAND_ARRAY)
        return dgi_array_leaf(in, data);
    dg_value *leaf = NULL;
    if (data->kind == DGI_OPERAND_LIST) {
        dgi_shape shape;
        double *numbers;
        if (!dgi_list_numbers(in, data, data->as.list, &shape, &numbers))
            return NULL;
        leaf = dg_tensor(in->graph, shape.ndim, shape.sizes, numbers, NULL);
        free(numbers);
    } else {
        leaf = dg_leaf(in->graph, data->as.number, NULL);
    }
    if (!leaf)
        dgi_fail_graph(in, data);
    else
        dgi_count(in, leaf);
    return leaf;
}

bool dgi_whole_tensor(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    const char *name = dgi_call_frame(in)->callee.name;
    const dgi_operand *label = args[1];
    bool grad = true;
    if (!args[0])
        return dgi_report(&in->diagnose, result->begin, result->end, NULL,
                          "'%s' needs a number or a list of numbers", name);
    if (label && !label->named)
        return dgi_report(&in->diagnose, label->begin, label->end, NULL,
                          "'%s' takes one number and a label", name);
    if (label && label->kind != DGI_OPERAND_STRING)
        return dgi_fail_operand(in, label, "a label is a string");
    if (args[3] && args[3]->kind != DGI_OPERAND_TYPE)
        return dgi_fail_kind(in, args[3], "a dtype is torch.float32 or torch.float64");
    if (!read_truth(in, args[2], "requires_grad", &grad))
        return false;
    dg_value *leaf = new_leaf(in, args[0]);
    if (!leaf)
        return false;
    result->kind = DGI_OPERAND_VALUE;
    result->as.value = leaf;
    if (!grad && !dg_set_requires_grad(leaf, 0))
        return dgi_fail_graph(in, result);
    return !label || dgi_set_label(in, leaf, in->strings.data + label->as.string.begin,
                                   label->as.string.size, label->begin, label->end);
}

/* ---- Products ---- */

bool dgi_whole_matmul(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    place p;
    double multiplications;
    if (!take(in, args[0], args[1], &p) ||
        !dgi_room(in, result, dgi_numbers_of_product(p.a, p.b, &multiplications)) ||
        !dgi_work(in, result, multiplications))
        return false;
    in->products += multiplications;
    return dgi_finish(in, p.outside, dg_matmul(p.a, p.b), result, result);
}

/* ---- Reductions ---- */

typedef dg_value *whole_op(dg_value *a);
typedef dg_value *dim_op(dg_value *a, int dim, int keepdim);

static bool reduce(dgi_interpreter *in, whole_op *whole, dim_op *along, dgi_operand *x,
                   const dgi_operand *dim, const dgi_operand *keep, dgi_operand *result)
{
    place p;
    int d = 0;
    bool keepdim = false;
    if (!read_truth(in, keep, "keepdim", &keepdim) ||
        (dim && !read_int(in, dim, "a dimension", &d)))
        return false;
    if (keepdim && !dim)
        return dgi_fail_operand(in, keep, "keepdim needs a dimension");
    if (!take(in, x, NULL, &p))
        return false;
    double numbers = dgi_numbers_in(p.a);
    int counted = d < 0 ? d + dg_ndim(p.a) : d;
    if (!dim)
        numbers = 0.0;
    else if (numbers > 0.0 && counted >= 0 && counted < dg_ndim(p.a))
        numbers /= (double)dg_shape(p.a)[counted];
    if (!dgi_room(in, result, numbers))
        return false;
    return dgi_finish(in, p.outside, dim ? along(p.a, d, keepdim) : whole(p.a), result, result);
}

/* Whether it has a sum as a tensor; a flat list has one as in Python, unless it has become one or
 * its method is called. */
static bool is_whole(const dgi_interpreter *in, const dgi_operand *x)
{
    if (x->kind != DGI_OPERAND_LIST)
        return true;
    const dgi_list *list = x->as.list;
    return dgi_call_frame(in)->callee.method || dgi_is_tensor(list) ||
           (list->count > 0 && list->elements[0].kind == DGI_OPERAND_LIST);
}

bool dgi_whole_sum(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    dgi_operand *x = args[0];
    const dgi_operand *start = args[1], *dim = args[3];
    if (x->kind != DGI_OPERAND_LIST && x->kind != DGI_OPERAND_VALUE &&
        x->kind != DGI_OPERAND_NUMERIC && x->kind != DGI_OPERAND_ARRAY)
        return dgi_fail_kind(in, x, "'sum' needs a list");
    if (!is_whole(in, x) && !dim && !args[2])
        return dgi_sum_list(in, x, start, result);
    /* Of a tensor the second argument is a dimension, as in PyTorch. */
    if (start && (start->named || dim))
        return dgi_fail_operand(in, start, "only the sum of a flat list has a start");
    if (start && start->kind != DGI_OPERAND_NUMBER)
        return dgi_fail_kind(in, start, "a dimension must be a number");
    return reduce(in, dg_sum, dg_sum_dim, x, dim ? dim : start, args[2], result);
}

bool dgi_whole_mean(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    return reduce(in, dg_mean, dg_mean_dim, args[0], args[1], args[2], result);
}

bool dgi_whole_max(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    if (args[1] && (args[2] || args[3]))
        return dgi_fail_operand(in, result, dgi_call_frame(in)->callee.function->usage);
    if (args[1])
        return dgi_call_op(in, dg_op_from_name("max"), args[0], args[1], 0.0, result);
    return reduce(in, dg_max_all, dg_max_dim, args[0], args[2], args[3], result);
}

/* ---- Shapes ---- */

static bool read_size(dgi_interpreter *in, const dgi_operand *about, double number, size_t *size)
{
    if (!dgi_check_whole(in, about, "a size", number, -1))
        return false;
    *size = number < 0.0 ? DG_INFER : (size_t)number;
    return true;
}

/* The sizes of reshape: numbers, or a list of them. */
static bool read_sizes(dgi_interpreter *in, dgi_operand *const *args, dgi_shape *shape)
{
    shape->ndim = 0;
    if (args[0]->kind == DGI_OPERAND_NUMBER) {
        for (int i = 0; i < DG_DIMS_MAX && args[i]; i++)
            if (!read_size(in, args[i], args[i]->as.number, &shape->sizes[shape->ndim++]))
                return false;
        return true;
    }
    if (args[0]->kind != DGI_OPERAND_LIST || args[1])
        return dgi_fail_operand(in, args[0], "'reshape' takes sizes, or a list of them");
    const dgi_list *list = args[0]->as.list;
    if (list->count > DG_DIMS_MAX)
        return dgi_report(&in->diagnose, args[0]->begin, args[0]->end, NULL,
                          "a tensor has at most %d dimensions", DG_DIMS_MAX);
    for (size_t i = 0; i < list->count; i++) {
        if (!dgi_is_number(&list->elements[i]))
            return dgi_report(&in->diagnose, args[0]->begin, args[0]->end, NULL,
                              "size %zu must be a number, not %s", i,
                              dgi_element_name(&list->elements[i]));
        if (!read_size(in, args[0], dgi_element_number(&list->elements[i]),
                       &shape->sizes[shape->ndim++]))
            return false;
    }
    return true;
}

bool dgi_whole_reshape(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    place p;
    dgi_shape shape;
    return read_sizes(in, args + 1, &shape) && take(in, args[0], NULL, &p) &&
           dgi_room(in, result, dgi_numbers_in(p.a)) &&
           dgi_finish(in, p.outside, dg_reshape(p.a, shape.ndim, shape.sizes), result, result);
}

bool dgi_whole_transpose(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    place p;
    int dim0 = 0, dim1 = 1;
    return read_int(in, args[1], "a dimension", &dim0) &&
           read_int(in, args[2], "a dimension", &dim1) && take(in, args[0], NULL, &p) &&
           dgi_room(in, result, dgi_numbers_in(p.a)) &&
           dgi_finish(in, p.outside, dg_transpose(p.a, dim0, dim1), result, result);
}

bool dgi_matrix_transpose(dgi_interpreter *in, dgi_operand *x)
{
    const dgi_operand *operands[] = {x};
    bool outside = dgi_outside(operands, 1, dgi_numbers_needed(in));
    dg_value *v = dgi_operand_in(in, outside, x);
    if (!v)
        return false;
    if (dg_ndim(v) != 2)
        return dgi_report(&in->diagnose, x->begin, x->end, NULL,
                          "'.T' is of two dimensions, not %d: use transpose(x, dim0, dim1)",
                          dg_ndim(v));
    return dgi_room(in, x, dgi_numbers_in(v)) &&
           dgi_finish(in, outside, dg_transpose(v, 0, 1), x, x);
}

bool dgi_whole_select(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    place p;
    int i = 0;
    if (!read_int(in, args[1], "an index", &i) || !take(in, args[0], NULL, &p))
        return false;
    double rows = dg_ndim(p.a) > 1 ? (double)dg_shape(p.a)[0] : 0.0;
    return dgi_room(in, result, rows > 0.0 ? dgi_numbers_in(p.a) / rows : 0.0) &&
           dgi_finish(in, p.outside, dg_select(p.a, i), result, result);
}

/* ---- Several tensors ---- */

static bool is_outside(const dgi_interpreter *in, const dgi_list *list)
{
    bool outside = false;
    for (size_t i = 0; i < list->count; i++) {
        const dgi_element *element = &list->elements[i];
        dgi_operand operand = {.kind = element->kind};
        if (element->kind == DGI_OPERAND_LIST)
            operand.as.list = element->as.list;
        const dgi_operand *operands[] = {&operand};
        if (element->kind == DGI_OPERAND_VALUE || element->kind == DGI_OPERAND_NUMERIC)
            return false;
        if (element->kind == DGI_OPERAND_LIST &&
            (element->as.list->form == DGI_FORM_VALUES || dgi_is_tensor(element->as.list)))
            return false;
        outside = outside || dgi_outside(operands, 1, dgi_call_frame(in)->result_number);
    }
    return outside;
}

/* The elements of a list as values; the caller frees them. */
static dg_value **take_elements(dgi_interpreter *in, const dgi_operand *about, bool outside)
{
    const dgi_list *list = about->as.list;
    dg_value *whole = dgi_is_tensor(list) ? dgi_list_value(in, about, about->as.list) : NULL;
    if (!dgi_spend(in, about, (double)list->count))
        return NULL;
    dg_value **values = malloc(list->count * sizeof(dg_value *));
    in->out_of_memory = in->out_of_memory || !values;
    for (size_t i = 0; i < list->count && values; i++) {
        const dgi_element *element = &list->elements[i];
        dgi_operand operand = {.kind = element->kind, .begin = about->begin, .end = about->end};
        if (element->kind == DGI_OPERAND_NUMBER)
            operand.as.number = element->as.number;
        else if (element->kind == DGI_OPERAND_LIST)
            operand.as.list = element->as.list;
        else
            operand.as.value = element->as.value;
        if (whole && dgi_made(in, dg_select(whole, (ptrdiff_t)i), &operand))
            values[i] = operand.as.value;
        else
            values[i] = whole ? NULL : dgi_operand_in(in, outside, &operand);
        if (!values[i]) {
            free(values);
            return NULL;
        }
    }
    return values;
}

typedef dg_value *join_op(dg_value *const *values, size_t n, int dim);

static dg_value *stack(dg_value *const *values, size_t n, int dim)
{
    (void)dim;
    return dg_stack(values, n);
}

static bool join(dgi_interpreter *in, const char *name, join_op *op, dgi_operand *list, int dim,
                 dgi_operand *result)
{
    if (list->kind != DGI_OPERAND_LIST)
        return dgi_report(&in->diagnose, list->begin, list->end, NULL,
                          "'%s' needs a list of tensors, not %s", name, dgi_operand_name(list));
    size_t n = list->as.list->count;
    if (n == 0)
        return dgi_report(&in->diagnose, list->begin, list->end, NULL,
                          "'%s' needs at least one tensor", name);
    bool outside = !dgi_is_tensor(list->as.list) && is_outside(in, list->as.list);
    dg_value **values = take_elements(in, list, outside);
    if (!values)
        return false;
    double numbers = 0.0;
    for (size_t i = 0; i < n; i++)
        numbers += (double)dg_size(values[i]);
    bool done = dgi_room(in, result, numbers) &&
                dgi_finish(in, outside, op(values, n, dim), result, result);
    free(values);
    return done;
}

bool dgi_whole_concat(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    int dim = 0;
    return (!args[1] || read_int(in, args[1], "a dimension", &dim)) &&
           join(in, dgi_call_frame(in)->callee.name, dg_concat, args[0], dim, result);
}

bool dgi_whole_stack(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    return join(in, "stack", stack, args[0], 0, result);
}

/* ---- Probabilities ---- */

static bool along(dgi_interpreter *in, dg_value *(*op)(dg_value *, int), dgi_arguments args,
                  dgi_operand *result)
{
    place p;
    int dim = -1;
    return (!args[1] || read_int(in, args[1], "a dimension", &dim)) &&
           take(in, args[0], NULL, &p) && dgi_room(in, result, dgi_numbers_in(p.a)) &&
           dgi_finish(in, p.outside, op(p.a, dim), result, result);
}

bool dgi_whole_softmax(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    return along(in, dg_softmax, args, result);
}

bool dgi_whole_log_softmax(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    return along(in, dg_log_softmax, args, result);
}

bool dgi_whole_cross_entropy(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    place p;
    return take(in, args[0], args[1], &p) &&
           dgi_finish(in, p.outside, dg_cross_entropy(p.a, p.b), result, result);
}

/* ---- Methods that PyTorch's tensors have ---- */

bool dgi_whole_item(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    dgi_operand *x = args[0];
    double number = x->as.number;
    if (x->kind != DGI_OPERAND_NUMBER) {
        if (x->kind != DGI_OPERAND_ARRAY && !dgi_to_value(in, x))
            return false;
        dgi_shape shape = dgi_value_shape(x->as.value);
        char text[DG_SHAPE_TEXT_MAX];
        if (dg_size(x->as.value) != 1)
            return dgi_report(&in->diagnose, result->begin, result->end, NULL,
                              "'item' needs a single number, not a tensor of shape %s",
                              dg_shape_text(shape.ndim, shape.sizes, text));
        number = dg_data(x->as.value);
    }
    result->kind = DGI_OPERAND_NUMBER;
    result->as.number = number;
    return true;
}

bool dgi_whole_double(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    const dgi_operand whole = *result, *x = args[0];
    (void)in;
    *result = *x;
    result->begin = whole.begin;
    result->end = whole.end;
    result->bare_name = false;
    return true;
}

/* The functions that move the elements of tensors, choose between them, or bound them. */
#include "lang/builtins.h"

#include <string.h>

/* The first n arguments as values of one graph, which is the call's from then on: the detached one
 * where all of them are arrays, or numbers and lists beside these. */
static bool take(dgi_runtime *rt, dgi_call *c, size_t n, dg_value **x)
{
    bool stays = false, leaves = false;
    for (size_t i = 0; i < n; i++) {
        stays = stays || dgi_stays_in_graph(&c->args[i]->object, c->numbers);
        leaves = leaves || dgi_leaves_graph(&c->args[i]->object, c->numbers);
    }
    c->graph = leaves && !stays ? dgi_detached_graph(rt) : rt->graph;
    for (size_t i = 0; i < n; i++)
        if (!(x[i] = dgi_value_in(rt, c->graph, c->args[i])))
            return false;
    return true;
}

static bool give(dgi_runtime *rt, dgi_call *c, dg_value *value)
{
    return dgi_take(rt, c->graph, value, c->result.span, &c->result);
}

/* The numbers after the first argument, or those of a list; of argument `from` alone where not
 * `all`. */
static bool read_integers(dgi_runtime *rt, const dgi_call *c, size_t from, bool all, int *count,
                          int *integers)
{
    const dgi_operand *x = c->args[from];
    bool is_list = dgi_is_list(&x->object) && (!all || !c->args[2]);
    size_t n = is_list ? x->object.as.list->count : all ? DG_DIMS_MAX : 1;
    *count = 0;
    if (n > DG_DIMS_MAX)
        return dgi_fail(rt, x->span, "a tensor has at most %d dimensions", DG_DIMS_MAX);
    for (size_t i = 0; i < n && (is_list || c->args[from + i]); i++) {
        x = c->args[is_list ? from : from + i];
        const dgi_object *o = is_list ? &x->object.as.list->elements[i] : &x->object;
        if (!dgi_is_number(o))
            return dgi_fail(rt, x->span, "number %zu of '%s' must be a number, not %s", i,
                            c->builtin->name, dgi_object_name(o));
        if (!dgi_require_integer(rt, x->span, "a number of dimensions or sizes", dgi_number_of(o)))
            return false;
        integers[(*count)++] = (int)dgi_number_of(o);
    }
    return true;
}

/* permute, expand, repeat and flip. */
bool dgi_builtin_map(dgi_runtime *rt, dgi_call *c)
{
    int n, dims[DG_DIMS_MAX];
    size_t sizes[DG_DIMS_MAX];
    dg_value *x, *value;
    if (!read_integers(rt, c, 1, true, &n, dims) || !take(rt, c, 1, &x))
        return false;
    for (int i = 0; i < n; i++)
        sizes[i] = dims[i] == -1 ? DG_INFER : dims[i] < 0 ? DG_INFER - 1 : (size_t)dims[i];
    switch (c->builtin->name[0]) {
    case 'p':
        value = dg_permute(x, n, dims);
        break;
    case 'f':
        value = dg_flip(x, n, dims);
        break;
    case 'e':
        value = dg_expand(x, n, sizes);
        break;
    default:
        value = dg_repeat(x, n, sizes);
    }
    return give(rt, c, value);
}

bool dgi_builtin_roll(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x;
    return take(rt, c, 1, &x) && give(rt, c, dg_roll(x, (int)c->plain[1], (int)c->plain[2]));
}

/* The dimensions of a reduction, in argument i: a number, a list, or nothing. */
static bool read_dims(dgi_runtime *rt, const dgi_call *c, size_t i, int *n, int *dims)
{
    *n = 0;
    return !c->args[i] || read_integers(rt, c, i, false, n, dims);
}

/* min of two values is the elementwise one. */
static bool is_elementwise(const dgi_call *c)
{
    dgi_shape shape = dgi_shape_of_object(&c->args[0]->object);
    return strcmp(c->builtin->name, "min") == 0 && c->args[1] && !c->args[1]->named &&
           !c->args[2] && (shape.ndim == 0 || c->args[1]->object.kind != DGI_OBJECT_NUMBER);
}

bool dgi_builtin_reduction(dgi_runtime *rt, dgi_call *c)
{
    static const struct {
        const char *name;
        dg_value *(*make)(dg_value *, int, const int *, int);
        dg_value *(*corrected)(dg_value *, int, const int *, int, double);
    } reductions[] = {
        {"min", dg_min_dims, NULL},
        {"prod", dg_prod_dims, NULL},
        {"argmax", dg_argmax_dims, NULL},
        {"argmin", dg_argmin_dims, NULL},
        {"logsumexp", dg_logsumexp_dims, NULL},
        {"var", NULL, dg_var_dims},
        {"std", NULL, dg_std_dims},
    };
    int n, dims[DG_DIMS_MAX], keep = c->plain[2] != 0.0;
    dg_value *x;
    size_t i = 0;
    if (is_elementwise(c))
        return dgi_builtin_op(rt, c);
    if (!read_dims(rt, c, 1, &n, dims) || !take(rt, c, 1, &x))
        return false;
    while (strcmp(reductions[i].name, c->builtin->name) != 0)
        i++;
    return give(rt, c,
                reductions[i].make ? reductions[i].make(x, n, dims, keep)
                                   : reductions[i].corrected(x, n, dims, keep, c->plain[3]));
}

bool dgi_builtin_norm(dgi_runtime *rt, dgi_call *c)
{
    int n, dims[DG_DIMS_MAX];
    dg_value *x;
    return read_dims(rt, c, 2, &n, dims) && take(rt, c, 1, &x) &&
           give(rt, c, dg_norm_dims(x, n, dims, c->plain[3] != 0.0, c->plain[1]));
}

bool dgi_builtin_cumsum(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x;
    return take(rt, c, 1, &x) && give(rt, c, dg_cumsum(x, (int)c->plain[1]));
}

/* tril, triu and diag. */
bool dgi_builtin_diagonal(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x;
    if (!take(rt, c, 1, &x))
        return false;
    int k = (int)c->plain[1];
    bool is_diag = strcmp(c->builtin->name, "diag") == 0,
         is_lower = strcmp(c->builtin->name, "tril") == 0;
    return give(rt, c, is_diag ? dg_diag(x, k) : is_lower ? dg_tril(x, k) : dg_triu(x, k));
}

bool dgi_builtin_slice(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x;
    return take(rt, c, 1, &x) && give(rt, c,
                                      dg_slice(x, (int)c->plain[1], (ptrdiff_t)c->plain[2],
                                               (ptrdiff_t)c->plain[3], (ptrdiff_t)c->plain[4]));
}

bool dgi_builtin_zero_pad(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x;
    return take(rt, c, 1, &x) && give(rt, c,
                                      dg_zero_pad(x, (int)c->plain[1], (size_t)c->plain[2],
                                                  (size_t)c->plain[3], (size_t)c->plain[4]));
}

/* where and lerp. */
bool dgi_builtin_ternary(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x[3];
    if (!take(rt, c, 3, x))
        return false;
    bool is_where = strcmp(c->builtin->name, "where") == 0;
    return give(rt, c, is_where ? dg_where(x[0], x[1], x[2]) : dg_lerp(x[0], x[1], x[2]));
}

bool dgi_builtin_clamp(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x;
    return take(rt, c, 1, &x) && give(rt, c, dg_clamp(x, c->plain[1], c->plain[2]));
}

bool dgi_builtin_flatten(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x;
    return take(rt, c, 1, &x) && give(rt, c, dg_reshape(x, 1, (const size_t[]){dg_size(x)}));
}

/* A dimension counted from 0, of n; reported where there is none. */
static bool find_dim(dgi_runtime *rt, const dgi_call *c, int n, int *dim)
{
    double number = c->plain[1];
    if (number < -n || number >= n)
        return dgi_fail(rt, c->args[1]->span, "there is no dimension %.0f", number);
    *dim = (int)number + (number < 0 ? n : 0);
    return true;
}

bool dgi_builtin_squeeze(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x;
    size_t shape[DG_DIMS_MAX];
    int n = 0, only = -1;
    if (!take(rt, c, 1, &x) || (c->args[1] && !find_dim(rt, c, dg_ndim(x), &only)))
        return false;
    for (int i = 0; i < dg_ndim(x); i++)
        if (dg_shape(x)[i] != 1 || (c->args[1] && i != only))
            shape[n++] = dg_shape(x)[i];
    return give(rt, c, dg_reshape(x, n, shape));
}

bool dgi_builtin_unsqueeze(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x;
    size_t shape[DG_DIMS_MAX + 1];
    int at = 0;
    if (!take(rt, c, 1, &x) || !find_dim(rt, c, dg_ndim(x) + 1, &at))
        return false;
    for (int i = 0; i <= dg_ndim(x); i++)
        shape[i] = i == at ? 1 : dg_shape(x)[i - (i > at)];
    return give(rt, c, dg_reshape(x, dg_ndim(x) + 1, shape));
}

/* ---- Gradients as values ---- */

bool dgi_builtin_grad(dgi_runtime *rt, dgi_call *c)
{
    dgi_object *root = &c->args[0]->object, *by = &c->args[1]->object;
    bool is_list = dgi_is_list(by) && !dgi_is_tensor(by->as.list);
    size_t n = is_list ? by->as.list->count : 1;
    dg_value **x = dgi_allocate(rt, 2 * n, sizeof *x);
    if (!x)
        return false;
    dg_value **gradients = x + n;
    for (size_t i = 0; i < n; i++) {
        dgi_operand one = {.object = is_list ? by->as.list->elements[i] : *by,
                           .span = c->args[1]->span};
        if (!dgi_is_any_value(&one.object) && !dgi_is_list(&one.object))
            return dgi_fail_kind(rt, &one, "a value is needed here");
        x[i] = dgi_value_in(rt, rt->graph, &one);
        if (!x[i])
            return false;
    }
    if (dg_differentiate(root->as.value, x, n, gradients) != DG_OK)
        return dgi_fail_graph(rt, rt->graph, c->result.span);
    return is_list ? dgi_list_of_values(rt, gradients, n, &c->result)
                   : dgi_take_value(rt, gradients[0], &c->result);
}

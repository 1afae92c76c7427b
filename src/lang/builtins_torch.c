/* What PyTorch has for gradients. */
#include "lang/builtins.h"

bool dgi_builtin_no_grad(dgi_runtime *rt, dgi_call *c)
{
    (void)rt;
    c->result.object = (dgi_object){.as.number = 1.0, .kind = DGI_OBJECT_NO_GRAD};
    return true;
}

bool dgi_builtin_requires_grad(dgi_runtime *rt, dgi_call *c)
{
    dg_value *v = c->args[0]->object.as.value;
    c->result.object = c->args[0]->object;
    return dg_set_requires_grad(v, c->plain[1] != 0.0) ||
           dgi_fail_graph(rt, rt->graph, c->result.span);
}

bool dgi_builtin_zero_gradient(dgi_runtime *rt, dgi_call *c)
{
    dg_value *v = c->args[0]->object.as.value;
    c->result.object.kind = DGI_OBJECT_NONE;
    if (!dg_requires_grad(v))
        return true;
    if (dg_ndim(v) == 0) {
        dg_set_grad(v, 0.0);
        return true;
    }
    double *zeros = dgi_allocate(rt, dg_size(v), sizeof *zeros);
    for (size_t i = 0; i < dg_size(v) && zeros; i++)
        zeros[i] = 0.0;
    return zeros && (dg_set_grad_array(v, zeros, dg_size(v)) == DG_OK ||
                     dgi_fail_graph(rt, rt->graph, c->result.span));
}

bool dgi_builtin_detach(dgi_runtime *rt, dgi_call *c)
{
    dgi_object o = {.as.value = c->args[0]->object.as.value, .kind = DGI_OBJECT_ARRAY};
    if (dg_ndim(o.as.value) == 0) {
        c->result.object = dgi_number_object(dg_data(o.as.value));
        return true;
    }
    dg_graph *g = dgi_detached_graph(rt);
    o.as.value = g ? dgi_new_leaf(rt, g, c->result.span, &o) : NULL;
    c->result.object = o;
    return o.as.value;
}

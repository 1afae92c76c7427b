/* The API in fifteen lines: the lecture's expression, differentiated and drawn. */
#include <dotgrad/dotgrad.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a"), *b = dg_leaf(g, -3.0, "b");
    dg_value *c = dg_leaf(g, 10.0, "c"), *f = dg_leaf(g, -2.0, "f");
    dg_value *e = dg_set_label(dg_mul(a, b), "e");
    dg_value *d = dg_set_label(dg_add(e, c), "d");
    dg_value *L = dg_set_label(dg_mul(d, f), "L");
    dg_backward(L);
    printf("L = %g, dL/da = %g, dL/db = %g\n", dg_data(L), dg_grad(a), dg_grad(b));

    dg_error error = {0};
    dg_status status =
        dg_draw_dot(L, argc > 1 ? argv[1] : "hello.svg", &(dg_draw_options){.error = &error});
    if (status != DG_OK)
        fprintf(stderr, "hello: %s\n", error.text);
    dg_graph_free(g);
    return status != DG_OK;
}

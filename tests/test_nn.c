/* Modules: parameters, labels, scopes, calls, and what is refused. */
#include "nn_support.h"

static const dg_activation activations[] = {DG_TANH, DG_RELU, DG_SIGMOID, DG_LINEAR};

/* The MLP of the micrograd lectures. */
static const net lectures = {3, 3, {4, 4, 1}, {DG_TANH, DG_TANH, DG_TANH}};

/* ---- Parameters ---------------------------------------------------------------------------- */

static void assert_parameters(const dg_module *m, const dg_graph *g, reference_rng *numbers,
                              size_t expected)
{
    size_t n = 0;
    dg_value *const *p = dg_module_parameters(m, &n);
    ck_assert_uint_eq(n, expected);
    ck_assert_ptr_eq(dg_module_parameters(m, NULL), p);
    ck_assert_uint_eq(dg_graph_size(g), expected);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(dg_operand_count(p[i]), 0);
        ck_assert_ptr_eq(dg_graph_of(p[i]), g);
        ck_assert(dg_data(p[i]) >= -1.0 && dg_data(p[i]) < 1.0);
        assert_same(dg_data(p[i]), 2.0 * reference_unit(numbers) - 1.0);
        ck_assert(dg_grad(p[i]) == 0.0);
        ck_assert_int_eq(dg_has_grad(p[i]), 0);
    }
}

START_TEST(parameters_of_an_mlp)
{
    char label[64];
    char scope[64];
    for (uint64_t seed = 0; seed < 20; seed++) {
        dg_graph *g = dg_graph_new();
        reference_rng numbers = reference_seeded(seed);
        dg_module *m = net_module(&lectures, g, seed);
        ck_assert_ptr_nonnull(m);
        assert_parameters(m, g, &numbers, 41);
        ck_assert_uint_eq(dg_module_input_count(m), 3);
        ck_assert_uint_eq(dg_module_output_count(m), 1);
        dg_value *const *p = dg_module_parameters(m, NULL);
        for (size_t l = 0, nin = 3; l < 3; nin = lectures.sizes[l++])
            for (size_t k = 0; k < lectures.sizes[l]; k++) {
                snprintf(scope, sizeof scope, "layer %zu/neuron %zu", l, k);
                for (size_t i = 0; i <= nin; i++, p++) {
                    if (i < nin)
                        snprintf(label, sizeof label, "layer %zu neuron %zu w%zu", l, k, i);
                    else
                        snprintf(label, sizeof label, "layer %zu neuron %zu b", l, k);
                    ck_assert_str_eq(dg_label(*p), label);
                    ck_assert_str_eq(dg_scope(*p), scope);
                }
            }
        assert_error(g, DG_OK, NULL);
        dg_module_free(m);
        dg_graph_free(g);
    }
}
END_TEST

START_TEST(parameters_of_a_layer)
{
    static const char *const labels[] = {"neuron 0 w0", "neuron 0 w1", "neuron 0 b",
                                         "neuron 1 w0", "neuron 1 w1", "neuron 1 b",
                                         "neuron 2 w0", "neuron 2 w1", "neuron 2 b"};
    static const char *const scopes[] = {"neuron 0", "neuron 1", "neuron 2"};
    dg_graph *g = dg_graph_new();
    dg_rng r = dg_rng_init(5);
    reference_rng numbers = reference_seeded(5);
    dg_module *m = dg_layer_new(g, 2, 3, DG_RELU, &r);
    ck_assert_ptr_nonnull(m);
    assert_parameters(m, g, &numbers, 9);
    ck_assert_uint_eq(dg_rng_next(&r), reference_next(&numbers)); /* and no number more */
    ck_assert_uint_eq(dg_module_input_count(m), 2);
    ck_assert_uint_eq(dg_module_output_count(m), 3);
    for (size_t i = 0; i < COUNT_OF(labels); i++) {
        ck_assert_str_eq(dg_label(dg_module_parameters(m, NULL)[i]), labels[i]);
        ck_assert_str_eq(dg_scope(dg_module_parameters(m, NULL)[i]), scopes[i / 3]);
    }
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

START_TEST(parameters_of_a_neuron)
{
    static const char *const labels[] = {"w0", "w1", "w2", "b"};
    dg_graph *g = dg_graph_new();
    dg_rng r = dg_rng_init(6);
    reference_rng numbers = reference_seeded(6);
    dg_module *m = dg_neuron_new(g, 3, DG_TANH, &r);
    ck_assert_ptr_nonnull(m);
    assert_parameters(m, g, &numbers, 4);
    ck_assert_uint_eq(dg_module_input_count(m), 3);
    ck_assert_uint_eq(dg_module_output_count(m), 1);
    for (size_t i = 0; i < COUNT_OF(labels); i++) {
        ck_assert_str_eq(dg_label(dg_module_parameters(m, NULL)[i]), labels[i]);
        ck_assert_str_eq(dg_scope(dg_module_parameters(m, NULL)[i]), "");
    }
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

START_TEST(modules_one_after_the_other)
{
    dg_graph *g = dg_graph_new();
    dg_rng r = dg_rng_init(1);
    dg_rng same = r;
    dg_module *a = dg_mlp_new(g, 2, (size_t[]){2, 2}, 2, NULL, &r);
    dg_module *b = dg_mlp_new(g, 2, (size_t[]){2, 2}, 2, NULL, &r);
    dg_module *c = dg_mlp_new(g, 2, (size_t[]){2, 2}, 2, NULL, &same);
    size_t differ = 0;
    for (size_t i = 0; i < 12; i++) {
        differ +=
            dg_data(dg_module_parameters(a, NULL)[i]) != dg_data(dg_module_parameters(b, NULL)[i]);
        assert_same(dg_data(dg_module_parameters(a, NULL)[i]),
                    dg_data(dg_module_parameters(c, NULL)[i]));
    }
    ck_assert_uint_eq(differ, 12);
    dg_module_free(a);
    dg_module_free(c);
    dg_graph_free(g);
    dg_module_free(b); /* after its graph */
}
END_TEST

/* ---- Scopes -------------------------------------------------------------------------------- */

START_TEST(scopes_of_a_call)
{
    char scope[80];
    for (size_t f = 0; f < COUNT_OF(activations); f++)
        for (int enclosed = 0; enclosed < 2; enclosed++) {
            const char *outer = enclosed ? "net/" : "";
            dg_graph *g = dg_graph_new();
            dg_rng r = dg_rng_init(9);
            dg_activation all[] = {activations[f], activations[f]};
            dg_module *m = dg_mlp_new(g, 2, (size_t[]){3, 2}, 2, all, &r);
            dg_value *x[] = {dg_leaf(g, 0.5, "x"), dg_leaf(g, -1.0, "y")};
            dg_value *out[3] = {NULL, NULL, x[0]};
            if (enclosed)
                ck_assert_int_eq(dg_scope_begin(g, "net"), DG_OK);
            size_t mark = dg_graph_mark(g);
            ck_assert_int_eq(dg_module_call(m, x, 2, out), DG_OK);
            ck_assert_ptr_eq(out[2], x[0]);
            ck_assert_str_eq(dg_scope(dg_module_parameters(m, NULL)[0]), "layer 0/neuron 0");
            /* A product and a sum for each weight, and the activation. */
            size_t made = (f != 3) * 5 + 2 * (3 * 2 + 2 * 3);
            ck_assert_uint_eq(dg_graph_size(g) - mark, made);
            for (size_t k = 0; k < 2; k++) {
                dg_value *v = out[k];
                snprintf(scope, sizeof scope, "%slayer 1/neuron %zu", outer, k);
                ck_assert_str_eq(dg_scope(v), scope);
                ck_assert_str_eq(dg_label(v), "");
                if (f != 3)
                    v = dg_operand(v, 0);
                for (size_t i = 3; i-- > 0; v = dg_operand(v, 0)) { /* the sum, from its end */
                    dg_value *product = dg_operand(v, 1);
                    ck_assert_str_eq(dg_op_name(v), "+");
                    ck_assert_str_eq(dg_op_name(product), "*");
                    ck_assert_str_eq(dg_scope(v), scope);
                    ck_assert_str_eq(dg_scope(product), scope);
                    ck_assert_ptr_eq(dg_operand(product, 0),
                                     dg_module_parameters(m, NULL)[9 + k * 4 + i]);
                    char below[80];
                    snprintf(below, sizeof below, "%slayer 0/neuron %zu", outer, i);
                    ck_assert_str_eq(dg_scope(dg_operand(product, 1)), below);
                }
                ck_assert_ptr_eq(v, dg_module_parameters(m, NULL)[9 + k * 4 + 3]);
            }
            ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), enclosed ? "net" : "");
            dg_scope_end(g);
            ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), "");
            assert_error(g, DG_OK, NULL);
            dg_module_free(m);
            dg_graph_free(g);
        }
}
END_TEST

START_TEST(scopes_of_layers_and_neurons)
{
    dg_graph *g = dg_graph_new();
    dg_rng r = dg_rng_init(2);
    ck_assert_int_eq(dg_scope_begin(g, "made"), DG_OK);
    dg_module *neuron = dg_neuron_new(g, 1, DG_TANH, &r);
    dg_module *layer = dg_layer_new(g, 1, 2, DG_TANH, &r);
    dg_scope_end(g);
    ck_assert_str_eq(dg_scope(dg_module_parameters(neuron, NULL)[0]), "made");
    ck_assert_str_eq(dg_scope(dg_module_parameters(layer, NULL)[3]), "made/neuron 1");
    ck_assert_str_eq(dg_label(dg_module_parameters(layer, NULL)[3]), "neuron 1 b");
    dg_value *x = dg_leaf(g, 1.0, NULL);
    dg_value *out[2];
    ck_assert_int_eq(dg_module_call(neuron, &x, 1, out), DG_OK);
    ck_assert_str_eq(dg_scope(out[0]), "");
    ck_assert_str_eq(dg_scope(dg_operand(out[0], 0)), "");
    ck_assert_int_eq(dg_module_call(layer, &x, 1, out), DG_OK);
    ck_assert_str_eq(dg_scope(out[0]), "neuron 0");
    ck_assert_str_eq(dg_scope(dg_operand(out[1], 0)), "neuron 1");
    dg_module_free(neuron);
    dg_module_free(layer);
    dg_graph_free(g);
}
END_TEST

/* ---- Gradients ----------------------------------------------------------------------------- */

START_TEST(zeroed_gradients)
{
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&lectures, g, 1);
    dg_value *x[] = {dg_leaf(g, 1.0, NULL), dg_leaf(g, 2.0, NULL), dg_leaf(g, 3.0, NULL)};
    dg_value *out;
    ck_assert_int_eq(dg_module_call(m, x, 3, &out), DG_OK);
    ck_assert_int_eq(dg_backward(out), DG_OK);
    double x_grad = dg_grad(x[0]);
    ck_assert(x_grad != 0.0);
    ck_assert_int_eq(dg_module_zero_grad(m), DG_OK);
    for (size_t i = 0; i < 41; i++)
        assert_same(dg_grad(dg_module_parameters(m, NULL)[i]), 0.0);
    assert_same(dg_grad(x[0]), x_grad);
    assert_same(dg_grad(out), 1.0);
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

/* ---- What is refused ----------------------------------------------------------------------- */

/* Nothing was made, no scope is open, and the error is that one. */
static void assert_refused(dg_graph *g, size_t size, const dg_module *m, dg_status status,
                           const char *text)
{
    ck_assert_ptr_null(m);
    ck_assert_uint_eq(dg_graph_size(g), size);
    assert_error(g, status, text);
    ck_assert_str_eq(dg_scope(dg_leaf(g, 0.0, NULL)), "outer");
    dg_graph_rewind(g, size);
}

START_TEST(modules_refused)
{
    static size_t many[1001];
    const dg_activation wrong[] = {DG_TANH, (dg_activation)17};
    const dg_activation none = (dg_activation)4;
    const size_t huge = SIZE_MAX;
    dg_graph *g = dg_graph_new();
    dg_rng r = dg_rng_init(1);
    const dg_rng unused = r;
    dg_leaf(g, 1.0, "before");
    dg_scope_begin(g, "outer");
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = 1;
#define REFUSED(made, status, text) assert_refused(g, 1, made, status, text)
    static const char *const no_layer = "an MLP needs at least one layer";
    static const char *const no_input = "a module needs at least one input";
    static const char *const no_generator = "there is no generator";
    static const char *const too_many = "a module has more than 8388608 parameters";
    REFUSED(dg_mlp_new(g, 3, many, 0, NULL, &r), DG_INVALID, no_layer);
    REFUSED(dg_mlp_new(g, 3, NULL, 2, NULL, &r), DG_INVALID, "an MLP needs a list of sizes");
    REFUSED(dg_mlp_new(g, 0, many, 1, NULL, &r), DG_INVALID, no_input);
    REFUSED(dg_layer_new(g, 0, 1, DG_TANH, &r), DG_INVALID, no_input);
    REFUSED(dg_neuron_new(g, 0, DG_TANH, &r), DG_INVALID, no_input);
    REFUSED(dg_layer_new(g, 1, 0, DG_TANH, &r), DG_INVALID, "a layer needs at least one neuron");
    REFUSED(dg_mlp_new(g, 3, (size_t[]){4, 0, 1}, 3, NULL, &r), DG_INVALID,
            "layer 1 has no neurons");
    REFUSED(dg_mlp_new(g, 3, many, 2, wrong, &r), DG_INVALID, "there is no such activation");
    REFUSED(dg_layer_new(g, 3, 1, none, &r), DG_INVALID, "there is no such activation");
    REFUSED(dg_neuron_new(g, 3, (dg_activation)-1, &r), DG_INVALID, "there is no such activation");
    REFUSED(dg_mlp_new(g, 3, many, 2, NULL, NULL), DG_INVALID, no_generator);
    REFUSED(dg_layer_new(g, 3, 1, DG_TANH, NULL), DG_INVALID, no_generator);
    REFUSED(dg_neuron_new(g, 3, DG_TANH, NULL), DG_INVALID, no_generator);
    REFUSED(dg_mlp_new(g, 3, many, 1001, NULL, &r), DG_LIMIT, "an MLP has more than 1000 layers");
    REFUSED(dg_mlp_new(g, 3, many, huge, NULL, &r), DG_LIMIT, "an MLP has more than 1000 layers");
    REFUSED(dg_neuron_new(g, DG_PARAMETERS_MAX, DG_TANH, &r), DG_LIMIT, too_many);
    REFUSED(dg_neuron_new(g, huge, DG_TANH, &r), DG_LIMIT, too_many);
    REFUSED(dg_layer_new(g, 1, DG_PARAMETERS_MAX / 2 + 1, DG_TANH, &r), DG_LIMIT, too_many);
    REFUSED(dg_layer_new(g, huge, huge, DG_TANH, &r), DG_LIMIT, too_many);
    REFUSED(dg_layer_new(g, 1, huge, DG_TANH, &r), DG_LIMIT, too_many);
    REFUSED(dg_layer_new(g, 1, huge / 2 + 1, DG_TANH, &r), DG_LIMIT, too_many);
    REFUSED(dg_mlp_new(g, 1, (size_t[]){6000, 6000, 6000}, 3, NULL, &r), DG_LIMIT, too_many);
    REFUSED(dg_mlp_new(g, 1, (size_t[]){1, huge, 1}, 3, NULL, &r), DG_LIMIT, too_many);
    ck_assert_ptr_null(dg_mlp_new(g, 3, NULL, 0, NULL, &r));
    dg_graph_clear_error(g);
    /* What was refused took no number from the generator. */
    ck_assert_int_eq(memcmp(&r, &unused, sizeof r), 0);
#undef REFUSED
    ck_assert_ptr_null(dg_mlp_new(NULL, 3, many, 2, NULL, &r));
    ck_assert_ptr_null(dg_layer_new(NULL, 3, 2, DG_TANH, &r));
    ck_assert_ptr_null(dg_neuron_new(NULL, 3, DG_TANH, &r));
    dg_graph_free(g);
}
END_TEST

START_TEST(as_many_layers_as_there_may_be)
{
    static size_t sizes[1000];
    dg_graph *g = dg_graph_new();
    dg_rng r = dg_rng_init(1);
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        sizes[i] = 1;
    ck_assert_uint_eq(COUNT_OF(sizes), DG_LAYERS_MAX);
    dg_module *m = dg_mlp_new(g, 1, sizes, COUNT_OF(sizes), NULL, &r);
    ck_assert_ptr_nonnull(m);
    dg_value *x = dg_leaf(g, 1.0, NULL);
    dg_value *out;
    ck_assert_int_eq(dg_module_call(m, &x, 1, &out), DG_OK);
    ck_assert_str_eq(dg_scope(out), "layer 999/neuron 0");
    ck_assert_uint_eq(dg_graph_size(g), 2000 + 1 + 3000);
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

static void assert_call_refused(const dg_module *m, dg_graph *g, dg_value *const *x, size_t nx,
                                const char *text)
{
    dg_value *out[4] = {NULL};
    size_t size = dg_graph_size(g);
    ck_assert_int_eq(dg_module_call(m, x, nx, out), DG_INVALID);
    ck_assert_uint_eq(dg_graph_size(g), size);
    assert_error(g, DG_INVALID, text);
    ck_assert_str_eq(dg_scope(dg_leaf(g, 0.0, NULL)), "outer");
    dg_graph_rewind(g, size);
}

START_TEST(calls_refused)
{
    dg_graph *g = dg_graph_new();
    dg_graph *other = dg_graph_new();
    dg_rng r = dg_rng_init(1);
    dg_module *m = dg_mlp_new(g, 3, (size_t[]){4, 2}, 2, NULL, &r);
    dg_module *one = dg_mlp_new(g, 1, (size_t[]){4, 2}, 2, NULL, &r);
    dg_module *layer = dg_layer_new(g, 2, 2, DG_TANH, &r);
    dg_module *neuron = dg_neuron_new(g, 2, DG_TANH, &r);
    dg_value *x[4] = {dg_leaf(g, 1.0, "a"), dg_leaf(g, 2.0, "b"), dg_leaf(g, 3.0, "c"),
                      dg_leaf(g, 4.0, "d")};
    dg_value *foreign = dg_leaf(other, 3.0, "c");
    dg_value *out[2];
    dg_scope_begin(g, "outer");
    assert_call_refused(m, g, x, 2, "the MLP takes 3 inputs, not 2");
    assert_call_refused(m, g, x, 4, "the MLP takes 3 inputs, not 4");
    assert_call_refused(m, g, x, 0, "the MLP takes 3 inputs, not 0");
    assert_call_refused(one, g, x, 2, "the MLP takes 1 input, not 2");
    assert_call_refused(layer, g, x, 3, "the layer takes 2 inputs, not 3");
    assert_call_refused(neuron, g, x, 1, "the neuron takes 2 inputs, not 1");
    /* Each input in turn is missing, or a value of another graph; the first such one is named. */
    dg_module *modules[] = {m, layer, neuron};
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < dg_module_input_count(modules[k]); i++)
            for (int missing = 0; missing < 2; missing++) {
                dg_value *wrong[3] = {x[0], x[1], x[2]};
                char text[64];
                snprintf(text, sizeof text, "input %zu is not a value of the module's graph", i);
                wrong[i] = missing ? NULL : foreign;
                assert_call_refused(modules[k], g, wrong, dg_module_input_count(modules[k]), text);
            }
    assert_call_refused(m, g, (dg_value *[]){foreign, NULL, x[2]}, 3,
                        "input 0 is not a value of the module's graph");
    assert_call_refused(m, g, NULL, 3, "a module is called with values and room for its outputs");
    size_t size = dg_graph_size(g);
    ck_assert_int_eq(dg_module_call(m, x, 3, NULL), DG_INVALID);
    ck_assert_uint_eq(dg_graph_size(g), size);
    assert_error(g, DG_INVALID, "a module is called with values and room for its outputs");
    ck_assert_int_eq(dg_module_call(NULL, x, 3, out), DG_INVALID);
    ck_assert_int_eq(dg_module_call(NULL, NULL, 0, NULL), DG_INVALID);
    assert_error(g, DG_OK, NULL);
    ck_assert_uint_eq(dg_graph_size(other), 1);
    ck_assert_int_eq(dg_graph_status(other), DG_OK);
    ck_assert_int_eq(dg_module_call(m, x, 3, out), DG_OK); /* it works after all that */
    dg_module_free(m);
    dg_module_free(one);
    dg_module_free(layer);
    dg_module_free(neuron);
    dg_graph_free(g);
    dg_graph_free(other);
}
END_TEST

/* The first error stays; a call that works says so all the same. */
START_TEST(calls_beside_an_older_error)
{
    dg_graph *g = dg_graph_new();
    dg_rng r = dg_rng_init(1);
    dg_add(dg_leaf(g, 1.0, NULL), NULL);
    dg_module *refused = dg_neuron_new(g, 0, DG_TANH, &r);
    dg_graph_clear_error(g);
    ck_assert_ptr_null(refused);
    dg_set_label(dg_leaf(g, 1.0, NULL), "a");
    ck_assert_ptr_null(dg_neuron_new(g, 0, DG_TANH, &r));
    char first[512];
    snprintf(first, sizeof first, "%s", dg_graph_error(g)->text);
    dg_module *m = dg_neuron_new(g, 2, DG_TANH, &r);
    ck_assert_ptr_nonnull(m);
    dg_value *x[] = {dg_leaf(g, 1.0, NULL), dg_leaf(g, 1.0, NULL)};
    dg_value *out;
    ck_assert_int_eq(dg_module_call(m, x, 1, &out), DG_INVALID);
    ck_assert_int_eq(dg_module_call(m, x, 2, &out), DG_OK);
    ck_assert_str_eq(dg_graph_error(g)->text, first);
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

/* The status is that of this call, not of the error that the graph keeps. */
START_TEST(a_limit_beside_an_older_error)
{
    char *longest = malloc(DG_LABEL_MAX + 1);
    memset(longest, 'x', DG_LABEL_MAX);
    longest[DG_LABEL_MAX] = '\0';
    dg_graph *g = dg_graph_new();
    dg_rng r = dg_rng_init(1);
    dg_module *m = dg_layer_new(g, 1, 1, DG_TANH, &r);
    dg_value *x = dg_leaf(g, 1.0, NULL);
    dg_value *out;
    ck_assert_int_eq(dg_scope_begin(g, longest), DG_OK); /* no room for "/neuron 0" */
    size_t size = dg_graph_size(g);
    ck_assert_int_eq(dg_module_call(m, &x, 1, &out), DG_LIMIT);
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    dg_graph_clear_error(g);
    ck_assert_int_eq(dg_module_call(m, &x, 2, &out), DG_INVALID);
    ck_assert_int_eq(dg_module_call(m, &x, 1, &out), DG_LIMIT);
    ck_assert_uint_eq(dg_graph_size(g), size);
    ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), longest);
    dg_module_free(m);
    dg_graph_free(g);
    free(longest);
}
END_TEST

/* A name is a scope around those of parameters and calls, and around nothing else. */
START_TEST(names)
{
    dg_graph *g = dg_graph_new();
    dg_rng draws = dg_rng_init(1);
    dg_scope_begin(g, "all");
    dg_value *before = dg_leaf(g, 1.0, NULL), *out[2];
    dg_module *l = dg_layer_new(g, 1, 2, DG_TANH, &draws);
    dg_value *after = dg_leaf(g, 1.0, NULL);
    dg_module *n = dg_neuron_new(g, 2, DG_TANH, &draws);
    ck_assert_str_eq(dg_module_name(l), "");
    ck_assert_int_eq(dg_module_call(l, &before, 1, out), DG_OK);
    dg_value *old = out[1];
    ck_assert_int_eq(dg_module_set_name(l, "first"), DG_OK);
    ck_assert_int_eq(dg_module_set_name(n, "second"), DG_OK);
    ck_assert_str_eq(dg_module_name(l), "first");
    dg_value *leaf = dg_leaf(g, 1.0, NULL);
    dg_value *const *p = dg_module_parameters(l, NULL), *const *q = dg_module_parameters(n, NULL);
    ck_assert_str_eq(dg_scope(before), "all");
    ck_assert_str_eq(dg_scope(p[0]), "all/first/neuron 0");
    ck_assert_str_eq(dg_scope(p[3]), "all/first/neuron 1");
    ck_assert_str_eq(dg_label(p[3]), "neuron 1 b");
    ck_assert_str_eq(dg_scope(after), "all");
    ck_assert_str_eq(dg_scope(q[0]), "all/second");
    ck_assert_str_eq(dg_scope(q[2]), "all/second");
    ck_assert_str_eq(dg_scope(old), "all/neuron 1");
    ck_assert_str_eq(dg_scope(leaf), "all");
    dg_scope_end(g);
    ck_assert_int_eq(dg_module_call(l, &before, 1, out), DG_OK);
    ck_assert_str_eq(dg_scope(out[1]), "first/neuron 1");
    ck_assert_int_eq(dg_module_call(n, out, 2, out), DG_OK);
    ck_assert_str_eq(dg_scope(out[0]), "second");
    ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), "");
    /* Of the last values of a graph. */
    dg_module *m = dg_neuron_new(g, 1, DG_TANH, &draws);
    ck_assert_int_eq(dg_module_set_name(m, "last"), DG_OK);
    ck_assert_str_eq(dg_scope(dg_module_parameters(m, NULL)[1]), "last");
    ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), "");
    dg_module_free(l);
    dg_module_free(n);
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

START_TEST(names_refused)
{
    dg_graph *g = dg_graph_new();
    dg_rng draws = dg_rng_init(1);
    dg_module *m = dg_layer_new(g, 1, 1, DG_TANH, &draws);
    char *longest = malloc(DG_LABEL_MAX + 2);
    memset(longest, 'x', DG_LABEL_MAX + 1);
    longest[DG_LABEL_MAX + 1] = '\0';
    ck_assert_int_eq(dg_module_set_name(NULL, "a"), DG_INVALID);
    ck_assert_int_eq(dg_module_set_name(m, ""), DG_INVALID);
    ck_assert_int_eq(dg_module_set_name(m, NULL), DG_INVALID);
    dg_graph_clear_error(g);
    for (size_t size = DG_LABEL_MAX + 1; size >= DG_LABEL_MAX - 8; size--) {
        longest[size] = '\0';
        ck_assert_int_eq(dg_module_set_name(m, longest), DG_LIMIT);
        ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
        dg_graph_clear_error(g);
        ck_assert_str_eq(dg_scope(dg_module_parameters(m, NULL)[0]), "neuron 0");
    }
    longest[DG_LABEL_MAX - 9] = '\0'; /* room for "/neuron 0" */
    ck_assert_int_eq(dg_module_set_name(m, longest), DG_OK);
    ck_assert_int_eq(dg_module_set_name(m, "a"), DG_INVALID);
    ck_assert_str_eq(dg_module_name(NULL), "");
    dg_module_free(m);
    dg_graph_free(g);
    free(longest);
}
END_TEST

START_TEST(no_module)
{
    size_t n = 5;
    dg_module_free(NULL);
    ck_assert_uint_eq(dg_module_input_count(NULL), 0);
    ck_assert_uint_eq(dg_module_output_count(NULL), 0);
    ck_assert_ptr_null(dg_module_parameters(NULL, &n));
    ck_assert_uint_eq(n, 0);
    ck_assert_ptr_null(dg_module_parameters(NULL, NULL));
    ck_assert_int_eq(dg_module_zero_grad(NULL), DG_INVALID);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        parameters_of_an_mlp,
        parameters_of_a_layer,
        parameters_of_a_neuron,
        modules_one_after_the_other,
        scopes_of_a_call,
        scopes_of_layers_and_neurons,
        zeroed_gradients,
        modules_refused,
        as_many_layers_as_there_may_be,
        calls_refused,
        calls_beside_an_older_error,
        a_limit_beside_an_older_error,
        names,
        names_refused,
        no_module,
    };
    return run_suite("nn, modules", tests, COUNT_OF(tests));
}

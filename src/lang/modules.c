#include "lang/modules.h"

#include <math.h>
#include <string.h>

typedef enum module_id {
    TORCH,
    FUNCTIONAL,
    TORCH_NN,
    MATH,
    NUMPY,
    NUMPY_RANDOM,
    RANDOM,
    MICROGRAD,
    ENGINE,
    MICROGRAD_NN,
    DOTGRAD,
    MODULES
} module_id;

static const struct {
    const char *path;
    const char *name; /* what it is called without an import, or NULL */
} modules[MODULES] = {
    [TORCH] = {"torch", "torch"},
    [FUNCTIONAL] = {"torch.nn.functional", "F"},
    [TORCH_NN] = {"torch.nn", NULL},
    [MATH] = {"math", "math"},
    [NUMPY] = {"numpy", "np"},
    [NUMPY_RANDOM] = {"numpy.random", NULL},
    [RANDOM] = {"random", NULL},
    [MICROGRAD] = {"micrograd", NULL},
    [ENGINE] = {"micrograd.engine", NULL},
    [MICROGRAD_NN] = {"micrograd.nn", NULL},
    [DOTGRAD] = {"dotgrad", NULL},
};

/* Modules for what the command does itself, or what means nothing here. */
static const char *const ignored[] = {"matplotlib", "graphviz", "IPython",    "typing",
                                      "__future__", "warnings", "ipywidgets", "seaborn"};

/* Names that are ours under another name, or not ours anywhere else. */
enum {
    IN_MATH = 1 << MATH,
    IN_NUMPY = 1 << NUMPY,
    IN_TORCH = 1 << TORCH,
    IN_RANDOM = 1 << RANDOM,
    IN_NUMPY_RANDOM = 1 << NUMPY_RANDOM
};

static const struct {
    unsigned in;
    const char *name, *ours;
} aliases[] = {
    {IN_NUMPY | IN_TORCH, "arcsin", "asin"},
    {IN_NUMPY | IN_TORCH, "arccos", "acos"},
    {IN_NUMPY | IN_TORCH, "arctan", "atan"},
    {IN_NUMPY | IN_TORCH, "arcsinh", "asinh"},
    {IN_NUMPY | IN_TORCH, "arccosh", "acosh"},
    {IN_NUMPY | IN_TORCH, "arctanh", "atanh"},
    {IN_NUMPY | IN_TORCH, "arctan2", "atan2"},
    {IN_NUMPY, "power", "pow"},
    {IN_NUMPY | IN_TORCH, "absolute", "abs"},
    {IN_MATH, "fabs", "abs"},
    {IN_NUMPY, "array", "tensor"},
    {IN_NUMPY, "asarray", "tensor"},
    {IN_NUMPY, "dot", "matmul"},
    {IN_TORCH, "mm", "matmul"},
    {IN_TORCH, "dot", "matmul"},
    {IN_NUMPY, "concatenate", "concat"},
    {IN_NUMPY, "add", "add"},
    {IN_NUMPY, "subtract", "sub"},
    {IN_NUMPY, "multiply", "mul"},
    {IN_NUMPY, "divide", "div"},
    {IN_RANDOM, "seed", "manual_seed"},
    {IN_NUMPY_RANDOM, "seed", "manual_seed"},
    {IN_RANDOM, "random", "random"},
    {IN_NUMPY_RANDOM, "random", "random"},
    {IN_RANDOM, "uniform", "uniform"},
    {IN_NUMPY_RANDOM, "uniform", "uniform"},
    {IN_RANDOM, "gauss", "gauss"},
    {IN_RANDOM, "normalvariate", "gauss"},
    {IN_NUMPY_RANDOM, "normal", "gauss"},
    {IN_NUMPY_RANDOM, "randn", "randn"},
    {IN_NUMPY_RANDOM, "rand", "rand"},
    {IN_RANDOM, "randint", "randint"},
    {IN_RANDOM, "choice", "choice"},
    {IN_NUMPY_RANDOM, "choice", "choice"},
};

static const struct {
    unsigned in;
    const char *name;
    double number;
} constants[] = {
    {IN_MATH | IN_NUMPY | IN_TORCH, "pi", 3.14159265358979323846},
    {IN_MATH | IN_NUMPY | IN_TORCH, "e", 2.71828182845904523536},
    {IN_MATH, "tau", 6.28318530717958647693},
    {IN_MATH | IN_NUMPY | IN_TORCH, "inf", INFINITY},
    {IN_MATH | IN_NUMPY | IN_TORCH, "nan", NAN},
};

static const struct {
    uint8_t in, module;
    const char *name;
} submodules[] = {
    {TORCH, TORCH_NN, "nn"},       {TORCH_NN, FUNCTIONAL, "functional"},
    {TORCH, TORCH, "linalg"},      {NUMPY, NUMPY_RANDOM, "random"},
    {MICROGRAD, ENGINE, "engine"}, {MICROGRAD, MICROGRAD_NN, "nn"},
    {DOTGRAD, TORCH_NN, "nn"},
};

static const char *const dtypes[] = {"float32", "float64", "double", "float"};

static dgi_object module_object(size_t module)
{
    return (dgi_object){.as.module = module, .kind = DGI_OBJECT_MODULE};
}

const char *dgi_module_path(size_t module)
{
    return modules[module].path;
}

static bool spells(const char *path, size_t size, const char *word)
{
    return strlen(word) == size && memcmp(word, path, size) == 0;
}

bool dgi_find_module(const char *path, size_t size, dgi_object *module)
{
    for (size_t i = 0; i < MODULES; i++)
        if (spells(path, size, modules[i].path)) {
            *module = module_object(i);
            return true;
        }
    const char *point = memchr(path, '.', size);
    size_t first = point ? (size_t)(point - path) : size;
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (spells(path, first, ignored[i])) {
            *module = (dgi_object){.kind = DGI_OBJECT_IGNORED};
            return true;
        }
    return false;
}

bool dgi_default_module(const char *name, dgi_object *module)
{
    for (size_t i = 0; i < MODULES; i++)
        if (modules[i].name && strcmp(modules[i].name, name) == 0) {
            *module = module_object(i);
            return true;
        }
    return false;
}

/* A function that is built in, whatever module it is in. */
static bool find_function(size_t module, const char *name, dgi_object *member)
{
    const dgi_builtin *b = dgi_builtin_named(name, strlen(name));
    if (!b || b->methods & DGI_ONLY_METHOD)
        return false;
    *member = (dgi_object){
        .as.builtin = b, .plain = module == MATH || module == NUMPY, .kind = DGI_OBJECT_BUILTIN};
    return true;
}

bool dgi_module_member(size_t module, const char *name, dgi_object *member)
{
    unsigned in = 1u << module;
    for (size_t i = 0; i < sizeof submodules / sizeof *submodules; i++)
        if (submodules[i].in == module && strcmp(submodules[i].name, name) == 0) {
            *member = module_object(submodules[i].module);
            return true;
        }
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (constants[i].in & in && strcmp(constants[i].name, name) == 0) {
            *member = dgi_number_object(constants[i].number);
            return true;
        }
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (aliases[i].in & in && strcmp(aliases[i].name, name) == 0)
            return find_function(module, aliases[i].ours, member);
    for (size_t i = 0; (module == TORCH || module == NUMPY) && i < sizeof dtypes / sizeof *dtypes;
         i++)
        if (strcmp(dtypes[i], name) == 0) {
            *member = (dgi_object){.kind = DGI_OBJECT_DTYPE};
            return true;
        }
    return module != RANDOM && module != NUMPY_RANDOM && find_function(module, name, member);
}

void dgi_suggest_members(dgi_suggestion *s, size_t module)
{
    if (module != RANDOM && module != NUMPY_RANDOM)
        dgi_suggest_builtins(s, NULL);
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (aliases[i].in & 1u << module)
            dgi_suggest(s, aliases[i].name);
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (constants[i].in & 1u << module)
            dgi_suggest(s, constants[i].name);
}

/* The table of the functions that are built in, and of the ops of the engine's table behind it. */
#include "lang/builtins.h"

#include <math.h>
#include <string.h>

/* ---- Kinds of parameters ----
 *
 * PARAMETER(name, text, initialisers): its name, or NULL for one that cannot be named, and how it
 * stands in the signature. HIDDEN_PARAMETER() does not stand there. */

/* Values of defaults, as a program writes them. */
enum { None = 0, False = 0 };

/* The formats that notebooks ask for; what is written is up to the caller of the program. */
static const char *const drawing_formats[] = {"svg", "png", "pdf", NULL};
static const char *const optimizers[] = {"sgd", "adam", "adamw", NULL};

#define NEEDED(name) .number = "'" name "' must be a number"
#define OPERAND(shown) PARAMETER(NULL, shown, .operand = false)
#define ANY(name) PARAMETER(name, name, .check = NULL)
#define CHECKED(shown, kind, said) PARAMETER(NULL, shown, .check = dgi_check_##kind, .words = said)
#define NAMED(name, kind, said) PARAMETER(name, name, .check = dgi_check_##kind, .words = said)
#define NETWORK(name, checked, said)                                                               \
    PARAMETER(name, "n", .check = dgi_check_##checked, .kind = DGI_OBJECT_NETWORK, .words = said)
#define STRING(name, said)                                                                         \
    PARAMETER(name, name, .check = dgi_check_kind, .kind = DGI_OBJECT_STRING, .words = said)
#define NUMBER(name) PARAMETER(name, name, NEEDED(name))
#define NUMBER_OR(name, value) PARAMETER(name, name "=" #value, NEEDED(name), .otherwise = value)
#define INTEGER(name, said)                                                                        \
    PARAMETER(name, name, NEEDED(name), .check = dgi_check_integer, .words = said)
#define DIM(name, value)                                                                           \
    PARAMETER(name, name "=" #value, NEEDED(name), .check = dgi_check_integer,                     \
              .words = "a dimension", .otherwise = value, .late = true)
#define KEEPDIM                                                                                    \
    PARAMETER("keepdim", "keepdim=False", .check = dgi_check_bool, .words = "keepdim",             \
              .otherwise = False)
#define WHOLE(name, value, from)                                                                   \
    PARAMETER(name, name "=" #value, NEEDED(name), .check = dgi_check_whole, .words = name,        \
              .otherwise = value, .least = from)
#define DIAGONAL                                                                                   \
    PARAMETER("diagonal", "diagonal=0", NEEDED("diagonal"), .check = dgi_check_integer,            \
              .words = "a diagonal", .late = true)
#define COUNT(name, said)                                                                          \
    PARAMETER(name, name, NEEDED(name), .check = dgi_check_whole, .words = said, .least = 1)
#define CHOICE(name, first, names)                                                                 \
    PARAMETER(name, name "='" #first "'", .check = dgi_check_choice, .words = name,                \
              .choices = names)
#define FLOAT(shown)                                                                               \
    PARAMETER(NULL, shown, .number = "the argument of 'float' must be a number", .text = true)
#define SHAPE PARAMETER("shape", "shape", .number = "a size must be a number", .array = true)
#define SIZE HIDDEN_PARAMETER(.number = "a size must be a number")
#define FLAG(name)                                                                                 \
    PARAMETER(name, name "=False", .check = dgi_check_bool, .words = name, .otherwise = False)
#define COUNTED(name, value) PARAMETER(name, name "=" #value, NEEDED(name), .otherwise = value)
#define TEXT(name, value)                                                                          \
    PARAMETER(name, name "=" #value, .check = dgi_check_kind, .kind = DGI_OBJECT_STRING,           \
              .words = "'" name "' must be a string")
#define ANY_NUMBER(shown) PARAMETER(NULL, shown, .check = NULL)
#define LEAF                                                                                       \
    PARAMETER("data", "data", .number = "the data of a value must be a number", .array = true,     \
              .needed = "a number or a list of numbers")                                           \
    PARAMETER("label", "label=None", .check = dgi_check_label)                                     \
    PARAMETER("requires_grad", "requires_grad=True", .check = dgi_check_bool,                      \
              .words = "requires_grad", .otherwise = 1.0, .late = true)                            \
    PARAMETER("dtype", "dtype=None", .check = dgi_check_kind, .kind = DGI_OBJECT_DTYPE,            \
              .words = "a dtype is torch.float32 or torch.float64")
#define INPUTS                                                                                     \
    PARAMETER("nin", "nin", NEEDED("nin"), .check = dgi_check_whole,                               \
              .words = "the number of inputs", .least = 1, .late = true)
#define NETWORK_PARAMETERS                                                                         \
    PARAMETER("activation", "activation='tanh'", .check = dgi_check_activation, .late = true)      \
    PARAMETER("seed", "seed=1337", NEEDED("seed"), .check = dgi_check_whole, .words = "a seed",    \
              .otherwise = 1337, .late = true)
#define LOSS_USAGE "a loss takes a network, rows and targets, or predictions and targets"
#define LOSS_PARAMETERS OPERAND("n") OPERAND("xs") OPERAND("ys")
#define STEPS(name)                                                                                \
    PARAMETER(name, name "=20", NEEDED(name), .check = dgi_check_steps, .words = name,             \
              .otherwise = 20)
#define OPTIMIZER                                                                                  \
    CHOICE("optimizer", sgd, optimizers)                                                           \
    PARAMETER("momentum", "momentum=0.0", NEEDED("momentum"), .check = dgi_check_momentum)         \
    NUMBER_OR("weight_decay", 0.0)

/* ---- The table ---- */

#define DGI_TENSOR_BUILTIN(name, function, methods, required, usage, ...)                          \
    DGI_BUILTIN(name, function, methods, required, usage, NULL, __VA_ARGS__)

#define PARAMETER(NAME, shown, ...) {.name = NAME, __VA_ARGS__},
#define HIDDEN_PARAMETER(...) {__VA_ARGS__},
#define REST(shown) /* what it takes any number of */
#define DGI_BUILTIN(name, function, methods, required, usage, help, ...)                           \
    static const dgi_parameter parameters_of_##name[] = {__VA_ARGS__};
#include "lang/builtins.def"
#undef DGI_BUILTIN

static const dgi_parameter one_operand[] = {{.operand = true}};
static const dgi_parameter two_operands[] = {{.operand = true}, {.operand = true}};
/* The ops with a constant: how many arguments must be given, and their parameters. */
enum { required_pow = 2, required_elu = 1, required_leaky_relu = 1, required_polygamma = 2 };
#define parameters_of_pow two_operands
static const dgi_parameter parameters_of_elu[] = {
    {.operand = true}, {.name = "alpha", NEEDED("alpha"), .otherwise = 1.0}};
static const dgi_parameter parameters_of_leaky_relu[] = {
    {.operand = true}, {.name = "negative_slope", NEEDED("negative_slope"), .otherwise = 0.01}};
static const dgi_parameter parameters_of_polygamma[] = {
    {.operand = true}, {.name = "n", NEEDED("n"), .check = dgi_check_whole, .words = "n"}};

#define ROW(name, function, methods, required, parameters, usage)                                  \
    {#name,                                                                                        \
     dgi_builtin_##function,                                                                       \
     methods,                                                                                      \
     required,                                                                                     \
     sizeof parameters / sizeof(dgi_parameter),                                                    \
     parameters,                                                                                   \
     usage},
#define DGI_BUILTIN(name, function, methods, required, usage, help, ...)                           \
    ROW(name, function, methods, required, parameters_of_##name, usage)
#define DGI_UNARY(name, ...) ROW(name, op, DGI_ON_VALUE, 1, one_operand, NULL)
#define DGI_BINARY(name, ...) ROW(name, op, DGI_ON_VALUE, 2, two_operands, NULL)
#define DGI_CONSTANT(name, ...)                                                                    \
    ROW(name, op, DGI_ON_VALUE, required_##name, parameters_of_##name, NULL)
#define DGI_COMPOSITE(name, n, ...) ROW(name, op, DGI_ON_VALUE, n, operands_##n, NULL)
#define operands_1 one_operand
#define operands_2 two_operands
static const dgi_builtin builtins[] = {
#include "lang/builtins.def"
#include "engine/ops.def"
};
#undef DGI_BUILTIN
#undef DGI_TENSOR_BUILTIN

enum { BUILTINS = sizeof builtins / sizeof *builtins };

static const dgi_parameter network_parameters[] = {{.name = NULL}, {.name = NULL}};
const dgi_builtin dgi_network_call = {"n",
                                      dgi_builtin_network_call,
                                      DGI_ON_NOTHING,
                                      2,
                                      2,
                                      network_parameters,
                                      "a network takes one argument, a list"};

/* ---- What the public table says ---- */

#undef PARAMETER
#undef HIDDEN_PARAMETER
#undef REST
#define REST(shown) ", " shown
#define PARAMETER(NAME, shown, ...) ", " shown
#define HIDDEN_PARAMETER(...)
#define DGI_TENSOR_BUILTIN(name, ...)
#define DGI_BUILTIN(name, function, methods, required, usage, help, ...)                           \
    {#name, &("" __VA_ARGS__)[sizeof("" __VA_ARGS__) > 2 ? 2 : 0], help},
static const dg_builtin listed[] = {
#include "lang/builtins.def"
};

size_t dg_builtin_count(void)
{
    return sizeof listed / sizeof *listed;
}

const dg_builtin *dg_builtin_at(size_t i)
{
    return i < dg_builtin_count() ? &listed[i] : NULL;
}

/* ---- Finding ---- */

bool dgi_is_builtin_for(const dgi_builtin *b, const dgi_object *receiver)
{
    if (!receiver)
        return !(b->methods & DGI_ONLY_METHOD);
    switch ((dgi_object_kind)receiver->kind) {
    case DGI_OBJECT_ERROR:
        return b->methods & (DGI_ON_VALUE | DGI_ON_NETWORK | DGI_ON_LIST | DGI_ON_STRING);
    case DGI_OBJECT_NETWORK:
        return b->methods & DGI_ON_NETWORK;
    case DGI_OBJECT_NUMBER:
        return b->methods & DGI_ONLY_METHOD && b->methods & DGI_ON_VALUE;
    case DGI_OBJECT_STRING:
        return b->methods & DGI_ON_STRING;
    case DGI_OBJECT_DRAWING:
        return b->methods & DGI_ON_DRAWING;
    case DGI_OBJECT_LIST:
        return b->methods & (DGI_ON_VALUE | DGI_ON_LIST);
    case DGI_OBJECT_VALUE:
    case DGI_OBJECT_NAMED_LEAF:
    case DGI_OBJECT_ARRAY:
        return b->methods & DGI_ON_VALUE;
    default:
        return false;
    }
}

/* Other names of functions, those of NumPy and PyTorch. */
static const struct {
    const char *alias, *name;
} aliases[] = {
    {"absolute", "abs"},  {"clip", "clamp"},    {"arccos", "acos"},     {"arccosh", "acosh"},
    {"arcsin", "asin"},   {"arcsinh", "asinh"}, {"arctan", "atan"},     {"arctan2", "atan2"},
    {"arctanh", "atanh"}, {"divide", "div"},    {"gammaln", "lgamma"},  {"minimum", "min"},
    {"multiply", "mul"},  {"negative", "neg"},  {"psi", "digamma"},     {"sgn", "sign"},
    {"subtract", "sub"},  {"swish", "silu"},    {"true_divide", "div"},
};

/* The function that the name is another name of, or the name itself. */
static const char *name_of_alias(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strlen(aliases[i].alias) == size && memcmp(aliases[i].alias, name, size) == 0)
            return aliases[i].name;
    return name;
}

const dgi_builtin *dgi_builtin_named(const char *name, size_t size)
{
    const char *wanted = name_of_alias(name, size);
    size = wanted == name ? size : strlen(wanted);
    for (size_t i = 0; i < BUILTINS; i++)
        if (strlen(builtins[i].name) == size && memcmp(builtins[i].name, wanted, size) == 0)
            return &builtins[i];
    return NULL;
}

const dgi_builtin *dgi_find_builtin(const char *text, dgi_span name, const dgi_object *receiver)
{
    const dgi_builtin *b = dgi_builtin_named(text + name.begin, name.end - name.begin);
    return b && dgi_is_builtin_for(b, receiver) ? b : NULL;
}

void dgi_suggest_builtins(dgi_suggestion *s, const dgi_object *receiver)
{
    if (s->size == 2 && memcmp(s->name, "ln", 2) == 0) { /* whatever is spelled nearer */
        s->best = "log";
        s->distance = 0;
    }
    for (size_t i = 0; i < BUILTINS; i++)
        if (dgi_is_builtin_for(&builtins[i], receiver))
            dgi_suggest(s, builtins[i].name);
}

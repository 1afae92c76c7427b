/* What each op computes, told a second time: its value and derivatives in long double, the value
 * over complex numbers, and where it is tame. What the engine computes is compared with these. */
#ifndef OP_FORMULAS_H
#define OP_FORMULAS_H

#include "check_place.h"
#include <complex.h>
#include <math.h>
#include <string.h>

typedef long double real;
typedef long double _Complex cplx;

static const real two_by_root_pi = 1.128379167095512573896158903121545172L;

#define FORMULA(name, type, ktype, expression)                                                     \
    static type name(type x, type y, ktype k)                                                      \
    {                                                                                              \
        (void)x;                                                                                   \
        (void)y;                                                                                   \
        (void)k;                                                                                   \
        return expression;                                                                         \
    }
#define REAL(name, expression) FORMULA(name, real, real, expression)
#define CPLX(name, expression) FORMULA(name, cplx, real, expression)

static inline real sigmoid(real x)
{
    return 1.0L / (1.0L + expl(-x));
}

static inline real sigmoid_slope(real x)
{
    real e = expl(-fabsl(x));
    return e / ((1.0L + e) * (1.0L + e));
}

static inline real softplus(real x)
{
    return x > 0.0L ? x + log1pl(expl(-x)) : log1pl(expl(x));
}

static inline real sech(real x)
{
    return 1.0L / coshl(x);
}

static inline real relu(real x)
{
    return x < 0.0L ? 0.0L : x;
}

static inline real step_up(real x)
{
    return x > 0.0L ? 1.0L : 0.0L;
}

static inline real sign(real x)
{
    return x > 0.0L ? 1.0L : x < 0.0L ? -1.0L : 0.0L;
}

static inline real share(real x, real y)
{
    return x > y ? 1.0L : x < y ? 0.0L : 0.5L;
}

static inline real larger(real x, real y)
{
    return isnan(x) || isnan(y) ? x + y : x > y ? x : y;
}

static inline cplx cpower(cplx x, real k)
{
    cplx z = 1.0L;
    if (k != rintl(k))
        return cexpl(k * clogl(x));
    for (int i = 0; i < (int)fabsl(k); i++)
        z *= x;
    return k < 0.0L ? 1.0L / z : z;
}

/* The error function by its series, term by term, for numbers of moderate size. */
static inline cplx cerror(cplx x)
{
    cplx term = x;
    cplx sum = x;
    for (int n = 1; n < 200; n++) {
        term *= -x * x / (real)n;
        sum += term / (real)(2 * n + 1);
    }
    return two_by_root_pi * sum;
}

REAL(add_f, x + y)
REAL(mul_f, x *y)
REAL(sub_f, x - y)
REAL(div_f, x / y)
REAL(neg_f, -x)
REAL(pow_f, powl(x, k))
REAL(power_f, powl(x, y))
REAL(tanh_f, tanhl(x))
REAL(exp_f, expl(x))
REAL(log_f, logl(x))
REAL(relu_f, relu(x))
REAL(sigmoid_f, sigmoid(x))
REAL(softplus_f, softplus(x))
REAL(silu_f, x *sigmoid(x))
REAL(sin_f, sinl(x))
REAL(cos_f, cosl(x))
REAL(tan_f, tanl(x))
REAL(atan_f, atanl(x))
REAL(sqrt_f, sqrtl(x))
REAL(abs_f, fabsl(x))
REAL(log1p_f, log1pl(x))
REAL(expm1_f, expm1l(x))
REAL(erf_f, erfl(x))
REAL(max_f, larger(x, y))
REAL(min_f, -larger(-x, -y))

REAL(one, 1.0L)
REAL(minus_one, -1.0L)
REAL(the_x, x)
REAL(the_y, y)
REAL(div_dx, 1.0L / y)
REAL(div_dy, -x / (y * y))
REAL(pow_dx, k == 0.0L ? 0.0L : k * powl(x, k - 1.0L))
REAL(power_dx, y *powl(x, y - 1.0L))
REAL(power_dy, powl(x, y) * logl(x))
REAL(tanh_dx, sech(x) * sech(x))
REAL(log_dx, 1.0L / x)
REAL(relu_dx, step_up(x))
REAL(sigmoid_dx, sigmoid_slope(x))
REAL(silu_dx, sigmoid(x) + x * sigmoid_slope(x))
REAL(cos_dx, -sinl(x))
REAL(tan_dx, 1.0L + tanl(x) * tanl(x))
REAL(atan_dx, 1.0L / (1.0L + x * x))
REAL(sqrt_dx, 0.5L / sqrtl(x))
REAL(abs_dx, sign(x))
REAL(log1p_dx, 1.0L / (1.0L + x))
REAL(erf_dx, two_by_root_pi *expl(-x *x))
REAL(max_dx, share(x, y))
REAL(max_dy, share(y, x))

CPLX(add_c, x + y)
CPLX(mul_c, x *y)
CPLX(sub_c, x - y)
CPLX(div_c, x / y)
CPLX(neg_c, -x)
CPLX(pow_c, cpower(x, k))
CPLX(power_c, cexpl(y *clogl(x)))
CPLX(tanh_c, ctanhl(x))
CPLX(exp_c, cexpl(x))
CPLX(log_c, clogl(x))
CPLX(relu_c, creall(x) > 0.0L ? x : 0.0L)
CPLX(sigmoid_c, 1.0L / (1.0L + cexpl(-x)))
CPLX(softplus_c, clogl(1.0L + cexpl(x)))
CPLX(silu_c, x / (1.0L + cexpl(-x)))
CPLX(sin_c, csinl(x))
CPLX(cos_c, ccosl(x))
CPLX(tan_c, ctanl(x))
CPLX(atan_c, catanl(x))
CPLX(sqrt_c, csqrtl(x))
CPLX(abs_c, creall(x) < 0.0L ? -x : x)
CPLX(log1p_c, clogl(1.0L + x))
CPLX(expm1_c, cexpl(x) - 1.0L)
CPLX(erf_c, cerror(x))
CPLX(max_c, creall(x) > creall(y) ? x : y)
CPLX(min_c, creall(x) < creall(y) ? x : y)

/* Where a random program may use the op: off kinks, poles and the edges of the domain. */
REAL(anywhere, 1.0L)
REAL(tame_div, fabsl(y) > 0.05L)
REAL(tame_pow, x > 0.05L || (x < -0.05L && k == rintl(k)))
REAL(tame_power, x > 0.05L && fabsl(y) < 20.0L && fabsl(y * logl(x)) < 20.0L)
REAL(tame_log, x > 0.05L)
REAL(tame_kink, fabsl(x) > 1e-3L)
REAL(tame_two, fabsl(x - y) > 1e-3L)
REAL(tame_tan, fabsl(cosl(x)) > 0.1L)
REAL(tame_log1p, x > -0.9L)
REAL(tame_erf, fabsl(x) < 3.0L)
REAL(tame_size, fabsl(x) < 30.0L)

/* The size of the terms that a derivative is summed from, where they may cancel. */
REAL(silu_terms, sigmoid(x) + fabsl(x) * sigmoid_slope(x))

typedef real formula(real x, real y, real k);

typedef struct op_formula {
    const char *name;
    formula *f;
    formula *dx;
    formula *dy; /* NULL: one operand */
    cplx (*holomorphic)(cplx x, cplx y, real k);
    formula *tame;
    formula *terms;   /* NULL: the derivative itself */
    double low, high; /* a range of operands away from poles and the edges of the domain */
} op_formula;

static const op_formula op_formulas[] = {
    {"add", add_f, one, one, add_c, anywhere, NULL, -3, 3},
    {"mul", mul_f, the_y, the_x, mul_c, anywhere, NULL, -3, 3},
    {"sub", sub_f, one, minus_one, sub_c, anywhere, NULL, -3, 3},
    {"div", div_f, div_dx, div_dy, div_c, tame_div, NULL, 0.5, 3},
    {"neg", neg_f, minus_one, NULL, neg_c, anywhere, NULL, -3, 3},
    {"pow", pow_f, pow_dx, NULL, pow_c, tame_pow, NULL, 0.4, 2},
    {"power", power_f, power_dx, power_dy, power_c, tame_power, NULL, 0.4, 2},
    {"tanh", tanh_f, tanh_dx, NULL, tanh_c, tame_size, NULL, -2, 2},
    {"exp", exp_f, exp_f, NULL, exp_c, tame_size, NULL, -2, 2},
    {"log", log_f, log_dx, NULL, log_c, tame_log, NULL, 0.4, 4},
    {"relu", relu_f, relu_dx, NULL, relu_c, tame_kink, NULL, -3, 3},
    {"sigmoid", sigmoid_f, sigmoid_dx, NULL, sigmoid_c, tame_size, NULL, -3, 3},
    {"softplus", softplus_f, sigmoid_f, NULL, softplus_c, tame_size, NULL, -3, 3},
    {"silu", silu_f, silu_dx, NULL, silu_c, tame_size, silu_terms, -3, 3},
    {"sin", sin_f, cos_f, NULL, sin_c, tame_size, NULL, -3, 3},
    {"cos", cos_f, cos_dx, NULL, cos_c, tame_size, NULL, -3, 3},
    {"tan", tan_f, tan_dx, NULL, tan_c, tame_tan, NULL, -1, 1},
    {"atan", atan_f, atan_dx, NULL, atan_c, anywhere, NULL, -3, 3},
    {"sqrt", sqrt_f, sqrt_dx, NULL, sqrt_c, tame_log, NULL, 0.4, 4},
    {"abs", abs_f, abs_dx, NULL, abs_c, tame_kink, NULL, -3, 3},
    {"log1p", log1p_f, log1p_dx, NULL, log1p_c, tame_log1p, NULL, -0.5, 3},
    {"expm1", expm1_f, exp_f, NULL, expm1_c, tame_size, NULL, -2, 2},
    {"erf", erf_f, erf_dx, NULL, erf_c, tame_erf, NULL, -2, 2},
    {"max", max_f, max_dx, max_dy, max_c, tame_two, NULL, -3, 3},
    {"min", min_f, max_dy, max_dx, min_c, tame_two, NULL, -3, 3},
};

enum { N_FORMULAS = sizeof op_formulas / sizeof *op_formulas };

static inline const op_formula *formula_of(const char *name)
{
    for (size_t i = 0; i < N_FORMULAS; i++)
        if (strcmp(op_formulas[i].name, name) == 0)
            return &op_formulas[i];
    ck_abort_msg("the op '%s' has no formula in the tests: add a row", name);
    return NULL;
}

#endif

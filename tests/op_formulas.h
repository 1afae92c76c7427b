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

/* The distribution function of the normal distribution, and its derivative. */
static inline real normal(real x)
{
    return 0.5L * erfcl(-x * 0.707106781186547524400844362104849039L);
}

static inline real density(real x)
{
    return 0.398942280401432677939946059934381868L * expl(-0.5L * x * x);
}

/* The k-th derivative of ln(gamma) for k from 2 on, by its series; of x below 0 too. */
static inline real gamma_series(real k, real x)
{
    real sum = 0.0L, far;
    for (far = x; far < 30.0L; far += 1.0L)
        sum += powl(far, -k);
    /* Euler and Maclaurin */
    sum += powl(far, 1.0L - k) / (k - 1.0L) + 0.5L * powl(far, -k);
    static const real b[] = {1.0L / 6, -1.0L / 30, 1.0L / 42, -1.0L / 30, 5.0L / 66};
    real term = k * powl(far, -k - 1.0L) / 2.0L;
    for (int n = 0; n < 5; n++) {
        sum += b[n] * term;
        term *= (k + 2 * n + 1) * (k + 2 * n + 2) / ((2 * n + 3) * (2 * n + 4)) / (far * far);
    }
    return sum;
}

static inline real digamma(real x)
{
    real sum = 0.0L;
    for (; x < 30.0L; x += 1.0L)
        sum -= 1.0L / x;
    static const real b[] = {1.0L / 12, -1.0L / 120, 1.0L / 252, -1.0L / 240, 1.0L / 132};
    real r2 = 1.0L / (x * x), power = r2, tail = 0.0L;
    for (int n = 0; n < 5; n++, power *= r2)
        tail += b[n] * power;
    return sum + logl(x) - 0.5L / x - tail;
}

/* The derivative of order k + 1 of ln(gamma). */
static inline real polygamma(real k, real x)
{
    if (k != rintl(k) || k < 0.0L)
        return (real)NAN;
    if (k == 0.0L)
        return digamma(x);
    return (fmodl(k, 2.0L) == 1.0L ? 1.0L : -1.0L) * tgammal(k + 1.0L) * gamma_series(k + 1.0L, x);
}

/* ln(gamma(x)) and its derivatives over complex numbers of positive real part. */
static inline cplx clog_gamma(cplx x)
{
    cplx shift = 0.0L;
    for (; creall(x) < 30.0L; x += 1.0L)
        shift += clogl(x);
    cplx r = 1.0L / x, r2 = r * r;
    cplx tail = r * (1.0L / 12 - r2 * (1.0L / 360 - r2 * (1.0L / 1260 - r2 * (1.0L / 1680))));
    return (x - 0.5L) * clogl(x) - x + 0.918938533204672741780329736405617640L + tail - shift;
}

static inline cplx cdigamma(cplx x)
{
    cplx sum = 0.0L;
    for (; creall(x) < 30.0L; x += 1.0L)
        sum -= 1.0L / x;
    cplx r2 = 1.0L / (x * x);
    return sum + clogl(x) - 0.5L / x -
           r2 * (1.0L / 12 - r2 * (1.0L / 120 - r2 * (1.0L / 252 - r2 * (1.0L / 240))));
}

static inline cplx cpolygamma(real k, cplx x)
{
    cplx sum = 0.0L;
    int n = (int)k + 1;
    for (; creall(x) < 30.0L; x += 1.0L)
        sum += cpower(x, -n);
    static const real b[] = {1.0L / 6, -1.0L / 30, 1.0L / 42, -1.0L / 30, 5.0L / 66};
    sum += cpower(x, 1 - n) / (real)(n - 1) + 0.5L * cpower(x, -n);
    cplx term = (real)n * cpower(x, -n - 1) / 2.0L;
    for (int i = 0; i < 5; i++) {
        sum += b[i] * term;
        term *=
            (real)((n + 2 * i + 1) * (n + 2 * i + 2)) / (real)((2 * i + 3) * (2 * i + 4)) / (x * x);
    }
    return (n % 2 == 0 ? 1.0L : -1.0L) * tgammal((real)n) * sum;
}

static inline real log_add_exp(real x, real y)
{
    return (x > y ? x : y) + log1pl(expl(-fabsl(x - y)));
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

REAL(asin_f, asinl(x))
REAL(acos_f, acosl(x))
REAL(sinh_f, sinhl(x))
REAL(cosh_f, coshl(x))
REAL(asinh_f, asinhl(x))
REAL(acosh_f, acoshl(x))
REAL(atanh_f, atanhl(x))
REAL(log2_f, log2l(x))
REAL(log10_f, log10l(x))
REAL(exp2_f, exp2l(x))
REAL(rsqrt_f, 1.0L / sqrtl(x))
REAL(reciprocal_f, 1.0L / x)
REAL(square_f, x *x)
REAL(sign_f, isnan(x) ? x : sign(x))
REAL(gelu_f, normal(x) == 0.0L ? 0.0L : x * normal(x))
REAL(elu_f, x > 0.0L ? x : k * expm1l(x))
REAL(leaky_relu_f, x > 0.0L ? x : k * x)
REAL(hardtanh_f, x<-1.0L ? -1.0L : x> 1.0L ? 1.0L : x)
REAL(softsign_f, isinf(x) ? sign(x) : x / (1.0L + fabsl(x)))
REAL(erfc_f, erfcl(x))
REAL(lgamma_f, lgammal(x))
REAL(digamma_f, digamma(x))
REAL(polygamma_f, polygamma(k, x))
REAL(atan2_f, atan2l(x, y))
REAL(hypot_f, hypotl(x, y))
REAL(fmod_f, fmodl(x, y))
REAL(logaddexp_f, log_add_exp(x, y))
REAL(heaviside_f, x<0.0L ? 0.0L : x> 0.0L ? 1.0L : y)

REAL(asin_dx, 1.0L / sqrtl((1.0L - x) * (1.0L + x)))
REAL(acos_dx, -1.0L / sqrtl((1.0L - x) * (1.0L + x)))
REAL(asinh_dx, 1.0L / hypotl(x, 1.0L))
REAL(acosh_dx, x < 1.0L ? (real)NAN : 1.0L / (sqrtl(x - 1.0L) * sqrtl(x + 1.0L)))
REAL(atanh_dx, 1.0L / ((1.0L - x) * (1.0L + x)))
REAL(log2_dx, 1.0L / (x * 0.693147180559945309417232121458176568L))
REAL(log10_dx, 1.0L / (x * 2.302585092994045684017991454684364208L))
REAL(exp2_dx, exp2l(x) * 0.693147180559945309417232121458176568L)
REAL(rsqrt_dx, -0.5L / (x * sqrtl(x)))
REAL(reciprocal_dx, -1.0L / (x * x))
REAL(square_dx, 2.0L * x)
REAL(zero, 0.0L)
REAL(gelu_dx, normal(x) + x * density(x))
REAL(elu_dx, x > 0.0L ? 1.0L : k * expl(x))
REAL(leaky_relu_dx, x > 0.0L ? 1.0L : k)
REAL(hardtanh_dx, fabsl(x) < 1.0L ? 1.0L : 0.0L)
REAL(softsign_dx, 1.0L / ((1.0L + fabsl(x)) * (1.0L + fabsl(x))))
REAL(erfc_dx, -two_by_root_pi *expl(-x *x))
REAL(digamma_dx, polygamma(1.0L, x))
REAL(polygamma_dx, k == rintl(k) ? polygamma(k + 1.0L, x) : (real)NAN)
REAL(atan2_dx, y / (x * x + y * y))
REAL(atan2_dy, -x / (x * x + y * y))
REAL(hypot_dx, x / hypotl(x, y))
REAL(hypot_dy, y / hypotl(x, y))
REAL(fmod_dy, -truncl(x / y))
REAL(logaddexp_dx, sigmoid(x - y))
REAL(logaddexp_dy, sigmoid(y - x))
REAL(heaviside_dy, x == 0.0L ? 1.0L : 0.0L)

CPLX(asin_c, casinl(x))
CPLX(acos_c, cacosl(x))
CPLX(sinh_c, csinhl(x))
CPLX(cosh_c, ccoshl(x))
CPLX(asinh_c, casinhl(x))
CPLX(acosh_c, cacoshl(x))
CPLX(atanh_c, catanhl(x))
CPLX(log2_c, clogl(x) / 0.693147180559945309417232121458176568L)
CPLX(log10_c, clogl(x) / 2.302585092994045684017991454684364208L)
CPLX(exp2_c, cexpl(x * 0.693147180559945309417232121458176568L))
CPLX(rsqrt_c, 1.0L / csqrtl(x))
CPLX(reciprocal_c, 1.0L / x)
CPLX(square_c, x *x)
CPLX(sign_c, sign(creall(x)))
CPLX(gelu_c, x * 0.5L * (1.0L + cerror(x * 0.707106781186547524400844362104849039L)))
CPLX(elu_c, creall(x) > 0.0L ? x : k * (cexpl(x) - 1.0L))
CPLX(leaky_relu_c, creall(x) > 0.0L ? x : k * x)
CPLX(hardtanh_c, creall(x) < -1.0L ? -1.0L : creall(x) > 1.0L ? 1.0L : x)
CPLX(softsign_c, x / (1.0L + (creall(x) < 0.0L ? -x : x)))
CPLX(erfc_c, 1.0L - cerror(x))
CPLX(lgamma_c, clog_gamma(x))
CPLX(digamma_c, cdigamma(x))
CPLX(polygamma_c, cpolygamma(k, x))
CPLX(atan2_c, catanl(x / y))
CPLX(hypot_c, csqrtl(x *x + y * y))
CPLX(fmod_c, x - y * truncl(creall(x) / creall(y)))
CPLX(logaddexp_c, clogl(cexpl(x) + cexpl(y)))
CPLX(heaviside_c, creall(x) < 0.0L ? 0.0L : creall(x) > 0.0L ? 1.0L : y)

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
REAL(tame_unit, fabsl(x) < 0.9L)
REAL(tame_above_one, x > 1.1L)
REAL(tame_hardtanh, fabsl(fabsl(x) - 1.0L) > 1e-3L)
REAL(tame_gelu, fabsl(x) < 4.0L)
REAL(tame_gamma, x > 0.2L && fabsl(x - 1.0L) > 0.2L && fabsl(x - 2.0L) > 0.2L)
REAL(tame_digamma, x > 0.2L && fabsl(x - 1.4616L) > 0.1L)
REAL(tame_polygamma, x > 0.3L && x < 30.0L && k >= 1.0L && k == rintl(k))
REAL(tame_radius, fabsl(x) > 0.05L && y > 0.05L)
REAL(tame_fmod, fabsl(y) > 0.05L && fabsl(x / y) < 100.0L && fabsl(x / y - rintl(x / y)) > 1e-3L)
REAL(tame_logaddexp, fabsl(x) < 30.0L && fabsl(y) < 30.0L && fabsl(log_add_exp(x, y)) > 0.1L)

/* The size of the terms that a derivative is summed from, where they may cancel. */
REAL(gelu_terms, normal(x) + fabsl(x) * density(x))
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
    {"asin", asin_f, asin_dx, NULL, asin_c, tame_unit, NULL, -0.9, 0.8},
    {"acos", acos_f, acos_dx, NULL, acos_c, tame_unit, NULL, -0.9, 0.8},
    {"sinh", sinh_f, cosh_f, NULL, sinh_c, tame_size, NULL, -2, 2},
    {"cosh", cosh_f, sinh_f, NULL, cosh_c, tame_size, NULL, -2, 2},
    {"asinh", asinh_f, asinh_dx, NULL, asinh_c, anywhere, NULL, -3, 3},
    {"acosh", acosh_f, acosh_dx, NULL, acosh_c, tame_above_one, NULL, 1.2, 4},
    {"atanh", atanh_f, atanh_dx, NULL, atanh_c, tame_unit, NULL, -0.9, 0.8},
    {"log2", log2_f, log2_dx, NULL, log2_c, tame_log, NULL, 0.4, 4},
    {"log10", log10_f, log10_dx, NULL, log10_c, tame_log, NULL, 0.4, 4},
    {"exp2", exp2_f, exp2_dx, NULL, exp2_c, tame_size, NULL, -2, 2},
    {"rsqrt", rsqrt_f, rsqrt_dx, NULL, rsqrt_c, tame_log, NULL, 0.4, 4},
    {"reciprocal", reciprocal_f, reciprocal_dx, NULL, reciprocal_c, tame_kink, NULL, 0.4, 4},
    {"square", square_f, square_dx, NULL, square_c, anywhere, NULL, -3, 3},
    {"sign", sign_f, zero, NULL, sign_c, tame_kink, NULL, -3, 3},
    {"gelu", gelu_f, gelu_dx, NULL, gelu_c, tame_gelu, gelu_terms, -2, 2},
    {"elu", elu_f, elu_dx, NULL, elu_c, tame_kink, NULL, -3, 3},
    {"leaky_relu", leaky_relu_f, leaky_relu_dx, NULL, leaky_relu_c, tame_kink, NULL, -3, 3},
    {"hardtanh", hardtanh_f, hardtanh_dx, NULL, hardtanh_c, tame_hardtanh, NULL, -3, 3},
    {"softsign", softsign_f, softsign_dx, NULL, softsign_c, tame_kink, NULL, -3, 3},
    {"erfc", erfc_f, erfc_dx, NULL, erfc_c, tame_erf, NULL, -2, 2},
    {"lgamma", lgamma_f, digamma_f, NULL, lgamma_c, tame_gamma, NULL, 2.2, 5},
    {"digamma", digamma_f, digamma_dx, NULL, digamma_c, tame_digamma, NULL, 2.2, 5},
    {"polygamma", polygamma_f, polygamma_dx, NULL, polygamma_c, tame_polygamma, NULL, 2.2, 5},
    {"atan2", atan2_f, atan2_dx, atan2_dy, atan2_c, tame_radius, NULL, 0.4, 4},
    {"hypot", hypot_f, hypot_dx, hypot_dy, hypot_c, tame_radius, NULL, 0.4, 4},
    {"fmod", fmod_f, one, fmod_dy, fmod_c, tame_fmod, NULL, 2.2, 3.9},
    {"logaddexp", logaddexp_f, logaddexp_dx, logaddexp_dy, logaddexp_c, tame_logaddexp, NULL, 0.4,
     4},
    {"heaviside", heaviside_f, zero, heaviside_dy, heaviside_c, tame_kink, NULL, 0.4, 4},
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

/* Numerically stable forms of the activation functions and their derivatives, for all arguments: no
 * intermediate overflow where the result is finite, and no cancellation in differences from 1. */
#ifndef DGI_MATH_H
#define DGI_MATH_H

#include <math.h>
#include <stdbool.h>

/* 1 - z*z with z = tanh(x). Near |z| = 1 that cancels; there it is 4t / (1 + t)**2 with
 * t = e**-2|x|. */
static inline double dgi_tanh_derivative(double x, double z)
{
    if (fabs(z) < 0.75)
        return 1.0 - z * z;
    double t = exp(-2.0 * fabs(x));
    return 4.0 * t / ((1.0 + t) * (1.0 + t));
}

static inline double dgi_sigmoid(double x)
{
    if (x >= 0.0)
        return 1.0 / (1.0 + exp(-x));
    double t = exp(x);
    return t / (1.0 + t);
}

static inline double dgi_sigmoid_derivative(double x)
{
    double t = exp(-fabs(x));
    return t / ((1.0 + t) * (1.0 + t));
}

/* For x of -infinity the result is 0, not infinity times 0. */
static inline double dgi_silu(double x)
{
    double s = dgi_sigmoid(x);
    return s == 0.0 ? 0.0 : x * s;
}

static inline double dgi_silu_derivative(double x)
{
    double s = dgi_sigmoid(x);
    double rest = dgi_sigmoid(-x);
    if (s == 0.0 || rest == 0.0)
        return s;
    return s * (1.0 + x * rest);
}

static inline double dgi_softplus(double x)
{
    return x > 0.0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/* These propagate nan: it fails both comparisons. */
static inline double dgi_relu(double x)
{
    return x <= 0.0 ? 0.0 : x;
}

static inline double dgi_relu_derivative(double x)
{
    return x > 0.0 ? 1.0 : x <= 0.0 ? 0.0 : x;
}

static inline double dgi_sign(double x)
{
    return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x == 0.0 ? 0.0 : x;
}

static inline double dgi_max(double x, double y)
{
    return x > y ? x : x <= y ? y : x + y;
}

static inline double dgi_min(double x, double y)
{
    return x < y ? x : x >= y ? y : x + y;
}

/* The derivative of max with respect to its first operand. */
static inline double dgi_max_derivative(double x, double y)
{
    return x > y ? 1.0 : x < y ? 0.0 : x == y ? 0.5 : x + y;
}

/* y * x**(y - 1). Where y - 1 is rounded, the exponent's error would be multiplied by log(x): there
 * it is y * z / x with z = x**y, unless that leaves the range of doubles. */
static inline double dgi_power_dx(double x, double y, double z)
{
    if (y == 0.0)
        return 0.0;
    double less = y - 1.0;
    if (less + 1.0 == y || !isnormal(z))
        return y * pow(x, less);
    double quotient = z / x;
    return isnormal(quotient) ? y * quotient : y * z / x;
}

/* x**y * ln(x), and 0 where x is 0 and y not negative, as in PyTorch. */
static inline double dgi_power_dy(double x, double y, double z)
{
    return x == 0.0 && y >= 0.0 ? 0.0 : z * log(x);
}

static inline double dgi_erf_derivative(double x)
{
    return 1.1283791670955126 * exp(-x * x); /* 2/sqrt(pi) */
}

#define DGI_LN2 0.6931471805599453
#define DGI_BY_LN2 1.4426950408889634   /* 1/ln(2) */
#define DGI_BY_LN10 0.43429448190325182 /* 1/ln(10) */

static inline double dgi_acosh_derivative(double x)
{
    if (x < 1.0)
        return NAN;
    return x < 1e100 ? 1.0 / sqrt((x - 1.0) * (x + 1.0)) : 1.0 / x;
}

/* For infinities the limits, -1 and 1. */
static inline double dgi_softsign(double x)
{
    return isinf(x) ? copysign(1.0, x) : x / (1.0 + fabs(x));
}

/* special.c */
double dgi_erfc_derivative(double x);
double dgi_gelu(double x);
double dgi_gelu_derivative(double x);
double dgi_softsign_derivative(double x);
double dgi_digamma(double x);
double dgi_polygamma(double k, double x);
double dgi_by_square_of_radius(double x, double y);
double dgi_logaddexp(double x, double y);
double dgi_logaddexp_derivative(double x, double y);

#endif

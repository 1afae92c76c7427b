/* Numbers with an exponent of 64 bits: products of any length neither underflow nor overflow. */
#ifndef DGI_INSPECT_SCALED_H
#define DGI_INSPECT_SCALED_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* m * 2**e, with |m| in [1/2, 1); of 0, inf and nan e is 0. */
typedef struct dgi_scaled {
    double m;
    int64_t e;
} dgi_scaled;

static inline dgi_scaled dgi_scaled_normalise(double m, int64_t e)
{
    int shift = 0;
    if (m == 0.0 || !isfinite(m))
        return (dgi_scaled){m, 0};
    m = frexp(m, &shift);
    return (dgi_scaled){m, e + shift};
}

static inline dgi_scaled dgi_scaled_from(double x)
{
    return dgi_scaled_normalise(x, 0);
}

static inline dgi_scaled dgi_scaled_mul(dgi_scaled a, dgi_scaled b)
{
    return dgi_scaled_normalise(a.m * b.m, a.e + b.e);
}

/* b must not be 0. */
static inline dgi_scaled dgi_scaled_div(dgi_scaled a, dgi_scaled b)
{
    return dgi_scaled_normalise(a.m / b.m, a.e - b.e);
}

static inline dgi_scaled dgi_scaled_add(dgi_scaled a, dgi_scaled b)
{
    enum { BITS = 64 }; /* beyond that the smaller one does not count */
    if (a.m == 0.0 || !isfinite(b.m))
        return !isfinite(a.m) ? dgi_scaled_from(a.m + b.m) : b;
    if (b.m == 0.0 || !isfinite(a.m))
        return a;
    if (a.e < b.e) {
        dgi_scaled swapped = a;
        a = b;
        b = swapped;
    }
    if (a.e - b.e > BITS)
        return a;
    return dgi_scaled_normalise(a.m + ldexp(b.m, (int)(b.e - a.e)), a.e);
}

/* Whether |a| > |b|; both finite. */
static inline bool dgi_scaled_is_larger(dgi_scaled a, dgi_scaled b)
{
    if (a.m == 0.0 || b.m == 0.0)
        return fabs(a.m) > fabs(b.m);
    return a.e != b.e ? a.e > b.e : fabs(a.m) > fabs(b.m);
}

/* The nearest double: 0 or an infinity where it is out of range. */
static inline double dgi_scaled_to_double(dgi_scaled a)
{
    int64_t most = 4000;
    int64_t e = a.e > most ? most : a.e < -most ? -most : a.e;
    return ldexp(a.m, (int)e);
}

/* log10 of the magnitude; -inf of 0. */
static inline double dgi_scaled_log10(dgi_scaled a)
{
    return log10(fabs(a.m)) + (double)a.e * 0.30102999566398119521;
}

#endif

#include "base/decimal.h"

#include <math.h>

__extension__ typedef unsigned __int128 wide;

/* 5^27 is the largest power of five below 2^63. */
enum { LARGEST_POWER = 27, MANTISSA_BITS = 53 };

static int bits_of(wide u)
{
    uint64_t high = (uint64_t)(u >> 64), low = (uint64_t)u;
    return high ? 128 - __builtin_clzll(high) : low ? 64 - __builtin_clzll(low) : 0;
}

/* u * 2^exponent, rounded; `more` says that the exact number is a little larger than that. u has at
 * least 55 bits where it is, so that this matters for ties only. */
static double rounded(wide u, bool more, int exponent)
{
    int drop = bits_of(u) - MANTISSA_BITS;
    if (drop <= 0)
        return ldexp((double)(uint64_t)u, exponent);
    wide half = (wide)1 << (drop - 1), rest = u & ((half << 1) - 1);
    uint64_t mantissa = (uint64_t)(u >> drop);
    if (rest > half || (rest == half && (more || mantissa % 2)))
        mantissa++;
    return ldexp((double)mantissa, exponent + drop);
}

bool dgi_decimal(uint64_t digits, int power, double *x)
{
    int size = power < 0 ? -power : power;
    if (digits == 0 || size > LARGEST_POWER) {
        *x = 0.0;
        return digits == 0;
    }
    uint64_t five = 1;
    for (int i = 0; i < size; i++)
        five *= 5;
    if (power >= 0) {
        *x = rounded((wide)digits * five, false, power);
        return true;
    }
    int shift = __builtin_clzll(digits);
    wide dividend = (wide)(digits << shift) << 64;
    *x = rounded(dividend / five, dividend % five != 0, power - shift - 64);
    return true;
}

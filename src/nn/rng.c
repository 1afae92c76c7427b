/* Random numbers: xoshiro256**, seeded by SplitMix64. */
#include <dotgrad/nn.h>

#include <math.h>

static uint64_t rotated(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static uint64_t split_mix(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

dg_rng dg_rng_init(uint64_t seed)
{
    dg_rng rng;
    for (int i = 0; i < 4; i++)
        rng.s[i] = split_mix(&seed);
    return rng;
}

uint64_t dg_rng_next(dg_rng *rng)
{
    if (!rng)
        return 0;
    uint64_t *s = rng->s;
    if (!(s[0] | s[1] | s[2] | s[3])) /* from there it would not move */
        *rng = dg_rng_init(0);
    uint64_t result = rotated(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 45);
    return result;
}

double dg_rng_uniform(dg_rng *rng, double low, double high)
{
    if (!rng)
        return NAN;
    double u = (double)(dg_rng_next(rng) >> 11) * 0x1p-53;
    double width = high - low;
    double x = isfinite(width) ? low + width * u : 2.0 * (low / 2.0 + (high / 2.0 - low / 2.0) * u);
    /* Rounding may reach the end that does not belong to the interval. */
    return x < high || !(low < high) ? x : nextafter(high, low);
}

double dg_rng_normal(dg_rng *rng)
{
    if (!rng)
        return NAN;
    double u, v, s;
    do {
        u = dg_rng_uniform(rng, -1.0, 1.0);
        v = dg_rng_uniform(rng, -1.0, 1.0);
        s = u * u + v * v;
    } while (s >= 1.0 || s == 0.0);
    return u * sqrt(-2.0 * log(s) / s);
}

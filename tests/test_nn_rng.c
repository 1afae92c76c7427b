/* The generator of the nn module: published numbers, a second implementation, and what its two
 * distributions promise. */
#include "nn_support.h"

/* The test vector of the Rosetta Code page on SplitMix64, which fills the state. */
START_TEST(state_from_splitmix64)
{
    dg_rng r = dg_rng_init(1234567);
    ck_assert_uint_eq(r.s[0], UINT64_C(6457827717110365317));
    ck_assert_uint_eq(r.s[1], UINT64_C(3203168211198807973));
    ck_assert_uint_eq(r.s[2], UINT64_C(9817491932198370423));
    ck_assert_uint_eq(r.s[3], UINT64_C(4593380528125082431));
    r = dg_rng_init(0);
    ck_assert_uint_eq(r.s[0], UINT64_C(0xE220A8397B1DCDAF));
    ck_assert_uint_eq(r.s[1], UINT64_C(0x6E789E6AA1B965F4));
    ck_assert_uint_eq(r.s[2], UINT64_C(0x06C45D188009454F));
    ck_assert_uint_eq(r.s[3], UINT64_C(0xF88BB8A8724C81EC));
}
END_TEST

/* The test vector of the authors' C program with the state 1, 2, 3, 4, as other libraries have it.
 */
START_TEST(published_numbers)
{
    static const uint64_t expected[] = {
        UINT64_C(11520),
        UINT64_C(0),
        UINT64_C(1509978240),
        UINT64_C(1215971899390074240),
        UINT64_C(1216172134540287360),
        UINT64_C(607988272756665600),
        UINT64_C(16172922978634559625),
        UINT64_C(8476171486693032832),
        UINT64_C(10595114339597558777),
        UINT64_C(2904607092377533576),
    };
    dg_rng r = {.s = {1, 2, 3, 4}};
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        ck_assert_uint_eq(dg_rng_next(&r), expected[i]);
}
END_TEST

/* Written down here so that no seed ever gives other numbers. */
START_TEST(first_numbers)
{
    static const struct {
        uint64_t seed;
        uint64_t numbers[3];
    } table[] = {
        {0,
         {UINT64_C(0x99EC5F36CB75F2B4), UINT64_C(0xBF6E1F784956452A),
          UINT64_C(0x1A5F849D4933E6E0)}},
        {1,
         {UINT64_C(0xB3F2AF6D0FC710C5), UINT64_C(0x853B559647364CEA),
          UINT64_C(0x92F89756082A4514)}},
        {42,
         {UINT64_C(0x15780B2E0C2EC716), UINT64_C(0x6104D9866D113A7E),
          UINT64_C(0xAE17533239E499A1)}},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        dg_rng r = dg_rng_init(table[i].seed);
        for (size_t k = 0; k < 3; k++) {
            uint64_t number = dg_rng_next(&r);
            ck_assert_msg(number == table[i].numbers[k], "seed %llu, number %zu: 0x%016llX",
                          (unsigned long long)table[i].seed, k, (unsigned long long)number);
        }
    }
}
END_TEST

START_TEST(a_second_implementation)
{
    static const uint64_t seeds[] = {
        0, 1, 2, 42, UINT64_C(1) << 63, UINT64_MAX, UINT64_C(0) - UINT64_C(0x9E3779B97F4A7C15)};
    for (size_t i = 0; i < COUNT_OF(seeds); i++) {
        dg_rng r = dg_rng_init(seeds[i]);
        reference_rng other = reference_seeded(seeds[i]);
        for (int k = 0; k < 1000; k++)
            ck_assert_msg(dg_rng_next(&r) == reference_next(&other), "seed %llu, number %d",
                          (unsigned long long)seeds[i], k);
        for (int k = 0; k < 1000; k++)
            ck_assert_msg(dg_rng_uniform(&r, -1.0, 1.0) == 2.0 * reference_unit(&other) - 1.0,
                          "seed %llu, uniform number %d", (unsigned long long)seeds[i], k);
    }
}
END_TEST

START_TEST(copies_of_the_state)
{
    dg_rng r = dg_rng_init(7);
    for (int i = 0; i < 100; i++) {
        dg_rng copy = r;
        dg_rng another = r;
        double normal = dg_rng_normal(&r);
        double uniform = dg_rng_uniform(&r, 3.0, 5.0);
        uint64_t next = dg_rng_next(&r);
        assert_same(dg_rng_normal(&copy), normal);
        assert_same(dg_rng_uniform(&copy, 3.0, 5.0), uniform);
        ck_assert_uint_eq(dg_rng_next(&copy), next);
        assert_same(dg_rng_normal(&another), normal);
        ck_assert_int_eq(memcmp(&copy, &r, sizeof r), 0);
    }
}
END_TEST

/* Half open, however small or large, also where rounding would reach the other end. */
START_TEST(uniform_bounds)
{
    static const struct {
        double low, high;
    } table[] = {
        {0.0, 1.0},
        {-1.0, 1.0},
        {1.0, 1.0 + DBL_EPSILON},
        {1.0, 1.0 + 2.0 * DBL_EPSILON},
        {-1.0 - DBL_EPSILON, -1.0},
        {0x1p53, 0x1p53 + 4.0},
        {1e300, 1.0000000000000002e300},
        {0.0, 0x1p-1074},
        {-0x1p-1074, 0x1p-1074},
        {0.0, DBL_MIN},
        {1e-300, 1.0},
        {-1e16, 1.0},
        {0.0, DBL_MAX},
        {-DBL_MAX, 0.0},
        {-DBL_MAX, DBL_MAX},
        {-DBL_MAX, 1.0},
        {-1e308, 1.5e308},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        dg_rng r = dg_rng_init(i);
        double low = table[i].low;
        double high = table[i].high;
        for (int k = 0; k < 2000; k++) {
            double x = dg_rng_uniform(&r, low, high);
            ck_assert_msg(x >= low && x < high,
                          "seed %zu, number %d: %.17g is not in [%.17g, %.17g)", i, k, x, low,
                          high);
        }
    }
}
END_TEST

/* Also where the length of the interval is no double. */
START_TEST(uniform_over_all_doubles)
{
    enum { NUMBERS = 10000 };
    int above[3] = {0};
    dg_rng r = dg_rng_init(5);
    for (int i = 0; i < NUMBERS; i++) {
        double x = dg_rng_uniform(&r, -DBL_MAX, DBL_MAX);
        above[0] += x >= 0.0;
        above[1] += x >= -DBL_MAX / 2.0;
        above[2] += x >= DBL_MAX / 2.0;
    }
    ck_assert_int_lt(abs(above[0] - NUMBERS / 2), 300);
    ck_assert_int_lt(abs(above[1] - NUMBERS * 3 / 4), 300);
    ck_assert_int_lt(abs(above[2] - NUMBERS / 4), 300);
}
END_TEST

START_TEST(uniform_is_uniform)
{
    enum { NUMBERS = 100000, BINS = 20 };
    int bins[BINS] = {0};
    double sum = 0.0;
    dg_rng r = dg_rng_init(3);
    for (int i = 0; i < NUMBERS; i++) {
        double x = dg_rng_uniform(&r, -2.0, 6.0);
        sum += x;
        bins[(int)((x + 2.0) / 8.0 * BINS)]++;
    }
    ck_assert_double_eq_tol(sum / NUMBERS, 2.0, 0.03);
    for (int i = 0; i < BINS; i++)
        ck_assert_msg(abs(bins[i] - NUMBERS / BINS) < 350, "bin %d: %d", i, bins[i]);
}
END_TEST

/* One draw of the generator each, whatever the bounds are. */
START_TEST(uniform_takes_one_draw)
{
    dg_rng r = dg_rng_init(4);
    dg_rng other = r;
    dg_rng_uniform(&r, 0.0, 1.0);
    dg_rng_next(&other);
    ck_assert_int_eq(memcmp(&other, &r, sizeof r), 0);
}
END_TEST

START_TEST(normal_by_the_polar_method)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        dg_rng r = dg_rng_init(seed);
        reference_rng other = reference_seeded(seed);
        for (int i = 0; i < 100; i++) {
            double u;
            double v;
            double s;
            do {
                u = 2.0 * reference_unit(&other) - 1.0;
                v = 2.0 * reference_unit(&other) - 1.0;
                s = u * u + v * v;
            } while (s >= 1.0 || s == 0.0);
            double want = u * sqrt(-2.0 * log(s) / s);
            double got = dg_rng_normal(&r);
            ck_assert_msg(close_to(got, (long double)want, 1e-14),
                          "seed %llu, number %d: %.17g, not %.17g", (unsigned long long)seed, i,
                          got, want);
        }
        ck_assert_uint_eq(dg_rng_next(&r), reference_next(&other));
    }
}
END_TEST

START_TEST(normal_is_normal)
{
    enum { NUMBERS = 200000 };
    double moments[5] = {0.0};
    int within[3] = {0};
    dg_rng r = dg_rng_init(11);
    for (int i = 0; i < NUMBERS; i++) {
        double x = dg_rng_normal(&r);
        double power = 1.0;
        ck_assert(isfinite(x));
        for (int k = 0; k < 5; k++, power *= x)
            moments[k] += power / NUMBERS;
        for (int k = 0; k < 3; k++)
            within[k] += fabs(x) < k + 1;
    }
    ck_assert_double_eq_tol(moments[1], 0.0, 0.012);
    ck_assert_double_eq_tol(moments[2], 1.0, 0.016);
    ck_assert_double_eq_tol(moments[3], 0.0, 0.04);
    ck_assert_double_eq_tol(moments[4], 3.0, 0.12);
    ck_assert_double_eq_tol((double)within[0] / NUMBERS, 0.682689, 0.005);
    ck_assert_double_eq_tol((double)within[1] / NUMBERS, 0.954500, 0.003);
    ck_assert_double_eq_tol((double)within[2] / NUMBERS, 0.997300, 0.001);
}
END_TEST

START_TEST(without_a_generator)
{
    ck_assert_uint_eq(dg_rng_next(NULL), 0);
    ck_assert(isnan(dg_rng_uniform(NULL, 0.0, 1.0)));
    ck_assert(isnan(dg_rng_normal(NULL)));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        state_from_splitmix64,      published_numbers,   first_numbers,
        a_second_implementation,    copies_of_the_state, uniform_bounds,
        uniform_over_all_doubles,   uniform_is_uniform,  uniform_takes_one_draw,
        normal_by_the_polar_method, normal_is_normal,    without_a_generator,
    };
    return run_suite("nn, the generator", tests, COUNT_OF(tests));
}

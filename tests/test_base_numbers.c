/* The base module: numbers as text, in every locale. */
#include "base/decimal.h"
#include "base/literal.h"
#include "base/number.h"

#include <dotgrad/engine.h>

#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include "check_main.h"
#include "engine_support.h"

/* ---- Numbers ------------------------------------------------------------------------------- */

static void check_fixed(double x, int decimals, const char *want)
{
    char text[DGI_NUMBER_ROOM];
    memset(text, '?', sizeof text);
    size_t length = dgi_fixed(text, x, decimals);
    ck_assert_str_eq(text, want);
    ck_assert_uint_eq(length, strlen(want));
}

static void fixed_numbers(void)
{
    check_fixed(0.0, 4, "0.0000");
    check_fixed(-0.0, 4, "-0.0000");
    check_fixed(-0.00001, 4, "-0.0000");
    check_fixed(2.0, 4, "2.0000");
    check_fixed(-3.14159265, 4, "-3.1416");
    check_fixed(0.7071067811865476, 4, "0.7071");
    check_fixed(6.8813735870195432, 4, "6.8814");
    check_fixed(1234567.891, 2, "1234567.89");
    check_fixed(0.125, 2, "0.12"); /* ties go to the even digit */
    check_fixed(0.375, 2, "0.38");
    check_fixed(0.5, 0, "0");
    check_fixed(1.5, 0, "2");
    check_fixed(2.5, 0, "2");
    check_fixed(0.00005, 4, "0.0001"); /* the double is above the tie */
    check_fixed(2.00025, 4, "2.0002"); /* and this one below */
    check_fixed(2.675, 2, "2.67");
    check_fixed(999.99995, 4, "1000.0000");
    check_fixed(9.99996, 4, "10.0000");
    check_fixed(1e23, 4, "99999999999999991611392.0000");
    check_fixed(5e-324, 4, "0.0000");
    check_fixed((double)NAN, 4, "nan");
    check_fixed(-(double)NAN, 4, "nan");
    check_fixed(copysign((double)NAN, -1.0), 0, "nan");
    check_fixed(INFINITY, 4, "inf");
    check_fixed(-INFINITY, 4, "-inf");
    char text[DGI_NUMBER_ROOM];
    ck_assert_uint_eq(dgi_fixed(text, DBL_MAX, 4), 314);
    ck_assert_uint_eq(dgi_fixed(text, -DBL_MAX, 4), 315);
    ck_assert_int_eq(strncmp(text, "-17976931348623157081452742373", 30), 0);
    ck_assert_str_eq(text + 310, ".0000");
}

static const struct {
    double x;
    const char *text;
} shortest[] = {
    {0x0.0p+0, "0"},
    {-0x0.0p+0, "-0"},
    {0x1.0000000000000p+0, "1"},
    {-0x1.0000000000000p+0, "-1"},
    {0x1.999999999999ap-4, "0.1"},
    {0x1.999999999999ap-3, "0.2"},
    {0x1.3333333333333p-2, "0.3"},
    {0x1.3333333333334p-2, "0.30000000000000004"},
    {0x1.5555555555555p-2, "0.3333333333333333"},
    {0x1.5555555555555p-1, "0.6666666666666666"},
    {0x1.4f8b588e368f1p-17, "1e-05"},
    {0x1.a36e2eb1c432dp-14, "0.0001"},
    {0x1.f75104d551d69p-14, "0.00012"},
    {0x1.a36371ea531a8p-14, "9.999e-05"},
    {0x1.c6bf526340000p+49, "1000000000000000"},
    {0x1.1c37937e08000p+53, "1e+16"},
    {0x1.6345785d8a000p+56, "1e+17"},
    {0x1.b69b4ba630f35p+56, "1.2345678901234568e+17"},
    {0x1.18b54f22aeb00p+50, "1234567890123456"},
    {0x1.1c37937e07fffp+53, "9999999999999998"},
    {0x1.0000000000000p+53, "9007199254740992"},
    {0x1.0f0cf064dd592p+73, "1e+22"},
    {0x1.52d02c7e14af6p+76, "1e+23"},
    {0x1.b1ae4d6e2ef50p+69, "1e+21"},
    {0x1.1eb2d66005835p+997, "1.5e+300"},
    {0x0.0000000000001p-1022, "5e-324"},
    {0x1.0000000000000p-1022, "2.2250738585072014e-308"},
    {0x0.fffffffffffffp-1022, "2.225073858507201e-308"},
    {0x1.fffffffffffffp+1023, "1.7976931348623157e+308"},
    {0x1.1666666666666p+2, "4.35"},
    {0x1.02e85be111841p-13, "0.000123456789"},
    {0x1.e240c9fbe76c9p+16, "123456.789"},
    {0x1.921fb54442d18p+1, "3.141592653589793"},
    {0x1.5bf0a8b145769p+1, "2.718281828459045"},
    {0x1.9000000000000p+6, "100"},
    {0x1.249ad2594c37dp+332, "1e+100"},
    {-0x1.421f5f40d8376p-23, "-1.5e-07"},
    {0x1.b8686cc2f3a85p+2, "6.881373587019543"},
    {0x1.6a09e667f3bcdp-1, "0.7071067811865476"},
    {0x1.b7cdfd9d7bdbbp-34, "1e-10"},
    {0x1.c7e83209e90b2p+72, "8.41e+21"},
    {0x1.0000000000000p+53, "9007199254740992"},
    {0x0.0000000000003p-1022, "1.5e-323"},
    {0x1.0000000000000p-20, "9.5367431640625e-07"},
    {0x1.1de784a000000p+28, "299792458"},
    {0x1.fe185ca57c517p+78, "6.02214076e+23"},
    {0x1.0000000000002p+52, "4503599627370498"},
    {0x1.a36e2eb1c432dp-15, "5e-05"},
    {0x1.8000000000000p+3, "12"},
    {0x1.9000000000000p+6, "100"},
    {(double)NAN, "nan"},
    {INFINITY, "inf"},
    {-INFINITY, "-inf"},
};

static void shortest_numbers(void)
{
    char text[DGI_NUMBER_ROOM];
    for (size_t i = 0; i < sizeof shortest / sizeof *shortest; i++) {
        memset(text, '?', sizeof text);
        size_t length = dgi_shortest(text, shortest[i].x);
        ck_assert_str_eq(text, shortest[i].text);
        ck_assert_uint_eq(length, strlen(text));
    }
    dgi_shortest(text, copysign((double)NAN, -1.0));
    ck_assert_str_eq(text, "nan");
}

static void parsed_numbers(void)
{
    static const struct {
        const char *text;
        double x;
    } good[] = {
        {"0", 0.0},
        {"1", 1.0},
        {"-2.5", -2.5},
        {"1e400", INFINITY},
        {".5", 0.5},
        {"1.", 1.0},
        {"-1e400", -INFINITY},
        {"1e-400", 0.0},
        {"5e-324", 5e-324},
        {"1E3", 1000.0},
        {"1e+22", 1e22},
        {"6.8813735870195432", 6.8813735870195432},
        {"007", 7.0},
        {"-0.0", -0.0},
        {"1.7976931348623157e308", DBL_MAX},
        {"2.2250738585072011e-308", 2.2250738585072011e-308},
        {"0.1000000000000000055511151231257827021181583404541015625", 0.1},
    };
    static const char *const bad[] = {
        "",
        " ",
        "1 ",
        " 1",
        "\t1",
        "1,5",
        "x",
        "1x",
        "1e",
        "1e+",
        ".",
        "-",
        "+",
        "--1",
        "1..2",
        "0x10",
        "0x1p3",
        "1_000",
        "1 2",
        "1\n",
        "e5",
        "1.5.",
        "\xD9\xAB"
        "5",
        "1\xD9\xAB"
        "5",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double x = 42.0;
        ck_assert_msg(dgi_parse_double(good[i].text, &x), "'%s' is a number", good[i].text);
        ck_assert_msg(same_number(x, good[i].x), "'%s' reads as %.17g", good[i].text, x);
    }
    char taken[500] = "";
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double x;
        size_t used = strlen(taken);
        if (dgi_parse_double(bad[i], &x))
            snprintf(taken + used, sizeof taken - used, " '%s'", bad[i]);
    }
    ck_assert_msg(!taken[0], "read as numbers, and are none:%s", taken);
}

/* Any finite double survives its shortest text, and no text of fewer digits reads back as it. */
static void round_trips(size_t count)
{
    rng r = {0x5EED};
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = rng_next(&r);
        if (i % 4 == 0) /* short decimals */
            bits = bits_of((double)(rng_next(&r) % 100000) / (double)(1 + rng_next(&r) % 1000));
        double x = double_of(bits);
        char text[DGI_NUMBER_ROOM];
        double back;
        if (!isfinite(x))
            continue;
        size_t length = dgi_shortest(text, x);
        ck_assert_uint_eq(length, strlen(text));
        ck_assert_uint_le(length, 24);
        ck_assert_msg(dgi_parse_double(text, &back) && same_number(x, back), "bits %#llx: '%s'",
                      (unsigned long long)bits, text);
        size_t digits = 0;
        char bare[DGI_NUMBER_ROOM];
        for (const char *p = text; *p && *p != 'e'; p++)
            if (*p >= '0' && *p <= '9')
                bare[digits++] = *p;
        size_t first = strspn(bare, "0") < digits ? strspn(bare, "0") : digits;
        while (digits > first && bare[digits - 1] == '0')
            digits--;
        digits -= first;
        if (digits > 1 && strcmp(localeconv()->decimal_point, ".") == 0) {
            snprintf(bare, sizeof bare, "%.*e", (int)digits - 2, x);
            ck_assert_msg(strtod(bare, NULL) != x, "bits %#llx: '%s' is shorter than '%s'",
                          (unsigned long long)bits, bare, text);
        }
    }
}

/* A double as graphs have it: of any size around 1, with few bits, and halfway between decimals. */
static double common(rng *r, size_t kind)
{
    double bits = (double)(rng_next(r) >> 11);
    switch (kind % 5) {
    case 0:
        return ldexp(bits, -53);
    case 1:
        return ldexp(-bits, -(int)(rng_next(r) % 120));
    case 2:
        return (double)(rng_next(r) % 2000001) / 20000.0;
    case 3:
        return ldexp((double)(rng_next(r) % 64), -(int)(rng_next(r) % 60));
    default:
        return (double)(rng_next(r) % 1000000) * 1e3;
    }
}

/* What is written without the C library is what that would have written. */
START_TEST(numbers_as_by_the_c_library)
{
    rng r = {0xF1DE};
    for (size_t i = 0; i < cases(100000); i++) {
        double x = common(&r, i);
        int decimals = 1 + (int)(i % 7);
        char text[DGI_NUMBER_ROOM], want[DGI_NUMBER_ROOM], digits[DGI_NUMBER_ROOM];
        snprintf(want, sizeof want, "%.*f", decimals, x);
        ck_assert_uint_eq(dgi_fixed(text, x, decimals), strlen(want));
        ck_assert_str_eq(text, want);
        dgi_shortest(text, x);
        int precision = 0;
        do
            snprintf(want, sizeof want, "%.*e", precision, x);
        while (strtod(want, NULL) != x && ++precision < 17);
        size_t n = 0, first = strspn(text, "-0.");
        for (const char *p = text + first; *p && *p != 'e'; p++)
            if (*p != '.')
                digits[n++] = *p;
        while (n && digits[n - 1] == '0')
            n--;
        for (const char *p = want + (*want == '-'), *d = digits; *p != 'e' && x != 0.0; p++)
            if (*p != '.')
                ck_assert_msg(d < digits + n && *p == *d++, "%a: '%s' for '%s'", x, text, want);
    }
}
END_TEST

START_TEST(numbers_as_text)
{
    fixed_numbers();
    shortest_numbers();
    round_trips(cases(20000));
}
END_TEST

START_TEST(text_as_numbers)
{
    parsed_numbers();
}
END_TEST

/* ---- Numbers in other locales -------------------------------------------------------------- */

/* Makes a locale in the folder, where this machine has what it takes. */
static bool make_locale(const char *folder, const char *name)
{
    char command[512];
    snprintf(command, sizeof command,
             "localedef -i %s -f UTF-8 '%s/%s.UTF-8' >/dev/null 2>&1 </dev/null", name, folder,
             name);
    if (access("/usr/share/i18n/locales", R_OK) != 0)
        return false;
    int status = system(command); /* warnings are a status too */
    char file[512];
    snprintf(file, sizeof file, "%s/%s.UTF-8/LC_NUMERIC", folder, name);
    return status != -1 && access(file, R_OK) == 0;
}

static void in_locale(const char *name)
{
    char folder[] = "/tmp/dotgrad-locale-XXXXXX";
    char full[64];
    snprintf(full, sizeof full, "%s.UTF-8", name);
    bool made = false;
    if (!setlocale(LC_ALL, full)) {
        ck_assert_ptr_nonnull(mkdtemp(folder));
        made = true;
        if (make_locale(folder, name)) {
            setenv("LOCPATH", folder, 1);
            setlocale(LC_ALL, full);
        }
    }
    const char *point = localeconv()->decimal_point;
    if (strcmp(point, ".") == 0) {
        printf("%s: skipped, there is no such locale\n", full);
    } else {
        char before[64];
        snprintf(before, sizeof before, "%s", setlocale(LC_ALL, NULL));
        fixed_numbers();
        shortest_numbers();
        round_trips(2000); /* and back */
        dg_graph *g = dg_graph_new();
        char text[DG_OP_TEXT_MAX];
        dg_op_text(dg_pow(dg_leaf(g, 2.0, NULL), 0.5), text);
        ck_assert_str_eq(text, "**0.5");
        dg_graph_free(g);
        ck_assert_str_eq(setlocale(LC_ALL, NULL), before); /* the library leaves it alone */
        /* The same for a locale of this thread only. */
        locale_t mine = duplocale(LC_GLOBAL_LOCALE);
        ck_assert(mine != (locale_t)0);
        setlocale(LC_ALL, "C");
        locale_t old = uselocale(mine);
        fixed_numbers();
        shortest_numbers();
        round_trips(1000);
        ck_assert(uselocale(old) == mine);
        freelocale(mine);
    }
    if (made) {
        char command[128];
        snprintf(command, sizeof command, "rm -rf '%s'", folder);
        ck_assert_int_eq(system(command), 0);
    }
}

/* Where numbers of Python end, and what they are; or what is wrong with them. */
START_TEST(literals)
{
    static const struct {
        const char *text;
        uint32_t end;
        bool decimal;
        double x;
        const char *wrong;
    } rows[] = {
        {"1_000+2", 5, true, 1000.0, NULL},
        {"1__0", 1, true, 1.0, NULL},
        {"2.5e-3x", 6, true, 0.0025, NULL},
        {"2.e", 2, true, 2.0, NULL},
        {".5.5", 2, true, 0.5, NULL},
        {"1e400", 5, true, INFINITY, NULL},
        {"0x1F_ffg", 7, false, 8191.0, NULL},
        {"0o178", 4, false, 15.0, NULL},
        {"0b1012", 5, false, 5.0, NULL},
        {"0x20000000000001", 16, false, 0x1p53, NULL}, /* a tie goes to the even number */
        {"0x20000000000003", 16, false, 0x1p53 + 4.0, NULL},
        {"00.5", 4, true, 0.5, NULL},
        {"00", 2, true, 0.0, NULL},
        {"012", 3, true, 0.0, "an integer does not begin with 0"},
        {"0x", 2, false, 0.0, "this is not a number"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool decimal;
        double x = 0.0;
        dgi_buf scratch = DGI_BUF_INIT;
        uint32_t end = dgi_number_end(rows[i].text, (uint32_t)strlen(rows[i].text), 0, &decimal);
        ck_assert_uint_eq(end, rows[i].end);
        ck_assert_int_eq(decimal, rows[i].decimal);
        const char *wrong = dgi_read_number(rows[i].text, end, &scratch, &x);
        dgi_buf_free(&scratch);
        ck_assert_pstr_eq(wrong, rows[i].wrong);
        ck_assert_double_eq(x, rows[i].x);
    }
}
END_TEST

START_TEST(numbers_with_a_decimal_comma)
{
    in_locale("de_DE");
}
END_TEST

START_TEST(numbers_with_a_long_separator)
{
    in_locale("ps_AF");
}
END_TEST

/* ---- Decimal numbers ----------------------------------------------------------------------- */

/* As the C library reads them, which the tests run in the C locale. */
static void check_decimal(uint64_t digits, int power)
{
    char text[64];
    double x = NAN;
    snprintf(text, sizeof text, "%llue%d", (unsigned long long)digits, power);
    bool done = dgi_decimal(digits, power, &x);
    ck_assert_msg(done == (digits == 0 || abs(power) <= 27), "%s", text);
    if (done)
        must(same_number(x, strtod(text, NULL)), "%s is %a, not %a", text, x, strtod(text, NULL));
}

START_TEST(decimals)
{
    rng r = {11};
    for (int i = 0; i < 400000; i++) {
        uint64_t digits = rng_next(&r) >> rng_below(&r, 64);
        check_decimal(digits, (int)rng_below(&r, 61) - 30);
    }
    /* Halfway between two doubles, and next to it. */
    for (int i = 0; i < 100000; i++) {
        uint64_t half = ((1ull << 52) + (rng_next(&r) >> 12)) * 2 + 1;
        int zeros = (int)rng_below(&r, 3);
        for (int k = 0; k < zeros; k++)
            half *= 10;
        for (int k = -1; k <= 1; k++)
            check_decimal(half + (uint64_t)k, -zeros);
    }
    for (int power = -30; power <= 30; power++) {
        check_decimal(0, power);
        check_decimal(1, power);
        check_decimal(UINT64_MAX, power);
        check_decimal(1ull << 63, power);
        check_decimal((1ull << 53) - 1, power);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        numbers_as_text, numbers_as_by_the_c_library,  text_as_numbers,
        literals,        numbers_with_a_decimal_comma, numbers_with_a_long_separator,
        decimals,
    };
    return run_suite("base numbers", tests, sizeof tests / sizeof *tests);
}

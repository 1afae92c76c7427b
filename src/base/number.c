#define _GNU_SOURCE /* strtod_l, newlocale */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Part of a number in any locale: signs, digits, those of hexadecimal numbers, "inf" and "nan". */
static bool is_no_separator(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
           c == '-' || c == ' ';
}

/* snprintf writes the decimal separator of the locale, which may be several bytes: replaces it by a
 * point.
 */
static size_t with_point(char *text)
{
    size_t i = 0;
    while (is_no_separator(text[i]))
        i++;
    if (text[i] == '\0' || text[i] == '.')
        return strlen(text);
    size_t end = i;
    while (text[end] != '\0' && !is_no_separator(text[end]))
        end++;
    text[i] = '.';
    memmove(text + i + 1, text + end, strlen(text + end) + 1);
    return strlen(text);
}

static size_t not_finite(char *text, double x)
{
    const char *name = isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
    size_t size = strlen(name);
    memcpy(text, name, size + 1);
    return size;
}

/* ---- Fast paths, with the same result as the C library ----------------------------------------
 */

__extension__ typedef unsigned __int128 wide;

/* Writes the digits of u, the last one before `end`; returns the first. */
static char *digits_before(char *end, uint64_t u)
{
    do
        *--end = (char)('0' + u % 10);
    while (u /= 10);
    return end;
}

/* The most decimals of the fast path: 2^53 times that power of ten is far below 2^128, and its
 * integer part below 2^64. */
enum { FEW_DECIMALS = 6 };

/* For |x| < 1e9, rounded half to even from the exact binary value; 0 where the C library has to do
 * it. */
static size_t quick_fixed(char *text, double x, int decimals)
{
    if (!(fabs(x) < 1e9) || decimals < 1 || decimals > FEW_DECIMALS)
        return 0;
    uint64_t power = 1;
    for (int i = 0; i < decimals; i++)
        power *= 10;
    int exponent;
    double fraction = frexp(fabs(x), &exponent);
    wide product = (wide)(uint64_t)ldexp(fraction, 53) * power;
    int shift = 53 - exponent; /* 23 or more */
    uint64_t u = 0;
    if (shift < 126) {
        wide half = (wide)1 << (shift - 1), rest = product & (((wide)1 << shift) - 1);
        u = (uint64_t)(product >> shift);
        u += rest > half || (rest == half && u % 2);
    }
    char buffer[32], *end = buffer + sizeof buffer, *p = digits_before(end, u / power);
    size_t whole = (size_t)(end - p);
    char *to = text;
    if (signbit(x))
        *to++ = '-';
    memcpy(to, p, whole);
    to += whole;
    *to++ = '.';
    uint64_t rest = u % power;
    for (int i = decimals; i-- > 0; rest /= 10)
        to[i] = (char)('0' + rest % 10);
    to += decimals;
    *to = '\0';
    return (size_t)(to - text);
}

/* Formats with one of "%.*f", "%.*e" and "%.*g". */
static size_t formatted(char *text, const char *format, double x, int digits)
{
    if (!isfinite(x))
        return not_finite(text, x);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, DGI_NUMBER_ROOM, format, digits, x);
#pragma GCC diagnostic pop
    return with_point(text);
}

size_t dgi_fixed(char *text, double x, int decimals)
{
    size_t size = quick_fixed(text, x, decimals);
    return size ? size : formatted(text, "%.*f", x, decimals);
}

size_t dgi_scientific(char *text, double x, int decimals)
{
    return formatted(text, "%.*e", x, decimals);
}

size_t dgi_general(char *text, double x, int digits)
{
    return formatted(text, "%.*g", x, digits);
}

size_t dgi_print_double(char *text, size_t size, const char *conversion, double x)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, size, conversion, x);
#pragma GCC diagnostic pop
    return with_point(text);
}

/* The C locale for parsing, created once. NULL where that failed. */
static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

bool dgi_parse_double(const char *text, double *x)
{
    pthread_once(&c_locale_once, make_c_locale);
    /* None of strtod's white space and hexadecimal. */
    if (!c_locale || !*text || strspn(text, "0123456789.eE+-infatyINFATY") != strlen(text))
        return false;
    char *end;
    *x = strtod_l(text, &end, c_locale);
    return *end == '\0';
}

/* The decimal form of a finite number: sign, significant digits without trailing zeros, and the
 * power of ten of the first digit. */
typedef struct decimal {
    bool negative;
    int n;
    char digits[20];
    int exponent;
} decimal;

/* u * 10^power; u has at most 20 digits. */
static decimal decimal_of(bool negative, uint64_t u, int power)
{
    char buffer[24], *end = buffer + sizeof buffer, *p = digits_before(end, u);
    decimal d = {.negative = negative, .n = (int)(end - p)};
    d.exponent = d.n - 1 + power;
    memcpy(d.digits, p, (size_t)d.n);
    while (d.n > 1 && d.digits[d.n - 1] == '0')
        d.n--;
    return d;
}

/* The shortest decimal of a double between about 1e-15 and 2^53, in integer arithmetic. (The result
 * is that of Steele and White, "How to print floating-point numbers accurately", 1990.)
 *
 * x = c * 2^q with c of 53 bits. Let the unit be 10^-n, the largest power of ten that is at most
 * 2^q. Then, in units and multiplied by 2^shift, x is 4c * 5^n, and the interval of numbers that
 * round to x reaches 2 * 5^n to either side. It is 1 to 10 units wide. So it contains at most one
 * multiple of ten units, which is the shortest decimal if there is one, and at least one multiple
 * of the unit, of which otherwise the nearest is taken. */
static bool quick_decimal(decimal *d, double x)
{
    int exponent;
    double fraction = frexp(fabs(x), &exponent);
    uint64_t c = (uint64_t)ldexp(fraction, 53);
    int q = exponent - 53;
    enum { LEAST = -102 };
    if (q < LEAST || q >= 0 ||
        c == (uint64_t)1 << 52) /* at a power of two the interval is not symmetric */
        return false;
    int n = (-q * 30103 + 99999) / 100000; /* ceil(-q * log10(2)): exact in this range */
    wide power = 1;
    for (int i = 0; i < n; i++)
        power *= 5;
    int shift = 2 - q - n;
    wide value = 4 * (wide)c * power, reach = 2 * power;
    uint64_t whole = (uint64_t)(value >> shift), tens = whole / 10 * 10;
    bool open = c % 2; /* the ends round to x only where c is even */
    wide low = value - reach + open, high = value + reach - open;
    if ((wide)tens << shift >= low)
        whole = tens;
    else if ((wide)(tens + 10) << shift <= high)
        whole = tens + 10;
    else {
        wide half = (wide)1 << (shift - 1), rest = value - ((wide)whole << shift);
        whole += rest > half || (rest == half && whole % 2);
    }
    *d = decimal_of(signbit(x) != 0, whole, -n);
    return true;
}

/* Integers of up to 15 digits are their own shortest form. */
static bool whole_decimal(decimal *d, double x)
{
    if (!(fabs(x) < 1e15) || x < trunc(x) || x > trunc(x))
        return false;
    *d = decimal_of(signbit(x) != 0, (uint64_t)fabs(x), 0);
    return true;
}

static decimal shortest_decimal(double x)
{
    decimal quick;
    if (whole_decimal(&quick, x) || quick_decimal(&quick, x))
        return quick;
    char text[48];
    for (int precision = 0; precision < 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, x);
        with_point(text);
        double back;
        if (dgi_parse_double(text, &back) && back == x)
            break;
    }
    decimal d = {.negative = signbit(x) != 0};
    const char *p = text + d.negative;
    for (; *p && *p != 'e'; p++)
        if (*p != '.')
            d.digits[d.n++] = *p;
    d.exponent = *p ? (int)strtol(p + 1, NULL, 10) : 0;
    while (d.n > 1 && d.digits[d.n - 1] == '0')
        d.n--;
    return d;
}

/* Python's repr: positional for exponents in [-4, 16), scientific beyond. */
static size_t write_repr(char *text, const decimal *d)
{
    char *p = text;
    if (d->negative)
        *p++ = '-';
    if (d->exponent < -4 || d->exponent >= 16) {
        *p++ = d->digits[0];
        if (d->n > 1) {
            *p++ = '.';
            memcpy(p, d->digits + 1, (size_t)d->n - 1);
            p += d->n - 1;
        }
        p += snprintf(p, 8, "e%c%02d", d->exponent < 0 ? '-' : '+', abs(d->exponent));
        return (size_t)(p - text);
    }
    if (d->exponent < 0) {
        *p++ = '0';
        *p++ = '.';
        for (int i = -1; i > d->exponent; i--)
            *p++ = '0';
    }
    for (int i = 0; i < d->n || i <= d->exponent; i++) {
        if (d->exponent >= 0 && i == d->exponent + 1)
            *p++ = '.';
        *p++ = i < d->n ? d->digits[i] : '0';
    }
    *p = '\0';
    return (size_t)(p - text);
}

size_t dgi_shortest(char *text, double x)
{
    if (!isfinite(x))
        return not_finite(text, x);
    decimal d = shortest_decimal(x);
    return write_repr(text, &d);
}

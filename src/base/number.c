#define _GNU_SOURCE /* strtod_l, newlocale */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* snprintf writes the decimal separator of the locale, which may be several bytes: what stands
 * between the digits becomes a point. */
static size_t with_point(char *text)
{
    size_t i = text[0] == '-';
    while (text[i] >= '0' && text[i] <= '9')
        i++;
    if (text[i] == '\0' || text[i] == '.' || text[i] == 'e')
        return strlen(text);
    size_t end = i;
    while (text[end] != '\0' && (text[end] < '0' || text[end] > '9'))
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
    return formatted(text, "%.*f", x, decimals);
}

size_t dgi_scientific(char *text, double x, int decimals)
{
    return formatted(text, "%.*e", x, decimals);
}

size_t dgi_general(char *text, double x, int digits)
{
    return formatted(text, "%.*g", x, digits);
}

/* The C locale for reading, made once. NULL where it could not be made. */
static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

bool dgi_parse_double(const char *text, double *x)
{
    pthread_once(&c_locale_once, make_c_locale);
    /* Nothing of strtod's white space and hexadecimal. */
    if (!c_locale || !*text || strspn(text, "0123456789.eE+-infatyINFATY") != strlen(text))
        return false;
    char *end;
    *x = strtod_l(text, &end, c_locale);
    return *end == '\0';
}

/* The decimal form of a finite x: its sign, its significant digits without trailing zeros, and the
 * power of ten of the first of them. */
typedef struct decimal {
    bool negative;
    int n;
    char digits[20];
    int exponent;
} decimal;

static decimal shortest_decimal(double x)
{
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

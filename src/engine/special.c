/* Functions that libm does not have, or not with all digits: gelu, digamma and polygamma, and what
 * else takes more than a line. */
#include "engine/math.h"

/* ---- e**-x**2 and what is made of it ---- */

static const double ROOT_HALF = 0x1.6a09e667f3bcdp-1;        /* sqrt(1/2), rounded */
static const double ROOT_HALF_REST = -0x1.bdd3413b26456p-55; /* and what is missing */
static const double TWO_BY_ROOT_PI = 1.1283791670955126;
static const double BY_ROOT_TWO_PI = 0.3989422804014327;

/* a * b - p, where p is the product rounded: exact, by halves of the digits. The numbers are of
 * moderate size. */
static double product_error(double a, double b, double p)
{
    static const double splitter = 134217729.0; /* 2**27 + 1 */
    double a_high = a * splitter, b_high = b * splitter;
    a_high -= a_high - a;
    b_high -= b_high - b;
    double a_low = a - a_high, b_low = b - b_high;
    return ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low;
}

/* e**-(c * x**2) for c of 1 or 1/2: the error that x**2 is rounded with would be multiplied by
 * x**2.
 */
static double gauss(double x, double c)
{
    double square = x * x;
    if (!(square < 1600.0))
        return square - square == 0.0 || square > 0.0 ? 0.0 : x;
    double e = exp(-c * square);
    return e - e * (c * product_error(x, x, square));
}

double dgi_erfc_derivative(double x)
{
    return -TWO_BY_ROOT_PI * gauss(x, 1.0);
}

/* The distribution function of the normal distribution: erfc(-x / sqrt(2)) / 2. */
static double normal(double x)
{
    double t = -x * ROOT_HALF, p = erfc(t);
    if (!(t > 0.0 && t < 40.0))
        return 0.5 * p;
    double rest = product_error(-x, ROOT_HALF, t) - x * ROOT_HALF_REST;
    return 0.5 * (p - TWO_BY_ROOT_PI * gauss(t, 1.0) * rest);
}

/* Far out on the left side P(x) is below the smallest normal number before x * P(x) is: with the
 * density p, P(x) = -p(x) / x * the returned sum, and p is e * e * BY_ROOT_TWO_PI. */
static double far_left(double x, double *e)
{
    double square = x * x, r = 1.0 / square, sum = 1.0;
    *e = exp(-0.25 * square);
    *e -= *e * (0.25 * product_error(x, x, square));
    for (int n = 15; n >= 1; n -= 2)
        sum = 1.0 - n * r * sum;
    return sum;
}

enum { FAR_LEFT = -30 };

/* For x of -infinity the result is 0, not infinity times 0. */
double dgi_gelu(double x)
{
    double e;
    if (x < FAR_LEFT) {
        double sum = x > -60.0 ? far_left(x, &e) : (e = 0.0);
        return -BY_ROOT_TWO_PI * sum * e * e;
    }
    return x * normal(x);
}

double dgi_gelu_derivative(double x)
{
    double e;
    if (x < FAR_LEFT) {
        double sum = x > -60.0 ? far_left(x, &e) : (e = 0.0);
        return x < -60.0 ? 0.0 : BY_ROOT_TWO_PI * (x - sum / x) * e * e;
    }
    double density = BY_ROOT_TWO_PI * gauss(x, 0.5);
    return density == 0.0 ? normal(x) : normal(x) + x * density;
}

/* 1 / (1 + |x|)**2, with what 1 + |x| and its square are rounded by. */
double dgi_softsign_derivative(double x)
{
    double a = fabs(x), d = 1.0 + a;
    if (!(d < 1e150))
        return 1.0 / d / d;
    double error = a < 1.0 ? a - (d - 1.0) : 1.0 - (d - a), square = d * d, r = 1.0 / square;
    return r - r * ((product_error(d, d, square) + 2.0 * d * error) * r);
}

/* ---- The derivatives of ln(gamma(x)) ---- */

/* digamma(x) / (x - root) from 1 to 2, and digamma(x) from 2 to 4 and from 4 to 8, around the
 * middle: coefficients of polynomials, the highest first. */
enum { DIGAMMA_TERMS = 24 };

static const double digamma_coefficients[3][DIGAMMA_TERMS] = {
    {-8.153978973309418e-05, 0.00012230983055406747, -6.11554261750751e-05,  9.173383289174792e-05,
     -0.0002178682145501451, 0.0003268068044141764,  -0.0004599625144612576, 0.0006899717801166841,
     -0.001042261556504223,  0.0015635679757533885,  -0.002344650082351321,  0.0035180800751066694,
     -0.00528001782089874,   0.007927024067961237,   -0.011908215172584002,  0.017907248195969127,
     -0.02697579684427536,   0.04076083394462657,    -0.06192213327165706,   0.09498872445283,
     -0.14840492305391761,   0.24054248424078736,    -0.42362742128146047,   0.9510558760318328},
    {7.108977174651833e-12,   -2.1332191571834103e-11, 2.1363796247022648e-11,
     -6.4144390367226e-11,    3.046124298704505e-10,   -9.147759692625141e-10,
     2.579267241968924e-09,   -7.752903093043211e-09,  2.3481158346701657e-08,
     -7.069062318489005e-08,  2.1297418115106333e-07,  -6.430211938810789e-07,
     1.945929605753433e-06,   -5.907358013123235e-06,  1.801262758814673e-05,
     -5.5267825392302674e-05, 0.0001711061979683179,   -0.0005367773819947723,
     0.0017180619844478504,   -0.005677755143366058,   0.019823233711138217,
     -0.07705690315959436,    0.39493406684822646,     0.9227843350984671},
    {4.323985361518938e-19,   -2.6037231611456448e-18, 5.310839647875607e-18,
     -3.210960777951615e-17,  3.0336621557893785e-16,  -1.8350242545764077e-15,
     1.0459093490103224e-14,  -6.350384662436394e-14,  3.8895028979695433e-13,
     -2.3730772215608522e-12, 1.4519990876114082e-11,  -8.924118413186971e-11,
     5.512404355952724e-10,   -3.4262728209442384e-09, 2.1465693020866448e-08,
     -1.3586538992737377e-07, 8.716186060618741e-07,   -5.694854845781044e-06,
     3.817924696626604e-05,   -0.00026596630592124365, 0.0019713046987925144,
     -0.016394866122557257,   0.18132295573711532,     1.7061176684318005},
};

static double polynomial(const double *coefficients, double t)
{
    double sum = coefficients[0];
    for (int i = 1; i < DIGAMMA_TERMS; i++)
        sum = sum * t + coefficients[i];
    return sum;
}

/* B2n for n from 1 on. */
static const double bernoulli[] = {
    1.0 / 6,       -1.0 / 30, 1.0 / 42,      -1.0 / 30,     5.0 / 66,
    -691.0 / 2730, 7.0 / 6,   -3617.0 / 510, 43867.0 / 798, -174611.0 / 330,
};

enum { BERNOULLI = sizeof bernoulli / sizeof *bernoulli };

/* For x from 8 on: ln(x) - 1/2x - the sum of B2n / (2n * x**2n). */
static double digamma_far(double x)
{
    double r = 1.0 / x, r2 = r * r, sum = 0.0;
    for (int n = BERNOULLI; n >= 1; n--)
        sum = (sum + bernoulli[n - 1] / (2.0 * n)) * r2;
    return log(x) - (0.5 * r + sum);
}

static double digamma_positive(double x)
{
    static const double root = 0x1.762d86356be3fp+0, root_rest = 0x1.b86a722197829p-54;
    if (x < 1.0) /* 1/x is the larger term, but for the digits near 1 */
        return digamma_positive(x + 1.0) - 1.0 / x;
    if (x < 2.0)
        return ((x - root) - root_rest) * polynomial(digamma_coefficients[0], x - 1.5);
    if (x < 4.0)
        return polynomial(digamma_coefficients[1], x - 3.0);
    if (x < 8.0)
        return polynomial(digamma_coefficients[2], x - 6.0);
    return digamma_far(x);
}

static const double PI = 3.141592653589793;

double dgi_digamma(double x)
{
    if (x > 0.0 || isnan(x))
        return digamma_positive(x);
    if (x == 0.0)
        return -1.0 / x;
    double from_pole = x - rint(x);
    if (from_pole == 0.0 || isinf(x))
        return NAN;
    return digamma_positive(1.0 - x) - PI / tan(PI * from_pole);
}

/* The k-th derivative of digamma for x that is positive:
 * (-1)**(k + 1) * k! * the sum of (x + i)**-(k + 1), by Euler and Maclaurin's formula from a large
 * x on. All terms are of one sign. */
static double polygamma_positive(double k, double x)
{
    double from = x, factorial = tgamma(k + 1.0);
    int steps = x < 20.0 + k ? (int)ceil(20.0 + k - x) : 0;
    x += steps;
    double r2 = 1.0 / (x * x), tail = 0.0;
    for (int n = BERNOULLI; n >= 1; n--) {
        double ratio = 1.0; /* (k + 2n - 1)! / (k! * (2n)!) */
        for (int j = 1; j <= 2 * n; j++)
            ratio *= (j < 2 * n ? k + j : 1.0) / j;
        tail = (tail + ratio * bernoulli[n - 1]) * r2;
    }
    tail += 1.0 / k + 0.5 / x;
    double sum = tail * pow(x, -k);
    for (int i = steps; i-- > 0;) /* the smallest first */
        sum += pow(from + i, -k - 1.0);
    return fmod(k, 2.0) == 1.0 ? factorial * sum : -factorial * sum;
}

double dgi_polygamma(double k, double x)
{
    if (k == 0.0)
        return dgi_digamma(x);
    if (!(k > 0.0 && k <= 100.0 && k == floor(k)) || isnan(x))
        return NAN;
    if (x > 0.0)
        return polygamma_positive(k, x);
    if (x == floor(x) || x < -1e4)
        return x == floor(x) && fmod(k, 2.0) == 1.0 ? INFINITY : NAN;
    double sum = 0.0;
    for (; x < 0.0; x += 1.0)
        sum += pow(x, -k - 1.0);
    double sign = fmod(k, 2.0) == 1.0 ? 1.0 : -1.0;
    return polygamma_positive(k, x) + sign * tgamma(k + 1.0) * sum;
}

/* ---- Ops of two operands ---- */

/* x / (x*x + y*y), without squares out of range. */
double dgi_by_square_of_radius(double x, double y)
{
    double a = fabs(x), b = fabs(y), large = a > b ? a : b;
    double scale = large > 1e140 ? 0x1p-520 : large < 1e-140 ? 0x1p520 : 1.0;
    x *= scale;
    y *= scale;
    return x / (x * x + y * y) * scale;
}

/* What x - y = d is rounded by; 0 where that is not finite. */
static double difference_error(double x, double y, double d)
{
    double of_y = x - d, error = (x - (d + of_y)) + (of_y - y);
    return isfinite(error) ? error : 0.0;
}

/* ln(e**x + e**y). Two equal infinities have no difference. */
double dgi_logaddexp(double x, double y)
{
    if (x == y)
        return x + DGI_LN2;
    double larger = x > y ? x : y, smaller = x > y ? y : x, d = smaller - larger;
    if (isnan(d))
        return x + y;
    return larger + (log1p(exp(d)) + dgi_sigmoid(d) * difference_error(smaller, larger, d));
}

/* sigmoid(x - y), with the digits that the difference is rounded to. */
double dgi_logaddexp_derivative(double x, double y)
{
    if (x == y)
        return 0.5;
    double d = x - y, s = dgi_sigmoid(d);
    return s + s * dgi_sigmoid(-d) * difference_error(x, y, d);
}

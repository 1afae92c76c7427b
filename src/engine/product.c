/* Blocks of both matrices are copied, so that a tile of the result, which stays in registers, reads
 * them in order (Goto and van de Geijn, Anatomy of high-performance matrix multiplication, 2008).
 * Vectors run along the rows of the result, never along k: that is why the order of the sums is the
 * same for every width. No product is fused with its sum, which not every processor can. */
#include "engine/product.h"

#include <stdlib.h>
#include <string.h>

/* A tile is ROWS by COLUMNS; BAND rows of a, DEPTH of k and PANEL columns of b fit the caches. */
enum { ROWS = 4, COLUMNS = 8, BAND = 96, DEPTH = 256, PANEL = 512 };

/* ---- Tiles ---------------------------------------------------------------------------------- */

/* Adds `depth` columns of a times rows of b to a tile of c, whose rows are `next` apart. */
typedef void tile_function(size_t depth, const double *a, const double *b, double *c, size_t next);

typedef double two __attribute__((vector_size(16)));
typedef double four __attribute__((vector_size(32)));

/* Two vectors of each of the four rows. */
#define LOAD(i)                                                                                    \
    vector s##i##0, s##i##1;                                                                       \
    memcpy(&s##i##0, c + (i)*next, sizeof(vector));                                                \
    memcpy(&s##i##1, c + (i)*next + width, sizeof(vector));
#define ADD(i)                                                                                     \
    s##i##0 += a[i] * b0;                                                                          \
    s##i##1 += a[i] * b1;
#define STORE(i)                                                                                   \
    memcpy(c + (i)*next, &s##i##0, sizeof(vector));                                                \
    memcpy(c + (i)*next + width, &s##i##1, sizeof(vector));
#define TILE(name, type, attributes)                                                               \
    attributes static void name(size_t depth, const double *columns, const double *rows,           \
                                double *c, size_t next)                                            \
    {                                                                                              \
        typedef type vector;                                                                       \
        const size_t width = sizeof(vector) / sizeof(double);                                      \
        for (size_t part = 0; part < COLUMNS; part += 2 * width, c += 2 * width) {                 \
            const double *a = columns, *b = rows + part;                                           \
            LOAD(0) LOAD(1) LOAD(2) LOAD(3) for (size_t l = 0; l < depth; l++)                     \
            {                                                                                      \
                vector b0, b1;                                                                     \
                memcpy(&b0, b, sizeof b0);                                                         \
                memcpy(&b1, b + width, sizeof b1);                                                 \
                ADD(0) ADD(1) ADD(2) ADD(3) a += ROWS;                                             \
                b += COLUMNS;                                                                      \
            }                                                                                      \
            STORE(0) STORE(1) STORE(2) STORE(3)                                                    \
        }                                                                                          \
    }

TILE(portable_tile, two, )

#ifdef __x86_64__
TILE(avx2_tile, four, __attribute__((target("avx2"))))

static tile_function *best_tile(void)
{
    return __builtin_cpu_supports("avx2") ? avx2_tile : portable_tile;
}
#else
static tile_function *best_tile(void)
{
    return portable_tile;
}
#endif

/* ---- Blocks --------------------------------------------------------------------------------- */

/* A matrix by its element 0 and the distances between rows and between columns. */
typedef struct matrix {
    const double *x;
    size_t row, column;
} matrix;

static matrix block_of(const matrix *m, size_t i, size_t j)
{
    return (matrix){m->x + i * m->row + j * m->column, m->row, m->column};
}

/* Strips of so many rows, a column after the other, with zeros below the last row. */
static void copy_strips(double *to, const matrix *from, size_t rows, size_t columns, size_t strip)
{
    for (size_t i = 0; i < rows; i += strip)
        for (size_t l = 0; l < columns; l++)
            for (size_t r = i; r < i + strip; r++)
                *to++ = r < rows ? from->x[r * from->row + l * from->column] : 0.0;
}

/* A tile at the edge: what is beyond it is computed, too, but in a copy. */
static void edge_tile(tile_function *tile, size_t depth, const double *a, const double *b,
                      double *c, size_t next, size_t rows, size_t columns)
{
    double copy[ROWS * COLUMNS] = {0};
    for (size_t r = 0; r < rows; r++)
        memcpy(copy + r * COLUMNS, c + r * next, columns * sizeof *c);
    tile(depth, a, b, copy, COLUMNS);
    for (size_t r = 0; r < rows; r++)
        memcpy(c + r * next, copy + r * COLUMNS, columns * sizeof *c);
}

/* The product of two copied blocks. */
static void add_blocks(tile_function *tile, size_t rows, size_t columns, size_t depth,
                       const double *a, const double *b, double *c, size_t next)
{
    for (size_t j = 0; j < columns; j += COLUMNS)
        for (size_t i = 0; i < rows; i += ROWS) {
            const double *of_a = a + i * depth, *of_b = b + j * depth;
            double *to = c + i * next + j;
            if (i + ROWS <= rows && j + COLUMNS <= columns)
                tile(depth, of_a, of_b, to, next);
            else
                edge_tile(tile, depth, of_a, of_b, to, next, rows - i < ROWS ? rows - i : ROWS,
                          columns - j < COLUMNS ? columns - j : COLUMNS);
        }
}

static size_t at_most(size_t n, size_t most)
{
    return n < most ? n : most;
}

static size_t rounded_up(size_t n, size_t unit)
{
    return (n + unit - 1) / unit * unit;
}

static matrix left_of(const dgi_matrix_product *p, const double *a)
{
    return p->transpose_a ? (matrix){a, 1, p->n} : (matrix){a, p->k, 1};
}

static matrix right_of(const dgi_matrix_product *p, const double *b)
{
    return p->transpose_b ? (matrix){b, 1, p->k} : (matrix){b, p->m, 1};
}

static void begin(const dgi_matrix_product *p, double *c)
{
    if (!p->add)
        memset(c, 0, p->n * p->m * sizeof *c);
}

/* All rows of the result for one panel of b. */
static void add_panel(const dgi_matrix_product *p, tile_function *tile, const matrix *a,
                      const double *b, double *copy, size_t depth, size_t columns, double *c)
{
    for (size_t i = 0; i < p->n; i += BAND) {
        matrix band = block_of(a, i, 0);
        size_t rows = at_most(p->n - i, BAND);
        copy_strips(copy, &band, rows, depth, ROWS);
        add_blocks(tile, rows, columns, depth, copy, b, c + i * p->m, p->m);
    }
}

static void multiply_with(const dgi_matrix_product *p, tile_function *tile, const double *x,
                          const double *y, double *c)
{
    size_t depth = at_most(p->k, DEPTH);
    size_t of_a = rounded_up(at_most(p->n, BAND), ROWS) * depth;
    size_t of_b = rounded_up(at_most(p->m, PANEL), COLUMNS) * depth;
    double *copies = malloc((of_a + of_b) * sizeof *copies);
    if (!copies) {
        dgi_multiply_in_place(p, x, y, c);
        return;
    }
    matrix a = left_of(p, x), b = right_of(p, y);
    begin(p, c);
    for (size_t j = 0; j < p->m; j += PANEL)
        for (size_t l = 0; l < p->k; l += DEPTH) {
            size_t columns = at_most(p->m - j, PANEL);
            depth = at_most(p->k - l, DEPTH);
            matrix panel = block_of(&b, l, j), left = block_of(&a, 0, l);
            panel = (matrix){panel.x, panel.column, panel.row}; /* strips of columns */
            copy_strips(copies + of_a, &panel, columns, depth, COLUMNS);
            add_panel(p, tile, &left, copies + of_a, copies, depth, columns, c + j);
        }
    free(copies);
}

void dgi_multiply(const dgi_matrix_product *p, const double *a, const double *b, double *c)
{
    multiply_with(p, best_tile(), a, b, c);
}

void dgi_multiply_portable(const dgi_matrix_product *p, const double *a, const double *b, double *c)
{
    multiply_with(p, portable_tile, a, b, c);
}

void dgi_multiply_in_place(const dgi_matrix_product *p, const double *x, const double *y, double *c)
{
    matrix a = left_of(p, x), b = right_of(p, y);
    begin(p, c);
    for (size_t i = 0; i < p->n; i++, c += p->m)
        for (size_t l = 0; l < p->k; l++)
            for (size_t j = 0; j < p->m; j++)
                c[j] += a.x[i * a.row + l * a.column] * b.x[l * b.row + j * b.column];
}

/* Any bytes as the mathematics of a label: what can be set has finite sizes and its pieces within
 * them, what cannot is said to be wrong, and both have words. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "draw/style/math.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

/* What the pieces must stay in, but for accents, which slant and may be wider than their letter. */
typedef struct frame {
    double width, above, below;
    size_t pieces;
} frame;

static void check_piece(void *context, const dgi_math_piece *p)
{
    static const double SIDE = 13.0;
    frame *f = context;
    f->pieces++;
    must(isfinite(p->left) && isfinite(p->width) && isfinite(p->rise) && p->width >= 0.0);
    must(p->left >= -SIDE && p->left + p->width <= f->width + SIDE);
    must(p->rise <= f->above + SIDE && p->rise >= -f->below - SIDE);
    must(p->thickness > 0.0 ? p->size == 0 : p->font_size >= 4.0 && p->font_size <= 13.0);
}

static void check_layout(dgi_math *m, bool stacked)
{
    dgi_math_measure(m, 13.0, stacked);
    const dgi_math_node *root = &m->nodes[m->root];
    must(isfinite(root->width) && isfinite(root->ascent) && isfinite(root->descent));
    frame f = {root->width, root->ascent, root->descent, 0};
    dgi_math_place(m, check_piece, &f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    must(text != NULL);
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    size = strlen(text);
    dgi_math m;
    dgi_math_parse(&m, text, size);
    must(!m.no_memory && m.n <= 3 * size + 8);
    must(m.problem == DGI_MATH_UNKNOWN_COMMAND ? m.where_size > 0 : m.problem <= DGI_MATH_TOO_LONG);
    if (dgi_math_is_set(&m)) {
        check_layout(&m, true);
        check_layout(&m, false);
        dgi_buf words = DGI_BUF_INIT;
        dgi_math_put_words(&words, &m);
        must(!words.failed);
        dgi_buf_free(&words);
    }
    dgi_math_free(&m);
    free(text);
    return 0;
}

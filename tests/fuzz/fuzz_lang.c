/* Fuzzes the language: whatever the bytes are, running them ends, leaks nothing, gives the same
 * twice, and what it says about them is text about a place in them. */
#include <dotgrad/dotgrad.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition)
        abort();
}

/* Where line `line` begins; lines end in LF, CR LF or CR. */
static size_t line_begin(const char *text, size_t size, size_t line)
{
    size_t at = size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (line > 1 && at < size) {
        if (text[at] == '\n' || (text[at] == '\r' && !(at + 1 < size && text[at + 1] == '\n')))
            line--;
        at++;
    }
    require(line == 1);
    return at;
}

static void check_diagnostic(const dg_diagnostic *d, const char *text, size_t size)
{
    size_t length = strlen(d->rendered);
    require(dgi_utf8_valid(d->rendered, length) && d->rendered[length - 1] == '\n');
    require(length < 8192 && *d->error.text && d->hint && strcmp(d->error.file, "fuzz.dg") == 0);
    require(d->error.column >= 1 && d->length >= 1);
    require(line_begin(text, size, d->error.line) + d->error.column - 1 <= size);
}

/* The root's shape and numbers are there, all of them. */
static void check_numbers(const dg_value *v)
{
    char shape[DG_SHAPE_TEXT_MAX];
    require(dg_ndim(v) >= 0 && dg_ndim(v) <= DG_DIMS_MAX && dg_size(v) <= DG_TENSOR_MAX);
    size_t size = 1;
    for (int i = 0; i < dg_ndim(v); i++)
        size *= dg_shape(v)[i];
    require(size == dg_size(v) && *dg_shape_text(dg_ndim(v), dg_shape(v), shape));
    const double *data = dg_data_array(v), *grad = dg_grad_array(v);
    require(!grad == !dg_requires_grad(v) || size == 0);
    volatile double last = 0.0;
    for (size_t i = 0; i < size; i += size < 4096 ? 1 : size - 1)
        last = data[i] + (grad ? grad[i] : 0.0);
    (void)last;
}

static void run(const char *text, size_t size, dg_labels labels)
{
    dg_graph *g = dg_graph_new();
    require(g != NULL);
    dg_program *p = dg_program_run(g, text, size, "fuzz.dg", labels);
    require(p != NULL);
    size_t errors = dg_program_error_count(p), i = 0, line = 1;
    require((dg_program_status(p) == DG_OK) == (errors == 0));
    for (const dg_diagnostic *d; (d = dg_program_diagnostic(p, i)); i++) {
        check_diagnostic(d, text, size);
        require(d->error.line >= line);
        line = d->error.line;
    }
    require(i == (errors < DG_DIAGNOSTICS_MAX ? errors : DG_DIAGNOSTICS_MAX));
    dg_value *root = dg_program_root(p);
    require(!root || dg_graph_of(root) == g);
    require(dg_graph_status(g) == DG_OK);
    if (root)
        check_numbers(root);
    require(dgi_utf8_valid(dg_label(root), strlen(dg_label(root))));
    dg_program_free(p);
    dg_graph_free(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of its own size, so that a byte read past its end is seen. */
    char *text = malloc(size ? size : 1);
    require(text != NULL);
    if (size)
        memcpy(text, data, size);
    run(text, size, DG_LABELS_NAMES);
    run(text, size, DG_LABELS_EXPLICIT);
    free(text);
    return 0;
}

/* Notebooks (.ipynb) as programs: their code cells, one behind the other. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"
#include "base/json_scan.h"
#include "lang/notebook.h"

typedef struct reader {
    dgi_json_scanner scan;
    dg_notebook *nb;
    dgi_buf text;   /* of all code cells */
    dgi_buf source; /* of the cell that is read */
} reader;

static bool wrong(reader *r, const char *what)
{
    dgi_error(r->scan.error, DG_FORMAT, "%s", what);
    return false;
}

/* The name of a member; its value is next. */
static bool read_key(reader *r, dgi_json_value *key)
{
    if (!dgi_json_scan_key(&r->scan, key))
        return false;
    r->scan.p++; /* the colon */
    return true;
}

/* ---- A cell ---- */

static bool put_text(reader *r, const dgi_json_value *string)
{
    size_t size;
    const char *text = dgi_json_text(&r->scan, string, &size);
    if (text)
        dgi_buf_put(&r->source, text, size);
    return text;
}

/* The source of a cell: a string, or a list of strings. */
static bool read_source(reader *r)
{
    dgi_json_value value = {.kind = DGI_JSON_ABSENT};
    bool list = dgi_json_scan_peek(&r->scan) == '[', more = true;
    r->source.size = 0;
    if (!list)
        return dgi_json_scan_value(&r->scan, &value) &&
               (value.kind == DGI_JSON_STRING ? put_text(r, &value)
                                              : wrong(r, "the source of a cell is no text"));
    r->scan.p++;
    if (dgi_json_scan_peek(&r->scan) == ']') {
        r->scan.p++;
        return true;
    }
    while (more) {
        value = (dgi_json_value){.kind = DGI_JSON_ABSENT};
        if (!dgi_json_scan_value(&r->scan, &value))
            return false;
        if (value.kind != DGI_JSON_STRING)
            return wrong(r, "the source of a cell is no text");
        if (!put_text(r, &value) || !dgi_json_scan_more(&r->scan, ']', &more))
            return false;
    }
    return true;
}

/* Whether the whole cell is for the notebook, as with `%%bash` in its first line. */
static bool is_magic(const char *text, size_t size)
{
    static const char *const run[] = {"%%time", "%%timeit", "%%capture"};
    if (size < 2 || memcmp(text, "%%", 2) != 0)
        return false;
    for (size_t i = 0; i < sizeof run / sizeof *run; i++)
        if (size >= strlen(run[i]) && memcmp(text, run[i], strlen(run[i])) == 0)
            return false;
    return true;
}

/* The source becomes the next code cell. */
static bool add_cell(reader *r)
{
    dg_notebook *nb = r->nb;
    dgi_cell_begin *grown = dgi_grown(nb->cells, &nb->capacity, nb->count, sizeof *grown);
    if (!grown)
        return dgi_json_scan_nomem(&r->scan);
    nb->cells = grown;
    grown[nb->count++] = (dgi_cell_begin){r->text.size, nb->lines};
    for (size_t i = 0; i < r->source.size; i++)
        nb->lines += r->source.data[i] == '\n';
    nb->lines++;
    if (!is_magic(r->source.data, r->source.size))
        dgi_buf_put(&r->text, r->source.data, r->source.size);
    else
        for (size_t i = 0; i < r->source.size; i++)
            if (r->source.data[i] == '\n')
                dgi_buf_putc(&r->text, '\n');
    dgi_buf_putc(&r->text, '\n');
    return true;
}

static bool read_cell(reader *r)
{
    bool code = false, more = true, has_source = false;
    if (dgi_json_scan_peek(&r->scan) != '{')
        return wrong(r, "a cell is no object");
    r->scan.p++;
    if (dgi_json_scan_peek(&r->scan) == '}') {
        r->scan.p++;
        return true;
    }
    while (more) {
        dgi_json_value key = {.kind = DGI_JSON_ABSENT}, value = {.kind = DGI_JSON_ABSENT};
        if (!read_key(r, &key))
            return false;
        bool type = dgi_json_is(&r->scan, &key, "cell_type");
        bool source = !type && dgi_json_is(&r->scan, &key, "source");
        if (source ? !read_source(r) : !dgi_json_scan_value(&r->scan, &value))
            return false;
        has_source = has_source || source;
        code = code || (type && dgi_json_is(&r->scan, &value, "code"));
        if (!dgi_json_scan_more(&r->scan, '}', &more))
            return false;
    }
    return !code || !has_source || add_cell(r);
}

/* ---- The notebook ---- */

static bool read_cells(reader *r)
{
    bool more = true;
    if (dgi_json_scan_peek(&r->scan) != '[')
        return wrong(r, "the cells of the notebook are no list");
    r->scan.p++;
    if (dgi_json_scan_peek(&r->scan) == ']') {
        r->scan.p++;
        return true;
    }
    while (more)
        if (!read_cell(r) || !dgi_json_scan_more(&r->scan, ']', &more))
            return false;
    return true;
}

static bool read_notebook(reader *r)
{
    bool more = true, cells = false;
    if (dgi_json_scan_peek(&r->scan) != '{')
        return wrong(r, "this is no notebook: it is no object of JSON");
    r->scan.p++;
    if (dgi_json_scan_peek(&r->scan) == '}')
        more = false;
    while (more) {
        dgi_json_value key = {.kind = DGI_JSON_ABSENT}, value = {.kind = DGI_JSON_ABSENT};
        if (!read_key(r, &key))
            return false;
        bool found = dgi_json_is(&r->scan, &key, "cells");
        cells = cells || found;
        if (!(found ? read_cells(r) : dgi_json_scan_value(&r->scan, &value)) ||
            !dgi_json_scan_more(&r->scan, '}', &more))
            return false;
    }
    return cells || wrong(r, "this is no notebook: it has no cells");
}

dg_notebook *dg_notebook_read(const char *text, size_t size, dg_error *error)
{
    dg_error ignored;
    dg_error *e = error ? error : &ignored;
    *e = (dg_error){0};
    dg_notebook *nb = text ? calloc(1, sizeof *nb) : NULL;
    if (!nb) {
        dgi_error(e, text ? DG_NOMEM : DG_INVALID, text ? "out of memory" : "there is no text");
        return NULL;
    }
    reader r = {.scan = {.text = text, .end = text + size, .p = text, .error = e}, .nb = nb};
    bool done = read_notebook(&r);
    nb->text = dgi_buf_take(&r.text, &nb->size);
    if (done && (!nb->text || r.source.failed || r.scan.decoded.failed))
        done = dgi_json_scan_nomem(&r.scan);
    dgi_buf_free(&r.source);
    dgi_buf_free(&r.scan.decoded);
    if (done)
        return nb;
    dg_notebook_free(nb);
    return NULL;
}

void dg_notebook_free(dg_notebook *nb)
{
    if (!nb)
        return;
    free(nb->cells);
    free(nb->text);
    free(nb);
}

size_t dg_notebook_cell_count(const dg_notebook *nb)
{
    return nb ? nb->count : 0;
}

const char *dg_notebook_program(const dg_notebook *nb, size_t cells, size_t *size)
{
    size_t end = !nb ? 0 : cells && cells < nb->count ? nb->cells[cells].begin : nb->size;
    if (size)
        *size = end;
    return nb ? nb->text : NULL;
}

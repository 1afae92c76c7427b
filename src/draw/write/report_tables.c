/* The tables of a report: by scope and by parameter. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "draw/style/tensor_text.h"
#include "draw/write/grid.h"
#include "draw/write/report.h"

/* ---- Cells ---------------------------------------------------------------------------------- */

/* With three digits; nothing where there is none. */
static void put_number(dgi_grid *g, double x)
{
    char text[DGI_NUMBER_ROOM];
    if (!isnan(x))
        dgi_buf_put(&g->text, text, dgi_general(text, x, 3));
    dgi_grid_end_cell(g);
}

static void put_count(dgi_grid *g, size_t n)
{
    dgi_buf_put_count(&g->text, n);
    dgi_grid_end_cell(g);
}

/* A share as a percentage: 0 and 100 stand for exactly that. Nothing of nothing. */
static void put_share(dgi_grid *g, size_t n, size_t of)
{
    if (of > 0 && n == 0) {
        dgi_buf_puts(&g->text, "0");
    } else if (of > 0) {
        double percent = 100.0 * ((double)n / (double)of);
        unsigned rounded = (unsigned)(percent + 0.5);
        if (n < of && rounded >= 100)
            dgi_buf_puts(&g->text, ">99%");
        else if (rounded == 0)
            dgi_buf_puts(&g->text, "<1%");
        else
            dgi_buf_printf(&g->text, "%u%%", rounded);
    }
    dgi_grid_end_cell(g);
}

static void put_part(dgi_grid *g, const char *text, size_t size)
{
    for (const char *end = text + size; text < end;) {
        uint32_t c = dgi_utf8_next(&text, end, NULL);
        dgi_utf8_put(&g->text, c < ' ' || (c >= 0x7F && c < 0xA0) ? DGI_REPLACEMENT : c);
    }
    dgi_grid_end_cell(g);
}

static void put_text(dgi_grid *g, const char *text)
{
    put_part(g, text, strlen(text));
}

static void put_titles(dgi_grid *g, const char *const *titles)
{
    for (g->columns = 0; titles[g->columns]; g->columns++)
        dgi_grid_put(g, titles[g->columns]);
}

/* ---- By scope ------------------------------------------------------------------------------- */

/* As many levels of scopes as make no more than so many rows; at least one. */
static size_t choose_depth(const dg_summary *s, size_t rows, size_t *shown)
{
    size_t depth = 0, count = 1;
    *shown = 1;
    for (;;) {
        size_t n = 0;
        for (size_t i = 0; i < dg_summary_scope_count(s); i++)
            n += dg_summary_scope(s, i)->depth == depth + 1;
        if (n == 0 || (depth > 0 && count + n > rows))
            return depth;
        count += n;
        *shown = count;
        depth++;
    }
}

/* The range of bins that have something in all values. */
static void find_bins(const dg_scope_summary *all, size_t *first, size_t *end)
{
    *first = *end = 0;
    for (size_t i = 0; i < DG_HISTOGRAM_BINS; i++) {
        if (all->histogram[i] == 0)
            continue;
        if (*end == 0)
            *first = i;
        *end = i + 1;
    }
}

/* One of eight heights for each bin. */
static void put_sparkline(dgi_grid *g, const dg_scope_summary *s, size_t first, size_t end)
{
    size_t most = 0;
    for (size_t i = first; i < end; i++)
        most = s->histogram[i] > most ? s->histogram[i] : most;
    for (size_t i = first; i < end && most > 0; i++) {
        double share = (double)s->histogram[i] / (double)most;
        unsigned height = (unsigned)ceil(8.0 * share);
        dgi_utf8_put(&g->text, height ? 0x2580 + height : ' ');
    }
    dgi_grid_end_cell(g);
}

/* "1e-9 to 1e2": the edges of the bins. */
static void put_range(dgi_buf *b, size_t first, size_t end)
{
    if (first > 0)
        dgi_buf_printf(b, "1e%d ", (int)first - 13);
    dgi_buf_puts(b, "to ");
    if (end < DG_HISTOGRAM_BINS)
        dgi_buf_printf(b, "1e%d", (int)end - 13);
    else
        dgi_buf_puts(b, "inf");
}

static void put_scope_name(dgi_grid *g, const dg_scope_summary *s)
{
    const char *name = strrchr(s->scope, '/');
    if (s->depth == 0) {
        dgi_grid_put(g, "all values");
        return;
    }
    dgi_buf_fill(&g->text, ' ', 2 * (s->depth - 1));
    put_text(g, name ? name + 1 : s->scope);
}

static const char *const scope_titles[] = {
    "scope",     "values",    "params",  "|g| min",  "median",  "max",
    "zero",      "unset",     "nan,inf", "act mean", "act std", "saturated",
    "ReLU shut", "grad/data", "update",  "|g|",      NULL};

static void put_scope(dgi_grid *g, const dgi_report *r, const dg_scope_summary *s, size_t first,
                      size_t end)
{
    put_scope_name(g, s);
    put_count(g, s->numbers);
    put_count(g, s->parameter_numbers);
    put_number(g, s->grad_min);
    put_number(g, s->grad_median);
    put_number(g, s->grad_max);
    put_share(g, s->zero, s->numbers);
    put_share(g, s->numbers - s->set, s->numbers);
    put_share(g, s->nonfinite, s->numbers);
    put_number(g, s->activation_mean);
    put_number(g, s->activation_std);
    put_share(g, s->saturated, s->saturable);
    put_share(g, s->shut, s->relus);
    put_number(g, s->grad_ratio);
    put_number(g, s->update_ratio);
    if (r->options->report.sparklines)
        put_sparkline(g, s, first, end);
    else
        dgi_grid_end_cell(g);
}

void dgi_put_scope_table(dgi_buf *b, const dgi_report *r)
{
    dgi_grid g = {.text = DGI_BUF_INIT};
    size_t shown, first, end, count = dg_summary_scope_count(r->summary);
    size_t depth = choose_depth(r->summary, r->rows, &shown);
    find_bins(dg_summary_scope(r->summary, 0), &first, &end);
    put_titles(&g, scope_titles);
    for (size_t c = 1; c < g.columns - 1; c++)
        g.right[c] = true;
    size_t rows = 0;
    for (size_t i = 0; i < count && rows < r->rows && !g.text.failed; i++) {
        const dg_scope_summary *s = dg_summary_scope(r->summary, i);
        if (s->depth > depth)
            continue;
        put_scope(&g, r, s, first, end);
        rows++;
    }
    dgi_buf_puts(b, "By scope");
    if (r->options->report.sparklines && end > first) {
        dgi_buf_puts(b, "; the last column counts |g| by powers of ten, from ");
        put_range(b, first, end);
    }
    dgi_buf_puts(b, ":\n");
    dgi_grid_write(b, &g, 2);
    if (rows < count)
        dgi_buf_printf(b, "  and %zu more scopes\n", count - rows);
    dgi_buf_putc(b, '\n');
    dgi_grid_free(&g);
}

/* ---- By parameter --------------------------------------------------------------------------- */

static const char *const parameter_titles[] = {"parameter", "scope",  "shape",    "data",
                                               "data std",  "grad",   "grad std", "mean |g|",
                                               "grad/data", "update", "state",    NULL};

/* Whether the label begins with these names: "layer 0 neuron 2 w1". */
static bool begins_with(const char *label, const char *names)
{
    for (; *names; label++, names++)
        if (*label != (*names == '/' ? ' ' : *names))
            return false;
    return *label == ' ';
}

/* The scope, without its last names if the label has them. */
static void put_scope_beside(dgi_grid *g, const char *scope, const char *label)
{
    const char *rest = scope;
    while (*rest && !begins_with(label, rest)) {
        rest += strcspn(rest, "/");
        rest += *rest == '/';
    }
    put_part(g, scope, (size_t)(rest - scope) - (*rest && rest > scope));
}

static void put_parameter(dgi_grid *g, const dgi_report *r, const dg_parameter_summary *s)
{
    bool is_tensor = dg_trace_ndim(r->trace, s->node) > 0;
    const char *label = dg_trace_label(r->trace, s->node),
               *scope = dg_trace_scope(r->trace, s->node);
    char shape[DGI_SHAPE_TEXT_SIZE];
    dgi_put_report_name(&g->text, r->trace, s->node);
    dgi_grid_end_cell(g);
    put_scope_beside(g, scope, label);
    if (is_tensor)
        dgi_buf_put(&g->text, shape, dgi_shape_text(shape, r->trace, s->node));
    dgi_grid_end_cell(g);
    put_number(g, s->data_mean);
    put_number(g, is_tensor ? s->data_std : NAN);
    put_number(g, s->grad_mean);
    put_number(g, is_tensor ? s->grad_std : NAN);
    put_number(g, is_tensor ? s->grad_magnitude : NAN);
    put_number(g, s->grad_ratio);
    put_number(g, s->update_ratio);
    dgi_grid_put(g, s->state == DG_GRADIENT_FINITE ? "" : dg_gradient_state_name(s->state));
}

static const char *order_name(dg_parameter_key key)
{
    static const char *const names[] = {"", "name", "|grad|", "|data|", "grad/data", "size"};
    return names[key];
}

void dgi_put_parameter_table(dgi_buf *b, const dgi_report *r)
{
    const dg_report_options *o = &r->options->report;
    dgi_grid g = {.text = DGI_BUF_INIT};
    dg_parameter_summary s;
    size_t rows = 0, count = dg_summary_parameter_count(r->summary);
    if (count == 0)
        return;
    put_titles(&g, parameter_titles);
    for (size_t c = 3; c < g.columns - 1; c++)
        g.right[c] = true;
    for (; rows < r->rows && !g.text.failed; rows++) {
        if (dg_summary_parameter(r->summary, rows, &s) != DG_OK)
            break;
        put_parameter(&g, r, &s);
    }
    dgi_buf_puts(b, "By parameter");
    if (o->sort)
        dgi_buf_printf(b, ", %s %s first", o->descending ? "the largest" : "the least",
                       order_name(o->sort));
    dgi_buf_puts(b, ":\n");
    dgi_grid_write(b, &g, 2);
    if (rows < count)
        dgi_buf_printf(b, "  and %zu more\n", count - rows);
    dgi_buf_putc(b, '\n');
    dgi_grid_free(&g);
}

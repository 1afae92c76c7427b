/* An explanation as text: the gradient, its contributions, the largest path as a chain of factors,
 * and the next ones in a line each. */
#include <string.h>

#include "base/number.h"
#include "inspect/text_table.h"
#include "inspect/why_sentence.h"

typedef struct writer {
    dgi_buf *out;
    const dg_why *w;
    dgi_why_names *names;
} writer;

static void put(const writer *x, const char *text)
{
    dgi_buf_puts(x->out, text);
}

/* ---- Numbers -------------------------------------------------------------------------------- */

/* A count that may be rounded. */
static void put_count(dgi_buf *b, double count)
{
    char text[DGI_NUMBER_ROOM];
    if (isinf(count)) {
        dgi_buf_puts(b, "more than 1e308");
        return;
    }
    bool exact = count < 1e15;
    dgi_buf_puts(b, exact ? "" : "about ");
    dgi_buf_put(b, text, exact ? dgi_fixed(text, count, 0) : dgi_general(text, count, 4));
}

/* "44.4 %"; nothing for nan. */
static void put_percent(dgi_buf *b, double share)
{
    char text[DGI_NUMBER_ROOM];
    if (isnan(share))
        return;
    if (share > 0.0 && share < 1e-3)
        dgi_buf_puts(b, "< 0.1");
    else
        dgi_buf_put(b, text, dgi_general(text, 100.0 * share, 3));
    dgi_buf_puts(b, " %");
}

/* The product of a path, which a double may not hold. */
static void put_product(dgi_buf *b, const dg_why_path *p)
{
    bool out_of_range =
        p->zeros == 0 && isfinite(p->log10_product) && (p->product == 0.0 || isinf(p->product));
    if (!out_of_range) {
        dgi_why_put_number(b, p->product);
        return;
    }
    char text[DGI_NUMBER_ROOM];
    double exponent = floor(p->log10_product);
    dgi_buf_puts(b, p->product < 0.0 || signbit(p->product) ? "-" : "");
    dgi_buf_put(b, text, dgi_general(text, pow(10.0, p->log10_product - exponent), 4));
    dgi_buf_putc(b, 'e');
    dgi_buf_put(b, text, dgi_fixed(text, exponent, 0));
}

/* ---- Contributions -------------------------------------------------------------------------- */

enum { USES_SHOWN = 12 };

/* The uses with the largest contributions, in the order of edges; those that are not known first.
 */
typedef struct use_list {
    dg_why_use uses[USES_SHOWN];
    size_t count;
} use_list;

static double size_of(const dg_why_use *u)
{
    return isnan(u->contribution) ? INFINITY : fabs(u->contribution);
}

static void add_use(use_list *l, const dg_why_use *u)
{
    if (l->count < USES_SHOWN) {
        l->uses[l->count++] = *u;
        return;
    }
    size_t least = 0;
    for (size_t i = 1; i < l->count; i++)
        if (size_of(&l->uses[i]) <= size_of(&l->uses[least]))
            least = i;
    if (size_of(u) <= size_of(&l->uses[least]))
        return;
    memmove(&l->uses[least], &l->uses[least + 1], (l->count - least - 1) * sizeof *l->uses);
    l->uses[l->count - 1] = *u;
}

/* A use, beside which there may be another one in the same value. */
static void put_use(dgi_text_table *t, const writer *x, const use_list *l, size_t i)
{
    const dg_why_use *u = &l->uses[i];
    dgi_why_put_expression(&t->text, x->names, u->node);
    if ((i > 0 && l->uses[i - 1].node == u->node) ||
        (i + 1 < l->count && l->uses[i + 1].node == u->node))
        dgi_buf_printf(&t->text, ", operand %zu", u->operand + 1);
    dgi_text_table_end_cell(t);
    if (!u->reached || !u->known) {
        dgi_buf_puts(&t->text, u->reached ? "not known" : "not reached");
        for (size_t c = 1; c < t->columns; c++)
            dgi_text_table_end_cell(t);
        return;
    }
    dgi_why_put_number(&t->text, u->local);
    dgi_text_table_end_cell(t);
    dgi_buf_puts(&t->text, "× ");
    dgi_why_put_number(&t->text, u->upstream);
    dgi_text_table_end_cell(t);
    dgi_buf_puts(&t->text, "= ");
    dgi_why_put_number(&t->text, u->contribution);
    dgi_text_table_end_cell(t);
    put_percent(&t->text, u->share);
    dgi_text_table_end_cell(t);
}

static void put_uses(const writer *x)
{
    size_t count = dg_why_use_count(x->w);
    dg_why_use use;
    use_list l = {.count = 0};
    for (size_t i = 0; dg_why_use_at(x->w, i, &use) == DG_OK; i++)
        add_use(&l, &use);
    dg_why_extent extent = dg_why_extent_of(x->w);
    if (count == 0 || extent == DG_WHY_NO_PATH ||
        (count == 1 && (extent == DG_WHY_WHOLE || extent == DG_WHY_FROM_VALUES)) ||
        x->w->node == x->w->root)
        return;
    put(x, "\nContributions of its uses: local gradient × upstream gradient");
    if (count > l.count)
        dgi_buf_printf(x->out, " (the largest %zu of %zu)", l.count, count);
    put(x, "\n");
    dgi_text_table t = {.columns = 5, .right = {false, true, true, true, true}};
    for (size_t i = 0; i < l.count; i++)
        put_use(&t, x, &l, i);
    dgi_text_table_put(x->out, &t);
    dgi_text_table_free(&t);
}

/* ---- The largest path ----------------------------------------------------------------------- */

/* Of longer paths not all steps are shown. */
enum { SHORT_PATH = 16, STEPS_SHOWN = 30, END_SHOWN = 10, AROUND_SHOWN = 2 };

/* Which steps of the path are shown: those at which something happens, and if these are still too
 * many, the ends and what is around the turning point. */
typedef struct selection {
    const dg_why *w;
    size_t steps, notable; /* of the path */
    size_t passed;         /* how many notable ones come before the next step */
} selection;

static bool is_near(size_t a, size_t b)
{
    return a > b ? a - b <= AROUND_SHOWN : b - a <= AROUND_SHOWN;
}

static bool is_at_turning_point(const dg_why *w, size_t step)
{
    const dg_why_turning_point *p = &w->turning_point;
    return w->has_turning_point && (is_near(step, p->step) || is_near(step, p->extreme));
}

/* Not one in the middle of a long sum, whose factors are all 1. */
static bool is_notable(const selection *s, size_t step)
{
    if (s->steps <= SHORT_PATH || step == 0 || step + 1 == s->steps)
        return true;
    const dgi_path *p = &s->w->paths[0];
    size_t edge = p->edges[p->length - step], next = p->edges[p->length - step - 1];
    return s->w->a.local[edge] != 1.0 || s->w->a.local[next] != 1.0;
}

static selection select_steps(const dg_why *w)
{
    selection s = {.w = w, .steps = w->paths[0].length + 1};
    for (size_t i = 0; i < s.steps; i++)
        s.notable += is_notable(&s, i);
    return s;
}

/* Asked of each step in order. */
static bool is_shown(selection *s, size_t step)
{
    bool notable = is_notable(s, step);
    size_t rank = s->passed;
    s->passed += notable;
    if (is_at_turning_point(s->w, step))
        return true;
    return notable &&
           (s->notable <= STEPS_SHOWN || rank < END_SHOWN || rank + END_SHOWN >= s->notable);
}

/* What the chain has besides factors and products. */
typedef struct chain {
    bool gradients; /* they differ from the products: several paths lead to a value */
    bool scopes;
    bool norms;
} chain;

/* The same but for rounding. */
static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * fabs(b);
}

static void put_remark(dgi_buf *b, const dg_why *w, size_t step)
{
    if (!w->has_turning_point || step != w->turning_point.step)
        return;
    dg_gradient_state state = w->turning_point.state;
    dgi_buf_puts(b, state == DG_GRADIENT_ZERO        ? "← 0"
                    : state == DG_GRADIENT_VANISHING ? "← tiny"
                    : state == DG_GRADIENT_HUGE      ? "← huge"
                    : state == DG_GRADIENT_NAN       ? "← nan"
                                                     : "← inf");
}

static void put_step(dgi_text_table *t, const writer *x, const chain *c, const dg_why_step *s,
                     size_t i)
{
    dgi_why_put_name(&t->text, x->names, s->node);
    dgi_text_table_end_cell(t);
    if (i > 0)
        dgi_why_put_expression(&t->text, x->names, s->through);
    dgi_text_table_end_cell(t);
    if (i > 0)
        dgi_why_put_number(&t->text, s->factor);
    dgi_text_table_end_cell(t);
    dgi_why_put_number(&t->text, s->product);
    dgi_text_table_end_cell(t);
    if (c->gradients)
        dgi_why_put_number(&t->text, s->gradient);
    dgi_text_table_end_cell(t);
    put_remark(&t->text, x->w, i);
    dgi_text_table_end_cell(t);
    dgi_buf_puts(&t->text, x->w->a.trace->nodes[s->node].scope);
    dgi_text_table_end_cell(t);
}

/* A line for steps that are not shown: how many, and the product of their factors. */
static void put_gap(dgi_text_table *t, const writer *x, size_t first, size_t end)
{
    double product = 1.0;
    dg_why_step s;
    for (size_t i = first; i < end; i++)
        if (dg_why_step_at(x->w, 0, i, &s) == DG_OK)
            product *= s.factor;
    dgi_buf_printf(&t->text, "… %zu more", end - first);
    dgi_text_table_end_cell(t);
    dgi_text_table_end_cell(t);
    dgi_why_put_number(&t->text, product);
    for (size_t c = 2; c < t->columns; c++)
        dgi_text_table_end_cell(t);
}

static void put_titles(dgi_text_table *t, const chain *c)
{
    const char *const titles[] = {"value",
                                  "used in",
                                  "factor",
                                  "product",
                                  c->gradients ? "gradient" : "",
                                  "",
                                  c->scopes ? "scope" : ""};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        dgi_buf_puts(&t->text, titles[i]);
        dgi_text_table_end_cell(t);
    }
}

static chain look_at_chain(const dg_why *w)
{
    chain c = {false, false, false};
    dg_why_step s;
    for (size_t i = 0; dg_why_step_at(w, 0, i, &s) == DG_OK; i++) {
        c.gradients = c.gradients || !same(s.product, s.gradient);
        c.norms = c.norms || s.is_norm;
        c.scopes = c.scopes || *dg_trace_scope(w->a.trace, s.node);
    }
    return c;
}

static void put_chain(const writer *x)
{
    selection selected = select_steps(x->w);
    chain c = look_at_chain(x->w);
    dgi_text_table t = {.columns = 7, .right = {false, false, true, true, true}};
    put_titles(&t, &c);
    size_t gap = 0; /* steps before this one that are not shown */
    dg_why_step s;
    for (size_t i = 0; i < selected.steps; i++) {
        if (!is_shown(&selected, i)) {
            gap++;
            continue;
        }
        if (gap > 1)
            put_gap(&t, x, i - gap, i);
        if (gap == 1 && dg_why_step_at(x->w, 0, i - 1, &s) == DG_OK)
            put_step(&t, x, &c, &s, i - 1);
        if (dg_why_step_at(x->w, 0, i, &s) == DG_OK)
            put_step(&t, x, &c, &s, i);
        gap = 0;
    }
    dgi_text_table_put(x->out, &t);
    dgi_text_table_free(&t);
    if (c.norms)
        put(x, "Of tensors a factor is the norm of the contribution, divided by that of the "
               "gradient it comes "
               "from.\n");
}

static void put_heading(const writer *x)
{
    const dg_why *w = x->w;
    double count = dg_why_path_count(w), open = dg_why_open_path_count(w);
    dg_why_path path;
    dg_why_path_at(w, 0, &path);
    dgi_buf *b = x->out;
    put(x, "\n");
    if (count == 1.0) {
        put(x, "One path, the product of its local gradients:\n");
        return;
    }
    if (!isfinite(dg_why_total(w))) {
        put(x, "Of ");
        put_count(b, count);
        put(x, " paths, one on which it becomes ");
        put(x, isnan(dg_why_total(w)) ? "nan:\n" : "infinite:\n");
    } else if (open == 0.0) {
        put(x, "Each of ");
        put_count(b, count);
        put(x, " paths has a factor 0. The largest one, without it:\n");
    } else {
        put(x, "The largest of ");
        put_count(b, count);
        put(x, " paths has ");
        put_percent(b, path.share);
        put(x, " of the sum of magnitudes");
        if (open < count) {
            put(x, " (");
            put_count(b, count - open);
            put(x, count - open == 1.0 ? " has a factor 0)" : " have a factor 0)");
        }
        put(x, ":\n");
    }
}

/* ---- The next ones -------------------------------------------------------------------------- */

/* The step, from the value on, at which a path leaves the largest one; 0: it does not. */
static size_t deviation(const dg_why *w, size_t path)
{
    const dgi_path *first = &w->paths[0], *p = &w->paths[path];
    size_t shorter = first->length < p->length ? first->length : p->length;
    for (size_t i = 0; i < shorter; i++)
        if (first->edges[i] != p->edges[i])
            return p->length - i;
    return p->length - shorter;
}

static void put_deviation(dgi_buf *b, const writer *x, size_t path)
{
    size_t step = deviation(x->w, path);
    dg_why_step s;
    if (step == 0 || dg_why_step_at(x->w, path, step, &s) != DG_OK)
        return;
    size_t first = x->w->paths[0].length + step - x->w->paths[path].length;
    dg_why_step instead;
    bool same_op =
        dg_why_step_at(x->w, 0, first, &instead) == DG_OK && instead.through == s.through;
    dgi_why_put_name(b, x->names, s.node);
    dgi_buf_puts(b, " used in ");
    dgi_why_put_expression(b, x->names, s.through);
    if (same_op)
        dgi_buf_printf(b, " as operand %zu", s.operand + 1);
}

/* How many of the listed paths have a product that is not 0: they come first. */
static size_t open_count(const dg_why *w)
{
    size_t n = 0;
    while (n < w->path_count && w->paths[n].size.zeros == 0)
        n++;
    return n;
}

static void put_next_paths(const writer *x)
{
    size_t listed = open_count(x->w);
    if (listed < 2)
        return;
    put(x, "\nThe next, and where each leaves that one:\n");
    dgi_text_table t = {.columns = 3, .right = {true, true, false}};
    for (size_t i = 1; i < listed; i++) {
        dg_why_path p;
        dg_why_path_at(x->w, i, &p);
        put_product(&t.text, &p);
        dgi_text_table_end_cell(&t);
        put_percent(&t.text, p.share);
        dgi_text_table_end_cell(&t);
        put_deviation(&t.text, x, i);
        dgi_text_table_end_cell(&t);
    }
    dgi_text_table_put(x->out, &t);
    dgi_text_table_free(&t);
    if ((double)listed == dg_why_open_path_count(x->w))
        return;
    put(x, "These ");
    put_count(x->out, (double)listed);
    put(x, " paths have ");
    put_percent(x->out, dg_why_listed_share(x->w));
    put(x, " of the sum of magnitudes.\n");
}

/* ---- All of it ------------------------------------------------------------------------------ */

static void put_line(const writer *x,
                     void (*put_sentence)(dgi_buf *, const dg_why *, dgi_why_names *))
{
    size_t before = x->out->size;
    put_sentence(x->out, x->w, x->names);
    if (x->out->size > before)
        put(x, "\n");
}

static void put_all(const writer *x)
{
    put_line(x, dgi_why_put_headline);
    put_line(x, dgi_why_put_turning_point);
    put_line(x, dgi_why_put_reservation);
    put_uses(x);
    if (dg_why_listed_count(x->w) > 0 && x->w->node != x->w->root) {
        put_heading(x);
        put_chain(x);
        put_next_paths(x);
    }
}

char *dg_text_from_why(const dg_why *w, size_t *size)
{
    if (size)
        *size = 0;
    if (!w)
        return NULL;
    dgi_why_names names;
    dgi_why_names_init(&names, w->a.trace);
    dgi_buf text = DGI_BUF_INIT;
    writer x = {&text, w, &names};
    put_all(&x);
    dgi_why_names_count(&names);
    text.size = 0;
    put_all(&x);
    return dgi_buf_take(&text, size);
}

/* ReLU units that are shut on every example. */
#include <math.h>
#include <stdlib.h>

#include "base/grow.h"
#include "inspect/inspection.h"

/* ---- Units ---------------------------------------------------------------------------------- */

/* Examples of one unit are different values. They are recognised by their weights: the parameters
 * that enter their sums, as the sum of a hash of each. */
typedef struct keys {
    uint64_t *all;   /* of each value: all parameters that enter it through sums and products */
    uint64_t *added; /* those that are summands themselves: the biases */
} keys;

/* The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
static uint64_t hash_of(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static bool is_product(const dgi_trace_node *n, unsigned op)
{
    return op == DGI_SCALAR_mul || (n->op[0] == '@' && n->op[1] == '\0');
}

/* What enters a product: its parameters; where it has none itself, what enters its operands. The
 * other operand of a weight is an input, and what enters that is no part of the unit. */
static uint64_t key_of_product(const dg_inspect *x, const dgi_trace_node *n, const uint64_t *all)
{
    uint64_t parameters = 0, others = 0;
    for (size_t i = 0; i < n->n_operands; i++) {
        size_t operand = dgi_trace_node_operands(n)[i];
        if (dgi_has(x, operand, DGI_PARAMETER))
            parameters += all[operand];
        else
            others += all[operand];
    }
    return parameters != 0 ? parameters : others;
}

static void set_keys(const dg_inspect *x, size_t node, keys *k)
{
    const dgi_trace_node *n = dgi_node(x, node);
    uint64_t all = 0, added = 0;
    if (dgi_has(x, node, DGI_PARAMETER))
        all = added = hash_of((uint64_t)node + UINT64_C(0x9E3779B97F4A7C15));
    if (is_product(n, x->a.op[node]))
        all = key_of_product(x, n, k->all);
    for (size_t i = 0; i < n->n_operands && x->a.op[node] == DGI_SCALAR_add; i++) {
        all += k->all[dgi_trace_node_operands(n)[i]];
        added += k->added[dgi_trace_node_operands(n)[i]];
    }
    k->all[node] = all;
    k->added[node] = added;
}

/* Where parameters have scopes, inputs are none. Else every labelled leaf is one, inputs too, and
 * biases tell units apart better. */
static uint64_t key_of(const dg_inspect *x, const keys *k, size_t node)
{
    size_t operand = dgi_trace_node_operands(dgi_node(x, node))[0];
    uint64_t added = k->added[operand], all = k->all[operand];
    if (!x->scoped && added != 0)
        return added;
    /* Without weights every value is a unit of its own. */
    return all != 0 ? all : hash_of(~(uint64_t)node);
}

typedef struct example {
    uint64_t key;
    uint32_t node;
} example;

static int compare_examples(const void *a, const void *b)
{
    const example *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->node < y->node ? -1 : x->node > y->node;
}

/* ---- Dead units ----------------------------------------------------------------------------- */

/* Elements along the last dimension: the units of a tensor. */
static size_t unit_count(const dgi_trace_node *n)
{
    return n->is_tensor ? n->tensor->shape[n->tensor->ndim - 1] : 1;
}

/* Of one unit over its examples. */
typedef struct range {
    double lowest, highest; /* of its operand, the sum */
    bool is_open;           /* once at least, or not a number */
} range;

/* Looks at one value of the units, and returns how many examples it has. */
static size_t look_at_value(const dg_inspect *x, size_t node, range *ranges, size_t units)
{
    size_t count, operand_count;
    const double *z = dgi_data(dgi_node(x, node), &count);
    size_t operand = dgi_trace_node_operands(dgi_node(x, node))[0];
    const double *sums = dgi_data(dgi_node(x, operand), &operand_count);
    for (size_t i = 0; i < count; i++) {
        range *r = &ranges[i % units];
        double sum = sums && operand_count == count ? sums[i] : z[i];
        r->lowest = fmin(r->lowest, sum);
        r->highest = fmax(r->highest, sum);
        r->is_open = r->is_open || z[i] != 0.0 || !(sum <= 0.0);
    }
    return units ? count / units : 0;
}

typedef struct unit {
    size_t group;
    uint32_t first_node; /* in the trace */
    size_t begin, count; /* its examples */
    size_t rows;         /* examples in them */
    size_t units, dead;
    double shut_by; /* the largest distance from opening, of dead units, that is many times what the
                       examples change; 0 if there is none */
    double open_range; /* the sum of the largest magnitudes of units that are open */
} unit;

typedef struct units {
    unit *of;
    size_t count, capacity;
} units;

/* How far a distance must be from what is usual to be no accident of a few examples. */
static const double FAR = 5.0;

static void judge_ranges(unit *u, const range *ranges)
{
    for (size_t i = 0; i < u->units; i++) {
        const range *r = &ranges[i];
        double distance = -r->highest;
        if (r->is_open) {
            u->open_range += fmax(fabs(r->lowest), fabs(r->highest));
            continue;
        }
        u->dead++;
        if (distance > FAR * (r->highest - r->lowest))
            u->shut_by = fmax(u->shut_by, distance);
    }
}

static void reset(range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ranges[i] = (range){INFINITY, -INFINITY, false};
}

/* Looks at the examples that have one key. */
static void look_at(dg_inspect *x, const example *all, size_t begin, size_t end, units *found)
{
    size_t width = unit_count(dgi_node(x, all[begin].node));
    range *ranges = calloc(width ? width : 1, sizeof *ranges);
    unit *of = dgi_grown(found->of, &found->capacity, found->count, sizeof *of);
    if (of)
        found->of = of;
    if (!ranges || !of) {
        x->failed = true;
        free(ranges);
        return;
    }
    unit *u = &of[found->count++];
    *u =
        (unit){.first_node = all[begin].node, .begin = begin, .count = end - begin, .units = width};
    reset(ranges, width);
    for (size_t i = begin; i < end; i++)
        if (unit_count(dgi_node(x, all[i].node)) == width)
            u->rows += look_at_value(x, all[i].node, ranges, width);
    judge_ranges(u, ranges);
    free(ranges);
}

static int compare_units(const void *a, const void *b)
{
    const unit *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return x->first_node < y->first_node ? -1 : x->first_node > y->first_node;
}

static void add_nodes(dg_inspect *x, dgi_finding *f, const example *all, const unit *u)
{
    for (size_t i = u->begin; i < u->begin + u->count; i++) {
        dgi_finding_add_node(x, f, all[i].node);
        dgi_mark(x, all[i].node, DGI_EXPLAINED);
    }
}

/* All units of a layer are dead: nothing behind it gets a gradient. */
static void add_layer(dg_inspect *x, const example *all, const unit *of, size_t count)
{
    dgi_finding *f = dgi_finding_add(x, DG_FINDING_DEAD_RELU, of[0].first_node, "all shut");
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        add_nodes(x, f, all, &of[i]);
        total += of[i].units;
    }
    dgi_finding_evidence(f, "examples", (double)of[0].rows);
    dgi_finding_evidence(f, "dead units", (double)total);
    dgi_finding_evidence(f, "units", (double)total);
    if (f) {
        f->public.severity = DG_SEVERITY_WARNING;
        f->public.scope = x->groups.names[of[0].group];
    }
    dgi_finding_say(x, f,
                    "all %z ReLU unit%S with %v are dead, shut on all %z examples: nothing behind "
                    "them gets a gradient",
                    total, (size_t)of[0].first_node, of[0].rows);
}

/* `usual` is the mean magnitude of the sums of the units of the layer that are open. */
static void add_unit(dg_inspect *x, const example *all, const unit *u, double usual)
{
    dgi_finding *f = dgi_finding_add(x, DG_FINDING_DEAD_RELU, u->first_node, "shut");
    add_nodes(x, f, all, u);
    dgi_finding_evidence(f, "examples", (double)u->rows);
    dgi_finding_evidence(f, "dead units", (double)u->dead);
    dgi_finding_evidence(f, "units", (double)u->units);
    bool is_far = u->shut_by > FAR * usual;
    if (is_far)
        dgi_finding_evidence(f, "below zero by", u->shut_by);
    if (f && is_far)
        f->public.severity = DG_SEVERITY_WARNING;
    if (f)
        f->public.scope = dgi_scope_group_name(&x->units, f->public.scope);
    if (u->units == 1)
        dgi_finding_say(x, f, "the ReLU unit of %v is dead: shut on all %z examples",
                        (size_t)u->first_node, u->rows);
    else
        dgi_finding_say(x, f, "%z of %z ReLU unit%S of %v are dead: shut on all %z examples",
                        u->dead, u->units, (size_t)u->first_node, u->rows);
    if (is_far)
        dgi_finding_say(x, f, ", by %n, many times what the examples change", u->shut_by);
}

static bool is_dead(const unit *u)
{
    return u->rows >= 2 && u->dead > 0;
}

/* Layers of fewer units are dead by chance. */
enum { LAYER_MIN = 4 };

/* The units of one layer. */
static void judge_layer(dg_inspect *x, const example *all, const unit *of, size_t count)
{
    size_t total = 0, dead = 0;
    double usual = 0.0;
    for (size_t i = 0; i < count; i++) {
        total += of[i].units;
        dead += of[i].rows >= 2 ? of[i].dead : 0;
        usual += of[i].open_range;
    }
    if (dead == total && total >= LAYER_MIN) {
        add_layer(x, all, of, count);
        return;
    }
    usual = total > dead ? usual / (double)(total - dead) : 0.0;
    for (size_t i = 0; i < count; i++)
        if (is_dead(&of[i]))
            add_unit(x, all, &of[i], total > dead ? usual : INFINITY);
}

static void add_findings(dg_inspect *x, const example *all, const units *found)
{
    for (size_t i = 0, end; i < found->count; i = end) {
        for (end = i; end < found->count && found->of[end].group == found->of[i].group; end++) {
        }
        judge_layer(x, all, &found->of[i], end - i);
    }
}

static void find_units(dg_inspect *x, example *all, size_t count)
{
    units found = {0};
    qsort(all, count, sizeof *all, compare_examples);
    for (size_t i = 0, end; i < count && !x->failed; i = end) {
        for (end = i + 1; end < count && all[end].key == all[i].key; end++) {
        }
        look_at(x, all, i, end, &found);
    }
    /* Groups are numbered by first use, here in trace order. */
    if (!x->failed)
        qsort(found.of, found.count, sizeof *found.of, compare_units);
    for (size_t i = 0; i < found.count && !x->failed; i++)
        found.of[i].group =
            dgi_scope_group_of(&x->groups, dgi_node(x, found.of[i].first_node)->scope);
    if (!x->failed && !x->groups.failed) {
        qsort(found.of, found.count, sizeof *found.of, compare_units);
        add_findings(x, all, &found);
    }
    free(found.of);
}

static bool is_relu(const dg_inspect *x, size_t node)
{
    size_t count;
    return dgi_data(dgi_node(x, node), &count) && count > 0 && x->a.op[node] == DGI_SCALAR_relu &&
           dgi_has(x, node, DGI_REACHED) && dgi_has(x, node, DGI_DEPENDS) &&
           !dgi_not_finite(x->data[node]);
}

void dgi_find_dead_relus(dg_inspect *x)
{
    size_t count = 0, n = 0;
    for (size_t i = 0; i < x->a.node_count; i++)
        count += is_relu(x, i);
    if (count == 0)
        return;
    keys k = {calloc(x->a.node_count, sizeof *k.all), calloc(x->a.node_count, sizeof *k.added)};
    example *all = malloc(count * sizeof *all);
    if (k.all && k.added && all) {
        for (size_t i = x->a.node_count; i-- > 0;)
            set_keys(x, x->a.order[i], &k);
        for (size_t i = 0; i < x->a.node_count; i++)
            if (is_relu(x, i))
                all[n++] = (example){key_of(x, &k, i), (uint32_t)i};
    } else {
        x->failed = true;
    }
    free(k.all);
    free(k.added);
    if (!x->failed)
        find_units(x, all, count);
    free(all);
}

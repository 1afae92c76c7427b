/* Gradients that are exactly 0, and why. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/inspection.h"

typedef enum why {
    WHY_NOT_KNOWN = 0, /* also: not 0 */
    WHY_RELU,
    WHY_SATURATED,
    WHY_TIMES_ZERO,
    WHY_LOSER,
    WHY_CLAMPED,
    WHY_FLAT,
    WHY_UNDERFLOW,
    WHY_CANCELLED,
    WHY_COUNT
} why;

static const struct {
    const char *cause;
    const char *sentence; /* "… is 0: " */
} reasons[WHY_COUNT] = {
    [WHY_NOT_KNOWN] = {"not known", "why is not known, at"},
    [WHY_RELU] = {"ReLU shut", "the ReLU is shut, at"},
    [WHY_SATURATED] = {"saturated", "the op is saturated beyond double precision, at"},
    [WHY_TIMES_ZERO] = {"multiplied by zero", "it is multiplied by 0, in"},
    [WHY_LOSER] = {"not selected", "the other operand is selected, in"},
    [WHY_CLAMPED] = {"clamped", "a constant is selected, in"},
    [WHY_FLAT] = {"flat", "the derivative is 0 there, at"},
    [WHY_UNDERFLOW] = {"underflow", "the product is below the smallest double, at"},
    [WHY_CANCELLED] = {"cancelled", "its contributions cancel out, at"},
};

/* Why a value's gradient is 0, and the value where that happens: the op whose local gradient is 0,
 * or the value whose contributions cancel out. */
typedef struct zero {
    uint32_t culprit;
    uint8_t why;
} zero;

static why why_of_edge(const dg_inspect *x, size_t edge)
{
    size_t user = x->a.edge_to[edge];
    const dgi_trace_node *n = dgi_node(x, user);
    if (!x->a.known[edge])
        return WHY_NOT_KNOWN;
    if (x->a.local[edge] != 0.0)
        return WHY_UNDERFLOW;
    size_t place = edge - x->a.first_edge[user];
    switch (x->a.op[user]) {
    case DGI_SCALAR_relu:
        return WHY_RELU;
    case DGI_SCALAR_tanh:
    case DGI_SCALAR_sigmoid:
    case DGI_SCALAR_softplus:
    case DGI_SCALAR_silu:
    case DGI_SCALAR_erf:
    case DGI_SCALAR_atan:
    case DGI_SCALAR_exp:
    case DGI_SCALAR_expm1:
    case DGI_SCALAR_exp2:
    case DGI_SCALAR_erfc:
    case DGI_SCALAR_gelu:
    case DGI_SCALAR_elu:
    case DGI_SCALAR_softsign:
    case DGI_SCALAR_hardtanh:
        return WHY_SATURATED;
    case DGI_SCALAR_mul:
        return WHY_TIMES_ZERO;
    case DGI_SCALAR_max:
    case DGI_SCALAR_min:
        return dgi_has(x, dgi_trace_node_operands(n)[1 - place], DGI_DEPENDS) ? WHY_LOSER
                                                                              : WHY_CLAMPED;
    default:
        return WHY_FLAT;
    }
}

/* Whether the op is a matrix product with zeros. */
static bool is_zero_product(const dg_inspect *x, size_t node)
{
    const dgi_trace_node *n = dgi_node(x, node);
    if (strcmp(n->op, "@") != 0 || n->n_operands != 2)
        return false;
    const uint32_t *operands = dgi_trace_node_operands(n);
    return x->data[operands[0]] == DGI_ZERO || x->data[operands[1]] == DGI_ZERO;
}

/* The op of a tensor through which no gradient comes: by its text. */
static why why_of_tensor(const dg_inspect *x, size_t user)
{
    switch (x->a.op[user]) {
    case DGI_SCALAR_relu:
        return WHY_RELU;
    case DGI_SCALAR_tanh:
    case DGI_SCALAR_sigmoid:
        return WHY_SATURATED;
    case DGI_SCALAR_mul:
        return WHY_TIMES_ZERO;
    case DGI_SCALAR_max:
    case DGI_SCALAR_min:
        return WHY_LOSER;
    default:
        return is_zero_product(x, user) ? WHY_TIMES_ZERO : WHY_NOT_KNOWN;
    }
}

/* The other operand of a product; DG_NO_NODE if there is none. */
static size_t other_operand(const dg_inspect *x, size_t culprit)
{
    const dgi_trace_node *n = dgi_node(x, culprit);
    if (n->n_operands != 2)
        return DG_NO_NODE;
    const uint32_t *operands = dgi_trace_node_operands(n);
    return x->data[operands[0]] == DGI_ZERO ? operands[0] : operands[1];
}

/* What is multiplied by the 0 of a ReLU that is shut is 0 because of the ReLU. */
static zero culprit_of(const dg_inspect *x, size_t user, why because)
{
    size_t other = because == WHY_TIMES_ZERO ? other_operand(x, user) : DG_NO_NODE;
    if (other != DG_NO_NODE && x->a.op[other] == DGI_SCALAR_relu && x->data[other] == DGI_ZERO)
        return (zero){(uint32_t)other, WHY_RELU};
    return (zero){(uint32_t)user, (uint8_t)because};
}

static zero look_at_uses(const dg_inspect *x, size_t node, const zero *zeros)
{
    zero z = {(uint32_t)node, WHY_NOT_KNOWN}, inherited = z;
    bool has_inherited = false, cancelled = false;
    for (size_t k = x->a.first_use[node]; k < x->a.first_use[node + 1]; k++) {
        size_t edge = x->a.uses[k], user = x->a.edge_to[edge];
        if (!dgi_has(x, user, DGI_REACHED) || x->grad[user] == DGI_UNKNOWN)
            continue;
        if (x->grad[user] == DGI_ZERO) {
            if (!has_inherited)
                inherited = zeros[user];
            has_inherited = true;
            continue;
        }
        bool is_tensor = dgi_node(x, user)->is_tensor || dgi_node(x, node)->is_tensor;
        if (!is_tensor && dgi_contribution_known(&x->a, edge) &&
            dgi_contribution(&x->a, edge) != 0.0) {
            cancelled = true;
            continue;
        }
        why because = is_tensor ? why_of_tensor(x, user) : why_of_edge(x, edge);
        if (z.why == WHY_NOT_KNOWN)
            z = culprit_of(x, user, because);
    }
    if (cancelled)
        return (zero){(uint32_t)node, WHY_CANCELLED};
    return z.why == WHY_NOT_KNOWN && has_inherited ? inherited : z;
}

/* ---- Findings ------------------------------------------------------------------------------- */

/* A parameter whose gradient is 0. */
typedef struct entry {
    uint8_t why;
    size_t group; /* of the culprit */
    uint32_t culprit, parameter;
} entry;

static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->why != y->why)
        return x->why < y->why ? -1 : 1;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->culprit != y->culprit)
        return x->culprit < y->culprit ? -1 : 1;
    return x->parameter < y->parameter ? -1 : x->parameter > y->parameter;
}

static void add_finding(dg_inspect *x, const entry *first, size_t count)
{
    why because = (why)first->why;
    dgi_finding *f =
        dgi_finding_add(x, DG_FINDING_ZERO_GRADIENT, first->culprit, reasons[because].cause);
    size_t culprits = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || first[i].culprit != first[i - 1].culprit) {
            dgi_finding_add_node(x, f, first[i].culprit);
            culprits++;
        }
    const dgi_trace_node *culprit = dgi_node(x, first->culprit);
    if (f && culprits > 1 && culprit->scope[0])
        f->public.scope = x->groups.names[first->group];
    if (f && because == WHY_SATURATED)
        f->public.severity = DG_SEVERITY_WARNING;
    dgi_finding_evidence(f, "parameters with gradient 0", (double)count);
    dgi_finding_say(x, f, "the gradient of %v is exactly 0: %s %v", (size_t)first->parameter,
                    reasons[because].sentence, (size_t)first->culprit);
    if (because == WHY_TIMES_ZERO && other_operand(x, first->culprit) != DG_NO_NODE)
        dgi_finding_say(x, f, ", by %v", other_operand(x, first->culprit));
    if (!culprit->is_tensor && !culprit->no_data)
        dgi_finding_evidence(f, "data", culprit->data);
    if (culprits > 1)
        dgi_finding_say(x, f, " and %z more value%S like it", culprits - 1);
    if (count > 1)
        dgi_finding_say(x, f, "; so is that of %z more parameter%S", count - 1);
}

static void add_findings(dg_inspect *x, entry *entries, size_t count)
{
    qsort(entries, count, sizeof *entries, compare_entries);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && entries[end].why == entries[i].why &&
                          entries[end].group == entries[i].group;
             end++) {
        }
        add_finding(x, &entries[i], end - i);
    }
}

/* Whether another finding says why: of the culprit, of what it is multiplied by, or of operands
 * that are not finite. */
static bool is_explained(const dg_inspect *x, const zero *z)
{
    if (dgi_has(x, z->culprit, DGI_EXPLAINED))
        return true;
    if (dgi_has(x, z->culprit, DGI_NOT_FINITE_AT))
        return true;
    size_t other = z->why == WHY_TIMES_ZERO ? other_operand(x, z->culprit) : DG_NO_NODE;
    return other != DG_NO_NODE && dgi_has(x, other, DGI_EXPLAINED);
}

/* Parameters whose gradient is 0 for no reason that another finding says. */
static bool is_candidate(const dg_inspect *x, size_t node)
{
    return dgi_has(x, node, DGI_PARAMETER) && dgi_has(x, node, DGI_REACHED) &&
           x->grad[node] == DGI_ZERO && !dgi_has(x, node, DGI_MISMATCH);
}

static void collect(dg_inspect *x, const zero *zeros, size_t count)
{
    entry *entries = malloc(count * sizeof *entries);
    if (!entries) {
        x->failed = true;
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < x->a.node_count; i++) {
        if (!is_candidate(x, i) || is_explained(x, &zeros[i]))
            continue;
        size_t group = dgi_scope_group_of(&x->groups, dgi_node(x, zeros[i].culprit)->scope);
        entries[n++] = (entry){zeros[i].why, group, zeros[i].culprit, (uint32_t)i};
    }
    if (!x->groups.failed)
        add_findings(x, entries, n);
    free(entries);
}

void dgi_find_zero_gradients(dg_inspect *x)
{
    size_t count = 0;
    for (size_t i = 0; i < x->a.node_count; i++)
        count += is_candidate(x, i);
    if (count == 0 || !x->has_backward)
        return;
    zero *zeros = calloc(x->a.node_count, sizeof *zeros);
    if (!zeros) {
        x->failed = true;
        return;
    }
    for (size_t k = 0; k < x->a.node_count; k++) {
        size_t node = x->a.order[k];
        if (dgi_has(x, node, DGI_REACHED) && x->grad[node] == DGI_ZERO)
            zeros[node] = look_at_uses(x, node, zeros);
    }
    collect(x, zeros, count);
    free(zeros);
}

/* The layout of mathematics in labels: sizes from the leaves of the tree up, then positions from
 * its root down. Both recurse as deep as the tree is, which DGI_MATH_DEPTH_MAX bounds. All
 * distances are in units of the font size, after TeX's, and adjusted to Helvetica by eye. */
#include "draw/style/math.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "draw/style/font_metrics.h"

/* The font sizes of scripts, and of those of scripts and below. */
static const double SCRIPT = 0.75, SCRIPT_OF_SCRIPT = 0.62;

/* Where the bar of a fraction is, in the middle of a plus sign. */
static const double AXIS = 0.35;
static const double BAR = 0.065, BAR_GAP = 0.1, BAR_OVERHANG = 0.08, FRACTION_SIDE = 0.1;

static const double TALL = 0.73, LOW = 0.53, DEEP = 0.21;
static const double SUBSCRIPT_DROP = 0.2, SUPERSCRIPT_RISE = 0.36;

/* How far the top of an italic letter is to the right of its foot: of a tall one. */
static const double SLANT = 0.13;

typedef struct layout {
    dgi_math *m;
    double base; /* the font size of the line */
    bool stacked;
} layout;

static double script_size(const layout *l, double font_size)
{
    return l->base * (font_size < l->base ? SCRIPT_OF_SCRIPT : SCRIPT);
}

/* ---- Symbols -------------------------------------------------------------------------------- */

/* How far a character reaches above and below the baseline. */
static double ascent_of(uint32_t c)
{
    if (c < 0x80)
        return strchr("acegmnopqrsuvwxyz", (int)c) ? LOW : strchr("+-=<>,.", (int)c) ? 0.5 : TALL;
    static const uint32_t low[] = {0x3B1, 0x3B3, 0x3B5, 0x3B7, 0x3B9,  0x3BA, 0x3BC, 0x3BD,
                                   0x3BF, 0x3C0, 0x3C1, 0x3C2, 0x3C3,  0x3C4, 0x3C5, 0x3C6,
                                   0x3C7, 0x3C9, 0xB7,  0xD7,  0x2212, 0x2026};
    for (size_t i = 0; i < sizeof low / sizeof *low; i++)
        if (low[i] == c)
            return LOW;
    return TALL;
}

static double descent_of(uint32_t c)
{
    if (c < 0x80)
        return strchr("gjpqyQ()[]{},;|", (int)c) ? DEEP : 0.01;
    static const uint32_t deep[] = {0x3B2, 0x3B3, 0x3B6, 0x3B7, 0x3BC,  0x3BE,  0x3C1,
                                    0x3C2, 0x3C6, 0x3C7, 0x3C8, 0x2211, 0x220F, 0x222B};
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++)
        if (deep[i] == c)
            return DEEP;
    return 0.01;
}

static void measure_symbol(dgi_math_node *n)
{
    n->width = n->ascent = n->descent = 0.0;
    for (const char *p = n->text, *end = p + n->size; p < end;) {
        uint32_t c = dgi_utf8_next(&p, end, NULL);
        n->width += dgi_symbol_width(c, n->font_size, n->bold);
        n->ascent = fmax(n->ascent, ascent_of(c) * n->font_size);
        n->descent = fmax(n->descent, descent_of(c) * n->font_size);
    }
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static const double BINARY_SPACE = 0.2, RELATION_SPACE = 0.26, THIN_SPACE = 0.15;

/* A sign that has nothing to its left that it could stand after is that of a number. */
static dgi_math_class class_in_row(const dgi_math_node *n, dgi_math_class before, bool first)
{
    dgi_math_class class = (dgi_math_class)n->class;
    bool unary = class == DGI_MATH_BINARY &&
                 (first || (before != DGI_MATH_ORDINARY && before != DGI_MATH_CLOSING));
    return unary ? DGI_MATH_ORDINARY : class;
}

static double space_between(dgi_math_class left, dgi_math_class right, bool in_script)
{
    bool function =
        left == DGI_MATH_OPERATOR && (right == DGI_MATH_ORDINARY || right == DGI_MATH_OPERATOR);
    bool before_function = left == DGI_MATH_ORDINARY && right == DGI_MATH_OPERATOR;
    if (function || before_function)
        return in_script ? THIN_SPACE / 2.0 : THIN_SPACE;
    if (in_script)
        return 0.0;
    if (left == DGI_MATH_BINARY || right == DGI_MATH_BINARY)
        return BINARY_SPACE;
    if (left == DGI_MATH_RELATION || right == DGI_MATH_RELATION)
        return left == right ? 0.0 : RELATION_SPACE;
    return left == DGI_MATH_PUNCTUATION ? THIN_SPACE : 0.0;
}

static void measure(const layout *l, uint32_t node, double font_size);

static void measure_row(const layout *l, dgi_math_node *row)
{
    dgi_math_class before = DGI_MATH_ORDINARY;
    bool first = true;
    double pen = 0.0;
    row->width = row->ascent = row->descent = 0.0;
    for (uint32_t i = row->first; i; i = l->m->nodes[i].next) {
        dgi_math_node *n = &l->m->nodes[i];
        measure(l, i, row->font_size);
        if (n->kind != DGI_MATH_SPACE) {
            dgi_math_class class = class_in_row(n, before, first);
            if (!first)
                n->before = space_between(before, class, row->font_size < l->base) * row->font_size;
            before = class;
            first = false;
        }
        if (n->width < -pen) /* a negative space goes back to the beginning at most */
            n->width = -pen;
        pen += n->before + n->width;
        row->width = fmax(row->width, pen);
        row->ascent = fmax(row->ascent, n->ascent);
        row->descent = fmax(row->descent, n->descent);
    }
}

/* ---- Scripts -------------------------------------------------------------------------------- */

static const char PRIME[] = "′";

static double primes_width(const dgi_math_node *n)
{
    return n->primes * dgi_symbol_width(0x2032, n->font_size, false);
}

/* Where the scripts are. */
typedef struct script_places {
    double subscript, superscript; /* baselines below and above that of the base */
    double slant; /* the superscript begins so much to the right of the subscript */
} script_places;

static bool is_slanted(const dgi_math *m, uint32_t node)
{
    const dgi_math_node *n = &m->nodes[node];
    while (n->kind == DGI_MATH_ACCENT)
        n = &m->nodes[n->first];
    return n->kind == DGI_MATH_SYMBOL && n->italic;
}

static script_places places_of(const dgi_math *m, const dgi_math_node *n)
{
    const dgi_math_node *base = &m->nodes[n->first], *lower = &m->nodes[n->second],
                        *upper = &m->nodes[n->third];
    script_places at = {SUBSCRIPT_DROP * n->font_size, SUPERSCRIPT_RISE * n->font_size, 0.0};
    /* Those of something tall go with its edges. */
    at.superscript = fmax(at.superscript, base->ascent - 0.37 * n->font_size);
    at.subscript = fmax(at.subscript, base->descent - 0.01 * n->font_size);
    if (n->second && n->third) { /* apart from each other */
        double gap = at.superscript - upper->descent + at.subscript - lower->ascent;
        at.subscript += fmax(0.0, 0.06 * n->font_size - gap);
    }
    if (is_slanted(m, n->first))
        at.slant = (base->ascent > 0.6 * n->font_size ? SLANT : SLANT / 3.0) * n->font_size;
    return at;
}

static void measure_scripts(const layout *l, dgi_math_node *n)
{
    double size = script_size(l, n->font_size);
    const dgi_math_node *nodes = l->m->nodes, *base = &nodes[n->first];
    measure(l, n->first, n->font_size);
    measure(l, n->second, size);
    measure(l, n->third, size);
    const dgi_math_node *lower = &nodes[n->second], *upper = &nodes[n->third];
    script_places at = places_of(l->m, n);
    double upper_width = primes_width(n) + (n->third ? upper->width : 0.0);
    if (upper_width > 0.0)
        upper_width += at.slant;
    n->width = base->width + fmax(n->second ? lower->width : 0.0, upper_width);
    n->width += 0.04 * n->font_size;
    n->ascent = fmax(base->ascent, n->primes ? TALL * n->font_size : 0.0);
    n->descent = base->descent;
    if (n->third) {
        n->ascent = fmax(n->ascent, at.superscript + upper->ascent);
        n->descent = fmax(n->descent, upper->descent - at.superscript);
    }
    if (n->second) {
        n->ascent = fmax(n->ascent, lower->ascent - at.subscript);
        n->descent = fmax(n->descent, at.subscript + lower->descent);
    }
}

/* ---- Fractions, roots, accents -------------------------------------------------------------- */

/* What is written between two parts of a line, or around one. */
static double sign_width(const dgi_math_node *n, uint32_t sign)
{
    return dgi_symbol_width(sign, n->font_size, n->bold);
}

static double brackets_width(const dgi_math_node *n)
{
    return sign_width(n, '(') + sign_width(n, ')');
}

static void measure_flat(const layout *l, dgi_math_node *n)
{
    measure(l, n->first, n->font_size);
    measure(l, n->second, n->font_size);
    const dgi_math_node *above = &l->m->nodes[n->first], *below = &l->m->nodes[n->second];
    n->width = above->width + sign_width(n, '/') + below->width;
    if (dgi_math_needs_brackets(l->m, n->first, false))
        n->width += brackets_width(n);
    if (dgi_math_needs_brackets(l->m, n->second, true))
        n->width += brackets_width(n);
    n->ascent = fmax(TALL * n->font_size, fmax(above->ascent, below->ascent));
    n->descent = fmax(DEEP * n->font_size, fmax(above->descent, below->descent));
}

static double rise_above(const dgi_math_node *n, const dgi_math_node *above)
{
    return (AXIS + BAR / 2.0 + BAR_GAP) * n->font_size + above->descent;
}

static double drop_below(const dgi_math_node *n, const dgi_math_node *below)
{
    return (BAR_GAP + BAR / 2.0 - AXIS) * n->font_size + below->ascent;
}

static void measure_fraction(const layout *l, dgi_math_node *n)
{
    n->flat = !l->stacked || n->font_size < l->base;
    if (n->flat) {
        measure_flat(l, n);
        return;
    }
    double size = script_size(l, n->font_size);
    measure(l, n->first, size);
    measure(l, n->second, size);
    const dgi_math_node *above = &l->m->nodes[n->first], *below = &l->m->nodes[n->second];
    n->width =
        fmax(above->width, below->width) + 2.0 * (BAR_OVERHANG + FRACTION_SIDE) * n->font_size;
    n->ascent = rise_above(n, above) + above->ascent;
    n->descent = drop_below(n, below) + below->descent;
}

static void measure_root(const layout *l, dgi_math_node *n)
{
    measure(l, n->first, n->font_size);
    const dgi_math_node *under = &l->m->nodes[n->first];
    n->width = sign_width(n, 0x221A) + under->width;
    if (dgi_math_needs_brackets(l->m, n->first, true))
        n->width += brackets_width(n);
    n->ascent = fmax(0.9 * n->font_size, under->ascent);
    n->descent = under->descent;
}

static const double ACCENT_HEIGHT = 0.2;

/* Where an accent begins: above a space, as above a low sign. */
static double accent_foot(const dgi_math_node *n, const dgi_math_node *under)
{
    return fmax(under->ascent, 0.5 * n->font_size);
}

static void measure_accent(const layout *l, dgi_math_node *n)
{
    measure(l, n->first, n->font_size);
    const dgi_math_node *under = &l->m->nodes[n->first];
    n->width = under->width;
    n->ascent = accent_foot(n, under) + ACCENT_HEIGHT * n->font_size;
    n->descent = under->descent;
}

static void measure(const layout *l, uint32_t node, double font_size)
{
    if (!node)
        return;
    dgi_math_node *n = &l->m->nodes[node];
    n->font_size = font_size;
    n->before = 0.0;
    switch ((dgi_math_kind)n->kind) {
    case DGI_MATH_SYMBOL:
        measure_symbol(n);
        break;
    case DGI_MATH_ROW:
        measure_row(l, n);
        break;
    case DGI_MATH_SCRIPTS:
        measure_scripts(l, n);
        break;
    case DGI_MATH_FRACTION:
        measure_fraction(l, n);
        break;
    case DGI_MATH_ROOT:
        measure_root(l, n);
        break;
    case DGI_MATH_ACCENT:
        measure_accent(l, n);
        break;
    case DGI_MATH_SPACE:
        n->width = n->space * font_size;
        break;
    }
}

void dgi_math_measure(dgi_math *m, double font_size, bool stacked)
{
    layout l = {m, font_size, stacked};
    measure(&l, m->root, font_size);
}

/* ---- Positions ------------------------------------------------------------------------------ */

typedef struct pieces {
    const dgi_math *m;
    dgi_math_put *put;
    void *context;
} pieces;

static void place(const pieces *p, uint32_t node, double left, double rise);

/* A sign of the node's own. Returns where it ends. */
static double place_sign(const pieces *p, const dgi_math_node *n, const char *text, uint32_t c,
                         double left, double rise)
{
    double width = sign_width(n, c);
    p->put(p->context, &(dgi_math_piece){.text = text,
                                         .size = strlen(text),
                                         .bold = n->bold,
                                         .font_size = n->font_size,
                                         .left = left,
                                         .width = width,
                                         .rise = rise});
    return left + width;
}

static void place_bar(const pieces *p, double thickness, double left, double width, double rise)
{
    p->put(p->context,
           &(dgi_math_piece){
               .text = "", .left = left, .width = width, .rise = rise, .thickness = thickness});
}

static bool is_rare(const dgi_math_node *n)
{
    const char *p = n->text;
    return n->size > 1 && dgi_is_rare_symbol(dgi_utf8_next(&p, p + n->size, NULL));
}

static void place_symbol(const pieces *p, const dgi_math_node *n, double left, double rise)
{
    p->put(p->context, &(dgi_math_piece){.text = n->text,
                                         .size = n->size,
                                         .italic = n->italic,
                                         .bold = n->bold,
                                         .rare = is_rare(n),
                                         .font_size = n->font_size,
                                         .left = left,
                                         .width = n->width,
                                         .rise = rise});
}

static void place_row(const pieces *p, const dgi_math_node *row, double left, double rise)
{
    for (uint32_t i = row->first; i; i = p->m->nodes[i].next) {
        const dgi_math_node *n = &p->m->nodes[i];
        left += n->before;
        place(p, i, left, rise);
        left += n->width;
    }
}

static void place_scripts(const pieces *p, const dgi_math_node *n, double left, double rise)
{
    script_places at = places_of(p->m, n);
    place(p, n->first, left, rise);
    left += p->m->nodes[n->first].width;
    place(p, n->second, left, rise - at.subscript);
    left += at.slant;
    dgi_math_node upright = {.font_size = n->font_size};
    for (unsigned i = 0; i < n->primes; i++)
        left = place_sign(p, &upright, PRIME, 0x2032, left, rise);
    place(p, n->third, left, rise + at.superscript);
}

/* A part of something that is written on a line. Returns where it ends. */
static double place_part(const pieces *p, const dgi_math_node *n, uint32_t part, bool below,
                         double left, double rise)
{
    bool brackets = dgi_math_needs_brackets(p->m, part, below);
    if (brackets)
        left = place_sign(p, n, "(", '(', left, rise);
    place(p, part, left, rise);
    left += p->m->nodes[part].width;
    return brackets ? place_sign(p, n, ")", ')', left, rise) : left;
}

static void place_fraction(const pieces *p, const dgi_math_node *n, double left, double rise)
{
    const dgi_math_node *above = &p->m->nodes[n->first], *below = &p->m->nodes[n->second];
    if (n->flat) {
        left = place_part(p, n, n->first, false, left, rise);
        left = place_sign(p, n, "/", '/', left, rise);
        place_part(p, n, n->second, true, left, rise);
        return;
    }
    double middle = left + n->width / 2.0, side = FRACTION_SIDE * n->font_size;
    place(p, n->first, middle - above->width / 2.0, rise + rise_above(n, above));
    place_bar(p, BAR * n->font_size, left + side, n->width - 2.0 * side,
              rise + AXIS * n->font_size);
    place(p, n->second, middle - below->width / 2.0, rise - drop_below(n, below));
}

static void place_accent(const pieces *p, const dgi_math_node *n, double left, double rise)
{
    const dgi_math_node *under = &p->m->nodes[n->first];
    place(p, n->first, left, rise);
    double slant = is_slanted(p->m, n->first) ? under->ascent * 0.17 : 0.0;
    double foot = accent_foot(n, under), above = foot - LOW * n->font_size;
    if (n->size == 0) {
        double width = fmax(under->width - 0.1 * n->font_size, 0.3 * n->font_size);
        place_bar(p, BAR * n->font_size, left + (under->width - width) / 2.0 + slant, width,
                  rise + foot + 0.1 * n->font_size);
        return;
    }
    const char *text = n->text;
    uint32_t c = dgi_utf8_next(&text, n->text + n->size, NULL);
    /* An arrow is made for the middle of a line, the others for above a low letter. */
    bool arrow = c == 0x2192;
    dgi_math_node sign = {.font_size = n->font_size * (arrow ? 0.6 : 1.0)};
    place_sign(p, &sign, n->text, c,
               left + (under->width - sign_width(&sign, c)) / 2.0 + slant * (arrow ? 1.0 : 0.7),
               rise + (arrow ? foot - 0.05 * n->font_size : above));
}

static void place(const pieces *p, uint32_t node, double left, double rise)
{
    if (!node)
        return;
    const dgi_math_node *n = &p->m->nodes[node];
    switch ((dgi_math_kind)n->kind) {
    case DGI_MATH_SYMBOL:
        place_symbol(p, n, left, rise);
        break;
    case DGI_MATH_ROW:
        place_row(p, n, left, rise);
        break;
    case DGI_MATH_SCRIPTS:
        place_scripts(p, n, left, rise);
        break;
    case DGI_MATH_FRACTION:
        place_fraction(p, n, left, rise);
        break;
    case DGI_MATH_ROOT:
        place_part(p, n, n->first, true, place_sign(p, n, "√", 0x221A, left, rise), rise);
        break;
    case DGI_MATH_ACCENT:
        place_accent(p, n, left, rise);
        break;
    case DGI_MATH_SPACE:
        break;
    }
}

void dgi_math_place(const dgi_math *m, dgi_math_put *put, void *context)
{
    pieces p = {m, put, context};
    place(&p, m->root, 0.0, 0.0);
}

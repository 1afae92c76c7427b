#include "draw/style/label_text.h"

#include <math.h>
#include <string.h>

#include <dotgrad/draw.h>

#include "base/error.h"
#include "draw/style/box_text.h"
#include "draw/style/font_metrics.h"
#include "draw/style/math.h"
#include "draw/style/node_text.h"

/* ---- Parts ---------------------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* The dollar sign that ends the formula that begins at `at`, or NULL where none begins. */
static const char *formula_end(const char *at, const char *end)
{
    if (at + 1 >= end || is_space(at[1]) || at[1] == '$')
        return NULL;
    const char *p = at + 1;
    while (p < end && *p != '$')
        p += *p == '\\' && p + 1 < end ? 2 : 1;
    bool ends = p < end && !is_space(p[-1]) && !(p + 1 < end && p[1] >= '0' && p[1] <= '9');
    return ends ? p : NULL;
}

static bool is_escaped_dollar(const char *at, const char *end)
{
    return *at == '\\' && at + 1 < end && at[1] == '$';
}

bool dgi_next_label_part(const char **p, const char *end, dgi_label_part *part)
{
    const char *begin = *p, *at = begin, *closing = NULL;
    if (begin >= end)
        return false;
    if (is_escaped_dollar(begin, end)) {
        *part = (dgi_label_part){begin + 1, 1, false};
        *p = begin + 2;
        return true;
    }
    if (*begin == '$' && (closing = formula_end(begin, end))) {
        *part = (dgi_label_part){begin, (size_t)(closing + 1 - begin), true};
        *p = closing + 1;
        return true;
    }
    do
        at++;
    while (at < end && !is_escaped_dollar(at, end) && !(*at == '$' && formula_end(at, end)));
    *part = (dgi_label_part){begin, (size_t)(at - begin), false};
    *p = at;
    return true;
}

static void parse(dgi_math *m, const dgi_label_part *part)
{
    dgi_math_parse(m, part->text + 1, part->size - 2);
}

/* ---- Texts of a box ------------------------------------------------------------------------- */

/* A line while it is set. */
typedef struct setter {
    dgi_box_texts *b;
    dgi_label_line where;
    size_t first;      /* the line's first text */
    double left;       /* where the part begins */
    double width;      /* of the line so far */
    bool after_spaces; /* and nothing since */
} setter;

/* Whether a text that is set right after the last one, in the same style, is part of it. */
static dgi_text *text_to_extend(setter *s, const dgi_text *next)
{
    if (s->b->n_texts == s->first || s->b->chars.failed || next->thickness > 0.0)
        return NULL;
    dgi_text *last = &s->b->texts[s->b->n_texts - 1];
    bool beside = fabs(last->left + last->width - next->left) < 1e-6 && last->size > 0;
    bool alike = last->italic == next->italic && last->bold == next->bold &&
                 last->rare == next->rare && !(last->font_size < next->font_size) &&
                 !(last->font_size > next->font_size) && !(last->rise < next->rise) &&
                 !(last->rise > next->rise);
    return beside && alike && !s->after_spaces ? last : NULL;
}

static void put_text(setter *s, const char *text, size_t size, dgi_text style)
{
    dgi_text *last = text_to_extend(s, &style);
    if (last) {
        last->size += size;
        last->width += style.width;
        dgi_buf_put(&s->b->chars, text, size);
        return;
    }
    dgi_text *t = dgi_add_text(s->b, text, size);
    style.start = t->start;
    style.size = size;
    style.line = s->where.line;
    style.spaced = s->after_spaces;
    *t = style;
    s->after_spaces = false;
}

static void put_piece(void *context, const dgi_math_piece *p)
{
    setter *s = context;
    s->b->has_bars = s->b->has_bars || p->thickness > 0.0;
    bool base = fabs(p->font_size - DGI_FONT_SIZE) < 1e-6;
    put_text(s, p->text, p->size,
             (dgi_text){.width = p->width,
                        .left = s->left + p->left,
                        .italic = p->italic,
                        .bold = p->bold,
                        .rare = p->rare,
                        .font_size = base ? 0.0 : p->font_size,
                        .rise = p->rise,
                        .thickness = p->thickness});
}

static void put_plain(setter *s, const char *text, size_t size)
{
    bool bold = s->b->fields[s->b->n_fields - 1].bold;
    put_text(s, text, size,
             (dgi_text){.width = dgi_text_width(text, size, DGI_FONT_SIZE, bold),
                        .left = s->left,
                        .bold = bold});
}

/* Spaces at the edges of plain text beside formulas are distances: at the end of a text XML drops
 * them. */
static double skip_spaces(setter *s, size_t count)
{
    double space = dgi_text_width(" ", 1, DGI_FONT_SIZE, s->b->fields[s->b->n_fields - 1].bold);
    s->after_spaces = s->after_spaces || count > 0;
    return (double)count * space;
}

static void set_plain(setter *s, const char *text, size_t size)
{
    size_t before = 0, after = 0;
    while (before < size && text[before] == ' ')
        before++;
    while (after < size - before && text[size - 1 - after] == ' ')
        after++;
    s->left += skip_spaces(s, before);
    size -= before + after;
    if (size > 0) {
        put_plain(s, text + before, size);
        s->left += dgi_text_width(text + before, size, DGI_FONT_SIZE,
                                  s->b->fields[s->b->n_fields - 1].bold);
    }
    s->left += skip_spaces(s, after);
}

/* How far a formula may reach from the middle of its line, in units of the font size: as far as the
 * padding of a record with one line allows. */
static const double REACH = 1.1, LINE_REACH = 0.75, MIDDLE = 0.35;

/* The largest font size in which the formula, measured at the usual one, does not reach too far. */
static double fitting_size(const dgi_math_node *root)
{
    double up = (REACH + MIDDLE) * DGI_FONT_SIZE / fmax(root->ascent, 1e-3),
           down = (REACH - MIDDLE) * DGI_FONT_SIZE / fmax(root->descent, 1e-3);
    return DGI_FONT_SIZE * fmin(1.0, fmin(up, down));
}

static void set_formula(setter *s, const dgi_label_part *part)
{
    dgi_math m;
    parse(&m, part);
    if (m.no_memory) {
        s->b->chars.failed = true;
    } else if (!dgi_math_is_set(&m)) {
        set_plain(s, part->text, part->size);
    } else {
        dgi_math_measure(&m, DGI_FONT_SIZE, s->where.stacked);
        const dgi_math_node *root = &m.nodes[m.root];
        if (fitting_size(root) < DGI_FONT_SIZE) {
            dgi_math_measure(&m, DGI_FONT_SIZE, false);
            double size = fitting_size(root);
            if (size < DGI_FONT_SIZE) /* scripts of scripts */
                dgi_math_measure(&m, size, false);
        } else if (root->ascent / DGI_FONT_SIZE - MIDDLE > LINE_REACH ||
                   root->descent / DGI_FONT_SIZE + MIDDLE > LINE_REACH)
            s->b->fields[s->b->n_fields - 1].tall = true;
        dgi_math_place(&m, put_piece, s);
        s->left += root->width;
    }
    dgi_math_free(&m);
}

/* Whether a line is one part of plain text, which it stays byte by byte. */
static bool is_plain(const char *text, size_t size)
{
    dgi_label_part part;
    const char *p = text;
    return !memchr(text, '$', size) ||
           (dgi_next_label_part(&p, text + size, &part) && !part.formula && part.size == size);
}

double dgi_add_label_line(dgi_box_texts *b, const char *text, size_t size, dgi_label_line where)
{
    if (is_plain(text, size)) {
        dgi_text *t = dgi_add_text(b, text, size);
        t->left = where.left;
        t->line = where.line;
        return t->width;
    }
    setter s = {.b = b, .where = where, .first = b->n_texts, .left = where.left};
    dgi_label_part part;
    for (const char *p = text, *end = text + size; dgi_next_label_part(&p, end, &part);) {
        if (part.formula)
            set_formula(&s, &part);
        else
            set_plain(&s, part.text, part.size);
    }
    return s.left - where.left;
}

/* Moves the pieces of each line, which all begin at the left, so that the lines have their middles
 * below each other. */
static void centre_lines(dgi_box_texts *b, const dgi_field *f, double width)
{
    for (size_t i = 0, end; i < f->n_texts; i = end) {
        double line = 0.0;
        for (end = i; end < f->n_texts; end++) {
            const dgi_text *t = dgi_text_at(b, f->first_text + end);
            if (t->line > dgi_text_at(b, f->first_text + i)->line)
                break;
            line = fmax(line, t->left + t->width);
        }
        for (size_t k = i; k < end; k++)
            dgi_text_at(b, f->first_text + k)->left += (width - line) / 2.0;
    }
}

double dgi_add_label(dgi_box_texts *b, const char *label)
{
    dgi_field *f = &b->fields[b->n_fields - 1];
    double width = 0.0;
    bool one_line = !label[strcspn(label, "\r\n")];
    f->lines = 0;
    for (const char *line = label, *next; line; line = next) {
        size_t size = dgi_first_line(line, &next);
        dgi_label_line where = {.line = (double)f->lines++, .stacked = one_line};
        width = fmax(width, dgi_add_label_line(b, line, size, where));
    }
    /* Lines of one text each need no positions. */
    if (f->n_texts > f->lines) {
        f->texts_width = width;
        centre_lines(b, f, width);
    }
    return width;
}

/* ---- Words ---------------------------------------------------------------------------------- */

static void put_formula_words(dgi_buf *b, const dgi_label_part *part)
{
    dgi_math m;
    parse(&m, part);
    if (m.no_memory)
        b->failed = true;
    else if (dgi_math_is_set(&m))
        dgi_math_put_words(b, &m);
    else
        dgi_buf_put(b, part->text, part->size);
    dgi_math_free(&m);
}

void dgi_put_label_words(dgi_buf *b, const char *label)
{
    const char *next;
    for (const char *line = label; line; line = next) {
        dgi_label_part part;
        for (const char *p = line, *end = line + dgi_first_line(line, &next);
             dgi_next_label_part(&p, end, &part);) {
            if (part.formula)
                put_formula_words(b, &part);
            else
                dgi_buf_put(b, part.text, part.size);
        }
        if (next)
            dgi_buf_putc(b, '\n');
    }
}

/* ---- Problems ------------------------------------------------------------------------------- */

static dg_status report(const dgi_math *m, const dgi_label_part *part, dg_error *error)
{
    static const char *const texts[] = {
        [DGI_MATH_MISSING_BRACE] = "a closing brace is missing",
        [DGI_MATH_EXTRA_BRACE] = "a closing brace has no opening one",
        [DGI_MATH_MISSING_ARGUMENT] = "an argument is missing",
        [DGI_MATH_DOUBLE_SCRIPT] = "there are two subscripts or superscripts; use braces",
        [DGI_MATH_TOO_DEEP] = "the groups are nested too deeply",
        [DGI_MATH_TOO_LONG] = "the formula is too long",
    };
    enum { SHOWN = 60 };
    int size = part->size > SHOWN ? SHOWN : (int)part->size;
    const char *more = part->size > SHOWN ? "..." : "";
    if (m->problem == DGI_MATH_UNKNOWN_COMMAND)
        return dgi_error(error, DG_FORMAT, "'%.*s' in the label '%.*s%s' is not known",
                         m->where_size > SHOWN ? SHOWN : (int)m->where_size, m->where, size,
                         part->text, more);
    return dgi_error(error, DG_FORMAT, "in the label '%.*s%s' %s", size, part->text, more,
                     texts[m->problem]);
}

/* What a string that is not raw makes of the first letter of \alpha, \beta, \theta, \vec and \frac,
 * between the first and the last dollar sign; '\0' where there is none. */
static char escaped_letter(const char *label)
{
    static const char characters[] = "\a\b\t\v\f", letters[] = "abtvf";
    const char *first = strchr(label, '$'), *last = strrchr(label, '$');
    const char *found = first ? strpbrk(first, characters) : NULL;
    return found && found < last ? letters[strchr(characters, *found) - characters] : '\0';
}

dg_status dg_label_check(const char *label, dg_error *error)
{
    if (error)
        *error = (dg_error){0};
    if (!label)
        return dgi_error(error, DG_INVALID, "there is no label");
    char letter = escaped_letter(label);
    if (letter)
        return dgi_error(
            error, DG_FORMAT,
            "a label has the single character '\\%c' between dollar signs; r'...' keeps "
            "the backslash",
            letter);
    dg_status status = DG_OK;
    const char *next;
    for (const char *line = label; line && status == DG_OK; line = next) {
        dgi_label_part part;
        for (const char *p = line, *end = line + dgi_first_line(line, &next);
             status == DG_OK && dgi_next_label_part(&p, end, &part);) {
            if (!part.formula)
                continue;
            dgi_math m;
            parse(&m, &part);
            if (m.no_memory)
                status = dgi_error(error, DG_NOMEM, "out of memory");
            else if (m.problem != DGI_MATH_FINE)
                status = report(&m, &part, error);
            dgi_math_free(&m);
        }
    }
    return status;
}

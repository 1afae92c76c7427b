#include "draw/style/notes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dotgrad/inspect.h>

#include "base/error.h"
#include "base/grow.h"
#include "draw/style/box_text.h"
#include "draw/style/folded.h"
#include "draw/style/font_metrics.h"
#include "draw/style/node_text.h"

/* A finding about more values has badges on the first ones. */
enum { VALUES_MARKED = 12 };

/* A badge on a node. */
typedef struct mark {
    size_t node;
    uint32_t note;
} mark;

/* Notes while they are made. */
typedef struct making {
    dgi_scene *scene;
    size_t given; /* all of them */
    size_t notes_capacity, words_capacity;
    mark *marks; /* owned */
    size_t n_marks, marks_capacity;
    bool no_memory;
} making;

/* ---- Words ---------------------------------------------------------------------------------- */

static void add_word(making *m, const char *word, size_t size)
{
    dgi_scene *s = m->scene;
    dgi_word *words = dgi_grown(s->words, &m->words_capacity, s->n_words, sizeof *words);
    if (!words) {
        m->no_memory = true;
        return;
    }
    s->words = words;
    s->words[s->n_words++] =
        (dgi_word){s->note_chars.size, size,
                   s->text_scale * dgi_text_width(word, size, DGI_NOTE_FONT_SIZE, false)};
    dgi_buf_put(&s->note_chars, word, size);
    dgi_buf_putc(&s->note_chars, ' ');
}

static void add_words(making *m, const char *text)
{
    for (;;) {
        text += strspn(text, " \t\r\n");
        size_t size = strcspn(text, " \t\r\n");
        if (size == 0)
            return;
        add_word(m, text, size);
        text += size;
    }
}

/* A note without a number is about the whole. */
static bool add_note(making *m, dg_severity severity, bool numbered, const char *text)
{
    dgi_scene *s = m->scene;
    dgi_note *notes = dgi_grown(s->notes, &m->notes_capacity, s->n_notes, sizeof *notes);
    if (!notes) {
        m->no_memory = true;
        return false;
    }
    s->notes = notes;
    dgi_note *note = &s->notes[s->n_notes++];
    *note = (dgi_note){.severity = (uint8_t)severity, .first_word = s->n_words};
    if (numbered)
        note->number = ++s->n_numbers;
    if (severity > DG_SEVERITY_NOTE || numbered)
        add_words(m, severity == DG_SEVERITY_ERROR     ? "error:"
                     : severity == DG_SEVERITY_WARNING ? "warning:"
                                                       : "note:");
    add_words(m, text);
    note->n_words = s->n_words - note->first_word;
    return !m->no_memory;
}

/* ---- Findings and badges -------------------------------------------------------------------- */

/* The node of the scene's trace for one of the trace that is drawn, which may be folded;
 * DG_NO_NODE for what is neither. */
static size_t shown_node(const dgi_scene *s, size_t node)
{
    const dgi_folded *f = s->source->folded;
    if (f)
        return node < dg_trace_node_count(f->whole) ? dgi_folded_node_of(f, node) : DG_NO_NODE;
    return node < s->n_values ? node : DG_NO_NODE;
}

/* Whether the last note has a badge there: several of its values may be in one box. */
static bool is_marked(const making *m, size_t node)
{
    for (size_t i = m->n_marks; i > 0 && m->marks[i - 1].note == m->scene->n_notes - 1; i--)
        if (m->marks[i - 1].node == node)
            return true;
    return false;
}

static void add_mark(making *m, size_t of_trace)
{
    size_t node = shown_node(m->scene, of_trace);
    if (node == DG_NO_NODE || (m->scene->source->folded && is_marked(m, node)))
        return;
    mark *marks = dgi_grown(m->marks, &m->marks_capacity, m->n_marks, sizeof *marks);
    if (!marks) {
        m->no_memory = true;
        return;
    }
    m->marks = marks;
    m->marks[m->n_marks++] = (mark){node, m->scene->n_notes - 1};
}

/* Whether there is a number for one more. */
static bool begin_note(making *m)
{
    return m->given++ < DG_BADGES_MAX;
}

static void add_finding(making *m, const dg_finding *f)
{
    if (!begin_note(m) || !add_note(m, f->severity, f->node != DG_NO_NODE, f->text))
        return;
    size_t n = f->node_count < VALUES_MARKED ? f->node_count : VALUES_MARKED;
    bool marked = false;
    for (size_t i = 0; i < n; i++) {
        add_mark(m, f->nodes[i]);
        marked = marked || f->nodes[i] == f->node;
    }
    if (!marked)
        add_mark(m, f->node);
}

static dg_status add_findings(making *m, const dgi_options *o, dg_error *error)
{
    const struct dgi_text_source *source = m->scene->source;
    const dg_trace *t = o->finished      ? o->finished
                        : source->folded ? source->folded->whole
                                         : source->trace;
    const dg_inspect *inspect = o->finished ? NULL : o->inspection;
    dg_inspect *own = NULL;
    dg_error own_error = {0};
    if (!inspect)
        inspect = own = dg_inspect_new(t, &o->inspect, &own_error);
    if (!inspect)
        return dgi_error(error, own_error.status, "%s", own_error.text);
    for (size_t i = 0; i < dg_inspect_finding_count(inspect); i++)
        add_finding(m, dg_inspect_finding(inspect, i));
    dg_inspect_free(own);
    return DG_OK;
}

static void add_left_out(making *m)
{
    char text[64];
    if (m->given <= DG_BADGES_MAX)
        return;
    snprintf(text, sizeof text, "and %zu more", m->given - DG_BADGES_MAX);
    add_note(m, DG_SEVERITY_NOTE, false, text);
}

/* Sorts the marks by node, as lists of numbers. */
static bool sort_marks(dgi_scene *s, const making *m)
{
    s->first_badge = calloc((size_t)s->n_values + 2, sizeof *s->first_badge);
    s->badges = calloc(m->n_marks + 1, sizeof *s->badges);
    if (!s->first_badge || !s->badges)
        return false;
    /* Counted two places up, summed up, and filled in one place up. */
    for (size_t i = 0; i < m->n_marks; i++)
        s->first_badge[m->marks[i].node + 2]++;
    for (uint32_t i = 0; i < s->n_values; i++)
        s->first_badge[i + 2] += s->first_badge[i + 1];
    for (size_t i = 0; i < m->n_marks; i++)
        s->badges[s->first_badge[m->marks[i].node + 1]++] = m->marks[i].note;
    return true;
}

dg_status dgi_make_notes(dgi_scene *s, const dgi_options *o, dg_error *error)
{
    making m = {.scene = s};
    dg_status status = DG_OK;
    if (!o->findings && o->n_badges == 0)
        return DG_OK;
    s->space_width = s->text_scale * dgi_text_width(" ", 1, DGI_NOTE_FONT_SIZE, false);
    if (o->findings)
        status = add_findings(&m, o, error);
    for (size_t i = 0; status == DG_OK && i < o->n_badges; i++)
        if (begin_note(&m) &&
            add_note(&m, o->badges[i].severity, shown_node(s, o->badges[i].node) != DG_NO_NODE,
                     o->badges[i].text))
            add_mark(&m, o->badges[i].node);
    add_left_out(&m);
    if (status == DG_OK && s->n_notes == 0)
        add_note(&m, DG_SEVERITY_NOTE, false, "nothing was found");
    if (status == DG_OK && (m.no_memory || s->note_chars.failed || !sort_marks(s, &m)))
        status = DG_NOMEM;
    free(m.marks);
    return status;
}

/* ---- Badges --------------------------------------------------------------------------------- */

/* Between a label and its badges, and between badges. */
static const double LABEL_GAP = 5.0, BADGE_GAP = 3.0;

/* Beside a number in its badge. */
static const double NUMBER_PADDING = 3.0;

static void range_of(const dgi_scene *s, size_t node, uint32_t *first, uint32_t *end)
{
    *first = s->first_badge ? s->first_badge[node] : 0;
    *end = s->first_badge ? s->first_badge[node + 1] : 0;
}

/* Gives the texts of a label positions: so far those of lines are in the middle each. */
static void set_positions(dgi_box_texts *b, dgi_field *f)
{
    if (f->n_texts == 0 || f->texts_width > 0.0)
        return;
    f->texts_width = f->width;
    for (size_t i = 0; i < f->n_texts; i++) {
        dgi_text *t = dgi_text_at(b, f->first_text + i);
        t->left = (f->width - t->width) / 2.0;
        t->line = (double)i;
    }
}

static double add_badge(dgi_box_texts *b, const char *digits, uint8_t severity, double left)
{
    size_t size = strlen(digits);
    dgi_field *f = &b->fields[b->n_fields - 1];
    dgi_text *t = dgi_add_text(b, digits, size);
    f->n_badges++;
    t->bold = true;
    t->font_size = DGI_BADGE_FONT_SIZE;
    t->severity = severity;
    t->line = (double)(f->lines - 1) / 2.0;
    t->width = dgi_text_width(digits, size, DGI_BADGE_FONT_SIZE, true);
    double width = fmax(DGI_BADGE_SIZE, t->width + 2.0 * NUMBER_PADDING);
    t->left = left + (width - t->width) / 2.0;
    return left + width;
}

void dgi_add_badges(dgi_box_texts *b, const dgi_scene *s, size_t node)
{
    uint32_t first, end;
    range_of(s, node, &first, &end);
    if (first == end)
        return;
    if (b->n_fields == 0)
        dgi_add_field(b, DGI_ROLE_LABEL);
    dgi_field *f = &b->fields[b->n_fields - 1];
    set_positions(b, f);
    double left = f->n_texts ? f->texts_width + LABEL_GAP : 0.0;
    for (uint32_t i = first; i < end; i++) {
        const dgi_note *note = &s->notes[s->badges[i]];
        char digits[8];
        snprintf(digits, sizeof digits, "%u", (unsigned)note->number);
        left = add_badge(b, digits, note->severity, left) + BADGE_GAP;
    }
    f->width = f->texts_width = left - BADGE_GAP;
}

void dgi_add_sign(dgi_box_texts *b, const char *sign, dg_severity severity)
{
    dgi_field *f = &b->fields[b->n_fields - 1];
    set_positions(b, f);
    double left = f->n_texts ? f->texts_width + LABEL_GAP : 0.0;
    f->width = f->texts_width = add_badge(b, sign, (uint8_t)severity, left);
}

/* ---- Sentences ------------------------------------------------------------------------------ */

static void put_note(dgi_buf *b, const dgi_scene *s, const dgi_note *note)
{
    if (note->n_words == 0)
        return;
    const dgi_word *first = &s->words[note->first_word], *last = first + note->n_words - 1;
    dgi_buf_put(b, s->note_chars.data + first->start, last->start + last->size - first->start);
}

void dgi_put_notes_of(dgi_buf *b, const dgi_scene *s, size_t node)
{
    uint32_t first, end;
    range_of(s, node, &first, &end);
    for (uint32_t i = first; i < end; i++) {
        const dgi_note *note = &s->notes[s->badges[i]];
        dgi_buf_printf(b, "\n%u: ", (unsigned)note->number);
        put_note(b, s, note);
    }
}

void dgi_put_notes_in_words(dgi_buf *b, const dgi_scene *s)
{
    for (uint32_t i = 0; i < s->n_notes; i++) {
        const dgi_note *note = &s->notes[i];
        dgi_buf_putc(b, ' ');
        if (note->number)
            dgi_buf_printf(b, "%u: ", (unsigned)note->number);
        put_note(b, s, note);
        dgi_buf_putc(b, '.');
    }
}

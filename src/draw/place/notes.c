/* The lines of notes below the picture and its legend. */
#include "draw/place/place.h"

#include <math.h>
#include <stdlib.h>

/* Between what is above and the notes, lines, and a badge and its note; how wide the notes are at
 * least, where the picture is narrow. All where the scene's text_scale is 1. */
static const double SPACE_ABOVE = 12.0, LINE_HEIGHT = 16.0, BADGE_GAP = 6.0, LEAST_WIDTH = 260.0;

/* As many words as there is space for, one at least. */
static dgi_placed_line next_line(const dgi_scene *s, uint32_t note, uint32_t first, double width)
{
    const dgi_note *n = &s->notes[note];
    dgi_placed_line line = {.note = note, .first_word = first};
    for (uint32_t i = first; i < n->first_word + n->n_words; i++) {
        double wider = line.width + (i > first ? s->space_width : 0.0) + s->words[i].width;
        if (i > first && wider > width)
            break;
        line.width = wider;
        line.n_words++;
    }
    return line;
}

bool dgi_place_notes(dgi_placed_scene *p)
{
    const dgi_scene *s = p->scene;
    if (s->n_notes == 0)
        return true;
    p->lines = calloc((size_t)s->n_words + 1, sizeof *p->lines);
    if (!p->lines)
        return false;
    double scale = s->text_scale, indent = scale * (1.3 * DGI_BADGE_SIZE + BADGE_GAP),
           line_height = scale * LINE_HEIGHT, widest = 0.0;
    for (uint32_t i = 0; i < s->n_words; i++)
        widest = fmax(widest, s->words[i].width);
    dgi_widen(p, ceil(fmax(scale * LEAST_WIDTH, indent + widest)));
    double y = p->height + scale * SPACE_ABOVE + line_height / 2.0;
    for (uint32_t i = 0; i < s->n_notes; i++) {
        uint32_t word = s->notes[i].first_word, end = word + s->notes[i].n_words;
        while (word < end) {
            dgi_placed_line *line = &p->lines[p->n_lines++];
            *line = next_line(s, i, word, p->width - indent);
            line->left = (dgi_point){indent, y};
            word += line->n_words;
            y += line_height;
        }
    }
    p->height = ceil(y - line_height / 2.0);
    return true;
}

/* Notes: what is said of values, as badges on them and as lines below the picture. */
#ifndef DGI_NOTES_H
#define DGI_NOTES_H

#include <dotgrad/base.h>

#include "base/buf.h"
#include "draw/options.h"
#include "draw/scene.h"

/* Makes those of a scene that has boxes: the findings of its trace where the options ask for them,
 * then the caller's. DG_OK, or DG_NOMEM. */
dg_status dgi_make_notes(dgi_scene *s, const dgi_options *o, dg_error *error);

/* Adds the badges of a node to the field of its label, which is the last one, or a new one. */
void dgi_add_badges(dgi_box_texts *b, const dgi_scene *s, size_t node);

/* Adds a sign like a badge behind the label in the last field. */
void dgi_add_sign(dgi_box_texts *b, const char *sign, dg_severity severity);

/* Appends the notes of a node, each on a line that begins with a line break. */
void dgi_put_notes_of(dgi_buf *b, const dgi_scene *s, size_t node);

/* Appends all notes as sentences. */
void dgi_put_notes_in_words(dgi_buf *b, const dgi_scene *s);

#endif

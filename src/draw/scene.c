#include "draw/scene.h"

#include <stdlib.h>

size_t dgi_find_field(const dgi_box_texts *b, dgi_role role)
{
    size_t i = 0;
    while (i < b->n_fields && b->fields[i].role != role)
        i++;
    return i;
}

void dgi_box_texts_free(dgi_box_texts *b)
{
    free(b->texts);
    dgi_buf_free(&b->chars);
    *b = (dgi_box_texts){0};
}

/* calloc() checks the product; it is never asked for nothing, whose answer may be NULL. */
static void *array(size_t count, size_t size)
{
    return calloc(count ? count : 1, size);
}

bool dgi_placed_scene_init(dgi_placed_scene *p, const dgi_scene *s)
{
    *p = (dgi_placed_scene){.scene = s};
    p->centres = array(s->n_boxes, sizeof *p->centres);
    p->text_centres = array(s->n_edge_texts, sizeof *p->text_centres);
    p->frames = array(s->n_groups, sizeof *p->frames);
    p->edges = array(s->n_edges, sizeof *p->edges);
    return p->centres && p->text_centres && p->frames && p->edges;
}

void dgi_placed_scene_free(dgi_placed_scene *p)
{
    free(p->centres);
    free(p->text_centres);
    free(p->frames);
    free(p->edges);
    free(p->points);
    free(p->lines);
    *p = (dgi_placed_scene){0};
}

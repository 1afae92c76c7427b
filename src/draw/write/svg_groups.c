#include <string.h>

#include "draw/write/svg_parts.h"

/* They are quiet: a thin outline and a slight fill, both of the colour of edges. Frames in frames
 * become darker, up to this depth, where every text has enough contrast yet. */
enum { DEPTH_OF_FILLS = 4 };

static uint32_t depth_of(const dgi_scene *s, uint32_t group)
{
    uint32_t depth = 0;
    while (depth < DEPTH_OF_FILLS && s->groups[group].parent != DGI_NONE_32) {
        group = s->groups[group].parent;
        depth++;
    }
    return depth;
}

static void put_group(dgi_svg *s, uint32_t i)
{
    const dgi_group *g = &s->scene->groups[i];
    const dgi_placed_frame *f = &s->placed->frames[i];
    dgi_point from = dgi_with_margin(f->from);
    dgi_svg_line how = {"text", NULL, NULL, " stroke=\"none\" fill-opacity=\"1\"",
                        DGI_GROUP_FONT_SIZE};
    how.fill = dgi_svg_colour(s, DGI_COLOUR_MUTED);
    dgi_svg_open_group(s, 'g', g->number, "");
    dgi_buf_puts(s->b, "dg-group\"><title>");
    dgi_put_text(s->b, g->scope, strlen(g->scope));
    dgi_buf_puts(s->b, "</title><rect");
    dgi_put_attribute(s->b, "x", from.x);
    dgi_put_attribute(s->b, "y", from.y);
    dgi_put_attribute(s->b, "width", f->to.x - f->from.x);
    dgi_put_attribute(s->b, "height", f->to.y - f->from.y);
    dgi_put_attribute(s->b, "rx", 6.0);
    if (depth_of(s->scene, i) == DEPTH_OF_FILLS)
        dgi_buf_puts(s->b, " fill-opacity=\"0\"");
    dgi_buf_puts(s->b, "/>");
    dgi_svg_put_line_from(s, how, g->label, strlen(g->label), g->label_width,
                          dgi_with_margin(f->label));
    dgi_svg_close_group(s);
}

void dgi_svg_put_groups(dgi_svg *s)
{
    if (s->scene->n_groups == 0)
        return;
    const char *colour = dgi_svg_colour(s, DGI_COLOUR_EDGE);
    dgi_buf_printf(s->b,
                   "<g class=\"dg-groups\" fill=\"%s\" stroke=\"%s\" fill-opacity=\".05\" "
                   "stroke-opacity=\".6\" stroke-width=\".75\">\n",
                   colour, colour);
    for (uint32_t i = 0; i < s->scene->n_groups; i++)
        if (s->placed->frames[i].to.x > s->placed->frames[i].from.x)
            put_group(s, i);
    dgi_svg_close_layer(s);
}

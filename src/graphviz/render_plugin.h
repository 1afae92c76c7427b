/* dotgrad's own Graphviz plugins for `-K dot`: built-in text metrics, and a renderer that draws
 * nothing but notes where everything is. */
#ifndef DGI_RENDER_PLUGIN_H
#define DGI_RENDER_PLUGIN_H

#include <gvc.h>
#include <gvplugin.h>

#include "draw/scene.h"

/* The format that reaches the renderer: its own, whatever other plugins there are. */
#define DGI_PLUGIN_FORMAT "svg:svg:dotgrad"

extern gvplugin_library_t gvplugin_dotgrad_LTX_library;

/* What the renderer fills in. */
typedef struct dgi_render_target {
    dgi_placed_scene *placed; /* borrowed; made by dgi_placed_scene_init() */
    size_t n_boxes;           /* how many have a place */
    size_t n_points, points_capacity;
    bool out_of_memory;
} dgi_render_target;

/* The records that are bound to Graphviz's objects, so that the renderer knows them again without
 * names. */
#define DGI_RECORD "dotgrad"

typedef struct dgi_graph_record {
    Agrec_t header;
    dgi_render_target *target;
} dgi_graph_record;

/* Of a node: its box. Of an edge: its edge of the scene. Of a cluster: its group. */
typedef struct dgi_index_record {
    Agrec_t header;
    uint32_t index;
} dgi_index_record;

#endif

/* dotgrad's own Graphviz plugins: built-in text metrics, and a renderer that writes the SVG. */
#ifndef DGI_RENDER_PLUGIN_H
#define DGI_RENDER_PLUGIN_H

#include <gvc.h>
#include <gvplugin.h>

#include "draw/write/svg.h"

/* The format that reaches the renderer: its own, whatever other plugins there are. */
#define DGI_PLUGIN_FORMAT "svg:svg:dotgrad"

extern gvplugin_library_t gvplugin_dotgrad_LTX_library;

/* The records that the adaptor binds to Graphviz's objects, so that the renderer knows them again
 * without names. */
#define DGI_RECORD "dotgrad"

typedef struct dgi_graph_record {
    Agrec_t header;
    dgi_svg *svg;
} dgi_graph_record;

typedef struct dgi_node_record {
    Agrec_t header;
    size_t node; /* of the trace */
    bool is_op;
} dgi_node_record;

typedef struct dgi_edge_record {
    Agrec_t header;
    size_t edge; /* counted over the whole picture */
} dgi_edge_record;

#endif

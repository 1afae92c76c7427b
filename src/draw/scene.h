/* What is drawn, between the trace and a file:
 *
 *     trace ──style──▶ scene ──place──▶ placed scene ──write──▶ bytes
 *
 * A scene is plain data: boxes with sizes and paints, the edges between them, groups around them.
 * Style makes it of a trace. A placer (flow, or Graphviz's dot) adds coordinates, and a writer
 * makes a file of both; it does not know who placed it.
 *
 * Only one thing is not kept: the texts in the boxes. They would take some 200 bytes a value, and
 * as much again for the tooltips, where the rest of a scene takes about 100. They are made twice
 * instead, by dgi_scene_box_texts(): when the box is measured, and when it is written.
 *
 * Sizes and coordinates are in points, x to the right and y down. */
#ifndef DGI_SCENE_H
#define DGI_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dotgrad/draw.h>

#include "base/buf.h"
#include "base/point.h"

/* The typography of the whole scene. The font's metrics are built in (style/font_metrics.c); first
 * in the list are the families that share them. */
#define DGI_FONT_FAMILY "Helvetica,Arial,'Liberation Sans','Nimbus Sans',sans-serif"
#define DGI_FONT_SIZE 13.0 /* where the scene's text_scale is 1 */
#define DGI_LINE_HEIGHT 16.0
#define DGI_MARGIN 8.0 /* free space around the whole; writers add it */

/* Where signs of mathematics are that those have not: in DejaVu on Linux, the others elsewhere. */
#define DGI_MATH_FONT_FAMILY "'DejaVu Sans','STIX Two Math','Cambria Math',sans-serif"

/* An index that is none. */
#define DGI_NONE_32 UINT32_MAX

/* ---- Boxes ---------------------------------------------------------------------------------- */

/* A value is a record, or a wire with its op before it. An op of its own is an ellipse,
 * or a pill around a long text. A folded group says what is in it. A stub is one of several places
 * where the same leaf, or folded group of leaves, is used. */
typedef enum dgi_box_kind { DGI_BOX_VALUE, DGI_BOX_OP, DGI_BOX_GROUP, DGI_BOX_STUB } dgi_box_kind;

/* Which colours a box has; what these are is the theme's. */
typedef enum dgi_paint {
    DGI_PAINT_VALUE,
    DGI_PAINT_LEAF,
    DGI_PAINT_ROOT,
    DGI_PAINT_OP,
    DGI_PAINT_COUNT
} dgi_paint;

/* Properties of a value that its texts do not show; a set of bits. */
enum {
    DGI_STATE_LEAF = 1 << 0,
    DGI_STATE_ROOT = 1 << 1,
    DGI_STATE_TENSOR = 1 << 2,
    DGI_STATE_UNSET = 1 << 3,     /* no backward pass reached it */
    DGI_STATE_NONFINITE = 1 << 4, /* one of its numbers, or of its gradient's, is not finite */
    DGI_STATE_USED = 1 << 5,      /* it is an operand of something */
    DGI_STATE_FORKED = 1 << 6,    /* of several */
    DGI_STATE_CELL = 1 << 7,      /* a colour stands at its wire in place of a number */
};

/* Whether a box or an edge stands out. */
typedef enum dgi_emphasis { DGI_AS_USUAL, DGI_HIGHLIGHTED, DGI_RECEDED } dgi_emphasis;

/* What the colour of a value says where colours say magnitudes. */
typedef enum dgi_heat {
    DGI_HEAT_NONE, /* nothing */
    DGI_HEAT_UNSET,
    DGI_HEAT_ZERO,
    DGI_HEAT_INFINITE,
    DGI_HEAT_NAN,
    DGI_HEAT_STEP /* on the scale: this and the index of its colour */
} dgi_heat;

/* How many colours the scale has, from the smallest magnitude on. */
enum { DGI_HEAT_STEPS = 10 };

/* A sign in a box beside its colour. */
typedef enum dgi_heat_mark { DGI_HEAT_NO_MARK, DGI_HEAT_VANISHING, DGI_HEAT_HUGE } dgi_heat_mark;

typedef struct dgi_box {
    double width, height;
    float op_width, op_height; /* of the ellipse or pill in the middle of the side where edges come
                                  in, to which they lead; 0: they lead to the side itself */
    uint32_t node;             /* of the trace; ids are made of it */
    uint32_t group;            /* the innermost group that it is in, or DGI_NONE_32 */
    uint8_t kind;              /* dgi_box_kind */
    uint8_t paint;             /* dgi_paint */
    uint8_t states;
    uint8_t emphasis;   /* dgi_emphasis */
    bool highlights_op; /* whether one that is part of the box stands out with it */
    uint8_t heat;       /* dgi_heat */
    uint8_t heat_mark;  /* dgi_heat_mark */
} dgi_box;

/* Whether an op of that size is a pill: a long text would touch an ellipse, whose ends are thin. */
static inline bool dgi_is_pill(double op_width, double op_height)
{
    return op_width > 3.0 * op_height;
}

/* ---- Texts of a box ------------------------------------------------------------------------- */

/* What a field is about. */
typedef enum dgi_role {
    DGI_ROLE_LABEL,
    DGI_ROLE_SHAPE,
    DGI_ROLE_DATA,
    DGI_ROLE_GRAD,
    DGI_ROLE_OP,
    DGI_ROLE_CONTENT, /* how much is in a group, of what */
    DGI_ROLE_ALERT    /* what is not finite in it */
} dgi_role;

/* A line of text, or a piece of a line with a position of its own. */
typedef struct dgi_text {
    size_t start, size; /* of its UTF-8 in the chars */
    double width;       /* as measured: the letters are fitted into it, whatever the font is */
    double left;        /* from the left end of its field's texts, where these have a width */
    double line;        /* counted from 0; between two lines where it belongs to both */
    bool spaced;        /* there is a space before it where the field is read as one text */
    bool alert;         /* a number that is not finite, or their count */
    bool italic, bold;
    bool rare;        /* in a font for mathematics */
    double font_size; /* 0: that of the scene */
    double rise;      /* of its baseline above that of the line */
    double thickness; /* other than 0: no text but a bar, whose middle `rise` says */
    uint8_t severity; /* of a badge: dg_severity */
} dgi_text;

typedef struct dgi_field {
    dgi_role role;
    bool bold;    /* as its texts are where they are not different */
    bool muted;   /* a gradient that was never computed */
    double width; /* with padding */
    double
        texts_width; /* of all texts together, where they have a `left`; 0: each is in the middle */
    size_t lines;
    bool tall; /* one line with a fraction, which needs the padding of a record */
    size_t first_text, n_texts;
    size_t n_badges;  /* of the last of these texts */
    dgi_point centre; /* of its texts, from the centre of the box */
} dgi_field;

/* A straight line, from the centre of the box. */
typedef struct dgi_segment {
    dgi_point from, to;
} dgi_segment;

enum { DGI_FIELDS_MAX = 5, DGI_SEGMENTS_MAX = DGI_FIELDS_MAX - 1 };

/* What is in one box, and where. One of these is used for many boxes, so that its memory is. */
typedef struct dgi_box_texts {
    double width, height; /* of the box */
    dgi_field fields[DGI_FIELDS_MAX];
    size_t n_fields;
    dgi_segment segments[DGI_SEGMENTS_MAX]; /* between the fields of a record; a wire */
    size_t n_segments;
    double op_width, op_height;  /* of the ellipse or pill of an op; 0: there is none */
    dgi_point op_centre;         /* from the centre of the box */
    bool dot;                    /* where the edges begin, since there are several */
    bool is_stack;               /* it is one of several groups, which stand out behind it */
    bool has_range;              /* of a group, there is a bar for the range of gradients, */
    bool range_is_set;           /* and some were computed */
    double range_from, range_to; /* in the width of the bar, from 0 to 1 */
    dgi_segment range;           /* the bar */
    dgi_text *texts;             /* owned; those of a field in the order in which they are read */
    size_t n_texts, texts_capacity;
    bool has_bars;  /* one of them ever had a bar */
    dgi_text spare; /* what dgi_add_text() returns where there is no memory for another */
    dgi_buf chars;  /* failed: memory ran out, also for texts */
} dgi_box_texts;

static inline const char *dgi_text_chars(const dgi_box_texts *b, const dgi_text *text)
{
    return b->chars.data + text->start;
}

/* The index of the field of that role, or n_fields. */
size_t dgi_find_field(const dgi_box_texts *b, dgi_role role);

void dgi_box_texts_free(dgi_box_texts *b);

/* ---- Edges ---------------------------------------------------------------------------------- */

typedef struct dgi_scene_edge {
    uint32_t from, to; /* boxes */
    uint32_t text;     /* index of its text, or DGI_NONE_32 */
    uint16_t weight;   /* how much it wants to be short and straight, 1 or more */
    uint8_t emphasis;  /* dgi_emphasis */
    uint8_t width;     /* in tenths of a point, by how many edges of a trace it is; 0: usual */
} dgi_scene_edge;

/* What a text on an edge is. */
typedef enum dgi_edge_text_kind {
    DGI_EDGE_COUNT, /* ×2; bold */
    DGI_EDGE_NAME,  /* the operand's, and no number */
    DGI_EDGE_LOCAL,
    DGI_EDGE_CONTRIBUTION
} dgi_edge_text_kind;

/* The size of those that are numbers or names, where the scene's text_scale is 1. */
#define DGI_EDGE_NUMBER_FONT_SIZE 11.0

typedef struct dgi_edge_text {
    size_t start, size; /* in the scene's edge_chars; terminated */
    double width, height;
    double number;    /* that it says */
    const char *name; /* of the operand, which it says first; borrowed; NULL: none */
    uint8_t kind;     /* dgi_edge_text_kind */
    bool counted;     /* it says how often an operand is used, too */
    bool is_norm;     /* it says a norm, of an array */
    bool hidden;      /* it is said in another frame */
} dgi_edge_text;

/* ---- Groups --------------------------------------------------------------------------------- */

/* A frame around boxes and around other groups: an open group of a fold. Without a fold n_groups is
 * 0, and every box's group DGI_NONE_32. */
typedef struct dgi_group {
    uint32_t parent;   /* the group that it is in, or DGI_NONE_32; smaller than its own index */
    uint32_t number;   /* ids are made of it: PREFIX-g5. No other group, and no box, has the same */
    const char *label; /* its name without that of the group around it; one line; borrowed */
    const char *scope; /* its whole name, for tooltips; borrowed */
    double label_width;
} dgi_group;

/* Where the scene's text_scale is 1: the size of a group's label, the height of the line that it
 * stands in, and the space between a frame and what is in it. */
#define DGI_GROUP_FONT_SIZE 10.0
#define DGI_GROUP_LINE_HEIGHT 13.0
#define DGI_GROUP_PADDING 8.0

/* ---- The legend ----------------------------------------------------------------------------- */

/* What an entry shows: a small box, or a text as in the picture. */
typedef enum dgi_legend_sign {
    DGI_LEGEND_LEAF,
    DGI_LEGEND_VALUE,
    DGI_LEGEND_ROOT,
    DGI_LEGEND_OP,
    DGI_LEGEND_TEXT,
    DGI_LEGEND_MUTED,
    DGI_LEGEND_ALERT,
    DGI_LEGEND_GRAD,
    DGI_LEGEND_HEAT, /* the scale of colours */
    DGI_LEGEND_ZERO,
    DGI_LEGEND_VANISHING,
    DGI_LEGEND_HUGE,
    DGI_LEGEND_INFINITE,
    DGI_LEGEND_NAN,
    DGI_LEGEND_UNSET
} dgi_legend_sign;

typedef struct dgi_legend_entry {
    dgi_legend_sign sign;
    const char *sample;  /* static; bold; NULL: a box */
    const char *meaning; /* static, or the scene's */
    double sample_width, meaning_width;
} dgi_legend_entry;

enum { DGI_LEGEND_MAX = 24 };

/* Its typography, where the scene's text_scale is 1: the size of its text, the width of its boxes,
 * and the space before a meaning. */
#define DGI_LEGEND_FONT_SIZE 10.0
#define DGI_LEGEND_BOX_WIDTH 20.0
#define DGI_LEGEND_HEAT_WIDTH 9.0 /* of each colour of the scale */
#define DGI_LEGEND_GAP 5.0

/* ---- Notes ---------------------------------------------------------------------------------- */

/* What a badge stands for: a line below the picture, or several. */
typedef struct dgi_note {
    uint8_t severity;             /* dg_severity */
    uint8_t number;               /* of its badges; 0: it has none, and is about the whole */
    uint32_t first_word, n_words; /* of the scene's */
} dgi_note;

/* A word of notes in the scene's note_chars, with a space between it and the next one. */
typedef struct dgi_word {
    size_t start, size;
    double width;
} dgi_word;

/* A badge with a number is as high, and as wide or wider, where the scene's text_scale is 1. */
#define DGI_BADGE_SIZE 14.0
#define DGI_BADGE_FONT_SIZE 9.5

/* The size of texts of notes, where the scene's text_scale is 1. */
#define DGI_NOTE_FONT_SIZE 10.0

/* ---- The scene ------------------------------------------------------------------------------ */

/* Whether the data flows down or up. Then the fields of a record are stacked, and else side by
 * side: across the flow, so that ranks are no thicker than they have to be. */
static inline bool dgi_is_vertical(dg_direction direction)
{
    return direction == DG_TOP_TO_BOTTOM || direction == DG_BOTTOM_TO_TOP;
}

typedef struct dgi_scene {
    dg_direction direction; /* where the data flows */
    double text_scale;      /* the font size in relation to DGI_FONT_SIZE */
    dg_style style;
    char *title, *description; /* of the whole, for who does not see it; one line each; owned */

    dgi_box *boxes;        /* owned; the values in the order of the trace, then the ops likewise */
    uint32_t n_boxes;      /* of both */
    uint32_t n_values;     /* of the first kind */
    dgi_scene_edge *edges; /* owned; those from an op to its value, then those from operands */
    uint32_t n_edges;      /* of both */
    dgi_edge_text *edge_texts; /* owned, in the order of the edges */
    uint32_t n_edge_texts;
    dgi_buf edge_chars;
    bool texts_on_edges; /* each has a place of its own along its edge; else they stand together
                            where edges come in */
    dgi_group *groups;   /* owned */
    uint32_t n_groups;
    dgi_legend_entry legend[DGI_LEGEND_MAX];
    uint32_t n_legend; /* 0: there is no legend */

    dgi_note *notes; /* owned */
    uint32_t n_notes;
    uint8_t n_numbers;
    dgi_word *words; /* owned */
    uint32_t n_words;
    dgi_buf note_chars;
    double space_width;    /* between words */
    uint32_t *first_badge; /* owned; of each node, and one more: into badges; or NULL */
    uint32_t *badges;      /* owned; the notes on each node */

    dg_color color;          /* whether colours say magnitudes, and of what */
    int heat_low, heat_high; /* the decades of the scale; the same: no number is on it */
    bool heat_is_cut;        /* smaller numbers have the colour of the smallest */
    bool heat_has_unset;     /* another frame has gradients that are not set */
    char *heat_words;        /* owned; what the scale is, for the legend; or NULL */

    bool has_bars;     /* a label has a fraction */
    bool has_folded;   /* a box is a folded group, or a stub */
    bool has_emphasis; /* something stands out */

    struct dgi_text_source *source; /* owned; what the texts of boxes are made of, style's own */
} dgi_scene;

void dgi_scene_free(dgi_scene *s);

/* Replaces the texts in *b by those of the box, scaled. False when out of memory. */
bool dgi_scene_box_texts(const dgi_scene *s, uint32_t box, dgi_box_texts *b);

/* How far the groups behind another one stand out to the right and above, all together; the box is
 * so much larger. */
#define DGI_STACK_OFFSET 6.0

/* Appends what the ids of a value's box and of its op have behind the prefix: "v3", or "g5" of a
 * folded group. */
void dgi_scene_put_box_id(const dgi_scene *s, uint32_t node, dgi_buf *b);

/* Appends the tooltip of a value's box: all about it on several lines, with all digits. */
void dgi_scene_put_tooltip(const dgi_scene *s, uint32_t box, dgi_buf *b);

/* The same of an edge with a number: where it leads, and all digits. */
void dgi_scene_put_edge_tooltip(const dgi_scene *s, uint32_t edge, dgi_buf *b);

/* ---- The placed scene ----------------------------------------------------------------------- */

/* A line of a note: some of its words. */
typedef struct dgi_placed_line {
    uint32_t note;
    uint32_t first_word, n_words;
    double width;
    dgi_point left; /* the middle of its left side, after the badge */
} dgi_placed_line;

typedef struct dgi_placed_edge {
    uint32_t edge;          /* of the scene */
    uint32_t n_points;      /* 1 + 3k: a piecewise cubic Bezier curve from the first box to where */
    size_t first_point;     /* the arrowhead begins */
    dgi_point arrowhead[3]; /* a triangle, its tip in the middle */
} dgi_placed_edge;

/* The frame of a group; without any size where no box is in it. */
typedef struct dgi_placed_frame {
    dgi_point from, to; /* its corners at the upper left and the lower right */
    dgi_point label;    /* the middle of its left side */
} dgi_placed_frame;

/* A scene's coordinates. All that is drawn lies in [0,width] x [0,height]. */
typedef struct dgi_placed_scene {
    const dgi_scene *scene; /* borrowed */
    double width, height;
    dgi_point *centres;       /* owned; of each box */
    dgi_point *text_centres;  /* owned; of each text on an edge */
    dgi_placed_frame *frames; /* owned; of each group */
    dgi_placed_edge *edges;   /* owned; in the order in which they are drawn */
    size_t n_edges;
    dgi_point *points;                /* owned; of all edges */
    dgi_point legend[DGI_LEGEND_MAX]; /* the middle of each entry's left side */
    dgi_placed_line *lines;           /* owned; of notes */
    size_t n_lines;
} dgi_placed_scene;

/* The size of the picture, with the free space around it. */
static inline dgi_point dgi_picture_size(const dgi_placed_scene *p)
{
    return (dgi_point){p->width + 2.0 * DGI_MARGIN, p->height + 2.0 * DGI_MARGIN};
}

/* False when out of memory. What comes back has memory for every edge of the scene, and none for
 * points. */
bool dgi_placed_scene_init(dgi_placed_scene *p, const dgi_scene *s);
void dgi_placed_scene_free(dgi_placed_scene *p);

#endif

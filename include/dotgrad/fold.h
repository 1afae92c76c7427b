/**
 * @file fold.h
 * @brief Large traces made readable: scopes folded into groups, and slices.
 *
 * The scopes of a trace's values are a tree of *groups*: "layer 0/neuron 2" is the group
 * "neuron 2" in "layer 0". A *fold* says of each group whether it is open or folded. It results in
 * *boxes*: a value that no folded group holds is a box of its own, and a folded group is one box
 * for all of its values. Each value lies in exactly one box. An open group is a *frame* around the
 * boxes in it.
 *
 * - Groups follow scopes only, never the likeness of labels. A group with one child disappears: its
 *   child takes its place. Of a scope, the first #DG_FOLD_DEPTH_MAX names count.
 * - The graph of the boxes has no cycle. A group whose contraction would make one is split into
 *   *parts*, once for a trace and whatever else is folded.
 * - *Repeats*: folded groups that follow one another and are of one shape, which is compared node
 * by node, are one box.
 * - A group with more than #DG_FOLD_CHILDREN_MAX children is divided into ranges: "1–100 of 400",
 * or "1–10 of 400" where groups are among them. There are 50 at most; longer ones are divided
 * again.
 * - A leaf, or a folded group of leaves only, is to be drawn as a *stub* at each of its uses where
 *   there are 15 boxes or more, its uses lead to 5 boxes or more, and to more than Q3 + (Q3 - Q1),
 *   where Q1 and Q3 are the quartiles of that number over all boxes that are used.
 *
 * Making a fold takes time linear in nodes and edges for each level of scopes.
 */
#ifndef DOTGRAD_FOLD_H
#define DOTGRAD_FOLD_H

#include <dotgrad/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a trace is folded: its groups, boxes and the edges between them. */
typedef struct dg_fold dg_fold;

#define DG_FOLD_DEPTH_MAX 32     /**< names of a scope that make groups; the rest is one name */
#define DG_FOLD_CHILDREN_MAX 100 /**< children of a group that is not divided into ranges */
#define DG_FOLD_BOXES 60         /**< boxes that `auto` leaves */

/** @name Making and freeing
 * @{ */

/** What to fold; zero, or a NULL pointer to the whole, means the default. */
typedef struct dg_fold_options {
    /** One of: "none", the default, which opens all groups; "auto", which opens groups as long as
     * there are no more boxes than `boxes`, next the one that holds the most values for each box
     * that opening it adds, up to one that holds less than half as many for each as the values of
     * the trace divided by `boxes`; a number, the depth of the groups that are folded, 1 for the
     * outermost; or names of groups that are folded, separated by commas. A name is a whole scope,
     * "layer 0/neuron 2", or the end of one, "neuron 2", which may be several groups. */
    const char *fold;
    /** Names of groups that are open, with all groups around them, whatever `fold` says; or NULL.
     * What is in such a group stays folded, unless it has 100 values or fewer. */
    const char *open;
    size_t boxes;     /**< how many boxes "auto" leaves; default: #DG_FOLD_BOXES. A lower number
                           only folds more. */
    int whole_leaves; /**< no leaf is drawn as stubs */
} dg_fold_options;

/**
 * Folds @p t. It must stay as it is, and not be freed, as long as the fold is used.
 * @param t       the trace
 * @param options what to fold; may be NULL
 * @param error   receives the reason; may be NULL
 * @return the fold, which the caller frees with dg_fold_free(); NULL with #DG_INVALID (NULL, or
 *         there is no group of such a name), #DG_FORMAT (no nodes, or a cycle), #DG_LIMIT or
 *         #DG_NOMEM
 */
DG_API dg_fold *dg_fold_new(const dg_trace *t, const dg_fold_options *options, dg_error *error);

/** Frees @p f; NULL is allowed. */
DG_API void dg_fold_free(dg_fold *f);

/** @} */
/** @name Boxes
 * They are numbered from 0, in an order in which what is in one group stands together. For a NULL
 * fold, or if there is no such box, functions return 0, "", #DG_NO_NODE or #DG_NO_BOX.
 * @{ */

/** No box, or no frame. */
#define DG_NO_BOX ((size_t)-1)

/** What a box is. */
typedef enum dg_box_kind {
    DG_BOX_VALUE = 0, /**< one value */
    DG_BOX_GROUP,     /**< a folded group, or a part of one that was split */
    DG_BOX_REPEAT,    /**< several folded groups of one shape */
    DG_BOX_RANGE      /**< a range of the children of a large group */
} dg_box_kind;

/** The counts of a box. */
typedef struct dg_box {
    dg_box_kind kind;  /**< what it is */
    size_t frame;      /**< the innermost open group around it; #DG_NO_BOX: none */
    size_t values;     /**< how many values lie in it */
    size_t parameters; /**< how many of them are parameters: labelled leaves that were made in a
                            scope; where no labelled leaf has a scope, labelled leaves */
    size_t leaves;     /**< how many of them are leaves */
    size_t edges;      /**< edges from one of them to another */
    size_t ops;        /**< how many kinds of ops they have; see dg_fold_box_op() */
    size_t inputs;     /**< how many values of other boxes they use */
    size_t outputs;    /**< how many of them are used by other boxes */
    size_t repeats;    /**< of #DG_BOX_REPEAT how many groups it is, else 1 */
    int shared;        /**< of #DG_BOX_REPEAT whether all of them share their parameters: they use
                            the same leaves outside, and have none with a label */
    size_t part;       /**< of a group that was split which part it is, from 1; else 0 */
    size_t parts;      /**< and of how many */
    int stub;          /**< whether it is to be drawn as a stub at each of its uses */
    size_t group; /**< of a box that is no value the number of its group, of repeats that of the
                       first: the same whatever is folded, and different from that of every
                       other box and frame; else 0 */
} dg_box;

/** The number of boxes. */
DG_API size_t dg_fold_box_count(const dg_fold *f);

/** Copies what is known of @p box to @p out.
 * @return #DG_OK, or #DG_INVALID if there is no such box, or for NULL */
DG_API dg_status dg_fold_box(const dg_fold *f, size_t box, dg_box *out);

/** What the box is called: of a value its label, or else its op; of a group its name without that
 * of the group around it; of repeats the name of the first; of a range "1–100 of 400". Borrowed
 * from the fold. */
DG_API const char *dg_fold_box_name(const dg_fold *f, size_t box);

/** The scope of the group, or of the value. Of a range that of the group that it is in. Borrowed.
 */
DG_API const char *dg_fold_box_scope(const dg_fold *f, size_t box);

/** Value number @p i of the box, as a node of the trace. */
DG_API size_t dg_fold_box_node(const dg_fold *f, size_t box, size_t i);

/** The box that @p node lies in. */
DG_API size_t dg_fold_box_of(const dg_fold *f, size_t node);

/** Kind @p i of the ops in the box, the most frequent first: its text, and to @p count, which may
 * be NULL, how many there are. Borrowed from the trace. */
DG_API const char *dg_fold_box_op(const dg_fold *f, size_t box, size_t i, size_t *count);

/** @} */
/** @name Frames: the open groups
 * A frame stands behind the one around it. Each is a group, a part of one, or a range.
 * @{ */

/** The number of frames. */
DG_API size_t dg_fold_frame_count(const dg_fold *f);

/** The frame around @p frame; #DG_NO_BOX for an outermost one. */
DG_API size_t dg_fold_frame_parent(const dg_fold *f, size_t frame);

/** Its name, as that of a box. */
DG_API const char *dg_fold_frame_name(const dg_fold *f, size_t frame);

/** Its scope, as that of a box. */
DG_API const char *dg_fold_frame_scope(const dg_fold *f, size_t frame);

/** The number of its group, as dg_box.group; 0 if there is no such frame. */
DG_API size_t dg_fold_frame_group(const dg_fold *f, size_t frame);

/** @} */
/** @name Edges between boxes
 * @{ */

/** The number of pairs of boxes between which there is an edge. */
DG_API size_t dg_fold_edge_count(const dg_fold *f);

/** Edge @p i: it leads from the box @p from to the box @p to and stands for @p count edges of the
 * trace. Each of these pointers may be NULL.
 * @return #DG_INVALID if there is no such edge */
DG_API dg_status dg_fold_edge(const dg_fold *f, size_t i, size_t *from, size_t *to, size_t *count);

/** @} */
/** @name As a trace
 * @{ */

/**
 * A trace of the boxes, which can be drawn and written as any other. A value is as it was, without
 * its id. Of another box the label is its scope, with what is said of ranges, repeats ("×4", "+3
 * more") and parts ("(1 of 2)"), the op is "1488 values" (in the label where it uses no other box),
 * and the gradient is the worst in it: nan, else the one of the largest magnitude. Its data is not
 * known, unless a number in it is not finite: then it is one of these. It has an operand for each
 * edge that leads to it from another box.
 * @return the trace, which the caller frees with dg_trace_free(); NULL for NULL, or when out of
 *         memory
 */
DG_API dg_trace *dg_trace_from_fold(const dg_fold *f);

/** @} */
/** @name What was done
 * @{ */

/** A text of several lines: which groups are open and folded, in the order in which "auto" opened
 * them, and what was split, divided, repeated and drawn as stubs, and why. NULL for NULL, or when
 * out of memory. The caller frees it with dg_free(). */
DG_API char *dg_fold_explanation(const dg_fold *f);

/** @} */

/** @name Slices: a part of a trace
 * A slice is a trace of its own. What was cut off is drawn as *stubs*, which say how many values
 * they stand for:
 *
 * - A value that a kept one uses keeps its data and gradient, and loses its op. Its label says how
 *   many other values it stands for, those that it was computed from and that no other stub counts:
 *   "h … 12 more". Where these use kept values, its op is "…" with these as operands; else it is a
 *   leaf. What is a leaf anyway stays as it is.
 * - All else that uses kept values is one node, whose op is "…". It is the root, with the root's
 * data and gradient: "loss … 40 more". Where the root is kept, it is a root beside it, without
 * data.
 *
 * Making one takes time linear in nodes and edges.
 * @{ */

/** The values that are at most @p distance edges before @p node, or behind it.
 * @return the slice, which the caller frees with dg_trace_free(); NULL with #DG_INVALID (NULL, or
 *         there is no such node), or #DG_NOMEM. @p error receives the reason; it may be NULL. */
DG_API dg_trace *dg_trace_around(const dg_trace *t, size_t node, size_t distance, dg_error *error);

/** The values on all paths between @p a and @p b, whichever of the two uses the other.
 * @return the slice, as dg_trace_around(); #DG_INVALID also where there is no path */
DG_API dg_trace *dg_trace_between(const dg_trace *t, size_t a, size_t b, dg_error *error);

/** @} */

#ifdef __cplusplus
}
#endif

#endif

#include "draw/write/theme.h"

/* Texts have a contrast of 4.5:1 or more with every fill that they stand on, strokes of 3:1 with
 * their fill and with what is behind the picture: white to #f5f5f5, or black to #2b2b2b. What a box
 * is does not depend on its colour alone: see put_record() in svg.c. doc/integrations/dotgrad.css
 * has the same colours. */
static const struct {
    const char *name, *light, *dark;
} colours[DGI_COLOUR_COUNT] = {
    [DGI_COLOUR_TEXT] = {"text", "#1f2937", "#e5e7eb"},
    [DGI_COLOUR_EDGE] = {"edge", "#64748b", "#94a3b8"},
    [DGI_COLOUR_MUTED] = {"muted", "#526075", "#a3b0c2"},
    [DGI_COLOUR_ALERT] = {"alert", "#b91c1c", "#fca5a5"},
    [DGI_COLOUR_GRAD] = {"grad", "#7e22ce", "#d8b4fe"},
    [DGI_COLOUR_VALUE_FILL] = {"value-fill", "#ffffff", "#1e293b"},
    [DGI_COLOUR_VALUE_STROKE] = {"value-stroke", "#64748b", "#94a3b8"},
    [DGI_COLOUR_LEAF_FILL] = {"leaf-fill", "#dbeafe", "#172554"},
    [DGI_COLOUR_LEAF_STROKE] = {"leaf-stroke", "#2563eb", "#60a5fa"},
    [DGI_COLOUR_ROOT_FILL] = {"root-fill", "#dcfce7", "#052e16"},
    [DGI_COLOUR_ROOT_STROKE] = {"root-stroke", "#15803d", "#22c55e"},
    [DGI_COLOUR_OP_FILL] = {"op-fill", "#fef3c7", "#451a03"},
    [DGI_COLOUR_OP_STROKE] = {"op-stroke", "#b45309", "#f59e0b"},
    /* In CIELAB the lightness falls from 96 to 17 in equal steps; the hue turns from yellow over
     * green to blue, by so much that each step has the same CIEDE2000 difference, 10.6. With the
     * usual kinds of colour blindness a step is 5 or more, and in grey the lightness is left. On a
     * dark background the scale is turned round. Black or white is readable on each. */
    [DGI_COLOUR_HEAT] = {"heat-0", "#fef5c2", "#10275b"},
    [DGI_COLOUR_HEAT + 1] = {"heat-1", "#cde39f", "#004067"},
    [DGI_COLOUR_HEAT + 2] = {"heat-2", "#90d292", "#005873"},
    [DGI_COLOUR_HEAT + 3] = {"heat-3", "#52bd95", "#00717f"},
    [DGI_COLOUR_HEAT + 4] = {"heat-4", "#1aa595", "#008b8d"},
    [DGI_COLOUR_HEAT + 5] = {"heat-5", "#008b8d", "#1aa595"},
    [DGI_COLOUR_HEAT + 6] = {"heat-6", "#00717f", "#52bd95"},
    [DGI_COLOUR_HEAT + 7] = {"heat-7", "#005873", "#90d292"},
    [DGI_COLOUR_HEAT + 8] = {"heat-8", "#004067", "#cde39f"},
    [DGI_COLOUR_HEAT + 9] = {"heat-9", "#10275b", "#fef5c2"},
    [DGI_COLOUR_HEAT_LOW] = {"heat-low", "#000000", "#ffffff"},
    [DGI_COLOUR_HEAT_MIDDLE] = {"heat-middle", "#000000", "#000000"},
    [DGI_COLOUR_HEAT_HIGH] = {"heat-high", "#ffffff", "#000000"},
};

const char *dgi_theme_colour(dg_theme theme, dgi_colour colour)
{
    return theme == DG_THEME_DARK ? colours[colour].dark : colours[colour].light;
}

/* "--dg-text:#1f2937;--dg-edge:…", without a semicolon at the end. */
static void put_variables(dgi_buf *b, const char *prefix, dg_theme theme, const dgi_scene *s)
{
    dgi_colour end = s->color == DG_COLOR_NONE ? DGI_COLOUR_HEAT : DGI_COLOUR_COUNT;
    for (dgi_colour c = DGI_COLOUR_TEXT; c < end; c++)
        dgi_buf_printf(b, "%s%s%s:%s", c ? ";" : "", prefix, colours[c].name,
                       dgi_theme_colour(theme, c));
}

void dgi_put_theme_variables(dgi_buf *b, dg_theme theme, const dgi_scene *s)
{
    if (theme != DG_THEME_AUTO)
        put_variables(b, "--dg-", theme, s);
}

/* What has which colour. */
static const char rules[] =
    ".dotgrad text{fill:var(--dg-text,var(--dgd-text))}\n"
    ".dotgrad .dg-value rect{fill:var(--dg-value-fill,var(--dgd-value-fill))}\n"
    ".dotgrad .dg-value rect,.dotgrad .dg-value path"
    "{stroke:var(--dg-value-stroke,var(--dgd-value-stroke))}\n"
    ".dotgrad .dg-leaf rect{fill:var(--dg-leaf-fill,var(--dgd-leaf-fill))}\n"
    ".dotgrad .dg-leaf rect,.dotgrad .dg-leaf path"
    "{stroke:var(--dg-leaf-stroke,var(--dgd-leaf-stroke))}\n"
    ".dotgrad .dg-root rect{fill:var(--dg-root-fill,var(--dgd-root-fill))}\n"
    ".dotgrad .dg-root rect,.dotgrad .dg-root path"
    "{stroke:var(--dg-root-stroke,var(--dgd-root-stroke))}\n"
    ".dotgrad .dg-op ellipse,.dotgrad .dg-op rect{fill:var(--dg-op-fill,var(--dgd-op-fill));"
    "stroke:var(--dg-op-stroke,var(--dgd-op-stroke))}\n"
    ".dotgrad .dg-edge{fill:var(--dg-edge,var(--dgd-edge));"
    "stroke:var(--dg-edge,var(--dgd-edge))}\n"
    ".dotgrad .dg-times{fill:var(--dg-edge,var(--dgd-edge))}\n"
    ".dotgrad .dg-unset .dg-grad{fill:var(--dg-muted,var(--dgd-muted))}\n"
    ".dotgrad .dg-alert{fill:var(--dg-alert,var(--dgd-alert))}\n";

/* The same in circuits. */
static const char wire_rules[] =
    ".dotgrad .dg-wires path{stroke:var(--dg-edge,var(--dgd-edge))}\n"
    ".dotgrad .dg-wires circle{fill:var(--dg-edge,var(--dgd-edge))}\n"
    ".dotgrad .dg-wires .dg-grad{fill:var(--dg-grad,var(--dgd-grad))}\n"
    ".dotgrad .dg-wires .dg-alert{fill:var(--dg-alert,var(--dgd-alert))}\n";

/* Those of fractions, of numbers on edges, and of highlights. */
static const char bar_rules[] = ".dotgrad .dg-bar{stroke:var(--dg-text,var(--dgd-text))}\n";
static const char edge_number_rules[] =
    ".dotgrad .dg-local,.dotgrad .dg-contribution{fill:var(--dg-muted,var(--dgd-muted))}\n"
    ".dotgrad .dg-edge .dg-alert{fill:var(--dg-alert,var(--dgd-alert))}\n";
static const char emphasis_rules[] =
    ".dotgrad .dg-receded rect,.dotgrad .dg-receded ellipse,.dotgrad .dg-receded.dg-op ellipse,"
    ".dotgrad .dg-receded.dg-op rect"
    "{fill:var(--dg-value-fill,var(--dgd-value-fill));"
    "stroke:var(--dg-value-stroke,var(--dgd-value-stroke))}\n"
    ".dotgrad .dg-value.dg-receded path{stroke:var(--dg-value-stroke,var(--dgd-value-stroke))}\n"
    ".dotgrad .dg-wires .dg-highlight path{stroke:var(--dg-text,var(--dgd-text))}\n"
    ".dotgrad .dg-wires .dg-highlight circle{fill:var(--dg-text,var(--dgd-text))}\n"
    ".dotgrad .dg-edge.dg-highlight{fill:var(--dg-text,var(--dgd-text));"
    "stroke:var(--dg-text,var(--dgd-text))}\n";

/* ".dotgrad .dg-legend-leaf{fill:var(--dg-leaf-fill,var(--dgd-leaf-fill));stroke:…}" */
static void put_legend_rules(dgi_buf *b)
{
    static const char *const boxes[] = {"leaf", "value", "root", "op"}, *const texts[] = {"muted",
                                                                                          "alert",
                                                                                          "grad"};
    for (int i = 0; i < 4; i++)
        dgi_buf_printf(b,
                       ".dotgrad .dg-legend-%s{fill:var(--dg-%s-fill,var(--dgd-%s-fill));"
                       "stroke:var(--dg-%s-stroke,var(--dgd-%s-stroke))}\n",
                       boxes[i], boxes[i], boxes[i], boxes[i], boxes[i]);
    for (int i = 0; i < 3; i++)
        dgi_buf_printf(b, ".dotgrad .dg-legend-%s{fill:var(--dg-%s,var(--dgd-%s))}\n", texts[i],
                       texts[i], texts[i]);
}

/* Those of colours that say magnitudes, with what has no colour then. */
static void put_heat_rules(dgi_buf *b)
{
    static const char *const texts[] = {"low", "middle", "high"};
    dgi_buf_puts(b, ".dotgrad .dg-value rect.dg-plain,.dotgrad .dg-op .dg-plain,"
                    ".dotgrad .dg-legend .dg-plain"
                    "{fill:var(--dg-value-fill,var(--dgd-value-fill))}\n"
                    ".dotgrad .dg-op .dg-plain"
                    "{stroke:var(--dg-value-stroke,var(--dgd-value-stroke))}\n"
                    ".dotgrad .dg-mark{fill:var(--dg-text,var(--dgd-text))}\n"
                    ".dotgrad .dg-value .dg-cell{stroke:var(--dg-edge,var(--dgd-edge))}\n"
                    ".dotgrad path.dg-hatch.dg-hatch{stroke:var(--dg-edge,var(--dgd-edge))}\n"
                    ".dotgrad path.dg-hatch.dg-alert{stroke:var(--dg-alert,var(--dgd-alert))}\n");
    for (int i = 0; i < DGI_HEAT_STEPS; i++)
        dgi_buf_printf(
            b, ".dotgrad rect.dg-heat-%d.dg-heat-%d{fill:var(--dg-heat-%d,var(--dgd-heat-%d))}\n",
            i, i, i, i);
    for (int i = 0; i < 3; i++)
        dgi_buf_printf(b,
                       ".dotgrad .dg-value .dg-on-%s{fill:var(--dg-heat-%s,var(--dgd-heat-%s))}\n"
                       ".dotgrad .dg-value path.dg-on-%s,.dotgrad .dg-value line.dg-on-%s"
                       "{stroke:var(--dg-heat-%s,var(--dgd-heat-%s))}\n",
                       texts[i], texts[i], texts[i], texts[i], texts[i], texts[i], texts[i]);
}

/* Those of frames. */
static const char group_rules[] =
    ".dotgrad .dg-group rect{fill:var(--dg-edge,var(--dgd-edge));"
    "stroke:var(--dg-edge,var(--dgd-edge))}\n"
    ".dotgrad .dg-group text{fill:var(--dg-muted,var(--dgd-muted))}\n";

/* Those of folded groups. */
static const char fold_rules[] = ".dotgrad .dg-scale{stroke:var(--dg-edge,var(--dgd-edge))}\n"
                                 ".dotgrad .dg-range{stroke:var(--dg-grad,var(--dgd-grad))}\n";

/* Those of badges. */
static const char badge_rules[] =
    ".dotgrad rect.dg-note.dg-badge.dg-badge{fill:var(--dg-value-fill,var(--dgd-value-fill));"
    "stroke:var(--dg-edge,var(--dgd-edge))}\n"
    ".dotgrad rect.dg-warning.dg-badge.dg-badge{fill:var(--dg-op-fill,var(--dgd-op-fill));"
    "stroke:var(--dg-op-stroke,var(--dgd-op-stroke))}\n"
    ".dotgrad rect.dg-error.dg-badge.dg-badge{fill:var(--dg-alert,var(--dgd-alert));"
    "stroke:var(--dg-alert,var(--dgd-alert))}\n"
    ".dotgrad text.dg-on-error{fill:var(--dg-value-fill,var(--dgd-value-fill))}\n";

/* A page sets --dg-…; where it does not, the private --dgd-… apply, which follow the reader's
 * colour scheme. Many renderers know CSS, but no var(), and would draw everything black: they must
 * not see these rules, so that they keep the attributes. */
void dgi_put_theme_style(dgi_buf *b, dg_theme theme, const dgi_scene *s)
{
    if (theme != DG_THEME_AUTO)
        return;
    dgi_buf_puts(b, "<style>\n@supports (color:var(--a)){\n.dotgrad{");
    put_variables(b, "--dgd-", DG_THEME_LIGHT, s);
    dgi_buf_puts(b, "}\n@media (prefers-color-scheme:dark){.dotgrad{");
    put_variables(b, "--dgd-", DG_THEME_DARK, s);
    dgi_buf_puts(b, "}}\n");
    dgi_buf_puts(b, rules);
    if (s->style == DG_STYLE_WIRE)
        dgi_buf_puts(b, wire_rules);
    if (s->has_bars)
        dgi_buf_puts(b, bar_rules);
    if (s->texts_on_edges)
        dgi_buf_puts(b, edge_number_rules);
    if (s->has_emphasis)
        dgi_buf_puts(b, emphasis_rules);
    if (s->n_legend)
        put_legend_rules(b);
    if (s->color != DG_COLOR_NONE)
        put_heat_rules(b);
    if (s->n_groups)
        dgi_buf_puts(b, group_rules);
    if (s->has_folded)
        dgi_buf_puts(b, fold_rules);
    if (s->n_notes || s->has_folded)
        dgi_buf_puts(b, badge_rules);
    dgi_buf_puts(b, "}\n</style>\n");
}

#include "draw/write/theme.h"

const dgi_colours dgi_theme[DGI_PAINT_COUNT] = {
    [DGI_PAINT_VALUE] = {"#ffffff", "#64748b"},
    [DGI_PAINT_LEAF] = {"#eff6ff", "#60a5fa"},
    [DGI_PAINT_ROOT] = {"#f0fdf4", "#16a34a"},
    [DGI_PAINT_OP] = {"#fef3c7", "#d97706"},
};

/* A page sets --dg-…; where it does not, the private --dgd-… apply, which follow the viewer's
 * colour scheme. A viewer that knows neither keeps the attributes, which are the light colours. */
const char dgi_theme_css[] =
    "<style>\n"
    ".dotgrad{--dgd-text:#1f2937;--dgd-edge:#64748b;--dgd-muted:#94a3b8;--dgd-alert:#dc2626;"
    "--dgd-value-fill:#ffffff;--dgd-value-stroke:#64748b;"
    "--dgd-leaf-fill:#eff6ff;--dgd-leaf-stroke:#60a5fa;"
    "--dgd-root-fill:#f0fdf4;--dgd-root-stroke:#16a34a;"
    "--dgd-op-fill:#fef3c7;--dgd-op-stroke:#d97706}\n"
    "@media (prefers-color-scheme:dark){.dotgrad{--dgd-text:#e5e7eb;--dgd-edge:#94a3b8;"
    "--dgd-muted:#64748b;--dgd-alert:#f87171;"
    "--dgd-value-fill:#1e293b;--dgd-value-stroke:#94a3b8;"
    "--dgd-leaf-fill:#172554;--dgd-leaf-stroke:#3b82f6;"
    "--dgd-root-fill:#052e16;--dgd-root-stroke:#22c55e;"
    "--dgd-op-fill:#451a03;--dgd-op-stroke:#f59e0b}}\n"
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
    ".dotgrad .dg-op ellipse{fill:var(--dg-op-fill,var(--dgd-op-fill));"
    "stroke:var(--dg-op-stroke,var(--dgd-op-stroke))}\n"
    ".dotgrad .dg-edge{fill:var(--dg-edge,var(--dgd-edge));"
    "stroke:var(--dg-edge,var(--dgd-edge))}\n"
    ".dotgrad .dg-times{fill:var(--dg-edge,var(--dgd-edge))}\n"
    ".dotgrad .dg-unset .dg-grad{fill:var(--dg-muted,var(--dgd-muted))}\n"
    ".dotgrad .dg-alert{fill:var(--dg-alert,var(--dgd-alert))}\n"
    "</style>\n";

/* What `dot -Kflow -TFORMAT <FILE` does, with the plugin linked in: for builds that Graphviz's own
 * programs cannot load a plugin of. Exit status 1 where Graphviz told of an error. */
#include <gvc.h>
#include <gvplugin.h>

#include <stdio.h>

extern gvplugin_library_t gvplugin_core_LTX_library;
extern gvplugin_library_t gvplugin_dotgrad_LTX_library;

static const lt_symlist_t plugins[] = {
    {"gvplugin_dotgrad_LTX_library", &gvplugin_dotgrad_LTX_library},
    {"gvplugin_core_LTX_library", &gvplugin_core_LTX_library},
    {NULL, NULL},
};

static int draw(GVC_t *context, graph_t *g, const char *format)
{
    char *data = NULL;
    unsigned size = 0;
    if (gvLayout(context, g, "flow") != 0)
        return 1;
    int failed =
        gvRenderData(context, g, format, &data, &size) || fwrite(data, 1, size, stdout) != size;
    if (data)
        gvFreeRenderData(data);
    gvFreeLayout(context, g);
    return failed;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    GVC_t *context = gvContextPlugins(plugins, 0);
    int failed = context == NULL;
    graph_t *g;
    while (!failed && (g = agread(stdin, NULL))) {
        failed = draw(context, g, argv[1]);
        agclose(g);
    }
    failed = failed || agerrors() > 0;
    if (context)
        gvFreeContext(context);
    return failed;
}

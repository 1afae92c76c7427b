#include "draw/output.h"

/* Less than this is not worth a call. */
enum { PIECE = 1 << 16 };

static void hand_on(dgi_output *o)
{
    if (o->held.size > 0 && !o->stopped && !o->held.failed)
        o->stopped = o->write(o->context, o->held.data, o->held.size) != 0;
    o->held.size = 0;
}

void dgi_output_go_on(dgi_output *o)
{
    if (o->write && o->held.size >= PIECE)
        hand_on(o);
}

bool dgi_output_end(dgi_output *o)
{
    if (o->write)
        hand_on(o);
    return !o->held.failed && !o->stopped;
}

#include "draw/write/sink.h"

/* Less than this is not worth a call. */
enum { PIECE = 1 << 16 };

static void hand_on(dgi_sink *o)
{
    if (o->pending.size > 0 && !o->stopped && !o->pending.failed)
        o->stopped = o->write(o->context, o->pending.data, o->pending.size) != 0;
    o->pending.size = 0;
}

void dgi_sink_flush_piece(dgi_sink *o)
{
    if (o->write && o->pending.size >= PIECE)
        hand_on(o);
}

bool dgi_sink_end(dgi_sink *o)
{
    if (o->write)
        hand_on(o);
    return !o->pending.failed && !o->stopped;
}

#include "draw/write/sink.h"

/* Less than this is not worth a call. */
enum { PIECE = 1 << 16 };

static void flush(dgi_sink *s)
{
    if (s->pending.size > 0 && !s->stopped && !s->pending.failed)
        s->stopped = s->write(s->context, s->pending.data, s->pending.size) != 0;
    s->pending.size = 0;
}

void dgi_sink_flush_piece(dgi_sink *s)
{
    if (s->write && s->pending.size >= PIECE)
        flush(s);
}

bool dgi_sink_end(dgi_sink *s)
{
    if (s->write)
        flush(s);
    return !s->pending.failed && !s->stopped;
}

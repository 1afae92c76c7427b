/* The evaluator's stacks. */
#include <stdlib.h>

#include "base/grow.h"
#include "lang/evaluator.h"

void dgi_evaluator_free(dgi_evaluator *e)
{
    free(e->frames);
    free(e->operands);
    free(e->calls);
    free(e->targets);
}

bool dgi_push_operand(dgi_evaluator *e, dgi_operand operand)
{
    dgi_operand *operands =
        dgi_grown(e->operands, &e->operands_capacity, e->n_operands, sizeof *operands);
    if (!operands)
        return dgi_no_memory(e->rt);
    e->operands = operands;
    e->operands[e->n_operands++] = operand;
    return true;
}

bool dgi_push_object(dgi_evaluator *e, const dgi_node *node, dgi_object object)
{
    return dgi_push_operand(e, (dgi_operand){.object = object, .span = node->span});
}

bool dgi_push_frame(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    dgi_frame *frames = dgi_grown(e->frames, &e->frames_capacity, e->n_frames, sizeof *frames);
    if (!frames)
        return dgi_no_memory(e->rt);
    e->frames = frames;
    e->frames[e->n_frames++] = (dgi_frame){.node = id,
                                           .next = dgi_eval_node(e, id)->child,
                                           .operands = (uint32_t)e->n_operands,
                                           .numbers = numbers};
    return true;
}

/* Statements, assignment, and how reading goes on after an error. */
#include "lang/interpreter.h"

#include <string.h>

#include "base/grow.h"

void dgi_advance(dgi_interpreter *in)
{
    in->token = dgi_lexer_next(&in->lexer);
}

dgi_token dgi_peek(const dgi_interpreter *in)
{
    dgi_lexer ahead = in->lexer;
    return dgi_lexer_next(&ahead);
}

static bool push_target(dgi_interpreter *in, dgi_target target)
{
    dgi_target *targets =
        dgi_grown(in->targets, &in->room_targets, in->n_targets, sizeof *in->targets);
    if (!targets) {
        in->out_of_memory = true;
        return false;
    }
    in->targets = targets;
    in->targets[in->n_targets++] = target;
    return true;
}

static bool push_name_target(dgi_interpreter *in)
{
    const char *text = in->lexer.text + in->token.begin;
    size_t size = in->token.end - in->token.begin;
    if (!dgi_bindings_find(&in->names, text, size)) {
        const char *reason = dgi_keyword_reason(text, size);
        if (reason)
            return dgi_report_keyword(in, &in->token, reason);
    }
    dgi_target target = {.is_name = true, .begin = in->token.begin, .end = in->token.end};
    target.binding = dgi_bindings_add(&in->names, text, size);
    if (target.binding == SIZE_MAX) {
        in->out_of_memory = true;
        return false;
    }
    return push_target(in, target);
}

static bool push_attribute_target(dgi_interpreter *in, const dgi_operand *operand)
{
    if (operand->kind != DGI_OPERAND_ATTRIBUTE && operand->end > operand->begin &&
        in->lexer.text[operand->end - 1] == ']' && in->lexer.text[operand->begin] != '[')
        return dgi_fail_operand(in, operand,
                                operand->kind == DGI_OPERAND_VALUE ||
                                        operand->kind == DGI_OPERAND_ARRAY
                                    ? "parts of a tensor cannot be assigned: assign its whole .data"
                                    : "a list cannot be changed: make a new one");
    if (operand->kind != DGI_OPERAND_ATTRIBUTE)
        return dgi_fail_operand(in, operand, "only a name or an attribute can be assigned to");
    dgi_target target = {
        .attribute = operand->attribute,
        .value = operand->as.value,
        .begin = operand->begin,
        .end = operand->end,
    };
    return push_target(in, target);
}

static void bind(dgi_interpreter *in, size_t binding, dgi_binding_kind kind, dg_value *value)
{
    in->names.bindings[binding].kind = kind;
    in->names.bindings[binding].as.value = value;
}

/* A list or a network is no value that could be drawn; but a list may become one. */
static bool bind_other(dgi_interpreter *in, size_t place, const dgi_operand *operand)
{
    dgi_binding *binding = &in->names.bindings[place];
    if (operand->kind == DGI_OPERAND_LIST) {
        binding->kind = DGI_NAMED_LIST;
        binding->as.list = operand->as.list;
        return dgi_name_list(in, operand, operand->as.list, place);
    }
    binding->kind = DGI_NAMED_NETWORK;
    binding->as.network = operand->as.network;
    return true;
}

/* Makes the leaf of a number, or passes a value on, and gives it the name where it has no label. */
static bool assign_name(dgi_interpreter *in, const dgi_target *target, const dgi_operand *right)
{
    dgi_operand operand = *right;
    bool numeric = operand.kind == DGI_OPERAND_NUMBER || operand.kind == DGI_OPERAND_NUMERIC;
    if (operand.kind == DGI_OPERAND_STRING)
        return dgi_fail_operand(in, &operand, "only a label can be a string");
    if (operand.kind == DGI_OPERAND_LIST || operand.kind == DGI_OPERAND_NETWORK)
        return bind_other(in, target->binding, &operand);
    if (!dgi_to_value(in, &operand))
        return false;
    if (operand.kind == DGI_OPERAND_POISON) {
        bind(in, target->binding, DGI_POISONED, NULL);
        return true;
    }
    dg_value *value = operand.as.value;
    if (in->labels == DG_LABELS_NAMES && *dg_label(value) == '\0' &&
        !dgi_set_label(in, value, in->lexer.text + target->begin, target->end - target->begin,
                       target->begin, target->end))
        return false;
    bind(in, target->binding, numeric ? DGI_NUMERIC : DGI_BOUND, value);
    in->last = value;
    return true;
}

/* Reads `a = b.data = ` and so on up to the right-hand side, which it evaluates. */
static bool read_assignment(dgi_interpreter *in, dgi_operand *right)
{
    bool numbers = false;
    for (;;) {
        if (in->token.kind == DGI_TOKEN_NAME && dgi_peek(in).kind == DGI_TOKEN_ASSIGN) {
            if (!push_name_target(in))
                return false;
            dgi_advance(in);
        } else {
            if (!dgi_expression(in, numbers, right))
                return false;
            if (in->token.kind != DGI_TOKEN_ASSIGN)
                return true;
            if (!push_attribute_target(in, right))
                return false;
            numbers = numbers || dgi_takes_numbers(&in->targets[in->n_targets - 1]);
        }
        dgi_advance(in);
    }
}

/* After a statement comes its end. */
static bool expect_end(dgi_interpreter *in)
{
    dgi_token_kind kind = in->token.kind;
    if (kind == DGI_TOKEN_NEWLINE || kind == DGI_TOKEN_SEMICOLON || kind == DGI_TOKEN_END)
        return true;
    return dgi_unexpected(in);
}

static bool assign_all(dgi_interpreter *in, dgi_operand *right)
{
    for (size_t i = 0; i < in->n_targets; i++) {
        const dgi_target *target = &in->targets[i];
        if (!(target->is_name ? assign_name(in, target, right)
                              : dgi_assign_attribute(in, target, right)))
            return false;
    }
    return true;
}

static dgi_token_kind operator_of(dgi_token_kind assignment)
{
    return (dgi_token_kind)(DGI_TOKEN_PLUS + (assignment - DGI_TOKEN_PLUS_ASSIGN));
}

/* The target is pushed and the current token is `+=` or its like. */
static bool augment(dgi_interpreter *in)
{
    const dgi_target target = in->targets[0];
    bool numbers = dgi_takes_numbers(&target);
    dgi_operator o = {.begin = in->token.begin,
                      .end = in->token.end,
                      .kind = (uint8_t)operator_of(in->token.kind),
                      .needs_numbers = numbers};
    dgi_operand current, right;
    if (!dgi_read_target(in, &target, &current))
        return false;
    dgi_advance(in);
    if (!dgi_expression(in, numbers || o.kind == DGI_TOKEN_POWER, &right) || !expect_end(in) ||
        !dgi_apply_binary(in, &o, &current, &right))
        return false;
    return assign_all(in, &current);
}

/* Names that are to be augmented must be there already. */
static bool augment_name(dgi_interpreter *in)
{
    dgi_token name = in->token;
    in->n_operands = 0;
    /* The target first: where the name is unknown it is to be poisoned. */
    if (!push_name_target(in) || !dgi_push_name(in, &name))
        return false;
    dgi_advance(in);
    return augment(in);
}

static bool starts_tuple(const dgi_interpreter *in)
{
    return in->token.kind == DGI_TOKEN_NAME && dgi_peek(in).kind == DGI_TOKEN_COMMA;
}

static bool spells(const dgi_interpreter *in, const dgi_token *token, const char *word)
{
    return token->kind == DGI_TOKEN_NAME && token->end - token->begin == strlen(word) &&
           memcmp(in->lexer.text + token->begin, word, strlen(word)) == 0;
}

/* `import torch`, which does nothing: what begins with `torch.` is known anyway. */
static bool is_import(const dgi_interpreter *in)
{
    dgi_lexer ahead = in->lexer;
    dgi_token module = dgi_lexer_next(&ahead), end = dgi_lexer_next(&ahead);
    return spells(in, &in->token, "import") && spells(in, &module, "torch") &&
           (end.kind == DGI_TOKEN_NEWLINE || end.kind == DGI_TOKEN_SEMICOLON ||
            end.kind == DGI_TOKEN_END);
}

static bool run_statement(dgi_interpreter *in)
{
    if (is_import(in)) {
        dgi_advance(in);
        dgi_advance(in);
        return true;
    }
    if (in->token.kind == DGI_TOKEN_NAME) {
        dgi_token_kind next = dgi_peek(in).kind;
        if (next > DGI_TOKEN_ASSIGN && next <= DGI_TOKEN_MATMUL_ASSIGN)
            return augment_name(in);
        if (starts_tuple(in)) {
            dgi_advance(in);
            return dgi_report(&in->diagnose, in->token.begin, in->token.end, NULL,
                              "tuples are not supported: assign one name at a time");
        }
    }
    dgi_operand right;
    if (!read_assignment(in, &right))
        return false;
    if (dgi_is_assignment(in->token.kind)) {
        if (in->n_targets > 0)
            return dgi_unexpected(in);
        return push_attribute_target(in, &right) && augment(in);
    }
    if (!expect_end(in))
        return false;
    if (in->n_targets == 0 &&
        (right.kind == DGI_OPERAND_VALUE || right.kind == DGI_OPERAND_NUMERIC))
        in->last = right.as.value;
    return assign_all(in, &right);
}

/* A statement that Python has and this language has not: what it would define is not to be missed.
 */
static bool is_foreign_statement(const dgi_interpreter *in)
{
    const char *text = in->lexer.text + in->token.begin;
    return in->token.kind == DGI_TOKEN_NAME &&
           !dgi_bindings_find(&in->names, text, in->token.end - in->token.begin) &&
           dgi_keyword_reason(text, in->token.end - in->token.begin);
}

static void poison_name(dgi_interpreter *in, const dgi_token *name)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    dgi_callee callee;
    if (dgi_bindings_find(&in->names, text, size) || dgi_keyword_reason(text, size) ||
        dgi_builtin(text, size, false, &callee))
        return;
    size_t binding = dgi_bindings_add(&in->names, text, size);
    if (binding == SIZE_MAX)
        in->out_of_memory = true;
    else
        bind(in, binding, DGI_POISONED, NULL);
}

/* Steps over the rest of a statement that went wrong. An assignment that begins a line ends even
 * one whose brackets are open; so does a semicolon, which no bracket can contain. */
static void skip_statement(dgi_interpreter *in, bool foreign)
{
    while (in->token.kind != DGI_TOKEN_END && in->token.kind != DGI_TOKEN_NEWLINE &&
           !in->out_of_memory) {
        if (in->token.kind == DGI_TOKEN_SEMICOLON && !foreign)
            break;
        if (foreign && in->token.kind == DGI_TOKEN_NAME)
            poison_name(in, &in->token);
        dgi_advance(in);
        if (in->lexer.depth > 0 && in->token.starts_line && !in->token.indented &&
            in->token.kind == DGI_TOKEN_NAME && dgi_is_assignment(dgi_peek(in).kind)) {
            dgi_token next = in->token;
            dgi_lexer_resume(&in->lexer, &next);
            dgi_advance(in);
            return;
        }
    }
    in->lexer.depth = 0;
}

static void recover(dgi_interpreter *in, bool foreign)
{
    for (size_t i = 0; i < in->n_targets; i++)
        if (in->targets[i].is_name)
            bind(in, in->targets[i].binding, DGI_POISONED, NULL);
    if (!in->resumed)
        skip_statement(in, foreign);
    in->resumed = false;
}

/* Of lines that are indented one after the other the first is reported; those after a foreign
 * statement are its body, and passed over. Returns whether the line was. */
static bool check_indentation(dgi_interpreter *in)
{
    if (!in->token.starts_line)
        return false;
    if (!in->token.indented) {
        in->indented_run = in->in_body = false;
        return false;
    }
    if (in->in_body) {
        skip_statement(in, true);
        return true;
    }
    if (!in->indented_run)
        dgi_report(&in->diagnose, in->token.begin, in->token.end, NULL, "unexpected indentation");
    in->indented_run = true;
    return false;
}

void dgi_run_statements(dgi_interpreter *in)
{
    dgi_advance(in);
    while (in->token.kind != DGI_TOKEN_END && !in->out_of_memory) {
        if (in->token.kind == DGI_TOKEN_NEWLINE) {
            dgi_advance(in);
            continue;
        }
        if (check_indentation(in))
            continue;
        in->n_targets = in->n_frames = 0;
        in->strings.size = 0;
        bool foreign = is_foreign_statement(in);
        if (!run_statement(in)) {
            recover(in, foreign);
            in->in_body = in->in_body || foreign;
        }
        dgi_drop_arrays(in);
        if (in->token.kind == DGI_TOKEN_SEMICOLON)
            dgi_advance(in);
    }
    in->out_of_memory = in->out_of_memory || in->diagnose.out_of_memory;
}

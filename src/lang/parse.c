#include "lang/parse_state.h"

enum dl_err dl_parser_open(dl_parser *ret_parser, dl_str bytes, struct dl_diag *diag)
{
    if (dl_parse_net_is(bytes)) {
        DL_TRY(dl_parse_net_open(&ret_parser->net, bytes, diag));
        ret_parser->by_net = true;
        return DL_OK;
    }
    dl_parser p = {.by_net = false};
    DL_TRY(dl_model_open(&p.model, bytes, diag));
    bool sound = p.model.n_labels % 2 == 1 && dl_str_eq_c(p.model.labels[0], "=");
    for (size_t i = 1; sound && i < p.model.n_labels; i++)
        sound = dl_str_starts(p.model.labels[i], i % 2 == 1 ? "<" : ">") &&
                p.model.labels[i].n > 1 &&
                (i % 2 == 1 || dl_str_eq(dl_str_sub(p.model.labels[i], 1, DL_MODEL_MAX_LABEL),
                                         dl_str_sub(p.model.labels[i - 1], 1, DL_MODEL_MAX_LABEL)));
    if (!sound || p.model.n_labels < 3)
        return dl_fail(diag, DL_ERR_SYNTAX, DL_MODEL_HEAD, "model: no actions of a parser");
    *ret_parser = p;
    return DL_OK;
}

dl_str dl_parser_relation(const dl_parser *parser, uint8_t relation)
{
    if (parser->by_net) return parser->net.relations[relation];
    dl_str name = parser->model.labels[1 + 2 * (size_t)relation];
    return dl_str_sub(name, 1, name.n);
}

dl_parse_word dl_parse_word_of(const dl_tagger_word *word, const struct dl_tagger_label *label)
{
    return (dl_parse_word){.norm = word->norm,
                           .suffix = word->suffix[2] != 0 ? word->suffix[2] : word->norm,
                           .suffix2 = word->suffix[1],
                           .prefix = word->prefix[2],
                           .shape = word->shape,
                           .fine = label->fine,
                           .coarse = label->coarse,
                           .verb = label->upos == DL_UPOS_VERB,
                           .comma = label->upos == DL_UPOS_PUNCT};
}

enum dl_err dl_parse_begin(dl_parse_state *ret_state, dl_arena *arena, const dl_parse_word *words,
                           size_t n)
{
    dl_parse_state s = {.words = words, .n = n, .depth = 1, .next = 1};
    s.nodes = DL_NEW_ARRAY(arena, struct dl_parse_node, n + 2);
    s.stack = DL_NEW_ARRAY(arena, uint32_t, n + 2);
    s.verbs = DL_NEW_ARRAY(arena, uint32_t, n + 3);
    s.commas = DL_NEW_ARRAY(arena, uint32_t, n + 3);
    if (s.commas == NULL || s.verbs == NULL || s.stack == NULL || s.nodes == NULL)
        return dl_arena_failed(arena);
    for (size_t i = 1; i <= n; i++) {
        s.verbs[i + 1] = s.verbs[i] + words[i - 1].verb;
        s.commas[i + 1] = s.commas[i] + words[i - 1].comma;
    }
    *ret_state = s;
    return DL_OK;
}

/* The root takes its one child last. */
bool dl_parse_may(const dl_parse_state *s, enum dl_parse_move move)
{
    switch (move) {
    case DL_PARSE_SHIFT:
        return s->next <= s->n;
    case DL_PARSE_LEFT:
        return s->next <= s->n && s->depth > 1;
    case DL_PARSE_RIGHT:
    default:
        return s->depth > 2 || (s->depth == 2 && s->next > s->n);
    }
}

static uint8_t one_more(uint8_t n)
{
    return n < 7 ? (uint8_t)(n + 1) : n;
}

static void attach(dl_parse_state *s, uint32_t head, uint32_t child, uint8_t relation)
{
    struct dl_parse_node *h = &s->nodes[head];
    s->nodes[child].head = head;
    s->nodes[child].relation = (uint8_t)(relation + 1);
    uint64_t bit = (uint64_t)1 << (relation % 64);
    if (child < head) {
        h->left2 = h->left;
        h->left = child;
        h->n_left = one_more(h->n_left);
        h->left_set |= bit;
    } else {
        h->right2 = h->right;
        h->right = child;
        h->n_right = one_more(h->n_right);
        h->right_set |= bit;
    }
}

void dl_parse_do(dl_parse_state *s, size_t action)
{
    if (action == 0) {
        s->stack[s->depth++] = s->next++;
        return;
    }
    uint32_t child = s->stack[--s->depth];
    uint32_t head = action % 2 == 1 ? s->next : s->stack[s->depth - 1];
    attach(s, head, child, (uint8_t)((action - 1) / 2));
}

size_t dl_parse_best(const dl_parse_state *s, const int32_t *scores, size_t n_actions)
{
    bool may[3];
    for (int m = 0; m < 3; m++)
        may[m] = dl_parse_may(s, (enum dl_parse_move)m);
    size_t best = n_actions;
    for (size_t a = 0; a < n_actions; a++)
        if (may[dl_parse_move_of(a)] && (best == n_actions || scores[a] > scores[best])) best = a;
    DL_ASSERT(best < n_actions);
    return best;
}

enum dl_err dl_parser_parse(const dl_parser *parser, dl_arena *arena, const dl_parse_word *words,
                            size_t n, dl_parse_arc *ret_arcs)
{
    dl_parse_state s;
    if (parser->by_net) return dl_parse_net_read(&parser->net, arena, words, n, ret_arcs);
    DL_TRY(dl_parse_begin(&s, arena, words, n));
    while (!dl_parse_done(&s)) {
        uint64_t features[DL_PARSE_FEATURES];
        int32_t scores[DL_MODEL_MAX_LABELS] = {0};
        size_t n_features = dl_parse_features(&s, features);
        dl_model_score(&parser->model, features, n_features, scores);
        dl_parse_do(&s, dl_parse_best(&s, scores, parser->model.n_labels));
    }
    for (size_t i = 0; i < n; i++)
        ret_arcs[i] = (dl_parse_arc){s.nodes[i + 1].head, (uint8_t)(s.nodes[i + 1].relation - 1)};
    return DL_OK;
}

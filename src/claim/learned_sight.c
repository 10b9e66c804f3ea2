#include "claim/learned_sight.h"

#include "claim/tree.h"

enum {
    QUOTATION_LEAST = 4, /* words: shorter ones are titles, terms and scare quotes */
    FOCI_MOST = 256,     /* of a text: an article has tens, each costs some milliseconds at most */
};

/* The sentence, and a quotation that begins or ends in it, cut to what may be looked at. */
static void set_window(const struct finder *f, struct learned_focus *focus)
{
    const dl_sentence *s = &f->t->sentences.p[focus->sentence];
    uint32_t first = s->first, last = s->last;
    for (uint32_t i = s->first; i < s->last; i++) {
        if (f->w->p[i].quote == 0) continue;
        const dl_quotation *q = &f->t->quotations.p[f->w->p[i].quote - 1];
        if (q->first < first) first = q->first;
        if (q->last > last) last = q->last;
        i = q->last; /* its closing mark */
    }
    enum { AROUND = LEARNED_WINDOW / 2 };
    if (focus->at.first > AROUND && first < focus->at.first - AROUND)
        first = focus->at.first - AROUND;
    if (last > first + LEARNED_WINDOW) last = first + LEARNED_WINDOW;
    focus->first = first;
    focus->last = last;
}

/* Which tokens stand in cues and contents of statements, as bits. */
static uint8_t *said(const struct finder *f)
{
    uint8_t *bits = DL_NEW_ARRAY(f->arena, uint8_t, f->w->n + 1);
    for (size_t k = 0; bits != NULL && k < f->out.n; k++)
        learned_mark(&f->out.p[k], bits);
    return bits;
}

static bool any(const uint8_t *bits, struct dl_span at, unsigned role)
{
    for (uint32_t i = at.first; i < at.last; i++)
        if (bits[i] >> role & 1) return true;
    return false;
}

static bool may_tell(const struct hit *h)
{
    static const unsigned kinds =
        1u << DL_CUE_VERB | 1u << DL_CUE_NOUN | 1u << DL_CUE_PREP | 1u << DL_CUE_POST;
    return (kinds >> h->cue->kind & 1) && h->statement != HIT_USED;
}

static enum dl_err add(const struct finder *f, learned_foci *foci, struct learned_focus focus)
{
    set_window(f, &focus);
    if (focus.at.last > focus.last || foci->n == FOCI_MOST) return DL_OK; /* not looked at */
    return dl_vec_push(f->arena, foci, focus);
}

/* A quotation that nothing speaks for. */
static enum dl_err add_quotations(const struct finder *f, const uint8_t *bits, learned_foci *foci)
{
    for (size_t k = 0; k < f->t->quotations.n; k++) {
        const dl_quotation *q = &f->t->quotations.p[k];
        struct dl_span at = {q->first, q->last};
        if (q->words < QUOTATION_LEAST || any(bits, at, DL_LEARNED_CONTENT)) continue;
        uint32_t sentence = f->w->p[q->last - 1].sentence;
        DL_TRY(add(f, foci, (struct learned_focus){.at = at, .sentence = sentence}));
    }
    return DL_OK;
}

static enum dl_err add_hit(const struct finder *f, const struct hit *h, const uint8_t *bits,
                           bool answered, learned_foci *foci)
{
    struct learned_focus focus = {.cue = h->cue, .at = h->at, .sentence = h->sentence};
    focus.answered = any(bits, h->at, DL_LEARNED_CUE);
    return may_tell(h) && (!focus.answered || answered) ? add(f, foci, focus) : DL_OK;
}

/* Forms of reporting verbs that were not taken for one: "reports", "a claimed …", between hits. */
static enum dl_err add_refused(const struct finder *f, uint32_t from, uint32_t to,
                               const uint8_t *bits, learned_foci *foci)
{
    for (uint32_t i = from; i < to; i++) {
        size_t n;
        if (f->w->p[i].kind != DL_TOKEN_WORD || bits[i] != 0) continue;
        const dl_sentence *s = &f->t->sentences.p[f->w->p[i].sentence];
        const struct dl_cue *cue =
            dl_cues_match(f->t->cues, f->w, i, s->last < to ? s->last : to, 1u << DL_CUE_VERB, &n);
        if (cue == NULL) continue;
        struct learned_focus focus = {.cue = cue, .at = {i, i + (uint32_t)n}, .refused = true};
        focus.sentence = f->w->p[i].sentence;
        DL_TRY(add(f, foci, focus));
        i += (uint32_t)n - 1;
    }
    return DL_OK;
}

enum dl_err learned_find_foci(const struct finder *f, bool answered, learned_foci *ret_foci)
{
    learned_foci foci = {0};
    uint8_t *bits = said(f);
    uint32_t behind = 0; /* the hit before */
    if (bits == NULL) return DL_ERR_TOO_BIG;
    for (size_t k = 0; k < f->hits.n; k++) {
        const struct hit *h = &f->hits.p[k];
        DL_TRY(add_refused(f, behind, h->at.first, bits, &foci));
        DL_TRY(add_hit(f, h, bits, answered, &foci));
        behind = h->at.last;
    }
    DL_TRY(add_refused(f, behind, (uint32_t)f->w->n, bits, &foci));
    DL_TRY(add_quotations(f, bits, &foci));
    *ret_foci = foci;
    return DL_OK;
}

void learned_mark(const dl_statement *s, uint8_t *rules)
{
    for (uint32_t i = s->source.first; i < s->source.last; i++)
        rules[i] |= 1u << DL_LEARNED_SOURCE;
    for (uint32_t i = s->cue.first; i < s->cue.last; i++)
        rules[i] |= 1u << DL_LEARNED_CUE;
    for (unsigned c = 0; c < s->n_content; c++)
        for (uint32_t i = s->content[c].first; i < s->content[c].last; i++)
            rules[i] |= 1u << DL_LEARNED_CONTENT;
}

/* --- tokens --------------------------------------------------------------------------------- */

enum shape {
    SHAPE_LOWER,
    SHAPE_CAP,
    SHAPE_UPPER,
    SHAPE_CLITIC,
    SHAPE_NUMBER,
    SHAPE_LINE,
    SHAPE_MARK
};

static uint8_t shape_of(const dl_token *t)
{
    if (t->kind == DL_TOKEN_NUMBER) return SHAPE_NUMBER;
    if (t->kind >= DL_TOKEN_LINE) return SHAPE_LINE;
    if (t->kind == DL_TOKEN_PUNCT) return (uint8_t)(SHAPE_MARK + t->mark % 240);
    if (t->flags & DL_WORD_CLITIC) return SHAPE_CLITIC;
    if (t->flags & DL_WORD_UPPER) return SHAPE_UPPER;
    return t->flags & DL_WORD_CAP ? SHAPE_CAP : SHAPE_LOWER;
}

/* Hash of the last or first n characters. */
static uint64_t part_of(dl_str s, size_t n, bool end)
{
    size_t i = end ? s.n : 0;
    while (n > 0 && (end ? i > 0 : i < s.n)) {
        i = end ? i - 1 : i + 1;
        bool border = end ? ((unsigned char)s.p[i] & 0xC0) != 0x80
                          : i >= s.n || ((unsigned char)s.p[i] & 0xC0) != 0x80;
        n -= border;
    }
    return dl_hash64(end ? dl_str_sub(s, i, s.n) : dl_str_sub(s, 0, i));
}

static uint8_t grade(float reliability)
{
    return reliability >= 0.9f ? 3 : reliability >= 0.7f ? 2 : reliability >= 0.4f ? 1 : 0;
}

static void look_at_words(struct learned_sight *sight, const uint8_t *rules)
{
    const struct finder *f = sight->f;
    uint64_t starter = 0;
    uint32_t starter_classes = 0;
    uint16_t borders = 0;
    bool opens = true;
    for (uint32_t i = sight->focus->first; i < sight->focus->last; i++) {
        struct learned_word *w = &sight->word[i - sight->focus->first];
        const dl_token *t = &f->w->p[i];
        bool border = say_is_border(f, i), mark = say_is_quote_mark(f, i);
        if (border && !mark) borders++;
        if (opens && !border && t->kind == DL_TOKEN_WORD) {
            starter = t->key;
            starter_classes = t->classes;
            opens = false;
        }
        *w = (struct learned_word){.shape = shape_of(t), .borders = borders, .rules = rules[i]};
        w->before = i == sight->focus->first      ? 1
                    : say_is_quote_mark(f, i - 1) ? 2
                                                  : say_is_border(f, i - 1);
        w->starter = starter;
        w->starter_classes = starter_classes;
        opens = opens || border;
        if (t->kind != DL_TOKEN_WORD) continue;
        w->classes = t->classes;
        dl_str text = dl_token_text(f->w, i);
        w->suffix = part_of(text, 3, true);
        w->prefix = part_of(text, 3, false);
    }
}

static void look_at_lists(struct learned_sight *sight)
{
    const struct finder *f = sight->f;
    uint32_t first = sight->focus->first, last = sight->focus->last;
    static const unsigned all = (1u << DL_CUE_KIND_COUNT) - 1;
    for (uint32_t i = first; i < last;) {
        size_t n = 1;
        const struct dl_head *head = dl_cues_head(f->t->cues, f->w, i, last, &n);
        for (size_t k = 0; head != NULL && k < n; k++)
            sight->word[i + k - first].head =
                (uint8_t)(1 + head->class + DL_SOURCE_COUNT * (head->anonymity == DL_ANON_BARE));
        i += head != NULL ? (uint32_t)n : 1;
    }
    for (uint32_t i = first; i < last;) {
        size_t n = 1;
        const struct dl_cue *cue = dl_cues_match(f->t->cues, f->w, i, last, all, &n);
        for (size_t k = 0; cue != NULL && k < n; k++) {
            sight->word[i + k - first].cue = (uint8_t)(1 + cue->kind);
            sight->word[i + k - first].reliability = grade(cue->reliability);
        }
        i += cue != NULL ? (uint32_t)n : 1;
    }
}

/* The noun phrases on both sides, as the rules would cut them. */
static void look_at_phrases(struct learned_sight *sight)
{
    const struct finder *f = sight->f;
    const struct learned_focus *focus = sight->focus;
    uint32_t limit = focus->at.first;
    while (limit > focus->first && !say_is_border(f, limit - 1))
        limit--;
    struct dl_span left = say_subject(f, limit, focus->at.first);
    struct dl_span right = {focus->at.last, focus->at.last};
    if (focus->at.last < focus->last) right = say_phrase(f, focus->at.last, focus->last);
    for (uint32_t i = left.first; i < left.last; i++)
        if (i >= focus->first) sight->word[i - focus->first].left = true;
    for (uint32_t i = right.first; i < right.last && i < focus->last; i++)
        sight->word[i - focus->first].right = true;
}

/* Tags of one sentence onto the words of the window. */
static void look_at_tags(struct learned_sight *sight, uint32_t sentence)
{
    const struct finder *f = sight->f;
    const dl_grammar *g = f->t->tags != NULL ? f->t->tags : f->t->grammar;
    const struct say_tree *tree = f->t->grammar != NULL ? say_tags(f, sentence) : NULL;
    const dl_sentence *s = &f->t->sentences.p[sentence];
    dl_unit *read = NULL;
    size_t n = 0;
    if (tree == NULL && g != NULL && s->last - s->first <= LEARNED_WINDOW &&
        dl_grammar_read(g, f->arena, f->w, s, false, &read, &n) != DL_OK)
        return; /* the arena remembers */
    const dl_unit *unit = tree != NULL ? tree->unit : read;
    if (tree != NULL) n = tree->n;
    for (size_t u = 0; u < n; u++) {
        uint32_t from = unit[u].token, to = u + 1 < n ? unit[u + 1].token : from + 1;
        for (uint32_t i = from; i < to || i == from; i++)
            if (i >= sight->focus->first && i < sight->focus->last)
                sight->word[i - sight->focus->first].upos =
                    (uint8_t)(1 + g->tagger->labels[unit[u].tag].upos);
    }
}

static void look_at_grammar(struct learned_sight *sight)
{
    const struct learned_focus *focus = sight->focus;
    uint32_t last = sight->f->w->p[focus->last - 1].sentence;
    if (sight->f->t->tags == NULL && sight->f->t->grammar == NULL) return;
    for (uint32_t s = sight->f->w->p[focus->first].sentence; s <= last; s++)
        look_at_tags(sight, s);
    uint8_t verbs = 0;
    for (uint32_t i = 0; i < focus->last - focus->first; i++) {
        struct learned_word *w = &sight->word[i];
        w->verbs = verbs;
        bool verb = w->upos == 1 + DL_UPOS_VERB || w->upos == 1 + DL_UPOS_AUX;
        bool in_cue = i + focus->first >= focus->at.first && i + focus->first < focus->at.last;
        if (verb && !in_cue) verbs++;
    }
}

void learned_look(struct learned_sight *sight, const struct finder *f,
                  const struct learned_focus *focus, const uint8_t *rules)
{
    sight->f = f;
    sight->focus = focus;
    sight->language = dl_hash64(dl_str_c(f->t->cues->pack->code));
    sight->lemma = focus->cue != NULL ? dl_hash64(focus->cue->lemma) : 0;
    sight->kind = focus->cue != NULL ? focus->cue->kind : DL_CUE_KIND_COUNT;
    look_at_words(sight, rules);
    look_at_lists(sight);
    look_at_phrases(sight);
    look_at_grammar(sight);
    sight->focus_borders = sight->word[focus->at.first - focus->first].borders;
    sight->focus_verbs = sight->word[focus->at.first - focus->first].verbs;
    sight->quotes = 0;
    for (uint32_t i = focus->first; i < focus->last; i++)
        if (f->w->p[i].quote != 0) sight->quotes |= i < focus->at.first ? 1 : 2;
    if (f->w->p[focus->at.first].quote != 0) sight->quotes |= 4;
}

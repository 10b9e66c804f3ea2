/* Statements from reporting verbs: where is the source, where is what it says. */
#include "claim/verb.h"

/* Below this a bare clause behind the verb is shown as unclear. */
static const float SURE = 0.79f;

const char RULE_QUOTE[] = "quote-verb", RULE_INVERTED[] = "verb-source", RULE_TRAIL[] = "trail",
           RULE_THAT[] = "verb-that", RULE_BARE[] = "verb-clause", RULE_PARTICIPLE[] = "participle",
           RULE_SHARED[] = "shared-subject", RULE_BY[] = "passive-by";

dl_statement *verb_make(struct finder *f, const struct hit *h, const struct say_view *v,
                        const char *rule, float score)
{
    dl_statement *s = say_new(f, rule, score, h->sentence);
    if (s == NULL) return NULL;
    say_step(f, s, 0.5f + 0.5f * h->cue->reliability, "how often this verb tells a source");
    s->cue = h->at;
    s->source = v->source;
    s->verb = true;
    s->reliability = h->cue->reliability;
    s->stance = h->cue->stance;
    s->act = h->cue->act;
    if (h->cue->act == DL_ACT_DENY) s->certainty = DL_CERTAINTY_NEGATED;
    return s;
}

/* "were told to expect delays", "foram avisados de que …": who said it is left out. */
static bool told_by_nobody(struct finder *f, const struct hit *h, struct say_view *v)
{
    bool hears = h->cue->act == DL_ACT_TELL || h->cue->act == DL_ACT_WARN;
    if (!hears || v->before == v->limit) return false;
    uint32_t r = verb_adjuncts(f, h->at.last, v->last, true);
    uint32_t comp = r + (f->romance && say_is(f, r, DL_CLASS_ABOUT));
    bool clause = say_is(f, comp, DL_CLASS_COMP) && !say_is(f, comp, DL_CLASS_TIME);
    bool to = f->english && (say_word(f, r, "to") || say_word(f, r, "not"));
    if (!clause && !to) return false;
    dl_statement *s = verb_make(f, h, v, "told-by-nobody", 0.5f);
    if (s == NULL) return true;
    s->source = (struct dl_span){0, 0};
    say_content(f, s, clause ? comp + 1 : r, v->last);
    return true;
}

/* "was rejected by the army": the one who says it stands behind. */
static bool try_passive(struct finder *f, const struct hit *h, struct say_view *v)
{
    if (!v->passive || h->cue->form != DL_FORM_PAST) return false;
    uint32_t i = h->at.last;
    if (told_by_nobody(f, h, v)) return true;
    if (h->cue->act == DL_ACT_TELL && say_word(f, i, "by")) {
        v->source = say_phrase(f, i + 1, v->last);
        uint32_t r = verb_adjuncts(f, v->source.last, v->last, false);
        dl_statement *s = verb_usable(v->source) ? verb_make(f, h, v, RULE_BY, 0.7f) : NULL;
        if (s != NULL && r < v->last) say_content(f, s, r + say_word(f, r, "that"), v->last);
        return true;
    }
    if (!say_word(f, i, "by")) return true; /* handled as hearsay, or says nothing of a source */
    v->source = say_phrase(f, i + 1, v->last);
    struct dl_span subject = say_subject(f, v->limit, v->before);
    dl_statement *s =
        verb_usable(v->source) && verb_usable(subject) ? verb_make(f, h, v, RULE_BY, 0.6f) : NULL;
    if (s != NULL) say_content(f, s, subject.first, subject.last);
    return true;
}

/* "quoted the service as saying that": the quoted one is the source; the quoter a hop before it. */
static bool try_as_saying(struct finder *f, const struct hit *h, struct say_view *v)
{
    if (!dl_str_eq_c(h->cue->lemma, "quote") && !dl_str_eq_c(h->cue->lemma, "cite")) return false;
    struct dl_span who = say_phrase(f, h->at.last, v->last);
    uint32_t i = who.last;
    while (i < v->last && !say_word(f, i, "as") && !say_is_border(f, i))
        i++;
    if (!verb_usable(who) || !say_word(f, i, "as") || !say_lower_ends(f, i + 1, "ing"))
        return false;
    dl_statement *s = verb_make(f, h, v, "as-saying", 0.8f);
    if (s == NULL) return true;
    s->hop[0] = (struct dl_hop){.source = v->source, .cue = h->at};
    s->n_hops = 1;
    s->source = (struct dl_span){h->at.last, who.last};
    s->cue = (struct dl_span){h->at.first, i + 2};
    s->cue = (struct dl_span){i, i + 2};
    uint32_t from = i + 2;
    if (say_is(f, from, DL_CLASS_COMP)) from++;
    say_content(f, s, from, verb_quote_end(f, from, v->last));
    return true;
}

static void told_hop(struct finder *f, dl_statement *s, const struct say_view *v)
{
    if (!verb_usable(v->hearer) || dl_source_is_outlet(f->t, v->hearer)) return;
    uint8_t class, anonymity;
    dl_source_classify(f->t, v->hearer, &class, &anonymity);
    bool named = false;
    for (uint32_t i = v->hearer.first; i < v->hearer.last; i++)
        named = named || say_cap(f, i);
    if (class != DL_SOURCE_MEDIA || !named) return;
    s->hop[0] = (struct dl_hop){.source = v->hearer, .cue = s->cue};
    s->n_hops = 1;
}

/* The sentence around the verb, from the last cue before it to its last word. */
static struct say_view view_of(const struct finder *f, uint32_t hit)
{
    const struct hit *h = &f->hits.p[hit];
    const dl_sentence *sentence = &f->t->sentences.p[h->sentence];
    struct say_view v = {.cue = h->at.first, .first = sentence->first, .last = sentence->last};
    while (v.last > v.first && f->w->p[v.last - 1].kind >= DL_TOKEN_PUNCT &&
           !say_mark(f, v.last - 1, ')'))
        v.last--;
    if (v.last < h->at.last) v.last = h->at.last;
    v.first = verb_dateline(f, v.first, v.cue);
    v.limit = verb_left_limit(f, v.cue, v.first);
    for (uint32_t k = hit; k > 0 && f->hits.p[k - 1].sentence == h->sentence; k--) {
        const struct hit *b = &f->hits.p[k - 1];
        if (b->cue->kind != DL_CUE_VERB || b->at.first < v.limit) continue;
        v.limit = b->at.last + (say_is(f, b->at.last, DL_CLASS_COMP) ? 1u : 0u);
        break;
    }
    return v;
}

static bool border_on_left(const struct finder *f, const struct say_view *v)
{
    if (v->limit == v->first || say_is(f, v->before, DL_CLASS_REL)) return false;
    uint32_t b = v->limit - 1;
    return say_is_comma(f, b) || say_is_quote_mark(f, b) || say_mark(f, b, 0x2014) ||
           say_mark(f, b, 0x2013) || say_mark(f, b, '?') || say_mark(f, b, '!');
}

/* The rest of a content that the attribution stands in the middle of. */
static void content_goes_on(struct finder *f, dl_statement *s, uint32_t hit,
                            const struct say_view *v)
{
    uint32_t from = v->right + 1;
    if (from >= v->last) return;
    bool participle =
        say_is_comma(f, v->right) && say_lower_ends(f, from, "ing") && f->w->p[from].quote == 0;
    uint32_t end = verb_content_end(f, hit, v->right, v->last);
    if (!participle && end > from) verb_content_behind(f, s, v->right, end);
}

/* German sets the verb before its subject when it trails; subject first and verb last is a clause
 * of its own unless "wie" opens it, or an auxiliary: ", wie die Polizei mitteilte", ", hatte die
 * Polizei erklärt". */
static bool german_clause(const struct finder *f, const struct say_view *v)
{
    if (!f->german || v->limit == v->first || say_is_quote_mark(f, v->limit - 1)) return false;
    if (say_word(f, v->first, "wie") || say_is(f, v->limit, DL_CLASS_AUX)) return false;
    for (uint32_t i = v->limit; i < v->before; i++)
        if (say_word(f, i, "wie") || say_word(f, i, "so")) return false;
    return v->source.first >= v->limit;
}

/* "…, the mayor said." and "…," the mayor said, "…". */
void verb_trailing(struct finder *f, uint32_t hit, const struct say_view *v, struct verb_found how)
{
    const struct hit *h = &f->hits.p[hit];
    uint32_t b = v->limit > v->first ? v->limit - 1 : v->first;
    bool left_border = border_on_left(f, v), mark = say_is_quote_mark(f, b);
    bool quote_before = v->limit == v->first && v->first > 0 && say_is_quote_mark(f, v->first - 1);
    uint32_t stop = v->source.first < v->limit ? v->source.first : v->limit;
    if (h->cue->clause && !mark && !quote_before &&
        !(v->limit > v->first + 1 && f->w->p[v->limit - 2].quote != 0))
        return;
    if (german_clause(f, v)) return;
    bool before_source =
        left_border && !v->relative && how.rule != RULE_PARTICIPLE && stop > v->first;
    if (before_source || quote_before) {
        dl_statement *s =
            verb_make(f, h, v, left_border && mark ? RULE_QUOTE : RULE_TRAIL, how.score);
        if (s == NULL) return;
        verb_content_left(f, s, v->first, stop);
        content_goes_on(f, s, hit, v);
        told_hop(f, s, v);
        return;
    }
    bool comma = v->right + 2 < v->last && say_is_comma(f, v->right);
    /* Behind its verb "der" opens what is said; only behind a noun a relative clause. */
    bool article = f->german && say_is(f, v->right + 1, DL_CLASS_DET);
    for (uint32_t i = h->at.last; i < v->right; i++)
        article = article && !say_cap(f, i);
    if (!comma || say_lower_ends(f, v->right + 1, "ing") ||
        (say_is(f, v->right + 1, DL_CLASS_REL | DL_CLASS_CONJ) && !article))
        return;
    dl_statement *s = verb_make(f, h, v, how.rule, how.score * 0.8f);
    if (s == NULL) return;
    verb_content_right(f, s, hit, v, v->right + 1);
    told_hop(f, s, v);
}

/* "called the plan “premature”": words in quotation marks before the clause ends. */
static bool words_marked(const struct finder *f, uint32_t i, uint32_t last)
{
    while (i < last && !say_is_border(f, i))
        i++;
    return i < last && say_is_quote_mark(f, i) && i + 1 < last && f->w->p[i + 1].quote != 0;
}

/* "The mayor said (that) …" */
void verb_leading(struct finder *f, uint32_t hit, const struct say_view *v, struct verb_found how)
{
    const struct hit *h = &f->hits.p[hit];
    if (v->right >= v->last) return;
    bool that = say_is(f, v->right, DL_CLASS_COMP) || say_is_quote_mark(f, v->right) ||
                say_is_colon(f, v->right);
    if (h->cue->act == DL_ACT_BELIEVE && !that) how.score *= 0.6f;
    if (h->cue->clause && !that && !words_marked(f, v->right, v->last)) return;
    if (that && how.rule == RULE_BARE) how.rule = RULE_THAT;
    if (!that) how.score *= h->cue->reliability < SURE ? 0.55f : 0.9f;
    dl_statement *s = verb_make(f, h, v, how.rule, how.score);
    if (s == NULL) return;
    uint32_t from = v->right;
    if (!that && say_is(f, from, DL_CLASS_PREP) && h->cue->act == DL_ACT_WARN) from++;
    verb_content_right(f, s, hit, v, from);
    told_hop(f, s, v);
}

/* "did not say where": nothing is said. */
static bool says_nothing(const struct hit *h, const struct say_view *v)
{
    return v->negated && (h->cue->act == DL_ACT_SAY || h->cue->act == DL_ACT_TELL ||
                          h->cue->act == DL_ACT_REPORT);
}

static void by_pattern(struct finder *f, uint32_t hit, struct say_view *v)
{
    const struct hit *h = &f->hits.p[hit];
    if ((f->english || f->romance) && says_nothing(h, v)) return;
    if (f->german && verb_by_tree(f, hit, v)) return;
    if (f->romance && verb_in_doubt(f, hit, v)) return;
    if (!f->english && verb_other_order(f, hit, v)) return;
    if (try_passive(f, h, v) || verb_inverted(f, h, v)) return;
    struct verb_found how = {RULE_BARE, 0.9f};
    if (!verb_find_source(f, h, v, &how.rule, &how.score)) return;
    if (try_as_saying(f, h, v)) return;
    verb_look_right(f, h, v);
    if (v->trailing)
        verb_trailing(f, hit, v, how);
    else
        verb_leading(f, hit, v, how);
}

void say_verb(struct finder *f, uint32_t hit)
{
    struct hit *h = &f->hits.p[hit];
    /* Inside quotation marks: words of somebody, not of the outlet. */
    if (f->w->p[h->at.first].quote != 0 || h->statement == HIT_USED) return;
    struct say_view v = view_of(f, hit);
    if (v.limit > v.cue) return;
    verb_auxiliaries(f, &v);
    size_t before = f->out.n;
    by_pattern(f, hit, &v);
    if (f->out.n > before) h->statement = (int32_t)f->out.n - 1;
}

/* Statements without a reporting verb: "according to", speaker labels, quotations
 * that only their neighbours explain; and connectors ("citing …") that lengthen a chain. */
#include "claim/fields.h"

/* "Medienberichten zufolge": the source stands before its postposition. */
static struct dl_span phrase_before(const struct finder *f, uint32_t first, uint32_t end)
{
    struct dl_span s = f->german ? fields_phrase_before(f, first, end) : (struct dl_span){0, 0};
    if (s.last > s.first) return s;
    uint32_t start = end;
    while (start > first && !say_is_border(f, start - 1))
        start--;
    return say_subject(f, start, end);
}

/* The source behind a preposition: up to a comma that is no apposition, or the end. */
static struct dl_span prepositional_source(const struct finder *f, uint32_t i, uint32_t last)
{
    const struct say_tree *tree = f->german && i < last ? say_tags(f, f->w->p[i].sentence) : NULL;
    uint32_t end = i;
    while (end < last) {
        if (end > i && say_is(f, end, DL_CLASS_COMP) &&
            !say_is(f, end, DL_CLASS_PREP | DL_CLASS_CONJ))
            break;
        if (say_is_comma(f, end) && end + 1 < last && end > i) {
            /* "the agency's head, Ana Prohl, the flood …": a name between two commas goes along. */
            uint32_t next = say_next_border(f, end + 1, last);
            bool name = say_cap(f, end + 1) && !say_is(f, end + 1, DL_CLASS_DET) &&
                        next - end <= 6 && say_is_comma(f, next);
            if (!name) break;
            end = next;
            continue;
        }
        if (say_is_border(f, end) && !say_is_quote_mark(f, end)) break;
        /* German and its likes: the verb stands second. */
        if (!f->english && end > i && say_is(f, end, DL_CLASS_AUX | DL_CLASS_MODAL)) break;
        if (tree != NULL && end > i && tree_verb_at(f, tree, end)) break;
        end++;
    }
    return say_trim(f, (struct dl_span){i, end});
}

/* German: the noun phrase behind the preposition, or behind "von". */
static struct dl_span source_by_tags(const struct finder *f, const struct hit *h, uint32_t last)
{
    if (!f->german) return (struct dl_span){0, 0};
    bool of = say_word(f, h->at.last, "von") || say_word(f, h->at.last, "vom");
    return fields_phrase(f, h->at.last + of, last);
}

/* In German it stands within the clause: both sides of it are what is said. */
static void content_around(struct finder *f, dl_statement *s, uint32_t hit_first, uint32_t behind,
                           uint32_t first, uint32_t last)
{
    if (say_is_comma(f, behind)) behind++;
    /* "Wie der Sprecher mitteilte, ist …": who frames all of it is no part of it. */
    uint32_t frame = say_word(f, first, "wie") ? say_next_border(f, first, hit_first) : hit_first;
    if (frame < hit_first) first = frame + 1;
    say_content(f, s, first, hit_first);
    if (behind < last) say_content(f, s, behind, last);
}

static const float MANY_USES = 0.6f; /* reliability below which a preposition mostly means else */

/* "un segundo teléfono", "il secondo giorno di sole": where nouns have articles, a phrase without
 * article, name or a word for those who speak is no source. */
static bool bare_noun(const struct finder *f, struct dl_span s)
{
    static const char *const codes[] = {"fr", "es", "it", "pt"};
    bool articles = false;
    for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
        articles = articles || strcmp(f->t->cues->pack->code, codes[k]) == 0;
    static const uint32_t opens = DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_PRON | DL_CLASS_NUM;
    if (!articles || say_is(f, s.first, opens)) return false;
    for (uint32_t i = s.first; i < s.last; i++) {
        size_t n;
        if (say_cap(f, i) || dl_cues_head(f->t->cues, f->w, i, s.last, &n) != NULL) return false;
    }
    return s.last > s.first;
}

void say_preposition(struct finder *f, uint32_t hit)
{
    struct hit *h = &f->hits.p[hit];
    const dl_sentence *sentence = &f->t->sentences.p[h->sentence];
    if (f->w->p[h->at.first].quote != 0) return;
    uint32_t first = sentence->first, last = say_bare_end(f, sentence);
    struct hit *next = hit + 1 < f->hits.n ? &f->hits.p[hit + 1] : NULL;
    float reliability = h->cue->reliability;
    /* "no segundo dia": an ordinal, like "according to" */
    if (f->romance && h->at.last - h->at.first == 1 && h->at.first > first &&
        say_is(f, h->at.first - 1, DL_CLASS_DET | DL_CLASS_NUM))
        return;
    if (next != NULL && next->cue->kind == DL_CUE_VERB && next->at.first == h->at.last &&
        !f->english) { /* "según declaró la alcaldesa" */
        h->at.last = next->at.last;
        next->statement = HIT_USED;
        reliability = next->cue->reliability;
    } else if (h->cue->clause) { /* «как»: much else than "as … says" */
        return;
    }
    bool name = h->at.last - h->at.first == 1 && say_cap(f, h->at.first) && f->english;
    if (name && (say_cap(f, h->at.last) || !(f->w->p[h->at.first].flags & DL_WORD_FIRST))) return;
    struct dl_span source = source_by_tags(f, h, last);
    if (source.last <= source.first) source = prepositional_source(f, h->at.last, last);
    if (h->cue->act == DL_ACT_INSIDE) source = (struct dl_span){h->at.first + 1, h->at.first + 2};
    if (h->cue->kind == DL_CUE_POST) source = phrase_before(f, first, h->at.first);
    if (f->german && source.last == source.first + 1 && say_is(f, source.first, DL_CLASS_REL))
        return; /* "…, der zufolge": of the noun before */
    if (h->cue->kind == DL_CUE_PREP && bare_noun(f, source)) return;
    if (h->cue->kind == DL_CUE_POST && say_is(f, h->at.first - 1, DL_CLASS_TIME))
        return; /* "than last year" */
    uint32_t closed = 0;
    /* "据X报道，": the verb that closes the source belongs to the cue. */
    for (size_t k = hit + 1; k < f->hits.n && !f->english; k++) {
        struct hit *verb = &f->hits.p[k];
        if (verb->at.first >= source.last) break;
        if (verb->cue->kind != DL_CUE_VERB || verb->at.last != source.last) continue;
        if (verb->at.first <= source.first) continue;
        source.last = verb->at.first;
        closed = verb->at.last;
        verb->statement = HIT_USED;
    }
    struct dl_span hearer = {0, 0};
    uint32_t told = f->english ? source.last : say_hearer_at(f, source.first + 1, source.last);
    if (told < source.last) {
        hearer = (struct dl_span){told + 1, source.last};
        source = say_trim(f, (struct dl_span){source.first, told});
    }
    if (source.first >= source.last || source.last - source.first > DL_SOURCE_MAX_TOKENS) return;
    bool caps_first = f->w->p[source.first].kind == DL_TOKEN_WORD ||
                      say_mark(f, source.first, '@') ||
                      (f->w->p[source.first].flags & DL_WORD_NAMED);
    if (!caps_first) return;
    /* "per year", "via email": a preposition of many uses needs a noun phrase with its article. */
    bool full = say_cap(f, source.first) || say_is(f, source.first, DL_CLASS_DET | DL_CLASS_POSS);
    if (f->english && h->cue->reliability < MANY_USES && !full) return;
    dl_statement *s = say_new(f, "accord", 0.9f * reliability, h->sentence);
    if (s == NULL) return;
    s->cue = h->at;
    s->source = source;
    s->stance = h->cue->stance;
    s->act = h->cue->act;
    h->statement = (int32_t)f->out.n - 1;
    struct dl_span left = say_trim(f, (struct dl_span){first, h->at.first});
    uint32_t behind = source.last > h->at.last ? source.last : h->at.last;
    if (closed > behind) behind = closed;
    if (hearer.last > hearer.first) {
        say_told(f, s, hearer);
        behind = hearer.last;
    }
    if (h->cue->kind == DL_CUE_POST) left = say_trim(f, (struct dl_span){first, source.first});
    bool opens = left.last <= left.first + 1 || f->w->p[h->at.first].flags & DL_WORD_CAP;
    if (opens) {
        while (behind < last && say_is_border(f, behind))
            behind++;
        if (behind < last) say_content(f, s, behind, last);
    } else if (behind + 4 < last && say_is_comma(f, behind) && f->english &&
               say_lower_ends(f, behind + 1, "ing") && say_word(f, behind + 2, "that")) {
        /* "Reports have surfaced, through X, suggesting that …": the clause is what is said. */
        say_content(f, s, behind + 3, last);
    } else if (f->german) {
        bool post = h->cue->kind == DL_CUE_POST;
        content_around(f, s, post ? source.first : h->at.first, behind, first, last);
    } else {
        say_content(f, s, left.first, left.last);
        if (behind + 2 < last && say_is_comma(f, behind) && !say_is(f, behind + 1, DL_CLASS_REL) &&
            !say_lower_ends(f, behind + 1, "ing"))
            say_content(f, s, behind + 1, last);
    }
    if (s->n_content == 0) f->out.n--, h->statement = -1;
}

/* --- connectors --------------------------------------------------------------------------- */

/* The statement of a sentence whose span lies nearest before token i. */
static dl_statement *statement_before(const struct finder *f, uint32_t sentence, uint32_t i)
{
    dl_statement *best = NULL;
    for (size_t k = 0; k < f->out.n; k++) {
        dl_statement *s = &f->out.p[k];
        if (s->sentence != sentence || s->cue.first >= i) continue;
        if (best == NULL || s->cue.first > best->cue.first) best = s;
    }
    return best;
}

static void add_hop(dl_statement *s, const struct hit *h, struct dl_span source)
{
    if (s->n_hops + 1 >= DL_STATEMENT_HOPS) return;
    /* The source so far becomes a hop nearer to the outlet. */
    s->hop[s->n_hops++] = (struct dl_hop){.source = s->source, .cue = s->cue};
    s->source = source;
    s->hop[s->n_hops].cue = h->at;
}

static dl_statement *statement_around(const struct finder *f, const struct hit *h)
{
    for (size_t k = 0; k < f->out.n; k++) {
        dl_statement *s = &f->out.p[k];
        if (s->sentence == h->sentence && s->source.first < h->at.first &&
            h->at.last < s->source.last)
            return s;
    }
    return NULL;
}

/* "X reports on it, citing sources who claim …": the connector opens the source of a statement. */
static dl_statement *statement_opened_by(const struct finder *f, const struct hit *h)
{
    for (size_t k = 0; k < f->out.n; k++)
        if (f->out.p[k].sentence == h->sentence && f->out.p[k].source.first == h->at.first &&
            f->out.p[k].source.last > h->at.last)
            return &f->out.p[k];
    return NULL;
}

/* The medium that does the citing is the subject of the sentence, when it is one. */
static void open_source(struct finder *f, dl_statement *s, const struct hit *h, uint32_t first)
{
    s->source.first = h->at.last;
    uint32_t end = first;
    while (end < h->at.first && !say_verblike(f, end) && !say_is_border(f, end))
        end++;
    struct dl_span outer = say_trim(f, (struct dl_span){first, end});
    uint8_t class = DL_SOURCE_NONE, anonymity;
    if (outer.last > outer.first) dl_source_classify(f->t, outer, &class, &anonymity);
    if (class != DL_SOURCE_MEDIA || s->n_hops > 0) return;
    s->hop[0] = (struct dl_hop){.source = outer, .cue = h->at};
    s->n_hops = 1;
}

static struct dl_span connected_source(const struct finder *f, uint32_t i, uint32_t last)
{
    struct dl_span source = {i, i};
    const struct say_tree *t = f->german && i < last ? say_tags(f, f->w->p[i].sentence) : NULL;
    while (source.last < last) {
        uint32_t k = source.last;
        if (t != NULL && k > i && tree_verb_at(f, t, k)) break;
        bool name_mark = !f->english && say_is_quote_mark(f, k) && k > i;
        if ((say_is_border(f, k) && !name_mark && k > i) || say_is(f, k, DL_CLASS_REL)) break;
        if (say_is(f, k, DL_CLASS_COMP) && !say_is(f, k, DL_CLASS_DET)) break;
        source.last++;
    }
    return say_trim(f, source);
}

/* "a draft seen by X": X got it from there, so X stands nearer to the outlet. */
static void seen_by(struct finder *f, dl_statement *s, const struct hit *h, struct dl_span medium)
{
    if (h->at.first <= s->source.first || h->at.first > s->source.last) return;
    s->source = say_trim(f, (struct dl_span){s->source.first, h->at.first});
    if (dl_source_is_outlet(f->t, medium) || s->n_hops > 0) return;
    s->hop[0] = (struct dl_hop){.source = medium, .cue = h->at};
    s->n_hops = 1;
}

/* "in an interview with X", "gegenüber X": X passes on what it was told, when it is a medium. */
static void told_to(struct finder *f, dl_statement *s, const struct hit *h, struct dl_span medium)
{
    if (h->at.first > s->source.first && h->at.first <= s->source.last)
        s->source = say_trim(f, (struct dl_span){s->source.first, h->at.first});
    uint8_t class, anonymity;
    dl_source_classify(f->t, medium, &class, &anonymity);
    if (class == DL_SOURCE_MEDIA) say_told(f, s, medium);
}

/* "…, said the fire brigade, quoted by X": X stands nearer to the outlet. */
static void cited_by(struct finder *f, dl_statement *s, const struct hit *h, struct dl_span medium)
{
    if (s->source.last <= s->source.first || s->n_hops + 2u > DL_STATEMENT_HOPS) return;
    if (h->at.first > s->source.first && h->at.first <= s->source.last)
        s->source = say_trim(f, (struct dl_span){s->source.first, h->at.first});
    for (unsigned i = s->n_hops; i > 0; i--)
        s->hop[i] = s->hop[i - 1];
    s->hop[0] = (struct dl_hop){.source = medium, .cue = h->at};
    s->n_hops++;
}

static void one_connector(struct finder *f, const struct hit *h)
{
    const dl_sentence *sentence = &f->t->sentences.p[h->sentence];
    uint32_t last = say_bare_end(f, sentence);
    dl_statement *s = statement_opened_by(f, h);
    if (s != NULL) {
        open_source(f, s, h, sentence->first);
        return;
    }
    s = statement_around(f, h);
    struct dl_span source = connected_source(f, h->at.last, s != NULL ? s->source.last : last);
    /* Turkish: "polis kaynaklarına dayanarak" */
    if (strcmp(f->t->cues->pack->code, "tr") == 0 && h->cue->act != DL_ACT_TELL)
        source = phrase_before(f, sentence->first, h->at.first);
    if (source.first >= source.last || source.last - source.first > DL_SOURCE_MAX_TOKENS) return;
    if (h->cue->act == DL_ACT_SEEN) {
        if (s != NULL) seen_by(f, s, h, source);
        return;
    }
    if (h->cue->act == DL_ACT_TELL) {
        if (s == NULL) s = statement_before(f, h->sentence, h->at.first);
        if (s != NULL) told_to(f, s, h, source);
        return;
    }
    if (s != NULL && h->cue->act != DL_ACT_CITED) {
        s->source = say_trim(f, (struct dl_span){s->source.first, h->at.first});
        add_hop(s, h, source);
        return;
    }
    if (s == NULL) s = statement_before(f, h->sentence, h->at.first);
    bool opens = h->cue->act != DL_ACT_CITED || h->at.first <= sentence->first + 1;
    for (size_t k = 0; k < f->out.n && s == NULL && opens; k++)
        if (f->out.p[k].sentence == h->sentence) s = &f->out.p[k]; /* "Citing two officials, …" */
    if (s == NULL || s->source.first == s->source.last) return;
    if (h->cue->act == DL_ACT_CITED)
        cited_by(f, s, h, source);
    else
        add_hop(s, h, source);
}

void say_connectors(struct finder *f)
{
    for (size_t k = 0; k < f->hits.n; k++)
        if (f->hits.p[k].cue->kind == DL_CUE_CONNECTOR && f->w->p[f->hits.p[k].at.first].quote == 0)
            one_connector(f, &f->hits.p[k]);
}

/* --- labels ------------------------------------------------------------------------------- */

/* "WALLACE: Let's start …", at the start of a paragraph; the quotation mark before it is typical.
 */
static void one_label(struct finder *f, const dl_sentence *s)
{
    uint32_t i = s->first;
    while (i < s->last && say_is_quote_mark(f, i))
        i++;
    uint32_t start = i;
    while (i < s->last && i < start + 5 && say_cap(f, i) && !say_is(f, i, DL_CLASS_NOTNAME))
        i++;
    if (i == start || !say_mark(f, i, ':') || i + 2 >= s->last) return;
    bool upper = true;
    for (uint32_t k = start; k < i; k++)
        upper = upper && (f->w->p[k].flags & DL_WORD_UPPER);
    if (!upper) return;
    dl_statement *st = say_new(f, "label", 0.75f, f->w->p[i].sentence);
    if (st == NULL) return;
    st->cue = (struct dl_span){i, i + 1};
    st->source = (struct dl_span){start, i};
    st->stance = DL_STANCE_NEUTRAL;
    uint32_t end = i + 1;
    while (end < f->w->n && f->w->p[end].kind != DL_TOKEN_PARA)
        end++;
    say_content(f, st, i + 1, end);
}

void say_labels(struct finder *f)
{
    uint32_t paragraph = (uint32_t)-1;
    for (size_t k = 0; k < f->t->sentences.n; k++) {
        const dl_sentence *s = &f->t->sentences.p[k];
        if (s->paragraph == paragraph) continue;
        paragraph = s->paragraph;
        one_label(f, s);
    }
}

/* --- quotations nobody claimed ------------------------------------------------------------ */

static bool covered(const struct finder *f, const dl_quotation *q)
{
    uint32_t middle = q->first + (q->last - q->first) / 2;
    for (size_t k = 0; k < f->out.n; k++)
        for (unsigned c = 0; c < f->out.p[k].n_content; c++)
            if (f->out.p[k].content[c].first <= middle && middle < f->out.p[k].content[c].last)
                return true;
    return false;
}

enum { LOOSE_MIN_WORDS = 4 /* shorter ones are titles, terms and scare quotes */ };

/* "We will win." is one, however short. */
static bool whole_sentence(const struct finder *f, const dl_quotation *q)
{
    bool ends =
        q->last > q->first && (say_mark(f, q->last - 1, '.') || say_mark(f, q->last - 1, '!') ||
                               say_mark(f, q->last - 1, '?'));
    return ends && q->first <= f->t->sentences.p[f->w->p[q->first].sentence].first + 1;
}

/* Whole sentences in quotation marks go on with the last source of their paragraph, or of the one
 * before when the quotation was carried over. */
void say_loose_quotes(struct finder *f)
{
    size_t known = f->out.n, at = 0;
    for (size_t k = 0; k < f->t->quotations.n; k++) {
        const dl_quotation *q = &f->t->quotations.p[k];
        if (q->words < LOOSE_MIN_WORDS && !whole_sentence(f, q)) continue;
        if (covered(f, q)) continue;
        const dl_sentence *s = &f->t->sentences.p[f->w->p[q->first].sentence];
        if (q->first > s->first + 2) continue; /* stands inside a sentence that is not a quote */
        while (at < known && f->out.p[at].cue.first < q->first)
            at++;
        if (at == 0) continue;
        dl_statement *before = &f->out.p[at - 1];
        uint32_t paragraph = f->t->sentences.p[before->sentence].paragraph;
        bool near = paragraph == s->paragraph || (q->continues && paragraph + 1 == s->paragraph);
        if (!near || before->quote == DL_QUOTE_INDIRECT) continue;
        say_content(f, before, q->first, q->last);
        say_step(f, before, 0.95f, "a quotation behind it goes on");
    }
}

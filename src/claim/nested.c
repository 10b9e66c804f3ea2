/* What German says beyond a cue: words in quotation marks inside what is reported, and sentences
 * that go on in the subjunctive of indirect speech. Both hang on a statement made before. */
#include "claim/tree.h"

/* Sentences of one paragraph that go on from one statement; each is a tenth less sure. */
enum { GOES_ON_MAX = 4 };
static const float DECAY = 0.9f;

/* Forms of the first subjunctive that are no indicative. */
static bool subjunctive(const struct finder *f, uint32_t i)
{
    static const char *const forms[] = {"sei",   "seien", "habe",   "werde", "könne",
                                        "müsse", "solle", "wolle",  "dürfe", "möge",
                                        "gebe",  "gehe",  "bleibe", "wisse"};
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
        if (say_word(f, i, forms[k])) return true;
    return false;
}

/* Is the word at i the verb of the sentence, not of a clause in it? */
static bool of_main_clause(const struct finder *f, const struct say_tree *t, uint32_t i)
{
    uint32_t u = tree_unit(t, i);
    if (u >= t->n) return false;
    if (t->unit[u].head == 0) return true;
    bool helps = tree_is(f, t, u, "aux") || tree_is(f, t, u, "cop");
    return helps && t->unit[t->unit[u].head - 1].head == 0;
}

/* "Die Lage sei ernst." — and not "Ich habe …", "es sei denn". */
static bool subjunctive_sentence(const struct finder *f, uint32_t sentence)
{
    const dl_sentence *s = &f->t->sentences.p[sentence];
    for (uint32_t i = s->first; i < s->last; i++) {
        if (say_word(f, i, "ich") || say_word(f, i, "wir")) return false;
        if (f->w->p[i].quote != 0 || !subjunctive(f, i) || say_word(f, i + 1, "denn")) continue;
        const struct say_tree *t = say_tree(f, sentence);
        return t != NULL && of_main_clause(f, t, i);
    }
    return false;
}

/* The one statement of a sentence that it can go on from; NULL: none, or two who speak. */
static const dl_statement *speaker_of(const struct finder *f, uint32_t sentence, size_t known)
{
    const dl_statement *found = NULL;
    for (size_t k = 0; k < known; k++) {
        const dl_statement *s = &f->out.p[k];
        if (s->sentence != sentence || s->source.last <= s->source.first) continue;
        if (found != NULL && say_holds(found, s)) continue;
        if (found != NULL && found->source.first != s->source.first) return NULL;
        found = s;
    }
    return found;
}

static bool speaks(const struct finder *f, uint32_t sentence, size_t known)
{
    for (size_t k = 0; k < known; k++)
        if (f->out.p[k].sentence == sentence && f->out.p[k].source.last > f->out.p[k].source.first)
            return true;
    return false;
}

static void go_on(struct finder *f, uint32_t sentence, const dl_statement *from, float score)
{
    dl_statement copy = *from;
    const dl_sentence *at = &f->t->sentences.p[sentence];
    dl_statement *s = say_new(f, "subjunctive", score, sentence);
    if (s == NULL) return;
    s->source = copy.source;
    s->stance = copy.stance;
    s->act = copy.act;
    s->n_hops = copy.n_hops;
    memcpy(s->hop, copy.hop, sizeof s->hop);
    say_content(f, s, at->first, at->last);
}

void say_go_on(struct finder *f)
{
    if (!f->german) return;
    size_t known = f->out.n;
    dl_statement from = {0};
    unsigned run = GOES_ON_MAX;
    for (uint32_t k = 0; k < f->t->sentences.n; k++) {
        const dl_sentence *s = &f->t->sentences.p[k];
        bool new_paragraph = k > 0 && f->t->sentences.p[k - 1].paragraph != s->paragraph;
        const dl_statement *own = speaker_of(f, k, known);
        if (own != NULL) {
            from = *own;
            run = 0;
            continue;
        }
        bool goes_on = run < GOES_ON_MAX && !new_paragraph && !speaks(f, k, known) &&
                       subjunctive_sentence(f, k);
        if (!goes_on) {
            run = GOES_ON_MAX;
            continue;
        }
        from.score *= DECAY;
        go_on(f, k, &from, from.score);
        run++;
    }
}

/* A name in quotation marks, or a word the outlet keeps its distance from, is no quotation. */
static bool words_of_somebody(const struct finder *f, const dl_quotation *q)
{
    uint32_t small = 0;
    for (uint32_t i = q->first; i < q->last; i++)
        small += f->w->p[i].kind == DL_TOKEN_WORD && !say_cap(f, i);
    return q->closed && small > 0;
}

static uint32_t words_outside(const struct finder *f, const dl_statement *s, const dl_quotation *q)
{
    uint32_t n = 0;
    for (unsigned c = 0; c < s->n_content; c++)
        for (uint32_t i = s->content[c].first; i < s->content[c].last; i++)
            n += f->w->p[i].kind == DL_TOKEN_WORD && (i < q->first || i >= q->last);
    return n;
}

static bool contains(const dl_statement *s, struct dl_span words)
{
    for (unsigned c = 0; c < s->n_content; c++)
        if (s->content[c].first <= words.first && words.last <= s->content[c].last) return true;
    return false;
}

static void quoted_part(struct finder *f, const dl_quotation *q, size_t known)
{
    struct dl_span words = say_trim(f, (struct dl_span){q->first, q->last});
    size_t best = known;
    uint32_t least = UINT32_MAX;
    for (size_t k = 0; k < known; k++) {
        const dl_statement *s = &f->out.p[k];
        if (s->source.last <= s->source.first || !contains(s, words)) continue;
        uint32_t outside = words_outside(f, s, q);
        if (outside == 0) return; /* the quotation is the content */
        if (outside >= least) continue;
        least = outside;
        best = k;
    }
    if (best == known) return;
    dl_statement whole = f->out.p[best];
    dl_statement *s = say_new(f, "quoted-part", whole.score, whole.sentence);
    if (s == NULL) return;
    s->part = true;
    s->cue = whole.cue;
    s->source = whole.source;
    s->stance = whole.stance;
    s->certainty = whole.certainty;
    s->act = whole.act;
    s->quote = DL_QUOTE_DIRECT;
    s->n_hops = whole.n_hops;
    memcpy(s->hop, whole.hop, sizeof s->hop);
    say_content(f, s, q->first, q->last);
}

void say_quoted_parts(struct finder *f)
{
    if (!f->german) return;
    size_t known = f->out.n;
    for (size_t k = 0; k < f->t->quotations.n; k++)
        if (words_of_somebody(f, &f->t->quotations.p[k]))
            quoted_part(f, &f->t->quotations.p[k], known);
}

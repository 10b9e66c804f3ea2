/* What German says beyond a cue: words in quotation marks inside what is reported, and sentences
 * that go on in the subjunctive of indirect speech. Both hang on a statement made before. */
#include "claim/tree.h"

/* Sentences of one paragraph that go on from one statement; each is a tenth less sure. */
enum { GOES_ON_MAX = 4 };
static const float DECAY = 0.9f;

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
        if (f->w->p[i].quote != 0 || !say_is(f, i, DL_CLASS_SUBJUNCTIVE) ||
            say_word(f, i + 1, "denn"))
            continue;
        const struct say_tree *t = say_tree(f, sentence);
        return t != NULL && of_main_clause(f, t, i);
    }
    return false;
}

/* Who speaks in which sentence: statements with a source, in their order. */
struct speakers {
    uint32_t *first, *next; /* 1 + a statement, by sentence and by statement; 0: none */
};

static bool list_speakers(struct finder *f, struct speakers *ret)
{
    ret->first = DL_NEW_ARRAY(f->arena, uint32_t, f->t->sentences.n + 1);
    ret->next = DL_NEW_ARRAY(f->arena, uint32_t, f->out.n + 1);
    if (ret->first == NULL || ret->next == NULL) return false; /* the arena remembers */
    for (size_t k = f->out.n; k-- > 0;) {
        const dl_statement *s = &f->out.p[k];
        if (s->source.last <= s->source.first) continue;
        ret->next[k] = ret->first[s->sentence];
        ret->first[s->sentence] = (uint32_t)k + 1;
    }
    return true;
}

/* The one statement of a sentence that it can go on from; NULL: none, or two who speak. */
static const dl_statement *speaker_of(const struct finder *f, const struct speakers *all,
                                      uint32_t sentence)
{
    const dl_statement *found = NULL;
    for (uint32_t k = all->first[sentence]; k > 0; k = all->next[k - 1]) {
        const dl_statement *s = &f->out.p[k - 1];
        if (found != NULL && say_holds(found, s)) continue;
        if (found != NULL && found->source.first != s->source.first) return NULL;
        found = s;
    }
    return found;
}

/* What one who speaks has said before goes for these words, too. NULL: no room. */
static dl_statement *say_after(struct finder *f, const char *rule, const dl_statement *from,
                               uint32_t sentence)
{
    dl_statement copy = *from; /* it may move */
    dl_statement *s = say_new(f, rule, copy.score, sentence);
    if (s == NULL) return NULL;
    s->source = copy.source;
    s->stance = copy.stance;
    s->act = copy.act;
    s->n_hops = copy.n_hops;
    memcpy(s->hop, copy.hop, sizeof s->hop);
    return s;
}

void say_go_on(struct finder *f)
{
    if (!f->german) return;
    struct speakers speakers;
    if (!list_speakers(f, &speakers)) return;
    dl_statement from = {0};
    unsigned run = GOES_ON_MAX;
    for (uint32_t k = 0; k < f->t->sentences.n; k++) {
        const dl_sentence *s = &f->t->sentences.p[k];
        bool new_paragraph = k > 0 && f->t->sentences.p[k - 1].paragraph != s->paragraph;
        const dl_statement *own = speaker_of(f, &speakers, k);
        if (own != NULL) {
            from = *own;
            run = 0;
            continue;
        }
        bool goes_on = run < GOES_ON_MAX && !new_paragraph && speakers.first[k] == 0 &&
                       subjunctive_sentence(f, k);
        if (!goes_on) {
            run = GOES_ON_MAX;
            continue;
        }
        from.score *= DECAY;
        dl_statement *more = say_after(f, "subjunctive", &from, k);
        if (more == NULL) return;
        say_content(f, more, s->first, s->last);
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
    dl_statement *s = say_after(f, "quoted-part", &f->out.p[best], f->out.p[best].sentence);
    if (s == NULL) return;
    s->part = true;
    s->cue = f->out.p[best].cue;
    s->certainty = f->out.p[best].certainty;
    s->quote = DL_QUOTE_DIRECT;
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

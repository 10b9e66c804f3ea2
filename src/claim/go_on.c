/* German sentences that go on with what somebody has said: in the subjunctive of indirect speech
 * ("Die Lage sei ernst."), or as hearsay ("Drei Lager sollen abgebrannt sein."). One after the
 * other they are one statement, that hangs on who spoke before. */
#include "claim/fields.h"

/* Sentences that go on from one statement; each is a tenth less sure. */
enum { GOES_ON_MAX = 6 };
static const float DECAY = 0.9f;

/* "dass …", "der …", "weil …": such a clause has its verb last, and no main clause does. */
static bool subordinate(const struct finder *f, const struct say_tree *t, uint32_t i, bool first)
{
    uint32_t u = tree_unit(t, i);
    if (say_is(f, i, DL_CLASS_COMP) || (u < t->n && tree_upos(f, t, u) == DL_UPOS_SCONJ))
        return true;
    bool relative = say_is(f, i, DL_CLASS_REL) ||
                    (say_is(f, i, DL_CLASS_PREP) && say_is(f, i + 1, DL_CLASS_REL));
    return !first && relative;
}

/* The finite verb of the clause: the first auxiliary, else the first verb; last when it has none.
 */
static uint32_t finite_in(const struct finder *f, const struct say_tree *t, uint32_t i,
                          uint32_t last)
{
    uint32_t verb = last;
    for (; i < last; i++) {
        if (f->w->p[i].quote != 0 || (say_cap(f, i) && !(f->w->p[i].flags & DL_WORD_FIRST)))
            continue;
        if (say_is(f, i, DL_CLASS_AUX | DL_CLASS_MODAL | DL_CLASS_SUBJUNCTIVE) &&
            !say_is(f, i, DL_CLASS_POSS))
            return i;
        if (verb == last && tree_verb_at(f, t, i)) verb = i;
    }
    return verb;
}

/* The finite verb of the sentence, not of a clause in it; s->last when there is none. */
static uint32_t main_verb(const struct finder *f, const struct say_tree *t, const dl_sentence *s)
{
    for (uint32_t i = s->first; i < s->last;) {
        uint32_t end = i;
        while (end < s->last && (!say_is_border(f, end) || say_is_quote_mark(f, end)))
            end++;
        uint32_t open = i;
        while (open < end && (say_is(f, open, DL_CLASS_LEAD) || say_is_quote_mark(f, open)))
            open++;
        uint32_t verb = subordinate(f, t, open, i == s->first) ? end : finite_in(f, t, open, end);
        if (verb < end) return verb;
        i = end + 1;
    }
    return s->last;
}

static bool first_person(const struct finder *f, const dl_sentence *s)
{
    for (uint32_t i = s->first; i < s->last; i++)
        if (f->w->p[i].quote == 0 && (say_word(f, i, "ich") || say_word(f, i, "wir"))) return true;
    return false;
}

/* Cheap: is there a word in the sentence that could make it go on? */
static bool may_go_on(const struct finder *f, const dl_sentence *s)
{
    for (uint32_t i = s->first; i < s->last; i++)
        if (f->w->p[i].quote == 0 && (say_is(f, i, DL_CLASS_SUBJUNCTIVE) ||
                                      say_word(f, i, "soll") || say_word(f, i, "sollen")))
            return true;
    return false;
}

/* How the sentence goes on: its verb, s->last when it does not. */
static uint32_t goes_on(const struct finder *f, uint32_t sentence)
{
    const dl_sentence *s = &f->t->sentences.p[sentence];
    bool framed = say_word(f, s->first, "wie"); /* "Wie der Verband errechnet hat, …" */
    if (framed || !may_go_on(f, s) || first_person(f, s)) return s->last;
    const struct say_tree *t = say_tags(f, sentence);
    if (t == NULL) return s->last;
    uint32_t verb = main_verb(f, t, s);
    if (verb >= s->last || say_word(f, verb + 1, "denn")) return s->last;
    bool hearsay = say_word(f, verb, "soll") || say_word(f, verb, "sollen");
    return hearsay || say_is(f, verb, DL_CLASS_SUBJUNCTIVE) ? verb : s->last;
}

/* --- who speaks ---------------------------------------------------------------------------- */

/* Statements with a source by sentence, in their order. */
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

/* "Der Mann habe geschrieben, er müsse …", "Nach ihren Informationen habe …": who is said to say so
 * stands within what goes on; the verb that goes on is the one of the cue, or the source points
 * back. */
static bool held_by_what_goes_on(const struct finder *f, const dl_statement *s, uint32_t verb)
{
    if (!s->verb) return say_is(f, s->source.first, DL_CLASS_POSS);
    if (verb == s->cue.first) return true;
    for (uint32_t i = verb + 1; i < s->cue.first; i++)
        if (say_is_border(f, i) && !say_is_quote_mark(f, i)) return false;
    return verb < s->cue.first;
}

static bool all_held(const struct finder *f, const struct speakers *all, uint32_t sentence,
                     uint32_t verb)
{
    for (uint32_t k = all->first[sentence]; k > 0; k = all->next[k - 1])
        if (!held_by_what_goes_on(f, &f->out.p[k - 1], verb)) return false;
    return true;
}

/* --- statements ---------------------------------------------------------------------------- */

dl_statement *say_after(struct finder *f, const char *rule, const dl_statement *from,
                        uint32_t sentence)
{
    dl_statement copy = *from; /* it may move */
    dl_statement *s = say_new(f, rule, copy.score, sentence);
    if (s == NULL) return NULL;
    s->source = copy.source;
    s->stance = copy.stance;
    s->act = copy.act;
    s->n_hops = copy.n_hops;
    s->cue_before = copy.cue.last > copy.cue.first ? copy.cue : copy.cue_before;
    memcpy(s->hop, copy.hop, sizeof s->hop);
    return s;
}

void say_silent(struct finder *f, const struct hit *h, struct dl_span source)
{
    struct silent one = {h->at, source, h->sentence};
    if (f->silent.n < DL_STATEMENTS_MAX && dl_vec_push(f->arena, &f->silent, one) != DL_OK)
        f->failed = true;
}

struct going {
    dl_statement from; /* who has spoken last */
    unsigned run;      /* sentences since */
    int32_t on;        /* the statement that goes on in the sentence before; -1: none */
};

static const float SILENT = 0.6f; /* that what follows is theirs is only likely */

static dl_statement said_nothing(const struct silent *s)
{
    return (dl_statement){.cue = s->cue,
                          .source = s->source,
                          .sentence = s->sentence,
                          .stance = DL_STANCE_NEUTRAL,
                          .act = DL_ACT_SAY,
                          .score = SILENT,
                          .parent = -1};
}

static const float UNHEARD = 0.45f; /* nothing said that they speak: below the gate */

/* "hätte" may be of the outlet; "habe" never is. */
static bool of_another(const struct finder *f, uint32_t verb)
{
    static const char *const own[] = {"hätte",  "hätten",  "wäre",   "wären",   "würde", "würden",
                                      "könnte", "könnten", "müsste", "müssten", "soll",  "sollen"};
    for (size_t k = 0; k < sizeof own / sizeof *own; k++)
        if (say_word(f, verb, own[k])) return false;
    return true;
}

/* "Die Polizei prüft den Brief. Der Mann habe geschrieben, …": where nobody has spoken yet, the
 * subject of the sentence before does, when it can. */
static bool unheard(const struct finder *f, uint32_t sentence, dl_statement *ret)
{
    const dl_sentence *s = &f->t->sentences.p[sentence];
    const struct say_tree *t = say_tags(f, sentence);
    uint32_t verb = t != NULL ? main_verb(f, t, s) : s->last;
    if (verb >= s->last) return false;
    struct dl_span who = fields_phrase(f, s->first, verb);
    if (who.last != verb || who.last <= who.first) return false;
    uint8_t class, anonymity;
    dl_source_classify(f->t, who, &class, &anonymity);
    if (class == DL_SOURCE_NONE || class == DL_SOURCE_UNNAMED || class == DL_SOURCE_DATA)
        return false;
    if (class == DL_SOURCE_INDIVIDUAL && anonymity != DL_ANON_NAMED) return false;
    *ret = said_nothing(&(struct silent){.source = who, .sentence = sentence});
    ret->score = UNHEARD;
    return true;
}

static void go_on(struct finder *f, struct going *g, uint32_t sentence)
{
    const dl_sentence *s = &f->t->sentences.p[sentence];
    g->from.score *= DECAY;
    g->run++;
    if (g->on >= 0) {
        dl_statement *before = &f->out.p[g->on];
        struct dl_span more = say_trim(f, (struct dl_span){s->first, s->last});
        if (before->n_content > 0 && more.last > more.first)
            before->content[before->n_content - 1].last = more.last;
        before->score = g->from.score;
        return;
    }
    if (say_after(f, "subjunctive", &g->from, sentence) == NULL) return;
    g->on = (int32_t)f->out.n - 1;
    say_content(f, &f->out.p[g->on], s->first, s->last);
}

void say_go_on(struct finder *f)
{
    struct speakers speakers;
    if (!f->german || !list_speakers(f, &speakers)) return;
    struct going g = {.run = GOES_ON_MAX, .on = -1};
    size_t silent = 0;
    for (uint32_t k = 0; k < f->t->sentences.n; k++) {
        const dl_sentence *s = &f->t->sentences.p[k];
        bool new_paragraph = k > 0 && f->t->sentences.p[k - 1].paragraph != s->paragraph;
        if (new_paragraph && g.run > 0 && g.on < 0) g.run = GOES_ON_MAX;
        bool open = g.run < GOES_ON_MAX;
        bool may = open || (k > 0 && !new_paragraph && speakers.first[k - 1] == 0);
        uint32_t verb = may ? goes_on(f, k) : s->last;
        if (verb < s->last && !open) {
            if (of_another(f, verb) && unheard(f, k - 1, &g.from))
                g.run = 0;
            else
                verb = s->last;
        }
        if (verb < s->last && all_held(f, &speakers, k, verb)) {
            go_on(f, &g, k);
            continue;
        }
        const dl_statement *own = speaker_of(f, &speakers, k);
        g.on = -1;
        g.run = own != NULL ? 0 : GOES_ON_MAX;
        if (own != NULL) g.from = *own;
        while (silent < f->silent.n && f->silent.p[silent].sentence < k)
            silent++;
        if (speakers.first[k] > 0 || silent >= f->silent.n || f->silent.p[silent].sentence != k)
            continue;
        g.from = said_nothing(&f->silent.p[silent]);
        g.run = 0;
    }
}

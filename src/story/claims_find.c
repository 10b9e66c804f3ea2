/* Which sayings of a story's documents are one claim: single pass, in order of arrival.
 *
 * Candidates share terms (newest first, bounded steps); they are then compared with the wordings
 * that stand for a claim. In one language the cosine of weighted stems decides; across languages
 * the share of names by sound, numbers and concepts, of which there must be two at least. A denial
 * joins the claim whose words it repeats, and the main claim of its own text, for "denied any
 * involvement" repeats none. */
#include <math.h>
#include <stdlib.h>

#include "story/claims_private.h"

enum {
    STANDINS = 10,    /* wordings of a claim that sayings are compared with */
    STEPS = 48,       /* newest claims looked at for a term */
    CANDIDATES = 24,  /* compared in full */
    LEAST_SHARED = 5, /* weight of what two languages must share */
};
static const double JOIN_SAME = 0.34;   /* cosine in one language */
static const double JOIN_CROSS = 0.42;  /* share across languages */
static const double JOIN_DENIAL = 0.22; /* a denial repeats little of what it denies */
static const double SURE = 0.5;         /* a denial of this claim and of no other */
static const double LEAD_BONUS = 0.08;  /* two texts of one story open with the same thing */

/* ------------------------------------------------------------------ likeness */

static double cosine(const struct dl_gist_term *a, size_t n, const struct dl_gist_term *b, size_t k)
{
    double dot = 0, of_a = 0, of_b = 0;
    size_t shared = 0;
    for (size_t i = 0, j = 0; i < n && j < k;) {
        if (a[i].id < b[j].id)
            i++;
        else if (a[i].id > b[j].id)
            j++;
        else {
            shared += a[i].weight > 1;
            dot += a[i++].weight * b[j++].weight;
        }
    }
    if (dot <= 0) return 0; /* most share nothing */
    for (size_t i = 0; i < n; i++)
        of_a += a[i].weight * a[i].weight;
    for (size_t i = 0; i < k; i++)
        of_b += b[i].weight * b[i].weight;
    double cosine = dot / sqrt(of_a * of_b);
    return shared >= 2 || cosine >= SURE ? cosine : 0; /* one word in common is none */
}

static double share(const struct dl_gist_term *a, size_t n, const struct dl_gist_term *b, size_t k)
{
    int both = 0, of_a = 0, of_b = 0, terms = 0;
    for (size_t i = 0, j = 0; i < n && j < k;) {
        if (a[i].id < b[j].id) {
            i++;
        } else if (a[i].id > b[j].id) {
            j++;
        } else {
            both += a[i].weight < b[j].weight ? a[i].weight : b[j].weight;
            terms += a[i].weight > 1;
            i++;
            j++;
        }
    }
    if (both < LEAST_SHARED || terms < 2) return 0;
    for (size_t i = 0; i < n; i++)
        of_a += a[i].weight;
    for (size_t i = 0; i < k; i++)
        of_b += b[i].weight;
    int least = of_a < of_b ? of_a : of_b;
    return (double)both / (0.5 * least + 0.25 * (of_a + of_b));
}

double claims_likeness(const struct dl_saying *a, const char *lang_a, const struct dl_saying *b,
                       const char *lang_b)
{
    if (strcmp(lang_a, lang_b) == 0)
        return cosine(a->gist.stems, a->gist.n_stems, b->gist.stems, b->gist.n_stems);
    double keys = share(a->gist.keys, a->gist.n_keys, b->gist.keys, b->gist.n_keys);
    return keys * JOIN_SAME / JOIN_CROSS;
}

const struct dl_saying *sayings_opening(const struct dl_sayings *all)
{
    for (size_t i = 0; all != NULL && i < all->n_sayings; i++) {
        const struct dl_saying *s = &all->sayings[i];
        if (s->content.in != DL_IN_TEXT || s->flags & DL_SAYING_DENIES) continue;
        return s->flags & DL_SAYING_LEAD ? s : NULL;
    }
    return NULL;
}

/* ------------------------------------------------------------------ index */

struct node {
    uint32_t claim, next; /* next: 1 + index of an older node */
};

struct finding {
    dl_arena *arena;
    const struct dl_claims_input *in;
    claim_drafts claims;
    dl_map64 index; /* term -> 1 + newest node */
    DL_VEC(struct node) nodes;
    struct {
        uint32_t claim, votes;
    } vote[CANDIDATES * 4];
    size_t n_votes;
    uint32_t *doc_claims; /* of a document: 1 + its main claim */
    uint32_t *claim_docs; /* of a claim: documents that joined it */
    uint32_t main;        /* 1 + the claim that most documents state, the older of equals; 0 none */
};

static uint64_t term_key(const char *language, uint32_t id)
{
    return dl_hash64_seed(dl_str_c(language), id) | 1;
}

static enum dl_err index_terms(struct finding *f, const char *language,
                               const struct dl_gist_term *terms, size_t n, uint32_t claim)
{
    for (size_t i = 0; i < n; i++) {
        if (terms[i].weight < 2) continue;
        uint64_t *at = dl_map64_at(&f->index, term_key(language, terms[i].id));
        if (at == NULL) return dl_arena_failed(f->arena);
        if (*at != 0 && f->nodes.p[*at - 1].claim == claim) continue;
        struct node node = {claim, (uint32_t)*at};
        if (dl_vec_push(f->arena, &f->nodes, node) != DL_OK) return dl_arena_failed(f->arena);
        *at = f->nodes.n;
    }
    return DL_OK;
}

static enum dl_err index_saying(struct finding *f, uint32_t document, const struct dl_saying *s,
                                uint32_t claim)
{
    const char *language = f->in->docs[document].sayings->language;
    DL_TRY(index_terms(f, language, s->gist.stems, s->gist.n_stems, claim));
    return index_terms(f, "", s->gist.keys, s->gist.n_keys, claim);
}

static void vote(struct finding *f, uint32_t claim, uint32_t weight)
{
    size_t weakest = 0;
    for (size_t i = 0; i < f->n_votes; i++) {
        if (f->vote[i].claim == claim) {
            f->vote[i].votes += weight;
            return;
        }
        if (f->vote[i].votes < f->vote[weakest].votes) weakest = i;
    }
    size_t room = sizeof f->vote / sizeof *f->vote;
    size_t at = f->n_votes < room ? f->n_votes++ : weakest;
    f->vote[at].claim = claim;
    f->vote[at].votes = weight;
}

static void vote_terms(struct finding *f, const char *language, const struct dl_gist_term *terms,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint64_t *at = dl_map64_get(&f->index, term_key(language, terms[i].id));
        size_t steps = 0;
        for (uint64_t k = at != NULL ? *at : 0; k != 0 && steps < STEPS; steps++) {
            vote(f, f->nodes.p[k - 1].claim, terms[i].weight);
            k = f->nodes.p[k - 1].next;
        }
    }
}

/* ------------------------------------------------------------------ joining */

static double fit(const struct finding *f, uint32_t claim, uint32_t document,
                  const struct dl_saying *s)
{
    const struct claim_draft *c = &f->claims.p[claim];
    const char *language = f->in->docs[document].sayings->language;
    const struct dl_saying *opening = sayings_opening(f->in->docs[document].sayings);
    double best = 0;
    for (size_t i = 0, seen = 0; i < c->wordings.n && seen < STANDINS; i++) {
        const struct dl_claim_wording *w = &c->wordings.p[i];
        if (w->title || (w->denies && i > 0)) continue;
        seen++;
        const struct dl_saying *o = saying_of(f->in, w->document, w->saying);
        double like = claims_likeness(s, language, o, f->in->docs[w->document].sayings->language);
        bool both_open = s == opening && o == sayings_opening(f->in->docs[w->document].sayings);
        if (like > 0 && both_open) like += LEAD_BONUS;
        if (like > best) best = like;
    }
    return best;
}

/* The claim it fits best, 1 + index; the older one of equals. */
static uint32_t best_claim(struct finding *f, uint32_t document, const struct dl_saying *s,
                           double *ret_fit)
{
    f->n_votes = 0;
    vote_terms(f, f->in->docs[document].sayings->language, s->gist.stems, s->gist.n_stems);
    vote_terms(f, "", s->gist.keys, s->gist.n_keys);
    uint32_t best = 0;
    *ret_fit = 0;
    for (size_t tried = 0; tried < CANDIDATES; tried++) {
        size_t at = f->n_votes;
        for (size_t i = 0; i < f->n_votes; i++)
            if (f->vote[i].votes > 0 &&
                (at == f->n_votes || f->vote[i].votes > f->vote[at].votes ||
                 (f->vote[i].votes == f->vote[at].votes && f->vote[i].claim < f->vote[at].claim)))
                at = i;
        if (at == f->n_votes) break;
        f->vote[at].votes = 0;
        double like = fit(f, f->vote[at].claim, document, s);
        bool older = best != 0 && like == *ret_fit && f->vote[at].claim + 1 < best;
        if (like > *ret_fit || older) {
            *ret_fit = like;
            best = f->vote[at].claim + 1;
        }
    }
    return best;
}

static void count_document(struct finding *f, uint32_t claim)
{
    uint32_t n = ++f->claim_docs[claim], most = f->main != 0 ? f->claim_docs[f->main - 1] : 0;
    if (n > most || (n == most && claim < f->main - 1)) f->main = claim + 1;
}

static enum dl_err join(struct finding *f, uint32_t claim, uint32_t document, uint32_t saying,
                        double like)
{
    const struct dl_saying *s = saying_of(f->in, document, saying);
    struct claim_draft *c = &f->claims.p[claim];
    struct dl_claim_wording w = {.document = document, .saying = saying};
    w.denies = s->flags & DL_SAYING_DENIES;
    w.title = s->content.in != DL_IN_TEXT;
    w.fit = (uint8_t)(like >= 1 ? 100 : like * 100);
    bool fresh = c->wordings.n == 0 || c->wordings.p[c->wordings.n - 1].document != document;
    if (dl_vec_push(f->arena, &c->wordings, w) != DL_OK) return dl_arena_failed(f->arena);
    if (fresh) count_document(f, claim);
    if (!w.denies && !w.title && f->doc_claims[document] == 0) f->doc_claims[document] = claim + 1;
    if (w.denies || w.title || c->wordings.n > STANDINS) return DL_OK;
    return index_saying(f, document, s, claim);
}

static enum dl_err found(struct finding *f, uint32_t document, uint32_t saying)
{
    if (f->claims.n == DL_CLAIMS_MAX) return DL_OK;
    struct claim_draft c = {.document = document, .saying = saying};
    if (dl_vec_push(f->arena, &f->claims, c) != DL_OK) return dl_arena_failed(f->arena);
    uint32_t claim = (uint32_t)f->claims.n - 1;
    DL_TRY(join(f, claim, document, saying, 1));
    const struct dl_saying *s = saying_of(f->in, document, saying);
    return s->flags & DL_SAYING_DENIES ? index_saying(f, document, s, claim) : DL_OK;
}

static bool may_found(const struct dl_saying *s)
{
    if (s->gist.n_stems == 0 && s->gist.n_keys == 0) return false;
    return !(s->flags & DL_SAYING_OWN) || s->flags & DL_SAYING_LEAD;
}

static enum dl_err place(struct finding *f, uint32_t document, uint32_t saying)
{
    const struct dl_saying *s = saying_of(f->in, document, saying);
    double like;
    uint32_t claim = best_claim(f, document, s, &like);
    if (claim != 0 && like >= JOIN_SAME) return join(f, claim - 1, document, saying, like);
    bool title = s->content.in != DL_IN_TEXT;
    return title || !may_found(s) ? DL_OK : found(f, document, saying);
}

static enum dl_err place_denial(struct finding *f, uint32_t document, uint32_t saying)
{
    const struct dl_saying *s = saying_of(f->in, document, saying);
    double like;
    uint32_t claim = best_claim(f, document, s, &like);
    if (like < JOIN_DENIAL) claim = 0;
    uint32_t own = f->doc_claims[document];
    if (claim != 0) DL_TRY(join(f, claim - 1, document, saying, like));
    if (claim != 0 && (like >= SURE || own == claim)) return DL_OK;
    if (own != 0) return join(f, own - 1, document, saying, 0);
    if (claim != 0) return DL_OK;
    if (f->main != 0) return join(f, f->main - 1, document, saying, 0);
    return may_found(s) && s->content.in == DL_IN_TEXT ? found(f, document, saying) : DL_OK;
}

/* What is said first, then what is denied, then the headline, which speaks of its text. */
static int turn_of(const struct dl_saying *s)
{
    if (s->content.in != DL_IN_TEXT) return 2;
    return s->flags & DL_SAYING_DENIES ? 1 : 0;
}

static enum dl_err add_document(struct finding *f, uint32_t document)
{
    const struct dl_sayings *all = f->in->docs[document].sayings;
    if (all == NULL) return DL_OK;
    for (int turn = 0; turn < 3; turn++)
        for (uint32_t i = 0; i < all->n_sayings; i++) {
            const struct dl_saying *s = &all->sayings[i];
            if (turn_of(s) != turn) continue;
            if (s->flags & DL_SAYING_DENIES)
                DL_TRY(place_denial(f, document, i));
            else
                DL_TRY(place(f, document, i));
        }
    return DL_OK;
}

enum dl_err claims_find(dl_arena *arena, const struct dl_claims_input *in, claim_drafts *ret_claims)
{
    struct finding f = {.arena = arena, .in = in};
    size_t n = in->n_docs < DL_CLAIMS_DOCUMENTS ? in->n_docs : DL_CLAIMS_DOCUMENTS;
    dl_map64_init(&f.index, arena);
    f.doc_claims = DL_NEW_ARRAY(arena, uint32_t, n + 1);
    f.claim_docs = DL_NEW_ARRAY(arena, uint32_t, DL_CLAIMS_MAX);
    if (f.doc_claims == NULL || f.claim_docs == NULL) return dl_arena_failed(arena);
    for (uint32_t i = 0; i < n; i++)
        DL_TRY(add_document(&f, i));
    *ret_claims = f.claims;
    return DL_OK;
}

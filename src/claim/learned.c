#include "claim/learned.h"

#include "base/asset.h"
#include "claim/learned_sight.h"

const char dl_learned_names[DL_LEARNED_TAGS][16] = {"O",     "B-source",  "I-source", "B-cue",
                                                    "I-cue", "B-content", "I-content"};

/* --- the file ------------------------------------------------------------------------------- */

uint64_t dl_learned_margins_row(void)
{
    return dl_feature(90, 0, 0, 0);
}

void dl_learned_put_margins(int32_t least, int32_t gate, uint8_t ret_pairs[2 * DL_LEARNED_PAIRS])
{
    uint32_t values[] = {(uint32_t)least, (uint32_t)gate};
    for (unsigned i = 0; i < DL_LEARNED_PAIRS; i++) {
        ret_pairs[2 * i] = 0;
        ret_pairs[2 * i + 1] = (uint8_t)(values[i / 4] >> 8 * (i % 4));
    }
}

enum { MARGIN_MAX = 1 << 24 /* more than all weights of a window add up to */ };

static bool read_margins(dl_learned *l)
{
    dl_model_row row = dl_model_find(&l->model, dl_learned_margins_row());
    if (row.n != DL_LEARNED_PAIRS) return false;
    uint32_t values[2] = {0, 0};
    for (unsigned i = 0; i < DL_LEARNED_PAIRS; i++)
        values[i / 4] |= (uint32_t)row.p[2 * i + 1] << 8 * (i % 4);
    if (values[0] > MARGIN_MAX || values[1] > MARGIN_MAX) return false;
    l->least = (int32_t)values[0];
    l->gate = (int32_t)values[1];
    return l->gate == 0 || l->gate > l->least;
}

enum dl_err dl_learned_read(dl_learned *ret_learned, dl_str bytes, struct dl_diag *diag)
{
    dl_learned l = {0};
    DL_TRY(dl_model_open(&l.model, bytes, diag));
    bool same = l.model.n_labels == DL_LEARNED_TAGS;
    for (size_t i = 0; same && i < DL_LEARNED_TAGS; i++)
        same = dl_str_eq_c(l.model.labels[i], dl_learned_names[i]);
    if (!same) return dl_fail(diag, DL_ERR_SYNTAX, 0, "a model of other labels than statements");
    if (!read_margins(&l)) return dl_fail(diag, DL_ERR_SYNTAX, 0, "a model without its margins");
    *ret_learned = l;
    return DL_OK;
}

enum dl_err dl_learned_open(dl_learned *ret_learned, struct dl_diag *diag)
{
    dl_str bytes;
    if (!dl_asset_get("models/statements.bin", &bytes))
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "models/statements.bin is missing");
    return dl_learned_read(ret_learned, bytes, diag);
}

uint64_t dl_learned_language_row(const char *code)
{
    return dl_feature(91, dl_hash64(dl_str_c(code)), 0, 0);
}

bool dl_learned_serves(const dl_learned *learned, const char *code)
{
    return dl_model_find(&learned->model, dl_learned_language_row(code)).n == 1;
}

float dl_learned_score(const dl_learned *learned, int32_t margin)
{
    static const float floor = 0.25f, gate = 0.5f, below = 0.49f, top = 0.75f;
    static const float usual = 3000; /* margin of one that is as sure as most */
    float over = (float)(margin - learned->least);
    if (over <= 0) return floor;
    if (learned->gate == 0) /* none is sure enough for the gate */
        return floor + (below - floor) * over / (over + usual);
    float wide = (float)(learned->gate - learned->least);
    if (over < wide) return floor + (gate - floor) * over / wide;
    float more = over - wide;
    return gate + (top - gate) * more / (more + wide);
}

/* --- the best sequence ---------------------------------------------------------------------- */

enum { LOW = INT32_MIN / 4 };

/* A span goes on only from its own begin or inside. */
static bool follows(unsigned before, unsigned tag)
{
    return tag == 0 || tag % 2 == 1 || before == tag || before + 1 == tag;
}

int32_t learned_best(const int32_t (*scores)[DL_LEARNED_TAGS], const learned_transitions steps,
                     const uint8_t *before, const bool *banned, size_t n, uint8_t *ret_tags)
{
    uint8_t from[LEARNED_WINDOW][DL_LEARNED_TAGS];
    int32_t best[DL_LEARNED_TAGS] = {0, LOW, LOW, LOW, LOW, LOW, LOW}, now[DL_LEARNED_TAGS];
    DL_ASSERT(n <= LEARNED_WINDOW);
    for (size_t i = 0; i < n; i++) {
        for (unsigned k = 0; k < DL_LEARNED_TAGS; k++) {
            now[k] = LOW;
            from[i][k] = 0;
            bool source = k == 1 + 2 * DL_LEARNED_SOURCE || k == 2 + 2 * DL_LEARNED_SOURCE;
            if (banned != NULL && banned[i] && source) continue;
            for (unsigned b = 0; b < DL_LEARNED_TAGS; b++) {
                if (best[b] == LOW || !follows(b, k)) continue;
                int32_t score = best[b] + steps[before[i]][b][k] + scores[i][k];
                if (score > now[k]) {
                    now[k] = score;
                    from[i][k] = (uint8_t)b;
                }
            }
        }
        memcpy(best, now, sizeof best);
    }
    unsigned tag = 0;
    for (unsigned k = 1; k < DL_LEARNED_TAGS; k++)
        if (best[k] > best[tag]) tag = k;
    int32_t total = best[tag];
    for (size_t i = n; i-- > 0; tag = from[i][tag])
        ret_tags[i] = (uint8_t)tag;
    return total;
}

/* --- statements ----------------------------------------------------------------------------- */

static void read_transitions(const dl_model *model, learned_transitions ret)
{
    memset(ret, 0, sizeof(learned_transitions));
    for (unsigned k = 0; k < LEARNED_BEFORE; k++)
        for (unsigned b = 0; b < DL_LEARNED_TAGS; b++)
            dl_model_add(model, learned_after(b, k), ret[k][b]);
}

struct reading {
    struct dl_span source, cue;
    int32_t margin;
    uint8_t tags[LEARNED_WINDOW];
};

/* The first run of a role; of cues the one at the focus, when there is one. */
static struct dl_span run_of(const struct learned_focus *focus, const uint8_t *tags, unsigned role)
{
    struct dl_span found = {0, 0};
    for (uint32_t i = focus->first; i < focus->last; i++) {
        if (tags[i - focus->first] != 1 + 2 * role) continue;
        uint32_t end = i + 1;
        while (end < focus->last && tags[end - focus->first] == 2 + 2 * role)
            end++;
        bool at_focus = i < focus->at.last && focus->at.first < end;
        if (found.last == 0 || (at_focus && role == DL_LEARNED_CUE))
            found = (struct dl_span){i, end};
    }
    return found;
}

static bool has(const uint8_t *tags, uint32_t n, unsigned tag)
{
    for (uint32_t i = 0; i < n; i++)
        if (tags[i] == tag) return true;
    return false;
}

/* False: nothing is said here. */
static bool read_focus(const struct learned_sight *sight, const dl_model *model,
                       const learned_transitions steps, struct reading *r)
{
    const struct learned_focus *focus = sight->focus;
    uint32_t n = focus->last - focus->first;
    int32_t scores[LEARNED_WINDOW][DL_LEARNED_TAGS];
    uint8_t before[LEARNED_WINDOW], other[LEARNED_WINDOW];
    bool banned[LEARNED_WINDOW] = {false};
    uint64_t features[LEARNED_FEATURES];
    memset(scores, 0, n * sizeof *scores);
    for (uint32_t i = 0; i < n; i++) {
        size_t seen = learned_features(sight, focus->first + i, features);
        dl_model_score(model, features, seen, scores[i]);
        before[i] = sight->word[i].before;
    }
    int32_t best = learned_best(scores, steps, before, NULL, n, r->tags);
    r->source = say_trim(sight->f, run_of(focus, r->tags, DL_LEARNED_SOURCE));
    r->cue = run_of(focus, r->tags, DL_LEARNED_CUE);
    if (r->source.first >= r->source.last || r->cue.last == 0) return false;
    if (!has(r->tags, n, 1 + 2 * DL_LEARNED_CONTENT)) return false;
    for (uint32_t i = r->source.first; i < r->source.last; i++)
        banned[i - focus->first] = true;
    r->margin = best - learned_best(scores, steps, before, banned, n, other);
    return true;
}

static bool make(struct finder *f, const struct learned_focus *focus, const struct reading *r)
{
    dl_statement *s = say_new(f, "learned", dl_learned_score(f->t->learned, r->margin),
                              f->w->p[r->cue.first].sentence);
    if (s == NULL) return false;
    s->cue = r->cue;
    s->margin = r->margin;
    s->source = r->source;
    s->stance = focus->cue != NULL ? focus->cue->stance : DL_STANCE_NEUTRAL;
    s->act = focus->cue != NULL ? focus->cue->act : DL_ACT_SAY;
    for (uint32_t i = focus->first; i < focus->last; i++) {
        if (r->tags[i - focus->first] != 1 + 2 * DL_LEARNED_CONTENT) continue;
        uint32_t end = i + 1;
        while (end < focus->last && r->tags[end - focus->first] == 2 + 2 * DL_LEARNED_CONTENT)
            end++;
        say_content(f, s, i, end);
    }
    if (s->n_content == 0) f->out.n--;
    return s->n_content > 0;
}

static bool taken(const uint8_t *rules, struct dl_span cue)
{
    for (uint32_t i = cue.first; i < cue.last; i++)
        if (rules[i] >> DL_LEARNED_CUE & 1) return true;
    return false;
}

void say_learned(struct finder *f)
{
    if (f->t->learned == NULL || f->failed || f->t->below != NULL) return; /* no headlines */
    if (!dl_learned_serves(f->t->learned, f->t->cues->pack->code)) return;
    learned_foci foci;
    if (learned_find_foci(f, false, &foci) != DL_OK) {
        f->failed = true;
        return;
    }
    if (foci.n == 0) return;
    learned_transitions steps;
    read_transitions(&f->t->learned->model, steps);
    uint8_t *rules = DL_NEW_ARRAY(f->arena, uint8_t, f->w->n + 1);
    struct learned_sight *sight = DL_NEW(f->arena, struct learned_sight);
    struct reading r;
    f->failed = f->failed || rules == NULL || sight == NULL;
    for (size_t k = 0; k < f->out.n && !f->failed; k++)
        learned_mark(&f->out.p[k], rules);
    for (size_t k = 0; k < foci.n && !f->failed; k++) {
        learned_look(sight, f, &foci.p[k], rules);
        if (!read_focus(sight, &f->t->learned->model, steps, &r)) continue;
        if (r.margin < f->t->learned->least || taken(rules, r.cue)) continue;
        if (!make(f, &foci.p[k], &r)) continue;
        for (uint32_t i = r.cue.first; i < r.cue.last; i++)
            rules[i] |= 1u << DL_LEARNED_CUE;
    }
}

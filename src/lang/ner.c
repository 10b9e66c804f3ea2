#include "lang/ner.h"

#include <limits.h>
#include <stdio.h>

static const char labels[DL_NER_TAGS][8] = {"O",     "B-PER", "I-PER", "L-PER", "U-PER",
                                            "B-LOC", "I-LOC", "L-LOC", "U-LOC", "B-ORG",
                                            "I-ORG", "L-ORG", "U-ORG"};

static enum dl_ner_part part_of(unsigned tag)
{
    return (enum dl_ner_part)((tag - 1) % 4);
}

bool dl_ner_ends(unsigned tag)
{
    return tag == 0 || part_of(tag) == DL_NER_LAST || part_of(tag) == DL_NER_ONLY;
}

bool dl_ner_follows(unsigned before, unsigned tag)
{
    bool starts = tag == 0 || part_of(tag) == DL_NER_BEGIN || part_of(tag) == DL_NER_ONLY;
    if (dl_ner_ends(before)) return starts;
    return !starts && (before - 1) / 4 == (tag - 1) / 4;
}

enum dl_err dl_ner_check(const dl_model *model, struct dl_diag *diag)
{
    bool same = model->n_labels == DL_NER_TAGS;
    for (size_t i = 0; same && i < DL_NER_TAGS; i++)
        same = dl_str_eq_c(model->labels[i], labels[i]);
    return same ? DL_OK : dl_fail(diag, DL_ERR_SYNTAX, 0, "a model of other labels than names");
}

enum dl_err dl_ner_open(dl_model *ret_model, const char *code, bool *ret_own, struct dl_diag *diag)
{
    dl_str bytes;
    char path[64];
    snprintf(path, sizeof path, "models/ner-%s.bin", code);
    *ret_own = strcmp(code, "und") != 0 && dl_asset_get(path, &bytes);
    if (!*ret_own && !dl_asset_get("models/ner-und.bin", &bytes))
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "models/ner-und.bin is missing");
    DL_TRY(dl_model_open(ret_model, bytes, diag));
    return dl_ner_check(ret_model, diag);
}

enum { LOW = INT32_MIN / 4, LONGEST = 256 /* of a stretch */ };

struct step {
    int32_t score;
    uint8_t from;
};

static struct step better(struct step best, const int32_t *before, unsigned b, int32_t transition)
{
    if (before[b] == LOW || before[b] + transition <= best.score) return best;
    return (struct step){before[b] + transition, (uint8_t)b};
}

/* The best way to a tag; what may follow what is in dl_ner_follows(). */
static struct step reach(unsigned tag, const int32_t *before,
                         const int32_t transitions[DL_NER_TAGS][DL_NER_TAGS])
{
    struct step best = {LOW, 0};
    if (tag != 0 && part_of(tag) != DL_NER_BEGIN && part_of(tag) != DL_NER_ONLY) {
        unsigned begin = tag - (tag - 1) % 4;
        best = better(best, before, begin, transitions[begin][tag]);
        return better(best, before, begin + 1, transitions[begin + 1][tag]);
    }
    best = better(best, before, 0, transitions[0][tag]);
    for (unsigned b = dl_ner_tag(DL_NER_PER, DL_NER_LAST); b < DL_NER_TAGS; b += 4) {
        best = better(best, before, b, transitions[b][tag]);
        best = better(best, before, b + 1, transitions[b + 1][tag]);
    }
    return best;
}

void dl_ner_best(const int32_t (*scores)[DL_NER_TAGS],
                 const int32_t transitions[DL_NER_TAGS][DL_NER_TAGS], size_t n, uint8_t *ret_tags)
{
    uint8_t from[LONGEST][DL_NER_TAGS];
    int32_t best[DL_NER_TAGS] = {0}, now[DL_NER_TAGS];
    for (unsigned b = 1; b < DL_NER_TAGS; b++)
        best[b] = LOW;
    if (n > LONGEST) n = LONGEST;
    for (size_t i = 0; i < n; i++) {
        for (unsigned k = 0; k < DL_NER_TAGS; k++) {
            struct step step = reach(k, best, transitions);
            from[i][k] = step.from;
            now[k] = step.score == LOW ? LOW : step.score + scores[i][k];
        }
        memcpy(best, now, sizeof best);
    }
    unsigned tag = 0;
    for (unsigned k = 1; k < DL_NER_TAGS; k++)
        if (dl_ner_ends(k) && best[k] > best[tag]) tag = k;
    for (size_t i = n; i-- > 0; tag = from[i][tag])
        ret_tags[i] = (uint8_t)tag;
}

static enum dl_err push_names(dl_arena *arena, const uint8_t *tags, uint32_t first, uint32_t n,
                              dl_ner_names *names)
{
    uint32_t begin = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (tags[i] == 0) continue;
        enum dl_ner_part part = part_of(tags[i]);
        if (part == DL_NER_BEGIN || part == DL_NER_ONLY) begin = i;
        if (!dl_ner_ends(tags[i])) continue;
        dl_ner_name name = {first + begin, first + i + 1, (enum dl_ner_type)((tags[i] - 1) / 4)};
        DL_TRY(dl_vec_push(arena, names, name));
    }
    return DL_OK;
}

static enum dl_err in_stretch(const dl_model *model, const dl_ner_text *text, dl_arena *arena,
                              const int32_t transitions[DL_NER_TAGS][DL_NER_TAGS], uint32_t first,
                              uint32_t last, dl_ner_names *names)
{
    int32_t scores[LONGEST][DL_NER_TAGS];
    uint8_t tags[LONGEST];
    uint64_t features[DL_NER_FEATURES];
    uint32_t n = last - first < LONGEST ? last - first : LONGEST;
    memset(scores, 0, n * sizeof *scores);
    for (uint32_t i = 0; i < n; i++) {
        size_t seen = dl_ner_features(text, first, last, first + i, features);
        dl_model_score(model, features, seen, scores[i]);
    }
    dl_ner_best(scores, transitions, n, tags);
    return push_names(arena, tags, first, n, names);
}

enum dl_err dl_ner_find(const dl_model *model, const dl_ner_text *text, dl_arena *arena,
                        dl_ner_names *ret_names)
{
    int32_t transitions[DL_NER_TAGS][DL_NER_TAGS] = {{0}};
    for (unsigned b = 0; b < DL_NER_TAGS; b++)
        dl_model_add(model, dl_ner_after(b), transitions[b]);
    dl_ner_names names = {0};
    for (size_t s = 0; s < text->sentences->n; s++) {
        uint32_t at = 0, first, last;
        while (dl_ner_stretch(text, &text->sentences->p[s], &at, &first, &last))
            DL_TRY(in_stretch(model, text, arena, transitions, first, last, &names));
    }
    *ret_names = names;
    return DL_OK;
}

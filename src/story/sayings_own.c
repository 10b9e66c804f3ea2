/* What the outlet states in its own voice: sentences and titles that no statement takes. */
#include "claim/statements_json.h"
#include "story/sayer_private.h"

enum {
    OWN_WORDS = 5, /* words of a sentence that states something */
    COVERED = 50,  /* per cent of a sentence that a statement's content takes */
};

static bool is_caveat(const struct say_part *part, uint32_t sentence)
{
    const dl_statements *all = &part->read->statements;
    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].sentence == sentence && sayer_caveat_alone(&all->p[i])) return true;
    return false;
}

/* Does a statement take the sentence, or most of it? A cue that only tells of no comment does. */
static bool told_by_others(const struct say_part *part, uint32_t sentence)
{
    const dl_sentence *at = &part->read->say.sentences.p[sentence];
    const dl_statements *all = &part->read->statements;
    for (size_t i = 0; i < all->n; i++) {
        const dl_statement *s = &all->p[i];
        if (s->source.last <= s->source.first) continue;
        if (s->sentence == sentence) return true;
        for (unsigned c = 0; c < s->n_content; c++) {
            uint32_t first = s->content[c].first > at->first ? s->content[c].first : at->first;
            uint32_t last = s->content[c].last < at->last ? s->content[c].last : at->last;
            if (last > first && (last - first) * 100u >= (at->last - at->first) * (uint32_t)COVERED)
                return true;
        }
    }
    return false;
}

/* "declined to comment": reports that nothing was said. */
static bool tells_of_silence(const struct say_part *part, const dl_sentence *at)
{
    unsigned kinds = 1u << DL_CUE_DECLINE | 1u << DL_CUE_COMMENT | 1u << DL_CUE_CAVEAT;
    size_t tokens;
    for (uint32_t i = at->first; i < at->last; i++)
        if (dl_cues_match(part->read->say.cues, &part->read->words, i, at->last, kinds, &tokens))
            return true;
    return false;
}

static uint32_t words_in(const struct say_part *part, const dl_sentence *at)
{
    uint32_t n = 0;
    for (uint32_t i = at->first; i < at->last; i++)
        n += part->read->words.p[i].kind == DL_TOKEN_WORD;
    return n;
}

static bool is_question(const struct say_part *part, const dl_sentence *at)
{
    for (uint32_t i = at->first; i < at->last; i++) {
        uint32_t mark = part->read->words.p[i].mark;
        if (part->read->words.p[i].kind == DL_TOKEN_PUNCT &&
            (mark == '?' || mark == 0x061F || mark == 0xFF1F))
            return true;
    }
    return false;
}

static uint8_t own_certainty(const struct say_part *part, uint32_t sentence, uint8_t *ret_stance)
{
    const dl_statements *all = &part->read->statements;
    *ret_stance = DL_STANCE_OWN;
    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].sentence == sentence && all->p[i].source.last <= all->p[i].source.first) {
            *ret_stance = all->p[i].stance;
            return all->p[i].certainty;
        }
    return DL_CERTAINTY_ASSERTED;
}

/* "A video appears to show": what hedged words of the outlet point at is where it has it from. */
static void point_at_evidence(struct say_making *m, const struct say_part *part,
                              struct dl_span span, struct dl_saying *s)
{
    bool hedged = s->certainty == DL_CERTAINTY_PROBABLE || s->certainty == DL_CERTAINTY_POSSIBLE ||
                  s->stance == DL_STANCE_DISTANCED || s->stance == DL_STANCE_HEARSAY;
    for (uint32_t i = span.first; hedged && i < span.last; i++) {
        size_t n;
        enum dl_evidence_kind kind;
        if (!dl_cues_evidence(part->read->say.cues, &part->read->words, i, span.last, &n, &kind))
            continue;
        if (kind != DL_EVIDENCE_FOOTAGE && kind != DL_EVIDENCE_PHOTO &&
            kind != DL_EVIDENCE_SATELLITE && kind != DL_EVIDENCE_RECORDING)
            continue;
        struct dl_span words = {i, i + (uint32_t)n};
        s->evidence[s->n_evidence++].kind = (uint8_t)kind;
        s->flags = (uint8_t)((s->flags & ~DL_SAYING_OWN) | DL_SAYING_HEDGED);
        sayer_hop(m, part, words, DL_SOURCE_DOCUMENT, DL_ANON_NONE, false, 1, s);
        return;
    }
}

static enum dl_err add_own(struct say_making *m, const struct say_part *part, uint32_t sentence)
{
    const dl_sentence *at = &part->read->say.sentences.p[sentence];
    struct dl_span span = {at->first, at->last};
    struct dl_saying s = {.flags = DL_SAYING_OWN};
    s.certainty = own_certainty(part, sentence, &s.stance);
    sayer_place(part, span, sentence, &s);
    point_at_evidence(m, part, span, &s);
    s.quoted = sayer_quoted(part, span);
    dl_str where = dl_str_fmt(m->arena, "%s:%u",
                              part->in == DL_IN_TEXT ? "text" : sayer_part_name(part), at->start);
    dl_str parts[] = {DL_STR("saying"), m->read->revision, where};
    dl_id id = dl_id_of(parts, sizeof parts / sizeof *parts);
    sayer_id(&s, dl_id_str(m->arena, &id));
    DL_TRY(say_gist(m, part, span, &s.gist));
    if (dl_vec_push(m->arena, &m->sayings, s) != DL_OK) return dl_arena_failed(m->arena);
    return DL_OK;
}

enum dl_err sayer_own_voice(struct say_making *m, const struct say_part *part, size_t max)
{
    const dl_sentences *all = &part->read->say.sentences;
    size_t n = 0;
    enum { LOOKED_AT = 60 /* sentences */ };
    for (uint32_t i = 0; i < all->n && i < LOOKED_AT && n < max; i++) {
        const uint32_t least = part->in == DL_IN_TEXT ? (uint32_t)OWN_WORDS : 3;
        if (words_in(part, &all->p[i]) < least || is_question(part, &all->p[i])) continue;
        if (told_by_others(part, i) || is_caveat(part, i)) continue;
        if (tells_of_silence(part, &all->p[i])) continue;
        DL_TRY(add_own(m, part, i));
        n++;
    }
    return DL_OK;
}

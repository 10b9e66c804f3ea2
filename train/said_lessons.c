#include "train/said_lessons.h"

#include "train/material.h"

enum { GOLD_WEIGHT = 4, SILVER_WEIGHT = 1 };
static const float SURE = 0.7f; /* score from which a rule's statement is taught */

void said_tools_open(struct said_tools *tools, dl_arena *arena, const char *code)
{
    struct dl_diag diag = {0};
    snprintf(tools->code, sizeof tools->code, "%s", code);
    if (dl_words_open(&diag) != DL_OK || dl_pack_load(&tools->pack, arena, code, &diag) != DL_OK ||
        dl_cues_load(&tools->cues, arena, &tools->pack, &diag) != DL_OK)
        dl_die("the lexicon of %s cannot be read: %s", code, diag.message);
    if (dl_statements_ask_grammar(&tools->pack) &&
        dl_grammar_open(&tools->grammar, arena, code, &diag) != DL_OK)
        dl_die("the grammar of %s cannot be read: %s", code, diag.message);
    enum dl_err err = dl_grammar_open(&tools->tags, arena, code, &diag);
    if (err != DL_OK && err != DL_ERR_NOT_FOUND)
        dl_die("the tagger of %s cannot be read: %s", code, diag.message);
}

void said_text_read(struct said_text *ret, const struct said_tools *tools, dl_arena *arena,
                    dl_str text)
{
    *ret = (struct said_text){.say = {.cues = &tools->cues}};
    ret->say.words = &ret->words;
    if (tools->grammar.parser != NULL) ret->say.grammar = &tools->grammar;
    if (tools->tags.tagger != NULL) ret->say.tags = &tools->tags;
    if (dl_words_split(&tools->pack, arena, text, &ret->words) != DL_OK ||
        dl_sentences_find(&tools->pack, arena, &ret->words, &ret->say.sentences) != DL_OK ||
        dl_quotes_find(arena, &ret->words, &ret->say.quotations) != DL_OK)
        dl_die("a text cannot be read");
}

static struct dl_span tokens_of(const dl_words *w, struct dl_said_span span)
{
    uint32_t first = 0;
    while (first < w->n && w->p[first].end <= span.start)
        first++;
    uint32_t last = first;
    while (last < w->n && w->p[last].start < span.end)
        last++;
    return (struct dl_span){first, last};
}

void said_gold_of(const struct said_text *text, const dl_said *said, struct said_gold *ret_gold)
{
    memset(ret_gold, 0, sizeof *ret_gold);
    for (unsigned r = 0; r < DL_SAID_ROLES; r++)
        for (unsigned k = 0; k < said->n[r]; k++) {
            struct dl_span s = tokens_of(&text->words, said->span[r][k]);
            if (s.first < s.last) ret_gold->span[r][ret_gold->n[r]++] = s;
        }
}

static uint32_t shared(const struct said_gold *gold, unsigned role, struct dl_span at)
{
    uint32_t n = 0;
    for (unsigned k = 0; k < gold->n[role]; k++)
        for (uint32_t i = at.first; i < at.last; i++)
            n += gold->span[role][k].first <= i && i < gold->span[role][k].last;
    return n;
}

/* The statement that a focus should find: the one whose cue it is, or whose words it quotes. */
static const struct said_gold *answer(const struct said_gold *gold, size_t n,
                                      const struct learned_focus *focus)
{
    const struct said_gold *best = NULL;
    uint32_t most = 0;
    unsigned role = focus->cue != NULL ? DL_LEARNED_CUE : DL_LEARNED_CONTENT;
    for (size_t k = 0; k < n; k++) {
        uint32_t s = shared(&gold[k], role, focus->at);
        bool whole = gold[k].n[DL_LEARNED_SOURCE] > 0 && gold[k].n[DL_LEARNED_CUE] > 0;
        if (!whole || s <= most) continue;
        most = s;
        best = &gold[k];
    }
    return best;
}

/* Content first, so that source and cue that stand inside it are kept. */
static void tag(const struct said_gold *gold, const struct learned_focus *focus, uint8_t *tags)
{
    static const unsigned order[] = {DL_LEARNED_CONTENT, DL_LEARNED_SOURCE, DL_LEARNED_CUE};
    for (unsigned o = 0; o < DL_SAID_ROLES && gold != NULL; o++)
        for (unsigned k = 0; k < gold->n[order[o]]; k++) {
            struct dl_span s = gold->span[order[o]][k];
            for (uint32_t i = s.first; i < s.last; i++) {
                if (i < focus->first || i >= focus->last) continue;
                bool begins = i == s.first || i == focus->first;
                tags[i - focus->first] = (uint8_t)(1 + 2 * order[o] + !begins);
            }
        }
    /* what goes on behind something that was cut out begins anew */
    for (uint32_t i = 1; gold != NULL && i < focus->last - focus->first; i++)
        if (tags[i] != 0 && tags[i] % 2 == 0 && tags[i - 1] != tags[i] &&
            tags[i - 1] + 1 != tags[i])
            tags[i]--;
}

static void add_lesson(said_lessons *lessons, dl_arena *arena, const struct learned_sight *sight,
                       const struct said_gold *gold, struct said_lesson lesson)
{
    const struct learned_focus *focus = sight->focus;
    lesson.n = focus->last - focus->first;
    lesson.from = DL_NEW_ARRAY(arena, uint32_t, lesson.n + 1);
    lesson.before = DL_NEW_ARRAY(arena, uint8_t, lesson.n + 1);
    lesson.gold = DL_NEW_ARRAY(arena, uint8_t, lesson.n + 1);
    uint64_t *features = malloc(sizeof *features * LEARNED_FEATURES * (lesson.n + 1));
    if (lesson.from == NULL || lesson.before == NULL || lesson.gold == NULL || features == NULL)
        dl_die("out of memory");
    size_t n = 0;
    for (uint32_t i = 0; i < lesson.n; i++) {
        lesson.from[i] = (uint32_t)n;
        lesson.before[i] = sight->word[i].before;
        n += learned_features(sight, focus->first + i, features + n);
    }
    lesson.from[lesson.n] = (uint32_t)n;
    lesson.features = DL_NEW_ARRAY(arena, uint64_t, n + 1);
    if (lesson.features == NULL) dl_die("out of memory");
    memcpy(lesson.features, features, n * sizeof *features);
    free(features);
    tag(gold, focus, lesson.gold);
    if (dl_vec_push(arena, lessons, lesson) != DL_OK) dl_die("out of memory");
}

/* What the rules say of everything but this cue. */
static void mark_others(const struct finder *f, const struct learned_focus *focus, uint8_t *rules)
{
    memset(rules, 0, f->w->n);
    for (size_t k = 0; k < f->out.n; k++) {
        const dl_statement *s = &f->out.p[k];
        bool own = s->cue.first < focus->at.last && focus->at.first < s->cue.last;
        if (!own) learned_mark(s, rules);
    }
}

void said_learn_gold(said_lessons *lessons, dl_arena *arena, const struct said_tools *tools,
                     const dl_said_document *document, uint32_t number)
{
    static struct learned_sight sight;
    struct said_text text;
    learned_foci foci;
    said_text_read(&text, tools, arena, document->text);
    struct finder f = say_finder(&text.say, arena);
    struct said_gold *gold = DL_NEW_ARRAY(arena, struct said_gold, document->said.n + 1);
    uint8_t *rules = DL_NEW_ARRAY(arena, uint8_t, text.words.n + 1);
    if (gold == NULL || rules == NULL) dl_die("out of memory");
    for (size_t k = 0; k < document->said.n; k++)
        said_gold_of(&text, &document->said.p[k], &gold[k]);
    say_rules(&f);
    if (f.failed || learned_find_foci(&f, true, &foci) != DL_OK) dl_die("a text cannot be read");
    for (size_t k = 0; k < foci.n; k++) {
        mark_others(&f, &foci.p[k], rules);
        learned_look(&sight, &f, &foci.p[k], rules);
        add_lesson(lessons, arena, &sight, answer(gold, document->said.n, &foci.p[k]),
                   (struct said_lesson){.document = number, .weight = GOLD_WEIGHT});
    }
}

static bool plain(const dl_statement *s)
{
    return s->score >= SURE && s->source.last > s->source.first && s->cue.last > s->cue.first &&
           s->n_content > 0 && s->n_content < DL_SAID_SPANS;
}

static void spans_of(const dl_statement *s, struct said_gold *ret_gold)
{
    ret_gold->span[DL_LEARNED_SOURCE][0] = s->source;
    ret_gold->span[DL_LEARNED_CUE][0] = s->cue;
    memcpy(ret_gold->span[DL_LEARNED_CONTENT], s->content, s->n_content * sizeof s->content[0]);
    ret_gold->n[DL_LEARNED_CONTENT] = s->n_content;
}

void said_learn_silver(said_lessons *lessons, dl_arena *arena, const struct said_tools *tools,
                       dl_str given)
{
    static struct learned_sight sight;
    struct said_text text;
    learned_foci foci;
    dl_arena *scratch = dl_arena_new(DL_ARENA_NO_CAP);
    if (scratch == NULL) dl_die("out of memory");
    said_text_read(&text, tools, scratch, given);
    struct finder f = say_finder(&text.say, scratch);
    uint8_t *rules = DL_NEW_ARRAY(scratch, uint8_t, text.words.n + 1);
    say_rules(&f);
    if (f.failed || rules == NULL || learned_find_foci(&f, true, &foci) != DL_OK)
        dl_die("a text cannot be read");
    for (size_t k = 0; k < foci.n; k++) {
        const dl_statement *own = NULL;
        for (size_t o = 0; o < f.out.n && own == NULL; o++) {
            const dl_statement *s = &f.out.p[o];
            if (s->cue.first < foci.p[k].at.last && foci.p[k].at.first < s->cue.last) own = s;
        }
        bool idle = own == NULL && foci.p[k].cue == NULL; /* most are titles and terms */
        if (!idle && (own == NULL || !plain(own))) continue;
        struct said_gold gold = {.n = {1, 1}};
        if (!idle) spans_of(own, &gold);
        mark_others(&f, &foci.p[k], rules);
        learned_look(&sight, &f, &foci.p[k], rules);
        add_lesson(lessons, arena, &sight, idle ? NULL : &gold,
                   (struct said_lesson){.document = UINT32_MAX, .weight = SILVER_WEIGHT});
    }
    dl_arena_free(scratch);
}

/* What each step of the language layer costs, and of those on top of it: the same articles again
 * and again in one process. usage: lang_loop FILE SECONDS LANGUAGE...
 *
 * FILE is NDJSON with text, title, language; articles of other languages are left out ("*": none).
 * A line a step: its name and the microseconds of processor time that it takes an article, after
 * what it needs was made. Before them "articles", "tokens" and "sentences": how many there are. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/asset.h"
#include "base/io.h"
#include "claim/statements.h"
#include "event/analyse.h"
#include "event/events.h"
#include "event/lexicons.h"
#include "lang/langid.h"
#include "lang/names_refer.h"
#include "lang/ner.h"
#include "lang/places.h"
#include "lang/times.h"

enum { ARTICLES_MAX = 20000 };

/* An article with all that the steps made of it. */
struct article {
    struct dl_analyse_input in;
    const struct dl_lexicon *lexicon;
    const dl_times *timewords;
    struct dl_naming naming;
    dl_words words;
    struct dl_say_text say;
    dl_timexes times;
    dl_entities names;
    dl_statements statements;
};

struct bench {
    dl_arena *keep, *scratch;
    const dl_lexicons *lexicons;
    dl_analyser *analyser;
    dl_timebook *times;
    dl_atlas atlas;
    dl_model *models; /* one a language */
    bool *own;
    struct article *articles;
    size_t n, tokens, sentences;
};

static void must(enum dl_err err, const char *what)
{
    if (err == DL_OK) return;
    fprintf(stderr, "lang_loop: %s: %s\n", what, dl_err_name(err));
    exit(1);
}

/* --- the steps: each works on what is in the article, memory from the arena ------------------ */

static enum dl_err language(const struct bench *b, dl_arena *arena, struct article *a)
{
    struct dl_language told;
    (void)b;
    (void)arena;
    dl_langid_tell(a->in.text, a->in.language, &told);
    return DL_OK;
}

static enum dl_err words(const struct bench *b, dl_arena *arena, struct article *a)
{
    (void)b;
    return dl_words_split(&a->lexicon->pack, arena, a->in.text, &a->words);
}

static enum dl_err sentences(const struct bench *b, dl_arena *arena, struct article *a)
{
    (void)b;
    return dl_sentences_find(&a->lexicon->pack, arena, &a->words, &a->say.sentences);
}

static enum dl_err times(const struct bench *b, dl_arena *arena, struct article *a)
{
    (void)b;
    return dl_times_find(a->timewords, arena, &a->words, &a->say.sentences, a->in.published,
                         &a->times);
}

static enum dl_err names(const struct bench *b, dl_arena *arena, struct article *a)
{
    dl_mentions mentions;
    dl_places places;
    (void)b;
    DL_TRY(
        dl_names_find(&a->naming, arena, &a->words, &a->say.sentences, a->in.country, &a->names));
    DL_TRY(dl_names_refer(arena, &a->words, &a->names, &mentions));
    return dl_places_find(&a->naming, arena, &a->words, a->in.country, &a->names, &places);
}

static enum dl_err statements(const struct bench *b, dl_arena *arena, struct article *a)
{
    (void)b;
    DL_TRY(dl_quotes_find(arena, &a->words, &a->say.quotations));
    return dl_statements_find(&a->say, arena, &a->statements);
}

static enum dl_err events(const struct bench *b, dl_arena *arena, struct article *a)
{
    struct dl_event_text in = {&a->lexicon->acts, &a->say, &a->statements, &a->names, &a->times};
    struct dl_events found;
    (void)b;
    return dl_events_find(&in, arena, &found);
}

static enum dl_err all(const struct bench *b, dl_arena *arena, struct article *a)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return dl_arena_failed(arena);
    return dl_analyse(b->analyser, arena, &a->in, json, yyjson_mut_doc_get_root(json), NULL);
}

static const struct step {
    const char *name;
    enum dl_err (*run)(const struct bench *b, dl_arena *arena, struct article *a);
    bool keeps; /* what it makes the next steps need */
} steps[] = {{"language", language, false},  {"words", words, true},
             {"sentences", sentences, true}, {"times", times, true},
             {"names", names, true},         {"statements", statements, true},
             {"events", events, false},      {"analyse", all, false}};
enum { STEPS = sizeof steps / sizeof *steps };

/* --- material -------------------------------------------------------------------------------- */

static bool wanted(dl_str language, int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (dl_str_eq_c(language, argv[i]) || strcmp(argv[i], "*") == 0) return true;
    return false;
}

static void add_article(struct bench *b, yyjson_val *o)
{
    struct article *a = &b->articles[b->n++];
    a->in = (struct dl_analyse_input){.text = dl_json_get_str(o, "text"),
                                      .title = dl_json_get_str(o, "title"),
                                      .language = dl_json_get_str(o, "language"),
                                      .country = dl_json_get_str(o, "country")};
    must(dl_time_parse(DL_STR("2024-03-25T10:00:00Z"), &a->in.published) ? DL_OK : DL_ERR_SYNTAX,
         "time");
    size_t at = dl_lexicons_index(b->lexicons, dl_str_cstr(b->keep, a->in.language));
    a->lexicon = &b->lexicons->of[at];
    must(dl_timebook_get(b->times, &a->lexicon->pack, dl_str_cstr(b->keep, a->in.language),
                         &a->timewords, NULL),
         "times");
    bool listed = at > 0 && at < b->lexicons->n;
    a->naming = (struct dl_naming){.gazetteer = &b->lexicons->gazetteer,
                                   .atlas = &b->atlas,
                                   .countries = listed ? &a->lexicon->names : NULL,
                                   .pack = &a->lexicon->pack,
                                   .model = &b->models[at],
                                   .bare = !b->own[at]};
    a->say.cues = &a->lexicon->cues;
    a->say.words = &a->words;
    for (size_t i = 0; i < STEPS; i++)
        if (steps[i].keeps) must(steps[i].run(b, b->keep, a), steps[i].name);
    b->tokens += a->words.n;
    b->sentences += a->say.sentences.n;
}

static void read_articles(struct bench *b, dl_str rest, int argc, char **argv)
{
    for (dl_str line; b->n < ARTICLES_MAX && dl_str_line(&rest, &line);) {
        yyjson_doc *doc;
        if (dl_str_trim(line).n == 0) continue;
        must(dl_json_read(b->keep, line, &doc, NULL), "a line of the file");
        yyjson_val *o = yyjson_doc_get_root(doc);
        if (wanted(dl_json_get_str(o, "language"), argc, argv)) add_article(b, o);
    }
}

/* --- measuring ------------------------------------------------------------------------------- */

static double cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void once(const struct bench *b, const struct step *step)
{
    for (size_t i = 0; i < b->n; i++) {
        struct article a = b->articles[i]; /* what others need stays as it was */
        a.say.words = &a.words;
        must(step->run(b, b->scratch, &a), step->name);
        dl_arena_reset(b->scratch);
    }
}

/* The best of several parts of the time: what else the machine does only adds. */
static double least_us(const struct bench *b, const struct step *step, double seconds)
{
    enum { PARTS = 10 };
    double best = 0;
    for (int part = 0; part <= PARTS; part++) {
        double start = cpu_us(), now = start;
        size_t rounds = 0;
        do {
            once(b, step);
            rounds++;
            now = cpu_us();
        } while (now - start < seconds * 1e6 / PARTS);
        double us = (now - start) / (double)rounds / (double)b->n;
        if (part == 1 || (part > 1 && us < best)) best = us; /* the first one warms up */
    }
    return best;
}

int main(int argc, char **argv)
{
    struct bench b = {.keep = dl_arena_new(DL_ARENA_NO_CAP),
                      .scratch = dl_arena_new(DL_ARENA_NO_CAP)};
    dl_buf file = DL_BUF_INIT((size_t)1 << 30);
    dl_arena_keep_memory();
    if (argc < 4 || dl_io_read_file(argv[1], (size_t)1 << 30, &file, NULL) != DL_OK) return 2;
    must(dl_analyser_new(&b.analyser, NULL), "analyser");
    must(dl_lexicons_open(&b.lexicons, b.keep, NULL), "lexicons");
    must(dl_atlas_thaw(&b.atlas, &b.lexicons->atlas, NULL), "atlas");
    must(dl_timebook_new(b.keep, &b.times), "times");
    b.models = DL_NEW_ARRAY(b.keep, dl_model, b.lexicons->n + 1);
    b.own = DL_NEW_ARRAY(b.keep, bool, b.lexicons->n + 1);
    b.articles = DL_NEW_ARRAY(b.keep, struct article, ARTICLES_MAX);
    if (b.models == NULL || b.own == NULL || b.articles == NULL) return 1;
    for (size_t i = 0; i <= b.lexicons->n; i++)
        must(dl_ner_open(&b.models[i], b.lexicons->of[i].pack.code, &b.own[i], NULL), "names");
    read_articles(&b, dl_buf_slice(&file), argc - 3, argv + 3);
    if (b.n == 0) return 1;
    printf("articles %zu\ntokens %zu\nsentences %zu\n", b.n, b.tokens, b.sentences);
    for (size_t i = 0; i < STEPS; i++) {
        printf("%s %.2f\n", steps[i].name, least_us(&b, &steps[i], strtod(argv[2], NULL)));
        fflush(stdout);
    }
    return 0;
}

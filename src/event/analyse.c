#include "event/analysed.h"

#include <unicode/uversion.h>

#include "base/asset.h"
#include "claim/statements_json.h"
#include "event/events_json.h"
#include "event/lexicons.h"
#include "lang/names_json.h"
#include "lang/ner.h"
#include "lang/times.h"

/* What was learned of one language. */
struct learned {
    dl_model names;
    bool own_names;     /* else they were learned of other languages */
    dl_grammar grammar; /* of languages that have one */
};

struct dl_analyser {
    dl_arena *arena;
    const dl_lexicons *lexicons;
    struct learned *learned; /* one a language */
    dl_learned statements;   /* all languages */
    dl_timebook *times;
    dl_placefile imported; /* zeroes: none */
    dl_atlas atlas;
};

static enum dl_err load_learned(dl_arena *arena, const dl_pack *pack, struct learned *l,
                                struct dl_diag *diag)
{
    enum dl_err err = dl_grammar_open(&l->grammar, arena, pack->code, diag);
    if (err != DL_OK && err != DL_ERR_NOT_FOUND) return err;
    return dl_ner_open(&l->names, pack->code, &l->own_names, diag);
}

static enum dl_err load(dl_analyser *a, struct dl_diag *diag)
{
    DL_TRY(dl_words_open(diag));
    DL_TRY(dl_lexicons_open(&a->lexicons, a->arena, diag));
    DL_TRY(dl_atlas_thaw(&a->atlas, &a->lexicons->atlas, diag));
    a->learned = DL_NEW_ARRAY(a->arena, struct learned, a->lexicons->n + 1);
    if (a->learned == NULL) return dl_arena_failed(a->arena);
    for (size_t i = 0; i <= a->lexicons->n; i++)
        DL_TRY(load_learned(a->arena, &a->lexicons->of[i].pack, &a->learned[i], diag));
    DL_TRY(dl_learned_open(&a->statements, diag));
    const dl_times *english;
    DL_TRY(dl_timebook_new(a->arena, &a->times));
    DL_TRY(
        dl_timebook_get(a->times, &a->lexicons->of[0].pack, "en", &english, diag)); /* warms ICU */
    /* CLD2 and ICU fill tables on first use; a sandboxed reader must find them warm. */
    struct dl_language warm;
    dl_langid_tell(DL_STR("The ministry said on Monday that the road is open again."),
                   (dl_str){NULL, 0}, &warm);
    return dl_arena_failed(a->arena);
}

enum dl_err dl_analyser_new(dl_analyser **ret_analyser, struct dl_diag *diag)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (arena == NULL) return DL_ERR_NOMEM;
    dl_analyser *a = DL_NEW(arena, dl_analyser);
    if (a != NULL) a->arena = arena;
    enum dl_err err = a == NULL ? DL_ERR_NOMEM : load(a, diag);
    if (err != DL_OK) {
        dl_arena_free(arena);
        return err;
    }
    *ret_analyser = a;
    return DL_OK;
}

enum dl_err dl_analyser_import(dl_analyser *analyser, const char *path, size_t *ret_bytes,
                               struct dl_diag *diag)
{
    DL_TRY(dl_placefile_open(&analyser->imported, path, diag));
    *ret_bytes = analyser->imported.n;
    return DL_OK;
}

void dl_analyser_free(dl_analyser *analyser)
{
    if (analyser == NULL) return;
    dl_placefile_close(&analyser->imported);
    dl_arena_free(analyser->arena);
}

static enum dl_err read_part(const dl_analyser *analyser, size_t language, dl_arena *arena,
                             dl_str text, dl_str outlet, const struct dl_say_below *below,
                             struct dl_analysed_part *p)
{
    const struct dl_lexicon *l = &analyser->lexicons->of[language];
    const dl_grammar *grammar = &analyser->learned[language].grammar;
    p->say.learned = &analyser->statements;
    p->text = text;
    p->say.below = below;
    p->say.cues = &l->cues;
    p->say.outlet = outlet;
    bool asks = dl_statements_ask_grammar(&l->pack) && grammar->parser != NULL;
    p->say.grammar = asks ? grammar : NULL;
    p->say.tags = grammar->tagger != NULL ? grammar : NULL;
    p->say.words = &p->words;
    DL_TRY(dl_words_split(&l->pack, arena, text, &p->words));
    DL_TRY(dl_sentences_find(&l->pack, arena, &p->words, &p->say.sentences));
    DL_TRY(dl_quotes_find(arena, &p->words, &p->say.quotations));
    return p->why != NULL ? dl_statements_why(&p->say, arena, &p->statements, p->why)
                          : dl_statements_find(&p->say, arena, &p->statements);
}

static enum dl_err ask_why(struct dl_analysed *read, dl_arena *arena)
{
    dl_why *why = DL_NEW_ARRAY(arena, dl_why, 3);
    if (why == NULL) return dl_arena_failed(arena);
    read->title.why = &why[0];
    read->deck.why = &why[1];
    read->body.why = &why[2];
    return DL_OK;
}

static void put_statements(const struct dl_analysed_part *p, const char *in, dl_arena *arena,
                           dl_str revision, yyjson_mut_doc *json, yyjson_mut_val *array,
                           dl_str *ret_ids)
{
    size_t first = yyjson_mut_arr_size(array);
    dl_statements_json(&p->say, &p->statements, arena, revision, in, json, array, ret_ids);
    if (p->why != NULL) dl_why_json(&p->say, &p->statements, p->why, in, json, array, first);
}

static void put_times(const dl_timexes *times, yyjson_mut_doc *json, yyjson_mut_val *object)
{
    yyjson_mut_val *arr = dl_json_arr(json, object, "times");
    for (size_t i = 0; i < times->n; i++) {
        const dl_timex *t = &times->p[i];
        yyjson_mut_val *obj = dl_json_push_span(json, arr, t->start, t->end);
        dl_json_c(json, obj, "type", dl_timex_type_name(t->type));
        dl_json_str(json, obj, "value", t->value);
    }
}

static void put_sentences(const dl_sentences *sentences, yyjson_mut_doc *json,
                          yyjson_mut_val *object)
{
    yyjson_mut_val *arr = dl_json_arr(json, object, "sentences");
    for (size_t i = 0; i < sentences->n; i++)
        dl_json_push_span(json, arr, sentences->p[i].start, sentences->p[i].end);
}

static enum dl_err too_much(const struct dl_analyse_input *in, struct dl_diag *diag)
{
    if (dl_str_trim(in->text).n == 0 && dl_str_trim(in->title).n == 0)
        return dl_fail(diag, DL_ERR_EMPTY, DL_NO_POS, "no text");
    if (in->text.n > DL_ANALYSE_MAX_TEXT || in->title.n > DL_ANALYSE_MAX_TEXT ||
        in->subtitle.n > DL_ANALYSE_MAX_TEXT)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_ANALYSE_MAX_TEXT, "the text is too long");
    return DL_OK;
}

static enum dl_err read_names(const dl_analyser *analyser, size_t at, dl_arena *arena,
                              const struct dl_analyse_input *in, struct dl_analysed *ret)
{
    const struct dl_lexicon *l = &analyser->lexicons->of[at];
    struct dl_naming naming = {
        &analyser->lexicons->gazetteer,
        &analyser->atlas,
        at > 0 && at < analyser->lexicons->n ? &l->names : NULL,
        &l->pack,
        &analyser->learned[at].names,
        !analyser->learned[at].own_names,
        analyser->imported.n > 0 ? &analyser->imported : NULL,
    };
    DL_TRY(dl_names_find(&naming, arena, &ret->body.words, &ret->body.say.sentences, in->country,
                         &ret->names));
    DL_TRY(dl_names_refer(arena, &ret->body.words, &ret->names, &ret->mentions));
    return dl_places_find(&naming, arena, &ret->body.words, in->country, &ret->names, &ret->places);
}

enum dl_err dl_analyse_read(const dl_analyser *analyser, dl_arena *arena,
                            const struct dl_analyse_input *in, struct dl_analysed *ret,
                            struct dl_diag *diag)
{
    DL_TRY(too_much(in, diag));
    *ret = (struct dl_analysed){.pack = NULL};
    dl_langid_tell(in->text.n > 0 ? in->text : in->title, in->language, &ret->language);
    size_t at = dl_lexicons_index(analyser->lexicons, ret->language.base);
    const struct dl_lexicon *l = &analyser->lexicons->of[at];
    ret->pack = &l->pack;
    if (in->why) DL_TRY(ask_why(ret, arena));
    ret->below = (struct dl_say_below){&ret->body.words, &ret->body.statements};
    DL_TRY(read_part(analyser, at, arena, in->text, in->outlet, NULL, &ret->body));
    DL_TRY(read_part(analyser, at, arena, in->title, in->outlet, &ret->below, &ret->title));
    DL_TRY(read_part(analyser, at, arena, in->subtitle, in->outlet, &ret->below, &ret->deck));
    const dl_times *timewords;
    DL_TRY(dl_timebook_get(analyser->times, &l->pack, ret->language.base, &timewords, diag));
    DL_TRY(dl_times_find(timewords, arena, &ret->body.words, &ret->body.say.sentences,
                         in->published, &ret->times));
    DL_TRY(read_names(analyser, at, arena, in, ret));
    dl_str parts[] = {in->title, in->text};
    dl_id revision = dl_id_of(parts, 2);
    ret->revision = dl_id_str(arena, &revision);
    ret->events_in = (struct dl_event_text){&l->acts, &ret->body.say, &ret->body.statements,
                                            &ret->names, &ret->times};
    DL_TRY(dl_events_find(&ret->events_in, arena, &ret->events));
    return dl_arena_failed(arena);
}

enum dl_err dl_analyse_json(const struct dl_analyse_input *in, const struct dl_analysed *read,
                            dl_arena *arena, yyjson_mut_doc *json, yyjson_mut_val *object)
{
    char *code = dl_str_cstr(arena, dl_str_c(read->language.code));
    if (code == NULL) return dl_arena_failed(arena);
    dl_json_c(json, object, "language", code);
    dl_json_c(json, object, "direction", read->language.rtl ? "rtl" : "ltr");
    put_sentences(&read->body.say.sentences, json, object);
    dl_names_json(&read->names, &read->mentions, &read->places, &read->body.words, in->published,
                  arena, json, object);
    put_times(&read->times, json, object);
    yyjson_mut_val *statements = dl_json_arr(json, object, "statements");
    yyjson_mut_val *titles = dl_json_arr(json, object, "title_statements");
    put_statements(&read->title, "title", arena, read->revision, json, titles, NULL);
    put_statements(&read->deck, "subtitle", arena, read->revision, json, titles, NULL);
    dl_str *ids = DL_NEW_ARRAY(arena, dl_str, read->body.statements.n + 1);
    if (ids == NULL) return dl_arena_failed(arena);
    put_statements(&read->body, NULL, arena, read->revision, json, statements, ids);
    dl_events_json(&read->events_in, &read->events, ids, arena, read->revision, json, object);
    dl_topics_json(&read->events_in, json, object);
    return dl_arena_failed(arena);
}

enum dl_err dl_analyse(const dl_analyser *analyser, dl_arena *arena,
                       const struct dl_analyse_input *in, yyjson_mut_doc *json,
                       yyjson_mut_val *object, struct dl_diag *diag)
{
    struct dl_analysed *read = DL_NEW(arena, struct dl_analysed);
    if (read == NULL) return dl_arena_failed(arena);
    DL_TRY(dl_analyse_read(analyser, arena, in, read, diag));
    return dl_analyse_json(in, read, arena, json, object);
}

void dl_analyse_versions(dl_buf *out)
{
    size_t pos = 0;
    dl_str name, bytes;
    uint64_t hash = 0;
    while (dl_asset_next("lexicon/", &pos, &name, &bytes))
        hash = dl_hash64_seed(bytes, hash);
    pos = 0;
    while (dl_asset_next("models/", &pos, &name, &bytes))
        hash = dl_hash64_seed(bytes, hash);
    dl_buf_fmt(out, "analysis %d\nICU %s\nCLD2 %s\nlexicons %016llx\n", DL_ANALYSE_VERSION,
               U_ICU_VERSION, dl_langid_version(), (unsigned long long)hash);
}

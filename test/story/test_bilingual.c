/* Dictionaries of the machine: their layouts, damage, tables, cache; and stories across languages.
 */
#include "material.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "story/freedict.h"
#include "story/stems.h"
#include "story/stories.h"

/* ------------------------------------------------------------------ one entry */

struct layout {
    const char *text, *heads, *pieces; /* joined by '|' */
};

static const struct layout LAYOUTS[] = {
    {"banque /bɑ̃k/ <n, fem>\nbanca\nCommerce", "banque", "banca"},
    {"Bank /baŋk/ <n, fem>\n1. banc, banque\nSitz für mehrere\n2. banque, banc\nGeldinstitut",
     "Bank", "banc|banque|banque|banc"},
    {"Wahl /vˈɑːl/ <fem, n, sg>\n [pol.] election <n>\n Note: process and result\n \"Wahlen\" - elections",
     "Wahl", "election"},
    {"選挙 /(en)tʃˈaɪ/, せんきょ /se̞/\n(noun (common))\nelection, poll\n [nf06] ", "選挙|せんきょ",
     "election|poll"},
    {"election //əˈlɛkʃ(ə)n// //ɪˈl// <n>\n選挙, 選出、選任\nprocess of choosing", "election",
     "選挙|選出|選任"},
    {"abutment\n   [ɜbʌt] _n.\n   1) межа, граница\n   2) _стр. контрфорс; пята свода", "abutment",
     "межа|граница|контрфорс|пята свода"},
    {"airily /ˈeə/ <Adv>\n1. बेपरवाही~से\n \"He said\"", "airily", "बेपरवाही से"},
};

static void join(const dl_str *parts, size_t n, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%.*s", i > 0 ? "|" : "", (int)parts[i].n,
                               parts[i].p);
}

static void layouts_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof LAYOUTS / sizeof *LAYOUTS; i++) {
        char scratch[1024], heads[512], pieces[512];
        struct dl_freedict_entry e;
        assert_true(dl_freedict_parse(dl_str_c(LAYOUTS[i].text), scratch, &e));
        join(e.heads, e.n_heads, heads, sizeof heads);
        join(e.pieces, e.n_pieces, pieces, sizeof pieces);
        assert_string_equal(heads, LAYOUTS[i].heads);
        assert_string_equal(pieces, LAYOUTS[i].pieces);
    }
}

static void what_says_nothing_is_no_entry(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "\n\n",
                                        "word",
                                        "word /wɜːd",
                                        "(((",
                                        "word\n(noun)\n",
                                        "see: {word}\nSynonym: {term}",
                                        "[a\nb\nc"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char scratch[64];
        struct dl_freedict_entry e;
        bool found = dl_freedict_parse(dl_str_c(texts[i]), scratch, &e);
        if (found && strcmp(texts[i], "[a\nb\nc") != 0) fail_msg("%s", texts[i]);
    }
}

/* ------------------------------------------------------------------ files */

struct folder {
    struct material *m;
    char path[64], cache[80];
};

static int open_folder(void **state)
{
    static struct folder f;
    int failed = material_open(state);
    f.m = *state;
    strcpy(f.path, "/tmp/dateline-dict-XXXXXX");
    if (failed || mkdtemp(f.path) == NULL) return 1;
    snprintf(f.cache, sizeof f.cache, "%s/cache", f.path);
    *state = &f;
    return 0;
}

static int close_folder(void **state)
{
    struct folder *f = *state;
    char command[128];
    static const char *const names[] = {"freedict-deu-eng.index", "freedict-deu-eng.dict.dz",
                                        "freedict-deu-spa.index", "freedict-deu-spa.dict.dz",
                                        "cache/senses-de",        "cache/senses-es"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(command, sizeof command, "%s/%s", f->path, names[i]);
        unlink(command);
    }
    rmdir(f->cache);
    rmdir(f->path);
    *state = f->m;
    return material_close(state);
}

static void number(char *out, unsigned n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out[0] = digits[n / 4096 % 64];
    out[1] = digits[n / 64 % 64];
    out[2] = digits[n % 64];
    out[3] = '\0';
}

/* extra: an offset that leads out of the file. */
static void write_dictionary(const struct folder *f, const char *name, const char *const *entries,
                             bool damaged)
{
    char path[128], at[4], n[4];
    snprintf(path, sizeof path, "%s/%s.index", f->path, name);
    FILE *index = fopen(path, "w");
    snprintf(path, sizeof path, "%s/%s.dict.dz", f->path, name);
    gzFile dict = gzopen(path, "w");
    assert_non_null(index);
    unsigned offset = 0;
    if (damaged) fputs("far\t+++++\tzzz\nnothing\n\t\t\nbad\tA-\tB\n", index);
    for (size_t i = 0; entries[i] != NULL; i++) {
        number(at, offset);
        number(n, (unsigned)strlen(entries[i]));
        fprintf(index, "head%zu\t%s\t%s\n", i, at, n);
        gzputs(dict, entries[i]);
        offset += (unsigned)strlen(entries[i]);
    }
    fclose(index);
    gzclose(dict);
}

static const char *const GERMAN[] = {
    "Wahl /vˈɑːl/ <fem>\nelection\n",
    "Wahl /vˈɑːl/\nchoice\n",
    "Parlament /x/\nparliament\n",
    "Überschwemmung /x/\nflood, inundation\n",
    "Gletscher /x/\nglacier\n",
    "Stausee /x/\nreservoir\n",
    "bersten, zerbrechen /x/\nto burst\n",
    "Dorf /x/\nvillage\n",
    "Rettungskräfte /x/\nrescue workers\n",
    "evakuieren /x/\nto evacuate\n",
    "Bewohner /x/\ninhabitant, resident\n",
    "Flut /x/\nflood\n",
    "Parlamentswahl /x/\nparliamentary election\n",
    NULL,
};
static const char *const SPANISH[] = {"Gletscher /x/\nglaciar\n", "Dorf /x/\npueblo, aldea\n",
                                      NULL};

static uint32_t term(const char *language, const char *word)
{
    struct dl_stems *stems = dl_stems_new();
    struct dl_wordscan *scan = dl_wordscan_new();
    dl_arena *arena = dl_arena_new(1 << 20);
    dl_word_vec words = {0};
    assert_ok(dl_wordscan_add(scan, arena, dl_str_c(word), &words));
    struct dl_stems_language l = dl_stems_language(stems, language);
    uint32_t id = dl_stems_id(stems, &l, &words.p[0]);
    dl_arena_free(arena);
    dl_wordscan_free(scan);
    dl_stems_free(stems);
    return id;
}

static double share(struct dl_bilingual *b, const char *language, const char *word,
                    const char *english)
{
    struct dl_bilingual_table t = dl_bilingual_table(b, language);
    size_t n;
    const struct dl_sense *s = dl_bilingual_senses(&t, term(language, word), &n);
    uint32_t concept = term("en", english);
    for (size_t i = 0; i < n; i++)
        if (s[i].concept == concept) return (double)s[i].share / DL_SENSE_ONE;
    return 0;
}

static void meanings_have_shares(void **state)
{
    struct folder *f = *state;
    write_dictionary(f, "freedict-deu-eng", GERMAN, true);
    struct dl_bilingual *b = dl_bilingual_new(f->path, NULL);
    assert_float_equal(share(b, "de", "Wahl", "election"), 0.5, 0.01);
    assert_float_equal(share(b, "de", "Wahlen", "choice"), 0.5, 0.01); /* its stem */
    assert_float_equal(share(b, "de", "zerbrechen", "burst"), 1, 0.01);
    assert_float_equal(share(b, "de", "Parlamentswahl", "election"), 0.5, 0.01);
    assert_float_equal(share(b, "de", "Wahl", "glacier"), 0, 0.01);
    assert_float_equal(share(b, "fr", "glacier", "glacier"), 0, 0.01); /* no such dictionary */
    dl_bilingual_free(b);
}

static void a_third_language_leads_on(void **state)
{
    struct folder *f = *state;
    write_dictionary(f, "freedict-deu-eng", GERMAN, false);
    write_dictionary(f, "freedict-deu-spa", SPANISH, false);
    struct dl_bilingual *b = dl_bilingual_new(f->path, NULL);
    assert_float_equal(share(b, "es", "glaciar", "glacier"), 1, 0.01);
    assert_float_equal(share(b, "es", "pueblo", "village"), 1, 0.01);
    dl_bilingual_free(b);
}

static void spoil(const struct folder *f, const char *name, long at)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", f->path, name);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, at, SEEK_SET);
    int c = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(c ^ 0x55, file);
    fclose(file);
}

static void the_cache_is_used_and_not_trusted(void **state)
{
    struct folder *f = *state;
    char path[160];
    struct stat before, after;
    write_dictionary(f, "freedict-deu-eng", GERMAN, false);
    snprintf(path, sizeof path, "%s/senses-de", f->cache);
    struct dl_bilingual *b = dl_bilingual_new(f->path, f->cache);
    assert_float_equal(share(b, "de", "Dorf", "village"), 1, 0.01);
    dl_bilingual_free(b);
    assert_int_equal(stat(path, &before), 0);
    b = dl_bilingual_new(f->path, f->cache);
    assert_float_equal(share(b, "de", "Dorf", "village"), 1, 0.01);
    dl_bilingual_free(b);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino); /* read, not made again */
    spoil(f, "cache/senses-de", 60);
    b = dl_bilingual_new(f->path, f->cache);
    assert_float_equal(share(b, "de", "Dorf", "village"), 1, 0.01);
    dl_bilingual_free(b);
    assert_int_equal(stat(path, &after), 0);
    assert_int_not_equal(before.st_ino, after.st_ino);
}

static void damaged_files_give_less(void **state)
{
    struct folder *f = *state;
    write_dictionary(f, "freedict-deu-eng", GERMAN, false);
    spoil(f, "freedict-deu-eng.dict.dz", 40);
    struct dl_bilingual *b = dl_bilingual_new(f->path, NULL);
    assert_non_null(b);
    assert_true(share(b, "de", "Dorf", "village") <= 1);
    dl_bilingual_free(b);
}

static void known_things_need_no_dictionary(void **state)
{
    (void)state;
    struct dl_bilingual *b = dl_bilingual_new(NULL, NULL);
    struct dl_bilingual_table en = dl_bilingual_table(b, "en"), uk = dl_bilingual_table(b, "uk");
    uint32_t in_english = term("en", "Afghanistan"), in_ukrainian = term("uk", "Афганістану");
    size_t i = dl_bilingual_known(&en, in_english), k = dl_bilingual_known(&uk, in_ukrainian);
    assert_true(i < en.n_known && en.known[i].terms[0] == in_english && en.known[i].place);
    assert_true(k < uk.n_known && uk.known[k].terms[0] == in_ukrainian);
    assert_int_equal(en.known[i].thing, uk.known[k].thing);
    assert_true(dl_bilingual_is_empty(b, term("en", "which")));
    assert_false(dl_bilingual_is_empty(b, term("en", "glacier")));
    dl_bilingual_free(b);
}

/* ------------------------------------------------------------------ stories */

static uint64_t add(struct folder *f, struct dl_stories *s, uint64_t key, const char *language,
                    const char *title, const char *text)
{
    struct dl_features features = material_features(f->m, language, title, text);
    struct dl_story_doc doc = {.key = key, .time_ms = (int64_t)key * HOUR, .features = &features};
    struct dl_story_result r;
    assert_ok(dl_stories_add(s, &doc, &r));
    return r.story;
}

static void settle(struct dl_stories *s)
{
    struct dl_story_join joins[DL_STORY_JOINS];
    enum dl_err err = DL_OK;
    for (size_t n; dl_stories_settle(s, &n, joins, &err);)
        assert_true(n <= DL_STORY_JOINS);
    assert_ok(err);
}

/* Told in other words, without a name that both hold. */
static bool meet_with(struct folder *f, const char *dictionaries)
{
    struct dl_bilingual *b = dl_bilingual_new(dictionaries, NULL);
    struct dl_stories_options options = {.bilingual = b};
    struct dl_stories *s = dl_stories_new(&options);
    add(f, s, 1, "en", "Village evacuated after flood",
        "A glacier burst its reservoir. Rescue workers evacuate each resident of the village. The "
        "flood came at night.");
    add(f, s, 2, "en", "Parliament to vote", "The parliament meets after the election.");
    add(f, s, 3, "de", "Dorf nach Flut evakuiert",
        "Der Gletscher ließ den Stausee bersten. Rettungskräfte evakuieren die Bewohner. Die "
        "Überschwemmung kam nachts, das Dorf ist leer.");
    settle(s);
    bool met = dl_stories_now(s, 3) == 1;
    assert_int_not_equal(dl_stories_now(s, 2), dl_stories_now(s, 1));
    dl_stories_free(s);
    dl_bilingual_free(b);
    return met;
}

static void dictionaries_join_what_names_do_not(void **state)
{
    struct folder *f = *state;
    write_dictionary(f, "freedict-deu-eng", GERMAN, false);
    assert_true(meet_with(f, f->path));
    assert_false(meet_with(f, NULL));
}

/* A place alone joins nothing, however often it is named. */
static void one_place_is_no_story(void **state)
{
    struct folder *f = *state;
    struct dl_bilingual *b = dl_bilingual_new(NULL, NULL);
    struct dl_stories_options options = {.bilingual = b};
    struct dl_stories *s = dl_stories_new(&options);
    add(f, s, 1, "en", "Portugal counts its bats",
        "Volunteers in Portugal watch caves at dusk. Portugal has many kinds.");
    add(f, s, 2, "de", "Portugal senkt die Steuern",
        "Die Regierung in Portugal will Familien entlasten. Portugal hofft auf Wachstum.");
    settle(s);
    assert_int_equal(dl_stories_now(s, 2), 2);
    dl_stories_free(s);
    dl_bilingual_free(b);
}

/* Decisions made late are repeated at the same document: the state is the same. */
static void a_restore_repeats_late_links(void **state)
{
    static const char *const texts[][2] = {
        {"en",
         "A glacier burst its reservoir. Rescue workers evacuate each resident of the village."},
        {"en", "The parliament meets after the election, says Maria Lindholm."},
        {"de",
         "Der Gletscher ließ den Stausee bersten. Rettungskräfte evakuieren die Bewohner im Dorf."},
        {"de", "Nach der Wahl tagt das Parlament. Die Wahl gewann Maria Lindholm."},
        {"es", "El glaciar y el pueblo."},
        {"en", "A flood in the village: inhabitants wait for rescue workers."},
    };
    enum { N = 60 };
    struct folder *f = *state;
    write_dictionary(f, "freedict-deu-eng", GERMAN, false);
    write_dictionary(f, "freedict-deu-spa", SPANISH, false);
    struct dl_bilingual *b = dl_bilingual_new(f->path, NULL);
    struct dl_stories_options options = {.bilingual = b};
    struct dl_stories *first = dl_stories_new(&options), *second = dl_stories_new(&options);
    size_t joins = 0;
    for (uint64_t i = 0; i < N; i++) {
        const char *const *t = texts[i % 6];
        const char *text = i < 6 ? t[1] : material_prose(f->m, (uint32_t)(i / 4), 4);
        struct dl_features features = material_features(f->m, t[0], "", text);
        struct dl_story_doc doc = {
            .key = i + 1, .time_ms = (int64_t)i * 3 * HOUR, .features = &features};
        struct dl_story_result r;
        assert_ok(dl_stories_add(first, &doc, &r));
        assert_ok(dl_stories_restore(second, &doc, &r));
        assert_true(dl_stories_hash(first) == dl_stories_hash(second));
        joins += r.n_joins;
    }
    assert_true(joins > 0);
    assert_int_equal(dl_stories_now(first, 3), 1);
    dl_stories_free(first);
    dl_stories_free(second);
    dl_bilingual_free(b);
}

static void a_translation_is_told_from_a_report(void **state)
{
    struct folder *f = *state;
    write_dictionary(f, "freedict-deu-eng", GERMAN, false);
    struct dl_bilingual *b = dl_bilingual_new(f->path, NULL);
    struct dl_stories_options options = {.bilingual = b};
    struct dl_stories *s = dl_stories_new(&options);
    static const char *const texts[][2] = {
        {"en",
         "A glacier burst its reservoir near Karlstadt on 14 May, said Maria Lindholm. Rescue "
         "workers evacuate 1250 residents of the village. A flood of 37 metres, says Erik "
         "Söderberg, who counted 86 inhabitants."},
        {"de",
         "Der Gletscher ließ bei Karlstadt am 14. Mai den Stausee bersten, sagte Maria Lindholm. "
         "Rettungskräfte evakuieren 1250 Bewohner vom Dorf. Eine Flut von 37 Metern, sagt Erik "
         "Söderberg, der 86 Bewohner zählte."},
        {"de", "Im Parlament fragt man nach dem Dorf, sagt Jonas Weber. Die Flut dort kam vom "
               "Gletscher, die Wahl ist im Herbst."},
    };
    struct dl_story_result r[3];
    for (uint64_t i = 0; i < 3; i++) {
        struct dl_features features = material_features(f->m, texts[i][0], "", texts[i][1]);
        struct dl_story_doc doc = {
            .key = i + 1, .time_ms = (int64_t)i * HOUR, .features = &features};
        assert_ok(dl_stories_add(s, &doc, &r[i]));
    }
    assert_int_equal(r[0].translation_of, 0);
    assert_int_equal(r[1].translation_of, 1);
    assert_true(r[1].translation_similarity > 0.7 && r[1].translation_similarity <= 1);
    assert_int_equal(r[2].translation_of, 0);
    dl_stories_free(s);
    dl_bilingual_free(b);
}

static void words_without_a_stemmer_lose_their_endings(void **state)
{
    (void)state;
    static const char *const forms[] = {"президента", "президентові", "президентом", "президенти"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_int_equal(term("uk", forms[i]), term("uk", "президент"));
    assert_int_not_equal(term("uk", "президент"), term("uk", "прем'єр"));
    struct dl_bilingual *b = dl_bilingual_new(NULL, NULL);
    assert_float_equal(share(b, "uk", "виборів", "election"), 1, 0.01);
    assert_true(share(b, "zh", "选举", "election") > 0.9);
    dl_bilingual_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts_are_read),
        cmocka_unit_test(what_says_nothing_is_no_entry),
        cmocka_unit_test_setup_teardown(meanings_have_shares, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(a_third_language_leads_on, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(the_cache_is_used_and_not_trusted, open_folder,
                                        close_folder),
        cmocka_unit_test_setup_teardown(damaged_files_give_less, open_folder, close_folder),
        cmocka_unit_test(known_things_need_no_dictionary),
        cmocka_unit_test_setup_teardown(dictionaries_join_what_names_do_not, open_folder,
                                        close_folder),
        cmocka_unit_test_setup_teardown(one_place_is_no_story, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(a_restore_repeats_late_links, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(a_translation_is_told_from_a_report, open_folder,
                                        close_folder),
        cmocka_unit_test(words_without_a_stemmer_lose_their_endings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

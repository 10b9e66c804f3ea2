/* Times: exact cases, every pattern of CLDR, and what holds for any text. */
#include "lang/times.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { MB = 1 << 20, LANGUAGES_MIN = 100, SHARE_MIN = 97 /* percent */ };

static dl_arena *all;
static dl_timebook *book;
static dl_pack empty;
static dl_map packs;

static int setup(void **state)
{
    (void)state;
    all = dl_arena_new(DL_ARENA_NO_CAP);
    dl_map_init(&packs, all);
    bool ok = dl_words_open(NULL) == DL_OK && dl_timebook_new(all, &book) == DL_OK &&
              dl_pack_load(&empty, all, "und", NULL) == DL_OK;
    return ok ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    dl_arena_free(all);
    return 0;
}

static const dl_pack *pack_of(const char *code)
{
    dl_pack *pack = dl_map_get(&packs, dl_str_c(code));
    if (pack != NULL) return pack;
    pack = DL_NEW(all, dl_pack);
    assert_int_equal(dl_pack_load(pack, all, code, NULL), DL_OK);
    char *key = dl_str_cstr(all, dl_str_c(code));
    assert_int_equal(dl_map_set(&packs, dl_str_c(key), pack), DL_OK);
    return pack;
}

static dl_timexes find(dl_arena *arena, const char *code, dl_str text, const char *published,
                       dl_words *ret_words)
{
    dl_sentences sentences;
    dl_timexes times = {0};
    dl_time at = {0};
    const dl_times *t;
    if (published != NULL) assert_true(dl_time_parse(dl_str_c(published), &at));
    struct dl_diag diag = {0};
    if (dl_timebook_get(book, pack_of(code), code, &t, &diag) != DL_OK)
        fail_msg("%s: %s", code, diag.message);
    assert_int_equal(dl_words_split(pack_of(code), arena, text, ret_words), DL_OK);
    assert_int_equal(dl_sentences_find(pack_of(code), arena, ret_words, &sentences), DL_OK);
    assert_int_equal(dl_times_find(t, arena, ret_words, &sentences, at, &times), DL_OK);
    return times;
}

static void list(dl_str text, const dl_timexes *times, dl_buf *out)
{
    for (size_t i = 0; i < times->n; i++)
        dl_buf_fmt(out, "%s%.*s=%.*s", i > 0 ? ";" : "",
                   DL_FMT(dl_str_sub(text, times->p[i].start, times->p[i].end)),
                   DL_FMT(times->p[i].value));
}

static const struct {
    const char *language, *text, *times;
} cases[] = {
    {"de", "Vor drei Tagen kam er.", "Vor drei Tagen=2024-03-22"},
    {"de", "Sie treffen sich jeden Montag um 14.30 Uhr.",
     "jeden Montag=XXXX-WXX-1;14.30 Uhr=2024-03-25T14:30"},
    {"de", "Um 14.30 Uhr fiel der Strom aus.", "14.30 Uhr=2024-03-25T14:30"},
    {"de", "Das Fest dauert vom 3. bis 5. Mai.", "3=2024-05-03;5. Mai=2024-05-05"},
    {"de", "Letzte Woche war es kalt.", "Letzte Woche=2024-W12"},
    {"de", "Er kam, 3. Mai, und im 3. Quartal 2023.", "3. Mai=2024-05-03;3. Quartal 2023=2023-Q3"},
    {"de", "In den 1990er Jahren war das anders.", "den 1990er Jahren=199"},
    {"de", "Im 19. Jahrhundert war das anders.", "19. Jahrhundert=18"},
    {"fr", "Il est parti il y a trois jours.", "il y a trois jours=2024-03-22"},
    {"fr", "La réunion commence à 14h30.", "14h30=2024-03-25T14:30"},
    {"fr", "Il est venu la semaine dernière.", "la semaine dernière=2024-W12"},
    {"fr", "Cela a duré six mois.", "six mois=P6M"},
    {"fr", "Il part lundi prochain.", "lundi prochain=2024-04-01"},
    {"fr", "Au XIXe siècle, tout changea.", "XIXe siècle=18"},
    {"es", "Llegó hace 3 días.", "hace 3 días=2024-03-22"},
    {"es", "Se reúnen todos los lunes.", "todos los lunes=XXXX-WXX-1"},
    {"es", "Vino la semana pasada.", "la semana pasada=2024-W12"},
    {"es", "Ocurrió el 5 de mayo de 2023.", "el 5 de mayo de 2023=2023-05-05"},
    {"es", "Fue en los años 90.", "los años 90=199"},
    {"pt", "Chegou há dois dias.", "há dois dias=2024-03-23"},
    {"pt", "Veio na semana passada.", "semana passada=2024-W12"},
    {"pt", "Chega às 14h30.", "14h30=2024-03-25T14:30"},
    {"pt", "Foi em 5 de maio de 2023.", "5 de maio de 2023=2023-05-05"},
    {"it", "È arrivato tre giorni fa.", "tre giorni fa=2024-03-22"},
    {"it", "È arrivato lunedì scorso.", "lunedì scorso=2024-03-18"},
    {"it", "Dal 3 al 5 maggio si vota.", "3=2024-05-03;5 maggio=2024-05-05"},
    {"it", "Si riunisce ogni lunedì.", "ogni lunedì=XXXX-WXX-1"},
    {"ru", "Он приехал 3 дня назад.", "3 дня назад=2024-03-22"},
    {"ru", "Это было на прошлой неделе.", "на прошлой неделе=2024-W12"},
    {"ru", "Он приехал в среду.", "среду=2024-03-20"},
    {"ru", "В XIX веке было иначе.", "XIX веке=18"},
    {"ru", "С 3 по 5 мая 2024 года идут праздники.", "3=2024-05-03;5 мая 2024 года=2024-05-05"},
    {"uk", "Він приїхав три дні тому.", "три дні тому=2024-03-22"},
    {"uk", "Минулого тижня було холодно.", "Минулого тижня=2024-W12"},
    {"uk", "Наступного понеділка вибори.", "Наступного понеділка=2024-04-01"},
    {"ar", "وصل قبل ثلاثة أيام.", "قبل ثلاثة أيام=2024-03-22"},
    {"ar", "وصل الأسبوع الماضي.", "الأسبوع الماضي=2024-W12"},
    {"ar", "استمرت الحرب ستة أشهر.", "ستة أشهر=P6M"},
    {"ar", "وصل قبل يومين.", "قبل يومين=2024-03-23"},
    {"ar", "في 25 تشرين الثاني/نوفمبر 2019 وقعت.", "25 تشرين الثاني/نوفمبر 2019=2019-11-25"},
    {"fa", "او ۳ روز پیش آمد.", "۳ روز پیش=2024-03-22"},
    {"fa", "هفته گذشته آمد.", "هفته گذشته=2024-W12"},
    {"fa", "در ۵ فروردین ۱۴۰۳ آمد.", "۵ فروردین ۱۴۰۳=2024-03-24"},
    {"fa", "سال آینده می‌آید.", "سال آینده=2025"},
    {"zh", "他3天前来了。", "3天前=2024-03-22"},
    {"zh", "上周他来了。", "上周=2024-W12"},
    {"zh", "会议下午3点开始。", "下午3点=2024-03-25T15:00"},
    {"zh", "他去年来了。", "去年=2023"},
    {"zh", "发言人10日表示，2023年第三季度增长。", "10日=2024-03-10;2023年第三季度=2023-Q3"},
    {"ja", "政府は10日、発表した。", "10日=2024-03-10"},
    {"th", "วันที่ 25 มีนาคม 2567 กล่าว", "25 มีนาคม 2567=2024-03-25"},
    {"fa", "سه شنبه آمد.", "سه شنبه=2024-03-19"},
    {"zh", "大桥于2023年4月5日关闭。", "2023年4月5日=2023-04-05"},
    {"ja", "彼は3日前に来た。", "3日前=2024-03-22"},
    {"ja", "先週来た。", "先週=2024-W12"},
    {"ja", "午後3時30分に始まる。", "午後3時30分=2024-03-25T15:30"},
    {"ja", "令和6年3月5日に来た。", "令和6年3月5日=2024-03-05"},
    {"ja", "毎週月曜日に会う。", "毎週月曜日=XXXX-WXX-1"},
    {"tr", "Üç gün önce geldi.", "Üç gün önce=2024-03-22"},
    {"tr", "Geçen hafta geldi.", "Geçen hafta=2024-W12"},
    {"tr", "Toplantı saat 14.30'da başladı.", "saat 14.30=2024-03-25T14:30"},
    {"tr", "Her Pazartesi toplanırlar.", "Her Pazartesi=XXXX-WXX-1"},
    {"tr", "20. yüzyılda oldu.", "20. yüzyılda=19"},
    {"en", "He left on Friday night.", "Friday night=2024-03-22TNI"},
    {"en", "It opens at 2 p.m. tomorrow.", "2 p.m. tomorrow=2024-03-26T14:00"},
    {"en", "He lived there from 3 to 5 May.", "3=2024-05-03;5 May=2024-05-05"},
    {"en", "They met every Monday.", "every Monday=XXXX-WXX-1"},
    {"en", "Profits rose in the third quarter of 2023.", "the third quarter of 2023=2023-Q3"},
    {"en", "In the late 1970s he was young.", "the late 1970s=197"},
    {"en", "He waited two and a half hours.", "two and a half hours=PT2H30M"},
    {"en", "He will come next Monday.", "next Monday=2024-04-01"},
    {"en", "It was an 11th century temple.", "11th century=10"},
    {"en", "Last summer he left.", "Last summer=2023-SU"},
};

static void exact_cases(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
        dl_str text = dl_str_c(cases[i].text);
        dl_words words;
        dl_timexes times = find(arena, cases[i].language, text, "2024-03-25T10:30:00Z", &words);
        dl_buf got = DL_BUF_INIT(1 << 16);
        list(text, &times, &got);
        if (!dl_str_eq_c(dl_buf_slice(&got), cases[i].times)) {
            print_error("%s: %s: %.*s\n", cases[i].language, cases[i].text,
                        DL_FMT(dl_buf_slice(&got)));
            wrong++;
        }
        dl_buf_free(&got);
        dl_arena_free(arena);
    }
    assert_int_equal(wrong, 0);
}

/* Each row of the table, its number 1, 2 and 5, must be found as one time from end to end. */
static bool row_is_read(dl_str pattern, dl_str language, int number)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    char code[16];
    snprintf(code, sizeof code, "%.*s", DL_FMT(language));
    size_t at = dl_str_chr(pattern, '@', 0);
    dl_str text = at == DL_NO_POS ? pattern
                                  : dl_str_fmt(arena, "%.*s%d%.*s", (int)at, pattern.p, number,
                                               DL_FMT(dl_str_sub(pattern, at + 1, pattern.n)));
    dl_words words;
    dl_timexes times = find(arena, code, text, "2024-03-25T10:30:00Z", &words);
    bool read = times.n == 1 && times.p[0].start == 0 && times.p[0].end == text.n;
    dl_arena_free(arena);
    return read;
}

static void every_pattern_of_cldr(void **state)
{
    (void)state;
    static const int numbers[] = {1, 2, 5};
    dl_str bytes, cells[DL_TSV_MAX_COLUMNS], last = {0};
    dl_tsv tsv;
    assert_true(dl_asset_get("lexicon/dates/relative.tsv", &bytes));
    assert_int_equal(dl_tsv_open(&tsv, bytes, NULL), DL_OK);
    size_t languages = 0, tried = 0, read = 0;
    while (dl_tsv_next(&tsv, cells, NULL) == DL_OK) {
        if (!dl_str_eq(cells[3], last)) languages++;
        last = cells[3];
        bool number = dl_str_chr(cells[0], '@', 0) != DL_NO_POS;
        for (size_t k = 0; k < (number ? 3 : 1); k++, tried++) {
            bool ok = row_is_read(cells[0], cells[3], numbers[k]);
            read += ok;
            if (!ok && getenv("VERBOSE") != NULL)
                print_message("%.*s: %.*s\n", DL_FMT(cells[3]), DL_FMT(cells[0]));
        }
    }
    print_message("# %zu languages, %zu of %zu\n", languages, read, tried);
    assert_true(languages >= LANGUAGES_MIN);
    assert_true(read * 100 >= tried * SHARE_MIN);
}

static void without_publication_nothing_is_relative(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    dl_words words;
    dl_str text = DL_STR("He came yesterday and on Monday, two years ago, on May 5, in 1999.");
    dl_timexes times = find(arena, "en", text, NULL, &words);
    dl_buf got = DL_BUF_INIT(1 << 16);
    list(text, &times, &got);
    assert_string_equal(dl_str_cstr(arena, dl_buf_slice(&got)), "May 5=XXXX-05-05;1999=1999");
    dl_buf_free(&got);
    dl_arena_free(arena);
}

/* Long lines of what starts times: spans in order, on borders of characters, and an end. */
static void long_lines_end(void **state)
{
    (void)state;
    static const char *const stuff[] = {
        "1",      "12 ",       "May ",   "3.5.2024-", "two ", "years 5 ", "日",
        "2024年", "the last ", "14:30:", "XX ",       "٣ ",   "один ",    "3/4/"};
    for (size_t i = 0; i < sizeof stuff / sizeof *stuff; i++) {
        dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
        size_t n = strlen(stuff[i]), count = MB / n;
        char *line = dl_alloc(arena, count * n + 1);
        for (size_t k = 0; k < count; k++)
            memcpy(line + k * n, stuff[i], n);
        dl_str text = {line, count * n};
        dl_words words;
        dl_timexes times = find(arena, i % 2 == 0 ? "en" : "zh", text, "2024-03-25", &words);
        uint32_t behind = 0;
        for (size_t k = 0; k < times.n; k++) {
            const dl_timex *t = &times.p[k];
            assert_true(t->start >= behind && t->end > t->start && t->end <= text.n);
            assert_true(t->end == text.n || ((unsigned char)line[t->end] & 0xC0) != 0x80);
            assert_true(((unsigned char)line[t->start] & 0xC0) != 0x80);
            assert_true(t->first < t->last && t->last <= words.n);
            behind = t->end;
        }
        dl_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_cases),
        cmocka_unit_test(every_pattern_of_cldr),
        cmocka_unit_test(without_publication_nothing_is_relative),
        cmocka_unit_test(long_lines_end),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

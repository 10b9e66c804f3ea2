/* Dates in text: what is found lies in the text, the scanner goes on, days exist. */
#include <stdint.h>

#include "base/utf8.h"
#include "page/datetext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static dl_date_words *words_once(void)
{
    static dl_date_words *words;
    struct dl_diag diag;
    if (words != NULL) return words;
    dl_arena *arena = dl_arena_new(8 << 20);
    DL_ASSERT(arena != NULL && dl_date_words_new(arena, &words, &diag) == DL_OK);
    return words;
}

static void check_found(dl_str text, const struct dl_date_found *d)
{
    DL_ASSERT(d->start < d->end && d->end <= text.n);
    DL_ASSERT(dl_utf8_is_border(text, d->start) && dl_utf8_is_border(text, d->end));
    DL_ASSERT(d->year >= DL_DATE_FIRST_YEAR && d->year <= DL_DATE_LAST_YEAR);
    DL_ASSERT(d->month >= 1 && d->month <= 12 && d->day >= 1 &&
              d->day <= dl_days_in_month(d->year, d->month));
    dl_time t = dl_date_clock(text, d);
    DL_ASSERT(t.precision >= DL_PREC_DAY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const languages[] = {"", "en", "ar", "fa", "th", "zh", "ja", "he", "vi"};
    enum { ARENA = 1 << 20, LANGUAGES = sizeof languages / sizeof *languages };
    if (size < 1 || size > 4096) return 0;
    dl_arena *arena = dl_arena_new(ARENA);
    if (arena == NULL) return 0;
    dl_date_words *words = words_once();
    dl_str text = dl_utf8_repair(arena, (dl_str){(const char *)data + 1, size - 1});
    struct dl_date_style style = {data[0] & 1, dl_str_c(languages[(data[0] >> 1) % LANGUAGES])};
    struct dl_date_found d;
    struct dl_date_since since;
    for (size_t pos = 0, last = 0; dl_date_next(words, text, &style, &pos, &d); last = pos) {
        DL_ASSERT(pos > last && pos == d.end);
        check_found(text, &d);
    }
    if (dl_date_since_find(words, text, &since)) {
        DL_ASSERT(since.start < since.end && since.end <= text.n && since.n >= 0);
        dl_time now = {.ms = 1711330220000, .precision = DL_PREC_SECOND, .zone = DL_ZONE_KNOWN};
        DL_ASSERT(dl_date_since_time(&since, now).ms <= now.ms);
    }
    DL_ASSERT(dl_date_words_label(words, text) <= DL_LABEL_ORIGIN);
    dl_arena_free(arena);
    return 0;
}

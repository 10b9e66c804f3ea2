#include "lang/times.h"

#include <pthread.h>
#include <unicode/uloc.h>

#include "lang/timex.h"

enum { FUTURE_REACH = 8 /* words behind "will" that it still rules */ };

/* One time, or the two of a range. */
static enum dl_err emit(const struct timex_scan *s, const struct timex_slots *f,
                        const struct timex_result *r, dl_timexes *out)
{
    const dl_token *p = s->p->w.p;
    const struct timex_piece_number *n = s->p->number;
    uint32_t last = r->second.n > 0 ? f->first_end : f->last;
    dl_timex t = {n[f->first].token, n[last - 1].token + 1,
                  p[f->first].start, p[last - 1].end,
                  r->type,           r->value};
    if (dl_vec_push(s->arena, out, t) != DL_OK) return dl_arena_failed(s->arena);
    if (r->second.n == 0) return DL_OK;
    t = (dl_timex){n[f->split].token, n[f->last - 1].token + 1,
                   p[f->split].start, p[f->last - 1].end,
                   r->type,           r->second};
    return dl_vec_push(s->arena, out, t) == DL_OK ? DL_OK : dl_arena_failed(s->arena);
}

/* The words before a time must not hide that it goes on: "in March" of "in March 1996". */
static bool longer_behind(struct timex_scan *s, const struct timex_slots *f)
{
    struct timex_slots fits[TIMEX_FITS];
    struct timex_result r;
    size_t n = timex_fit(s, f->first, fits);
    for (size_t k = 0; k < n; k++)
        if (fits[k].last > f->last && timex_mean(s, &fits[k], &r)) return true;
    return false;
}

/* Tries what fits at piece i; *ret_next: where to go on. */
static enum dl_err at_piece(struct timex_scan *s, uint32_t i, dl_timexes *out, uint32_t *ret_next)
{
    struct timex_slots fits[TIMEX_FITS];
    size_t n = timex_fit(s, i, fits);
    for (size_t k = 0; k < n; k++) {
        struct timex_result r;
        uint8_t op = fits[k].means->op;
        bool from_now = op == TIMEX_OP_ago || op == TIMEX_OP_later;
        bool none = op == TIMEX_OP_none || (from_now && !s->dated);
        if (!none && !timex_mean(s, &fits[k], &r)) continue;
        *ret_next = none ? fits[k].end : fits[k].last;
        if (none) return DL_OK;
        if (fits[k].first > i && longer_behind(s, &fits[k])) {
            *ret_next = fits[k].first;
            return DL_OK;
        }
        return emit(s, &fits[k], &r, out);
    }
    return DL_OK;
}

static bool is_will(const struct timex_scan *s, uint32_t i)
{
    struct timex_reading r[TIMEX_READINGS];
    size_t n = timex_readings(s, i, r);
    for (size_t k = 0; k < n; k++)
        if (r[k].slot == TIMEX_will) return true;
    return false;
}

static enum dl_err in_sentence(struct timex_scan *s, dl_timexes *out)
{
    uint32_t will = 0;
    for (uint32_t i = 0; i < s->p->w.n;) {
        const dl_token *t = &s->p->w.p[i];
        uint32_t next = i + 1;
        bool roman = t->mark == 'X' || t->mark == 'I' || t->mark == 'V';
        if (s->p->number[i].value >= 0 || roman ||
            (t->kind <= DL_TOKEN_PUNCT && timex_may_start(s->t, t->key))) {
            if (is_will(s, i)) will = i + 1;
            s->future = will > 0 && i - will < FUTURE_REACH;
            DL_TRY(at_piece(s, i, out, &next));
        }
        i = next;
    }
    return DL_OK;
}

enum dl_err dl_times_find(const dl_times *times, dl_arena *arena, const dl_words *words,
                          const dl_sentences *sentences, dl_time published, dl_timexes *ret_times)
{
    struct timex_pieces pieces = {0};
    struct timex_scan s = {
        .t = times, .arena = arena, .p = &pieces, .dated = dl_time_is_set(published)};
    if (s.dated) {
        s.now = dl_civil_of(published, true);
        s.today = dl_days_from_civil(s.now.year, s.now.month, s.now.day);
        s.timed = published.precision >= DL_PREC_MINUTE;
        s.now_min = s.today * 1440 + s.now.hour * 60 + s.now.minute;
    }
    dl_timexes out = {0};
    for (size_t i = 0; i < sentences->n; i++) {
        DL_TRY(
            timex_pieces_cut(arena, words, sentences->p[i].first, sentences->p[i].last, &pieces));
        DL_TRY(in_sentence(&s, &out));
    }
    *ret_times = out;
    return DL_OK;
}

const char *dl_timex_type_name(enum dl_timex_type type)
{
    static const char *const names[] = {"DATE", "TIME", "DURATION", "SET"};
    return names[type];
}

/* --- all languages -------------------------------------------------------------------------- */

struct dl_timebook {
    dl_arena *arena; /* its own: languages come while documents are read */
    pthread_mutex_t lock;
    dl_map languages;
};

static void close_book(void *handle)
{
    dl_timebook *book = handle;
    pthread_mutex_destroy(&book->lock);
    dl_arena_free(book->arena);
}

enum dl_err dl_timebook_new(dl_arena *arena, dl_timebook **ret_book)
{
    dl_timebook *book = DL_NEW(arena, dl_timebook);
    if (book == NULL) return dl_arena_failed(arena);
    book->arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (book->arena == NULL) return DL_ERR_NOMEM;
    pthread_mutex_init(&book->lock, NULL);
    dl_map_init(&book->languages, book->arena);
    enum dl_err err = dl_arena_on_release(arena, close_book, book);
    if (err != DL_OK) return close_book(book), err;
    *ret_book = book;
    return DL_OK;
}

/* Pages declare what they like: only languages that ICU knows are kept, the others are one. */
static bool known(const char *code)
{
    size_t n = strlen(code);
    if (n < 2 || n > 3) return false;
    for (int32_t i = 0; i < uloc_countAvailable(); i++) {
        const char *locale = uloc_getAvailable(i);
        if (strncmp(locale, code, n) == 0 && (locale[n] == '\0' || locale[n] == '_')) return true;
    }
    return false;
}

static enum dl_err load_language(dl_timebook *book, const dl_pack *pack, dl_str code,
                                 dl_times **ret_times, struct dl_diag *diag)
{
    char *name = dl_str_cstr(book->arena, code);
    if (name == NULL) return dl_arena_failed(book->arena);
    DL_TRY(dl_times_load(ret_times, book->arena, pack, name, diag));
    return dl_map_set(&book->languages, dl_str_c(name), *ret_times);
}

enum dl_err dl_timebook_get(dl_timebook *book, const dl_pack *pack, const char *code,
                            const dl_times **ret_times, struct dl_diag *diag)
{
    enum dl_err err = DL_OK;
    pthread_mutex_lock(&book->lock);
    dl_times *times = dl_map_get(&book->languages, dl_str_c(code));
    if (times == NULL && !known(timex_cldr_code(code))) {
        code = "und";
        times = dl_map_get(&book->languages, dl_str_c(code));
    }
    if (times == NULL) err = load_language(book, pack, dl_str_c(code), &times, diag);
    pthread_mutex_unlock(&book->lock);
    if (err == DL_OK) *ret_times = times;
    return err;
}

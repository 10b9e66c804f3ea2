#include "page/cues.h"

#include "base/asset.h"
#include "base/map.h"

enum {
    SLOTS = 2048,         /* power of two, several times the number of words */
    NAME_MAX_BYTES = 512, /* of a class value; utility class lists are long and say nothing */
    PHRASE_MAX = 60,
    HEAD_BYTES = 3, /* that phrases are looked up by; beginnings have at least these */
    HEADS = 4096,
    TELLS_MAX = 400,
    TELL_HEADS = 512, /* power of two */
};

struct slot {
    uint32_t hash; /* 0 = free */
    uint32_t cue;
};

struct tell { /* words that stand within a block */
    dl_str text;
    uint32_t hash; /* of the first word */
    uint16_t next; /* with a first word of the same place; 0 = none */
};

struct dl_cues {
    struct slot slots[SLOTS];
    dl_map phrases;          /* folded text -> "full" or "prefix" */
    uint64_t lengths[HEADS]; /* by a phrase's first bytes: bit n: of n bytes begins so; 0: full */
    struct tell tells[TELLS_MAX + 1];
    uint16_t heads[TELL_HEADS], n_tells; /* tells[0] is not used */
};

static const struct {
    const char *name;
    uint32_t cue;
} names[] = {{"comment", DL_CUE_COMMENT},
             {"related", DL_CUE_RELATED},
             {"share", DL_CUE_SHARE},
             {"promo", DL_CUE_PROMO},
             {"nav", DL_CUE_NAV},
             {"side", DL_CUE_SIDE},
             {"footer", DL_CUE_FOOTER},
             {"meta", DL_CUE_META},
             {"caption", DL_CUE_CAPTION},
             {"legal", DL_CUE_LEGAL},
             {"hidden", DL_CUE_HIDDEN},
             {"body", DL_CUE_BODY},
             {"deck", DL_CUE_DECK},
             {"author", DL_CUE_AUTHOR},
             {"date", DL_CUE_DATE},
             {"crumb", DL_CUE_CRUMB},
             {"widget", DL_CUE_WIDGET},
             {"live", DL_CUE_LIVE},
             {"none", 0}};

/* A polynomial: the hash of two words in one comes from theirs, hash(ab) = hash(a) * BASE^|b| +
 * hash(b), so that a letter costs one step however many words it may end. */
#define BASE 16777619u

static uint32_t hash_of(dl_str s)
{
    uint32_t h = 0;
    for (size_t i = 0; i < s.n; i++)
        h = h * BASE + (unsigned char)s.p[i];
    return h != 0 ? h : 1;
}

static struct slot *find(struct dl_cues *cues, uint32_t hash)
{
    uint32_t at = hash & (SLOTS - 1);
    while (cues->slots[at].hash != 0 && cues->slots[at].hash != hash)
        at = (at + 1) & (SLOTS - 1);
    return &cues->slots[at];
}

static unsigned get(const struct dl_cues *cues, uint32_t hash)
{
    uint32_t at = hash & (SLOTS - 1);
    while (cues->slots[at].hash != 0) {
        if (cues->slots[at].hash == hash) return cues->slots[at].cue;
        at = (at + 1) & (SLOTS - 1);
    }
    return 0;
}

/* "meta+author" */
static bool cues_named(dl_str list, uint32_t *ret_cue)
{
    uint32_t cue = 0;
    dl_str part;
    while (dl_str_split(&list, '+', &part)) {
        size_t k = 0, n = sizeof names / sizeof *names;
        while (k < n && !dl_str_eq_c(part, names[k].name))
            k++;
        if (k == n) return false;
        cue |= names[k].cue;
    }
    *ret_cue = cue;
    return true;
}

static enum dl_err load_words(struct dl_cues *cues, struct dl_diag *diag)
{
    dl_str text, cell[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    if (!dl_asset_get("lexicon/web/markup-cues.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, diag));
    enum dl_err err;
    size_t count = 0;
    while ((err = dl_tsv_next(&tsv, cell, diag)) == DL_OK) {
        uint32_t cue;
        if (!cues_named(cell[1], &cue) || ++count > SLOTS / 2)
            return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "markup-cues.tsv, line %zu", tsv.line);
        struct slot *slot = find(cues, hash_of(cell[0]));
        slot->hash = hash_of(cell[0]);
        slot->cue = cue;
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

/* Small letter of the two-byte alphabets; the byte length stays. */
static uint32_t fold_letter(uint32_t cp)
{
    if ((cp >= 0xC0 && cp <= 0xDE && cp != 0xD7) || (cp >= 0x391 && cp <= 0x3AB) ||
        (cp >= 0x410 && cp <= 0x42F))
        return cp + 0x20;
    if (cp >= 0x400 && cp <= 0x40F) return cp + 0x50;
    if ((cp >= 0x100 && cp <= 0x137) || (cp >= 0x14A && cp <= 0x177)) return cp | 1;
    if ((cp >= 0x139 && cp <= 0x148) || (cp >= 0x179 && cp <= 0x17E)) return (cp + 1) & ~1u;
    return cp;
}

/* The first bytes of s in small letters; returns how many. */
static size_t fold(dl_str s, char *out, size_t max)
{
    size_t n = s.n < max ? s.n : max;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        out[i] = (char)dl_to_lower(c);
        if (c < 0xC3 || c > 0xD1 || i + 1 == n) continue;
        uint32_t cp = fold_letter((uint32_t)(c & 0x1F) << 6 | ((unsigned char)s.p[i + 1] & 0x3F));
        out[i] = (char)(0xC0 | cp >> 6);
        out[++i] = (char)(0x80 | (cp & 0x3F));
    }
    return n;
}

static unsigned head_of(const char *folded)
{
    const unsigned char *p = (const unsigned char *)folded;
    return ((uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2]) * 0x9E3779B1u >> 20;
}

static bool is_word_byte(unsigned char c)
{
    return c >= 0x80 || dl_is_alnum(c);
}

static size_t word_end(dl_str folded, size_t at)
{
    while (at < folded.n && is_word_byte((unsigned char)folded.p[at]))
        at++;
    return at;
}

static bool add_tell(struct dl_cues *cues, dl_str folded)
{
    if (cues->n_tells == TELLS_MAX || folded.n < 4) return false;
    struct tell *t = &cues->tells[++cues->n_tells];
    t->text = folded;
    t->hash = hash_of(dl_str_sub(folded, 0, word_end(folded, 0)));
    t->next = cues->heads[t->hash & (TELL_HEADS - 1)];
    cues->heads[t->hash & (TELL_HEADS - 1)] = cues->n_tells;
    return true;
}

/* "full", "begins so*", "*holds this*" */
static enum dl_err add_phrase(struct dl_cues *cues, dl_arena *arena, dl_str phrase)
{
    bool prefix = dl_str_ends(phrase, "*"), inside = prefix && phrase.p[0] == '*';
    if (prefix) phrase.n--;
    if (inside) phrase = dl_str_sub(phrase, 1, phrase.n);
    if (phrase.n < 2 || phrase.n > PHRASE_MAX) return DL_ERR_SYNTAX;
    char *p = dl_alloc(arena, phrase.n);
    if (p == NULL) return dl_arena_failed(arena);
    dl_str folded = {p, fold(phrase, p, phrase.n)};
    if (inside) return add_tell(cues, folded) ? DL_OK : DL_ERR_SYNTAX;
    if (prefix && folded.n < HEAD_BYTES) return DL_ERR_SYNTAX;
    if (folded.n >= HEAD_BYTES) cues->lengths[head_of(p)] |= prefix ? 1ull << folded.n : 1;
    if (!prefix && dl_map_get(&cues->phrases, folded) != NULL) return DL_OK; /* begins so, too */
    return dl_map_set(&cues->phrases, folded, (void *)(prefix ? "prefix" : "full"));
}

static enum dl_err load_phrases(struct dl_cues *cues, dl_arena *arena, struct dl_diag *diag)
{
    dl_str text, cell[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    if (!dl_asset_get("lexicon/web/phrases.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, diag));
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cell, diag)) == DL_OK) {
        err = add_phrase(cues, arena, cell[0]);
        if (err == DL_ERR_SYNTAX)
            return dl_fail(diag, err, DL_NO_POS, "phrases.tsv, line %zu", tsv.line);
        DL_TRY(err);
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

enum dl_err dl_cues_new(dl_arena *arena, dl_cues **ret_cues, struct dl_diag *diag)
{
    struct dl_cues *cues = DL_NEW(arena, struct dl_cues);
    if (cues == NULL) return dl_arena_failed(arena);
    dl_map_init(&cues->phrases, arena);
    DL_TRY(load_words(cues, diag));
    DL_TRY(load_phrases(cues, arena, diag));
    *ret_cues = cues;
    return DL_OK;
}

/* Words of a name so far: hashes of the last one, the last two, the last three. */
struct run {
    uint32_t h[3];
    unsigned words;
};

static unsigned end_word(const struct dl_cues *cues, struct run *r, uint32_t hash, uint32_t power)
{
    r->h[2] = r->h[1] * power + hash;
    r->h[1] = r->h[0] * power + hash;
    r->h[0] = hash;
    r->words++;
    unsigned bits = get(cues, r->h[0]);
    if (r->words >= 2) bits |= get(cues, r->h[1]);
    if (r->words >= 3) bits |= get(cues, r->h[2]);
    return bits;
}

static unsigned bits_of(const dl_cues *cues, dl_str name)
{
    struct run r = {0};
    unsigned bits = 0;
    size_t n = name.n < NAME_MAX_BYTES ? name.n : NAME_MAX_BYTES;
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)name.p[i], lower = c | 0x20;
        if (lower < 'a' || lower > 'z') {
            if (dl_is_space(c)) r.words = 0;
            i++;
            continue;
        }
        uint32_t hash = lower, power = BASE;
        bool was_lower = c == lower;
        for (i++; i < n; i++) {
            c = (unsigned char)name.p[i];
            lower = c | 0x20;
            if (lower < 'a' || lower > 'z' || (c != lower && was_lower)) break;
            was_lower = c == lower;
            hash = hash * BASE + lower;
            power *= BASE;
        }
        bits |= end_word(cues, &r, hash, power);
    }
    return bits;
}

unsigned dl_cues_remembered(const dl_cues *cues, struct dl_cue_memo *memo, dl_str name)
{
    uint64_t first, last;
    if (name.n < sizeof first || name.n > UINT32_MAX) return bits_of(cues, name);
    memcpy(&first, name.p, sizeof first);
    memcpy(&last, name.p + name.n - sizeof last, sizeof last);
    size_t at = ((first ^ (last << 7 | last >> 57) ^ name.n) * 0x9E3779B97F4A7C15u) >> 56;
    if (memo->seen[at].n != name.n || memcmp(memo->seen[at].p, name.p, name.n) != 0) {
        memo->seen[at].p = name.p;
        memo->seen[at].n = (uint32_t)name.n;
        memo->seen[at].bits = bits_of(cues, name);
    }
    return memo->seen[at].bits;
}

/* "12 comments" as "comments". */
static dl_str without_count(dl_str text)
{
    size_t at = 0;
    while (at < text.n && dl_is_digit((unsigned char)text.p[at]))
        at++;
    return at > 0 && at < text.n && text.p[at] == ' ' ? dl_str_sub(text, at + 1, text.n) : text;
}

static bool is_full(const struct dl_cues *cues, dl_str folded)
{
    while (folded.n > 1 && strchr(":.!>)»…", folded.p[folded.n - 1]) != NULL)
        folded.n--;
    return dl_map_get(&cues->phrases, folded) != NULL;
}

bool dl_cues_phrase(const dl_cues *cues, dl_str text)
{
    text = without_count(text);
    char lower[PHRASE_MAX + 1];
    if (text.n < 2 * HEAD_BYTES) { /* a short one may end within its head */
        dl_str folded = {lower, fold(text, lower, PHRASE_MAX)};
        if (text.n >= 2 && is_full(cues, folded)) return true;
    }
    if (text.n < HEAD_BYTES) return false;
    fold(text, lower, HEAD_BYTES + 1);
    uint64_t lengths = cues->lengths[head_of(lower)];
    if (lengths == 0) return false;
    size_t n = fold(text, lower, PHRASE_MAX);
    if ((lengths & 1) != 0 && text.n <= PHRASE_MAX && is_full(cues, (dl_str){lower, n}))
        return true;
    for (lengths &= ~1ull; lengths != 0; lengths &= lengths - 1) {
        size_t k = (size_t)__builtin_ctzll(lengths);
        if (k > n) break;
        bool cut = k < n && dl_is_alnum((unsigned char)lower[k - 1]) &&
                   dl_is_alnum((unsigned char)lower[k]);
        if (cut) continue; /* "more in*" is not in "more information" */
        const char *kind = dl_map_get(&cues->phrases, (dl_str){lower, k});
        if (kind != NULL && kind[0] == 'p') return true;
    }
    return false;
}

/* Does a phrase begin with the word at [at, end)? */
static bool tells_at(const dl_cues *cues, dl_str folded, size_t at, size_t end)
{
    uint32_t hash = hash_of(dl_str_sub(folded, at, end));
    for (unsigned i = cues->heads[hash & (TELL_HEADS - 1)]; i != 0; i = cues->tells[i].next) {
        const struct tell *t = &cues->tells[i];
        size_t stop = at + t->text.n;
        if (t->hash != hash || stop > folded.n || memcmp(folded.p + at, t->text.p, t->text.n) != 0)
            continue;
        if (word_end(folded, stop) == stop) return true;
    }
    return false;
}

bool dl_cues_tell(const dl_cues *cues, dl_str text)
{
    char lower[DL_CUES_TELL_BYTES];
    dl_str folded = {lower, fold(text, lower, sizeof lower)};
    for (size_t at = 0; at < folded.n;) {
        size_t end = word_end(folded, at);
        if (end > at && tells_at(cues, folded, at, end)) return true;
        at = end + 1;
    }
    return false;
}

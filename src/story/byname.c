#include "story/byname.h"

#include "base/hash.h"

static size_t sound_length(const struct dl_byname_token *t)
{
    size_t n = 0;
    while (n < DL_BYNAME_SOUND && t->sound[n] != '\0')
        n++;
    return n;
}

static bool same_sound(const struct dl_byname_token *a, const struct dl_byname_token *b)
{
    size_t n = sound_length(a);
    return n > 0 && n == sound_length(b) && memcmp(a->sound, b->sound, n) == 0;
}

/* By letters where both are written in one script, by sound where they are not. */
static bool same_script(const struct dl_byname_token *a, const struct dl_byname_token *b)
{
    return ((a->flags ^ b->flags) & (DL_BYNAME_LATIN | DL_BYNAME_UNCASED)) == 0;
}

static bool general(const struct dl_byname_token *t)
{
    return (t->flags & (DL_BYNAME_MEDIA | DL_BYNAME_ROLE)) != 0;
}

static bool proper(const struct dl_byname_token *t)
{
    if (general(t) || t->concept != 0) return false;
    return (t->flags & (DL_BYNAME_CAP | DL_BYNAME_UNCASED)) != 0;
}

bool dl_byname_proper(const struct dl_byname *name)
{
    for (size_t i = 0; i < name->n; i++)
        if (proper(&name->t[i])) return true;
    return false;
}

/* ------------------------------------------------------------------ outlets */

enum { RUN_SOUND = 3, JOINED = 24 /* consonants of a whole name */ };

static size_t joined(const struct dl_byname *name, size_t from, size_t to, char out[JOINED])
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        for (size_t k = 0; k < sound_length(&name->t[i]) && n < JOINED; k++)
            if (name->t[i].sound[k] != 'J' && (n == 0 || out[n - 1] != name->t[i].sound[k]))
                out[n++] = name->t[i].sound[k]; /* "й" is a consonant in some alphabets only */
    return n;
}

static bool same_letters(const struct dl_byname *name, size_t from, size_t to,
                         const struct dl_byname *outlet)
{
    if (to - from != outlet->n) return false;
    for (size_t i = from; i < to; i++)
        if (name->t[i].key != outlet->t[i - from].key) return false;
    return true;
}

/* Al-Masar, المسار: an article may be written or not. */
static bool same_run(const struct dl_byname *name, size_t from, size_t to,
                     const struct dl_byname *outlet)
{
    if (same_letters(name, from, to, outlet)) return true;
    if (same_script(&name->t[from], &outlet->t[0])) return false;
    char a[JOINED], b[JOINED];
    size_t n = joined(name, from, to, a), k = joined(outlet, 0, outlet->n, b);
    if (n < RUN_SOUND - 1 || k < RUN_SOUND - 1) return false;
    if (n == k && n >= RUN_SOUND && memcmp(a, b, n) == 0) return true;
    bool article_a = n == k + 1 && n > RUN_SOUND && a[0] == 'L' && memcmp(a + 1, b, k) == 0;
    bool article_b = k == n + 1 && k > RUN_SOUND && b[0] == 'L' && memcmp(b + 1, a, n) == 0;
    return article_a || article_b;
}

/* Words beside the outlet's own: "the newspaper …", "Korrund's state news agency …". */
static bool fits_around(const struct dl_byname *name, size_t from, size_t to)
{
    bool medium = false, all = true;
    for (size_t i = 0; i < name->n; i++) {
        if (i >= from && i < to) continue;
        medium = medium || (name->t[i].flags & DL_BYNAME_MEDIA);
        all = false;
    }
    return all || medium;
}

/* "El Correo de Santa Irena": what is an article in one language is a word in another. */
static struct dl_byname without_articles(const struct dl_byname *name)
{
    struct dl_byname out = {.n = 0};
    for (size_t i = 0; i < name->n; i++)
        if (!(name->t[i].flags & DL_BYNAME_SHORT)) out.t[out.n++] = name->t[i];
    return out.n > 0 ? out : *name;
}

bool dl_byname_is_outlet(const struct dl_byname *of, const struct dl_byname *by)
{
    if (of->n == 0 || by->n == 0) return false;
    const struct dl_byname bare = without_articles(of), own = without_articles(by);
    const struct dl_byname *name = &bare, *outlet = &own;
    for (size_t from = 0; from < name->n; from++)
        for (size_t to = from + 1; to <= name->n && to <= from + outlet->n + 2; to++)
            if (fits_around(name, from, to) && same_run(name, from, to, outlet)) return true;
    return false;
}

/* What same_run compares: the letters of a run, its consonants, these without an article. */
static size_t run_keys(const struct dl_byname *name, size_t from, size_t to, uint64_t keys[3])
{
    enum { LETTERS, SOUNDS };
    uint32_t letters[DL_BYNAME_TOKENS];
    char sounds[JOINED];
    for (size_t i = from; i < to; i++)
        letters[i - from] = name->t[i].key;
    size_t n = joined(name, from, to, sounds), k = 0;
    keys[k++] =
        dl_hash64_seed((dl_str){(const char *)letters, (to - from) * sizeof *letters}, LETTERS);
    if (n >= RUN_SOUND - 1) keys[k++] = dl_hash64_seed((dl_str){sounds, n}, SOUNDS);
    if (n >= RUN_SOUND && sounds[0] == 'L')
        keys[k++] = dl_hash64_seed((dl_str){sounds + 1, n - 1}, SOUNDS);
    return k;
}

size_t dl_byname_outlet_keys(const struct dl_byname *outlet, uint64_t ret_keys[DL_BYNAME_KEYS])
{
    struct dl_byname own = without_articles(outlet);
    return own.n > 0 ? run_keys(&own, 0, own.n, ret_keys) : 0;
}

size_t dl_byname_name_keys(const struct dl_byname *of, uint64_t ret_keys[DL_BYNAME_KEYS])
{
    struct dl_byname name = without_articles(of);
    size_t n = 0;
    for (size_t from = 0; from < name.n; from++)
        for (size_t to = from + 1; to <= name.n; to++)
            if (fits_around(&name, from, to)) n += run_keys(&name, from, to, ret_keys + n);
    return n;
}

/* ------------------------------------------------------------------ sources */

static bool same_token(const struct dl_byname_token *a, const struct dl_byname_token *b)
{
    if (a->key == b->key || a->stem == b->stem) return true;
    if (a->concept != 0 && a->concept == b->concept) return true;
    return !same_script(a, b) && proper(a) && proper(b) && same_sound(a, b);
}

/* How many tokens of a have one of b; *ret_proper of them are proper, with so many consonants. */
static size_t shared(const struct dl_byname *a, const struct dl_byname *b, size_t *ret_consonants)
{
    size_t n = 0;
    *ret_consonants = 0;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            if (same_token(&a->t[i], &b->t[k])) {
                n++;
                if (proper(&a->t[i]) && proper(&b->t[k])) *ret_consonants += sound_length(&a->t[i]);
                break;
            }
    return n;
}

int dl_byname_alike(const struct dl_byname *a, const struct dl_byname *b)
{
    if (a->n == 0 || b->n == 0) return 0;
    size_t of_a, of_b, n_a = shared(a, b, &of_a), n_b = shared(b, a, &of_b);
    if (n_a == a->n && n_b == b->n) return 3;
    if (n_a == a->n || n_b == b->n) return 2;
    return of_a >= 2 && of_b >= 2 ? 1 : 0;
}

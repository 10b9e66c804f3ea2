#include "train/material.h"

#include <stdarg.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/io.h"

enum { FILE_MAX = 1 << 30 };

#define HOUSE "# house = " /* as jackknife writes it */

void dl_die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("train: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

uint64_t dl_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

void dl_shuffle(uint32_t *order, size_t n, uint64_t *state)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = dl_random(state) % i;
        uint32_t kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
}

void dl_material_init(dl_material *material)
{
    *material = (dl_material){.arena = dl_arena_new(DL_ARENA_NO_CAP)};
    if (material->arena == NULL) dl_die("out of memory");
}

void dl_material_free(dl_material *material)
{
    dl_arena_free(material->arena);
}

static uint8_t label_of(dl_material *m, const dl_conllu_word *word)
{
    dl_str name = word->upos.n > 0 ? word->upos : DL_STR("X");
    if (m->xpos && word->xpos.n > 0)
        name = dl_str_fmt(m->arena, "%.*s %.*s", DL_FMT(word->upos), DL_FMT(word->xpos));
    for (size_t i = 0; i < m->n_labels; i++)
        if (dl_str_eq(m->labels[i], name)) return (uint8_t)i;
    if (m->n_labels == DL_MODEL_MAX_LABELS || name.n > DL_MODEL_MAX_LABEL)
        dl_die("too many tags, or too long: %.*s", DL_FMT(name));
    m->labels[m->n_labels] = name;
    return (uint8_t)m->n_labels++;
}

static dl_sample look_at(dl_material *m, const dl_conllu_sentence *text, uint8_t house)
{
    dl_sample s = {.text = *text,
                   .words = DL_NEW_ARRAY(m->arena, dl_tagger_word, text->n),
                   .tags = DL_NEW_ARRAY(m->arena, uint8_t, text->n),
                   .house = house};
    if (s.words == NULL || s.tags == NULL) dl_die("out of memory");
    if (dl_str_starts(text->comments, HOUSE))
        s.house = (uint8_t)(text->comments.p[sizeof HOUSE - 1] - '0');
    for (size_t i = 0; i < text->n; i++) {
        dl_tagger_word_look(text->words[i].form, &s.words[i]);
        s.tags[i] = label_of(m, &text->words[i]);
    }
    return s;
}

/* How many treebank words the word written here stands for; 1: itself. */
static size_t range_at(const dl_conllu_sentence *text, size_t i, dl_str *ret_form)
{
    dl_str lines = text->words[i].before, line, id, form, first;
    uint64_t from, to;
    while (dl_str_line(&lines, &line)) {
        if (!dl_str_split(&line, '\t', &id) || !dl_str_split(&line, '\t', &form)) continue;
        if (!dl_str_split(&id, '-', &first) || !dl_str_u64(first, &from) || !dl_str_u64(id, &to))
            continue;
        if (from != i + 1 || to < from || to > text->n) continue;
        *ret_form = form;
        return (size_t)(to - from + 1);
    }
    return 1;
}

static size_t depth_of(const dl_conllu_sentence *text, size_t i)
{
    size_t depth = 0, at = i + 1;
    while (at != 0 && depth <= text->n) {
        at = text->words[at - 1].head;
        depth++;
    }
    return depth;
}

/* The word of a range that is next to the root: with it for all of them the tree stays a tree. */
static size_t main_of(const dl_conllu_sentence *text, size_t i, size_t n)
{
    size_t best = i;
    for (size_t k = i + 1; k < i + n; k++)
        if (depth_of(text, k) < depth_of(text, best)) best = k;
    return best;
}

static bool contract(dl_material *m, const dl_conllu_sentence *text, dl_conllu_sentence *ret)
{
    dl_conllu_word *words = DL_NEW_ARRAY(m->arena, dl_conllu_word, text->n);
    uint32_t *place = DL_NEW_ARRAY(m->arena, uint32_t, text->n + 1), n = 0;
    if (words == NULL || place == NULL) dl_die("out of memory");
    for (size_t i = 0, range; i < text->n; i += range) {
        dl_str form = text->words[i].form;
        range = range_at(text, i, &form);
        words[n] = text->words[main_of(text, i, range)];
        words[n++].form = form;
        for (size_t k = i; k < i + range; k++)
            place[k + 1] = n;
    }
    for (size_t i = 0; i < n; i++)
        words[i].head = place[words[i].head];
    *ret = *text;
    ret->words = words;
    ret->n = n;
    return n < text->n;
}

static bool simplify(dl_material *m, const dl_conllu_sentence *text, dl_conllu_sentence *ret)
{
    static UTransliterator *simpler;
    static const UChar id[] = u"Traditional-Simplified";
    UErrorCode status = U_ZERO_ERROR;
    if (simpler == NULL) simpler = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    dl_conllu_word *words = DL_NEW_ARRAY(m->arena, dl_conllu_word, text->n);
    if (words == NULL || simpler == NULL) dl_die("out of memory, or no data of ICU");
    bool differs = false;
    for (size_t i = 0; i < text->n; i++) {
        UChar wide[256];
        char narrow[1024];
        int32_t n = 0, limit, bytes = 0;
        words[i] = text->words[i];
        status = U_ZERO_ERROR;
        u_strFromUTF8(wide, 256, &n, words[i].form.p, (int32_t)words[i].form.n, &status);
        limit = n;
        utrans_transUChars(simpler, wide, &n, 256, 0, &limit, &status);
        u_strToUTF8(narrow, sizeof narrow, &bytes, wide, n, &status);
        if (U_FAILURE(status)) continue;
        words[i].form = dl_str_dup(m->arena, (dl_str){narrow, (size_t)bytes});
        differs = differs || !dl_str_eq(words[i].form, text->words[i].form);
    }
    *ret = *text;
    ret->words = words;
    return differs;
}

static void add_sample(dl_material *m, const dl_conllu_sentence *text, uint8_t house, bool again)
{
    dl_sample s = look_at(m, text, house);
    s.again = again;
    dl_conllu_sentence written;
    if ((m->writing == DL_WRITING_CONTRACTED && contract(m, text, &written)) ||
        (m->writing == DL_WRITING_SIMPLIFIED && simplify(m, text, &written))) {
        s.written = DL_NEW(m->arena, dl_sample);
        if (s.written == NULL) dl_die("out of memory");
        *s.written = look_at(m, &written, s.house);
    }
    if (dl_vec_push(m->arena, m, s) != DL_OK) dl_die("out of memory");
    m->words += text->n;
}

void dl_material_read(dl_material *material, const char *path, uint8_t house, bool again)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_buf bytes = DL_BUF_INIT(FILE_MAX);
    if (dl_io_read_file(path, FILE_MAX, &bytes, &diag) != DL_OK)
        dl_die("%s: %s", path, diag.message[0] != '\0' ? diag.message : "cannot be read");
    dl_conllu_reader reader = {.rest = dl_str_dup(material->arena, dl_buf_slice(&bytes))};
    dl_buf_free(&bytes);
    dl_conllu_sentence text;
    enum dl_err err;
    while ((err = dl_conllu_next(&reader, material->arena, &text, &diag)) == DL_OK)
        add_sample(material, &text, house, again);
    if (err != DL_ERR_NOT_FOUND) dl_die("%s: %s", path, diag.message);
}

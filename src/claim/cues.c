#include "claim/cues.h"

#include <stdlib.h>

/* --- names of the enums ------------------------------------------------------------------- */

#define X(name, constant) #name,
static const char *const kind_names[] = {DL_CUE_KINDS(X)};
static const char *const stance_names[] = {DL_STANCES(X)};
static const char *const certainty_names[] = {DL_CERTAINTIES(X)};
static const char *const anonymity_names[] = {DL_ANONYMITIES(X)};
static const char *const evidence_names[] = {DL_EVIDENCES(X)};
#undef X
#define X(name, constant, text) text,
static const char *const class_names[] = {DL_SOURCE_CLASSES(X)};
#undef X

static int find_name(const char *const *names, size_t n, dl_str name)
{
    for (size_t i = 0; i < n; i++)
        if (dl_str_eq_c(name, names[i])) return (int)i;
    return -1;
}
#define FIND(names, name) find_name((names), sizeof(names) / sizeof *(names), (name))

const char *dl_stance_name(enum dl_stance stance)
{
    return stance_names[stance];
}

const char *dl_certainty_name(enum dl_certainty certainty)
{
    return certainty_names[certainty];
}

const char *dl_source_class_name(enum dl_source_class source_class)
{
    return class_names[source_class];
}

const char *dl_anonymity_name(enum dl_anonymity anonymity)
{
    return anonymity_names[anonymity];
}

const char *dl_evidence_name(enum dl_evidence_kind kind)
{
    return evidence_names[kind];
}

static enum dl_cue_act act_of(dl_str name)
{
    static const struct {
        const char *name;
        enum dl_cue_act act;
    } acts[] = {{"say", DL_ACT_SAY},       {"tell", DL_ACT_TELL},   {"report", DL_ACT_REPORT},
                {"deny", DL_ACT_DENY},     {"show", DL_ACT_SHOW},   {"warn", DL_ACT_WARN},
                {"ask", DL_ACT_ASK},       {"claim", DL_ACT_CLAIM}, {"believe", DL_ACT_BELIEVE},
                {"quote", DL_ACT_QUOTE},   {"write", DL_ACT_SAY},   {"seen", DL_ACT_SEEN},
                {"inside", DL_ACT_INSIDE}, {"prior", DL_ACT_PRIOR}, {"told", DL_ACT_TELL},
                {"cited", DL_ACT_CITED},   {"legal", DL_ACT_LEGAL}};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (dl_str_eq_c(name, acts[i].name)) return acts[i].act;
    return DL_ACT_OTHER;
}

/* --- loading ------------------------------------------------------------------------------ */

struct columns {
    size_t kind, cue, forms, class, stance, seen, attributive, needs;
};

/* How reliable a class is (0 to 1), for cues of which few uses were counted. */
struct class_prior {
    dl_str name;
    float prior;
};

enum {
    CLASSES_MAX = 64,
    /* Uses that the prior of the class counts for. Many: what was counted is no news, where the
     * same words tell a source more often. */
    PRIOR_WEIGHT = 5000
};

struct class_priors {
    struct class_prior p[CLASSES_MAX];
    size_t n;
};

static enum dl_err load_classes(struct class_priors *ret_classes, dl_arena *arena,
                                struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(arena, "", "cue-classes.tsv", &tsv, &there, diag));
    size_t name = there ? dl_tsv_column(&tsv, "class") : DL_NO_POS;
    size_t prior = there ? dl_tsv_column(&tsv, "prior") : DL_NO_POS;
    if (name == DL_NO_POS || prior == DL_NO_POS)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/cue-classes.tsv: columns class, prior");
    dl_str cells[DL_TSV_MAX_COLUMNS];
    enum dl_err err;
    ret_classes->n = 0;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK) {
        uint64_t percent;
        if (ret_classes->n == CLASSES_MAX || !dl_str_u64(cells[prior], &percent))
            return dl_fail(diag, DL_ERR_SYNTAX, tsv.line, "lexicon/cue-classes.tsv:%zu: bad row",
                           tsv.line);
        ret_classes->p[ret_classes->n++] = (struct class_prior){cells[name], (float)percent / 100};
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static const struct class_prior *class_named(const struct class_priors *classes, dl_str name)
{
    for (size_t i = 0; i < classes->n; i++)
        if (dl_str_eq(classes->p[i].name, name)) return &classes->p[i];
    return NULL;
}

/* At most so reliable is a verb that only what follows tells apart from its other uses. */
static const float AMBIGUOUS = 0.45f;

static float number(dl_str s)
{
    uint64_t value;
    return dl_str_u64(s, &value) ? (float)value : 0;
}

/* The English form by its ending; other languages list forms and need no difference. */
static enum dl_cue_form form_of(dl_str lemma, dl_str form)
{
    dl_str rest = form, word;
    dl_str first = lemma;
    (void)dl_str_split(&rest, ' ', &word);
    dl_str lemma_rest = lemma;
    (void)dl_str_split(&lemma_rest, ' ', &first);
    if (dl_str_eq(word, first)) return DL_FORM_BASE;
    if (dl_str_ends(word, "ing")) return DL_FORM_ING;
    if (dl_str_ends(word, "s") && !dl_str_ends(word, "ss")) return DL_FORM_S;
    return DL_FORM_PAST;
}

static enum dl_cue_form form_named(dl_str needs)
{
    if (dl_str_eq_c(needs, "gerund")) return DL_FORM_ING;
    return dl_str_eq_c(needs, "participle") ? DL_FORM_PAST : DL_FORM_ANY;
}

static enum dl_err add_cue(dl_cues *c, dl_arena *arena, struct dl_cue cue, dl_str form)
{
    if (c->n_cues == c->cap_cues) {
        size_t cap = c->cap_cues == 0 ? 512 : c->cap_cues * 2;
        void *grown = dl_realloc(arena, c->cue, c->cap_cues * sizeof *c->cue, cap * sizeof *c->cue);
        if (grown == NULL) return dl_arena_failed(arena);
        c->cue = grown;
        c->cap_cues = cap;
    }
    c->cue[c->n_cues] = cue;
    return dl_phrases_add(&c->cues, c->pack, form, (uint32_t)c->n_cues++);
}

/* Arabic writes "and" and "so" onto the next word. */
static enum dl_err add_joined(dl_cues *c, dl_arena *arena, struct dl_cue cue, dl_str form)
{
    static const char *const joined[] = {"و", "ف"};
    for (size_t i = 0; i < 2; i++) {
        dl_str made = dl_str_fmt(arena, "%s%.*s", joined[i], DL_FMT(form));
        if (made.p == NULL) return dl_arena_failed(arena);
        DL_TRY(add_cue(c, arena, cue, made));
    }
    return DL_OK;
}

static enum dl_err cue_row(dl_cues *c, dl_arena *arena, const struct columns *col,
                           const struct class_priors *classes, dl_str *cell, size_t line,
                           struct dl_diag *diag)
{
    int kind = FIND(kind_names, cell[col->kind]);
    if (kind < 0)
        return dl_fail(diag, DL_ERR_SYNTAX, line, "lexicon/%s/cues.tsv:%zu: no kind %.*s",
                       c->pack->code, line, DL_FMT(cell[col->kind]));
    const struct class_prior *class = class_named(classes, cell[col->class]);
    if (class == NULL)
        return dl_fail(diag, DL_ERR_SYNTAX, line, "lexicon/%s/cues.tsv:%zu: no class %.*s",
                       c->pack->code, line, DL_FMT(cell[col->class]));
    struct dl_cue cue = {
        .lemma = cell[col->cue], .kind = (uint8_t)kind, .act = (uint8_t)act_of(cell[col->class])};
    int stance = FIND(stance_names, cell[col->stance]);
    int certainty = FIND(certainty_names, cell[col->stance]);
    if (stance < 0 && certainty < 0)
        return dl_fail(diag, DL_ERR_SYNTAX, line, "lexicon/%s/cues.tsv:%zu: no stance %.*s",
                       c->pack->code, line, DL_FMT(cell[col->stance]));
    cue.stance = (uint8_t)(stance < 0 ? DL_STANCE_OWN : stance);
    cue.certainty = (uint8_t)(certainty < 0 ? DL_CERTAINTY_ASSERTED : certainty);
    cue.verified = dl_str_eq_c(cell[col->class], "verified");
    cue.reliability = (number(cell[col->attributive]) + class->prior * PRIOR_WEIGHT) /
                      (number(cell[col->seen]) + PRIOR_WEIGHT);
    cue.clause = dl_str_eq_c(cell[col->needs], "clause");
    if (cue.clause && cue.reliability > AMBIGUOUS) cue.reliability = AMBIGUOUS;
    dl_str rest = cell[col->forms].n > 0 ? cell[col->forms] : cell[col->cue], form;
    while (dl_str_split(&rest, '|', &form)) {
        form = dl_str_trim(form);
        if (form.n == 0) continue;
        bool english = cue.kind == DL_CUE_VERB && strcmp(c->pack->code, "en") == 0;
        cue.form = (uint8_t)(english ? form_of(cue.lemma, form) : form_named(cell[col->needs]));
        DL_TRY(add_cue(c, arena, cue, form));
        if (strcmp(c->pack->code, "ar") == 0) DL_TRY(add_joined(c, arena, cue, form));
    }
    return DL_OK;
}

static enum dl_err load_cues(dl_cues *c, dl_arena *arena, struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(arena, c->pack->code, "cues.tsv", &tsv, &there, diag));
    if (!there) return DL_OK;
    struct columns col = {dl_tsv_column(&tsv, "kind"),        dl_tsv_column(&tsv, "cue"),
                          dl_tsv_column(&tsv, "forms"),       dl_tsv_column(&tsv, "class"),
                          dl_tsv_column(&tsv, "stance"),      dl_tsv_column(&tsv, "seen"),
                          dl_tsv_column(&tsv, "attributive"), dl_tsv_column(&tsv, "needs")};
    if (col.kind == DL_NO_POS || col.cue == DL_NO_POS || col.forms == DL_NO_POS ||
        col.class == DL_NO_POS || col.stance == DL_NO_POS || col.seen == DL_NO_POS ||
        col.attributive == DL_NO_POS || col.needs == DL_NO_POS)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/%s/cues.tsv: a column is missing",
                       c->pack->code);
    struct class_priors classes;
    DL_TRY(load_classes(&classes, arena, diag));
    dl_str cells[DL_TSV_MAX_COLUMNS];
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK)
        DL_TRY(cue_row(c, arena, &col, &classes, cells, tsv.line, diag));
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static enum dl_err add_head(dl_cues *c, dl_arena *arena, struct dl_head head, dl_str words)
{
    if (c->n_heads == c->cap_heads) {
        size_t cap = c->cap_heads == 0 ? 512 : c->cap_heads * 2;
        void *grown =
            dl_realloc(arena, c->head, c->cap_heads * sizeof *c->head, cap * sizeof *c->head);
        if (grown == NULL) return dl_arena_failed(arena);
        c->head = grown;
        c->cap_heads = cap;
    }
    c->head[c->n_heads] = head;
    return dl_phrases_add(&c->heads, c->pack, words, (uint32_t)c->n_heads++);
}

/* Arabic writes "to" onto the next word, too, where the article loses its first letter. */
static enum dl_err add_prefixed(dl_cues *c, dl_arena *arena, struct dl_head head, dl_str words)
{
    static const char article[] = "ال";
    bool definite = dl_str_starts(words, article);
    dl_str rest = definite ? dl_str_sub(words, sizeof article - 1, words.n) : words;
    dl_str made = dl_str_fmt(arena, "%s%.*s", definite ? "لل" : "ل", DL_FMT(rest));
    return made.p == NULL ? dl_arena_failed(arena) : add_head(c, arena, head, made);
}

static enum dl_err load_heads(dl_cues *c, dl_arena *arena, struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(arena, c->pack->code, "sources.tsv", &tsv, &there, diag));
    if (!there) return DL_OK;
    size_t words = dl_tsv_column(&tsv, "words"), class = dl_tsv_column(&tsv, "class");
    size_t anonymity = dl_tsv_column(&tsv, "anonymity");
    if (words == DL_NO_POS || class == DL_NO_POS || anonymity == DL_NO_POS)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/%s/sources.tsv: a column is missing",
                       c->pack->code);
    dl_str cells[DL_TSV_MAX_COLUMNS], form;
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK) {
        int k = FIND(class_names, cells[class]), a = FIND(anonymity_names, cells[anonymity]);
        if (k < 0 || a < 0)
            return dl_fail(diag, DL_ERR_SYNTAX, tsv.line,
                           "lexicon/%s/sources.tsv:%zu: unknown class or anonymity", c->pack->code,
                           tsv.line);
        while (dl_str_split(&cells[words], '|', &form)) {
            form = dl_str_trim(form);
            struct dl_head head = {(uint8_t)k, (uint8_t)a};
            if (form.n > 0) DL_TRY(add_head(c, arena, head, form));
            if (form.n > 0 && c->pack->prefixed) DL_TRY(add_prefixed(c, arena, head, form));
        }
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static enum dl_err load_evidence(dl_cues *c, dl_arena *arena, struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(arena, c->pack->code, "evidence.tsv", &tsv, &there, diag));
    if (!there) return DL_OK;
    size_t words = dl_tsv_column(&tsv, "words"), kind = dl_tsv_column(&tsv, "kind");
    if (words == DL_NO_POS || kind == DL_NO_POS)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/%s/evidence.tsv: a column is missing",
                       c->pack->code);
    dl_str cells[DL_TSV_MAX_COLUMNS], form;
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK) {
        int k = FIND(evidence_names, cells[kind]);
        if (k < 0)
            return dl_fail(diag, DL_ERR_SYNTAX, tsv.line,
                           "lexicon/%s/evidence.tsv:%zu: unknown kind", c->pack->code, tsv.line);
        while (dl_str_split(&cells[words], '|', &form))
            if (dl_str_trim(form).n > 0)
                DL_TRY(dl_phrases_add(&c->evidence, c->pack, dl_str_trim(form), (uint32_t)k));
    }
    (void)arena;
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

enum dl_err dl_cues_load(dl_cues *ret_cues, dl_arena *arena, const dl_pack *pack,
                         struct dl_diag *diag)
{
    dl_cues c = {.pack = pack};
    dl_phrases_init(&c.cues, arena);
    dl_phrases_init(&c.heads, arena);
    dl_phrases_init(&c.evidence, arena);
    DL_TRY(load_cues(&c, arena, diag));
    DL_TRY(load_heads(&c, arena, diag));
    DL_TRY(load_evidence(&c, arena, diag));
    *ret_cues = c;
    return DL_OK;
}

void dl_cues_freeze(dl_freezer *f, const dl_cues *c)
{
    dl_freeze_pointer(f, &c->pack);
    dl_freeze_array(f, &c->cue, c->n_cues * sizeof *c->cue, DL_FROZEN_POINTERS);
    for (size_t i = 0; i < c->n_cues; i++)
        dl_freeze_str(f, &c->cue[i].lemma);
    dl_freeze_array(f, &c->head, c->n_heads * sizeof *c->head, DL_FROZEN_PLAIN);
    dl_phrases_freeze(f, &c->cues);
    dl_phrases_freeze(f, &c->heads);
    dl_phrases_freeze(f, &c->evidence);
}

/* --- matching ----------------------------------------------------------------------------- */

const struct dl_cue *dl_cues_match(const dl_cues *cues, const dl_words *words, size_t i,
                                   size_t last, unsigned kinds, size_t *ret_tokens)
{
    uint32_t link, value;
    size_t n = dl_phrases_match(&cues->cues, words, i, last, &link);
    while (n > 0 && dl_phrases_value(&cues->cues, &link, &value)) {
        if ((kinds & 1u << cues->cue[value].kind) == 0) continue;
        *ret_tokens = n;
        return &cues->cue[value];
    }
    return NULL;
}

const struct dl_head *dl_cues_head(const dl_cues *cues, const dl_words *words, size_t i,
                                   size_t last, size_t *ret_tokens)
{
    uint32_t link, value;
    size_t n = dl_phrases_match(&cues->heads, words, i, last, &link);
    if (n == 0 || !dl_phrases_value(&cues->heads, &link, &value)) return NULL;
    *ret_tokens = n;
    return &cues->head[value];
}

bool dl_cues_evidence(const dl_cues *cues, const dl_words *words, size_t i, size_t last,
                      size_t *ret_tokens, enum dl_evidence_kind *ret_kind)
{
    uint32_t link, value;
    size_t n = dl_phrases_match(&cues->evidence, words, i, last, &link);
    if (n == 0 || !dl_phrases_value(&cues->evidence, &link, &value)) return false;
    *ret_tokens = n;
    *ret_kind = (enum dl_evidence_kind)value;
    return true;
}

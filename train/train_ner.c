/* Trains the recogniser of names (lang/ner.h) and writes its weights.
 *
 *     train_ner --out models/ner-en.bin [--language en] TRAIN.iob2... [--dev FILE.iob2]...
 *     train_ner --bare --out models/ner-und.bin TRAIN.iob2...
 *     train_ner --bare --out models/ner-de.bin TRAIN.iob2... --prior models/ner-und.bin
 *               --language de --silver de.conllu
 *
 * --bare leaves out the features of single words, so that what is learned of English serves other
 * languages. A treebank (--silver, CoNLL-U) gives no names, but says which words are proper nouns:
 * --prior, a bare model, tells what kind of name they are; that is then learned with all features.
 *
 * --runs N learns N times, each time in another order, and takes the mean: what hangs on one order
 * is worth little (scale, 16, is to be a multiple of N).
 *
 * Files: IOB2 with "# sent_id" and "# text" comments (plain, not compressed). A document is what
 * shares a sent_id up to its last hyphen; sentences become paragraphs, as the recogniser reads
 * them. Structured perceptron, averaged; fixed order from a fixed seed, so the same material gives
 * the same bytes. */
#include <stdio.h>
#include <stdlib.h>

#include "lang/ner.h"
#include "train/weights.h"

struct span {
    size_t start, end;
    enum dl_ner_type type;
};

struct document {
    dl_str id;
    dl_buf text;
    DL_VEC(struct span) gold;
    DL_VEC(struct span) proper; /* of a treebank: words that are proper nouns */
};

struct example {
    uint32_t n; /* words */
    uint32_t *counts;
    uint64_t *features; /* DL_NER_FEATURES a word */
    uint8_t *gold;
    uint32_t first;    /* token */
    uint32_t document; /* of its set */
};

struct set {
    dl_arena *arena;
    DL_VEC(struct example) examples;
    size_t gold, lost; /* names; names no stretch can hold */
    bool bare, tree;
    const dl_model *prior; /* for treebanks */
    long trust;            /* what a proper noun is worth against the prior's weights */
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "train_ner: %s\n", what);
    exit(1);
}

static void must(enum dl_err err, const struct dl_diag *diag)
{
    if (err != DL_OK) die(diag != NULL && diag->message[0] != '\0' ? diag->message : "failed");
}

/* --- material ----------------------------------------------------------------------------- */

static dl_str read_all(dl_arena *arena, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) die(path);
    fseek(in, 0, SEEK_END);
    long n = ftell(in);
    rewind(in);
    char *p = dl_alloc(arena, (size_t)n + 1);
    if (p == NULL || fread(p, 1, (size_t)n, in) != (size_t)n) die(path);
    fclose(in);
    return (dl_str){p, (size_t)n};
}

struct reader {
    dl_arena *arena;
    DL_VEC(struct document) documents;
    dl_str id, text;
    size_t at, base; /* where the next word may stand; where the sentence begins */
    bool open;
    struct span now;
    bool in_name;
    bool tree, documented; /* a treebank; one that tells its documents */
    uint64_t inside;       /* the last word of a contraction */
};

static void close_name(struct reader *r)
{
    if (!r->in_name) return;
    struct document *d = &r->documents.p[r->documents.n - 1];
    must(dl_vec_push(r->arena, &d->gold, r->now), NULL);
    r->in_name = false;
}

static void open_sentence(struct reader *r)
{
    if (r->documents.n == 0 || !dl_str_eq(r->documents.p[r->documents.n - 1].id, r->id)) {
        struct document d = {.id = r->id};
        dl_buf_init(&d.text, 1 << 24);
        must(dl_vec_push(r->arena, &r->documents, d), NULL);
    }
    struct document *d = &r->documents.p[r->documents.n - 1];
    if (d->text.n > 0) dl_buf_add(&d->text, "\n\n", 2);
    r->base = d->text.n;
    dl_buf_add(&d->text, r->text.p, r->text.n);
    r->at = 0;
    r->open = true;
}

static void word_line(struct reader *r, dl_str form, dl_str tag)
{
    if (!r->open) open_sentence(r);
    size_t at = dl_str_find(r->text, form, r->at);
    size_t start = at == DL_NO_POS ? r->at : at, end = start + form.n;
    if (at != DL_NO_POS) r->at = end;
    if (tag.n < 3 || tag.p[0] == 'B') close_name(r);
    if (tag.n < 3) return;
    dl_str type = dl_str_sub(tag, 2, tag.n);
    if (!r->in_name) {
        r->now = (struct span){.start = r->base + start};
        r->now.type = dl_str_eq_c(type, "PER")   ? DL_NER_PER
                      : dl_str_eq_c(type, "LOC") ? DL_NER_LOC
                                                 : DL_NER_ORG;
    }
    r->in_name = true;
    r->now.end = r->base + end;
}

/* A word of a treebank: number, form, lemma, tag. Words inside a contraction stand in no text. */
static void tree_line(struct reader *r, dl_str line)
{
    dl_str cell[4], rest = line;
    for (size_t i = 0; i < 4; i++)
        if (!dl_str_split(&rest, '\t', &cell[i])) return;
    uint64_t number, last;
    size_t range = dl_str_chr(cell[0], '-', 0);
    if (range != DL_NO_POS && dl_str_u64(dl_str_sub(cell[0], range + 1, cell[0].n), &last))
        r->inside = last;
    else if (!dl_str_u64(cell[0], &number) || number <= r->inside)
        return;
    if (!r->open) open_sentence(r);
    size_t at = dl_str_find(r->text, cell[1], r->at);
    if (at == DL_NO_POS) return;
    r->at = at + cell[1].n;
    struct span s = {.start = r->base + at, .end = r->base + r->at};
    struct document *d = &r->documents.p[r->documents.n - 1];
    if (dl_str_eq_c(cell[3], "PROPN")) must(dl_vec_push(r->arena, &d->proper, s), NULL);
}

static void read_line(struct reader *r, dl_str line)
{
    dl_str form, rest = line;
    if (line.n == 0) {
        close_name(r);
        r->open = false;
        r->inside = 0;
    } else if (dl_str_starts(line, "# newdoc")) {
        r->documented = true;
        r->id = line;
    } else if (dl_str_starts(line, "# sent_id = ")) {
        dl_str id = dl_str_sub(line, 12, line.n);
        size_t hyphen = dl_str_rchr(id, '-');
        if (r->tree && r->documented) return;
        r->id = r->tree ? id : hyphen == DL_NO_POS ? id : dl_str_sub(id, 0, hyphen);
    } else if (dl_str_starts(line, "# text = ")) {
        r->text = dl_str_trim(dl_str_sub(line, 9, line.n));
    } else if (r->tree) {
        tree_line(r, line);
    } else if (dl_str_split(&rest, '\t', &form) && rest.p != NULL) {
        word_line(r, form, rest);
    }
}

/* --- examples ----------------------------------------------------------------------------- */

struct tools {
    dl_pack pack;
    dl_gazetteer gazetteer;
    dl_phrases countries;
    bool english;
};

static void mark(uint8_t *tags, uint32_t first, uint32_t last, enum dl_ner_type type)
{
    for (uint32_t i = first; i < last; i++)
        tags[i] = (uint8_t)dl_ner_tag(type, last - first == 1 ? DL_NER_ONLY
                                            : i == first      ? DL_NER_BEGIN
                                            : i + 1 == last   ? DL_NER_LAST
                                                              : DL_NER_INSIDE);
}

/* Tags of all tokens; names that lie across tokens stay out. */
static void gold_tags(const struct document *d, const dl_words *words, uint8_t *tags,
                      struct set *set)
{
    size_t i = 0;
    for (size_t g = 0; g < d->gold.n; g++) {
        const struct span *s = &d->gold.p[g];
        while (i < words->n && words->p[i].start < s->start)
            i++;
        size_t last = i;
        while (last < words->n && words->p[last].end < s->end)
            last++;
        set->gold++;
        if (i >= words->n || words->p[i].start != s->start || last >= words->n ||
            words->p[last].end != s->end) {
            set->lost++;
            continue;
        }
        mark(tags, (uint32_t)i, (uint32_t)last + 1, s->type);
    }
}

/* Tags of a treebank's stretch: the prior's best, with a bonus for names on proper nouns. Other
 * words with capitals may go with them, where the language writes no common noun with one. */
static void silver_tags(const struct set *set, const dl_ner_text *t, const struct document *d,
                        uint32_t first, uint32_t last, uint8_t *tags)
{
    int32_t scores[256][DL_NER_TAGS] = {{0}}, transitions[DL_NER_TAGS][DL_NER_TAGS] = {{0}};
    uint64_t features[DL_NER_FEATURES];
    size_t g = 0;
    dl_ner_text bare = *t;
    bare.bare = true;
    for (unsigned b = 0; b < DL_NER_TAGS; b++)
        dl_model_add(set->prior, dl_ner_after(b), transitions[b]);
    bool beside = false;
    for (uint32_t i = first; i < last && i < first + 256; i++) {
        const dl_token *token = &t->words->p[i];
        size_t n = dl_ner_features(&bare, first, last, i, features);
        for (size_t k = 0; k < n; k++)
            dl_model_add(set->prior, features[k], scores[i - first]);
        while (g < d->proper.n && d->proper.p[g].end <= token->start)
            g++;
        bool proper = g < d->proper.n && d->proper.p[g].start < token->end;
        bool german = strcmp(t->pack->code, "de") == 0;
        bool open =
            !proper && (token->flags & DL_WORD_CAP) && !(token->flags & DL_WORD_FIRST) &&
            (!german || beside || (g < d->proper.n && d->proper.p[g].start <= token->end + 1));
        beside = proper;
        bool joins = !proper && !(token->flags & DL_WORD_CAP);
        if (!open && !(joins && token->kind == DL_TOKEN_WORD))
            scores[i - first][0] += (int32_t)(proper ? -set->trust : set->trust);
    }
    dl_ner_best(scores, transitions, last - first, tags + first);
}

static void add_example(struct set *set, const dl_ner_text *t, const uint8_t *tags, uint32_t first,
                        uint32_t last, uint32_t document)
{
    uint32_t n = last - first;
    struct example e = {.n = n, .first = first, .document = document};
    e.counts = DL_NEW_ARRAY(set->arena, uint32_t, n);
    e.features = DL_NEW_ARRAY(set->arena, uint64_t, (size_t)n * DL_NER_FEATURES);
    e.gold = DL_NEW_ARRAY(set->arena, uint8_t, n);
    if (e.gold == NULL) die("out of memory");
    for (uint32_t i = 0; i < n; i++) {
        e.counts[i] = (uint32_t)dl_ner_features(t, first, last, first + i,
                                                e.features + (size_t)i * DL_NER_FEATURES);
        e.gold[i] = tags[first + i];
    }
    must(dl_vec_push(set->arena, &set->examples, e), NULL);
}

static void add_document(struct set *set, const struct tools *tools, const struct document *d,
                         uint32_t number)
{
    dl_words words;
    dl_sentences sentences;
    must(dl_words_split(&tools->pack, set->arena, (dl_str){d->text.p, d->text.n}, &words), NULL);
    must(dl_sentences_find(&tools->pack, set->arena, &words, &sentences), NULL);
    dl_ner_text t = {.gazetteer = &tools->gazetteer,
                     .countries = tools->english ? NULL : &tools->countries,
                     .pack = &tools->pack,
                     .words = &words,
                     .sentences = &sentences,
                     .bare = set->bare};
    must(dl_ner_prepare(&t, set->arena), NULL);
    uint8_t *tags = DL_NEW_ARRAY(set->arena, uint8_t, words.n + 1);
    gold_tags(d, &words, tags, set);
    for (size_t s = 0; s < sentences.n; s++) {
        uint32_t at = 0, first, last;
        while (dl_ner_stretch(&t, &sentences.p[s], &at, &first, &last)) {
            if (set->tree) silver_tags(set, &t, d, first, last, tags);
            add_example(set, &t, tags, first, last, number);
            memset(tags + first, 0, last - first);
        }
    }
    for (size_t i = 0; i < words.n; i++)
        set->lost += tags[i] != 0 && dl_ner_ends(tags[i]);
}

static void read_set(struct set *set, const struct tools *tools, const char *path, bool tree)
{
    struct reader r = {.arena = set->arena, .tree = tree};
    set->tree = tree;
    dl_str rest = read_all(set->arena, path), line;
    while (dl_str_line(&rest, &line))
        read_line(&r, line);
    close_name(&r);
    for (size_t i = 0; i < r.documents.n; i++)
        add_document(set, tools, &r.documents.p[i], (uint32_t)i);
    fprintf(stderr, "%s: %zu documents, %zu stretches, %zu names, %zu out of reach\n", path,
            r.documents.n, set->examples.n, set->gold, set->lost);
}

/* --- learning ----------------------------------------------------------------------------- */

typedef void score_fn(const void *model, const uint64_t *features, size_t n, int32_t *scores);

static void score_weights(const void *model, const uint64_t *features, size_t n, int32_t *scores)
{
    dl_weights_score(model, features, n, scores);
}

static void score_model(const void *model, const uint64_t *features, size_t n, int32_t *scores)
{
    for (size_t i = 0; i < n; i++)
        dl_model_add(model, features[i], scores);
}

enum { LONGEST = 256 };

static void tag(const void *model, score_fn *score, const struct example *e, uint8_t *tags)
{
    int32_t scores[LONGEST][DL_NER_TAGS], transitions[DL_NER_TAGS][DL_NER_TAGS] = {{0}};
    for (unsigned b = 0; b < DL_NER_TAGS; b++)
        score(model, (const uint64_t[]){dl_ner_after(b)}, 1, transitions[b]);
    memset(scores, 0, e->n * sizeof *scores);
    for (uint32_t i = 0; i < e->n; i++)
        score(model, e->features + (size_t)i * DL_NER_FEATURES, e->counts[i], scores[i]);
    dl_ner_best(scores, transitions, e->n, tags);
}

/* What a run learns for itself, and all runs together. */
struct learner {
    dl_weights *own, *all;
};

static void change(const struct learner *l, uint64_t feature, unsigned gold, unsigned said,
                   int64_t step)
{
    dl_weights *const both[] = {l->own, l->all};
    for (size_t i = 0; i < 2; i++) {
        dl_weights_update(both[i], feature, gold, 1, step);
        dl_weights_update(both[i], feature, said, -1, step);
    }
}

static void update(const struct learner *l, const struct example *e, const uint8_t *tags,
                   int64_t step)
{
    unsigned before_gold = 0, before_said = 0;
    for (uint32_t i = 0; i < e->n; i++) {
        for (uint32_t k = 0; tags[i] != e->gold[i] && k < e->counts[i]; k++) {
            uint64_t feature = e->features[(size_t)i * DL_NER_FEATURES + k];
            change(l, feature, e->gold[i], tags[i], step);
        }
        if (before_gold != before_said || tags[i] != e->gold[i]) {
            dl_weights *const both[] = {l->own, l->all};
            for (size_t k = 0; k < 2; k++) {
                dl_weights_update(both[k], dl_ner_after(before_gold), e->gold[i], 1, step);
                dl_weights_update(both[k], dl_ner_after(before_said), tags[i], -1, step);
            }
        }
        before_gold = e->gold[i];
        before_said = tags[i];
    }
}

static void count_names(const struct example *e, const uint8_t *tags, size_t n[3][3])
{
    for (uint32_t i = 0; i < e->n; i++) {
        if (tags[i] != 0 && dl_ner_ends(tags[i])) n[(tags[i] - 1) / 4][1]++;
        if (e->gold[i] == 0 || !dl_ner_ends(e->gold[i])) continue;
        n[(e->gold[i] - 1) / 4][2]++;
        uint32_t k = i;
        while (tags[k] == e->gold[k] && (e->gold[k] - 1) % 4 != DL_NER_BEGIN &&
               (e->gold[k] - 1) % 4 != DL_NER_ONLY)
            k--;
        n[(e->gold[i] - 1) / 4][0] += tags[k] == e->gold[k];
    }
}

static double f1(size_t right, size_t said, size_t gold)
{
    return said + gold == 0 ? 0 : 2.0 * (double)right / (double)(said + gold);
}

static void tell(const char *name, const struct set *set, const void *model, score_fn *score)
{
    size_t n[3][3] = {{0}};
    uint8_t tags[LONGEST];
    for (size_t i = 0; i < set->examples.n; i++) {
        tag(model, score, &set->examples.p[i], tags);
        count_names(&set->examples.p[i], tags, n);
    }
    size_t right = n[0][0] + n[1][0] + n[2][0], said = n[0][1] + n[1][1] + n[2][1];
    fprintf(stderr, "%s: F1 %.4f (PER %.3f LOC %.3f ORG %.3f), P %.3f R %.3f\n", name,
            f1(right, said, set->gold), f1(n[0][0], n[0][1], n[0][2]),
            f1(n[1][0], n[1][1], n[1][2]), f1(n[2][0], n[2][1], n[2][2]),
            (double)right / (double)(said + !said),
            (double)right / (double)(set->gold + !set->gold));
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void shuffle(uint32_t *order, size_t n, uint64_t *state)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = (size_t)(next_random(state) % i);
        uint32_t swap = order[i - 1];
        order[i - 1] = order[k];
        order[k] = swap;
    }
}

/* A copy of an example with a share of its features left out: what is learned must not hang on
 * single words. */
static struct example thinned(const struct example *e, uint64_t *room, uint32_t *counts, long drop,
                              uint64_t *state)
{
    struct example thin = *e;
    thin.features = room;
    thin.counts = counts;
    for (uint32_t i = 0; i < e->n; i++) {
        counts[i] = 0;
        for (uint32_t k = 0; k < e->counts[i]; k++)
            if ((long)(next_random(state) % 100) >= drop)
                room[(size_t)i * DL_NER_FEATURES + counts[i]++] =
                    e->features[(size_t)i * DL_NER_FEATURES + k];
    }
    return thin;
}

/* Features of one example alone teach nothing. */
static void forget_rare(struct set *set, uint64_t least)
{
    dl_map64 seen;
    dl_map64_init(&seen, set->arena);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < set->examples.n; i++) {
            struct example *e = &set->examples.p[i];
            for (uint32_t w = 0; w < e->n; w++) {
                uint64_t *f = e->features + (size_t)w * DL_NER_FEATURES;
                uint32_t kept = 0;
                for (uint32_t k = 0; k < e->counts[w]; k++) {
                    uint64_t *n = dl_map64_at(&seen, f[k]);
                    if (n == NULL) die("out of memory");
                    if (pass == 0)
                        ++*n;
                    else if (*n >= least)
                        f[kept++] = f[k];
                }
                if (pass == 1) e->counts[w] = kept;
            }
        }
}

/* One run over the material in an order of its own. Returns its steps, the same for all runs. */
static int64_t learn(dl_weights *all, const struct set *set, long epochs, long drop, long run)
{
    uint64_t state = 88172645463325252u + (uint64_t)run * 0x9E3779B97F4A7C15u;
    struct learner l = {dl_weights_new(1), all};
    int64_t step = 1;
    uint8_t tags[LONGEST];
    static uint64_t room[LONGEST * DL_NER_FEATURES];
    static uint32_t counts[LONGEST];
    uint32_t *order = DL_NEW_ARRAY(set->arena, uint32_t, set->examples.n);
    for (size_t i = 0; i < set->examples.n; i++)
        order[i] = (uint32_t)i;
    for (long epoch = 0; epoch < epochs; epoch++) {
        size_t wrong = 0;
        shuffle(order, set->examples.n, &state);
        for (size_t i = 0; i < set->examples.n; i++, step++) {
            struct example thin = thinned(&set->examples.p[order[i]], room, counts, drop, &state);
            const struct example *e = &thin;
            tag(l.own, score_weights, e, tags);
            if (memcmp(tags, e->gold, e->n) == 0) continue;
            wrong++;
            update(&l, e, tags, step);
        }
        fprintf(stderr, "epoch %ld: %zu of %zu wrong\n", epoch + 1, wrong, set->examples.n);
    }
    dl_weights_free(l.own);
    return step;
}

static void load_tools(struct tools *tools, dl_arena *arena, const char *language)
{
    static dl_pack english; /* the gazetteer keeps it */
    struct dl_diag diag = {0};
    must(dl_words_open(&diag), &diag);
    must(dl_pack_load(&english, arena, "en", &diag), &diag);
    must(dl_pack_load(&tools->pack, arena, language, &diag), &diag);
    must(dl_gazetteer_load(&tools->gazetteer, arena, &english, &diag), &diag);
    tools->english = strcmp(language, "en") == 0;
    if (!tools->english)
        must(
            dl_gazetteer_language(&tools->gazetteer, arena, &tools->pack, &tools->countries, &diag),
            &diag);
}

static void save(const char *path, const dl_buf *bytes)
{
    FILE *out = fopen(path, "wb");
    if (out == NULL || fwrite(bytes->p, 1, bytes->n, out) != bytes->n || fclose(out) != 0)
        die(path);
}

int main(int argc, char **argv)
{
    static const char *const names[DL_NER_TAGS] = {"O",     "B-PER", "I-PER", "L-PER", "U-PER",
                                                   "B-LOC", "I-LOC", "L-LOC", "U-LOC", "B-ORG",
                                                   "I-ORG", "L-ORG", "U-ORG"};
    const char *out = NULL, *language = "en", *dev[8];
    size_t n_dev = 0, max_bytes = 3u << 20;
    long epochs = 10, scale = 16, drop = 0, least = 1, runs = 1;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    struct tools tools = {0};
    struct set train = {.arena = arena};
    bool loaded = false, bare = false;
    dl_model prior;
    long trust = 60;
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (more && strcmp(argv[i], "--out") == 0) {
            out = argv[++i];
        } else if (more && strcmp(argv[i], "--language") == 0) {
            language = argv[++i];
        } else if (strcmp(argv[i], "--bare") == 0) {
            train.bare = bare = true;
        } else if (more && strcmp(argv[i], "--trust") == 0) {
            trust = strtol(argv[++i], NULL, 10);
        } else if (more && strcmp(argv[i], "--prior") == 0) {
            must(dl_model_open(&prior, read_all(arena, argv[++i]), NULL), NULL);
            train.prior = &prior;
        } else if (more && strcmp(argv[i], "--silver") == 0) {
            load_tools(&tools, arena, language);
            train.bare = false;
            train.trust = trust;
            read_set(&train, &tools, argv[++i], true);
        } else if (more && strcmp(argv[i], "--dev") == 0 && n_dev < 8) {
            dev[n_dev++] = argv[++i];
        } else if (more && strcmp(argv[i], "--epochs") == 0) {
            epochs = strtol(argv[++i], NULL, 10);
        } else if (more && strcmp(argv[i], "--drop") == 0) {
            drop = strtol(argv[++i], NULL, 10);
        } else if (more && strcmp(argv[i], "--least") == 0) {
            least = strtol(argv[++i], NULL, 10);
        } else if (more && strcmp(argv[i], "--runs") == 0) {
            runs = strtol(argv[++i], NULL, 10);
        } else if (more && strcmp(argv[i], "--scale") == 0) {
            scale = strtol(argv[++i], NULL, 10);
        } else if (more && strcmp(argv[i], "--bytes") == 0) {
            max_bytes = (size_t)strtoul(argv[++i], NULL, 10);
        } else {
            if (!loaded) load_tools(&tools, arena, "en");
            loaded = true;
            read_set(&train, &tools, argv[i], false);
        }
    }
    if (!loaded) die("give files to learn from");
    dl_weights *w = dl_weights_new(1);
    if (least > 1) forget_rare(&train, (uint64_t)least);
    int64_t steps = 0;
    for (long run = 0; run < runs; run++)
        steps = learn(w, &train, epochs, drop, run);
    dl_str labels[DL_NER_TAGS];
    for (size_t i = 0; i < DL_NER_TAGS; i++)
        labels[i] = dl_str_c(names[i]);
    dl_buf bytes;
    dl_buf_init(&bytes, 16 << 20);
    must(dl_weights_write(w, steps, (int)(scale / runs), max_bytes, labels, DL_NER_TAGS, &bytes),
         NULL);
    dl_model model;
    struct dl_diag diag = {0};
    must(dl_model_open(&model, (dl_str){bytes.p, bytes.n}, &diag), &diag);
    fprintf(stderr, "%zu bytes\n", bytes.n);
    for (size_t i = 0; i < n_dev; i++) {
        struct set set = {.arena = arena};
        set.bare = train.bare;
        read_set(&set, &tools, dev[i], false);
        tell(dev[i], &set, &model, score_model);
    }
    if (out != NULL) save(out, &bytes);
    dl_weights_free(w);
    dl_arena_free(arena);
    return 0;
}

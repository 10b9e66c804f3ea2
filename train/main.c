/* The trainer: CoNLL-U in, a file for models/ out. See train/README.md. */
#include <getopt.h>

#include "base/io.h"
#include "lang/parse.h"
#include "train/learn.h"

static const char usage[] =
    "usage: train tagger --out MODEL [--xpos] [--epochs N] [--scale N] [--max-bytes N] FILE...\n"
    "       train parser --out MODEL [--net] [--epochs N] [--scale N] [--max-bytes N] FILE...\n"
    "       train jackknife --out CONLLU --folds N [--xpos] [--epochs N] FILE...\n"
    "       --contracted, --simplified: also learn from how running text is written\n"
    "       train tag --out CONLLU --tagger MODEL FILE...\n"
    "       train score --tagger MODEL [--parser MODEL] FILE...\n";

struct arguments {
    const char *out, *tagger, *parser;
    long folds;
    bool xpos, net;
    enum dl_writing writing;
    struct dl_learn_options options;
    char **files;
    size_t n_files;
};

static long number(const char *text)
{
    uint64_t v;
    if (!dl_str_u64(dl_str_c(text), &v) || v == 0 || v > 1 << 30) dl_die("no number: %s", text);
    return (long)v;
}

static void take_option(struct arguments *a, int option, const char *value)
{
    switch (option) {
    case 'o':
        a->out = value;
        break;
    case 't':
        a->tagger = value;
        break;
    case 'p':
        a->parser = value;
        break;
    case 'f':
        a->folds = number(value);
        break;
    case 'c':
        a->writing = DL_WRITING_CONTRACTED;
        break;
    case 'z':
        a->writing = DL_WRITING_SIMPLIFIED;
        break;
    case 'n':
        a->net = true;
        break;
    case 'x':
        a->xpos = true;
        break;
    case 'e':
        a->options.epochs = number(value);
        break;
    case 'r':
        a->options.rounds = number(value);
        break;
    case 's':
        a->options.scale = number(value);
        break;
    case 'l':
        a->options.least = number(value);
        break;
    case 'm':
        a->options.max_bytes = (size_t)number(value);
        break;
    default:
        fputs(usage, stderr);
        exit(2);
    }
}

static struct arguments read_arguments(int argc, char **argv)
{
    static const struct option options[] = {
        {"out", 1, NULL, 'o'},        {"tagger", 1, NULL, 't'},
        {"parser", 1, NULL, 'p'},     {"folds", 1, NULL, 'f'},
        {"xpos", 0, NULL, 'x'},       {"epochs", 1, NULL, 'e'},
        {"contracted", 0, NULL, 'c'}, {"simplified", 0, NULL, 'z'},
        {"scale", 1, NULL, 's'},      {"max-bytes", 1, NULL, 'm'},
        {"least", 1, NULL, 'l'},      {"rounds", 1, NULL, 'r'},
        {"net", 0, NULL, 'n'},        {NULL, 0, NULL, 0}};
    struct arguments a = {
        .options = {.epochs = 8, .rounds = 1, .scale = 16, .least = 2, .max_bytes = 3 << 20}};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        take_option(&a, option, optarg);
    a.files = argv + optind;
    a.n_files = (size_t)(argc - optind);
    return a;
}

static void read_files(const struct arguments *a, dl_material *m)
{
    dl_material_init(m);
    m->xpos = a->xpos;
    m->writing = a->writing;
    uint8_t house = 0;
    for (size_t i = 0; i < a->n_files; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again = again || strcmp(a->files[k], a->files[i]) == 0;
        if (strcmp(a->files[i], "+") == 0)
            house++;
        else
            dl_material_read(m, a->files[i], house, again);
    }
    if (m->n == 0) dl_die("no sentences");
}

static void save(const char *path, const dl_buf *out)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    if (path == NULL) dl_die("--out is missing");
    if (dl_io_write_file(path, dl_buf_slice(out), &diag) != DL_OK)
        dl_die("%s: %s", path, diag.message);
    fprintf(stderr, "%s: %zu bytes\n", path, out->n);
}

static dl_str load(dl_arena *arena, const char *path)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_buf bytes = DL_BUF_INIT(64 << 20);
    if (dl_io_read_file(path, 64 << 20, &bytes, &diag) != DL_OK)
        dl_die("%s: %s", path, diag.message);
    dl_str kept = dl_str_dup(arena, dl_buf_slice(&bytes));
    dl_buf_free(&bytes);
    return kept;
}

static int make_tagger(const struct arguments *a)
{
    dl_material m;
    dl_buf out = DL_BUF_INIT(64 << 20);
    read_files(a, &m);
    dl_learn_tagger(&m, &a->options, 0, 0, &out);
    save(a->out, &out);
    dl_buf_free(&out);
    dl_material_free(&m);
    return 0;
}

static int make_parser(const struct arguments *a)
{
    dl_material m;
    dl_buf out = DL_BUF_INIT(64 << 20);
    struct arguments with = *a;
    with.xpos = true; /* tags are taken as they stand there */
    read_files(&with, &m);
    if (a->net)
        dl_learn_net(&m, &a->options, &out);
    else
        dl_learn_parser(&m, &a->options, &out);
    save(a->out, &out);
    dl_buf_free(&out);
    dl_material_free(&m);
    return 0;
}

static void retag(const dl_material *m, const dl_tagger *tagger, dl_sample *s)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    uint8_t tags[DL_CONLLU_MAX_WORDS];
    if (arena == NULL || dl_tagger_tag(tagger, arena, s->words, s->text.n, tags) != DL_OK)
        dl_die("out of memory");
    for (size_t i = 0; i < s->text.n; i++) {
        /* what is right stays with it, for a parser that says tags too */
        s->text.words[i].misc =
            dl_str_fmt(m->arena, DL_MATERIAL_TAG "%.*s", DL_FMT(m->labels[s->tags[i]]));
        s->text.words[i].upos = dl_str_c(dl_upos_name(tagger->labels[tags[i]].upos));
        s->text.words[i].xpos = tagger->labels[tags[i]].xpos;
    }
    dl_arena_free(arena);
}

/* Tags as a tagger says that has not seen the sentence: what the parser will meet. */
static int jackknife(const struct arguments *a)
{
    dl_material m;
    dl_tagger *tagger = malloc(sizeof *tagger);
    dl_buf out = DL_BUF_INIT(1 << 30), *models = calloc((size_t)a->folds + 1, sizeof *models);
    read_files(a, &m);
    if (tagger == NULL || models == NULL || a->folds < 2) dl_die("--folds is missing");
    for (long f = 0; f < a->folds; f++) {
        dl_buf_init(&models[f], 64 << 20);
        dl_learn_tagger(&m, &a->options, (size_t)a->folds, (size_t)f, &models[f]);
        fprintf(stderr, "fold %ld of %ld\n", f + 1, a->folds);
    }
    for (long f = 0; f < a->folds; f++) {
        if (dl_tagger_open(tagger, dl_buf_slice(&models[f]), NULL) != DL_OK) dl_die("bad model");
        for (size_t i = (size_t)f; i < m.n; i += (size_t)a->folds)
            retag(&m, tagger, &m.p[i]);
        /* names of tags point into the model: it stays */
    }
    for (size_t i = 0; i < m.n; i++) {
        m.p[i].text.comments = dl_str_fmt(m.arena, "# house = %u", m.p[i].house);
        dl_conllu_print(&m.p[i].text, &out);
    }
    save(a->out, &out);
    return 0;
}

static int tag(const struct arguments *a)
{
    dl_material m;
    dl_buf out = DL_BUF_INIT(1 << 30);
    dl_tagger *tagger = malloc(sizeof *tagger);
    read_files(a, &m);
    if (tagger == NULL || a->tagger == NULL) dl_die("--tagger is missing");
    if (dl_tagger_open(tagger, load(m.arena, a->tagger), NULL) != DL_OK) dl_die("bad model");
    for (size_t i = 0; i < m.n; i++) {
        retag(&m, tagger, &m.p[i]);
        dl_conllu_print(&m.p[i].text, &out);
    }
    save(a->out, &out);
    return 0;
}

struct score {
    size_t words, upos, fine, head, both;
};

static dl_str bare(dl_str relation)
{
    size_t at = dl_str_chr(relation, ':', 0);
    return at == DL_NO_POS ? relation : dl_str_sub(relation, 0, at);
}

static void score_tree(const dl_parser *parser, const dl_tagger *tagger, const uint8_t *tags,
                       const dl_sample *s, struct score *score)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    dl_parse_arc arcs[DL_CONLLU_MAX_WORDS];
    dl_parse_word words[DL_CONLLU_MAX_WORDS];
    for (size_t i = 0; i < s->text.n; i++)
        words[i] = dl_parse_word_of(&s->words[i], &tagger->labels[tags[i]]);
    if (arena == NULL || dl_parser_parse(parser, arena, words, s->text.n, arcs) != DL_OK)
        dl_die("out of memory");
    for (size_t i = 0; i < s->text.n; i++) {
        bool right = arcs[i].head == s->text.words[i].head;
        score->head += right;
        score->both += right && dl_str_eq(bare(dl_parser_relation(parser, arcs[i].relation)),
                                          bare(s->text.words[i].deprel));
    }
    dl_arena_free(arena);
}

static void score_sample(const dl_tagger *tagger, const dl_parser *parser, const dl_sample *s,
                         struct score *score)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    uint8_t tags[DL_CONLLU_MAX_WORDS];
    if (arena == NULL || dl_tagger_tag(tagger, arena, s->words, s->text.n, tags) != DL_OK)
        dl_die("out of memory");
    score->words += s->text.n;
    for (size_t i = 0; i < s->text.n; i++) {
        const struct dl_tagger_label *label = &tagger->labels[tags[i]];
        bool right = dl_str_eq_c(s->text.words[i].upos, dl_upos_name(label->upos));
        score->upos += right;
        score->fine += right && dl_str_eq(s->text.words[i].xpos, label->xpos);
    }
    if (parser != NULL) score_tree(parser, tagger, tags, s, score);
    dl_arena_free(arena);
}

static double share(size_t part, size_t all)
{
    return all == 0 ? 0 : 100.0 * (double)part / (double)all;
}

static int score(const struct arguments *a)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_tagger *tagger = malloc(sizeof *tagger);
    dl_parser *parser = malloc(sizeof *parser);
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (a->tagger == NULL || tagger == NULL || parser == NULL || arena == NULL)
        dl_die("--tagger is missing");
    if (dl_tagger_open(tagger, load(arena, a->tagger), &diag) != DL_OK ||
        (a->parser != NULL && dl_parser_open(parser, load(arena, a->parser), &diag) != DL_OK))
        dl_die("%s", diag.message);
    for (size_t f = 0; f < a->n_files; f++) {
        dl_material m;
        struct score s = {0};
        dl_material_init(&m);
        dl_material_read(&m, a->files[f], 0, false);
        for (size_t i = 0; i < m.n; i++)
            score_sample(tagger, a->parser != NULL ? parser : NULL, &m.p[i], &s);
        printf("%s upos %.2f xpos %.2f uas %.2f las %.2f\n", a->files[f], share(s.upos, s.words),
               share(s.fine, s.words), share(s.head, s.words), share(s.both, s.words));
        dl_material_free(&m);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(const struct arguments *);
    } tasks[] = {{"tagger", make_tagger},
                 {"parser", make_parser},
                 {"jackknife", jackknife},
                 {"tag", tag},
                 {"score", score}};
    for (size_t i = 0; argc > 1 && i < sizeof tasks / sizeof *tasks; i++) {
        if (strcmp(argv[1], tasks[i].name) != 0) continue;
        struct arguments a = read_arguments(argc - 1, argv + 1);
        return tasks[i].run(&a);
    }
    fputs(usage, stderr);
    return 2;
}

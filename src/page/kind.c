#include "page/kind.h"

#include <math.h>

#include "base/asset.h"
#include "net/url.h"

enum {
    PARAGRAPH = 80,
    LABEL = 25,
    VIDEO_TEXT = 1500,
    WALL_TEXT = 3000,
    LIST_LEAST = 5,
    RUN_WORDS = 8
};

const char *const dl_kind_names[DL_KIND_FEATURES] = {
    "one",           "text",         "text_share",   "paragraphs",  "paragraph_length",
    "list_share",    "text_linked",  "page_linked",  "labels",      "cards",
    "boxes",         "headline",     "dated",        "signed",      "article_meta",
    "other_meta",    "article_data", "product_data", "thread_data", "list_data",
    "business_data", "front",        "slug",         "comments"};

static double log2_1(double x)
{
    return log2(1 + x);
}

static double share(double part, double whole)
{
    double s = whole <= 0 ? 0 : part / whole;
    return s > 1 ? 1 : s;
}

/* --- features ------------------------------------------------------------------------------ */

static void of_text(const struct dl_page *page, double *f)
{
    double paragraphs = 0, chars = 0, list = 0, linked = 0;
    for (size_t i = 0; i < page->blocks.n; i++) {
        const struct dl_page_block *b = &page->blocks.p[i];
        size_t n = b->end - b->start;
        if (b->kind == DL_BLOCK_LIST_ITEM) list += (double)n;
        if (b->kind == DL_BLOCK_LIST_ITEM || b->kind == DL_BLOCK_HEADING || n < PARAGRAPH) continue;
        paragraphs++;
        chars += (double)n;
    }
    for (size_t i = 0; i < page->links.n; i++)
        linked += (double)(page->links.p[i].end - page->links.p[i].start);
    f[1] = log2_1((double)page->text.n / 100);
    f[3] = log2_1(paragraphs);
    f[4] = paragraphs > 0 ? chars / paragraphs / 200 : 0;
    if (f[4] > 3) f[4] = 3;
    f[5] = share(list, (double)page->text.n);
    f[6] = share(linked, (double)page->text.n);
}

static void of_blocks(const struct dl_kind_input *in, const struct dl_page *page, double *f)
{
    const struct dl_blocks *b = in->blocks;
    double cards = 0, labels = 0, boxes = 0, comments = 0, all = in->scales->chars[b->runs.n];
    for (size_t i = 0; i < b->runs.n; i++) {
        const struct dl_run *r = &b->runs.p[i];
        bool linked = r->link_chars * 2 > r->chars;
        cards += linked && r->kind == DL_BLOCK_HEADING && (r->flags & DL_RUN_H1) == 0;
        if (r->chars < LABEL) labels += r->chars;
    }
    for (size_t i = 0; i < b->elems.n; i++) {
        const struct dl_elem *e = &b->elems.p[i];
        boxes += e->tag == LXB_TAG_ARTICLE;
        if ((e->cues & DL_CUE_COMMENT) == 0) continue;
        double mass = in->scales->mass[e->b1] - in->scales->mass[e->b0];
        if (mass > comments) comments = mass;
    }
    f[2] = share((double)page->text.n, (double)b->text.n);
    f[7] = share(in->scales->links[b->runs.n], all);
    f[8] = share(labels, all);
    f[9] = log2_1(cards);
    f[10] = log2_1(boxes);
    f[11] = in->scales->title_run != UINT32_MAX;
    f[23] = share(comments, in->scales->mass[b->runs.n]);
}

/* What the markup would tell if its text stood in it. */
static void without_markup(double *f)
{
    f[2] = f[11] = 1;
    f[7] = f[6];
    f[8] = f[9] = f[10] = f[23] = 0;
}

static void of_meta(const struct dl_kind_input *in, const struct dl_page *page, double *f)
{
    const struct dl_ld *ld = &in->meta->ld;
    dl_str type = dl_head_get(&in->meta->head, "og:type");
    bool article = dl_str_ifind_c(type, "article", 0) != DL_NO_POS;
    f[12] = dl_time_is_set(page->published);
    f[13] = page->byline.n > 0;
    f[14] = article;
    f[15] = type.n > 0 && !article && !dl_str_ieq_c(type, "website");
    f[16] = ld->is_article;
    f[17] = (ld->types & DL_LD_PRODUCT) != 0;
    f[18] = (ld->types & DL_LD_THREAD) != 0;
    f[19] = (ld->types & DL_LD_LIST) != 0;
    f[20] = (ld->types & DL_LD_BUSINESS) != 0;
}

/* Of an address: is it a front page; words in its last part. */
static void of_address(const struct dl_page *page, double *f)
{
    dl_str url = page->url.n > 0 ? page->url : page->canonical;
    size_t path = url.n > 8 ? dl_str_chr(url, '/', 8) : DL_NO_POS;
    if (path == DL_NO_POS) return;
    dl_str rest = dl_str_sub(url, path + 1, url.n);
    size_t query = dl_str_chr(rest, '?', 0);
    if (query != DL_NO_POS) rest.n = query;
    while (rest.n > 0 && rest.p[rest.n - 1] == '/')
        rest.n--;
    f[21] = rest.n == 0;
    size_t slash = dl_str_rchr(rest, '/'), words = rest.n > 0, digits = 0;
    dl_str last = slash == DL_NO_POS ? rest : dl_str_sub(rest, slash + 1, rest.n);
    for (size_t i = 0; i < last.n; i++) {
        words += last.p[i] == '-' || last.p[i] == '_' || (unsigned char)last.p[i] >= 0xC0;
        digits += dl_is_digit((unsigned char)last.p[i]);
    }
    if (digits >= 5 && words < 4) words = 4;
    f[22] = words > RUN_WORDS ? 1 : (double)words / RUN_WORDS;
}

void dl_kind_features(const struct dl_kind_input *in, const struct dl_page *page,
                      double ret_features[DL_KIND_FEATURES])
{
    memset(ret_features, 0, DL_KIND_FEATURES * sizeof *ret_features);
    ret_features[0] = 1;
    of_text(page, ret_features);
    of_blocks(in, page, ret_features);
    if (!in->in_markup) without_markup(ret_features);
    of_meta(in, page, ret_features);
    of_address(page, ret_features);
}

/* --- the model ----------------------------------------------------------------------------- */

static bool number(dl_str cell, double *ret)
{
    char copy[24], *end;
    if (cell.n == 0 || cell.n >= sizeof copy) return false;
    memcpy(copy, cell.p, cell.n);
    copy[cell.n] = '\0';
    *ret = strtod(copy, &end);
    return end == copy + cell.n;
}

enum dl_err dl_kind_model_new(dl_arena *arena, struct dl_kind_model **ret_model,
                              struct dl_diag *diag)
{
    dl_str text, cell[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    enum dl_err err;
    struct dl_kind_model *m = DL_NEW(arena, struct dl_kind_model);
    if (m == NULL) return dl_arena_failed(arena);
    if (!dl_asset_get("lexicon/web/page-kinds.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, diag));
    while ((err = dl_tsv_next(&tsv, cell, diag)) == DL_OK) {
        size_t f = 0;
        while (f < DL_KIND_FEATURES && !dl_str_eq_c(cell[0], dl_kind_names[f]))
            f++;
        bool fits = f < DL_KIND_FEATURES && tsv.columns == 1 + DL_KIND_CLASSES;
        for (size_t k = 0; fits && k < DL_KIND_CLASSES; k++)
            fits = number(cell[1 + k], &m->weight[k][f]);
        if (!fits)
            return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "page-kinds.tsv, line %zu", tsv.line);
    }
    *ret_model = m;
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static void probabilities(const struct dl_kind_model *model, const double *f,
                          double p[DL_KIND_CLASSES])
{
    double sum = 0;
    for (size_t k = 0; k < DL_KIND_CLASSES; k++) {
        double z = 0;
        for (size_t i = 0; i < DL_KIND_FEATURES; i++)
            z += model->weight[k][i] * f[i];
        p[k] = exp(z < -30 ? -30 : z > 30 ? 30 : z);
        sum += p[k];
    }
    for (size_t k = 0; k < DL_KIND_CLASSES; k++)
        p[k] /= sum;
}

/* --- video --------------------------------------------------------------------------------- */

/* The page says that it shows one video, or a player stands in the place of the text. */
static double video(const struct dl_kind_input *in, const struct dl_page *page)
{
    const struct dl_ld *ld = &in->meta->ld;
    dl_str type = dl_head_get(&in->meta->head, "og:type");
    bool little = page->text.n < VIDEO_TEXT;
    bool player = false;
    for (size_t i = 0; i < in->blocks->signals.n; i++) {
        const struct dl_signal *s = &in->blocks->signals.p[i];
        bool shown = in->scales->title_run == UINT32_MAX || s->block <= in->scales->title_run + 8;
        player |= s->kind == DL_SIGNAL_VIDEO && shown;
    }
    if (dl_str_istarts(type, "video")) return little ? 0.95 : 0.5;
    if (ld->is_video) return little ? 0.9 : 0.4;
    if (ld->is_article || dl_str_ieq_c(type, "article")) return 0;
    return player && page->text.n < VIDEO_TEXT / 2 ? 0.7 : 0;
}

/* --- verdict ------------------------------------------------------------------------------- */

static void drop_text(struct dl_page *page)
{
    page->text = (dl_str){NULL, 0};
    page->blocks.n = page->links.n = 0;
    page->subtitle = (dl_str){NULL, 0};
}

/* Does nearly all text stand where consent is asked for? */
static bool is_wall(const struct dl_kind_input *in)
{
    double most = 0, all = in->scales->mass[in->blocks->runs.n];
    for (size_t i = 1; i < in->blocks->elems.n; i++) {
        const struct dl_elem *e = &in->blocks->elems.p[i];
        double mass = in->scales->mass[e->b1] - in->scales->mass[e->b0];
        uint32_t title = in->scales->title_run;
        bool headline = title != UINT32_MAX && title >= e->b0 && title < e->b1;
        if ((e->cues & DL_CUE_LEGAL) != 0 && !headline && mass > most) most = mass;
    }
    return all > 0 && all < WALL_TEXT && most > all * 0.9;
}

/* Lines that are links, but for those of the page's frame. */
static size_t listed(const struct dl_kind_input *in)
{
    size_t n = 0;
    for (size_t i = 0; i < in->blocks->runs.n; i++) {
        const struct dl_run *r = &in->blocks->runs.p[i];
        bool frame = (in->scales->against[i] & DL_AGAINST_HARD) != 0;
        n += !frame && r->link_chars * 2 > r->chars;
    }
    return n;
}

static bool asks_password(const struct dl_kind_input *in)
{
    for (size_t i = 0; i < in->blocks->signals.n; i++)
        if (in->blocks->signals.p[i].kind == DL_SIGNAL_LOGIN) return true;
    return false;
}

static const double index_sure = 0.9, live_said = 0.9;

void dl_kind_tell(const struct dl_kind_model *model, const struct dl_kind_input *in,
                  const double *features, struct dl_page *page)
{
    static const enum dl_page_kind kinds[] = {DL_PAGE_ARTICLE, DL_PAGE_INDEX, DL_PAGE_OTHER};
    double p[DL_KIND_CLASSES], seen = video(in, page);
    size_t best = 0;
    if (page->kind == DL_PAGE_LIVE) return; /* its entries were told apart */
    if (in->meta->ld.is_live && page->kind == DL_PAGE_ARTICLE) {
        page->kind = DL_PAGE_LIVE;
        page->kind_confidence = live_said;
        return;
    }
    probabilities(model, features, p);
    bool wall = is_wall(in);
    if (wall) drop_text(page);
    bool none = page->text.n == 0, little = none || page->kind != DL_PAGE_ARTICLE;
    /* That it is an article, by its metadata or by a headline and a day: a brief has few words. */
    bool said = features[14] > 0 || features[16] > 0 || (features[11] > 0 && features[12] > 0);
    if (little && !said && seen < 0.5) drop_text(page);
    wall |= none && features[9] < 2 && asks_password(in);
    if (wall || listed(in) < LIST_LEAST) p[1] = 0; /* no list either */
    if (page->text.n == 0 || (little && !said)) p[0] = 0;
    for (size_t k = 1; k < DL_KIND_CLASSES; k++)
        if (p[k] > p[best]) best = k;
    double sum = p[0] + p[1] + p[2];
    page->kind = kinds[best];
    page->kind_confidence = p[best] / sum;
    if (seen >= 0.5 && seen > p[0] * 0.9) {
        page->kind = DL_PAGE_VIDEO;
        page->kind_confidence = seen;
    }
    /* Else its text may be an article's: not thrown away for a guess. */
    if (page->kind == DL_PAGE_INDEX && page->kind_confidence >= index_sure) drop_text(page);
    page->confidence = page->kind == DL_PAGE_ARTICLE ? page->confidence * page->kind_confidence
                                                     : page->kind_confidence;
}

#include "page/sitemark.h"

#include "base/hash.h"

enum {
    TEXT_CHARS = 15,  /* shorter is a label, which articles may share */
    PATH_LEVELS = 8,  /* innermost elements of a path */
    PATH_CLASSES = 2, /* of an element */
    CLASS_MAX = 32,
    CANDIDATES = 32, /* elements whose path is looked at */
};
/* Of the page's clean running text; more is the article itself. */
static const double known_share = 0.40;
/* Of the weight of the page's own root that the memory's must have: within or around it, elsewhere.
 */
static const double kin_weight = 0.85, other_weight = 0.6;

/* --- texts -------------------------------------------------------------------------------- */

static bool is_counted(const struct dl_scales *s, size_t i)
{
    const struct dl_run *r = &s->blocks->runs.p[i];
    return s->against[i] == 0 && r->chars >= TEXT_CHARS && (r->flags & DL_RUN_H1) == 0;
}

/* In which box, as what; a heading as if it were one of the paragraphs. */
static uint64_t place_of(const struct dl_blocks *b, size_t i, uint64_t paragraphs)
{
    const struct dl_run *r = &b->runs.p[i];
    uint64_t box = b->elems.p[r->elem].parent;
    if (r->kind == DL_BLOCK_HEADING && box == paragraphs >> 16) return paragraphs;
    return box << 16 | b->elems.p[r->elem].tag;
}

/* The place where most of the paragraphs stand: a majority vote by their mass. */
static uint64_t main_place(const struct dl_scales *s)
{
    uint64_t place = UINT64_MAX;
    int64_t votes = 0;
    for (size_t i = 0; i < s->blocks->runs.n; i++) {
        uint32_t mass = s->mass[i + 1] - s->mass[i];
        if (mass == 0 || s->against[i] != 0) continue;
        if (votes <= 0) {
            place = place_of(s->blocks, i, UINT64_MAX);
            votes = 0;
        }
        bool same = place_of(s->blocks, i, UINT64_MAX) == place;
        votes += same ? (int64_t)mass : -(int64_t)mass;
    }
    return place;
}

static enum dl_err note_texts(dl_arena *arena, const struct dl_scales *s)
{
    struct dl_site_sample *sample = s->sample;
    uint64_t place = main_place(s);
    for (size_t i = 0; i < s->blocks->runs.n && sample->texts.n < DL_SAMPLE_TEXTS; i++) {
        if (!is_counted(s, i)) continue;
        const struct dl_run *r = &s->blocks->runs.p[i];
        struct dl_site_text t = {dl_hash64(dl_run_text(s->blocks, r)), r->chars,
                                 place_of(s->blocks, i, place) != place};
        DL_TRY(dl_vec_push(arena, &sample->texts, t));
    }
    return DL_OK;
}

enum dl_err dl_sitemark_texts(dl_arena *arena, struct dl_scales *s)
{
    const struct dl_page_site *site = s->site;
    const struct dl_site_sample *sample = s->sample;
    uint32_t clean = 0, known = 0;
    size_t n = s->blocks->runs.n, t = 0;
    DL_TRY(note_texts(arena, s));
    if (site == NULL || site->n_texts == 0) return DL_OK;
    uint8_t *marked = dl_calloc(arena, n + 1, 1);
    if (marked == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < n; i++) {
        uint32_t mass = s->against[i] == 0 ? s->mass[i + 1] - s->mass[i] : 0;
        clean += mass;
        if (t == sample->texts.n || !is_counted(s, i)) continue;
        marked[i] = dl_site_has_text(site, sample->texts.p[t++].hash);
        if (marked[i]) known += mass;
    }
    if (known > clean * known_share) return DL_OK;
    for (size_t i = 0; i < n; i++)
        if (marked[i]) s->against[i] |= DL_AGAINST_SITE;
    return DL_OK;
}

/* --- places ------------------------------------------------------------------------------- */

/* Is it a word of people, not of a style sheet's compiler or a number of an article? */
static bool is_word(dl_str name)
{
    size_t part = 0;
    bool vowel = false;
    if (name.n < 3 || name.n > CLASS_MAX) return false;
    for (size_t i = 0; i <= name.n; i++) {
        unsigned char c = i < name.n ? (unsigned char)name.p[i] : '-';
        bool upper = c >= 'A' && c <= 'Z';
        if (dl_is_alpha(c) && !upper) {
            part++;
            vowel |= memchr("aeiouy", c, 6) != NULL;
            continue;
        }
        if (!upper && c != '-' && c != '_') return false;
        bool begins = i == 0 || name.p[i - 1] == '-' || name.p[i - 1] == '_';
        if (!begins && (part < 2 || (part > 3 && !vowel))) return false;
        part = upper;
        vowel = upper && memchr("AEIOUY", c, 6) != NULL;
    }
    return true;
}

static void put_element(const struct dl_blocks *b, uint32_t elem, dl_buf *out)
{
    size_t classes = 0;
    const dl_node *node = b->elems.p[elem].node;
    dl_buf_str(out, dl_str_sub(dl_node_name(node), 0, CLASS_MAX));
    dl_str list = dl_node_attr(node, "class", NULL), name;
    while (classes < PATH_CLASSES && dl_str_split(&list, ' ', &name)) {
        name = dl_str_trim(name);
        if (!is_word(name)) continue;
        dl_buf_byte(out, '.');
        dl_buf_str(out, name);
        classes++;
    }
}

void dl_sitemark_path(const struct dl_blocks *b, uint32_t elem, dl_buf *out)
{
    uint32_t way[PATH_LEVELS];
    size_t n = 0;
    while (n < PATH_LEVELS) {
        way[n++] = elem;
        if (elem == 0) break;
        elem = b->elems.p[elem].parent;
    }
    dl_buf_reset(out);
    while (n-- > 0) {
        if (out->n > 0) dl_buf_c(out, " > ");
        put_element(b, way[n], out);
    }
    if (out->n <= DL_SITE_PATH_BYTES) return;
    memmove(out->p, out->p + (out->n - DL_SITE_PATH_BYTES), DL_SITE_PATH_BYTES);
    out->n = DL_SITE_PATH_BYTES;
}

static bool is_root_of(const struct dl_page_site *site, const struct dl_blocks *b, uint32_t elem)
{
    dl_buf path = DL_BUF_INIT(PATH_LEVELS * (PATH_CLASSES + 1) * (CLASS_MAX + 4));
    dl_sitemark_path(b, elem, &path);
    uint64_t hash = dl_hash64(dl_buf_slice(&path));
    bool is = false;
    for (size_t i = 0; i < site->n_roots && dl_buf_failed(&path) == DL_OK; i++)
        is |= site->roots[i] == hash;
    dl_buf_free(&path);
    return is;
}

static bool is_within(const struct dl_blocks *b, uint32_t inner, uint32_t outer)
{
    return inner >= outer && inner < b->elems.p[outer].end;
}

uint32_t dl_sitemark_root(const struct dl_scales *s, uint32_t root)
{
    const struct dl_page_site *site = s->site;
    const struct dl_blocks *b = s->blocks;
    if (site == NULL || site->n_roots == 0 || b->elems.n == 0 || is_root_of(site, b, root))
        return root;
    const struct dl_elem *own = &b->elems.p[root];
    double best = 0, own_weight = s->weight[own->b1] - s->weight[own->b0];
    uint32_t found = root, own_clean = s->clean[own->b1] - s->clean[own->b0];
    size_t looked = 0;
    for (uint32_t i = 0; i < b->elems.n && looked < CANDIDATES; i++) {
        const struct dl_elem *e = &b->elems.p[i];
        double weight = s->weight[e->b1] - s->weight[e->b0];
        bool inside = is_within(b, i, root);
        double least = inside || is_within(b, root, i) ? kin_weight : other_weight;
        if (weight <= 0 || weight < own_weight * least || weight < best) continue;
        if (inside && s->clean[e->b1] - s->clean[e->b0] < own_clean * kin_weight) continue;
        looked++;
        if (!is_root_of(site, b, i)) continue;
        best = weight;
        found = i;
    }
    return found;
}

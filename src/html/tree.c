#include "html/tree.h"

#include "html/graft.h"
#include "html/grow.h"
#include "html/skim.h"

enum {
    CHUNKS_MAX = 192 << 20, /* bytes of parser memory; a page of 16 MiB of text needs half */
    ATTRIBUTES_MAX = 512,   /* on one tag; duplicates are looked for one by one */
    FRESH_AFTER = 4 << 20,  /* a document that was larger is not kept */
};

struct dl_tree {
    dl_arena *arena; /* of the nodes */
    dl_tag_names *names;
    dl_node *root, *body;
    const char *left_over;
    bool always_by_library;
    lxb_html_document_t *document;   /* NULL: no page was left over yet */
    lxb_html_tokenizer_token_f next; /* the parser's own handler */
    void *next_ctx;
    struct dl_skim skim;
    size_t elements;
    enum dl_err stopped;
    bool large;
};

dl_tree *dl_tree_new(void)
{
    dl_tree *tree = calloc(1, sizeof *tree);
    if (tree == NULL) return NULL;
    tree->arena = dl_arena_new(CHUNKS_MAX);
    tree->names = dl_tag_names_new();
    if (tree->arena != NULL && tree->names != NULL) return tree;
    dl_tree_free(tree);
    return NULL;
}

void dl_tree_free(dl_tree *tree)
{
    if (tree == NULL) return;
    if (tree->document != NULL) lxb_html_document_destroy(tree->document);
    dl_arena_free(tree->arena);
    dl_tag_names_free(tree->names);
    free(tree);
}

static size_t memory_of(const lexbor_mraw_t *mraw)
{
    size_t sum = 0;
    for (const lexbor_mem_chunk_t *c = mraw->mem->chunk; c != NULL; c = c->prev)
        sum += c->size;
    return sum;
}

/* Looked at every 1024 tokens: the list of chunks is short. */
static bool too_much_memory(const dl_tree *tree)
{
    const lxb_dom_document_t *d = &tree->document->dom_document;
    return memory_of(d->mraw) + memory_of(d->text) > CHUNKS_MAX;
}

static void drop_attributes(lxb_html_token_t *token)
{
    size_t n = 0;
    for (lxb_html_token_attr_t *a = token->attr_first; a != NULL; a = a->next) {
        if (++n < ATTRIBUTES_MAX) continue;
        a->next = NULL;
        token->attr_last = a;
        return;
    }
}

static lxb_html_token_t *on_token(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token,
                                  void *ctx)
{
    dl_tree *tree = ctx;
    bool opens = (token->type & LXB_HTML_TOKEN_TYPE_CLOSE) == 0;
    drop_attributes(token);
    if (token->tag_id == LXB_TAG_SCRIPT) dl_skim_script(&tree->skim, token);
    tree->elements++;
    const lexbor_array_t *open = tokenizer->tree->open_elements;
    if (open->length > DL_TREE_DEPTH) tree->stopped = DL_ERR_TOO_DEEP;
    if (tree->elements > DL_TREE_ELEMENTS * 2) tree->stopped = DL_ERR_TOO_BIG;
    if (tree->elements % 1024 == 0 && too_much_memory(tree)) tree->stopped = DL_ERR_TOO_BIG;
    if (tree->stopped != DL_OK) {
        tokenizer->status = LXB_STATUS_ABORTED;
        return NULL;
    }
    bool drawing = token->tag_id == LXB_TAG_SVG && opens;
    token = tree->next(tokenizer, token, tree->next_ctx);
    if (drawing) dl_skim_drawing(&tree->skim, tokenizer->tree);
    return token;
}

static enum dl_err prepare(dl_tree *tree)
{
    if (tree->document != NULL && (tree->large || tree->stopped != DL_OK))
        tree->document = lxb_html_document_destroy(tree->document);
    if (tree->document == NULL)
        tree->document = lxb_html_document_create();
    else
        lxb_html_document_clean(tree->document);
    tree->elements = 0;
    tree->stopped = DL_OK;
    /* Cleaning leaves it as the last page had it. */
    if (tree->document != NULL)
        tree->document->dom_document.compat_mode = LXB_DOM_DOCUMENT_CMODE_NO_QUIRKS;
    return tree->document == NULL ? DL_ERR_NOMEM : DL_OK;
}

static lxb_status_t parse(dl_tree *tree, dl_str html)
{
    lxb_html_document_t *d = tree->document;
    lxb_status_t status = lxb_html_document_parse_chunk_begin(d);
    if (status != LXB_STATUS_OK) return status;
    lxb_html_tokenizer_t *tokenizer = ((lxb_html_parser_t *)d->dom_document.parser)->tkz;
    tree->next = tokenizer->callback_token_done;
    tree->next_ctx = tokenizer->callback_token_ctx;
    lxb_html_tokenizer_callback_token_done_set(tokenizer, on_token, tree);
    status = dl_skim_chunk(&tree->skim, tokenizer, html);
    if (status == LXB_STATUS_OK) status = lxb_html_document_parse_chunk_end(d);
    lxb_html_tokenizer_callback_token_done_set(tokenizer, tree->next, tree->next_ctx);
    return status;
}

static enum dl_err by_library(dl_tree *tree, dl_str html, struct dl_diag *diag)
{
    DL_TRY(prepare(tree));
    tree->large = html.n > FRESH_AFTER;
    if (html.n == 0) html = DL_STR(" ");
    lxb_status_t status = parse(tree, html);
    if (tree->stopped == DL_ERR_TOO_DEEP)
        return dl_fail(diag, DL_ERR_TOO_DEEP, DL_NO_POS, "more than %d elements are open at once",
                       DL_TREE_DEPTH);
    if (tree->stopped != DL_OK)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_NO_POS, "the page has more than %d elements",
                       DL_TREE_ELEMENTS);
    if (status == LXB_STATUS_OK) return DL_OK;
    tree->stopped = DL_ERR_NOMEM;
    return dl_fail(diag, DL_ERR_NOMEM, DL_NO_POS, "the parser had no memory left");
}

static enum dl_err graft(dl_tree *tree)
{
    lxb_dom_element_t *root = tree->document->dom_document.element;
    lxb_html_body_element_t *body = lxb_html_document_body_element(tree->document);
    if (root == NULL) return DL_OK;
    tree->root = dl_graft(tree->arena, lxb_dom_interface_node(root),
                          body == NULL ? NULL : lxb_dom_interface_node(body), &tree->body);
    return tree->root == NULL ? dl_arena_failed(tree->arena) : DL_OK;
}

enum dl_err dl_tree_parse(dl_tree *tree, dl_str html, struct dl_diag *diag)
{
    struct dl_grown grown = {.left_over = "all are"};
    dl_arena_reset(tree->arena);
    tree->root = tree->body = NULL;
    if (!tree->always_by_library) dl_grow(tree->arena, tree->names, html, &grown);
    tree->left_over = grown.left_over;
    if (grown.left_over == NULL) {
        tree->root = grown.root;
        tree->body = grown.body;
        return DL_OK;
    }
    dl_arena_reset(tree->arena);
    DL_TRY(by_library(tree, html, diag));
    return graft(tree);
}

dl_node *dl_tree_root(dl_tree *tree)
{
    return tree->root;
}

dl_node *dl_tree_body(dl_tree *tree)
{
    return tree->body;
}

const char *dl_tree_left_over(const dl_tree *tree)
{
    return tree->left_over;
}

void dl_tree_by_library(dl_tree *tree, bool always)
{
    tree->always_by_library = always;
}

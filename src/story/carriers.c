/* Documents that carry a claim, and which of them cites which. */
#include "story/origins_private.h"

size_t origins_carrier_of(const struct counting *c, uint32_t document)
{
    size_t low = 0, high = c->n_carriers;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c->carriers[middle].document < document)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->n_carriers && c->carriers[low].document == document ? low : c->n_carriers;
}

void origins_find_carriers(struct counting *c)
{
    const dl_wordings *w = &c->draft->wordings;
    c->carriers = DL_NEW_ARRAY(c->arena, struct carrier, w->n + 1);
    for (size_t i = 0; c->carriers != NULL && i < w->n; i++) {
        if (w->p[i].denies || w->p[i].title) continue;
        size_t n = c->n_carriers;
        if (n == 0 || c->carriers[n - 1].document != w->p[i].document)
            c->carriers[c->n_carriers++] = (struct carrier){.document = w->p[i].document};
        const struct dl_saying *s = saying_of(c->in, w->p[i].document, w->p[i].saying);
        if (s->n_hops > 0) c->carriers[c->n_carriers - 1].attributed = true;
    }
    for (size_t i = 0; i < c->n_carriers; i++) {
        uint64_t *at = dl_map64_at(&c->by_outlet, c->who->outlet[c->carriers[i].document]);
        if (at == NULL) origins_failed(c);
        if (at != NULL && *at == 0) *at = i + 1;
        dl_str url = c->in->docs[c->carriers[i].document].url;
        at = url.n > 0 ? dl_map64_at(&c->by_url, dl_hash64(url)) : NULL;
        if (at != NULL && *at == 0) *at = i + 1;
    }
}

size_t origins_carrier_of_outlet(const struct counting *c, uint32_t outlet, size_t self)
{
    const uint64_t *at = dl_map64_get(&c->by_outlet, c->who->outlet[outlet]);
    if (at == NULL || *at == 0) return c->n_carriers;
    size_t carrier = (size_t)*at - 1;
    return carrier == self ? c->n_carriers : carrier;
}

void origins_add_cite(struct counting *c, size_t self, size_t to, enum dl_merge_rule rule,
                      bool whole, struct dl_part_span span)
{
    struct carrier *from = &c->carriers[self];
    for (size_t i = 0; i < from->n_cites; i++)
        if (from->cites[i].to == to) {
            from->cites[i].whole = from->cites[i].whole || whole;
            return;
        }
    if (from->n_cites == CITES) return;
    from->cites[from->n_cites++] = (struct cite){(uint32_t)to, (uint8_t)rule, whole, span};
}

#include "serve/words.h"

struct pair {
    const char *code, *words;
};

static dl_str look_up(const struct pair *pairs, size_t n, dl_str code)
{
    for (size_t i = 0; i < n; i++)
        if (dl_str_eq_c(code, pairs[i].code)) return dl_str_c(pairs[i].words);
    return code;
}

#define LOOK_UP(pairs, code) look_up(pairs, sizeof(pairs) / sizeof *(pairs), code)

dl_str dl_words_source_class(dl_str code)
{
    static const struct pair pairs[] = {
        {"witness", "witness"},
        {"official-political", "politician or authority"},
        {"official", "official"},
        {"armed-group", "armed group"},
        {"company", "company"},
        {"ngo", "NGO"},
        {"igo", "international body"},
        {"expert", "expert"},
        {"individual", "person"},
        {"media", "media"},
        {"document", "document"},
        {"data", "data"},
        {"social-post", "social media post"},
        {"unnamed", "unnamed source"},
        {"none", "no source given"},
    };
    return LOOK_UP(pairs, code);
}

dl_str dl_words_anonymity(dl_str code)
{
    static const struct pair pairs[] = {
        {"named", "named"}, {"role", "by role only"}, {"group", "as a group"}, {"bare", "unnamed"},
        {"none", ""},
    };
    return LOOK_UP(pairs, code);
}

dl_str dl_words_certainty(dl_str code)
{
    static const struct pair pairs[] = {
        {"asserted", "asserted"},
        {"probable", "probable"},
        {"possible", "possible"},
        {"future", "about the future"},
        {"negated", "says that it is not so"},
    };
    return LOOK_UP(pairs, code);
}

dl_str dl_words_stance(dl_str code)
{
    static const struct pair pairs[] = {
        {"own", "the outlet says it itself"},
        {"endorsed", "the outlet takes it as fact"},
        {"neutral", "the outlet reports it neutrally"},
        {"distanced", "the outlet keeps its distance"},
        {"hearsay", "hearsay"},
        {"disowned", "the outlet does not vouch for it"},
        {"denied", "denied"},
    };
    return LOOK_UP(pairs, code);
}

dl_str dl_words_quote(dl_str code)
{
    static const struct pair pairs[] = {
        {"direct", "quoted"}, {"indirect", "in the outlet's words"}, {"mixed", "partly quoted"}};
    return LOOK_UP(pairs, code);
}

dl_str dl_words_kind(dl_str code)
{
    static const struct pair pairs[] = {
        {"agency", "news agency"},
        {"state", "state media"},
        {"state-media", "state media"},
        {"public", "public broadcaster"},
        {"public-broadcaster", "public broadcaster"},
        {"private", "private"},
        {"government", "government"},
        {"ngo", "NGO"},
        {"igo", "international body"},
        {"hazard", "hazard feed"},
    };
    return LOOK_UP(pairs, code);
}

dl_str dl_words_channel(dl_str code)
{
    static const struct pair pairs[] = {{"feed", "in a feed"}, {"sitemap", "in a sitemap"},
                                        {"push", "by push"},   {"front", "on the front page"},
                                        {"page", "on a page"}, {"file", "from a file"}};
    return LOOK_UP(pairs, code);
}

dl_str dl_words_feed_kind(dl_str code)
{
    static const struct pair pairs[] = {
        {"feed", "feed"}, {"sitemap", "news sitemap"}, {"front", "front page"}};
    return LOOK_UP(pairs, code);
}

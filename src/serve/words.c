#include "serve/words.h"

#include "serve/trace.h"

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

dl_str dl_words_evidence(dl_str kind)
{
    static const struct pair pairs[] = {
        {"footage", "footage"},
        {"photo", "photograph"},
        {"document", "document"},
        {"letter", "letter"},
        {"satellite", "satellite image"},
        {"recording", "recording"},
        {"data", "data"},
        {"link", "link"},
        {"confession", "confession (may be coerced)"},
    };
    return LOOK_UP(pairs, kind);
}

dl_str dl_words_check(int check)
{
    static const char *const words[] = {
        [DL_TRACE_NOT_SAID] = "the text does not say if it was checked",
        [DL_TRACE_VERIFIED] = "the text says it was verified",
        [DL_TRACE_NOT_VERIFIED] = "the text says it could not be verified"};
    return dl_str_c(words[check]);
}

dl_str dl_words_hedge(dl_str stance, dl_str certainty)
{
    static const struct pair stances[] = {
        {"endorsed", "taken as fact"},
        {"distanced", "kept at a distance"},
        {"hearsay", "hearsay"},
        {"disowned", "not vouched for"},
        {"denied", "denied"},
        {"own", ""},
        {"neutral", ""},
    };
    static const struct pair certainties[] = {
        {"probable", "probable"}, {"possible", "possible"}, {"future", ""},
        {"negated", ""},          {"asserted", ""},
    };
    dl_str words = LOOK_UP(stances, stance);
    return words.n > 0 ? words : LOOK_UP(certainties, certainty);
}

dl_str dl_words_rule(dl_str rule)
{
    static const struct pair pairs[] = {
        {"quote-verb", "a quotation beside a verb of saying"},
        {"verb-source", "a verb of saying with its subject behind it"},
        {"trail", "who says it stands behind what is said"},
        {"verb-that", "subject, verb of saying, and a clause that the verb opens"},
        {"verb-clause", "subject and verb of saying, with a clause right behind"},
        {"verb-first", "the verb of saying opens the sentence, its subject follows"},
        {"verb-second", "the verb stands second, its subject behind it"},
        {"verb-last", "subject first, verb of saying last"},
        {"comma-subject", "a subject parted by a comma, verb of saying last"},
        {"participle", "a participle that borrows the subject of its sentence"},
        {"shared-subject", "a second verb of saying of one subject"},
        {"passive-by", "a passive that names who says it"},
        {"apposition", "a subject with more about it between commas"},
        {"relative", "a relative clause about who says it"},
        {"as-saying", "somebody is quoted as saying it"},
        {"accord", "words such as \"according to\" with a source"},
        {"noun-that", "a noun of saying with a clause"},
        {"label", "a speaker's label before a colon"},
        {"prior", "a sentence that says who said the one before"},
        {"headline-label", "a headline with its source before a colon"},
        {"headline-tail", "a headline with its source behind a dash or colon"},
        {"headline-quotes", "a headline with words in quotation marks and no source"},
        {"own-voice", "a hedge in the outlet's own voice"},
        {"comment", "words that open the outlet's own analysis"},
    };
    return LOOK_UP(pairs, rule);
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

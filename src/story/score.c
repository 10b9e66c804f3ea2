#include "story/score.h"

#include <math.h>

enum {
    SHORT_TERMS = 20, /* a headline without a text */
    HOUR_MS = 3600 * 1000,
    MANY_DOCUMENTS = 200, /* a larger story is not asked for still more */
    LONE_HOURS = 24,      /* rhythm of a story of one document */
    PATIENCE_HOURS = 6,   /* a pause of a night ends no story */
    REST_FROM = 1,        /* the second best may be a piece of the same story */
    REST = 5,
};

static const float FEW = 0.3F; /* share of names below which two texts tell of other people */
/* Cosine from which a number in both leads is no chance: of two texts that share little else, 10
 * or 2018 says nothing. */
static const float ALIKE = 0.3F;

/* The news of one text told in passing by another: of the words of one's title and lead the other
 * holds more than ASIDE times what it is the other way round, which is less than TOLD, and the
 * leads are not alike. Of 200 pairs of texts that are one story two are so and below CLEAR, but of
 * the texts about one country with other news most. */
static const float ASIDE = 2, TOLD = 0.2F, LEADS_ALIKE = 0.25F;
static const double CLEAR = 4; /* log odds they want */

static float likelihood(double z)
{
    return (float)(1 / (1 + exp(-z)));
}

bool dl_score_is_headline(size_t terms)
{
    return terms <= SHORT_TERMS;
}

struct seen {
    const struct dl_score_input *in;
    double named, documents, pause, alike;
};

/* The silence before the document, in the story's own rhythm. */
static double pause_of(const struct dl_score_input *in)
{
    double gap_h = (double)in->gap_ms / HOUR_MS, rhythm_h = LONE_HOURS;
    if (in->documents > 1) rhythm_h = (double)in->age_ms / HOUR_MS / (in->documents - 1);
    return log1p(gap_h / (rhythm_h + PATIENCE_HOURS));
}

static double both(float a, float b)
{
    return sqrt((double)a * (double)b);
}

void dl_score_parts(const struct dl_score_input *in, double ret_parts[DL_SCORE_PARTS])
{
    const struct dl_match *m = &in->match;
    uint32_t documents = in->documents < MANY_DOCUMENTS ? in->documents : MANY_DOCUMENTS;
    struct seen seen = {.in = in,
                        .named = m->named,
                        .documents = log(documents > 1 ? documents : 1),
                        .pause = pause_of(in),
                        .alike = m->all < ALIKE ? (double)m->all / (double)ALIKE : 1};
    const struct seen *x = &seen;
    size_t n = 0;
#define DL_SCORE_PART(name, text, headline, value) ret_parts[n++] = (double)(value);
#include "story/score.def"
#undef DL_SCORE_PART
}

static const double WEIGHTS[2][DL_SCORE_PARTS] = {{
#define DL_SCORE_PART(name, text, headline, value) text,
#include "story/score.def"
#undef DL_SCORE_PART
                                                  },
                                                  {
#define DL_SCORE_PART(name, text, headline, value) headline,
#include "story/score.def"
#undef DL_SCORE_PART
                                                  }};

/* Stories of several texts have told their news in several ways: there it says less. */
static bool is_told_aside(const struct dl_score_input *in)
{
    const struct dl_match *m = &in->match;
    float less = m->head_in < m->head_of ? m->head_in : m->head_of;
    float more = m->head_in < m->head_of ? m->head_of : m->head_in;
    return in->documents <= 1 && less < TOLD && ASIDE * less < more && m->lead < LEADS_ALIKE;
}

float dl_score_document(const struct dl_score_input *in)
{
    const double *weights = WEIGHTS[dl_score_is_headline(in->terms)];
    double parts[DL_SCORE_PARTS], z = 0;
    dl_score_parts(in, parts);
    for (size_t i = 0; i < DL_SCORE_PARTS; i++)
        z += weights[i] * parts[i];
    if (!dl_score_is_headline(in->terms) && is_told_aside(in)) z -= CLEAR;
    return likelihood(z);
}

float dl_score_rest(const float *all, size_t n, float own)
{
    float sum = 0;
    size_t others = 0;
    bool own_passed = false;
    for (size_t i = 0; i < n && others < REST_FROM + REST; i++) {
        bool is_own = !own_passed && all[i] <= own;
        own_passed |= is_own;
        if (is_own) continue;
        if (others++ >= REST_FROM) sum += all[i];
    }
    return sum / REST;
}

float dl_score_strands(const struct dl_match *m)
{
    return 0.60F * m->all + 0.15F * m->title + 0.25F * m->names;
}

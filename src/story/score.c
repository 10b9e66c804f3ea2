#include "story/score.h"

#include <math.h>

enum {
    SHORT_TERMS = 20, /* a headline without a text */
    HOUR_MS = 3600 * 1000,
    YOUNG = 100,         /* documents of a language after which its rarities are half trusted */
    MANY_DOCUMENTS = 200 /* a larger story is not asked for still more */
};

/* Where a script has no capitals the lack of shared names proves nothing; a long text of it still
 * has to show as much by its words as others by their names. */
static const double UNNAMED = 0.8;

static float likelihood(double z)
{
    return (float)(1 / (1 + exp(-z)));
}

float dl_score_document(const struct dl_score_input *in)
{
    const struct dl_match *m = &in->match;
    double all = (double)m->all, is_short = in->terms <= SHORT_TERMS;
    double documents = in->documents < MANY_DOCUMENTS ? in->documents : MANY_DOCUMENTS;
    double z = 1.067;
    z += 6.146 * all;
    z += 4.072 * all * is_short;
    z += 2.873 * is_short;
    z -= 1.138 * (double)m->title;
    z += 0.662 * (double)m->title_in;
    z += 0.696 * (double)m->title_of;
    z += 0.004 * (double)m->top;
    z += 1.076 * (double)m->names;
    z -= is_short > 0 ? 0.948 * m->named : m->named ? 0.948 : UNNAMED;
    z += 1.711 * log1p((double)m->mass);
    z -= 1.601 * log1p((double)in->terms);
    z -= 1.614 * log(documents > 1 ? documents : 1);
    z -= 0.144 * log1p((double)in->gap_ms / HOUR_MS);
    z -= 1.500 / (1 + (double)in->seen / YOUNG);
    return likelihood(z);
}

float dl_score_strands(const struct dl_match *m)
{
    return 0.60F * m->all + 0.15F * m->title + 0.25F * m->names;
}

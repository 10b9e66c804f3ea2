/* Links: which two stories told in different languages are one.
 *
 * A story goes to the one that is likeliest by the bridge when each is the other's best and no
 * rival in the same language comes near: the score counts by how far it stands out of what the next
 * best there reach. A story that grew by this is tried again. With each
 * document its story is tried, and linked where the likelihood is high; what is not so clear waits
 * until the story has been there for DL_LINKS_WAIT_MS: by then those who tell of it late have come,
 * so that "best" means something. Where both hold the same language, its words must not speak
 * against it. Owned by the writer's state (stories.h), whose table it reads. Errors: DL_ERR_NOMEM.
 */
#ifndef DL_STORY_LINKS_H
#define DL_STORY_LINKS_H

#include "story/bridge.h"
#include "story/strands.h"

#define DL_LINKS_WAIT_MS ((int64_t)12 * 3600 * 1000)

struct dl_links {
    const struct dl_strands *table;
    struct dl_bridge *bridge;
    const struct dl_rarity *rarity;
    struct dl_links_wait {
        uint64_t story; /* key */
        int64_t from_ms;
    } * waits; /* a ring, the oldest first */
    size_t n, cap, first;
};

/* A story has got a document or another story: it will be tried again after a while. */
enum dl_err dl_links_wait(struct dl_links *links, struct dl_strand_story *story,
                          int64_t now_ms) DL_MUST_USE;
/* Takes the oldest story out that has waited long enough; false: none. DL_LINKS_NONE where it has
 * been joined or forgotten since: what is taken out depends on the time alone, so that a restore
 * takes the same. */
#define DL_LINKS_NONE UINT32_MAX
bool dl_links_due(struct dl_links *links, struct dl_strands *table, int64_t now_ms,
                  uint32_t *ret_story);
enum dl_link_proof { DL_LINK_CLEAR, DL_LINK_BEST };
/* The story in other languages that tells of the same; false: none is clear enough. */
bool dl_links_find(const struct dl_links *links, uint32_t story, enum dl_link_proof proof,
                   int64_t alive_from_ms, uint32_t *ret_other);
/* The story in another language whose text this one, of one document, is a translation of, or the
 * other way round. */
bool dl_links_translation(const struct dl_links *links, uint32_t story, int64_t alive_from_ms,
                          uint32_t *ret_other, double *ret_likelihood);
void dl_links_free(struct dl_links *links);
size_t dl_links_bytes(const struct dl_links *links);

#endif

/* NDJSON articles in order of arrival, put into stories: what `cluster` and `origins` share.
 *
 * Articles are read by several threads, a batch at a time, and taken by one, in order: stories and
 * bytes are the same whatever their number. Stories may join until the stream has ended, so answers
 * are made then. A story's key is the number of the line that founded it, from 1.
 * Memory: what is kept of each article is in the arena of the command. */
#ifndef DL_CMD_STREAM_H
#define DL_CMD_STREAM_H

#include "base/json.h"
#include "cmd/cli.h"
#include "story/stories.h"

typedef struct dl_stream dl_stream;

/* One that is being read; its arena is emptied when it has been taken. */
struct dl_stream_article {
    dl_arena *arena;
    dl_str line;
    yyjson_val *json;
    struct dl_features_input words;
    struct dl_features features;
    dl_str more; /* what `read` made of it, in its arena */
    enum dl_err err;
    struct dl_diag diag;
};

/* What is kept of each line; numbers are those of lines, 0: none. */
struct dl_streamed {
    dl_str id; /* of a bad line the finished line instead of an answer */
    uint32_t story, story_online, copy_of, translation_of; /* story 0: the line is bad */
    uint32_t into; /* of the line that founded a story: the one it was joined into */
    float similarity, translation_similarity;
};

/* Callbacks that are NULL are left out. */
struct dl_stream_options {
    bool one_language;
    void *ctx;
    /* On each thread (from 0), after words and features: more of the article. */
    enum dl_err (*read)(void *ctx, size_t thread, struct dl_stream_article *article);
    /* In order, for each line that is kept, a bad one too. host: of the address, else the outlet;
     * time_ms: when it was seen, else published, else the last one's. */
    enum dl_err (*taken)(void *ctx, const struct dl_stream_article *article,
                         const struct dl_streamed *kept, dl_str host, int64_t time_ms);
    /* All lines are taken and their stories settled: the answers. */
    enum dl_err (*end)(void *ctx, dl_stream *stream);
};

/* With the command's --threads. NULL: *ret_code is the exit code, after saying why. */
dl_stream *dl_stream_open(struct dl_cli *cli, const struct dl_stream_options *options,
                          int *ret_code);
size_t dl_stream_threads(const dl_stream *stream);
/* The files of the command's arguments, standard input without any. The exit code, after saying
 * why; DL_EXIT_PARTIAL when lines were bad. */
int dl_stream_run(dl_stream *stream);
void dl_stream_free(dl_stream *stream); /* NULL ok */

size_t dl_stream_count(const dl_stream *stream);
/* Stays where it is. */
struct dl_streamed *dl_stream_at(dl_stream *stream, size_t line); /* from 0 */
/* The story that a story is in after all joins. */
uint32_t dl_stream_final(const dl_stream *stream, uint32_t story);

#endif

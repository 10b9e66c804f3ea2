#include "serve/door.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/time.h"

enum { TICK_MS = 250, REOPEN_EVERY_MS = 200 };

struct ask {
    enum dl_request_type type;
    dl_str json, bytes;
    dl_door_fn fn; /* NULL: free */
    void *user;
    int64_t until_ms;
    uint64_t id; /* 0: not sent */
};

struct dl_door {
    const char *dir;
    pthread_mutex_t lock; /* of asks and stop */
    struct ask asks[DL_DOOR_MAX];
    bool stop;
    int wake_fd;
    pthread_t thread;
    dl_asker *asker; /* of the thread */
    int64_t opened_ms;
};

void dl_door_ask(dl_door *door, enum dl_request_type type, dl_str json, dl_str bytes, dl_door_fn fn,
                 void *user)
{
    struct ask *free_ask = NULL;
    pthread_mutex_lock(&door->lock);
    for (size_t i = 0; free_ask == NULL && !door->stop && i < DL_DOOR_MAX; i++)
        if (door->asks[i].fn == NULL) free_ask = &door->asks[i];
    if (free_ask != NULL)
        *free_ask = (struct ask){.type = type,
                                 .json = json,
                                 .bytes = bytes,
                                 .fn = fn,
                                 .user = user,
                                 .until_ms = dl_monotonic_ms() + DL_DOOR_WAIT_MS};
    pthread_mutex_unlock(&door->lock);
    if (free_ask == NULL) {
        fn(user, DL_ERR_BUSY);
        return;
    }
    eventfd_write(door->wake_fd, 1);
}

/* --- the thread --------------------------------------------------------------------------- */

static void end(dl_door *door, struct ask *ask, enum dl_err err)
{
    struct ask ended = *ask;
    pthread_mutex_lock(&door->lock);
    ask->fn = NULL;
    pthread_mutex_unlock(&door->lock);
    ended.fn(ended.user, err);
}

/* A place that is taken is only changed by this thread. */
static bool is_taken(dl_door *door, size_t i)
{
    pthread_mutex_lock(&door->lock);
    bool taken = door->asks[i].fn != NULL;
    pthread_mutex_unlock(&door->lock);
    return taken;
}

static void lose(dl_door *door)
{
    dl_asker_free(door->asker);
    door->asker = NULL;
    for (size_t i = 0; i < DL_DOOR_MAX; i++)
        if (is_taken(door, i)) door->asks[i].id = 0;
}

static void send_all(dl_door *door)
{
    for (size_t i = 0; door->asker != NULL && i < DL_DOOR_MAX; i++) {
        struct ask *ask = &door->asks[i];
        if (!is_taken(door, i) || ask->id != 0) continue;
        if (dl_asker_send(door->asker, ask->type, ask->json, ask->bytes, &ask->id) != DL_OK)
            lose(door);
    }
}

static void take_answers(dl_door *door)
{
    struct dl_frame frame;
    enum dl_err err = DL_ERR_BUSY;
    while (door->asker != NULL && (err = dl_asker_next(door->asker, 0, &frame)) == DL_OK)
        for (size_t i = 0; i < DL_DOOR_MAX; i++) {
            if (!is_taken(door, i) || door->asks[i].id != frame.id) continue;
            end(door, &door->asks[i], (enum dl_err)frame.error);
            break;
        }
    if (door->asker != NULL && err != DL_ERR_BUSY) lose(door);
}

/* Is anything asked? Ends what waited too long, or everything. */
static bool tidy(dl_door *door, bool all)
{
    bool any = false;
    for (size_t i = 0; i < DL_DOOR_MAX; i++) {
        if (!is_taken(door, i)) continue;
        bool late = dl_monotonic_ms() > door->asks[i].until_ms;
        if (all || late)
            end(door, &door->asks[i], all ? DL_ERR_NETWORK : DL_ERR_TIMEOUT);
        else
            any = true;
    }
    return any;
}

static void open_door(dl_door *door)
{
    struct dl_diag diag;
    int64_t now = dl_monotonic_ms();
    if (door->asker != NULL || now - door->opened_ms < REOPEN_EVERY_MS) return;
    door->opened_ms = now;
    if (dl_asker_open(door->dir, &door->asker, &diag) != DL_OK) door->asker = NULL;
}

static void wait_for_news(dl_door *door, bool any)
{
    eventfd_t waste;
    struct pollfd fds[2] = {{door->wake_fd, POLLIN, 0}, {-1, POLLIN, 0}};
    if (door->asker != NULL) {
        fds[1].fd = dl_asker_fd(door->asker);
        if (dl_asker_has_more(door->asker)) fds[1].events |= POLLOUT;
    }
    int timeout = any && door->asker == NULL ? REOPEN_EVERY_MS : TICK_MS;
    if (poll(fds, 2, timeout) > 0 && (fds[0].revents & POLLIN)) eventfd_read(door->wake_fd, &waste);
}

static bool is_stopping(dl_door *door)
{
    pthread_mutex_lock(&door->lock);
    bool stop = door->stop;
    pthread_mutex_unlock(&door->lock);
    return stop;
}

static void *work(void *ctx)
{
    dl_door *door = ctx;
    while (!is_stopping(door)) {
        bool any = tidy(door, false);
        if (any) open_door(door);
        send_all(door);
        take_answers(door);
        wait_for_news(door, any);
    }
    tidy(door, true);
    return NULL;
}

/* --- life --------------------------------------------------------------------------------- */

dl_door *dl_door_new(const char *dir)
{
    dl_door *door = calloc(1, sizeof *door);
    if (door == NULL) return NULL;
    door->dir = dir;
    door->opened_ms = -REOPEN_EVERY_MS;
    pthread_mutex_init(&door->lock, NULL);
    door->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (door->wake_fd >= 0 && pthread_create(&door->thread, NULL, work, door) == 0) return door;
    if (door->wake_fd >= 0) close(door->wake_fd);
    free(door);
    return NULL;
}

void dl_door_stop(dl_door *door)
{
    pthread_mutex_lock(&door->lock);
    bool was = door->stop;
    door->stop = true;
    pthread_mutex_unlock(&door->lock);
    if (was) return;
    eventfd_write(door->wake_fd, 1);
    pthread_join(door->thread, NULL);
}

void dl_door_free(dl_door *door)
{
    if (door == NULL) return;
    dl_door_stop(door);
    dl_asker_free(door->asker);
    close(door->wake_fd);
    pthread_mutex_destroy(&door->lock);
    free(door);
}

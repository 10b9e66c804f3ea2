#include "store/syncer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

struct dl_syncer {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t asked_more, synced_more;
    int fd, failed;
    uint64_t asked, synced; /* counts of begin */
    bool stop;
};

static void *run(void *ctx)
{
    dl_syncer *s = ctx;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (s->asked == s->synced && !s->stop)
            pthread_cond_wait(&s->asked_more, &s->lock);
        if (s->asked == s->synced) break;
        uint64_t upto = s->asked;
        int fd = s->fd;
        pthread_mutex_unlock(&s->lock);
        int failed = fdatasync(fd) != 0 ? errno : 0;
        pthread_mutex_lock(&s->lock);
        if (s->failed == 0) s->failed = failed;
        s->synced = upto;
        pthread_cond_signal(&s->synced_more);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

dl_syncer *dl_syncer_new(void)
{
    dl_syncer *s = calloc(1, sizeof *s);
    if (s == NULL) return NULL;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->asked_more, NULL);
    pthread_cond_init(&s->synced_more, NULL);
    /* Signals are for the thread that waits for them. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool good = pthread_create(&s->thread, NULL, run, s) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (good) return s;
    free(s);
    return NULL;
}

void dl_syncer_free(dl_syncer *s)
{
    if (s == NULL) return;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_signal(&s->asked_more);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->asked_more);
    pthread_cond_destroy(&s->synced_more);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

void dl_syncer_begin(dl_syncer *s, int fd)
{
    pthread_mutex_lock(&s->lock);
    s->fd = fd;
    s->asked++;
    pthread_cond_signal(&s->asked_more);
    pthread_mutex_unlock(&s->lock);
}

int dl_syncer_wait(dl_syncer *s, int fd)
{
    dl_syncer_begin(s, fd);
    pthread_mutex_lock(&s->lock);
    while (s->synced != s->asked)
        pthread_cond_wait(&s->synced_more, &s->lock);
    int failed = s->failed;
    pthread_mutex_unlock(&s->lock);
    return failed;
}

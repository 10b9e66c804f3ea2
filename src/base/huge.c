#include "base/huge.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

static size_t whole_pages(size_t bytes)
{
    return (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

void *dl_huge_new(size_t bytes)
{
    if (bytes < HUGE_PAGE) return calloc(1, bytes);
    if (bytes > SIZE_MAX / 2) return NULL;
    /* Where a huge page begins is for us to see to: one more is taken and the ends given back. */
    size_t wanted = whole_pages(bytes), all = wanted + HUGE_PAGE;
    char *p = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
    size_t before = (HUGE_PAGE - (uintptr_t)p % HUGE_PAGE) % HUGE_PAGE;
    if (before > 0) munmap(p, before);
    munmap(p + before + wanted, all - before - wanted);
    madvise(p + before, wanted, MADV_HUGEPAGE); /* a wish */
    return p + before;
}

void dl_huge_free(void *table, size_t bytes)
{
    if (table == NULL) return;
    if (bytes < HUGE_PAGE)
        free(table);
    else
        munmap(table, whole_pages(bytes));
}

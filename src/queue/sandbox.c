#include "queue/sandbox.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* RLIMIT_AS counts mappings, also the 30 MB of ICU data and the binary itself. */
static const rlim_t ADDRESS_SPACE = (rlim_t)1 << 30;

static rlim_t mapped; /* files on top of it */

void dl_sandbox_mapped(size_t bytes)
{
    mapped = bytes;
}

static const int allowed[] = {
    SCMP_SYS(read),        SCMP_SYS(write),         SCMP_SYS(readv),
    SCMP_SYS(writev),      SCMP_SYS(sendto),        SCMP_SYS(recvfrom),
    SCMP_SYS(close),       SCMP_SYS(poll),          SCMP_SYS(mmap),
    SCMP_SYS(munmap),      SCMP_SYS(mremap),        SCMP_SYS(madvise),
    SCMP_SYS(brk),         SCMP_SYS(futex),         SCMP_SYS(getrusage),
    SCMP_SYS(prlimit64),   SCMP_SYS(rt_sigreturn),  SCMP_SYS(exit),
    SCMP_SYS(exit_group),  SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
    SCMP_SYS(getpid),      SCMP_SYS(rt_sigaction),  SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sched_yield), SCMP_SYS(getrandom),     SCMP_SYS(restart_syscall),
    SCMP_SYS(pread64), /* lines of the file that a command was given */
    SCMP_SYS(sysinfo), /* qsort asks how much memory there is */
};
/* A sanitizer's own work: reports, symbol look-up through /proc, stacks. */
static const int allowed_sanitized[] = {
    SCMP_SYS(openat),
    SCMP_SYS(readlink),
    SCMP_SYS(gettid),
    SCMP_SYS(tgkill),
    SCMP_SYS(mprotect),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(lseek),
    SCMP_SYS(clone),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(prctl),
    SCMP_SYS(stat),
    SCMP_SYS(ioctl),
    SCMP_SYS(kill),
    SCMP_SYS(wait4),
    SCMP_SYS(pipe),
    SCMP_SYS(dup),
    SCMP_SYS(rseq),
    SCMP_SYS(getdents64),
    SCMP_SYS(ptrace),
    SCMP_SYS(setrlimit),
    SCMP_SYS(getrlimit),
};

static bool landlock_there(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION) >=
           1;
}

static bool enter_landlock(void)
{
    struct landlock_ruleset_attr attr = {
        .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                             LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                             LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                             LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                             LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                             LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                             LANDLOCK_ACCESS_FS_MAKE_SYM,
    };
    int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (fd < 0) return false;
    bool good = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    close(fd);
    return good;
}

static bool enter_seccomp(void)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (ctx == NULL) return false;
    bool good = true;
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        good = good && seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    for (size_t i = 0; SANITIZED && i < sizeof allowed_sanitized / sizeof *allowed_sanitized; i++)
        good = good && seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed_sanitized[i], 0) == 0;
    /* Library code that looks for a file (a locale, /etc/…) finds none instead of dying. */
    static const int absent[] = {SCMP_SYS(open),       SCMP_SYS(openat), SCMP_SYS(stat),
                                 SCMP_SYS(newfstatat), SCMP_SYS(access), SCMP_SYS(readlink),
                                 SCMP_SYS(fstat),      SCMP_SYS(ioctl),  SCMP_SYS(lseek)};
    for (size_t i = 0; !SANITIZED && i < sizeof absent / sizeof *absent; i++)
        good = good && seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOENT), absent[i], 0) == 0;
    good = good && seccomp_load(ctx) == 0;
    seccomp_release(ctx);
    return good;
}

const char *dl_sandbox_missing(void)
{
    bool landlock = landlock_there();
    bool seccomp = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
    if (!landlock && !seccomp) return "seccomp and Landlock";
    return !landlock ? "Landlock" : !seccomp ? "seccomp" : NULL;
}

enum dl_err dl_sandbox_enter(void)
{
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return DL_ERR_STATE;
    struct rlimit space = {ADDRESS_SPACE + mapped, ADDRESS_SPACE + mapped};
    if (!SANITIZED && setrlimit(RLIMIT_AS, &space) != 0) return DL_ERR_STATE;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return DL_ERR_UNSUPPORTED;
    bool landlock = SANITIZED || enter_landlock();
    bool seccomp = enter_seccomp();
    return landlock && seccomp ? DL_OK : DL_ERR_UNSUPPORTED;
}

void dl_sandbox_more_cpu(void)
{
    struct rusage used;
    struct rlimit limit;
    if (getrusage(RUSAGE_SELF, &used) != 0 || getrlimit(RLIMIT_CPU, &limit) != 0) return;
    /* The kernel counts whole seconds: one more for the part of the current one. */
    limit.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + DL_READER_CPU_S + 1);
    setrlimit(RLIMIT_CPU, &limit);
}

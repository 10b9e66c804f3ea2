"""What the benchmarks share: invented articles and pages, running the command, memory of a process tree.

Everything is made from numbers that a seed gives, so that two runs measure the same input. Python's standard library only.
"""
import json
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

DATELINE = os.path.abspath(os.environ.get('DATELINE', 'build/dateline'))
SAMPLE_S = 0.05
LANGUAGES = ('en', 'de', 'fr', 'es', 'ru', 'ar', 'zh')


def fail(message):
    print(f'bench: {message}', file=sys.stderr)
    sys.exit(1)


def need_command(name):
    done = subprocess.run([DATELINE, name, '--help'], capture_output=True)
    if done.returncode != 0:
        fail(f'{DATELINE} has no command {name}')


# ---------------------------------------------------------------- numbers

class Draw:
    """splitmix64: the same numbers with every Python."""

    def __init__(self, seed):
        self.state = seed * 0xD1342543DE82EF95 & 0xFFFFFFFFFFFFFFFF
        self.state = self.bits()  # else neighbouring seeds give one sequence, shifted

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
        z = (z ^ z >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
        return z ^ z >> 31

    def below(self, n):
        return self.bits() % n

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def of(self, items):
        return items[self.below(len(items))]


# ---------------------------------------------------------------- invented language

SYLLABLES = {
    'latin': [c + v for c in 'b c d f g h j k l m n p r s t v w z br st tr ch'.split() for v in 'a e i o u an er'.split()],
    'cyrillic': [c + v for c in 'б в г д ж з к л м н п р с т ф х ц ч ш'.split() for v in 'а е и о у ан ер'.split()],
    'arabic': [c + v for c in 'ب ت ث ج ح خ د ر ز س ش ص ط ع ف ق ك ل م ن ه'.split() for v in ('', 'ا', 'و', 'ي')],
    'han': [chr(0x4E00 + 19 * k) for k in range(1000)],
}
SCRIPT = {'ru': 'cyrillic', 'ar': 'arabic', 'zh': 'han'}
# The small words by which a text is known to be of its language.
SMALL = {
    'en': 'the of and to in that for on with was said is by as from at has have were after'.split(),
    'de': 'der die das und in den von zu mit ist auf für im nicht dem des sich ein sagte nach'.split(),
    'fr': 'le la les de des et à en un une que dans pour sur est par au avec a été selon'.split(),
    'es': 'el la los de que y en un una por con para del se las al fue dijo su como'.split(),
    'ru': 'и в на не что с по из за для от как к его это был сказал после также'.split(),
    'ar': 'في من على إلى أن عن مع هذا التي الذي بعد قال كان قد بين حتى كما'.split(),
    'zh': '的 在 是 了 和 有 对 与 为 说 于 将 后'.split(),
}
VOCABULARY = 6000
_words = {}


def word(draw, lang, least=2):
    parts = SYLLABLES[SCRIPT.get(lang, 'latin')]
    return ''.join(draw.of(parts) for _ in range(draw.between(least, least if lang == 'zh' else least + 2)))


def vocabulary(lang):
    if lang not in _words:
        draw = Draw(sum(map(ord, lang)))
        _words[lang] = [word(draw, lang) for _ in range(VOCABULARY)]
    return _words[lang]


class Scene:
    """What one invented event is about: names and words that its articles share."""

    def __init__(self, lang, number):
        draw, words = Draw(number * 7919 + 5), vocabulary(lang)
        self.lang, self.number = lang, number
        self.names = [word(draw, lang, 3).capitalize() for _ in range(6)]  # new ones: few words tell events apart so well
        self.words = [draw.of(words) for _ in range(30)]


def sentence(draw, lang, scene):
    words, common = vocabulary(lang), SMALL[lang]
    out = []
    for _ in range(draw.between(9, 24)):
        kind = draw.below(20)
        if kind < 8:
            out.append(draw.of(common))
        elif kind < 10:
            out.append(draw.of(scene.names))
        elif kind < 14:
            out.append(draw.of(scene.words))
        elif kind < 19:
            # Frequent words are frequent: the square root law of a drawn rank.
            rank = draw.below(VOCABULARY)
            out.append(words[rank * rank // VOCABULARY])
        else:
            out.append(str(draw.between(2, 4000)))
    text = ('' if lang == 'zh' else ' ').join(out)
    return text[0].upper() + text[1:] + ('。' if lang == 'zh' else '. ')


def paragraphs(draw, scene, count):
    return [''.join(sentence(draw, scene.lang, scene) for _ in range(draw.between(2, 5))).strip() for _ in range(count)]


def title_of(draw, scene):
    words = [draw.of(scene.names)] + [draw.of(scene.words + SMALL[scene.lang]) for _ in range(6)] + [draw.of(scene.names)]
    return ('' if scene.lang == 'zh' else ' ').join(words)


def moment(number, step_s=60):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(1772323200 + number * step_s))


def articles(count, per_scene=1):
    """Articles as NDJSON objects; per_scene of them tell of one event, in the words of different outlets."""
    for n in range(count):
        scene_number = n // per_scene
        scene = Scene(LANGUAGES[scene_number % len(LANGUAGES)], scene_number)
        draw = Draw(n + 1)
        host = f'outlet{draw.below(400)}.example'
        yield {'id': f'bench-{n}', 'url': f'https://{host}/news/{n}', 'outlet': host, 'language': scene.lang,
               'published': moment(n), 'title': title_of(draw, scene), 'text': '\n\n'.join(paragraphs(draw, scene, 6))}


def write_ndjson(path, objects):
    with open(path, 'w', encoding='utf-8') as f:
        for o in objects:
            f.write(json.dumps(o, ensure_ascii=False) + '\n')


# ---------------------------------------------------------------- running

def children_of(pid):
    try:
        with open(f'/proc/{pid}/task/{pid}/children') as f:
            return [int(p) for p in f.read().split()]
    except OSError:
        return []


def tree(pid):
    pids, at = [pid], 0
    while at < len(pids):
        pids.extend(children_of(pids[at]))
        at += 1
    return pids


def memory_kb(pid):
    """Proportional set size: pages that processes share are counted once over all of them."""
    try:
        with open(f'/proc/{pid}/smaps_rollup') as f:
            return sum(int(line.split()[1]) for line in f if line.startswith('Pss:'))
    except OSError:
        return 0


class Watch(threading.Thread):
    """Peak memory and number of processes below a process, sampled."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak_kb, self.processes, self.over = pid, 0, 0, threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(SAMPLE_S):
            pids = tree(self.pid)
            self.peak_kb = max(self.peak_kb, sum(map(memory_kb, pids)))
            self.processes = max(self.processes, len(pids))

    def stop(self):
        self.over.set()
        self.join()


class Run:
    """One command from start to end: seconds, seconds of CPU, peak memory of all its processes."""

    def __init__(self, *args, stdin=None):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        with tempfile.TemporaryFile() as err:
            p = subprocess.Popen([DATELINE, *args], stdin=stdin or subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err)
            watch = Watch(p.pid)
            self.exit = p.wait()
            self.seconds = time.monotonic() - start
            watch.stop()
            err.seek(0)
            self.stderr = err.read().decode(errors='replace')
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.peak_mb, self.processes = watch.peak_kb / 1024, watch.processes


def loop(job, path, seconds):
    """Documents a second of processor time, one value for each part of the time."""
    program = os.path.join(os.path.dirname(DATELINE), 'bench', 'loop')
    done = subprocess.run([program, job, path, str(seconds)], stdout=subprocess.PIPE)
    if done.returncode != 0:
        fail(f'{program} {job} ended with {done.returncode}')
    return [float(line) for line in done.stdout.split()]


class Folder:
    """A temporary folder that is removed again; BENCH_TMP says where (a slow or small /tmp)."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix='dateline-bench-', dir=os.environ.get('BENCH_TMP'))
        return self.path

    def __exit__(self, *error):
        shutil.rmtree(self.path, ignore_errors=True)


def folder_bytes(path):
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(path) for f in files)


def stored(store):
    """Documents in the store, as the command tells them."""
    done = subprocess.run([DATELINE, 'export', '--store', store, 'documents'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.count(b'\n')


def show(name, value):
    print(name, f'{value:.1f}' if isinstance(value, float) else value, flush=True)


def show_spread(name, values):
    """Median with the range: one number alone hides a machine that does something else."""
    values = sorted(values)
    p95 = values[min(len(values) - 1, int(len(values) * .95))]
    print(f'{name} {statistics.median(values):.1f} (min {values[0]:.1f}, p95 {p95:.1f}, n {len(values)})', flush=True)


class Server:
    """`dateline serve --offline` on a port of its own; ready when it has said where it listens."""

    LISTENS = re.compile(r'listening\b[^\n]*?http://([0-9.]+):([0-9]+)')

    def __init__(self, store, patience_s=60):
        self.log = tempfile.TemporaryFile()
        self.start = time.monotonic()
        self.process = subprocess.Popen([DATELINE, 'serve', '--offline', '--store', store, '--listen', '127.0.0.1:0'],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.log)
        while True:
            found = self.LISTENS.search(self.words())
            if found:
                break
            if self.process.poll() is not None or time.monotonic() > self.start + patience_s:
                self.stop()
                fail('serve did not say where it listens:\n' + self.words()[-2000:])
            time.sleep(0.001)
        self.host, self.port = found.group(1), int(found.group(2))
        self.listening_ms = (time.monotonic() - self.start) * 1000

    def words(self):
        return os.pread(self.log.fileno(), 1 << 20, 0).decode(errors='replace')

    def stop(self):
        start = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return (time.monotonic() - start) * 1000

#!/usr/bin/env python3
"""Site memory: what it is worth on a site of invented articles, that it does no harm, that it depends on the order alone.

usage: test_site.py DATELINE [--measure]
"""
import http.server
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading

import tap
from loopback import Server
from tap import ok

DATELINE = os.path.abspath(sys.argv[1])
WHO = "fishers teachers sailors gardeners bakers printers drivers nurses builders weavers".split()
WHAT = ("came in before the storm", "stood at the market", "were painted again", "had been counted twice", "wait for repair",
        "left the northern quay", "went to the next valley", "were lent to the school")
BOXES = ("Letters from Example Bay come every morning before breakfast: write down where they should be sent.",
         "More of what the harbour talks about stands in the Sunday paper, which is printed on the bay's own paper.",
         "Readers who were there may send the newsroom their own pictures of the day, and tell who took them.")
BACKGROUND = ("The harbour of Example Bay was closed in spring, when the old bridge was found to be weak, and ships have used the "
              "northern quay since then.")


def sentence(draw):
    return (f"On the {draw.randint(1, 28)}th day the {draw.choice(WHO)} of quarter {draw.randint(1, 400)} said that "
            f"{draw.randint(2, 900)} boats {draw.choice(WHAT)}, which nobody had seen in {draw.randint(3, 90)} years.")


def article(n, site, template="story"):
    """(html, the paragraphs that are its text)"""
    draw = random.Random(f"{site} {n}")
    own = [" ".join(sentence(draw) for _ in range(draw.randint(1, 3))) for _ in range(draw.randint(4, 9))]
    if n % 5 == 2:  # a running story, which tells each time how it began
        own.insert(len(own) - 1, BACKGROUND)
    teasers = [f"{sentence(random.Random(f'{site} teaser {t}'))} Read on." for t in range(n // 6, n // 6 + 3)]
    inner = [f"<p>{p}</p>" for p in own]
    inner.insert(2, f"<div class=zq1><p>{BOXES[0]}</p></div>")
    inner.append(f"<div class=zq2><p>{BOXES[1]}</p><p>{BOXES[2]}</p></div>")
    inner.append("<div class=zq3>" + "".join(f"<div><p>{t}</p></div>" for t in teasers) + "</div>")
    title = f"EXAMPLE: Report {n} of the bay"
    html = (f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title><link rel=canonical "
            f"href='https://{site}/r/{n}'></head><body><div class=page><div class='{template}-text'><h1>{title}</h1>"
            f"{''.join(inner)}</div></div></body></html>")
    return html, own


def words(text):
    out = {}
    for w in text.split():
        out[w] = out.get(w, 0) + 1
    return out


def score(texts, truths):
    """(precision, recall) in words, over all articles"""
    hit = found = wanted = 0
    for text, truth in zip(texts, truths):
        a, b = words(text), words(" ".join(truth))
        hit += sum(min(n, b.get(w, 0)) for w, n in a.items())
        found += sum(a.values())
        wanted += sum(b.values())
    return hit / max(found, 1), hit / wanted


def run(*args, **kwargs):
    return subprocess.run([DATELINE, *args], capture_output=True, timeout=300, **kwargs)


def rows(store, sql):
    db = sqlite3.connect(f"file:{store}/dateline.db?mode=ro", uri=True)
    out = db.execute(sql).fetchall()
    db.close()
    return out


def stored_texts(store, numbers, site):
    found = dict(rows(store, "SELECT d.url, r.text FROM document d JOIN revision r ON r.revision = d.revision"))
    return [found.get(f"https://{site}/r/{n}", "") for n in numbers]


def write_pages(folder, site, numbers, template="story"):
    os.makedirs(folder, exist_ok=True)
    for n in numbers:
        with open(os.path.join(folder, f"{n:04}.html"), "w", encoding="utf-8") as out:
            out.write(article(n, site, template)[0])


def extract(pages):
    lines = "".join(json.dumps({"id": str(i), "html": p, "url": "https://a.example/x"}) + "\n" for i, p in enumerate(pages))
    out = run("extract", "--batch", "-", input=lines.encode())
    return [json.loads(line)["text"] for line in out.stdout.splitlines()]


def value(folder):
    site, numbers = "bay.example", range(1, 61)
    pages = os.path.join(folder, "pages")
    write_pages(pages, site, numbers)
    truths = [article(n, site)[1] for n in numbers]
    store = os.path.join(folder, "store")
    for n in range(1, 61, 10):  # as they come, some at a time
        r = run("ingest", "--store", store, *(os.path.join(pages, f"{k:04}.html") for k in range(n, n + 10)))
    ok(r.returncode == 0, "a site of 60 articles is read", r.stderr)
    before = score(extract([article(n, site)[0] for n in numbers]), truths)
    texts = stored_texts(store, numbers, site)
    after, last = score(texts, truths), score(texts[29:], truths[29:])
    print(f"# words: stateless P {before[0]:.3f} R {before[1]:.3f}; all 60 with memory P {after[0]:.3f} R {after[1]:.3f}; "
          f"from the 30th on P {last[0]:.3f} R {last[1]:.3f}")
    ok(before[0] < .75 and last[0] > .87, "what stands on other articles is no longer part of one", (before, after, last))
    ok(after[1] >= before[1] and after[1] == 1, "nothing that is the article's own is lost", (before, after))
    ok(all(BACKGROUND in t for n, t in zip(numbers, texts) if n % 5 == 2), "the background of a running story stays")
    ok(extract([article(7, site)[0]])[0].find(BOXES[0]) > 0 and stored_texts(store, [1], site)[0].find(BOXES[0]) > 0,
       "a site that was never seen is read as ever")
    return store


def drift(folder, store):
    site = "bay.example"
    pages = os.path.join(folder, "new")
    write_pages(pages, site, range(61, 93), "longread")
    r = run("ingest", "--store", store, pages)
    row = rows(store, "SELECT changed IS NOT NULL, root, root_before FROM site WHERE host = 'bay.example'")
    ok(row == [(1, "html > body > div.page > div.longread-text", "html > body > div.page > div.story-text")],
       "a changed template is noticed", row)
    ok(b"changed its template" in r.stderr and b"bay.example" in r.stderr, "and told", r.stderr[-500:])
    texts = stored_texts(store, range(86, 93), site)
    ok(score(texts, [article(n, site)[1] for n in range(86, 93)])[0] > .8, "the new one is learnt")


def shown(store):
    """The source's page as a person sees it; its articles came by files, so the channel that saw them is made up."""
    db = sqlite3.connect(os.path.join(store, "dateline.db"))
    db.execute("INSERT INTO feed (outlet, url) VALUES ('bay.example', 'https://bay.example/rss')")
    db.execute("INSERT INTO channel_seen (feed, document, seen_by) SELECT (SELECT max(feed) FROM feed), document, seen_by FROM document")
    db.commit()
    db.close()
    site = json.loads(run("sources", "show", "bay.example", "--json", "--store", store).stdout)["sites"][0]
    ok(site["host"] == "bay.example" and site["pages"] == 92 and site["boilerplate_texts"] >= 3 and "template_changed" in site
       and site["root_before"].endswith("div.story-text"), "what is known of the site is in the API", site)
    text = run("sources", "show", "bay.example", "--store", store).stdout.decode()
    ok("new template since" in text and "div.longread-text" in text, "and in words", text)


def same_again(folder):
    """Edited, copied, read twice: none of it teaches that a text is boilerplate."""
    site = "wire.example"
    pages, store = os.path.join(folder, "copies"), os.path.join(folder, "copies-store")
    os.makedirs(pages)
    html, own = article(1, site)
    for n in range(40):
        with open(os.path.join(pages, f"{n}.html"), "w", encoding="utf-8") as out:
            out.write(html.replace(f"/r/1'", f"/r/{n}'").replace("Report 1 ", f"Report {n} "))
    run("ingest", "--store", store, pages)
    texts = stored_texts(store, range(40), site)
    ok(score(texts, [own] * 40)[1] == 1, "an article under forty addresses stays whole")


class Publisher(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        body, status = b"User-agent: *\nCrawl-delay: 1\n", 200
        if self.path.startswith("/r/"):
            body = article(int(self.path[3:]), "bay.example")[0].replace("https://bay.example/", "/").encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if self.path.startswith("/r/") else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def order_alone(folder):
    web = Server(("127.0.0.1", 0), Publisher)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    archive, live = os.path.join(folder, "archive"), os.path.join(folder, "live")
    urls = [f"http://127.0.0.1:{web.server_address[1]}/r/{n}" for n in range(1, 23)]
    r = run("ingest", "--store", live, "--archive", archive, "--egress-allow", "127.0.0.1/32", *urls)
    web.shutdown()
    dump = run("export", "ledger", "--store", live).stdout
    ok(r.returncode == 0 and dump.count(b'"site_memory"') > 0 and dump.count(b'"site_sample"') == 22,
       "what is fetched is remembered", r.stderr)
    kept = rows(live, f"SELECT count(*) FROM revision WHERE text LIKE '%{BOXES[0][:30]}%'")
    ok(4 <= kept[0][0] <= 12, "later pages are read with it", kept)
    for threads in ("1", "3"):
        again = os.path.join(folder, "again" + threads)
        r = run("ingest", "--store", again, "--threads", threads, archive)
        ok(run("export", "ledger", "--store", again).stdout == dump, f"its archive makes the same store with {threads} readers",
           r.stderr[-300:])


def main():
    folder = tempfile.mkdtemp(prefix="dateline-site-")
    try:
        store = value(folder)
        drift(folder, store)
        shown(store)
        same_again(folder)
        if "--measure" not in sys.argv:
            order_alone(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return tap.end()


sys.exit(main())

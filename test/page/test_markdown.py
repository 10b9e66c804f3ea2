#!/usr/bin/env python3
"""Markdown of pages, read by a real renderer (cmark-gfm): what it shows is what the page says.

Every page of cases/ and pages full of characters that mean something in Markdown: the rendered
words are title, deck and text of the JSON, character by character but for white space; the only
links are those of the JSON; no element is there that the article has no block for.
"""
import html.parser
import json
import os
import random
import shutil
import subprocess
import sys

SKIPPED = 77
PLAIN = {"h1", "p", "strong", "br", "a"}
OF_KIND = {"heading": {"h2", "h3", "h4", "h5", "h6"}, "list_item": {"ul", "ol", "li"},
           "quote": {"blockquote"}, "caption": {"em"}, "code": {"pre", "code"},
           "table": {"table", "thead", "tbody", "tr", "th", "td"}}


class Rendered(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.words, self.tags, self.links = [], set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links.update(v for k, v in attrs if k in ("href", "src"))

    def handle_data(self, data):
        self.words.append(data)


def extract(page, form):
    run = subprocess.run([os.environ["DATELINE"], "extract", "--url", "https://coast.example/a/b",
                          "--format", form], input=page, capture_output=True, check=False)
    return run.stdout.decode("utf-8", "strict")


def squeezed(text):
    return "".join(text.split())


def decoded(url):
    """cmark writes some characters of an address percent-encoded."""
    return bytes(url, "utf-8").replace(b"%5C", b"\\").replace(b"%5B", b"[").replace(b"%5D", b"]")


def wrong(page):
    o = json.loads(extract(page, "json"))
    if "error" in o or o.get("items"): # times of entries stand between the words
        return None
    out = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "strikethrough"],
                         input=extract(page, "markdown").encode(), capture_output=True, check=True)
    shown = Rendered(out.stdout.decode())
    want = squeezed(o.get("title", "") + o.get("subtitle", "") + o.get("text", ""))
    got = squeezed("".join(shown.words))
    if got != want:
        at = next((i for i, (a, b) in enumerate(zip(got, want)) if a != b), min(len(got), len(want)))
        return f"shows {got[at:at + 60]!r} for {want[at:at + 60]!r}"
    allowed = PLAIN.union(*(OF_KIND.get(b["kind"], set()) for b in o.get("blocks", [])))
    if shown.tags - allowed:
        return f"elements {sorted(shown.tags - allowed)}"
    others = {decoded(u) for u in shown.links} - {decoded(x["href"]) for x in o.get("links", [])}
    return f"links {sorted(others)}" if others else None


MARKS = ["#", "##", "- ", "+", "* ", "1. ", "2) ", ">", "```", "~~~", "---", "===", "|", "| - |",
         "|---|---|", "[a](javascript:b)", "![i](x)", "[r]: https://evil.example", "[r]", "<b>",
         "<!--", "&lt;", "&#35;", "\\", "\\*", "_a_", "__b__", "*c*", "**d**", "~~e~~", "`f`",
         "    indented", "\t", "a_b", "x", "مرفأ", "港口", ":", ":-:", "10.", "<br/>", "&copy;", "!"]
ESCAPED = str.maketrans({"<": "&lt;", "&": "&amp;"})


def hostile(seed):
    chance = random.Random(seed)

    def words(n):
        return " ".join(chance.choice(MARKS) for _ in range(n)).translate(ESCAPED)

    prose = "The harbour of Veldmark was closed on Monday after the storm, the port office said."
    parts = [f"<title>{words(3)}</title><article><h1>{words(4)}</h1><p>{prose}</p>"]
    for _ in range(8):
        parts.append(chance.choice([
            f"<p>{words(6)}<br>{words(4)}<br>{words(2)} {prose}</p>",
            f"<ul><li>{words(3)}<ol><li>{words(2)}<li><p>{words(2)}</p><p>{words(3)}</p></ol>"
            f"<li>{words(4)}<br>{words(2)}</ul>",
            f"<blockquote><p>{words(5)} {prose}<br>{words(3)}</p></blockquote>",
            f"<table><tr><th>{words(1)}<th>{words(2)}<tr><td><td>{words(2)}<br>{words(1)}</table>",
            f"<pre>{words(4)}\n{words(3)}\n\n{words(2)}</pre><p>{prose}</p>",
            f"<h2>{words(3)}</h2><p>{prose}</p>",
            f"<p>{prose} <a href='/p_(1)?a=&amp;lt;&amp;b=]\\'>{words(3)}</a> {words(2)}</p>"]))
    return "".join(parts).encode()


def main():
    if shutil.which("cmark-gfm") is None:
        return SKIPPED
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases")
    pages = [(n, open(os.path.join(root, n, "page.html"), "rb").read())
             for n in sorted(os.listdir(root))]
    pages += [(f"hostile {seed}", hostile(seed)) for seed in range(20)]
    failed = 0
    for name, page in pages:
        fault = wrong(page)
        if fault is not None:
            print(f"{name}: {fault}")
            failed += 1
    print(f"{len(pages)} pages, {failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

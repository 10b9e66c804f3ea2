#!/usr/bin/env python3
"""docs/sources.md explains every reason that a feed's poll can end with, or its next one have.

The words are taken out of the sources: what the program can say and the guide does not, fails.
usage: test_sources_words.py SOURCE_ROOT
"""
import os
import re
import sys

LITERALS = r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*'
# File, and what stands before the words there.
PLACES = [("src/net/client_fault.def", r'DL_FAULT_ROW\(\w+, "\w+", \w+, '),
          ("src/net/schedule.c", r"snprintf\(why, size,\s+"),
          ("src/net/schedule.c", r"say_failure\(f, "),
          ("src/net/trust.c", r"snprintf\(ret_words, DL_TRUST_WORDS,\s+"),
          ("src/queue/writer_poll.c", r"(?:return |\? |: )(?=\"the|\"there|\"no )"),
          ("src/queue/writer_poll.c", r"dl_str_fmt\(op->arena, "),
          ("src/queue/writer_poll.c", r"#define SPARED "),
          ("src/queue/writer_private.h", r"#define DL_NOBODY_REACHED "),
          ("src/serve/source_health.c", r"dl_str_fmt\(arena,\s+(?=\"(?:silent|Two looks|saw|usually|set))"),
          ("src/store/ledger_feed.c", r"why = '(?=It )"),
          ("src/store/ledger_hub.c", r"UPDATE feed SET [^;]*?why = '(?=its hub)"),
          ("src/store/ledger_source.c", r"why = '(?=at once)")]
NOT_TOLD = ["the address is not a valid http", "the host asked to be left alone", "too many large answers",
            "Dateline stopped before", "Dateline is wrong here"]  # of an address, of pages, of ourselves


def words_in(text, before):
    for found in re.finditer(before, text):
        rest = text[found.end():]
        if rest.startswith('"'):
            literal = re.match(LITERALS, rest).group(0)
            yield "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literal)).replace('\\"', '"')
        else:  # inside a statement of SQL
            yield re.sub(r'"\s*\n\s*"', "", rest[:rest.index("'") if "'" in rest else 0])


def beginning(words):
    """What is the same in each: up to a number, a name, or what only explains."""
    return re.split(r"[%(;:,]", words)[0].strip()


def main():
    root = sys.argv[1]
    with open(os.path.join(root, "docs", "sources.md"), encoding="utf-8") as file:
        guide = file.read()
    rows = []
    for path, before in PLACES:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            found = [beginning(w) for w in words_in(file.read(), before)]
        rows.append((f"{path} has words behind {before!r}", bool(found)))
        rows += [(w, w in guide) for w in found if len(w) > 3 and not w.startswith(tuple(NOT_TOLD))]
    print(f"1..{len(rows)}")
    for number, (name, good) in enumerate(rows, 1):
        print("ok" if good else "not ok", number, "-", name.replace("#", "\\#"))
    return 0


sys.exit(main())

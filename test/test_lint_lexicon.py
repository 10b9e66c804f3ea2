#!/usr/bin/env python3
"""tools/lint-lexicon finds what it is there for: a bad row is planted in a copy of a small lexicon.

usage: test_lint_lexicon.py SOURCE_ROOT
"""
import os
import subprocess
import sys
import tempfile

ROOT = sys.argv[1]
GOOD = {"en/times.tsv": "kind\twords\tvalue\nunit\tday|days\tD\n", "en/timeforms.tsv": "means\tform\nago\t<n> <unit> ago\n",
        "en/words.tsv": "class\twords\ndet\tthe a\n"}
PLANTED = [  # file, its text, the word of the complaint
    ("en/times.tsv", "kind\twords\tvalue\nunit\tday|days\tD\n", ""),
    ("en/times.tsv", "words\tkind\tvalue\nday\tunit\tD\n", "columns"),
    ("en/times.tsv", "kind\twords\tvalue\nunit\tday\n", "cells"),
    ("en/times.tsv", "kind\twords\tvalue\nunits\tday\tD\n", "no kind"),
    ("en/times.tsv", "kind\twords\tvalue\nunit\tday|\tD\n", "empty form"),
    ("en/times.tsv", "kind\twords\tvalue\nunit\tday|day\tD\n", "twice"),
    ("en/times.tsv", "kind\twords\tvalue\nunit\t day\tD\n", "stray space"),
    ("en/times.tsv", "kind\twords\tvalue\nunit\tday\tD\nunit\tday\tD\n", "same as line"),
    ("en/times.tsv", "kind\twords\tvalue\nunit\tde\u0301cade\tE\n", "NFC"),
    ("en/times.tsv", "kind\twords\tvalue\r\nunit\tday\tD\r\n", "LF"),
    ("en/timeforms.tsv", "means\tform\nago\t<number_> <unit> ago\n", "no slot"),
    ("en/timeforms.tsv", "means\tform\nback\t<n> <unit> ago\n", "no meaning"),
    ("en/timeforms.tsv", "means\tform\nago\t[<n> <unit> ago\n", "brackets"),
    ("en/abbreviations.tsv", "word\tkind\nMr.\ttitles\n", "no kind"),
    ("en/words.tsv", "class\twords\nnoun\tthe a\n", "no class"),
    ("dates/relative.tsv", "pattern\tunit\tn\tlanguage\n@ days ago\tdays\t-@\ten\n", "no unit"),
]


def check(planted, text):
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.join(ROOT, "src"), os.path.join(folder, "src"))
        for name, content in {**GOOD, planted: text}.items():
            path = os.path.join(folder, "lexicon", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as out:
                out.write(content)
        done = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "lint-lexicon"), folder], capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stdout


def main():
    failed = 0
    print(f"1..{len(PLANTED)}")
    for number, (name, text, word) in enumerate(PLANTED, 1):
        code, said = check(name, text)
        good = code == 0 and not said if not word else code == 1 and word in said
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}: {word or 'a good file'}")
        if not good:
            print("# " + said.replace("\n", "\n# "))
    return 1 if failed else 0


sys.exit(main())

#!/usr/bin/env python3
"""train/statements/check finds what it is there for: a fault is planted in a good file.

usage: test_check_statements.py SOURCE_ROOT
"""
import os
import subprocess
import sys
import tempfile

ROOT = sys.argv[1]
TOLD = "{{s1 Clerk {0}}} {{c1 said}} {{t1 pier {0} was shut}}."
PLANTED = [  # a sentence, the word of the complaint
    ("“{t1 We were never told},” {c1 said} {s1 Ana}, “{t1 and nobody asked}.”", ""),
    ("{t1 He {c1 allegedly} ran}.", ""),
    ("{s1 A} {c1 told} {s2 B}, which {c2 said} {t2 {t1 it was late}}.", ""),
    ("{s1 Ana {c1 said} {t1 it was late}.", "not closed"),
    ("{s1 Ana}} {c1 said} {t1 it was late}.", "never opened"),
    ("{x1 Ana} {c1 said} {t1 it was late}.", "without role"),
    ("{s1 Ana} {c1 said} {t it was late}.", "without role"),
    ("{s1 Ana} {c1 said}.", "no content"),
    ("{s2 Ana} {c2 said} {t2 it was late}.", "numbers"),
    ("{s1 Ana } {c1 said} {t1 it was late}.", "space"),
    ("{t1 It was late,} {c1 said} {s1 Ana}.", "punctuation"),
    ("{s1 Ana} {c1 said}: {t1 “It was late”}.", "quotation marks"),
    ("{s1 Ana} {c1 said} {t1 {t1 it} was late}.", "overlaps"),
    ("{s1 Ana} {c1 said}  {t1 it was late}.", "spaces"),
    ("{s1 Ana} {c1 said} {t1 the cafe\u0301 was shut}.", "NFC"),
    ("The pier was shut.\n\nThe end.", "article of"),
    ("The pier 1 was open.", "same as"),
]


def good_file():
    lines = ["# lang: xx", "# invented news, CC0", ""]
    for n in range(1, 41):
        lines += ["The pier %d was open." % n, TOLD.format(n), TOLD.format("%d-a" % n), "¶", "Rain fell at %d." % n, ""]
    return lines


def check(lines):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "xx.txt")
        with open(path, "w", encoding="utf-8", newline="") as out:
            out.write("\n".join(lines))
        done = subprocess.run([sys.executable, os.path.join(ROOT, "train", "statements", "check"), path],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


def cases():
    for text, word in PLANTED:
        lines = good_file()
        lines.insert(6, text)
        yield text, lines, word
    yield "no head", good_file()[1:], "must begin"
    yield "too few", good_file()[:99] + [""], "are due"
    yield "little told", [line.translate(str.maketrans("", "", "{}")) for line in good_file()], "hold a statement"


def main():
    failed, all_cases = 0, list(cases())
    print(f"1..{len(all_cases)}")
    for number, (name, lines, word) in enumerate(all_cases, 1):
        code, said = check(lines)
        good = code == 0 if not word else code == 1 and word in said
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name!r}: {word or 'a good file'}")
        if not good:
            print("# " + said.replace("\n", "\n# "))
    return 1 if failed else 0


sys.exit(main())

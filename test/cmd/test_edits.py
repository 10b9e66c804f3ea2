#!/usr/bin/env python3
"""Edits through real readers and a real server: noise, silent and marked edits, in several scripts.

usage: test_edits.py DATELINE
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

DATELINE = os.path.abspath(sys.argv[1])
TEXTS = {
    "en": ("EXAMPLE: Bridge closed", "{} people were hurt when the old bridge gave way on Monday.\n\nIt stays closed until May.",
           "Five", "Seven", "1,234 views", "Correction: an earlier version gave another number."),
    "ar": ("مثال: الجسر مغلق", "أصيب {} أشخاص عندما انهار الجسر القديم يوم الاثنين.\n\nسيبقى مغلقا حتى مايو.",
           "خمسة", "سبعة", "منذ ٥ دقائق", "تصحيح: في نسخة سابقة ورد رقم آخر."),
    "zh": ("示例:旧桥关闭", "周一旧桥坍塌,造成{}受伤。\n\n大桥将关闭至五月。", "五人", "七人", "5分钟前 阅读 120", "更正:此前版本数字有误。"),
    "th": ("ตัวอย่าง: สะพานปิด", "มีผู้บาดเจ็บ{}คนเมื่อสะพานเก่าถล่มในวันจันทร์\n\nสะพานจะปิดจนถึงเดือนพฤษภาคม", "ห้า", "เจ็ด",
           "5 นาทีที่แล้ว", "แก้ไข: ตัวเลขก่อนหน้านี้ไม่ถูกต้อง"),
}
failed = 0
number = 0


def ok(good, name, detail=""):
    global failed, number
    number += 1
    failed += not good
    print(("ok" if good else "not ok"), number, "-", name)
    if not good:
        print("#", str(detail)[:2000])


def run(store, *args):
    done = subprocess.run([DATELINE, args[0], "--store", store, *args[1:]], capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def ingest(store, folder, word, line):
    path = os.path.join(folder, "articles.ndjson")
    with open(path, "w", encoding="utf-8") as file:
        for lang, (title, text, five, seven, noise, notice) in TEXTS.items():
            body = text.format({"five": five, "seven": seven}[word])
            more = {"noise": noise, "other": re.sub("[0-9٥]", "9", noise), "notice": notice, "": ""}[line]
            file.write(json.dumps({"url": f"https://blatt.example/{lang}", "title": title, "language": lang,
                                   "text": body + ("\n\n" + more if more else ""), "outlet": "blatt"}) + "\n")
    code, _, err = run(store, "ingest", path)
    assert code == 0, err


def edits(store, lang):
    code, out, err = run(store, "diff", "--json", f"https://blatt.example/{lang}")
    assert code == 0, err
    return json.loads(out)["data"]


def main():
    with tempfile.TemporaryDirectory(prefix="dateline-edits-") as folder:
        store = os.path.join(folder, "store")
        ingest(store, folder, "five", "noise")
        ingest(store, folder, "five", "other")
        for lang in TEXTS:
            ok(edits(store, lang) == [], f"{lang}: counters and times passed are no edit", edits(store, lang))
        ingest(store, folder, "seven", "other")
        ingest(store, folder, "five", "notice")
        for lang, (_, _, five, seven, _, _) in TEXTS.items():
            rows = edits(store, lang)
            ok([r["edit"] for r in rows] == ["marked", "silent"], f"{lang}: one edit is silent, one owns up", rows)
            changed = [(r["op"], r["text"].strip()) for r in rows[1]["text"]["runs"] if r["op"] != "same"]
            ok(("deleted", five) in changed and ("inserted", seven) in changed, f"{lang}: the word is marked", changed)
            code, out, _ = run(store, "diff", f"https://blatt.example/{lang}")
            ok(code == 0 and f"[-{five}-]{{+{seven}+}}" in out, f"{lang}: and in the terminal", out)
        server = subprocess.Popen([DATELINE, "serve", "--offline", "--store", store, "--listen", "127.0.0.1:0"],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            base = next(m.group(0) for line in server.stdout if (m := re.search(r"http://127\.0\.0\.1:\d+", line)))
            document = json.loads(run(store, "diff", "--json", "https://blatt.example/ar")[1])["document"]

            def get(path):
                with urllib.request.urlopen(base + path, timeout=20) as answer:
                    return answer.read().decode()

            page = get("/d/" + document)
            ok("<del>خمسة </del>" in page and "<ins>سبعة </ins>" in page, "the page marks the words",
               page[page.find("What changed"):])
            ok(re.search(r'<p class="diff" lang="ar" dir="auto">', page), "with their direction")
            ok("edited silently" in page and "with a notice" in page, "and says which edit owned up")
            rows = json.loads(get(f"/api/v1/documents/{document}/revisions"))["data"]
            ok(["edit" in r for r in rows] == [False, True, True] and rows[-1]["shown"], "revisions in the API", rows)
            diff = json.loads(get(f"/api/v1/documents/{document}/diff"))
            ok(diff == json.loads(run(store, "diff", "--json", document)[1]), "diff as the command gives it", diff)
            other = json.loads(run(store, "diff", "--json", "https://blatt.example/zh")[1])["document"]
            two = json.loads(get(f"/api/v1/documents/{document}/diff?with={other}"))["data"]
            ok(len(two) == 1 and "edit" not in two[0], "two documents compared", two)
        finally:
            server.terminate()
            server.wait(timeout=30)
    print(f"1..{number}")
    return 1 if failed else 0


sys.exit(main())

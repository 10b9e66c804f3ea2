#!/usr/bin/env python3
"""The same text gives the same bytes: in another process, zone of time, locale, folder and number of threads.

usage: test_same_bytes.py DATELINE
"""
import json
import os
import subprocess
import sys
import tempfile

import tap
from tap import ok

DATELINE = os.path.abspath(sys.argv[1])
PLACES = [{"TZ": "UTC", "LANG": "C"}, {"TZ": "Asia/Kathmandu", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
          {"TZ": "America/St_Johns", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"}, {"TZ": "Pacific/Kiritimati", "LC_ALL": "fa_IR"},
          {"TZ": ":nonsense", "LC_ALL": "xx_YY.nonsense"}]
TEXTS = {
    "en": "BAY TOWN, May 3 (AP) - The I.M.F. met Istanbul officials on Monday at 1,234.5 knots. Prof. Ilin said \"we saw it. It burned\".",
    "tr": "İstanbul'da Işık 3. toplantıda konuştu. Prof. Dr. Ay pazartesi günü geldi.",
    "de": "Am 3. Mai sagte Anna Orr in Berlin, 1.234,5 Tonnen seien gestern verkauft worden.",
    "ru": "Вчера в г. Москве Анна Орлова сообщила, что 3 мая мост закроют.",
    "ar": "قال الوزير في موسكو يوم الاثنين إن الأمم المتحدة دعت إلى وقف إطلاق النار.",
    "fa": "شهردار دیروز گفت می‌خواهد سه پل را ببندد.",
    "zh": "联合国秘书长周一在日内瓦说：“会议将于3月25日举行。”",
    "ja": "「国連」はジュネーブで3月25日に会議を開いた。",
    "th": "ตำรวจกล่าวว่าถนนปิดในกรุงเทพฯ เมื่อวันจันทร์",
    "hi": "प्रधानमंत्री ने दिल्ली में कहा कि बैठक सोमवार को होगी।",
    "xx": "IIII iiii ıııı İİİİ 👨‍👩‍👧 e\u0301\u0302 \u202e123\u202c",
}


def run(args, place, folder):
    env = {"PATH": os.environ["PATH"], **place}
    env.update({k: v for k, v in os.environ.items() if k.startswith(("ASAN", "UBSAN", "TSAN", "LD_LIBRARY"))})
    done = subprocess.run([DATELINE, *args], env=env, cwd=folder, capture_output=True, timeout=120)
    return done.returncode, done.stdout


def same(name, args):
    with tempfile.TemporaryDirectory() as other:
        code, first = run(args[0], PLACES[0], "/")
        answers = [run(a, place, other) for place in PLACES for a in args]
    ok(code == 0 and len(first) > 1000 and all(a == (code, first) for a in answers), name,
       f"{code}, {len(first)} bytes; {[(i, a[0], len(a[1])) for i, a in enumerate(answers) if a != (code, first)]}")


with tempfile.TemporaryDirectory() as folder:
    batch = os.path.join(folder, "batch.ndjson")
    with open(batch, "w", encoding="utf-8") as f:
        for language, text in TEXTS.items():  # each also under a label that is wrong
            for label in (language, "en", "tr", None):
                document = {"id": f"{language}-{label}", "text": text, "published": "2031-05-14T23:30:00Z"}
                f.write(json.dumps({**document, "language": label} if label else document) + "\n")
    same("analyse", [["analyse", "--threads", n, "--batch", batch] for n in ("1", "2", "3")] +
         [["analyse", "--in-process", "--batch", batch]])
    for language in ("en", "de", "ru", "zh", "tr"):
        text = os.path.join(folder, language)
        with open(text, "w", encoding="utf-8") as f:
            f.write(TEXTS[language] * 3)
        same(f"parse {language}", [["parse", "--lang", language, text]] * 2)
tap.end()

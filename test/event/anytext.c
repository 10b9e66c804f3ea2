#include "anytext.h"

#include "base/utf8.h"

const char *const anytext_fragments[ANYTEXT_FRAGMENTS] = {
    "The U.S. President met Angela Merkel in Berlin on Jan. 27, 2031, and said \"we saw it. It "
    "burned\" (AP). ",
    "Президент сообщил в Москве, что переговоры с США пройдут 3 мая в г. Казань. ",
    "قال الوزير في موسكو إن الأمم المتحدة دعت يوم الاثنين 25 مارس 2031 إلى وقف إطلاق النار، ",
    "شهردار گفت می‌خواهد سه پل را ببندد؛ قربانی ۳۴ سال داشت. ",
    "联合国秘书长周一在日内瓦说：“会议将于3月25日举行。”",
    "「国連」はジュネーブで会議を開いた。",
    "ตำรวจกล่าวว่าถนนปิดในกรุงเทพฯ วันจันทร์ ",
    "प्रधानमंत्री ने दिल्ली में कहा कि बैठक सोमवार को होगी। ",
    "Cumhurbaşkanı 3. toplantıda Ankara'da konuştu ve İstanbul'a gitti. ",
    "Am 3. Mai sagte der Minister: „Wir kommen.“ ",
    "¿Quién lo dijo? ¡Nadie! ",
    "L'agence de l'Union européenne l'a dit « hier » . ",
    "서울에서 대통령이 말했다. ",
    "שלום אמר השר 123 בירושלים. ",
    "he went to the town and saw that they had come back and ",
    "Angela Merkel Bank Of China Berlin Minister John Smith Ministry ",
    "MOSCOW WHO UN NATO PRESIDENT SAYS ",
    "Federal Safety Board (FSB) of the ",
    "(FSB) ",
    "(A",
    "London, Paris, Texas, Berlin, ",
    "University of ",
    "Ministry of the Interior of the ",
    "according to sources citing officials, ",
    "by the by the ",
    "did not deny that it did not ",
    "killed 20 people in an attack on the ",
    "\"x,\" he said. ",
    "he said ",
    "says who says ",
    "— he said — ",
    "Orr: ",
    "«Да», сказал он. ",
    "A. B. C. ",
    "Mr. Dr. Gen. U.S. ",
    "March May January ",
    "Monday, March 25, 2031 at 3:30 pm ",
    "2031-03-25 ",
    "1,234.5 ",
    "123 قال 45% من 2031/03/25 ",
    "\u202eabc\u202c 123 \u2067שלום\u2069 ",
    "👨‍👩‍👧‍👦🇩🇪✊🏽 ",
    "e\u0301\u0302\u0303\u0304",
    "\u0301",
    "\u200d",
    "a\u200d",
    "ـ",
    "a",
    "Aa",
    "A ",
    " a",
    "1",
    "a-",
    "A&",
    "a'",
    "l'",
    "'",
    "\"",
    "“",
    "“a ‘b “c ",
    ".",
    ". ",
    ", ",
    "Word\n",
    "Word\n\n",
    "\u2029",
    "ก",
    "កម្ពុជា",
    "中",
    "カナ",
    "𠀀",
    "𝐀𝐁 ",
};

/* xorshift: the same texts in every run. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    return *state ^= *state << 5;
}

dl_str anytext_repeated(dl_arena *arena, const char *fragment, size_t n)
{
    dl_str one = dl_str_c(fragment);
    char *p = dl_alloc(arena, n + 1);
    size_t at = 0;
    for (; p != NULL && at + one.n <= n; at += one.n)
        memcpy(p + at, one.p, one.n);
    return (dl_str){p, at};
}

dl_str anytext_mixed(dl_arena *arena, uint32_t seed, size_t n, bool cut)
{
    char *p = dl_alloc(arena, n + 1);
    size_t at = 0;
    uint32_t state = seed * 2654435761u + 1;
    for (;;) {
        dl_str one = dl_str_c(anytext_fragments[next_random(&state) % ANYTEXT_FRAGMENTS]);
        if (cut) one.n = next_random(&state) % one.n + 1;
        while (one.n > 0 && !dl_utf8_valid(one, NULL))
            one.n--;
        if (p == NULL || at + one.n > n) return (dl_str){p, p == NULL ? 0 : at};
        memcpy(p + at, one.p, one.n);
        at += one.n;
    }
}

dl_str anytext_noise(dl_arena *arena, uint32_t seed, size_t n)
{
    static const uint32_t upto[] = {0x80, 0x800, 0x3100, 0x10000, 0x20000, 0x110000};
    char *p = dl_alloc(arena, n + 4);
    size_t at = 0;
    uint32_t state = seed * 2246822519u + 1;
    while (p != NULL && at + 4 <= n) {
        uint32_t c = next_random(&state) % upto[next_random(&state) % 6];
        if (c != 0 && (c < 0xD800 || c > 0xDFFF)) at += dl_utf8_put(c, p + at);
    }
    return (dl_str){p, p == NULL ? 0 : at};
}

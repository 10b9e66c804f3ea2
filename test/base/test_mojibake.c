#include "base/mojibake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/utf8.h"

static dl_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = dl_arena_new(16 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

static void becomes(const char *broken, const char *want)
{
    dl_str got = dl_mojibake_repair(arena, dl_str_c(broken));
    if (!dl_str_eq_c(got, want))
        fail_msg("%s\n  gave   %.*s\n  wanted %s", broken, DL_FMT(got), want);
}

static void stays(const char *right)
{
    dl_str s = dl_str_c(right), got = dl_mojibake_repair(arena, s);
    if (got.p != s.p) fail_msg("%s\n  became %.*s", right, DL_FMT(got));
}

/* right, read as latin-1 (C1 stays) and encoded again. */
static dl_str spoil(dl_str s)
{
    return dl_utf8_of_bytes(arena, s);
}

static const char *const pages[] = {
    "<title>Le café a fermé</title><p>L’été dernier, « la côte » a coûté 20 € à l’État : ça va.</p>",
    "<p>Cơn bão đã làm hư hại bến cảng, và nhiều người phải rời khỏi nhà của họ ở Việt Nam.</p>",
    "<p>Łódź: żółty alarm po burzy, „port” zamknięty, powiedział rzecznik świętokrzyskiej policji.</p>",
    "<p>Í Reykjavík er höfnin lokuð eftir óveðrið, „það er ekkert að óttast“, sagði Þórður.</p>",
    "<p>İstanbul’da fırtına: liman kapandı, “çok büyük” dalgalar görüldü, dedi Koç’un müdürü.</p>",
    "<p>Το λιμάνι έκλεισε μετά την καταιγίδα, «δεν υπάρχουν θύματα», είπε ο δήμαρχος.</p>",
    "<p>Порт закрыт после шторма, «жертв нет», сообщила администрация — 5 € за тонну.</p>",
    "<p>Ні. Порт закрили після шторму, «жертв немає», повідомили в їхній адміністрації.</p>",
    "<p>Љубав и ђаци: лука је затворена после олује, рекао је џез њушка ћирилицом.</p>",
    "<p>أُغلق الميناء بعد العاصفة، وقال المسؤول: «لا ضحايا»، في 25 مارس.</p>",
    "<p>ท่าเรือปิดหลังพายุ เจ้าหน้าที่กล่าวว่าไม่มีผู้เสียชีวิต</p>",
    "<p>暴风雨过后港口关闭，官员说：“没有人员伤亡。”</p>",
    "<p>嵐の後、港は閉鎖された。「死者はいない」と当局は述べた。</p>",
    "<p>폭풍 후 항구가 폐쇄됐다. “사상자는 없다”고 당국은 밝혔다.</p>",
    "<p>Größe: 20 °C, 5 m², 10 µm — “quoted” ‘single’ … €100 £5 ©2024 Firm™ ½ × 3 ÷ 2</p>",
};

static void right_text_stays(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        stays(pages[i]);
    stays("plain");
    stays("");
    stays("<p>“PÅ“ KOÇ’un KOÇ’UN MENÜ” AMANHû „Spaß“ CAFÉ™ MARQUÉ… HÂ» IRMÔ 10 Å² VÄ–</p>");
    stays("<p>ÅÄÖ åäö ÆØÅ ÀÉÈÙ Ã Õ Ñ ¿Qué? ¡Sí! «œuvre» Ð Þ ð þ ÿ</p>");
    stays("Ні");
    stays("É");
    stays("naïve “Ö…”");
}

static void text_about_it_stays(void **state)
{
    (void)state;
    stays("The letter é is often shown as Ã© by programs that read UTF-8 wrongly.");
    stays("<p>What does “Ã©” mean? It is the mark of a wrong encoding.</p>");
    stays("<p>What does \"Ã©\" mean? Or \"cafÃ©\" and \"donâ€™t\"?</p>");
    stays("<p>Words such as 'cafÃ©' or (franÃ§ais) tell that the encoding is wrong.</p>");
    stays("<meta name=description content=\"Why 'cafÃ©' or &quot;naÃ¯f&quot; is seen\">");
    stays("<p>Ã© and â€™ and Ð¿ are seen often.</p>");
    stays("<p>It prints</p><pre>cafÃ©, donâ€™t, naÃ¯ve</pre><p>instead of café.</p>");
    stays("<p>You want café but get cafÃ© here.</p>");
    stays("<p>When you type don’t, you get donâ€™t.</p><p>é</p>");
}

static void broken_text_is_repaired(void **state)
{
    (void)state;
    becomes("Le cafÃ© de la gare", "Le café de la gare");
    becomes("Minister: we wonâ€™t go", "Minister: we won’t go");
    becomes("â€œNoâ€\xC2\x9D, she said", "“No”, she said");
    becomes("The price is Â£100 at 20Â°C", "The price is £100 at 20°C");
    becomes("<p>Il va Ã\u00A0 la cÃ´te, cÅ“ur lÃ©ger</p>", "<p>Il va à la côte, cœur léger</p>");
    becomes("ATENCIÃ“N, la caÃ\u00ADda", "ATENCIÓN, la ca\u00EDda");
    becomes("gÉ™lir vÉ™ gedir", "gəlir və gedir");
    becomes("ÐŸÐ¾Ñ€Ñ‚ Ð·Ð°ÐºÑ€Ñ‹Ñ‚", "Порт закрыт");
    becomes("РџРѕСЂС‚ закрыт", "РџРѕСЂС‚ закрыт"); /* half of it: nobody knows which is right */
    becomes("РџРѕСЂС‚ Р·Р°РєСЂС‹С‚", "Порт закрыт");
    becomes("LвЂ™Г©tГ© est fini", "L’été est fini");
    becomes("æ¸¯å\xC2\x8F£å…³é—\u00ADäº†", "港口关闭了");
    becomes("Smile ðŸ˜€ heâ€™s here", "Smile 😀 he’s here");
}

static void what_was_encoded_twice_is_undone_twice(void **state)
{
    (void)state;
    becomes("Le cafÃƒÂ© de la gare", "Le café de la gare");
    becomes("we wonÃ¢â‚¬â„¢t go", "we won’t go");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        dl_str right = dl_str_c(pages[i]), once = spoil(right), twice = spoil(once);
        if (i == 14) continue; /* signs alone, no word is broken */
        if (!dl_str_eq(dl_mojibake_repair(arena, once), right)) fail_msg("once: %s", pages[i]);
        if (!dl_str_eq(dl_mojibake_repair(arena, twice), right)) fail_msg("twice: %s", pages[i]);
    }
}

static void a_part_is_repaired(void **state)
{
    (void)state;
    becomes("<title>CafÃ© fermÃ© — Cité</title><meta content=\"SantÃ©\"><p>L’été à la côte</p>",
            "<title>Café fermé — Cité</title><meta content=\"Santé\"><p>L’été à la côte</p>");
    becomes("<p>L’été</p><p>La sociÃ©tÃ© est lÃ .</p>", "<p>L’été</p><p>La sociÃ©tÃ© est lÃ .</p>");
    becomes("<p>L’été</p><p>La sociÃ©tÃ© est fermÃ©e.</p>",
            "<p>L’été</p><p>La société est fermée.</p>");
    becomes("<a href=\"/cafÃ©\">Le cafÃ© fermÃ©</a>", "<a href=\"/cafÃ©\">Le café fermé</a>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_text_stays),
        cmocka_unit_test(text_about_it_stays),
        cmocka_unit_test(broken_text_is_repaired),
        cmocka_unit_test(what_was_encoded_twice_is_undone_twice),
        cmocka_unit_test(a_part_is_repaired),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("mojibake", tests, set_up, tear_down);
}

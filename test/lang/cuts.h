/* Where sentences end, by language: "¦" stands where one ends. Each line holds a trap. */
#ifndef TEST_CUTS_H
#define TEST_CUTS_H

static const struct cut {
    const char *code, *text;
} cuts[] = {
    /* English: titles, initials, datelines, months, acronyms, numbers, quotations */
    {"en", "BAY TOWN, Jan. 27 (AP) — The U.S. President met Gen. Orr.¦ Nobody spoke."},
    {"en", "Mr. and Mrs. J. R. Prohl Jr. of St. Orr left at 9 a.m. on Friday.¦ It rained."},
    {"en", "The meeting ended at 5 p.m.¦ The mayor left."},
    {"en", "Shares of Orr Inc. rose 3.5 percent, vs. 2 percent before.¦ Bay Corp. fell."},
    {"en", "See No. 5 and pp. 3-4 of vol. 2, i.e. the map.¦ Then go."},
    {"en", "He works for Bay Co.¦ The firm is small."},
    {"en", "\"Did you see it?\" she asked.¦ \"No!\" he cried."},
    {"en", "He said: \"We saw it.¦ It burned.\"¦ She left."},
    {"en", "(They left.)¦ He stayed (as ever)."},
    {"en", "Wait... what?¦ Yes."},
    {"en", "The House passed H.R. 5 in Washington, D.C.¦ The Senate did not."},
    {"en", "The U.N. Security Council met.¦ The U.K. Government did, too."},
    {"en", "Visit bay.example.com or write to a.b@bay.example today.¦ It costs $3.50."},
    {"en", "Sgt. A. Orr, Lt. Col. B. Prohl and Sen. C. Ilin (R-Bay) met.¦ They agreed."},
    {"en", "Prices rose to $1.5 million.¦ 20 people left.¦ \"Why?\""},
    {"en", "What a day!¦ Yahoo! shares rose."},
    {"en", "On Sept. 3, Dr. Prohl, Ph.D., spoke.¦ On Dec. 4 he left."},
    {"en", "‘We came.¦ We saw,’ he said.¦ ‘Then we left.’"},
    {"en", "Plan A failed.¦ Vitamin C. helped.¦ The end."},
    /* German: ordinals, abbreviations of two parts, low quotation marks */
    {"de", "Am 3. Mai kam Dr. Orr, am 14. 5. ging er.¦ Sie blieb."},
    {"de", "Der 2. Weltkrieg, z. B. im 20. Jahrhundert, d. h. damals.¦ Es war so."},
    {"de", "Sie sagte: „Wir kommen.¦ Bald.“¦ Dann ging sie."},
    {"de", "„Nein!“, rief er.¦ »Doch«, sagte sie."},
    {"de", "Rund 3 Mio. Euro, ca. 5 Prozent bzw. mehr, u. a. für die Orr & Co. KG.¦ Das reicht."},
    {"de", "Prof. Dr. med. A. Prohl aus St. Orr, geb. Ilin, sprach.¦ Es regnete."},
    {"de", "Es geschah im Jahr 1998.¦ Danach war Ruhe."},
    {"de", "Er kam um 5.¦ Sie ging."},
    {"de", "Ludwig XIV. regierte lange.¦ Karl V. auch."},
    {"de", "Das Gesetz vom 1. Jan. 2030, Art. 5 Abs. 2 Nr. 3, gilt.¦ Mehr nicht."},
    /* French */
    {"fr", "M. Orr et Mme. Prohl ont vu le Dr. Ilin.¦ Il pleuvait."},
    {"fr", "« Nous l’avons vu.¦ Il brûlait », dit-elle.¦ « Non ! » cria-t-il."},
    {"fr", "Qui l’a dit ?¦ Personne !¦ C’est tout."},
    {"fr", "Le 1er janv. 2030, J.-P. Orr, cf. p. 5, est parti.¦ Il reviendra."},
    {"fr", "Environ 3,5 % des gens, etc., sont là.¦ L’an 2030 finit."},
    /* Spanish */
    {"es", "El Sr. Orr y la Dra. Prohl, de EE. UU., llegaron.¦ Llovía."},
    {"es", "¿Quién lo dijo?¦ ¡Nadie!¦ El 3 de mayo se fue."},
    {"es", "«Lo vimos.¦ Ardía», dijo.¦ —No —gritó él."},
    {"es", "La Av. Orr núm. 5, pág. 3, a las 5 p. m. del lunes.¦ Fin."},
    {"es", "Costó 1.500 euros.¦ ¿Por qué?"},
    /* Portuguese */
    {"pt", "O Sr. Orr e a Dra. Prohl viram o Prof. Ilin.¦ Chovia."},
    {"pt", "A Av. Orr, n.º 5, pág. 3, fica aqui.¦ Fim."},
    {"pt", "“Vimos tudo.¦ Ardia”, disse.¦ Ela saiu."},
    /* Italian */
    {"it", "Il dott. Orr e il sig. Prohl, on. Ilin, sono qui.¦ Pioveva."},
    {"it", "«L’abbiamo visto.¦ Bruciava», ha detto.¦ Perché?¦ Non si sa."},
    {"it", "L’art. 5 della legge n. 3 vale.¦ Fine."},
    /* Russian: г., т.е., т. д., initials */
    {"ru", "В г. Казани, т.е. дома, в 1998 г. жил А. С. Орлов.¦ Он ушёл."},
    {"ru", "Это было в 1998 г.¦ Потом стало тихо."},
    {"ru", "Цена 3 млн. руб., т. е. 5 тыс. долл. и т. д.¦ Все ушли."},
    {"ru", "«Мы видели.¦ Горело», — сказал он.¦ «Нет!» — крикнула она."},
    {"ru", "На ул. Мира, д. 5, кв. 3, им. Орлова.¦ Это всё."},
    {"ru", "Проф. Орлов и акад. И. Ильин, напр., пришли.¦ Шёл дождь."},
    {"ru", "МОСКВА, 3 мая. /ТАСС/.¦ Мост закрыт.¦ Почему?"},
    /* Ukrainian */
    {"uk", "У м. Києві, тобто вдома, у 1998 р. жив В. О. Орленко.¦ Він пішов."},
    {"uk", "Ціна 3 млн. грн. на вул. Миру, буд. 5.¦ Це все.¦ Чому?"},
    {"uk", "«Ми бачили.¦ Горіло», — сказав він.¦ Ніч."},
    /* Arabic, Persian */
    {"ar", "قال د. سامي إن الطريق مفتوح.¦ هل عادوا؟¦ نعم، عادوا!"},
    {"ar", "قال: «رأينا ذلك.¦ كان يحترق».¦ ثم خرج."},
    {"ar", "بلغ السعر 3.5 مليون دولار.¦ غادر 20 شخصا؛ ثم عادوا."},
    {"fa",
     "شهردار گفت: «دیدیم.¦ می‌سوخت.»¦ چرا؟¦ نمی‌دانیم."},
    {"fa", "قیمت ۳.۵ درصد بالا رفت.¦ ۲۰ نفر رفتند."},
    /* Hindi, Thai */
    {"hi", "मंत्री ने कहा, \"हमने देखा।¦ जल रहा था।\"¦ क्यों?¦ पता नहीं॥"},
    {"hi", "डॉ. शर्मा 3.5 बजे आए।¦ वे गए।"},
    {"th", "ตำรวจกล่าวว่าถนนปิด¦\n\nทำไม?¦ ไม่ทราบ"},
    /* Chinese, Japanese */
    {"zh", "他说：“我们看见了。¦它着火了。”¦她走了。"},
    {"zh", "「為什麼？」¦沒有人知道！¦增长3.5%。"},
    {"ja", "「はい。」と言った。¦「なぜ？」¦誰も知らない。"},
    {"ja", "3.5％増えた（前年比）。¦終わり。"},
    /* Turkish: ordinals, titles */
    {"tr", "Başkan 3. toplantıda ve 20. Yüzyıl sergisinde konuştu.¦ Prof. Dr. Ay geldi."},
    {"tr", "Orr A.Ş. ile Ay Ltd. Şti. vb. şirketler, T.C. adına.¦ Yağmur yağdı."},
    {"tr", "“Gördük.¦ Yanıyordu” dedi.¦ Neden?¦ Bilinmiyor."},
};

#endif

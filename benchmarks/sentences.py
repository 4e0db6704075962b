"""What people write when they are ill today: many ways in every language, so that nothing lives off one sentence."""

ILL_TODAY: dict[str, tuple[str, ...]] = {
    "de": (
        "ich bin heute krank",
        "Hallo, ich bin heute leider krank.",
        "bin heute krank, kann nicht kommen",
        "Guten Morgen, ich habe Fieber und komme heute nicht",
        "mir geht es heute nicht gut, ich bin krank",
        "hab mich erkältet, bin heute krank",
        "ich bin krank und bleibe heute zu Hause",
        "Guten Morgen Frau Albers, ich muss mich heute leider krankmelden. Ich war die ganze Nacht wach.",
    ),
    "de-simple": (
        "ich bin heute krank",
        "heute krank",
        "ich heute krank, nicht kommen",
        "Ich habe heute Fieber.",
        "bin krank heute",
        "ich kann heute nicht kommen, ich bin krank",
    ),
    "en": (
        "I am ill today",
        "Hi, I'm sick today and can't come.",
        "im sick today",
        "I have a fever and cannot come today",
        "Good morning, I am not well, I am sick today.",
        "calling in sick today, sorry",
    ),
    "ar": (
        "أنا مريض اليوم",
        "انا مريضة اليوم ولا أستطيع الحضور",
        "صباح الخير، أنا مريض اليوم",
        "اليوم مريض ما بقدر اجي",
        "عندي حرارة اليوم ولا استطيع المجيء",
    ),
    "uk": (
        "я сьогодні хворію",
        "Доброго ранку, я захворіла і сьогодні не прийду",
        "я сьогодні хвора",
        "сьогодні хворий, не зможу прийти",
        "У мене температура, сьогодні не прийду",
    ),
}
"""Participants' languages and the words they use."""

"""German sentences, also with slips, in dialect, shouted and glued together."""

from __future__ import annotations

import pytest

from tests.locales.phrase_tables import rows, told

TABLES = {
    "ill": """
        Ich bin heute krank
        bin krank
        Bin krnak heute
        bin kank
        ich bin krakn
        ICH BIN KRANK
        ich bin kraaaank!!
        ichbinkrank
        ichbinheutekrank
        Hallo Frau Meier, ich bin heute leider krank und kann nicht kommen
        Guten Morgen Frau Schulz bin krank
        Moin, bin erkältet und bleib heute zuhause
        Ich hab Fieber
        hab fieber und husten
        habe Magen-Darm
        Ich hab mich die ganze Nacht übergeben
        mir ist total schlecht
        Mir ist übel, ich komme heute nicht
        Ich habe Kopfschmerzen und bleibe zu Hause
        hab kopfweh und bleib zuhause
        hab migräne
        Ich habe Corona
        Mein Coronatest ist positiv
        ich liege mit Grippe im Bett
        Ich bin krankgeschrieben
        bin bis Freitag krank geschrieben
        der Arzt hat mich krankgeschrieben
        Der Arzt hat mich bis Freitag krank geschrieben
        Ich möchte mich krankmelden
        Ich melde mich krank
        Hiermit melde ich mich für heute krank
        Ich liege im Krankenhaus
        bin im krankenhaus
        Ich habe mir das Bein gebrochen
        hab zahnschmerzen
        Mein Bauch tut weh
        Mich hat's erwischt, liege flach
        habe Durchfall
        Ich bin immer noch krank
        bin leider wieder krank
        Ich bin krank, was muss ich tun?
        Ich kann heute nicht kommen weil ich krank bin
        kann nicht kommen bin krank
        Ich komme nicht, habe Fieber
        heute krank
        Krank
        krank heute
        Ich bin krank und gehe zum Arzt
        ich komme heute nicht bin krank
        bin seit gestern krank
        Gestern war ich krank
        Ich war gestern nicht da weil ich krank war
        Ich glaube ich bin krank
        Ich bin nicht nur müde, ich bin krank
        bin sick heute
        I bims, krank
        Meine Erkältung ist schlimmer geworden
        Hab mir was eingefangen
        Fühl mich heute schlecht, kann nicht kommen
        mir geht es nicht gut ich bleib heute im bett
        Ich habe starke Halsschmerzen
        krank bin ich leider immer noch
        Mein Kind ist wieder gesund, aber jetzt bin ich krank
        bin erkältet
        bin erkaeltet
        bin erkaltet
        Mein Arzt sagt ich bin krank
    """,
    "ill+talk": """
        Mir geht es nicht gut
        mir gehts nicht so gut
        fühle mich nicht wohl
    """,
    "child_ill": """
        Mein Kind ist krank
        mein sohn hat fieber
        Meine Tochter hat Fieber und Husten
        Mein Kind hat Fieber, ich kann heute nicht kommen
        Die Kinder sind krank
        Ich habe ein krankes Kind zu Hause
        Fieber bei meiner Tochter, bleibe zuhause
        mein baby muss sich übergeben
        Meine Kleine Tochter hat Durchfall
        Ich muss mit meinem Kind zum Arzt
        Ich bin mit meinem Sohn beim Kinderarzt
        Mein Sohn ist krank. Er hat hohes Fieber.
    """,
    "take_back": """
        Ich bin nicht krank
        Ich bin nicht mehr krank
        bin wieder gesund
        Bin doch nicht krank
        Ich komme doch
        ich kann doch kommen
        kann heute doch kommen
        mir geht es wieder gut
        Mir gehts besser, ich komme heute
        Ich war krank, bin jetzt wieder gesund
        Die Krankmeldung war ein Versehen
        Bitte die Krankmeldung zurücknehmen
        falscher Alarm
        Entwarnung, ich komme
        ich hab kein Fieber mehr
        das Fieber ist weg
        Ich habe mich geirrt, ich bin gesund
        Ich komme heute
    """,
    "late": """
        Ich komme heute später
        komme 10 min später
        Bin 10 Minuten zu spät
        verspäte mich um eine halbe Stunde
        hab Verspätung
        ich steh im Stau
        bin spät dran
        Komme erst um 10
        Bus verpasst, komme später
        Mein Zug hat 20 Minuten Verspätung
        Ich bin nicht krank aber ich komme später
        Verspätung
        komm ne stunde später
        schaffe es nicht pünktlich
        War noch beim Arzt, komme später
    """,
    "absent+late other": """
        Bus verpasst
        Die Bahn fällt aus
        Die Bahn streikt
        hab verschlafen
        Mein Auto ist kaputt
    """,
    "absent other": """
        Die Bahn streikt, ich kann nicht kommen
        Ich kann nicht kommen, mein Zug fällt aus
        Hab heute keinen Bock zu kommen
    """,
    "cannot_come": """
        Ich kann heute nicht
        ich komme heute nicht
        Komme nicht
        Ich kann nicht kommen
        ich kann nicht mehr kommen
        ich schaffe es heute nicht
        Ich bin morgen nicht da
        bleibe heute zuhause
        Ich falle heute aus
        Muss für morgen absagen
        ich kann am Donnerstag nicht am Kurs teilnehmen
        Ich werde morgen nicht erscheinen
        bin am Freitag nicht dabei
        ich fehle morgen
        kann ich morgen frei haben?
        komm net
        Meine Mutter ist krank
        mein Bruder hat Fieber
        meine Frau ist krank
    """,
    "absent personal_matter": """
        Meine Mutter ist krank, ich kann nicht kommen
        Mein Opa ist gestorben
        meine schwester ist gestorben
        Ich muss zur Beerdigung meiner Oma
        Ich muss zum Arzt
        habe heute einen Arzttermin
        bin morgen beim Zahnarzt
        Ich habe morgen ein Vorstellungsgespräch
        hab am Freitag Probearbeiten
        Morgen ist Zuckerfest
        Wir feiern am Freitag Opferfest
        Die Kita hat zu
        Kita ist heute geschlossen
        ich habe keine Betreuung für mein Kind
        Mein Bruder heiratet morgen
        Bin auf der Hochzeit meiner Schwester
        Meine Freundin bekommt heute unser Kind
        Ich bin im Mutterschutz
        Aus privaten Gründen kann ich morgen nicht
        Ich helfe meinem Bruder beim Umzug
    """,
    "absent bereavement": """
        Mein Vater ist gestorben
        meine Mutter ist heute Nacht verstorben
        mein Kind ist gestorben
        Beerdigung meiner Schwiegermutter
        Meine Frau ist gestorben
    """,
    "absent moving": """
        Ich ziehe morgen um
        hab am Freitag Umzug
        ich zieh heute um und kann nicht kommen
    """,
    "absent own_wedding": """
        Ich heirate morgen
        Meine Hochzeit ist am Freitag
        wir heiraten am Freitag
    """,
    "absent family_illness": """
        Meine Frau ist schwer krank
        meine Frau liegt mit Krebs im Krankenhaus
        Mein Kind ist schwer krank und liegt auf der Intensivstation
        mein Mann hatte einen Herzinfarkt und liegt im Krankenhaus
    """,
    "absent birth": """
        Meine Frau bekommt heute unser Baby
        meine Frau liegt in den Wehen
        Meine Frau ist im Kreißsaal
    """,
    "absent civil_protection": """
        Ich habe einen Einsatz bei der freiwilligen Feuerwehr
        bin beim THW im Einsatz
    """,
    "absent honorary_office": """
        Ich bin morgen Wahlhelfer
        Ich bin als Schöffe eingeteilt
    """,
    "official_date": """
        Ich habe morgen einen Termin beim Jobcenter
        muss zum Gericht
        Ich muss zur Polizei
        Termin Ausländerbehörde am Donnerstag
        Bin heute beim Amt
        hab einen termin bei der Ausländerbehörde
        Ich bin nicht krank aber ich kann nicht kommen, muss zum Amt
        Ich habe eine Anhörung beim BAMF
        muss zum bürgeramt meinen pass abholen
        Ich muss morgen vor Gericht aussagen
    """,
    "stop": """
        Stopp
        STOP
        stop bitte
        keine Nachrichten mehr
        Schreib mir nicht mehr
        Bitte schickt mir nichts mehr
        Ich will keine Nachrichten mehr bekommen
        abmelden
        Ich möchte mich abmelden
        unsubscribe
        Lass mich in Ruhe
        Ich widerrufe meine Einwilligung
        ich ziehe meine Einwilligung zurück
        hör auf mir zu schreiben
        Ich sage jetzt Nein
        Ich möchte das nicht mehr
        lösch meine nummer
        will von euch nix mehr hören
    """,
    "stop+help": """
        Hör auf zu nerven
        du nervst
        es reicht
    """,
    "cancel": """
        abbrechen
        Abbruch
        vergiss es
        hat sich erledigt
        Falsch gedrückt
    """,
    "cancel+take_back": """
        doch nicht
        ach nein doch nicht
    """,
    "back": """
        zurück
        einen Schritt zurück
    """,
    "pause": """
        Pause
        später
        Hab gerade keine Zeit
        warte
    """,
    "resume": """
        weiter
        weitermachen
        los gehts
    """,
    "talk": """
        Ich möchte mit Frau Meier sprechen
        kann ich mit meiner Betreuerin reden
        mit einem Menschen sprechen
        Können Sie das Frau Schulz sagen?
        Ich will mit meinem Trainer reden
    """,
    "call_me": """
        Ruf mich an
        bitte um Rückruf
        Können Sie mich bitte anrufen?
        anrufen bitte
    """,
    "language": """
        auf Englisch bitte
        Sprache ändern
        Ich verstehe kein Deutsch
        Ukrainisch
        Leichte Sprache
        einfaches Deutsch bitte
    """,
    "appointments": """
        Wann ist mein nächster Termin?
        Meine Termine
        wann muss ich morgen kommen
        hab ich diese Woche noch Termine
    """,
    "help": """
        Hilfe
        ich brauche Hilfe
        Was kannst du?
        Was mache ich wenn ich krank bin?
        wie melde ich mich krank?
        Ich verstehe das nicht
        Wo kann ich mich krankmelden?
        Kannst du mir helfen?
    """,
    "greeting": """
        Hallo
        Guten Morgen!
        moin moin
    """,
    "thanks": """
        Danke
        Vielen Dank!
        danke schön
    """,
    "menu": """
        Menü
        Übersicht
    """,
    "start": """
        Start
        Ich möchte wieder Nachrichten bekommen
    """,
    "yes": """
        ja
        jo
        klar
        na klar
        Ja bitte
        auf jeden Fall
        jep
    """,
    "no": """
        nein
        nö
        nee
        auf keinen Fall
        lieber nicht
    """,
    "crisis self_harm": """
        Ich will nicht mehr leben
        ich will sterben
        ich möchte einfach sterben
        Ich bringe mich um
        ich bring mich heute noch um
        Ich will mich umbringen
        ich wil mich umbrigen
        ich denke an Selbstmord
        Ich habe Suizidgedanken
        ritze mich
        ich hab mich wieder geritzt
        will weg sein für immer
        Ich will für immer schlafen
        ich wäre lieber tot
        niemand würde mich vermissen
        ohne mich wären alle besser dran
        Ich springe von der Brücke
        ich will alles beenden
        Ich mache Schluss mit meinem Leben
        mein Leben hat keinen Wert mehr, ich will sterben
        ICHWILLSTERBEN
        ichwillnichtmehrleben
        ich nehme mir das Leben
        Ich will nicht mehr aufwachen
        kms
        ich tu mir was an
        hab schon den Abschiedsbrief geschrieben
        Ich wünschte ich wäre tot
        ich hab keinen grund mehr zu leben
    """,
    "crisis self_harm other": """
        Meine Freundin will sich umbringen
        Mein Bruder hat gesagt er will sich das Leben nehmen
        mein Freund ritzt sich
        Mein Kumpel will nicht mehr leben
    """,
    "crisis violence": """
        Mein Mann schlägt mich
        Mein Vater schlägt mich jeden Tag
        ich werde zu Hause geschlagen
        Mein Freund hat mich gewürgt
        Ich wurde vergewaltigt
        Mein Ex bedroht mich
        Meine Eltern zwingen mich zu heiraten
        er will mich umbringen
        ich hab angst nach hause zu gehen mein vater schlägt mich
        Mein Bruder droht mich umzubringen
        mein Chef hat mich sexuell belästigt
        Ich werde bedroht
    """,
    "crisis ask": """
        Ich kann nicht mehr
        ich kann einfach nicht mehr
        Alles ist sinnlos
        hat alles keinen Sinn mehr
        Ich weiß nicht mehr weiter
        ich bin völlig am Ende
        ich halte das nicht mehr aus
        Ich will nicht sterben
        ich will mich nicht umbringen
        ich bin so verzweifelt
        Ich habe Panikattacken
        ich hasse mich
        ich kann nicht mehr alles ist scheiße
    """,
    "ill & crisis ask": """
        Ich bin krank und ich kann nicht mehr
    """,
    "cannot_come & crisis self_harm": """
        Ich komme heute nicht, ich will nicht mehr leben
    """,
    "nothing": """
        Der Bus bringt mich um 8 hin
        das bringt mich um
        Die Hitze bringt mich um
        Ich lach mich tot
        ich sterbe vor Hunger
        sterbe vor Langeweile
        bin todmüde
        Ich bin krank vor Sorge
        Die Hausaufgaben machen mich krank
        Das ist ja krank!
        krass krank!
        mein Trainer ist krank
        Mein Lehrer ist heute krank
        Ist Frau Meier krank?
        ist der Trainer krank?
        Bist du krank?
        Ali ist krank
        Mein Freund ist krank
        Mein Handy ist tot
        Ich arbeite im Krankenhaus
        Meine Krankenversicherung hat geschrieben
        Ich mache eine Ausbildung zur Krankenschwester
        Wenn ich krank bin rufe ich an
        Ich war als Kind oft krank
        Ich habe den Schrank aufgebaut
        Ich will nicht mehr lesen
        Wir haben im Kurs einen Film über Gewalt gesehen
        Das Thema heute war Suizid
        Das Wetter ist schön
        Der Kurs war gut
        ich habe die Aufgabe gemacht
        Frohes Zuckerfest!
        Wir haben die anderen im Spiel geschlagen
        mit meiner Freundin ist Schluss
        Ich habe mich beim Kochen in den Finger geschnitten
        Mein Computer hat einen Virus
        Das kotzt mich an
        bin reif für die Insel
        Was gibt es heute zu essen
        Das tut mir leid
        Mein Zimmer ist klein
        asdf jklö
        12345 67890
    """,
}


@pytest.mark.parametrize(("expected", "text"), rows(TABLES))
def test_german_sentence_is_understood(expected: str, text: str) -> None:
    """A German sentence means what its table says."""
    assert expected == told(text, "de")


@pytest.mark.parametrize(("expected", "text"), rows({key: TABLES[key] for key in ("ill", "stop", "crisis self_harm")}))
def test_german_is_understood_from_people_set_to_another_language(expected: str, text: str) -> None:
    """Illness, stop and self-harm told in German are understood whatever language a person is set to."""
    assert [expected] * 3 == [told(text, language) for language in ("uk", "ar", "de-simple")]

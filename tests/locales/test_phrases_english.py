"""English sentences, also as people write them who are still learning it."""

from __future__ import annotations

import pytest

from tests.locales.phrase_tables import rows, told

TABLES = {
    "ill": """
        I'm ill today
        I am ill
        Im sick
        I am il today
        I AM SICK
        sick today
        I'm siiick
        i am sik today
        Hello Mrs Meier, I am sick today and cannot come
        I have a fever
        i have fever
        I've got a fever and a cough
        I caught a cold
        I have a bad cold
        I have the flu
        got covid
        I tested positive for covid
        My head hurts, I stay home
        I have a headache and can't come
        I've been throwing up all night
        i vomited
        I have stomach ache
        I have diarrhea
        I've got food poisoning
        calling in sick today
        I would like to call in sick
        I'm on sick leave until Friday
        The doctor gave me a sick note
        I'm in hospital
        i am in the hospital since yesterday
        I broke my leg
        My back hurts, can't get out of bed
        I was sick yesterday
        I'm still sick
        I'm too sick to come
        I can't come because I'm sick
        cant come im sick
        I not come today, I sick
        I feel sick
        i feel ill today
        I'm not just tired, I'm sick
        I think I'm getting sick
        I'm under the weather today
        migraine today, staying in bed
        I'm ill, what should I do?
        iamsick
        i'm down with the flu
        Not feeling well, I can't come today
        sick
        tooth ache is killing me? no, I have toothache and fever
    """,
    "ill+talk": """
        I don't feel well
        I'm not feeling so good
        I feel terrible
    """,
    "child_ill": """
        My son has a fever
        my daughter is sick
        My kid is ill, can't come
        I have a sick child
        my baby is throwing up
        The kids are sick
        My little one has a temperature, high temperature
        I must take my son to the doctor
        My daughter is ill. She has a fever.
    """,
    "take_back": """
        I'm not sick
        I'm not sick anymore
        I am no longer ill
        I feel better, I'm coming
        I'm coming after all
        I can come after all
        I'm healthy again
        it was a mistake, I'm not ill
        false alarm
        I was sick but I'm fine now
        please cancel my sick note
        My report was wrong
        feeling better
        I don't have a fever anymore
    """,
    "late": """
        I'll be late
        Ill be late
        I'm running late
        I'll be 10 minutes late
        coming 20 min late
        I'm not ill but I'm coming later
        stuck in traffic
        I come later
        half an hour late
        I will be there at 10
        my train is delayed, I'll be late
        missed the bus, will be late
    """,
    "absent+late other": """
        I missed the bus
        train strike
        my car broke down
        I overslept
    """,
    "absent other": """
        I can't come, the trains are on strike
        no bus today, I can't come
    """,
    "cannot_come": """
        I can't come today
        I cannot come
        I can't make it tomorrow
        I won't be there on Friday
        not coming today
        i no come today
        I will be absent tomorrow
        I'm staying home today
        can I have a day off tomorrow?
        I can't attend the class
        I have to miss school tomorrow
        I won't come
        My mother is sick
        my brother is in hospital
        my wife is ill
    """,
    "absent personal_matter": """
        My mother is sick and I can't come
        My grandmother passed away
        my brother died
        I have to go to my grandfather's funeral
        I have a doctor's appointment
        I have to go to the doctor
        dentist appointment tomorrow
        I have a job interview on Thursday
        trial work on Friday
        Tomorrow is Eid
        we celebrate Eid on Friday
        The nursery is closed
        nobody can look after my son
        My sister is getting married
        I'm at my brother's wedding
        My girlfriend is having our baby
        I'm pregnant and on maternity leave
        for family reasons I can't come
    """,
    "absent bereavement": """
        My father died
        my mother passed away last night
        my husband's funeral is tomorrow
    """,
    "absent moving": """
        I'm moving house on Friday
        I am moving tomorrow
    """,
    "absent own_wedding": """
        I'm getting married tomorrow
        It's my wedding on Friday
    """,
    "absent family_illness": """
        My wife is seriously ill
        my son is in intensive care
        My husband had a heart attack and is in hospital
    """,
    "absent birth": """
        My wife is giving birth
        My wife is in labour
        my wife is having a baby today
    """,
    "absent civil_protection": """
        I have a deployment with the volunteer fire brigade
    """,
    "absent honorary_office": """
        I'm an election helper tomorrow
    """,
    "official_date": """
        I have an appointment at the immigration office tomorrow
        I have to go to court
        I must go to the police
        jobcenter appointment tomorrow
        I have a court hearing on Friday
        I'm at the Ausländerbehörde today
        appointment for my residence permit
    """,
    "stop": """
        stop
        STOP!
        stop it
        please stop
        stop sending me messages
        no more messages
        don't write me anymore
        do not contact me
        unsubscribe
        leave me alone
        I withdraw my consent
        I don't want any more messages
        remove me
        delete my number
        opt out
        I no longer agree
        stop texting me
        i dont want this anymore
    """,
    "stop+help": """
        so annoying
        shut up
    """,
    "cancel": """
        cancel
        never mind
        forget it
        nvm
        wrong button
    """,
    "cancel+take_back": """
        actually no
        I changed my mind
    """,
    "back": """
        back
        go back
    """,
    "pause": """
        pause
        later
        not now
    """,
    "resume": """
        continue
        let's continue
    """,
    "talk": """
        I want to talk to my caseworker
        can I speak to a human
        I need to talk to Mrs Meier
        real person please
    """,
    "call_me": """
        call me
        please call me back
        can you call me?
    """,
    "language": """
        in German please
        change language
        I don't understand German
        Arabic
        easy German please
    """,
    "appointments": """
        When is my next appointment?
        my appointments
        what time is the course tomorrow
    """,
    "help": """
        help
        I need help
        what can you do
        what do I do if I'm sick
        am I allowed to be ill?
        How do I call in sick?
        I don't understand
    """,
    "greeting": """
        hello
        good morning
        hey there
    """,
    "thanks": """
        thanks
        thank you so much
    """,
    "menu": """
        menu
    """,
    "start": """
        start
        start messages again
    """,
    "yes": """
        yes
        yeah
        yep
        sure
        ok
        yes please
        of course
    """,
    "no": """
        no
        nope
        nah
        no thanks
        not really
    """,
    "crisis self_harm": """
        I want to die
        i wanna die
        I want to kill myself
        i want kill myself
        I'm going to end my life
        I'm thinking about suicide
        im suicidal
        I don't want to live anymore
        i dont want live
        I wish I was dead
        I cut myself again
        I've been cutting myself
        kms
        nobody would miss me
        everyone would be better off without me
        I want to end it all
        I'm going to jump off a bridge
        I took all my pills
        I don't want to wake up tomorrow
        I hurt myself on purpose
        life is not worth living
        i wnat to die
        i want to kil myself
        there is no reason to live
        I'd rather be dead
        goodbye forever
    """,
    "crisis self_harm other": """
        My friend wants to kill himself
        my sister wants to die
        my roommate is suicidal
        my brother cuts himself
    """,
    "crisis violence": """
        My husband hits me
        my boyfriend beats me
        My father beats me
        I was raped
        He threatened me with a knife
        my parents force me to marry
        I'm being forced to marry
        my ex is stalking me
        he touched me and I didn't want it
        I'm scared to go home
        my uncle abuses me
        he wants to kill me
    """,
    "crisis ask": """
        I can't go on
        I can't do this anymore
        everything is pointless
        I feel hopeless
        I hate myself
        nobody cares about me
        I'm having a panic attack
        I don't want to die
        I can't take it anymore
        I feel so alone
    """,
    "nothing": """
        I'm sick of this course
        sick!
        that's sick
        I'm sick of waiting
        dying to see you
        I'm dying of laughter
        killing time
        this homework is killing me
        my feet are killing me
        I'm dead tired
        my phone is dead
        I died laughing
        you killed it
        my trainer is sick
        Is Mrs Meier sick?
        is the teacher ill?
        are you sick?
        Ali is sick
        If I am sick I will call
        I was often sick as a child
        I'll come back to you
        I'll write it down
        I have health insurance
        I work in a hospital
        the weather is nice
        never give up
        the film was about suicide
        my computer has a virus
        it is cold today
        I cut my hair
        I would die for a pizza
        happy Eid
        the bus brings me at 8
        I will fill the form
        homesick
        I like the course
        Bill is still at the hill
    """,
}


@pytest.mark.parametrize(("expected", "text"), rows(TABLES))
def test_english_sentence_is_understood(expected: str, text: str) -> None:
    """An English sentence means what its table says."""
    assert expected == told(text, "en")


@pytest.mark.parametrize(("expected", "text"), rows({key: TABLES[key] for key in ("ill", "stop", "crisis self_harm")}))
def test_english_is_understood_from_people_set_to_another_language(expected: str, text: str) -> None:
    """Illness, stop and self-harm told in English are understood whatever language a person is set to."""
    assert [expected] * 3 == [told(text, language) for language in ("uk", "ar", "de")]

"""The offline coach's words: every number a fact, nothing unsafe, the same for a seed and varied over seeds."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.coach.offline import answer, facts_check, knowledge, narrate
from shared.coach.offline.questions import understood
from shared.domain.analysis.facts import Fact, Facts
from shared.domain.analysis.period_facts import period_facts
from shared.domain.analysis.session_facts import session_facts
from shared.domain.analysis.standing_facts import standing_facts
from shared.domain.catalogue import catalogue
from shared.domain.constraints import constraints_of, refusal
from shared.domain.log import Entry, Log, LoggedSet
from shared.domain.plan import Plan, PlanDay, PlannedExercise, RepRange, Source
from shared.domain.profile import Injury, Profile
from shared.domain.words import Region

BENCH, SQUAT, PRESS = "barbell-bench-press", "barbell-back-squat", "barbell-overhead-press"
TODAY = date(2026, 5, 20)
LIFTER = Profile(fitness_level="intermediate", goals=["hypertrophy"], equipment=sorted(catalogue().equipment))
NOTHING = Facts(kind="standing", title="Where you stand")
PLAN = Plan(
    id="plan-1", name="Test", goal="hypertrophy", level="intermediate", weeks=8, active=True,
    source=Source(kind="offline", provider="offline", model="engine"), created_at=datetime(2026, 4, 1, tzinfo=UTC),
    days=[
        PlanDay(
            day=day, title=f"Day {day}", estimated_minutes=45,
            exercises=[
                PlannedExercise(exercise_id=e, name=e, sets=3, reps=RepRange(min=6, max=8), rpe=8, rest_s=120)
                for e in (BENCH, SQUAT, PRESS)
            ],
        )
        for day in (1, 3, 5)
    ],
)  # fmt: skip
QUESTIONS = (
    "What's next?", "How am I doing?", "I missed a week, what now?", "I feel so sore today", "My bench is stuck", "When do I deload?",
    "How do I squat with good form?", "What can I do instead of bench press?", "How long should I rest between sets?",
    "How should I warm up?", "How many sets per week?", "What is RPE?", "How much protein should I eat?", "I can't sleep, so tired",
    "I don't feel like training", "Thanks!", "Hello", "What is my 1RM?", "Why is my squat load what it is?", "My knee hurts",
    "Am I too old to start at 60?", "My period started, should I train?", "I only have 20 minutes", "How do I lose belly fat?",
    "I can barely walk after squats", "What is the capital of France?", "", "¿Qué hago hoy?",
)  # fmt: skip


def log_of(days_ago, kg, *, reps=8, rpe=8.0):
    start = datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time(), tzinfo=UTC) + timedelta(hours=18)
    entries = [
        Entry(exercise_id=key, sets=[LoggedSet(reps=reps, weight_kg=kg, rpe=rpe)] * 3) for key in (BENCH, SQUAT, PRESS)
    ]
    return Log(
        id=f"log-{days_ago:05d}", plan_id="plan-1", day=1, title="Full body", started_at=start,
        ended_at=start + timedelta(minutes=55), session_rpe=7, entries=entries,
    )  # fmt: skip


LOGS = [log_of(days, 60 + (40 - days) / 4) for days in range(2, 40, 3)]
STANDING = standing_facts(LOGS, LIFTER, today=TODAY, plans=[PLAN])


def asked(question, *, facts=STANDING, profile=LIFTER, today=TODAY):
    return answer(question, facts, profile, plan=PLAN, today=today)


def named_in(text):
    return [exercise for exercise in catalogue().exercises.values() if exercise.name in text]


@pytest.mark.parametrize(
    ("prose", "wrong"),
    [
        ("You lifted 82.5 kg for 5x5.", ["5", "5"]),
        ("You lifted 82.5 kg for 3x8.", []),
        ("You lifted 82,5 kg.", []),
        ("You lifted about 83 kg, or 82.46 kg.", ["82.46"]),
        ("Volume was 1,560 kg.", []),
        ("Volume was 1560 kg, down 4 %.", []),
        ("Volume fell by -4%.", []),
        ("Up 5 percent.", ["5"]),
        ("On 18 May, May 18th and 2026-05-18.", []),
        ("On 19 May, in 2026.", ["19 May"]),
        ("On May 17 and 2026-05-17.", ["2026-05-17", "May 17"]),
        ("On 18 May 2025.", ["18 May 2025"]),
        ("You may 3 times do that.", []),
        ("Your 1RM and e1RM rose.", []),
        ("Three sessions, eight reps.", []),
        ("Five sessions and twelve sets.", ["Five sessions", "twelve sets"]),
        ("One step at a time, one session at a time, in a day or two days.", []),
        ("One more rep is plenty.", []),
        ("1. Rest\n2. Eat\n3) Sleep", []),
        ("Vitamin B12 and omega-3.", []),
        ("The change is 0.7.", []),
        ("The change is 1.", ["1"]),
        ("The 3rd session was the 7th best.", ["7"]),
        ("Between 3–8 reps.", []),
        ("Nothing to count here.", []),
        ("Am 18. Mai hast du 1.560 kg bewegt, drei Sätze.", []),
        ("Am 19. Mai waren es 1.570 kg und fünf Sätze.", ["19. Mai", "1.570", "fünf Sätze"]),
        ("El 18 de mayo de 2026 moviste 1.560,0 kg en tres series.", []),
        (
            "El 18 de junio hiciste cinco repeticiones, siete días seguidos.",
            ["18 de junio", "cinco repeticiones", "siete días"],
        ),
        ("Le 18 mai, 82,5 kg, 1\u202f560 kg en tout, trois séances.", []),
        ("Le 18 mai 1 560 kg, puis 1 570 kg en douze séances.", ["1", "570", "douze séances"]),
        ("Le 2 août, six séries.", ["2 août", "six séries"]),
        ("Einmal pro Woche, und nochmal von vorn. Una vez más. Encore une fois.", []),
    ],
)
def test_numbers_in_prose_must_be_among_the_facts(prose, wrong):
    facts = Facts(
        kind="session",
        title="Push",
        items=[
            Fact(key="date", label="Date", value="2026-05-18"),
            Fact(key="done:x", label="Bench", value="3 × 8 reps at 82.5 kg"),
            Fact(key="volume", label="Volume", value=1560, unit="kg"),
            Fact(key="volume_change", label="Change", value=-4, unit="%"),
            Fact(key="load_change", label="Load change", value=0.7),
        ],
    )
    assert facts_check(prose, facts) == wrong


def test_numbers_the_person_said_may_be_said_back():
    assert facts_check("200 kg is a fine goal.", NOTHING) == ["200"]
    assert facts_check("200 kg is a fine goal.", NOTHING, also=["Can I squat 200 kg?"]) == []


@given(st.text(max_size=300))
def test_the_check_never_fails_on_any_text(prose):
    assert isinstance(facts_check(prose, STANDING), list)


def _narrated():
    earlier = [log_of(days, 60) for days in (5, 8)]
    yield session_facts(log_of(0, 62.5), earlier, LIFTER, plan=PLAN)
    yield session_facts(log_of(0, 50, rpe=9.5), earlier, LIFTER)
    yield session_facts(log_of(0, 60, reps=3, rpe=6.0), [], LIFTER.model_copy(update={"units": "lb"}))
    yield session_facts(Log(id="empty-log", started_at=datetime(2026, 5, 20, tzinfo=UTC)), [], LIFTER)
    for period in ("week", "month"):
        yield period_facts(LOGS, LIFTER, period=period, today=TODAY, plans=[PLAN])
        yield period_facts(LOGS[:2], Profile(), period=period, today=TODAY)
        yield period_facts([], LIFTER, period=period, today=TODAY)


@pytest.mark.parametrize("facts", list(_narrated()), ids=lambda facts: facts.kind)
def test_a_narrative_says_only_numbers_that_are_facts(facts):
    told = {narrate(facts, seed=str(seed)) for seed in range(40)}
    assert all(text and facts_check(text, facts) == [] for text in told)
    assert len(told) > 2


def test_a_narrative_is_the_same_for_the_same_seed():
    facts = period_facts(LOGS, LIFTER, period="week", today=TODAY, plans=[PLAN])
    assert narrate(facts, seed="anna") == narrate(facts, seed="anna")


def test_a_record_is_told_and_without_one_none_is_invented():
    record = session_facts(log_of(0, 62.5), [log_of(3, 60)], LIFTER)
    first = session_facts(log_of(0, 62.5), [], LIFTER)
    assert "62.5 kg" in narrate(record)
    assert not any(word in narrate(first, seed=str(seed)).lower() for seed in range(20) for word in ("best", "record"))


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("facts", [STANDING, NOTHING], ids=["trained", "new"])
def test_an_answer_says_only_numbers_that_are_facts_or_general_knowledge(question, facts):
    text = asked(question, facts=facts)
    known = Facts(kind="standing", title="", items=[*facts.items, *knowledge(LIFTER).items])
    assert text
    assert facts_check(text, known, also=[question]) == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What's next?", "Next is Day"), ("Why is my squat load what it is?", "Barbell Back Squat:"),
        ("How am I doing?", "sessions"), ("I missed a week", "missed session"), ("I feel so sore", "Sharp pain"),
        ("My bench is stuck", "deload"), ("When do I deload?", "half the sets"), ("How do I squat with good form?", "Barbell Back Squat:"),
        ("How long should I rest between sets?", "60 to 180 seconds"), ("How should I warm up?", "5 to 10 minutes"),
        ("How many sets per week?", "8 to 18 sets"), ("What about dips?", "Dip"), ("What is the capital of France?", "not sure"),
        ("I don't have time or energy", "."), ("what should I train in the next 7 days", "Next is"),
    ],
)  # fmt: skip
def test_common_questions_get_their_answer(question, expected):
    assert expected in asked(question)


TOPICS = (
    "What can I do instead of bench press?", "I feel so sore today", "My bench is stuck", "When do I deload?",
    "How do I squat with good form?", "I missed a week", "I don't feel like training", "My knee hurts",
    "How long should I rest between sets?", "How should I warm up?", "How many sets per week?", "What is RPE?",
    "How much protein should I eat?", "I can't sleep, so tired", "Should I do cardio before weights?",
    "How often should I train?", "What is progressive overload?", "Should I stretch?", "Can I train with a cold?",
    "When will I see results?",
)  # fmt: skip
MONTH = [TODAY + timedelta(days=offset) for offset in range(30)]


@pytest.mark.parametrize(
    ("topic", "questions"),
    [
        ("instead", ["what can i do instead of pull ups", "alternative to deadlifts", "no barbell today, what do I do?",
                     "i dont have a bench", "Swap lunges please"]),
        ("soreness", ["can i train with doms", "My legs are killing me after yesterday", "my lower back is tight"]),
        ("plateau", ["my squat won't go up", "I'm not getting any stronger", "stuck at 80kg for weeks",
                     "progress has stopped"]),
        ("deload", ["do i need a deload", "Should I take a light week?", "when is my next deload week"]),
        ("form", ["tips for deadlift form", "what are the cues for the row", "Am I doing squats correctly?"]),
        ("missed", ["I skipped two workouts", "i was sick for a week", "just back from holiday", "Missed Monday"]),
        ("motivation", ["I can't be bothered today", "no motivation", "feeling lazy", "I want to quit", "pep talk"]),
        ("pain", ["my shoulder clicks", "my elbow hurts", "sharp pain in my hip"]),
        ("why", ["how heavy should I go?", "which weight do I take for squats"]),
        ("records", ["what's my bench max?", "What is my 1RM"]),
        ("progress", ["am I getting stronger", "how did last week go", "What did I do last time?"]),
        ("illness", ["is it ok to work out with a cold", "I have a fever, can I train?"]),
        ("cardio", ["can I do cardio on rest days", "aerobic work, before or after?"]),
        ("frequency", ["how often should I train", "can I train twice a day"]),
        ("overload", ["what is progressive overload", "When should I add weight?"]),
        ("results", ["how long will it take to see results"]),
        ("stretching", ["should I stretch", "mobility?"]),
        ("excess", ["is it ok to train every day"]),
    ],
)  # fmt: skip
def test_people_are_understood_however_they_put_it(topic, questions):
    assert {question: understood(question).topic for question in questions} == dict.fromkeys(questions, topic)


@pytest.mark.parametrize("question", TOPICS)
@pytest.mark.parametrize("facts", [STANDING, NOTHING], ids=["trained", "new"])
def test_answers_vary_over_days_and_stay_the_same_within_one(question, facts):
    told = [asked(question, facts=facts, today=day) for day in MONTH]
    assert len(set(told)) >= 2
    assert told == [asked(question, facts=facts, today=day) for day in MONTH]
    known = Facts(kind="standing", title="", items=[*facts.items, *knowledge(LIFTER).items])
    assert all(facts_check(text, known, also=[question]) == [] for text in told)


def test_the_common_topics_have_several_ways_of_saying():
    told = {question: {asked(question, today=day) for day in MONTH} for question in TOPICS[:7]}
    assert min(len(texts) for texts in told.values()) >= 3


INVENTED = re.compile(
    r"\b(your (last|latest|best|record|streak|previous)|last (week|month|time|session)|you (did|lifted|trained|managed|"
    r"hit|moved)|days? ago|the log agrees|rose|went up|has been \d)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("question", [*TOPICS, *QUESTIONS])
def test_nobody_without_a_log_is_told_of_a_history(question):
    for day in MONTH:
        text = asked(question, facts=NOTHING, today=day)
        assert INVENTED.search(text) is None, text


@pytest.mark.parametrize(
    "question",
    [
        "I want to train chest 7 days", "Can I train chest every day?", "1,000 burpees on day one", "Let me do 1000 push-ups today",
        "500 kcal diet", "Is eating only 600 calories ok?", "How should I dose steroids?", "trenbolone cycle?",
        "I'll train through a stress fracture", "Can I squat with a broken toe?",
    ],
)  # fmt: skip
def test_dangerous_wishes_are_refused(question):
    text = asked(question)
    assert "not help" in text or "more harm than good" in text
    assert named_in(text) == []


def test_a_refusal_does_not_catch_harmless_numbers():
    assert "more harm" not in asked("I missed 7 days of training")
    assert "not help" not in asked("I burned 300 kcal in my session")


def test_a_stand_in_spares_the_region_the_question_names():
    text = asked("My shoulder hurts, what can I do instead of the overhead press?")
    hurt = LIFTER.model_copy(update={"injuries": [Injury(region="shoulder")]})
    bound = constraints_of(hurt, year=TODAY.year)
    suggested = [exercise for exercise in named_in(text) if exercise.id != PRESS]
    assert suggested
    assert all(refusal(exercise, bound) is None for exercise in suggested)


def test_pain_without_an_exercise_looks_at_the_next_session():
    text = asked("My knee hurts")
    assert "Barbell Back Squat" in text
    assert "clinician" in text


@pytest.mark.parametrize("day", range(6))
def test_pain_in_a_place_nobody_knows_is_asked_about_and_spared_widely(day):
    text = asked("My spleen hurts when I squat", today=TODAY + timedelta(days=day))
    assert "Which part of the body" in text or "where it hurts" in text
    assert "caution" in text or "joint" in text
    bound = constraints_of(LIFTER.model_copy(update={"injuries": [Injury(region="other")]}), year=TODAY.year)
    stand_ins = [one for one in named_in(text.split("Until then")[1]) if one.id != SQUAT]
    longest = [one for one in stand_ins if not any(one.name != two.name and one.name in two.name for two in stand_ins)]
    assert longest
    assert all(refusal(one, bound) is None for one in longest)
    assert "Which part" not in asked("My knee hurts", today=TODAY + timedelta(days=day))


def test_equipment_that_is_missing_today_is_not_counted_on():
    text = asked("What can I do instead of barbell row? I don't have a barbell")
    found = named_in(text.split(":")[1].split(".")[0])
    assert found
    assert all("barbell" not in exercise.requires for exercise in found)


REGIONS = st.sampled_from(["shoulder", "elbow", "wrist", "neck", "lower_back", "hip", "knee", "ankle"])


@settings(max_examples=120, deadline=None)
@given(
    exercise=st.sampled_from(sorted(catalogue().exercises)),
    regions=st.lists(REGIONS, max_size=3, unique=True),
    level=st.sampled_from(["beginner", "intermediate", "advanced"]),
    equipment=st.sampled_from([[], ["dumbbells"], sorted(catalogue().equipment)]),
    asking=st.sampled_from(["What can I do instead of {}?", "How do I do {}?", "{} hurts, what now?"]),
)
def test_no_answer_suggests_what_the_person_may_not_do(exercise, regions: list[Region], level, equipment, asking):
    profile = Profile(
        fitness_level=level,
        equipment=equipment,
        injuries=[Injury(region=region) for region in regions],
        excluded_exercises=["push-up"],
    )
    bound, name = constraints_of(profile, year=TODAY.year), catalogue().get(exercise).name
    text = answer(asking.format(name), NOTHING, profile, plan=None, today=TODAY)
    hinted = [other for other in named_in(text.replace(name, "")) if other.name not in name]
    longest = [one for one in hinted if not any(one.name != other.name and one.name in other.name for other in hinted)]
    assert all(refusal(one, bound) is None for one in longest)


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("Am I too old at 60 to start?", "age"), ("my period started, should I train", "period"),
        ("can you make my workout shorter", "time"), ("I only have 20 minutes today", "time"),
        ("how do I lose belly fat", "belly"), ("how do I get abs", "belly"), ("how do I lose some fat", "nutrition"),
        ("I did 300 squats yesterday and can barely walk", "soreness"), ("my plan is to abstain from cardio", "cardio"),
    ],
)  # fmt: skip
def test_a_question_in_everyday_words_is_understood(asked, topic):
    assert understood(asked).topic == topic


def test_being_stuck_on_one_lift_is_answered_about_that_lift():
    stuck = Fact(key=f"plateau:{SQUAT}", label="Barbell Back Squat, days since the best", value=63, unit="days")
    seen = Fact(key="sessions_ever", label="Sessions in the log", value=40)
    facts = Facts(kind="standing", title="Where you stand", items=[seen, stuck])
    assert "63 days" in answer("I'm stuck on squats", facts, LIFTER, plan=PLAN, today=TODAY)
    other = answer("I'm stuck on bench", facts, LIFTER, plan=PLAN, today=TODAY)
    assert "By the log Barbell Bench Press has not stood still" in other
    assert "63" not in other


def test_one_set_of_a_fixed_number_of_reps_reads_as_such():
    plan = PLAN.model_copy(update={"days": [PLAN.days[0].model_copy(update={"exercises": [
        PLAN.days[0].exercises[0].model_copy(update={"sets": 1, "reps": RepRange(min=8, max=8)})]})]})  # fmt: skip
    facts = standing_facts([], LIFTER, today=TODAY, plans=[plan])
    assert facts.text(f"next:{BENCH}") == "1 set of 8 reps"

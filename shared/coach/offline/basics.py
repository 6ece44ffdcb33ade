"""General advice that hangs on little of one's own log: rest, warm-up, volume, effort, food, sleep, cardio, illness."""

from shared.coach.offline.asked import Asked
from shared.coach.offline.phrases import with_unit


def rest(asked: Asked) -> str:
    """How long to rest between sets, for the goal."""
    main, small = asked.known("rest_main"), asked.known("rest_accessory")
    advice = asked.voice.pick(
        "rest",
        [
            "Rest until you are ready to do the next set as well as the last; cutting rest short mostly costs reps.",
            "Within that, go again when your breath is back and the muscle feels ready.",
            "Less rest makes it feel harder, not work better.",
        ],
    )
    return f"For your goal: {main} between heavy compound sets, {small} between lighter ones. {advice}"


def warm_up(asked: Asked) -> str:
    """How to warm up."""
    minutes = asked.known("warm_up")
    detail = asked.voice.pick(
        "warm_up",
        [
            "The next session shows the ramp with its plates; warm-up sets count neither as volume nor as records.",
            "The plates for each step stand in your next session. None of it counts as volume or as a record.",
        ],
    )
    return (
        f"{minutes.capitalize()} of easy movement, then a few lighter sets of the first lift of each pattern. {detail}"
    )


def volume(asked: Asked) -> str:
    """How many sets are useful, for level and goal."""
    wanted = asked.known("weekly_sets")
    detail = asked.voice.pick(
        "volume",
        [
            "More is not better for long: the Progress page shows where each muscle stands.",
            "Beyond that, further sets mostly cost recovery. The Progress page shows where you are.",
        ],
    )
    return (
        f"For your level and goal {wanted} per muscle and week are useful; a set counts fully for the muscle it is for and "
        f"half for those that help. {detail}"
    )


def effort(asked: Asked) -> str:
    """What RPE means and how hard to go."""
    advice = asked.voice.pick(
        "effort",
        [
            "Most sets are best left a little short of failure; your plan names the RPE for each, and logging what it really "
            "was is what your next loads are computed from.",
            "Your plan names the RPE each set is meant for. Log what it really was: your next loads follow from that, and "
            "most sets should end with something left.",
        ],
    )
    return (
        "RPE says how hard a set was: ten means nothing was left, and each point less is about one more rep you could have "
        f"done. {advice}"
    )


def nutrition(asked: Asked) -> str:
    """The little that is safe to say about food."""
    opening = asked.voice.pick(
        "nutrition",
        [
            "Food is not what I plan, so only the basics that hold for nearly everybody:",
            "I plan training, not meals, but this much is safe to say:",
        ],
    )
    return (
        f"{opening} enough protein spread over the day, mostly unprocessed food, and a slow change of weight if you want "
        "one. For numbers, ask a dietitian or your doctor."
    )


def sleep(asked: Asked) -> str:
    """Sleep, tiredness and what to do on such a day."""
    ready = asked.facts.find("readiness")
    seen = f"Your readiness today: {with_unit(ready)} of one hundred. " if ready else ""
    advice = asked.voice.pick(
        "sleep",
        [
            "When you are worn out, keep the appointment and do less: fewer sets, lighter loads, and stop while it still "
            "feels good.",
            "On a tired day a short, light session beats both a hard one and none.",
            "Go if you like, but take sets off and keep plenty in reserve.",
        ],
    )
    return f"{seen}Sleep does more for recovery than anything you could add. {advice} Tired for weeks is worth telling a doctor."


def cardio(asked: Asked) -> str:
    """Aerobic work beside lifting, with the week's minutes where the goal asks for some."""
    minutes = asked.general.find("aerobic_minutes")
    wanted = f"For your goal at least {with_unit(minutes)} of moderate movement a week are useful. " if minutes else ""
    advice = asked.voice.pick(
        "cardio",
        [
            "Do it after lifting or on other days, so that your legs are fresh for the heavy sets; easy walking fits anywhere.",
            "On rest days easy cardio helps recovery. On lifting days it belongs after the weights, not before.",
        ],
    )
    return f"{wanted}{advice}"


def frequency(asked: Asked) -> str:
    """How many days a week to lift."""
    most = asked.known("lifting_days")
    advice = asked.voice.pick(
        "frequency",
        [
            "More days spread the same sets out, they need not add any; muscles grow on the days between.",
            "What counts is that each muscle comes round again after a day or more of rest, week after week.",
        ],
    )
    return f"At your level up to {most} a week of lifting make sense, with at least one day of rest. {advice}"


def overload(asked: Asked) -> str:
    """How loads grow."""
    step = asked.known("step_most")
    advice = asked.voice.pick(
        "overload",
        [
            "You need not plan it: log every set with its effort, and the next session names the load and the reason.",
            "Your log decides: the next session says what goes up, what stays, and why.",
        ],
    )
    return (
        "First repetitions grow, within the range of your plan. Once every set reaches the top of it without more effort "
        f"than asked, the load goes up by the smallest step there is, never by more than {step}. {advice}"
    )


def stretching(asked: Asked) -> str:
    """Stretching and mobility."""
    return asked.voice.pick(
        "stretching",
        [
            "Before lifting, move the joints rather than hold stretches; your warm-up has drills for that. Longer stretches "
            "fit after the session, if you like them: they make you more supple, not less sore.",
            "Lifting through a full, comfortable range does much of that already. Hold stretches afterwards if they feel good, "
            "and keep the time before a session for moving.",
        ],
    )


def illness(asked: Asked) -> str:
    """Training while ill."""
    advice = asked.voice.pick(
        "illness",
        [
            "With a mere cold, easy movement is fine if it feels good; leave out the hard sets.",
            "If only the nose runs, a light session is possible; stop when it does not feel right.",
        ],
    )
    return (
        "Not with a fever, a chest cough, or aching all over: rest until you have been well for a day, and see a doctor if it "
        f"does not pass. {advice} Nothing is lost; the next session reckons with the break."
    )


def results(asked: Asked) -> str:
    """How long it takes."""
    return asked.voice.pick(
        "results",
        [
            "You will feel it within weeks and see it within months, if you keep coming. The Progress page notices first.",
            "Strength comes first, often within weeks; what others can see takes months. Your log shows it before the mirror.",
        ],
    )


def age(asked: Asked) -> str:
    """Whether it is too late, or too early, to begin."""
    return asked.voice.pick(
        "age",
        [
            "Muscles and strength answer to training at every age; what changes is the pace. Put your year of birth into your "
            "profile, and plans begin as gently as it asks for. With a condition or medication, speak to your doctor first.",
            "It is not too late: people gain strength at any age, with a gentler start and more patience. Your year of birth "
            "in the profile sets that start, and the health questions there are worth an honest answer.",
        ],
    )


def period(asked: Asked) -> str:
    """Training through the cycle."""
    return asked.voice.pick(
        "period",
        [
            "Train if you feel like it, and do less if you do not: there is no need to plan around the cycle. If cramps or "
            "bleeding are unusually strong, rest and have it looked at.",
            "Go by how you feel: many train as always, some take a day or two easier, and neither costs progress. Unusually "
            "strong pain or bleeding is a matter for a doctor.",
        ],
    )


def time(asked: Asked) -> str:
    """What to do with less time."""
    return asked.voice.pick(
        "time",
        [
            "Today: do the first exercises and leave out the last; they stand in the order of what matters. For good: set "
            "shorter sessions in your profile and generate a plan, and it will group exercises to fit.",
            "Keep the first lifts and drop from the end, because the most useful work comes first. If time is always short, "
            "change the minutes in your profile and have a new plan written.",
        ],
    )


def belly(asked: Asked) -> str:
    """Fat from one place, and muscles that show."""
    return asked.voice.pick(
        "belly",
        [
            "No exercise takes fat from one place: the body decides where it goes first. Training the trunk makes it strong; "
            "what shows comes from food, sleep, walking and patience together.",
            "Crunches train the muscle under the fat and do not melt what lies over it. Keep lifting, move a lot, eat a little "
            "less than you use, and give it months.",
        ],
    )

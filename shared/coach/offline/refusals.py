"""What the coach will not help with, said kindly and once, with what it can do instead."""

from shared.coach.offline.asked import Asked


def drugs(_: Asked) -> str:
    """No doses of hormones or other drugs."""
    return (
        "I will not help with that: doses of hormones or other drugs are a matter for a doctor, and the risks are real. "
        "What I can do is get the most out of training, sleep and patience with you."
    )


def crash_diet(_: Asked) -> str:
    """No starving."""
    return (
        "I will not help with eating that little: it costs muscle, health and in the end the goal itself. A dietitian or "
        "your doctor can help you find a pace that lasts, and I can keep the training sensible meanwhile."
    )


def excess(asked: Asked) -> str:
    """No thousand repetitions on the first day, no week without rest."""
    wanted = asked.known("weekly_sets")
    return (
        "That much at once, or without a day off, does more harm than good: tissue grows between sessions. For you "
        f"{wanted} per muscle are useful, spread out with rest days between. Your plan keeps to that."
    )


def fracture(_: Asked) -> str:
    """No training through a broken bone, a torn tendon or a head injury."""
    return (
        "I will not help you train through that: a broken bone, a tear or a knock on the head needs a clinician first, and "
        "loading it can make it far worse. Once you know what is allowed, put the region under injuries in your profile, "
        "and every plan will train the rest of you around it."
    )

"""The one judge of plans, whoever wrote them: any JSON in, the rules it breaks out."""

from shared.domain.constraints import constraints_of
from shared.domain.planning.wish import PlanWish
from shared.domain.profile import Profile
from shared.domain.validation.balance import check_balance
from shared.domain.validation.case import Case
from shared.domain.validation.dose import check_dose
from shared.domain.validation.findings import Findings, History, Violation
from shared.domain.validation.fit import check_fit
from shared.domain.validation.limits import limits_of
from shared.domain.validation.shape import check_document, check_shape, document_of, read_goal
from shared.domain.validation.truth import check_truth

__all__ = ["History", "Violation", "validate"]


def validate(
    plan: object,
    *,
    profile: Profile,
    year: int,
    history: History | None = None,
    week: int | None = None,
    wish: PlanWish | None = None,
) -> list[Violation]:
    """Every rule this plan breaks for this person, in the order of the rules' families; empty means nothing to say.

    Total and deterministic: a `DraftPlan` or any value JSON can hold, however broken, gives a list and never raises.
    `year` is the calendar year that ages are counted in. `week` judges one week of the plan; without it the first
    weeks count. `wish` is what was asked for where it differs from the profile. Rules about past training are silent
    without `history`, except that a model's words may not claim any: what it was not shown it cannot know.
    """
    findings = Findings()
    raw = document_of(plan)
    if not isinstance(raw, dict):
        findings.add("V01", "", got=raw, want="a plan as a JSON object", fix="send a JSON object")
        return findings.listed
    texts = check_document(raw, findings)
    if texts is None:
        return findings.listed
    limits = limits_of(profile, year=year, goal=read_goal(raw), wish=wish, week=week)
    days = check_shape(raw, texts, profile, limits=limits, findings=findings)
    case = Case(
        raw=raw, days=days, profile=profile, constraints=constraints_of(profile, year=year), limits=limits, wish=wish,
        history=history, week=week,
    )  # fmt: skip
    check_fit(case, findings)
    check_dose(case, findings)
    check_balance(case, findings)
    check_truth(case, findings)
    return findings.listed

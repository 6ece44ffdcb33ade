"""What the providers' pool holds in the store: every provider's week and month, as pure values in micro-dollars."""

from shared.domain.words import Shape
from shared.metering.limits import MICRO
from shared.metering.periods import Periods
from shared.providers.models import ProviderModel


class Account(Shape):
    """One provider's week and month, in micro-dollars: `leased` counts against the budget, `spent` was settled."""

    week_leased: int = 0
    week_spent: int = 0
    month_leased: int = 0
    month_spent: int = 0


class PoolDocument(Shape):
    """Every provider's account under the keys of the present week and month."""

    week: str = ""
    month: str = ""
    accounts: dict[str, Account] = {}

    def at(self, periods: Periods) -> "PoolDocument":
        """The document as it reads in those periods: what is over reads as zero."""
        accounts = self.accounts
        if self.week != periods.week:
            accounts = {n: a.model_copy(update={"week_leased": 0, "week_spent": 0}) for n, a in accounts.items()}
        if self.month != periods.month:
            accounts = {n: a.model_copy(update={"month_leased": 0, "month_spent": 0}) for n, a in accounts.items()}
        return PoolDocument(week=periods.week, month=periods.month, accounts=accounts)

    def account(self, provider: str) -> Account:
        return self.accounts.get(provider, Account())

    def with_more(self, provider: str, *, leased: int, spent: int) -> "PoolDocument":
        """With so much more leased and spent by a provider; either may be negative."""
        account = self.account(provider)
        changed = Account(
            week_leased=account.week_leased + leased,
            week_spent=account.week_spent + spent,
            month_leased=account.month_leased + leased,
            month_spent=account.month_spent + spent,
        )
        return self.model_copy(update={"accounts": {**self.accounts, provider: changed}})

    def rest(self, model: ProviderModel, *, weekly_total: int) -> int:
        """What may still be leased for a provider, all of them together staying within `weekly_total`."""
        return min(
            round(model.weekly_budget_usd * MICRO) - self.account(model.name).week_leased,
            self.rest_of_month(model),
            weekly_total - self.week_leased,
        )

    def rest_of_month(self, model: ProviderModel) -> int:
        """What its monthly budget leaves."""
        return round(model.monthly_budget_usd * MICRO) - self.account(model.name).month_leased

    @property
    def week_leased(self) -> int:
        """What all providers together have leased this week."""
        return sum(account.week_leased for account in self.accounts.values())

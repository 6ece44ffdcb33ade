"""A history file that was imported: what was in it, what could not be read, and what undoing it has to remove."""

from datetime import datetime

from shared.domain.profile import Profile
from shared.domain.words import Shape


class LineNote(Shape):
    """A row that could not be read, or was read with a doubt, by its line in the file."""

    line: int
    message: str


class ImportReport(Shape):
    """What an import brought: workouts and sets that are new, and duplicates that were here already."""

    id: str
    kind: str
    workouts: int
    sets: int
    duplicates: int
    custom_exercises: list[str]
    warnings: list[LineNote]


class ImportState(Shape):
    """How far an import has come: `workouts_done` of the file's workouts, which are the new ones and the duplicates."""

    id: str
    kind: str
    at: datetime
    finished: bool
    workouts: int
    sets: int
    duplicates: int
    workouts_done: int


class ImportRecord(Shape):
    """An import as kept: its report and everything it added, so that it can be undone.

    Until `finished`, it names what is about to be added. A long one goes on in so many `parts`.
    """

    report: ImportReport
    at: datetime
    finished: bool = True
    workouts_done: int = 0
    log_ids: list[str]
    document_ids: list[str] = []
    parts: int = 0
    profile_before: Profile | None = None

    @property
    def state(self) -> ImportState:
        """How far it has come."""
        counts = self.report.model_dump(include={"id", "kind", "workouts", "sets", "duplicates"})
        of = self.report.workouts + self.report.duplicates
        done = of if self.finished else self.workouts_done
        return ImportState(**counts, at=self.at, finished=self.finished, workouts_done=done)


class ImportPart(Shape):
    """More of what an import added than its record names."""

    log_ids: list[str] = []
    document_ids: list[str] = []

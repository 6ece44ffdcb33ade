/** The words of writing down or mending a past workout, in both languages; loaded with that page. */
const en = {
  'edit.title': 'Edit workout',
  'edit.newTitle': 'Past workout',
  'edit.name': 'Title',
  'edit.when': 'Started',
  'edit.minutes': 'Minutes',
  'edit.whenWrong': 'Say when the workout started.',
  'edit.future': 'That is more than a day ahead; check the date.',
  'edit.nothing': 'Add at least one set with repetitions or seconds.',
  'edit.saved': 'Workout saved.',
  'edit.cell': 'Set {n}: {what}',
  'edit.removeSet': 'Remove set {n}',
} as const;

const de: Record<keyof typeof en, string> = {
  'edit.title': 'Training bearbeiten',
  'edit.newTitle': 'Training nachtragen',
  'edit.name': 'Titel',
  'edit.when': 'Begonnen',
  'edit.minutes': 'Minuten',
  'edit.whenWrong': 'Sag, wann das Training begann.',
  'edit.future': 'Das liegt mehr als einen Tag voraus; prüfe das Datum.',
  'edit.nothing': 'Trage mindestens einen Satz mit Wiederholungen oder Sekunden ein.',
  'edit.saved': 'Training gespeichert.',
  'edit.cell': 'Satz {n}: {what}',
  'edit.removeSet': 'Satz {n} entfernen',
};

export const editWords = { en, de };

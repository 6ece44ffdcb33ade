/** The words of past workouts and of reading them back, in both languages; loaded with those pages. */
const en = {
  'analysis.week': 'Look at my week',
  'analysis.weekTitle': 'Your week',
  'analysis.month': 'Look at my month',
  'analysis.monthTitle': 'Your month',
  'analysis.session': 'Read this session back',
  'analysis.sessionTitle': 'Your session',
  'analysis.reading': 'Reading your log …',
  'analysis.facts': 'The numbers behind it',

  'history.add': 'Add past workout',
  'history.empty': 'Your history starts here',
  'history.emptyBody': 'Log your first workout, or bring your history from Strong, Hevy, FitNotes or JEFIT.',
  'history.parked': 'Needs attention',
  'history.waitingLong': 'Safe on this device; it goes out as soon as Vigor can be reached.',
  'history.refused': 'The server did not take this workout',
  'history.refusedBody': 'It is safe on this device, but it will not go out as it is. Edit it, or look at what waits.',
  'history.noSets': 'No sets.',
  'history.resume': 'Continue workout',
  'history.deleteTitle': 'Delete this workout?',
  'history.deleteBody': 'Your records and charts will be computed without it.',
  'history.deleted': 'Workout deleted.',
} as const;

const de: Record<keyof typeof en, string> = {
  'analysis.week': 'Meine Woche ansehen',
  'analysis.weekTitle': 'Deine Woche',
  'analysis.month': 'Meinen Monat ansehen',
  'analysis.monthTitle': 'Dein Monat',
  'analysis.session': 'Dieses Training auswerten',
  'analysis.sessionTitle': 'Dein Training',
  'analysis.reading': 'Aufzeichnungen lesen …',
  'analysis.facts': 'Die Zahlen dahinter',

  'history.add': 'Nachtragen',
  'history.empty': 'Dein Verlauf beginnt hier',
  'history.emptyBody': 'Zeichne dein erstes Training auf, oder bring deinen Verlauf aus Strong, Hevy, FitNotes oder JEFIT mit.',
  'history.parked': 'Braucht dich',
  'history.waitingLong': 'Sicher auf diesem Gerät; es geht hinaus, sobald Vigor erreichbar ist.',
  'history.refused': 'Der Server hat dieses Training nicht angenommen',
  'history.refusedBody': 'Es ist sicher auf diesem Gerät, geht so aber nicht hinaus. Bearbeite es, oder sieh nach, was wartet.',
  'history.noSets': 'Keine Sätze.',
  'history.resume': 'Training fortsetzen',
  'history.deleteTitle': 'Dieses Training löschen?',
  'history.deleteBody': 'Rekorde und Kurven werden dann ohne es berechnet.',
  'history.deleted': 'Training gelöscht.',
};

export const historyWords = { en, de };

/** What the server says when it refuses, in German; in English its own words are shown. Loaded with the German words. */

export interface Told {
  title: string;
  /** What happened and what to do; where it is missing, the title says it all. */
  detail?: string;
}

export const germanProblems: Readonly<Record<string, Told>> = {
  internal_error: { title: 'Da ist etwas schiefgegangen', detail: 'Versuch es noch einmal. Bleibt es dabei, nenne dem Betreiber die Kennung.' },
  unreadable_body: { title: 'Das kam nicht lesbar an', detail: 'Lade die Seite neu und versuch es noch einmal.' },
  not_signed_in: { title: 'Melde dich an', detail: 'Danach geht es hier weiter.' },
  sign_in_refused: { title: 'Anmeldung abgelehnt', detail: 'E-Mail oder Benutzername und Passwort gehören nicht zusammen.' },
  step_up_required: { title: 'Dafür brauchst du eine frische Anmeldung', detail: 'Melde dich ab, wieder an und wiederhole es.' },
  not_allowed: { title: 'Das darfst du hier nicht' },
  not_found: { title: 'Das gibt es nicht, oder nicht mehr' },
  conflict: { title: 'Das verträgt sich nicht mit dem, was da ist', detail: 'Lade die Seite neu und versuch es noch einmal.' },
  registration_conflict: { title: 'Dieses Konto lässt sich nicht anlegen', detail: 'E-Mail oder Benutzername sind vergeben. Nimm andere, oder melde dich an.' },
  log_conflict: { title: 'Ein anderes Training hat diese Kennung' },
  last_admin: { title: 'Jemand muss die Verwaltung behalten', detail: 'Gib zuerst einer anderen Person diese Rolle.' },
  request_in_flight: { title: 'Daran wird noch gearbeitet', detail: 'Warte einen Augenblick und versuch es noch einmal.' },
  safety_stop: { title: 'Halt: Lies das zuerst' },
  stale_version: { title: 'Das hat sich inzwischen geändert', detail: 'Lade die Seite neu und wiederhole deine Änderung.' },
  body_too_large: { title: 'Das ist zu groß' },
  wrong_media_type: { title: 'Diese Art von Inhalt wird hier nicht gelesen' },
  invalid_fields: { title: 'Etwas braucht noch einen Blick', detail: 'Prüfe die markierten Angaben.' },
  unknown_plan: { title: 'Dieser Plan gehört nicht dir' },
  unit_needed: { title: 'Sag, in welcher Einheit die Gewichte sind' },
  kind_unknown: { title: 'Woher die Datei stammt, ist nicht zu erkennen', detail: 'Nimm die Datei, wie Strong, Hevy, FitNotes, JEFIT oder Vigor sie ausgeben, ohne sie zu ändern.' },
  unreadable_file: { title: 'Die Datei ließ sich nicht lesen', detail: 'Gib sie dort noch einmal aus und wähle sie neu.' },
  unknown_timezone: { title: 'Diese Zeitzone ist nicht bekannt' },
  idempotency_key_reused: { title: 'Das wurde schon mit anderem Inhalt gesendet', detail: 'Lade die Seite neu und versuch es noch einmal.' },
  quota_exceeded: { title: 'Die Grenze deiner Stufe ist erreicht', detail: 'Aufzeichnen und alles andere geht weiter.' },
  budget_exceeded: { title: 'Das Budget deiner Stufe ist für diesen Monat verbraucht', detail: 'Aufzeichnen und alles andere geht weiter.' },
  too_many_attempts: { title: 'Zu viele Versuche', detail: 'Warte ein paar Minuten und versuch es noch einmal.' },
  unavailable: { title: 'Gerade nicht erreichbar', detail: 'Versuch es gleich noch einmal. Was du aufzeichnest, ist auf diesem Gerät sicher.' },
};

/** The sentences about single fields; `$1` is the bound that the server names. */
const FIELDS: readonly (readonly [RegExp, string])[] = [
  [/^is required$/, 'Das wird gebraucht.'],
  [/^must be a whole number$/, 'Schreib eine ganze Zahl.'],
  [/^must be a (?:finite )?number$/, 'Schreib eine Zahl.'],
  [/^must have at least (\d+) characters$/, 'Mindestens $1 Zeichen.'],
  [/^must have at most (\d+) characters$/, 'Höchstens $1 Zeichen.'],
  [/^must have at least (\d+) items$/, 'Wähle mindestens $1.'],
  [/^must have at most (\d+) items$/, 'Wähle höchstens $1.'],
  [/^must be greater than (\S+)$/, 'Mehr als $1.'],
  [/^must be at least (\S+)$/, 'Mindestens $1.'],
  [/^must be less than (\S+)$/, 'Weniger als $1.'],
  [/^must be at most (\S+)$/, 'Höchstens $1.'],
  [/^must be a multiple of (\S+)$/, 'Ein Vielfaches von $1.'],
  [/^is known from a breach/, 'Dieses Passwort ist aus einem Datenleck bekannt. Nimm ein anderes, etwa einen kurzen Satz.'],
  [/^is too easy to guess/, 'Dieses Passwort ist zu leicht zu erraten. Ein kurzer Satz tut es gut.'],
  [/more than a day ahead/, 'Das liegt mehr als einen Tag voraus; prüfe das Datum.'],
  [/password/i, 'Das Passwort stimmt nicht.'],
];

/** A field's sentence in German; one that nobody foresaw says at least that this value will not do. */
export function germanField(message: string): string {
  for (const [said, words] of FIELDS) {
    const found = said.exec(message);
    if (found !== null) return words.replace('$1', found[1]?.replace('.', ',') ?? '');
  }
  return 'Dieser Wert passt hier nicht.';
}

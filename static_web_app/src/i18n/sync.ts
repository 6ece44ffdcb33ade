/** The words of what waits to be sent, in both languages; loaded when somebody looks. */
const en = {
  'sync.allSavedLong': 'Everything you logged has reached Vigor.',
  'sync.explain': 'These are safe on this device and go out by themselves as soon as Vigor can be reached.',
  'sync.now': 'Send now',
  'sync.willSend': 'Waits for a connection.',
  'sync.deleting': 'A deleted workout',
  'sync.mine': 'On this device',
  'sync.theirs': 'On the server',
  'sync.keepMine': 'Keep this one',
  'sync.keepTheirs': 'Keep the other',
  'sync.discard': 'Discard',
  'sync.keepBoth': 'Keep every set',
  'sync.clash': 'This workout was changed elsewhere too',
  'sync.clashBody': 'Both are below. Choose one, or keep every set of both and tidy up later.',
} as const;

const de: Record<keyof typeof en, string> = {
  'sync.allSavedLong': 'Alles, was du aufgezeichnet hast, ist bei Vigor angekommen.',
  'sync.explain': 'Das liegt sicher auf diesem Gerät und geht von selbst hinaus, sobald Vigor erreichbar ist.',
  'sync.now': 'Jetzt senden',
  'sync.willSend': 'Wartet auf eine Verbindung.',
  'sync.deleting': 'Ein gelöschtes Training',
  'sync.mine': 'Auf diesem Gerät',
  'sync.theirs': 'Auf dem Server',
  'sync.keepMine': 'Dieses behalten',
  'sync.keepTheirs': 'Das andere behalten',
  'sync.discard': 'Verwerfen',
  'sync.keepBoth': 'Alle Sätze behalten',
  'sync.clash': 'Dieses Training wurde auch anderswo geändert',
  'sync.clashBody': 'Beide stehen unten. Wähle eines, oder behalte alle Sätze von beiden und räume später auf.',
};

export const syncWords = { en, de };

/** The words of signing out while something is unsent, in both languages. */
const en = {
  'leaving.live': 'A workout is in progress. It stays on this device and goes on when you sign in here again.',
  'leaving.copy': 'Save a copy',
} as const;

const de: Record<keyof typeof en, string> = {
  'leaving.live': 'Ein Training läuft. Es bleibt auf diesem Gerät und geht weiter, wenn du dich hier wieder anmeldest.',
  'leaving.copy': 'Kopie sichern',
};

export const leavingWords = { en, de };

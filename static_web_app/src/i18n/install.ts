/** The words of the offer to install, in both languages. */
const en = {
  'install.title': 'Put Vigor on your home screen',
  'install.body': 'It then opens without a browser around it, and the device keeps what you log for good.',
  'install.apple': 'Tap Share, then “Add to Home Screen”. Without it, iOS clears what a site keeps after seven days without use.',
  'install.do': 'Install',
  'install.never': 'No, thanks',
} as const;

const de: Record<keyof typeof en, string> = {
  'install.title': 'Vigor auf den Startbildschirm legen',
  'install.body': 'Dann öffnet es sich ohne Browser drumherum, und das Gerät behält auf Dauer, was du einträgst.',
  'install.apple': 'Tippe auf „Teilen“, dann auf „Zum Home-Bildschirm“. Ohne das löscht iOS nach sieben Tagen ohne Benutzung, was eine Seite gesichert hat.',
  'install.do': 'Installieren',
  'install.never': 'Nein, danke',
};

export const installWords = { en, de };

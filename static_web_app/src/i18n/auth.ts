/** The words of signing in and signing up, in both languages; loaded with those pages. */
const en = {
  'auth.usernameWrong': 'Use 3 to 30 letters, digits, dots, dashes or underscores, starting and ending with a letter or digit.',
  'auth.usernameHint': '3 to 30 letters, digits, dots, dashes or underscores.',
  'auth.username': 'Username',
  'auth.termsLink': 'Read them',
  'auth.signInTitle': 'Welcome back',
  'auth.registerTitle': 'Create your account',
  'auth.register': 'Create account',
  'auth.passwordHint': 'At least {n} characters. A few words in a row do well.',
  'auth.noAccount': 'New here?',
  'auth.identifierNeeded': 'Enter your e-mail address or username.',
  'auth.identifier': 'E-mail or username',
  'auth.haveAccount': 'Already have an account?',
  'auth.emailWrong': 'Enter an e-mail address, such as ada@example.org.',
  'auth.email': 'E-mail',
  'auth.displayName': 'What should we call you? (optional)',
  'auth.createOne': 'Create an account',
} as const;

const de: Record<keyof typeof en, string> = {
  'auth.usernameWrong': 'Nimm 3 bis 30 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche; am Anfang und Ende ein Buchstabe oder eine Ziffer.',
  'auth.usernameHint': '3 bis 30 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche.',
  'auth.username': 'Benutzername',
  'auth.termsLink': 'Lesen',
  'auth.signInTitle': 'Willkommen zurück',
  'auth.registerTitle': 'Konto anlegen',
  'auth.register': 'Konto anlegen',
  'auth.passwordHint': 'Mindestens {n} Zeichen. Ein paar Wörter hintereinander tun es gut.',
  'auth.noAccount': 'Neu hier?',
  'auth.identifierNeeded': 'Gib deine E-Mail-Adresse oder deinen Benutzernamen ein.',
  'auth.identifier': 'E-Mail oder Benutzername',
  'auth.haveAccount': 'Schon ein Konto?',
  'auth.emailWrong': 'Gib eine E-Mail-Adresse ein, etwa ada@example.org.',
  'auth.email': 'E-Mail',
  'auth.displayName': 'Wie sollen wir dich nennen? (freiwillig)',
  'auth.createOne': 'Konto anlegen',
};

export const authWords = { en, de };

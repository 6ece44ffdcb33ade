/** The words of signing in with another service, in both languages; loaded with the pages that offer it. */
const en = {
  'oidc.with': 'Continue with {name}',
  'oidc.or': 'or',
  'oidc.consentFirst': 'Before {name} is asked',
  'oidc.go': 'Go on to {name}',
  'oidc.working': 'Signing you in',
  'oidc.failedTitle': 'That sign-in did not work',
  'oidc.refused': 'The service did not confirm who you are. Begin again.',
  'oidc.back': 'Back to sign-in',
} as const;

const de: Record<keyof typeof en, string> = {
  'oidc.with': 'Weiter mit {name}',
  'oidc.or': 'oder',
  'oidc.consentFirst': 'Bevor {name} gefragt wird',
  'oidc.go': 'Weiter zu {name}',
  'oidc.working': 'Du wirst angemeldet',
  'oidc.failedTitle': 'Die Anmeldung hat nicht geklappt',
  'oidc.refused': 'Der Dienst hat nicht bestätigt, wer du bist. Beginne noch einmal.',
  'oidc.back': 'Zurück zur Anmeldung',
};

export const oidcWords = { en, de };

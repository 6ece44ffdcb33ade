/** The few fixed phrases of Vigor's own engine: titles of days and drills, stored with plans and logs in English. */
import type { Named } from './exercise';
import type { Language } from './text';

const GERMAN: Readonly<Record<string, string>> = {
  'Full body': 'Ganzkörper',
  'Upper body': 'Oberkörper',
  'Lower body': 'Unterkörper',
  Push: 'Push',
  Pull: 'Pull',
  Legs: 'Beine',
  'Light start': 'Sanfter Einstieg',
  'Easy aerobic day': 'Lockerer Ausdauertag',
  'Easy walking, marching or cycling until you feel warm': 'Locker gehen, marschieren oder Rad fahren, bis dir warm ist',
  'Easy walking and slow breathing': 'Locker gehen und langsam atmen',
  'Balance: stand on one leg beside a wall, both sides': 'Gleichgewicht: neben einer Wand auf einem Bein stehen, beide Seiten',
};

/** A phrase of the engine in this language, "Full body A" as "Ganzkörper A"; null for what it never said. */
export function phraseIn(language: Language, phrase: string): string | null {
  const [, stem = phrase, letter = ''] = /^(.*?)( [ABC])?$/.exec(phrase) ?? [];
  if (!Object.hasOwn(GERMAN, stem)) return null;
  return language === 'en' ? phrase : `${GERMAN[stem] ?? stem}${letter}`;
}

/** The title of a day or a workout; a person's or a model's own stays as it is, in whatever language. */
export function titleIn(language: Language, title: string, lang?: 'en'): Named {
  const known = phraseIn(language, title);
  return known === null ? { name: title, lang } : { name: known, lang: undefined };
}

/** The words of the catalogue in the person's language: the server's own are English, translations come beside them. */
import type { Language } from './text';

/** What the catalogue says of an exercise, as far as words go. */
export interface Worded {
  name: string;
  aliases: readonly string[];
  cues: readonly string[];
  translations?: Partial<Record<string, { name: string; aliases: readonly string[]; cues: readonly string[] }>>;
}

/** A name, and the language it is in where that is not the page's. */
export interface Named {
  name: string;
  lang: 'en' | undefined;
}

/** What has a name in English, and perhaps in other languages too. */
interface Translated {
  name: string;
  translations?: Partial<Record<string, { name: string }>>;
}

/** Something by the name lifters of this language use; in English, and marked so, where there is none. */
export function nameIn(language: Language, thing: Translated): Named {
  const translated = thing.translations?.[language];
  return { name: translated?.name ?? thing.name, lang: language === 'en' || translated !== undefined ? undefined : 'en' };
}

/** Every name an exercise can be looked for by, as `folded`. */
export function namesOf(exercise: Worded): string[] {
  const others = Object.values(exercise.translations ?? {}).flatMap((one) => (one === undefined ? [] : [one.name, ...one.aliases]));
  return [exercise.name, ...exercise.aliases, ...others].map(folded);
}

/** Without case, accents and the e that stands for missing dots: "Bankdrücken", "bankdruecken" and "Bankdrucken" agree. */
export function folded(text: string): string {
  return text.toLocaleLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss').replaceAll(/(^|[^aeq])([aou])e(?=\p{L})/gu, '$1$2');
}

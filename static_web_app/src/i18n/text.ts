/** Words, numbers and dates in the person's language; English is built in, German is loaded when wanted. */
import { holder, useHeld } from '../lib/external';
import { keep, readKept } from '../lib/kept';
import { dayOf } from '../lib/dates';
import { toDisplay, toLoad, toReading, type WeightUnit } from '../lib/units';
import { en } from './en';
import type * as problems from './problems';

export type Language = 'en' | 'de';
export type Key = keyof typeof en;
type PluralOf<K> = K extends `${infer P}.other` ? P : never;
export type Dictionary = Record<Key, string>;
/** The words of pages that bring their own, in every language. */
export type Words<K extends string> = Record<Language, Readonly<Record<K, string>>>;
export type Values = Record<string, string | number>;

const KEPT = 'vigor.lang';

export interface Text<K extends string = Key> {
  language: Language;
  /** Full tag for Intl, with the person's region where it fits the language. */
  locale: string;
  t(key: K, values?: Values): string;
  /** A counted phrase: `plural('sets', 3)` reads `sets.one` or `sets.other`. */
  plural(key: PluralOf<K>, count: number, values?: Values): string;
  number(value: number, digits?: number): string;
  percent(ratio: number): string;
  money(usd: number): string;
  /** `62.5 kg`, from kilograms, to two decimals at most. */
  weight(kg: number, unit: WeightUnit): string;
  /** `138 lb`, from kilograms, as it is to be loaded. */
  load(kg: number, unit: WeightUnit): string;
  /** `72.3 kg`, from kilograms, as scales say it. */
  bodyWeight(kg: number, unit: WeightUnit): string;
  /** `8,743 kg`, from kilograms: what a session or a week adds up to. */
  volume(kg: number, unit: WeightUnit): string;
  /** A moment where this device is; a bare `2026-01-31` stays that day everywhere. */
  date(value: string | number | Date, style?: 'day' | 'short' | 'long' | 'time' | 'full'): string;
  /** ISO weekday 1 to 7 by name. */
  weekday(day: number, style?: 'long' | 'short'): string;
  list(items: readonly string[]): string;
  /** What the server refused, in the person's language; null where its own words are to be shown. */
  problem(code: string): problems.Told | null;
  /** The server's sentence about one field, as a sentence. */
  field(message: string): string;
}

type Foreign = typeof problems;

/** Formats are costly to make, and lists and the logger use the same few at every turn. */
function remembered<O, F>(make: (locale: string, options: O) => F): (locale: string, options: O) => F {
  const formats = new Map<string, F>();
  return (locale, options) => {
    const name = locale + JSON.stringify(options);
    let format = formats.get(name);
    if (format === undefined) formats.set(name, (format = make(locale, options)));
    return format;
  };
}

const numbers = remembered((locale: string, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options));
const dates = remembered((locale: string, options: Intl.DateTimeFormatOptions | undefined) => new Intl.DateTimeFormat(locale, options));

let spoken: Dictionary = en;
let foreign: Foreign | null = null;
const held = holder<Text>(build('en', en));
/** What `useWords` made of each list of words: every component on a page asks for the same. */
const joined = new WeakMap<object, { from: Text; text: Text<string> }>();

/** Sets up the language: what was chosen before, else what the browser asks for. */
export async function startText(): Promise<void> {
  const kept = readKept(KEPT);
  const wanted = kept ?? navigator.language;
  await speak(wanted.toLowerCase().startsWith('de') ? 'de' : 'en');
}

/** Switches the language and remembers it. */
export async function chooseLanguage(language: Language): Promise<void> {
  keep(KEPT, language);
  await speak(language);
}

/** Words and formats in the language chosen now; the component renders again when it changes. */
export function useText(): Text {
  return useHeld(held);
}

/** As `useText`, with the words of the page's own added. */
export function useWords<K extends string>(words: Words<K>): Text<Key | K> {
  const text = useHeld(held);
  let made = joined.get(words);
  if (made?.from !== text) {
    made = { from: text, text: build<string>(text.language, { ...spoken, ...words[text.language] }) };
    joined.set(words, made);
  }
  return made.text as Text<Key | K>;
}

/** Two sets of words as one, for pages that need both. */
export function both<A extends string, B extends string>(one: Words<A>, other: Words<B>): Words<A | B> {
  return { en: { ...one.en, ...other.en }, de: { ...one.de, ...other.de } } as Words<A | B>;
}

async function speak(language: Language): Promise<void> {
  const [words, told] = language === 'de' ? await Promise.all([import('./de').then(({ de }) => de), import('./problems')]) : [en, null];
  foreign = told;
  document.documentElement.lang = language;
  spoken = words;
  held.set(build(language, words));
}

function build<K extends string>(language: Language, words: Readonly<Record<K, string>>): Text<K> {
  const locale = navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? (language === 'de' ? 'de-DE' : 'en-GB');
  const rules = new Intl.PluralRules(locale);
  const styles: Record<string, Intl.DateTimeFormatOptions> = {
    day: { weekday: 'short', day: 'numeric', month: 'short' },
    short: { day: 'numeric', month: 'short' },
    long: { day: 'numeric', month: 'long', year: 'numeric' },
    time: { hour: '2-digit', minute: '2-digit' },
    full: { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' },
  };
  const fill = (text: string, values?: Values): string =>
    values === undefined ? text : text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  const number = (value: number, digits = 1): string => numbers(locale, { maximumFractionDigits: digits }).format(value);
  return {
    language, locale, number,
    t: (key, values) => fill(words[key], values),
    plural(key, count, values) {
      const exact = `${key}.${rules.select(count)}`;
      const text = words[(exact in words ? exact : `${key}.other`) as K];
      return fill(text, { n: number(count), ...values });
    },
    percent: (ratio) => numbers(locale, { style: 'percent', maximumFractionDigits: 0 }).format(ratio),
    money: (usd) => numbers(locale, { style: 'currency', currency: 'USD', maximumFractionDigits: usd !== 0 && Math.abs(usd) < 1 ? 4 : 2 }).format(usd),
    weight: (kg, unit) => `${number(toDisplay(kg, unit), 2)}\u00a0${unit}`,
    load: (kg, unit) => `${number(toLoad(kg, unit), 2)}\u00a0${unit}`,
    bodyWeight: (kg, unit) => `${number(toReading(kg, unit))}\u00a0${unit}`,
    volume: (kg, unit) => `${number(toReading(kg, unit), 0)}\u00a0${unit}`,
    date: (value, style = 'day') => dates(locale, styles[style]).format(dayOf(value)),
    // 1 January 2024 was a Monday.
    weekday: (day, style = 'long') => dates(locale, { weekday: style, timeZone: 'UTC' }).format(Date.UTC(2024, 0, day)),
    problem: (code) => foreign?.germanProblems[code] ?? null,
    field: (message) => foreign?.germanField(message) ?? `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`,
    list: (items) => new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' }).format(items),
  };
}

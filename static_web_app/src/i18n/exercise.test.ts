import { describe, expect, it } from 'vitest';
import { folded, nameIn, namesOf } from './exercise';

const bench = { name: 'Barbell Bench Press', aliases: ['Bench'], cues: ['Press.'], translations: { de: { name: 'Bankdrücken', aliases: ['Flachbankdrücken'], cues: ['Drück.'] } } };

describe('names of exercises', () => {
  it('are in the language of the page, and unmarked then', () => {
    expect(nameIn('de', bench)).toEqual({ name: 'Bankdrücken', lang: undefined });
    expect(nameIn('en', bench)).toEqual({ name: 'Barbell Bench Press', lang: undefined });
  });

  it('stay English, and marked as such, where a catalogue kept by an older version has no translation', () => {
    expect(nameIn('de', { name: 'Plank' })).toEqual({ name: 'Plank', lang: 'en' });
  });

  it('are looked for in every language at once', () => {
    expect(namesOf(bench)).toEqual(['barbell bench press', 'bench', 'bankdrucken', 'flachbankdrucken']);
  });

  it.each(['Bankdrücken', 'BANKDRUECKEN', 'bankdrucken'])('fold %s to one spelling', (typed) => {
    expect(folded(typed)).toBe('bankdrucken');
  });

  it('fold nothing that is no umlaut', () => {
    expect(['Quer', 'Squeeze', 'Gesäß', 'Gesaess', 'Toe'].map(folded)).toEqual(['quer', 'squeeze', 'gesass', 'gesass', 'toe']);
  });
});

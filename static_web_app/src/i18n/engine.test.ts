import { describe, expect, it } from 'vitest';
import { phraseIn, titleIn } from './engine';

describe('titles of days', () => {
  it('of the engine are said in the language of the page, their letter kept', () => {
    expect(titleIn('de', 'Full body A', 'en')).toEqual({ name: 'Ganzkörper A', lang: undefined });
    expect(titleIn('de', 'Legs')).toEqual({ name: 'Beine', lang: undefined });
    expect(titleIn('en', 'Upper body B')).toEqual({ name: 'Upper body B', lang: undefined });
  });

  it('of people and models stay as they were written', () => {
    expect(titleIn('de', 'Full body A with Anna', 'en')).toEqual({ name: 'Full body A with Anna', lang: 'en' });
    expect(titleIn('de', 'constructor')).toEqual({ name: 'constructor', lang: undefined });
    expect(phraseIn('de', '')).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import type { Exercise } from '../api/types';
import { rank } from './ExercisePicker';

function exercise(id: string, name: string, german: string): Exercise {
  return {
    id, name, aliases: [], pattern: 'horizontal_push', kind: 'compound', primary: ['chest'], secondary: [], requires: [], load: 'barbell', level: 'beginner',
    unilateral: false, timed: false, body_weight_factor: null, cues: ['Press.'], translations: { de: { name: german, aliases: [], cues: ['Drück.'] } },
  };
}

const all = [exercise('squat', 'Barbell Back Squat', 'Kniebeuge'), exercise('incline', 'Incline Bench Press', 'Schrägbankdrücken'), exercise('bench', 'Barbell Bench Press', 'Bankdrücken')];
const ids = (wanted: string, language: 'en' | 'de'): string[] => rank(all, wanted, undefined, language).map((one) => one.id);

describe('the exercise picker', () => {
  it.each(['bankdrück', 'bankdruck', 'bankdrueck'])('finds %s by the German name, the one that begins so first', (typed) => {
    expect(ids(typed, 'de')).toEqual(['bench', 'incline']);
  });

  it('finds the other language’s names too, whichever the page speaks', () => {
    expect(ids('squat', 'de')).toEqual(['squat']);
    expect(ids('kniebeuge', 'en')).toEqual(['squat']);
  });

  it('lists by the names it shows', () => {
    expect(ids('', 'de')).toEqual(['bench', 'squat', 'incline']);
    expect(ids('', 'en')).toEqual(['squat', 'bench', 'incline']);
  });
});

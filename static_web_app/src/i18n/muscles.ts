/** The names of muscles, in both languages; loaded with the pages that name them. */
const en = {
  'muscle.chest': 'Chest',
  'muscle.lats': 'Lats',
  'muscle.upper_back': 'Upper back',
  'muscle.shoulders': 'Shoulders',
  'muscle.biceps': 'Biceps',
  'muscle.triceps': 'Triceps',
  'muscle.forearms': 'Forearms',
  'muscle.traps': 'Traps',
  'muscle.neck': 'Neck',
  'muscle.abdominals': 'Abdominals',
  'muscle.lower_back': 'Lower back',
  'muscle.glutes': 'Glutes',
  'muscle.quadriceps': 'Quadriceps',
  'muscle.hamstrings': 'Hamstrings',
  'muscle.adductors': 'Adductors',
  'muscle.abductors': 'Abductors',
  'muscle.calves': 'Calves',
} as const;

const de: Record<keyof typeof en, string> = {
  'muscle.chest': 'Brust',
  'muscle.lats': 'Latissimus',
  'muscle.upper_back': 'Oberer Rücken',
  'muscle.shoulders': 'Schultern',
  'muscle.biceps': 'Bizeps',
  'muscle.triceps': 'Trizeps',
  'muscle.forearms': 'Unterarme',
  'muscle.traps': 'Trapez',
  'muscle.neck': 'Nacken',
  'muscle.abdominals': 'Bauch',
  'muscle.lower_back': 'Unterer Rücken',
  'muscle.glutes': 'Gesäß',
  'muscle.quadriceps': 'Oberschenkel vorn',
  'muscle.hamstrings': 'Oberschenkel hinten',
  'muscle.adductors': 'Adduktoren',
  'muscle.abductors': 'Abduktoren',
  'muscle.calves': 'Waden',
};

export const muscleWords = { en, de };

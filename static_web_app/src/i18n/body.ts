/** The words of body weight and measurements, in both languages; loaded with that page. */
const en = {
  'body.add': 'Add a measurement',
  'body.more': 'Sleep, heart and girths',
  'body.needed': 'Enter at least one value.',
  'body.saved': 'Measurement saved.',
  'body.removed': 'Measurement deleted.',
  'body.empty': 'No measurements yet',
  'body.emptyBody': 'Body weight makes pull-ups and push-ups count in your strength.',
  'body.all': 'All measurements',
  'body.remove': 'Delete the measurement of {date}',

  'metric.weight_kg': 'Body weight',
  'metric.body_fat_pct': 'Body fat',
  'metric.resting_hr': 'Resting heart rate',
  'metric.hrv_ms': 'Heart rate variability',
  'metric.sleep_h': 'Sleep',

  'place.waist': 'Waist',
  'place.hips': 'Hips',
  'place.chest': 'Chest',
  'place.upper_arm': 'Upper arm',
  'place.thigh': 'Thigh',
} as const;

const de: Record<keyof typeof en, string> = {
  'body.add': 'Messung eintragen',
  'body.more': 'Schlaf, Herz und Umfänge',
  'body.needed': 'Trage mindestens einen Wert ein.',
  'body.saved': 'Messung gespeichert.',
  'body.removed': 'Messung gelöscht.',
  'body.empty': 'Noch keine Messungen',
  'body.emptyBody': 'Mit dem Körpergewicht zählen auch Klimmzüge und Liegestütze zu deiner Kraft.',
  'body.all': 'Alle Messungen',
  'body.remove': 'Messung vom {date} löschen',

  'metric.weight_kg': 'Körpergewicht',
  'metric.body_fat_pct': 'Körperfett',
  'metric.resting_hr': 'Ruhepuls',
  'metric.hrv_ms': 'Herzratenvariabilität',
  'metric.sleep_h': 'Schlaf',

  'place.waist': 'Taille',
  'place.hips': 'Hüfte',
  'place.chest': 'Brust',
  'place.upper_arm': 'Oberarm',
  'place.thigh': 'Oberschenkel',
};

export const bodyWords = { en, de };

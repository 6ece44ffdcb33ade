/** The words of the conversation with the coach, in both languages; loaded with that page. */
const en = {
  'coach.ask': 'Ask your coach',
  'coach.send': 'Send',
  'coach.log': 'Conversation',
  'coach.thinking': 'Thinking …',
  'coach.stop': 'Stop',
  'coach.facts': 'Where the numbers come from',
  'coach.you': 'You',
  'coach.coach': 'Coach',
  'coach.safety': 'Please read this first',
  'coach.clear': 'Delete conversation',
  'coach.clearBody': 'The whole conversation is deleted for good.',
  'coach.emptyTitle': 'Ask anything about your training',
  'coach.emptyBody': 'The coach answers from your own plan, log and measurements.',
  'coach.opener1': 'How is my training going?',
  'coach.opener2': 'What should I lift next time?',
  'coach.opener3': 'Why is my bench press not moving?',
  'coach.opener4': 'I only have 20 minutes today. What matters most?',
} as const;

const de: Record<keyof typeof en, string> = {
  'coach.ask': 'Frag deinen Coach',
  'coach.send': 'Senden',
  'coach.log': 'Gespräch',
  'coach.thinking': 'Denkt nach …',
  'coach.stop': 'Anhalten',
  'coach.facts': 'Woher die Zahlen kommen',
  'coach.you': 'Du',
  'coach.coach': 'Coach',
  'coach.safety': 'Lies das bitte zuerst',
  'coach.clear': 'Gespräch löschen',
  'coach.clearBody': 'Das ganze Gespräch wird endgültig gelöscht.',
  'coach.emptyTitle': 'Frag alles zu deinem Training',
  'coach.emptyBody': 'Der Coach antwortet aus deinem Plan, deinem Verlauf und deinen Messungen.',
  'coach.opener1': 'Wie läuft mein Training?',
  'coach.opener2': 'Was soll ich nächstes Mal heben?',
  'coach.opener3': 'Warum geht es beim Bankdrücken nicht weiter?',
  'coach.opener4': 'Ich habe heute nur 20 Minuten. Was ist am wichtigsten?',
};

export const coachWords = { en, de };

/** What the next plan should be like; everything starts as the profile says. */
import { useState, type ReactNode } from 'react';
import type { PlanRequest, Profile } from '../api/types';
import { planWords } from '../i18n/plan';
import { useWords } from '../i18n/text';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Choice, Field, TextArea } from '../ui/Field';
import { Muted, Row } from '../ui/layout';
import { GOALS, TimeFields } from './ProfileFields';

interface PlanAskProps {
  profile: Profile;
  hasPlan: boolean;
  onAsk: (asked: PlanRequest) => void;
  onClose: () => void;
}

export function PlanAsk({ profile, hasPlan, onAsk, onClose }: PlanAskProps): ReactNode {
  const { t } = useWords(planWords);
  const [goal, setGoal] = useState(profile.goals?.[0] ?? 'general');
  const [time, setTime] = useState<Profile>(profile);
  const [notes, setNotes] = useState('');
  return (
    <Dialog title={hasPlan ? t('plan.another') : t('today.makePlan')} onClose={onClose}>
      <Choice legend={t('ask.goal')} name="goal" value={goal} options={GOALS.map((one) => ({ value: one, label: t(`goal.${one}`) }))} onValue={setGoal} />
      <TimeFields profile={time} onChange={(change) => setTime({ ...time, ...change })} />
      <Field label={t('ask.notes')} hint={t('ask.notesHint')}>
        {(described) => <TextArea {...described} name="notes" value={notes} maxLength={2000} onChange={(event) => setNotes(event.target.value)} />}
      </Field>
      {hasPlan && <Muted>{t('ask.oldStays')}</Muted>}
      <Row justifyContent="flex-end">
        <Button look="ghost" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button
          onClick={() =>
            onAsk({
              goal, days_per_week: time.days_per_week ?? null, session_minutes: time.session_minutes ?? null,
              notes: notes.trim() === '' ? null : notes.trim(), fresh: hasPlan,
            })
          }>
          {t('ask.go')}
        </Button>
      </Row>
    </Dialog>
  );
}

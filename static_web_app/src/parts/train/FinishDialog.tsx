/** The end of a session: how hard it was, a note, and what is about to be saved. */
import { useState, type ReactNode } from 'react';
import type { Units } from '../../api/types';
import { useWords } from '../../i18n/text';
import { trainWords } from '../../i18n/train';
import { summarise } from '../../training/summary';
import { endOf, toLog, type LiveSession } from '../../training/live';
import { tally } from '../../training/tally';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Choice, Field, TextArea } from '../../ui/Field';
import { Notice } from '../../ui/feedback';
import { Row, Stat } from '../../ui/layout';

interface FinishProps {
  live: LiveSession;
  unit: Units;
  onChange: (values: Partial<Pick<LiveSession, 'notes' | 'sessionRpe'>>) => void;
  onFinish: () => void;
  onDiscard: () => void;
  onClose: () => void;
}

export default function FinishDialog({ live, unit, onChange, onFinish, onDiscard, onClose }: FinishProps): ReactNode {
  const { t, plural, weight } = useWords(trainWords);
  const [now] = useState(() => Date.now());
  const { done, all } = tally(live);
  const { sets, volumeKg, minutes } = summarise(toLog(live, endOf(live, now)));
  return (
    <Dialog title={t('finish.title')} onClose={onClose}>
      <Row gap="8">
        <Stat value={sets} label={t('finish.sets')} />
        <Stat value={weight(volumeKg, unit)} label={t('finish.volume')} />
        {minutes !== null && !live.known && <Stat value={minutes} label={t('finish.minutes')} />}
      </Row>
      {done === 0 && <Notice tone="warn">{t('finish.nothing')}</Notice>}
      {done > 0 && done < all && <Notice tone="info">{plural('finish.open', all - done)}</Notice>}
      <Choice legend={t('finish.rpe')} hint={t('finish.rpeHint')} name="session_rpe" value={live.sessionRpe === null ? null : String(live.sessionRpe)}
        options={[3, 4, 5, 6, 7, 8, 9, 10].map((rpe) => ({ value: String(rpe), label: String(rpe) }))} onValue={(rpe) => onChange({ sessionRpe: Number(rpe) })} />
      <Field label={t('finish.notes')} hint={t('finish.notesHint')}>
        {(described) => <TextArea {...described} name="notes" maxLength={2000} value={live.notes} onChange={(event) => onChange({ notes: event.target.value })} />}
      </Field>
      <Button size="lg" wide disabled={done === 0} onClick={onFinish}>
        {t('finish.save')}
      </Button>
      <Row justifyContent="space-between">
        <Button look="dangerGhost" size="sm" onClick={onDiscard}>{t('finish.discard')}</Button>
        <Button look="ghost" size="sm" onClick={onClose}>{t('finish.goOn')}</Button>
      </Row>
    </Dialog>
  );
}

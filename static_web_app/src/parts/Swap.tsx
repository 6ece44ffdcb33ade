/** Another exercise in one's place; nothing is charged. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import type { Plan, PlanDay, PlannedExercise } from '../api/types';
import { planWords } from '../i18n/plan';
import { useWords } from '../i18n/text';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { TextField } from '../ui/Field';
import { ProblemNotice, sentenceOf } from '../ui/feedback';
import { P, Row } from '../ui/layout';
import { say } from '../ui/toast';
import { useExerciseNames } from './useExerciseNames';

export function Swap({ plan, day, exercise, onClose }: { plan: Plan; day: PlanDay; exercise: PlannedExercise; onClose: () => void }): ReactNode {
  const words = useWords(planWords);
  const { t } = words;
  const queries = useQueryClient();
  const nameOf = useExerciseNames();
  const [reason, setReason] = useState('');
  const read = (): Promise<unknown> => Promise.all(['plans', 'next', 'profile'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
  const takeBack = async (fresh: PlannedExercise): Promise<void> => {
    try {
      await answerOf(client.POST('/api/plans/{id}/swap', { params: { path: { id: plan.id } }, body: { day: day.day, exercise_id: fresh.exercise_id, to: exercise.exercise_id } }));
      say(t('plan.swappedBack', { name: nameOf(exercise.exercise_id, exercise.name).name }));
    } catch (error) {
      say(sentenceOf(error, words));
    }
    await read();
  };
  const swap = useMutation({
    mutationFn: () =>
      answerOf(client.POST('/api/plans/{id}/swap', { params: { path: { id: plan.id } }, body: { day: day.day, exercise_id: exercise.exercise_id, reason: reason.trim() === '' ? null : reason.trim() } })),
    onSuccess: async (changed) => {
      const before = new Set(day.exercises.map((one) => one.exercise_id));
      const fresh = changed.days.find((one) => one.day === day.day)?.exercises.find((one) => !before.has(one.exercise_id));
      await read();
      if (fresh === undefined) say(t('plan.swapped'));
      else say(t('plan.swappedFor', { name: nameOf(fresh.exercise_id, fresh.name).name }), () => void takeBack(fresh));
      onClose();
    },
  });
  return (
    <Dialog title={t('plan.swapTitle', { name: nameOf(exercise.exercise_id, exercise.name).name })} onClose={onClose}>
      <P>{t('plan.swapBody')}</P>
      <TextField name="reason" label={t('plan.swapReason')} value={reason} onValue={setReason} />
      <ProblemNotice error={swap.error} />
      <Row justifyContent="flex-end">
        <Button look="ghost" onClick={onClose}>{t('action.cancel')}</Button>
        <Button busy={swap.isPending} onClick={() => swap.mutate()}>{t('plan.swap')}</Button>
      </Row>
    </Dialog>
  );
}

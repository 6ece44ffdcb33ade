/** One session as it was done, and what can be done with it: read back, edit, go on, delete. */
import { Box } from '@chakra-ui/react';
import { Pencil, Play, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { Entry, Log } from '../api/types';
import { titleIn } from '../i18n/engine';
import { historyWords } from '../i18n/history';
import { useWords } from '../i18n/text';
import { useHeld } from '../lib/external';
import { outbox } from '../offline/queue';
import { Analysing } from '../parts/Analysing';
import { doneOf } from '../parts/target';
import { useExerciseNames } from '../parts/useExerciseNames';
import { useKeptLog, type KeptLog } from '../parts/useKeptLog';
import { useUnit } from '../parts/useProfile';
import { currentUser } from '../session/session';
import { fromLog } from '../training/live';
import { liveSession, putLive } from '../training/liveStore';
import { summarise } from '../training/summary';
import { Button, LinkButton } from '../ui/Button';
import { Confirm } from '../ui/Dialog';
import { Loaded, Notice } from '../ui/feedback';
import { Badge, Card, H2, Label, Muted, Num, P, Page, Row, Rows, Stack, Stat } from '../ui/layout';
import { say, UNDO_MS } from '../ui/toast';

const RESUMABLE_MS = 12 * 3600 * 1000;

export default function WorkoutPage(): ReactNode {
  const { id = '' } = useParams();
  const { t, date, language } = useWords(historyWords);
  const kept = useKeptLog(id);
  const log = kept.data?.log;
  return (
    <Page title={log?.title == null ? t('history.untitled') : titleIn(language, log.title).name} eyebrow={log === undefined ? undefined : date(log.started_at, 'full')}>
      <Loaded query={kept} lines={4}>{(found) => <Workout log={found.log} waiting={found.waiting} refused={found.refused} etag={found.etag} />}</Loaded>
    </Page>
  );
}

function Workout({ log, waiting, refused, etag }: KeptLog): ReactNode {
  const { t, volume, number, problem } = useWords(historyWords);
  const unit = useUnit();
  const named = useExerciseNames();
  const { sets, volumeKg, minutes } = summarise(log);
  return (
    <>
      {waiting && refused === null && <Notice tone="info">{t('history.waitingLong')}</Notice>}
      {refused !== null && <Notice tone="danger" title={t('history.refused')}><P>{problem(refused.code ?? '')?.detail ?? refused.detail ?? ''}</P><P>{t('history.refusedBody')}</P></Notice>}
      <Card>
        <Row gap={{ base: '6', md: '10' }}>
          <Stat value={sets} label={t('finish.sets')} />
          <Stat value={volume(volumeKg, unit)} label={t('finish.volume')} />
          {minutes !== null && minutes > 0 && <Stat value={minutes} label={t('finish.minutes')} />}
          {log.session_rpe != null && <Stat value={number(log.session_rpe)} label={t('finish.rpeShort')} />}
        </Row>
        {log.notes != null && <P mt="4" whiteSpace="pre-line">{log.notes}</P>}
      </Card>
      {!waiting && <Analysing ask={{ log_id: log.id }} />}
      {(log.entries ?? []).map((entry, index) => (
        <EntryCard key={index} entry={entry} name={named(entry.exercise_id, entry.name).name} />
      ))}
      <Tools log={log} waiting={waiting} etag={etag} nameOf={(id) => named(id).name} />
    </>
  );
}

function EntryCard({ entry, name }: { entry: Entry; name: string }): ReactNode {
  const text = useWords(historyWords);
  const { t } = text;
  const unit = useUnit();
  const sets = entry.sets ?? [];
  const ordinalOf = (index: number): number => sets.slice(0, index + 1).filter((set) => set.kind !== 'warm_up').length;
  return (
    <Card>
      <H2>{name}</H2>
      <Rows as="ol" mt="3" gap="0">
        {sets.map((set, index) => {
          const kind = set.kind ?? 'working';
          return (
            <Row as="li" key={index} py="2" gap="4" borderTop={index === 0 ? '0' : '1px solid'} borderColor="line">
              <Label w="6" textAlign="end">{kind === 'warm_up' ? t('set.warmUpShort') : ordinalOf(index)}</Label>
              <Num fontWeight="620" flex="1">{doneOf(set, unit, text)}</Num>
              {kind !== 'working' && <Badge tone={kind === 'warm_up' ? 'warn' : 'info'}>{t(`set.kind.${kind}`)}</Badge>}
            </Row>
          );
        })}
      </Rows>
      {sets.length === 0 && <Muted mt="2">{t('history.noSets')}</Muted>}
      {entry.notes != null && <Muted mt="3" whiteSpace="pre-line">{entry.notes}</Muted>}
    </Card>
  );
}

function Tools({ log, waiting, etag, nameOf }: { log: Log; waiting: boolean; etag: string | null; nameOf: (id: string) => string }): ReactNode {
  const { t } = useWords(historyWords);
  const navigate = useNavigate();
  const live = useHeld(liveSession);
  const [removing, setRemoving] = useState(false);
  const [openedAt] = useState(() => Date.now());
  const recent = openedAt - Date.parse(log.started_at) < RESUMABLE_MS;

  async function remove(): Promise<void> {
    const seq = await outbox.remove(log.id, { etag, holdMs: UNDO_MS });
    void navigate('/history', { replace: true });
    say(t('history.deleted'), () => void outbox.cancel(seq).then((taken) => (taken ? null : outbox.save(log))));
  }

  return (
    <Stack gap="3">
      <Row gap="2">
        <LinkButton to={`/history/${log.id}/edit`} look="outline">
          <Pencil size={18} aria-hidden="true" />
          {t('action.edit')}
        </LinkButton>
        {recent && live === null && (
          <Button look="outline"
            onClick={() => {
              const user = currentUser();
              if (user === null) return;
              putLive(fromLog(log, user.id, nameOf, { waiting, etag }));
              void navigate('/train');
            }}>
            <Play size={18} aria-hidden="true" />
            {t('history.resume')}
          </Button>
        )}
        <Box flex="1" />
        <Button look="dangerGhost" onClick={() => setRemoving(true)}>
          <Trash2 size={18} aria-hidden="true" />
          {t('action.delete')}
        </Button>
      </Row>
      {removing && (
        <Confirm title={t('history.deleteTitle')} action={t('action.delete')} onConfirm={remove} onClose={() => setRemoving(false)}>
          <P>{t('history.deleteBody')}</P>
        </Confirm>
      )}
    </Stack>
  );
}

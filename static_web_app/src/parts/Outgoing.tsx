/** What waits to be sent, what the server refused and why, and what to do about each. */
import { Box } from '@chakra-ui/react';
import { useNavigate } from 'react-router';
import type { ReactNode } from 'react';
import type { Log } from '../api/types';
import { titleIn } from '../i18n/engine';
import { syncWords } from '../i18n/sync';
import { useText, useWords } from '../i18n/text';
import { useHeld } from '../lib/external';
import type { Waiting } from '../offline/database';
import { uniteLogs } from '../offline/merge';
import { outbox } from '../offline/queue';
import { summarise } from '../training/summary';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Notice } from '../ui/feedback';
import { Card, H3, Muted, P, Row, Stack } from '../ui/layout';
import { doneOf } from './target';
import { useExerciseNames } from './useExerciseNames';
import { useUnit } from './useProfile';

export default function Outgoing({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useWords(syncWords);
  const { items } = useHeld(outbox.state);
  return (
    <Dialog title={t('sync.label')} onClose={onClose}>
      {items.length === 0 && <P>{t('sync.allSavedLong')}</P>}
      {items.some((item) => item.parked === null) && <Muted>{t('sync.explain')}</Muted>}
      <Stack gap="3">
        {items.map((item) => (
          <Item key={item.seq} item={item} onClose={onClose} />
        ))}
      </Stack>
      {items.some((item) => item.parked === null) && (
        <Button look="soft" onClick={() => void outbox.flush()}>
          {t('sync.now')}
        </Button>
      )}
    </Dialog>
  );
}

function Item({ item, onClose }: { item: Waiting; onClose: () => void }): ReactNode {
  const { t, language, problem } = useWords(syncWords);
  const navigate = useNavigate();
  const { log, theirs, parked } = item;
  const seq = item.seq ?? 0;
  const refused = parked !== null && theirs === null;
  const told = problem(parked?.code ?? '');
  return (
    <Card tone="quiet" as="div">
      <Stack gap="3">
        <H3>{item.kind === 'delete' ? t('sync.deleting') : (log?.title == null ? t('history.untitled') : titleIn(language, log.title).name)}</H3>
        {parked === null && <Muted>{t('sync.willSend')}</Muted>}
        {refused && <Notice tone="danger" title={told?.title ?? parked.title}>{told === null ? parked.detail : told.detail}</Notice>}
        {theirs !== null && <Notice tone="warn" title={t('sync.clash')}>{t('sync.clashBody')}</Notice>}
        {log !== null && <About log={log} label={theirs === null ? null : t('sync.mine')} full={theirs !== null} />}
        {theirs !== null && <About log={theirs} label={t('sync.theirs')} full />}
        {parked !== null && (
          <Row gap="2">
            <Button size="sm" onClick={() => void outbox.insist(seq)}>
              {refused ? t('action.retry') : item.kind === 'delete' ? t('action.delete') : t('sync.keepMine')}
            </Button>
            {log !== null && theirs !== null && <Button size="sm" look="outline" onClick={() => void outbox.insist(seq, uniteLogs(log, theirs))}>{t('sync.keepBoth')}</Button>}
            {log !== null && refused && (
              <Button size="sm" look="outline" onClick={() => {
                onClose();
                void navigate(`/history/${item.logId}/edit`);
              }}>
                {t('action.edit')}
              </Button>
            )}
            <Button size="sm" look="dangerGhost" onClick={() => void outbox.cancel(seq)}>
              {refused ? t('sync.discard') : t('sync.keepTheirs')}
            </Button>
          </Row>
        )}
      </Stack>
    </Card>
  );
}

/** A log in a line, or set by set where two have to be told apart. */
function About({ log, label, full = false }: { log: Log; label: string | null; full?: boolean }): ReactNode {
  const text = useText();
  const unit = useUnit();
  const nameOf = useExerciseNames();
  const { exercises, sets } = summarise(log);
  return (
    <Box fontSize="sm">
      {label !== null && <P fontWeight="660">{label}</P>}
      <P color="muted">
        {text.date(log.started_at, 'full')} · {text.plural('count.exercises', exercises)} · {text.plural('count.sets', sets)}
      </P>
      {full && (log.entries ?? []).map((entry, index) => (
        <P key={index}>{`${nameOf(entry.exercise_id, entry.name).name}: ${(entry.sets ?? []).map((set) => doneOf(set, unit, text)).join(', ')}`}</P>
      ))}
      {full && log.notes != null && <P whiteSpace="pre-line">{log.notes}</P>}
    </Box>
  );
}

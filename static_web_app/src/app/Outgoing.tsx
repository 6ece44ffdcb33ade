/** What waits to be sent, what the server refused and why, and what to do about each. */
import { Box } from '@chakra-ui/react';
import { useNavigate } from 'react-router';
import type { ReactNode } from 'react';
import type { Log } from '../api/types';
import { useText } from '../i18n/text';
import { useHeld } from '../lib/external';
import type { Waiting } from '../offline/database';
import { outbox } from '../offline/queue';
import { summarise } from '../training/summary';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Notice } from '../ui/feedback';
import { Card, H3, Muted, P, Row, Stack } from '../ui/layout';

export default function Outgoing({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useText();
  const { items } = useHeld(outbox.state);
  return (
    <Dialog title={t('sync.label')} onClose={onClose}>
      {items.length === 0 && <P>{t('sync.allSavedLong')}</P>}
      {items.length > 0 && <Muted>{t('sync.explain')}</Muted>}
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
  const { t } = useText();
  const navigate = useNavigate();
  const seq = item.seq ?? 0;
  return (
    <Card tone="quiet" as="div">
      <Stack gap="3">
        <H3>{item.kind === 'delete' ? t('sync.deleting') : (item.log?.title ?? t('history.untitled'))}</H3>
        {item.log !== null && <About log={item.log} label={item.theirs === null ? null : t('sync.mine')} />}
        {item.parked === null && <Muted>{t('sync.willSend')}</Muted>}
        {item.parked !== null && <Notice tone="danger" title={item.parked.title}>{item.parked.detail}</Notice>}
        {item.theirs !== null && <About log={item.theirs} label={t('sync.theirs')} />}
        {item.parked !== null && (
          <Row gap="2">
            <Button size="sm" onClick={() => void outbox.insist(seq)}>
              {item.theirs === null ? t('action.retry') : t('sync.keepMine')}
            </Button>
            {item.log !== null && item.theirs === null && (
              <Button size="sm" look="outline" onClick={() => {
                onClose();
                void navigate(`/history/${item.logId}/edit`);
              }}>
                {t('action.edit')}
              </Button>
            )}
            <Button size="sm" look="dangerGhost" onClick={() => void outbox.cancel(seq)}>
              {item.theirs === null ? t('sync.discard') : t('sync.keepTheirs')}
            </Button>
          </Row>
        )}
      </Stack>
    </Card>
  );
}

function About({ log, label }: { log: Log; label: string | null }): ReactNode {
  const { plural, date } = useText();
  const { exercises, sets } = summarise(log);
  return (
    <Box fontSize="sm">
      {label !== null && <P fontWeight="660">{label}</P>}
      <P color="muted">
        {date(log.started_at, 'full')} · {plural('count.exercises', exercises)} · {plural('count.sets', sets)}
      </P>
    </Box>
  );
}

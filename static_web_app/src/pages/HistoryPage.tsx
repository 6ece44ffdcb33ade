/** Every session, newest first, with what has not been sent yet marked in words. */
import { Box } from '@chakra-ui/react';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { titleIn } from '../i18n/engine';
import { historyWords } from '../i18n/history';
import { useWords } from '../i18n/text';
import { Analysing } from '../parts/Analysing';
import { useUnit } from '../parts/useProfile';
import { useHistory, type HistoryItem } from '../training/history';
import { summarise } from '../training/summary';
import { Button, LinkButton } from '../ui/Button';
import { Empty, Loaded, ProblemNotice } from '../ui/feedback';
import { Badge, Card, H2, H3, Muted, Num, Page, Row, Rows, Stack } from '../ui/layout';

export default function HistoryPage(): ReactNode {
  const { t } = useWords(historyWords);
  const history = useHistory();
  const { items } = history;
  return (
    <Page title={t('nav.history')}
      actions={
        <LinkButton to="/history/new" look="soft">
          <Plus size={18} aria-hidden="true" />
          {t('history.add')}
        </LinkButton>
      }>
      {items.length > 0 && <Analysing ask={{ period: 'week' }} />}
      <Loaded query={{ data: history.hasData ? items : undefined, error: history.error, refetch: history.refetch }} lines={5}>
        {(list) => list.length === 0
          ? (
            <Empty title={t('history.empty')} action={<Row justifyContent="center"><LinkButton to="/today">{t('history.toToday')}</LinkButton><LinkButton to="/import" look="outline">{t('nav.import')}</LinkButton></Row>}>
              {t('history.emptyBody')}
            </Empty>
          )
          : <Months items={list} />}
      </Loaded>
      {history.data !== undefined && <ProblemNotice error={history.error} onRetry={() => void history.refetch()} />}
      {history.hasNextPage && (
        <Button look="outline" busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {t('action.more')}
        </Button>
      )}
    </Page>
  );
}

function Months({ items }: { items: readonly HistoryItem[] }): ReactNode {
  const { locale } = useWords(historyWords);
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' });
  const groups = Map.groupBy(items, (item) => month.format(new Date(item.log.started_at)));
  return (
    <Stack gap="7">
      {[...groups].map(([name, members]) => (
        <Stack key={name} as="section" gap="3">
          <H2 color="muted" fontSize="sm" letterSpacing="0">{name}</H2>
          <Rows gap="3">
            {members.map((item) => (
              <li key={item.log.id}>
                <Item item={item} />
              </li>
            ))}
          </Rows>
        </Stack>
      ))}
    </Stack>
  );
}

function Item({ item: { log, state } }: { item: HistoryItem }): ReactNode {
  const { t, plural, date, volume, locale, language } = useWords(historyWords);
  const unit = useUnit();
  const { exercises, sets, volumeKg, minutes } = summarise(log);
  const started = new Date(log.started_at);
  return (
    <Card asChild p={{ base: '3.5', md: '4' }} display="flex" gap="4" alignItems="center" _hover={{ borderColor: 'edge' }} transition="border-color 0.15s">
      <Link to={`/history/${log.id}`}>
        <Box textAlign="center" w="12" flexShrink="0">
          <Num display="block" fontSize="xl" fontWeight="740" lineHeight="1.1" letterSpacing="-0.03em">{started.getDate()}</Num>
          <Muted as="span" fontSize="xs">{new Intl.DateTimeFormat(locale, { weekday: 'short' }).format(started)}</Muted>
        </Box>
        <Box minW="0" flex="1">
          <H3>{log.title == null ? t('history.untitled') : titleIn(language, log.title).name}</H3>
          <Muted>
            {[date(started, 'time'), plural('count.exercises', exercises), plural('count.sets', sets), ...(volumeKg > 0 ? [volume(volumeKg, unit)] : []), ...(minutes !== null && minutes > 0 ? [plural('count.minutesShort', minutes)] : [])].join(' · ')}
          </Muted>
        </Box>
        {state === 'waiting' && <Badge tone="info">{t('history.waiting')}</Badge>}
        {state === 'parked' && <Badge tone="danger">{t('history.parked')}</Badge>}
      </Link>
    </Card>
  );
}

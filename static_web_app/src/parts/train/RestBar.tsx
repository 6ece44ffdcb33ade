/** The rest: time left, large, with more, less and skip within reach. */
import { Box } from '@chakra-ui/react';
import type { ReactNode } from 'react';
import { useWords } from '../../i18n/text';
import { trainWords } from '../../i18n/train';
import { clockOf, extendRest, type Rest } from '../../lib/countdown';
import { changeLive } from '../../training/liveStore';
import { Button } from '../../ui/Button';
import { Num } from '../../ui/layout';
import { useRest } from './signals';

const STEP_S = 15;
// Out of sight and of the layout, but styled and shaped already.
const IDLE = { '&[data-idle]': { visibility: 'hidden', position: 'absolute', height: '0', padding: '0' } } as const;

/** Stands hidden while there is no rest, so that the first set of a session is no slower than the others. */
export function RestBar({ rest }: { rest: Rest | null }): ReactNode {
  const { t } = useWords(trainWords);
  const left = useRest(rest) ?? 0;
  const move = (seconds: number): void =>
    changeLive((live) => (live.rest === null ? live : { ...live, rest: extendRest(live.rest, seconds, Date.now()) }));
  const over = rest !== null && left === 0;
  return (
    <Box data-idle={rest === null ? '' : undefined} css={IDLE} position="relative" overflow="hidden" rounded="md" bg={over ? 'volt' : 'hero'} color={over ? '#15210d' : 'onHero'} px="3" py="1.5" display="flex" alignItems="center" gap="1">
      {!over && <Box aria-hidden="true" position="absolute" insetY="0" insetStart="0" bg="rgb(198 243 95 / 0.2)" style={{ width: `${String((left / Math.max(1, rest?.totalS ?? 1)) * 100)}%` }} transition="width 0.25s linear" />}
      <Box position="relative" flex="1" display="flex" alignItems="baseline" gap="2.5" ps="1">
        <Num role="timer" fontSize="2xl" fontWeight="760" letterSpacing="-0.03em">{clockOf(left)}</Num>
        <Box as="span" role="status" fontSize="sm" fontWeight="600">{over ? t('rest.over') : t('rest.label')}</Box>
      </Box>
      <Box position="relative" display="flex" gap="1">
        {!over && (
          <>
            <Button look="heroGhost" size="icon" fontSize="sm" aria-label={t('rest.less', { n: STEP_S })} onClick={() => move(-STEP_S)}>−{STEP_S}</Button>
            <Button look="heroGhost" size="icon" fontSize="sm" aria-label={t('rest.more', { n: STEP_S })} onClick={() => move(STEP_S)}>+{STEP_S}</Button>
          </>
        )}
        <Button look={over ? 'outline' : 'heroGhost'} size="sm" color={over ? '#15210d' : undefined} borderColor={over ? '#15210d' : undefined} _hover={over ? { bg: 'rgb(0 0 0 / 0.08)' } : undefined} onClick={() => changeLive((live) => ({ ...live, rest: null }))}>
          {over ? t('action.ok') : t('rest.skip')}
        </Button>
      </Box>
    </Box>
  );
}

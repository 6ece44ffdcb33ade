/** Which plates go on each side, as words and as a small picture that follows the current set. */
import { Box } from '@chakra-ui/react';
import type { ReactNode } from 'react';
import type { Profile, Units } from '../../api/types';
import { useWords } from '../../i18n/text';
import { trainWords } from '../../i18n/train';
import { KG_PLATES, LB_PLATES, loadBar } from '../../lib/plates';
import { toDisplay, toLoad } from '../../lib/units';
import { Num } from '../../ui/layout';

interface PlatesProps {
  weightKg: number | null;
  unit: Units;
  profile: Pick<Profile, 'bar_kg' | 'plates_kg'> | undefined;
}

export function Plates({ weightKg, unit, profile }: PlatesProps): ReactNode {
  const { t, number } = useWords(trainWords);
  if (weightKg === null) return null;
  const bar = profile?.bar_kg != null ? toDisplay(profile.bar_kg, unit) : unit === 'kg' ? 20 : 45;
  const own = profile?.plates_kg?.map((plate) => toDisplay(plate, unit)).filter((plate) => plate > 0);
  const plates = own !== undefined && own.length > 0 ? own : unit === 'kg' ? KG_PLATES : LB_PLATES;
  const loading = loadBar(toLoad(weightKg, unit), bar, plates);
  if (loading === null) return null;
  const heaviest = Math.max(...plates);
  const words = loading.perSide.length === 0
    ? t('plates.empty', { bar: number(bar), unit })
    : t('plates.perSide', { plates: loading.perSide.map((plate) => number(plate, 2)).join(' + '), unit });
  return (
    <Box display="flex" alignItems="center" gap="3" minH="8" color="muted" fontSize="sm">
      <Box aria-hidden="true" display="flex" alignItems="center" gap="2px" h="8">
        <Box w="4" h="1.5" bg="edge" rounded="sm" />
        {loading.perSide.map((plate, index) => (
          // Equal plates repeat, so their place is all that tells them apart.
          <Box key={index} w="2" rounded="2px" bg="brand" style={{ height: `${String(30 + (plate / heaviest) * 70)}%`, opacity: 0.55 + (plate / heaviest) * 0.45 }} />
        ))}
        <Box w="2" h="1.5" bg="edge" rounded="sm" />
      </Box>
      <Num whiteSpace="normal">
        {words}
        {loading.missing > 0 && ` ${t('plates.missing', { rest: number(loading.missing, 2), unit })}`}
      </Num>
    </Box>
  );
}

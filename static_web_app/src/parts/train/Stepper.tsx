/** A number with minus and plus on either side and a keypad behind it, for a thumb. */
import { Box, chakra } from '@chakra-ui/react';
import { Minus, Plus } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useWords } from '../../i18n/text';
import { trainWords } from '../../i18n/train';
import { round } from '../../lib/units';
import { useNumberText } from '../../ui/Field';
import { Label } from '../../ui/layout';

const Key = chakra('button', {
  base: { w: '12', minH: '14', display: 'grid', placeItems: 'center', color: 'ink', cursor: 'pointer', flexShrink: 0, rounded: 'md', _hover: { bg: 'line' }, _active: { transform: 'scale(0.94)' } },
});

const Value = chakra('input', {
  base: { w: 'full', minW: '0', minH: '14', textAlign: 'center', fontSize: '2xl', fontWeight: '740', letterSpacing: '-0.03em', fontVariantNumeric: 'tabular-nums', bg: 'transparent', color: 'ink', rounded: 'sm', _invalid: { color: 'danger' } },
});

interface StepperProps {
  label: string;
  value: number | null;
  step: number;
  least?: number;
  mode?: 'decimal' | 'numeric';
  onValue: (value: number | null) => void;
}

export function Stepper({ label, value, step, least = -300, mode = 'decimal', onValue }: StepperProps): ReactNode {
  const { t } = useWords(trainWords);
  const id = useId();
  const text = useNumberText(value, onValue);
  const move = (by: number): void => onValue(Math.max(least, round((value ?? 0) + by, 0.01)));
  return (
    <Box flex="1" minW="0">
      <Label asChild display="block" textAlign="center" mb="1">
        <label htmlFor={id}>{label}</label>
      </Label>
      <Box display="flex" alignItems="center" bg="sunken" rounded="md">
        <Key type="button" aria-label={t('stepper.less', { label, step })} onClick={() => move(-step)}>
          <Minus size={20} aria-hidden="true" />
        </Key>
        <Value id={id} inputMode={mode} autoComplete="off" enterKeyHint="done" {...text.props} />
        <Key type="button" aria-label={t('stepper.more', { label, step })} onClick={() => move(step)}>
          <Plus size={20} aria-hidden="true" />
        </Key>
      </Box>
    </Box>
  );
}

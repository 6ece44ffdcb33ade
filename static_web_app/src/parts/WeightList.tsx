/** A list of weights as one line of text, such as `20; 10; 2,5`. */
import { useState, type ReactNode } from 'react';
import type { Units } from '../api/types';
import { useText } from '../i18n/text';
import { readNumber, toDisplay, toKg } from '../lib/units';
import { TextField } from '../ui/Field';

interface WeightListProps {
  label: string;
  hint: string;
  values: readonly number[] | null;
  unit: Units;
  onValues: (values: number[] | null) => void;
}

/** Numbers between semicolons or spaces; a comma is a decimal comma, unless a space follows it. Null where one is none. */
export function readList(text: string): number[] | null {
  const parts = text.split(/;|\s|,(?=\s)/).filter((part) => part !== '');
  const numbers = parts.map(readNumber);
  return numbers.every((number): number is number => number !== null && number > 0) ? numbers : null;
}

export function WeightList({ label, hint, values, unit, onValues }: WeightListProps): ReactNode {
  const { t, number } = useText();
  const [text, setText] = useState(() => (values ?? []).map((kg) => number(toDisplay(kg, unit), 2)).join('; '));
  const read = readList(text);
  return (
    <TextField name={label} label={`${label} (${unit})`} hint={hint} value={text} error={read === null ? t('field.notANumber') : undefined}
      onValue={(next) => {
        setText(next);
        const numbers = readList(next);
        if (numbers !== null) onValues(numbers.length === 0 ? null : numbers.map((one) => toKg(one, unit)));
      }} />
  );
}

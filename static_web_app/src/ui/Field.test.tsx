/** Number fields show what would read back as the same number, in the person's own way of writing it. */
import { ChakraProvider } from '@chakra-ui/react';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState, type ReactNode } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { chooseLanguage, type Language } from '../i18n/text';
import { readNumber } from '../lib/units';
import { system } from '../theme/system';
import { NumberField } from './Field';

afterEach(cleanup);

function Held({ first, onNumber }: { first: number; onNumber: (value: number | null) => void }): ReactNode {
  const [value, setValue] = useState<number | null>(first);
  return (
    <ChakraProvider value={system}>
      <NumberField name="held" label="Weight" value={value}
        onValue={(next) => {
          setValue(next);
          onNumber(next);
        }} />
    </ChakraProvider>
  );
}

async function shown(locale: string, first: number): Promise<HTMLInputElement> {
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue([locale]);
  await chooseLanguage(locale.slice(0, 2) as Language);
  render(<Held first={first} onNumber={() => undefined} />);
  return screen.getByLabelText('Weight');
}

it.each([
  ['en-GB', 62.5, '62.5'], ['de-DE', 62.5, '62,5'], ['de-CH', 62.5, '62.5'], ['de-AT', 1250.5, '1250,5'], ['en-US', 1250.5, '1250.5'], ['de-DE', 0.075, '0,075'],
] as const)('writes a number as in %s', async (locale, number, text) => {
  const field = await shown(locale, number);
  expect(field.value).toBe(text);
  expect(readNumber(field.value)).toBe(number);
});

it('takes a decimal comma as it is typed', async () => {
  const heard = vi.fn();
  await chooseLanguage('en');
  render(<Held first={60} onNumber={heard} />);
  fireEvent.change(screen.getByLabelText('Weight'), { target: { value: '62,5' } });
  expect(heard).toHaveBeenLastCalledWith(62.5);
  expect(screen.getByLabelText<HTMLInputElement>('Weight').value).toBe('62,5');
});

/** The computed facts that some words rest on, for whoever asks. */
import { Box } from '@chakra-ui/react';
import type { ReactNode } from 'react';
import type { Fact } from '../api/types';
import { dayOf } from '../lib/dates';
import { useText } from '../i18n/text';
import { Muted, Num } from '../ui/layout';
import { More } from '../ui/More';

export function FactList({ title, facts }: { title: string; facts: readonly Fact[] }): ReactNode {
  const { number, date } = useText();
  if (facts.length === 0) return null;
  const shown = (value: Fact['value']): string => {
    if (typeof value === 'number') return number(value, 2);
    return /^\d{4}-\d\d-\d\d$/.test(value) ? date(dayOf(value), 'long') : value;
  };
  return (
    <More summary={title}>
      {/* The names of facts are the server's, in English. */}
      <Box as="dl" fontSize="sm" m="0" maxW="36rem">
        {facts.map((fact) => (
          <Box key={fact.key} display="flex" justifyContent="space-between" gap="4" py="2" borderTop="1px solid" borderColor="line">
            <Box as="dt" minW="0" lang="en">
              {fact.label}
              {fact.explanation != null && <Muted fontSize="xs">{fact.explanation}</Muted>}
            </Box>
            <Num as="dd" m="0" fontWeight="640" textAlign="end" whiteSpace="normal">
              {shown(fact.value)}
              {fact.unit != null && fact.unit !== '' && `\u00a0${fact.unit}`}
            </Num>
          </Box>
        ))}
      </Box>
    </More>
  );
}

/** What Vigor is, what it is not, and the terms a person agrees to. */
import type { ReactNode } from 'react';
import { accountWords } from '../i18n/account';
import { useWords } from '../i18n/text';
import { Card, H2, P, Page, Stack } from '../ui/layout';

export default function AboutPage(): ReactNode {
  const { t } = useWords(accountWords);
  return (
    <Page title={t('about.title')}>
      {(['what', 'not', 'data', 'ai', 'terms'] as const).map((part) => (
        <Card key={part}>
          <Stack gap="2">
            <H2>{t(`about.${part}Title`)}</H2>
            <P>{t(`about.${part}`)}</P>
          </Stack>
        </Card>
      ))}
    </Page>
  );
}

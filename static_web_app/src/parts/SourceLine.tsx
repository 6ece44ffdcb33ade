/** Who wrote something: a model by name, or Vigor's own coach. */
import type { ReactNode } from 'react';
import type { Source } from '../api/types';
import { useText } from '../i18n/text';
import { Muted } from '../ui/layout';

export function SourceLine({ source }: { source: Source }): ReactNode {
  const { t } = useText();
  return <Muted fontSize="xs">{source.kind === 'offline' ? t('source.byOffline') : t('source.byModel', { model: source.model })}</Muted>;
}

/** Vigor's own engine writes English, whatever the language of the page; a model writes the person's. */
export function langOf(source: Pick<Source, 'kind'>): 'en' | undefined {
  return source.kind === 'offline' ? 'en' : undefined;
}

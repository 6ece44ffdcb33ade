/** Who wrote something: a model by name, or Vigor's own coach. */
import type { ReactNode } from 'react';
import type { Source } from '../api/types';
import { useText } from '../i18n/text';
import { Muted } from '../ui/layout';

export function SourceLine({ source }: { source: Source }): ReactNode {
  const { t } = useText();
  return <Muted fontSize="xs">{source.kind === 'offline' ? t('source.byOffline') : t('source.byModel', { model: source.model })}</Muted>;
}

/** An address that leads nowhere. */
import type { ReactNode } from 'react';
import { useText } from '../i18n/text';
import { LinkButton } from '../ui/Button';
import { Empty } from '../ui/feedback';
import { Page } from '../ui/layout';

export default function NotFoundPage(): ReactNode {
  const { t } = useText();
  return (
    <Page title={t('notFound.title')}>
      <Empty title={t('notFound.heading')} action={<LinkButton to="/today">{t('history.toToday')}</LinkButton>}>{t('notFound.body')}</Empty>
    </Page>
  );
}

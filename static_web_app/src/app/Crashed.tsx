/** The last resort on screen: says that something broke, keeps what was logged, and offers a fresh start. */
import { Component, type ReactNode } from 'react';
import { useText } from '../i18n/text';
import { Button } from '../ui/Button';
import { Notice } from '../ui/feedback';
import { Stack } from '../ui/layout';

export class Crashed extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Apology /> : this.props.children;
  }
}

function Apology(): ReactNode {
  const { t } = useText();
  return (
    <Stack maxW="page" mx="auto" p="5">
      <Notice tone="danger" title={t('crash.title')} action={<Button size="sm" look="outline" onClick={() => globalThis.location.reload()}>{t('crash.reload')}</Button>}>
        {t('crash.body')}
      </Notice>
    </Stack>
  );
}

/** A modal dialog on the browser's own element: focus, Escape and the backdrop come with it. */
import { chakra } from '@chakra-ui/react';
import { X } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useText } from '../i18n/text';
import { Button, IconButton, type Look } from './Button';
import { TextField } from './Field';
import { H2, Row, Stack } from './layout';

const Base = chakra('dialog', {
  base: {
    m: { base: 'auto 0 0', md: 'auto' }, p: '0', w: { base: '100%', md: 'min(34rem, 92vw)' }, maxW: { base: '100%', md: '34rem' }, maxH: { base: '92dvh', md: '86dvh' }, border: '0', bg: 'surface',
    roundedTop: 'xl', roundedBottom: { base: '0', md: 'xl' }, boxShadow: 'float', overflow: 'auto', overscrollBehavior: 'contain',
    _backdrop: { bg: 'rgb(6 12 9 / 0.55)', backdropFilter: 'blur(3px)' },
    _open: { animation: 'rise 0.2s ease-out' },
  },
});

export function Dialog({ title, onClose, children }: { title: ReactNode; onClose: () => void; children: ReactNode }): ReactNode {
  const { t } = useText();
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      // The element is gone by now, and with it the browser's own way back to what had the focus.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <Base ref={ref} aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        // The backdrop belongs to the dialog element itself; its content sits in the box within.
        if (event.target === ref.current) onClose();
      }}>
      <Stack p={{ base: '5', md: '6' }} pb={{ base: 'max(1.25rem, env(safe-area-inset-bottom))', md: '6' }} gap="5">
        <Row justifyContent="space-between" flexWrap="nowrap">
          <H2 id={id} fontSize="xl">
            {title}
          </H2>
          <IconButton label={t('action.close')} onClick={onClose} me="-2">
            <X size={20} />
          </IconButton>
        </Row>
        {children}
      </Stack>
    </Base>
  );
}

interface ConfirmProps {
  title: string;
  children: ReactNode;
  action: string;
  look?: Look;
  /** A word to be typed first, for what cannot be undone. */
  word?: string;
  onConfirm: () => Promise<void> | void;
  onClose: () => void;
}

/** Asks before something that is hard to take back. */
export function Confirm({ title, children, action, look = 'danger', word, onConfirm, onClose }: ConfirmProps): ReactNode {
  const { t } = useText();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  async function go(): Promise<void> {
    setBusy(true);
    try {
      await onConfirm();
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <Stack gap="4">{children}</Stack>
      {word !== undefined && <TextField name="confirm" label={t('confirm.type', { word })} value={typed} onValue={setTyped} autoComplete="off" />}
      <Row justifyContent="flex-end">
        <Button look="ghost" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button look={look} busy={busy} disabled={word !== undefined && typed.trim() !== word} onClick={() => void go()}>
          {action}
        </Button>
      </Row>
    </Dialog>
  );
}

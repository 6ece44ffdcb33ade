/** Short messages that pass, with an undo for ten seconds where something was done. */
import { Box } from '@chakra-ui/react';
import { Undo2 } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { holder, useHeld } from '../lib/external';
import { useText } from '../i18n/text';
import { Button, IconButton } from './Button';

export const UNDO_MS = 10_000;

interface Toast {
  id: number;
  text: string;
  undo: (() => void) | null;
  /** Read out and not shown: the page has a place of its own for the undo. */
  quiet: boolean;
}

const toasts = holder<Toast[]>([]);
let lastId = 0;

/** Says something; with `undo` it offers to take it back. */
export function say(text: string, undo: (() => void) | null = null): void {
  lastId += 1;
  toasts.set([...toasts.get().filter((toast) => toast.undo === null).slice(-1), { id: lastId, text, undo, quiet: false }]);
}

/** Says something to screen readers only; `QuietUndo` offers to take it back, where nothing is covered. */
export function sayQuietly(text: string, undo: () => void): void {
  lastId += 1;
  toasts.set([...toasts.get().filter((toast) => toast.undo === null), { id: lastId, text, undo, quiet: true }]);
}

/** Takes back what was said quietly, for as long as a message would stand. */
export function QuietUndo(): ReactNode {
  const { t } = useText();
  const last = useHeld(toasts).find((toast) => toast.quiet);
  if (last === undefined) return null;
  return (
    <IconButton label={t('action.undo')} minH="14" w="14" bg="sunken"
      onClick={() => {
        last.undo?.();
        drop(last.id);
      }}>
      <Undo2 size={21} />
    </IconButton>
  );
}

const drop = (id: number): void => toasts.set(toasts.get().filter((toast) => toast.id !== id));

/** How high whatever stands at the bottom of the page is, in CSS pixels; null where it is the usual bar. */
export const dockHeight = holder<number | null>(null);

/** Where messages appear: above the bar, or above whatever says by `dockHeight` how high it stands. */
export function Toasts(): ReactNode {
  const list = useHeld(toasts);
  const dock = useHeld(dockHeight);
  return (
    <Box role="status" aria-live="polite" position="fixed" insetX="0" style={dock === null ? undefined : { bottom: `calc(${String(dock)}px + 0.75rem)` }} bottom={{ base: 'calc(5.75rem + env(safe-area-inset-bottom))', md: '1.5rem' }} zIndex="60" display="flex" flexDirection="column" alignItems="center" gap="2" px="4" pointerEvents="none">
      {list.map((toast) => (
        toast.quiet ? <Said key={toast.id} toast={toast} /> : <Message key={toast.id} toast={toast} />
      ))}
      <Message toast={NONE} />
    </Box>
  );
}

/** Never seen: it has the styles of a message made before the first one, whose tap would have to wait for them. */
const NONE: Toast = { id: 0, text: '', undo: () => undefined, quiet: false };

function Said({ toast }: { toast: Toast }): ReactNode {
  usePassing(toast);
  return <Box as="span" srOnly>{toast.text}</Box>;
}

/** Takes the message away when its time is over. */
function usePassing(toast: Toast): void {
  useEffect(() => {
    if (toast === NONE) return;
    const timer = setTimeout(() => drop(toast.id), toast.undo === null ? 5000 : UNDO_MS);
    return () => clearTimeout(timer);
  }, [toast]);
}

function Message({ toast }: { toast: Toast }): ReactNode {
  const { t } = useText();
  usePassing(toast);
  return (
    <Box data-idle={toast === NONE ? '' : undefined} css={{ '&[data-idle]': { visibility: 'hidden', position: 'absolute', animation: 'none' } }} display="flex" alignItems="center" gap="3" bg="hero" color="onHero" rounded="full" boxShadow="float" ps="5" pe="2" minH="12" maxW="30rem" pointerEvents="auto" animation="rise 0.2s ease-out" fontSize="sm" fontWeight="560">
      <Box as="span" py="3" pe={toast.undo === null ? '3' : '0'}>
        {toast.text}
      </Box>
      {toast.undo !== null && (
        <Button look="ghost" size="sm" color="volt" _hover={{ bg: 'rgb(255 255 255 / 0.1)' }}
          onClick={() => {
            toast.undo?.();
            drop(toast.id);
          }}>
          {t('action.undo')}
        </Button>
      )}
    </Box>
  );
}

/** The frame around every page: where one can go, what is being saved, and the session in progress. */
import { Box, chakra } from '@chakra-ui/react';
import { Activity, CalendarDays, Dumbbell, History, House, MessageCircle, Settings, ShieldCheck, TrendingUp } from 'lucide-react';
import { lazy, Suspense, type ReactNode } from 'react';
import { Link, NavLink, useLocation } from 'react-router';
import { useText, type Key } from '../i18n/text';
import { useHeld } from '../lib/external';
import { outbox } from '../offline/queue';
import { StorageNotice } from '../parts/StorageNotice';
import { SyncStatus } from '../parts/SyncStatus';
import { currentUser, session, userOf } from '../session/session';
import { liveSession } from '../training/liveStore';
import { tally } from '../training/tally';
import { Button } from '../ui/Button';
import { Notice } from '../ui/feedback';
import { Mark } from '../ui/Mark';
import { applyUpdate, updateReady } from './updates';

const InstallHint = lazy(() => import('../parts/InstallHint'));

interface Place {
  to: string;
  label: Key;
  icon: typeof House;
  /** Whether it also stands in the phone's bottom bar. */
  bar: boolean;
}

const PLACES: readonly Place[] = [
  { to: '/today', label: 'nav.today', icon: House, bar: true },
  { to: '/plan', label: 'nav.plan', icon: CalendarDays, bar: true },
  { to: '/history', label: 'nav.history', icon: History, bar: true },
  { to: '/progress', label: 'nav.progress', icon: TrendingUp, bar: true },
  { to: '/coach', label: 'nav.coach', icon: MessageCircle, bar: true },
  { to: '/body', label: 'nav.body', icon: Activity, bar: false },
  { to: '/settings', label: 'nav.settings', icon: Settings, bar: false },
];

const Skip = chakra('a', {
  base: { position: 'fixed', top: '2', insetStart: '2', zIndex: '100', bg: 'brand', color: 'onBrand', px: '4', py: '3', rounded: 'md', transform: 'translateY(-200%)', _focusVisible: { transform: 'none' } },
});

const RailLink = chakra(NavLink, {
  base: {
    display: 'flex', alignItems: 'center', gap: '3', minH: '11', px: '3.5', rounded: 'md', fontWeight: '600', color: 'muted', fontSize: 'sm',
    _hover: { bg: 'sunken', color: 'ink' }, '&[aria-current="page"]': { bg: 'brandSoft', color: 'brandText' },
  },
});

const BarLink = chakra(NavLink, {
  base: {
    display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'center', gap: '0.5', minH: '14', flex: '1', fontSize: 'xs', fontWeight: '600', color: 'muted', rounded: 'md',
    '& svg': { rounded: 'full' }, '&[aria-current="page"]': { color: 'brandText' },
    '& .pad': { px: '4', py: '1', rounded: 'full' }, '&[aria-current="page"] .pad': { bg: 'brandSoft' },
  },
});

/** The frame for signed-in people, and for pages anybody may read. */
export function Shell({ children }: { children: ReactNode }): ReactNode {
  const { t } = useText();
  const { pathname } = useLocation();
  const state = useHeld(session);
  const user = userOf(state);
  return (
    <Box minH="100dvh" display={{ md: 'grid' }} gridTemplateColumns={{ md: '15rem minmax(0, 1fr)' }}>
      <Skip href="#main">{t('nav.skip')}</Skip>
      <Box as="nav" aria-label={t('nav.label')} display={{ base: 'none', md: 'flex' }} flexDirection="column" gap="1" p="4" position="sticky" top="0" h="100dvh" borderInlineEnd="1px solid" borderColor="line">
        <Box px="3" pt="2" pb="6">
          <Brand to={user === null ? '/' : '/today'} />
        </Box>
        {user !== null && PLACES.map(({ to, label, icon: Icon }) => (
          <RailLink key={to} to={to}>
            <Icon size={19} aria-hidden="true" />
            {t(label)}
          </RailLink>
        ))}
        {user?.role === 'admin' && (
          <RailLink to="/manage">
            <ShieldCheck size={19} aria-hidden="true" />
            {t('nav.admin')}
          </RailLink>
        )}
        <Box mt="auto" px="3">
          {user !== null && <SyncStatus />}
        </Box>
      </Box>
      <Box minW="0">
        <Box as="header" display={{ base: 'flex', md: 'none' }} alignItems="center" justifyContent="space-between" gap="3" px="4" pt="max(0.75rem, env(safe-area-inset-top))" pb="1">
          <Brand to={user === null ? '/' : '/today'} />
          {user !== null && (
            <Box display="flex" alignItems="center" gap="2" minW="0">
              <SyncStatus />
              <Avatar name={user.display_name === '' ? user.username : user.display_name} label={t('nav.settings')} />
            </Box>
          )}
        </Box>
        <Box as="main" id="main" tabIndex={-1} px={{ base: '4', md: '8', xl: '12' }} pt={{ base: '4', md: '10' }} pb={{ base: '9.5rem', md: '16' }}>
          <StorageNotice />
          <Update />
          <Safety />
          {children}
          {user !== null && pathname === '/today' && <Suspense><InstallHint /></Suspense>}
        </Box>
      </Box>
      {user !== null && <InProgress />}
      {user !== null && (
        <Box as="nav" aria-label={t('nav.label')} display={{ base: 'flex', md: 'none' }} position="fixed" bottom="0" insetX="0" zIndex="40" bg="surface" borderTop="1px solid" borderColor="line" px="2" pt="1" pb="max(0.25rem, env(safe-area-inset-bottom))">
          {PLACES.filter((place) => place.bar).map(({ to, label, icon: Icon }) => (
            <BarLink key={to} to={to}>
              <span className="pad">
                <Icon size={21} aria-hidden="true" />
              </span>
              {t(label)}
            </BarLink>
          ))}
        </Box>
      )}
    </Box>
  );
}

/** The frame of sign-in and registration. */
export function OpenShell({ children }: { children: ReactNode }): ReactNode {
  const { t } = useText();
  return (
    <Box minH="100dvh" display="grid" gridTemplateColumns={{ base: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) minmax(0, 1.1fr)' }}>
      <Box as="aside" aria-label="Vigor" display={{ base: 'none', lg: 'flex' }} flexDirection="column" justifyContent="space-between" bg="hero" color="onHero" p="12">
        <Brand to="/" inverted />
        <Box maxW="26rem">
          <Box as="p" fontSize="4xl" fontWeight="770" letterSpacing="-0.045em" lineHeight="1.02" textWrap="balance">
            {t('open.claim')}
          </Box>
          <Box as="p" mt="5" color="heroMuted" fontSize="lg">
            {t('open.sub')}
          </Box>
        </Box>
        <Box as="p" fontSize="sm" color="heroMuted">
          {t('open.foot')}
        </Box>
      </Box>
      <Box as="main" px={{ base: '5', md: '10' }} py={{ base: '5', md: '10' }} display="flex" flexDirection="column">
        <Box display={{ lg: 'none' }} mb="8">
          <Brand to="/" />
        </Box>
        <Box w="full" maxW="27rem" m={{ base: '0 auto', lg: 'auto' }}>
          {children}
        </Box>
      </Box>
    </Box>
  );
}

function Brand({ to, inverted = false }: { to: string; inverted?: boolean }): ReactNode {
  const content = (
    <>
      <Mark />
      <Box as="span" fontWeight="800" fontSize="xl" letterSpacing="-0.05em">
        Vigor
      </Box>
    </>
  );
  const style = { display: 'inline-flex', alignItems: 'center', gap: '2', minH: '11', color: inverted ? 'onHero' : 'ink' } as const;
  // The landing page is a page of its own, outside the app.
  return to === '/' ? <chakra.a href="/" {...style}>{content}</chakra.a> : <Box asChild {...style}><Link to={to}>{content}</Link></Box>;
}

function Avatar({ name, label }: { name: string; label: string }): ReactNode {
  return (
    <Box asChild w="11" h="11" rounded="full" bg="brandSoft" color="brandText" fontWeight="700" display="grid" placeItems="center" flexShrink="0">
      <Link to="/settings" aria-label={label}>
        {name.trim().slice(0, 1).toUpperCase()}
      </Link>
    </Box>
  );
}

/** The way back to the session in progress, from anywhere. */
function InProgress(): ReactNode {
  const { t } = useText();
  const live = useHeld(liveSession);
  if (live === null || currentUser() === null) return null;
  const { done, all } = tally(live);
  return (
    <Box as="aside" aria-label={t('live.tally', { done, all })} position="fixed" zIndex="39" insetX={{ base: '3', md: 'auto' }} insetEnd={{ md: '8' }} bottom={{ base: 'calc(4.6rem + env(safe-area-inset-bottom))', md: '8' }}>
      <Box asChild display="flex" alignItems="center" gap="3" bg="volt" color="#15210d" rounded="full" px="5" minH="12" fontWeight="680" boxShadow="float">
        <Link to="/train">
          <Dumbbell size={20} aria-hidden="true" />
          <Box as="span" flex="1">
            {t('live.resume')}
          </Box>
          <Box as="span" fontVariantNumeric="tabular-nums" fontWeight="600">
            {t('live.tally', { done, all })}
          </Box>
        </Link>
      </Box>
    </Box>
  );
}

/** Shown when the notes of a log hold a warning sign; stays until it is read. */
function Safety(): ReactNode {
  const { t } = useText();
  const { safety } = useHeld(outbox.state);
  if (safety === null) return null;
  return (
    <Box maxW="page" mx="auto" mb="5">
      <Notice tone="danger" title={t('safety.title')} action={<Button size="sm" look="outline" onClick={outbox.safetySeen}>{t('safety.read')}</Button>}>
        {t('safety.body')}
      </Notice>
    </Box>
  );
}

function Update(): ReactNode {
  const { t } = useText();
  const ready = useHeld(updateReady);
  const live = useHeld(liveSession);
  if (ready === null || live !== null) return null;
  return (
    <Box role="status" mb="5" bg="infoSoft" color="info" rounded="md" px="4" py="3" display="flex" alignItems="center" justifyContent="space-between" gap="3" flexWrap="wrap" maxW="page" mx="auto">
      <span>{t('update.ready')}</span>
      <Button size="sm" look="outline" onClick={() => void applyUpdate()}>
        {t('update.apply')}
      </Button>
    </Box>
  );
}

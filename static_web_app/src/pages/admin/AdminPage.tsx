/** Administration: people, tiers, providers, usage and the audit trail, each under its own address. */
import { chakra } from '@chakra-ui/react';
import { Activity, Gauge, ListChecks, Network, Receipt, Users as People } from 'lucide-react';
import type { ReactNode } from 'react';
import { Navigate, NavLink, Route, Routes } from 'react-router';
import { adminWords } from '../../i18n/admin';
import { useWords } from '../../i18n/text';
import { Page, Row } from '../../ui/layout';
import { Audit } from './Audit';
import { Health } from './Health';
import { Providers } from './Providers';
import { StepUp } from './StepUp';
import { Tiers } from './Tiers';
import { Usage } from './Usage';
import { Users } from './Users';

const SECTIONS: readonly { to: string; label: keyof typeof adminWords.en; icon: typeof People }[] = [
  { to: 'users', label: 'admin.users', icon: People },
  { to: 'tiers', label: 'admin.tiers', icon: Gauge },
  { to: 'providers', label: 'admin.providers', icon: Network },
  { to: 'usage', label: 'admin.usage', icon: Receipt },
  { to: 'audit', label: 'admin.audit', icon: ListChecks },
  { to: 'health', label: 'admin.health', icon: Activity },
];

const Tab = chakra(NavLink, {
  base: { minH: '11', px: '4', rounded: 'full', display: 'inline-flex', alignItems: 'center', gap: '2', flexShrink: '0', fontWeight: '620', fontSize: 'sm', color: 'muted', _hover: { bg: 'sunken' }, '&[aria-current="page"]': { bg: 'brand', color: 'onBrand' } },
});

export default function AdminPage(): ReactNode {
  const { t } = useWords(adminWords);
  return (
    <Page title={t('nav.admin')} width="wide">
      <Row as="nav" aria-label={t('nav.admin')} gap="1">
        {SECTIONS.map(({ to, label, icon: Icon }) => <Tab key={to} to={`/manage/${to}`}><Icon size={17} aria-hidden="true" />{t(label)}</Tab>)}
      </Row>
      <Routes>
        <Route index element={<Navigate to="/manage/users" replace />} />
        <Route path="users" element={<Users />} />
        <Route path="tiers" element={<Tiers />} />
        <Route path="providers" element={<Providers />} />
        <Route path="usage" element={<Usage />} />
        <Route path="audit" element={<Audit />} />
        <Route path="health" element={<Health />} />
      </Routes>
      <StepUp />
    </Page>
  );
}

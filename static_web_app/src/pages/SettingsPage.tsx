/** Profile, units, language and looks, and the way to everything about the account. */
import { Box } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import { Activity, ChevronRight, FileUp, Info, KeyRound, Lock, ShieldCheck } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { ApiProblem } from '../api/problem';
import { profileQuery } from '../api/queries';
import type { Profile } from '../api/types';
import { profileWords } from '../i18n/profile';
import { chooseLanguage, useWords, type Key, type Language } from '../i18n/text';
import { useHeld } from '../lib/external';
import { toDisplay, toKg } from '../lib/units';
import { ExercisePicker } from '../parts/ExercisePicker';
import { AimFields, EquipmentFields, InjuryFields, ScreeningFields, TimeFields, UnitFields } from '../parts/ProfileFields';
import { useExerciseNames } from '../parts/useExerciseNames';
import { useProfileChange } from '../parts/useProfile';
import { WeightList } from '../parts/WeightList';
import { SignOut } from '../parts/SignOut';
import { session, userOf } from '../session/session';
import { chooseMode, mode, type Mode } from '../theme/mode';
import { Button } from '../ui/Button';
import { Choice, NumberField } from '../ui/Field';
import { Loaded, ProblemNotice } from '../ui/feedback';
import { Badge, Card, H2, Muted, P, Page, Row, Rows, Stack } from '../ui/layout';
import { Chevron, Details, Summary } from '../ui/More';
import { say } from '../ui/toast';
import type { FieldErrors } from '../ui/useForm';

export default function SettingsPage(): ReactNode {
  const { t } = useWords(profileWords);
  const query = useQuery(profileQuery);
  const user = userOf(useHeld(session));
  return (
    <Page title={t('nav.settings')}>
      {user !== null && (
        <Card>
          <Row justifyContent="space-between">
            <Box minW="0">
              <H2>{user.display_name === '' ? user.username : user.display_name}</H2>
              <Muted>{user.email}</Muted>
            </Box>
            <Badge tone="brand">{t(`tier.${user.tier}`)}</Badge>
          </Row>
        </Card>
      )}
      <Looks />
      <Loaded query={query} lines={5}>{(profile) => <ProfileSections profile={profile} />}</Loaded>
      <Links admin={user?.role === 'admin'} />
      <Box><SignOut scope="here">{t('auth.signOut')}</SignOut></Box>
    </Page>
  );
}

function Looks(): ReactNode {
  const { t, language } = useWords(profileWords);
  const current = useHeld(mode);
  const save = useProfileChange();
  return (
    <Card>
      <Stack gap="5">
        <Choice<Mode> legend={t('settings.theme')} name="theme" value={current} options={[{ value: 'system', label: t('theme.system') }, { value: 'light', label: t('theme.light') }, { value: 'dark', label: t('theme.dark') }]} onValue={chooseMode} />
        <Choice<Language> legend={t('settings.language')} name="language" value={language} options={[{ value: 'en', label: 'English' }, { value: 'de', label: 'Deutsch' }]}
          onValue={(next) => {
            void chooseLanguage(next);
            save.mutate({ locale: next });
          }} />
      </Stack>
    </Card>
  );
}

const SECTIONS = [
  { title: 'settings.aim', Fields: AimFields },
  { title: 'settings.time', Fields: TimeFields },
  { title: 'settings.units', Fields: UnitFields },
  { title: 'settings.equipment', Fields: EquipmentFields },
  { title: 'settings.weights', Fields: WeightFields },
  { title: 'settings.injuries', Fields: InjuryFields },
  { title: 'settings.excluded', Fields: ExcludedFields },
  { title: 'settings.screening', Fields: ScreeningFields },
  { title: 'settings.about', Fields: AboutFields },
] as const satisfies readonly { title: keyof typeof profileWords.en; Fields: unknown }[];

function ProfileSections({ profile }: { profile: Profile }): ReactNode {
  const { t, field } = useWords(profileWords);
  const [draft, setDraft] = useState<Partial<Profile>>({});
  const save = useProfileChange();
  const dirty = Object.keys(draft).length > 0;
  const errors = Object.fromEntries(Object.entries(save.error instanceof ApiProblem ? save.error.fields : {}).map(([name, message]) => [name, field(message)]));
  return (
    <Stack gap="3">
      {SECTIONS.map(({ title, Fields }) => (
        <Card key={title} as="div" p="0">
          <Details>
            <Summary px={{ base: '4', md: '5' }} minH="14" justifyContent="space-between" fontWeight="660" rounded="lg">
              {t(title)}
              <Chevron size={20} />
            </Summary>
            <Box px={{ base: '4', md: '5' }} pb="5" pt="1">
              <Fields profile={{ ...profile, ...draft }} errors={errors} onChange={(change) => setDraft((before) => ({ ...before, ...change }))} />
            </Box>
          </Details>
        </Card>
      ))}
      <ProblemNotice error={save.error} />
      {dirty && (
        <Row position="sticky" bottom={{ base: 'calc(4.6rem + env(safe-area-inset-bottom))', md: '3' }} zIndex="30" bg="surface" border="1px solid" borderColor="line" rounded="xl" p="3" boxShadow="float" justifyContent="space-between">
          <P fontWeight="600" ps="2" role="status">{t('settings.unsaved')}</P>
          <Row gap="2">
            <Button look="ghost"
              onClick={() => {
                setDraft({});
                save.reset();
              }}>
              {t('action.revert')}
            </Button>
            <Button busy={save.isPending}
              onClick={() => save.mutate(draft, {
                onSuccess: () => {
                  setDraft({});
                  say(t('settings.saved'));
                },
              })}>
              {t('action.save')}
            </Button>
          </Row>
        </Row>
      )}
    </Stack>
  );
}

interface FieldsProps {
  profile: Profile;
  /** What the server refused, by field. */
  errors: FieldErrors;
  onChange: (change: Partial<Profile>) => void;
}

/** Exercises that were swapped away or are not wanted: never planned, until they are allowed again. */
function ExcludedFields({ profile, onChange }: FieldsProps): ReactNode {
  const { t } = useWords(profileWords);
  const nameOf = useExerciseNames();
  const [adding, setAdding] = useState(false);
  const excluded = profile.excluded_exercises ?? [];
  return (
    <Stack gap="3">
      <Muted>{t('settings.excludedHint')}</Muted>
      <Rows gap="0">
        {excluded.map((id) => (
          <Row as="li" key={id} justifyContent="space-between" py="1" borderTop="1px solid" borderColor="line">
            <P fontWeight="600" lang={nameOf(id).lang}>{nameOf(id).name}</P>
            <Button size="sm" look="ghost" color="brandText" aria-label={t('settings.allowNamed', { name: nameOf(id).name })} onClick={() => onChange({ excluded_exercises: excluded.filter((one) => one !== id) })}>{t('settings.allow')}</Button>
          </Row>
        ))}
      </Rows>
      <Box><Button size="sm" look="outline" onClick={() => setAdding(true)}>{t('settings.exclude')}</Button></Box>
      {adding && (
        <ExercisePicker title={t('settings.exclude')} onClose={() => setAdding(false)}
          onPick={({ id }) => {
            onChange({ excluded_exercises: [...excluded.filter((one) => one !== id), id] });
            setAdding(false);
          }} />
      )}
    </Stack>
  );
}

function WeightFields({ profile, errors, onChange }: FieldsProps): ReactNode {
  const { t } = useWords(profileWords);
  const unit = profile.units ?? 'kg';
  return (
    <Stack gap="4">
      <NumberField name="bar_kg" error={errors['bar_kg']} label={t('settings.bar')} hint={t('settings.barHint')} unit={unit} value={profile.bar_kg == null ? null : toDisplay(profile.bar_kg, unit)} onValue={(value) => onChange({ bar_kg: value === null ? null : toKg(value, unit) })} />
      <WeightList label={t('settings.plates')} hint={t('settings.platesHint')} values={profile.plates_kg ?? null} unit={unit} onValues={(plates_kg) => onChange({ plates_kg })} />
      <WeightList label={t('settings.dumbbells')} hint={t('settings.dumbbellsHint')} values={profile.dumbbells_kg ?? null} unit={unit} onValues={(dumbbells_kg) => onChange({ dumbbells_kg })} />
    </Stack>
  );
}

function AboutFields({ profile, errors, onChange }: FieldsProps): ReactNode {
  const { t } = useWords(profileWords);
  return (
    <Stack gap="4">
      <Row gap="4" alignItems="flex-start">
        <Box flex="1"><NumberField name="birth_year" error={errors['birth_year']} mode="numeric" label={t('settings.birthYear')} value={profile.birth_year ?? null} onValue={(year) => onChange({ birth_year: year === null ? null : Math.round(year) })} /></Box>
        <Box flex="1"><NumberField name="height_cm" error={errors['height_cm']} label={t('settings.height')} unit="cm" value={profile.height_cm ?? null} onValue={(height_cm) => onChange({ height_cm })} /></Box>
      </Row>
      <Choice legend={t('settings.sex')} name="sex" value={profile.sex ?? null} options={(['female', 'male', 'other'] as const).map((sex) => ({ value: sex as string, label: t(`sex.${sex}`) }))} onValue={(sex) => onChange({ sex })} />
    </Stack>
  );
}

function Links({ admin }: { admin: boolean }): ReactNode {
  const { t } = useWords(profileWords);
  const links: readonly [string, Key, typeof Activity][] = [
    ['/body', 'nav.body', Activity], ['/import', 'nav.import', FileUp], ['/devices', 'nav.devices', KeyRound], ['/privacy', 'nav.privacy', Lock], ['/about', 'nav.about', Info],
    ...(admin ? [['/manage', 'nav.admin', ShieldCheck] satisfies [string, Key, typeof Activity]] : []),
  ];
  return (
    <Card as="nav" aria-label={t('settings.more')} p="0">
      {links.map(([to, label, Icon], index) => (
        <Box asChild key={to} display="flex" alignItems="center" gap="3" minH="14" px={{ base: '4', md: '5' }} borderTop={index === 0 ? '0' : '1px solid'} borderColor="line" fontWeight="600">
          <Link to={to}>
            <Box color="brandText"><Icon size={19} aria-hidden="true" /></Box>
            <Box as="span" flex="1">{t(label)}</Box>
            <ChevronRight size={20} aria-hidden="true" />
          </Link>
        </Box>
      ))}
    </Card>
  );
}

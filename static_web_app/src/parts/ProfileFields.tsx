/** The parts of a profile as fields, shared by the first steps and the settings. */
import { Box, chakra } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { equipmentQuery } from '../api/queries';
import type { EquipmentItem, Goal, Injury, Level, Profile, Region, Screening } from '../api/types';
import { nameIn } from '../i18n/exercise';
import { profileWords } from '../i18n/profile';
import { useWords } from '../i18n/text';
import { Button } from '../ui/Button';
import { Check, Choice, Choices, Field, NativeSelect, TextField } from '../ui/Field';
import { Loaded, Notice } from '../ui/feedback';
import { Card, H3, Muted, Row, Stack } from '../ui/layout';

export const LEVELS: readonly Level[] = ['beginner', 'intermediate', 'advanced'];
export const GOALS: readonly Goal[] = ['general', 'strength', 'hypertrophy', 'fat_loss', 'endurance'];
const REGIONS: readonly Region[] = ['shoulder', 'elbow', 'wrist', 'neck', 'lower_back', 'hip', 'knee', 'ankle', 'other'];
const MINUTES = [20, 30, 45, 60, 75, 90] as const;
const QUESTIONS = ['heart_condition', 'chest_pain', 'dizziness', 'chronic_condition', 'medication', 'joint_problem', 'supervised_only', 'pregnant'] as const;

interface PartProps {
  profile: Profile;
  onChange: (change: Partial<Profile>) => void;
}

export function AimFields({ profile, onChange }: PartProps): ReactNode {
  const { t } = useWords(profileWords);
  return (
    <Stack gap="6">
      <Choices legend={t('profile.goals')} hint={t('profile.goalsHint')} name="goals" values={profile.goals ?? []}
        error={(profile.goals ?? []).length === 0 ? t('profile.goalsNeeded') : undefined}
        options={GOALS.map((goal) => ({ value: goal, label: t(`goal.${goal}`) }))} onValues={(goals) => onChange({ goals })} />
      <Choice legend={t('profile.level')} name="fitness_level" value={profile.fitness_level ?? null}
        hint={profile.fitness_level === undefined ? undefined : t(`levelHint.${profile.fitness_level}`)}
        options={LEVELS.map((level) => ({ value: level, label: t(`level.${level}`) }))} onValue={(level) => onChange({ fitness_level: level })} />
    </Stack>
  );
}

export function TimeFields({ profile, onChange }: PartProps): ReactNode {
  const { t, plural } = useWords(profileWords);
  const minutes = profile.session_minutes ?? 45;
  const offered = (MINUTES as readonly number[]).includes(minutes) ? MINUTES : [...MINUTES, minutes].sort((a, b) => a - b);
  return (
    <Stack gap="6">
      <Choice legend={t('profile.days')} name="days_per_week" value={String(profile.days_per_week ?? 3)}
        options={[1, 2, 3, 4, 5, 6].map((days) => ({ value: String(days), label: String(days) }))} onValue={(days) => onChange({ days_per_week: Number(days) })} />
      <Choice legend={t('profile.minutes')} name="session_minutes" value={String(minutes)}
        options={offered.map((count) => ({ value: String(count), label: plural('count.minutesShort', count) }))} onValue={(count) => onChange({ session_minutes: Number(count) })} />
    </Stack>
  );
}

/** What there is to train with; whole groups can be taken at once. */
export function EquipmentFields({ profile, onChange }: PartProps): ReactNode {
  const { t, language } = useWords(profileWords);
  const query = useQuery(equipmentQuery);
  const owned = profile.equipment ?? [];
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Stack gap="5">
          <Row gap="2">
            <Button size="sm" look="outline" onClick={() => onChange({ equipment: items.map((item) => item.id) })}>
              {t('profile.fullGym')}
            </Button>
            <Button size="sm" look="outline" onClick={() => onChange({ equipment: [] })}>
              {t('profile.bodyOnly')}
            </Button>
          </Row>
          {groups(items).map(([group, members]) => (
            <Choices key={group} legend={groupName(group, t)} name="equipment" values={members.map((item) => item.id).filter((id) => owned.includes(id))}
              options={members.map((item) => ({ value: item.id, label: nameIn(language, item).name }))}
              onValues={(chosen) => onChange({ equipment: [...owned.filter((id) => !members.some((item) => item.id === id)), ...chosen] })} />
          ))}
          {owned.length === 0 && <Muted>{t('profile.bodyOnlyHint')}</Muted>}
        </Stack>
      )}
    </Loaded>
  );
}

function groups(items: readonly EquipmentItem[]): [string, EquipmentItem[]][] {
  const found = new Map<string, EquipmentItem[]>();
  for (const item of items) found.set(item.group, [...(found.get(item.group) ?? []), item]);
  return [...found];
}

/** The catalogue may know groups that this version has no word for. */
function groupName(group: string, t: (key: keyof typeof profileWords.en) => string): string {
  const key = `equipment.${group}`;
  if (key in profileWords.en) return t(key as keyof typeof profileWords.en);
  return group.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());
}

/** What hurts, and whether somebody qualified has cleared it. */
export function InjuryFields({ profile, onChange }: PartProps): ReactNode {
  const { t } = useWords(profileWords);
  const injuries = profile.injuries ?? [];
  const change = (region: Region, values: Partial<Injury>): void =>
    onChange({ injuries: injuries.map((injury) => (injury.region === region ? { ...injury, ...values } : injury)) });
  return (
    <Stack gap="5">
      <Choices legend={t('profile.injuries')} hint={t('profile.injuriesHint')} name="injuries" values={injuries.map((injury) => injury.region)}
        options={REGIONS.map((region) => ({ value: region, label: t(`region.${region}`) }))}
        onValues={(regions) => onChange({ injuries: regions.map((region) => injuries.find((injury) => injury.region === region) ?? { region, note: null, cleared: false }) })} />
      {injuries.map((injury) => (
        <Card key={injury.region} tone="quiet" as="div">
          <H3>{t(`region.${injury.region}`)}</H3>
          <Stack gap="2" mt="3">
            <TextField name={`note-${injury.region}`} label={t('profile.injuryNote')} value={injury.note ?? ''} onValue={(note) => change(injury.region, { note: note === '' ? null : note })} />
            <Check name={`cleared-${injury.region}`} checked={injury.cleared ?? false} onChecked={(cleared) => change(injury.region, { cleared })}>
              {t('profile.injuryCleared')}
            </Check>
          </Stack>
        </Card>
      ))}
    </Stack>
  );
}

/** The screening questions; each is yes, no or not answered. */
export function ScreeningFields({ profile, onChange }: PartProps): ReactNode {
  const { t } = useWords(profileWords);
  const screening: Screening = profile.screening ?? {};
  const set = (values: Partial<Screening>): void => onChange({ screening: { ...screening, ...values } });
  const anyYes = QUESTIONS.some((question) => screening[question] === true);
  return (
    <Stack gap="1">
      <Row justifyContent="flex-end">
        <Button size="sm" look="outline" onClick={() => set(Object.fromEntries(QUESTIONS.map((question) => [question, screening[question] ?? false])))}>
          {t('screening.restNo')}
        </Button>
      </Row>
      {QUESTIONS.map((question) => (
        <chakra.fieldset key={question} border="0" p="0" py="2.5" borderBottom="1px solid" borderColor="line" display="flex" alignItems="center" justifyContent="space-between" gap="4">
          <chakra.legend srOnly>{t(`screening.${question}`)}</chakra.legend>
          <Box aria-hidden="true" fontSize="sm" flex="1">
            {t(`screening.${question}`)}
          </Box>
          <YesNo name={question} value={screening[question] ?? null} onValue={(value) => set({ [question]: value })} />
        </chakra.fieldset>
      ))}
      {anyYes && (
        <Stack mt="4" gap="2">
          <Notice tone="warn" title={t('screening.yesTitle')}>{t('screening.yesBody')}</Notice>
          <Check name="cleared" checked={screening.cleared === true} onChecked={(cleared) => set({ cleared })}>
            {t('screening.cleared')}
          </Check>
        </Stack>
      )}
    </Stack>
  );
}

const Half = chakra('label', {
  base: {
    position: 'relative', minH: '11', minW: '14', px: '3', display: 'inline-flex', alignItems: 'center', justifyContent: 'center', fontSize: 'sm', fontWeight: '600', cursor: 'pointer', border: '1.5px solid', borderColor: 'edge', bg: 'surface',
    _first: { roundedStart: 'full', borderInlineEndWidth: '0' }, _last: { roundedEnd: 'full' },
    '&:has(input:checked)': { bg: 'brand', color: 'onBrand', borderColor: 'brand' },
    '&:has(input:focus-visible)': { outline: '3px solid', outlineColor: 'focus', outlineOffset: '2px', zIndex: '1' },
    '& input': { position: 'absolute', inset: 0, opacity: 0, cursor: 'pointer', width: '100%', height: '100%', margin: 0 },
  },
});

function YesNo({ name, value, onValue }: { name: string; value: boolean | null; onValue: (value: boolean) => void }): ReactNode {
  const { t } = useWords(profileWords);
  return (
    <Box display="inline-flex" flexShrink="0">
      {[false, true].map((option) => (
        <Half key={String(option)}>
          <input type="radio" name={`screening-${name}`} checked={value === option} onChange={() => onValue(option)} />
          {option ? t('word.yes') : t('word.no')}
        </Half>
      ))}
    </Box>
  );
}

/** Units and what stands in the person's gym. */
export function UnitFields({ profile, onChange }: PartProps): ReactNode {
  const { t } = useWords(profileWords);
  const zones = Intl.supportedValuesOf('timeZone');
  const zone = profile.timezone ?? 'UTC';
  return (
    <Stack gap="5">
      <Choice legend={t('unit.title')} hint={t('profile.unitsHint')} name="units" value={profile.units ?? 'kg'}
        options={[{ value: 'kg', label: t('unit.kg') }, { value: 'lb', label: t('unit.lb') }]} onValue={(units) => onChange({ units })} />
      <Field label={t('profile.timezone')} hint={t('profile.timezoneHint')}>
        {(described) => (
          <NativeSelect {...described} value={zone} onChange={(event) => onChange({ timezone: event.target.value })}>
            {[...new Set([zone, 'UTC', ...zones])].map((one) => (
              <option key={one} value={one}>
                {one.replaceAll('_', ' ')}
              </option>
            ))}
          </NativeSelect>
        )}
      </Field>
    </Stack>
  );
}

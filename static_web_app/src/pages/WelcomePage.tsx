/** The first steps: goals, time, equipment, injuries and screening, then the first plan. Nothing is asked twice. */
import { Box } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { profileQuery } from '../api/queries';
import type { Profile } from '../api/types';
import { planWords } from '../i18n/plan';
import { profileWords } from '../i18n/profile';
import { both, useWords } from '../i18n/text';
import { useHeld } from '../lib/external';
import { AimFields, EquipmentFields, InjuryFields, ScreeningFields, TimeFields } from '../parts/ProfileFields';
import { generation, startGeneration } from '../parts/planRequest';
import { Generating, useMade } from '../parts/Generation';
import { useProfileChange } from '../parts/useProfile';
import { Button, IconButton } from '../ui/Button';
import { Loaded, ProblemNotice } from '../ui/feedback';
import { Label, Meter, Page, Row, Stack } from '../ui/layout';

const words = both(profileWords, planWords);

const STEPS = [
  { title: 'welcome.aim', Fields: AimFields },
  { title: 'welcome.time', Fields: TimeFields },
  { title: 'welcome.equipment', Fields: EquipmentFields },
  { title: 'welcome.injuries', Fields: InjuryFields },
  { title: 'welcome.screening', Fields: ScreeningFields },
] as const satisfies readonly { title: keyof typeof profileWords.en; Fields: unknown }[];

export default function WelcomePage(): ReactNode {
  const query = useQuery(profileQuery);
  return (
    <Box as="main" px={{ base: '4', md: '8' }} py={{ base: '4', md: '12' }} minH="100dvh">
      <Box maxW="page" mx="auto">
        <Loaded query={query}>{(profile) => <Steps first={profile} />}</Loaded>
      </Box>
    </Box>
  );
}

function Steps({ first }: { first: Profile }): ReactNode {
  const { t, language } = useWords(words);
  const navigate = useNavigate();
  const [step, setStep] = useState(0);
  const [profile, setProfile] = useState<Profile>(() => ({
    ...first, locale: language, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, goals: first.goals ?? ['general'],
  }));
  const save = useProfileChange();
  useMade(() => void navigate('/plan', { replace: true }));
  const { status } = useHeld(generation);
  const top = useRef<HTMLDivElement>(null);
  const current = STEPS[step];
  useEffect(() => top.current?.querySelector('h1')?.focus(), [step]);

  async function next(): Promise<void> {
    await save.mutateAsync(profile);
    if (step < STEPS.length - 1) {
      setStep(step + 1);
      return;
    }
    startGeneration({});
  }

  if (status !== 'idle') {
    return (
      <Page title={t('generate.title')}>
        <Generating onLeave={() => void navigate('/today', { replace: true })} />
      </Page>
    );
  }
  if (current === undefined) return null;
  const { Fields } = current;
  return (
    <Stack gap="5" ref={top}>
      <Row flexWrap="nowrap" gap="3">
        <IconButton label={t('action.back')} disabled={step === 0} onClick={() => setStep(step - 1)}>
          <ArrowLeft size={20} />
        </IconButton>
        <Box flex="1">
          <Meter ratio={(step + 1) / STEPS.length} />
        </Box>
        <Label>{t('welcome.step', { n: step + 1, of: STEPS.length })}</Label>
      </Row>
      <Page key={step} title={t(current.title)}>
        <Fields profile={profile} onChange={(change) => setProfile((before) => ({ ...before, ...change }))} />
        <ProblemNotice error={save.error} />
        <Box position="sticky" bottom="0" bg="canvas" py="4" mt="2" borderTop="1px solid" borderColor="line">
          <Button size="lg" wide busy={save.isPending} disabled={(profile.goals ?? []).length === 0} onClick={() => void next().catch(() => undefined)}>
            {step === STEPS.length - 1 ? t('welcome.finish') : t('action.next')}
          </Button>
        </Box>
      </Page>
    </Stack>
  );
}

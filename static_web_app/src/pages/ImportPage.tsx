/** Bringing a history along: the file, the unit where it cannot be told, what it holds, what came in, and undo. */
import { Box, chakra } from '@chakra-ui/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import { ApiProblem } from '../api/problem';
import { AFTER_LOG } from '../api/queries';
import type { ImportReport, Units } from '../api/types';
import { accountWords } from '../i18n/account';
import { useWords } from '../i18n/text';
import { newId } from '../lib/ids';
import { EarlierImports, ImportUnderWay, makerOf } from '../parts/Imports';
import { Button, LinkButton, Spinner } from '../ui/Button';
import { Choice } from '../ui/Field';
import { Notice, ProblemNotice } from '../ui/feedback';
import { Card, H2, Muted, P, Page, Row, Rows, Stack, Stat } from '../ui/layout';
import { More } from '../ui/More';
import { say } from '../ui/toast';

const LARGEST = 20 * 1024 * 1024;

interface Chosen {
  file: File;
  /** Where the file does not say it. */
  unit: Units | null;
}

/** Sends the file as it is; with `preview` nothing is kept. */
async function send({ file, unit }: Chosen, preview: boolean): Promise<ImportReport> {
  const isJson = file.name.toLowerCase().endsWith('.json') || /^\s*[[{]/.test(await file.slice(0, 200).text());
  return answerOf(client.POST('/api/workouts/imports', {
    params: {
      query: { preview, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...(unit === null ? {} : { unit }) },
      ...(preview ? {} : { header: { 'Idempotency-Key': newId() } }),
    },
    body: file as never,
    bodySerializer: () => file,
    headers: { 'Content-Type': isJson ? 'application/json' : 'text/csv' },
  }));
}

export default function ImportPage(): ReactNode {
  const { t } = useWords(accountWords);
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const refresh = (): void => {
    for (const key of [...AFTER_LOG, 'imports', 'metrics', 'plans', 'profile']) void queries.invalidateQueries({ queryKey: [key] });
  };
  const look = useMutation({ mutationFn: (what: Chosen) => send(what, true) });
  const bring = useMutation({ mutationFn: (what: Chosen) => send(what, false), onSuccess: refresh });
  const undo = useMutation({
    mutationFn: (id: string) => answerOf(client.DELETE('/api/workouts/imports/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      refresh();
      start(null);
      say(t('import.undone'));
    },
  });
  const unitNeeded = look.error instanceof ApiProblem && look.error.code === 'unit_needed';

  function start(next: Chosen | null): void {
    setChosen(next);
    look.reset();
    bring.reset();
    if (next !== null && next.file.size <= LARGEST) look.mutate(next);
  }

  return (
    <Page title={t('nav.import')}>
      <P maxW="40rem">{t('import.body')}</P>
      {bring.data === undefined && (
        <Card>
          <Stack gap="5">
            <Drop file={chosen?.file ?? null} onFile={(file) => start({ file, unit: null })} />
            {chosen !== null && chosen.file.size > LARGEST && <Notice tone="danger" title={t('import.tooLarge')} />}
            {chosen !== null && (unitNeeded || chosen.unit !== null) && (
              <Notice tone="warn" title={t('import.unitTitle')}>
                <P mb="3">{t('import.unitBody')}</P>
                <Choice legend={t('unit.title')} name="import-unit" value={chosen.unit} options={[{ value: 'kg', label: t('unit.kg') }, { value: 'lb', label: t('unit.lb') }]} onValue={(unit) => start({ ...chosen, unit })} />
              </Notice>
            )}
            {!unitNeeded && <ProblemNotice error={look.error ?? bring.error} />}
            {look.isPending && <Row gap="2" color="muted" role="status"><Spinner /><P>{t('import.reading')}</P></Row>}
            {look.data !== undefined && <Held report={look.data} />}
            {look.data !== undefined && chosen !== null && (
              <Row>
                <Button size="lg" busy={bring.isPending} disabled={look.data.workouts === 0} onClick={() => bring.mutate(chosen)}>
                  {bring.isPending ? t('import.keeping') : t('import.go')}
                </Button>
                {!bring.isPending && <Button look="ghost" size="lg" onClick={() => start(null)}>{t('action.cancel')}</Button>}
              </Row>
            )}
            {bring.isPending && <ImportUnderWay />}
          </Stack>
        </Card>
      )}
      {bring.data !== undefined && (
        <Card aria-live="polite">
          <Stack gap="5">
            <H2>{t('import.done', { kind: makerOf(bring.data.kind) })}</H2>
            <Counts report={bring.data} />
            <ProblemNotice error={undo.error} />
            <Row>
              <LinkButton to="/history">{t('import.see')}</LinkButton>
              <Button look="dangerGhost" busy={undo.isPending} onClick={() => undo.mutate(bring.data.id)}>{t('import.undo')}</Button>
            </Row>
          </Stack>
        </Card>
      )}
      {!bring.isPending && <EarlierImports except={bring.data?.id ?? null} undoing={undo.isPending ? undo.variables : null} onUndo={(id) => undo.mutate(id)} />}
    </Page>
  );
}

function Drop({ file, onFile }: { file: File | null; onFile: (file: File) => void }): ReactNode {
  const { t, number } = useWords(accountWords);
  const take = (files: FileList | null): void => {
    const first = files?.[0];
    if (first !== undefined) onFile(first);
  };
  return (
    <chakra.label display="flex" flexDirection="column" alignItems="center" gap="2" textAlign="center" p={{ base: '6', md: '8' }} border="2px dashed" borderColor="edge" rounded="lg" cursor="pointer" _hover={{ borderColor: 'brandText', bg: 'brandSoft' }} transition="background-color 0.15s" css={{ '&:has(input:focus-visible)': { outline: '3px solid', outlineColor: 'focus', outlineOffset: '2px' } }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        take(event.dataTransfer.files);
      }}>
      <Box color="brandText"><FileUp size={30} aria-hidden="true" /></Box>
      <P fontWeight="660">{file === null ? t('import.choose') : file.name}</P>
      <Muted>{file === null ? t('import.formats') : t('import.size', { size: number(Math.max(1, file.size / 1024), 0) })}</Muted>
      <input className="sr" type="file" accept=".csv,.json,text/csv,application/json"
        onChange={(event) => {
          take(event.target.files);
          // So that the same file can be chosen again.
          event.target.value = '';
        }} />
    </chakra.label>
  );
}

/** What the file holds, before anything is kept. */
function Held({ report }: { report: ImportReport }): ReactNode {
  const { t } = useWords(accountWords);
  return (
    <Stack gap="4" aria-live="polite">
      <Box>
        <H2>{t('import.held', { kind: makerOf(report.kind) })}</H2>
        <Muted>{t(report.workouts === 0 ? 'import.nothingNew' : 'import.nothingYet')}</Muted>
      </Box>
      <Counts report={report} />
    </Stack>
  );
}

function Counts({ report }: { report: ImportReport }): ReactNode {
  const { t, plural, number } = useWords(accountWords);
  return (
    <Stack gap="4">
      <Box display="grid" gap="4" gridTemplateColumns="repeat(3, minmax(0, 1fr))">
        <Stat value={number(report.workouts, 0)} label={t('import.workouts')} />
        <Stat value={number(report.sets, 0)} label={t('import.sets')} />
        <Stat value={number(report.duplicates, 0)} label={t('import.duplicates')} />
      </Box>
      {report.custom_exercises.length > 0 && <More summary={plural('import.custom', report.custom_exercises.length)}><Muted>{report.custom_exercises.join(', ')}</Muted></More>}
      {report.warnings.length > 0 && (
        <Notice tone="warn" title={plural('import.warnings', report.warnings.length)}>
          <Rows gap="1" mt="1" maxH="16rem" overflowY="auto" tabIndex={0}>
            {report.warnings.map((warning, index) => <li key={index}>{t('import.line', { line: warning.line })}: <span lang="en">{warning.message}</span></li>)}
          </Rows>
        </Notice>
      )}
    </Stack>
  );
}

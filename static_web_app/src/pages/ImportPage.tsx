/** Bringing a history along: the file, the unit where it cannot be told, what came in, and undo. */
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
import { EarlierImports, ImportUnderWay } from '../parts/Imports';
import { Button, LinkButton } from '../ui/Button';
import { Choice } from '../ui/Field';
import { Notice, ProblemNotice } from '../ui/feedback';
import { Card, H2, Muted, P, Page, Row, Rows, Stack, Stat } from '../ui/layout';
import { say } from '../ui/toast';

const LARGEST = 20 * 1024 * 1024;

export default function ImportPage(): ReactNode {
  const { t, number } = useWords(accountWords);
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [unit, setUnit] = useState<Units | null>(null);
  const refresh = (): void => {
    for (const key of [...AFTER_LOG, 'metrics', 'plans', 'profile']) void queries.invalidateQueries({ queryKey: [key] });
  };
  const bring = useMutation({
    mutationFn: async ({ chosen, as }: { chosen: File; as: Units | null }) => {
      const text = await chosen.text();
      const json = chosen.name.toLowerCase().endsWith('.json') || /^\s*[[{]/.test(text.slice(0, 200));
      return answerOf(client.POST('/api/workouts/imports', {
        params: { query: { timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...(as === null ? {} : { unit: as }) }, header: { 'Idempotency-Key': newId() } },
        body: text as never,
        bodySerializer: (body: unknown) => body as string,
        headers: { 'Content-Type': json ? 'application/json' : 'text/csv' },
      }));
    },
    onSuccess: refresh,
  });
  const undo = useMutation({
    mutationFn: (id: string) => answerOf(client.DELETE('/api/workouts/imports/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      refresh();
      void queries.invalidateQueries({ queryKey: ['imports'] });
      bring.reset();
      setFile(null);
      say(t('import.undone'));
    },
  });
  const askUnit = bring.error instanceof ApiProblem && bring.error.code === 'unit_needed';
  const tooLarge = file !== null && file.size > LARGEST;

  return (
    <Page title={t('nav.import')}>
      <P maxW="40rem">{t('import.body')}</P>
      {bring.data === undefined && (
        <Card>
          <Stack gap="5">
            <chakra.label display="flex" flexDirection="column" alignItems="center" gap="3" textAlign="center" p="8" border="2px dashed" borderColor="edge" rounded="lg" cursor="pointer" _hover={{ borderColor: 'brandText' }} css={{ '&:has(input:focus-visible)': { outline: '3px solid', outlineColor: 'focus', outlineOffset: '2px' } }}
              onDragOver={(event) => event.preventDefault()}
              onDrop={(event) => {
                event.preventDefault();
                setFile(event.dataTransfer.files[0] ?? null);
                bring.reset();
              }}>
              <Box color="brandText"><FileUp size={30} aria-hidden="true" /></Box>
              <P fontWeight="660">{file === null ? t('import.choose') : file.name}</P>
              <Muted>{file === null ? t('import.formats') : t('import.size', { size: number(Math.max(1, file.size / 1024), 0) })}</Muted>
              <input className="sr" type="file" accept=".csv,.json,text/csv,application/json"
                onChange={(event) => {
                  setFile(event.target.files?.[0] ?? null);
                  bring.reset();
                }} />
            </chakra.label>
            {askUnit && (
              <Notice tone="warn" title={t('import.unitTitle')}>
                <P mb="3">{t('import.unitBody')}</P>
                <Choice legend={t('unit.title')} name="import-unit" value={unit} options={[{ value: 'kg', label: t('unit.kg') }, { value: 'lb', label: t('unit.lb') }]} onValue={setUnit} />
              </Notice>
            )}
            {tooLarge && <Notice tone="danger">{t('import.tooLarge')}</Notice>}
            {!askUnit && <ProblemNotice error={bring.error} />}
            <Row>
              <Button busy={bring.isPending} disabled={file === null || tooLarge || (askUnit && unit === null)} onClick={() => file !== null && bring.mutate({ chosen: file, as: unit })}>
                {bring.isPending ? t('import.reading') : t('import.go')}
              </Button>
            </Row>
            {bring.isPending && <ImportUnderWay />}
          </Stack>
        </Card>
      )}
      {bring.data !== undefined && <Report report={bring.data} undoing={undo.isPending} failure={undo.error} onUndo={() => undo.mutate(bring.data.id)} />}
      {!bring.isPending && <EarlierImports except={bring.data?.id ?? null} undoing={undo.isPending ? undo.variables : null} onUndo={(id) => undo.mutate(id)} />}
    </Page>
  );
}

function Report({ report, undoing, failure, onUndo }: { report: ImportReport; undoing: boolean; failure: unknown; onUndo: () => void }): ReactNode {
  const { t, plural } = useWords(accountWords);
  return (
    <Card aria-live="polite">
      <Stack gap="5">
        <H2>{t('import.done', { kind: report.kind })}</H2>
        <Row gap="8">
          <Stat value={report.workouts} label={t('import.workouts')} />
          <Stat value={report.sets} label={t('import.sets')} />
          <Stat value={report.duplicates} label={t('import.duplicates')} />
        </Row>
        {report.custom_exercises.length > 0 && (
          <chakra.details>
            <chakra.summary minH="11" display="flex" alignItems="center" cursor="pointer" fontWeight="640" fontSize="sm" color="brandText">{plural('import.custom', report.custom_exercises.length)}</chakra.summary>
            <Muted>{report.custom_exercises.join(', ')}</Muted>
          </chakra.details>
        )}
        {report.warnings.length > 0 && (
          <Notice tone="warn" title={plural('import.warnings', report.warnings.length)}>
            <Rows gap="1" mt="1" maxH="16rem" overflowY="auto" tabIndex={0}>
              {report.warnings.map((warning, index) => <li key={index}>{t('import.line', { line: warning.line })}: {warning.message}</li>)}
            </Rows>
          </Notice>
        )}
        <ProblemNotice error={failure} />
        <Row>
          <LinkButton to="/history">{t('import.see')}</LinkButton>
          <Button look="dangerGhost" busy={undoing} onClick={onUndo}>{t('import.undo')}</Button>
        </Row>
      </Stack>
    </Card>
  );
}

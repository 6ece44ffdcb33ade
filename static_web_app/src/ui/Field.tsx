/** Form fields with their label, hint and error joined for screen readers. */
import { Box, chakra } from '@chakra-ui/react';
import { useId, useState, type ChangeEvent, type ReactNode } from 'react';
import { readNumber } from '../lib/units';
import { useText } from '../i18n/text';
import { Row } from './layout';

const control = {
  w: 'full', minH: '12', px: '4', py: '2.5', rounded: 'md', bg: 'surface', color: 'ink', border: '1.5px solid', borderColor: 'edge', fontSize: 'md',
  transition: 'border-color 0.15s', _hover: { borderColor: 'muted' },
  _focusVisible: { outline: '3px solid', outlineColor: 'focus', outlineOffset: '1px' },
  _invalid: { borderColor: 'danger' }, _placeholder: { color: 'muted' }, _disabled: { opacity: 0.6 },
} as const;

export const Input = chakra('input', { base: control });
export const TextArea = chakra('textarea', { base: { ...control, minH: '24', lineHeight: '1.5', resize: 'vertical', fieldSizing: 'content' } });
export const NativeSelect = chakra('select', { base: { ...control, appearance: 'auto', cursor: 'pointer' } });

interface Described {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string;
  children: (described: Described) => ReactNode;
}

/** Wraps any control; the control takes the given attributes. */
export function Field({ label, hint, error, children }: FieldProps): ReactNode {
  const id = useId();
  const notes = [hint !== undefined ? `${id}-hint` : '', error !== undefined ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <Box minW="0">
      <chakra.label htmlFor={id} display="block" fontWeight="620" fontSize="sm" mb="1.5">
        {label}
      </chakra.label>
      {children({ id, 'aria-describedby': notes === '' ? undefined : notes, 'aria-invalid': error === undefined ? undefined : true })}
      {hint !== undefined && (
        <chakra.p id={`${id}-hint`} mt="1.5" fontSize="sm" color="muted">
          {hint}
        </chakra.p>
      )}
      {error !== undefined && (
        <chakra.p id={`${id}-error`} mt="1.5" fontSize="sm" color="danger" fontWeight="560">
          {error}
        </chakra.p>
      )}
    </Box>
  );
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  name: string;
  value: string;
  onValue: (value: string) => void;
  type?: 'text' | 'email' | 'password' | 'date' | 'datetime-local' | 'search';
  autoComplete?: string;
  required?: boolean;
  placeholder?: string;
  max?: string;
}

export function TextField({ label, hint, error, onValue, type = 'text', ...rest }: TextFieldProps): ReactNode {
  const { t } = useText();
  const [shown, setShown] = useState(false);
  const secret = type === 'password';
  return (
    <Field label={label} hint={hint} error={error}>
      {(described) => (
        <Box position="relative">
          <Input {...described} {...rest} type={secret && shown ? 'text' : type} pe={secret ? '20' : undefined}
            autoCapitalize={type === 'email' || secret ? 'none' : undefined} spellCheck={secret ? false : undefined}
            onChange={(event: ChangeEvent<HTMLInputElement>) => onValue(event.target.value)} />
          {secret && (
            <chakra.button type="button" position="absolute" insetEnd="1" top="50%" transform="translateY(-50%)" minH="11" px="3" fontSize="sm" fontWeight="600"
              color="brandText" rounded="md" cursor="pointer" aria-pressed={shown} onClick={() => setShown(!shown)}>
              {shown ? t('field.hide') : t('field.show')}
            </chakra.button>
          )}
        </Box>
      )}
    </Field>
  );
}

interface NumberFieldProps extends Omit<FieldProps, 'children'> {
  name: string;
  value: number | null;
  onValue: (value: number | null) => void;
  /** Shown behind the number. */
  unit?: string;
  mode?: 'decimal' | 'numeric';
}

/** A number as typed: comma or point, empty for nothing; the text stays as typed while it has the focus. */
export function NumberField({ label, hint, error, value, onValue, unit, mode = 'decimal', name }: NumberFieldProps): ReactNode {
  const { t } = useText();
  const number = useNumberText(value, onValue);
  return (
    <Field label={label} hint={hint} error={number.wrong ? t('field.notANumber') : error}>
      {(described) => (
        <Box position="relative">
          <Input {...described} name={name} inputMode={mode} autoComplete="off" pe={unit === undefined ? undefined : '14'} {...number.props} />
          {unit !== undefined && (
            <Box as="span" aria-hidden="true" position="absolute" insetEnd="4" top="50%" transform="translateY(-50%)" color="muted" fontSize="sm">
              {unit}
            </Box>
          )}
        </Box>
      )}
    </Field>
  );
}

/** Binds a text input to a number without fighting the typist. */
export function useNumberText(value: number | null, onValue: (value: number | null) => void) {
  const { locale } = useText();
  const [draft, setDraft] = useState<string | null>(null);
  const parsed = draft === null ? value : readNumber(draft);
  const wrong = draft !== null && Number.isNaN(parsed);
  // Without grouping: what is shown must read back as the same number.
  const shown = draft ?? (value === null ? '' : new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 6 }).format(value));
  return {
    wrong,
    props: {
      value: shown,
      'aria-invalid': wrong || undefined,
      onFocus: (event: { target: HTMLInputElement }) => event.target.select(),
      onChange: (event: ChangeEvent<HTMLInputElement>) => {
        setDraft(event.target.value);
        const next = readNumber(event.target.value);
        if (!Number.isNaN(next)) onValue(next);
      },
      onBlur: () => {
        if (!wrong) setDraft(null);
      },
    },
  };
}

const pill = {
  display: 'inline-flex', alignItems: 'center', justifyContent: 'center', minH: '11', px: '4', rounded: 'full', border: '1.5px solid', borderColor: 'edge', bg: 'surface',
  fontSize: 'sm', fontWeight: '600', cursor: 'pointer', textAlign: 'center', position: 'relative', lineHeight: '1.25',
  '&:has(input:checked)': { bg: 'brand', color: 'onBrand', borderColor: 'brand' },
  '&:has(input:focus-visible)': { outline: '3px solid', outlineColor: 'focus', outlineOffset: '2px' },
  '& input': { position: 'absolute', inset: 0, opacity: 0, cursor: 'pointer', width: '100%', height: '100%', margin: 0 },
} as const;

const Pill = chakra('label', { base: pill });

export interface Option<T extends string> {
  value: T;
  label: ReactNode;
}

interface ChoiceProps<T extends string> {
  legend: ReactNode;
  hint?: ReactNode;
  error?: string;
  name: string;
  options: readonly Option<T>[];
}

function Fieldset({ legend, hint, error, children }: { legend: ReactNode; hint?: ReactNode; error?: string; children: ReactNode }): ReactNode {
  return (
    <chakra.fieldset border="0" p="0" minW="0">
      <chakra.legend fontWeight="620" fontSize="sm" mb="2" p="0">
        {legend}
      </chakra.legend>
      {hint !== undefined && (
        <chakra.p fontSize="sm" color="muted" mb="2.5">
          {hint}
        </chakra.p>
      )}
      {children}
      {error !== undefined && (
        <chakra.p mt="2" fontSize="sm" color="danger" fontWeight="560">
          {error}
        </chakra.p>
      )}
    </chakra.fieldset>
  );
}

/** One of several. */
export function Choice<T extends string>({ options, name, value, onValue, ...rest }: ChoiceProps<T> & { value: T | null; onValue: (value: T) => void }): ReactNode {
  return (
    <Fieldset {...rest}>
      <Row gap="2">
        {options.map((option) => (
          <Pill key={option.value}>
            <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => onValue(option.value)} />
            {option.label}
          </Pill>
        ))}
      </Row>
    </Fieldset>
  );
}

/** Any of several. */
export function Choices<T extends string>({ options, name, values, onValues, ...rest }: ChoiceProps<T> & { values: readonly T[]; onValues: (values: T[]) => void }): ReactNode {
  return (
    <Fieldset {...rest}>
      <Row gap="2">
        {options.map((option) => (
          <Pill key={option.value}>
            <input type="checkbox" name={name} value={option.value} checked={values.includes(option.value)}
              onChange={(event) => onValues(event.target.checked ? [...values, option.value] : values.filter((one) => one !== option.value))} />
            {option.label}
          </Pill>
        ))}
      </Row>
    </Fieldset>
  );
}

/** A box to tick, with its sentence. */
export function Check({ name, checked, onChecked, children, error }: { name: string; checked: boolean; onChecked: (checked: boolean) => void; children: ReactNode; error?: string }): ReactNode {
  const id = useId();
  return (
    <Box>
      <chakra.label display="flex" gap="3" alignItems="flex-start" minH="11" py="2" cursor="pointer">
        <chakra.input type="checkbox" name={name} checked={checked} w="6" h="6" mt="-1px" flexShrink={0} accentColor="{colors.brand}" aria-invalid={error === undefined ? undefined : true}
          aria-describedby={error === undefined ? undefined : id} onChange={(event: ChangeEvent<HTMLInputElement>) => onChecked(event.target.checked)} />
        <span>{children}</span>
      </chakra.label>
      {error !== undefined && (
        <chakra.p id={id} fontSize="sm" color="danger" fontWeight="560" ps="9">
          {error}
        </chakra.p>
      )}
    </Box>
  );
}

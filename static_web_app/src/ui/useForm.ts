/** Small forms: values, checks before sending, and the server's field errors in one place. */
import { useState } from 'react';
import { ApiProblem } from '../api/problem';
import { useText } from '../i18n/text';

export type FieldErrors = Readonly<Record<string, string | undefined>>;

export interface Form<V> {
  values: V;
  errors: FieldErrors;
  /** What failed beyond single fields, for a notice above the button. */
  failure: unknown;
  busy: boolean;
  set<K extends keyof V>(name: K, value: V[K]): void;
  submit(event?: { preventDefault(): void }): Promise<void>;
}

/**
 * Runs `check` and then `send`, which may `clear` the form. Errors of the server are matched to fields by path; those that match none stay in
 * `failure`. Focus moves to the first wrong field.
 */
export function useForm<V extends object>(first: V, check: (values: V) => FieldErrors, send: (values: V, clear: () => void) => Promise<void>): Form<V> {
  const { field } = useText();
  const [values, setValues] = useState(first);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event?: { preventDefault(): void }): Promise<void> {
    event?.preventDefault();
    if (busy) return;
    const found = check(values);
    setErrors(found);
    setFailure(null);
    if (Object.keys(found).length > 0) {
      focusFirst(found);
      return;
    }
    setBusy(true);
    try {
      await send(values, () => setValues(first));
    } catch (error) {
      const fields = Object.fromEntries(Object.entries(error instanceof ApiProblem ? error.fields : {}).map(([name, message]) => [name, field(message)]));
      setErrors(fields);
      setFailure(error);
      focusFirst(fields);
    } finally {
      setBusy(false);
    }
  }

  return {
    values, errors, failure, busy, submit,
    set(name, value) {
      setValues((before) => ({ ...before, [name]: value }));
      setErrors((before) => {
        const { [String(name)]: gone, ...rest } = before;
        return gone === undefined ? before : rest;
      });
    },
  };
}

function focusFirst(errors: FieldErrors): void {
  const name = Object.keys(errors)[0];
  if (name === undefined) return;
  queueMicrotask(() => document.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)?.focus());
}

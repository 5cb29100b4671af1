import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import type { FormEvent, RefObject } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiResult } from '../live/api.ts';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { useDeclareUnsaved } from './unsaved.ts';

export type Problem = 'missing' | 'too-long' | 'too-short' | 'format' | 'range';

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
}

/** The wire's own schemas are what a form is checked by: the page refuses nothing that the server would take. */
interface FormSchema {
  safeParse(
    value: unknown,
  ): { readonly success: true } | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}

export interface FormParts<Values, Answer> {
  readonly initial: Values;
  /** What is sent; field errors go by its paths, such as `name.zh`. */
  readonly bodyOf: (values: Values) => unknown;
  readonly schema: FormSchema;
  /** Problems that the schema does not know, by the same paths. */
  readonly check?: (values: Values) => Readonly<Record<string, Problem>>;
  readonly send: (body: unknown) => Promise<ApiResult<Answer>>;
  /** The field that a refusal speaks of; `null` for the form as a whole. */
  readonly fieldOf?: (refusal: WireRefusal) => string | null;
  /** The form is over: it is no longer unsaved when this is called. */
  readonly onSaved: (answer: Answer) => void;
}

export interface Form<Values> {
  readonly values: Values;
  readonly element: RefObject<HTMLFormElement | null>;
  readonly isDirty: boolean;
  readonly isBusy: boolean;
  /** Concerns no field alone. */
  readonly refusal: WireRefusal | null;
  readonly change: (patch: Partial<Values>) => void;
  /** The sentence beside a field; `own` replaces the general sentence of a problem. */
  readonly errorOf: (path: string, own?: Partial<Record<Problem, string>>) => string | null;
  readonly submit: () => void;
  readonly onSubmit: (event: FormEvent) => void;
}

/** A form that says what is wrong beside the field, keeps all that was typed when it is refused, and guards it. */
export function useForm<Values extends object, Answer>(parts: FormParts<Values, Answer>): Form<Values> {
  const { t } = useTranslation('admin');
  const refusalText = useRefusalText();
  const element = useRef<HTMLFormElement>(null);
  const [initial] = useState(parts.initial);
  const [values, setValues] = useState(initial);
  const [tries, setTries] = useState(0);
  const [isBusy, setBusy] = useState(false);
  const [isOver, setOver] = useState(false);
  const [refusal, setRefusal] = useState<WireRefusal | null>(null);
  const isDirty = !isOver && JSON.stringify(values) !== JSON.stringify(initial);
  useDeclareUnsaved(isDirty);
  useFocusOnProblem(element, tries, refusal);

  const body = parts.bodyOf(values);
  const problems = tries === 0 ? NO_PROBLEMS : problemsOf(parts, values, body);
  const knownField = refusal && (parts.fieldOf?.(refusal) ?? null);
  const refusedField = knownField ?? (refusal && pathIn(refusal));

  const send = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    const answer = await parts.send(body);
    setBusy(false);
    if (!answer.ok) return setRefusal(answer.refusal);
    setOver(true);
    parts.onSaved(answer.value);
  };
  const submit = (): void => {
    if (isBusy) return;
    setTries(tries + 1);
    if (Object.keys(problemsOf(parts, values, body)).length === 0) send().catch(reportError);
  };
  return {
    values,
    element,
    isDirty,
    isBusy,
    // A path that the server names may belong to no field of this form; then only the whole can say it.
    refusal: knownField === null ? refusal : null,
    change: (patch) => {
      setRefusal(null);
      setValues((known) => ({ ...known, ...patch }));
    },
    errorOf: (path, own = {}) => {
      if (refusal !== null && refusedField === path) return refusalText(refusal);
      const problem = problems[path];
      return problem === undefined ? null : (own[problem] ?? t(`problem.${problem}`));
    },
    submit,
    onSubmit: (event) => {
      event.preventDefault();
      submit();
    },
  };
}

/** After a try that failed, a person stands in the first field that is wrong. */
function useFocusOnProblem(
  element: RefObject<HTMLFormElement | null>,
  tries: number,
  refusal: WireRefusal | null,
): void {
  useEffect(() => {
    if (tries === 0 && refusal === null) return;
    element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [element, tries, refusal]);
}

const NO_PROBLEMS: Readonly<Record<string, Problem>> = {};

function problemsOf<Values>(
  { schema, check }: Pick<FormParts<Values, unknown>, 'schema' | 'check'>,
  values: Values,
  body: unknown,
): Readonly<Record<string, Problem>> {
  const read = schema.safeParse(body);
  const found: Record<string, Problem> = {};
  for (const issue of read.success ? [] : read.error.issues) {
    const path = issue.path.join('.');
    found[path] ??= problemOf(issue, valueAt(body, issue.path));
  }
  return { ...found, ...check?.(values) };
}

function problemOf(issue: Issue, value: unknown): Problem {
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) return 'missing';
  if (typeof value === 'number') return Number.isFinite(value) ? 'range' : 'format';
  if (issue.code === 'too_big') return 'too-long';
  return issue.code === 'too_small' ? 'too-short' : 'format';
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    body,
  );
}

/** The server names a field as a JSON pointer: `/name/zh`. */
function pathIn(refusal: WireRefusal): string | null {
  const path = refusal['path'];
  return refusal.code === 'malformed' && typeof path === 'string' ? path.split('/').slice(1).join('.') : null;
}

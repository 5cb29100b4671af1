import type { BilingualName } from '@faultline/shared/organisation/organisation.ts';
import { firstRunBodySchema, sessionSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../live/api.ts';
import { Button } from '../parts/button.tsx';
import { Field, Select } from '../parts/field.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { FormRefusal } from './form-refusal.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { NameFields } from './name-fields.tsx';
import { PasswordField } from './password-field.tsx';
import type { Form } from './use-form.ts';
import { useForm } from './use-form.ts';

interface Values {
  readonly code: string;
  readonly districtName: BilingualName;
  readonly timeZone: string;
  /** West, south, east, north, as typed. */
  readonly bounds: readonly [string, string, string, string];
  readonly login: string;
  readonly name: string;
  readonly password: string;
}

/** The bundled map's own view, so that the first look shows streets. */
const BUNDLED_MAP = ['116.2', '39.75', '116.55', '40.03'] as const;
const EDGES = ['west', 'south', 'east', 'north'] as const;

/** What an empty database needs to be put to work: its district and somebody to administrate it. */
export function FirstRunPage({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { t } = useTranslation(['admin', 'common']);
  const form = useForm({
    initial: INITIAL,
    bodyOf: ({ bounds, code, login, ...rest }) => ({
      ...rest,
      code: code.trim(),
      login: login.trim(),
      bounds: bounds.map((edge) => (edge.trim() === '' ? null : Number(edge))),
    }),
    schema: firstRunBodySchema,
    send: (body) => post('/api/first-run', body, sessionSchema),
    fieldOf: ({ code, path }) => FIELD_OF[code] ?? (path === '/timeZone' ? 'timeZone' : null),
    onSaved: onDone,
  });
  return (
    <div className="page" data-page="admin">
      <header className="page-head">
        <h1>{t('common:product')}</h1>
        <LanguageSwitch />
      </header>
      <main className="admin-first">
        <form ref={form.element} className="admin-card admin-form" onSubmit={form.onSubmit} noValidate>
          <h2>{t('admin:firstRun.title')}</h2>
          <p>{t('admin:firstRun.intro')}</p>
          <Field
            label={t('admin:firstRun.code')}
            hint={t('admin:firstRun.codeHint')}
            required
            maxLength={32}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            value={form.values.code}
            error={form.errorOf('code')}
            onChange={(event) => form.change({ code: event.target.value })}
          />
          <DistrictFields form={form} />
          <AdministratorFields form={form} />
          <FormRefusal refusal={form.refusal} />
          <Button
            label={t('admin:firstRun.submit')}
            kind="main"
            type="submit"
            shortcut="Ctrl+Enter"
            isBusy={form.isBusy}
          />
        </form>
      </main>
      <LeaveDialog />
    </div>
  );
}

const INITIAL: Values = {
  code: '',
  districtName: { zh: '', en: '' },
  timeZone: 'Asia/Shanghai',
  bounds: BUNDLED_MAP,
  login: 'admin',
  name: '',
  password: '',
};

const FIELD_OF: Readonly<Record<string, string>> = {
  'code-unknown': 'code',
  'code-used': 'code',
  'login-taken': 'login',
};

function DistrictFields({ form }: { readonly form: Form<Values> }): ReactNode {
  const { t } = useTranslation('admin');
  const { values, change, errorOf } = form;
  const [west, south, east, north] = values.bounds;
  const changeEdge = (at: number, text: string): void => {
    const edge = (index: number, known: string): string => (index === at ? text : known);
    change({ bounds: [edge(0, west), edge(1, south), edge(2, east), edge(3, north)] });
  };
  return (
    <fieldset className="admin-part">
      <legend>{t('firstRun.district')}</legend>
      <NameFields
        name={values.districtName}
        path="districtName"
        errorOf={errorOf}
        onChange={(districtName) => change({ districtName })}
      />
      <Select
        label={t('firstRun.timeZone')}
        hint={t('firstRun.timeZoneHint')}
        required
        value={values.timeZone}
        error={errorOf('timeZone')}
        options={timeZones().map((zone) => ({ value: zone, text: zone }))}
        onChange={(event) => change({ timeZone: event.target.value })}
      />
      <div className="admin-edges">
        {EDGES.map((edge, at) => (
          <Field
            key={edge}
            label={t(`firstRun.${edge}`)}
            inputMode="decimal"
            autoComplete="off"
            required
            maxLength={12}
            value={values.bounds[at] ?? ''}
            error={errorOf(`bounds.${at}`, { range: t('firstRun.degrees'), format: t('firstRun.degrees') })}
            onChange={(event) => changeEdge(at, event.target.value)}
          />
        ))}
      </div>
      <p className="field-hint">{t('firstRun.boundsHint')}</p>
      {errorOf('bounds') && (
        <p className="field-error" role="alert">
          {t('firstRun.boundsOrder')}
        </p>
      )}
    </fieldset>
  );
}

function AdministratorFields({ form }: { readonly form: Form<Values> }): ReactNode {
  const { t } = useTranslation('admin');
  const { values, change, errorOf } = form;
  return (
    <fieldset className="admin-part">
      <legend>{t('firstRun.administrator')}</legend>
      <div className="admin-pair">
        <Field
          label={t('users.login')}
          hint={t('users.loginHint')}
          required
          maxLength={40}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={values.login}
          error={errorOf('login', { format: t('users.loginFormat') })}
          onChange={(event) => change({ login: event.target.value })}
        />
        <Field
          label={t('users.name')}
          hint={t('users.nameHint')}
          required
          maxLength={60}
          autoComplete="name"
          value={values.name}
          error={errorOf('name')}
          onChange={(event) => change({ name: event.target.value })}
        />
      </div>
      <PasswordField
        label={t('users.password')}
        hint={t('firstRun.passwordHint')}
        isRequired
        value={values.password}
        error={errorOf('password', { 'too-short': t('users.passwordShort') })}
        onChange={(password) => change({ password })}
      />
    </fieldset>
  );
}

/** Every zone that this browser knows; the product's home first in any case. */
function timeZones(): readonly string[] {
  return [...new Set([INITIAL.timeZone, ...Intl.supportedValuesOf('timeZone')])];
}

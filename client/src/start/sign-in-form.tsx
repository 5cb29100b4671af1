import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import { sessionSchema } from '@faultline/shared/wire/http.ts';
import type { FormEvent, KeyboardEvent, ReactNode } from 'react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOffline, post } from '../live/api.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { destinationOf } from './pages.ts';

interface Errors {
  readonly login: string | null;
  readonly password: string | null;
  /** What concerns neither field alone: a wrong pair, a lock, the network. */
  readonly whole: string | null;
}
const NO_ERRORS: Errors = { login: null, password: null, whole: null };

/** Sign-in by name and password. */
export function SignInForm(): ReactNode {
  const { t } = useTranslation(['start', 'common', 'refusals']);
  const form = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<Errors>(NO_ERRORS);
  const [isBusy, setBusy] = useState(false);
  const [isCapsLockOn, setCapsLock] = useState(false);

  const focus = (field: string): void => {
    const input = form.current?.elements.namedItem(field);
    if (input instanceof HTMLInputElement) input.focus();
  };
  const sentence = (refusal: WireRefusal): string =>
    isOffline(refusal) ? t('form.offline') : t(`refusals:${refusal.code}`);

  const signIn = async (login: string, password: string): Promise<void> => {
    setBusy(true);
    setErrors(NO_ERRORS);
    const answer = await post('/api/session', { login, password }, sessionSchema);
    if (answer.ok) return location.assign(destinationOf(location.search, answer.value.user.role));
    setBusy(false);
    setErrors({ ...NO_ERRORS, whole: sentence(answer.refusal) });
    focus('password');
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (isBusy) return;
    const given = new FormData(event.currentTarget);
    const [login, password] = [textOf(given, 'login').trim(), textOf(given, 'password')];
    if (login !== '' && password !== '') {
      signIn(login, password).catch(reportError);
      return;
    }
    setErrors({
      login: login === '' ? t('form.loginMissing') : null,
      password: password === '' ? t('form.passwordMissing') : null,
      whole: null,
    });
    focus(login === '' ? 'login' : 'password');
  };
  const onKey = (event: KeyboardEvent): void => setCapsLock(event.getModifierState('CapsLock'));

  return (
    <section className="start-panel" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{t('form.title')}</h2>
      <form ref={form} className="start-form" onSubmit={onSubmit} onKeyUp={onKey} onKeyDown={onKey} noValidate>
        <Field
          label={t('form.login')}
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={60}
          error={errors.login}
        />
        <Field
          label={t('form.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={200}
          hint={isCapsLockOn ? t('form.capsLock') : undefined}
          error={errors.password}
        />
        <p className="field-error" role="alert">
          {errors.whole}
        </p>
        <Button label={t('common:action.signIn')} kind="main" type="submit" isBusy={isBusy} />
        <p className="start-quiet">{t('form.shared')}</p>
      </form>
    </section>
  );
}

function textOf(given: FormData, field: string): string {
  const value = given.get(field);
  return typeof value === 'string' ? value : '';
}

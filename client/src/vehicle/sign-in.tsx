import type { DemoAccounts } from '@faultline/shared/wire/http.ts';
import { demoAccountsSchema } from '@faultline/shared/wire/http.ts';
import { enrolAnswerSchema } from '@faultline/shared/wire/vehicle.ts';
import type { FormEvent, ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiResult } from '../live/api.ts';
import { get, isOffline, post } from '../live/api.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import type { Identity } from './identity.ts';
import { leaveVehicle, signIn } from './vehicle-actions.ts';
import { useVehicle } from './vehicle-store.ts';

type DemoVehicle = DemoAccounts['vehicles'][number];

/** A device becomes a vehicle's by a code that an administrator gives out; in the demonstration by one click. */
export function SignIn(): ReactNode {
  const { t } = useTranslation(['vehicle', 'refusals']);
  const revoked = useVehicle((state) => (state.link.at === 'revoked' ? state.identity : null));
  const [code, setCode] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const enter = async (asked: Promise<ApiResult<Identity>>): Promise<void> => {
    setBusy(true);
    setError(null);
    const answer = await asked;
    setBusy(false);
    if (!answer.ok) {
      setError(isOffline(answer.refusal) ? t('vehicle:offline') : t(`refusals:${answer.refusal.code}`));
      return;
    }
    if (revoked) leaveVehicle();
    await signIn(answer.value);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isBusy) return;
    const typed = code.trim();
    if (typed === '') setError(t('vehicle:signIn.codeMissing'));
    else enter(post('/api/vehicle/enrol', { code: typed }, enrolAnswerSchema)).catch(reportError);
  };
  return (
    <main className="vehicle-door">
      <header className="vehicle-door-head">
        <h1>{t('vehicle:signIn.title')}</h1>
        <LanguageSwitch />
      </header>
      {revoked && (
        <p className="vehicle-message" data-grave role="alert">
          {t('vehicle:signIn.revoked', { callSign: revoked.callSign })}
        </p>
      )}
      <form className="vehicle-door-form" onSubmit={submit} noValidate>
        <p>{t('vehicle:signIn.hint')}</p>
        <Field
          label={t('vehicle:signIn.code')}
          hint={t('vehicle:signIn.codeHint')}
          error={error}
          value={code}
          required
          minLength={4}
          maxLength={32}
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button label={t('vehicle:signIn.enter')} type="submit" kind="main" size="large" isBusy={isBusy} />
      </form>
      <DemoVehicles
        isBusy={isBusy}
        onEnter={({ id }) => {
          enter(post('/api/demo/vehicle', { vehicleId: id }, enrolAnswerSchema)).catch(reportError);
        }}
      />
    </main>
  );
}

interface DemoVehiclesProps {
  readonly isBusy: boolean;
  readonly onEnter: (vehicle: DemoVehicle) => void;
}

function DemoVehicles({ isBusy, onEnter }: DemoVehiclesProps): ReactNode {
  const { t } = useTranslation('vehicle');
  const nameOf = useName();
  const vehicles = useDemoVehicles();
  const [sought, setSought] = useState('');
  if (vehicles.length === 0) return null;
  const found = vehicles.filter(({ callSign, crewName }) =>
    `${callSign} ${crewName.zh} ${crewName.en}`.toLowerCase().includes(sought.trim().toLowerCase()),
  );
  return (
    <section className="vehicle-door-demo" aria-labelledby="demo-title" data-testid="demo">
      <h2 id="demo-title">{t('signIn.demoTitle')}</h2>
      <p className="quiet">{t('signIn.demoHint')}</p>
      <Field
        label={t('signIn.find')}
        type="search"
        value={sought}
        onChange={(event) => setSought(event.target.value)}
      />
      {found.length === 0 && <p>{t('signIn.noMatch')}</p>}
      <ul>
        {found.map((vehicle) => (
          <li key={vehicle.id}>
            <button
              type="button"
              className="vehicle-other"
              data-vehicle={vehicle.id}
              disabled={isBusy}
              onClick={() => onEnter(vehicle)}
            >
              <strong>{vehicle.callSign}</strong>
              <span className="vehicle-other-about">{nameOf(vehicle.crewName)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useDemoVehicles(): readonly DemoVehicle[] {
  const [vehicles, setVehicles] = useState<readonly DemoVehicle[]>([]);
  useEffect(() => {
    const asking = new AbortController();
    get('/api/demo', demoAccountsSchema, { signal: asking.signal })
      .then((answer) => {
        if (answer.ok) setVehicles(answer.value.vehicles);
      })
      .catch(reportError);
    return () => asking.abort();
  }, []);
  return vehicles;
}

import type { DemoAccounts } from '@faultline/shared/wire/http.ts';
import { sessionSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOffline, post } from '../live/api.ts';
import { useName } from '../live/use-name.ts';
import { destinationOf } from './pages.ts';

type Account = DemoAccounts['accounts'][number];

/** In the demo every role is one click away, and it is said what is simulated. */
export function DemoDoors({ demo }: { readonly demo: DemoAccounts }): ReactNode {
  const { t } = useTranslation(['start', 'refusals']);
  const [entering, setEntering] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);

  const enter = async ({ login }: Account): Promise<void> => {
    setEntering(login);
    setError(null);
    const answer = await post('/api/demo/session', { login }, sessionSchema);
    if (answer.ok) return location.assign(destinationOf(location.search, answer.value.user.role));
    setEntering(null);
    setError(isOffline(answer.refusal) ? t('form.offline') : t(`refusals:${answer.refusal.code}`));
  };

  const item = (account: Account): ReactNode => (
    <li key={account.login}>
      <AccountButton
        account={account}
        isBusy={entering === account.login}
        onPress={() => {
          if (entering === null) enter(account).catch(reportError);
        }}
      />
    </li>
  );

  const { simulation } = demo;
  const firstCrew = demo.accounts.find(({ role }) => role === 'crew');
  const first = demo.accounts.filter((account) => account.role !== 'crew' || account === firstCrew);
  const others = demo.accounts.filter((account) => !first.includes(account));
  return (
    <section className="start-panel" aria-labelledby="demo-title" data-testid="demo">
      <h2 id="demo-title">{t('demo.title')}</h2>
      <p data-testid="simulation">{simulation ? t('demo.simulation', simulation) : t('demo.noSimulation')}</p>
      <p className="start-quiet">{t('demo.hint')}</p>
      <ul className="start-accounts">
        {first.map(item)}
        {demo.vehicles.length > 0 && (
          <li>
            <a className="start-account" href="/vehicle">
              <VehicleWords count={demo.vehicles.length} />
            </a>
          </li>
        )}
        {demo.phones.length > 0 && (
          <li>
            <a className="start-account" href="/phone" data-testid="phone-door">
              <PhoneWords count={demo.phones.length} />
            </a>
          </li>
        )}
      </ul>
      {others.length > 0 && (
        <details>
          <summary>{t('demo.otherCrews', { count: others.length })}</summary>
          <ul className="start-accounts">{others.map(item)}</ul>
        </details>
      )}
      <p className="field-error" role="alert">
        {error}
      </p>
    </section>
  );
}

interface AccountButtonProps {
  readonly account: Account;
  readonly isBusy: boolean;
  readonly onPress: () => void;
}

function AccountButton({ account, isBusy, onPress }: AccountButtonProps): ReactNode {
  const { t } = useTranslation(['start', 'words']);
  const nameOf = useName();
  const role = t(`words:role.${account.role}`);
  return (
    <button type="button" className="start-account" data-login={account.login} aria-busy={isBusy} onClick={onPress}>
      <strong>{role}</strong>
      <span>{account.departmentName ? nameOf(account.departmentName) : account.name}</span>
    </button>
  );
}

function PhoneWords({ count }: { readonly count: number }): ReactNode {
  const { t } = useTranslation(['start', 'words']);
  return (
    <>
      <strong>{t('words:role.phone')}</strong>
      <span>{t('demo.phones', { count })}</span>
    </>
  );
}

function VehicleWords({ count }: { readonly count: number }): ReactNode {
  const { t } = useTranslation(['start', 'words']);
  return (
    <>
      <strong>{t('words:role.vehicle')}</strong>
      <span>{t('demo.vehicles', { count })}</span>
    </>
  );
}

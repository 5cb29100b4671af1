import { MINUTE } from '@faultline/shared/time.ts';
import type { DemoAccounts } from '@faultline/shared/wire/http.ts';
import { demoAccountsSchema } from '@faultline/shared/wire/http.ts';
import type { PhonePairing } from '@faultline/shared/wire/phone.ts';
import { phonePairingSchema } from '@faultline/shared/wire/phone.ts';
import type { FormEvent, ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiResult } from '../live/api.ts';
import { get, isOffline, post } from '../live/api.ts';
import { serverClock, useFromNow } from '../live/clock.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { countdown } from '../text/format.ts';
import { switchLanguage } from '../text/text.ts';
import { pairPhone } from './phone-session.ts';
import { usePhone } from './phone-store.ts';

type DemoPhone = DemoAccounts['phones'][number];

/** A browser becomes a duty phone by a code that an administrator gives out; in the demonstration by one click. */
export function PairDoor(): ReactNode {
  const { t } = useTranslation(['phone', 'refusals']);
  const revoked = usePhone((state) => (state.link.at === 'revoked' ? state.contact : null));
  const [code, setCode] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    document.title = t('phone:title');
  }, [t]);

  const enter = async (asked: Promise<ApiResult<PhonePairing>>): Promise<void> => {
    setBusy(true);
    setError(null);
    const answer = await asked;
    setBusy(false);
    if (!answer.ok) {
      setError(isOffline(answer.refusal) ? t('phone:offline') : t(`refusals:${answer.refusal.code}`));
      return;
    }
    // A phone begins in the language that is spoken on it, unless the address names one; the person may switch.
    const isNamed = new URLSearchParams(location.search).has('lang');
    if (!isNamed) await switchLanguage(answer.value.contact.language === 'en' ? 'en' : 'zh-CN');
    pairPhone(answer.value);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isBusy) return;
    const typed = code.trim();
    if (typed === '') setError(t('phone:door.codeMissing'));
    else enter(post('/api/phone/pair', { code: typed }, phonePairingSchema)).catch(reportError);
  };
  return (
    <main className="phone-door">
      <header className="phone-door-head">
        <h1>{t('phone:door.title')}</h1>
        <LanguageSwitch />
      </header>
      {revoked && (
        <p className="phone-banner" role="alert">
          {t('phone:door.revoked', { name: revoked.name })}
        </p>
      )}
      <DemoPhones
        onPick={({ contactId }) => {
          if (!isBusy) enter(post('/api/demo/phone', { contactId }, phonePairingSchema)).catch(reportError);
        }}
      />
      <form className="phone-panel" onSubmit={submit} noValidate>
        <p>{t('phone:door.hint')}</p>
        <Field
          label={t('phone:door.code')}
          hint={t('phone:door.codeHint')}
          error={error}
          name="code"
          value={code}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={32}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button label={t('phone:door.enter')} kind="main" size="large" type="submit" isBusy={isBusy} />
      </form>
    </main>
  );
}

/** Enough to choose from without scrolling; the others are found by name. */
const SHOWN_PHONES = 6;

function DemoPhones({ onPick }: { readonly onPick: (phone: DemoPhone) => void }): ReactNode {
  const { t } = useTranslation('phone');
  const nameOf = useName();
  const phones = useDemoPhones();
  const [wanted, setWanted] = useState('');
  if (phones.length === 0) return null;
  const text = wanted.trim().toLowerCase();
  const found = phones.filter(({ name, departmentName: { zh, en } }) =>
    `${name} ${zh} ${en}`.toLowerCase().includes(text),
  );
  return (
    <section className="phone-panel" aria-labelledby="demo-phones" data-testid="demo-phones">
      <h2 id="demo-phones">{t('door.demoTitle')}</h2>
      <p>{t('door.demoHint')}</p>
      <ul className="phone-choices">
        {found.slice(0, SHOWN_PHONES).map((phone) => (
          <li key={phone.contactId}>
            <button type="button" className="phone-choice" data-contact={phone.contactId} onClick={() => onPick(phone)}>
              <strong>{nameOf(phone.departmentName)}</strong>
              <span>{phone.name}</span>
              <RingsIn phone={phone} />
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p role="status">{t('door.noMatch')}</p>}
      {phones.length > SHOWN_PHONES && (
        <Field
          label={t('door.find')}
          name="find"
          type="search"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
    </section>
  );
}

function RingsIn({ phone: { ringsAt: at, isConnected } }: { readonly phone: DemoPhone }): ReactNode {
  const { t } = useTranslation('phone');
  const time = useFromNow((now) => (at === null ? null : countdown(Math.max(0, at - now))));
  return (
    <span className="figures" data-soon={at !== null && at - serverClock.now() < 2 * MINUTE}>
      {time === null ? t(isConnected ? 'door.manned' : 'door.quiet') : t('door.ringsIn', { time })}
    </span>
  );
}

/** How soon a phone rings changes with every ticket that is taken, ms. */
const LOOKS_EVERY_MS = 5_000;

function useDemoPhones(): readonly DemoPhone[] {
  const [phones, setPhones] = useState<readonly DemoPhone[]>([]);
  useEffect(() => {
    const asking = new AbortController();
    const look = async (): Promise<void> => {
      const answer = await get('/api/demo', demoAccountsSchema, { signal: asking.signal });
      if (answer.ok && !asking.signal.aborted) setPhones(answer.value.phones);
    };
    const ask = (): void => void look().catch(reportError);
    ask();
    const timer = setInterval(ask, LOOKS_EVERY_MS);
    return () => {
      clearInterval(timer);
      asking.abort();
    };
  }, []);
  return phones;
}

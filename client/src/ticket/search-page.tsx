import { can } from '@faultline/shared/access/access.ts';
import { verdictOf } from '@faultline/shared/ticket/ledger.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { phaseOf } from '@faultline/shared/ticket/ticket.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import { searchAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { FormEvent, ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../live/api.ts';
import { useBoard } from '../live/board.ts';
import { serverClock } from '../live/clock.ts';
import { Button } from '../parts/button.tsx';
import { Field, Select } from '../parts/field.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { useTime } from '../text/use-time.ts';
import { useRefusalText } from './refusal-text.ts';
import { TableFrame } from './table-frame.tsx';

const STATES = ['all', 'open', 'over'] as const;
type State = (typeof STATES)[number];

interface Query {
  readonly text: string;
  readonly state: State;
}

/** More than a person reads; a longer list says so and asks for a narrower search. */
const LIMIT = 100;

/** Tickets by number or street; what is asked for stands in the address, so that it can be passed on. */
export function SearchPage(): ReactNode {
  const { t } = useTranslation(['ticket', 'common']);
  const role = useBoard((state) => state.session?.user.role ?? null);
  const [query, setQuery] = useState(queryOfAddress);
  const { tickets, refusal, retry } = useSearch(query);
  const refusalText = useRefusalText();
  const ask = (next: Query): void => {
    const address = new URL(location.href);
    address.searchParams.set('text', next.text);
    address.searchParams.set('state', next.state);
    history.replaceState(null, '', address);
    setQuery(next);
  };
  if (role !== null && !can(role, 'ticket.search')) return <Empty hint={t('ticket:search.notAllowed')} />;
  return (
    <div className="search">
      <SearchForm query={query} onAsk={ask} />
      {refusal ? (
        <Failed hint={refusalText(refusal)} onRetry={retry} />
      ) : tickets === null ? (
        <Loading />
      ) : tickets.length === 0 ? (
        <Empty title={t('ticket:search.emptyTitle')} hint={t('ticket:search.emptyHint')} />
      ) : (
        <Found tickets={tickets} />
      )}
    </div>
  );
}

function SearchForm({ query, onAsk }: { readonly query: Query; readonly onAsk: (query: Query) => void }): ReactNode {
  const { t } = useTranslation(['ticket', 'common']);
  const [text, setText] = useState(query.text);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onAsk({ ...query, text: text.trim() });
  };
  return (
    <search>
      <form className="search-form screen-only" onSubmit={submit}>
        <Field
          label={t('ticket:search.text')}
          type="search"
          maxLength={60}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Select
          label={t('ticket:search.state')}
          value={query.state}
          options={STATES.map((state) => ({ value: state, text: t(`ticket:search.${state}`) }))}
          onChange={(event) => onAsk({ text: text.trim(), state: stateOf(event.target.value) })}
        />
        <Button type="submit" kind="main" label={t('common:action.search')} />
      </form>
    </search>
  );
}

function Found({ tickets }: { readonly tickets: readonly Ticket[] }): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const time = useTime();
  const policies = useBoard((state) => state.policies);
  return (
    <>
      <p className="quiet">
        {tickets.length >= LIMIT
          ? t('ticket:search.many', { count: LIMIT })
          : t('ticket:search.found', { count: tickets.length })}
      </p>
      <TableFrame label={t('ticket:search.results')}>
        <table className="found">
          <caption className="hidden-text">{t('ticket:search.results')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('ticket:search.number')}</th>
              <th scope="col">{t('words:point.A')}</th>
              <th scope="col">{t('ticket:search.street')}</th>
              <th scope="col">{t('ticket:search.fault')}</th>
              <th scope="col">{t('ticket:search.phase')}</th>
              <th scope="col">{t('words:promise.label')}</th>
            </tr>
          </thead>
          <tbody>
            {tickets.map((ticket) => {
              const policy = policies.find(({ version }) => version === ticket.policyVersion);
              const promise = policy && verdictOf(ticket, policy, serverClock.second()).promise.state;
              return (
                <tr key={ticket.id}>
                  <th scope="row" className="figures">
                    <a href={`/ticket/${encodeURIComponent(ticket.id)}`}>{ticket.report.number}</a>
                  </th>
                  <td className="figures">{time(ticket.A.at, 'MM-DD hh:mm')}</td>
                  <td>{ticket.report.place.street}</td>
                  <td>{ticket.report.faultText}</td>
                  <td>{t(`words:phase.${phaseOf(ticket)}`)}</td>
                  <td>
                    {promise && (
                      <span className="promise" data-promise={promise}>
                        {t(`words:promise.${promise}`)}
                      </span>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableFrame>
    </>
  );
}

interface Search {
  readonly tickets: readonly Ticket[] | null;
  readonly refusal: WireRefusal | null;
}

function useSearch(query: Query): Search & { readonly retry: () => void } {
  const [search, setSearch] = useState<Search>({ tickets: null, refusal: null });
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another round.
  useEffect(() => {
    const leaving = new AbortController();
    const read = async (): Promise<void> => {
      const parameters = new URLSearchParams({ text: query.text, state: query.state, limit: String(LIMIT) });
      const answer = await get(`/api/tickets?${parameters}`, searchAnswerSchema, { signal: leaving.signal });
      if (leaving.signal.aborted) return;
      setSearch(
        answer.ok ? { tickets: answer.value.tickets, refusal: null } : { tickets: null, refusal: answer.refusal },
      );
    };
    void read();
    return () => leaving.abort();
  }, [query, round]);
  return { ...search, retry: () => setRound((before) => before + 1) };
}

function queryOfAddress(): Query {
  const parameters = new URLSearchParams(location.search);
  return { text: parameters.get('text') ?? '', state: stateOf(parameters.get('state')) };
}

function stateOf(text: string | null): State {
  return STATES.find((state) => state === text) ?? 'all';
}

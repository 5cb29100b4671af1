import { can } from '@faultline/shared/access/access.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { Button } from '../parts/button.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { useTime } from '../text/use-time.ts';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { FigureTable } from './figure-table.tsx';
import { FilterForm } from './filter-form.tsx';
import type { LateFilter } from './late-filter.ts';
import { filterOf, isPeriodReversed, writeFilter } from './late-filter.ts';
import { LateTable } from './late-table.tsx';
import type { LateReading } from './use-late-hops.ts';
import { useLateHops } from './use-late-hops.ts';

/** The supervisors' first list: which hop was late, by how much, whose it was, and what it did to the promise. [A2] */
export function LatePage(): ReactNode {
  const { t } = useTranslation('late');
  const role = useBoard((state) => state.session?.user.role ?? null);
  if (role === null) return <Loading />;
  if (!can(role, 'late-hops.read')) return <Empty title={t('notAllowed.title')} hint={t('notAllowed.hint')} />;
  return <LateHops />;
}

function LateHops(): ReactNode {
  const { t } = useTranslation('late');
  const [filter, setFilter] = useState(() => filterOf(new URLSearchParams(location.search)));
  const reading = useLateHops(filter);
  const change = (next: LateFilter): void => {
    const address = new URL(location.href);
    writeFilter(address.searchParams, next);
    history.replaceState(null, '', address);
    setFilter(next);
  };
  return (
    <div className="late">
      <FilterForm filter={filter} onChange={change} />
      {isPeriodReversed(filter) ? (
        <Empty title={t('reversed.title')} hint={t('reversed.hint')} />
      ) : (
        <Answer reading={reading} />
      )}
    </div>
  );
}

function Answer({ reading: { answer, refusal, isReading, retry } }: { readonly reading: LateReading }): ReactNode {
  const { t } = useTranslation(['late', 'common']);
  const refusalText = useRefusalText();
  const time = useTime();
  if (!answer) return refusal ? <Failed hint={refusalText(refusal)} onRetry={retry} /> : <Loading />;
  const period = { from: time(answer.from, 'MM-DD hh:mm'), to: time(answer.to, 'MM-DD hh:mm') };
  return (
    <div className="late-answer" aria-busy={isReading}>
      {refusal && (
        <p className="late-stale" role="alert">
          {t('late:stale')} {refusalText(refusal)} <Button label={t('common:action.retry')} onPress={retry} />
        </p>
      )}
      <section>
        <h2>{t('late:figures.title')}</h2>
        <p className="quiet">{t('late:figures.hint', { count: answer.ticketCount, ...period })}</p>
        {answer.isTruncated && <p role="status">{t('late:figures.truncated')}</p>}
        <FigureTable figures={answer.figures} />
      </section>
      <section>
        <h2>
          {t('late:hops.title')} <span className="figures">{answer.hopCount}</span>
        </h2>
        {answer.hops.length === 0 ? (
          <Empty title={t('late:hops.emptyTitle')} hint={t('late:hops.emptyHint')} />
        ) : (
          <>
            {answer.hops.length < answer.hopCount && (
              <p className="quiet">{t('late:hops.first', { count: answer.hops.length, all: answer.hopCount })}</p>
            )}
            <LateTable hops={answer.hops} />
          </>
        )}
      </section>
    </div>
  );
}

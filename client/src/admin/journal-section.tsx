import { can } from '@faultline/shared/access/access.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import { journalCheckSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../live/api.ts';
import { useBoard } from '../live/board.ts';
import { Button } from '../parts/button.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { useTime } from '../text/use-time.ts';
import { TableFrame } from '../ticket/table-frame.tsx';
import { useAdminRefusal } from './form-refusal.tsx';

type Check = ReturnType<typeof journalCheckSchema.parse>;

/** Whether every row of the journal is there and unaltered, from the first one on. [A1] */
export function JournalSection(): ReactNode {
  const { t } = useTranslation('admin');
  const refusalText = useAdminRefusal();
  const mayCheck = useBoard((state) => state.session !== null && can(state.session.user.role, 'journal.check'));
  const [asked, setAsked] = useState(0);
  const { check, refusal, isBusy } = useCheck(asked, mayCheck);
  if (!mayCheck) return <Empty title={t('notAllowed.title')} hint={t('notAllowed.hint')} />;
  return (
    <div className="admin-journal">
      <p className="quiet">{t('journal.hint')}</p>
      <div className="admin-tools">
        <Button
          label={t('journal.check')}
          kind="main"
          shortcut="n"
          isBusy={isBusy}
          onPress={() => setAsked(asked + 1)}
        />
      </div>
      {isBusy && <Loading what={t('journal.checking')} />}
      {!isBusy && refusal && <Failed hint={refusalText(refusal)} onRetry={() => setAsked(asked + 1)} />}
      {!isBusy && check && <CheckResult check={check} />}
    </div>
  );
}

function CheckResult({ check }: { readonly check: Check }): ReactNode {
  const { t } = useTranslation('admin');
  const time = useTime();
  const isClean = check.findings.length === 0;
  return (
    <div className="admin-verdict" data-clean={isClean} data-testid="journal" role="status">
      <p className="state-title">
        {isClean ? t('journal.clean') : t('journal.broken', { count: check.findings.length })}
      </p>
      <p className="figures">
        {t('journal.about', { head: check.head, time: time(check.checkedAt, 'YYYY-MM-DD hh:mm:ss') })}
      </p>
      {!isClean && (
        <>
          <p>{t('journal.whatToDo')}</p>
          <TableFrame label={t('journal.findings')}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('journal.row')}</th>
                  <th scope="col">{t('journal.problem')}</th>
                </tr>
              </thead>
              <tbody>
                {check.findings.map(({ seq, problem }) => (
                  <tr key={`${seq} ${problem}`}>
                    <td className="figures">{seq}</td>
                    <td>{t(`journal.problems.${problem}`)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableFrame>
        </>
      )}
    </div>
  );
}

interface CheckState {
  readonly check: Check | null;
  readonly refusal: WireRefusal | null;
  readonly isBusy: boolean;
}

/** Checks once when the section is opened, and again with each new number of times asked. */
function useCheck(asked: number, mayCheck: boolean): CheckState {
  const [state, setState] = useState<CheckState>({ check: null, refusal: null, isBusy: true });
  useEffect(() => {
    if (!mayCheck) return;
    const asking = new AbortController();
    setState((known) => ({ ...known, isBusy: true }));
    // Naming the count makes every press a new question.
    readCheck(asked, asking.signal)
      .then((answer) => {
        if (asking.signal.aborted) return;
        if (answer.ok) setState({ check: answer.value, refusal: null, isBusy: false });
        else setState({ check: null, refusal: answer.refusal, isBusy: false });
      })
      .catch(reportError);
    return () => asking.abort();
  }, [asked, mayCheck]);
  return state;
}

function readCheck(_asked: number, signal: AbortSignal) {
  return get('/api/journal/check', journalCheckSchema, { signal });
}

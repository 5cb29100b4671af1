import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Loading } from '../parts/states.tsx';
import type { StaleAction } from './action-run.ts';
import { canRepeat, leaveStaleAction, useRun, useRuns } from './action-run.ts';
import { JournalLine } from './journal.tsx';
import { useNames } from './names.ts';

/** Once per page: shows what others have done meanwhile and offers the action again. Nothing typed is lost. [T6] */
export function StaleDialog(): ReactNode {
  const { t } = useTranslation(['ticket', 'words', 'common']);
  const stale = useRuns((state) => state.stale);
  const run = useRun();
  const repeat = async (): Promise<void> => {
    if (!stale?.news) return;
    const { action, news, doneText, onDone } = stale;
    leaveStaleAction();
    await run(news.ticket, action, { doneText, onDone: onDone ?? undefined });
  };
  return (
    <Dialog
      title={t('ticket:stale.title', { number: stale?.seen.report.number ?? '' })}
      isOpen={stale !== null}
      onClose={leaveStaleAction}
      actions={
        stale && (
          <>
            <Button label={t('ticket:stale.leave')} onPress={leaveStaleAction} />
            <Button
              label={t('ticket:stale.repeat', { action: t(`words:command.${stale.action.type}`) })}
              kind="main"
              shortcut="Ctrl+Enter"
              isDisabled={!canRepeat(stale)}
              onPress={() => void repeat()}
            />
          </>
        )
      }
    >
      {stale && (
        <>
          <p>{t('ticket:stale.hint', { action: t(`words:command.${stale.action.type}`) })}</p>
          {stale.news === null ? <Loading /> : <News news={stale.news} />}
        </>
      )}
    </Dialog>
  );
}

function News({ news }: { readonly news: NonNullable<StaleAction['news']> }): ReactNode {
  const names = useNames(news.names);
  return (
    <ol className="journal">
      {news.rows.map((row) => (
        <JournalLine key={row.seq} row={row} ticket={news.ticket} names={names} />
      ))}
    </ol>
  );
}

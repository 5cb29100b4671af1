import type { Identity } from '@faultline/shared/access/access.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { useRun, useRuns } from './action-run.ts';
import { ConfirmRecallDialog, DeclareDialog } from './declare-dialog.tsx';
import { EndDialog } from './end-dialog.tsx';
import type { DeskAction } from './possible-actions.ts';
import { actionsFor } from './possible-actions.ts';
import { RecordDialog } from './record-dialog.tsx';

export const ACTION_KEYS: Readonly<Record<DeskAction, string>> = {
  issue: 'i',
  take: 't',
  dispatch: 'd',
  declare: 'p',
  record: 'w',
  close: 'e',
  return: 'b',
  recall: 'r',
  'confirm-recall': 'y',
  cancel: 'x',
};

export interface ActionBarProps {
  readonly ticket: Ticket;
  readonly who: Identity;
  /** Issue and dispatch need a choice of their own: they open a panel or another page. */
  readonly onIssue: () => void;
  readonly onDispatch: () => void;
}

type Opened = Exclude<DeskAction, 'issue' | 'take' | 'dispatch' | 'close'>;

/** What this person may do with the ticket now; the first one is what the ticket waits for. */
export function ActionBar({ ticket, who, onIssue, onDispatch }: ActionBarProps): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  // A person decides on the ticket as it was when he began; what others do meanwhile must not slip in unseen. [T6]
  const [opened, setOpened] = useState<{ readonly action: Opened; readonly seen: Ticket } | null>(null);
  const isBusy = useRuns((state) => state.busyTicketId === ticket.id);
  const run = useRun();
  const actions = actionsFor(ticket, who);
  const first = actions[0];
  const start = (action: DeskAction): void => {
    if (action === 'issue') onIssue();
    else if (action === 'dispatch') onDispatch();
    else if (action === 'take' || action === 'close') {
      void run(ticket, { type: action }, { doneText: t(`ticket:done.${action}`, { number: ticket.report.number }) });
    } else setOpened({ action, seen: ticket });
  };
  const close = (): void => setOpened(null);
  if (actions.length === 0) return <p className="quiet screen-only">{t('ticket:noActions')}</p>;
  return (
    <>
      <div className="action-bar screen-only" role="toolbar" aria-label={t('ticket:actions')}>
        {actions.map((action) => (
          <Button
            key={action}
            label={action === 'declare' ? t('ticket:declare.open') : t(`words:command.${action}`)}
            shortcut={ACTION_KEYS[action]}
            kind={action === first && isForward(action) ? 'main' : action === 'cancel' ? 'danger' : 'plain'}
            isBusy={isBusy}
            onPress={() => start(action)}
          />
        ))}
      </div>
      {opened && <OpenedDialog {...opened} who={who} onClose={close} />}
    </>
  );
}

interface OpenedDialogProps {
  readonly action: Opened;
  readonly seen: Ticket;
  readonly who: Identity;
  readonly onClose: () => void;
}

function OpenedDialog({ action, seen, who, onClose }: OpenedDialogProps): ReactNode {
  switch (action) {
    case 'return':
    case 'recall':
    case 'cancel':
      return <EndDialog ticket={seen} how={action} who={who} onClose={onClose} />;
    case 'declare':
      return <DeclareDialog ticket={seen} who={who} onClose={onClose} />;
    case 'confirm-recall':
      return <ConfirmRecallDialog ticket={seen} onClose={onClose} />;
    case 'record':
      return <RecordDialog ticket={seen} onClose={onClose} />;
  }
}

/** Only a step of the ticket's way is offered as the thing to do; taking it back never is. */
function isForward(action: DeskAction): boolean {
  return action === 'issue' || action === 'take' || action === 'dispatch' || action === 'record' || action === 'close';
}

import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { useTime } from '../text/use-time.ts';
import type { LegView } from './leg-view.ts';
import { session } from './vehicle-actions.ts';

/**
 * Takes the whole screen until somebody says that he has read it: a crew that drives on to a ticket that is not its own
 * any more is the dearest mistake of all. What was being typed below is kept. [R2]
 */
export function RecallScreen({ views }: { readonly views: readonly LegView[] }): ReactNode {
  const { t } = useTranslation(['vehicle', 'words']);
  const time = useTime();
  const element = useRef<HTMLDialogElement>(null);
  const view = views[0] ?? null;
  const isOpen = view !== null;
  useEffect(() => {
    const dialog = element.current;
    if (!dialog || dialog.open === isOpen) return;
    if (isOpen) dialog.showModal();
    else dialog.close();
  }, [isOpen]);
  const ending = view?.leg.ending ?? null;
  return (
    <dialog
      ref={element}
      className="vehicle-recall"
      role="alertdialog"
      aria-labelledby="recall-title"
      aria-describedby="recall-text"
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        // A second Escape would close the dialog without asking.
        if (event.key === 'Escape') event.preventDefault();
      }}
    >
      {view && ending && (
        <>
          <div className="vehicle-recall-text">
            <h2 id="recall-title">
              <span aria-hidden="true">✕</span> {t(`vehicle:recall.${ending.how}`)}
            </h2>
            <div id="recall-text">
              <p className="vehicle-ticket-place">{view.ticket.report.place.street}</p>
              <p className="figures">
                {view.ticket.report.number} · {time(ending.at, 'hh:mm')}
              </p>
              <p>
                {t('vehicle:recall.reason')} {ending.reason ? t(`words:endReason.${ending.reason}`) : ''} {ending.text}
              </p>
              <p>
                <strong>{t('vehicle:recall.stop')}</strong>
              </p>
            </div>
            {views.length > 1 && <p>{t('vehicle:recall.more', { count: views.length - 1 })}</p>}
          </div>
          <Button
            key={view.key}
            label={t('vehicle:recall.confirm')}
            kind="main"
            size="large"
            onPress={() => session()?.say(view.ticket.id, view.leg.no, { type: 'confirm-recall' })}
          />
        </>
      )}
    </dialog>
  );
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageSound } from '../live/page-sound.ts';
import { Button } from '../parts/button.tsx';
import { useTime } from '../text/use-time.ts';
import { legKey } from './leg-view.ts';
import type { Word } from './outbox.ts';
import { session } from './vehicle-actions.ts';
import { useVehicle } from './vehicle-store.ts';

/** What stands in the way of the work, each with what to do about it. */
export function Messages({ sound }: { readonly sound: PageSound }): ReactNode {
  const { t } = useTranslation('vehicle');
  const isDurable = useVehicle((state) => state.isDurable);
  const hasDiskFailed = useVehicle((state) => state.hasDiskFailed);
  return (
    <div className="vehicle-messages">
      <LinkMessage />
      {!isDurable && (
        <p className="vehicle-message" role="alert">
          {t('storage.memory')}
        </p>
      )}
      {hasDiskFailed && (
        <p className="vehicle-message" data-grave role="alert">
          {t('storage.failed')}
        </p>
      )}
      {sound.state === 'held-back' && (
        <div className="vehicle-message">
          <span>{t('news.sound')}</span>
          <Button label={t('news.allowSound')} onPress={sound.allow} />
        </div>
      )}
      <Refusals />
    </div>
  );
}

function LinkMessage(): ReactNode {
  const { t } = useTranslation('vehicle');
  const time = useTime();
  const at = useVehicle((state) => state.link.at);
  const since = useVehicle((state) => state.cutOffSince);
  switch (at) {
    case 'waiting':
      return (
        <p className="vehicle-message" role="status">
          <strong>{t('link.since', { time: time(since, 'hh:mm') })}</strong> {t('link.waitingHint')}
        </p>
      );
    case 'replaced':
      return (
        <div className="vehicle-message" data-grave role="alert">
          <span>{t('link.replacedHint')}</span>
          <Button label={t('link.takeOver')} kind="main" onPress={() => session()?.takeOver()} />
        </div>
      );
    case 'outdated':
      return (
        <div className="vehicle-message" data-grave role="alert">
          <span>{t('link.outdatedHint')}</span>
          <Button label={t('link.reload')} kind="main" onPress={() => location.reload()} />
        </div>
      );
    default:
      return null;
  }
}

/** Every refusal stays until somebody has read it: a step that was refused is one that the office knows nothing of. */
function Refusals(): ReactNode {
  const { t } = useTranslation('vehicle');
  const words = useVehicle((state) => state.words);
  const refused = words.filter(({ refusal }) => refusal !== null);
  if (refused.length === 0) return null;
  return (
    <section className="vehicle-message" data-grave role="alert" aria-labelledby="refused-title">
      <h2 id="refused-title">{t('refused.title')}</h2>
      <ul>
        {refused.map((word) => (
          <RefusedWord key={word.message.id} word={word} />
        ))}
      </ul>
      <p className="quiet">{t('refused.callOffice')}</p>
      <Button
        label={t('refused.dismiss')}
        onPress={() => session()?.forgetWords(refused.map(({ message }) => message.id))}
      />
    </section>
  );
}

function RefusedWord({ word: { message, refusal } }: { readonly word: Word }): ReactNode {
  const { t } = useTranslation(['vehicle', 'refusals', 'words']);
  const time = useTime();
  const leg = useVehicle((state) =>
    message.type === 'duty' ? undefined : state.legs.get(legKey(message.ticketId, message.legNo)),
  );
  const what = t(`vehicle:said.${message.type}`);
  const where =
    message.type === 'duty' ? t(`words:vehicleDuty.${message.duty}`) : (leg?.ticket.report.number ?? message.ticketId);
  return (
    <li>
      <strong>
        {message.type === 'duty'
          ? `${what} · ${where}`
          : t('vehicle:refused.line', { what, where, time: time(message.claimedAt, 'hh:mm') })}
      </strong>{' '}
      {refusal && t(`refusals:${refusal}`)}
    </li>
  );
}

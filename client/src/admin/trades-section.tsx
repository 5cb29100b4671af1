import type { Trade } from '@faultline/shared/organisation/organisation.ts';
import { tradeInputSchema, tradeSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { del, nothing, post, put } from '../live/api.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/states.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { NameFields } from './name-fields.tsx';
import type { Office } from './office.ts';
import { RecordName } from './record-name.tsx';
import { RecordTable } from './record-table.tsx';
import { useForm } from './use-form.ts';
import { useSaved } from './use-saved.ts';

/** What vehicles can do; the desk shows it when a vehicle is chosen. */
export function TradesSection({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const [edited, setEdited] = useState<Trade | 'new' | null>(null);
  const vehiclesWith = (id: string): number =>
    office.vehicles.filter(({ tradeIds, isActive }) => isActive && tradeIds.includes(id)).length;
  return (
    <>
      <RecordTable
        label={t('admin:section.trades')}
        rows={office.trades}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'name',
            label: t('admin:column.name'),
            render: (trade) => <RecordName name={nameOf(trade.name)} onOpen={() => setEdited(trade)} />,
          },
          { key: 'zh', label: t('admin:name.zh'), render: ({ name }) => name.zh },
          { key: 'en', label: t('admin:name.en'), render: ({ name }) => name.en },
          {
            key: 'vehicles',
            label: t('admin:section.vehicles'),
            render: ({ id }) => <span className="figures">{vehiclesWith(id)}</span>,
          },
        ]}
        textOf={({ name }) => `${name.zh} ${name.en}`}
        empty={<Empty title={t('admin:trades.emptyTitle')} hint={t('admin:trades.emptyHint')} />}
        tools={<Button label={t('admin:trades.add')} kind="main" shortcut="n" onPress={() => setEdited('new')} />}
      />
      {edited !== null && <TradeDialog trade={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function TradeDialog({ trade, onClose }: { readonly trade: Trade | null; readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation('admin');
  const nameOf = useName();
  const saved = useSaved(onClose);
  const [isRemoving, setRemoving] = useState(false);
  const form = useForm({
    initial: { name: trade?.name ?? { zh: '', en: '' } },
    bodyOf: ({ name }) => ({ name }),
    schema: tradeInputSchema,
    send: (body) =>
      trade === null
        ? post('/api/organisation/trades', body, tradeSchema)
        : put(`/api/organisation/trades/${trade.id}`, body, tradeSchema),
    onSaved: ({ name }) => saved(nameOf(name)),
  });
  const title = trade === null ? t('trades.new') : nameOf(trade.name);
  return (
    <>
      <EditDialog
        title={title}
        form={form}
        onClose={onClose}
        extra={trade && <Button label={t('action.remove')} kind="danger" onPress={() => setRemoving(true)} />}
      >
        <NameFields name={form.values.name} onChange={(name) => form.change({ name })} errorOf={form.errorOf} />
      </EditDialog>
      {isRemoving && trade && (
        <ConfirmDialog
          title={t('remove.title', { name: title })}
          hint={t('trades.removeHint')}
          confirm={t('action.remove')}
          doneText={t('remove.done', { name: title })}
          send={() => del(`/api/organisation/trades/${trade.id}`, nothing)}
          onClose={() => setRemoving(false)}
          onDone={onClose}
        />
      )}
    </>
  );
}

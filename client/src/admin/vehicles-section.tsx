import type { Vehicle } from '@faultline/shared/organisation/organisation.ts';
import { doneSchema, enrolmentCodeSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../live/api.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { useNotices } from '../parts/notices.tsx';
import { Empty } from '../parts/states.tsx';
import { useTime } from '../text/use-time.ts';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { CodeDialog } from './code-dialog.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import type { Office } from './office.ts';
import { RecordName } from './record-name.tsx';
import type { Column } from './record-table.tsx';
import { RecordTable } from './record-table.tsx';
import { ServiceState } from './service-state.tsx';
import { VehicleDialog } from './vehicle-dialog.tsx';

/** What is open above the table; one at a time. */
type Open =
  | { readonly what: 'edit'; readonly vehicle: Vehicle | null }
  | { readonly what: 'revoke'; readonly vehicle: Vehicle }
  | {
      readonly what: 'code';
      readonly vehicle: Vehicle;
      readonly code: string;
      readonly expiresAt: number;
      /** The pairing there was before: another one means that the code has been used. */
      readonly pairedBefore: number | null;
    };

export function VehiclesSection({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const refusalText = useRefusalText();
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const enrol = async (vehicle: Vehicle): Promise<void> => {
    const answer = await post(`/api/organisation/vehicles/${vehicle.id}/enrolment`, undefined, enrolmentCodeSchema);
    if (answer.ok)
      setOpen({ what: 'code', vehicle, ...answer.value, pairedBefore: office.pairedAt[vehicle.id] ?? null });
    else useNotices.getState().show('refused', refusalText(answer.refusal));
  };
  const columns = useColumns(office, {
    onOpen: (vehicle) => setOpen({ what: 'edit', vehicle }),
    onEnrol: (vehicle) => {
      enrol(vehicle).catch(reportError);
    },
    onRevoke: (vehicle) => setOpen({ what: 'revoke', vehicle }),
  });
  const crewName = (id: string): string => {
    const crew = office.departments.find((department) => department.id === id);
    return crew ? `${crew.name.zh} ${crew.name.en}` : '';
  };
  const hasCrew = office.departments.some(({ kind, isActive }) => kind === 'crew' && isActive);
  return (
    <>
      <RecordTable
        label={t('admin:section.vehicles')}
        rows={office.vehicles}
        keyOf={({ id }) => id}
        columns={columns}
        textOf={({ callSign, plate, crewId, tradeIds }) =>
          [
            callSign,
            plate,
            crewName(crewId),
            ...office.trades.filter(({ id }) => tradeIds.includes(id)).map(({ name }) => nameOf(name)),
          ].join(' ')
        }
        isRetired={({ isActive }) => !isActive}
        empty={
          <Empty
            title={t('admin:vehicles.emptyTitle')}
            hint={t(hasCrew ? 'admin:vehicles.emptyHint' : 'admin:vehicles.noCrewHint')}
          />
        }
        tools={
          <Button
            label={t('admin:vehicles.add')}
            kind="main"
            shortcut="n"
            isDisabled={!hasCrew}
            onPress={() => setOpen({ what: 'edit', vehicle: null })}
          />
        }
      />
      {open?.what === 'edit' && <VehicleDialog office={office} vehicle={open.vehicle} onClose={close} />}
      {open?.what === 'code' && (
        <CodeDialog
          title={t('admin:vehicles.codeTitle', { callSign: open.vehicle.callSign })}
          hint={t('admin:vehicles.codeHint', { address: `${location.origin}/vehicle` })}
          code={open.code}
          expiresAt={open.expiresAt}
          isUsed={(office.pairedAt[open.vehicle.id] ?? open.pairedBefore) !== open.pairedBefore}
          onClose={close}
        />
      )}
      {open?.what === 'revoke' && (
        <ConfirmDialog
          title={t('admin:vehicles.revokeTitle', { callSign: open.vehicle.callSign })}
          hint={t('admin:vehicles.revokeHint')}
          confirm={t('admin:action.revoke')}
          doneText={t('admin:vehicles.revoked', { callSign: open.vehicle.callSign })}
          send={() => post(`/api/organisation/vehicles/${open.vehicle.id}/revoke`, undefined, doneSchema)}
          onClose={close}
        />
      )}
    </>
  );
}

interface Acts {
  readonly onOpen: (vehicle: Vehicle) => void;
  readonly onEnrol: (vehicle: Vehicle) => void;
  readonly onRevoke: (vehicle: Vehicle) => void;
}

function useColumns(office: Office, acts: Acts): readonly Column<Vehicle>[] {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const time = useTime();
  return [
    {
      key: 'callSign',
      label: t('admin:vehicles.callSign'),
      render: (vehicle) => <RecordName name={vehicle.callSign} onOpen={() => acts.onOpen(vehicle)} />,
    },
    { key: 'plate', label: t('admin:vehicles.plate'), render: ({ plate }) => <span className="figures">{plate}</span> },
    {
      key: 'crew',
      label: t('words:crew'),
      render: ({ crewId }) => {
        const crew = office.departments.find(({ id }) => id === crewId);
        return crew ? nameOf(crew.name) : '—';
      },
    },
    {
      key: 'trades',
      label: t('admin:section.trades'),
      render: ({ tradeIds }) =>
        office.trades
          .filter(({ id }) => tradeIds.includes(id))
          .map(({ name }) => nameOf(name))
          .join(t('admin:list.comma')) || '—',
    },
    { key: 'duty', label: t('admin:vehicles.duty'), render: ({ duty }) => t(`words:vehicleDuty.${duty}`) },
    {
      key: 'device',
      label: t('admin:vehicles.device'),
      render: ({ id, isActive }) => {
        const pairedAt = office.pairedAt[id];
        if (pairedAt !== undefined) return t('admin:vehicles.pairedAt', { time: time(pairedAt, 'MM-DD hh:mm') });
        return isActive ? <span className="admin-lacks">{t('admin:vehicles.noDevice')}</span> : '—';
      },
    },
    { key: 'state', label: t('admin:column.state'), render: ({ isActive }) => <ServiceState isActive={isActive} /> },
    {
      key: 'acts',
      label: t('admin:column.acts'),
      render: (vehicle) => (
        <span className="admin-acts">
          <Button
            label={t('admin:vehicles.enrol')}
            name={t('admin:action.named', { action: t('admin:vehicles.enrol'), name: vehicle.callSign })}
            isDisabled={!vehicle.isActive}
            onPress={() => acts.onEnrol(vehicle)}
          />
          {office.pairedAt[vehicle.id] !== undefined && (
            <Button
              label={t('admin:action.revoke')}
              name={`${t('admin:action.revoke')} ${vehicle.callSign}`}
              kind="danger"
              onPress={() => acts.onRevoke(vehicle)}
            />
          )}
        </span>
      ),
    },
  ];
}

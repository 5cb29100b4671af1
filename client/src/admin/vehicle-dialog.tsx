import type { Vehicle } from '@faultline/shared/organisation/organisation.ts';
import { vehicleInputSchema, vehicleSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { post, put } from '../live/api.ts';
import { useName } from '../live/use-name.ts';
import { Checkbox, Field, Select } from '../parts/field.tsx';
import { EditDialog } from './edit-dialog.tsx';
import type { Office } from './office.ts';
import { SectionLink } from './section-link.tsx';
import { useForm } from './use-form.ts';
import { useSaved } from './use-saved.ts';

export interface VehicleDialogProps {
  readonly office: Office;
  /** `null` adds a new one. */
  readonly vehicle: Vehicle | null;
  readonly onClose: () => void;
}

export function VehicleDialog({ office, vehicle, onClose }: VehicleDialogProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const saved = useSaved(onClose);
  const form = useForm({
    initial: valuesOf(vehicle),
    bodyOf: (values) => values,
    schema: vehicleInputSchema,
    send: (body) =>
      vehicle === null
        ? post('/api/organisation/vehicles', body, vehicleSchema)
        : put(`/api/organisation/vehicles/${vehicle.id}`, body, vehicleSchema),
    fieldOf: ({ code }) => (code === 'crew-unknown' ? 'crewId' : null),
    onSaved: ({ callSign }) => saved(callSign),
  });
  const { values, change, errorOf } = form;
  const crews = office.departments.filter(
    ({ id, kind, isActive }) => kind === 'crew' && (isActive || id === values.crewId),
  );
  return (
    <EditDialog
      title={vehicle === null ? t('admin:vehicles.new') : `${vehicle.callSign} ${vehicle.plate}`}
      form={form}
      onClose={onClose}
    >
      <Select
        label={t('words:crew')}
        required
        startsEmpty={values.crewId === ''}
        hint={t('admin:vehicles.crewHint')}
        value={values.crewId}
        error={errorOf('crewId')}
        options={crews.map(({ id, name }) => ({ value: id, text: nameOf(name) }))}
        onChange={(event) => change({ crewId: event.target.value })}
      />
      <div className="admin-pair">
        <Field
          label={t('admin:vehicles.callSign')}
          hint={t('admin:vehicles.callSignHint')}
          required
          maxLength={20}
          value={values.callSign}
          error={errorOf('callSign')}
          onChange={(event) => change({ callSign: event.target.value })}
        />
        <Field
          label={t('admin:vehicles.plate')}
          required
          maxLength={20}
          value={values.plate}
          error={errorOf('plate')}
          onChange={(event) => change({ plate: event.target.value })}
        />
      </div>
      <fieldset className="choices">
        <legend>{t('admin:section.trades')}</legend>
        {office.trades.map(({ id, name }) => (
          <Checkbox
            key={id}
            label={nameOf(name)}
            checked={values.tradeIds.includes(id)}
            onChange={({ target }) =>
              change({
                tradeIds: target.checked
                  ? [...values.tradeIds, id]
                  : values.tradeIds.filter((tradeId) => tradeId !== id),
              })
            }
          />
        ))}
        {office.trades.length === 0 && (
          <p className="quiet">
            {t('admin:vehicles.noTrades')} <SectionLink section="trades">{t('admin:section.trades')}</SectionLink>
          </p>
        )}
        {errorOf('tradeIds') && <p className="field-error">{errorOf('tradeIds')}</p>}
      </fieldset>
      <Checkbox
        label={t('admin:vehicles.isActive')}
        checked={values.isActive}
        onChange={(event) => change({ isActive: event.target.checked })}
      />
      {vehicle?.isActive && !values.isActive && <p className="quiet">{t('admin:vehicles.retireHint')}</p>}
    </EditDialog>
  );
}

function valuesOf(vehicle: Vehicle | null) {
  const blank: Pick<Vehicle, 'crewId' | 'callSign' | 'plate' | 'tradeIds' | 'isActive'> = {
    crewId: '',
    callSign: '',
    plate: '',
    tradeIds: [],
    isActive: true,
  };
  if (vehicle === null) return blank;
  const { crewId, callSign, plate, tradeIds, isActive } = vehicle;
  return { crewId, callSign, plate, tradeIds, isActive };
}

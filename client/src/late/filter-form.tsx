import { SEGMENTS } from '@faultline/shared/ticket/points.ts';
import { AREA_CLASSES } from '@faultline/shared/ticket/policy.ts';
import { HOUR } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { serverClock } from '../live/clock.ts';
import { Button } from '../parts/button.tsx';
import { Select } from '../parts/field.tsx';
import { useZone } from '../text/zone.ts';
import { fieldOf, momentOf } from '../ticket/entered-time.ts';
import { useNames } from '../ticket/names.ts';
import { TimeField } from '../ticket/time-field.tsx';
import type { LateFilter } from './late-filter.ts';
import { NO_FILTER } from './late-filter.ts';

export interface FilterFormProps {
  readonly filter: LateFilter;
  readonly onChange: (filter: LateFilter) => void;
}

/** Every change is asked for at once and stands in the address. */
export function FilterForm({ filter, onChange }: FilterFormProps): ReactNode {
  const { t } = useTranslation(['late', 'words']);
  const names = useNames();
  const departments = useBoard((state) => state.departments);
  return (
    <search className="late-filter screen-only" aria-label={t('late:filter.title')}>
      <Periods filter={filter} onChange={onChange} />
      <TimeField label={t('late:filter.from')} value={filter.from} onChange={(from) => onChange({ ...filter, from })} />
      <TimeField label={t('late:filter.to')} value={filter.to} onChange={(to) => onChange({ ...filter, to })} />
      <Select
        label={t('late:filter.segment')}
        value={filter.segment ?? ''}
        options={[
          { value: '', text: t('late:filter.all') },
          ...SEGMENTS.map((segment) => ({ value: segment, text: `${segment} ${t(`words:segment.${segment}`)}` })),
        ]}
        onChange={({ target }) =>
          onChange({ ...filter, segment: SEGMENTS.find((segment) => segment === target.value) ?? null })
        }
      />
      <Select
        label={t('late:filter.department')}
        value={filter.departmentId ?? ''}
        options={[
          { value: '', text: t('late:filter.all') },
          ...[...departments.values()].map(({ id, name }) => ({ value: id, text: names.of(name) })),
        ]}
        onChange={({ target }) => onChange({ ...filter, departmentId: target.value || null })}
      />
      <Select
        label={t('late:filter.areaClass')}
        value={filter.areaClass ?? ''}
        options={[
          { value: '', text: t('late:filter.all') },
          ...AREA_CLASSES.map((areaClass) => ({ value: areaClass, text: t(`words:areaClass.${areaClass}`) })),
        ]}
        onChange={({ target }) =>
          onChange({ ...filter, areaClass: AREA_CLASSES.find((areaClass) => areaClass === target.value) ?? null })
        }
      />
      <Button label={t('late:filter.clear')} onPress={() => onChange(NO_FILTER)} />
    </search>
  );
}

function Periods({ filter, onChange }: FilterFormProps): ReactNode {
  const { t } = useTranslation('late');
  const zone = useZone((state) => state.zone);
  const now = serverClock.second();
  const midnight = momentOf(`${fieldOf(now, zone).slice(0, 10)}T00:00:00`, zone);
  const isOpenEnded = filter.to === null;
  const since = (from: number | null): void => onChange({ ...filter, from, to: null });
  return (
    <fieldset className="choices late-periods" aria-label={t('filter.period')}>
      <Button
        label={t('filter.lastDay')}
        shortcut="1"
        isPressed={isOpenEnded && filter.from === null}
        onPress={() => since(null)}
      />
      <Button
        label={t('filter.today')}
        shortcut="2"
        isPressed={isOpenEnded && filter.from === midnight}
        onPress={() => since(midnight)}
      />
      <Button label={t('filter.lastHour')} shortcut="3" onPress={() => since(now - HOUR)} />
      <Button label={t('filter.lastWeek')} shortcut="4" onPress={() => since(now - 7 * 24 * HOUR)} />
    </fieldset>
  );
}

import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { Select } from '../parts/field.tsx';
import { useNames } from '../ticket/names.ts';
import { TimeField } from '../ticket/time-field.tsx';
import type { PaperPoint } from './intake-draft.ts';
import { PAPER_POINTS } from './intake-draft.ts';
import type { ProblemText } from './intake-pane.tsx';
import { useIntake } from './intake-store.ts';

/** The way a ticket has already gone on paper, each step with its own time; what is not known stays empty. [T3] [T7] */
export function PaperSteps({ problemText }: { readonly problemText: ProblemText }): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const { draft, change } = useIntake();
  const setTime = (point: PaperPoint, at: number | null): void => {
    const { [point]: _, ...others } = draft.paperTimes;
    change({ paperTimes: at === null ? others : { ...others, [point]: at } });
  };
  return (
    <fieldset className="fields">
      <legend>{t('desk:paper.title')}</legend>
      <p className="quiet fields-wide">{t('desk:paper.hint')}</p>
      <TimeField
        label={`A ${t('words:point.A')}`}
        value={draft.paperAt}
        isRequired
        error={problemText('paperAt')}
        onChange={(paperAt) => change({ paperAt })}
      />
      {PAPER_POINTS.map((point) => (
        <TimeField
          key={point}
          label={`${point} ${t(`words:point.${point}`)}`}
          value={draft.paperTimes[point] ?? null}
          error={problemText(point)}
          onChange={(at) => setTime(point, at)}
        />
      ))}
      <WhoOnPaper problemText={problemText} />
    </fieldset>
  );
}

function WhoOnPaper({ problemText }: { readonly problemText: ProblemText }): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const names = useNames();
  const { draft, change } = useIntake();
  const departments = useBoard((state) => state.departments);
  const vehicles = useBoard((state) => state.vehicles);
  const centres = useMemo(
    () => [...departments.values()].filter(({ kind, isActive }) => kind === 'repair-centre' && isActive),
    [departments],
  );
  const choices = useMemo(
    () =>
      vehicles
        .filter(({ isActive }) => isActive)
        .map(({ id, crewId }) => ({ value: id, text: `${names.department(crewId)} · ${names.vehicle(id)}` })),
    [vehicles, names],
  );
  return (
    <>
      {draft.paperTimes.B !== undefined && (
        <Select
          label={t('words:repairCentre')}
          required
          startsEmpty
          value={draft.paperCentreId}
          error={problemText('paperCentreId')}
          options={centres.map(({ id, name }) => ({ value: id, text: names.of(name) }))}
          onChange={(event) => change({ paperCentreId: event.target.value })}
        />
      )}
      {draft.paperTimes.D !== undefined && (
        <Select
          label={t('desk:paper.vehicle')}
          required
          startsEmpty
          value={draft.paperVehicleId}
          error={problemText('paperVehicleId')}
          options={choices}
          onChange={(event) => change({ paperVehicleId: event.target.value })}
        />
      )}
    </>
  );
}

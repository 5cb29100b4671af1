import type { Department } from '@faultline/shared/organisation/organisation.ts';
import type { FeedbackKind } from '@faultline/shared/ticket/policy.ts';
import { FEEDBACK_KINDS } from '@faultline/shared/ticket/policy.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { RehearsalAnswer } from '@faultline/shared/wire/escalation.ts';
import { rehearsalAnswerSchema } from '@faultline/shared/wire/escalation.ts';
import type { CSSProperties, ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverClock } from '../live/clock.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Select } from '../parts/field.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { span } from '../text/format.ts';
import { useTime } from '../text/use-time.ts';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { TimeField } from '../ticket/time-field.tsx';
import { useLineName } from './finding-words.ts';
import type { Office } from './office.ts';
import type { RehearsedCall } from './rehearsal-lanes.ts';
import { pictureOf } from './rehearsal-lanes.ts';
import { usePolled } from './use-polled.ts';

/** Whom a ladder would ring, and when, if nobody ever answered. Nothing is dialled. [E1] [E7] */
export function RehearsalSection({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const refusalText = useRefusalText();
  const departments = office.departments.filter(({ isActive, kind }) => isActive && kind !== 'service-centre');
  const [departmentId, setDepartmentId] = useState(departments[0]?.id ?? '');
  const [wanted, setKind] = useState<FeedbackKind>('centre-not-taken');
  const [at, setAt] = useState<Instant | null>(null);
  const department = departments.find(({ id }) => id === departmentId);
  const kinds = department ? kindsOf(department) : [];
  const kind = kinds.find((known) => known === wanted) ?? kinds[0];
  const path = department && kind ? pathOf(department.id, kind, at) : null;
  const { value, refusal, read } = usePolled(path, rehearsalAnswerSchema, null);
  if (!department || !kind) return <Empty title={t('admin:contacts.emptyTitle')} hint={t('admin:rehearsal.empty')} />;
  return (
    <>
      <div className="admin-tools rehearsal-choice">
        <Select
          label={t('admin:column.department')}
          value={department.id}
          options={departments.map(({ id, name }) => ({ value: id, text: nameOf(name) }))}
          onChange={({ target }) => setDepartmentId(target.value)}
        />
        <Select
          label={t('admin:rehearsal.kind')}
          value={kind}
          options={kinds.map((known) => ({ value: known, text: t(`words:feedback.${known}`) }))}
          onChange={({ target }) => setKind(kinds.find((known) => known === target.value) ?? kind)}
        />
        <fieldset className="choices">
          <legend>{t('admin:rehearsal.at')}</legend>
          <Button label={t('admin:rehearsal.now')} isPressed={at === null} onPress={() => setAt(null)} />
          <Button
            label={t('admin:policy.fromLater')}
            isPressed={at !== null}
            onPress={() => setAt(serverClock.second())}
          />
        </fieldset>
        {at !== null && (
          <TimeField
            label={t('admin:rehearsal.at')}
            value={at}
            onChange={(moment) => {
              if (moment !== null) setAt(moment);
            }}
          />
        )}
        {at === null && <Button label={t('admin:rehearsal.again')} kind="main" shortcut="n" onPress={read} />}
      </div>
      {refusal && <Failed hint={refusalText(refusal)} onRetry={read} />}
      {!refusal && !value && <Loading />}
      {!refusal && value && <Rehearsed answer={value} />}
    </>
  );
}

/** Only a crew's people and vehicles are rung about what the crew has to do. */
function kindsOf({ kind }: Department): readonly FeedbackKind[] {
  const isAboutCentre = (feedback: FeedbackKind): boolean => feedback.startsWith('centre-');
  return FEEDBACK_KINDS.filter((feedback) => isAboutCentre(feedback) === (kind === 'repair-centre'));
}

function pathOf(departmentId: string, kind: FeedbackKind, at: Instant | null): string {
  const query = new URLSearchParams({ departmentId, kind, ...(at === null ? {} : { at: String(at) }) });
  return `/api/escalation/rehearsal?${query}`;
}

function Rehearsed({ answer }: { readonly answer: RehearsalAnswer }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const time = useTime();
  const first = answer.calls[0];
  if (!first) return <Empty title={t('admin:rehearsal.nobody')} hint={t('admin:rehearsal.nobodyHint')} />;
  const missed = answer.calls.filter(({ contactId, line }) => contactId === null || line === 'manual').length;
  return (
    <>
      <p role="status">
        <strong>{t('admin:rehearsal.sum', { count: answer.calls.length })}</strong>{' '}
        {answer.spentAt !== null &&
          t('admin:rehearsal.spent', { at: time(answer.spentAt, 'hh:mm:ss'), after: span(answer.spentAt - first.at) })}
      </p>
      {missed > 0 && <p className="admin-warning">{t('admin:rehearsal.missed', { count: missed })}</p>}
      <Picture answer={answer} />
      <CallTable calls={answer.calls} from={first.at} />
    </>
  );
}

/** The table below says the same in words, so that the picture is nothing to a screen reader. */
function Picture({ answer }: { readonly answer: RehearsalAnswer }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const picture = pictureOf(answer);
  if (!picture) return null;
  return (
    <div className="rehearsal-picture" aria-hidden="true">
      {picture.lanes.map(({ step, role, bars }) => (
        <div key={step} className="rehearsal-lane">
          <span>
            {step + 1}. {t(`words:contactRole.${role}`)}
          </span>
          <span className="rehearsal-track">
            {bars.map(({ call, start, length }) => (
              <span
                key={call.at}
                className="rehearsal-bar"
                data-missed={call.contactId === null || call.line === 'manual' || undefined}
                style={placed(start, length)}
              >
                {call.contactName ?? '—'}
              </span>
            ))}
          </span>
        </div>
      ))}
      <div className="rehearsal-lane">
        <span />
        <span className="rehearsal-track rehearsal-scale figures">
          {picture.ticks.map(({ minute, share }) => (
            <span key={minute} style={placed(share, 0)}>
              +{minute}
            </span>
          ))}
        </span>
      </div>
    </div>
  );
}

function placed(start: number, length: number): CSSProperties & Record<'--start' | '--length', string> {
  return { '--start': String(start), '--length': String(length) };
}

function CallTable({ calls, from }: { readonly calls: readonly RehearsedCall[]; readonly from: Instant }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const time = useTime();
  const lineName = useLineName();
  const columns = ['when', 'step', 'role', 'who', 'line', 'until'] as const;
  return (
    <table className="admin-table" aria-label={t('admin:rehearsal.calls')}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {t(`admin:rehearsal.column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {calls.map((call) => (
          <tr key={`${call.at} ${call.step} ${call.tryNo}`}>
            <td className="figures" data-label={t('admin:rehearsal.column.when')}>
              <span>
                {time(call.at, 'hh:mm:ss')} +{span(call.at - from)}
              </span>
            </td>
            <td data-label={t('admin:rehearsal.column.step')}>
              <span>{t('admin:rehearsal.stepText', { step: call.step + 1, tryNo: call.tryNo })}</span>
            </td>
            <td data-label={t('admin:rehearsal.column.role')}>
              <span>{t(`words:contactRole.${call.role}`)}</span>
            </td>
            <td data-label={t('admin:rehearsal.column.who')}>
              {call.contactName === null ? (
                <span className="admin-lacks">{t('admin:rehearsal.nobodyOnDuty')}</span>
              ) : (
                <span>
                  {call.contactName}{' '}
                  {call.foundBy && <span className="admin-mark">{t(`words:foundBy.${call.foundBy}`)}</span>}
                </span>
              )}
            </td>
            <td data-label={t('admin:rehearsal.column.line')}>
              <span className={call.line === 'manual' ? 'admin-lacks' : undefined}>
                {call.contactId === null ? '—' : lineName(call.line)}
              </span>
            </td>
            <td className="figures" data-label={t('admin:rehearsal.column.until')}>
              <span>{time(call.until, 'hh:mm:ss')}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

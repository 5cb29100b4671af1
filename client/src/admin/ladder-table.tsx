import type { FeedbackKind, Policy } from '@faultline/shared/ticket/policy.ts';
import { FEEDBACK_KINDS } from '@faultline/shared/ticket/policy.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { span } from '../text/format.ts';
import type { LadderTime } from './ladder-form.ts';
import { LADDER_TIMES, ladderChanges, roundLength } from './ladder-form.ts';
import { useLadderWords } from './ladder-words.ts';

/** Who is rung for which silent hop, and beside each coming version only what it changes. [E1] */
export function LadderTable({
  running,
  coming,
}: {
  readonly running: Policy;
  readonly coming: readonly Policy[];
}): ReactNode {
  const { t } = useTranslation('admin');
  const words = useLadderWords();
  const stepsOf = ({ ladder }: Policy, kind: FeedbackKind): string => {
    const steps = ladder.steps[kind];
    const text = words.stepsText(steps);
    return steps.length === 0 ? text : t('ladder.withLength', { text, length: span(roundLength(steps)) });
  };
  const changes = coming.map((policy) => ({ policy, ...ladderChanges(running.ladder, policy.ladder) }));
  const timeOf = ({ ladder }: Policy, key: LadderTime): string => words.timeText(key, ladder[key]);
  return (
    <table className="admin-figures" aria-label={t('ladder.title')}>
      <thead>
        <tr>
          <th scope="col">{t('policy.figure')}</th>
          <th scope="col">{t('policy.versionNo', { version: running.version })}</th>
          {coming.map(({ version }) => (
            <th key={version} scope="col">
              {t('policy.comingNo', { version })}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {FEEDBACK_KINDS.map((kind) => (
          <tr key={kind}>
            <th scope="row">{words.kindText(kind)}</th>
            <td>{stepsOf(running, kind)}</td>
            {changes.map(({ policy, kinds }) => (
              <td key={policy.version}>{kinds.includes(kind) ? stepsOf(policy, kind) : '—'}</td>
            ))}
          </tr>
        ))}
        {LADDER_TIMES.map(({ key }) => (
          <tr key={key}>
            <th scope="row">{t(`ladder.time.${key}`)}</th>
            <td className="figures">{timeOf(running, key)}</td>
            {changes.map(({ policy, times }) => (
              <td key={policy.version} className="figures">
                {times.includes(key) ? timeOf(policy, key) : '—'}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

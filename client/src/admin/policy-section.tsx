import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { policyAt } from '@faultline/shared/ticket/policy.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFromNow } from '../live/clock.ts';
import { Button } from '../parts/button.tsx';
import { useTime } from '../text/use-time.ts';
import { useFigureWords } from './figure-words.ts';
import type { Figures } from './figures.ts';
import { changesBetween, FIGURE_GROUPS, FIGURES, figuresOf } from './figures.ts';
import { LadderTable } from './ladder-table.tsx';
import type { Office } from './office.ts';
import { PolicyForm } from './policy-form.tsx';
import { SumTable } from './sum-table.tsx';

/** The budgets and promises: what runs, what is coming, what was. Versions are only ever added. [B2] */
export function PolicySection({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation('admin');
  const { policies } = office;
  const runningVersion = useFromNow((now) => policyAt(policies, now).version);
  const [isWriting, setWriting] = useState(false);
  const running = policies.find(({ version }) => version === runningVersion);
  if (!running) return null;
  const newest = policies.reduce((latest, policy) => (isLater(policy, latest) ? policy : latest), running);
  const coming = policies.filter((policy) => isLater(policy, running)).toSorted((a, b) => a.validFrom - b.validFrom);
  if (isWriting) return <PolicyForm running={running} base={newest} onClose={() => setWriting(false)} />;
  return (
    <div className="admin-policy">
      <div className="admin-tools">
        <Button label={t('policy.add')} kind="main" shortcut="n" onPress={() => setWriting(true)} />
        <p className="quiet">{t('policy.keptForEver')}</p>
      </div>
      <Versions policies={policies} runningVersion={runningVersion} coming={coming} />
      <section>
        <h3>{t('policy.sums')}</h3>
        {[running, ...coming].map((policy) => (
          <Sums key={policy.version} policy={policy} isAlone={coming.length === 0} />
        ))}
      </section>
      <section>
        <h3>{t('policy.figures')}</h3>
        <FigureTable running={running} coming={coming} />
      </section>
      <section>
        <h3>{t('ladder.title')}</h3>
        <LadderTable running={running} coming={coming} />
      </section>
    </div>
  );
}

/** With more than one version in sight each says which it is. */
function Sums({ policy, isAlone }: { readonly policy: Policy; readonly isAlone: boolean }): ReactNode {
  const { t } = useTranslation('admin');
  return (
    <>
      {!isAlone && <h4>{t('policy.versionNo', { version: policy.version })}</h4>}
      <SumTable figures={figuresOf(policy)} />
    </>
  );
}

function isLater(policy: Policy, other: Policy): boolean {
  return policy.validFrom > other.validFrom || (policy.validFrom === other.validFrom && policy.version > other.version);
}

interface VersionsProps {
  readonly policies: readonly Policy[];
  readonly runningVersion: number;
  readonly coming: readonly Policy[];
}

function Versions({ policies, runningVersion, coming }: VersionsProps): ReactNode {
  const { t } = useTranslation('admin');
  const time = useTime();
  const stateOf = (policy: Policy): 'running' | 'coming' | 'past' => {
    if (policy.version === runningVersion) return 'running';
    return coming.includes(policy) ? 'coming' : 'past';
  };
  return (
    <section>
      <h3>{t('policy.versions')}</h3>
      <table className="admin-table admin-versions" aria-label={t('policy.versions')}>
        <thead>
          <tr>
            <th scope="col">{t('policy.version')}</th>
            <th scope="col">{t('policy.validFrom')}</th>
            <th scope="col">{t('column.state')}</th>
          </tr>
        </thead>
        <tbody>
          {policies
            .toSorted((a, b) => b.version - a.version)
            .map((policy) => (
              <tr key={policy.version} data-retired={stateOf(policy) === 'past' || undefined}>
                <td data-label={t('policy.version')}>
                  <strong>{t('policy.versionNo', { version: policy.version })}</strong>
                </td>
                <td data-label={t('policy.validFrom')} className="figures">
                  <span>
                    {policy.validFrom === 0
                      ? t('policy.fromTheBeginning')
                      : time(policy.validFrom, 'YYYY-MM-DD hh:mm:ss')}
                  </span>
                </td>
                <td data-label={t('column.state')}>
                  <span className="admin-state" data-active={stateOf(policy) === 'running'}>
                    {t(`policy.state.${stateOf(policy)}`)}
                  </span>
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

/** The running figures, and beside each coming version only what it changes. */
function FigureTable({ running, coming }: { readonly running: Policy; readonly coming: readonly Policy[] }): ReactNode {
  const { t } = useTranslation('admin');
  const words = useFigureWords();
  const now = figuresOf(running);
  const versions = coming.map((policy) => ({ policy, figures: figuresOf(policy) }));
  const promiseState = (policy: Policy): string => t(policy.feedbackMin.promiseAtRisk ? 'policy.on' : 'policy.off');
  const changed = (figures: Figures, key: keyof Figures): string =>
    changesBetween(now, figures).includes(key) ? words.valueText(key, figures[key]) : '—';
  return (
    <table className="admin-figures" aria-label={t('policy.figures')}>
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
      {FIGURE_GROUPS.map((group) => (
        <tbody key={group}>
          <tr className="admin-group">
            <th scope="rowgroup" colSpan={2 + coming.length}>
              {t(`policy.group.${group}`)}
            </th>
          </tr>
          {FIGURES.filter((figure) => figure.group === group).map(({ key }) => (
            <tr key={key}>
              <th scope="row">{words.labelOf(key)}</th>
              <td className="figures">{words.valueText(key, now[key])}</td>
              {versions.map(({ policy, figures }) => (
                <td key={policy.version} className="figures">
                  {changed(figures, key)}
                </td>
              ))}
            </tr>
          ))}
          {group === 'feedback' && (
            <tr>
              <th scope="row">{t('figure.promise-at-risk')}</th>
              <td>{promiseState(running)}</td>
              {coming.map((policy) => (
                <td key={policy.version}>{promiseState(policy)}</td>
              ))}
            </tr>
          )}
        </tbody>
      ))}
    </table>
  );
}

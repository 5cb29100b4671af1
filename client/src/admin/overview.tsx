import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useEscalationStatus } from '../live/board.ts';
import { useName } from '../live/use-name.ts';
import { FindingList } from './finding-list.tsx';
import type { Office } from './office.ts';
import type { StepState } from './readiness.ts';
import { readinessOf } from './readiness.ts';
import { SectionLink } from './section-link.tsx';
import type { Section } from './sections.ts';

/** What is still missing before the first ticket can be dispatched, each with the way to it. */
export function Overview({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation('admin');
  const steps = readinessOf(office);
  const missing = steps.filter(({ isDone }) => !isDone).length;
  return (
    <div className="admin-overview">
      <section className="admin-card" aria-labelledby="readiness-title">
        <h3 id="readiness-title">
          {missing === 0 ? t('readiness.ready') : t('readiness.missing', { count: missing })}
        </h3>
        <p className="quiet">{t(missing === 0 ? 'readiness.readyHint' : 'readiness.missingHint')}</p>
        <ol className="admin-steps" data-testid="readiness">
          {steps.map((state) => (
            <StepLine key={state.step} state={state} />
          ))}
        </ol>
      </section>
      <Findings office={office} />
      <section className="admin-card" aria-labelledby="counts-title">
        <h3 id="counts-title">{t('overview.counts')}</h3>
        <dl className="admin-counts">
          <Count section="departments" count={office.departments.filter(({ isActive }) => isActive).length} />
          <Count section="vehicles" count={office.vehicles.filter(({ isActive }) => isActive).length} />
          <Count section="contacts" count={office.contacts.length} />
          <Count section="users" count={office.users.filter(({ isActive }) => isActive).length} />
          <Count section="walls" count={office.walls.filter(({ isRevoked }) => !isRevoked).length} />
        </dl>
      </section>
    </div>
  );
}

/** What would make a ladder fail tonight; holes in the contacts stand in the list above already. [E7] */
function Findings({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation('admin');
  const findings = (useEscalationStatus()?.findings ?? []).filter(({ kind }) => kind !== 'no-contact');
  if (findings.length === 0) return null;
  return (
    <section className="admin-card" aria-labelledby="findings-title">
      <h3 id="findings-title">{t('finding.count', { count: findings.length })}</h3>
      <p className="quiet">{t('finding.about')}</p>
      <FindingList office={office} findings={findings} here="overview" />
    </section>
  );
}

function StepLine({ state: { step, section, isDone, lacking } }: { readonly state: StepState }): ReactNode {
  const { t } = useTranslation('admin');
  const nameOf = useName();
  return (
    <li data-step={step} data-done={isDone}>
      <span className="admin-step-sign" aria-hidden="true">
        {isDone ? '✓' : '○'}
      </span>
      <span className="hidden-text">{t(isDone ? 'readiness.isDone' : 'readiness.isMissing')}</span>
      <span>
        <strong>{t(`step.${step}.name`)}</strong>
        {!isDone && <span className="admin-step-hint">{t(`step.${step}.hint`)}</span>}
        {!isDone && lacking.length > 0 && (
          <span className="admin-step-hint">
            {t('readiness.lacking', { names: lacking.map(nameOf).join(t('list.comma')) })}
          </span>
        )}
      </span>
      {!isDone &&
        (section ? (
          <SectionLink section={section}>{t('readiness.go', { section: t(`section.${section}`) })}</SectionLink>
        ) : (
          <a href="/vehicle">{t('readiness.vehiclePage')}</a>
        ))}
    </li>
  );
}

function Count({ section, count }: { readonly section: Section; readonly count: number }): ReactNode {
  const { t } = useTranslation('admin');
  return (
    <div>
      <dt>
        <SectionLink section={section}>{t(`section.${section}`)}</SectionLink>
      </dt>
      <dd className="figures">{count}</dd>
    </div>
  );
}

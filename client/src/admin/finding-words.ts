import type { Finding } from '@faultline/shared/escalation/readiness.ts';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useName } from '../live/use-name.ts';
import { useLineDetail } from '../text/use-line-detail.ts';
import { useTime } from '../text/use-time.ts';
import type { Office } from './office.ts';

const KNOWN_LINES = ['console', 'sip', 'webhook', 'manual'] as const;

/** A line by the name that people call it; a line that this page has never heard of by its own. */
export function useLineName(): (id: string) => string {
  const { t } = useTranslation('words');
  return useCallback(
    (id) => {
      const known = KNOWN_LINES.find((line) => line === id);
      return known ? t(`line.${known}`) : id;
    },
    [t],
  );
}

/** What would make a ladder fail, as a sentence that names whom and when. */
export function useFindingText({ departments, contacts }: Office): (finding: Finding) => string {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const time = useTime();
  const lineName = useLineName();
  const lineDetail = useLineDetail();
  return (finding) => {
    if (finding.kind === 'line-down') {
      const since = time(finding.since, 'MM-DD hh:mm');
      return t('admin:finding.line-down', { line: lineName(finding.line), since, detail: lineDetail(finding.detail) });
    }
    const department = departments.find(({ id }) => id === finding.departmentId);
    const place = {
      department: department ? nameOf(department.name) : finding.departmentId,
      role: t(`words:contactRole.${finding.role}`),
    };
    if (finding.kind === 'no-contact') return t('admin:finding.no-contact', place);
    if (finding.kind === 'gap') {
      const from = time(finding.from, 'MM-DD hh:mm');
      return t('admin:finding.gap', { ...place, from, until: time(finding.until, 'MM-DD hh:mm') });
    }
    const name = contacts.find(({ id }) => id === finding.contactId)?.name ?? finding.contactId;
    if (finding.kind !== 'not-reached') return t(`admin:finding.${finding.kind}`, { ...place, name });
    const outcome = t(`words:callOutcome.${finding.outcome}`);
    return t('admin:finding.not-reached', { ...place, name, outcome, at: time(finding.at, 'MM-DD hh:mm') });
  };
}

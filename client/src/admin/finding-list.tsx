import type { Finding } from '@faultline/shared/escalation/readiness.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFindingText } from './finding-words.ts';
import type { Office } from './office.ts';
import { sectionOfFinding } from './readiness.ts';
import { SectionLink } from './section-link.tsx';
import type { Section } from './sections.ts';

export interface FindingListProps {
  readonly office: Office;
  readonly findings: readonly Finding[];
  /** The section that this list stands in, to which no link is needed. */
  readonly here: Section;
}

/** More of one kind than this are folded into one line, or the one gap of tonight would drown in them. */
const MOST_UNFOLDED = 4;

/** What would make a ladder fail tonight, the gravest first, each kind with the way to where it is mended. [E7] */
export function FindingList({ office, findings, here }: FindingListProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const text = useFindingText(office);
  return (
    <ul className="admin-findings" data-testid="findings">
      {[...Map.groupBy(findings, ({ kind }) => kind)].map(([kind, ofKind]) => (
        <li key={kind} data-kind={kind}>
          {ofKind.length > MOST_UNFOLDED ? (
            <details>
              <summary>{t('admin:finding.folded', { kind: t(`words:finding.${kind}`), count: ofKind.length })}</summary>
              <FindingLines texts={ofKind.map(text)} />
            </details>
          ) : (
            <FindingLines texts={ofKind.map(text)} />
          )}
          <WayThere findings={ofKind} here={here} />
        </li>
      ))}
    </ul>
  );
}

function FindingLines({ texts }: { readonly texts: readonly string[] }): ReactNode {
  return (
    <ul>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

function WayThere({ findings, here }: Pick<FindingListProps, 'findings' | 'here'>): ReactNode {
  const { t } = useTranslation('admin');
  const [first] = findings;
  const section = first ? sectionOfFinding(first) : here;
  if (section === here) return null;
  return <SectionLink section={section}>{t('readiness.go', { section: t(`section.${section}`) })}</SectionLink>;
}

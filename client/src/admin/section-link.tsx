import type { MouseEvent, ReactNode } from 'react';
import { goTo } from './route.ts';
import type { Section } from './sections.ts';
import { pathOf } from './sections.ts';

export interface SectionLinkProps {
  readonly section: Section;
  readonly children: ReactNode;
  readonly isCurrent?: boolean;
}

/** A true link, so that it opens in another tab as well; a plain click stays on the page. */
export function SectionLink({ section, children, isCurrent = false }: SectionLinkProps): ReactNode {
  const onClick = (event: MouseEvent): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(section);
  };
  return (
    <a href={pathOf(section)} aria-current={isCurrent ? 'page' : undefined} onClick={onClick}>
      {children}
    </a>
  );
}

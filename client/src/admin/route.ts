import { useEffect } from 'react';
import { create } from 'zustand';
import type { Section } from './sections.ts';
import { pathOf, sectionOf } from './sections.ts';
import { leave, useUnsaved } from './unsaved.ts';

interface RouteState {
  readonly section: Section;
}

export const useRoute = create<RouteState>(() => ({ section: sectionOf(location.pathname) }));

/** Shows another section, without a new page: the board and what was read stay. */
export function goTo(section: Section): void {
  leave(() => {
    history.pushState(null, '', addressOf(section));
    useRoute.setState({ section });
  });
}

/** Follows the browser's back and forward; while something is unsaved the address waits with the person. */
export function useHistory(): void {
  useEffect(() => {
    const onPopState = (): void => {
      const wanted = sectionOf(location.pathname);
      const shown = useRoute.getState().section;
      if (wanted === shown) return;
      if (useUnsaved.getState().isDirty) {
        history.pushState(null, '', addressOf(shown));
        goTo(wanted);
      } else {
        useRoute.setState({ section: wanted });
      }
    };
    window.addEventListener('popstate', onPopState);
    return () => window.removeEventListener('popstate', onPopState);
  }, []);
}

/** Keeps what else the address says, such as the language. */
function addressOf(section: Section): string {
  return `${pathOf(section)}${location.search}`;
}

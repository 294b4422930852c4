/** What the page keeps in the browser: the token until the tab closes, the look and the editor's queries for good. */
import { field } from '../api/client.ts';

const TOKEN = 'selvage.token';
const THEME = 'selvage.theme';

export type Theme = 'system' | 'light' | 'dark';

/** A store that refuses (private windows, settings) is as good as an empty one. */
function quietly<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

export function loadToken(): string | null {
  return quietly(() => sessionStorage.getItem(TOKEN), null);
}

export function keepToken(token: string | null): void {
  quietly(() => {
    if (token === null) {
      sessionStorage.removeItem(TOKEN);
    } else {
      sessionStorage.setItem(TOKEN, token);
    }
  }, undefined);
}

export function loadTheme(): Theme {
  const kept = quietly(() => localStorage.getItem(THEME), null);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function keepTheme(theme: Theme): void {
  quietly(() => {
    if (theme === 'system') {
      localStorage.removeItem(THEME);
    } else {
      localStorage.setItem(THEME, theme);
    }
  }, undefined);
}

/** What the editor of queries was left at, as GraphiQL keeps it; null when nothing was. */
export function loadEditorTab(): { readonly query: string; readonly variables: string } | null {
  return quietly(() => {
    const kept: unknown = JSON.parse(localStorage.getItem('graphiql:tabState') ?? 'null');
    const active = field(field(kept, 'tabs'), String(field(kept, 'activeTabIndex')));
    const query = field(active, 'query');
    const variables = field(active, 'variables');
    return typeof query === 'string' ? { query, variables: typeof variables === 'string' ? variables : '' } : null;
  }, null);
}

/** Puts a look on the page. */
export function wearTheme(theme: Theme): void {
  if (theme === 'system') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
}

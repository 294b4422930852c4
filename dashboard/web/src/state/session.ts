/** What the page keeps in the browser: the token until the tab closes, the look for good. */

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

/** Puts a look on the page. */
export function wearTheme(theme: Theme): void {
  if (theme === 'system') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
}

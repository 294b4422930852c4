import type { ReactNode } from 'react';

/** Line icons on a 20 px grid, drawn in the colour of the text beside them. */
function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const Play = () => <Icon><path d="M7 4.5v11l8.5-5.5z" /></Icon>;
export const Pause = () => <Icon><path d="M7 4.5v11M13 4.5v11" /></Icon>;
export const Sun = () => <Icon><circle cx="10" cy="10" r="3.4" /><path d="M10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M4.3 15.7l1.4-1.4M14.3 5.7l1.4-1.4" /></Icon>;
export const Moon = () => <Icon><path d="M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3z" /></Icon>;
export const Auto = () => <Icon><circle cx="10" cy="10" r="6.6" /><path d="M10 3.4v13.2" /><path d="M10 5.2a4.8 4.8 0 0 1 0 9.6z" fill="currentColor" stroke="none" /></Icon>;
export const Leave = () => <Icon><path d="M8 3.5H4.5v13H8M12.5 6.5 16 10l-3.5 3.5M16 10H8" /></Icon>;
export const Broom = () => <Icon><path d="M15.8 7A6.3 6.3 0 1 0 16.3 11M16 3.2V7h-3.8" /></Icon>;
export const Book = () => <Icon><path d="M10 5.5C8.3 4.3 6 4 3.5 4v11.5c2.5 0 4.8.3 6.5 1.5 1.7-1.2 4-1.5 6.5-1.5V4C14 4 11.7 4.3 10 5.5zM10 5.5V17" /></Icon>;
export const Table = () => <Icon><path d="M3.5 4.5h13v11h-13zM3.5 8.2h13M3.5 11.9h13M8.5 8.2v7.3" /></Icon>;
export const Code = () => <Icon><path d="m7 6-4 4 4 4M13 6l4 4-4 4" /></Icon>;
export const Braces = () => <Icon><path d="M8 3.5c-3 0-1 5.5-4 6.5 3 1 1 6.5 4 6.5M12 3.5c3 0 1 5.5 4 6.5-3 1-1 6.5-4 6.5" /></Icon>;
export const ZoomOut = () => <Icon><circle cx="9" cy="9" r="5.2" /><path d="m13 13 3.6 3.6M6.8 9h4.4" /></Icon>;
export const Down = () => <Icon><path d="m6 8 4 4 4-4" /></Icon>;
export const Search = () => <Icon><circle cx="9" cy="9" r="5.2" /><path d="m13 13 3.6 3.6" /></Icon>;
export const Cross = () => <Icon><path d="m5.5 5.5 9 9M14.5 5.5l-9 9" /></Icon>;
export const Copy = () => <Icon><path d="M7.5 7.5h9v9h-9zM12.5 7.5v-4h-9v9h4" /></Icon>;
export const Check = () => <Icon><path d="m4.5 10.5 3.6 3.6 7.4-8" /></Icon>;

/** The mark: the warp of a cloth, and the red thread that runs along its self-finished edge. */
export const Mark = () => (
  <svg className="mark" viewBox="0 0 26 26" width="26" height="26" aria-hidden="true" focusable="false">
    <path className="mark-warp" d="M3 3v20M8.5 3v20M14 3v20" />
    <path className="mark-thread" d="M21.5 3v20" />
  </svg>
);
